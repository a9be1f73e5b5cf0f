"""Numbers, Pages and Keynote: by a PDF of themselves, by the texts inside, or turned down with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import Unreadable
from app.parsing import Block, Item, read_file
from tests.app.parsing import samples
from tests.app.parsing.samples import phones


def read(tmp_path: Path, name: str, data: bytes) -> Item:
    (tmp_path / name).write_bytes(data)
    return read_file(tmp_path / name)[0]


def test_numbers(tmp_path: Path) -> None:
    expected = [
        Block("Costs", "sheet Costs", "heading", 1),
        Block("what | euro\nLisbon | 210", "sheet Costs", "table"),
    ]
    assert read(tmp_path, "x.numbers", samples.every_format()["costs.numbers"]).blocks == expected


def test_a_pages_document_without_a_preview(tmp_path: Path) -> None:
    item = read(tmp_path, "letter.pages", phones.pages())
    assert [block.text for block in item.blocks] == ["The flat in Lisbon", "is on the third floor."]


def test_slides_come_as_they_are_shown_and_templates_not_at_all(tmp_path: Path) -> None:
    item = read(tmp_path, "talk.key", phones.keynote())
    assert [(block.place, block.text) for block in item.blocks] == [
        ("slide 1", "First: Lisbon"),
        ("slide 1 › note", "Smile"),
        ("slide 2", "Second: the tram"),
    ]


@pytest.mark.parametrize(
    ("name", "parts", "reason"),
    [
        ("x.pages", {"Index/Document.iwa": b"?"}, "Pages document: export it as PDF or DOCX"),
        (
            "x.key",
            {"Index/Document.iwa": b"?", "Index/Slide-1.iwa": b"?"},
            "Keynote document: export it as PDF or PPTX",
        ),
        (
            "x.numbers",
            {"Index/Document.iwa": b"?", "Index/CalculationEngine.iwa": b"?"},
            "Numbers document: export it",
        ),
        ("x.pages", {"index.xml": b"<x/>"}, "Pages document"),
    ],
)
def test_what_is_not_read_says_what_to_do(
    name: str, parts: dict[str, str | bytes], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(tmp_path, name, samples.zipped(parts))


def test_pages_with_a_preview_of_itself(tmp_path: Path) -> None:
    parts: dict[str, str | bytes] = {
        "Index/Document.iwa": b"?",
        "QuickLook/Preview.pdf": samples.pdf(["Dear Ida"]),
    }
    item = read(tmp_path, "Letter.pages", samples.zipped(parts))
    assert (item.title, item.blocks[0].text) == ("Letter", "Dear Ida")
