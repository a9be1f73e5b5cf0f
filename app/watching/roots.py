"""Is a source's folder there, and is it the one whose files are known?

An unplugged disk leaves no folder, or an empty one (its mount point), or another disk's. None of that means
that a person deleted their files, so such a source is paused as "missing" and nothing is forgotten:

* the root is gone, or cannot be read: missing;
* the root is another folder than at the last scan (device or inode changed) and holds none of the files known
  from it: missing. A folder that is still the same one and was emptied by hand is not missing.
* a folder inside the root that was a mounted disk and is none now: its files count as still there.

The identity and the mounts seen last are kept in the archive's settings.
"""

from __future__ import annotations

import os
from pathlib import Path

from app.watching.tree import Tree
from storage.archive import Archive
from storage.records import Source

SAMPLE = 50
"""Known files looked for to tell a folder whose identity changed from another folder."""


def why_missing(archive: Archive, source: Source) -> str | None:
    """Why nothing of this source may be judged now, as a sentence with what to do; None if all is well."""
    root = Path(source.path)
    try:
        identity = _identity(root)
        empty = not root.is_file() and _is_empty(root)
    except OSError as error:
        return (
            f"{root} cannot be reached ({error.strerror or error}). Connect the disk or restore the folder; "
            "what Doppel knows from it is kept."
        )
    if identity == archive.settings.get(_key("identity", source.id)):
        return None
    if _holds_known_files(archive, source):
        archive.settings.set(_key("identity", source.id), identity)
        return None
    what = "is empty" if empty else "holds none of the files known from it"
    return (
        f"{root} {what} and is another folder than before, as with an unplugged disk. Nothing was forgotten. "
        f"Connect the disk; or, if this is how it is now: doppel sources accept {source.id}"
    )


def accept(archive: Archive, source: Source) -> None:
    """Take the root as it is now for the right one: the person says that its files are really gone.

    The same holds for disks inside it that are not connected. Raises OSError if there is no root.
    """
    root = Path(source.path)
    root.stat()
    archive.settings.set(_key("identity", source.id), _identity(root))
    archive.settings.set(_key("mounts", source.id), None)


def remember_mounts(archive: Archive, source: Source, tree: Tree) -> None:
    """Keep which folders below the root a finished walk found to be disks of their own.

    A disk that was seen once stays on the list while it is unplugged.
    """
    known = set(archive.settings.get(_key("mounts", source.id)) or ())
    now = known | {str(path) for path in tree.mounts}
    if now != known:
        archive.settings.set(_key("mounts", source.id), sorted(now))


class Disks:
    """The disks of a source as a scan found them at its beginning: absence means something only where they still are.

    They are asked anew each time, since a disk can be pulled at any moment of a scan.
    """

    def __init__(self, archive: Archive, source: Source) -> None:
        self._root = Path(source.path)
        self._identity = _identity_or_none(self._root)
        self._mounts = [Path(path) for path in archive.settings.get(_key("mounts", source.id)) or ()]

    def hold(self, path: Path) -> bool:
        """Whether the disk that this path of the source belongs to is connected."""
        if self._identity is None or _identity_or_none(self._root) != self._identity:
            return False
        return all(os.path.ismount(mount) for mount in self._mounts if path.is_relative_to(mount))


def drop(archive: Archive, source_id: int) -> None:
    """Keep nothing about the root of a source that was removed."""
    for what in ("identity", "mounts"):
        if archive.settings.get(_key(what, source_id)) is not None:
            archive.settings.set(_key(what, source_id), None)


def _holds_known_files(archive: Archive, source: Source) -> bool:
    """True if a known file of the source is there, or if none is known yet."""
    known = archive.files.rows(source_id=source.id, limit=SAMPLE, offset=0)
    return not known or any(os.path.lexists(file.path) for file in known)


def _identity(root: Path) -> str:
    """Device and inode of the root; of its folder, for a source that is one file. Raises OSError."""
    status = (root if root.is_dir() else root.parent).stat()
    return f"{status.st_dev}:{status.st_ino}"


def _identity_or_none(root: Path) -> str | None:
    try:
        return _identity(root)
    except OSError:
        return None


def _is_empty(root: Path) -> bool:
    with os.scandir(root) as entries:
        return next(entries, None) is None


def _key(what: str, source_id: int) -> str:
    return f"source {source_id} {what}"
