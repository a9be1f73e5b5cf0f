"""A passage as it reads: headings, lists, tables and turns of a chat told by their lines, with some of its words marked.

Nothing is parsed as Markdown or HTML: each line is escaped, and what it begins with chooses the element around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ui.web.markup import text

Span = tuple[int, int]
_HEADING = re.compile(r"(#{1,6}|\*{1,6})\s+(?=\S)")
_ITEM = re.compile(r"\s*(?:[-*•+]|\d{1,3}[.)])\s+(?=\S)")
_QUOTE = re.compile(r">+\s?")
_DAY = re.compile(r"\[(\d{4}-\d\d-\d\d)\]\s*$")
_SPEAKER = re.compile(r"(?:\[[^\]\n]{4,24}\]\s*)?([^\s:|][^:|\n]{0,40}): ?(?=\S)")
_CELLS = " | "


def prose(passage: str, spans: Sequence[Span] = (), *, chat: bool = False) -> str:
    """Markup of a passage; spans: start and end of the words to mark."""
    pieces = []
    for table, lines in groupby(_lines(passage), key=lambda line: _CELLS in line[1] and not chat):
        run = list(lines)
        pieces.append(_table(run, spans) if table else _paragraphs(run, spans, chat))
    return "".join(pieces)


def marked(passage: str, start: int, end: int, spans: Sequence[Span]) -> str:
    """A stretch of a passage, escaped, with what of the spans lies in it marked."""
    pieces, last = [], start
    for first, behind in sorted(spans):
        first, behind = max(first, last), min(behind, end)
        if first < behind:
            pieces += [
                text(passage[last:first]),
                f'<mark class="best answer-words">{text(passage[first:behind])}</mark>',
            ]
            last = behind
    return "".join([*pieces, text(passage[last:end])])


def _lines(passage: str) -> Iterator[tuple[int, str, str]]:
    """(where it begins, the line, the passage) of each line."""
    at = 0
    for line in passage.split("\n"):
        yield at, line, passage
        at += len(line) + 1


def _paragraphs(lines: Sequence[tuple[int, str, str]], spans: Sequence[Span], chat: bool) -> str:
    return "".join(_line(at, line, passage, spans, chat) for at, line, passage in lines)


def _line(at: int, line: str, passage: str, spans: Sequence[Span], chat: bool) -> str:
    end = at + len(line)
    if not line.strip():
        return '<p class="gap"></p>'
    if match := _DAY.match(line):
        return f'<p class="day">{text(match[1])}</p>'
    if chat and (match := _SPEAKER.match(line)):
        rest = marked(passage, at + match.end(), end, spans)
        return f'<p class="said"><b>{text(match[1])}</b>{rest}</p>'
    for pattern, tag, kind in ((_HEADING, "h3", ""), (_ITEM, "p", "item"), (_QUOTE, "p", "quoted")):
        if match := pattern.match(line):
            named = f' class="{kind}"' if kind else ""
            return f"<{tag}{named}>{marked(passage, at + match.end(), end, spans)}</{tag}>"
    return f"<p>{marked(passage, at, end, spans)}</p>"


def _table(lines: Sequence[tuple[int, str, str]], spans: Sequence[Span]) -> str:
    rows = []
    for at, line, passage in lines:
        cells, place = "", at
        for cell in line.split(_CELLS):
            cells += f"<td>{marked(passage, place, place + len(cell), spans)}</td>"
            place += len(cell) + len(_CELLS)
        rows.append(f"<tr>{cells}</tr>")
    return f'<div class="table"><table><tbody>{"".join(rows)}</tbody></table></div>'
