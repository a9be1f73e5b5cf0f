"""Apple's Numbers, Pages and Keynote.

Numbers is read through numbers-parser, sheet by sheet. Pages and Keynote are read from the PDF of themselves that older
versions and those with "preview" hold, else from the texts inside (`iwa`), which lack tables' order and what is drawn. Those
that are neither are turned down, and the reason says what to do.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from app.errors import NotRead, Unreadable
from app.parsing.encoding import tidy
from app.parsing.formats.apple.iwa import messages, slide_parts, texts
from app.parsing.formats.office.cells import cell_text
from app.parsing.formats.office.package import require_safe_zip
from app.parsing.items import Block, Item, Limits, Source, under
from app.parsing.registry import read_inner

_PREVIEWS = ("QuickLook/Preview.pdf", "preview.pdf")
_CELLS = "the order of tables' cells, and their numbers: export it as PDF for those"
_ADVICE = "{} document: export it as PDF or {}, which Doppel reads"


def read_pages(source: Source, limits: Limits) -> Iterator[Item]:
    yield from _document(source, limits, _ADVICE.format("Pages", "DOCX"))


def read_keynote(source: Source, limits: Limits) -> Iterator[Item]:
    yield from _document(source, limits, _ADVICE.format("Keynote", "PPTX"))


def _document(source: Source, limits: Limits, otherwise: str) -> Iterator[Item]:
    require_safe_zip(source, limits)
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        preview = next((names[name.lower()] for name in _PREVIEWS if name.lower() in names), None)
        data = archive.read(preview) if preview else b""
        blocks, has_cells = ([], False) if data else _inside(archive, limits, otherwise)
    if data:
        try:
            for item in read_inner(f"{source.stem}.pdf", data, source, limits, "preview"):
                yield Item(source.stem, item.blocks, item.author, item.date, item.notes)
        except NotRead as error:
            raise Unreadable(otherwise) from error
    elif blocks:
        yield Item(source.stem, blocks, notes=(_CELLS,) if has_cells else ())
    else:
        raise Unreadable(otherwise)


def _inside(archive: zipfile.ZipFile, limits: Limits, otherwise: str) -> tuple[list[Block], bool]:
    """The texts of a document by its slides, and whether there are tables among them."""
    try:
        found = list(messages(archive, limits))
        order = {part: number for number, part in enumerate(slide_parts(found), 1)}
        inside = sorted(texts(found), key=lambda text: order.get(text.part, 0))
    except (NotRead, MemoryError):
        raise
    except Exception as error:  # the format is not public: every version may bring something unknown
        raise Unreadable(otherwise) from error
    blocks: list[Block] = []
    for one in inside:
        place = f"slide {order[one.part]}" if one.part in order else ""
        if one.kind == "cells":
            blocks.append(Block(one.text.strip("\n"), place, "list"))
        else:
            # A paragraph is a line.
            blocks += [
                Block(line.strip(), under(place, one.kind)) for line in one.text.split("\n") if line.strip()
            ]
    return list(dict.fromkeys(blocks)), any(one.kind == "cells" for one in inside)


def read_numbers(source: Source, limits: Limits) -> Iterator[Item]:
    require_safe_zip(source, limits)
    advice = _ADVICE.format("Numbers", "XLSX")
    try:
        blocks = list(_sheets(source))
    except (NotRead, MemoryError):
        raise
    except Exception as error:  # the format is not public: every version may bring something unknown
        raise Unreadable(advice) from error
    yield Item(source.stem, blocks)


def _sheets(source: Source) -> Iterator[Block]:
    import warnings

    from numbers_parser import Document

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = source.path
        if path is None or path.suffix.lower() != ".numbers":
            path = Path(folder) / "document.numbers"
            with source.open() as stream:
                path.write_bytes(stream.read())
        for sheet in Document(str(path)).sheets:
            place = f"sheet {tidy(sheet.name)}"
            heading = Block(tidy(sheet.name), place, "heading", 1)
            for table in sheet.tables:
                lines = []
                for row in table.rows(values_only=True):
                    cells = [cell_text(value) for value in row]
                    while cells and not cells[-1]:
                        cells.pop()
                    lines.append(" | ".join(cells))
                text = "\n".join(lines).rstrip("\n")
                if text.strip():
                    yield heading
                    yield Block(text, place, "table")
