"""Plain text, source code and subtitles.

A plain text is its paragraphs; a long file gives several items of the same title, so that memory stays
bounded. Source code is cut where a new unindented block begins. Subtitle cues are joined to paragraphs of
about half a minute, placed by the time they start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.parsing.encoding import stream_text
from app.parsing.items import Block, Item, Limits, Source, name_date

_BLANK = re.compile(r"\n[ \t]*\n\s*")
_CODE_BREAK = re.compile(r"\n[ \t]*\n+(?=\S)")
_CUE = re.compile(r"(?:(\d+):)?(\d{2}):(\d{2})[,.]\d{3}[ \t]*-->.*")
_TAG = re.compile(r"<[^>\n]{0,200}>|\{\\[^}\n]{0,100}\}")
CUE_GROUP_SECONDS = 30


def paragraphs(text: str, place: str = "") -> list[Block]:
    """The paragraphs of a text, at empty lines."""
    return [Block(part.strip("\n").rstrip(), place) for part in _BLANK.split(text) if part.strip()]


def read_text_file(source: Source, limits: Limits) -> Iterator[Item]:
    for text in stream_text(source, limits):
        yield Item(source.stem, paragraphs(text), date=name_date(source.name))


def read_code(source: Source, limits: Limits) -> Iterator[Item]:
    line = 1
    for text in stream_text(source, limits):
        blocks = []
        start = 0
        for end in [*(found.end() for found in _CODE_BREAK.finditer(text)), len(text)]:
            piece = text[start:end]
            if piece.strip():
                blocks.append(Block(piece.strip("\n"), f"line {line}", "code"))
            line += piece.count("\n")
            start = end
        yield Item(source.name, blocks, date=name_date(source.name))


def read_subtitles(source: Source, limits: Limits) -> Iterator[Item]:
    for text in stream_text(source, limits):
        yield Item(source.stem, _cues(text), date=name_date(source.name))


def _cues(text: str) -> list[Block]:
    blocks: list[Block] = []
    lines: list[str] = []
    began: int | None = None
    for cue in _BLANK.split(text):
        seconds, words = _cue(cue)
        if seconds is not None and began is not None and seconds - began >= CUE_GROUP_SECONDS:
            blocks.append(Block("\n".join(lines), _clock(began)))
            lines, began = [], None
        if words:
            began = began if began is not None else seconds
            lines += words
    if lines:
        blocks.append(Block("\n".join(lines), _clock(began or 0)))
    return blocks


def _cue(cue: str) -> tuple[int | None, list[str]]:
    """Start in seconds (None for a note or the file header) and the spoken lines."""
    lines = cue.split("\n")
    for position, line in enumerate(lines[:3]):
        found = _CUE.match(line.strip())
        if found:
            hours, minutes, seconds = (int(part or 0) for part in found.groups())
            words = (_TAG.sub("", words).strip() for words in lines[position + 1 :])
            return hours * 3600 + minutes * 60 + seconds, [word for word in words if word]
    header = lines[0].startswith(("WEBVTT", "STYLE", "REGION"))
    return None, [] if header else [line for line in lines if line.strip()]


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
