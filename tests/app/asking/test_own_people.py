"""Who "my sister" is, by what memories say of people, in whatever language it is asked."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.memory import Kept, Known
from app.asking.own_people import by_name, own_person
from app.asking.question import understand
from app.people.roles import same_roles
from tests.app.asking.shelf import Shelf, document

TODAY = date(2025, 9, 20)
CARD = document(1, "Petra Brandner\nnote: my sister")
SISTER = Known(("Petra Brandner", "Petra"), kept=(Kept("relation", "sister", (CARD,)),))
UNCLES = [Known((name,), kept=(Kept("relation", "uncle", (CARD,)),)) for name in ("Alf", "Bo")]
FRIEND = Known(("Greta",), kept=(Kept("relation", "friend", (CARD,)),))
SHELF = Shelf([CARD], known={known.names[0]: known for known in (SISTER, FRIEND, *UNCLES)})


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is my sister?", "Petra Brandner"),
        ("What is my sister's name?", "Petra Brandner"),
        ("What's my sister called?", "Petra Brandner"),
        ("Wer ist meine Schwester?", "Petra Brandner"),
        ("Wie heißt meine Schwester?", "Petra Brandner"),
        ("Comment s'appelle ma sœur ?", "Petra Brandner"),
        ("我姐姐叫什么名字？", "Petra Brandner"),
        ("Who are my uncles?", None),
        ("Who is my uncle?", "Alf, Bo"),
        ("Who is my brother?", None),
        ("Who is my sister's dentist?", None),
        ("Where does my sister live?", None),
    ],
)
def test_who_is_asked_for_is_told_by_name(question: str, name: str | None) -> None:
    found = own_person(understand(question, TODAY), SHELF)
    assert (found and found[0]) == name
    assert found is None or [cited.document.id for cited in found[1]] == [1]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("When is my sister's birthday?", "When is Petra Brandner's birthday?"),
        ("Wann hat meine Schwester Geburtstag?", "Wann hat Petra Brandner Geburtstag?"),
        ("Où habite ma sœur ?", "Où habite Petra Brandner ?"),
        ("我姐姐住在哪里？", "Petra Brandner住在哪里？"),
        # Nobody knows which of two is meant.
        ("Where does my uncle live?", None),
        ("Where does my friend live?", None),
        ("Where does Petra live?", None),
    ],
)
def test_the_rest_is_asked_of_her_by_name(question: str, asked: str | None) -> None:
    named = by_name(understand(question, TODAY), SHELF)
    assert (named and named.text) == asked


def test_a_role_is_the_same_in_every_language() -> None:
    assert {"schwester", "sœur", "姐姐"} <= same_roles("Sister")
    assert same_roles("lodger") == {"lodger"}
