"""Backup of an archive in use, and a restore that trusts nothing."""

from __future__ import annotations

import errno
import threading
from pathlib import Path

import pytest

from storage import durable
from storage.archive import Archive
from storage.backup import MANIFEST, backup, restore
from storage.errors import ArchiveError, ArchiveFull, BackupDamaged
from tests.storage.synthetic import BANK, PASSPHRASE, add_file, key_of, open_bank, text_of


def test_a_restored_archive_is_the_same(archive: Archive, tmp_path: Path) -> None:
    ids = add_file(archive, "/notes/a.txt", 4)
    archive.settings.set("key", {"a": [1, "ü"]})
    assert backup(archive, tmp_path / "copy") > 0
    archive.forgetting.forget(ids)  # later changes do not reach the backup
    restore(tmp_path / "copy", tmp_path / "restored", PASSPHRASE)
    with Archive.open(tmp_path / "restored", key=key_of(tmp_path / "restored")) as restored:
        assert [d.text for d in restored.documents.rows(ids)] == [text_of(i) for i in ids]
        assert open_bank(restored).snapshot().document_ids.tolist() == ids
        assert restored.verify() == 0 and restored.settings.get("key") == {"a": [1, "ü"]}
        assert restored.recovery.damaged_segments == restored.recovery.documents_to_encode == 0


def test_backup_while_the_archive_changes(archive: Archive, tmp_path: Path) -> None:
    stop = threading.Event()

    def work() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            ids = add_file(archive, f"/notes/{n}.txt", 2)
            if n % 3 == 0:
                archive.forgetting.forget(ids[:1])
            archive.compact()

    worker = threading.Thread(target=work)
    worker.start()
    for n in range(3):
        backup(archive, tmp_path / f"copy{n}")
    stop.set()
    worker.join()
    for n in range(3):
        restore(tmp_path / f"copy{n}", tmp_path / f"restored{n}", PASSPHRASE)
        with Archive.open(tmp_path / f"restored{n}", key=key_of(tmp_path / f"restored{n}")) as restored:
            assert restored.banks.count_to_encode(BANK) == 0 and restored.verify() == 0
            ids = [d.id for d in restored.documents.listed(limit=1000)]
            assert open_bank(restored).snapshot().document_ids.tolist() == ids[::-1]


@pytest.mark.parametrize("harm", ["flip", "truncate", "remove", "manifest", "escape"])
def test_a_damaged_backup_is_refused(archive: Archive, tmp_path: Path, harm: str) -> None:
    add_file(archive, "/notes/a.txt", 2)
    copy, target = tmp_path / "copy", tmp_path / "restored"
    backup(archive, copy)
    (segment,) = (copy / "bank").iterdir()
    if harm == "flip":
        data = bytearray((copy / "doppel.db").read_bytes())
        data[5000] ^= 4
        (copy / "doppel.db").write_bytes(data)
    elif harm == "truncate":
        segment.write_bytes(segment.read_bytes()[:-1])
    elif harm == "remove":
        segment.unlink()
    elif harm == "manifest":
        (copy / MANIFEST).unlink()
    else:
        manifest = (copy / MANIFEST).read_text("utf-8")
        (copy / MANIFEST).write_text(manifest.replace("bank/", "../bank/"), "utf-8")
    with pytest.raises(BackupDamaged):
        restore(copy, target, PASSPHRASE)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy", "data"]


def test_a_backup_needs_a_new_place_outside(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="inside the data directory"):
        backup(archive, archive.directory / "backups" / "today")
    (tmp_path / "there").mkdir()
    with pytest.raises(ArchiveError, match="exists already"):
        backup(archive, tmp_path / "there")
    backup(archive, tmp_path / "copy")
    with pytest.raises(ArchiveError, match="not empty"):
        restore(tmp_path / "copy", archive.directory)


@pytest.mark.parametrize("step", ["copy", "fsync", "write", "rename"])
def test_a_backup_that_runs_out_of_space_leaves_nothing(archive: Archive, tmp_path: Path, step: str) -> None:
    add_file(archive, "/notes/a.txt", 2)

    def fault(name: str) -> None:
        if name == step:
            raise OSError(errno.ENOSPC, "full")

    durable.fault = fault
    try:
        with pytest.raises(ArchiveFull):
            backup(archive, tmp_path / "copy")
    finally:
        durable.fault = None
    assert [p.name for p in tmp_path.iterdir()] == ["data"]
