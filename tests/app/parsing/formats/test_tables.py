"""Tables in plain text: what stands before them, and how their lines end."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parsing import Block, read_file

TABLE = "date;payee;euro\n2024-03-05;Ferry;12,00\n2024-03-06;Mill;3,50\n2024-03-07;Baker;4,20\n"
READ = Block(
    "date | payee | euro\n2024-03-05 | Ferry | 12,00\n2024-03-06 | Mill | 3,50\n2024-03-07 | Baker | 4,20",
    kind="table",
)


def blocks(tmp_path: Path, text: str) -> list[Block]:
    (tmp_path / "x.csv").write_bytes(text.encode())
    return read_file(tmp_path / "x.csv")[0].blocks


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_line_ends(end: str, tmp_path: Path) -> None:
    assert blocks(tmp_path, TABLE.replace("\n", end)) == [READ]


def test_what_a_bank_writes_before_the_table(tmp_path: Path) -> None:
    before = "Account of Torvald Ekeberg\nIBAN;NO93 8601\n\n"
    assert blocks(tmp_path, before + TABLE) == [Block("Account of Torvald Ekeberg\nIBAN | NO93 8601"), READ]


@pytest.mark.parametrize("line", ["sep=;\n", '"sep=;"\n'])
def test_the_line_that_names_the_delimiter(line: str, tmp_path: Path) -> None:
    assert blocks(tmp_path, line + TABLE) == [READ]


def test_a_table_without_anything_before_it_keeps_its_header(tmp_path: Path) -> None:
    short = "name,note\nIda,\nTom,\nBo,x\n"
    assert blocks(tmp_path, short)[0].text.startswith("name | note\nIda\nTom")


def test_equations_and_shown_templates_of_pages(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(
        "<html><body><p>Rate <math><mi>r</mi><mo>=</mo><mn>4.25</mn></math> %</p><x-y><template shadowrootmode=open>"
        "<p>Shown</p></template></x-y><template><p>Kept for later</p></template></body></html>"
    )
    assert [block.text for block in read_file(tmp_path / "x.html")[0].blocks] == ["Rate r=4.25 %", "Shown"]
