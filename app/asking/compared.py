"""What a comparison compares: its two sides, in the question's own words."""

from __future__ import annotations

import re
from datetime import date

from app.asking.question_words import rule
from app.dates.periods import find_periods

_OR = r"(?:,?\s+(?:or|oder|ou)\s+|还是)"
_COMPARES = rule(
    r"\b(?:more|less|fewer|least|earlier|later|better|worse|compare|difference)\b",
    r"\bmost\b(?! (?:\w+ly|interested|likely|important|of)\b)",
    r"\bfirst\b(?! (?:few|time|two|three|four|part|half|day|week|weekend|month|quarter|year)s?\b)",
    r"\b(?:is|are|was|were|which|what|cost) \w{2,}er\b",
    r"\b(?:mehr|weniger|zuerst|früher|später|lieber|besser|unterschied|vergleich\w*)\b",
    r"\b(?:ist|war|sind|waren|kostet|kostete) \w{3,}er\b",
    r"\b(?:plus|moins|d'abord|mieux|meilleure?|compare\w*|différence)\b",
    r"更|先|比|较",
)
# More than two, or what stands in brackets: "(jogging, yoga, or stretching)".
_MANY = re.compile(r"\([^()]*,[^()]*\s(?:or|oder|ou)\s[^()]*\)|,[^,?？]+,\s+(?:or|oder|ou)\s", re.IGNORECASE)
_CHOICE = re.compile(rf"(?P<left>[^,:;?]+?){_OR}(?P<right>[^?？,;]+)", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\b(?:between|zwischen|entre)\s+(?P<left>.+?)\s+(?:and|und|et)\s+(?P<right>[^?,]+)",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    r"^\W*(?:compare|vergleiche?|comparer?|comparez)\s+(?P<left>.+?)\s+(?:and|with|to|mit|und|et|avec|à)\s+(?P<right>[^?,.]+)",
    re.IGNORECASE,
)
_ZH_PAIR = re.compile(
    r"(?P<left>[^，。？?]+?)(?:和|与|跟|比)(?P<right>[^，。？?]+?)(?:的区别|有什么区别|的?差别|相比|相差"
    r"|(?:哪[个家本种座只辆间套]|谁)(?:更|先|比较|最|[贵高大多早好近远长重老久]))"
)
_DIFFERENCE = rule(
    r"\bhow (?:much|many) (?:\w+ )?(?:more|less|fewer|higher|lower|longer|shorter|older|younger|\w+er)\b",
    r"\bum wie ?viel\b",
    r"\bwie ?viel \w+er\b",
    r"\bde combien\b",
    r"(?:多|少|高|低|贵|便宜)了?多少",
)
_LENGTH = rule(
    r"\bhow (?:many|much) (?:days|weeks|months|years|time)\b|\bhow long\b",
    r"\bwie (?:viele (?:tage|wochen|monate|jahre)|viel zeit|lange)\b",
    r"\bcombien de (?:jours|semaines|mois|ans|temps)\b",
    r"多久|多少[天年]|几[天年]|几个月",
)
NUMBER = re.compile(r"^\W*(?!(?:19|20)\d\d\W*$)\d[\d.,]*\W*(?:\w+\W*)?$")


def compared(text: str, today: date) -> tuple[str, ...]:
    """The two sides of a comparison in the question's own words, () where it compares nothing."""
    for pattern in (_COMPARE, _ZH_PAIR):
        if match := pattern.search(text):
            return _sides(match)
    if (match := _BETWEEN.search(text)) and (
        _LENGTH.search(text)
        or "differ" in text.casefold()
        or "unterschied" in text.casefold()
        or "différ" in text.casefold()
    ):
        return _sides(match)
    periods = find_periods(text, today)
    if _DIFFERENCE.search(text) and len(periods) == 2:
        return tuple(period.said for period in periods)
    if (match := _CHOICE.search(text)) and _COMPARES.search(text) and not _MANY.search(text):
        if len(periods) == 2 and periods[0].start < match.start("right") <= periods[1].start + 3:
            return tuple(period.said for period in periods)
        return _sides(match)
    return ()


def _sides(match: re.Match[str]) -> tuple[str, ...]:
    """The two sides, () where one is none; a number is nothing to be looked up."""
    left = re.split(r"[,:;，：]\s*|\s(?:than|als|que)\s|(?<=\w{3})[.!?]\s", match["left"].strip())[-1]
    right = re.split(r"[,:;，：]\s*", match["right"].strip(" ?？."))[0]
    words = left.split()
    # What stands before the left side belongs to the question as far as the right side is shorter.
    if len(words) > len(right.split()) + 2:
        left = " ".join(words[-len(right.split()) :])
    sides = (left.strip(), right.strip())
    return sides if all(side and not NUMBER.match(side) for side in sides) else ()
