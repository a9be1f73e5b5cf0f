"""A number, an address or a birthday of somebody: told as it is kept, and only where nothing else is asked."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.contact import kept_of_somebody
from app.asking.memory import Kept, Known
from app.asking.question import understand
from app.asking.strategies import fact
from tests.app.asking.shelf import Shelf, document, run

CARD = document(1, "name: Dr Odile Roth\ntel: 0123 456 789", path="/n/roth.vcf")
MAIL = document(2, "From: Odile Roth <odile@example.org>\n\nHello", path="/n/mail.eml")
ODILE = Known(
    ("Odile Roth", "Odile"),
    kept=(
        Kept("email", "odile@example.org", (MAIL,)),
        Kept("phone", "0123 456 789", (CARD,)),
        Kept("birthday", "1980-03-02", (CARD,)),
    ),
)
TODAY = date(2025, 9, 20)


def shelf(known: Known = ODILE) -> Shelf:
    return Shelf([CARD, MAIL], known={name: known for name in ("Odile Roth", "Odile", "Roth")})


@pytest.mark.parametrize(
    ("question", "says", "cited"),
    [
        ("What is Odile Roth's email address?", "odile@example.org", [2]),
        ("What is Odile's phone number?", "0123 456 789", [1]),
        ("Wie ist die Telefonnummer von Dr. Roth?", "0123 456 789", [1]),
        ("Quel est le numéro de téléphone d'Odile ?", "0123 456 789", [1]),
        ("When is Odile's birthday?", "1980-03-02", [1]),
        ("Wann hat Odile Geburtstag?", "1980-03-02", [1]),
        ("Odile's email?", "odile@example.org", [2]),
        ("Odile的电话是多少？", "0123 456 789", [1]),
        ("Wie lautet die E-Mail-Adresse von Odile?", "odile@example.org", [2]),
    ],
)
def test_what_is_kept_of_somebody_answers(question: str, says: str, cited: list[int]) -> None:
    text, found, _ = run(fact.answer(understand(question, TODAY), shelf()))
    assert (text, found) == (says, cited)


@pytest.mark.parametrize(
    "question",
    [
        "What is Odile's phone number in Strasbourg?",  # more is asked
        "What is Odile's address?",  # nothing of it is kept
        "What is Tom's phone number?",  # nobody known
        "Do Odile Roth and Tom have a phone?",
        "What is the phone number of the dentist?",
        "What did Odile say about her birthday?",
        "What did we do on Odile's birthday?",
        "What did Odile get for her birthday?",
        "What is the email from Odile about?",
        "Was steht in der E-Mail von Odile?",
        "Since when has Odile had her phone number?",
    ],
)
def test_anything_else_is_read(question: str) -> None:
    assert kept_of_somebody(understand(question, TODAY), shelf()) is None


def test_the_persons_own_words_come_first_and_without_a_passage() -> None:
    known = Known(("Odile",), kept=(Kept("phone", "999"), Kept("phone", "0123 456 789", (CARD,))))
    text, cited, _ = run(fact.answer(understand("What is Odile's phone number?", TODAY), shelf(known)))
    assert text == "999 (your own words)" and cited == []


def test_nothing_is_told_of_somebody_the_person_wants_no_entry_of() -> None:
    known = Known(("Odile",), removed=True, kept=ODILE.kept)
    assert kept_of_somebody(understand("What is Odile's phone number?", TODAY), shelf(known)) is None


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("What is Odile's phone number?", "Odile has a new number: 0176 9031 5527", False),
        ("What is Odile's phone number?", "Call Odile, +33 123 456 789", True),
        ("What is Odile's phone number?", "Odile came in 2024.", True),
        ("What is Odile's address?", "Odile moved to the lake.", False),
        ("What is Odile's address?", "Odile likes the lake.", True),
        ("What is Odile's email address?", "Odile has a new number: 0176 9031 5527", True),
    ],
)
def test_where_another_passage_may_tell_of_a_change_all_is_read(question: str, text: str, told: bool) -> None:
    home = Known(ODILE.names, kept=(*ODILE.kept, Kept("address", "Pier 3", (CARD,))))
    known = Shelf([CARD, MAIL, document(3, text, path="/n/c.md")], known={"Odile": home, "Odile Roth": home})
    assert (kept_of_somebody(understand(question, TODAY), known) is not None) == told
