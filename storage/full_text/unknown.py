"""Words of a question that no document says: taken for parts, compounds or misspellings of words that some do.

Only for such words, so that what is written as it is asked costs nothing and finds nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, text

from storage.full_text import queries
from storage.full_text.terms import LETTERS, LONG_WORD, Run, runs

# Letters from which on a word may differ by one, and by two.
ONE_SLIP, TWO_SLIPS = 5, LETTERS
# The halves of a compound.
HEAD, TAIL = 3, 4
ENDING = 2  # letters that the stemmer may take away
NEAREST = 3  # spellings tried for one word


def instead(connection: Connection, asked: Sequence[Run]) -> list[str]:
    """Expressions for what may be meant by those of the words that no document says."""
    found: list[str] = []
    for run in dict.fromkeys(asked):
        if (
            run.unspaced
            or len(run.text) < TAIL
            or not run.text.isalpha()
            or _said(connection, queries.says(run))
        ):
            continue
        found += [part for part in queries.end(run) if _said(connection, part)] or [
            queries.term(word) for word in _last_part(connection, run.text) or _near(connection, run.text)
        ]
    return found


def _last_part(connection: Connection, word: str) -> list[str]:
    """The longest end of a compound that is a word of its own here: "miete" of "kaltmiete"."""
    if len(word) < LONG_WORD:
        return []
    for at in range(HEAD, len(word) - TAIL + 1):
        for run in runs(word[at:]):
            if _said(connection, queries.term(run.terms[0])):
                return [run.terms[0]]
    return []


def _near(connection: Connection, word: str) -> list[str]:
    """Terms of the index that differ from the word by a slip or two, with the same first letter."""
    if len(word) < ONE_SLIP:
        return []
    slips = 2 if len(word) >= TWO_SLIPS else 1
    known = connection.execute(
        text("SELECT term FROM documents_fts_terms WHERE term >= :first AND term < :behind"),
        {"first": word[0], "behind": chr(ord(word[0]) + 1)},
    ).scalars()
    terms = [term for term in known if len(term) >= ONE_SLIP - 1]
    nearest: dict[str, float] = {}
    # The index cuts words off and takes endings away, so a term is compared with as much of the word.
    cut = min(len(word), LETTERS)
    for length in range(max(ONE_SLIP - 1, cut - ENDING), cut + 1):
        same = [term for term in terms if abs(len(term) - length) <= slips]
        for term, distance, _ in process.extract(
            word[:length], same, scorer=OSA.distance, score_cutoff=slips, limit=NEAREST
        ):
            nearest[term] = min(distance, nearest.get(term, distance))
    return sorted(nearest, key=lambda term: (nearest[term], -len(term)))[:NEAREST]


def _said(connection: Connection, match: str) -> bool:
    statement = text("SELECT 1 FROM documents_fts WHERE documents_fts MATCH :match LIMIT 1")
    return connection.execute(statement, {"match": match}).first() is not None
