"""Whom a question names, and whether a passage of any language names the same."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.memory import Known
from app.asking.question import understand
from app.asking.whom import names_same
from tests.app.asking.shelf import Shelf, document

TODAY = date(2025, 9, 20)
KNOWN = {
    "Wiebke": Known(("Wiebke Sander",)),
    "Greta": Known(("Greta",)),
    "Song Lan": Known(("Song Lan",)),
    "高明": Known(("高明", "Gao Ming")),
    "Gao Ming": Known(("高明", "Gao Ming")),
}


def same(question: str, text: str) -> bool:
    return names_same(understand(question, TODAY), document(1, text, path="/n/a.md"), Shelf([], known=KNOWN))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Where is Dr. Reed's practice?", "Die Praxis von Dr. Sander ist in der Mühlgasse 4."),
        ("When did Aunt Mathilde turn 80?", "Tante Solange fêtera ses 80 ans le 9 avril."),
        ("Wo ist die Praxis von Dr. Vidal?", "Dr. Reed's practice is at 12 Orchard Lane."),
        ("Wann hat Lutz Wagenknecht Geburtstag?", "Imogen Farrow's birthday is on 3 May."),
        ("Was hat Wiebke gekauft?", "Odile a acheté trois chaises."),
        ("Qui est le voisin de Marcel ?", "Mr Okafor lives next door."),
        ("高明的电话是多少？", "她的电话是139 5550 0271。"),
        ("Where does Greta work?", "周平七月起调到广州，他的工作由林红接替。"),
        ("黄老师的电话是多少？", "表妹小雨的电话是139 5550 0271。"),
        ("陈雨桐的电话号码是多少？", "表妹小雨的电话是139 5550 0271。"),
        ("高明的电话是多少？", "Odile's telephone number is 020 7946 0321."),
    ],
)
def test_somebody_else_is_told(question: str, text: str) -> None:
    assert not same(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Where is Dr. Sander's practice?", "Die Praxis von Dr. Sander ist in der Mühlgasse 4."),
        ("Wann wird Tante Solange 80?", "Tante Solange fêtera ses 80 ans le 9 avril."),
        ("What did the hotel in Lisbon cost?", "Das Hotel in Lissabon war schön, die Nacht kostete 92 Euro."),
        ("Was hat Wiebke gekauft?", "Mrs Sander bought three chairs."),
        ("高明的电话是多少？", "Gao Ming's telephone number is 020 7946 0321."),
        ("Who repaired the roof for Edmund?", "屋顶漏水，请了张师傅来修。"),
        ("Where does Song Lan work?", "宋岚七月起调到广州。"),
        ("Where does Greta work?", "Грета работает в школе."),
        ("黄老师的课在哪里？", "书法课的老师姓黄，在文化宫三楼。"),
        ("Wie heißt der Hund?", "The dog is called Quill."),
        ("Was kostet die Miete im Haus am See?", "The rent of the house by the lake is 900 pounds."),
        ("How many members are there in May 2021?", "Im Mai waren es 74 Mitglieder."),
    ],
)
def test_the_same_or_what_cannot_be_told_is_not_somebody_else(question: str, text: str) -> None:
    assert same(question, text)
