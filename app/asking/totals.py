"""What something cost in all.

Of the amounts of a bill a small model takes one that stands out, a deposit or an item; the one that is labelled as the total
is known without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.asking.lines import with_heading
from app.asking.memory import Cited, own_words
from app.asking.question import Question
from app.asking.readings import Reading
from app.asking.topic import fold, share

MOST = 0.5  # share of the question's words that a passage has to have where nothing was read
LOOKED_IN = 5

_ALL = r"in total|in all|altogether|all told|insgesamt|im ganzen|alles zusammen|au total|en tout"
_ASKED = re.compile(rf"\b(?:{_ALL}|total|gesamt\w*)\b|总共|一共|合计|共计|总[价额计]", re.IGNORECASE)
_MONEY_ASKED = re.compile(
    r"\b(?:cost|costs|price|pay|paid|bill|invoice|charge|charged|spend|spent|gekostet|kostet|koste[nt]\w*|preis|zahl\w*|bezahl\w*"
    r"|rechnung\w*|betrag|coûte\w*|coûté|prix|payé\w*|payer|facture|montant)\b|钱|费|花了|价|账单|付",
    re.IGNORECASE,
)
_NET = re.compile(
    r"\bnet\b|netto|before tax|without tax|ohne (?:steuer|mwst)|hors taxes?|\bht\b|不含税|税前", re.I
)
_CURRENCY = r"(?:€|euros?|EUR|\$|USD|£|GBP|pounds|CHF|francs?|Franken|¥|RMB|元)"
_NUMBER = r"(?:\d{1,3}(?:[ .,'’]\d{3})+|\d+)(?:[.,]\d\d?)?(?!\d)"
_AMOUNT = rf"(?:{_CURRENCY}\s?)?{_NUMBER}(?:\s?{_CURRENCY})?"
_LABELS = (
    r"grand total|total (?:amount|price|cost|due|to pay)|amount due|rechnungsbetrag|gesamt(?:betrag|preis|summe|kosten)"
    r"|endbetrag|endsumme|zu zahlen|brutto|montant total|total ttc|total à payer|net à payer|应付|总计|总额|总价|合计|共计"
)
_WEAK_LABELS = r"(?<![\w-])total|(?<!zwischen)summe(?! netto)|insgesamt|一共|总共"
_BEFORE = re.compile(rf"(?P<strong>{_LABELS})|(?P<weak>{_WEAK_LABELS})", re.IGNORECASE)
_BETWEEN = re.compile(
    rf"(?!\s*(?:net\b|netto|ht\b|hors))[^\d\n€$£¥]{{0,16}}?(?P<amount>{_AMOUNT})", re.IGNORECASE
)
_BEHIND = re.compile(rf"(?P<amount>{_AMOUNT})\s?(?:{_ALL})\b", re.IGNORECASE)
_IS_MONEY = re.compile(rf"{_CURRENCY}|\d[.,]\d\d(?!\d)", re.IGNORECASE)


def asks_total(question: str) -> bool:
    """Whether an amount of money in all is asked for, taxes included."""
    return bool(_ASKED.search(question) and _MONEY_ASKED.search(question) and not _NET.search(question))


def in_total(question: Question, reading: Reading) -> Reading | None:
    """The total of the passage that was read, or, where nothing was, of the best one that has the question's words; None
    where no passage tells one, or it was read."""
    if not asks_total(question.text):
        return None
    hits = [reading.source] if reading.found else _about(question, reading.cited[:LOOKED_IN])
    for hit in hits:
        total = total_of(own_words(hit.document)) if hit else None
        if hit and total:
            said = _digits(total) in _digits(reading.text) if reading.found else False
            return None if said else replace(reading, text=total, cited=(hit,), agreement=None)
    return None


def total_of(text: str) -> str | None:
    """The one amount that a text calls the total, as it stands there; None without one, or with several."""
    totals = list(_totals(text))
    found = [amount for strong, amount in totals if strong] or [amount for _, amount in totals]
    return found[0] if len({_digits(amount) for amount in found}) == 1 else None


def _totals(text: str) -> Iterator[tuple[bool, str]]:
    """(whether its label is that of a last line, amount), in order."""
    for label in _BEFORE.finditer(text):
        if (match := _BETWEEN.match(text, label.end())) and _IS_MONEY.search(match["amount"]):
            yield bool(label["strong"]), match["amount"].strip(" .,")
    for match in _BEHIND.finditer(text):
        if _IS_MONEY.search(match["amount"]):
            yield False, match["amount"].strip(" .,")


def _about(question: Question, cited: tuple[Cited, ...]) -> list[Cited]:
    topic = [
        word for word in question.topic if not _ASKED.search(word) and fold(word) not in ("steuer", "tax")
    ]
    return [hit for hit in cited if topic and share(topic, with_heading(hit.document)) >= MOST]


def money_in(text: str) -> list[str]:
    """The amounts of money in a text, as they stand there, each once."""
    found = (match.group().strip(" .,") for match in re.finditer(_AMOUNT, text, re.IGNORECASE))
    return list(dict.fromkeys(amount for amount in found if _IS_MONEY.search(amount)))


def _digits(text: str) -> str:
    """A number without what groups its digits and without an empty fraction: "1.240,00 €" is 1240."""
    number = re.sub(r"[^\d.,]", "", text).strip(".,")
    return re.sub(r"[.,]", "", re.sub(r"[.,]00$", "", number))
