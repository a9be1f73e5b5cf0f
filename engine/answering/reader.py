"""The second half of an answer: from passages that were found to what they say (retriever and reader).

The best one alone where that is certain, else all together in one prompt, for models that read that well; or apart, several
readings side by side that vote (`engine.answering.voting`), for a small model with a reader of its own. Which of them is
said by the reader's file (`engine.answering.settings`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, islice, takewhile

from engine.answering.loops import until_loop
from engine.answering.refusal import DECLINED
from engine.answering.voting import (
    BELIEVED_ALONE,
    CERTAIN,
    READ_TOKENS,
    Reading,
    elected,
    readings,
    settled,
    votes,
)
from engine.generate import Sampling, generate, stream_text
from engine.layout import Layout
from engine.memory import Memory
from engine.model import READER, MsaModel
from engine.session import Prefix, Prompt, Session, open_session

# A small model reads worse the more it is given at once, and best what stands next to the question.
TOGETHER_TOKENS = 512
ANSWER_TOKENS = 128
# What readings have to agree on; more than the reader's answers mostly have.
DRAFT_TOKENS = 24
# A reader that began so never said anything else: the rest of the sentence need not be waited for.
DECLINING_TOKENS = 3


@dataclass(frozen=True)
class Believed:
    """An answer: what it was read from, how sure it is (the share of the votes, where readings voted), and its text in
    pieces."""

    reading: Reading
    agreement: float
    text: Iterable[str]


Kept = dict[tuple[str, str], Believed]
"""What passages say alone, by question and passage, written out: second looks at a question mostly want these again."""


class QaReader:
    """Reads with one model. Whoever calls it runs no other forward meanwhile."""

    def __init__(self, model: MsaModel, layout: Layout, prefix_of: Callable[[str | None], Prefix]) -> None:
        self.model = model
        self.layout = layout
        self._prefix_of = prefix_of
        self._declining = layout.tokens(DECLINED)[:DECLINING_TOKENS]

    def read_together(
        self,
        memory: Memory,
        question: str,
        passages: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
        *,
        adapted: bool = True,
    ) -> Iterator[str]:
        """Answer from original text, best passage first, all of it in one prompt, and the compressed memory.

        adapted: with the model's reader, where it has one.
        """
        ends = accumulate(self.layout.count_tokens(passage) for passage in passages)
        fitting = max(1, sum(end <= TOGETHER_TOKENS for end in ends))
        quoted = passages[:fitting]
        session = self._open_reading(
            memory, [self.layout.reading(question, quoted[::-1])], READER if adapted else None
        )
        yield from self._text(step[0] for step in self._write(session, cancelled))

    def read(
        self,
        memory: Memory,
        question: str,
        passages: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
        kept: Kept | None = None,
    ) -> Believed:
        """Answer as the model's reader is used. Needs a model with a reader, and passages, best first.

        kept: of this memory; what is read alone on the way is added.
        """
        if not self.model.reading.together:
            return self.read_apart(memory, question, passages, cancelled)
        kept = {} if kept is None else kept
        best = (question, passages[0])
        alone = kept.get(best) or self.read_at_once(memory, question, passages[:1], cancelled)
        if len(passages) == 1 or alone.agreement >= CERTAIN:
            return alone
        alone = kept[best] = replace(alone, text=tuple(alone.text))
        # One passage costs a fraction of five, and what it is nearly certain of they hardly ever say otherwise.
        if alone.agreement >= BELIEVED_ALONE:
            return alone
        return self.read_at_once(memory, question, passages, cancelled)

    def read_at_once(
        self,
        memory: Memory,
        question: str,
        passages: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Believed:
        """Answer from all passages in one prompt, the best one next to the question; as sure as the answer's beginning is
        likely."""
        ends = accumulate(self.layout.count_tokens(passage) for passage in passages)
        fitting = max(1, sum(end <= READ_TOKENS for end in ends))
        prompt = self.layout.reading(question, passages[:fitting][::-1])
        session = self._open_reading(memory, [prompt], READER)
        likely = session.logits[0].softmax(dim=0)
        likely[self._declining[0]] = 0
        sure = float(likely.max()) ** self.model.reading.sureness
        tokens = (step[0] for step in self._write(session, cancelled))
        return Believed(tuple(range(fitting)), sure, self._unless_declining(tokens))

    def _unless_declining(self, tokens: Iterator[int | None]) -> Iterator[str]:
        """The text; that it declines is known by its first tokens."""
        begun = list(islice(tokens, DECLINING_TOKENS))
        if begun == self._declining:
            yield DECLINED
        else:
            yield from self._text(chain(begun, tokens))

    def read_apart(
        self,
        memory: Memory,
        question: str,
        passages: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Believed:
        """Read passages alone and in pairs, side by side, and give the answer that the readings are surest of together: the
        less one is inclined to decline, the more it counts.

        Needs a model with a reader, and passages, best first.
        """
        tried = readings([self.layout.count_tokens(passage) for passage in passages])
        # The better passage stands next to the question, so a pair begins as the other passage alone does.
        texts = [[passages[place] for place in reversed(reading)] for reading in tried]
        prompts = [self.layout.reading(question, quoted) for quoted in texts]
        session = self._open_branching(memory, tried, prompts)
        declining = session.logits.log_softmax(dim=1)[:, self._declining[0]].tolist()
        counts = votes(tried, declining)
        believed: list[int] = []

        def ended(row: int, written: list[int]) -> bool:
            return written == self._declining or bool(believed and row not in believed)

        steps = self._write(session, cancelled, ended)
        drafts: list[list[int]] = [[] for _ in tried]
        ready: list[str | None] = [None] * len(tried)
        for step in islice(steps, DRAFT_TOKENS):
            for row, token in enumerate(step):
                drafts[row] += [] if token is None else [token]
                if ready[row] is None and (token is None or drafts[row] == self._declining):
                    ready[row] = self._said(drafts[row])
            if settled(question, ready, counts):
                break
        answers = [self._said(drafts[row]) if text is None else text for row, text in enumerate(ready)]
        row, agreement = elected(question, answers, counts)
        believed.append(row)
        if ready[row] is not None:
            return Believed(tried[row], agreement, iter(filter(None, [answers[row]])))
        text = self._text(chain(drafts[row], (step[row] for step in steps)))
        return Believed(tried[row], agreement, text)

    def _said(self, draft: list[int]) -> str:
        """What a reading says in these tokens; that it declines is known by the first of them."""
        if draft[:DECLINING_TOKENS] == self._declining:
            return DECLINED
        return "".join(self._text(draft))

    def _open_reading(self, memory: Memory, prompts: Sequence[Prompt], adapter: str | None) -> Session:
        prefix = self._prefix_of(adapter)
        return open_session(
            self.model, memory, prompts, prefix, reserve=ANSWER_TOKENS, adapter=adapter, keep_scores=False
        )

    def _open_branching(self, memory: Memory, tried: Sequence[Reading], prompts: Sequence[Prompt]) -> Session:
        """Read each passage alone, and each pair from where it goes on behind its second one; in the order of `readings`."""
        alone = sum(len(reading) == 1 for reading in tried)
        session = self._open_reading(memory, prompts[:alone], READER)
        rest: list[Sequence[int]] = [()] * alone
        for reading, prompt in zip(tried[alone:], prompts[alone:], strict=True):
            row = tried.index(reading[-1:])
            shared = _alike(prompts[row].ids, prompt.ids)
            session.fork(row, len(prompts[row].ids) - shared)
            rest.append(prompt.ids[shared:])
        session.extend(rest)
        return session

    def _write(
        self,
        session: Session,
        cancelled: Callable[[], bool],
        ended: Callable[[int, list[int]], bool] = lambda row, written: False,
    ) -> Iterator[list[int | None]]:
        """The tokens of every question's answer; where the reader reads, it is reluctant to decline."""
        if session.adapter in self.model.adapters:
            session.logits = session.logits.clone()
            session.logits[:, self._declining[0]] -= self.model.reading.reluctance
        # A reader was taught to end; what it copies may well repeat itself, a telephone number most of all.
        penalty = 1.0 if session.adapter in self.model.adapters else 1.05
        sampling = Sampling(max_new_tokens=ANSWER_TOKENS, repetition_penalty=penalty)
        return generate(session, sampling, self.layout.stop_ids, ended=ended, cancelled=cancelled)

    def _text(self, tokens: Iterable[int | None]) -> Iterator[str]:
        ending = until_loop(tokens, self._has_letter)
        return first_paragraph(stream_text(ending, self.layout.tokenizer))

    def _has_letter(self, token: int) -> bool:
        return any(char.isalpha() for char in self.layout.tokenizer.decode([token]))


def _alike(left: Sequence[int], right: Sequence[int]) -> int:
    """How many tokens two prompts have in common from the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))


def first_paragraph(pieces: Iterable[str]) -> Iterator[str]:
    """The text up to its first blank line: a small model goes on with questions of its own behind it."""
    text = ""
    for piece in pieces:
        held = len(text.rstrip())
        text = (text + piece).lstrip()
        end = text.find("\n\n")
        said = text[:end] if end >= 0 else text.rstrip()
        if len(said) > held:
            yield said[held:]
        if end >= 0:
            return
