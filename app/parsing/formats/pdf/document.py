"""PDF: the text layer page by page, values of forms, comments, addresses of links, attached files, and scanned pages
through OCR where it is installed.

Headings come from the font sizes (layout.py), or else from the bookmarks. Text in unusual layouts may come in another
order than a reader's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.errors import NotRead, Unreadable
from app.parsing.encoding import tidy
from app.parsing.formats import ocr
from app.parsing.formats.pdf.annotations import AttachedFile, Found, attached_files, look, xfa_values
from app.parsing.formats.pdf.layout import Line, page_blocks
from app.parsing.formats.text import paragraphs
from app.parsing.items import Block, Item, Limits, Source, name_date, require_size
from app.parsing.notes import Unread
from app.parsing.registry import read_inner

_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
_PROGRAM_TITLE = re.compile(r"\.(?:docx?|tex|indd|pages|odt|dvi)$|^untitled|^microsoft ", re.I)
_BOOKMARKS = 5000


def read_pdf(source: Source, limits: Limits) -> Iterator[Item]:
    import pypdfium2

    require_size(source, limits.document_bytes)
    try:
        document = pypdfium2.PdfDocument(source.open(), autoclose=True)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _PASSWORD_ERROR:
            raise Unreadable("protected by a password: save a copy without one") from error
        raise Unreadable("damaged PDF: open it in a viewer and save or print it to PDF again") from error
    try:
        document.init_forms()
        item, files, scanned = _item(document, source)
        yield item
        yield from _scanned(document, scanned, item, source, limits)
        yield from _attached(files, source, limits)
    finally:
        document.close()


def _item(document: Any, source: Source) -> tuple[Item, list[AttachedFile], list[int]]:
    """What the text layer and the forms say, the attached files, and the pages that are only a picture."""
    found = Found()
    pages, scanned, broken = _pages(document, found)
    notes = [f"page {number} is damaged" for number in broken[:20]]
    blocks = page_blocks(pages)
    if not any(block.kind == "heading" for block in blocks):
        blocks = _with_bookmarks(blocks, document)
    blocks += found.blocks()
    if not any(found.values.values()) and (lines := xfa_values(document)):
        blocks.append(Block("\n".join(lines), "form", "fields"))
    attached_files(document, found)
    meta = document.get_metadata_dict()
    title = tidy(meta.get("Title", "")).strip()
    item = Item(
        title=title if title and not _PROGRAM_TITLE.search(title) else source.stem,
        blocks=blocks,
        author=tidy(meta.get("Author", "")).strip(),
        date=_pdf_date(meta.get("CreationDate", "")) or name_date(source.name),
        notes=tuple(notes),
    )
    return item, found.files, scanned


def _scanned(document: Any, scanned: list[int], item: Item, source: Source, limits: Limits) -> Iterator[Item]:
    """The scanned pages, each as an item of its own of the same title, so that none waits for the others; and a note on
    those that OCR did not look at."""
    left = set(scanned)
    for number, text in _scans(document, scanned, source, limits):
        left.discard(number)
        blocks = [replace(block, place=f"page {number}") for block in paragraphs(text)]
        notes = () if blocks else (f"page {number} is a picture without text",)
        yield replace(item, blocks=blocks, notes=notes)
    if left:
        yield replace(item, blocks=[], notes=(f"{_named_pages(sorted(left), len(document))} {ocr.ADVICE}",))


def _named_pages(numbers: list[int], total: int) -> str:
    if len(numbers) == total:
        return f"all {total} pages are" if total > 1 else "its one page is"
    return f"pages {_ranges(numbers)} are" if len(numbers) > 1 else f"page {numbers[0]} is"


def _attached(files: list[AttachedFile], source: Source, limits: Limits) -> Iterator[Item]:
    """The items of the files attached to the document or its pages."""
    unread = Unread()
    for name, data in files:
        try:
            yield from read_inner(name, data(), source, limits, f"attachment {name}")
        except NotRead as error:
            unread.add(f"attachment {name}", error.reason)
    yield Item(source.stem, [], notes=unread.notes())


def _pages(document: Any, found: Found) -> tuple[dict[int, list[Line]], list[int], list[int]]:
    """Lines by page number from 1, the pages that are only a picture, and the broken ones; what else lies on the
    pages is added to `found`."""
    import pypdfium2
    from pypdfium2 import raw

    pages: dict[int, list[Line]] = {}
    scanned, broken = [], []
    for number in range(1, len(document) + 1):
        pages[number] = []
        try:
            page = document[number - 1]
            text_page = page.get_textpage()
            pages[number] = _lines(text_page)
            if not any(line.text for line in pages[number]) and any(
                page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
            ):
                scanned.append(number)
            look(document, page, text_page, number, found)
            text_page.close()
            page.close()
        except pypdfium2.PdfiumError:
            broken.append(number)
    return pages, scanned, broken


def _lines(text_page: Any) -> list[Line]:
    import pypdfium2
    from pypdfium2 import raw

    lines = []
    offset = 0  # in UTF-16 units, as PDFium counts text
    for text in text_page.get_text_range(errors="replace").split("\r\n"):
        index = raw.FPDFText_GetCharIndexFromTextIndex(text_page, offset)
        offset += len(text.encode("utf-16-le", "replace")) // 2 + 2
        if not text.strip() or index < 0:
            lines.append(Line(_visible(text)))
            continue
        try:
            y = text_page.get_charbox(index, loose=True)[1]
        except pypdfium2.PdfiumError:
            y = 0.0
        lines.append(Line(_visible(text), raw.FPDFText_GetFontSize(text_page, index), y))
    return lines


def _visible(text: str) -> str:
    """A line without space around it. What is a soft hyphen within it was drawn, so it is one that is meant."""
    text = text.strip()
    return text[:-1].replace("\u00ad", "-") + text[-1:]


def _scans(document: Any, scanned: list[int], source: Source, limits: Limits) -> Iterator[tuple[int, str]]:
    """(number, text) of the scanned pages that OCR may look at, "" where it sees none."""
    for number in scanned if ocr.available() else ():
        if source.pictures.spent >= limits.ocr_pages:
            return
        source.pictures.spent += 1
        yield number, ocr.read_page(document[number - 1], limits.pictures_a_minute)


def _with_bookmarks(blocks: list[Block], document: Any) -> list[Block]:
    """The blocks with the document's bookmarks as headings, each before the text of its page."""
    headings = _bookmarks(document)
    merged: list[Block] = []
    for block in blocks:
        for level, title in headings.pop(block.place, []):
            merged.append(Block(title, block.place, "heading", level))
        merged.append(block)
    return merged


def _bookmarks(document: Any) -> dict[str, list[tuple[int, str]]]:
    """(level from 1, title) by place."""
    import pypdfium2

    found: dict[str, list[tuple[int, str]]] = {}
    try:
        for count, bookmark in enumerate(document.get_toc(max_depth=6)):
            target = bookmark.get_dest()
            index = target.get_index() if target else None
            title = tidy(bookmark.get_title()).strip()
            if index is not None and title:
                found.setdefault(f"page {index + 1}", []).append((bookmark.level + 1, title))
            if count > _BOOKMARKS:
                break
    except (pypdfium2.PdfiumError, ValueError):
        return found  # a broken table of contents costs headings only
    return found


def _ranges(numbers: list[int]) -> str:
    """[1, 2, 3, 7] as "1-3, 7"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ", ".join("-".join(map(str, part)) for part in parts)


def _pdf_date(value: str) -> str | None:
    found = _DATE.match(value)
    if not found:
        return None
    year, month, day, hour, minute, second = found.groups()
    return f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second}" if hour else "")
