"""Mail: bodies, headers, quoted tails, attachments, mailboxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parsing import Block, Item, Limits, iter_file, read_file
from app.parsing.formats.mail.quotes import split_quoted
from tests.app.parsing import samples


def read(tmp_path: Path, data: bytes, name: str = "mail.eml") -> list[Item]:
    path = tmp_path / name
    path.write_bytes(data)
    return read_file(path)


def test_a_reply_keeps_its_quoted_tail_apart(tmp_path: Path) -> None:
    (item,) = read(tmp_path, samples.MAIL)
    assert [(b.kind, b.text.split("\n")[0]) for b in item.blocks] == [
        ("fields", "To: Nora <nora@example.org>"),
        ("paragraph", "Let us take the tram at nine."),
        ("paragraph", "Jürgen"),
        ("quoted", "On Mon, 4 Mar 2024 at 09:00, Nora <nora@example.org> wrote:"),
    ]


def test_a_forward_and_a_mail_that_is_no_reply_keep_everything(tmp_path: Path) -> None:
    forward = samples.MAIL.replace(b"Subject: Lisbon", b"Subject: Fwd: Lisbon")
    first = samples.MAIL.replace(b"In-Reply-To: <1@example.org>\n", b"")
    for data in (forward, first):
        (item,) = read(tmp_path, data)
        assert not any(block.kind == "quoted" for block in item.blocks)
        assert "When do we leave" in "\n".join(block.text for block in item.blocks)


OWN = "Nine is fine.\n\nNora"


@pytest.mark.parametrize(
    "tail",
    [
        "On Mon, 4 Mar 2024 at 09:00, Tom <tom@example.org> wrote:\n> When?\n> Where?",
        "On Mon, 4 Mar 2024 at 09:00, Tom Ashdown\n<tom@example.org> wrote:\n\n> When?",
        "Am 04.03.2024 um 09:00 schrieb Tom Ashdown:\n> Wann?",
        "Am Mo., 4. März 2024 um 09:00 Uhr schrieb Tom <tom@example.org>:\n\n> Wann?\n>> Und wo?",
        "Le lun. 4 mars 2024 à 09:00, Tom <tom@example.org> a écrit :\n> Quand ?",
        "El lun, 4 mar 2024 a las 9:00, Tom (<tom@example.org>) escribió:\n> ¿Cuándo?",
        "-----Original Message-----\nFrom: Tom\nSent: Monday\nTo: Nora\nSubject: When\n\nWhen do we leave?",
        "-----Ursprüngliche Nachricht-----\nVon: Tom\nGesendet: Montag\n\nWann fahren wir?",
        "________________________________\nVon: Tom <tom@example.org>\nGesendet: Montag, 4. März 2024\n\nWann?",
        "De : Tom <tom@example.org>\nEnvoyé : lundi 4 mars 2024 09:00\nÀ : Nora\nObjet : Quand\n\nQuand ?",
        "From: Tom <tom@example.org>\nSent: Monday, March 4, 2024 9:00 AM\nTo: Nora\nSubject: x\n\nWhen?",
        "> a\n> long\n> quote\n> without\n> attribution",
        'At 2024-03-04 09:00:00, "Tom" <tom@example.org> wrote:\n>When?\n>Where?',
        "在 2024年3月4日，Tom <tom@example.org> 写道：\n> 什么时候？\n> 在哪里？",
        "Tom <tom@example.org> 于2024年3月4日周一 09:00写道：\n\n> 什么时候？",
        '------------- 原始邮件 -------------\n发件人: "Tom" <tom@example.org>;\n发送时间: 2024年3月4日\n\n什么时候？',
        "发件人: Tom <tom@example.org>\n发送时间: 2024年3月4日 9:00\n收件人: Nora\n主题: 时间\n\n什么时候？",
    ],
)
def test_quoted_tails_in_many_languages(tail: str) -> None:
    assert split_quoted(f"{OWN}\n\n{tail}") == (OWN, tail)


@pytest.mark.parametrize(
    "text",
    [
        "Just text.",
        "On Monday he wrote:\nthe plan, all of it, in one go.",
        "You asked:\n> When?\nAt nine. And then you asked where, which I do not know.",
        "> When?\nAt nine.\n> Where?\nAt the harbour.\nThen\nwe\nshall\nsee\nhow it goes.",
        "> one\n> two",
        "Von: hier nach dort ist es weit.",
        "他在信里写道：\n这件事先这样吧。",
        "At nine he wrote:\nnothing more.",
    ],
)
def test_short_inline_quotes_and_ordinary_text_stay(text: str) -> None:
    assert split_quoted(text) == (text, "")


def test_answers_below_each_quote_are_not_lost() -> None:
    text = (
        "On Monday, Tom wrote:\n> When?\n"
        + "\n".join(f"Answer {n}." for n in range(8))
        + "\n> Where?\nThere."
    )
    assert "Answer 3." in split_quoted(text)[0]


def test_attachments_are_items_and_unreadable_ones_are_told(tmp_path: Path) -> None:
    mail, rent = read(tmp_path, samples.mail_with_attachments())
    assert mail.blocks[0] == Block("Attachments: rent.pdf, tool", kind="fields")
    assert mail.notes == ("attachment tool: not a text format: ELF binary",)
    assert rent.title == "rent (attached to: Papers for Lisbon)"
    assert rent.blocks == [Block("The rent is due on Friday.", "attachment rent.pdf › page 1")]
    assert rent.date == "2024-03-05T14:02:11"


def test_an_attached_mail_is_an_item(tmp_path: Path) -> None:
    head = b"From: a@b\nDate: Tue, 05 Mar 2024 14:02:11 +0100\nSubject: See below\n"
    outer = head + b"Content-Type: message/rfc822\n\n" + samples.MAIL
    items = read(tmp_path, outer)
    assert [item.title for item in items][-1] == "Lisbon über tram (attached to: See below)"
    assert "Let us take the tram at nine." in [block.text for block in items[-1].blocks]


def test_html_is_read_where_the_plain_part_says_nothing(tmp_path: Path) -> None:
    (item,) = read(tmp_path, samples.html_mail())
    texts = [block.text for block in item.blocks]
    assert "Line 28 crosses the old town. Take it early." in texts
    assert "View in browser" not in texts


def test_a_mailbox_gives_each_message_its_place(tmp_path: Path) -> None:
    first, second = read(tmp_path, samples.mbox(), "inbox")
    assert {block.place for block in first.blocks} == {"message 1"}
    assert [block.text for block in second.blocks if block.kind == "paragraph"] == [
        "Let us take the tram at ten",
        "From the harbour.",
        "Jürgen",
    ]


def test_a_broken_message_does_not_stop_a_mailbox(tmp_path: Path) -> None:
    broken = (
        b"From: a@b\nDate: x\nMessage-ID: <4>\nContent-Type: multipart/mixed; boundary=\n"
        + b"boundary= x\n" * 300
    )
    start = b"From x@example.org Tue Mar 05 14:02:11 2024\n"
    data = start + samples.MAIL + b"\n" + start + broken + b"\nwords\n\n" + start + samples.MAIL
    items = read(tmp_path, data, "inbox.mbox")
    assert [item.notes for item in items] == [(), ("broken mail",), ()]
    assert "words" in items[1].blocks[-1].text


def test_a_maildir_message_needs_no_extension(tmp_path: Path) -> None:
    (item,) = read(
        tmp_path, samples.MAIL, "1709647331.M1P2.host:2,S" if __import__("os").name != "nt" else "17.M1"
    )
    assert item.title == "Lisbon über tram"


def test_unknown_charsets_and_missing_headers(tmp_path: Path) -> None:
    data = samples.MAIL.replace(b'charset="utf-8"', b'charset="x-no-such"')
    assert "Jürgen" in [block.text for block in read(tmp_path, data)[0].blocks]
    bare = b"From: a@b\nReceived: somewhere\n\nbody of it\n"
    (item,) = read(tmp_path, bare, "bare.eml")
    assert (item.title, item.date) == ("bare", None)
    assert item.blocks == [Block("body of it")]


def test_a_mailbox_is_streamed(tmp_path: Path) -> None:
    """The first message comes before the rest is read: the file may be longer than memory."""
    path = tmp_path / "huge.mbox"
    path.write_bytes(samples.mbox())
    items = iter_file(path, Limits())
    assert next(items).title == "Lisbon über tram"
    with path.open("ab") as mailbox:
        mailbox.write(samples.mbox() * 2)
    assert sum(1 for _ in items) >= 1


def test_a_text_that_starts_like_a_mail_is_text(tmp_path: Path) -> None:
    (item,) = read(tmp_path, b"From: Lisbon\nTo: Porto\n\nthree hours by train\n", "trip.txt")
    assert item.title == "trip"
    assert "From: Lisbon" in item.blocks[0].text
