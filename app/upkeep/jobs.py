"""What Doppel does by itself, now and then: rescan, compaction, backup, retention, integrity check, digest; and, once
it is switched on, a look for a newer version.

Each is a function that returns one line for the person, without any text of theirs; `standing_jobs` lists
them with their usual times. When they run, and how that is remembered, is `schedule`'s.
"""

from __future__ import annotations

import datetime
import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apscheduler.triggers.base import BaseTrigger

from app.people.learn import note_people
from app.settings import Settings
from app.upkeep import passed, updates
from app.upkeep.redate import date_anew
from app.upkeep.times import Times
from app.upkeep.trash import empty_trash
from app.watching.scan import Scan, known_files
from storage.archive import Archive
from storage.backup import backup, is_backup
from storage.directory import MARK
from storage.records import Document, File

COMPACT_STEPS = 100
DIGESTS = "digests"
DIGESTS_KEPT = 60
LONGEST_TERM = 36_500  # days
MANY, SHARE = 20, 5  # files forgotten at once without asking: up to so many, or one in so many of the archive
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
BACKUP_PREFIX = "doppel-"
BACKUP = re.compile(r"doppel-\d{4}-\d\d-\d\d-\d{6}")
BEGUN = re.compile(BACKUP.pattern + r"-[0-9a-f]{8}\.part")


@dataclass(frozen=True)
class Job:
    """Something to do at times; `run` returns a line about what it did. asked: what to run instead when a person asks.
    times: when, unless the person wants it otherwise; on: before the person says."""

    name: str
    description: str
    times: Times | BaseTrigger
    run: Callable[[], str]
    asked: Callable[[], str] | None = None
    on: bool = True


@dataclass(frozen=True)
class Digest:
    """What was learned in a day: documents with first < id ≤ last. What was forgotten since is not among
    them.
    """

    day: str
    first: int
    last: int
    documents: int


def standing_jobs(
    archive: Archive,
    settings: Settings,
    rescan: Callable[[], None],
    scanning: threading.Lock | None = None,
) -> list[Job]:
    """All jobs of an archive. `rescan` has every source compared soon, as the watcher does; scanning: see `Scan.lock`."""

    def look() -> str:
        passed.seen(archive, datetime.datetime.now(datetime.UTC))
        rescan()
        return f"{len(archive.sources.rows())} sources are being compared."

    return [
        Job("rescan", "Compare all sources with what is known", Times(every=60), look),
        Job("compaction", "Merge small memory files", Times(every=360), lambda: compact(archive)),
        Job("backup", "Copy the whole memory", Times(at="02:00"), lambda: back_up(archive, settings)),
        Job(
            "retention",
            "Forget what is kept for a time",
            Times(at="03:00"),
            lambda: retain(archive),
            lambda: retain(archive, asked=True),
        ),
        Job(
            "integrity",
            "Check memory files and the content of all sources",
            Times(at="04:00", day="sun"),
            lambda: check(archive, settings, scanning),
        ),
        Job(
            "people",
            "Note who is named in new memories",
            Times(every=15),
            lambda: f"{note_people(archive)} memories were looked at.",
        ),
        Job(
            "dates",
            "Date memories anew after an upgrade",
            Times(every=5),
            lambda: f"{date_anew(archive)} files are read again.",
        ),
        Job(
            "trash",
            "Erase what was removed a month ago",
            Times(at="03:30"),
            lambda: empty_trash(archive),
        ),
        Job("digest", "Sum up what was learned in the day", Times(at="21:00"), lambda: digest(archive)),
        Job(
            "update",
            "Ask the package index on the network for a newer Doppel. Nothing is sent but the request, nothing downloaded",
            Times(at="12:30"),
            lambda: updates.look(archive),
            on=False,
        ),
    ]


def compact(archive: Archive) -> str:
    """Merge segments until there is nothing to merge, within reason."""
    return f"{archive.compact(COMPACT_STEPS)} merges were done."


def back_up(archive: Archive, settings: Settings) -> str:
    """A new backup in the backup folder; the oldest beyond `backups` go. Without a folder there are none.

    Only backups in folders that this job named are ever removed, and the beginnings of such that a crash left.
    """
    if not settings.backup_folder or not settings.backups:
        return "No backup folder is set, so nothing was copied."
    folder = Path(settings.backup_folder).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    size = backup(archive, folder / f"{BACKUP_PREFIX}{datetime.datetime.now():%Y-%m-%d-%H%M%S}")
    kept = sorted(path for path in folder.iterdir() if BACKUP.fullmatch(path.name) and is_backup(path))
    begun = [path for path in folder.iterdir() if BEGUN.fullmatch(path.name) and (path / MARK).is_file()]
    for old in [*kept[: -settings.backups], *begun]:
        shutil.rmtree(old)
    return f"{size / 1e6:.0f} MB were copied; {min(len(kept), settings.backups)} backups are kept."


def retain(archive: Archive, now: datetime.datetime | None = None, *, asked: bool = False) -> str:
    """Forget the files of sources with a term that were learned and last changed longer ago than that.

    Time is counted as it was seen to pass, and what would be a large share of the archive is forgotten only if a person
    asked for it: what a wrong clock forgets, no right one brings back.
    """
    clock = now or datetime.datetime.now(datetime.UTC)
    moment = passed.seen(archive, clock)
    expired = [
        file.id
        for source in archive.sources.rows()
        if source.retention_days is not None and source.state == "active"
        for file in known_files(archive, source.id)
        if _last_new(file, clock) < moment - datetime.timedelta(days=min(source.retention_days, LONGEST_TERM))
    ]
    known = archive.files.counts()["known"]
    if not asked and len(expired) > max(MANY, known // SHARE):
        raise TooMany(
            f"{len(expired)} of {known} files are past their term, too many to forget unasked. If the date of this "
            "computer is right: doppel jobs run retention"
        )
    documents = sum(archive.forgetting.forget_file(id).documents for id in expired)
    return f"{len(expired)} files with {documents} memories were forgotten."


def check(archive: Archive, settings: Settings, scanning: threading.Lock | None = None) -> str:
    """Verify the bank, and compare every file by its content. What is damaged or differs is queued."""
    lock = scanning or threading.Lock()
    damaged = archive.verify()
    changed = 0
    for source in archive.sources.rows():
        if source.state == "active":
            changed += Scan(archive, source, exclude=[settings.home], lock=lock, hashes=True).all().changes
    return f"{damaged} damaged memories are encoded again, {changed} changed files are read again."


def digest(archive: Archive, day: datetime.date | None = None) -> str:
    """Note which documents are new since the last digest. Their ids only: what is forgotten later is not
    quoted.
    """
    digests: list[dict[str, Any]] = archive.settings.get(DIGESTS, [])
    newest = archive.documents.listed(limit=1)
    first = digests[-1]["last"] if digests else 0
    last = max(first, newest[0].id if newest else 0)
    new = len(archive.documents.rows(range(first + 1, last + 1)))
    today = (day or datetime.date.today()).isoformat()
    entry = {"day": today, "first": first, "last": last, "documents": new}
    archive.settings.set(DIGESTS, [*digests, entry][-DIGESTS_KEPT:])
    return f"{new} memories are new."


def digests(archive: Archive) -> list[Digest]:
    """The digests kept, the newest first."""
    return [Digest(**entry) for entry in reversed(archive.settings.get(DIGESTS, []))]


def digested(archive: Archive, of: Digest, limit: int = 50) -> list[Document]:
    """The first documents of a digest that are still remembered."""
    found: list[Document] = []
    for start in range(of.first + 1, of.last + 1, 1000):
        found += archive.documents.rows(range(start, min(start + 1000, of.last + 1)))
        if len(found) >= limit:
            break
    return found[:limit]


def partly_read(archive: Archive, of: Digest, limit: int = 50) -> list[File]:
    """The files with memories of a digest of which something was not read."""
    return archive.files.partly_read(of.first, of.last, limit)


class TooMany(Exception):
    """A job would forget so much that a person has to say so."""


def _last_new(file: File, clock: datetime.datetime) -> datetime.datetime:
    """When the file was learned or last changed, whichever is later. A time of change that is yet to come says nothing."""
    known = datetime.datetime.fromisoformat(file.first_known_at)
    if known.tzinfo is None:
        known = known.replace(tzinfo=datetime.UTC)
    changed = EPOCH + datetime.timedelta(microseconds=file.mtime_ns // 1000)
    return known if changed > clock else max(known, changed)
