"""Whom or what a question names, and whether a passage names the same: an answer about another one is worse than none.

English and French write names with capitals. German writes every noun so: there two such words in a row that no everyday
table has, what follows a title, and whoever is known count. Chinese has no capitals: there whoever is known counts. What is
known of people also says how they are called in another script, and they are heard in it (`by_sound`); names of whom nothing
is known are not compared in two scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.asking.by_sound import sounds_alike
from app.asking.everyday.abroad import POSSESSIVE, met
from app.asking.language import language_of
from app.asking.lines import with_heading
from app.asking.memory import Memory, own_words
from app.asking.question import Question
from app.asking.topic import fold
from app.people.names import bare_name, is_chinese_person, is_surname
from engine.retrieval.names import names, stems
from storage.records import Document

_OTHER_SCRIPT = re.compile(r"[\u0400-\u04ff\u3040-\u9fff]{2}")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_UNHEARD = re.compile(
    r"[\u0400-\u04ff\u3040-\u30ff\uac00-\ud7af]"
)  # scripts that nothing here can read aloud
_TITLES = "Dr Prof Mr Mrs Ms Mme Mlle Herr Herrn Frau Familie Tante Onkel Oma Opa Tierarzt Tierärztin Doktor Doctor Docteur"
_TITLED = re.compile(rf"\b(?:{_TITLES.replace(' ', '|')}|docteur)\.? ([A-ZÀ-Þ][\w’-]+)")
TITLES = frozenset(_TITLES.casefold().split())
# Of "Teacher Huang" another passage may say that the teacher's name is Huang.
_TITLED_ZH = re.compile(
    r"(?P<name>[\u4e00-\u9fff])(?:老师|医生|大夫|师傅|教授|先生|女士|太太|阿姨|叔叔|老板|经理)"
)
# What one has is somebody's, whether or not they are known.
_HAS_ZH = re.compile(r"(?P<name>(?:(?!的)[\u4e00-\u9fff]){2,3})的?(?:新?电话|新?手机|邮箱|新?地址|住址|生日)")
_TWO = re.compile(r"(?<![.!?] )(?<!^)\b([A-ZÄÖÜ][\w'’-]+) ([A-ZÄÖÜ][\w'’-]+)\b")
_ELIDED = re.compile(r"\b[dl]['’](?=[A-ZÀ-Þ])", re.IGNORECASE)
_ENDING = re.compile(r"(?<=\w{3})['’]?s$")
_CAPITAL = re.compile(r"\b[A-ZÀ-Þ][\w'’-]{2,}")
ALIKE = 3  # letters that a place begins with in several languages
_CAPITALISED = re.compile(r"(?<!^)\b[A-ZÄÖÜ][\w'’-]{2,}")


@dataclass(frozen=True)
class Named:
    """A name of a question. forms: all that it may be written as; words: the beginnings of their words; known: whether it is
    that of somebody of whom something is kept."""

    forms: tuple[str, ...]
    words: frozenset[str]
    known: bool


def named(question: Question, memory: Memory) -> list[Named]:
    """The names of a question; numbers, and words that other languages have others for, are none."""
    # A month is written like a name, and a passage may say it in numbers.
    text = question.text.replace(question.period.said, " ") if question.period else question.text
    found = []
    for name in dict.fromkeys(_written(text, question, memory)):
        known = memory.person(name)
        forms = (name, *known.names) if known else (name,)
        words = {word for form in forms for word in _own_words(form, question)}
        if words:
            found.append(Named(forms, frozenset(words), known is not None))
    return found


def names_same(question: Question, document: Document, memory: Memory, *, spelt: bool = False) -> bool:
    """Whether a passage has one of the names of the question, as far as that can be told.

    spelt: a name in another script counts only where it sounds the same.
    """
    asked = named(question, memory)
    if not asked:
        return True
    text = with_heading(document)
    other = bool(_OTHER_SCRIPT.search(document.text))
    foreign = [one for one in asked if not any(bool(_HAN.search(word)) == other for word in one.words)]
    # A place may be called anything in another script; somebody known sounds the same.
    heard = all(one.known and not _UNHEARD.search(text) for one in foreign)
    if not (spelt or heard) or any(sounds_alike(form, text) for one in foreign for form in one.forms):
        return True
    told = [one.words for one in asked if one not in foreign]
    there = stems(fold(text))
    if language_of(own_words(document)) != question.language:
        # Places are written otherwise: Lisbon, Lissabon, Lisbonne.
        there |= {fold(word)[:ALIKE] for word in _CAPITAL.findall(text)}
        told = [name | {word[:ALIKE] for word in name if not _HAN.search(word)} for name in told]
    return any(any(word in text if _HAN.search(word) else word in there for word in name) for name in told)


def _written(text: str, question: Question, memory: Memory) -> Iterator[str]:
    yield from (match[1] for match in _TITLED.finditer(text))
    if question.language in ("en", "fr"):
        whole = _ELIDED.sub("", text)
        yield from (POSSESSIVE.sub("", name) for name in names(whole) if name != "I")
    elif question.language == "de":
        pairs = (match.groups() for match in _TWO.finditer(text))
        yield from (" ".join(pair) for pair in pairs if not all(met(word, "de") for word in pair))
        for word in _CAPITALISED.findall(text):
            for form in dict.fromkeys((word, _ENDING.sub("", word))):
                if not met(form, "de") and memory.person(form):
                    yield form
    else:
        for run in _HAN.findall(text):
            parts = (run[at : at + size] for at in range(len(run) - 1) for size in (3, 2))
            yield from (match["name"] for match in _TITLED_ZH.finditer(run) if is_surname(match["name"]))
            if (match := _HAS_ZH.match(run)) and is_chinese_person(match["name"]):
                yield match["name"]
            yield from (part for part in parts if is_chinese_person(part) and memory.person(part))


def _own_words(name: str, question: Question) -> set[str]:
    """The beginnings of a name's words, without titles, numbers and everyday words: "Aunt Mathilde" is no other aunt."""
    bare = bare_name(name)
    if _HAN.search(bare):
        return {bare}
    words = [word for word in re.findall(r"[^\W\d_][\w’'-]*", bare) if word.casefold() not in TITLES]
    words = [word for word in words if not met(word, question.language)]
    return {stem for word in words if len(word) > 1 for stem in stems(fold(_ENDING.sub("", word)))}
