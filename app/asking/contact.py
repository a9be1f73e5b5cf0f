"""The number, address or birthday of somebody, as it is kept of them (`app.people`).

A header or a card says whose it is; a model that reads passages may take another one's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.asking.expected import asks_when
from app.asking.memory import Cited, Kept, Known, Memory, own_words
from app.asking.people import PHONE
from app.asking.question import Question
from app.asking.texts import say
from app.asking.topic import fold
from app.asking.whom import TITLES, named

NAMING = 200  # passages that name somebody, among which another number is looked for
# In the order in which they are looked for: an e-mail address is an address, too.
_KINDS = {
    "email": r"e-?mail[ -]?ad+ress|mailadresse|adresse (?:e-?mail|mail|électronique)|['’]s e-?mail\W*$|邮箱",
    "phone": r"(?:phone|mobile|cell) number|(?:telefon|handy|mobil|ruf)nummer|numéro (?:de téléphone|de portable)"
    r"|['’]s (?:(?:tele)?phone|mobile)\W*$|电话|手机",
    "address": r"\baddress\b|\badresse\b|\banschrift\b|地址|住址",
    "birthday": r"\bbirthday\b|\bgeburtstag\b|\banniversaire\b|生日",
}
# "What is Tom's address?", "Tom's address?"; not what was written to it.
_ASKS_FOR = re.compile(
    r"^\W*(?:and |und |et )?(?:what(?:['’]?s| is| are)|which|give me|tell me|do (?:i|you|we) (?:have|know)"
    r"|wie (?:ist|lautet)|was ist|welche|hast du|habe ich|quel(?:le)? est|as-tu|tu as|connais-tu)\b"
    r"|多少|是什么|有没有|^[^?？]{3,40}['’]s [\w -]+\W*$",
    re.IGNORECASE,
)
_ASKS_MORE = re.compile(
    r"\b(?:about|from|say|says|said|wr[io]te\w*|sent|did|does|über|schr\w*|geschrieben|steht|sagt\w*|dit|écri\w*|sur)\b|说|写|关于|发",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"\bmoved\b|\bnew address\b|umgezogen|\bumzug\b|neue adresse|neue anschrift|déménag|nouvelle adresse|搬|新地址|新家",
    re.I,
)
_BEGINS = re.compile(r"^\W*(?P<name>[A-ZÀ-Þ][\w.-]*(?: [A-ZÀ-Þ][\w.-]*){0,3})(?:['’]s |的)")
# Words of such a question that are neither a name nor what it asks for besides.
_BESIDE_WORDS = """
email e mail mailadresse phone telephone mobile cell number telefonnummer handynummer mobilnummer rufnummer numero portable
electronique address adresse anschrift birthday geburtstag anniversaire lautet hast connais sais
邮箱 电话 手机 号码 地址 住址 生日
"""
_BESIDE = frozenset(_BESIDE_WORDS.split())


def kept_of_somebody(question: Question, memory: Memory) -> tuple[str, tuple[Cited, ...]] | None:
    """What is asked, one value behind the other, with a passage that says each, or as the person said it.

    None unless nothing but such a thing of one person that is known is asked for.
    """
    kind = kind_asked(question)
    if kind is None:
        return None
    known = _whom(question, memory)
    if known is None or known.removed or not _nothing_else(question, known):
        return None
    kept = [fact for fact in known.kept if fact.kind == kind]
    if own := [fact.value for fact in kept if not fact.documents]:
        return say("own_words", question.language, said=", ".join(own)).removeprefix("- "), ()
    if not kept or _may_have_changed(kind, kept, known, memory):
        return None
    cited = {fact.documents[-1].id: Cited(fact.documents[-1]) for fact in kept}
    return ", ".join(fact.value for fact in kept), tuple(cited.values())


def kind_asked(question: Question) -> str | None:
    """Of what kind the one thing is that is asked for."""
    text = question.text
    if question.period is not None or _ASKS_MORE.search(text):
        return None
    kind = next((kind for kind, words in _KINDS.items() if re.search(words, text, re.IGNORECASE)), None)
    asked = asks_when(text) if kind == "birthday" else _ASKS_FOR.search(text)
    return kind if asked else None


def _whom(question: Question, memory: Memory) -> Known | None:
    """The one person that is known and named. A question may begin with a name: "Tom's address?"."""
    begins = _BEGINS.match(question.text)
    if begins and (known := memory.person(begins["name"])):
        return known
    persons = [one.forms[0] for one in named(question, memory) if one.known]
    return memory.person(persons[0]) if len(persons) == 1 else None


def _may_have_changed(kind: str, kept: Sequence[Kept], known: Known, memory: Memory) -> bool:
    """Whether a passage that names them has another number or speaks of a new address: then all is to be read."""
    pattern = {"phone": PHONE, "address": _MOVED}.get(kind)
    if pattern is None:
        return False
    sources = {document.id for fact in kept for document in fact.documents}
    told = {_digits(fact.value) for fact in kept}
    others = (d for d in memory.saying(known.names, NAMING) if d.id not in sources)
    found = (match.group() for document in others for match in pattern.finditer(own_words(document)))
    return any(kind == "address" or _digits(words) not in told for words in found)


def _digits(text: str) -> str:
    """The last of a number's digits: a country's code may stand before it or not."""
    return re.sub(r"\D", "", text)[-7:]


def _nothing_else(question: Question, person: Known) -> bool:
    own = {fold(word) for name in person.names for word in re.findall(r"\w+", name)} | TITLES
    return all(fold(word) in _BESIDE or fold(word) in own for word in question.topic)
