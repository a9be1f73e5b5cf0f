"""The rows of an archive as frozen records, detached from the database.

Moments (`..._at`) are ISO 8601 strings in UTC; `date` is the date a document itself bears, ISO 8601 or None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from torch import Tensor

SOURCE_STATES = ("active", "paused", "missing")
PICTURES = ("none", "text", "all")
"""Of pictures: nothing; their text; their text, or else date, place and album of a photo."""
FILE_STATES = ("queued", "reading", "encoding", "known", "skipped", "failed", "forgotten")


@dataclass(frozen=True)
class Source:
    """A watched folder or file. pictures: one of PICTURES, what is read of pictures and scans in it."""

    id: int
    path: str
    kind: str
    ignore: tuple[str, ...]
    polling: bool
    retention_days: int | None
    state: str
    reason: str | None
    added_at: str
    pictures: str = "text"


@dataclass(frozen=True)
class File:
    """One file of a source. `revision` rises whenever the file on disk is found changed; `unread` says what of it was
    not read, and why.

    A file the user had forgotten has no row: `upsert_file` answers for it with id 0 and state "forgotten".
    """

    id: int
    source_id: int
    path: str
    size: int
    mtime_ns: int
    content_hash: str | None
    state: str
    reason: str | None
    attempts: int
    documents: int
    tokens: int
    revision: int
    first_known_at: str
    updated_at: str
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A document about to be committed; `id` comes from `Commits.reserve_ids`.

    date: of the first day it speaks of, date_last: of the last, where it speaks of several;
    date_source: where they are from.
    """

    id: int
    ordinal: int
    text: str
    content_hash: str
    title: str = ""
    author: str = ""
    date: str | None = None
    place: str = ""
    tokens: int = 0
    body_hash: str = ""
    message_id: int | None = None
    date_source: str = ""
    date_last: str | None = None


@dataclass(frozen=True)
class Kept:
    """A document that stays with its file: where it stands now. What is None stays as it was.

    outdated: it was edited, and the file no longer has the passage that the edit corrected.
    """

    id: int
    ordinal: int
    place: str | None = None
    body_hash: str | None = None
    outdated: bool = False
    date_source: str | None = None
    date: str | None = None
    date_last: str | None = None


@dataclass(frozen=True)
class StoredPassage:
    """What a file's document is known by, without its text: the fields are those of Document."""

    id: int
    ordinal: int
    content_hash: str
    body_hash: str
    edited: bool
    outdated: bool


@dataclass(frozen=True)
class Document:
    """What is routed, added, edited and forgotten. `path` is its file's, None for what came from no file.

    body_hash: of the passage as the file has it, whatever was edited since; outdated: edited, and the file no longer has
    that passage; message_id: the answer that the person saved as this memory, None for everything else.
    """

    id: int
    file_id: int | None
    ordinal: int
    text: str
    content_hash: str
    title: str
    author: str
    date: str | None
    place: str
    tokens: int
    created_at: str
    edited: bool
    body_hash: str
    outdated: bool
    message_id: int | None
    date_source: str
    path: str | None
    date_last: str | None = None


class Encoding(Protocol):
    """One encoded document: float tensors [layers, chunks, kv_heads, head_dim], chunks >= 1."""

    @property
    def router_key(self) -> Tensor: ...
    @property
    def key(self) -> Tensor: ...
    @property
    def value(self) -> Tensor: ...
    @property
    def tokens(self) -> int: ...


@dataclass(frozen=True)
class FileCommit:
    """What `commit_files` makes of one file; the fields are those of `commit_documents`.

    unread: what of the file was not read, and why; None: as noted before.
    since: `ForgottenWords.times` before the file was read; None where nothing in it can have been forgotten.
    """

    file_id: int | None
    keep: Sequence[Kept] = ()
    add: Sequence[Draft] = ()
    encodings: Sequence[Encoding] = ()
    file_state: str = "known"
    content_hash: str | None = None
    revision: int | None = None
    unread: tuple[str, ...] | None = None
    since: int | None = None


@dataclass(frozen=True)
class Citation:
    """A quotation of a document in an answer. `rank` counts from 1; `read`: the answer was read from it."""

    document_id: int
    quote: str
    score: float
    rank: int
    read: bool = True


@dataclass(frozen=True)
class Chat:
    id: int
    title: str
    created_at: str
    updated_at: str


@dataclass(frozen=True)
class Message:
    """`erased`: the text was derived from something forgotten since, and is gone. agreement: of an answer's readings, 0 to
    1, None where there was one reading or none."""

    id: int
    chat_id: int
    role: str
    text: str
    created_at: str
    erased: bool
    agreement: float | None = None
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class Audit:
    """What was done, when and to how much; never to what."""

    id: int
    at: str
    action: str
    documents: int
    tokens: int
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BankInfo:
    """A bank belongs to one model `fingerprint`; `encoded` of `documents` are in it."""

    fingerprint: str
    layers: int
    kv_heads: int
    head_dim: int
    key_bits: int
    content_bits: int
    active: bool
    encoded: int
    documents: int
    segments: int
    bytes: int


@dataclass(frozen=True)
class ForgetReport:
    """`messages`: answers and questions erased because they quoted it; `also_in`: documents that stay and have the
    very same text."""

    documents: int
    tokens: int
    messages: int
    also_in: tuple[int, ...]
    seconds: float


@dataclass(frozen=True)
class Trace:
    """A place on disk that still holds a searched text: which needle (its index), in which file and encoding."""

    needle: int
    path: str
    offset: int
    encoding: str


@dataclass(frozen=True)
class Holder:
    """A memory that has some words. where: "" as it is, "earlier" before an edit of it, "removed" among what was removed."""

    document_id: int
    path: str | None
    where: str


@dataclass(frozen=True)
class Recovery:
    """What opening found and repaired."""

    stray_files: int = 0
    damaged_segments: int = 0
    documents_to_encode: int = 0
    requeued_files: int = 0
    finished_forgetting: int = 0
