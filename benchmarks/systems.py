"""The systems that `benchmarks.quality` compares, over one corpus of passages.

All rank the same passages. `bm25` is the archive's own FTS5 search, `minilm` and `e5` the cosine of all-MiniLM-L6-v2 and of
multilingual-e5-small in four bits (development dependencies, `benchmarks.embeddings`), `router` the summed routing scores of
the model's layers, `doppel` what the product's model does, `doppel-1` the same with a single round of retrieval, `twin` all
that the product does with a question, its period and second looks among it (`app.asking`). `rag-*` retrieve with one of the
first three; the best five are read with the product's own reading prompt, by the plain backbone or, as `rag-*-reader`, by
the backbone with the product's reader, so that only retrieval and the compressed memory differ. The corpus is encoded into
a real archive: quantised keys, SQLite, the lot.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from app.asking import route
from app.asking.events import placed
from app.asking.question import Question, understand
from app.asking.readings import whole
from app.asking.strategies.fact import favoured
from app.model.answerer import FOUND, Answerer, Hit, Library
from app.settings import Settings
from app.twin.recall import CANDIDATES, Recall
from benchmarks.datasets import Passage
from benchmarks.embeddings import EMBEDDERS, load_embedder
from benchmarks.scoring import conclusion, itself
from engine.memory import Memory, RamMemory
from engine.session import encode_prefix, open_session
from storage.archive import Archive
from storage.records import Draft

ENCODE_BATCH = 256


@dataclass(frozen=True)
class Corpus:
    """Passages in a real archive. index: document id → position in `passages`; vectors: where rivals keep theirs."""

    passages: list[Passage]
    archive: Archive
    memory: Memory
    answerer: Answerer
    index: dict[int, int]
    vectors: Path

    def texts(self, ranked: Sequence[int]) -> list[str]:
        return [self.passages[i].text for i in ranked]

    def words(self, question: str, limit: int) -> list[tuple[int, float]]:
        """(document id, BM25), best first."""
        return self.archive.documents.search(question, limit=limit)


@contextmanager
def open_corpus(
    folder: Path, passages: list[Passage], answerer: Answerer, *, begins: int | None = None
) -> Iterator[Corpus]:
    """Encode the passages into the archive in `folder`, or take them up where an earlier run left off.

    A folder belongs to one model and one list of passages: its name carries a digest of both, or of the first `begins`
    passages where a list that begins so is to grow from call to call.
    """
    digest = hashlib.sha256(answerer.model.fingerprint.encode())
    for passage in passages[:begins]:
        digest.update(f"{passage.date or ''}{passage.text}".encode())
    model = answerer.model
    name = digest.hexdigest()[:16] + ("" if begins is None else "-grows")
    with Archive.open(folder / name) as archive:
        bank = archive.banks.open(
            model.fingerprint, len(model.config.router_layers), model.kv_heads, model.head_dim
        )
        done = archive.documents.count()
        if done > len(passages):
            raise ValueError(
                f"{folder / name} holds {done} passages already: remove it to begin with {len(passages)}"
            )
        for start in range(done, len(passages), ENCODE_BATCH):
            batch = passages[start : start + ENCODE_BATCH]
            ids = archive.commits.reserve_ids(len(batch))
            drafts = [
                Draft(
                    id=number,
                    ordinal=start + offset,
                    text=passage.text,
                    content_hash=hashlib.sha256(passage.text.encode()).hexdigest(),
                    title=passage.title,
                    tokens=answerer.count_tokens(passage.text),
                    date=passage.date,
                    date_source="message" if passage.date else "",
                )
                for offset, (number, passage) in enumerate(zip(ids, batch, strict=True))
            ]
            encodings = answerer.encode([(draft.id, draft.text) for draft in drafts])
            archive.commits.commit_documents(None, add=drafts, encodings=encodings, bank=model.fingerprint)
        memory = bank.snapshot()
        index = {int(number): i for i, number in enumerate(memory.document_ids)}
        yield Corpus(passages, archive, memory, answerer, index, folder / f"{name}.{len(passages)}")


class System(Protocol):
    def rank(self, question: str, limit: int) -> list[int]:
        """Indices of passages, best first."""
        ...


class Bm25:
    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def rank(self, question: str, limit: int) -> list[int]:
        return [self.corpus.index[number] for number, _ in self.corpus.words(question, limit)]


class Embedding:
    """Cosine between a question's vector and those of the passages."""

    def __init__(self, corpus: Corpus, name: str) -> None:
        self._embedder = load_embedder(name)
        file = corpus.vectors.with_name(f"{corpus.vectors.name}.{name}.npy")
        if not file.exists():
            np.save(file, self._embedder.passages([passage.text for passage in corpus.passages]))
        self._vectors = np.load(file)

    def rank(self, question: str, limit: int) -> list[int]:
        similarity = self._vectors @ self._embedder.question(question)
        return list(np.argsort(-similarity, kind="stable")[:limit])


class Router:
    """MSA routing alone: the layers' scores summed."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._prefix = encode_prefix(corpus.answerer.model, corpus.answerer.layout.prefix)

    def scores(self, question: str) -> Tensor:
        """[passages] float32."""
        answerer = self.corpus.answerer
        prompt = answerer.layout.question(question)
        session = open_session(answerer.model, self.corpus.memory, [prompt], self._prefix, routing_only=True)
        return torch.stack(session.scores).sum(dim=0)[0]

    def rank(self, question: str, limit: int) -> list[int]:
        scores = self.scores(question)
        return scores.topk(min(limit, len(scores))).indices.tolist()


@dataclass(frozen=True)
class Said:
    """An answer, and the share of its readings' votes that it has where they voted."""

    text: str
    agreement: float | None = None


class Doppel:
    """The product: routing fused with words, further rounds, then read with the compressed memory at hand."""

    def __init__(self, corpus: Corpus, *, rounds: int = Settings.rounds) -> None:
        self.corpus = corpus
        self.rounds = rounds
        archive = corpus.archive
        self._library = Library(
            self._texts,
            self._origins,
            self._words,
            archive.documents.search_names,
            archive.documents.search_mentions,
        )

    def rank(self, question: str, limit: int) -> list[int]:
        return [self.corpus.index[hit.document_id] for hit in self.find(question, limit)]

    def find(self, question: str, limit: int) -> list[Hit]:
        corpus = self.corpus
        return corpus.answerer.find(corpus.memory, question, self._library, rounds=self.rounds, limit=limit)

    def answer(self, question: str, ranked: Sequence[int]) -> Said:
        corpus = self.corpus
        text, agreement = "", None
        for event in corpus.answerer.ask(corpus.memory, question, self._library, rounds=self.rounds):
            if isinstance(event, str):
                text += event
            else:
                agreement = event.agreement
        return Said(text.strip(), agreement)

    def _texts(self, ids: Sequence[int]) -> list[str | None]:
        return [self.corpus.passages[self.corpus.index[number]].text for number in ids]

    def _words(self, text: str) -> list[tuple[int, float]]:
        return self.corpus.words(text, CANDIDATES)

    def _origins(self, ids: Sequence[int]) -> list[str | None]:
        """Each passage counts as a file of its own: the sets do not say which belong together."""
        return [None] * len(ids)


class Whole:
    """The twin's whole way with a question: understood, its period first, a strategy's answer with its second looks. Of a
    comparison what it comes to is scored, without the readings that stand below it.

    on: the day that it is asked on, None: the last day of the archive.
    """

    def __init__(self, corpus: Corpus, *, on: date | None = None) -> None:
        days = [passage.date for passage in corpus.passages if passage.date]
        self.corpus = corpus
        self.on = on or (date.fromisoformat(max(days)) if days else date.today())

    def rank(self, question: str, limit: int) -> list[int]:
        understood, recall = self._begun(question)
        found = recall.search(understood.text, limit, favoured(understood.period, recall))
        return [self.corpus.index[hit.document.id] for hit in found]

    def answer(self, question: str, ranked: Sequence[int]) -> Said:
        understood, recall = self._begun(question)
        understood = placed(understood, recall, self.on)
        reading = whole(route.answer(understood, recall))
        said = itself(reading.text)
        return Said(conclusion(said) if understood.kind == "comparison" else said, reading.agreement)

    def _begun(self, question: str) -> tuple[Question, Recall]:
        corpus = self.corpus
        recall = Recall(corpus.archive, corpus.answerer, corpus.memory, Settings.rounds, lambda: False)
        return understand(question, self.on), recall


class Rag:
    """Retrieval by another system; the same backbone reads as the product does, but without compressed memory.

    adapted: with the product's reader, else the plain backbone.
    """

    def __init__(self, retriever: System, corpus: Corpus, *, adapted: bool) -> None:
        self.rank = retriever.rank
        self.corpus = corpus
        self.adapted = adapted
        self._nothing = RamMemory([], corpus.answerer.model.config)

    def answer(self, question: str, ranked: Sequence[int]) -> Said:
        passages = self.corpus.texts(ranked[:FOUND])
        pieces = self.corpus.answerer.reader.read_together(
            self._nothing, question, passages, adapted=self.adapted
        )
        return Said("".join(pieces).strip())


def build(name: str, corpus: Corpus) -> System:
    """Raises ValueError for a name that is not in SYSTEMS."""
    if name not in SYSTEMS:
        raise ValueError(f"there is no system {name!r}: choose from {', '.join(SYSTEMS)}")
    if name.startswith("rag-"):
        retriever = name.removeprefix("rag-").removesuffix(WITH_READER)
        return Rag(build(retriever, corpus), corpus, adapted=name.endswith(WITH_READER))
    if name == "doppel-1":
        return Doppel(corpus, rounds=1)
    if name in EMBEDDERS:
        return Embedding(corpus, name)
    plain: dict[str, type[Bm25] | type[Router] | type[Doppel] | type[Whole]] = {
        "bm25": Bm25,
        "router": Router,
        "doppel": Doppel,
        "twin": Whole,
    }
    return plain[name](corpus)


WITH_READER = "-reader"
SYSTEMS = (
    "bm25",
    "minilm",
    "e5",
    "router",
    "doppel",
    "doppel-1",
    "twin",
    "rag-bm25",
    "rag-minilm",
    "rag-e5",
    "rag-bm25-reader",
    "rag-minilm-reader",
    "rag-e5-reader",
)
