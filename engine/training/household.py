"""Lessons of household records: what held from when to when, who followed whom, dated entries, tables and bills.

In such records several values of one kind stand together, and the question decides which is meant: the present one, that of
a year, the entry of an event, a cell, an item or the sum. Like `engine.training.personal`, in four languages, sentences in a
file beside it.
"""

from __future__ import annotations

from engine.answering.refusal import DECLINED
from engine.training.lesson import Lesson, phone, price, sentences

HEADED = 0.7  # share of the passages that say which file they are from, as the product's do


def held(lesson: Lesson) -> None:
    """A list of what held when: now, in a year, since when."""
    draw, everything = lesson.draw, sentences("household")
    for what in draw.sample(sorted(everything["held"]["en"]), 2):
        years = sorted(draw.sample(range(2008, 2026), 3))
        months = [lesson.month(draw.randrange(12), year) for year in years]
        values = _values(lesson, what)
        lines = [
            lesson.pick(everything["span"]).format(first=months[at], last=months[at + 1], value=values[at])
            for at in range(2)
        ]
        lines.append(lesson.pick(everything["since"]).format(first=months[2], value=values[2]))
        if draw.random() < 0.3:
            lines.reverse()
        name, noted = everything["held"][lesson.language][what]
        _add(lesson, "\n".join([noted if draw.random() < 0.5 else name, *lines]))
        for kind, answer in (("ask_now", values[2]), ("ask_since", months[2])):
            language = lesson.asking()
            text = lesson.pick(everything[kind], language).format(what=everything["held"][language][what][0])
            lesson.questions.append((text, answer))
        at = draw.randrange(2)
        if years[at + 1] - years[at] > 2:
            language = lesson.asking()
            text = lesson.pick(everything["ask_then"], language).format(
                what=everything["held"][language][what][0], year=years[at] + 1
            )
            lesson.questions.append((text, values[at]))


def offices(lesson: Lesson) -> None:
    """Somebody is elected in one passage and followed by another person in a later one."""
    draw, everything = lesson.draw, sentences("household")
    place = draw.randrange(len(everything["offices"]["en"]))
    office = everything["offices"][lesson.language][place]
    old, new = lesson.names(2)
    first = draw.randint(2010, 2022)
    lines = [lesson.filler(), lesson.pick(everything["elected"]).format(old=old, office=office)]
    _add(lesson, "\n".join([lesson.date(first), *lines]))
    followed = draw.random() < 0.75
    if followed:
        said = lesson.pick(everything["follows"]).format(old=old, new=new, office=office)
        _add(lesson, "\n".join([lesson.date(first + draw.randint(1, 3)), said, lesson.filler()]))
    language = lesson.asking()
    asked = everything["offices"][language][place]
    text = lesson.pick(everything["ask_office"], language).format(office=asked)
    lesson.questions.append((text, new if followed else old))
    text = lesson.pick(everything["ask_before"], language).format(office=asked, new=new)
    lesson.questions.append((text, old if followed else DECLINED))


def entries(lesson: Lesson) -> None:
    """Dated entries of one passage, some with what was paid."""
    draw, everything = lesson.draw, sentences("household")
    places = draw.sample(range(len(everything["events"]["en"])), 5)
    missing = places.pop()
    lines: list[str] = []
    for place in places:
        date, paid = lesson.day(draw.randint(2015, 2025)), price(draw) if draw.random() < 0.6 else ""
        what = everything["events"][lesson.language][place][0]
        lines.append(f"{date}  {what}" if draw.random() < 0.5 else f"{date}\n   {what}")
        if paid:
            lines[-1] += ". " + lesson.pick(everything["paid"]).format(price=paid)
        language = lesson.asking()
        event = everything["events"][language][place][1]
        lesson.questions.append((lesson.pick(everything["ask_when"], language).format(event=event), date))
        if draw.random() < 0.5:
            text = lesson.pick(everything["ask_paid"], language).format(event=event)
            lesson.questions.append((text, paid or DECLINED))
    half = draw.choice((2, 4))
    _add(lesson, "\n".join(lines[:half]))
    if lines[half:]:
        _add(lesson, "\n".join(lines[half:]))
    language = lesson.asking()
    event = everything["events"][language][missing][1]
    lesson.questions.append((lesson.pick(everything["ask_when"], language).format(event=event), DECLINED))


def table(lesson: Lesson) -> None:
    """Rows of months under a head: one cell."""
    draw, everything = lesson.draw, sentences("household")
    first, *columns = everything["columns"][lesson.language]
    kept = sorted(draw.sample(range(len(columns)), draw.randint(3, len(columns))))
    months = sorted(draw.sample(range(12), draw.randint(3, 6)))
    missing = draw.choice([month for month in range(12) if month not in months])
    cells = {month: [draw.randint(15, 3900) for _ in kept] for month in months}
    rows = [" | ".join([first, *(columns[at] for at in kept)])]
    rows += [
        " | ".join([lesson.month_name(month), *(str(value) for value in cells[month])]) for month in months
    ]
    _add(lesson, "\n".join(rows))
    for month in [*draw.sample(months, 2), missing]:
        language, at = lesson.asking(), draw.randrange(len(kept))
        text = lesson.pick(everything["ask_cell"], language).format(
            column=everything["columns"][language][1 + kept[at]], month=lesson.month_name(month, language)
        )
        lesson.questions.append((text, str(cells[month][at]) if month in cells else DECLINED))


def bill(lesson: Lesson) -> None:
    """Items and their sum."""
    draw, everything = lesson.draw, sentences("household")
    firm, other = lesson.firms(2)
    places = draw.sample(range(len(everything["items"]["en"])), 4)
    missing = places.pop()
    currency = draw.choice((" €", " EUR", ",00 €"))
    prices = [draw.randint(40, 2600) for _ in places]
    whole = f"{sum(prices)}{currency}"
    lines = [
        everything["bill"][lesson.language].format(firm=firm, date=lesson.date(draw.randint(2015, 2025)))
    ]
    lines += [
        f"{everything['items'][lesson.language][place]}   {value}{currency}"
        for place, value in zip(places, prices, strict=True)
    ]
    _add(lesson, "\n".join([*lines, lesson.pick(everything["total"]).format(value=whole)]))
    for who, answer in ((firm, whole), (other, DECLINED)):
        language = lesson.asking()
        lesson.questions.append((lesson.pick(everything["ask_total"], language).format(firm=who), answer))
    at = draw.randrange(len(places))
    for place, answer in ((places[at], f"{prices[at]}{currency}"), (missing, DECLINED)):
        language = lesson.asking()
        item = everything["items"][language][place]
        text = lesson.pick(everything["ask_item"], language).format(firm=firm, item=item)
        lesson.questions.append((text, answer))


def world(lesson: Lesson) -> None:
    """What the model knows and the passages do not say."""
    known = sentences("household")["world"][lesson.asking()]
    lesson.questions.append((lesson.draw.choice(known), DECLINED))


KINDS = (held, offices, entries, table, bill)


def _values(lesson: Lesson, what: str) -> list[str]:
    draw = lesson.draw
    if what == "mobile":
        return [phone(draw) for _ in range(3)]
    if what in ("rent", "fee"):
        return [price(draw) for _ in range(3)]
    if what == "hours":
        return [
            f"{draw.randint(7, 11)}:{draw.choice(('00', '30'))}–{draw.randint(15, 20)}:00" for _ in range(3)
        ]
    if what == "doctor":
        return lesson.names(3)
    return lesson.streets(3) if what == "address" else lesson.firms(3)


def _add(lesson: Lesson, text: str) -> None:
    """A passage, mostly below the line that says what it belongs to."""
    if lesson.draw.random() < HEADED:
        everything = sentences("household")
        text = f"{lesson.pick(everything['folders'])} / {lesson.pick(everything['files'])}\n{text}"
    lesson.passages.append(text)
