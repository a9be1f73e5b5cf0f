"""Two readings where one does not do; an answer that is sure is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from app.asking.memory import Cited, Evidenced, Said
from app.asking.question import understand
from app.asking.strategies import fact
from engine.answering.refusal import DECLINED
from tests.app.asking.shelf import Shelf, document, run

GOAT = document(1, "The goat of Olm ate our curtain.", path="/n/a.md")
CARD = document(2, "Olm: Mill Lane 4", path="/n/b.md")
QUESTION = understand("What is the address of the farmer whose goat ate our curtain?", date(2025, 9, 20))


@dataclass
class Reader(Shelf):
    """Answers as told."""

    told: dict[str, tuple[str, int]] = field(default_factory=dict)

    def read(self, question: str, *_: object, **__: object) -> Iterator[Said]:
        self.asked.append(question)
        text, id = self.told.get(question, (DECLINED, 1))
        yield Evidenced(tuple(Cited(d) for d in self.documents if d.id == id))
        yield text


def test_what_the_clause_means_is_read_first() -> None:
    reader = Reader([GOAT, CARD])
    reader.told["Whose goat ate our curtain?"] = ("Olm", 1)
    reader.told["What is the address of the farmer (Olm)?"] = ("Mill Lane 4", 2)
    assert run(fact.answer(QUESTION, reader))[:2] == ("Mill Lane 4", [2, 1])


def test_without_a_sure_first_step_nothing_is_made_of_it() -> None:
    reader = Reader([GOAT, CARD])
    reader.told["Whose goat ate our curtain?"] = ("Somebody else", 1)
    assert run(fact.answer(QUESTION, reader))[0] == DECLINED and len(reader.asked) == 2


def test_a_sure_answer_takes_one_reading() -> None:
    reader = Reader([GOAT, CARD])
    reader.told[QUESTION.text] = ("Mill Lane 4", 2)
    assert run(fact.answer(QUESTION, reader))[0] == "Mill Lane 4" and len(reader.asked) == 1


def test_a_question_is_read_without_the_sentence_in_front_where_all_of_it_gave_nothing_sure() -> None:
    question = understand("Dr Reed looked after the cat: where is her practice?", date(2025, 9, 20))
    reader = Reader([GOAT, CARD])
    reader.told["where is Dr Reed's practice?"] = ("Mill Lane 4", 2)
    assert run(fact.answer(question, reader))[:2] == ("Mill Lane 4", [2, 1])
    assert reader.asked == [question.text, "where is Dr Reed's practice?"]


SISTER = document(3, "My sister Greta, says Tom, is a potter.", path="/n/c.md")
LEEDS = document(4, "Greta moved to Leeds.", path="/n/d.md")
WHERE = understand("Where does Tom's sister live?", date(2025, 9, 20))


def test_who_is_something_to_somebody_is_read_first() -> None:
    reader = Reader([SISTER, LEEDS])
    reader.told["Who is Tom's sister?"] = ("Greta", 3)
    reader.told["Where does Greta live?"] = ("Leeds", 4)
    assert run(fact.answer(WHERE, reader))[:2] == ("Leeds", [4, 3])
    assert reader.asked == ["Who is Tom's sister?", "Where does Greta live?"]


def test_where_that_leads_nowhere_the_question_is_read_as_it_is() -> None:
    reader = Reader([SISTER, LEEDS])
    reader.told["Who is Tom's sister?"] = ("Greta", 3)
    reader.told[WHERE.text] = ("Leeds", 4)
    assert run(fact.answer(WHERE, reader))[0] == "Leeds"
    reader.told["Who is Tom's sister?"] = ("Tom", 3)
    assert run(fact.answer(WHERE, reader))[0] == "Leeds"


def test_where_one_sentence_tells_it_all_it_is_read_at_once() -> None:
    reader = Reader([document(5, "Tom's sister lives in Leeds.", path="/n/e.md")])
    reader.told[WHERE.text] = ("Leeds", 5)
    assert run(fact.answer(WHERE, reader))[0] == "Leeds" and reader.asked == [WHERE.text]


def test_what_may_be_read_once_only_is_answered_from_that() -> None:
    reader = Reader([GOAT, CARD], most=1)
    reader.told["Whose goat ate our curtain?"] = ("Olm", 1)
    assert run(fact.answer(QUESTION, reader))[0] == DECLINED and len(reader.asked) == 1
