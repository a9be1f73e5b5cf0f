"""Quoted tails: read once where the quoted mail is missing, left to it where it is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parsing import Block, Item
from app.parsing.formats.mail.quotes import directly_quoted
from app.passages.quoted_tails import Tails
from tests.app.desk import Desk

FIRST = "The kiln needs new elements before the course begins in autumn.\nCould you order two of them in Ulm?"
REPLY = "I have ordered them."
QUOTED = "On Mon, 4 Mar 2024 at 09:00, Nora <nora@example.org> wrote:\n" + "\n".join(
    f"> {line}" for line in FIRST.split("\n")
)


def mail(number: int, body: str, answers: int | None = None) -> str:
    reply = f"In-Reply-To: <{answers}@example.org>\n" if answers else ""
    return (
        f"From: Tom <tom@example.org>\nSubject: kiln\nDate: Mon, 4 Mar 2024 1{number}:00:00 +0000\n"
        f"Message-ID: <{number}@example.org>\n{reply}\n{body}\n"
    )


def remembered(desk: Desk) -> str:
    return "\n".join(document.text for document in desk.archive.documents.listed(limit=100))


def test_the_tail_is_kept_where_the_quoted_mail_is_missing(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        desk.write("2.eml", mail(2, f"{REPLY}\n\n{QUOTED}", answers=1))
        desk.learn()
        assert "Could you order two of them in Ulm?" in remembered(desk) and REPLY in remembered(desk)


def test_the_tail_is_left_out_where_the_quoted_mail_is_known_and_stays_so(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        desk.write("1.eml", mail(1, FIRST))
        desk.learn()
        desk.write("2.eml", mail(2, f"{REPLY}\n\n{QUOTED}", answers=1))
        desk.learn()
        assert remembered(desk).count("Could you order") == 1 and REPLY in remembered(desk)


def test_a_file_does_not_take_its_own_tail_for_the_quoted_mail(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        desk.write("2.eml", mail(2, f"{REPLY}\n\n{QUOTED}", answers=1))
        desk.learn()
        desk.write("2.eml", mail(2, f"{REPLY} Two of them.\n\n{QUOTED}", answers=1))
        desk.learn()
        assert remembered(desk).count("Could you order") == 1 and "Two of them." in remembered(desk)


def test_a_mailbox_keeps_each_mail_of_a_thread_once(tmp_path: Path) -> None:
    inner = "\n".join(f"> {line}" for line in f"{REPLY}\n\n{QUOTED}".split("\n"))
    third = f"Thank you!\n\nOn Tue, 5 Mar 2024 at 09:00, Tom wrote:\n{inner}"
    mails = [mail(1, FIRST), mail(2, f"{REPLY}\n\n{QUOTED}", 1), mail(3, third, 2)]
    with Desk(tmp_path) as desk:
        box = "".join(f"From tom@example.org Mon Mar  4 10:00:00 2024\n{each}\n" for each in mails)
        desk.write("box.mbox", box)
        desk.learn()
        for text in ("Could you order", REPLY, "Thank you!"):
            assert remembered(desk).count(text) == 1


@pytest.mark.parametrize(
    ("tail", "direct"),
    [
        ("On Monday, Nora wrote:\n> When?\n>> Where?\n> > Why?\n> At nine?", "On Monday, Nora wrote:\nWhen?\nAt nine?"),
        (
            "From: Nora\nSent: Monday\n\n" + "When do we leave? " * 30 + "\n\nFrom: Tom\nSent: Sunday\n\nInner",
            "From: Nora\nSent: Monday\n\n" + ("When do we leave? " * 30).strip(),
        ),
        ("-----Original Message-----\nFrom: Nora\nSent: Monday\n\nWhen?", None),
    ],
)  # fmt: skip
def test_only_what_is_quoted_directly_is_read(tail: str, direct: str | None) -> None:
    assert directly_quoted(tail) == (tail if direct is None else direct)


def test_what_is_remembered_of_a_file_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.passages.quoted_tails.REMEMBERED", 200)
    tails = Tails(lambda words: False)
    for n in range(50):
        tails.resolve(Item("", [Block(f"mail {n} says something rather long about the weather")]))
    old, new = (f"Tom wrote:\n> mail {n} says something rather long" for n in (1, 49))
    kept = [tails.resolve(Item("", [Block(tail, kind="quoted")])).blocks for tail in (old, new)]
    assert [len(blocks) for blocks in kept] == [1, 0]
