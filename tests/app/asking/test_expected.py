"""What kind of answer is wanted: what is plainly of another kind is told, nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pytest

from app.asking.expected import asks_kind, asks_when, fits, is_of_kind
from app.asking.memory import Cited, Evidenced, Said
from app.asking.question import understand
from app.asking.readings import Reading
from app.asking.strategies import fact
from engine.answering.refusal import declines
from tests.app.asking.shelf import Shelf, document


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("How many chairs are there?", "forty-two, 42", "in the kitchen"),
        ("How many chairs are there?", "none", "2024-03-12"),
        ("Wie groß ist der Garten?", "320 m²", "12. März 2024"),
        ("Wie viele Stühle sind es?", "acht Stühle", "Küche"),
        ("Combien de chaises y a-t-il ?", "12", "la cuisine"),
        ("版税是多少？", "百分之十", "2024年9月30日"),
        ("How much did the boat cost?", "5,200", "38 m²"),
        ("Was kostete das Boot?", "kostenlos", "12 kg"),
        ("When was the boat sold?", "last summer", "to a teacher"),
        ("Wann war das Fest?", "am Mittwoch", "Turnhalle"),
        ("Quand est la fête ?", "en été", "à la maison"),
        ("展览什么时候开幕？", "十月", "展厅"),
        ("Where is the course?", "room 204, Thursdays", "on Thursdays"),
        ("Wo probt der Chor?", "in der Aula", "dienstags um 19:30 Uhr"),
        ("Où est la réunion ?", "salle 3", "le jeudi à 18h30"),
        ("展览在哪里？", "市博物馆", "周六"),
        ("Where did they meet?", "204", "12 March 2024"),
        ("Wo steht das Klavier?", "Keller", "890 €"),
    ],
)
def test_the_kind_of_an_answer(question: str, right: str, wrong: str) -> None:
    assert fits(question, right) and not fits(question, wrong)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much salt goes in?", "a pinch"),
        ("Wie viele kamen?", "alle"),
        ("When did she move?", "after the wedding"),
        ("Wann zog er um?", "nach der Hochzeit"),
        ("Combien sont venus ?", "plusieurs"),
    ],
)
def test_amounts_and_times_are_told_without_figures_too(question: str, answer: str) -> None:
    assert fits(question, answer)


@pytest.mark.parametrize("answer", ["Tom", "12", "yes", "in 2024"])
def test_a_question_that_wants_no_kind_takes_all(answer: str) -> None:
    assert fits("Which one is that?", answer) and fits("他的房间是多少号？", answer)


NOTE = document(1, "Notes on the garden, all of it, of 3 May 2024.", path="/n/a.md")
PLAN = document(2, "The garden: plan with 320 m² in all.", path="/n/b.md")


@dataclass
class Reader(Shelf):
    """Says the day of the first passage, and of a single one what stands in it."""

    alone_says: str = "320 m²"

    def search(self, question: str, limit: int, favoured: Collection[int] = ()) -> list[Cited]:
        return [Cited(NOTE, 2.0), Cited(PLAN, 1.0)]

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        yield Evidenced(tuple(Cited(d) for d in (NOTE, PLAN) if not only or d.id in only), 0.9)
        yield self.alone_says if only == (2,) else "3 May 2024"


def told(reader: Reader) -> tuple[str, list[int], float | None]:
    events = list(fact.answer(understand("How big is the garden, all of it?", date(2025, 9, 20)), reader))
    evidence = [event for event in events if isinstance(event, Evidenced)][-1]
    text = "".join(event for event in events if isinstance(event, str))
    return text, [hit.document.id for hit in evidence.cited], evidence.agreement


def test_an_answer_of_the_wrong_kind_is_looked_for_in_single_passages() -> None:
    assert told(Reader([])) == ("320 m²", [2, 1], 0.9)


def test_where_no_passage_has_one_it_stands_and_is_not_sure() -> None:
    text, _, agreement = told(Reader([], alone_says="a fine one"))
    assert text == "3 May 2024" and agreement == fact.NOT_SURE


CARD = "name: Erna Vogt\nadr (home): Am Wall 3, Kleve\nbday: 1951-02-08\nnote: aunt"


@pytest.mark.parametrize(
    ("question", "answer", "right"),
    [
        ("When did I visit my aunt in Kleve?", "1951-02-08", False),
        ("When was my aunt born?", "1951-02-08", True),
        ("Wann hat Erna Geburtstag?", "1951-02-08", True),
        ("Where does my aunt live?", "Am Wall 3", True),
    ],
)
def test_a_day_of_birth_answers_nothing_else(question: str, answer: str, right: bool) -> None:
    reading = Reading(answer, (Cited(document(1, CARD)),), 0.9)
    assert is_of_kind(question, reading) is right


def test_an_amount_is_no_time() -> None:
    assert not fits("When was the baby born?", "3,4 kg")
    assert fits("When was the baby born?", "3 weeks ago")
    assert not fits("How long have we lived there?", "2150 francs")
    assert fits("How long have we lived there?", "2 years") and fits("Wie lange schon?", "seit 2019")


def test_a_birthday_that_is_counted_is_no_day() -> None:
    assert not fits("Wann ist Gunnar geboren?", "70th")
    assert fits("When do we meet?", "the 5th") and fits("When was it built?", "1905")


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("Who came to the christening?", "Aunt Solange", "30 April 2021"),
        ("Wen habe ich beim Anwalt getroffen?", "Frau Nissen", "30. April 2021"),
        ("Qui a livré le piano ?", "deux livreurs", "le 9 avril 2021"),
        ("谁修了屋顶？", "张师傅", "2021年9月"),
    ],
)
def test_a_day_is_nobody(question: str, right: str, wrong: str) -> None:
    assert asks_kind(question) and fits(question, right) and not fits(question, wrong)


@pytest.mark.parametrize(
    "question",
    [
        "What is Lena's phone number?",
        "What was her old mobile number?",
        "Wie ist die Telefonnummer von Herrn Brandt?",
        "Quel est le numéro de téléphone de Luc ?",
        "李医生的电话号码是多少？",
    ],
)
def test_a_day_is_no_phone_number(question: str) -> None:
    assert asks_kind(question) and fits(question, "0171 2024 118") and not fits(question, "2024-01-08")


@pytest.mark.parametrize(
    "question", ["Since when has Lena had her new phone number?", "Seit wann gilt die neue Telefonnummer?"]
)
def test_asked_about_a_phone_number_a_day_will_do(question: str) -> None:
    assert fits(question, "2024-01-08")


def test_a_day_instead_of_a_phone_number_is_nothing_found() -> None:
    reader = Reader([], alone_says="12 May 2024")
    question = understand("What is the phone number of the garden?", date(2025, 9, 20))
    assert declines("".join(event for event in fact.answer(question, reader) if isinstance(event, str)))


@pytest.mark.parametrize(("answer", "right"), [("2024-05-03", True), ("320 August", False), ("a map", True)])
def test_a_number_that_stands_so_in_no_passage_is_made_up(answer: str, right: bool) -> None:
    reading = Reading(answer, (Cited(NOTE), Cited(PLAN)), 0.9)
    assert is_of_kind("What was it?", reading) is right


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("When did he die?", True),
        ("And since when?", True),
        ("Could you tell me when he died?", True),
        ("Seit wann wohnt er dort?", True),
        ("Quand part le train ?", True),
        ("How old was my grandfather when he died?", False),
        ("How much was the deposit when I moved out?", False),
        ("Quel âge avait-il quand il est parti ?", False),
        ("Who was there when the roof was mended?", False),
    ],
)
def test_a_clause_with_when_asks_for_no_time(question: str, asked: bool) -> None:
    assert asks_when(question) == asked


@pytest.mark.parametrize(
    ("question", "text", "right"),
    [
        ("What is my password at the boat club?", "Boat club, since June, number 4471.", False),
        ("What is my password at the boat club?", "Boat club\nPassword:\n4471", True),
        ("Wie lautet das Passwort vom WLAN?", "WLAN Boot, Schlüssel 4471", True),
        ("Quel est le mot de passe du club ?", "Club, tél. 4471", False),
        ("Where do I keep the password?", "It is in drawer 4471.", True),
    ],
)
def test_a_password_is_called_one(question: str, text: str, right: bool) -> None:
    said = Reading("4471", (Cited(document(1, text, path="/n/a.md")),), 0.9)
    assert is_of_kind(question, said) == right
