"""The language that a question is asked in: one of those that the rules of this package know.

Short questions carry few words, so it is small words that decide, and letters that only one of the languages has. Where
nothing decides it is English, whose rules expect least of the words' form.
"""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["en", "de", "fr", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "zh")

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SMALL: dict[Language, frozenset[str]] = {
    "en": _words(
        "the of and is was are were what who whom whose when where why how which did does do has have had i my me "
        "we our us you your he his she her it its they their to in on for with from about many much list all "
        "tell give show summarise summarize happened year month week last can could would should not been or any than "
        "new old phone number birthday"
    ),
    "de": _words(
        "der die das den dem des ein eine einen einem einer und ist war sind waren was wer wen wem wessen wann wo "
        "warum wieso weshalb wie welche welcher welches welchen habe hat haben hatte ich mein meine meinen meiner "
        "mir mich wir unser unsere uns du dein er sein seine sie ihr ihre es im am vom zum zur für mit von bei "
        "nach über viel viele alle liste zeige fasse zusammen passiert jahr monat woche und guten tag hallo danke "
        "vielen morgen abend nicht noch schon auf aus kein keine keinen wird werden wurde wurden kann kannst kommt gibt "
        "woher wohin wohnt"
    ),
    "fr": _words(
        "le la les l un une des du de et est était sont étaient que quoi qui quand où pourquoi comment quel quelle "
        "quels quelles combien ai as a avons avez ont je mon ma mes me moi nous notre nos vous votre il elle son sa "
        "ses ils elles leur ce cette ces c d j n s qu au aux en dans pour avec par sur chez tout toute tous toutes "
        "résume liste passé année mois semaine dernier dernière bonjour bonsoir merci salut"
    ),
    "zh": frozenset(),
}
_LETTERS: dict[Language, re.Pattern[str]] = {
    "de": re.compile(r"[äöüß]", re.I),
    "fr": re.compile(r"[àâçéèêëîïôûùœ]", re.I),
}


def language_of(text: str) -> Language:
    """The language of a question or a short text."""
    if _HAN.search(text):
        return "zh"
    words = [word.casefold() for word in _WORD.findall(_POSSESSIVE.sub("", text))]
    scores: dict[Language, float] = {
        language: sum(word in small for word in words) for language, small in _SMALL.items()
    }
    # "Anna's number", but "wie geht's" as well, so it weighs less than a small word.
    scores["en"] += 0.5 * bool(_POSSESSIVE.search(text))
    for language, letters in _LETTERS.items():
        # Names bring letters of other languages along ("Étienne"), so they weigh less than a small word.
        scores[language] += 0.5 * bool(letters.search(text))
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] > scores["en"] else "en"
