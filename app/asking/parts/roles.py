"""A question about whoever is something to somebody or something named ("Tom's sister", "the director of the film …"): who
that is is asked first, then the rest with the name in its place.

Of the passage about a film a small model gives the film's year for its director's birthday; it has to be told the name.
"""

from __future__ import annotations

import re

from app.asking.language import Language
from app.asking.parts.steps import Steps

_ROLES = {
    "en": "director|performer|composer|author|writer|singer|founder|owner|creator|inventor|producer|designer|architect"
    "|painter|editor|publisher|father|mother|wife|husband|spouse|partner|son|daughter|child|brother|sister|uncle|aunt|nephew|niece"
    "|cousin|stepfather|stepmother|boss|manager|landlord|landlady|neighbou?r|teacher|doctor|dentist|vet|lawyer|tutor|coach"
    "|girlfriend|boyfriend|fianc[ée]e?|roommate|flatmate|colleague|godmother|godfather|tenant|accountant",
    "de": "regisseur(?:in)?|komponist(?:in)?|autor(?:in)?|sänger(?:in)?|gründer(?:in)?|besitzer(?:in)?|erfinder(?:in)?|vater"
    "|mutter|frau|mann|ehefrau|ehemann|sohn|tochter|kind|bruder|schwester|onkel|tante|neffe|nichte|cousine?|chef(?:in)?"
    "|vermieter(?:in)?|nachbar(?:in)?|lehrer(?:in)?|arzt|ärztin|zahnarzt|tierarzt|tierärztin|freund(?:in)?|kolleg(?:e|in)"
    "|patin|pate|patentante|patenonkel",
    "fr": "réalisateur|réalisatrice|compositeur|compositrice|auteure?|chanteuse|chanteur|fondateur|fondatrice|propriétaire"
    "|père|mère|femme|mari|épouse|époux|fils|fille|frère|sœur|oncle|tante|neveu|nièce|cousine?|patronn?e?|voisine?|professeure?"
    "|médecin|dentiste|vétérinaire|amie?|collègue|parrain|marraine",
}
_ROLE_ZH = (
    "导演|作者|作曲者?|演唱者|创始人|主人|父亲|母亲|爸爸|妈妈|妻子|太太|丈夫|先生|儿子|女儿|孩子|哥哥|弟弟|姐姐|妹妹|叔叔|阿姨"
    "|老板|房东|邻居|老师|医生|牙医|兽医|朋友|同事|女朋友|男朋友|室友"
)
# A relative of a relative, where no passage says the word itself.
_BY_WAY_OF = {
    "paternal grandfather": ("father", "father"),
    "paternal grandmother": ("father", "mother"),
    "maternal grandfather": ("mother", "father"),
    "maternal grandmother": ("mother", "mother"),
    "father-in-law": ("spouse", "father"),
    "mother-in-law": ("spouse", "mother"),
}
_RELATIVES = "|".join(_BY_WAY_OF)
_RELATIVE = re.compile(
    rf"^who (?:is|was) (?:the (?P<of>{_RELATIVES}) of (?P<whom>.+?)|(?P<name>.+?)['’]s? (?P<own>{_RELATIVES}))\W*$",
    re.IGNORECASE,
)
_KIND = r"(?:the )?(?:film|movie|song|book|novel|album|play|band|company|poem|painting|story|opera) "
_NAME = rf"(?:(?:{_KIND})?(?-i:[A-ZÀ-Þ0-9\"“¿])[^?]*?)"
# What may stand behind the name: the rest of the verb.
_TAIL = (
    r"(?=\s+(?:is |was )?(?:a citizen|attend|attended|belong|born|die|died|dead|from|live|lives|lived|work|works|study"
    r"|studied|graduate|move|moved|come|start"
    r"|receive|received|got|get|win|won|buy|bought|do|did|say|said|call|like|speak|marry|teach|visit|arrive|leave|retire)\b"
    r"(?: (?:at|in|of|from|to|up|for|off))?\s*[?.]*$|\s*(?-i:['’]s)\b|[?.\s]*$)"
)
_OF_EN = re.compile(
    rf"\b(?:the (?:{_ROLES['en']}) of|(?:the )?(?:{_ROLES['en']}) of (?={_KIND}))\s{_NAME}{_TAIL}",
    re.IGNORECASE,
)
_CAPITAL = r"(?!(?:What|When|Where|Who|Why|How|Which|Did|Does|Is|Was|My|Our|His|Her|Their|The)\b)[A-ZÀ-Þ0-9][\w.’'-]*"
_POSSESSIVE = re.compile(
    rf"(?<![\w'’-])(?:(?:{_CAPITAL},?(?:\s(?:of|de|von|van|the|and|da|di|du|la|el|al))*\s)*{_CAPITAL}?)['’]s? "
    rf"(?:(?:older|younger|elder|late|new|former|first|second) )?(?:{_ROLES['en']})(?![\w-]|\s[A-ZÀ-Þ])"
)
_NO_MORE = r"(?!\w|\s(?:und|et|and)\s[A-ZÀ-Þ])"
_OF_DE = re.compile(
    rf"\b(?:der|die|das|dem|den) (?:{_ROLES['de']}) (?:von|des (?:films|buches|liedes|romans)) "
    r"(?-i:[A-ZÄÖÜ])[\w.'’-]*"
    r"(?: (?!Geburtstag|Urlaub|Termin|Hochzeit|Namenstag)(?-i:[A-ZÄÖÜ])[\w.'’-]*)*(?-i:" + _NO_MORE + r")",
    re.IGNORECASE,
)
_OF_FR = re.compile(
    rf"(?:\b(?:le|la)\s|\bl['’])(?:{_ROLES['fr']}) (?:de |d['’]|du (?:film|livre|roman) )"
    r"(?-i:[A-ZÀ-Þ])[\w.'’-]*(?: (?-i:[A-ZÀ-Þ])[\w.'’-]*)*(?-i:" + _NO_MORE + r")",
    re.IGNORECASE,
)
_ZH = re.compile(
    rf"(?:(?:《[^》]+》|(?<!》)[\u3400-\u9fffA-Za-z·]{{2,16}}?))的(?:{_ROLE_ZH})(?=[的在是叫住什哪几多有做])"
)
_WHO_IS = {"en": "Who is {}?", "de": "Wer ist {}?", "fr": "Qui est {} ?", "zh": "{}是谁？"}
_ONLY = re.compile(
    r"^\W*(?:who|wer|qui|what|was|name)\b[^{]{0,12}\{\}\W*$|^\W*(?:what(?:['’]s| is| was) the name of|wie (?:heißt|hieß)"
    r"|comment s['’]appel\w+) \{\}\W*$|^\W*what(?:['’]s| is| was) \{\}(?:['’]s name| called)\W*$"
    r"|\{\}(?:有可能)?(?:是谁|是哪[位个].{0,4}|叫什么(?:名字)?)\W*$",
    re.IGNORECASE,
)


def by_role(text: str, language: Language) -> Steps | None:
    """None where nobody is asked about by what they are to somebody named, and where only that is asked."""
    if language == "en" and (steps := _relative(text)):
        return steps
    pattern = {"en": _OF_EN, "de": _OF_DE, "fr": _OF_FR, "zh": _ZH}[language]
    found = pattern.search(text) or (_POSSESSIVE.search(text) if language == "en" else None)
    if found is None:
        return None
    then = f"{text[: found.start()]}{{}}{text[found.end() :]}"
    if _ONLY.match(then):
        return None
    return Steps(_WHO_IS[language].format(found.group()), then)


def _relative(text: str) -> Steps | None:
    """Anna's maternal grandmother by way of Anna's mother."""
    found = _RELATIVE.match(text)
    if found is None:
        return None
    name, word = found["whom"] or found["name"], found["of"] or found["own"]
    one, other = _BY_WAY_OF[word.casefold()]
    return Steps(f"Who is the {one} of {name}?", f"Who is the {other} of {{}}?")
