"""The value of a spreadsheet's cell as one line of text."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.parsing.encoding import tidy
from app.parsing.formats.office.drawings import unescaped


def cell_text(value: Any, number_format: str = "") -> str:
    """Dates in ISO form, percentages with their sign, whole numbers without a point; "" for an empty cell."""
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    if isinstance(value, (bool, timedelta)):
        return str(value)
    if isinstance(value, (int, float)):
        if "%" in number_format:
            return f"{value * 100:.10g}%"
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    return " ".join(tidy(unescaped(str(value))).split())
