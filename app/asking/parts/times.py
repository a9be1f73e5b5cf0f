"""Questions that ask one thing of two times ("more in 2024 than in 2022", "2024年比2022年多")."""

from __future__ import annotations

import re
from datetime import date
from types import ModuleType

from app.asking.language import Language
from app.asking.parts import chinese, english, french, german
from app.asking.parts.forms import Parts, Working, lowered
from app.asking.parts.german_words import MEASURES
from app.dates.periods import find_periods

_WORDS: dict[Language, ModuleType] = {"en": english, "de": german, "fr": french, "zh": chinese}
_TIME = r"(?:[^\W\d]+\.? )?(?:19|20)\d\d"
_RANGE = re.compile(
    rf",?\s*\b(?:from|between|von|zwischen|de|entre)\s+(?P<a>{_TIME})\s+(?:to|until|and|bis|und|à|et)\s+(?P<b>{_TIME})(?!\w)"
    r"|从?(?P<c>(?:19|20)\d\d年(?:\d\d?月)?)(?:到|至)(?P<d>(?:19|20)\d\d年(?:\d\d?月)?)",
    re.I,
)
_OR = re.compile(r"\b(?:or|oder|ou)\b|还是|[和与跟]|(?:的)?哪一?[年个月]+", re.I)
_BEFORE = re.compile(r"[,:]?\s*\b(?:in|en|im|au|à)\s*$|[,:，：]\s*$", re.I)
_BEFORE_TIME = re.compile(r"^(?:in|en|im|au|à)\s+", re.I)
_LESS = re.compile(r"lower|cheaper|smaller|niedriger|billiger|günstiger|kleiner|moins|低|便宜", re.I)
LONGEST_BETWEEN = 24  # characters between two times of one choice


def change_parts(text: str, language: Language) -> Parts | None:
    """How much something rose or fell from one time to another: what it was at each."""
    words = _WORDS[language]
    span = _RANGE.search(text)
    if span is None:
        return None
    rest = (text[: span.start()] + text[span.end() :]).strip(" ,，")
    match = words.CHANGE.search(rest)
    if match is None:
        return None
    first, last = span["a"] or span["c"], span["b"] or span["d"]
    what = match["what"].strip(" ,")
    asked = [words.CHANGE_ASKED.format(what=what, period=period) for period in (first, last)]
    return Parts("difference", (first, last), (asked[0], asked[1]))


def then_or_then(text: str, language: Language, today: date) -> Parts | None:
    """In which of two times something was more ("was the rent higher in 2020 or in 2023?"), or
    whether it was more in the one."""
    words = _WORDS[language]
    periods = find_periods(text, today)
    if len(periods) != 2:
        return None
    one, other = periods
    head, between = text[: one.start], text[one.start + len(one.said) : other.start]
    tail = text[other.start + len(other.said) :]
    claims = bool(words.THAN.search(between))
    if not (claims or _OR.search(between)) or len(between) > LONGEST_BETWEEN:
        return None
    joined = (words.THAN if claims else _OR).sub(" ", between)
    rest = " ".join(f"{_BEFORE.sub('', head)} {joined} {tail}".split()).strip(" ,，：:?？")
    match = words.THEN.search(rest.replace(" ", "") if language == "zh" else rest)
    if match is None:
        return None
    what = lowered(match["what"].strip(" ,"))
    asked = [
        words.CHANGE_ASKED.format(what=what, period=_BEFORE_TIME.sub("", period.said)) for period in periods
    ]
    working: Working = "least" if _LESS.search(match["degree"]) else "most"
    return Parts(working, (one.said, other.said), (asked[0], asked[1]), claims=claims)


def two_times(text: str, language: Language, today: date) -> Parts | None:
    """One thing at two times that the question names, compared or added up."""
    words = _WORDS[language]
    periods = find_periods(text, today)
    if len(periods) != 2:
        return None
    one, other = periods
    between = text[one.start + len(one.said) : other.start]
    compares = bool(words.THAN.search(between)) and bool(
        words.DEGREE.search(text) or words.HIGHER.search(text)
    )
    adds = bool(words.TOGETHER.search(text)) and len(between) <= 12
    if not compares and not adds:
        return None
    working: Working = "difference" if compares else "sum"
    head, tail = text[: one.start], text[other.start + len(other.said) :]
    if language == "zh" and compares:  # 2024年比2022年多收了…
        tail = re.sub(r"^(?:多|少|高|低|贵)", "", tail)
    asked = []
    for period in periods:
        said = period.said
        question = (
            words.TOGETHER.sub("", f"{head}{said}{tail}") if adds else _plainly(f"{head}{said}{tail}", words)
        )
        asked.append(" ".join(question.split()))
    return Parts(working, (one.said, other.said), (asked[0], asked[1]))


def _plainly(question: str, words: ModuleType) -> str:
    """The question without its "more" or "higher", for one of its times."""
    if words is english:
        question = english.DEGREE.sub(lambda m: f"how {m['many']}", question)
        return _capital(english.HIGHER.sub("how much", question))
    if words is german:
        degree = german.HIGHER.search(question)
        measure = MEASURES[degree["degree"].casefold()] if degree else "viel"
        question = german.HIGHER.sub("", german.DEGREE.sub("", question))
        asks = r"^um wie ?viele?|^wie ?viel(?= (?:ist|war|sind|waren)\b)" if degree else r"^um wie ?viel\b"
        return _capital(re.sub(asks, f"Wie {measure}", question, flags=re.I))
    if words is french:
        question = re.sub(r"\s*\b(?:plus|moins) (?:\w+(?=\s|$))?", " ", french.DEGREE.sub("", question))
        return _capital(re.sub(r"^de combien", "Combien", question, flags=re.I))
    return question


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
