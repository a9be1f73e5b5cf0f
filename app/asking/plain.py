"""Lines of files as a person reads them: without markup, cut between sentences, never in the middle of a word."""

from __future__ import annotations

import re

_LEAD = re.compile(r"^\s*(?:#{1,6}\s+|>+\s*|[-*+•]\s+(?:\[[ xX]\]\s*)?|\*{1,6}\s+|\d+[.)]\s+)+")
_MARKS = re.compile(r"\*\*|__|`+|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|~~|!?\[(?=[^\]]*\]\()|(?<=\])\([^)]*\)")
_TODO = re.compile(r"^(?:TODO|DONE)\s+")
_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？；])")
LONGEST = 280


def plain(text: str, longest: int = LONGEST) -> str:
    """A text of some lines as one line of at most so many characters."""
    lines = [_plain_line(line) for line in text.split("\n")]
    joined = " ".join(line for line in lines if line)
    return shortened(" ".join(joined.split()), longest)


def _plain_line(line: str) -> str:
    line = _TODO.sub("", _LEAD.sub("", line))
    line = _MARKS.sub("", line).replace("](", "").strip(" |")
    return (
        re.sub(r"\s*\|\s*", " · ", line).replace("]", "")
        if "](" in line
        else re.sub(r"\s*\|\s*", " · ", line)
    )


def shortened(text: str, longest: int) -> str:
    """The text, or its first sentences; where even the first is too long, its first words and a mark."""
    if len(text) <= longest:
        return text
    end = 0
    for found in _END.finditer(text):
        if found.start() > longest:
            break
        end = found.start()
    if end >= longest // 3:
        return text[:end].rstrip()
    space = text.rfind(" ", longest // 2, longest)
    return text[: space if space > 0 else longest - 1].rstrip(" ,;:–-") + " …"
