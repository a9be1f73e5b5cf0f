"""Text in DrawingML, which slides, charts, diagrams and drawings of all office files share, and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.parsing.encoding import tidy
from app.parsing.formats.office.equations import office_math
from app.parsing.formats.office.package import MC, A, Package, Relation, alternatives, relation_id
from app.parsing.items import Block

_EQUATION = "{http://schemas.microsoft.com/office/drawing/2010/main}m"
_UNSEEN_FIELDS = ("slidenum",)


def link(text: str, address: str) -> str:
    """What to add to a link's text so that its address is kept, "" where the text says it."""
    shown = address.removeprefix("mailto:").removeprefix("tel:").strip()
    if not shown or shown.rstrip("/").lower() in text.lower():
        return ""
    return f" ({tidy(shown)})"


_ESCAPED = re.compile(r"_x(00[0-9A-Fa-f]{2}|005[Ff])_")


def body_text(body: Any, relations: dict[str, Relation]) -> str:
    """The paragraphs of a text body, a line each."""
    return tidy("\n".join(paragraph_text(p, relations) for p in body.iter(f"{A}p"))).strip()


def unescaped(text: str) -> str:
    """Office writes characters that XML cannot hold as their number: "_x000B_" is a vertical tab."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def paragraph_text(paragraph: Any, relations: dict[str, Relation]) -> str:
    return "".join(_pieces(list(paragraph), relations))


def _pieces(children: list[Any], relations: dict[str, Relation]) -> Iterator[str]:
    for child in children:
        if child.tag in (f"{A}r", f"{A}fld"):
            if child.get("type") in _UNSEEN_FIELDS:
                continue
            text = unescaped(child.findtext(f"{A}t") or "")
            yield text
            click = child.find(f"{A}rPr/{A}hlinkClick")
            relation = relations.get(relation_id(click)) if click is not None else None
            if relation and relation.external:
                yield link(text, relation.target)
        elif child.tag == f"{A}br":
            yield "\n"
        elif child.tag == f"{MC}AlternateContent":
            yield from _pieces(alternatives(child), relations)
        elif child.tag == _EQUATION:
            yield from (office_math(equation) for equation in child)


def diagram_blocks(package: Package, part: str, place: str) -> Iterator[Block]:
    """The texts of the diagrams (SmartArt) of a part, a list for each."""
    for target in package.related(part, "diagramData"):
        root = package.xml(target)
        points = root.iter("{*}pt") if root is not None else ()
        texts = [body_text(point, {}).replace("\n", " ") for point in points]
        if any(texts):
            yield Block("\n".join(f"- {text}" for text in texts if text), place, "list")


def described_picture(element: Any) -> str:
    """The description that a person gave a picture (its alternative text), in brackets, or ""."""
    for properties in element.iter("{*}docPr", "{*}cNvPr"):
        text = " ".join(tidy(properties.get("descr", "")).split())
        if len(text) > 3:
            return f"[{text}]"
    return ""
