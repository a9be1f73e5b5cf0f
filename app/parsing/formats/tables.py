"""CSV and TSV: a table whose first line is the header, streamed in parts that each repeat it."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from app.parsing.encoding import stream_text
from app.parsing.items import Block, Item, Limits, Source, name_date

_DELIMITERS = ",;\t|"
_FIELD = 10_000_000  # characters of one cell


def read_csv(source: Source, limits: Limits) -> Iterator[Item]:
    csv.field_size_limit(_FIELD)
    header = ""
    delimiter = ""
    for text in stream_text(source, limits):
        delimiter = delimiter or _delimiter(text[:20_000], source.suffix)
        rows = [_row(row) for row in csv.reader(text.splitlines(True), delimiter=delimiter)]
        rows = [row for row in rows if row.strip(" |")]
        if not rows:
            continue
        table = [header, *rows] if header else rows
        header = header or rows[0]
        yield Item(source.stem, [Block("\n".join(table), kind="table")], date=name_date(source.name))


def _row(cells: list[str]) -> str:
    tidied = [" ".join(cell.split()) for cell in cells]
    while tidied and not tidied[-1]:
        tidied.pop()
    return " | ".join(tidied)


def _delimiter(sample: str, suffix: str) -> str:
    if suffix in (".tsv", ".tab"):
        return "\t"
    try:
        return csv.Sniffer().sniff(sample, _DELIMITERS).delimiter
    except csv.Error:
        return max(_DELIMITERS, key=sample.count)
