"""Lessons of personal records: contacts, diary lines, chats, quotes and readings of invented people, in four languages.

The public question sets are of encyclopaedias, policies and papers; what a person keeps is shorter, fuller of numbers, and
its answers are often in two places: a diary says who repaired the boiler, a contact what their number is. Sentences are
in `personal.json`, line by line the same in each language, so that a question may be in another one than its passages.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from engine.answering.refusal import DECLINED
from engine.training import household
from engine.training.lesson import LANGUAGES, Lesson, phone, price, sentences

Kind = Callable[[Lesson], None]

NAME = "personal"  # as a set among those of a training run
PEOPLE_QUESTIONS = 9
FACTS = ("phone", "mail", "firm", "street", "birthday")
HOUSEHOLD = 0.6  # share of the lessons that are of household records


def personal_lessons(seed: str) -> Iterator[tuple[list[str], list[tuple[str, str]]]]:
    """Endless: passages in a drawn order, and questions with answers, some of them to be declined."""
    number = 0
    while True:
        draw = random.Random(f"{NAME} {seed} {number}")
        number += 1
        lesson = Lesson(draw, draw.choice(LANGUAGES))
        of_household = draw.random() < HOUSEHOLD
        for kind in _household(draw) if of_household else _personal(draw):
            kind(lesson)
        draw.shuffle(lesson.passages)
        draw.shuffle(lesson.questions)
        yield lesson.passages, lesson.questions[: PEOPLE_QUESTIONS if of_household else None]


def _household(draw: random.Random) -> Sequence[Kind]:
    kinds = draw.sample(household.KINDS, 2)
    return [*kinds, household.world] if draw.random() < 0.3 else kinds


def _personal(draw: random.Random) -> Sequence[Kind]:
    return draw.choice(((_people,), (_people, _offer), (_people, _readings), (_offer, _readings)))


def _people(lesson: Lesson) -> None:
    """Who did what is in one passage, how to reach them in another."""
    draw, everything = lesson.draw, sentences()
    names = draw.sample(everything["names"][lesson.language], 3)
    deeds = draw.sample(range(len(everything["deeds"]["en"])), 3)
    labels = everything["labels"][lesson.language]
    for place, (name, deed) in enumerate(zip(names, deeds, strict=True)):
        known = {
            "phone": phone(draw),
            "mail": f"{draw.choice('abcdefgh')}{draw.randint(10, 99)}@example.org",
        }
        known |= {"firm": draw.choice(everything["firms"]), "street": draw.choice(everything["streets"])}
        known["birthday"] = lesson.date(draw.randint(1950, 1999))
        kept = draw.sample(FACTS, draw.randint(1, 3))
        date = lesson.date(draw.randint(2012, 2024))
        met, carded = draw.random() < 0.8, draw.random() < 0.8
        if place == 2:  # one of whom either is missing: what the others' passages say is not about them
            met, carded = draw.choice(((True, False), (False, True)))
        said, _ = everything["deeds"][lesson.language][deed]
        if met:
            lesson.passages.append(lesson.say("diary", said=said.format(name=name), date=date))
        if carded:
            lines = [f"{labels['name']}: {name}", *(f"{labels[fact]}: {known[fact]}" for fact in kept)]
            lesson.passages.append("\n".join(lines))
        for fact in (draw.choice(kept), draw.choice(FACTS)):
            for who, told in ((name, True), (None, met)):
                language = lesson.asking()
                shown = who or everything["deeds"][language][deed][1]
                answered = carded and told and fact in kept
                text = draw.choice(everything["ask"][language][fact]).format(who=shown)
                lesson.questions.append((text, known[fact] if answered else DECLINED))
        language = lesson.asking()
        asked = everything["deeds"][language][deed][1]
        for fact, answer in (("name", name), ("date", date)):
            text = draw.choice(everything["ask"][language][fact]).format(who=asked)
            lesson.questions.append((text, answer if met else DECLINED))
    lesson.questions[:] = dict(draw.sample(lesson.questions, PEOPLE_QUESTIONS)).items()


def _offer(lesson: Lesson) -> None:
    """What was offered is in one passage, what was taken in another."""
    draw, everything = lesson.draw, sentences()
    for place in draw.sample(range(len(everything["things"]["en"])), 2):
        thing = everything["things"][lesson.language][place]
        chosen, other = draw.sample(everything["variants"], 2)
        prices = {chosen: price(draw), other: price(draw)}
        first, second = draw.sample([chosen, other], 2)
        year = draw.randint(2012, 2024)
        words = {"thing": thing, "a": first, "b": second, "price_a": prices[first], "price_b": prices[second]}
        lesson.passages.append(lesson.say("offer", date=lesson.date(year), **words))
        decided = draw.random() < 0.75
        if decided:
            lesson.passages.append(lesson.say("decision", thing=thing, a=chosen, date=lesson.date(year)))
        language = lesson.asking()
        text = draw.choice(everything["ask_price"][language]).format(
            thing=everything["things"][language][place]
        )
        lesson.questions.append((text, prices[chosen] if decided else DECLINED))


def _readings(lesson: Lesson) -> None:
    """The same thing noted in several years: the year of the question decides."""
    draw, everything = lesson.draw, sentences()
    place = draw.randrange(len(everything["measures"]["en"]))
    years = draw.sample(range(2012, 2026), 4)
    for year in years[:3]:
        value = str(draw.choice((draw.randint(3, 60), draw.randint(200, 2500), price(draw))))
        measure = everything["measures"][lesson.language][place]
        lesson.passages.append(lesson.say("record", measure=measure, value=value, date=lesson.date(year)))
        lesson.questions.append((_of_year(lesson, place, year), value))
    lesson.questions.append((_of_year(lesson, place, years[3]), DECLINED))


def _of_year(lesson: Lesson, place: int, year: int) -> str:
    language = lesson.asking()
    measure = sentences()["measures"][language][place]
    return str(lesson.draw.choice(sentences()["ask_value"][language])).format(measure=measure, year=year)
