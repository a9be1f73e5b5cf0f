"""The model with the memory it reads: encode passages, find what a question needs, read it out.

One forward runs at a time, and a question goes before background encoding: encoding gives way between small batches.
Knows tensors and texts; it does not know files, chats or the queue.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice, takewhile

import torch
from torch import Tensor

from app.errors import QuestionTooLong
from app.questions import Questions
from app.readings import Reading, elected, readings, settled, votes
from app.steps import steps
from engine.adapt_router import query_projections, routing_states, use_query_projections
from engine.encode import encode_documents
from engine.generate import Sampling, generate, stream_text
from engine.interleave import Piece, Round, Texts, interleave
from engine.layout import Layout
from engine.memory import Encoding, Memory
from engine.model import ENCODER, READER, MsaModel
from engine.rounds import Named, later_rounds
from engine.router import fuse
from engine.session import Prefix, Prompt, Session, encode_prefix, open_session
from engine.words import DECLINED

QUESTION_TOKENS = 1024
# A small model reads worse the more it is given at once, and best what stands next to the question.
TOGETHER_TOKENS = 512
# How much likelier declining has to be than the next best beginning, in nats: the reader declines too soon in texts of a
# kind it was not taught on. Chosen on training sets; see docs/reader.md.
RELUCTANCE = 2.0
ANSWER_TOKENS = 128
# What readings have to agree on; more than the reader's answers mostly have.
DRAFT_TOKENS = 24
# A reader that began so never said anything else: the rest of the sentence need not be waited for.
DECLINING_TOKENS = 3
FOUND = 5
FROM_ONE_FILE = 2


Lexical = Callable[[str], Sequence[tuple[int, float]]]
"""Documents that share words with a text, as (document id, BM25), best first."""


Origins = Callable[[Sequence[int]], Sequence[str | None]]
"""The files that documents come from."""


@dataclass(frozen=True)
class Library:
    """What is known of documents beside their encodings.

    texts: original texts, None for documents gone meanwhile; named: documents by the names in their titles.
    """

    texts: Texts
    origins: Origins
    lexical: Lexical
    named: Named


@dataclass(frozen=True)
class Hit:
    """A document that a question leads to. score: fused, comparable within one question only."""

    document_id: int
    score: float


@dataclass(frozen=True)
class Found:
    """All evidence so far, best first. agreement: the share of votes that the answer to come has, where readings voted."""

    hits: tuple[Hit, ...]
    agreement: float | None = None


@dataclass(frozen=True)
class Believed:
    """An answer that readings voted for: what it was read from, its share of the votes, and its text in pieces."""

    reading: Reading
    agreement: float
    text: Iterator[str]


class Mind:
    def __init__(self, model: MsaModel) -> None:
        self.model = model
        self.layout = Layout(model.config.layout, model.tokenizer)
        self._prefixes: dict[str | None, Prefix] = {}
        for adapter in (ENCODER, READER):  # what a question needs; the first one shall not wait for it
            self._prefix_of(adapter)
        self._declining = self.layout.tokens(DECLINED)[:DECLINING_TOKENS]
        self._shipped: Tensor | None = None
        self._running = threading.Lock()
        self._questions = Questions()

    def count_tokens(self, text: str) -> int:
        return self.layout.count_tokens(text)

    def encode(self, passages: Sequence[tuple[int, str]]) -> list[Encoding]:
        """Encode documents given as (id, text), in the background of questions."""
        documents = [self.layout.document(number, text) for number, text in passages]
        return [encoding for step in steps(documents, len) for encoding in self._encode(step)]

    def _encode(self, documents: Sequence[list[int]]) -> list[Encoding]:
        self._questions.wait_quiet()
        with self._running:
            return encode_documents(self.model, documents)

    def routing_states(
        self, memory: Memory, questions: Sequence[str], at_once: int, done: Callable[[int], None]
    ) -> list[Tensor]:
        """What routes each question, [layers, tokens, hidden], in the background of those that are asked.

        done: called now and then with how many there are so far.
        """
        states: list[Tensor] = []
        for start in range(0, len(questions), at_once):
            prompts = [self.layout.question(question) for question in questions[start : start + at_once]]
            self._questions.wait_quiet()
            with self._running:
                states += routing_states(self.model, memory, prompts, self._prefix_of(ENCODER))
            if start % (8 * at_once) == 0:
                done(len(states))
        return states

    def present_queries(self) -> Tensor:
        """The query projections in use, [layers, heads·dim, hidden] float32."""
        return query_projections(self.model)

    def shipped_queries(self) -> Tensor:
        """Those that came with the model."""
        return self.present_queries() if self._shipped is None else self._shipped.clone()

    def reroute(self, queries: Tensor | None) -> None:
        """Route with other query projections, or again with the model's own; waits for no question."""
        if queries is not None and self._shipped is None:
            self._shipped = query_projections(self.model)
        wanted = queries if queries is not None else self._shipped
        if wanted is not None:
            use_query_projections(self.model, wanted)

    def rest(self) -> None:
        """Wait until no forward is under way: a process must not end inside the model's native code."""
        with self._running:
            pass

    def check(self, question: str) -> None:
        """Raises QuestionTooLong."""
        count = self.count_tokens(question)
        limit = min(QUESTION_TOKENS, self.model.context_limit // 2)
        if count > limit:
            raise QuestionTooLong(
                f"The question has {count} tokens; this model takes up to {limit}. Shorten it."
            )

    def ask(
        self,
        memory: Memory,
        question: str,
        library: Library,
        *,
        rounds: int = 1,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[Found | str]:
        """Answer a question: what was found, whenever more is, and the answer in pieces of text.

        A checkpoint that writes document ids chooses the evidence itself; for others the router's ranking does, and with
        `rounds` > 1 what the found documents name.
        """
        if self.model.config.writes_document_ids:
            events = self._interleave(memory, question, library.texts, cancelled)
        else:
            events = self._retrieve_and_read(memory, question, library, rounds, cancelled)
        with self._questions.asked():
            while True:
                with self._running:
                    event = next(events, None)
                if event is None:
                    return
                yield event

    def _retrieve_and_read(
        self,
        memory: Memory,
        question: str,
        library: Library,
        rounds: int,
        cancelled: Callable[[], bool],
    ) -> Iterator[Found | str]:
        hits = self.find(memory, question, library, rounds=rounds)
        yield Found(tuple(hits))
        texts = library.texts([hit.document_id for hit in hits])
        known = [(hit, text) for hit, text in zip(hits, texts, strict=True) if text is not None]
        passages = [text for _, text in known]
        if READER not in self.model.adapters or len(passages) < 2:
            yield from self.read(memory, question, passages, cancelled)
            return
        believed = self.read_apart(memory, question, passages, cancelled)
        # What the answer is read from leads the evidence.
        read = [known[place][0] for place in believed.reading]
        yield Found((*read, *(hit for hit in hits if hit not in read)), believed.agreement)
        yield from believed.text

    def _interleave(
        self, memory: Memory, question: str, texts: Texts, cancelled: Callable[[], bool]
    ) -> Iterator[Found | str]:
        sampling = Sampling(max_new_tokens=4 * ANSWER_TOKENS)
        hits: list[Hit] = []
        for event in interleave(
            self.model,
            memory,
            self.layout,
            [question],
            texts,
            sampling=sampling,
            prefix=self._prefix_of(ENCODER),
            cancelled=cancelled,
        ):
            if isinstance(event, Round):
                # The order in which the model asked for documents is all the score there is.
                hits += [
                    Hit(number, 1 / (1 + len(hits) + at)) for at, number in enumerate(event.document_ids)
                ]
                yield Found(tuple(hits))
            elif isinstance(event, Piece):
                yield event.text

    def find(
        self,
        memory: Memory,
        question: str,
        library: Library,
        *,
        rounds: int = 1,
        limit: int = FOUND,
    ) -> list[Hit]:
        """The documents that a question leads to, at most `limit`, best first.

        Whoever calls it runs no other forward meanwhile.
        """
        prompt = self.layout.question(question)
        prefix = self._prefix_of(ENCODER)
        session = open_session(self.model, memory, [prompt], prefix, routing_only=True)
        ids = session.document_ids
        scores = _fused(session, library.lexical(question))
        scores = later_rounds(scores, ids, question, library.texts, library.named, rounds=rounds)
        best = scores.topk(min(4 * limit, len(ids)))
        hits = [Hit(int(ids[row]), float(value)) for value, row in zip(*best, strict=True)]
        return varied(hits, library.origins)[:limit]

    def read(
        self,
        memory: Memory,
        question: str,
        passages: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
        *,
        adapted: bool = True,
    ) -> Iterator[str]:
        """Answer from original text, best passage first, all of it in one prompt, and the compressed memory.

        adapted: with the model's reader, where it has one. Whoever calls it runs no other forward meanwhile.
        """
        ends = accumulate(self.count_tokens(passage) for passage in passages)
        fitting = max(1, sum(end <= TOGETHER_TOKENS for end in ends))
        quoted = passages[:fitting]
        session = self._open_reading(
            memory, [self.layout.reading(question, quoted[::-1])], READER if adapted else None
        )
        yield from self._text(step[0] for step in self._write(session, cancelled))

    def read_apart(
        self,
        memory: Memory,
        question: str,
        passages: Sequence[str],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Believed:
        """Read passages alone and in pairs, side by side, and give the answer that the readings are surest of together: the
        less one is inclined to decline, the more it counts.

        Needs a model with a reader, and passages, best first. Whoever calls it runs no other forward meanwhile.
        """
        tried = readings([self.count_tokens(passage) for passage in passages])
        # The better passage stands next to the question, so a pair begins as the other passage alone does.
        texts = [[passages[place] for place in reversed(reading)] for reading in tried]
        prompts = [self.layout.reading(question, quoted) for quoted in texts]
        session = self._open_branching(memory, prompts, alone=sum(len(reading) == 1 for reading in tried))
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

    def _said(self, draft: Sequence[int]) -> str:
        """What a reading says in these tokens; that it declines is known by the first of them."""
        if list(draft[:DECLINING_TOKENS]) == self._declining:
            return DECLINED
        return "".join(self._text(draft))

    def _prefix_of(self, adapter: str | None) -> Prefix:
        """The template as one adapter sees it, encoded once; one that the model has not sees what the backbone does."""
        on = adapter if adapter in self.model.adapters else None
        if on not in self._prefixes:
            self._prefixes[on] = encode_prefix(self.model, self.layout.prefix, adapter=on)
        return self._prefixes[on]

    def _open_reading(self, memory: Memory, prompts: Sequence[Prompt], adapter: str | None) -> Session:
        prefix = self._prefix_of(adapter)
        return open_session(self.model, memory, prompts, prefix, reserve=ANSWER_TOKENS, adapter=adapter)

    def _open_branching(self, memory: Memory, prompts: Sequence[Prompt], alone: int) -> Session:
        """Read the first `alone` prompts, and the others from where they differ from the one that begins most alike."""
        session = self._open_reading(memory, prompts[:alone], READER)
        rest: list[Sequence[int]] = [()] * alone
        for prompt in prompts[alone:]:
            shared = [_alike(first.ids, prompt.ids) for first in prompts[:alone]]
            row = max(range(alone), key=shared.__getitem__)
            session.fork(row, len(prompts[row].ids) - shared[row])
            rest.append(prompt.ids[shared[row] :])
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
            session.logits[:, self._declining[0]] -= RELUCTANCE
        sampling = Sampling(max_new_tokens=ANSWER_TOKENS, repetition_penalty=1.05)
        return generate(session, sampling, self.layout.stop_ids, ended=ended, cancelled=cancelled)

    def _text(self, tokens: Iterable[int | None]) -> Iterator[str]:
        return first_paragraph(stream_text(tokens, self.layout.tokenizer))


def _fused(session: Session, lexical: Sequence[tuple[int, float]]) -> Tensor:
    """The layers' scores fused with words, [documents]; documents that the memory lacks by now are left out."""
    column = {int(number): at for at, number in enumerate(session.document_ids)} if lexical else {}
    words = {column[number]: score for number, score in lexical if number in column}
    return fuse(torch.stack(session.scores).sum(dim=0)[0], words)


def _alike(left: Sequence[int], right: Sequence[int]) -> int:
    """How many tokens two prompts have in common from the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))


def varied(hits: Sequence[Hit], origins: Origins) -> list[Hit]:
    """The same hits, with what one file has beyond FROM_ONE_FILE behind all others: five passages of one long mail
    would hide the second document that an answer needs."""
    seen: Counter[str | None] = Counter()
    first: list[Hit] = []
    later: list[Hit] = []
    for hit, origin in zip(hits, origins([hit.document_id for hit in hits]), strict=True):
        seen[origin] += 1
        (first if origin is None or seen[origin] <= FROM_ONE_FILE else later).append(hit)
    return first + later


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
