"""Equations as one line of text: (a+b)/(2) for a fraction, x^(2), √(x), ∑_(i=1)^(n).

Two dialects of XML say the same: Office Math and MathML. Both are walked with an explicit depth limit, because a
damaged file may nest without end.
"""

from __future__ import annotations

from typing import Any

_DEPTH = 60
_SIMPLE = 1  # characters that need no brackets


def office_math(element: Any, depth: int = 0) -> str:
    """The text of an m:oMath or any element below it."""
    if not isinstance(element.tag, str) or depth > _DEPTH:
        return ""
    name = element.tag.rpartition("}")[2]

    def part(child: str) -> str:
        found = element.find(f"{{*}}{child}")
        return office_math(found, depth + 1) if found is not None else ""

    def setting(properties: str, child: str, otherwise: str) -> str:
        found = element.find(f"{{*}}{properties}/{{*}}{child}")
        if found is None:
            return otherwise
        return next((value for key, value in found.attrib.items() if key.endswith("}val")), "")

    if name == "t":
        return element.text or ""
    if name == "f":
        return f"{_group(part('num'))}/{_group(part('den'))}"
    if name in ("sSup", "sSub", "sSubSup"):
        return part("e") + _script("_", part("sub")) + _script("^", part("sup"))
    if name == "sPre":
        return _script("_", part("sub")) + _script("^", part("sup")) + part("e")
    if name == "rad":
        return f"{_script('^', part('deg'))}√({part('e')})"
    if name == "nary":
        sign = setting("naryPr", "chr", "∫")
        return f"{sign}{_script('_', part('sub'))}{_script('^', part('sup'))} {part('e')}"
    if name == "d":
        opening, closing = setting("dPr", "begChr", "("), setting("dPr", "endChr", ")")
        between = setting("dPr", "sepChr", "|")
        inner = [office_math(child, depth + 1) for child in element.iterchildren("{*}e")]
        return f"{opening}{between.join(inner)}{closing}"
    if name == "func":
        return f"{part('fName')} {part('e')}"
    if name in ("limLow", "limUpp"):
        return part("e") + _script("_" if name == "limLow" else "^", part("lim"))
    if name in ("m", "eqArr"):
        rows = element.iterchildren("{*}mr" if name == "m" else "{*}e")
        lines = (
            ", ".join(office_math(cell, depth + 1) for cell in row)
            if name == "m"
            else office_math(row, depth + 1)
            for row in rows
        )
        return "[" + "; ".join(lines) + "]" if name == "m" else "\n".join(lines)
    if name == "acc":
        return part("e") + setting("accPr", "chr", "\u0302")
    if name.endswith("Pr") or name in ("del", "moveFrom", "instrText"):
        return ""
    return "".join(office_math(child, depth + 1) for child in element)


def mathml(element: Any, depth: int = 0) -> str:
    """The text of a MathML element; its children's tails are no part of it."""
    if not isinstance(element.tag, str) or depth > _DEPTH:
        return ""
    name = element.tag.rpartition("}")[2].rpartition(":")[2]
    children = [child for child in element if isinstance(child.tag, str)]
    if name in ("annotation", "annotation-xml"):
        return ""
    if name == "semantics":
        return mathml(children[0], depth + 1) if children else ""
    if not children:
        return " ".join((element.text or "").split())
    parts = [mathml(child, depth + 1) for child in children]
    if name == "mfrac" and len(parts) == 2:
        return f"{_group(parts[0])}/{_group(parts[1])}"
    if name in ("msup", "mover") and len(parts) == 2:
        return parts[0] + _script("^", parts[1])
    if name in ("msub", "munder") and len(parts) == 2:
        return parts[0] + _script("_", parts[1])
    if name in ("msubsup", "munderover") and len(parts) == 3:
        return parts[0] + _script("_", parts[1]) + _script("^", parts[2])
    if name == "msqrt":
        return f"√({''.join(parts)})"
    if name == "mroot" and len(parts) == 2:
        return f"{_script('^', parts[1])}√({parts[0]})"
    if name == "mfenced":
        return element.get("open", "(") + ", ".join(parts) + element.get("close", ")")
    if name == "mtable":
        return "[" + "; ".join(parts) + "]"
    return (", " if name == "mtr" else "").join(parts)


def _group(text: str) -> str:
    return text if len(text) <= _SIMPLE or text.isalnum() else f"({text})"


def _script(mark: str, text: str) -> str:
    return f"{mark}{_group(text)}" if text.strip() else ""
