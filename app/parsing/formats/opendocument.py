"""ODT, ODS and ODP, read from their content.xml with lxml.

odfpy would build a Python object for every element, which takes many times the memory, and has no reader of its
own above that tree. Not read: tracked deletions, headers and footers.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from app.errors import Unreadable
from app.parsing.encoding import tidy
from app.parsing.formats.office import require_safe_zip
from app.parsing.items import Block, Item, Limits, Source, iso_date, name_date

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_CONTAINERS = frozenset(
    {
        *(f"{_TEXT}{name}" for name in ("section", "index-body", "table-of-content", "note-body")),
        *(f"{_DRAW}{name}" for name in ("frame", "text-box", "g", "custom-shape")),
        *(f"{_OFFICE}{name}" for name in ("text", "presentation", "body")),
        f"{_PRESENTATION}notes",
    }
)
_REPEATED_CELLS = 100  # a cell said to repeat more often only pads the sheet


def read_opendocument(source: Source, limits: Limits) -> Iterator[Item]:
    from lxml import etree

    require_safe_zip(source, limits)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        names = archive.namelist()
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise Unreadable("protected by a password: open it and save it without one")
        content = etree.fromstring(archive.read("content.xml"), parser)
        meta = etree.fromstring(archive.read("meta.xml"), parser) if "meta.xml" in names else None
    body = content.find(f"{_OFFICE}body")
    blocks = list(_body_blocks(body)) if body is not None else []
    yield Item(
        title=_meta(meta, "title") or source.stem,
        blocks=blocks,
        author=_meta(meta, "initial-creator") or _meta(meta, "creator"),
        date=iso_date(_meta(meta, "creation-date") or _meta(meta, "date")) or name_date(source.name),
    )


def _meta(meta: Any, name: str) -> str:
    return tidy(meta.findtext(f".//{{*}}{name}") or "").strip() if meta is not None else ""


def _body_blocks(body: Any) -> Iterator[Block]:
    slide = 0
    for part in body.iterchildren():
        for element in part.iterchildren():
            if element.tag == f"{_DRAW}page":
                slide += 1
                yield from _blocks(element, f"slide {slide}")
            elif element.tag == f"{_TABLE}table" and part.tag == f"{_OFFICE}spreadsheet":
                name = element.get(f"{_TABLE}name", "")
                rows = list(_table(element, f"sheet {name}"))
                yield from [Block(name, f"sheet {name}", "heading", 1), *rows] if rows and name else rows
            else:
                yield from _block(element, "")


def _blocks(parent: Any, place: str) -> Iterator[Block]:
    for element in parent.iterchildren():
        yield from _block(element, place)


def _block(element: Any, place: str) -> Iterator[Block]:
    tag = element.tag
    if tag == f"{_TEXT}h":
        level = element.get(f"{_TEXT}outline-level", "1")
        if text := _plain(element):
            yield Block(text, place, "heading", int(level) if level.isdecimal() else 1)
    elif tag == f"{_TEXT}p":
        if text := _plain(element):
            yield Block(text, place)
        # Text boxes hang inside the paragraph they are anchored to.
        for box in element.iter(f"{_DRAW}text-box"):
            yield from _blocks(box, place)
    elif tag == f"{_TEXT}list":
        entries = [_plain(entry) for entry in element.iter(f"{_TEXT}p", f"{_TEXT}h")]
        if text := "\n".join(f"- {entry}" for entry in entries if entry):
            yield Block(text, place, "list")
    elif tag == f"{_TABLE}table":
        yield from _table(element, place)
    elif tag in _CONTAINERS:
        yield from _blocks(element, f"{place}, notes" if tag == f"{_PRESENTATION}notes" else place)


def _plain(element: Any) -> str:
    """The text of a paragraph with its spaces, tabs, line breaks and footnotes, text boxes left out."""
    pieces: list[str] = [element.text or ""]
    for child in element.iterchildren():
        if child.tag == f"{_TEXT}s":
            pieces.append(" " * min(int(child.get(f"{_TEXT}c", "1") or 1), 100))
        elif child.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            pieces.append("\t" if child.tag.endswith("tab") else "\n")
        elif child.tag == f"{_TEXT}note":
            body = child.find(f"{_TEXT}note-body")
            notes = [_plain(note) for note in body.iterchildren()] if body is not None else []
            pieces.append(f" [{' '.join(notes)}] ")
        elif (
            isinstance(child.tag, str)
            and not child.tag.startswith(_DRAW)
            and not child.tag.endswith("annotation")
        ):
            pieces.append(_plain(child))
        pieces.append(child.tail or "")
    return tidy("".join(pieces)).strip()


def _table(table: Any, place: str) -> Iterator[Block]:
    rows = []
    for row in table.iter(f"{_TABLE}table-row"):
        cells: list[str] = []
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            text = " ".join(_plain(paragraph) for paragraph in cell.iterchildren(f"{_TEXT}p")).replace(
                "\n", " "
            )
            repeated = cell.get(f"{_TABLE}number-columns-repeated", "1")
            times = int(repeated) if repeated.isdecimal() else 1
            cells += [text] * (min(times, _REPEATED_CELLS) if text else min(times, 1))
        while cells and not cells[-1]:
            cells.pop()
        rows.append(" | ".join(cells))
    text = "\n".join(rows).rstrip("\n")
    if text.strip():
        yield Block(text, place, "table")
