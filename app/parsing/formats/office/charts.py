"""Charts: their titles and the values they draw, as a table with a row for each category.

The values are those stored in the chart, which are what a reader sees; the workbook behind it may be gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from app.parsing.encoding import tidy
from app.parsing.formats.office.drawings import body_text, paragraph_text
from app.parsing.formats.office.package import A, Package
from app.parsing.items import Block

_ROWS = 2000
_EPOCH = date(1899, 12, 30)  # day 0 of a serial date


def chart_blocks(package: Package, part: str, place: str, values: bool = True) -> Iterator[Block]:
    """The charts that a part shows. values: False leaves out what the sheet beside the chart says anyway."""
    for target in package.related(part, "chart", "chartEx"):
        root = package.xml(target)
        if root is None:
            continue
        title = _title(root)
        table = _table(root) if values else []
        if text := "\n".join([*([f"Chart: {title}"] if title else []), *table]):
            yield Block(text, place, "table" if len(table) > 1 else "paragraph")
        for drawing in package.related(target, "chartUserShapes"):
            shapes = package.xml(drawing)
            if shapes is not None and (text := body_text(shapes, {})):
                yield Block(text, place)


def _title(root: Any) -> str:
    """Of the chart, then of its axes."""
    titles = []
    for title in root.iter("{*}title"):
        words = [paragraph_text(paragraph, {}) for paragraph in title.iter(f"{A}p")]
        words += [value.text or "" for value in title.iter("{*}v")]
        titles.append(" ".join(tidy(" ".join(words)).split()))
    return "; ".join(title for title in titles if title)


def _table(root: Any) -> list[str]:
    series = [_series(element) for element in root.iter("{*}ser", "{*}series")]
    if not series:
        return []
    categories: dict[int, str] = {}
    for _, names, _ in series:
        categories.update({index: name for index, name in names.items() if index not in categories})
    rows = sorted({index for _, names, values in series for index in (*names, *values)})[:_ROWS]
    lines = [" | ".join(["", *(name for name, _, _ in series)])] if any(name for name, _, _ in series) else []
    for row in rows:
        lines.append(" | ".join([categories.get(row, ""), *(values.get(row, "") for _, _, values in series)]))
    return lines


def _series(element: Any) -> tuple[str, dict[int, str], dict[int, str]]:
    """(name, categories, values), the last two by position."""
    name = " ".join(value.text or "" for tx in element.iterchildren("{*}tx") for value in tx.iter("{*}v"))
    categories: dict[int, str] = {}
    values: dict[int, str] = {}
    for child in element:
        kind = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if kind in ("cat", "xVal"):
            categories = _points(child)
        elif kind in ("val", "yVal"):
            values = _points(child)
        elif kind == "bubbleSize" and values:
            sizes = _points(child)
            values = {index: f"{value} ({sizes.get(index, '')})" for index, value in values.items()}
    if not values:
        categories, values = _extended(element)
    return tidy(name).strip(), categories, values


def _points(element: Any) -> dict[int, str]:
    """The cached points by position; of categories of several levels, all levels in one."""
    levels = list(element.iter("{*}lvl")) or [element]
    found: dict[int, str] = {}
    for level in reversed(levels):
        is_date = _is_date(element.findtext(".//{*}formatCode") or "")
        outer = ""
        own = {_index(point): (point.findtext("{*}v") or "").strip() for point in level.iter("{*}pt")}
        for index in sorted({*own, *found}):
            outer = own.get(index, outer if len(levels) > 1 else "")
            text = _day(outer) if is_date else outer
            found[index] = " ".join(part for part in (found.get(index, ""), tidy(text)) if part)
    return found


def _extended(series: Any) -> tuple[dict[int, str], dict[int, str]]:
    """The data of the newer kinds of charts (waterfall, funnel, …), which stands apart from the series."""
    number = next((element.get("val", "") for element in series.iterchildren("{*}dataId")), "")
    for data in series.getroottree().getroot().iter("{*}data"):
        if data.get("id") != number:
            continue
        columns: list[dict[int, str]] = [{}, {}]
        for dimension in data:
            kind = dimension.tag.rpartition("}")[2] if isinstance(dimension.tag, str) else ""
            points = {_index(point): (point.text or "").strip() for point in dimension.iter("{*}pt")}
            if kind in ("strDim", "numDim"):
                columns[kind == "numDim"] = points
        return columns[0], columns[1]
    return {}, {}


def _index(point: Any) -> int:
    text = point.get("idx", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _is_date(code: str) -> bool:
    code = code.lower()
    return "yy" in code or ("d" in code and "m" in code and "general" not in code)


def _day(serial: str) -> str:
    try:
        return (_EPOCH + timedelta(days=int(float(serial)))).isoformat()
    except (ValueError, OverflowError):
        return serial
