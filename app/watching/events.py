"""What the operating system tells of a source: the paths of its events, without those that its rules leave out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from watchdog.events import (
    DirAttribEvent,
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)

from app.watching.ignore import Ignore
from storage.records import Source

EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    FileClosedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
    FileAttribEvent,  # rights that were given back
    DirAttribEvent,
]

Event = tuple[int, list[str]]
"""Source id and the paths of one event, two for a move; no path asks for a rescan of the whole source."""


class Handler(FileSystemEventHandler):
    """Passes on the paths of a source's events, unless its rules leave them out."""

    def __init__(self, source: Source, exclude: Path, report: Callable[[Event], None]) -> None:
        self._id = source.id
        self._root = Path(source.path)
        self._ignore = Ignore(source.ignore)
        self._exclude = exclude
        self._report = report

    def on_any_event(self, event: FileSystemEvent) -> None:
        paths = [Path(os.fsdecode(raw)) for raw in (event.src_path, event.dest_path) if raw]
        wanted = [str(path) for path in paths if self._wanted(path, event.is_directory)]
        if wanted:
            self._report((self._id, wanted))

    def _wanted(self, path: Path, folder: bool) -> bool:
        if path == self._root:
            return True
        if not path.is_relative_to(self._root) or path.is_relative_to(self._exclude):
            return False
        relative = path.relative_to(self._root)
        return not (self._ignore.folder(relative) if folder else self._ignore.file(relative))
