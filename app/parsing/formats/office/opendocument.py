"""OpenDocument texts, sheets, presentations and drawings, packed (ODT, ODS, ODP, ODG, templates) or flat (FODT, …).

Read from the XML with lxml: odfpy would build a Python object for every element, which takes many times the memory,
and has no reader of its own above that tree. Read: headings, lists, tables, notes, comments, links, text in shapes,
form fields, headers and footers, charts and equations. Left out: tracked deletions. Not read: pictures themselves.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from app.errors import Unreadable
from app.parsing.encoding import tidy
from app.parsing.formats.office.equations import mathml
from app.parsing.formats.office.odf_text import DRAW, OFFICE, TABLE, TEXT, XLINK, comments, plain
from app.parsing.formats.office.package import require_safe_zip
from app.parsing.items import Block, Item, Limits, Source, iso_date, name_date

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FORM = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"
_MATH = "{http://www.w3.org/1998/Math/MathML}math"
_DELETED = f"{TEXT}tracked-changes"
# Beside these, whatever of text and shapes stands where a paragraph may: sections, indexes, paragraphs with a number.
_CONTAINERS = frozenset(
    {
        *(f"{OFFICE}{name}" for name in ("text", "presentation", "body")),
        f"{_PRESENTATION}notes",
        f"{TABLE}shapes",
    }
)
_REPEATED_CELLS = 100  # a cell said to repeat more often only pads the sheet
_REPEATED_ROWS = 1000  # likewise a row
_REPEATED_TEXT = 200_000  # characters that one row may repeat to
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)")


def read_opendocument(source: Source, limits: Limits) -> Iterator[Item]:
    require_safe_zip(source, limits)
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        names = set(archive.namelist())
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise Unreadable("protected by a password: open it and save it without one")
        parts = {
            name: _parse(archive.read(name)) if name in names else None
            for name in ("content.xml", "meta.xml", "styles.xml")
        }

        def linked(path: str) -> Any | None:
            path = posixpath.normpath(f"{path}/content.xml")
            return _parse(archive.read(path)) if path in names else None

        content = parts["content.xml"]
        if content is None:
            raise ValueError("no content")
        blocks = [*_Body(linked).blocks(content), *_margins(parts["styles.xml"])]
    yield _item(source, blocks, parts["meta.xml"])


def read_flat_opendocument(source: Source, limits: Limits) -> Iterator[Item]:
    root = _parse(source.read(limits.markup_bytes))
    blocks = [*_Body(lambda path: None).blocks(root), *_margins(root)]
    yield _item(source, blocks, root.find(f"{OFFICE}meta"))


def _parse(data: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def _item(source: Source, blocks: list[Block], meta: Any) -> Item:
    return Item(
        title=_meta(meta, "title") or source.stem,
        blocks=blocks,
        author=_meta(meta, "initial-creator") or _meta(meta, "creator"),
        date=iso_date(_meta(meta, "creation-date") or _meta(meta, "date")) or name_date(source.name),
    )


def _meta(meta: Any, name: str) -> str:
    return tidy(meta.findtext(f".//{{*}}{name}") or "").strip() if meta is not None else ""


def _margins(styles: Any) -> list[Block]:
    """Headers and footers, each text once; a page number alone is none."""
    found: dict[str, str] = {}
    for element in styles.iter(f"{_STYLE}master-page") if styles is not None else ():
        for margin in element:
            kind = margin.tag.rpartition("}")[2] if isinstance(margin.tag, str) else ""
            if not kind.startswith(("header", "footer")):
                continue
            for paragraph in margin.iter(f"{TEXT}p", f"{TEXT}h"):
                text = plain(paragraph)
                if sum(map(str.isalpha, text)) > len("page of"):
                    found.setdefault(text, kind[:6])
    return [Block(text, kind) for text, kind in found.items()]


class _Body:
    """linked: the root of an object (a chart, an equation) by its path in the package, None where it is absent."""

    def __init__(self, linked: Any) -> None:
        self.linked = linked

    def blocks(self, root: Any) -> list[Block]:
        body = root.find(f"{OFFICE}body")
        return list(self._parts(body)) if body is not None else []

    def _parts(self, body: Any) -> Iterator[Block]:
        slide = 0
        for part in body.iterchildren():
            yield from _form_fields(part)
            for element in part.iterchildren():
                if element.tag == f"{DRAW}page":
                    slide += 1
                    yield from self._all(element, f"slide {slide}")
                elif element.tag == f"{TABLE}table" and part.tag == f"{OFFICE}spreadsheet":
                    name = tidy(element.get(f"{TABLE}name", ""))
                    found = list(self._table(element, f"sheet {name}"))
                    if found and name:
                        yield Block(name, f"sheet {name}", "heading", 1)
                    yield from found
                else:
                    yield from self._block(element, "")

    def _all(self, parent: Any, place: str) -> Iterator[Block]:
        for element in parent.iterchildren():
            yield from self._block(element, place)

    def _block(self, element: Any, place: str) -> Iterator[Block]:
        tag = element.tag
        if not isinstance(tag, str):
            return
        if tag in (f"{TEXT}h", f"{TEXT}p"):
            yield from self._paragraph(element, place)
        elif tag == f"{TEXT}list":
            paragraphs = [p for p in element.iter(f"{TEXT}p", f"{TEXT}h") if not _is_beside(p, element)]
            if all(p.tag == f"{TEXT}h" for p in paragraphs):  # numbered headings
                for paragraph in paragraphs:
                    yield from self._paragraph(paragraph, place)
                return
            entries = [plain(paragraph) for paragraph in paragraphs]
            if text := "\n".join(f"- {entry}" for entry in entries if entry):
                yield Block(text, place, "list")
            for paragraph in paragraphs:
                yield from self._beside(paragraph, place)
        elif tag == f"{TABLE}table":
            yield from self._table(element, place)
        elif tag == f"{DRAW}object":
            yield from self._object(element, place)
        elif tag == f"{OFFICE}annotation":
            yield from (Block(text, where, when=when) for text, where, when in comments(element, place))
        elif tag in _CONTAINERS or (tag.startswith((DRAW, TEXT)) and tag != _DELETED):
            yield from self._all(element, f"{place}, notes" if tag == f"{_PRESENTATION}notes" else place)

    def _paragraph(self, element: Any, place: str) -> Iterator[Block]:
        text = plain(element)
        if text and element.tag == f"{TEXT}h":
            level = element.get(f"{TEXT}outline-level", "1")
            yield Block(" ".join(text.split()), place, "heading", int(level) if level.isdecimal() else 1)
        elif text:
            yield Block(text, place)
        yield from self._beside(element, place)

    def _beside(self, paragraph: Any, place: str) -> Iterator[Block]:
        """What hangs in a paragraph: shapes with text, objects, comments."""
        for child in paragraph.iterchildren():
            if isinstance(child.tag, str):
                if child.tag.startswith((DRAW, f"{OFFICE}annotation")):
                    yield from self._block(child, place)
                elif child.tag != f"{TEXT}note":
                    yield from self._beside(child, place)

    def _object(self, element: Any, place: str) -> Iterator[Block]:
        path = element.get(f"{XLINK}href", "")
        root = element if len(element) else self.linked(path.removeprefix("./")) if path else None
        if root is None:
            return
        for equation in root.iter(_MATH):
            if text := tidy(mathml(equation)).strip():
                yield Block(text, place)
        for chart in root.iter(f"{_CHART}chart"):
            titles = [plain(p) for title in chart.iter(f"{_CHART}title") for p in title.iter(f"{TEXT}p")]
            if any(titles):
                yield Block(f"Chart: {'; '.join(filter(None, titles))}", place)
            for table in chart.iter(f"{TABLE}table"):
                yield from self._table(table, place)

    def _table(self, table: Any, place: str) -> Iterator[Block]:
        lines: list[str] = []
        beside: list[Block] = []
        for row in _rows(table):
            cells: list[str] = []
            for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                text = self._cell(cell)
                times = _number(cell, f"{TABLE}number-columns-repeated")
                cells += [text] * min(times, _REPEATED_CELLS)
                beside += [Block(text, where, when=when) for text, where, when in comments(cell, place)]
            while cells and not cells[-1]:
                cells.pop()
            line = " | ".join(cells)
            times = _number(row, f"{TABLE}number-rows-repeated")
            lines += [line] * max(1, min(times, _REPEATED_ROWS, _REPEATED_TEXT // max(len(line), 1)))
        text = "\n".join(lines).rstrip("\n")
        if text.strip():
            yield Block(text, place, "table")
        yield from beside
        for shapes in table.iterchildren(f"{TABLE}shapes"):
            yield from self._all(shapes, place)

    def _cell(self, cell: Any) -> str:
        """Its text; a date or time as it is meant, whatever the sheet shows."""
        kind = cell.get(f"{OFFICE}value-type", "")
        if kind == "date" and (value := cell.get(f"{OFFICE}date-value")):
            return str(value).removesuffix("T00:00:00")
        if kind == "time" and (found := _TIME.match(cell.get(f"{OFFICE}time-value", ""))):
            return ":".join(part.zfill(2) for part in found.groups())
        text = " ".join(
            block.text.replace(" | ", ", ")
            for block in self._all(cell, "")
            if not block.place.endswith("comment")
        )
        value = cell.get(f"{OFFICE}value") or cell.get(f"{OFFICE}boolean-value") or ""
        return " ".join(text.split()) or value


def _is_beside(paragraph: Any, top: Any) -> bool:
    """Whether a paragraph stands in a note, comment or shape within `top`."""
    for above in paragraph.iterancestors():
        if above is top:
            return False
        if above.tag == f"{TEXT}note-body" or above.tag.startswith((DRAW, f"{OFFICE}annotation")):
            return True
    return False


def _rows(table: Any) -> Iterator[Any]:
    """The rows of a table, also those in groups and headers, but not those of tables in its cells."""
    for child in table.iterchildren():
        if child.tag == f"{TABLE}table-row":
            yield child
        elif isinstance(child.tag, str) and child.tag.startswith(f"{TABLE}table-") and "row" in child.tag:
            yield from _rows(child)


def _number(element: Any, name: str) -> int:
    text = element.get(name, "1")
    return int(text) if text.isdecimal() and len(text) < 10 else 1


def _form_fields(part: Any) -> Iterator[Block]:
    """What is filled into the form of a document, a "label: value" line for each field."""
    lines = []
    for forms in part.iterchildren(f"{OFFICE}forms"):
        for control in forms.iter():
            if not isinstance(control.tag, str) or not control.tag.startswith(_FORM):
                continue
            value = control.get(f"{_FORM}current-value") or control.get(f"{_FORM}value") or ""
            if control.tag in (f"{_FORM}checkbox", f"{_FORM}radio"):
                value = "Yes" if control.get(f"{_FORM}current-state") == "checked" else ""
            label = (
                control.get(f"{_FORM}label")
                or control.get(f"{_FORM}title")
                or control.get(f"{_FORM}name")
                or ""
            )
            if value and control.tag != f"{_FORM}property":
                lines.append(tidy(f"{label}: {value}"))
    if lines:
        yield Block("\n".join(lines), "form", "fields")
