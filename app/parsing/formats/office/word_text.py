"""The text of Word paragraphs as a reader sees it: with links, notes, symbols and equations, without what is
deleted or was moved away.

What hangs in a paragraph but stands apart from its words (text boxes, pictures' descriptions, comments' anchors)
is collected beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.parsing.encoding import tidy
from app.parsing.formats.office.drawings import described_picture, link
from app.parsing.formats.office.equations import office_math
from app.parsing.formats.office.package import MC, M, Relation, W, alternatives, relation_id
from app.parsing.formats.office.symbols import symbol
from app.parsing.items import words

_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}noBreakHyphen": "-"}
_UNSEEN = frozenset(
    f"{W}{name}"
    for name in words(
        "del moveFrom delText rPr pPr sdtPr sdtEndPr tblPr trPr tcPr rt softHyphen annotationRef"
    )
)
_DRAWN = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_HYPERLINK = re.compile(r"\s*HYPERLINK\s+(?!\\)\"?([^\"\s]+)", re.I)
_PAGE_FIELD = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.I)
_OFF = ("0", "false", "off")


@dataclass
class Paragraph:
    """text; boxes: text boxes and other drawings in it; anchors: the words that comments refer to, by comment
    id; numbers_page: whether it shows the number of the page."""

    text: str = ""
    boxes: list[Any] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)
    numbers_page: bool = False


@dataclass
class _Field:
    start: int  # among the pieces
    code: str = ""


class ParagraphReader:
    """relations: of the part that the paragraphs are in; notes: the text of footnotes and endnotes by kind and
    id."""

    def __init__(self, relations: dict[str, Relation], notes: dict[tuple[str, str], str]) -> None:
        self.relations = relations
        self.notes = notes
        self._pieces: list[str] = []
        self._fields: list[_Field] = []
        self._open: dict[str, int] = {}
        self._read = Paragraph()

    def read(self, element: Any) -> Paragraph:
        self._pieces, self._fields, self._open, self._read = [], [], {}, Paragraph()
        self._walk(element)
        for comment in list(self._open):
            self._close(comment)
        self._read.text = tidy("".join(self._pieces)).strip()
        return self._read

    def _walk(self, children: Iterable[Any]) -> None:
        for node in children:
            tag = node.tag
            if tag == f"{W}t":
                self._pieces.append(node.text or "")
            elif tag in _BREAKS:
                # A tab stop of the paragraph's properties never gets here.
                self._pieces.append(_BREAKS[tag])
            elif tag in _UNSEEN or not isinstance(tag, str):
                continue
            elif tag == f"{W}hyperlink":
                self._hyperlink(node)
            elif tag == f"{W}sdt":
                self._control(node)
            elif tag == f"{W}sym":
                self._pieces.append(symbol(node.get(f"{W}font", ""), _hex(node.get(f"{W}char", ""))))
            elif tag in _NOTES:
                note = self.notes.get((_NOTES[tag], node.get(f"{W}id", "")), "")
                self._pieces.append(f" [{note}] " if note else "")
            elif tag == f"{W}fldChar":
                self._field(node)
            elif tag == f"{W}instrText":
                if self._fields:
                    self._fields[-1].code += node.text or ""
            elif tag == f"{W}fldSimple":
                self._read.numbers_page |= bool(_PAGE_FIELD.match(node.get(f"{W}instr", "")))
                self._walk(node)
            elif tag == f"{W}commentRangeStart":
                self._open[node.get(f"{W}id", "")] = len(self._pieces)
            elif tag == f"{W}commentRangeEnd":
                self._close(node.get(f"{W}id", ""))
            elif tag == f"{MC}AlternateContent":
                self._walk(alternatives(node))
            elif tag in _DRAWN:
                self._drawing(node)
            elif tag.startswith(M):
                self._pieces.append(office_math(node))
            else:
                self._walk(node)

    def _hyperlink(self, node: Any) -> None:
        start = len(self._pieces)
        self._walk(node)
        relation = self.relations.get(relation_id(node))
        if relation and relation.external:
            self._pieces.append(link("".join(self._pieces[start:]), relation.target))

    def _control(self, node: Any) -> None:
        properties = node.find(f"{W}sdtPr")
        if properties is not None and properties.find(f"{W}showingPlcHdr") is not None:
            return  # only the invitation to fill it in
        for content in node.iterchildren(f"{W}sdtContent"):
            self._walk(content)

    def _field(self, node: Any) -> None:
        kind = node.get(f"{W}fldCharType")
        if kind == "begin":
            self._fields.append(_Field(len(self._pieces)))
            self._pieces.append(_form_value(node))
        elif kind == "end" and self._fields:
            ended = self._fields.pop()
            self._read.numbers_page |= bool(_PAGE_FIELD.match(ended.code))
            if found := _HYPERLINK.match(ended.code):
                self._pieces.append(link("".join(self._pieces[ended.start :]), found[1]))

    def _close(self, comment: str) -> None:
        start = self._open.pop(comment, None)
        if start is not None:
            about = " ".join("".join(self._pieces[start:]).split())
            self._read.anchors.setdefault(comment, about)

    def _drawing(self, node: Any) -> None:
        self._read.boxes.append(node)
        if description := described_picture(node):
            self._pieces.append(f" {description} ")
        for shown in node.iter("{*}textpath"):  # of WordArt
            self._pieces.append(shown.get("string", ""))


def _form_value(field_begin: Any) -> str:
    """What a legacy form field shows that stands in no run: a tick, or the entry chosen of a list."""
    box = field_begin.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        states = [
            state.get(f"{W}val", "1") for name in ("checked", "default") for state in box.iter(f"{W}{name}")
        ]
        return "☐" if not states or states[0] in _OFF else "☒"
    choices = field_begin.find(f"{W}ffData/{W}ddList")
    if choices is not None:
        entries = [entry.get(f"{W}val", "") for entry in choices.iter(f"{W}listEntry")]
        chosen = [
            element.get(f"{W}val", "0")
            for name in ("result", "default")
            for element in choices.iter(f"{W}{name}")
        ]
        position = int(chosen[0]) if chosen and chosen[0].isdecimal() else 0
        return entries[position] if position < len(entries) else ""
    return ""


def _hex(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0
