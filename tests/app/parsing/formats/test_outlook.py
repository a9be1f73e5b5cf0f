"""Outlook's messages."""

from __future__ import annotations

from pathlib import Path

import compressed_rtf

from app.parsing import read_file
from tests.app.parsing import samples


def test_a_message_with_its_attachment(tmp_path: Path) -> None:
    (tmp_path / "x.msg").write_bytes(samples.msg())
    message, attached = read_file(tmp_path / "x.msg")
    assert (message.title, message.author) == ("Flat in Lisbon", "Nora <nora@example.org>")
    assert (message.date or "").startswith("2024-03-05T13:02:11")
    assert [block.text for block in message.blocks] == [
        "to: Tom <tom@example.org>",
        "The key is under the mat.",
    ]
    assert (attached.blocks[0].text, attached.blocks[0].place) == ("The lease ends in May.", "note.txt")


RTF = rb"{\rtf1\ansi The flat in {\b Lisbon} is ours.\par}"


def test_a_message_whose_text_is_packed_alone(tmp_path: Path) -> None:
    (tmp_path / "x.msg").write_bytes(samples.msg(RTF))
    message, _ = read_file(tmp_path / "x.msg")
    assert message.blocks[-1].text == "The flat in Lisbon is ours."


def test_damage_of_the_packed_text_costs_only_itself_and_is_told(tmp_path: Path) -> None:
    packed = compressed_rtf.compress(RTF)
    (tmp_path / "x.msg").write_bytes(
        samples.msg(RTF).replace(packed[:16], packed[:8] + b"oops" + packed[12:16])
    )
    message, attached = read_file(tmp_path / "x.msg")
    assert [block.text for block in message.blocks] == ["to: Tom <tom@example.org>"]
    assert attached.blocks[0].text == "The lease ends in May."
    assert "its packed text is damaged" in attached.notes[0]
