"""From the visual lines of PDF pages to headings and paragraphs.

PDF knows glyphs on pages, nothing more. Lines set larger than most text are headings; a paragraph ends at a wide
gap, before a list entry, or after a sentence that stops well before the right margin; words cut at line ends are
joined; lines that repeat at the top or bottom of most pages are dropped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from app.parsing.encoding import tidy
from app.parsing.formats.pdf.hyphens import CUT, joined_words, vocabulary
from app.parsing.items import Block

_ENDS_SENTENCE = re.compile(r"[.!?:;…。！？][\"'”’)\]]*$")
_STARTS_ENTRY = re.compile(r"(?:[-•–*▪◦‣]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
_HYPHENS = "-\u2010"
_PAGE_NUMBER = re.compile(r"[-–|\s]*\d{1,4}[-–|\s]*")
_OUTER = 2  # lines at the top and at the bottom that may be running heads and feet
_WIDE_GAP = 1.35  # of the usual distance between lines
_HEADING_SIZE = 1.12  # of the size most text has
_HEADING_LENGTH = 150
_HEADING_SHARE = 0.3  # of all text, above which large print is no sign of a heading


@dataclass(frozen=True)
class Line:
    """text; font size in points; y of the baseline from the bottom of the page (size and y 0 when unknown)."""

    text: str
    size: float = 0
    y: float = 0


def page_blocks(pages: dict[int, list[Line]]) -> list[Block]:
    """Headings and paragraphs of all pages, placed "page n"."""
    furniture = _repeated_lines(pages)
    kept = {
        number: [line for line in lines if _shape(line, number) not in furniture]
        for number, lines in pages.items()
    }
    levels = _heading_levels([line for lines in kept.values() for line in lines])
    known = vocabulary([line.text for lines in kept.values() for line in lines])
    blocks = []
    for number, lines in kept.items():
        for raw_text, level in _paragraphs(lines, levels):
            text = tidy(joined_words(raw_text, known)).strip()
            blocks.append(Block(text, f"page {number}", "heading" if level else "paragraph", level))
    return blocks


def _shape(line: Line, number: int) -> str:
    """The line without its page number; other numbers are text."""
    if _PAGE_NUMBER.fullmatch(line.text):
        return "#"
    return re.sub(rf"(?<!\d){number}(?!\d)", "#", line.text, count=1)


def _repeated_lines(pages: dict[int, list[Line]]) -> set[str]:
    """Running heads and feet: outer lines that come again, but for the page number, on most pages."""
    counts: Counter[str] = Counter()
    filled = 0
    for number, lines in pages.items():
        shapes = [_shape(line, number) for line in lines if line.text]
        if len(shapes) > _OUTER * 2:
            filled += 1
            counts.update({*shapes[:_OUTER], *shapes[-_OUTER:]})
    return {shape for shape, count in counts.items() if filled > 3 and count > 0.6 * filled}


def _heading_levels(lines: list[Line]) -> dict[float, int]:
    """Level from 1 by font size, for the sizes that mark headings."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[_step(line.size)] += len(line.text)
    if not letters:
        return {}
    body = letters.most_common(1)[0][0]
    larger = sorted((size for size in letters if size > _HEADING_SIZE * body), reverse=True)
    if body <= 0 or sum(letters[size] for size in larger) > _HEADING_SHARE * letters.total():
        return {}
    return {size: min(level, 6) for level, size in enumerate(larger, 1)}


def _step(size: float) -> float:
    return round(size * 2) / 2


def _paragraphs(lines: list[Line], levels: dict[float, int]) -> Iterator[tuple[str, int]]:
    """(text, heading level or 0) in order."""
    filled = sorted(len(line.text) for line in lines if line.text)
    width = filled[int(0.9 * len(filled))] if filled else 0
    gap = _usual_gap(lines)
    current = ""
    level = 0
    before: Line | None = None
    for line in lines:
        if before is not None and _new_paragraph(before, line, level, levels, gap, width):
            yield from _finished(current, level)
            current = ""
        if line.text:
            current = _joined(current, line.text)
            level = levels.get(_step(line.size), 0) if len(line.text) <= _HEADING_LENGTH else 0
        before = line
    yield from _finished(current, level)


def _finished(text: str, level: int) -> Iterator[tuple[str, int]]:
    if tidy(text).strip():
        yield text, level if len(text) <= 2 * _HEADING_LENGTH else 0


def _new_paragraph(
    before: Line, line: Line, level: int, levels: dict[float, int], gap: float, width: int
) -> bool:
    if not before.text or not line.text or levels.get(_step(line.size), 0) != level:
        return True
    if _STARTS_ENTRY.match(line.text):
        return True
    if gap and before.y - line.y > _WIDE_GAP * gap:
        return True
    return bool(_ENDS_SENTENCE.search(before.text)) and len(before.text) < 0.75 * width


def _usual_gap(lines: list[Line]) -> float:
    gaps = [upper.y - lower.y for upper, lower in pairwise(lines) if upper.y > lower.y > 0]
    return median(gaps) if len(gaps) > 3 else 0


def _joined(text: str, line: str) -> str:
    if text and text[-1] in "\u00ad\ufffe\x02":
        return text + line
    if len(text) > 1 and text[-1] in _HYPHENS and text[-2].isalnum() and line[:1].isalnum():
        return text[:-1] + CUT + line
    return f"{text} {line}" if text else line
