"""A person's files are read and nothing else: after learning, changing, forgetting and erasing they are as they were."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import app.sample
from tests.app.desk import Desk

State = tuple[int, int, int, bytes]


def states(root: Path) -> dict[str, State]:
    found = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (status.st_mode, status.st_mtime_ns, status.st_ino, content)
    return found


def test_a_watched_folder_is_as_it_was_whatever_is_done_with_its_memories(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        shutil.copytree(Path(app.sample.__file__).parent / "archive", desk.root, dirs_exist_ok=True)
        for folder, _, names in os.walk(desk.root):
            for name in names:
                os.utime(Path(folder, name), (1_600_000_000, 1_600_000_000))
        before = states(desk.root)
        desk.learn()
        desk.start()
        archive = desk.archive
        first, second, *rest = [file for file in archive.files.rows() if file.documents]
        ids = [document.id for document in archive.documents.of_file(rest[0].id)]
        archive.trash.remove(ids)
        archive.forgetting.forget_file(first.id)
        archive.forgetting.forget([document.id for document in archive.documents.of_file(second.id)])
        archive.forgetting.forget(ids)
        desk.scan(hashes=True)
        desk.stop()
        archive.forgetting.forget_source(desk.source.id)
        assert states(desk.root) == before
