"""Workbooks (XLSX, XLSM, XLTX, XLTM): each sheet as a table, with what hangs on it.

Read: stored values as they are meant (dates in ISO form, percentages with their sign), formulas where no value is
stored, comments with their author, addresses of links, text boxes, titles of charts, headers and footers. Not read:
pictures, number formats other than dates and percentages.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import Any, BinaryIO

from app.parsing.encoding import tidy
from app.parsing.formats.office.calamine import calamine_tables
from app.parsing.formats.office.cells import cell_text
from app.parsing.formats.office.charts import chart_blocks
from app.parsing.formats.office.drawings import body_text, diagram_blocks
from app.parsing.formats.office.package import Package, S, described, embedded, relation_id, require_safe_zip
from app.parsing.items import MB, Block, Item, Limits, Source

_CODES = re.compile(r'&(?:"[^"]*"|\d+|K[0-9A-F]{6}|[A-Z])', re.I)  # of fonts, pages and dates in headers
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_LINKS = 2000
_TAIL = 200  # bytes that may hold the beginning of a tag


def read_xlsx(source: Source, limits: Limits) -> Iterator[Item]:
    require_safe_zip(source, limits)
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        package = Package(archive)
        main = package.main("xl/workbook.xml")
        sheets = _sheets(package, main)
        blocks: list[Block] = []
        missing = 0
        for name, part, table, unknown in _tables(source, package, sheets, main):
            missing += unknown
            place = f"sheet {name}"
            found = [Block(table, place, "table")] if table.strip() else []
            found += _around(package, part, place) if part else []
            blocks += [Block(name, place, "heading", 1), *found] if found else []
        inner, notes = embedded(package, list(sheets.values()), source, limits)
        if missing:
            notes = (
                f"{missing} formulas have no stored value, only the formula is read: "
                "open it in its program and save it again",
                *notes,
            )
        yield described(package, source, blocks, notes)
        yield from inner


def _sheets(package: Package, main: str) -> dict[str, str]:
    """The part of each sheet by its name, in order."""
    root = package.xml(main)
    if root is None:
        raise ValueError("no workbook")
    relations = package.relations(main)
    found = {}
    for sheet in root.iter(f"{S}sheet"):
        relation = relations.get(relation_id(sheet))
        found[sheet.get("name", "")] = relation.target if relation else ""
    return found


def _tables(
    source: Source, package: Package, sheets: dict[str, str], main: str
) -> Iterator[tuple[str, str, str, int]]:
    """(name, part, rows, formulas without a value) of each sheet."""
    with source.open() as values, source.open() as formulas:
        try:
            workbook = _workbook(values, data_only=True)
            parts = {part for part in package.related(main, "worksheet") if package.has(part)}
            if not {name for name, part in sheets.items() if part in parts} <= {*workbook.sheetnames}:
                raise ValueError("sheets of the strict dialect, which openpyxl passes over without a word")
        except Exception:  # or it gives up over styles and the like; calamine looks at neither
            for name, table in calamine_tables(source):
                yield name, sheets.get(name, ""), table, 0
            return
        with_formulas = None
        for name, part in sheets.items():
            if name not in workbook.sheetnames:  # a sheet that is one chart
                yield tidy(name), part, "", 0
                continue
            workbook[name].reset_dimensions()  # some programs write a wrong one, which would cut the sheet
            second: Iterator[Any] = iter(())
            if _has_formulas(package, part):
                with_formulas = with_formulas or _workbook(formulas, data_only=False)
                with_formulas[name].reset_dimensions()
                second = with_formulas[name].iter_rows()
            lines, unknown = _rows(workbook[name].iter_rows(), second)
            yield tidy(name), part, "\n".join(lines).rstrip("\n"), unknown


def _workbook(stream: BinaryIO, data_only: bool) -> Any:
    from openpyxl.reader.excel import ExcelReader

    class Reader(ExcelReader):
        def read_chartsheet(self, sheet: Any, rel: Any) -> None:
            """openpyxl fails on a sheet that is one chart when it opens a workbook for reading only."""

    reader = Reader(stream, read_only=True, keep_vba=False, data_only=data_only, keep_links=False)
    reader.read()
    return reader.wb


def _has_formulas(package: Package, part: str) -> bool:
    if not package.has(part):
        return False
    tail = b""
    with package.open(part) as stream:
        while piece := stream.read(MB):
            if _FORMULA.search(tail + piece):
                return True
            tail = piece[-_TAIL:]
    return False


def _rows(rows: Iterator[Any], formulas: Iterator[Any]) -> tuple[list[str], int]:
    """A line per row; empty ones stay, so that line n is row n of the sheet."""
    lines = []
    unknown = 0
    for row, second in zip_longest(rows, formulas, fillvalue=()):
        cells = []
        for cell, formula in zip_longest(row, second):
            text = cell_text(cell.value, getattr(cell, "number_format", "") or "") if cell is not None else ""
            if not text and formula is not None and formula.data_type == "f":
                text = f"={str(formula.value).removeprefix('=')}" if formula.value is not None else ""
                unknown += bool(text)
            cells.append(text)
        while cells and not cells[-1]:
            cells.pop()
        lines.append(" | ".join(cells))
    return lines, unknown


def _around(package: Package, part: str, place: str) -> Iterator[Block]:
    """What belongs to a sheet beside its cells."""
    relations = package.relations(part)
    addresses = []
    for element in islice(_elements(package, part, "hyperlink"), _LINKS):
        relation = relations.get(relation_id(element))
        if relation and relation.external:
            addresses.append(f"{element.get('ref', '')}: {tidy(relation.target)}")
    if addresses:
        yield Block("\n".join(addresses), f"{place}, links", "list")
    margins: dict[str, None] = {}
    names = ("oddHeader", "firstHeader", "evenHeader", "oddFooter", "firstFooter", "evenFooter")
    for element in _elements(package, part, *names):
        text = " ".join(_CODES.sub(" ", tidy(element.text or "")).split())
        if sum(map(str.isalpha, text)) > len("page of"):
            margins.setdefault(text)
    yield from (Block(text, f"{place}, header") for text in margins)
    yield from _comments(package, part, place)
    for drawing in package.related(part, "drawing"):
        root = package.xml(drawing)
        for body in root.iter("{*}txBody") if root is not None else ():
            if text := body_text(body, package.relations(drawing)):
                yield Block(text, place)
        yield from chart_blocks(package, drawing, place, values=False)
        yield from diagram_blocks(package, drawing, place)


def _elements(package: Package, part: str, *names: str) -> Iterator[Any]:
    """These elements of a sheet, without holding its cells in memory."""
    from lxml import etree

    if not package.has(part):
        return
    with package.open(part) as stream:
        walker = etree.iterparse(
            stream, events=("end",), resolve_entities=False, no_network=True, huge_tree=True
        )
        for _, element in walker:
            name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
            if name in names:
                yield element
            elif name == "row":
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def _comments(package: Package, part: str, place: str) -> Iterator[Block]:
    people = {}
    for target in package.related(package.main("xl/workbook.xml"), "person"):
        root = package.xml(target)
        people.update({p.get("id", ""): p.get("displayName", "") for p in root} if root is not None else {})
    threaded = set()
    for target in package.related(part, "threadedComment"):
        root = package.xml(target)
        for comment in root.iter("{*}threadedComment") if root is not None else ():
            threaded.add(comment.get("ref", ""))
            author = people.get(comment.get("personId", ""), "")
            text = tidy(comment.findtext("{*}text") or "").strip()
            yield from _comment(text, author, comment.get("ref", ""), place, comment.get("dT", ""))
    for target in package.related(part, "comments"):
        root = package.xml(target)
        if root is None:
            continue
        authors = [tidy(author.text or "") for author in root.iter(f"{S}author")]
        for comment in root.iter(f"{S}comment"):
            if comment.get("ref", "") in threaded:  # there once more for older programs
                continue
            number = comment.get("authorId", "")
            author = authors[int(number)] if number.isdecimal() and int(number) < len(authors) else ""
            text = tidy("".join(t.text or "" for t in comment.iter(f"{S}t"))).strip()
            yield from _comment(text, author, comment.get("ref", ""), place, "")


def _comment(text: str, author: str, cell: str, place: str, when: str) -> Iterator[Block]:
    text = text.removeprefix(f"{author}:").strip() if author else text
    if text:
        lead = f"Comment{f' by {author}' if author else ''} on {cell}: "
        yield Block(lead + text, f"{place}, comment", when=when[:19])
