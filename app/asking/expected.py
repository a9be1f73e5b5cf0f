"""What kind of answer a question wants, as far as its question word says, and whether an answer is of that kind.

A small model takes what stands out in a passage for the answer, the day in its heading most of all. Only what is plainly of
another kind is told: no number to "how many", nothing of time to "when", square metres to what something cost.
"""

from __future__ import annotations

import re

from app.asking.memory import Cited, Memory
from app.asking.readings import Reading, sure_alone
from app.asking.values import MONEY, TIME, counted, quantities
from app.dates.periods import written_periods
from engine.answering.refusal import DECLINED
from engine.answering.spans import locate

ALONE = 3  # passages that are read by themselves in search of an answer of the right kind

_MANY = re.compile(
    r"\bhow (?:many|much|big|large|heavy|tall|high|deep|wide|far)\b"
    r"|\bwie ?(?:viele?|groß|hoch|schwer|weit|tief|breit|teuer)\b|\bcombien\b|多少|几[个次位只人]|多[大高重长远宽]",
    re.IGNORECASE,
)
_NAMED = re.compile(r"多少号|电话|号码", re.IGNORECASE)  # a number that counts nothing
_COST = re.compile(
    r"\bhow much (?:is|was|did|does|do|were|are)\b.*\b(?:cost|costs|charged?|paid|pay)\b"
    r"|\bhow (?:much|high) (?:is|was) (?:the|my|our) .*\b(?:price|fee|rent|rate|deposit|bill|salary)\b"
    r"|\bwhat (?:did|does|do|will)\b.*\bcost\b|\bwhat did (?:i|we|you|he|she|they) pay for\b"
    r"|\bwie hoch (?:ist|war|sind) .*(?:miete|zins|gebühr|preis|beitrag|kosten|kaution|rechnung|gehalt)\w*"
    r"|\bquel(?:le)? (?:est|était) (?:le (?:loyer|tarif|prix|montant)|la caution)\b"
    r"|\bkoste(?:t|te|n|ten)?\b|\bgekostet\b|\bteuer\b|\bcoût\w*|\bprix\b|多少钱|价格",
    re.IGNORECASE,
)
_HOW_LONG = re.compile(
    r"^\W*(?:and |und |et )?(?:for )?(?:how long|wie lange|(?:depuis )?combien de temps)\b|多久|多长时间",
    re.I,
)
_COUNTED_UP = re.compile(
    r"\W*(?:the |der |die |das |le |la )?(?P<n>\d+)(?:st|nd|rd|th|\.|e|ème)?\W*", re.IGNORECASE
)
# "How old was he when he died?" does not ask for a time.
_OTHER = r"how|who|what|where|which|why|wie|wer|was|wo|welche\w*|warum|comment|combien|qui|que|qu|quel\w*|où|pourquoi"
_WHEN = re.compile(
    rf"^(?!\W*(?:{_OTHER})\b)(?:\W*\w+){{0,5}}?\W*\b(?:when|wann|quand)\b"
    r"|\bwhat (?:day|date|year|time)\b|\ban welchem (?:tag|datum)\b"
    r"|\bquel(?:le)? (?:jour|date|année)\b|什么时候|何时|哪一?[天年月]|几[点月号]",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d|day\b|tags?\b|\b(?:mon|tues?|wednes|thurs|fri|satur|sun)day|woch|week|semaine|month|monat|mois|year|jahr|an(?:née|s)\b"
    r"|\b(?:spring|summer|autumn|winter|morning|noon|evening|night|today|yesterday|ago|lundi|mardi|mercredi|jeudi|vendredi"
    r"|samedi|dimanche|printemps|été|automne|hiver|matin|midi|soir|hier)\b|frühling|frühjahr|sommer|herbst|morgen|abend"
    r"|\b(?:after|before|later|once|when|nach|vor|später|als|après|avant|lorsque)\b"
    r"|mittag|mittwoch|gestern|heute|今|昨|[年月日天点周春夏秋冬]",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"^\W*(?:and |und |et )?(?:with |mit |avec )?(?:who|whom|wer|wen|wem|qui)\b|(?:^|[和跟给])谁",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"^\W*(?:and |und |et )?(?:from |von |d['’])?(?:where|wo|woher|wohin|où)\b|哪里|哪儿|什么地方|(?:在|去|从)哪",
    re.IGNORECASE,
)
# What stands beside a day or an hour and is no place either.
_NO_PLACE = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:mon|diens|donners|frei|sams|sonn)tag(?:s|en?)?\b|\bmittwochs?\b"
    r"|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)s?\b|(?:星期|周|礼拜)[一二三四五六日天]"
    r"|\b\d{1,2}(?:[:.h]\d\d| ?h\b)(?: ?(?:uhr|am|pm))?|\b\d{1,2} ?(?:uhr|am|pm|o['’]clock)\b"
    r"|\b(?:on|at|in|and|to|from|every|am|an|im|um|und|bis|von|jeden|le|les|la|de|du|des|et|à|au|tous)\b",
    re.IGNORECASE,
)
# "What is Tom's phone number?", but not whose it is or since when.
_PHONE = re.compile(
    r"^\W*(?:and |und |et )?(?:what(?:['’]?s| is| was| were)|which|wie (?:ist|war|lautet|lautete)|was (?:ist|war)"
    r"|quel(?:le)? (?:est|était))\b.*(?:\b(?:phone|mobile|cell) number\b|\b(?:telefon|handy|mobil|ruf)nummer\b"
    r"|\bnuméro de (?:téléphone|portable)\b)|(?:电话|手机)(?:号码|号)?(?:是多少|是什么|多少)",
    re.IGNORECASE,
)
_PHONE_DIGITS = re.compile(r"(?:\d[ /().+-]*){3}")
# "What is the password?", but not where it is kept; and what stands before one.
_SECRET = re.compile(
    r"^\W*(?:what(?:['’]?s| is| was)|wie (?:ist|war|lautet|lautete)|was ist|quel(?:le)? (?:est|était))\b"
    r".*(?:\b(?:password|passcode|pin|puk)\b|passwort\b|kennwort\b|geheimzahl\b|\bmot de passe\b)"
    r"|密码(?:是什么|是多少|多少|呢)",
    re.IGNORECASE,
)
_CALLED_SECRET = re.compile(
    r"pass|kennwort|geheimzahl|\bpin\b|\bpuk\b|\bpwd?\b|\bkey\b|code|schlüssel|zugang|login|access|\bclé\b|密码|口令",
    re.I,
)
_SOMEBODY = re.compile(r"[^\W\d_]{3}|[A-ZÀ-Þ]\w|[\u3400-\u9fff]")
_AMOUNT = re.compile(
    r"\b(?:none|no|nothing|zero|kein\w*|nichts|aucun\w*|rien|half|halb\w*|free|gratis|kostenlos|gratuit\w*|dozen|dutzend"
    r"|douzaine|several|few|both|all|mehrere|beide|alle|plusieurs|tous|toutes|pinch|prise|pincée)\b|免费|没有|全部",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"\bb-?day\b|birth|\bborn\b|\bold\b|\bturn(?:s|ed)? \d|geboren|geburt|\bgeb\.|\balt\b|\bn(?:é|ée|aît|aissance)\b"
    r"|anniversaire|生日|出生",
    re.I,
)
_WHAT_ONE_HAS = re.compile(
    r"\b(?:tele)?phone\b|\bmobile\b|\be-?mail\b|\baddress\b|\bbirthday\b|\bdate of birth\b|\bhow old\b"
    r"|(?:telefon|handy|mobil|ruf)nummer|\badresse\b|anschrift|geburtstag|\bwie alt\b|\btéléphone\b|\bcourriel\b"
    r"|\banniversaire\b|\bquel âge\b|电话|手机|邮箱|地址|生日|几岁|多大",
    re.I,
)
MOST_DAYS, LEAST_YEAR = 31, 1000
_HAN_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百千万半]")


def asks_kind(question: str) -> bool:
    """Whether a question says what kind of answer it wants."""
    return any(
        pattern.search(question) for pattern in (_MANY, _COST, _WHEN, _WHO, _WHERE, _WHAT_ONE_HAS, _SECRET)
    )


def asks_when(question: str) -> bool:
    return bool(_WHEN.search(question))


def asks_cost(question: str) -> bool:
    return bool(_COST.search(question))


def asks_what_one_has(question: str) -> bool:
    """Whether a number, an address or an age is asked for, which one has and another has as well."""
    return bool(_WHAT_ONE_HAS.search(question))


def asks_phone(question: str) -> bool:
    """Whether a phone number is asked for, nothing about one."""
    return bool(_PHONE.search(question))


def fits(question: str, answer: str) -> bool:
    """Whether an answer is of the kind that the question wants, as far as that can be told."""
    if _WHO.search(question) and not _SOMEBODY.search(_without_days(answer)):
        return False  # a day or a number is nobody
    if _WHERE.search(question) and not _is_somewhere(answer):
        return False
    if asks_phone(question):
        return bool(_PHONE_DIGITS.search(_without_days(answer)))
    if _WHEN.search(question):
        # The 70th is a birthday, and no day of a month.
        if (place := _COUNTED_UP.fullmatch(answer)) and MOST_DAYS < int(place["n"]) < LEAST_YEAR:
            return False
        measures = counted(answer)
        # "3.4 kg" has a figure, and is no time.
        if measures and all(one.unit and one.unit not in TIME for one in measures):
            answer = re.sub(r"\d", "", answer)
        return bool(_TIME.search(answer) or written_periods(answer))
    if _HOW_LONG.search(question):
        measures = quantities(answer)
        if measures and all(one.unit in MONEY or one.unit in ("kg", "g", "km") for one in measures):
            return False
    if _AMOUNT.search(answer):
        return True
    found = counted(answer)
    if _COST.search(question):
        return any(not one.unit or one.unit in MONEY for one in found) or bool(_HAN_NUMBER.search(answer))
    if _MANY.search(question) and not _NAMED.search(question):
        return bool(found or _HAN_NUMBER.search(_without_days(answer)))
    return True


def is_of_kind(question: str, reading: Reading) -> bool:
    """As `fits`, no number that no passage says so, no password without a word for one in front of it, and no day of birth
    where something else is asked for: cards of contacts have no other."""
    if not fits(question, reading.text) or _is_made_up(reading):
        return False
    source = reading.source
    if source is None:
        return True
    span = locate(reading.text, source.document.text)
    before = source.document.text[: span[0]].split("\n")[-2:] if span else []
    if _SECRET.search(question):
        return any(_CALLED_SECRET.search(line) for line in before)
    return (
        not _WHEN.search(question)
        or bool(_BIRTH.search(question))
        or not _BIRTH.search(before[-1] if before else "")
    )


def _is_made_up(reading: Reading) -> bool:
    """Whether a number is said that stands so in none of the passages: a small model puts the 9 of one and the October of
    another together. A day may be written otherwise than there."""
    if not re.search(r"\d", reading.text) or not reading.cited or reading.source is not None:
        return False
    texts = [hit.document.text for hit in reading.cited if hit.read]
    there = {period.first for text in texts for period in written_periods(text)}
    days = {period.first for period in written_periods(reading.text)}
    return not days or not days <= there


def _is_somewhere(answer: str) -> bool:
    """Whether more than days, hours and amounts with a unit is said; a number alone may be that of a room."""
    measures = counted(answer)
    if measures and all(one.unit in TIME | MONEY for one in measures):
        return False
    return bool(re.search(r"\w", _NO_PLACE.sub(" ", _without_days(answer))))


def _without_days(text: str) -> str:
    for period in written_periods(text):
        text = text.replace(period.said, " ")
    return text


def one_by_one(question: str, cited: tuple[Cited, ...], memory: Memory) -> Reading | None:
    """A sure answer of the right kind from one of the passages alone; None without one. Instead of a phone number
    or a password nothing else will do: without one, nothing was found."""
    best = sorted(cited, key=lambda hit: -hit.score)[:ALONE]
    found = next((one for one in sure_alone(question, best, memory) if is_of_kind(question, one)), None)
    exact = asks_phone(question) or _SECRET.search(question)
    return found or (Reading(DECLINED, cited) if exact else None)
