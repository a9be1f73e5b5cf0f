"""Headers in any charset, dates, labels, and what was thrown away."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import Skipped
from app.parsing import Item, read_file

BODY = b"\nThe words.\n"


def read(tmp_path: Path, data: bytes, name: str = "mail.eml") -> list[Item]:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return read_file(path)


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        (b"=?gb2312?B?s8KGtLXE1L+z1w==?=", "陈喆的钥匙"),
        (b"=?iso-8859-1?Q?=80345_=96_final?=", "€345 – final"),
        (b"=?utf-8?B?w7w=?= =?utf-8?B?w7w=?=", "üü"),
        (b"=?utf-8?B?w?= =?broken", "=?utf-8?B?w?= =?broken"),
        ("Gruß".encode(), "Gruß"),
        ("Schlüssel für Übersee".encode("latin-1"), "Schlüssel für Übersee"),
        (b"=?x-no-such?Q?abc?=", "abc"),
        (b"=?ks_c_5601-1987?B?" + __import__("base64").b64encode("펲시".encode("cp949")) + b"?=", "펲시"),
    ],
)
def test_subjects(tmp_path: Path, subject: bytes, shown: str) -> None:
    head = (
        b"From: a@b\nMessage-ID: <1>\nContent-Type: text/plain; charset=iso-8859-1\nSubject: "
        + subject
        + b"\n"
    )
    assert read(tmp_path, head + BODY)[0].title == shown


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'attachment; filename="=?utf-8?Q?M=C3=BCller.txt?="', "Müller.txt"),
        (b"attachment; filename*=utf-8''M%C3%BCller.txt", "Müller.txt"),
        (b"attachment; filename*0*=utf-8''M%C3%BC; filename*1=ller.txt", "Müller.txt"),
        (b"attachment; filename*=gb2312''%B3%C2%86%B4.txt", "陈喆.txt"),
        (b'attachment; filename="' + "Müller.txt".encode("latin-1") + b'"', "Müller.txt"),
        (b'attachment; filename="' + "Müller.txt".encode() + b'"', "Müller.txt"),
    ],
)
def test_names_of_attachments(tmp_path: Path, disposition: bytes, name: str) -> None:
    data = (
        b"From: a@b\nMessage-ID: <1>\nSubject: s\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
        b"Content-Type: text/plain; charset=iso-8859-1\n\nwords\n--x\nContent-Type: text/plain\n"
        b"Content-Disposition: " + disposition + b"\n\nmore words\n--x--\n"
    )
    assert f"Attachments: {name}" in read(tmp_path, data)[0].blocks[0].text


@pytest.mark.parametrize(
    ("headers", "date"),
    [
        (b"Date: Tue, 05 Mar 2024 14:22:00 +0100\n", "2024-03-05T14:22:00+01:00"),
        (
            b"Received: by x; Wed, 6 Mar 2024 10:00:00 +0000\nReceived: by y; Tue, 5 Mar 2024 09:00:00 +0000\n",
            "2024-03-06",
        ),
        (b"Date: nonsense\nReceived: by x;\n Tue, 5 Mar 2024 14:22:00 +0100\n", "2024-03-05"),
        (
            b"Date: Thu, 01 Jan 1970 00:00:00 +0000\nReceived: by x; Tue, 5 Mar 2024 14:22:00 +0100\n",
            "2024-03-05",
        ),
        (b"Date: 2024-03-05 14:22:00\n", "2024-03-05T14:22:00"),
        (b"X-Received: by x; Tue, 5 Mar 2024 14:22:00 +0100\n", "2024-03-05"),
        (b"Date: Tue, 5 Mar 24 14:22:00 GMT\n", "2024-03-05T14:22:00"),
    ],
)
def test_dates(tmp_path: Path, headers: bytes, date: str) -> None:
    (item,) = read(tmp_path, b"From: a@b\nMessage-ID: <1>\n" + headers + BODY)
    assert (item.date or "").startswith(date) and item.date_source == "header"


@pytest.mark.parametrize(
    "headers",
    [
        b"X-Mozilla-Status: 0009\n",
        b"X-Mozilla-Status: 0001\nX-Mozilla-Status2: 00200000\n",
        b"X-Gmail-Labels: Spam,Unread\n",
        b"X-Gmail-Labels: =?UTF-8?Q?Ungelesen,Papierkorb?=\n",
        b"X-Gmail-Labels: =?UTF-8?B?5bey5Yig6Zmk6YKu5Lu2?=\n",
        b"X-Status: D\n",
        b"X-Keywords: Junk\n",
    ],
)
def test_what_was_thrown_away_is_not_remembered_and_told(tmp_path: Path, headers: bytes) -> None:
    mail = b"From: a@b\nMessage-ID: <1>\n" + headers + b"\nSecret.\n"
    with pytest.raises(Skipped, match="trash"):
        read(tmp_path, mail)
    start = b"From a@b Tue Mar 05 14:02:11 2024\n"
    (kept,) = read(tmp_path, start + mail + b"\n" + start + b"From: a@b\nMessage-ID: <2>\n" + BODY, "inbox")
    assert kept.blocks[0].text == "The words." and kept.notes == (
        "1 mails in the mail program's trash or spam: not remembered",
    )


@pytest.mark.parametrize(
    "name",
    ["1709.M1P1.host:2,ST", "1709.M1P1.host!2,T", ".Trash/cur/1709.M1.host:2,S", ".Junk/new/1709.M1.host"],
)
def test_maildir_trash(tmp_path: Path, name: str) -> None:
    with pytest.raises(Skipped, match="trash"):
        read(tmp_path, b"From: a@b\nMessage-ID: <1>\nSubject: s\n" + BODY, name)


@pytest.mark.parametrize("name", ["Trash", "Junk.mbox", "Papierkorb", "Deleted Items.mbox", "垃圾邮件.mbox"])
def test_a_mailbox_that_is_the_trash(tmp_path: Path, name: str) -> None:
    with pytest.raises(Skipped, match="trash"):
        read(tmp_path, b"From a@b Tue Mar 05 14:02:11 2024\nFrom: a@b\nMessage-ID: <2>\n" + BODY, name)


def test_labels_are_kept_and_spam_of_filters_is_marked(tmp_path: Path) -> None:
    head = b"From: a@b\nMessage-ID: <1>\nX-Gmail-Labels: Important,Steuer 2023,Unread\nX-Spam-Flag: YES\n"
    (item,) = read(tmp_path, head + BODY)
    assert item.blocks[0].text == "Labels: Important, Steuer 2023, spam, as a filter took it"


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("Di, 5 Mrz 2024 14:02:11 +0100", "2024-03-05T14:02:11+01:00"),
        ("mar., 5 janv. 2024 14:02:11 +0100 (CET)", "2024-01-05T14:02:11+01:00"),
        ("ti 5. maaliskuuta 2024 14.02", "2024-03-05T14:02:00"),
    ],
)
def test_dates_in_the_sender_s_language(tmp_path: Path, written: str, date: str) -> None:
    (item,) = read(tmp_path, f"From: a@b\nMessage-ID: <1>\nDate: {written}\n".encode() + BODY)
    assert item.date == date
