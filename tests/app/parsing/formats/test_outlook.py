"""Outlook's messages."""

from __future__ import annotations

from pathlib import Path

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
