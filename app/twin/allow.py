"""Letting in again what was forgotten: of one file or folder, or everything.

Only hashes are known of what was forgotten, so the file itself has to say the words that are allowed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.errors import NotFound, NotRead
from app.passages.file_passages import Reader, file_label, text_hash
from app.watching.scan import known_files, read_again
from app.watching.tree import Tree, state_of
from engine.files import sha256_of
from storage.archive import Archive
from storage.privacy import passage_stamp
from storage.records import Source


def allow_file(archive: Archive, reader: Reader, path: Path) -> None:
    """Lets in again all that this file says now. Raises NotFound if it cannot be read."""
    try:
        status, content = path.stat(), sha256_of(path)
        items = list(reader.read(path))
    except (OSError, NotRead) as error:
        raise NotFound(f"{path} cannot be read, so what it says cannot be allowed ({error}).") from None
    file = archive.files.by_path(path)
    passages = [passage for item in items for passage in reader.split(item, file_label(path))]
    archive.forgotten.allow(
        [block.text for item in items for block in item.blocks]
        + [item.title for item in items]
        + [passage.body for passage in passages],
        [content, *(text_hash(passage.text) for passage in passages)],
        [(path, *state_of(status))],
        [passage_stamp(file.id, text_hash(passage.body)) for passage in passages] if file else (),
    )
    if file is not None:
        read_again(archive, file.id)


def allow_everything(archive: Archive) -> None:
    """Lets in again whatever was forgotten, and has the files read anew that it was forgotten from."""
    origins = [
        file.id
        for source in archive.sources.rows()
        for file in known_files(archive, source.id)
        if archive.forgotten.came_from(file.id)
    ]
    archive.forgotten.allow_all()
    for id in origins:
        read_again(archive, id)


def files_at(path: Path, source: Source | None, home: Path) -> Iterator[Path]:
    """The file itself, or those of a folder that are read."""
    if path.is_dir():
        patterns = source.ignore if source is not None else ()
        yield from (file for file, _ in Tree(path, patterns, [home]).walk())
    else:
        yield path
