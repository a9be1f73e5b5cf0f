"""The words that a question has in other languages, as far as they are everyday ones.

A small dictionary instead of a translator: a note is found by its nouns and verbs, and those of a private archive are few
and common. A word meets an entry by its beginning, as endings differ, or as a part of a compound ("Stromrechnung"); Chinese
has no spaces, so an entry is looked for anywhere, the longest first. One that has two meanings brings both along.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from app.asking.everyday import (
    home_words,
    leisure_words,
    life_words,
    matter_words,
    people_words,
    work_words,
    world_words,
)
from app.asking.language import LANGUAGES, Language, language_of
from app.asking.topic import fold, is_small
from engine.retrieval.names import names

# Letters that an ending may have behind an entry, and that an entry needs so as to be met by its beginning or in a compound.
ENDING, BEGINNING, PART = 3, 4, 4
SHORT = 3  # letters of entries that only a plural may lengthen: eggs, keys
_WORD = re.compile(r"[^\W\d_]+")
# "J'ai été" is no summer, "s'élève" no pupil; "may I" is no month, and "heißt" does not eat ("isst").
_NOT_MEANT: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        r"\b(?:ai|as|a|avons|avez|ont|avai(?:s|t|ent)|je|tu|ils?|elles?|on|nous|vous)[ -]été\b|\bs['’]élèv\w+",
        re.I,
    ),
    "en": re.compile(r"\bmay (?:i|we|you|he|she|it|they|be|not)\b", re.I),
    "de": re.compile(r"\bhei(?:ß|ss)(?:t|en|e)\b", re.I),
}
_AMOUNT = re.compile(
    r"\d[\d.,]*\s?(?:€|\$|£|euros?\b|eur\b|francs?\b|franken\b|chf\b|pounds?\b|dollars?\b|[元块])|[一二三四五六七八九十百千万][元块]|[€$£]\s?\d",
    re.I,
)
MOST_GLOSSED = 8
# What an answer may well be and German does not write with a capital.
_NO_NOUNS = """
old new blue red green yellow black white expensive cheap broken open closed ill healthy tired happy sad angry afraid wide
heavy allergic pregnant vegetarian swollen blocked stolen hidden engaged retired postponed
"""
_ARTICLE = re.compile(
    r"^(?:the|an?|d(?:er|ie|as|en|em)|ein\w*|les?|la|une?|des|du|im|am|in der)\s+|^l['’]", re.IGNORECASE
)
POSSESSIVE = re.compile(r"['’ ]s$")
_SPOKEN = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")


def words_abroad(question: str, language: Language) -> list[str]:
    """The words of all other languages for the everyday words of a question, each once."""
    return list(dict.fromkeys(word for words in meanings_abroad(question, language) for word in words))


def meanings_abroad(question: str, language: Language) -> list[tuple[str, ...]]:
    """For each everyday word of a question the words of all other languages that mean it."""
    return [
        tuple(
            word
            for at in places
            for other in LANGUAGES
            if other != language
            for word in concepts()[at][other]
        )
        for places in met(question, language)
    ]


def senses(question: str, language: Language) -> list[frozenset[str]]:
    """What a question asks about, as far as it can be told in every language: for each of its everyday words all words that
    mean it, and each of its names and numbers."""
    everyday = [
        frozenset(fold(word) for at in places for words in concepts()[at].values() for word in words)
        for places in met(question, language)
    ]
    meant = frozenset[str]().union(*everyday)
    names_in = names(question) if language != "de" else []  # German writes every noun like a name
    named = [POSSESSIVE.sub("", fold(name)) for name in [*names_in, *re.findall(r"\d+", question)]]
    # "August 2018" is a month and a number.
    told = [
        name
        for name in named
        if (len(name) > 1 or not name.isascii())
        and not all(part in meant or (part.isdigit() and part != name) for part in name.split())
    ]
    return [*dict.fromkeys(everyday), *(frozenset((name,)) for name in told)]


def told_of(sought: Sequence[frozenset[str]], text: str) -> float:
    """The share of what is asked about that a text of any language speaks of, 0 to 1; 0 where nothing can be told."""
    return sum(tells(sought, text)) / len(sought) if sought else 0.0


def tells(sought: Sequence[frozenset[str]], text: str) -> list[bool]:
    """Of each thing that is asked about, whether a text of any language speaks of it."""
    folded = fold(text)
    words = set(_SPOKEN.findall(folded))
    money = bool(_AMOUNT.search(text))
    return [
        (money and "price" in sense) or any(_says(word, folded, words) for word in sense) for sense in sought
    ]


def glossed(question: str, language: Language, texts: Sequence[str]) -> str:
    """A question with the words behind it, in brackets, by which texts of other languages say what it asks about, as they
    stand there: a small reader that knows a language badly declines what it cannot tie to the question."""
    sought = senses(question, language)
    found = {
        word: None
        for text in texts
        if language_of(text) != language
        for sense in sought
        if (word := _word_for(sense, text)) and word.casefold() not in question.casefold()
    }
    if not found:
        return question
    mark = "？" if language == "zh" else "?"
    return f"{question.rstrip(' ?？.。')} ({', '.join(list(found)[:MOST_GLOSSED])}){mark}"


def translated(answer: str, spoken: Language, wanted: Language) -> str:
    """An answer that is one everyday word of a language in another one; "" where it is more, or means several things."""
    word = fold(_ARTICLE.sub("", answer.strip(" .,;:!。，")))
    entries = _entries(spoken)
    forms = (word, *(word.removesuffix(end) for end in ("s", "n", "e", "es", "en") if len(word) > PART))
    places = next((entries[form] for form in forms if form in entries), ())
    if len(places) != 1:
        return ""
    concept = concepts()[places[0]]
    own = concept[wanted][0]
    if fold(own) == word:
        return ""
    return own.capitalize() if wanted == "de" and concept["en"][0] not in _NO_NOUNS.split() else own


def _word_for(sense: frozenset[str], text: str) -> str:
    """The first word of a text that means this."""
    han = [word for word in sense if _HAN.match(word) and word in text]
    if han:
        return max(han, key=len)
    spoken = ((word, fold(word)) for word in _SPOKEN.findall(text))
    return next((word for word, folded in spoken if any(_says(one, folded, (folded,)) for one in sense)), "")


def _says(word: str, folded: str, words: Collection[str]) -> bool:
    if _HAN.match(word) or not word.isalnum():
        return word in folded
    if len(word) < BEGINNING or word.isdigit():
        return any(f"{word}{end}" in words for end in ("", "s", "e", "es", "n", "en"))
    return any(other.startswith(word) or (len(word) > PART and word in other) for other in words)


Concept = dict[Language, tuple[str, ...]]


@cache
def concepts() -> tuple[Concept, ...]:
    themes = (home_words, life_words, matter_words, people_words, work_words, leisure_words, world_words)
    lines = "\n".join(words.CONCEPTS for words in themes).split("\n")
    return tuple(
        {
            language: tuple(words.split(","))
            for language, words in zip(LANGUAGES, line.split("|"), strict=True)
        }
        for line in lines
        if line
    )


@cache
def _entries(language: Language) -> dict[str, tuple[int, ...]]:
    """Which concepts each word of a language belongs to, by the word without accents."""
    found: dict[str, tuple[int, ...]] = {}
    for at, concept in enumerate(concepts()):
        for word in concept[language]:
            found[fold(word)] = (*found.get(fold(word), ()), at)
    return found


def met(question: str, language: Language) -> list[tuple[int, ...]]:
    """The concepts that each everyday word of a question may mean, each word once."""
    met = _in_characters(question) if language == "zh" else _in_words(question, language)
    return list(dict.fromkeys(met))


def _in_words(question: str, language: Language) -> Iterator[tuple[int, ...]]:
    entries = _entries(language)
    text = fold(_NOT_MEANT[language].sub(" ", question) if language in _NOT_MEANT else question)
    for entry, places in entries.items():  # entries of several words, and what an apostrophe joins
        if not entry.isalpha() and entry in text:
            yield places
    for word in _WORD.findall(text):
        if word in entries:
            yield entries[word]
            continue
        if is_small(word):  # "been" are no bees, and "werden" is no soil
            continue
        if short := next(
            (e for e in entries if len(e) == SHORT and word in (f"{e}s", f"{e}e", f"{e}n")), None
        ):
            yield entries[short]
            continue
        inflected = [
            entry
            for entry in entries
            if len(entry) >= BEGINNING and word.startswith(entry) and len(word) - len(entry) <= ENDING
        ]
        if inflected:
            yield entries[max(inflected, key=len)]
        elif language == "de":
            yield from _of_compound(word, entries)


def _of_compound(word: str, entries: dict[str, tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """The concepts of a German compound's two ends; "Schule" loses its last letter in one."""
    first = [
        e
        for e in entries
        if len(e) >= PART and word.startswith((e, e.removesuffix("e") if len(e) > PART else e))
    ]
    last = [
        e for e in entries if len(e) >= PART and (word.endswith((e, f"{e}e", f"{e}n", f"{e}en", f"{e}s")))
    ]
    for parts in (first, last):
        if parts:
            yield entries[max(parts, key=len)]


def _in_characters(question: str) -> Iterator[tuple[int, ...]]:
    entries = _entries("zh")
    for run in _HAN.findall(question):
        at = 0
        while at < len(run):
            longest = next((run[at : at + n] for n in (4, 3, 2, 1) if run[at : at + n] in entries), "")
            if longest:
                yield entries[longest]
            at += max(1, len(longest))
