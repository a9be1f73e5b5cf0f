"""Memories that say otherwise: the newer answers, the older is mentioned, and of like ones neither is preferred."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest

from app.asking.disagreement import rivals, settled
from app.asking.memory import Cited, Evidenced, Said
from app.asking.question import understand
from app.asking.readings import Reading
from app.asking.strategies import fact
from app.passages.file_passages import text_hash
from storage.records import Document
from tests.app.asking.shelf import Shelf, document, run

TODAY = date(2025, 9, 20)
OLD = document(1, "Rent of the garage: 40 euros.", date="2019-02-01", path="/n/old.md")
NEW = document(2, "Rent of the garage: 55 euros.", date="2023-02-01", path="/n/new.md")


class Says(Shelf):
    """Reads one answer from every passage it is given."""

    answer = ""

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        yield Evidenced(tuple(Cited(d, 1.0) for d in self.documents if d.id in only))
        yield self.answer


def ask(question: str, *documents: object) -> tuple[str, list[int], Shelf, float | None]:
    shelf = Shelf(list(documents), shows_all=True)  # type: ignore[arg-type]
    events = list(fact.answer(understand(question, TODAY), shelf))
    agreement = [event.agreement for event in events if isinstance(event, Evidenced)][-1]
    return *run(iter(events))[:2], shelf, agreement


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)])
def test_the_newer_answers_and_the_older_is_mentioned(order: tuple[object, ...]) -> None:
    text, cited, shelf, agreement = ask("What is the rent of the garage?", *order)
    assert text.split("\n") == [
        "Rent of the garage: 55 euros. [1]",
        "Earlier (2019-02-01): Rent of the garage: 40 euros. [2]",
    ]
    assert cited == [2, 1] and agreement is None and len(shelf.alone) == 1


@pytest.mark.parametrize(
    ("question", "old", "new", "earlier"),
    [
        (
            "Wie hoch ist die Miete der Garage?",
            "Miete der Garage: 40 €.",
            "Miete der Garage: 55 €.",
            "Früher",
        ),
        ("Quel est le loyer du garage ?", "Loyer du garage : 40 €.", "Loyer du garage : 55 €.", "Auparavant"),
        ("车库的租金是多少？", "车库的租金是40元。", "车库的租金是55元。", "此前"),
    ],
)
def test_in_the_language_of_the_question(question: str, old: str, new: str, earlier: str) -> None:
    text, cited, _, _ = ask(
        question,
        document(1, old, date="2019", path="/n/a.md"),
        document(2, new, date="2023", path="/n/b.md"),
    )
    assert "55" in text.split("\n")[0] and text.split("\n")[1].startswith(f"{earlier}") and cited == [2, 1]


@pytest.mark.parametrize("dates", [(None, None), ("2023-02", "2023-02-01"), ("2023", None)])
def test_of_like_dates_both_are_shown_and_nothing_is_sure(dates: tuple[str | None, str | None]) -> None:
    text, cited, _, agreement = ask(
        "What is the rent of the garage?",
        document(1, OLD.text, date=dates[0], path="/n/a.md"),
        document(2, NEW.text, date=dates[1], path="/n/b.md"),
    )
    assert "Another memory says: Rent of the garage: 55 euros. [2]" in text
    assert cited == [1, 2] and agreement == fact.NOT_SURE


def test_the_day_a_file_was_changed_makes_nothing_newer() -> None:
    _, _, _, agreement = ask(
        "What is the rent of the garage?",
        document(1, OLD.text, date="2019-02-01", source="mtime", path="/n/a.md"),
        document(2, NEW.text, date="2023-02-01", source="mtime", path="/n/b.md"),
    )
    assert agreement == fact.NOT_SURE


def test_what_agrees_or_is_about_something_else_is_not_mentioned() -> None:
    same = document(2, "The garage: rent stays at 40 euros.", date="2023-02-01", path="/n/new.md")
    other = document(3, "The rent of the flat is 900 euros.", date="2024-02-01", path="/n/flat.md")
    text, _, shelf, _ = ask("What is the rent of the garage?", OLD, same, other)
    assert text in (OLD.text, same.text) and (3,) not in shelf.alone


def test_a_saved_chat_contradicts_no_file() -> None:
    said = document(2, NEW.text, date="2024-01-01", path="/n/c.md", message_id=7)
    text, _, shelf, _ = ask("What is the rent of the garage?", OLD, said)
    assert "Earlier" not in text and not shelf.alone


def test_a_reason_is_not_weighed_against_another() -> None:
    text, _, shelf, _ = ask("Why is the rent of the garage low?", OLD, NEW)
    assert not shelf.alone and "\n" not in text


def test_a_single_passage_is_told_as_it_is_read() -> None:
    shelf = Shelf([OLD], shows_all=True)
    assert run(fact.answer(understand("What is the rent of the garage?", TODAY), shelf))[0] == OLD.text
    assert not shelf.alone


def test_at_most_two_passages_are_read_again() -> None:
    many = [
        document(n, f"Rent of the garage: 40 euros, said {n} times.", date=f"20{n:02}", path=f"/n/{n}.md")
        for n in range(10, 15)
    ]
    assert len(ask("What is the rent of the garage?", *many)[2].alone) <= 2


@pytest.mark.parametrize(
    ("question", "text", "answer", "other", "otherwise", "disagree"),
    [
        (
            "Wann begann die Stelle bei Lohse?",
            "Die Stelle bei Lohse begann 2016.",
            "2016",
            "Die Stelle bei Lohse ist gut. Der Urlaub begann mit Regen.\n\nIm Homeoffice seit 2019.",
            "2019",
            False,
        ),
        (
            "How many litres does the rain barrel hold?",
            "The rain barrel holds 300 litres.",
            "300 litres",
            "A rain barrel that holds more.\n\nWatering took 40 litres a day.",
            "40 litres",
            False,
        ),
        (
            "How many litres does the rain barrel hold?",
            "The rain barrel holds 300 litres.",
            "300 litres",
            "Planned: a rain barrel that would hold 200 litres.",
            "200 litres",
            True,
        ),
        ("水箱能装多少升水？", "水箱能装300升水。", "300升", "水箱能装200升水。", "200升", True),
        (
            "Quel est le loyer de l'atelier ?",
            "Le loyer de l'atelier est de 610 euros.",
            "610 euros",
            "Bail d'un atelier. Loyer : 540 euros par mois.",
            "540 euros",
            True,
        ),
    ],
)
def test_only_what_is_said_of_the_same_thing_contradicts(
    question: str, text: str, answer: str, other: str, otherwise: str, disagree: bool
) -> None:
    own, rival = document(1, text, path="/n/a.md"), document(2, other, path="/n/b.md")
    shelf = Says([own, rival])
    shelf.answer = otherwise
    reading = Reading(answer, (Cited(own, 1.0), Cited(rival, 0.9, read=False)))
    assert (settled(understand(question, TODAY), reading, shelf) is not None) is disagree


OLD_DE = document(1, "Die Liegegebühr ist 380 € im Jahr.", date="2021-04-08", path="/n/alt.md")
NEW_DE = document(2, "Neue Liegegebühr ab Mai: 460 € im Jahr.", date="2023-04-13", path="/n/neu.md")
OTHER_DE = document(3, "Die Suppe für das Fest kostet 90 € im Ganzen.", date="2024-01-01", path="/n/fest.md")


@pytest.mark.parametrize(("rival", "otherwise", "told"), [(NEW_DE, "460 €", True), (OTHER_DE, "90 €", False)])
def test_asked_in_another_language_passages_disagree_if_the_lines_of_their_answers_have_a_word_in_common(
    rival: Document, otherwise: str, told: bool
) -> None:
    shelf = Says([OLD_DE, rival], abroad=[1, rival.id])
    shelf.answer = otherwise
    reading = Reading("380 €", (Cited(OLD_DE, 1.0),))
    both = settled(understand("What is the berth fee?", TODAY), reading, shelf)
    assert (both is not None) is told
    if both:
        assert both.answer.text == "460 €" and both.dated


def test_the_day_above_a_passage_contradicts_nothing() -> None:
    own = document(1, "The choir moved on 3 May 2020.", path="/n/a.md", date="2020-05-03")
    headed = replace(
        document(2, "n / choir 2021-12-02\n\nThe choir moved again.", path="/n/b.md", date="2021-12-02"),
        body_hash=text_hash("The choir moved again."),
    )
    shelf = Says([own, headed])
    shelf.answer = "2021-12-02"
    reading = Reading("3 May 2020", (Cited(own, 1.0), Cited(headed, 0.9, read=False)))
    assert settled(understand("When did the choir move?", TODAY), reading, shelf) is None


def test_what_a_newer_passage_with_the_same_words_makes_of_them_is_read_again() -> None:
    old = document(1, "Treasurer of the club: Ann Berg.", path="/n/a.md", date="2020-05-03")
    new = document(
        2, "Ann Berg hands over; treasurer of the club: Tom Ray.", path="/n/b.md", date="2022-05-03"
    )
    shelf = Says([old, new])
    shelf.answer = "Tom Ray"
    reading = Reading("Ann Berg", (Cited(new, 1.0), Cited(old, 0.9)))
    both = settled(understand("Who is treasurer of the club?", TODAY), reading, shelf)
    assert both is not None and both.answer.text == "Tom Ray" and both.answer.cited[0].document.id == 2
    assert both.other.cited[0].document.id == 1


def test_another_word_of_the_question_makes_no_rival() -> None:
    cars = document(1, "My car: a Skoda since 2022.", path="/n/car.md", date="2022-05-01")
    disk = document(2, "The drive is called Boje.", path="/n/disk.md", date="2023-05-01")
    question = understand("Which car do I drive?", TODAY)
    assert rivals(question, [Cited(cars), Cited(disk)], cars) == []
    newer = document(3, "A new car, a Volvo.", path="/n/new.md", date="2024-05-01")
    assert rivals(question, [Cited(cars), Cited(newer)], cars) == [newer]


def test_an_unsure_answer_gives_way_to_a_sure_one_that_says_otherwise() -> None:
    class Unsure(Says):
        def read(
            self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()
        ) -> Iterator[Said]:
            read = tuple(
                Cited(d, 1.0, read=bool(only) or d.id == 1)
                for d in self.documents
                if not only or d.id in only
            )
            yield Evidenced(read, 0.9 if only else 0.2)
            yield "55 euros" if only else "40 euros"

    events = list(fact.answer(understand("What is the rent of the garage?", TODAY), Unsure([OLD, NEW])))
    assert [event for event in events if isinstance(event, str)] == ["55 euros"]
    assert [event.agreement for event in events if isinstance(event, Evidenced)][-1] == 0.9


class Counted(Shelf):
    """Reads an unsure answer wherever it is asked and the newer value from the newer passage; so often and no more."""

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        self.asked.append(question)
        self.alone.append(tuple(only))
        documents = [d for d in self.documents if not only or d.id in only]
        yield Evidenced(tuple(Cited(d, 1.0) for d in documents), 1.0 if only == (NEW.id,) else 0.2)
        yield "55 euros" if only == (NEW.id,) else "40 euros"


def test_other_looks_leave_readings_for_what_contradicts_an_answer() -> None:
    foreign = [document(n, f"Loyer du garage : {n} euros par mois.", path=f"/n/{n}.md") for n in range(3, 7)]
    shelf = Counted([OLD, NEW, *foreign], abroad=[3, 4, 5, 6], most=6)
    text = run(fact.answer(understand("What is the rent of the garage?", TODAY), shelf))[0]
    assert (NEW.id,) in shelf.alone and text.startswith("55 euros") and len(shelf.asked) <= 6
