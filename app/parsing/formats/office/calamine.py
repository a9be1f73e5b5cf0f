"""Workbooks through calamine: Excel 97-2003 (XLS), binary ones (XLSB), and those that openpyxl does not open.

Read: stored values, dates in ISO form. Not read: formulas without a value, comments, links, charts.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from app.errors import Unreadable
from app.parsing.encoding import tidy
from app.parsing.formats.office.cells import cell_text
from app.parsing.items import Block, Item, Limits, Source, iso_date, name_date, require_size

_OLE = b"\xd0\xcf\x11\xe0"


def read_calamine(source: Source, limits: Limits) -> Iterator[Item]:
    require_size(source, limits.document_bytes)
    blocks = []
    for name, table in calamine_tables(source):
        place = f"sheet {name}"
        if table.strip():
            blocks += [Block(name, place, "heading", 1), Block(table, place, "table")]
    title, author, date = _properties(source)
    yield Item(title or source.stem, blocks, author, date or name_date(source.name))


def calamine_tables(source: Source) -> Iterator[tuple[str, str]]:
    """(name, rows) of each sheet; line n is row n of the sheet."""
    try:
        yield from _tables(source)
    except BaseException as error:
        # What Rust calls a panic is no Exception in Python, and would end the reading process.
        if type(error).__name__ == "PanicException":
            raise ValueError("panic") from error
        raise


def _tables(source: Source) -> Iterator[tuple[str, str]]:
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

    with source.open() as stream:
        data = io.BytesIO(stream.read())
    try:
        workbook = CalamineWorkbook.from_filelike(data)
    except PasswordError as error:
        raise Unreadable("protected by a password: open it and save it without one") from error
    for meta in workbook.sheets_metadata:
        if meta.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.DialogSheet, SheetTypeEnum.MacroSheet):
            continue
        lines = []
        for row in workbook.get_sheet_by_name(meta.name).to_python(skip_empty_area=False):
            cells = [cell_text(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            lines.append(" | ".join(cells))
        yield tidy(meta.name), "\n".join(lines).rstrip("\n")


def _properties(source: Source) -> tuple[str, str, str | None]:
    """(title, author, date) that an old Excel file keeps of itself."""
    if not source.head(4).startswith(_OLE):
        return "", "", None
    import olefile

    with source.open() as stream, olefile.OleFileIO(stream) as ole:
        meta = ole.get_metadata()
    title, author = (
        tidy(value.decode("cp1252", "replace") if isinstance(value, bytes) else str(value or "")).strip()
        for value in (meta.title, meta.author)
    )
    return title, author, iso_date(meta.create_time)
