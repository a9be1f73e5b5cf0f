"""Later rounds: what found documents name comes up, no further than behind them, until a document covers the question."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from engine.retrieval.links import WEIGHT
from engine.retrieval.rounds import COVERED, READ, cover, later_rounds

TEXTS = {
    3: "Rainy Days\nA song by Ann Berg.",
    12: "Ann Berg\nA singer. She was born in Oslo.",
    40: "Bees\nThey fly.",
    41: "Oslo\nA town with Tram Nine.",
    77: "Tram Nine\nEnds at the zoo.",
}
IDS = torch.tensor(list(TEXTS))
TITLES = {text.split("\n")[0]: number for number, text in TEXTS.items()}
FIRST = torch.tensor([5.0, 0.1, 0.3, 0.2, 0.0])


def texts(ids: Sequence[int]) -> list[str | None]:
    return [TEXTS[number] for number in ids]


def named(names: Sequence[str], apart_from: int) -> list[tuple[list[int], float]]:
    return [([TITLES[n]], 4.0) for n in names if n in TITLES and TITLES[n] != apart_from]


def unsaid(names: Sequence[str], apart_from: int) -> list[tuple[list[int], int]]:
    return []


def untitled(names: Sequence[str], apart_from: int) -> list[tuple[list[int], float]]:
    return []


def said(names: Sequence[str], apart_from: int) -> list[tuple[list[int], int]]:
    sayers = [[number for number, text in TEXTS.items() if name in text] for name in names]
    return [([n for n in numbers if n != apart_from], len(numbers)) for numbers in sayers]


def ranking(scores: Tensor) -> list[int]:
    return IDS[scores.argsort(descending=True)].tolist()


QUESTION = "Where was the artist of Rainy Days born?"


def test_one_round_leaves_the_scores_alone() -> None:
    assert later_rounds(FIRST, IDS, QUESTION, texts, named, unsaid, rounds=1) is not FIRST
    assert later_rounds(FIRST, IDS, QUESTION, texts, named, unsaid, rounds=1).equal(FIRST)


def test_what_the_found_documents_name_comes_up_behind_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.retrieval.rounds.READ", 1)
    second = later_rounds(FIRST, IDS, QUESTION, texts, named, unsaid, rounds=2)
    assert ranking(second)[:2] == [3, 12]
    assert second[1] == pytest.approx(0.1 + WEIGHT * 4.0) and second[2:].equal(FIRST[2:])
    third = later_rounds(FIRST, IDS, QUESTION, texts, named, unsaid, rounds=3)
    assert ranking(third)[:3] == [3, 12, 41]


def test_a_named_document_never_passes_the_one_that_names_it() -> None:
    strong = later_rounds(FIRST, IDS, QUESTION, texts, named, unsaid, rounds=2, weight=100)
    assert ranking(strong)[:2] == [3, 12] and strong[1] == pytest.approx(5.0)


def test_a_mention_never_passes_the_document_that_names_it() -> None:
    strong = later_rounds(FIRST, IDS, QUESTION, texts, untitled, said, rounds=2, brought=1000)
    assert ranking(strong)[0] == 3 and strong.max() == 5.0 and (strong >= FIRST).all()
    assert strong[1] > FIRST[1]


def test_of_a_title_the_document_that_fits_the_question_best_comes_up() -> None:
    def one_title(names: Sequence[str], apart_from: int) -> list[tuple[list[int], float]]:
        return [([12, 41, 77], 4.0)] if apart_from == 3 else []

    second = later_rounds(FIRST, IDS, QUESTION, texts, one_title, unsaid, rounds=2)
    assert (second > FIRST).tolist() == [False, False, False, True, False]


def test_of_a_document_only_the_best_links_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.retrieval.links.TITLES", 1)

    def all_titles(names: Sequence[str], apart_from: int) -> list[tuple[list[int], float]]:
        return [([12], 1.0), ([41], 2.0), ([77], 1.5)] if apart_from == 3 else []

    second = later_rounds(FIRST, IDS, QUESTION, texts, all_titles, unsaid, rounds=2)
    assert (second > FIRST).tolist() == [False, False, False, True, False]


def test_a_document_that_holds_the_question_ends_the_search() -> None:
    question = "Who made the song Rainy Days by Ann?"
    asked: list[int] = []

    def noted(names: Sequence[str], apart_from: int) -> list[tuple[list[int], float]]:
        asked.append(apart_from)
        return named(names, apart_from)

    assert cover(question, TEXTS[3]) == 5 / 8
    assert later_rounds(FIRST, IDS, question, texts, noted, unsaid, rounds=4, covered=5 / 8).equal(FIRST)
    assert asked == []
    assert not later_rounds(FIRST, IDS, question, texts, noted, unsaid, rounds=2, covered=0.7).equal(FIRST)
    assert len(asked) == READ < len(IDS) and COVERED > 5 / 8


def test_names_that_the_question_says_lead_nowhere() -> None:
    seen: list[str] = []

    def noted(names: Sequence[str], apart_from: int) -> list[tuple[list[int], float]]:
        seen.extend(names)
        return []

    later_rounds(
        FIRST, IDS, "Is ann berg alive and well these days, or dead?", texts, noted, unsaid, rounds=2
    )
    assert "Ann Berg" not in seen and "Tram Nine" in seen


def test_no_document_is_read_twice_and_rounds_end_when_all_are_read() -> None:
    read: list[int] = []

    def noted(ids: Sequence[int]) -> list[str | None]:
        read.extend(ids)
        return texts(ids)

    later_rounds(FIRST, IDS, QUESTION, noted, named, unsaid, rounds=9)
    assert sorted(read) == IDS.tolist()


def test_documents_that_went_meanwhile_are_ignored() -> None:
    gone = later_rounds(FIRST, IDS, QUESTION, lambda ids: [None] * len(ids), named, unsaid, rounds=3)
    assert gone.equal(FIRST)
    unknown = later_rounds(
        FIRST, IDS, QUESTION, texts, lambda names, own: [([13], 9.0), ([99], 9.0)], unsaid, rounds=2
    )
    assert unknown.equal(FIRST)
    empty = later_rounds(torch.zeros(0), IDS[:0], QUESTION, texts, named, unsaid, rounds=2)
    assert len(empty) == 0


@given(st.lists(st.floats(-3, 3, width=32), min_size=5, max_size=5), st.floats(0, 10), st.integers(1, 4))
def test_nothing_sinks_and_the_first_stays_first(scores: list[float], weight: float, rounds: int) -> None:
    first = torch.tensor(scores)
    later = later_rounds(first, IDS, QUESTION, texts, named, unsaid, rounds=rounds, weight=weight)
    assert (later >= first).all() and later.max() == first.max()
