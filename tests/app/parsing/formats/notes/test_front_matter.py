"""Fields above notes: YAML, TOML, and what people write instead; dates that mean one day only."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parsing import Item, read_file
from app.parsing.items import iso_date


def read(tmp_path: Path, text: str, name: str = "note.md") -> Item:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (item,) = read_file(path)
    return item


@pytest.mark.parametrize(
    ("fields", "title", "date"),
    [
        (
            "---\ntitle: Trip: Lisbon with Noor\ndate: 2024-03-05\ntags: [travel]\n---\n",
            "Trip: Lisbon with Noor",
            "2024-03-05",
        ),
        ("---\ntitle: @home and #away\ncreated: 2024-03-05T10:00\n---\n", "@home and #away", "2024-03-05"),
        ("---\ntitle: *Star*\ntags:\n- a\n- b\ndate: 2024-03-05\n---\n", "*Star*", "2024-03-05"),
        ('---\ntitle: "Quoted: yes"\ndate: 05.03.2024\n---\n', "Quoted: yes", "2024-03-05"),
        ("---\ntitle:\tTabbed\ndate: 2024-03-05\n---\n", "Tabbed", "2024-03-05"),
        ("---\ntitle: Plain\nDate Created: 5. März 2024\n---\n", "Plain", "2024-03-05"),
        ("---\ntitle: 旅行\n日期: 2024年3月5日\n---\n", "旅行", "2024-03-05"),
        ('---\ntitle: Linked\ncreated: "[[2024-03-05]]"\n---\n', "Linked", "2024-03-05"),
        ("---\ntitle: Ambiguous\ndate: 03/05/2024\n---\n", "Ambiguous", None),
        ("---\ntitle: Sure\ndate: 25/03/2024\n---\n", "Sure", "2024-03-25"),
        ("---\ntitle: {{title}}\ndate: 2024-03-05\n---\n", "{{title}}", "2024-03-05"),
        ('+++\ntitle = "Hugo: a site"\ndate = 2024-03-05\n+++\n', "Hugo: a site", "2024-03-05"),
        ("\ufeff---\r\ntitle: Windows\r\ndate: 2024-03-05\r\n---\r\n", "Windows", "2024-03-05"),
    ],
)
def test_fields(tmp_path: Path, fields: str, title: str, date: str | None) -> None:
    item = read(tmp_path, f"{fields}The words.\n")
    assert (item.title, item.date and item.date[:10]) == (title, date)
    assert item.blocks[-1].text == "The words." and not any("title:" in block.text for block in item.blocks)
    assert item.date_source == ("front matter" if date else "")


def test_text_between_rulers_is_no_front_matter(tmp_path: Path) -> None:
    item = read(tmp_path, "---\nWe met at nine and talked.\nNote: bring bread\n---\nMore.\n")
    text = "\n".join(block.text for block in item.blocks)
    assert "We met at nine" in text and "bring bread" in text


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("05.03.2024", "2024-03-05"),
        ("5.3.2024 14:22", "2024-03-05T14:22:00"),
        ("03/05/2024", None),
        ("3-5-2024", None),
        ("05/05/2024", "2024-05-05"),
        ("03/25/2024", "2024-03-25"),
        ("25/03/2024", "2024-03-25"),
        ("2024/03/05", "2024-03-05"),
        ("March 5, 2024 2:22 PM", "2024-03-05T14:22:00"),
        ("5 mars 2024", "2024-03-05"),
        ("2024年3月5日", "2024-03-05"),
        ("2024년 3월 5일", "2024-03-05"),
        ("March 2024", None),
        ("20240305", "2024-03-05"),
        ("12345678", None),
    ],
)
def test_dates(text: str, date: str | None) -> None:
    assert iso_date(text) == date
