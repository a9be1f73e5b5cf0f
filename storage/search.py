"""Finding documents by their words: SQLite FTS5 with BM25 over title and text; and by names, in titles and as phrases.

Every word of the question counts, joined by OR; FTS5's own syntax never reaches it, so any text is a valid question.
What counts as a word is said in `full_text.terms`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence

from sqlalchemy import Connection, text

from storage.full_text import queries
from storage.full_text.terms import runs
from storage.full_text.unknown import instead

PARENTHESES = re.compile(r"\([^)]*\)")
# A name in the titles of more documents than this ("Notes") says nothing about any of them.
COMMON_NAME = 1024
# What more documents than this say leads to none of them.
SAID_BY = 16
# What the end of a long word counts beside a whole word.
END_WEIGHT = 0.2


def search(
    connection: Connection,
    query: str,
    limit: int,
    *,
    ids: Sequence[int] | None = None,
    source_id: int | None = None,
    offset: int = 0,
    typed: bool = False,
) -> list[tuple[int, float]]:
    """(document id, score) best first; a negative limit means all.

    typed: in a search field, where beginnings and ends of words count as well.
    """
    asked = list(runs(query))
    more = instead(connection, asked)
    match = queries.any_of([queries.typed(asked), *more]) if typed else queries.question(asked, more)
    if not match:
        return []
    where = ["documents_fts MATCH :match"]
    if ids is not None:
        where.append("rowid IN (SELECT value FROM json_each(:ids))")
    if source_id is not None:
        where.append(
            "rowid IN (SELECT d.id FROM documents d JOIN files f ON f.id = d.file_id WHERE f.source_id = :source)"
        )
    statement = text(
        f"SELECT rowid, -bm25(documents_fts, 1, 1, {END_WEIGHT}) AS score FROM documents_fts "
        f"WHERE {' AND '.join(where)} ORDER BY score DESC, rowid LIMIT :limit OFFSET :offset"
    )
    values = {"match": match, "limit": limit, "offset": offset}
    if ids is not None:
        values["ids"] = json.dumps(list(map(int, ids)))
    if source_id is not None:
        values["source"] = source_id
    return [(row[0], row[1]) for row in connection.execute(statement, values)]


def search_names(
    connection: Connection, names: Sequence[str], *, apart_from: int
) -> list[tuple[list[int], float]]:
    """Titles that are one of some names, but for parentheses: (ids of the documents so titled, strength), strongest first.

    Strength is how rare the name is: ln(documents / documents that say it), in title or text, for what everything mentions
    ("Palliative Care") leads nowhere. `apart_from` is the document that says the names; its own title is left out, however
    it is written.
    """
    own = _title(connection, apart_from)
    itself = _bare(own or "")
    mentions = text("SELECT count(*) FROM documents_fts WHERE documents_fts MATCH :match")
    total = connection.execute(text("SELECT count(*) FROM documents")).scalar_one()
    found: dict[str, tuple[list[int], float]] = {}
    for name in dict.fromkeys(names):
        words, phrase = _words(name), queries.phrase(name)
        if not words or _bare(name) == itself:
            continue
        rows = _matches(connection, f"title : {phrase}", COMMON_NAME + 1)
        if len(rows) > COMMON_NAME:
            continue
        titled: dict[str, list[int]] = {}
        for number, title in rows:
            # Following every title of which a name is a part ("Anna", "Letter to Anna") lost more than it found.
            if len(words) >= len(_bare(title)) and title != own:
                titled.setdefault(title, []).append(number)
        if not titled:
            continue
        said = connection.execute(mentions, {"match": f"{{title text}} : {phrase}"}).scalar_one()
        rarity = math.log((total + 1) / (said + 0.5))
        for title, numbers in titled.items():
            if title not in found or found[title][1] < rarity:
                found[title] = numbers, rarity
    return sorted(found.values(), key=lambda hit: (-hit[1], hit[0]))


def search_mentions(
    connection: Connection, names: Sequence[str], *, apart_from: int
) -> list[tuple[list[int], int]]:
    """(ids, number of all that say it) for each name that few documents say, in title or text.

    The ids leave out documents under the title of `apart_from`, the document that says the names; the number does not.
    """
    own = _title(connection, apart_from)
    found = []
    for phrase in dict.fromkeys(queries.phrase(name) for name in names):
        if not phrase:
            continue
        rows = _matches(connection, f"{{title text}} : {phrase}", SAID_BY + 1)
        others = [number for number, title in rows if title != own]
        if others and len(rows) <= SAID_BY:
            found.append((others, len(rows)))
    return found


def said_elsewhere(connection: Connection, words: str, file_id: int) -> bool:
    """Whether a document of another file has these words in a row, but for case, accents and endings."""
    statement = text(
        "SELECT 1 FROM documents_fts JOIN documents d ON d.id = documents_fts.rowid "
        "WHERE documents_fts MATCH :match AND d.file_id IS NOT :file LIMIT 1"
    )
    phrase = queries.phrase(words)
    return (
        bool(phrase)
        and connection.execute(statement, {"match": f"{{title text}} : {phrase}", "file": file_id}).first()
        is not None
    )


def search_phrases(connection: Connection, phrases: Sequence[str], limit: int) -> list[int]:
    """Ids of documents that say one of the phrases, in title or text."""
    wanted = [
        f"{{title text}} : {phrase}" for phrase in dict.fromkeys(map(queries.phrase, phrases)) if phrase
    ]
    return (
        sorted({number for number, _ in _matches(connection, " OR ".join(wanted), limit)}) if wanted else []
    )


def _title(connection: Connection, id: int) -> str | None:
    return connection.execute(text("SELECT title FROM documents WHERE id = :id"), {"id": id}).scalar()


def _matches(connection: Connection, match: str, limit: int) -> list[tuple[int, str]]:
    """(id, title) of documents that an FTS5 expression finds, unranked."""
    statement = text(
        "SELECT d.id, d.title FROM documents_fts JOIN documents d ON d.id = documents_fts.rowid "
        "WHERE documents_fts MATCH :match LIMIT :limit"
    )
    return [(row[0], row[1]) for row in connection.execute(statement, {"match": match, "limit": limit})]


def _bare(title: str) -> list[str]:
    """A title's words in normal form, without those in parentheses if there are others."""
    return _words(PARENTHESES.sub("", title)) or _words(title)


def _words(line: str) -> list[str]:
    return [run.text for run in runs(line)]
