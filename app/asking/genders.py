"""Grammatical gender, as far as articles, titles and pronouns show it: which of the things named "er" or "elle" may mean.

Genders are written as the letters m, f, n and p (several); "" says nothing and fits everything.
"""

from __future__ import annotations

import re

from app.asking.language import Language


def _table(**forms: str) -> dict[str, str]:
    return {form: genders for genders, words in forms.items() for form in words.split()}


_ARTICLES: dict[Language, dict[str, str]] = {
    "de": _table(
        m="einen",
        f="zur eine einer meiner unserer",
        n="das",
        p="alle",
        fp="die meine unsere",
        mp="den meinen unseren",
        mn="dem des ein einem mein meinem meines unser unserem unseres vom zum im am beim",
    ),
    "fr": _table(m="le un mon du au", f="la une ma sa de la", p="les des mes nos ses aux"),
}
_PRONOUNS: dict[Language, dict[str, str]] = {
    "en": _table(m="he him his", f="she her hers"),
    "de": _table(
        m="er ihn",
        n="es",
        p="ihnen",
        fp="sie ihr ihre ihren ihrem ihrer ihres",
        mn="ihm sein seine seinen seinem seiner seines",
    ),
    "fr": _table(m="il", f="elle", p="ils elles leur leurs"),
    "zh": _table(m="他", f="她"),
}
_TITLES = _table(
    m="herr herrn mr mr. monsieur m. onkel opa papa uncle oncle",
    f="frau mrs mrs. ms ms. madame mme mme. tante oma mama aunt tata",
)
_DEFINITE = {"er": "der", "ihn": "den", "ihm": "dem", "sie": "die", "es": "das"}
_AFTER_PREPOSITION = re.compile(
    r"(?i:\b(?:in|bei|mit|von|zu|aus|nach|an|auf|seit|vor|hinter|unter|neben))\s+$"
)
_AFTER_NOUN = re.compile(r"[A-ZÄÖÜ][\w-]+\s+$")


def gender_of_article(article: str, before: str, language: Language) -> str:
    """The genders of what stands behind an article. before: the text before it."""
    word = article.strip().casefold()
    if language == "de" and word == "der":
        if _AFTER_PREPOSITION.search(before):
            return "f"
        return "fp" if _AFTER_NOUN.search(before) else "m"
    return _ARTICLES.get(language, {}).get(word, "")


def titled(name: str, text: str) -> str:
    """The gender that a name's title says, in it or before it in its text."""
    words = name.split()
    before = text[: max(0, text.find(name))].split()[-1:]
    return next((_TITLES[w.casefold()] for w in (*words[:1], *before) if w.casefold() in _TITLES), "")


def of_pronoun(pronoun: str, language: Language) -> str:
    """The genders that a pronoun may mean, "" for any."""
    return _PRONOUNS[language].get(pronoun.casefold(), "")


def as_subject(thing: str, pronoun: str) -> str:
    """A German thing with the article that the pronoun in its place asks for: "im Laden" for "er" is "der Laden"."""
    article, _, rest = thing.partition(" ")
    wanted = _DEFINITE.get(pronoun.casefold())
    known = article.casefold() in _ARTICLES["de"] or article.casefold() == "der"
    return f"{wanted} {rest}" if wanted and known and rest else thing


def agree(one: str, other: str) -> bool:
    """Whether two words may mean the same thing."""
    return not one or not other or bool(set(one) & set(other))
