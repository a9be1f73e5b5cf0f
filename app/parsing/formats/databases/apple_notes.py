"""Apple's Notes (NoteStore.sqlite): a note is text in a packed message of protocol buffers.

Locked notes and what lies in the program's trash are not read, and counted.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator

from app.parsing.encoding import tidy
from app.parsing.formats.apple.iwa import fields
from app.parsing.formats.chats.turns import text_of
from app.parsing.formats.databases.core_data import apple_moment
from app.parsing.formats.databases.sqlite import Tables, either
from app.parsing.formats.text import paragraphs
from app.parsing.items import MB, Item, Limits, Source

_NOTE = (2, 3, 2)  # where the text is: document, note, text
_UNPACKED = 20 * MB
_ATTACHMENT = "\ufffc"
_TRASH = 1  # a folder's type
_LOCKED = "locked notes: unlock them in Notes and export them"
_THROWN_AWAY = "in the trash of Notes: not remembered"


def read_notes(
    connection: sqlite3.Connection, tables: Tables, source: Source, limits: Limits
) -> Iterator[Item]:
    about = "ZICCLOUDSYNCINGOBJECT"
    rows = connection.execute(
        f"""
        select {about}.ZTITLE1, {either(tables, about, "ZCREATIONDATE3", "ZCREATIONDATE1", "ZCREATIONDATE")},
               {either(tables, about, "ZISPASSWORDPROTECTED", otherwise="0")},
               {either(tables, about, "ZMARKEDFORDELETION", otherwise="0")},
               {either(tables, about, "ZTITLE2", alias="folder")},
               {either(tables, about, "ZFOLDERTYPE", alias="folder")}, ZICNOTEDATA.ZDATA
        from ZICNOTEDATA
        join {about} on {about}.Z_PK = ZICNOTEDATA.ZNOTE
        left join {about} as folder on folder.Z_PK = {either(tables, about, "ZFOLDER")}
        """
    )
    locked = thrown_away = 0
    for title, created, is_locked, is_deleted, folder, kind, data in rows:
        if is_deleted or kind == _TRASH:
            thrown_away += 1
        elif is_locked:
            locked += 1
        else:
            text = note_text(data)
            name = text_of(title) or text.strip().partition("\n")[0] or source.stem
            date = apple_moment(created)
            yield Item(f"{text_of(folder)} › {name}" if folder else name, paragraphs(text), date=date)
    notes = [
        f"{count} {reason}" for count, reason in ((locked, _LOCKED), (thrown_away, _THROWN_AWAY)) if count
    ]
    yield Item(source.stem, [], notes=tuple(notes))


def note_text(data: object) -> str:
    """The text of a note, "" where there is none. Raises zlib.error on damaged ones."""
    if not isinstance(data, bytes):
        return ""
    message = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data, _UNPACKED)
    for wanted in _NOTE:
        message = next(
            (value for number, value in fields(message) if number == wanted and isinstance(value, bytes)), b""
        )
    return tidy(message.decode("utf-8", "replace").replace(_ATTACHMENT, " "))
