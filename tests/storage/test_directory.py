"""The data directory: only Doppel's own files are ever touched, and nobody else can read them."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.backup import backup, restore
from storage.directory import MARK
from storage.errors import ArchiveError, ArchiveUnwritable
from tests.storage.synthetic import add_file, open_bank

STRANGE = [
    "savings.txt",
    "0123456789abcdef.safetensors.txt",
    "model.safetensors",
    "0123456789ABCDEF.safetensors",
]


def modes(directory: Path) -> set[tuple[str, int]]:
    return {
        ("folder" if path.is_dir() else "file", stat.S_IMODE(path.stat().st_mode))
        for path in (directory, *directory.rglob("*"))
    }


@pytest.mark.parametrize("place", ["bank", "."])
def test_a_folder_that_holds_something_else_is_refused_untouched(tmp_path: Path, place: str) -> None:
    (tmp_path / place).mkdir(exist_ok=True)
    for name in STRANGE:
        (tmp_path / place / name).write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    for _ in range(2):
        with pytest.raises(ArchiveError, match="not Doppel's") as refusal:
            Archive.open(tmp_path)
        assert "\n" not in str(refusal.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_linked_bank_is_refused_untouched(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "0123456789abcdef.safetensors").write_text("mine")
    home = tmp_path / "home"
    home.mkdir()
    (home / "bank").symlink_to(pictures)
    with pytest.raises(ArchiveError, match="is a link"):
        Archive.open(home)
    assert os.listdir(pictures) == ["0123456789abcdef.safetensors"]


def test_only_names_of_ours_are_removed_from_the_bank(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home") as archive:
        open_bank(archive)
        add_file(archive, "/notes/a.txt", 2)
        bank = archive.banks.directory
    for name in STRANGE:
        (bank / name).write_text("mine")
    (bank / "fedcba9876543210.safetensors").write_text("never committed")
    (bank / "fedcba9876543211.safetensors.part").write_text("half written")
    (bank / "fedcba9876543212.safetensors").mkdir()
    with Archive.open(tmp_path / "home") as archive:
        assert archive.recovery.stray_files == 2 and archive.documents.count() == 2
    assert {*STRANGE, "fedcba9876543212.safetensors"} < set(os.listdir(bank))


def test_a_lost_database_does_not_take_the_segments_along(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home") as archive:
        open_bank(archive)
        add_file(archive, "/notes/a.txt", 2)
    before = os.listdir(tmp_path / "home" / "bank")
    os.truncate(tmp_path / "home" / "doppel.db", 0)
    for _ in range(2):
        with pytest.raises(ArchiveError, match="empty or missing"):
            Archive.open(tmp_path / "home")
        (tmp_path / "home" / "doppel.db").unlink(missing_ok=True)
    assert os.listdir(tmp_path / "home" / "bank") == before


def test_an_archive_from_before_the_mark_and_a_copied_one_are_opened(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home") as archive:
        open_bank(archive)
        add_file(archive, "/notes/a.txt", 2)
    (tmp_path / "home" / MARK).unlink()
    shutil.copytree(tmp_path / "home", tmp_path / "copy")
    for name in ("home", "copy"):
        with Archive.open(tmp_path / name) as archive:
            assert archive.documents.count() == 2 and len(open_bank(archive).snapshot()) == 2
            assert (archive.directory / MARK).is_file()


def test_nobody_else_can_read_it_nor_a_backup(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with Archive.open(tmp_path / "home") as archive:
            open_bank(archive)
            add_file(archive, "/notes/a.txt", 2)
            assert modes(tmp_path / "home") == {("folder", 0o700), ("file", 0o600)}
            backup(archive, tmp_path / "backups" / "one")
        restore(tmp_path / "backups" / "one", tmp_path / "restored")
        for name in ("backups/one", "restored"):
            assert modes(tmp_path / name) == {("folder", 0o700), ("file", 0o600)}
        # An archive from before is closed to others when it is opened.
        for path in (tmp_path / "home", *(tmp_path / "home").rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        Archive.open(tmp_path / "home").close()
        assert modes(tmp_path / "home") == {("folder", 0o700), ("file", 0o600)}
    finally:
        os.umask(before)


def test_a_file_in_place_of_the_folder_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("mine")
    with pytest.raises(ArchiveError, match="not a folder") as refusal:
        Archive.open(tmp_path / "home")
    assert "\n" not in str(refusal.value) and (tmp_path / "home").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(ArchiveUnwritable, match="Read-only file system"):
        Archive.open(tmp_path / "home")
