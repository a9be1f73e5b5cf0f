"""Mailboxes: where a message begins; single mails as programs store them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import Skipped
from app.parsing import Item, read_file

START = b"From a@b Tue Mar 05 14:02:11 2024\n"
HEAD = b"From: a@b\nMessage-ID: <1>\nSubject: Boat\n"


def read(tmp_path: Path, data: bytes, name: str = "inbox") -> list[Item]:
    path = tmp_path / name
    path.write_bytes(data)
    return read_file(path)


@pytest.mark.parametrize(
    "start",
    [
        b"From - Tue Mar 05 14:22:00 2024\n",
        b"From 1792345678901234567@xxx Tue Mar 05 13:22:00 +0000 2024\n",
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n",
        b"From ???@??? Tue Mar 05 13:22:00 2024\r\n",
        b"\xef\xbb\xbfFrom a@b Tue Mar  5 9:22:00 2024\n",
    ],
)
def test_lines_that_begin_a_message(tmp_path: Path, start: bytes) -> None:
    data = start + HEAD + b"\nOne.\n\n" + start.lstrip(b"\xef\xbb\xbf") + HEAD + b"\nTwo.\n"
    assert [item.blocks[-1].text for item in read(tmp_path, data)] == ["One.", "Two."]


@pytest.mark.parametrize(
    "line",
    [
        b"From now on we meet in 2024, at nine.",
        b"From 10:30 on Tuesday 5 March 2024 the bridge is closed.",
        b">From the harbour, 10:30, in 2024.",
    ],
)
def test_lines_of_a_text_do_not(tmp_path: Path, line: bytes) -> None:
    (item,) = read(tmp_path, START + HEAD + b"\nHello.\n\n" + line + b"\nand so on.\n")
    assert line.lstrip(b">").decode() in "\n".join(block.text for block in item.blocks)


def test_a_message_that_says_how_long_it_is(tmp_path: Path) -> None:
    body = b"See below.\n\nFrom x@y Tue Mar 05 14:02:11 2024\nFrom: a quoted mail\n\nits words\n"
    data = START + HEAD + b"Content-Length: %d\n\n" % len(body) + body + b"\n" + START + HEAD + b"\nTwo.\n"
    first, second = read(tmp_path, data)
    assert "its words" in "\n".join(block.text for block in first.blocks) and second.blocks[-1].text == "Two."
    wrong = data.replace(b"Content-Length: %d" % len(body), b"Content-Length: 3")
    assert read(tmp_path, wrong)[-1].blocks[-1].text == "Two."


def test_a_mail_of_apple_mail(tmp_path: Path) -> None:
    mail = HEAD + b"Date: Tue, 05 Mar 2024 14:22:00 +0100\n\nThe words.\n"
    for flags, is_read in ((b"8590195713", True), (b"8590195715", False)):
        plist = (
            b'<?xml version="1.0"?><plist><dict><key>flags</key><integer>%s</integer></dict></plist>' % flags
        )
        data = b"%-10d\n" % len(mail) + mail + plist
        if is_read:
            (item,) = read(tmp_path, data, "12.emlx")
            assert item.blocks[-1].text == "The words." and item.author == "a@b"
        else:
            with pytest.raises(Skipped, match="trash"):
                read(tmp_path, data, "12.emlx")


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\r\n\r\n", b"\xef\xbb\xbf\n"])
def test_a_mark_or_empty_lines_before_the_first_header(tmp_path: Path, mark: bytes) -> None:
    (item,) = read(
        tmp_path, mark + HEAD + b"Content-Transfer-Encoding: base64\n\nVGhlIHdvcmRzLg==\n", "a.eml"
    )
    assert (item.title, item.author, item.blocks[-1].text) == ("Boat", "a@b", "The words.")


def test_a_mail_saved_as_utf_16(tmp_path: Path) -> None:
    data = (HEAD + b"\nThe words.\n").decode().encode("utf-16")
    assert read(tmp_path, data, "a.eml")[0].blocks[-1].text == "The words."


def test_saved_pages(tmp_path: Path) -> None:
    page = b"Content-Type: text/html; charset=utf-8\nContent-Location: https://news.example/apple\n\n<title>T</title><p>Graft.</p>\n"
    chrome = (
        b"From: <Saved by Blink>\nSnapshot-Content-Location: https://news.example/apple\nSubject: Apples\n"
        b"Date: Tue, 5 Mar 2024 13:22:00 -0000\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
        + page + b"--x\nContent-Type: text/css\n\nbody {color: red}\n--x--\n"
    )  # fmt: skip
    (item,) = read(tmp_path, chrome, "a.mhtml")
    assert (item.title, item.author, (item.date or "")[:10]) == ("Apples", "", "2024-03-05")
    assert [block.text for block in item.blocks] == ["Saved from: https://news.example/apple", "Graft."]
    word = (
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\nA web archive.\n\n--x\n"
        + page
        + b"--x--\n"
    )
    (item,) = read(tmp_path, word, "b.mht")
    assert (item.title, item.blocks[-1].text) == ("T", "Graft.")
