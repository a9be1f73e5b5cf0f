"""DOCX, PPTX and XLSX: their text in order, with headings, tables, slides and sheets.

python-docx leaves out text in tracked insertions and content controls, so runs are read from the XML
itself; deleted text stays out. Not read: headers and footers, charts, drawings' text in DOCX fallbacks,
formulas without a stored value.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any

from app.errors import Unreadable
from app.parsing.encoding import tidy
from app.parsing.items import Block, Item, Limits, Source, iso_date, name_date, require_size

_DAMAGED = "damaged {}: open it in its program and save it again"
_HEADING_STYLE = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop)\s*(\d)", re.I)
_NOTES = ("footnotes", "endnotes", "comments")


def read_docx(source: Source, limits: Limits) -> Iterator[Item]:
    import docx

    require_safe_zip(source, limits)
    with source.open() as stream:
        document = docx.Document(stream)
    blocks = _merge_lists(_docx_blocks(document.element.body, document))
    blocks += _docx_notes(document)
    yield _described(document.core_properties, source, blocks)


def require_safe_zip(source: Source, limits: Limits) -> None:
    """Raises Unreadable for an office file that would unpack to more than it may."""
    require_size(source, limits.document_bytes)
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > limits.document_bytes * 2:
        raise Unreadable("unpacks to far more than an office file should (zip bomb?): not opened")


def _described(properties: Any, source: Source, blocks: list[Block]) -> Item:
    return Item(
        title=tidy(properties.title or "").strip() or source.stem,
        blocks=blocks,
        author=tidy(
            getattr(properties, "author", None) or getattr(properties, "creator", None) or ""
        ).strip(),
        date=iso_date(properties.created) or iso_date(properties.modified) or name_date(source.name),
    )


def _docx_blocks(parent: Any, document: Any) -> Iterator[Block]:
    from docx.oxml.ns import qn

    for element in parent.iterchildren():
        if element.tag == qn("w:p"):
            yield from _docx_paragraph(element, document)
        elif element.tag == qn("w:tbl"):
            rows = [
                " | ".join(_run_text(cell).replace("\n", " ") for cell in row.iterchildren(qn("w:tc")))
                for row in element.iter(qn("w:tr"))
            ]
            if any(row.strip(" |") for row in rows):
                yield Block("\n".join(rows), kind="table")
        elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _docx_blocks(element, document)


def _docx_paragraph(element: Any, document: Any) -> Iterator[Block]:
    text = _run_text(element)
    if not text:
        return
    level, is_entry = _docx_style(element, document)
    if level:
        yield Block(text, kind="heading", level=level)
    elif is_entry:
        yield Block(f"- {text}", kind="list")
    else:
        yield Block(text)


def _docx_style(element: Any, document: Any) -> tuple[int, bool]:
    """(heading level or 0, whether it is a list entry) of a paragraph."""
    style_id = element.style
    style = document.styles.get_by_id(style_id, 1).name or "" if style_id else ""
    found = _HEADING_STYLE.match(style)
    if found:
        return int(found[1]), False
    if style.lower() in ("title", "titel", "titre"):
        return 1, False
    numbered = element.pPr is not None and element.pPr.numPr is not None
    return 0, numbered or style.lower().startswith("list")


def _run_text(element: Any) -> str:
    """The text of an element, line and page breaks and tabs included, deleted text left out."""
    from docx.oxml.ns import qn

    fallback = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
    pieces: list[str] = []
    for node in element.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:p")):
        if node.tag == qn("w:t"):
            if not any(above.tag == fallback for above in node.iterancestors()):
                pieces.append(node.text or "")
        elif node.tag == qn("w:tab"):
            pieces.append("\t" if node.getparent().tag == qn("w:r") else "")
        else:
            pieces.append("\n")
    return tidy("".join(pieces)).strip()


def _docx_notes(document: Any) -> list[Block]:
    from docx.oxml.ns import qn
    from lxml import etree

    blocks = []
    for relation in document.part.rels.values():
        name = relation.reltype.rpartition("/")[2]
        if relation.is_external or name not in _NOTES:
            continue
        root = etree.fromstring(
            relation.target_part.blob, etree.XMLParser(resolve_entities=False, no_network=True)
        )
        notes = (_run_text(note) for note in root.iterchildren(qn(f"w:{name[:-1]}")))
        blocks += [Block(note, name[:-1]) for note in notes if note]
    return blocks


def _merge_lists(blocks: Iterator[Block]) -> list[Block]:
    merged: list[Block] = []
    entries: list[str] = []
    for block in blocks:
        if block.kind == "list":
            entries.append(block.text)
            continue
        if entries:
            merged.append(Block("\n".join(entries), kind="list"))
            entries = []
        merged.append(block)
    if entries:
        merged.append(Block("\n".join(entries), kind="list"))
    return merged


def read_pptx(source: Source, limits: Limits) -> Iterator[Item]:
    import pptx

    require_safe_zip(source, limits)
    with source.open() as stream:
        presentation = pptx.Presentation(stream)
    blocks: list[Block] = []
    for number, slide in enumerate(presentation.slides, 1):
        place = f"slide {number}"
        title = slide.shapes.title
        if title is not None and title.has_text_frame and title.text_frame.text.strip():
            blocks.append(Block(tidy(title.text_frame.text).strip(), place, "heading", 1))
        for shape in _shapes(slide.shapes):
            if title is None or shape.shape_id != title.shape_id:
                blocks += _shape_blocks(shape, place)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            notes = tidy(slide.notes_slide.notes_text_frame.text).strip()
            blocks += [Block(notes, f"{place}, notes")] if notes else []
    yield _described(presentation.core_properties, source, blocks)


def _shapes(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _shape_blocks(shape: Any, place: str) -> Iterator[Block]:
    if getattr(shape, "has_table", False):
        rows = [
            " | ".join(tidy(cell.text).replace("\n", " ") for cell in row.cells) for row in shape.table.rows
        ]
        yield Block("\n".join(rows), place, "table")
    elif shape.has_text_frame:
        text = tidy(shape.text_frame.text).replace("\v", "\n").strip()
        if text:
            yield Block(text, place)


def read_xlsx(source: Source, limits: Limits) -> Iterator[Item]:
    import openpyxl

    require_safe_zip(source, limits)
    with source.open() as stream:
        workbook = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        blocks = []
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # some programs write a wrong one, which would cut the sheet
            text = "\n".join(_rows(sheet.iter_rows(values_only=True))).rstrip("\n")
            if text.strip():
                place = f"sheet {sheet.title}"
                blocks += [Block(sheet.title, place, "heading", 1), Block(text, place, "table")]
        item = _described(workbook.properties, source, blocks)
        workbook.close()
    yield item


def _rows(rows: Iterator[tuple[Any, ...]]) -> Iterator[str]:
    """A line per row; empty ones stay, so that line n is row n of the sheet."""
    for row in rows:
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        yield " | ".join(cells)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < 1e15 else str(value)
    return tidy(str(value)).replace("\n", " ").strip()
