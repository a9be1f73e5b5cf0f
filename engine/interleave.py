"""Memory Interleave (spec §6): rounds of document ids, original text, routing anew with the newest evidence, the answer.

For checkpoints that write document ids. A round prefills every live question with all its evidence so far, only the
question and the newest evidence routing; the model writes ids or ends retrieval. The answer is then decoded in that same
session, without a new prefill. Where the spec leaves a choice:

* ids that are unknown, repeated, over the limit or without text are ignored; a round that brings no new text is the last;
* from the second round on, the reply is cut at the first token that fits neither ids nor `<End-of-Retrieve>`;
* a reply that ended retrieval in any other way than `<End-of-Retrieve>` is taken back out of the context and
  `<End-of-Retrieve>` put in its place, so that the answer always follows the context it was trained on.

Checkpoints that write no ids go through `engine.retrieval.rounds`. This module knows no files: `texts` gives original texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import torch
from tokenizers.decoders import DecodeStream

from engine.generate import Sampling, generate
from engine.layout import END_OF_RETRIEVE, END_OF_ROUND, Layout
from engine.memory import Memory
from engine.model import MsaModel
from engine.session import Prefix, Prompt, Session, encode_prefix, open_session

ANSWER = "The answer to the question is:"

Texts = Callable[[Sequence[int]], Sequence[str | None]]
"""Original texts of documents; None for one that has none."""


@dataclass(frozen=True)
class Round:
    """What one round brought to one question. document_ids: newly shown, in the order written; ignored: the other ids."""

    question: int
    number: int
    document_ids: tuple[int, ...]
    ignored: tuple[int, ...] = ()


@dataclass(frozen=True)
class Piece:
    """The next piece of a question's answer."""

    question: int
    text: str


@dataclass(frozen=True)
class Finished:
    """The whole answer of a question; its last event."""

    question: int
    text: str


Event = Round | Piece | Finished


@dataclass
class Chain:
    """One question on its way: the tokens so far and which documents they show. asked: the tokens that stay routing."""

    number: int
    question: str
    asked: Prompt
    ids: list[int] = field(default_factory=list)  # everything behind `asked`
    newest: tuple[int, int] = (0, 0)  # the newest evidence within ids
    shown: set[int] = field(default_factory=set)

    @property
    def tokens(self) -> int:
        return len(self.asked.ids) + len(self.ids)

    def prompt(self) -> Prompt:
        start, stop = self.newest
        routes = [start <= at < stop for at in range(len(self.ids))]
        return Prompt([*self.asked.ids, *self.ids], [*self.asked.routes, *routes])

    def show(self, reply: Sequence[int], evidence: Sequence[int], end: Sequence[int]) -> None:
        """Append what was written, the texts it asked for, and the mark behind them."""
        start = len(self.ids) + len(reply)
        self.ids += [*reply, *evidence, *end]
        self.newest = (start, start + len(evidence))


def interleave(
    model: MsaModel,
    memory: Memory,
    layout: Layout,
    questions: Sequence[str],
    texts: Texts,
    *,
    sampling: Sampling | None = None,
    max_rounds: int = 4,
    max_ids: int = 16,
    prefix: Prefix | None = None,
    on_round: Callable[[Round], None] = lambda found: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Answer questions over the memory, as events while they happen; questions of a batch end independently.

    max_rounds: rounds that may bring evidence to a question; max_ids: documents of one round. Evidence that would not leave
    room for the answer within the model's context is ignored. A cancelled run ends between two tokens, without `Finished`.
    """
    rules = sampling or Sampling()
    prefix = prefix or encode_prefix(model, layout.prefix)
    # Room for words before the ids, and for every id's brackets and digits, which repeat and must not be penalised.
    asking = replace(rules, max_new_tokens=32 + 12 * max_ids, repetition_penalty=1.0)
    chains = [Chain(at, text, layout.question(text)) for at, text in enumerate(questions)]
    for number in count(1):
        if not chains or cancelled():
            return
        prompts = [chain.prompt() for chain in chains]
        session = open_session(
            model, memory, prompts, prefix, reserve=rules.max_new_tokens + 64, keep_scores=False
        )
        if number > max_rounds:
            yield from _answer(session, layout, chains, [None] * len(chains), rules, cancelled)
            return
        replies = _replies(session, layout, asking, first=number == 1, cancelled=cancelled)
        if cancelled():
            return
        room = model.context_limit - rules.max_new_tokens - model.config.top_k - prefix.tokens
        again: list[Chain] = []
        ending: list[Reply | None] = [None] * len(chains)
        last: list[int] = []
        for row, (chain, reply) in enumerate(zip(chains, replies, strict=True)):
            found = (
                None if reply.ends_retrieval else _take(chain, reply, layout, memory, texts, max_ids, room)
            )
            if found is not None:
                event = Round(chain.number, number, *found)
                on_round(event)
                yield event
            if found is not None and found[0]:
                again.append(chain)
            else:
                last.append(row)
                ending[row] = reply
        yield from _answer(session, layout, chains, ending, rules, cancelled, rows=last)
        chains = again


@dataclass(frozen=True)
class Reply:
    """What a question wrote in a round. fed: how many of its tokens are in the context already."""

    tokens: list[int]
    text: str
    fed: int

    @property
    def ends_retrieval(self) -> bool:
        return END_OF_RETRIEVE in self.text

    @property
    def document_ids(self) -> list[int]:
        """Each id once, in the order written; what does not fit 64 bits is no id of ours."""
        written = (int(digits) for digits in re.findall(r"\[(\d+)\]", self.text))
        return list(dict.fromkeys(number for number in written if number < 2**63))


def _replies(
    session: Session, layout: Layout, sampling: Sampling, *, first: bool, cancelled: Callable[[], bool]
) -> list[Reply]:
    """Let every question write ids, or the end of retrieval."""
    start = list(session.next_position)
    written: list[list[int]] = [[] for _ in start]

    def text(tokens: list[int]) -> str:
        return str(layout.tokenizer.decode(tokens))

    steps = generate(
        session,
        sampling,
        layout.stop_ids,
        ended=lambda row, tokens: reply_is_over(text(tokens), first=first),
        cancelled=cancelled,
    )
    for step in steps:
        for row, token in enumerate(step):
            if token is not None:
                written[row].append(token)
    return [
        Reply(tokens, text(tokens), session.next_position[row] - start[row])
        for row, tokens in enumerate(written)
    ]


def reply_is_over(text: str, *, first: bool) -> bool:
    """Whether a reply says all it may. The first round may open with words, later ones with ids or the end alone."""
    if END_OF_ROUND in text or END_OF_RETRIEVE in text:
        return True
    if first:
        return False
    rest = re.sub(r"^\s*(\[\d+\]\s*)*", "", text)
    opens = any(mark.startswith(rest) for mark in (END_OF_RETRIEVE, END_OF_ROUND))
    return not (opens or re.fullmatch(r"\[\d*", rest))


def _take(
    chain: Chain, reply: Reply, layout: Layout, memory: Memory, texts: Texts, max_ids: int, room: int
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Put the texts that a reply asks for into the chain. Returns (shown, ignored) ids, None where it wrote no id."""
    wanted = reply.document_ids
    if not wanted:
        return None
    live = torch.isin(torch.tensor(wanted), memory.document_ids.cpu()).tolist()
    known = [n for n, there in zip(wanted, live, strict=True) if there and n not in chain.shown][:max_ids]
    end = layout.tokens(END_OF_ROUND)
    complete = END_OF_ROUND in reply.text
    said = reply.tokens if complete else layout.tokens("".join(f"[{n}]" for n in known)) + end
    shown: list[int] = []
    evidence: list[int] = []
    for number, text in zip(known, texts(known) if known else [], strict=True):
        tokens = layout.evidence(number, text) if text is not None else None
        if tokens and chain.tokens + len(said) + len(evidence) + len(tokens) + len(end) <= room:
            shown.append(number)
            evidence += tokens
    if shown:
        chain.show(said, evidence, end)
        chain.shown.update(shown)
    return tuple(shown), tuple(number for number in wanted if number not in shown)


def _answer(
    session: Session,
    layout: Layout,
    chains: Sequence[Chain],
    replies: Sequence[Reply | None],
    sampling: Sampling,
    cancelled: Callable[[], bool],
    rows: Sequence[int] | None = None,
) -> Iterator[Piece | Finished]:
    """Close retrieval for some questions of a session and decode their answers in it."""
    rows = range(len(chains)) if rows is None else rows
    if not rows:
        return
    feed: list[list[int]] = [[] for _ in chains]
    for row in rows:
        reply = replies[row]
        closing = layout.closing(chains[row].question)
        if reply is not None and reply.ends_retrieval:
            feed[row] = reply.tokens[reply.fed :] + closing
        else:
            session.rewind(row, reply.fed if reply else 0)
            feed[row] = layout.tokens(END_OF_RETRIEVE) + closing
    session.extend(feed, causal=not session.model.config.public_injection)
    streams = {row: AnswerText(layout.tokenizer) for row in rows}
    for step in generate(session, sampling, layout.stop_ids, rows=rows, cancelled=cancelled):
        for row in rows:
            token = step[row]
            piece = streams[row].step(token) if token is not None else ""
            if piece:
                yield Piece(chains[row].number, piece)
    if cancelled():
        return
    for row in rows:
        rest = streams[row].rest()
        if rest:
            yield Piece(chains[row].number, rest)
        yield Finished(chains[row].number, streams[row].text)


class AnswerText:
    """An answer as text while its tokens come, without the words that announce it."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer.backend_tokenizer
        self._stream = DecodeStream(skip_special_tokens=True)
        self._held: str | None = ""  # text that may still turn out to be the announcement
        self.text = ""

    def step(self, token: int) -> str:
        """The text that is certain with this token."""
        piece = self._stream.step(self._tokenizer, token) or ""
        if self._held is None:
            return self._said(piece)
        self._held += piece
        start = self._held.lstrip()
        if ANSWER.startswith(start) or not start.removeprefix(ANSWER).strip():
            return ""
        return self._release()

    def rest(self) -> str:
        """What was still held back when the answer ended."""
        return "" if self._held is None else self._release()

    def _release(self) -> str:
        held, self._held = (self._held or "").lstrip(), None
        return self._said(held.removeprefix(ANSWER).lstrip())

    def _said(self, piece: str) -> str:
        self.text += piece
        return piece
