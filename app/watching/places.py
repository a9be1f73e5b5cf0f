"""Folders that a person can choose from on the page: those of their home and of the disks that are connected, no others.

Only names of folders are told. What lies outside these roots, hidden folders and links that lead out of them are not.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psutil

from app.errors import NotFound

# Where systems connect disks that a person plugs in or mounts.
MOUNTED = ("/media", "/mnt", "/run/media", "/Volumes")
MOST = 500
MOST_LOOKED_AT = 20_000


@dataclass(frozen=True)
class Place:
    """A folder to choose or to go into. path is None for the list of roots; above: the folder that holds it, None at a root.

    folders: those in it, by name; complete: False where there are more.
    """

    path: str | None
    above: str | None
    folders: tuple[str, ...]
    complete: bool = True


def roots() -> list[Path]:
    """The person's home, then the disks that are connected."""
    found = [Path.home()]
    for disk in psutil.disk_partitions(all=False):
        place = Path(disk.mountpoint)
        if sys.platform == "win32" or str(place).startswith(tuple(f"{root}/" for root in MOUNTED)):
            found.append(place)
    return [path for path in dict.fromkeys(found) if path.is_dir()]


def place(path: str = "") -> Place:
    """What lies in a folder; without a path the roots. Raises NotFound for what cannot be chosen here."""
    if not path:
        return Place(None, None, tuple(map(str, roots())))
    here, known = Path(path), roots()
    try:
        real = here.resolve(strict=True)
        allowed = [root for root in known if real.is_relative_to(root.resolve())]
        if not allowed or not real.is_dir() or any(part.startswith(".") for part in _below(real, allowed)):
            raise NotFound(
                "Choose a folder of your home or of a connected disk, or type the path of another one."
            )
        names, complete = _folders(real)
    except (OSError, ValueError, RuntimeError):
        raise NotFound(f"{path} cannot be opened. Check that it is there and that you may read it.") from None
    above = None if real in [root.resolve() for root in known] else str(real.parent)
    return Place(str(real), above, names, complete)


def _below(real: Path, allowed: list[Path]) -> tuple[str, ...]:
    """The parts of a path below the nearest of its roots."""
    return min((real.relative_to(root.resolve()).parts for root in allowed), key=len)


def _folders(real: Path) -> tuple[tuple[str, ...], bool]:
    with os.scandir(real) as entries:
        looked_at = list(islice(entries, MOST_LOOKED_AT + 1))
    names = sorted(
        (
            entry.name
            for entry in looked_at
            if not entry.name.startswith(".")
            and entry.is_dir(follow_symlinks=False)
            and entry.name.isprintable()
        ),
        key=str.casefold,
    )
    complete = len(names) <= MOST and len(looked_at) <= MOST_LOOKED_AT
    return tuple(str(real / name) for name in names[:MOST]), complete
