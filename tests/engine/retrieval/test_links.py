"""Links: to titles by how rarely they are said, to mentions by that and by the question's words that they bring."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
import torch

from engine.retrieval.links import COMPARED, MENTIONS, NEW_WORDS_WEIGHT, RARE, Links, by_mention, by_title

IDS = torch.tensor([3, 12, 40, 41])
SCORES = torch.tensor([5.0, 0.1, 0.3, 0.2])
TEXTS = {
    3: "Ann Berg left.",
    12: "Ann Berg sang in Oslo.",
    40: "Bees and Ann Berg.",
    41: "The tram of Ann Berg.",
}
QUESTION = "Which tram left?"


def texts(ids: Sequence[int]) -> list[str | None]:
    return [TEXTS.get(number) for number in ids]


def mentions(
    said: Sequence[tuple[Sequence[int], int]], brought: float = NEW_WORDS_WEIGHT
) -> dict[int, float]:
    links = by_mention(said, QUESTION, TEXTS[3], SCORES, IDS, texts, brought)
    return dict(zip(IDS[links.rows].tolist(), links.reached.tolist(), strict=True))


def test_a_mention_counts_by_how_few_say_the_name_and_by_the_words_it_brings() -> None:
    reached = mentions([([12, 41], 3)])
    rare = RARE * (1 - math.log(3))
    # Of "which", "tram" and "left" the naming document lacks two, and one of them is brought.
    assert reached == {12: pytest.approx(0.1 + rare), 41: pytest.approx(0.2 + rare + NEW_WORDS_WEIGHT / 3)}


def test_words_that_the_naming_document_has_are_not_brought() -> None:
    links = by_mention([([41], 1)], QUESTION, TEXTS[41], SCORES, IDS, texts, NEW_WORDS_WEIGHT)
    assert links.reached.tolist() == pytest.approx([0.2 + RARE])


def test_of_several_names_the_rarest_leads() -> None:
    once = mentions([([12], 9), ([12], 2), ([12], 4)])
    assert once == {12: pytest.approx(0.1 + RARE * (1 - math.log(2)))}


def test_unknown_and_forgotten_documents_lead_nowhere() -> None:
    assert mentions([([13, 99], 2), ([], 1)]) == {} == mentions([])
    gone = by_mention(
        [([12], 1)], QUESTION, TEXTS[3], SCORES, IDS, lambda ids: [None] * len(ids), NEW_WORDS_WEIGHT
    )
    assert gone.reached.tolist() == pytest.approx([0.1 + RARE])
    assert len(by_title([([13], 4.0)], SCORES, IDS, 1.0).rows) == 0


def test_only_the_best_mentions_are_read_and_followed() -> None:
    ids = torch.arange(100)
    scores = torch.arange(100.0)
    read: list[int] = []

    def noted(numbers: Sequence[int]) -> list[str | None]:
        read.extend(numbers)
        return ["" for _ in numbers]

    links = by_mention([(list(range(90)), 90)], QUESTION, "", scores, ids, noted, NEW_WORDS_WEIGHT)
    assert sorted(read) == list(range(90 - COMPARED, 90))
    assert links.rows.tolist() == [89, 88, 87, 86] and len(links.rows) == MENTIONS


def test_of_a_title_the_best_document_and_of_titles_the_strongest() -> None:
    links = by_title([([12, 40], 1.0), ([41], 2.0), ([3], -9.0)], SCORES, IDS, 0.5)
    assert IDS[links.rows].tolist() == [41, 40] and links.reached.tolist() == pytest.approx([1.2, 0.8])


def test_the_best_of_fewer_links_than_asked_for_are_all() -> None:
    links = Links(torch.tensor([7, 8]), torch.tensor([0.5, 1.5])).best(9)
    assert links.rows.tolist() == [8, 7]
