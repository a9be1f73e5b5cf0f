"""Finding documents by their words: SQLite FTS5 with BM25 over title and text; and by names, in titles and as phrases.

Every word of the question counts, joined by OR; FTS5's own syntax never reaches it, so any text is a valid question.
Words are what FTS5's unicode61 tokenizer takes for words, without accents and case, reduced to English stems by its porter
stemmer; words of other languages mostly pass it unchanged.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence

from sqlalchemy import Connection, text

from storage.sqlite.columns import clean
from storage.sqlite.connect import SECURE_FULL_TEXT, driver

# ASCII characters that unicode61 does not count as part of a word; other separators it finds itself.
SEPARATORS = re.compile(r"[\s\x00-\x2f:-@\[-`{-\x7f]+")
PARENTHESES = re.compile(r"\([^)]*\)")
# A word at least this long also finds longer words that begin with it ("Quitte" in "Quittengelee"): no loss on the English
# training sets, and compounds of other languages are found.
PREFIX_LETTERS = 6
# A name in the titles of more documents than this ("Notes") says nothing about any of them.
COMMON_NAME = 1024
# What more documents than this say leads to none of them.
SAID_BY = 16


def match_expression(query: str) -> str:
    """The FTS5 expression for any of the words, "" if there is none."""
    words = dict.fromkeys(_words(query))
    return " OR ".join(f'"{word}"' + ("*" if len(word) >= PREFIX_LETTERS else "") for word in words)


def search(
    connection: Connection,
    query: str,
    limit: int,
    *,
    ids: Sequence[int] | None = None,
    source_id: int | None = None,
    offset: int = 0,
) -> list[tuple[int, float]]:
    """(document id, score) best first; a negative limit means all."""
    match = match_expression(query)
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
        f"SELECT rowid, -bm25(documents_fts) AS score FROM documents_fts WHERE {' AND '.join(where)} "
        "ORDER BY score DESC, rowid LIMIT :limit OFFSET :offset"
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
        words = _words(name)
        if not words or _bare(name) == itself:
            continue
        rows = _matches(connection, f"title : {_phrase(words)}", COMMON_NAME + 1)
        if len(rows) > COMMON_NAME:
            continue
        titled: dict[str, list[int]] = {}
        for number, title in rows:
            # Following every title of which a name is a part ("Anna", "Letter to Anna") lost more than it found.
            if len(words) >= len(_bare(title)) and title != own:
                titled.setdefault(title, []).append(number)
        if not titled:
            continue
        said = connection.execute(mentions, {"match": _phrase(words)}).scalar_one()
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
    for words in dict.fromkeys(tuple(_words(name.casefold())) for name in names):
        if not words:
            continue
        rows = _matches(connection, _phrase(words), SAID_BY + 1)
        others = [number for number, title in rows if title != own]
        if others and len(rows) <= SAID_BY:
            found.append((others, len(rows)))
    return found


def _title(connection: Connection, id: int) -> str | None:
    return connection.execute(text("SELECT title FROM documents WHERE id = :id"), {"id": id}).scalar()


def _matches(connection: Connection, match: str, limit: int) -> list[tuple[int, str]]:
    """(id, title) of documents that an FTS5 expression finds, unranked."""
    statement = text(
        "SELECT d.id, d.title FROM documents_fts JOIN documents d ON d.id = documents_fts.rowid "
        "WHERE documents_fts MATCH :match LIMIT :limit"
    )
    return [(row[0], row[1]) for row in connection.execute(statement, {"match": match, "limit": limit})]


def _phrase(words: Sequence[str]) -> str:
    return f'"{" ".join(words)}"'


def _bare(title: str) -> list[str]:
    """A title's words in lower case, without those in parentheses if there are others."""
    return _words(PARENTHESES.sub("", title).casefold()) or _words(title.casefold())


def _words(line: str) -> list[str]:
    return [word for word in SEPARATORS.split(clean(line)) if word]


def prepare_full_text(connection: Connection) -> None:
    """Lets the index erase deleted rows at once, where this SQLite can; makes it readable where it cannot."""
    config = {k: v for k, v in connection.execute(text("SELECT k, v FROM documents_fts_config"))}
    erases = bool(config.get("secure-delete"))
    if erases != keeps_deleted():
        return
    if erases:  # written by a later SQLite in a form that this one does not know
        connection.execute(text("DELETE FROM documents_fts_config WHERE k = 'secure-delete'"))
        connection.execute(text("UPDATE documents_fts_config SET v = 4 WHERE k = 'version'"))
        connection.execute(text("INSERT INTO documents_fts(documents_fts) VALUES ('rebuild')"))
    else:
        connection.execute(text("INSERT INTO documents_fts(documents_fts) VALUES ('optimize')"))
        connection.execute(text("INSERT INTO documents_fts(documents_fts, rank) VALUES ('secure-delete', 1)"))


def keeps_deleted() -> bool:
    """Whether the index keeps terms of deleted rows until `erase_deleted`."""
    return driver.sqlite_version_info < SECURE_FULL_TEXT


def erase_deleted(connection: Connection) -> None:
    """Drops what the index still keeps of deleted rows, at the cost of merging all of it."""
    connection.execute(text("INSERT INTO documents_fts(documents_fts) VALUES ('optimize')"))
