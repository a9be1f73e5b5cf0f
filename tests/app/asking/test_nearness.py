"""How much of a question long passages of other languages speak of: rare things before common ones, and close together."""

from __future__ import annotations

from datetime import date

from app.asking.across import to_read
from app.asking.everyday.abroad import senses
from app.asking.nearness import said_alike, spoken_of
from app.asking.question import understand
from tests.app.asking.shelf import Shelf, document

QUESTION = understand("What did the repair of the roof cost?", date(2025, 9, 20))
SOUGHT = senses(QUESTION.text, "en")
APART = document(
    1,
    "Das Dach ist schön und wir mögen es.\nDer Garten ist groß.\nDie Katze schläft.\nDie Reparatur der Uhr war am Montag.\n"
    "Und das Brot ist gut.\nDer Käse hat 4 € gekostet.",
    path="/n/a.md",
)
TOGETHER = document(
    2,
    "Der Garten ist groß.\nDie Reparatur am Dach hat 900 € gekostet.\nDie Katze schläft und das Brot ist gut.",
    path="/n/b.md",
)
PRICES = [document(n, f"Der Preis der Ware {n} war {n} €.", path=f"/n/{n}.md") for n in range(3, 9)]


def test_what_stands_in_one_line_tells_more_than_what_is_strewn_over_a_passage() -> None:
    apart, together, *_ = spoken_of(SOUGHT, [APART, TOGETHER, *PRICES])
    assert apart.share == together.share == 1.0 and together.near > apart.near


def test_a_line_is_about_what_stands_over_its_passage_but_less_so() -> None:
    over = document(1, "Am Montag 900 € gezahlt.", path="/n/Dach Reparatur.md", title="")
    first, second = spoken_of(SOUGHT, [over, TOGETHER])
    assert first.share == 1.0 and 0 < first.near < second.near


def test_what_few_passages_have_weighs_more() -> None:
    roof = document(1, "Das Dach ist neu.", path="/n/a.md")
    spoken = spoken_of(SOUGHT, [roof, *PRICES])
    assert spoken[0].share > spoken[1].share


def test_a_name_of_another_script_tells_nothing_of_a_passage() -> None:
    sought = senses("When does Ottoline pay the rent?", "en")
    chinese, german = document(1, "房租每月五号付。"), document(2, "Die Miete wird am 5. bezahlt.")
    told = spoken_of(sought, [chinese, german])
    assert told[0].share == 1.0 and told[1].share < 1.0


def test_words_that_stand_in_another_language_as_they_are_are_looked_for() -> None:
    question = understand("Was kostet Quarzfunk im Monat?", date(2025, 9, 20))
    sought = senses(question.text, "de")
    passages = [document(1, "Quarzfunk, 14 a month."), document(2, "The price is 3 euros.")]
    assert said_alike(question, sought, passages) == [frozenset(("quarzfunk",))]
    assert said_alike(question, sought, passages[1:]) == []


def test_the_passage_of_a_long_file_that_says_it_together_is_read_and_what_hardly_speaks_of_it_is_not() -> (
    None
):
    shelf = Shelf([*PRICES, APART, TOGETHER], abroad=[d.id for d in (*PRICES, APART, TOGETHER)])
    hits = to_read(QUESTION, SOUGHT, shelf)
    assert hits[0].document.id == TOGETHER.id and not {hit.document.id for hit in hits} & {
        d.id for d in PRICES
    }
    none = understand("Which vet treated the goat of the plumber?", date(2025, 9, 20))
    assert to_read(none, senses(none.text, "en"), shelf) == []


def test_without_anything_that_can_be_told_the_best_are_read() -> None:
    odd = understand("How many vaulters does the guild have?", date(2025, 9, 20))
    shelf = Shelf([TOGETHER], abroad=[TOGETHER.id])
    assert [hit.document.id for hit in to_read(odd, senses(odd.text, "en"), shelf)] == [TOGETHER.id]
