"""RTF: its plain text through striprtf, with title and author from the info group."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.parsing.encoding import tidy
from app.parsing.formats.text import paragraphs
from app.parsing.items import Item, Limits, Source, name_date

_INFO = re.compile(r"\{\\(title|author) ([^{}]{1,300})\}")
_CREATED = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")


def read_rtf(source: Source, limits: Limits) -> Iterator[Item]:
    from striprtf.striprtf import rtf_to_text

    raw = source.read(limits.markup_bytes).decode("latin-1")
    text = tidy(rtf_to_text(raw, errors="replace"))
    # A paragraph is a line in RTF.
    blocks = [block for line in text.split("\n") for block in paragraphs(line)]
    info = {name: tidy(rtf_to_text("{\\rtf1 " + value + "}")).strip() for name, value in _INFO.findall(raw)}
    created = _CREATED.search(raw)
    date = "-".join(part.zfill(2) for part in created.groups()) if created else name_date(source.name)
    yield Item(info.get("title") or source.stem, blocks, info.get("author", ""), date)
