"""PDF: the text layer page by page, and scanned pages through Tesseract where it is installed.

PDF knows glyphs on pages, not paragraphs: visual lines are joined again, words cut at line ends too, and
lines that repeat at the top or bottom of most pages are dropped. Bookmarks give headings. Not read: form
fields, comments, attached files, and the order of unusual layouts.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.errors import Unreadable
from app.reading.encoding import tidy
from app.reading.items import Block, Item, Limits, Source, name_date, require_size

_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
_ENDS_SENTENCE = re.compile(r"[.!?:;…。！？][\"'”’)\]]*$")
_STARTS_ENTRY = re.compile(r"(?:[-•–*▪◦‣]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
_HYPHENATED = re.compile(r"\w[-\u00ad\u2010\ufffe\x02]$")
_DIGITS = re.compile(r"\d+")
_OCR_SECONDS = 30
_OCR_PIXELS = 12_000_000
_OCR_LANGUAGES = ("eng", "deu", "fra", "spa", "ita", "por", "nld")
_WITHOUT_OCR = "scanned and need OCR: install Tesseract, and Doppel reads them"


def read_pdf(source: Source, limits: Limits) -> Iterator[Item]:
    import pypdfium2

    require_size(source, limits.document_bytes)
    try:
        document = pypdfium2.PdfDocument(source.path or source.data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _PASSWORD_ERROR:
            raise Unreadable("protected by a password: save a copy without one") from error
        raise Unreadable("damaged PDF: open it in a viewer and save or print it to PDF again") from error
    try:
        yield _item(document, source, limits)
    finally:
        document.close()


def _item(document: Any, source: Source, limits: Limits) -> Item:
    pages, scanned, broken = _pages(document)
    notes = [f"page {number} is damaged" for number in broken[:20]]
    read = _read_scans(document, scanned[: limits.ocr_pages]) if scanned and shutil.which("tesseract") else {}
    for number, text in read.items():
        pages[number] = text.split("\n")
    if unread := [number for number in scanned if number not in read]:
        if not any(map(any, pages.values())):
            raise Unreadable(f"all {len(unread)} pages are {_WITHOUT_OCR}")
        notes.append(f"pages {_ranges(unread)} are {_WITHOUT_OCR}")
    headings = _headings(document)
    furniture = _repeated_lines(list(pages.values()))
    blocks = []
    for number, lines in pages.items():
        place = f"page {number}"
        blocks += [Block(title, place, "heading", level) for level, title in headings.get(number, [])]
        kept = [line for line in lines if _shape(line) not in furniture]
        blocks += [Block(text, place) for text in join_lines(kept)]
    meta = document.get_metadata_dict()
    title = tidy(meta.get("Title", "")).strip()
    return Item(
        title=title if _is_title(title) else source.stem,
        blocks=blocks,
        author=tidy(meta.get("Author", "")).strip(),
        date=_pdf_date(meta.get("CreationDate", "")) or name_date(source.name),
        notes=tuple(notes),
    )


def _pages(document: Any) -> tuple[dict[int, list[str]], list[int], list[int]]:
    """Lines per page number from 1, the pages that are only a picture, and the broken ones."""
    import pypdfium2
    from pypdfium2 import raw

    pages: dict[int, list[str]] = {}
    scanned, broken = [], []
    for index in range(len(document)):
        number = index + 1
        pages[number] = []
        try:
            page = document[index]
            text_page = page.get_textpage()
            text = text_page.get_text_bounded()
            if len(text.strip()) < 3 and any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
                scanned.append(number)
            pages[number] = [line.strip() for line in re.split(r"\r?\n", text)]
            text_page.close()
            page.close()
        except pypdfium2.PdfiumError:
            broken.append(number)
    return pages, scanned, broken


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line)


def _repeated_lines(pages: list[list[str]]) -> set[str]:
    """Running heads and feet: the outer lines that come again, numbers aside, on most pages."""
    filled = [[line for line in lines if line] for lines in pages]
    filled = [lines for lines in filled if len(lines) > 3]
    if len(filled) < 4:
        return set()
    counts = Counter(
        shape for lines in filled for shape in {_shape(line) for line in (*lines[:2], *lines[-2:])}
    )
    return {shape for shape, count in counts.items() if count > 0.6 * len(filled)}


def join_lines(lines: list[str]) -> list[str]:
    """Visual lines as paragraphs. A paragraph ends at an empty line, before a list entry, or after a
    sentence that stops well before the right margin."""
    width = sorted(len(line) for line in lines)[int(0.9 * len(lines))] if lines else 0
    paragraphs: list[str] = []
    current = ""
    for line in lines:
        if not line or (current and _STARTS_ENTRY.match(line)):
            paragraphs.append(current)
            current = ""
        if (_HYPHENATED.search(current) and line[:1].islower()) or (current and current[-1] in "\ufffe\x02"):
            current = current[:-1] + line
        else:
            current = f"{current} {line}" if current else line
        if _ENDS_SENTENCE.search(line) and len(line) < 0.75 * width:
            paragraphs.append(current)
            current = ""
    paragraphs.append(current)
    return [tidy(paragraph).strip() for paragraph in paragraphs if paragraph.strip()]


def _headings(document: Any) -> dict[int, list[tuple[int, str]]]:
    """Bookmarks by page number: (level from 1, title)."""
    import pypdfium2

    found: dict[int, list[tuple[int, str]]] = {}
    try:
        for count, bookmark in enumerate(document.get_toc(max_depth=6)):
            target = bookmark.get_dest()
            index = target.get_index() if target else None
            title = tidy(bookmark.get_title()).strip()
            if index is not None and title:
                found.setdefault(index + 1, []).append((bookmark.level + 1, title))
            if count > 5000:
                break
    except (pypdfium2.PdfiumError, ValueError, UnicodeDecodeError):
        pass  # a broken table of contents costs the headings only
    return found


def _read_scans(document: Any, numbers: list[int]) -> dict[int, str]:
    """Text of scanned pages by page number; a page Tesseract fails on is left out."""
    languages = _ocr_languages()
    texts = {}
    for number in numbers:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(300 / 72, (_OCR_PIXELS / max(width * height, 1)) ** 0.5)
        page.render(scale=scale, grayscale=True).to_pil().save(buffer := _buffer(), "PNG")
        command = ["tesseract", "stdin", "stdout", *(["-l", "+".join(languages)] if languages else [])]
        try:
            done = subprocess.run(command, input=buffer.getvalue(), capture_output=True, timeout=_OCR_SECONDS)
        except (subprocess.TimeoutExpired, OSError):
            continue
        if done.returncode == 0:
            texts[number] = tidy(done.stdout.decode("utf-8", "replace"))
    return texts


def _buffer() -> Any:
    import io

    return io.BytesIO()


def _ocr_languages() -> list[str]:
    try:
        listed = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, text=True, timeout=10
        ).stdout
    except (subprocess.TimeoutExpired, OSError):
        return []
    return [language for language in _OCR_LANGUAGES if language in listed.split()]


def _ranges(numbers: list[int]) -> str:
    """[1, 2, 3, 7] as "1-3, 7"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ", ".join("-".join(map(str, part)) for part in parts)


def _is_title(title: str) -> bool:
    # Many programs put their own file name or "untitled" there.
    return bool(title) and not re.search(
        r"\.(?:docx?|tex|indd|pages|odt|dvi)$|^untitled|^microsoft ", title, re.I
    )


def _pdf_date(value: str) -> str | None:
    found = _DATE.match(value)
    if not found:
        return None
    year, month, day, hour, minute, second = found.groups()
    return f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second}" if hour else "")
