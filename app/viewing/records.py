"""What the viewer shows, as plain values; text in them is as hostile as in `app.records`."""

from __future__ import annotations

from dataclasses import dataclass

from app.records import Remembered


@dataclass(frozen=True)
class ViewedPassage:
    """One passage in its file. text: the file's own words; behind: how many characters stand before them in the memory."""

    id: int
    text: str
    behind: int
    place: str
    edited: bool = False


@dataclass(frozen=True)
class View:
    """A memory in its place. kind: "page", "picture", "mail", "chat", "table" or "text"; before, after: whether the file
    has more; present: whether the file is there; page: of a PDF."""

    memory: Remembered
    kind: str
    passages: tuple[ViewedPassage, ...]
    before: bool
    after: bool
    present: bool
    page: int | None = None


@dataclass(frozen=True)
class Facsimile:
    """A page or picture as WebP; page of so many."""

    picture: bytes
    page: int
    pages: int
