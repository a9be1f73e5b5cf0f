"""The text of OpenDocument paragraphs: spaces, breaks, notes, links, fields and descriptions of pictures.

Tracked deletions stand apart in the file and are never met here.
"""

from __future__ import annotations

from typing import Any

from app.parsing.encoding import tidy
from app.parsing.formats.office.drawings import link

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"

_BREAKS = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
_SPACES = 100


def plain(element: Any) -> str:
    """The text of a paragraph, with its notes in brackets where they stand; boxes and comments left out."""
    return tidy(_inner(element)).strip()


def _inner(element: Any) -> str:
    pieces: list[str] = [element.text or ""]
    for child in element.iterchildren():
        pieces.append(_child(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _child(child: Any) -> str:
    tag = child.tag
    if not isinstance(tag, str) or tag.startswith(f"{OFFICE}annotation") or tag == f"{TEXT}ruby-text":
        return ""
    if tag == f"{TEXT}s":
        count = child.get(f"{TEXT}c", "1")
        return " " * (min(int(count), _SPACES) if count.isdecimal() else 1)
    if tag in _BREAKS:
        return _BREAKS[tag]
    if tag == f"{TEXT}note":
        notes = [
            plain(note) for body in child.iterchildren(f"{TEXT}note-body") for note in body.iterchildren()
        ]
        return f" [{' '.join(notes)}] "
    if tag == f"{TEXT}a":
        text = _inner(child)
        address = child.get(f"{XLINK}href", "")
        return text + (link(text, address) if not address.startswith("#") else "")
    if tag.startswith(DRAW):
        texts = [plain(words) for words in child.iter(f"{SVG}title", f"{SVG}desc")]
        return f" [{'; '.join(filter(None, texts))}] " if any(texts) else ""
    return _inner(child)


def comments(element: Any, place: str) -> list[tuple[str, str, str]]:
    """(text, place, date) of the comments in an element."""
    found = []
    for annotation in element.iter(f"{OFFICE}annotation"):
        text = " ".join(plain(p) for p in annotation.iter(f"{TEXT}p", f"{TEXT}h")).strip()
        author = tidy(annotation.findtext("{http://purl.org/dc/elements/1.1/}creator") or "").strip()
        when = (annotation.findtext("{http://purl.org/dc/elements/1.1/}date") or "")[:19]
        if text:
            lead = f"Comment{f' by {author}' if author else ''}: "
            found.append((lead + text, f"{place}, comment" if place else "comment", when))
    return found
