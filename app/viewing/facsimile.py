"""A page of a PDF or a picture as WebP, with words marked on it. Runs in the process that reads files, never in the twin's.

What a file holds only ever leaves as pixels: no script, font, link or form of it reaches the browser.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from app.errors import Skipped, Unreadable
from app.parsing.formats.pictures import import_heif
from app.parsing.items import open_file

WIDTH = 1100  # pixels: sharp on a panel of half a screen
TALLEST = 4 * WIDTH
_LARGEST = 200_000_000  # pixels, above which a small file is a bomb
_QUALITY = 84
_AMBER, _PALE = (251, 214, 120), (253, 243, 214)
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
_RUN = 3  # words in a row that are no chance
_WORDS = 4000  # of a page that are compared
PAGED = frozenset({".pdf"})
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".heic", ".heif", ".webp", ".tif", ".tiff", ".gif", ".bmp"})


def facsimile(path: Path, page: int, passage: str, words: str) -> tuple[bytes, int]:
    """(WebP, pages in the file). page: from 1, the nearest there is; passage is marked pale, `words` in it amber.

    Raises Skipped, Unreadable.
    """
    if path.suffix.lower() in PAGED:
        return _pdf_page(path, page, passage, words)
    if path.suffix.lower() in PICTURES:
        return _picture(path), 1
    raise Skipped("neither a PDF nor a picture")


def runs_of(text: str, needle: str) -> list[tuple[int, int]]:
    """Where the words of `needle` stand in a text, whatever is between them: (start, end) of each run, in characters."""
    there = list(_WORD.finditer(text))[:_WORDS]
    wanted = [word.casefold() for word in _WORD.findall(needle)][:_WORDS]
    matcher = SequenceMatcher(None, [match.group().casefold() for match in there], wanted, autojunk=False)
    least = min(_RUN, len(wanted)) or 1
    return [
        (there[block.a].start(), there[block.a + block.size - 1].end())
        for block in matcher.get_matching_blocks()
        if block.size >= least
    ]


def _pdf_page(path: Path, number: int, passage: str, words: str) -> tuple[bytes, int]:
    import pypdfium2 as pdfium

    with open_file(path) as stream:
        try:
            document = pdfium.PdfDocument(stream)
            pages = len(document)
            page = document[max(0, min(number, pages) - 1)]
            width, height = page.get_size()
            scale = min(WIDTH / max(width, 1), TALLEST / max(height, 1))
            bitmap = page.render(scale=scale)
            picture = bitmap.to_pil().convert("RGB")
            to_pixels = bitmap.get_posconv(page).to_bitmap
            text = page.get_textpage()
            marks = [(box, _PALE) for box in _boxes(text, passage, to_pixels)]
            marks += [(box, _AMBER) for box in _boxes(text, words, to_pixels)]
        except pdfium.PdfiumError as error:
            raise Unreadable("this PDF is damaged or locked: open it in its program") from error
    return _webp(_marked(picture, marks)), pages


def _boxes(text: Any, needle: str, to_pixels: Any) -> list[tuple[int, int, int, int]]:
    """Boxes in pixels of the needle's words on a page."""
    found = []
    for start, end in runs_of(text.get_text_range(), needle) if needle.strip() else []:
        for at in range(text.count_rects(start, end - start)):
            left, bottom, right, top = text.get_rect(at)
            (x1, y1), (x2, y2) = to_pixels(left, bottom), to_pixels(right, top)
            found.append((min(x1, x2) - 2, min(y1, y2) - 2, max(x1, x2) + 2, max(y1, y2) + 2))
    return found


def _marked(picture: Any, marks: Sequence[tuple[tuple[int, int, int, int], tuple[int, int, int]]]) -> Any:
    """As with a highlighter: black stays black."""
    from PIL import Image, ImageChops, ImageDraw

    ink = Image.new("RGB", picture.size, "white")
    pen = ImageDraw.Draw(ink)
    for box, colour in marks:
        pen.rectangle(box, fill=colour)
    return ImageChops.multiply(picture, ink)


def _picture(path: Path) -> bytes:
    from PIL import Image, ImageOps

    import_heif()
    with open_file(path) as stream:
        try:
            picture = Image.open(stream)
            if picture.width * picture.height > _LARGEST:
                raise Skipped("a picture of too many pixels: not opened")
            picture.draft("RGB", (WIDTH, TALLEST))
            turned = ImageOps.exif_transpose(picture).convert("RGB")
            turned.thumbnail((WIDTH, TALLEST))
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise Unreadable("this picture is damaged or of an unusual kind") from error
    return _webp(turned)


def _webp(picture: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=_QUALITY)
    return out.getvalue()
