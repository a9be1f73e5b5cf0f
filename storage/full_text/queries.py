"""FTS5 expressions for what people ask and type. Only terms go into them, quoted, so any text is a valid question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from storage.full_text.terms import LETTERS, Run, ending, folded, runs

# A word at least this long also finds longer words that begin with it ("Quitte" in "Quittengelee"): no loss on the English
# training sets, and compounds of other languages are found.
PREFIX_LETTERS = 6
# Shorter ends of words are found in nearly every long word.
END_LETTERS = 4
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}
_SPELLED_OUT = {spelled: letter[0] for spelled, letter in {"ae": "a", "oe": "o", "ue": "u"}.items()}


def question(asked: Iterable[Run], more: Iterable[str] = ()) -> str:
    """Any word of a question, in title or text; "" for none. more: further expressions, joined by OR as they are."""
    return any_of([*_in_words(part for run in asked for part in _parts(run)), *more])


def typed(asked: Sequence[Run]) -> str:
    """Any word that someone types into a search field, which may be only the beginning or the end of one."""
    words = [part.rstrip("*") + "*" for run in asked for part in _parts(run)]
    return any_of([*_in_words(words), *(part for run in asked for part in end(run))])


def says(run: Run) -> str:
    """Documents that say just this word."""
    return any_of(_in_words(_parts(run)))


def end(run: Run) -> list[str]:
    """Documents with longer words that end with this one."""
    if run.unspaced or len(run.text) < END_LETTERS or not run.text.isalpha():
        return []
    return [f'ends : "{ending(run.text)}"' + ("*" if len(run.text) < LETTERS else "")]


def term(word: str) -> str:
    """Documents with just this term of the index."""
    return f'{{title text}} : "{word}"'


def phrase(text: str) -> str:
    """The words of a text in a row, "" if it has none."""
    terms = [term for run in runs(text) for term in run.terms]
    return f'"{" ".join(terms)}"' if terms else ""


def _parts(run: Run) -> list[str]:
    if run.unspaced:
        # A character alone is the beginning of a pair, unless it ends a run.
        return [f'"{term}"' + ("*" if len(term) == 1 else "") for term in run.terms]
    return [_quoted(spelling) for spelling in _spellings(run)]


def _quoted(word: str) -> str:
    term = word[:LETTERS]
    return f'"{term}"' + ("*" if PREFIX_LETTERS <= len(term) < LETTERS else "")


def _spellings(run: Run) -> list[str]:
    """A word, and as it is written where there are no umlauts, or with them where it is spelled out."""
    out, back = run.spoken, run.text
    for letter, spelled in _UMLAUTS.items():
        out = out.replace(letter, spelled)
    for spelled, letter in _SPELLED_OUT.items():
        back = back.replace(spelled, letter)
    return list(dict.fromkeys([run.text, folded(out), back]))


def _in_words(parts: Iterable[str]) -> list[str]:
    joined = any_of(parts)
    return [f"{{title text}} : ({joined})"] if joined else []


def any_of(parts: Iterable[str]) -> str:
    return " OR ".join(dict.fromkeys(parts))
