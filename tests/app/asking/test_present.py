"""The present one of a history in one passage: its latest line answers, and only where it is a history."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pytest

from app.asking.memory import Cited, Evidenced, Said
from app.asking.present import histories, is_of_another_time, latest, may_be_past
from app.asking.question import understand
from app.asking.readings import Reading
from app.asking.strategies import fact
from tests.app.asking.shelf import Shelf, document, run

GYMS = "Gym\n2016: Halle Nord, 21 euros a month\n2019: Turm, 28 euros a month\nsince 2022: Kellerwerk, 33 euros a month"
PHONES = "Nummern von Edda: 2015: 0421 330 812; 2019: 0421 771 904; seit 2023: 0173 555 0142."
JOURNAL = "2021: planted two figs\n2023: the stove from Holm arrived\n2024: sold the boat"


def now(question: str, answer: str, text: str) -> str | None:
    passage = Cited(document(1, text))
    return latest(understand(question, date(2025, 9, 20)), Reading(answer, (passage,), 0.9))


@pytest.mark.parametrize(
    ("question", "answer", "text", "told"),
    [
        (
            "Which gym do I go to?",
            "Halle Nord",
            GYMS,
            "Kellerwerk, 33 euros a month [1]\nEarlier (2016): Halle Nord [1]",
        ),
        (
            "How much is the gym a month?",
            "28 euros",
            GYMS,
            "Kellerwerk, 33 euros a month [1]\nEarlier (2019): 28 euros [1]",
        ),
        (
            "Wie ist die Nummer von Edda?",
            "0421 330 812",
            PHONES,
            "0173 555 0142 [1]\nFrüher (2015): 0421 330 812 [1]",
        ),
        (
            "Qui est le trésorier ?",
            "Malo",
            "Trésorier\n- 2014–2018 : Malo\n- 2018–2021 : Inès\n- depuis 2021 : Gwen",
            "Gwen [1]\nAuparavant (2014–2018) : Malo [1]",
        ),
        (
            "What is Edda's number?",
            "0421 330 812",
            PHONES,
            "0173 555 0142 [1]\nEarlier (2015): 0421 330 812 [1]",
        ),
        ("社长是谁？", "何敏", "社长\n2012年：何敏\n2020年起：罗文", "罗文 [1]\n此前（2012年）：何敏 [1]"),
        (
            "Was kostet der Stellplatz?",
            "85 €",
            "Stellplatz 85 €, seit März 2023 97 €",
            "97 € [1]\nFrüher (– März 2023): 85 € [1]",
        ),
        (
            "How much is the mooring?",
            "300 €",
            "Mooring 300 €, from 2021 340 €, from May 2024 365 €",
            "365 € [1]\nEarlier (– 2021): 300 € [1]",
        ),
        (
            "Who keeps the key?",
            "Osk",
            "| 2018 | key kept by Osk |\n| 2020 | key kept by Lin |",
            "key kept by Lin [1]\nEarlier (2018): Osk [1]",
        ),
    ],
)
def test_the_latest_line_answers_and_the_earlier_one_is_mentioned(
    question: str, answer: str, text: str, told: str
) -> None:
    assert now(question, answer, text) == told


@pytest.mark.parametrize(
    ("question", "answer", "text"),
    [
        ("Which gym did I go to first?", "Halle Nord", GYMS),
        ("Which gym do I go to?", "Kellerwerk", GYMS),
        ("Which gym did I go to in 2016?", "Halle Nord", GYMS),
        ("When did I join Turm?", "2019", GYMS),
        ("What is the stove from?", "Holm", JOURNAL),
        ("How many figs are there?", "two", JOURNAL),
        ("Wie ist die Nummer von Edda?", "0421 330 812", "2015: 0421 330 812\nseit 2023: keine mehr"),
        ("Which gym do I go to?", "Nowhere", GYMS),
        ("Was kostet der Stellplatz?", "85 €", "Stellplatz 85 €, seit März 2023 zwei Autos"),
        ("Which school does the butcher teach at?", "Halle Nord", GYMS),
        ("What is the phone number of the butcher?", "0421 330 812", PHONES),
    ],
)  # fmt: skip
def test_the_past_the_present_already_and_journals_are_left_alone(
    question: str, answer: str, text: str
) -> None:
    assert now(question, answer, text) is None


def test_lines_that_follow_each_other_and_parts_of_a_line_are_a_history() -> None:
    assert [[stage.said for stage in found] for found in histories(PHONES)] == [
        ["0421 330 812", "0421 771 904", "0173 555 0142"]
    ]
    assert [stage.spans for stage in next(histories("2014–2018: a\n2018 to today: b\n2020: c"))] == [
        True,
        True,
        False,
    ]
    assert list(histories("2016: Halle Nord\nAnd then nothing.\n2019: Turm")) == []


@dataclass
class Reader(Shelf):
    says: str = "Halle Nord"

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        yield Evidenced(tuple(Cited(one) for one in self.documents), 0.9)
        yield self.says


def test_an_answer_waits_for_it_and_cites_the_passage() -> None:
    question = understand("Which gym do I go to?", date(2025, 9, 20))
    passages = [document(1, GYMS), document(2, "Nothing here.", path="/n/b.md")]
    text, cited, _ = run(fact.answer(question, Reader(passages)))
    assert text.startswith("Kellerwerk") and cited[0] == 1
    assert may_be_past(question, [Cited(passages[0])]) and not may_be_past(question, [Cited(passages[1])])


def test_a_newer_memory_counts_before_the_latest_line_of_an_older_one() -> None:
    shelf = Shelf(
        [
            document(1, "Mooring 300 €, from May 2021 340 €.", date="2021-06-01", path="/n/old.md"),
            document(2, "New mooring: 410 € a year.", date="2024-03-01", path="/n/new.md"),
        ],
        shows_all=True,
    )
    text, _, _ = run(fact.answer(understand("How much is the mooring?", date(2025, 9, 20)), shelf))
    assert text.startswith("New mooring: 410 €")


PRESSURE = "# Blood pressure\n2023-10-02: 138/88\n2024-10-14: 126/80, next check in May 2026"


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("What was my blood pressure in 2022?", "138/88", True),
        ("What was my blood pressure in 2023?", "138/88", False),
        ("What was my blood pressure?", "138/88", False),
        ("When is the check in 2026?", "in May 2026", False),
    ],
)
def test_a_line_of_another_year_is_of_another_time(question: str, answer: str, other: bool) -> None:
    reading = Reading(answer, (Cited(document(1, PRESSURE)),), 0.9)
    assert is_of_another_time(understand(question, date(2025, 9, 20)), reading) == other
