"""The moment at the start of a line of a chat export, in the way of the phone's language.

The order of day and month is not in any single line: of the orders that fit all lines it is the one in which time does not
run backwards, and where several do not, the habit of those who write dates that way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from app.parsing.spoken_dates import spoken_moment

_BEFORE_NOON = (
    "am a.m. a.m ص صباحًا صباحا 上午 凌晨 早上 清晨 午前 오전 새벽 아침 π.μ. öö sa pg पूर्वाह्न ق.ظ de. ก่อนเที่ยง"
)
_AFTER_NOON = "pm p.m. p.m م مساءً مساء 下午 晚上 中午 午後 오후 저녁 밤 μ.μ. ös ch ptg अपराह्न ب.ظ du. หลังเที่ยง"
_HALVES = {**dict.fromkeys(_BEFORE_NOON.split(), 0), **dict.fromkeys(_AFTER_NOON.split(), 12)}
_HALF = (
    r"[AaPp]\.?\s?[Mm]\.?|صباحً?ا|مساءً?|[صم]|上午|凌晨|早上|清晨|下午|晚上|中午|午前|午後|오전|오후|새벽|아침|저녁|밤"
    r"|[πμ]\.\s?μ\.|Ö[ÖS]|ö[ös]|SA|CH|PG|PTG|पूर्वाह्न|अपराह्न|ق\.ظ|ب\.ظ|d[eu]\."
)
_BETWEEN = (
    r"(?:um|à|às|as|at|a las|a la|alle|alle ore|ore|om|kl\.?|klo|klokken|o|ob|u|în|la|в|о|om|lúc|pukul|à\s)"
)
_STAMP = re.compile(
    r"^\[?\s?(\d{1,4})\s?([./年년-])\s?(\d{1,2})\s?[./月월-]\s?(\d{1,4})(?:日|일)?\.?(?:\s?г\.?|\s?р\.)?[,،、]?\s*"
    rf"(?:{_BETWEEN}\s+)?(?:({_HALF})\s?)?"
    rf"(\d{{1,2}})[:.h：](\d{{2}})(?:[:.：](\d{{2}}))?(?:\s?(?:({_HALF})|Uhr|ч\.?|h))?"
    r"(?:\]\s?|\s[-–—]\s|,\s(?=[^:\n]{1,60}\s:\s))(.*)$",
    re.S,
)
# The month in words, as KakaoTalk writes it: "March 5, 2024, 2:22 PM, Tom : hi".
_WORDED = re.compile(
    r"^([^\W\d]{3,12}\.? \d{1,2}, \d{4}|\d{1,2}\.? [^\W\d]{3,12}\.? \d{4})(?:,| at)? "
    rf"(\d{{1,2}}):(\d{{2}})(?:\s?({_HALF}))?, (?=[^:\n]{{1,60}}\s:\s)(.*)$",
    re.S,
)
# The time first, as in Vietnamese exports and in what is copied from WhatsApp's page: "[14:02, 3/5/2024] Tom: hi".
_CLOCK_FIRST = re.compile(
    rf"^(\[?)\s?(\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?(?:\s?(?:{_HALF}))?),?\s"
    r"(\d{1,4}[./-]\d{1,2}[./-]\d{1,4})(\]\s?|\s[-–—]\s)(?=[^:\n]{1,60}:)(.*)$",
    re.S,
)
_EAST_ASIAN = re.compile("[\u3400-\u9fff\uac00-\ud7a3]")
_BUDDHIST = 543
_EXPECTED_YEARS = range(2005, 2100)


@dataclass(frozen=True)
class Stamp:
    """Three numbers of a date in unknown order, and the time. half: 0 before noon, 12 after, None on a clock of 24 hours.

    is_padded: with zeros before single digits; is_capital, is_east_asian: how the half of the day is written.
    """

    numbers: tuple[int, int, int]
    sign: str
    hour: int
    minute: int
    second: int
    half: int | None
    is_padded: bool
    is_capital: bool
    is_east_asian: bool


def half_of(word: str) -> int | None:
    """0 for a word for the hours before noon, 12 for one after; None for any other."""
    return _HALVES.get(re.sub(r"\s", "", word.lower())) if word else None


def stamp_of(line: str) -> tuple[Stamp, str] | None:
    """The stamp that a line begins with, and the rest of the line."""
    if not line[:3].strip("[ \t").isascii():
        line = _ascii_digits(line)
    line = _CLOCK_FIRST.sub(r"\1\3, \2\4\5", line)
    found = _STAMP.match(line)
    if not found:
        return _worded(line)
    first, sign, second, third, half, hour, minute, seconds, half_after, rest = found.groups()
    word = half or half_after or ""
    return (
        Stamp(
            (int(first), int(second), int(third)),
            sign,
            int(hour),
            int(minute),
            int(seconds or 0),
            half_of(word),
            "0" in (first[0], second[0]),
            word.isascii() and word.isupper(),
            bool(_EAST_ASIAN.match(word)),
        ),
        rest,
    )


def _worded(line: str) -> tuple[Stamp, str] | None:
    found = _WORDED.match(line)
    day = spoken_moment(found[1]) if found else None
    if not found or not day:
        return None
    year, month, number = (int(part) for part in day[:10].split("-"))
    half = half_of(found[4] or "")
    return Stamp(
        (year, month, number), "-", int(found[2]), int(found[3]), 0, half, False, False, False
    ), found[5]


def _ascii_digits(line: str) -> str:
    """The line with the digits of any script in its first part as ASCII."""
    head = "".join(str(unicodedata.digit(c)) if c.isdecimal() and not c.isascii() else c for c in line[:40])
    return head + line[40:]


def moments(stamps: Sequence[Stamp]) -> list[str]:
    """The stamps of a whole export as ISO moments, in its most likely order; "" for one that is no date."""
    order = _order(stamps)
    found = (_moment(stamp, order) for stamp in stamps)
    return [moment.isoformat() if moment else "" for moment in found]


def _order(stamps: Sequence[Stamp]) -> str:
    habit = _habit(stamps)
    now = datetime.now()

    def faults(order: str) -> tuple[int, int, int, bool]:
        """Dates that are none, steps back in time, moments to come, and whether it is against the habit."""
        days = [_moment(stamp, order) for stamp in stamps]
        known = [day for day in days if day is not None]
        back = sum(later < earlier for earlier, later in pairwise(known))
        return len(days) - len(known), back, sum(day > now for day in known), order != habit

    return min(("dmy", "mdy", "ymd", "ydm"), key=faults)


def _habit(stamps: Sequence[Stamp]) -> str:
    """The order in which people write dates that look like these."""
    if any(stamp.sign in "年년" or stamp.numbers[0] > 999 or stamp.is_east_asian for stamp in stamps):
        return "ymd"
    capital = any(stamp.is_capital for stamp in stamps)
    american = capital and all(stamp.sign == "/" and not stamp.is_padded for stamp in stamps)
    return "mdy" if american and stamps else "dmy"


def _moment(stamp: Stamp, order: str) -> datetime | None:
    numbers = dict(zip(order, stamp.numbers, strict=True))
    year = numbers["y"] + (2000 if numbers["y"] < 100 else 0)
    year -= _BUDDHIST if year > 2400 else 0
    if year not in _EXPECTED_YEARS:
        return None
    hour = stamp.hour if stamp.half is None or stamp.hour > 12 else stamp.hour % 12 + stamp.half
    try:
        return datetime(year, numbers["m"], numbers["d"], hour, stamp.minute, stamp.second)
    except ValueError:
        return None
