"""Lines of files as a person reads them: without markup, cut between sentences, never in the middle of a word."""

from __future__ import annotations

import re

# "15. Juni" is no fifteenth point.
_MONTH = (
    r"(?:jan(?:uar|\.)|feb(?:ruar|\.)|märz|mar(?:s|ch)|apr(?:il|\.)|ma[iy]|ju[nl]i|june|july|aug(?:ust|\.)|sep(?:tember|t?\.)"
    r"|o[kc]t(?:ober|\.)|nov(?:ember|\.)|de[zc](?:ember|\.)|1?\d\.)(?!\w)"
)
_LEAD = re.compile(
    r"^\s*(?:#{1,6}\s+|>+\s*|[-*+•]\s+(?:\[[ xX]\]\s*)?|\*{1,6}\s+|\d+[.)]\s+(?!(?i:" + _MONTH + r")))+"
)
_MARKS = re.compile(r"\*\*|__|`+|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|~~")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TODO = re.compile(r"^(?:TODO|DONE)\s+")
_ABBREVIATIONS = "Mio Mrd Dr Mr Mrs Ms Mme Prof Nr St Str ca bzw inkl evtl Tel Abs vs"
_NO_ABBREVIATION = "".join(rf"(?<!\b{word}\.)" for word in _ABBREVIATIONS.split())
_END = re.compile(r"(?<=[.!?…])" + _NO_ABBREVIATION + r"\s+|(?<=[。！？；])")
_SENTENCE_END = re.compile(
    r"(?<=[^\W\d_]{2}[.!?…])"
    + _NO_ABBREVIATION
    + r"\s+(?=[A-ZÄÖÜÀ-Þ\d„“\"])|(?<=[)\"”“][.!?])\s+|(?<=[。！？])"
)
LONGEST = 280
_ANY = 4000  # characters of a block


_BEGINS = re.compile(r"^\s*(?:[-*+•]\s|\d+[.)]\s|#{1,6}\s|\*+\s|>|\||\[|[^\W\d_][\w .'-]{0,24}:\s)|\s\|\s")
_HEADING = re.compile(r"^\s*(?:#{1,6}|\*{1,6})\s")


def blocks(text: str) -> list[str]:
    """The paragraphs, points, rows and turns of a text: wrapped lines are joined, a heading goes with the prose under it."""
    found: list[str] = []
    closed = True
    for line in text.split("\n"):
        if not line.strip():
            # A heading waits for what it stands over.
            closed = not (found and _HEADING.match(found[-1]) and "\n" not in found[-1])
            continue
        if closed or _BEGINS.search(line):
            found.append(line)
        else:
            found[-1] = f"{found[-1]}\n{line}"
        closed = False
    return found


def sentences(text: str, longest: int) -> list[str]:
    """A long line in pieces of whole sentences."""
    pieces: list[str] = []
    start = 0
    for end in [*(match.start() for match in _SENTENCE_END.finditer(text)), len(text)]:
        piece = text[start:end].strip()
        if pieces and len(pieces[-1]) + len(piece) < longest:
            pieces[-1] = f"{pieces[-1]} {piece}".strip()
        elif piece:
            pieces.append(piece)
        start = end
    return pieces


def in_sentences(block: str, longest: int = 1) -> list[str]:
    """A paragraph, point or row as a person reads it, in pieces of whole sentences."""
    return sentences(plain(block, _ANY), longest)


def plain(text: str, longest: int = LONGEST) -> str:
    """A text of some lines as one line of at most so many characters."""
    lines = [_plain_line(line) for line in text.split("\n")]
    joined = " ".join(line for line in lines if line)
    return shortened(" ".join(joined.split()), longest)


def _plain_line(line: str) -> str:
    line = _TODO.sub("", _LEAD.sub("", line))
    line = _MARKS.sub("", _LINK.sub(r"\1", line)).strip(" |")
    return re.sub(r"\s*\|\s*", " · ", line)


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
