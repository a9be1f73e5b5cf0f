"""SQLite databases of programs whose tables are publicly known: chats and notes.

A database is read from a private copy, together with the write-ahead log beside it, so that the program it belongs to is
not disturbed and the file is not touched. What belongs to no known program is skipped as before.
"""

from __future__ import annotations

import importlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from app.errors import Skipped, Unreadable
from app.parsing.items import MB, Item, Limits, Source, require_size

Tables = dict[str, frozenset[str]]  # names of columns by table
DatabaseReader = Callable[[sqlite3.Connection, Tables, Source, Limits], Iterator[Item]]
_VALUE_BYTES = 20 * MB
_UNKNOWN = "not a text format: SQLite database"
_LOG = "-wal"

# Tables (with columns) that tell whose database it is, and who reads it.
_KNOWN: tuple[tuple[dict[str, str], str], ...] = (
    ({"message": "text_data", "chat": "jid_row_id", "jid": "raw_string"}, "whatsapp_android:read_messages"),
    ({"messages": "key_remote_jid"}, "whatsapp_android:read_old_messages"),
    ({"ZWAMESSAGE": "ZTEXT", "ZWACHATSESSION": "ZPARTNERNAME"}, "whatsapp_ios:read_messages"),
    ({"message": "handle_id", "handle": "id", "chat_message_join": "chat_id"}, "imessage:read_messages"),
    ({"ZICNOTEDATA": "ZDATA", "ZICCLOUDSYNCINGOBJECT": "ZTITLE1"}, "apple_notes:read_notes"),
)


def read_sqlite(source: Source, limits: Limits) -> Iterator[Item]:
    require_size(source, limits.archive_bytes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy.db"
        with source.open() as stream:
            _copy(stream, path, limits.archive_bytes)
        log = source.beside(source.name + _LOG)
        if log is not None:
            path.with_name(path.name + _LOG).write_bytes(log)
        yield from _read(path, source, limits)


def _copy(stream: IO[bytes], path: Path, most: int) -> None:
    left = most
    with path.open("wb") as copy:
        while chunk := stream.read(min(MB, left)):
            copy.write(chunk)
            left -= len(chunk)
    if shutil.disk_usage(path.parent).free < MB:
        raise Unreadable("no room on the disk for a copy of the database: make some")


def _read(path: Path, source: Source, limits: Limits) -> Iterator[Item]:
    connection = sqlite3.connect(path)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE_BYTES)
        connection.execute("pragma trusted_schema = off")
        connection.text_factory = lambda value: value.decode("utf-8", "replace")
        tables = _tables(connection)
        for signs, reader in _KNOWN:
            if all(column in tables.get(table, ()) for table, column in signs.items()):
                module, function = reader.split(":")
                room = importlib.import_module(f"app.parsing.formats.databases.{module}")
                read: DatabaseReader = getattr(room, function)
                yield from read(connection, tables, source, limits)
                return
        raise Skipped(_UNKNOWN)
    finally:
        connection.close()


def _tables(connection: sqlite3.Connection) -> Tables:
    """True tables only: a view could stand for any computation."""
    names = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
    return {
        name: frozenset(
            column for (column,) in connection.execute("select name from pragma_table_info(?)", (name,))
        )
        for name in names
    }


def either(tables: Tables, table: str, *columns: str, otherwise: str = "null", alias: str = "") -> str:
    """An expression for the first of these columns that the table of this version has."""
    found = next((column for column in columns if column in tables.get(table, ())), None)
    return f"{alias or table}.{found}" if found else otherwise
