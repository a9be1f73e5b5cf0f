"""The number, address or birthday of somebody, as it is kept of them (`app.people`).

A header or a card says whose it is; a model that reads passages may take another one's.
"""

from __future__ import annotations

import re

from app.asking.memory import Cited, Memory
from app.asking.question import Question
from app.asking.texts import say
from app.asking.topic import fold
from app.asking.whom import TITLES, Named, named

_ASKED = {
    "email": "email emails e mail mails mailadresse emailadresse courriel 邮箱 邮件",
    "phone": "phone telephone mobile telefon telefonnummer handynummer handy rufnummer mobilnummer portable 电话 手机",
    "address": "address adresse anschrift 地址 住址",
    "birthday": "birthday geburtstag anniversaire 生日",
}
_KINDS = {word: kind for kind, words in _ASKED.items() for word in words.split()}
# "E-mail address" and "phone number" are one thing.
_BESIDE = frozenset(
    ("number", "nummer", "numero", "address", "adresse", "hast", "connais", "sais", "号码", "地址")
)


def kept_of_somebody(question: Question, memory: Memory) -> tuple[str, tuple[Cited, ...]] | None:
    """What is asked, one value behind the other, with a passage that says each, or as the person said it.

    None unless nothing but such a thing of one person that is known is asked for.
    """
    kind = kind_asked(question)
    if kind is None:
        return None
    persons = [one for one in named(question, memory) if one.known]
    if len(persons) != 1 or not _nothing_else(question, persons[0]):
        return None
    known = memory.person(persons[0].forms[0])
    kept = [fact for fact in known.kept if fact.kind == kind] if known and not known.removed else []
    if own := [fact.value for fact in kept if not fact.documents]:
        return say("own_words", question.language, said=", ".join(own)).removeprefix("- "), ()
    cited = {fact.documents[-1].id: Cited(fact.documents[-1]) for fact in kept}
    return (", ".join(fact.value for fact in kept), tuple(cited.values())) if kept else None


def kind_asked(question: Question) -> str | None:
    """Of what kind the one thing is that is asked for; an e-mail address is no address."""
    kinds = dict.fromkeys(_KINDS[word] for word in _words(question) if word in _KINDS)
    first = next(iter(kinds), None)
    return first if len(kinds) == 1 or (first == "email" and set(kinds) == {"email", "address"}) else None


def _nothing_else(question: Question, person: Named) -> bool:
    own = {fold(word) for form in person.forms for word in re.findall(r"\w+", form)} | TITLES
    return all(word in _KINDS or word in _BESIDE or word in own for word in _words(question))


def _words(question: Question) -> list[str]:
    return [fold(word) for word in question.topic]
