"""Every file change of the archive outside SQLite, so that it is durable, and so that tests can make it fail.

A new file appears whole or not at all: temporary name, write, fsync, rename, fsync of the directory. `fault` is
called with the name of each step before it is taken; a test or benchmark sets it to raise or to kill the process.
SQLite's own writes do not pass here; those are covered by its journal and by killing the process at random moments.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from storage.directory import REDO, private
from storage.errors import ArchiveFull

PROBE, PROBED = "doppel.probe", 65536  # bytes
PARTIAL = ".part"  # suffix of a file that is not whole yet

fault: Callable[[str], None] | None = None


def step(name: str) -> None:
    """Marks a moment at which a crash must be survivable."""
    if fault is not None:
        fault(name)


def write_file(path: Path, chunks: Iterable[bytes | memoryview]) -> None:
    """Creates or replaces `path` with the chunks, durably. Raises ArchiveFull; then nothing is left behind."""
    partial = path.with_name(path.name + PARTIAL)
    with full_disk(path):
        try:
            step("write")
            with private(partial) as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                step("fsync")
                os.fsync(file.fileno())
            step("rename")
            partial.replace(path)
            sync_directory(path.parent)
        except Exception:
            partial.unlink(missing_ok=True)
            raise


def overwrite(path: Path, ranges: Iterable[tuple[int, int]]) -> None:
    """Fills the (offset, length) byte ranges of an existing file with zeros, in place and durably."""
    with full_disk(path), path.open("r+b") as file:
        for offset, length in ranges:
            step("overwrite")
            file.seek(offset)
            file.write(bytes(length))
        file.flush()
        step("fsync")
        os.fsync(file.fileno())


def rewrite(
    directory: Path, name: str, changes: Sequence[tuple[int, bytes]], file: IO[bytes] | None = None
) -> None:
    """Writes (offset, bytes) into the file `name` of `directory`, in place and durably: all of them, or none.

    For places whose old and new bytes must never mix, as in an encrypted block. The changes lie in a file beside it first;
    `finish_rewriting` carries them out after a crash. One at a time. file: the file itself, if it must not be opened again.
    """
    if not changes:
        return
    about = {"file": name, "places": [[offset, len(data)] for offset, data in changes]}
    line = json.dumps(about).encode() + b"\n"
    write_file(directory / REDO, [line, *(data for _, data in changes)])
    _carry_out(directory, name, changes, file)


def finish_rewriting(directory: Path) -> None:
    """Carries out what a crash left undone. Only while nobody has the archive open."""
    try:
        content = (directory / REDO).read_bytes()
    except FileNotFoundError:
        return
    line, _, data = content.partition(b"\n")
    about, changes, at = json.loads(line), [], 0
    for offset, length in about["places"]:
        changes.append((offset, data[at : at + length]))
        at += length
    if (directory / about["file"]).exists():
        _carry_out(directory, about["file"], changes, None)
    else:
        _forget_changes(directory)


def _carry_out(
    directory: Path, name: str, changes: Sequence[tuple[int, bytes]], opened: IO[bytes] | None
) -> None:
    with full_disk(directory / name), contextlib.ExitStack() as stack:
        file = opened or stack.enter_context((directory / name).open("r+b"))
        for offset, data in changes:
            step("overwrite")
            file.seek(offset)
            file.write(data)
        file.flush()
        step("fsync")
        os.fsync(file.fileno())
    _forget_changes(directory)


def _forget_changes(directory: Path) -> None:
    # Durably, as carried out again later they would undo what was written since.
    step("remove")
    (directory / REDO).unlink()
    sync_directory(directory)


def sync_directory(directory: Path) -> None:
    """Makes a rename or removal in `directory` durable, where the platform can."""
    step("fsync directory")
    if os.name == "nt":  # Windows neither opens nor needs to flush a directory
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def probe(directory: Path, names: Iterable[str]) -> None:
    """Writes a little where the largest of these files ends, into a file of its own. Raises OSError as the disk does."""
    path = directory / PROBE
    sizes = [(directory / name).stat().st_size for name in names if (directory / name).exists()]
    try:
        with private(path) as file:
            file.seek(max(sizes, default=0))
            file.write(bytes(PROBED))
            file.flush()
            os.fsync(file.fileno())
    finally:
        path.unlink(missing_ok=True)


def remove(path: Path) -> bool:
    """Removes a file; False if the system still holds it (Windows, while a question reads it)."""
    step("remove")
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        return False
    return True


@contextlib.contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Turns "no space left" and "quota exceeded" into ArchiveFull."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG):
            raise full(path) from error
        raise


def full(path: Path) -> ArchiveFull:
    return ArchiveFull(
        f"There is no space left on the disk of {path.parent}. Nothing was lost: what was being added is not in "
        "the memory yet. Free some space, and it goes on by itself."
    )
