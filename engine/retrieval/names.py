"""Names in a passage: runs of capitalised words, numbers among them, as people, places, works and files are called.

No model and no list of a language: what is capitalised in the middle of a sentence counts, and so do runs of several such
words at its start, with and without the first ("Rosa Lindqvist moved", "Yesterday Ann"). One capitalised word alone that
begins a sentence ("Show", "The") is most often no name and does not count. German nouns come along; how rare a title is
tells them from names. Texts in scripts without capitals have no names here, nor has what is written in lower case.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\w\.(?=\s?\w)|\w+(?:['’.-]\w+)*|\n|[^\w\s]")
# Small words inside a name, never at its ends.
_JOINING = frozenset(
    ("of", "the", "and", "de", "du", "des", "la", "le", "et", "van", "von", "der", "und", "di", "da", "y")
)
_BEFORE_A_START = frozenset("\n.!?:…>*-–•#\"“„«`'")
_WORD = re.compile(r"\w+")
_STEM = 5  # letters by which words count as the same


def names(text: str) -> list[str]:
    """The names in a text, each once, in their order; words separated by single spaces."""
    found: dict[str, None] = {}
    run: list[str] = []
    starts, begins = True, True  # whether the next word begins a sentence; whether the run did

    def keep(name: list[str]) -> None:
        if any(part[0].isupper() for part in name):
            found[" ".join(_WORD.findall(" ".join(name)))] = None

    def close() -> None:
        while run and run[-1].lower() in _JOINING:
            run.pop()
        if run and not begins:
            keep(run)
        elif len(run) > 1:
            keep(run)
            keep(run[1:])
        run.clear()

    for match in _TOKEN.finditer(text):
        token = match.group()
        if token[0].isupper() or token[0].isdigit():
            if not run:
                begins = starts
            run.append(token)
        elif not (run and token.lower() in _JOINING):
            close()
        else:
            run.append(token)
        starts = token in _BEFORE_A_START
    close()
    return list(found)


def words(text: str) -> list[str]:
    """Words of a text in lower case."""
    return _WORD.findall(text.casefold())


def stems(text: str) -> set[str]:
    """The beginnings of a text's words, by which "born" meets "Born" and "directed" "director"."""
    return {word[:_STEM] for word in words(text)}
