"""Looking into other languages: where the first reading finds nothing good, and only for what is sure there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pytest

from app.asking.across import in_other_languages
from app.asking.memory import Cited, Evidenced, Said
from app.asking.question import Question, understand
from app.asking.strategies import fact
from engine.answering.refusal import DECLINED
from tests.app.asking.shelf import Shelf, document, run

# Of words that no table has, and of everyday ones.
QUESTION = understand("How many vaulters does the guild have?", date(2025, 9, 20))
EVERYDAY = understand("How many members does the choir have?", date(2025, 9, 20))
HERE = document(1, "The kitchen is to be painted and there are 12 chairs.", path="/n/a.md")
ABROAD = document(2, "Der Chor hat inzwischen 43 Mitglieder, das ist schön.", path="/n/b.md")
FRENCH = document(3, "La chorale est à Lyon, il y a du monde avec nous.", path="/n/c.md")


@dataclass
class Reader(Shelf):
    first: str = DECLINED
    sure: float | None = None
    second: str = "43"
    again: float | None = 0.9

    def search(self, question: str, limit: int, favoured: Collection[int] = ()) -> list[Cited]:
        return [Cited(HERE, 1.0)]

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        self.alone.append(tuple(only))
        ids = only or (1,)
        yield Evidenced(
            tuple(Cited(d) for d in self.documents if d.id in ids), self.again if only else self.sure
        )
        yield self.second if only else self.first


@dataclass
class Apart(Reader):
    """Says something else of one passage alone than of all together."""

    alone_says: str = "43"
    certain: float = 0.9

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        if tuple(only) != (2,):
            yield from super().read(question, favoured, only)
            return
        self.alone.append(tuple(only))
        yield Evidenced((Cited(ABROAD),), self.certain)
        yield self.alone_says


def asked(reader: Reader, question: Question = QUESTION) -> tuple[str, list[int]]:
    reader.documents, reader.abroad = [HERE, ABROAD, FRENCH], reader.abroad or [1, 2, 3]
    return run(fact.answer(question, reader))[:2]


def test_where_nothing_is_found_the_best_of_other_languages_is_read() -> None:
    reader = Reader([])
    text, cited = asked(reader)
    assert text == "43" and cited[0] == 2 and reader.alone == [(), (2, 3)]


def test_an_answer_from_what_hardly_speaks_of_the_question_gives_way_to_a_surer_one() -> None:
    assert asked(Reader([], first="12", sure=0.6))[0] == "43"
    assert asked(Reader([], first="12", sure=0.95))[0] == "12", "it was surer"


@pytest.mark.parametrize(
    ("second", "again"), [("43", 0.2), ("99", 0.9), ("Mitglieder", 0.9), (DECLINED, 0.9)]
)
def test_what_is_unsure_unsaid_or_no_number_counts_for_nothing(second: str, again: float) -> None:
    assert asked(Reader([], second=second, again=again))[0] == DECLINED


def test_where_there_is_no_other_language_nothing_more_is_read() -> None:
    reader = Reader([], abroad=[1])
    assert asked(reader)[0] == DECLINED and reader.alone == [()]


def test_each_language_gets_its_place() -> None:
    hits = [Cited(document(id, ABROAD.text), 10.0 - id) for id in range(1, 9)] + [Cited(FRENCH, 0.1)]
    chosen = [hit.document.id for hit in in_other_languages("en", hits)]
    assert FRENCH.id in chosen and len(chosen) == 4 and chosen[0] == 1


@pytest.mark.parametrize(
    ("together", "certain", "found"),
    [(DECLINED, 0.9, True), (DECLINED, 0.6, False), ("43", 0.6, True), ("44", 0.9, False)],
)
def test_one_passage_alone_counts_if_it_is_certain_or_confirms_the_others(
    together: str, certain: float, found: bool
) -> None:
    reader = Apart([], second=together, again=0.3, certain=certain)
    assert asked(reader)[0] == ("43" if found else DECLINED) and (2,) in reader.alone


def test_only_what_speaks_of_the_question_is_read() -> None:
    reader = Reader([])
    assert asked(reader, EVERYDAY)[0] == "43" and reader.alone == [(), (2,)]
    unsure = Reader([], again=0.2)
    assert asked(unsure, EVERYDAY)[0] == DECLINED and unsure.alone == [(), (2,)], "it is not read alone again"


def test_a_passage_that_speaks_of_clearly_more_of_the_question_is_believed_before_a_surer_one() -> None:
    assert asked(Reader([], first="12", sure=0.95), EVERYDAY)[0] == "43"
    choir = document(1, "The choir has 12 members.", path="/n/a.md")
    reader = Reader([choir, ABROAD], first="12", sure=0.95, abroad=[1, 2])
    assert run(fact.answer(EVERYDAY, reader))[0] == "12" and (2,) not in reader.alone


def test_what_speaks_of_half_of_the_question_is_not_read() -> None:
    reader = Reader([], abroad=[3])
    assert asked(reader, EVERYDAY)[0] == DECLINED and reader.alone == [()]


@pytest.mark.parametrize(
    ("question", "text", "says", "told"),
    [
        # Nothing of it, though the model is sure.
        ("Who painted the windows in the kitchen?", "Oma mag keine Rosinen. Ihr Pfleger heißt Mirko.", "Mirko", DECLINED),
        # Somebody else of whom the same is said.
        ("When did Aunt Mathilde turn 80?", "Tante Solange fêtera ses 80 ans le 9 avril.", "9 avril", DECLINED),
        # Half of it: it stands, but is not sure.
        ("What does the piano teacher cost?", "Das Klavier ist schwarz. Stimmen am 12. Mai.", "12. Mai", "12. Mai"),
        # All of it.
        ("How many members does the choir have?", "Der Chor hat 43 Mitglieder.", "43", "43"),
    ],
)  # fmt: skip
def test_a_sure_answer_from_another_language_has_to_speak_of_what_was_asked(
    question: str, text: str, says: str, told: str
) -> None:
    reader = Reader([], first=says, sure=0.95)
    reader.documents = [document(1, text, path="/n/a.md")]
    events = list(fact.answer(understand(question, date(2025, 9, 20)), reader))
    assert "".join(event for event in events if isinstance(event, str)) == told
    last = [event for event in events if isinstance(event, Evidenced)][-1]
    assert told == DECLINED or (last.agreement == 0.0) == (told == "12. Mai")


def test_an_answer_in_its_own_language_that_speaks_of_nothing_asked_is_not_sure() -> None:
    reader = Reader([], first="in March", sure=0.95)
    reader.documents = [document(1, "The apples were grafted in March.", path="/n/a.md")]
    events = list(fact.answer(understand("When was the rent for the flat paid?", date(2025, 9, 20)), reader))
    assert [event.agreement for event in events if isinstance(event, Evidenced)][-1] == 0.0


def test_what_other_languages_say_better_has_to_speak_of_more_than_half_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.asking.across.LITTLE", 0.0)  # else it is hardly ever read
    reader = Reader([], second="Annecy", abroad=[3])
    reader.documents = [HERE, document(3, "Nous passons Noël à Annecy avec Lena.", path="/n/c.md")]
    for question, agreement in (("Where does Lena work?", 0.0), ("Where does Lena spend Christmas?", 0.9)):
        events = list(fact.answer(understand(question, date(2025, 9, 20)), reader))
        last = [event for event in events if isinstance(event, Evidenced)][-1]
        assert "Annecy" in events and last.agreement == agreement


@pytest.mark.parametrize(
    ("text", "declined"),
    [("Phones: Telmora, old number, 0172 9925904.", True), ("Ottoline Quarles, phone 0172 9925904.", False)],
)
def test_a_number_that_stands_where_nobody_of_the_name_is_mentioned_is_another_ones(
    text: str, declined: bool
) -> None:
    @dataclass
    class Numbers(Shelf):
        def read(
            self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()
        ) -> Iterator[Said]:
            yield Evidenced((Cited(self.documents[0]),), 0.99)
            yield "0172 9925904"

    asked = understand("What is Ottoline Quarles's phone number?", date(2025, 9, 20))
    said = list(fact.answer(asked, Numbers([document(1, text, path="/n/a.md")])))
    assert ("".join(event for event in said if isinstance(event, str)) == DECLINED) == declined


def test_a_sure_answer_whose_passage_has_the_questions_words_stands() -> None:
    """Though no everyday table has some of them, so that less of them can be told in every language."""
    reader = Reader([], first="71.20", sure=0.9, second="9", again=0.95)
    here = document(1, "The vaulter guild took 71.20 for the attic.", path="/n/a.md")
    reader.documents = [
        here,
        document(2, "Der Dachboden und das Fenster kosten zwischen 9 und 11.", path="/n/b.md"),
    ]
    reader.abroad = [2]
    asked = understand("How much did the vaulter guild take for the attic window?", date(2025, 9, 20))
    said = [event for event in fact.answer(asked, reader) if isinstance(event, str)]
    assert "".join(said) == "71.20" and (2,) not in reader.alone


def test_an_unsure_answer_is_shown_where_its_passage_speaks_of_all_that_was_asked() -> None:
    question = understand("How many new members does the choir have?", date(2025, 9, 20))
    passage = document(2, "Der Chor hat 43 neue Mitglieder.", path="/n/b.md")
    reader = Reader([], first="12", sure=0.3, again=0.3, abroad=[2])
    reader.documents = [HERE, passage]
    assert run(fact.answer(question, reader))[:2] == ("43", [2, 1])
    reader = Reader([], again=0.3, abroad=[2])
    reader.documents = [HERE, document(2, "Der Chor hat 43 Mitglieder.", path="/n/b.md")]
    assert run(fact.answer(question, reader))[0] == DECLINED, "it does not say new"
