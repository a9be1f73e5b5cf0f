"""Who a passage names, and what it says of them, in four languages."""

from __future__ import annotations

import pytest

from app.people.found import found_in
from tests.app.asking.shelf import document


def found(text: str, **about: str) -> set[tuple[str, str, str, str]]:
    return {(n.name, n.kind, n.value, n.said_by) for n in found_in(document(1, text, **about))}


@pytest.mark.parametrize(
    ("text", "name", "relation"),
    [
        ("We drove with my sister Greta to the lake.", "Greta", "sister"),
        ("Paul Winter, our landlord, wants to sell.", "Paul Winter", "landlord"),
        ("Mit meiner Nachbarin Frau Kolb im Garten.", "Kolb", "nachbarin"),
        ("Bengt ist mein Bruder.", "Bengt", "bruder"),
        ("Dîner avec mon oncle Marcel hier soir.", "Marcel", "oncle"),
        ("Odile, notre voisine, garde les clés.", "Odile", "voisine"),
        ("昨天和我姐姐李梅去了公园。", "李梅", "姐姐"),
        ("王小明是我的同事。", "王小明", "同事"),
    ],
)
def test_a_relation_is_what_a_sentence_says_outright(text: str, name: str, relation: str) -> None:
    assert (name, "relation", relation, "") in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Greta met her sister Ida.",
        "My sister called. Greta was out.",
        "Greta, my sister is ill.",
        "Dear Greta, my brother comes tomorrow.",
        "Meine Schwester kam. Dann Regen.",
        "Ma sœur habite à Lyon.",
        "我姐姐去了北京。",
    ],
)
def test_who_stands_beside_a_relation_does_not_get_it(text: str) -> None:
    assert not [row for row in found(text) if row[1] == "relation"]


def test_a_card_gives_its_fields_and_the_relation_its_note_begins_with() -> None:
    text = "name: Greta Lund\ntel (cell): +46 70 123 45 67\nbday: 1990-02-03\nnote: sister; has the keys"
    rows = found(text, title="Greta Lund", path="/n/all.vcf")
    assert {(kind, value) for _, kind, value, _ in rows} == {
        ("card", ""),
        ("phone", "+46 70 123 45 67"),
        ("birthday", "1990-02-03"),
        ("relation", "sister"),
        ("note", "sister; has the keys"),
    }


def test_a_mail_gives_who_wrote_and_who_got_it_and_whom_it_greets() -> None:
    text = "To: Nora Kehl <nora@example.org>, team@example.org\n\nSehr geehrte Frau Kehl,\nHerr Olm kommt. Ihre Kollegin"
    rows = found(text, author="Jan Ost <jan@example.org>")
    assert ("Jan Ost", "email", "jan@example.org", "Jan Ost") in rows
    assert ("Nora Kehl", "email", "nora@example.org", "Nora Kehl") in rows
    assert {name for name, kind, _, _ in rows if kind == "titled"} == {"Nora Kehl", "Herr Olm"}


def test_in_a_chat_my_sister_is_the_sister_of_who_says_it() -> None:
    rows = found("Ida: my sister Greta is here\n李梅: 好的", source="message")
    assert ("Greta", "relation", "sister", "Ida") in rows
    assert {name for name, kind, _, _ in rows if kind == "speaker"} == {"Ida", "李梅"}


def test_what_the_twin_said_names_nobody() -> None:
    assert not found_in(document(1, "My sister Greta is here.", message_id=3))


@pytest.mark.parametrize("text", ["", "\n\n", ":" * 500, "To: " + "a@b.c, " * 200, "我" * 5000, "My " * 3000])
def test_odd_texts_are_read_without_harm(text: str) -> None:
    assert len(found_in(document(1, text))) <= 60
