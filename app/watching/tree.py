"""A source as the disk has it now: which files it holds, and whether one path is among them.

* Symbolic links are never followed, so a walk stays inside the root and ends. A link into the root needs no
  following: its target is found at its own place.
* `walk` streams: beside the current folder it holds the names of folders still to visit, never those of
  files.
* A path that cannot be looked at (no permission, a failing disk) is not absent. `look` raises OSError for it,
  and whoever removes memories must treat that as "still there".
* On a file system that ignores case, a path counts only as it is spelled on disk; a case-only rename is thus
  a rename like any other.

* Doppel's own data directory, its files and its backups are known by what they are, not by how they are called.

It compares nothing and knows no archive: that is `scan`.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from app.watching.ignore import Ignore, marked_hidden
from storage.directory import DATABASE, DATABASE_FILES, LOCK

EARLIEST, LATEST = -(2**63), 2**63 - 1

Found = tuple[Path, os.stat_result]


class Tree:
    """The files of one source. `root` is a folder, or a file that is a source by itself.

    Make a new one for each scan: what it learnt about folders is remembered, and folders change.
    """

    def __init__(self, root: Path, patterns: Sequence[str] = (), exclude: Sequence[Path] = ()) -> None:
        self.root = root
        self.single = root.is_file()
        self._base = root.parent if self.single else root
        self._ignore = Ignore(patterns)
        self._own = set().union(*map(own_files, exclude)) if exclude else set()
        self._within_own = any(is_own(root, home) for home in exclude)
        self._real_folder = lru_cache(maxsize=4096)(self._real_folder_uncached)
        self._names = lru_cache(maxsize=64)(lambda folder: frozenset(os.listdir(folder)))
        self._folds_case = lru_cache(maxsize=1)(lambda: folds_case(self._base))
        self.mounts: list[Path] = []
        """Folders below the root that `walk` found to be other file systems."""
        self.unseen: Counter[int] = Counter()
        """By errno: what `walk` could not look into although it is there."""
        self.unnameable = 0
        """Files and folders that `walk` left out because their names are no Unicode text."""

    def look(self, path: Path) -> os.stat_result | None:
        """The stat of a file of this source, or None if the path is none (gone, ignored, a link, a folder).

        Raises OSError if the disk does not say.
        """
        if self.single and path != self.root:
            return None
        relative = self._relative(path)
        if relative is None or (not self.single and self._ignore.file(relative)):
            return None
        if not storable(path) or not self._real_folder(path.parent):
            return None
        status = _lstat(path)
        if status is None or not stat.S_ISREG(status.st_mode) or marked_hidden(status):
            return None
        if self._within_own or (status.st_dev, status.st_ino) in self._own:
            return None
        return status if self._spelled(path) else None

    def note(self, error: OSError) -> None:
        """Something could not be looked at. What has gone in the meantime does not count."""
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            self.unseen[error.errno or errno.EIO] += 1

    def holds_folder(self, path: Path) -> bool:
        """True if the path is a folder of this source that a walk would enter."""
        return not self.single and self._real_folder(path)

    def walk(self, start: Path | None = None) -> Iterator[Found]:
        """Every file at or below `start` (default: the root) with its stat, past what cannot be read."""
        if self.single:
            status = self.look(self.root)
            if status is not None:
                yield self.root, status
            return
        start = start or self.root
        if self._within_own or not self._real_folder(start):
            return
        try:
            device = self.root.stat().st_dev
        except OSError as error:
            self.note(error)
            return
        waiting = [start]
        while waiting:
            try:
                entries = os.scandir(waiting.pop())
            except OSError as error:
                self.note(error)
                continue
            with entries:
                yield from self._folder(entries, waiting, device)

    def _folder(
        self, entries: Iterator[os.DirEntry[str]], waiting: list[Path], device: int
    ) -> Iterator[Found]:
        """The files of one folder; its folders are added to `waiting`."""
        for entry in entries:
            path = Path(entry.path)
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError as error:
                self.note(error)
                continue
            if marked_hidden(status):
                continue
            if not storable(path):
                self.unnameable += 1
                continue
            if stat.S_ISREG(status.st_mode):
                own = (status.st_dev, status.st_ino) in self._own
                if not own and not self._ignore.file(path.relative_to(self.root)):
                    yield path, status
            elif self._enters(path, status):
                if status.st_dev != device and os.path.ismount(path):
                    self.mounts.append(path)
                waiting.append(path)

    def _enters(self, path: Path, status: os.stat_result) -> bool:
        """True if a walk goes into this path: a real folder that is neither ignored nor Doppel's own."""
        return (
            stat.S_ISDIR(status.st_mode)
            # a Windows junction is a link that calls itself a folder
            and getattr(status, "st_reparse_tag", 0) != getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)
            and not self._ignore.folder(path.relative_to(self.root))
            and (status.st_dev, status.st_ino) not in self._own
            # another memory of Doppel's, or a backup of one
            and not os.path.lexists(path / DATABASE)
        )

    def _real_folder_uncached(self, folder: Path) -> bool:
        """True if every folder from the root down to this one is entered by a walk."""
        if folder == self._base:
            return True
        if self._relative(folder) is None or not self._real_folder(folder.parent):
            return False
        status = _lstat(folder)
        return status is not None and self._enters(folder, status) and self._spelled(folder)

    def _relative(self, path: Path) -> Path | None:
        return path.relative_to(self._base) if path.is_relative_to(self._base) else None

    def _spelled(self, path: Path) -> bool:
        """True unless the disk spells the name in another case. The folder above is known to be right."""
        return not self._folds_case() or path.name in self._names(path.parent)


def storable(path: Path) -> bool:
    """False if a name in the path is no Unicode text (from an old zip or stick): no row and no citation could carry it."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def inside(root: Path, path: Path) -> os.stat_result:
    """The stat of a file at or below a root that no link leads to. Raises OSError; FileNotFoundError if it is not there, or
    if it, or a folder above it, is a link by now.
    """
    status = path.lstat()
    real = Path(os.path.realpath(root)) / path.relative_to(root)
    if (
        not stat.S_ISREG(status.st_mode)
        or os.path.realpath(path) != str(real)
        or not os.path.samestat(status, real.lstat())
    ):
        raise FileNotFoundError(errno.ENOENT, "A link or no file is there", str(path))
    return status


def state_of(status: os.stat_result) -> tuple[int, int]:
    """Size and time of change (ns since 1970) that a file is known by.

    Times that no row can hold (before 1677, after 2262: a wrong clock, a file system with another epoch) count as the
    nearest that it can.
    """
    return status.st_size, max(EARLIEST, min(LATEST, status.st_mtime_ns))


def own_files(home: Path) -> set[tuple[int, int]]:
    """Device and inode of a data directory and of what must never be opened beside the archive, wherever else a link or
    another name leads to them.
    """
    places = (home, *(home / name for name in (*DATABASE_FILES, LOCK)))
    return {found for place in places if (found := identity(place)) is not None}


def is_own(path: Path, home: Path) -> bool:
    """True for a data directory and what is in it, by whatever name."""
    own = identity(home)
    return own is not None and any(identity(above) == own for above in (path, *path.resolve().parents))


def same_place(one: Path, other: Path) -> bool:
    """True if two paths lead to the same folder or file, and both do."""
    found = identity(one)
    return one == other or (found is not None and found == identity(other))


def identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of what is at a path, links followed; None if nothing can be seen there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _lstat(path: Path) -> os.stat_result | None:
    """The path's own stat, None if nothing is there; other errors are raised."""
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def folds_case(folder: Path, same: Callable[[str, str], bool] = os.path.samefile) -> bool:
    """True if the file system of a folder takes `Name` and `name` for one."""
    for path in (folder, *folder.parents):
        other = path.with_name(path.name.swapcase()) if path.name else path
        if other != path:
            try:
                return same(str(path), str(other))
            except OSError:
                return False
    return False
