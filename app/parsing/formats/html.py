"""HTML: the text a reader sees, with headings, lists, tables and code kept apart.

Scripts, styles, frames, navigation and hidden elements are dropped; nothing is ever fetched. The tree is
walked with an iterator, so that deep nesting costs no stack. Tables used for layout, as in most HTML mail,
are read as ordinary text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.errors import Unreadable
from app.parsing.declared import decode_declared
from app.parsing.encoding import SAMPLE, decode, detect
from app.parsing.formats.office.equations import mathml
from app.parsing.items import Block, Item, Kind, Limits, Source, iso_date, name_date, words

_SKIP = words(
    "script style template svg iframe object embed applet canvas noscript head nav audio video map "
    "select math"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = words(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form header hr html li main ol option p pre section summary table "
    "tbody td tfoot th thead tr ul"
) | frozenset(_HEADINGS)
_SPACE = re.compile(r"[ \t\n\xa0]+")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I)
_DATE_NAMES = words(
    "date dc.date dcterms.date dcterms.created article:published_time og:published_time datepublished pubdate"
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def read_html(source: Source, limits: Limits) -> Iterator[Item]:
    root = parse_html(html_text(source.read(limits.markup_bytes)))
    if root is None:
        return
    meta = page_facts(root)
    yield Item(
        title=meta.get("title") or source.stem,
        blocks=html_blocks(root),
        author=meta.get("author", ""),
        date=iso_date(meta.get("date")) or name_date(source.name),
    )


def html_text(data: bytes) -> str:
    """Bytes of a page as text: UTF-8 when it is, else the charset it declares, else a guess."""
    declared = _CHARSET.search(data[:4096])
    if declared and detect(data[:SAMPLE]) not in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        return decode_declared(data, declared[1].decode("ascii"))
    return decode(data)


def parse_html(text: str) -> Any | None:
    """The lxml root of a page, None when there is nothing in it."""
    from lxml import etree

    # huge_tree only lifts the depth limit, at which libxml2 would drop the rest of the page.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        if "empty" in str(error) or not text.strip():
            return None
        # libxml2 says no more when it runs out of memory.
        raise Unreadable("HTML that is damaged, or needs too much memory: split it") from error


def page_facts(root: Any) -> dict[str, str]:
    """What a page says about itself: title, author, date."""
    found: dict[str, str] = {}
    title = root.find(".//title")
    if title is not None and title.text:
        found["title"] = _SPACE.sub(" ", title.text).strip()
    for element in root.iterfind(".//meta"):
        name = (element.get("name") or element.get("property") or element.get("itemprop") or "").lower()
        content = (element.get("content") or "").strip()
        if name in ("author", "dc.creator", "article:author"):
            found.setdefault("author", content)
        elif name in _DATE_NAMES:
            found.setdefault("date", content)
    return found


def html_blocks(root: Any, place: str = "") -> list[Block]:
    """The visible text below an lxml element as blocks."""
    return _Walk(place).run(root)


def plain_text(text: str) -> str:
    """The words of a piece of HTML as lines."""
    root = parse_html(text) if "<" in text or "&" in text else None
    return "\n".join(block.text for block in html_blocks(root)) if root is not None else text


class _Walk:
    """One pass over the tree: inline text gathers until a block begins or ends."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.blocks: list[Block] = []
        self.inline: list[str] = []
        self.entries: list[str] = []  # of the list being read
        self.items = 0  # open list items
        self.pre = 0  # open preformatted elements
        self.heading = 0  # level of the open heading, 0 outside

    def run(self, root: Any) -> list[Block]:
        from lxml import etree

        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walker:
            if event == "start":
                if self._skipped(element):
                    if element.tag == "math":
                        self.inline.append(mathml(element))
                    walker.skip_subtree()
                elif element.tag == "table" and (rows := _data_rows(element)):
                    self._flush()
                    self._add("\n".join(rows), "table")
                    walker.skip_subtree()
                else:
                    self._start(element)
            elif event == "end" and not self._skipped(element):
                self._end(element)
            if event != "start":
                self._text(element.tail)
        self._flush()
        self._end_list()
        return self.blocks

    def _skipped(self, element: Any) -> bool:
        if not isinstance(element.tag, str):
            return True
        if element.tag in _SKIP and "shadowrootmode" not in element.attrib:  # such a template is shown
            return True
        if element.tag == "a" and element.text in ("#", "¶"):  # the anchor of a heading
            return True
        return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))

    def _start(self, element: Any) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._flush()
        self.items += tag == "li"
        self.pre += tag == "pre"
        self.heading = _HEADINGS.get(tag, self.heading)
        if tag == "br":
            self.inline.append("\n")
        elif tag == "img" and len(alt := (element.get("alt") or "").strip()) > 3:
            self.inline.append(f" [{alt}] ")
        self._text(element.text)

    def _end(self, element: Any) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self._flush()
        self.items -= tag == "li"
        self.pre -= tag == "pre"
        if tag in _HEADINGS:
            self.heading = 0

    def _text(self, text: str | None) -> None:
        if text:
            self.inline.append(text if self.pre else _SPACE.sub(" ", text))

    def _flush(self) -> None:
        text = "".join(self.inline)
        self.inline = []
        if self.pre:
            self._add(text.strip("\n"), "code")
            return
        text = "\n".join(line for raw in text.split("\n") if (line := _SPACE.sub(" ", raw).strip()))
        if self.heading:
            self._add(text, "heading")
        elif self.items:
            self._add(text and f"- {text}", "list")
        else:
            self._add(text, "paragraph")

    def _add(self, text: str, kind: Kind) -> None:
        if not text.strip():
            return
        if kind == "list":
            self.entries.append(text)
            return
        self._end_list()
        self.blocks.append(Block(text, self.place, kind, level=self.heading if kind == "heading" else 0))

    def _end_list(self) -> None:
        if self.entries:
            self.blocks.append(Block("\n".join(self.entries), self.place, "list"))
            self.entries = []


def _data_rows(table: Any) -> list[str]:
    """The rows of a table that holds data, [] for one that only arranges a page."""
    if table.find(".//table") is not None:
        return []
    rows = []
    for row in table.iter("tr"):
        cells = [
            _SPACE.sub(" ", "".join(cell.itertext())).strip() for cell in row if cell.tag in ("td", "th")
        ]
        if any(len(cell) > 400 for cell in cells):
            return []
        if any(cells):
            rows.append((len(cells), " | ".join(cells)))
    if len(rows) < 2 or max(cells for cells, _ in rows) < 2:
        return []
    caption = table.findtext("caption")
    return [*([caption.strip()] if caption else []), *(text for _, text in rows)]
