"""CSV and TSV: a table whose first line is the header, streamed in parts that each repeat it.

What banks and instruments write before the table (an account, a date) stays apart as text.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator

from app.parsing.encoding import stream_text
from app.parsing.items import Block, Item, Limits, Source, name_date

_DELIMITERS = ",;\t|"
_NAMED_DELIMITER = re.compile(r"\s*\"?sep=(.)\"?[^\n]*\n", re.I)
_LOOKED_AT = 60  # rows
_PREAMBLE = 25  # rows at most before the table
_TABLE_ROWS = 3  # of one width, below which there is no telling
_FIELD = 10_000_000  # characters of one cell


def read_csv(source: Source, limits: Limits) -> Iterator[Item]:
    csv.field_size_limit(_FIELD)
    header = ""
    delimiter = ""
    for text in stream_text(source, limits):
        if not delimiter and (named := _NAMED_DELIMITER.match(text)):  # a line that Excel writes and hides
            delimiter, text = named[1], text[named.end() :]
        delimiter = delimiter or _delimiter(text[:20_000], source.suffix)
        cells = list(csv.reader(text.splitlines(True), delimiter=delimiter))
        before = _preamble(cells) if not header else 0
        blocks = [Block("\n".join(lines))] if (lines := _rows(cells[:before])) else []
        rows = _rows(cells[before:])
        table = [header, *rows] if header else rows
        header = header or (rows[0] if rows else "")
        if rows:
            blocks.append(Block("\n".join(table), kind="table"))
        yield Item(source.stem, blocks, date=name_date(source.name))


def _preamble(rows: list[list[str]]) -> int:
    """How many rows at the top come before the table: narrower ones than most."""
    widths = [len(_filled(row)) for row in rows[:_LOOKED_AT]]
    wide = Counter(width for width in widths if width > 1)
    if not wide or wide.most_common(1)[0][1] < _TABLE_ROWS:
        return 0
    usual = wide.most_common(1)[0][0]
    first = next(number for number, width in enumerate(widths) if width >= usual)
    return first if first <= _PREAMBLE else 0


def _filled(row: list[str]) -> list[str]:
    while row and not row[-1].strip():
        row = row[:-1]
    return row


def _rows(rows: list[list[str]]) -> list[str]:
    return [line for line in map(_row, rows) if line.strip(" |")]


def _row(cells: list[str]) -> str:
    tidied = [" ".join(cell.split()) for cell in cells]
    while tidied and not tidied[-1]:
        tidied.pop()
    return " | ".join(tidied)


def _delimiter(sample: str, suffix: str) -> str:
    if suffix in (".tsv", ".tab"):
        return "\t"
    lines = sample.split("\n")
    if len(lines) > 2 * _PREAMBLE:
        sample = "\n".join(lines[_PREAMBLE:])
    try:
        return csv.Sniffer().sniff(sample, _DELIMITERS).delimiter
    except csv.Error:
        return max(_DELIMITERS, key=sample.count)
