"""RTF: its plain text through striprtf, with title and author from the info group; also packed as Outlook does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.parsing.encoding import tidy
from app.parsing.formats.html import html_blocks, parse_html
from app.parsing.formats.text import paragraphs
from app.parsing.items import Block, Item, Limits, Source, name_date

_INFO = re.compile(r"\{\\(title|author) ([^{}]{1,300})\}")
_CREATED = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
# RTF that stands for a page holds the page's own marks, and between others what only RTF shows.
_NOT_OF_THE_PAGE = re.compile(r"\\htmlrtf1?(?![0-9a-z]).*?\\htmlrtf0 ?", re.S)
_MARK_OF_THE_PAGE = re.compile(r"\{\\\*\\htmltag\d* ?")


def read_rtf(source: Source, limits: Limits) -> Iterator[Item]:
    raw = source.read(limits.markup_bytes).decode("latin-1")
    info = {name: _plain("{\\rtf1 " + value + "}").strip() for name, value in _INFO.findall(raw)}
    created = _CREATED.search(raw)
    date = "-".join(part.zfill(2) for part in created.groups()) if created else name_date(source.name)
    yield Item(info.get("title") or source.stem, rtf_blocks(raw), info.get("author", ""), date)


def rtf_blocks(raw: str) -> list[Block]:
    """The text of RTF given as Latin-1: its paragraphs, each a line there, or the page that it stands for."""
    if "\\fromhtml" in raw[:1000]:
        root = parse_html(_plain(_MARK_OF_THE_PAGE.sub("{", _NOT_OF_THE_PAGE.sub("", raw))))
        if root is not None and (blocks := html_blocks(root)):
            return blocks
    return [block for line in _plain(raw).split("\n") for block in paragraphs(line)]


def _plain(raw: str) -> str:
    from striprtf.striprtf import rtf_to_text

    return tidy(rtf_to_text(raw, errors="replace"))


def unpacked(data: bytes) -> bytes:
    """RTF as Outlook packs it. Raises ValueError on damage."""
    from compressed_rtf import decompress

    try:
        return bytes(decompress(data))
    except Exception as error:  # the library raises bare ones
        raise ValueError(f"damaged packed RTF: {error}") from error
