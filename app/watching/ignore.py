"""Which files of a source are not looked at: gitignore rules, hidden and system files.

* Doppel's own rules come first and a source's patterns after them, in one gitignore list: the last rule that
  matches wins, so a person can take a default back with `!.notes/`.
* What the file system itself marks as hidden (Windows attributes, macOS flags) is hidden here too.

It decides by name alone, apart from `marked_hidden`, which reads one stat result and no disk.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePath

from pathspec import GitIgnoreSpec

DEFAULTS = (
    # hidden files and folders, version control among them
    ".*",
    # what a system or a synchroniser puts beside the files
    "Thumbs.db",
    "desktop.ini",
    "$RECYCLE.BIN/",
    "System Volume Information/",
    "lost+found/",
    "@eaDir/",
    "@Recycle/",
    r"\#recycle/",
    # copies that a synchroniser keeps of a file that was changed in two places, and that editors keep of what was before
    "*.sync-conflict-*",
    "*[cC]onflicted copy*",
    "*(case conflict*)*",
    "*[iI]n Konflikt stehende Kopie*",
    "*copie en conflit*",
    "*冲突*副本*",
    "*冲突副本*",
    "*.orig",
    "*.bak",
    "*.rej",
    # locks, drafts and half-finished downloads
    "~$*",
    "*~",
    r"\#*#",
    "*.swp",
    "*.swx",
    "*.tmp",
    "*.temp",
    "*.part",
    "*.partial",
    "*.crdownload",
    "*.download",
    "*.opdownload",
    "*.filepart",
    "*.aria2",
    "*.!ut",
    "*.!qB",
    "*.bc!",
    # what programs install or build, which no person wrote
    "node_modules/",
    "__pycache__/",
    "site-packages/",
)

_WINDOWS_HIDDEN = stat.FILE_ATTRIBUTE_HIDDEN | stat.FILE_ATTRIBUTE_SYSTEM


class Ignore:
    """The rules of one source. Paths are relative to its root.

    Raises ValueError if a pattern is no gitignore pattern.
    """

    def __init__(self, patterns: Sequence[str] = ()) -> None:
        self._spec = GitIgnoreSpec.from_lines([*DEFAULTS, *patterns])
        # folders repeat for every file in them
        self._folder = lru_cache(maxsize=4096)(self._folder_uncached)

    def folder(self, relative: PurePath) -> bool:
        """True if the folder, or one above it, is left out with everything in it."""
        return bool(relative.parts) and self._folder(relative.as_posix())

    def file(self, relative: PurePath) -> bool:
        """True if the file is left out, by its own name or by a folder above it."""
        return self.folder(relative.parent) or self._spec.match_file(relative.as_posix())

    def _folder_uncached(self, relative: str) -> bool:
        above, _, _ = relative.rpartition("/")
        return (bool(above) and self._folder(above)) or self._spec.match_file(relative + "/")


def marked_hidden(status: os.stat_result) -> bool:
    """True if Windows or macOS marks the file as hidden or as the system's."""
    return bool(
        getattr(status, "st_file_attributes", 0) & _WINDOWS_HIDDEN
        or getattr(status, "st_flags", 0) & stat.UF_HIDDEN
    )
