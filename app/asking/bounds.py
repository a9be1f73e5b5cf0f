"""An amount that a list asks for: "over 400 euros", "unter 20 km", "plus de 3 kg", "五百元以上". Code compares, no model.

Of a line any amount of that unit counts; where none has a unit of its own, as in tables, amounts with two decimals count as
money.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.asking.quantities import HAN_NUMBER, NUMBER, number_of
from app.asking.values import MONEY, TIME, quantities

_UNIT = "[€$£¥%]|[a-zà-ÿ]+²?|[美欧]元|元|块钱?|人民币|公斤|千克|公里|千米|平方米|小时|分钟|岁|升|吨|克|米"
_MORE = (
    r"over|above|(?:more|longer|larger|bigger|higher|heavier|older|dearer|\w+ive) than|at least|exceeding"
    r"|über|(?:mehr|länger|größer|höher|schwerer|älter|teurer) als|mindestens"
    r"|plus (?:de|\w+ que)|au[- ]dessus de|au moins|超过|大于|高于|多于|至少"
)
_LESS = (
    r"under|below|(?:less|fewer|cheaper|shorter|smaller|lower|lighter|younger) than|at most|up to"
    r"|unter|(?:weniger|billiger|günstiger|kürzer|kleiner|niedriger|leichter|jünger) als|höchstens|bis zu"
    r"|moins (?:de|\w+ que)|au plus|en dessous de|低于|少于|小于|不到|最多"
)
_AMOUNT = rf"[€$£¥]?\s?(?:{NUMBER.pattern}|{HAN_NUMBER.pattern})\s?(?:{_UNIT})?"
_SAID = re.compile(
    rf"(?<![^\W\u3400-\u9fff])(?:(?P<more>{_MORE})|(?P<less>{_LESS}))\s*(?P<amount>{_AMOUNT})", re.I
)
_SAID_ZH = re.compile(rf"(?P<amount>{_AMOUNT}?)(?:(?P<more>以上)|(?P<less>以下))", re.I)
# "Over two years" is a time more often than an amount.
_DURING = re.compile(r"over|über|unter|under|plus de", re.I)


@dataclass(frozen=True)
class Bound:
    """At least or at most so much of a unit. said: its words, from `start` in the question."""

    value: float
    unit: str
    more: bool
    said: str
    start: int

    def holds(self, text: str) -> bool:
        """Whether a line names an amount that is within it."""
        found = quantities(text)
        amounts = [one.value for one in found if one.unit == self.unit]
        if not amounts and self.unit in MONEY and not any(one.unit in MONEY for one in found):
            amounts = [value for value in map(_decimal, NUMBER.findall(text)) if value is not None]
        return any(value >= self.value if self.more else value <= self.value for value in amounts)


def bound_in(text: str) -> Bound | None:
    """The amount that a question bounds; None without one, or where its unit is not known."""
    match = _SAID.search(text) or _SAID_ZH.search(text)
    found = quantities(match["amount"]) if match else []
    if match is None or not found or not found[0].unit:
        return None
    if found[0].unit in TIME and _DURING.match(match.group()):
        return None
    return Bound(found[0].value, found[0].unit, bool(match["more"]), match.group(), match.start())


def _decimal(number: str) -> float | None:
    return number_of(number) if re.search(r"[.,]\d\d$", number) else None
