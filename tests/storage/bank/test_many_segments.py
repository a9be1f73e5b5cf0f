"""However many segments there are: few maps, few open files, nothing taken for damage, nothing lost."""

from __future__ import annotations

import errno
import gc
import logging
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch

from storage import durable, mapping
from storage.archive import Archive
from storage.bank import segment as segments_on_disk
from storage.compact import CROWD
from storage.encryption.blocks import SealedFile
from storage.errors import ArchiveError, ArchiveFull
from storage.mapping import ByName
from tests.storage.synthetic import (
    BANK,
    HEAD_DIM,
    HEADS,
    add_file,
    encoded,
    key_of,
    open_bank,
)
from tests.storage.test_forget import vectors_in_files

MAPS = Path("/proc/self/maps")
FEW = 3


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few files may be mapped, beside those that are mapped already."""
    gc.collect()
    monkeypatch.setattr(mapping, "MOST", len(mapping._held) + FEW)


def reopened(archive: Archive) -> Archive:
    archive.close()
    return Archive.open(archive.directory, key=key_of(archive.directory))


def mapped_segments(archive: Archive) -> int:
    return sum(str(archive.banks.directory) in line for line in MAPS.read_text().splitlines())


def contents(archive: Archive) -> list[Any]:
    snapshot = open_bank(archive).snapshot()
    query = torch.ones(1, HEADS, HEAD_DIM)
    return [snapshot.document_ids, snapshot.score(1, [query]), *snapshot.fetch(1, snapshot.document_ids)]


def same(one: list[Any], other: list[Any]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.skipif(not MAPS.exists(), reason="this system does not say what is mapped")
def test_no_more_are_mapped_than_may_be(archive: Archive, few: None) -> None:
    ids = [add_file(archive, f"/notes/{n}.txt", 1)[0] for n in range(20)]
    before = contents(archive)
    assert mapped_segments(archive) == FEW
    with reopened(archive) as again:
        assert mapped_segments(again) == FEW
        assert again.recovery.damaged_segments == 0 and again.verify() == 0
        assert same(contents(again), before) and before[0].tolist() == ids
        while again.compact():
            pass
        assert len(list(again.banks.directory.iterdir())) < 8
        assert same(contents(again), before)


def test_what_a_question_reads_by_name_stays_until_it_is_over(archive: Archive, few: None) -> None:
    ids = [add_file(archive, f"/notes/{n}.txt", 1)[0] for n in range(20)]
    bank = open_bank(archive)
    snapshot = bank.snapshot()
    before = snapshot.fetch(1, torch.tensor(ids))
    while archive.compact():
        pass
    after = snapshot.fetch(1, torch.tensor(ids))
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    left = len(list(archive.banks.directory.iterdir()))
    del snapshot
    gc.collect()
    assert left >= 20 - FEW and len(list(archive.banks.directory.iterdir())) < 8


def test_opening_and_merging_read_a_small_file_once(
    archive: Archive, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [i for n in range(20) for i in add_file(archive, f"/notes/{n}.txt", 2, chunks=1 + n % 3)]
    archive.documents.delete(ids[3:30:4])
    archive.documents.edit(ids[4], "edited", "h", 1, encoded(999), BANK)
    archive.banks.in_memory.clear()  # nothing of this opening reads any more
    readings: Counter[str] = Counter()

    def counted(kind: type) -> None:
        plain = kind.read

        def read(file: Any, low: int, high: int) -> Any:
            # An encrypted file is stored in another that is read by its name.
            if not isinstance(file, ByName) or key_of(archive.directory) is None:
                readings[file.path.name if isinstance(file, ByName) else file.name] += 1
            return plain(file, low, high)

        monkeypatch.setattr(kind, "read", read)

    counted(ByName)
    counted(SealedFile)
    with reopened(archive) as again:
        assert len(readings) == 21 and set(readings.values()) == {1}
        before = contents(again)
        assert before[0].tolist() == [i for i in ids if i not in ids[3:30:4]]
        readings.clear()
        merged: list[set[int]] = []
        merge = segments_on_disk.merge

        def merging(*arguments: Any) -> Any:
            tensors = merge(*arguments)
            merged.append(set(readings.values()))
            return tensors

        monkeypatch.setattr(segments_on_disk, "merge", merging)
        assert again.compact() and merged == [{1}]
        while again.compact():
            pass
        assert same(contents(again), before) and again.verify() == 0


def test_forgetting_reaches_files_that_a_question_still_reads(archive: Archive, few: None) -> None:
    ids = [add_file(archive, f"/notes/{n}.txt", 1)[0] for n in range(20)]
    snapshot = open_bank(archive).snapshot()
    while archive.compact():
        pass
    assert vectors_in_files(archive, ids[-1]) == 2
    archive.forgetting.forget(ids[-1:])
    assert vectors_in_files(archive, ids[-1]) == 0 and vectors_in_files(archive, ids[-2]) == 2
    assert not snapshot.fetch(0, torch.tensor(ids[-1:]))[0].any()


def test_a_file_that_is_held_when_its_last_question_ends_is_erased_all_the_same(
    archive: Archive, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [add_file(archive, f"/notes/{n}.txt", 1)[0] for n in range(20)]
    remove = durable.remove
    monkeypatch.setattr(durable, "remove", lambda path: False)
    while archive.compact():
        pass
    gc.collect()
    archive.forgetting.forget(ids[-1:])
    assert vectors_in_files(archive, ids[-1]) == 0 and vectors_in_files(archive, ids[-2]) == 2
    monkeypatch.setattr(durable, "remove", remove)
    archive.forgetting.forget(ids[-2:-1])
    assert len(list(archive.banks.directory.iterdir())) < 8


@pytest.mark.parametrize("keep", [0, 5, 300, -1])
def test_a_file_that_is_cut_off_is_found_unmapped_too(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, keep: int
) -> None:
    ids = add_file(archive, "/notes/a.txt", 4)
    (path,) = archive.banks.directory.iterdir()
    archive.close()
    path.write_bytes(path.read_bytes()[:keep])
    monkeypatch.setattr(mapping, "MOST", 0)
    with reopened(archive) as again:
        assert [document.id for document in again.banks.to_encode(BANK)] == ids


def test_where_the_system_maps_no_more_files_are_read(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_file(archive, "/notes/a.txt", 4)
    before = contents(archive)

    def refused(*arguments: Any, **named: Any) -> None:
        raise error

    error: Exception = MemoryError("Cannot allocate memory (os error 12)")
    monkeypatch.setattr(segments_on_disk, "safe_open", refused)
    with reopened(archive) as again:
        assert again.recovery.damaged_segments == 0 and same(contents(again), before)
        error = RuntimeError("unable to mmap 4096 bytes from file: Cannot allocate memory (12)")
        monkeypatch.setattr(torch, "from_file", refused)
        with reopened(again) as last:
            assert last.recovery.damaged_segments == 0 and same(contents(last), before)


def test_too_many_open_files_are_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(tmp_path) as archive:
        open_bank(archive)
        ids = add_file(archive, "/notes/a.txt", 4)
        before = contents(archive)
    opened = Path.open

    def refused(path: Path, *arguments: Any, **named: Any) -> Any:
        if path.suffix == ".safetensors":
            raise OSError(errno.EMFILE, "Too many open files")
        return opened(path, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refused)
        with pytest.raises(ArchiveError, match="no more files"):
            Archive.open(tmp_path)
    with Archive.open(tmp_path) as archive:
        assert archive.recovery.damaged_segments == 0
        assert same(contents(archive), before) and before[0].tolist() == ids


def test_whoever_commits_time_and_again_merges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("storage.compact.CROWD", 12)
    most = 0
    with Archive.open(tmp_path) as archive:
        open_bank(archive)
        for n in range(100):
            add_file(archive, f"/notes/{n}.txt", 1)
            archive.settle()
            most = max(most, len(list(archive.banks.directory.iterdir())))
        assert most < 40
        assert len(open_bank(archive).snapshot()) == 100 and archive.verify() == 0

        def fault(step: str) -> None:
            raise ArchiveFull("no")

        for n in range(100, 112):
            add_file(archive, f"/notes/{n}.txt", 1)
        monkeypatch.setattr(durable, "fault", fault)
        with caplog.at_level(logging.WARNING):
            archive.settle()
        assert "could not be merged" in caplog.text and len(open_bank(archive).snapshot()) == 112


def test_a_crowd_is_far_from_what_may_be_mapped() -> None:
    assert 8 * CROWD < mapping.MOST < 65_530 // 2
