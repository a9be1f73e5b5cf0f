"""Addresses and pages that Safari and Windows save as files: .webloc, .url, .webarchive.

A link is its name and its address. A web archive is read as the page it holds, with the address it came from.
"""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator
from typing import Any

from app.errors import Skipped
from app.parsing.declared import decode_declared
from app.parsing.encoding import decode, tidy
from app.parsing.items import Block, Item, Limits, Source
from app.parsing.registry import read_inner

_URL = re.compile(r"^(?:BASE)?URL=(\S+)", re.M | re.I)


def read_property_list(source: Source, limits: Limits) -> Iterator[Item]:
    """A .webloc or .webarchive, in XML or binary; of other property lists the plain values."""
    data = plistlib.loads(source.read(limits.markup_bytes))
    if isinstance(data, dict) and isinstance(data.get("WebMainResource"), dict):
        yield from _page(data["WebMainResource"], source, limits)
    elif isinstance(data, dict) and isinstance(data.get("URL"), str):
        yield Item(source.stem, [Block(f"{source.stem}: {tidy(data['URL'])}")])
    else:
        lines = [f"{path}: {value}" for path, value in _values("", data) if value]
        yield Item(source.stem, [Block("\n".join(lines))] if lines else [])


def read_internet_shortcut(source: Source, limits: Limits) -> Iterator[Item]:
    found = _URL.search(decode(source.read(limits.markup_bytes)))
    if not found:
        raise Skipped("a shortcut without an address")
    yield Item(source.stem, [Block(f"{source.stem}: {found[1]}")])


def _page(main: dict[str, Any], source: Source, limits: Limits) -> Iterator[Item]:
    address = tidy(str(main.get("WebResourceURL", "")))
    content = main.get("WebResourceData", b"")
    charset = str(main.get("WebResourceTextEncodingName", ""))
    if charset and isinstance(content, bytes):
        content = decode_declared(content, charset).encode()
    name = f"{source.stem}.html" if "html" in str(main.get("WebResourceMIMEType", "html")) else source.stem
    for item in read_inner(name, content, source, limits, ""):
        link = [Block(address, kind="fields")] if address.startswith("http") else []
        yield Item(item.title, [*link, *item.blocks], item.author, item.date, item.notes, item.date_source)


def _values(path: str, value: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    if depth > 50:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(f"{path}.{key}".lstrip("."), inner, depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _values(f"{path}[{number}]", inner, depth + 1)
    elif not isinstance(value, bytes):
        yield path, " ".join(tidy(str(value)).split())
