"""The model with the memory it reads: encode passages, find what a question needs, read it out.

One forward runs at a time, and a question goes before background encoding: encoding gives way between small batches.
Knows tensors and texts; it does not know files, chats or the queue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from app.errors import QuestionTooLong
from app.model.batches import CARD_TOKENS, STEP_TOKENS, steps
from app.model.in_flight import InFlight
from app.ranks.encoding import Helper, share_out
from engine.answering.reader import ANSWER_TOKENS, Kept, QaReader
from engine.answering.spans import locate
from engine.answering.support import UNSUPPORTED, Support, Supported, about_another
from engine.encode import encode_documents
from engine.generate import Sampling
from engine.interleave import Piece, Round, Texts, interleave
from engine.layout import Layout
from engine.memory import Encoding, Memory
from engine.model import ENCODER, READER, MsaModel
from engine.retrieval.fuse import fuse
from engine.retrieval.links import Named, Said
from engine.retrieval.prefer import preferred
from engine.retrieval.rounds import later_rounds
from engine.router.adapt import query_projections, routing_states, use_query_projections
from engine.session import Prefix, Session, encode_prefix, open_session

QUESTION_TOKENS = 1024
FOUND = 5
FROM_ONE_FILE = 2


Lexical = Callable[[str], Sequence[tuple[int, float]]]
"""Documents that share words with a text, as (document id, BM25), best first."""


Origins = Callable[[Sequence[int]], Sequence[str | None]]
"""The files that documents come from."""


@dataclass(frozen=True)
class Library:
    """What is known of documents beside their encodings.

    texts: original texts, None for documents gone meanwhile; named: documents by the names in their titles; said:
    documents by names that few say; favoured, lowered: documents that come before or behind what is about as good.
    """

    texts: Texts
    origins: Origins
    lexical: Lexical
    named: Named
    said: Said
    favoured: Collection[int] = ()
    lowered: Collection[int] = ()


@dataclass(frozen=True)
class Hit:
    """A document that a question leads to. score: fused, comparable within one question only."""

    document_id: int
    score: float


@dataclass(frozen=True)
class Found:
    """All evidence so far, best first.

    Where readings voted, agreement: the share of the votes that the answer to come has; read: how many of the first hits it
    is read from.
    """

    hits: tuple[Hit, ...]
    agreement: float | None = None
    read: int | None = None


class Answerer:
    """in_flight: shared by the models of one archive."""

    def __init__(self, model: MsaModel, in_flight: InFlight | None = None) -> None:
        self.model = model
        self.in_flight = in_flight or InFlight()
        self.helpers: Callable[[], Sequence[Helper]] = lambda: ()  # the ranks that encode, too
        self.layout = Layout(model.config.layout, model.tokenizer)
        self._prefixes: dict[str | None, Prefix] = {}
        for adapter in (ENCODER, READER):  # what a question needs; the first one shall not wait for it
            self._prefix_of(adapter)
        self.reader = QaReader(model, self.layout, self._prefix_of)
        self._shipped: Tensor | None = None

    @property
    def reads_together(self) -> bool:
        """Whether several passages are read in one prompt, instead of each by itself with a vote."""
        return self.model.reading.together

    def count_tokens(self, text: str) -> int:
        return self.layout.count_tokens(text)

    def encode(self, passages: Sequence[tuple[int, str]]) -> list[Encoding]:
        """Encode documents given as (id, text), in the background of questions."""
        documents = [self.layout.document(number, text) for number, text in passages]
        most = CARD_TOKENS if self.model.device.type == "cuda" else STEP_TOKENS
        return share_out(list(steps(documents, len, most)), self._encode, self.helpers())

    def _encode(self, documents: Sequence[list[int]]) -> list[Encoding]:
        with self.in_flight.background():
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
            with self.in_flight.background():
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
        only: Sequence[int] = (),
        kept: Kept | None = None,
    ) -> Iterator[Found | str]:
        """Answer a question: what was found, whenever more is, and the answer in pieces of text.

        A checkpoint that writes document ids chooses the evidence itself; for others the router's ranking does, and with
        `rounds` > 1 what the found documents name. only: documents to answer from, in place of those.
        """
        if self.model.config.writes_document_ids and not only:
            events = self._interleave(memory, question, library.texts, cancelled)
        else:
            events = self._retrieve_and_read(memory, question, library, rounds, cancelled, only, kept)
        return self.in_flight.answering(events)

    def _retrieve_and_read(
        self,
        memory: Memory,
        question: str,
        library: Library,
        rounds: int,
        cancelled: Callable[[], bool],
        only: Sequence[int],
        kept: Kept | None,
    ) -> Iterator[Found | str]:
        hits = [Hit(id, 0.0) for id in only] or self.find(memory, question, library, rounds=rounds)
        yield Found(tuple(hits))
        texts = library.texts([hit.document_id for hit in hits])
        known = [(hit, text) for hit, text in zip(hits, texts, strict=True) if text is not None]
        passages = [text for _, text in known]
        if READER not in self.model.adapters or len(passages) < (1 if only else 2):
            written = self.reader.read_together(memory, question, passages, cancelled)
            read, agreement = known, None
        else:
            believed = self.reader.read(memory, question, passages, cancelled, kept)
            # What the answer is read from leads the evidence.
            read, agreement = [known[place] for place in believed.reading], believed.agreement
            yield leading(hits, [hit for hit, _ in read], agreement)
            written = iter(believed.text)
        supported = Supported(question, [text for _, text in read], cancelled)
        yield from supported.checked(written)
        says = [(hit, text) for hit, text in read if locate(supported.answer, text)]
        doubted = supported.told is Support.PART or about_another(
            question, [text for _, text in says], [text for _, text in read]
        )
        if doubted:
            agreement = min(agreement or UNSUPPORTED, UNSUPPORTED)
        if doubted or (says and len(says) < len(read)):
            yield leading(hits, [hit for hit, _ in says or read], agreement)

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

    def search(
        self, memory: Memory, question: str, library: Library, *, rounds: int = 1, limit: int = FOUND
    ) -> list[Hit]:
        """As `find`, for callers outside: waits for the forward under way, and goes before background encoding."""
        with self.in_flight.question():
            return self.find(memory, question, library, rounds=rounds, limit=limit)

    def layer_scores(self, memory: Memory, question: str, ids: Sequence[int]) -> Tensor:
        """[layers, documents] float32: what each router layer makes of some documents, each row standardised over all."""
        with self.in_flight.question():
            prompt = self.layout.question(question)
            session = open_session(self.model, memory, [prompt], self._prefix_of(ENCODER), routing_only=True)
            scores = torch.stack(session.scores)[:, 0].float()
            spread = scores.std(dim=1, keepdim=True, unbiased=False).clamp(min=1e-6)
            columns = torch.searchsorted(session.document_ids, torch.tensor(list(ids), dtype=torch.int64))
            return ((scores - scores.mean(dim=1, keepdim=True)) / spread)[:, columns].cpu()

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
        scores = later_rounds(
            scores, ids, question, library.texts, library.named, library.said, rounds=rounds
        )
        scores = preferred(scores, ids, library.favoured, library.lowered)
        best = scores.topk(min(4 * limit, len(ids)))
        hits = [Hit(int(ids[row]), float(value)) for value, row in zip(*best, strict=True)]
        return varied(hits, library.origins)[:limit]

    def _prefix_of(self, adapter: str | None) -> Prefix:
        """The template as one adapter sees it, encoded once; one that the model has not sees what the backbone does."""
        on = adapter if adapter in self.model.adapters else None
        if on not in self._prefixes:
            self._prefixes[on] = encode_prefix(self.model, self.layout.prefix, adapter=on)
        return self._prefixes[on]


def leading(hits: Sequence[Hit], read: Sequence[Hit], agreement: float | None) -> Found:
    """The same hits, those that the answer is read from first."""
    return Found((*read, *(hit for hit in hits if hit not in read)), agreement, len(read))


def _fused(session: Session, lexical: Sequence[tuple[int, float]]) -> Tensor:
    """The layers' scores fused with words, [documents]; documents that the memory lacks by now are left out."""
    column = {int(number): at for at, number in enumerate(session.document_ids)} if lexical else {}
    words = {column[number]: score for number, score in lexical if number in column}
    return fuse(torch.stack(session.scores).sum(dim=0)[0], words)


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
