"""An archive is looked at from outside: sound, written by somebody, damaged, with a segment gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from storage.archive import Archive
from storage.health import inspect
from storage.lock import OWNER, owner


def test_an_empty_directory_has_no_archive(tmp_path: Path) -> None:
    assert not inspect(tmp_path).exists and not list(tmp_path.iterdir())


def test_who_writes_is_named_until_they_end(tmp_path: Path) -> None:
    with Archive.open(tmp_path):
        assert inspect(tmp_path).written_by == str(os.getpid())
    seen = inspect(tmp_path)
    assert seen.exists and not seen.damage and not seen.written_by and not seen.missing


def test_a_killed_writer_is_no_writer(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from storage.archive import Archive;"
        "Archive.open(Path(sys.argv[1])); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)]).returncode == 9
    assert (tmp_path / OWNER).exists() and owner(tmp_path) == ""
    Archive.open(tmp_path).close()


def test_a_damaged_database_is_said(tmp_path: Path) -> None:
    Archive.open(tmp_path).close()
    database = tmp_path / "doppel.db"
    content = bytearray(database.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    database.write_bytes(content)
    assert inspect(tmp_path).damage
