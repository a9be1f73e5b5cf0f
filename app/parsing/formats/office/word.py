"""Word documents and templates (DOCX, DOCM, DOTX, DOTM): the whole text in order.

Read: headings, lists, tables, content controls, form fields, text boxes, headers and footers, footnotes and
endnotes where they stand, comments with their author, links, equations, charts, diagrams, embedded files. Left out:
what is deleted or was moved away by tracked changes. Not read: pictures themselves, and the numbers that Word puts
before list entries and headings.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any

from app.parsing.encoding import tidy
from app.parsing.formats.office.charts import chart_blocks
from app.parsing.formats.office.drawings import diagram_blocks
from app.parsing.formats.office.package import (
    MC,
    Package,
    W,
    alternatives,
    described,
    embedded,
    require_safe_zip,
)
from app.parsing.formats.office.word_text import Paragraph, ParagraphReader
from app.parsing.items import Block, Item, Limits, Source

_HEADING_STYLE = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|标题|標題)\s*(\d)", re.I)
_WRAPPERS = frozenset(f"{W}{name}" for name in ("sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_PAGE_WORDS = 12  # letters beside a page number that are no more than "page … of …"
_SPAN = 63  # Word's own limit of columns
_BASES = 20  # styles based on styles


def read_docx(source: Source, limits: Limits) -> Iterator[Item]:
    require_safe_zip(source, limits)
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        package = Package(archive)
        main = package.main("word/document.xml")
        inner, notes = embedded(package, [main], source, limits)
        yield described(package, source, _Document(package, main).blocks(), notes)
        yield from inner


class _Document:
    def __init__(self, package: Package, main: str) -> None:
        self.package = package
        self.main = main
        self.styles = _styles(package, main)
        self.anchors: dict[str, str] = {}  # of comments
        self.notes: dict[tuple[str, str], str] = {}
        for kind in ("footnote", "endnote"):
            for part, element in self._elements(f"{kind}s", kind):
                if element.get(f"{W}type", "normal") == "normal":
                    self.notes[kind, element.get(f"{W}id", "")] = self._plain(element, part)

    def blocks(self) -> list[Block]:
        root = self.package.xml(self.main)
        body = root.find(f"{W}body") if root is not None else None
        if body is None:
            raise ValueError("no body")
        text = list(self._blocks(body, self.main))
        text += [*chart_blocks(self.package, self.main, ""), *diagram_blocks(self.package, self.main, "")]
        return [
            *self._margins("header", "hdr"),
            *merge_lists(text),
            *self._margins("footer", "ftr"),
            *self._comments(),
        ]

    def _elements(self, relation: str, name: str) -> Iterator[tuple[str, Any]]:
        for part in self.package.related(self.main, relation):
            root = self.package.xml(part)
            for element in root.iter(f"{W}{name}") if root is not None else ():
                yield part, element

    def _reader(self, part: str) -> ParagraphReader:
        return ParagraphReader(self.package.relations(part), self.notes)

    def _plain(self, element: Any, part: str) -> str:
        blocks = self._blocks(element, part)
        return " ".join(" ".join(block.text for block in blocks).split())

    def _margins(self, relation: str, name: str) -> list[Block]:
        """Headers or footers, each text once; page numbers are no text."""
        seen: dict[str, None] = {}
        for part, element in self._elements(relation, name):
            for block in self._blocks(element, part, margin=True):
                seen.setdefault(block.text)
        return [Block(text, relation) for text in seen]

    def _comments(self) -> list[Block]:
        blocks = []
        for part, element in self._elements("comments", "comment"):
            text = self._plain(element, part)
            author = tidy(element.get(f"{W}author", "")).strip()
            about = self.anchors.get(element.get(f"{W}id", ""), "")
            lead = f"Comment{f' by {author}' if author else ''}{f' on “{about}”' if about else ''}: "
            if text:
                blocks.append(Block(lead + text, "comment", when=element.get(f"{W}date", "")[:19]))
        return blocks

    def _blocks(self, parent: Any, part: str, margin: bool = False) -> Iterator[Block]:
        yield from self._each(list(parent), self._reader(part), margin)

    def _each(self, children: list[Any], reader: ParagraphReader, margin: bool = False) -> Iterator[Block]:
        for element in children:
            tag = element.tag
            if tag == f"{W}p":
                paragraph = reader.read(element)
                if not (margin and _only_numbers_page(paragraph)):
                    yield from self._paragraph(paragraph, element)
                for box in paragraph.boxes:
                    for content in _text_boxes(box):
                        yield from self._each(list(content), reader, margin)
            elif tag == f"{W}tbl":
                yield from self._table(element, reader)
            elif tag == f"{W}sdt":
                properties = element.find(f"{W}sdtPr")
                if properties is None or properties.find(f"{W}showingPlcHdr") is None:
                    for content in element.iterchildren(f"{W}sdtContent"):
                        yield from self._each(list(content), reader, margin)
            elif tag in _WRAPPERS:
                yield from self._each(list(element), reader, margin)
            elif tag == f"{MC}AlternateContent":
                yield from self._each(alternatives(element), reader, margin)
            elif isinstance(tag, str) and tag.endswith(("}oMathPara", "}oMath")):
                yield Block(reader.read([element]).text)

    def _paragraph(self, paragraph: Paragraph, element: Any) -> Iterator[Block]:
        self.anchors.update({key: text for key, text in paragraph.anchors.items() if text})
        if not paragraph.text:
            return
        level, is_entry = self._kind(element)
        if level:
            yield Block(" ".join(paragraph.text.split()), kind="heading", level=level)
        elif is_entry:
            yield Block(f"- {paragraph.text}", kind="list")
        else:
            yield Block(paragraph.text)

    def _kind(self, element: Any) -> tuple[int, bool]:
        """(heading level or 0, whether it is a list entry) of a paragraph."""
        properties = element.find(f"{W}pPr")
        if properties is None:
            return 0, False
        level, is_entry = self.styles.get(_value(properties, "pStyle"), (0, False))
        outline = _value(properties, "outlineLvl")
        if outline.isdecimal() and int(outline) < 9:
            level = int(outline) + 1
        number = properties.find(f"{W}numPr")
        if number is not None:
            is_entry = _value(number, "numId") != "0"
        return level, is_entry

    def _table(self, table: Any, reader: ParagraphReader) -> Iterator[Block]:
        rows = []
        widest: list[Any] = []
        for row in _within(table, f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            cells = [cell for cell in _within(row, f"{W}tc") if cell.find(f"{W}tcPr/{W}cellDel") is None]
            widest = max(widest, cells, key=len)
            rows.append((row, cells))
        if len(widest) == 1:  # a frame around text
            for _, cells in rows:
                for cell in cells:
                    yield from self._each(list(cell), reader)
            return
        lines = [self._row(row, cells, reader) for row, cells in rows]
        if any(line.strip(" |") for line in lines):
            yield Block("\n".join(lines), kind="table")

    def _row(self, row: Any, cells: list[Any], reader: ParagraphReader) -> str:
        """Its cells, with empty ones where a cell spans columns, so that they stay below their headings."""
        texts = [""] * _count(row.find(f"{W}trPr"), "gridBefore", 0)
        for cell in cells:
            inner = " ".join(block.text for block in self._each(list(cell), reader))
            texts.append(" ".join(inner.replace(" | ", ", ").split()))
            texts += [""] * (_count(cell.find(f"{W}tcPr"), "gridSpan", 1) - 1)
        return " | ".join(texts)


def _text_boxes(drawing: Any) -> Iterator[Any]:
    """The outermost text box contents in a drawing, of alternatives only the first."""
    stack = [drawing]
    while stack:
        element = stack.pop()
        if element.tag == f"{W}txbxContent":
            yield element
        elif element.tag == f"{MC}AlternateContent":
            stack += reversed(alternatives(element))
        else:
            stack += reversed(list(element))


def _only_numbers_page(paragraph: Paragraph) -> bool:
    return paragraph.numbers_page and sum(map(str.isalpha, paragraph.text)) < _PAGE_WORDS


def _within(parent: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or cells of a row, also those in content controls and tracked insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS or child.tag == f"{W}sdt":
            yield from _within(child, tag)


def _value(parent: Any, name: str) -> str:
    element = parent.find(f"{W}{name}")
    return str(element.get(f"{W}val", "")) if element is not None else ""


def _count(properties: Any, name: str, otherwise: int) -> int:
    text = _value(properties, name) if properties is not None else ""
    return min(int(text), _SPAN) if text.isdecimal() else otherwise


def _styles(package: Package, main: str) -> dict[str, tuple[int, bool]]:
    """By style id: (heading level or 0, whether its paragraphs are list entries), inherited where based on
    another."""
    elements = {}
    for part in package.related(main, "styles"):
        root = package.xml(part)
        if root is not None:
            elements.update({element.get(f"{W}styleId", ""): element for element in root.iter(f"{W}style")})
    found = {}
    for key, element in elements.items():
        level, is_entry, style = 0, False, element
        for _ in range(_BASES):
            own_level, own_entry = _style(style)
            level, is_entry = level or own_level, is_entry or own_entry
            style = elements.get(_value(style, "basedOn"))
            if style is None or level:
                break
        found[key] = (level, is_entry)
    return found


def _style(element: Any) -> tuple[int, bool]:
    name = _value(element, "name").lower()
    heading = _HEADING_STYLE.match(name)
    if heading:
        return int(heading[1]), False
    if name in ("title", "titel", "titre"):
        return 1, False
    properties = element.find(f"{W}pPr")
    if properties is not None:
        outline = _value(properties, "outlineLvl")
        if outline.isdecimal() and int(outline) < 9:
            return int(outline) + 1, False
        if properties.find(f"{W}numPr") is not None:
            return 0, True
    return 0, name.startswith("list ") and "paragraph" not in name


def merge_lists(blocks: list[Block]) -> list[Block]:
    """The blocks with list entries that follow each other in one."""
    merged: list[Block] = []
    for block in blocks:
        if block.kind == "list" and merged and merged[-1].kind == "list" and merged[-1].place == block.place:
            merged[-1] = Block(f"{merged[-1].text}\n{block.text}", block.place, "list")
        else:
            merged.append(block)
    return merged
