"""The compared systems over a real archive and a tiny random model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.model.answerer import Answerer
from benchmarks.datasets import Passage
from benchmarks.embeddings import Embedder
from benchmarks.systems import Bm25, Corpus, Doppel, Rag, Router, build, open_corpus
from engine.retrieval.fuse import fuse

PASSAGES = [
    Passage("Boats", "Boats\nThe red boat lies in Hull.", ("a",)),
    Passage("Bread", "Bread\nRye bread needs sourdough.", ("b",)),
    Passage("Trams", "Trams\nLine four ends at the zoo.", ("c",)),
]


def test_a_corpus_is_taken_up_where_it_was_left(
    answerer: Answerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.systems.ENCODE_BATCH", 1)
    encode, calls = answerer.encode, []

    def failing(passages: list[tuple[int, str]]) -> object:
        calls.append(len(passages))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return encode(passages)

    monkeypatch.setattr(answerer, "encode", failing)
    with pytest.raises(KeyboardInterrupt), open_corpus(tmp_path, PASSAGES, answerer):
        pass
    with open_corpus(tmp_path, PASSAGES, answerer) as corpus:
        assert len(calls) == 4  # one passage was still missing
        assert sorted(corpus.index.values()) == [0, 1, 2]
        for position, passage in enumerate(PASSAGES):
            word = passage.text.split()[-1].strip(".")
            assert Bm25(corpus).rank(f"where is {word}?", 16) == [position]


@pytest.fixture
def corpus(answerer: Answerer, tmp_path: Path) -> Iterator[Corpus]:
    with open_corpus(tmp_path, PASSAGES, answerer) as opened:
        yield opened


def test_router_ranks_every_passage_and_doppel_fuses_words(corpus: Corpus) -> None:
    question = "sourdough"
    routed = Router(corpus).scores(question)
    assert sorted(Router(corpus).rank(question, 16)) == [0, 1, 2]
    ((number, score),) = corpus.words(question, 16)
    expected = fuse(routed, {corpus.index[number]: score})
    assert Doppel(corpus).rank(question, 2) == expected.topk(2).indices.tolist()


def test_readers_answer_from_the_passages_they_are_given(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.answering.reader.ANSWER_TOKENS", 4)
    seen: list[list[str]] = []
    reading = corpus.answerer.layout.reading

    def spy(question: str, passages: list[str], **rest: object) -> object:
        seen.append(list(passages))
        return reading(question, passages, **rest)

    monkeypatch.setattr(type(corpus.answerer.layout), "reading", lambda self, *a, **k: spy(*a, **k))
    rag = build("rag-bm25", corpus)
    assert isinstance(rag, Rag)
    assert isinstance(rag.answer("sourdough", rag.rank("sourdough", 16)).text, str)
    assert seen == [[PASSAGES[1].text]]
    doppel = Doppel(corpus)
    assert isinstance(doppel.answer("sourdough", doppel.rank("sourdough", 16)).text, str)
    assert sorted(seen[-1]) == sorted(p.text for p in PASSAGES)


def test_unknown_systems_are_named(corpus: Corpus) -> None:
    with pytest.raises(ValueError, match="rag-bm25"):
        build("oracle", corpus)


def test_rivals_rank_by_cosine_and_keep_their_vectors(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def passages(texts: Sequence[str]) -> NDArray[np.float32]:
        calls.append(len(texts))
        return np.eye(3, dtype=np.float32)

    monkeypatch.setattr(
        "benchmarks.systems.load_embedder",
        lambda name: Embedder(passages, lambda text: np.array([0, 0.6, 0.8], dtype=np.float32)),
    )
    assert build("e5", corpus).rank("any", 2) == [2, 1]
    assert build("e5", corpus).rank("any", 3) == [2, 1, 0]
    assert calls == [3]
