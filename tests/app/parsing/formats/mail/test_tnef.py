"""Outlook's envelopes: text and files in winmail.dat, RTF that stands for a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import Unreadable
from app.parsing import read_file
from app.parsing.formats.rtf import rtf_blocks, unpacked
from tests.app.parsing.samples import phones


def test_text_and_files_of_an_envelope(tmp_path: Path) -> None:
    (tmp_path / "winmail.dat").write_bytes(phones.tnef("Straße 12 in Lisbon"))
    body, lease = read_file(tmp_path / "winmail.dat")
    assert (body.title, body.blocks[0].text) == ("Flat in Lisbon", "Straße 12 in Lisbon")
    assert (lease.title, lease.blocks[0].text) == ("lease", "The lease ends in May.")


def test_a_mail_holds_what_its_envelope_holds(tmp_path: Path) -> None:
    import base64

    data = base64.encodebytes(phones.tnef()).decode()
    (tmp_path / "a.eml").write_text(
        "From: a@b.example\nDate: Tue, 5 Mar 2024 14:02:11 +0100\nMIME-Version: 1.0\nSubject: Flat\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nSee below.\n'
        '--x\nContent-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\n'
        f"{data}\n--x--\n"
    )
    texts = [block.text for item in read_file(tmp_path / "a.eml") for block in item.blocks]
    assert "The lease ends in May." in texts
    assert "The key is under the mat in Lisbon." in texts


def test_damage_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "winmail.dat").write_bytes(phones.tnef()[:40])
    with pytest.raises(Unreadable):
        read_file(tmp_path / "winmail.dat")


def test_rtf_that_stands_for_a_page_is_read_as_the_page() -> None:
    raw = (
        r"{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag19 <html>}{\*\htmltag50 <body>}{\*\htmltag64 <p>}"
        r"\htmlrtf \par \htmlrtf0 The key {\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 is here\htmlrtf }\htmlrtf0 "
        r"{\*\htmltag92 </b>}{\*\htmltag72 </p>}{\*\htmltag64 <p>}Second\'e9{\*\htmltag72 </p>}}"
    )
    assert [block.text for block in rtf_blocks(raw)] == ["The key is here", "Secondé"]


def test_packed_rtf_is_unpacked() -> None:
    from compressed_rtf import compress

    assert unpacked(compress(rb"{\rtf1 Lisbon}")) == rb"{\rtf1 Lisbon}"
