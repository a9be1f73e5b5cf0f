"""Hyphens at the ends of lines: which only break a word, and which belong to it.

A PDF does not say. A hyphen stays before a capital or a digit (Saint-Denis, 0555-0142), after a single letter
(e-mail), after words that make compounds with one in English (well-known), and where the document writes the word
with a hyphen elsewhere; otherwise the word was only cut.
"""

from __future__ import annotations

import re

from app.parsing.items import words

CUT = "\ufffe"  # PDFium's mark for a hyphen at the end of a line
_CUTS = f"{CUT}\x02"
_BROKEN = re.compile(rf"(\w*)[{_CUTS}][ \n]?(\w*)")
_WORD = re.compile(r"\w+(?:-\w+)*")
_SUSPENDED = words("und oder bzw bis sowie and or to et ou y o e of en och eller og")  # "Vor- und Nachname"
_ALWAYS = words("self well")
_SUFFIXES = words("ish ishly ishness less lessly ness same")
_COMPOUNDING = words(  # in these compounds
    "all first full half high left long low mid new old one part right second short single third two three four five "
    "six seven eight nine ten twenty thirty forty fifty sixty seventy eighty ninety"
)
_COMPOUNDED = words(
    "based bedroom class day dimensional end ended fold free half hand hour known lasting level made metre mile month "
    "off old order page paid page part party person piece quality quarter range rate related resolution room scale "
    "sided standing star storey story term time up volume way week year one two three four five six seven eight nine "
    "first second third fourth fifth sixth seventh eighth ninth"
)


def vocabulary(texts: list[str]) -> set[str]:
    """The words of a document in small letters, those with hyphens as a whole."""
    return {word.lower() for text in texts for word in _WORD.findall(_BROKEN.sub(" ", text))}


def joined_words(text: str, known: set[str]) -> str:
    """The text with each cut word whole again. known: the vocabulary of its document."""
    return _BROKEN.sub(lambda found: _joined(found[1], found[2], known), text)


def _joined(before: str, after: str, known: set[str]) -> str:
    if not before or not after:
        return f"{before}-{after}" if before else after
    if before[-1].isdigit() or not after[0].islower() or len(before) == 1:
        return f"{before}-{after}"
    if after in _SUSPENDED:
        return f"{before}- {after}"
    first, second = before.lower(), after.lower()
    if f"{first}-{second}" in known:
        return f"{before}-{after}"
    if first + second in known:
        return before + after
    if (first in _ALWAYS and second not in _SUFFIXES) or (first in _COMPOUNDING and second in _COMPOUNDED):
        return f"{before}-{after}"
    return before + after
