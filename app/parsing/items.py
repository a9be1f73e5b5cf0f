"""What readers produce and what bounds them: Item, Block, Source, Limits.

An Item is one thing a person would name (a note, a mail, a chat, a calendar entry); a file may hold many.
Its blocks keep the order and structure of the file, and each says where it stands, so that an answer can be
cited. A place is physical (page 3, slide 2, message 17); the heading path is added by the splitter. Dates
are only what the file itself or its name says, and each says where it comes from: a file's mtime changes with
every copy, so it is no date of the content.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal

from app.errors import Unreadable

MB = 1024 * 1024
_NOTION_ID = re.compile(r"(?:[ _-]|%20)[0-9a-f]{32}(?:_all)?(?=$|[/.)#?\s])")
_BESIDE = 20 * MB  # of a file that is read to understand another
NOTES = 50  # kept of one file; of a mailbox with a thousand locked attachments the first tell enough

Kind = Literal["heading", "paragraph", "list", "table", "code", "message", "fields", "quoted"]


@dataclass(frozen=True)
class Block:
    """One piece of text that belongs together.

    kind: "heading" (with `level` 1…), "paragraph", "list" (an entry per line), "table" (a row per line,
    cells joined by " | ", first line the header), "code", "message" (a chat turn, with `speaker` and
    `when`), "fields" (a mail's recipients and the like), "quoted" (the quoted tail of a reply, most likely
    a mail of its own).
    when: ISO date or time, or "".
    """

    text: str
    place: str = ""
    kind: Kind = "paragraph"
    level: int = 0
    speaker: str = ""
    when: str = ""


@dataclass(frozen=True)
class Item:
    """One readable thing. `date` is ISO 8601 or None; `notes` say what of it could not be read, and why.

    date_source: "header" (of a mail), "message" (of a chat), "entry" (of a calendar), "front matter", "exif",
    "heading", "properties" (what else the file says of itself) or "file name"; the registry sees to the last two.
    An item without text may carry notes alone.
    """

    title: str
    blocks: list[Block]
    author: str = ""
    date: str | None = None
    notes: tuple[str, ...] = ()
    date_source: str = ""


@dataclass(frozen=True)
class Limits:
    """Upper bounds on what one file may cost. Beyond them a file is refused with a reason, not cut silently.

    Plain text, tables and mailboxes are streamed, so their bound is a matter of taste; what is parsed whole
    costs about ten times its size in memory.
    """

    text_bytes: int = 200 * MB  # plain text, source code, CSV, JSON lines, chat exports: streamed
    markup_bytes: int = 20 * MB  # HTML, RTF, calendars, contacts: parsed whole
    document_bytes: int = 200 * MB  # PDF and office files
    mailbox_bytes: int = 50_000 * MB  # streamed message by message
    message_bytes: int = 50 * MB  # one mail with its attachments
    archive_bytes: int = 4_000 * MB  # a zip file itself
    members: int = 10_000  # files in one zip
    member_bytes: int = 200 * MB  # one file in a zip, or one attachment, unpacked
    unpacked_bytes: int = 2_000 * MB  # all files of one zip
    ratio: int = 200  # unpacked : packed, above which a large member is taken for a zip bomb
    depth: int = 3  # containers within containers
    ocr_pages: int = 30  # scanned pages and pictures that OCR looks at in one file; 0: none
    photos: bool = False  # a photo without text is an item, too: of its date, place and album
    pictures_a_minute: int = 60  # that OCR looks at in one process
    speech_model: str = ""  # a Whisper model for recordings, its folder or name; "": they are not heard
    speech_minutes: int = 30  # heard of one recording
    programs: bool = True  # read source code and scripts
    attached_programs: bool = False  # also those that came by mail, which are seldom the person's own


Near = Callable[[str], bytes | None]
"""Reads a file of the same container by its path there."""


@dataclass
class Pictures:
    """How many pictures OCR has looked at in a file, in all that is packed in it."""

    spent: int = 0


@dataclass(frozen=True)
class Source:
    """A file on disk, or one inside a container (then its bytes are given).

    name: the file name with its suffix; depth: how many containers it is in; inside: the folder there; near: reads what
    lies beside it there.
    """

    name: str
    path: Path | None = None
    data: bytes = b""
    depth: int = 0
    inside: str = ""
    near: Near | None = None
    pictures: Pictures = field(default_factory=Pictures, compare=False)

    @property
    def folder(self) -> str:
        """The folder it lies in, in its container or on disk."""
        return str(self.path.parent) if self.path else self.inside

    def beside(self, relative: str) -> bytes | None:
        """A small file at a path relative to the folder of this one, None where there is none that can be read."""
        if self.near is not None:
            return self.near(str(PurePosixPath(self.inside) / relative))
        if self.path is None:
            return None
        other = self.path.parent / relative
        try:
            small = other.is_file() and not other.is_symlink() and other.stat().st_size <= _BESIDE
            return other.read_bytes() if small else None
        except OSError:
            return None

    @property
    def stem(self) -> str:
        """The name without its suffix and without the number that Notion adds."""
        return without_ids(PurePosixPath(self.name).stem) or self.name

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path else len(self.data)

    def open(self) -> BinaryIO:
        return open_file(self.path) if self.path else io.BytesIO(self.data)

    def head(self, size: int) -> bytes:
        with self.open() as stream:
            return stream.read(size)

    def read(self, limit: int) -> bytes:
        """All bytes. Raises Unreadable when there are more than `limit`."""
        require_size(self, limit)
        with self.open() as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:  # it grew while it was read
            raise Unreadable(too_large(limit))
        return data


def without_ids(name: str) -> str:
    """A name or path without the long numbers that Notion puts behind each name."""
    return _NOTION_ID.sub("", name).strip()


def open_file(path: Path) -> BinaryIO:
    """Opens a regular file for reading; what has become a link, a pipe or a folder since it was found is not followed.

    Raises OSError.
    """
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(errno.ENOENT, "No regular file is there", str(path))
    return os.fdopen(descriptor, "rb")


def require_size(source: Source, limit: int) -> None:
    """Raises Unreadable when the source is larger than `limit` bytes."""
    if source.size > limit:
        raise Unreadable(too_large(limit))


def too_large(limit: int) -> str:
    size = f"{limit // MB} MB" if limit >= MB else f"{limit} bytes"
    return f"larger than {size}: raise the limit in settings or split it"


def words(text: str) -> frozenset[str]:
    """The words of a text as a set, for the tables of names in this package."""
    return frozenset(text.split())


def under(place: str, inner: str) -> str:
    """A place within a place: "archive.zip › notes.md" + "page 3"."""
    return " › ".join(part for part in (place, inner) if part)


_FIGURES = re.compile(r"(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?\d{4}\b")
_YEAR = re.compile(r"(?<!\d)(?:\d{4}|(?:19|20)\d{6})(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")


def iso_date(value: object) -> str | None:
    """The ISO form of a date found in a file, or None when it does not name a whole day."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    text = str(value).strip() if isinstance(value, (str, int)) else ""
    if not text or len(text) > 60 or not _YEAR.search(text):
        return None
    try:
        return (
            datetime.fromisoformat(text).isoformat()
            if len(text) > 10
            else date.fromisoformat(text).isoformat()
        )
    except ValueError:
        return _parse_date(text)


def _parse_date(text: str) -> str | None:
    """A date in words or figures. Dots mean day first; where "/" or "-" may mean two days, it means none."""
    from dateutil import parser

    from app.parsing.spoken_dates import spoken_moment

    figures = _FIGURES.match(text)
    if (
        figures
        and figures[2] != "."
        and figures[1] != figures[3]
        and max(int(figures[1]), int(figures[3])) <= 12
    ):
        return None
    day_first = figures is not None and int(figures[3]) <= 12
    # Two different defaults tell which parts the parser made up.
    readings = []
    for default in (datetime(2000, 1, 1), datetime(2001, 2, 2)):
        try:
            readings.append(parser.parse(text, default=default, dayfirst=day_first))
        except (ValueError, OverflowError, TypeError):
            return spoken_moment(text)
    if readings[0] != readings[1]:
        return None
    found = readings[0]
    return found.isoformat() if found.time() != datetime.min.time() else found.date().isoformat()


def name_date(name: str) -> str | None:
    """The day a file name carries ("2024-03-05 Lisbon.md", "IMG_20240305"), or None."""
    found = _ISO_DATE.search(name)
    if not found:
        return None
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return None
