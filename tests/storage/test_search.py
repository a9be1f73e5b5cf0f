"""Documents are found by their words in any language, as they are spelled and nearly so."""

from __future__ import annotations

import pytest

from storage.archive import Archive
from tests.storage.synthetic import remember

TEXTS = {
    "lease": "Mietvertrag: die Kaltmiete im Erlenweg beträgt 1.250 Franken.",
    "rent": "我的房租是每月1200元，房东是冯欣然。",
    "cafe": "On se retrouve au café de l'Hôtel-de-Ville à Besançon.",
    "boat": "The running costs of the red boat came to 5,000 pounds, says Ann Lindqvist.",
    "tokyo": "来週、東京でカメラを買います。",
    "seoul": "서울에서 친구를 만났습니다.",
    "bangkok": "ร้านอาหารไทยอยู่ใกล้สถานี",
    "mueller": "Herr Müller bringt den Schlüssel.",
}


@pytest.fixture
def ids(archive: Archive) -> dict[int, str]:
    return dict(zip(remember(archive, *TEXTS.values()), TEXTS, strict=True))


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("房租多少？", "rent"),
        ("冯欣然", "rent"),
        ("カメラ", "tokyo"),
        ("친구", "seoul"),
        ("อาหารไทย", "bangkok"),
        ("Wie hoch war die Kaltmiete?", "lease"),
        ("Miete", "lease"),
        ("Erlenwegs", "lease"),
        ("Bruttokaltmiete", "lease"),
        ("1250", "lease"),
        ("l’hotel", "cafe"),
        ("besancon", "cafe"),
        ("what did it cost to run?", "boat"),
        ("5.000", "boat"),
        ("Lindkvist", "boat"),
        ("Lindqvst", "boat"),
        ("Mueller", "mueller"),
        ("Schlussel", "mueller"),
    ],
)
def test_the_best_match(archive: Archive, ids: dict[int, str], question: str, found: str) -> None:
    assert [ids[id] for id, _ in archive.documents.search(question)][:1] == [found]


@pytest.mark.parametrize(
    "question", ["", "?!", '"', "NEAR( * AND", "\ud800", "a OR b", "{title} : x", "😀", "_"]
)
def test_any_text_is_a_question(archive: Archive, ids: dict[int, str], question: str) -> None:
    archive.documents.search(question)
    archive.documents.listed(question)
    archive.documents.search_names([question], 1)
    archive.documents.search_mentions([question], 1)
    archive.documents.holds_elsewhere(question, 1)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Kaltm", "lease"),
        ("miete", "lease"),
        ("房", "rent"),
        ("カメ", "tokyo"),
        ("lind", "boat"),
        ("Besan", "cafe"),
    ],
)
def test_a_search_field_finds_beginnings_and_ends_of_words(
    archive: Archive, ids: dict[int, str], typed: str, found: str
) -> None:
    assert [ids[document.id] for document in archive.documents.listed(typed)] == [found]
    assert archive.documents.count(typed) == 1


def test_a_word_that_is_there_finds_no_misspelling_of_it(archive: Archive) -> None:
    right, _ = remember(archive, "Schmitt bakes.", "Schmidt sings.")
    assert [id for id, _ in archive.documents.search("Schmitt")] == [right]


def test_whole_words_go_before_ends_of_words(archive: Archive) -> None:
    compound, whole = remember(archive, "Die Stromrechnung kam.", "Die Rechnung kam.")
    assert [document.id for document in archive.documents.listed("Rechnung")] == [whole, compound]
