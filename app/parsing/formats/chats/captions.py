"""Subtitles and transcripts (SRT, WebVTT, SBV, SubStation Alpha): what was said, by whom where that is said, placed by
the time it starts.

Teams and Zoom name the speaker of each cue, then each is a turn; other cues are joined to paragraphs of about half a
minute. YouTube's captions scroll: a line stays on the screen while the next one comes, and is said once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.parsing.encoding import stream_text
from app.parsing.items import Block, Item, Limits, Source

_BLANK = re.compile(r"\n[ \t]*\n\s*")
_CUE = re.compile(
    r"(?:(\d+):)?(\d{1,2}):(\d{2})[,.]\d{1,3}[ \t]*(?:-->|,)[ \t]*(?:(\d+):)?(\d{1,2}):(\d{2})[,.]\d{1,3}.*"
)
_VOICE = re.compile(r"<v(?:\.[\w.]+)?[ \t]+([^>\n]{1,100})>")
_TAG = re.compile(r"<[^>\n]{0,200}>|\{\\[^}\n]{0,100}\}")
_NAMED = re.compile(r"([^\W\d_][^:\n]{0,40}?): (.+)$")
_SCRIPT = "[Script Info]"
_SCRIPT_FIELDS = ["Layer", "Start", "End", "Style", "Name", "MarginL", "MarginR", "MarginV", "Effect", "Text"]
CUE_GROUP_SECONDS = 30
_TURN_SECONDS = 60  # of one speaker in a turn


@dataclass(frozen=True)
class Cue:
    """Start and end in seconds, None for words outside of cues."""

    start: int | None
    end: int | None
    speaker: str
    lines: list[str]


def read_captions(source: Source, limits: Limits) -> Iterator[Item]:
    for text in stream_text(source, limits):
        if text.lstrip().startswith(_SCRIPT):
            yield Item(source.stem, _turns_or_paragraphs(list(_said_once(_script_cues(text)))))
            continue
        # YouTube's cues hold lines of one space, which are no end of a cue.
        cues = list(
            _said_once(map(_cue, re.split(r"\n\n+", text) if "\n \n" in text else _BLANK.split(text)))
        )
        yield Item(source.stem, _turns_or_paragraphs(_with_speakers(cues)))


def _turns_or_paragraphs(cues: list[Cue]) -> list[Block]:
    is_talk = sum(bool(cue.speaker) for cue in cues) * 2 > len(cues)
    return _turns(cues) if is_talk else _paragraphs(cues)


def _with_speakers(cues: list[Cue]) -> list[Cue]:
    """Cues that begin with a name, as Zoom writes them, with the name as their speaker: most do, and names come again."""
    found = [_NAMED.match(cue.lines[0]) if cue.lines and not cue.speaker else None for cue in cues]
    names = [one[1] for one in found if one]
    if 2 * len(names) <= len(cues) or len(set(names)) == len(names):
        return cues
    return [
        replace(cue, speaker=one[1], lines=[one[2], *cue.lines[1:]]) if one else cue
        for cue, one in zip(cues, found, strict=True)
    ]


def _script_cues(text: str) -> Iterator[Cue]:
    """SubStation Alpha: a line for each cue, its fields named by a line above."""
    fields = _SCRIPT_FIELDS
    for line in text.split("\n"):
        name, _, rest = line.partition(":")
        if name == "Format" and "Text" in rest:
            fields = [field.strip() for field in rest.split(",")]
        elif name == "Dialogue":
            values = dict(zip(fields, rest.split(",", len(fields) - 1), strict=False))
            start, end = (_seconds(values.get(key, "")) for key in ("Start", "End"))
            said = values.get("Text", "").replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
            yield Cue(start, end, values.get("Name", "").strip(), _words(said))


def _seconds(clock: str) -> int | None:
    found = re.fullmatch(r"\s*(\d+):(\d\d):(\d\d)[.:]\d+\s*", clock)
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) if found else None


def _cue(text: str) -> Cue:
    lines = text.strip("\n").split("\n")
    for position, line in enumerate(lines[:3]):
        found = _CUE.match(line.strip())
        if found:
            numbers = [int(part or 0) for part in found.groups()]
            start, end = (
                hours * 3600 + minutes * 60 + seconds
                for hours, minutes, seconds in (numbers[:3], numbers[3:])
            )
            said = "\n".join(lines[position + 1 :])
            voice = _VOICE.search(said)
            return Cue(start, end, voice[1].strip() if voice else "", _words(said))
    is_about = re.match(r"\ufeff?(?:WEBVTT|STYLE|REGION|NOTE)\b|X-TIMESTAMP", lines[0])
    return Cue(None, None, "", [] if is_about else _words("\n".join(lines)))


def _words(text: str) -> list[str]:
    return [words for line in text.split("\n") if (words := html.unescape(_TAG.sub("", line)).strip())]


def _said_once(cues: Iterator[Cue]) -> Iterator[Cue]:
    """The cues without lines that still stand from the one before."""
    before: Cue | None = None
    standing: list[str] = []
    for cue in cues:
        follows = before and before.end is not None and cue.start is not None and cue.start - before.end <= 1
        lines = [line for line in cue.lines if not (follows and line in standing)]
        standing, before = cue.lines, cue
        if lines:
            yield Cue(cue.start, cue.end, cue.speaker, lines)


def _turns(cues: list[Cue]) -> list[Block]:
    """A block for each speaker's turn."""
    blocks: list[Block] = []
    began = 0
    for cue in cues:
        start = cue.start or 0
        text = " ".join(cue.lines)
        last = blocks[-1] if blocks else None
        if last and last.speaker == cue.speaker and start - began < _TURN_SECONDS:
            blocks[-1] = Block(f"{last.text} {text}", last.place, "message", speaker=last.speaker)
        else:
            blocks.append(Block(text, _clock(start), "message", speaker=cue.speaker))
            began = start
    return blocks


def _paragraphs(cues: list[Cue]) -> list[Block]:
    blocks: list[Block] = []
    lines: list[str] = []
    began: int | None = None
    for cue in cues:
        if cue.start is not None and began is not None and cue.start - began >= CUE_GROUP_SECONDS:
            blocks.append(Block("\n".join(lines), _clock(began)))
            lines, began = [], None
        began = began if began is not None else cue.start
        lines += cue.lines
    if lines:
        blocks.append(Block("\n".join(lines), _clock(began or 0)))
    return blocks


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
