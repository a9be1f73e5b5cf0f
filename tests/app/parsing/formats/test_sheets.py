"""Workbooks: what a reader sees of the cells, and what hangs on a sheet."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from app.parsing import Item, read_file
from app.parsing.formats.office.cells import cell_text


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.19, "0%", "19%"),
        (0.195, "0.0%", "19.5%"),
        (0.1 + 0.2, "General", "0.3"),
        (210.0, "", "210"),
        (True, "", "True"),
        (datetime(2024, 3, 5), "", "2024-03-05"),
        (datetime(2024, 3, 5, 14, 2), "", "2024-03-05T14:02:00"),
        (time(9, 30), "", "09:30:00"),
        ("two\nlines", "", "two lines"),
        (None, "", ""),
    ],
)
def test_values_as_they_are_meant(value: Any, number_format: str, text: str) -> None:
    assert cell_text(value, number_format) == text


def read(book: Any, tmp_path: Path) -> Item:
    out = io.BytesIO()
    book.save(out)
    path = tmp_path / "x.xlsx"
    path.write_bytes(out.getvalue())
    return read_file(path)[0]


def test_a_formula_without_a_value_is_shown_and_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ((1, 2), ("total", "=SUM(A1:B1)")):
        book.active.append(row)
    item = read(book, tmp_path)
    assert item.blocks[1].text == "1 | 2\ntotal | =SUM(A1:B1)"
    assert item.notes[0].startswith("1 formulas have no stored value")


def test_comments_links_headers_and_chart_titles(tmp_path: Path) -> None:
    from openpyxl.chart import BarChart, Reference

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Boats"
    for row in (("boat", "metres"), ("Alma", 8.45)):
        sheet.append(row)
    sheet["B2"].comment = Comment("Measured by Torvald.", "Nora")
    sheet["A2"].hyperlink = "https://boats.example/alma"
    sheet.oddHeader.left.text = "Harbour of Lerum"
    sheet.oddFooter.right.text = "Page &P of &N"
    chart = BarChart()
    chart.title = "Lengths"
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    sheet.add_chart(chart)
    assert [(b.place, b.text) for b in read(book, tmp_path).blocks] == [
        ("sheet Boats", "Boats"),
        ("sheet Boats", "boat | metres\nAlma | 8.45"),
        ("sheet Boats, links", "A2: https://boats.example/alma"),
        ("sheet Boats, header", "Harbour of Lerum"),
        ("sheet Boats, comment", "Comment by Nora on B2: Measured by Torvald."),
        ("sheet Boats", "Chart: Lengths"),
    ]


def test_a_sheet_that_is_one_chart_is_no_fault(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(("Lisbon",))
    book.create_chartsheet("Only a chart")
    assert read(book, tmp_path).blocks[1].text == "Lisbon"


def test_the_strict_dialect_is_read_with_its_links(tmp_path: Path) -> None:
    """openpyxl opens it and finds no sheets."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = "Lisbon", datetime(2024, 3, 5)
    book.active["A1"].hyperlink = "https://trams.example"
    plain, strict = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(strict, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for room in (b"officeDocument/2006/relationships", b"spreadsheetml/2006/main"):
                part = part.replace(
                    b"http://schemas.openxmlformats.org/" + room,
                    b"http://purl.oclc.org/ooxml/" + room.replace(b"/2006", b""),
                )
            new.writestr(name, part)
    (tmp_path / "x.xlsx").write_bytes(strict.getvalue())
    (item,) = read_file(tmp_path / "x.xlsx")
    text = "\n".join(block.text for block in item.blocks)
    assert "Lisbon\n2024-03-05" in text and "https://trams.example" in text
