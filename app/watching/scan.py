"""What changed in a source since the archive last looked: new, changed, moved and gone files.

* `rescan` compares the whole source, `rescan_paths` only the paths that events named (a folder stands for all
  below it). Both bring the archive's file rows up to date; reading and encoding is `ingest`'s work.
* A file whose size and time of change are those of its row is taken as unchanged; `hashes=True` reads them
  all, for the rare edit that keeps both. Equal content under a new time costs a hash in ingest, never an
  encoding.
* A new path with the size and content hash of a file that is gone is a move: its memories stay. What its
  passages say of their file's name (`file_label`) is brought up to date by reading it again, if it changed.
* A file is gone only if the disk says so (not: "cannot tell"), its root is the known one, and both still hold
  at the moment its row is removed. Only rows of this very source are ever touched.
* Rows are read in pages, the walk streams, and what differs is written in transactions of up to BATCH files: a
  million files take bounded memory and a few thousand waits for the disk. What is kept are the rows of files that
  are gone.

`lock` keeps two scans from acting on what each saw before the other; commits of ingest need none, since each
change of a file raises its row's revision. Nothing here reads text.
"""

from __future__ import annotations

import contextlib
import logging
import stat
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from app.passages.file_passages import file_label
from app.watching import roots
from app.watching.tree import Found, Tree, state_of
from engine.files import sha256_of
from storage.archive import Archive
from storage.errors import NotFound
from storage.records import File, Source

log = logging.getLogger(__name__)

UNNAMEABLE = (
    "{} files or folders are left out: their names are no Unicode text. Rename them to have them read."
)

PASSING = "it will be tried again."
"""How the reason of a failure ends that may pass."""

PAGE = 1000
BATCH = 500


@dataclass
class ScanReport:
    """How many files a scan found new, changed, moved and gone, how many stay out because the person had them
    forgotten, how many are tried again that could not be read, and,
    by errno, what could not be looked at; `missing` says why it looked at nothing.
    """

    new: int = 0
    changed: int = 0
    moved: int = 0
    gone: int = 0
    forgotten: int = 0
    retried: int = 0
    unseen: Counter[int] = field(default_factory=Counter)
    missing: str | None = None

    @property
    def complete(self) -> bool:
        """False if something could not be looked at, so that the scan has to be made again."""
        return not self.unseen

    @property
    def changes(self) -> int:
        return self.new + self.changed + self.moved + self.gone + self.retried


@dataclass
class Scan:
    """One scan of one source; `exclude` is Doppel's own data.

    `settle` takes files that changed less than `quiet` seconds ago: they may still be written, so the caller
    looks at them again later.
    """

    archive: Archive
    source: Source
    exclude: Sequence[Path] = ()
    lock: threading.Lock = field(default_factory=threading.Lock)
    settle: Callable[[Path], None] | None = None
    quiet: float = 0.0
    hashes: bool = False
    report: ScanReport = field(default_factory=ScanReport)

    def __post_init__(self) -> None:
        self.tree = Tree(Path(self.source.path), self.source.ignore, self.exclude)
        self.report.unseen = self.tree.unseen
        self._disks = roots.Disks(self.archive, self.source)
        self._pulled = False  # a disk was away when one of its files was looked for
        self._gone: dict[int, list[File]] = defaultdict(list)  # by size

    def all(self) -> ScanReport:
        """Compare the whole source."""
        if self._missing():
            return self.report
        self.archive.files.take_over(self.source.id, Path(self.source.path))
        self._note_gone(file for file in known_files(self.archive, self.source.id))
        self._compare(self.tree.walk())
        roots.remember_mounts(self.archive, self.source, self.tree)
        self._say_what_is_left_out()
        self._remove_gone()
        return self.report

    def some(self, paths: Iterable[Path]) -> ScanReport:
        """Compare what lies at or below these paths."""
        if self._missing():
            return self.report
        tops = outermost(paths)
        self._note_gone(self._rows_below(tops))
        self._compare(found for path in tops for found in self._at(path))
        roots.remember_mounts(self.archive, self.source, self.tree)
        self._remove_gone()
        return self.report

    def _say_what_is_left_out(self) -> None:
        """Names that are no text cannot be shown one by one, so the source says how many there are."""
        count = self.tree.unnameable
        reason = UNNAMEABLE.format(count) if count else None
        known = self.source.reason
        if known != reason and (known is None or known.endswith(UNNAMEABLE[3:])):
            self.source = self.archive.sources.set_state(self.source.id, self.source.state, reason)

    def _missing(self) -> bool:
        """Look at the root; note in the archive when the source went missing or came back."""
        reason = roots.why_missing(self.archive, self.source)
        state = "missing" if reason else "active"
        said = reason is None or reason == self.source.reason
        if self.source.state != "paused" and (self.source.state != state or not said):
            self.source = self.archive.sources.set_state(self.source.id, state, reason)
            log.info("source %s is %s", self.source.id, state)
        self.report.missing = reason
        return reason is not None

    def _at(self, path: Path) -> Iterator[Found]:
        try:
            status = self.tree.look(path)
            inside = status is None and self.tree.holds_folder(path)
        except OSError as error:
            self.tree.note(error)
            return
        if status is not None:
            yield path, status
        elif inside:
            yield from self.tree.walk(path)

    def _rows_below(self, tops: Sequence[Path]) -> Iterator[File]:
        """The source's rows at or below the paths. A path that is a file is looked up by itself."""
        folders = []
        for path in tops:
            file = self.archive.files.by_path(path)
            if file is None:
                folders.append(path)
            elif file.source_id == self.source.id:
                yield file
        for folder in folders:
            yield from known_files(self.archive, self.source.id, below=folder)

    def _note_gone(self, files: Iterable[File]) -> None:
        for file in files:
            if self._is_gone(Path(file.path)):
                self._gone[file.size].append(file)

    def _is_gone(self, path: Path) -> bool:
        try:
            absent = self.tree.look(path) is None
        except OSError as error:
            self.tree.note(error)
            return False
        # Asked after the look: a disk that is pulled in between was there when its file was not.
        held = not absent or self._disks.hold(path)
        self._pulled |= not held
        return absent and held

    def _compare(self, found: Iterable[Found]) -> None:
        """Bring the rows of files on disk up to date."""
        entries = iter(found)
        while batch := list(islice(entries, BATCH)):
            known = self.archive.files.by_paths([path for path, _ in batch])
            rows = [(entry, known.get(str(entry[0]))) for entry in batch]
            self._take_in([(e, file) for e, file in rows if self._differs(file, e) and self._settled(e)])
            self._try_again(file for _, file in rows if file is not None and may_pass(file))

    def _try_again(self, failed: Iterable[File]) -> None:
        """Queue files that could not be read, for somebody has touched them or asks for them."""
        for file in failed:
            with contextlib.suppress(NotFound):
                if may_pass(self.archive.files.row(file.id)):
                    self.archive.files.set_state(file.id, "queued")
                    self.report.retried += 1

    def _take_in(self, changed: Iterable[tuple[Found, File | None]]) -> None:
        """Move or queue the files, each given with its row if it has one."""
        entries = [(found, file) for found, file in changed if not self._take_in_moved(found)]
        if not entries:
            return
        found = [(path, *state_of(status)) for (path, status), _ in entries]
        with self.lock:
            rows = self.archive.files.upsert_all(self.source.id, found)
            for row in rows:
                if row.state == "known":
                    self.archive.files.set_state(row.id, "queued")  # the hash alone differs
        for row, (_, before) in zip(rows, entries, strict=True):
            if row.state == "forgotten":
                self.report.forgotten += 1
            elif before is None:
                self.report.new += 1
            else:
                self.report.changed += 1

    def _take_in_moved(self, found: Found) -> bool:
        """Give a file that is gone its new place here; False if this is none of those."""
        path, status = found
        before = self._moved_from(found)
        if before is None:
            return False
        with self.lock:
            if not self._move(before, path):
                return False
            self.archive.files.upsert(self.source.id, path, *state_of(status))
        self.report.moved += 1
        return True

    def _settled(self, found: Found) -> bool:
        """False for a file that may still be written; it is then looked at again."""
        path, status = found
        if self.settle is None or abs(time.time() - status.st_mtime) >= self.quiet:
            return True
        self.settle(path)
        return False

    def _differs(self, file: File | None, found: Found) -> bool:
        """True if no row describes the file on disk as it is, and it is this source's to update."""
        path, status = found
        if file is None:
            return True
        if file.source_id != self.source.id:
            return False
        if (file.size, file.mtime_ns) != state_of(status):
            return True
        return self.hashes and file.content_hash is not None and hash_or_none(path) != file.content_hash

    def _moved_from(self, found: Found) -> File | None:
        """The gone file whose content is now at this path, taken off the list of gone ones."""
        path, status = found
        candidates = [file for file in self._gone.get(status.st_size, ()) if file.content_hash]
        digest = hash_or_none(path) if candidates else None
        for file in candidates:
            if file.content_hash == digest:
                self._gone[status.st_size].remove(file)
                return file
        return None

    def _move(self, file: File, path: Path) -> bool:
        """Give the row of a file that is gone its new path; False if the row is not there any more."""
        if not self._still_gone(file):
            return False
        if file_label(Path(file.path)) != file_label(path):
            read_again(self.archive, file.id)
        self.archive.files.move(file.id, path)
        return True

    def _remove_gone(self) -> None:
        """Remove the rows of files that are gone, unless the root went away while we looked."""
        gone = [file for files in self._gone.values() for file in files]
        if (gone or self._pulled) and self._missing():
            return
        for start in range(0, len(gone), BATCH):
            with self.lock:
                still = [file.id for file in gone[start : start + BATCH] if self._still_gone(file)]
                self.archive.files.remove(still)
                self.report.gone += len(still)

    def _still_gone(self, file: File) -> bool:
        """True if the row is where it was and the disk, asked anew, has nothing there."""
        now = self.archive.files.by_path(Path(file.path))
        if now is None or now.id != file.id:
            return False
        try:
            status = Path(file.path).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return self._disks.hold(Path(file.path))
        except OSError as error:
            self.tree.note(error)
            return False
        # Something is there now. It still counts as gone if no walk would find it: ignored, a link, a folder.
        return not stat.S_ISREG(status.st_mode) or self._is_gone(Path(file.path))


def may_pass(file: File) -> bool:
    """True if the file could not be read for a reason that is not its own."""
    return file.state == "failed" and (file.reason or "").endswith(PASSING)


def read_again(archive: Archive, id: int) -> None:
    """Have a file read anew under its new name, whatever its hash: its passages say what it is called.

    Until then its memories stay as they are; those that come out as before stay for good.
    """
    archive.files.set_state(id, "queued", content_hash="")


def known_files(archive: Archive, source_id: int, below: Path | None = None) -> Iterator[File]:
    """The rows of a source, of files below a folder if one is given, read in pages."""
    last: Path | None = None
    while page := archive.files.rows(source_id=source_id, limit=PAGE, after=last, below=below):
        yield from page
        last = Path(page[-1].path)


def outermost(paths: Iterable[Path]) -> list[Path]:
    """The paths without those that lie below another of them, sorted."""
    kept: list[Path] = []
    for path in sorted(set(paths)):
        if not kept or not path.is_relative_to(kept[-1]):
            kept.append(path)
    return kept


def hash_or_none(path: Path) -> str | None:
    """As `sha256_of`; None if the file cannot be read."""
    try:
        return sha256_of(path)
    except OSError:
        return None
