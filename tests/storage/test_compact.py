"""Compaction: fewer files, the same answers, in small steps."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from storage import durable
from storage.archive import Archive
from storage.bank import segment
from storage.compact import FAN_IN, LARGEST, MANY, TOGETHER, choose
from tests.storage.synthetic import BANK, HEAD_DIM, HEADS, add_file, encoded, open_bank
from tests.storage.test_forget import vectors_in_files

# Each asks for one number of a routing key, so no score depends on the order in which a product adds up.
QUERIES = list(torch.eye(HEADS * HEAD_DIM).view(-1, 1, HEADS, HEAD_DIM))


def test_merging_changes_no_score_and_no_content(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        bank = open_bank(archive)
        ids = [i for n in range(20) for i in add_file(archive, f"/notes/{n}.txt", 2, chunks=1 + n % 3)]
        archive.documents.edit(ids[3], "edited", "h", 1, encoded(999), BANK)
        archive.documents.delete(ids[10:14])
        before = bank.snapshot()
        steps = 0
        while archive.compact():
            steps += 1
        after = bank.snapshot()
        assert steps >= 2 and len(list(archive.banks.directory.iterdir())) < FAN_IN
    with Archive.open(tmp_path) as archive:
        reopened = open_bank(archive).snapshot()
        assert archive.recovery.damaged_segments == 0 and archive.verify() == 0
        for snapshot in (after, reopened):
            assert torch.equal(snapshot.document_ids, before.document_ids)
            for number in before.document_ids.tolist():
                kept, known = (one.encoding(number, tokens=1) for one in (snapshot, before))
                assert kept is not None and known is not None
                assert torch.equal(kept.router_key, known.router_key)
            torch.testing.assert_close(snapshot.score(0, QUERIES), before.score(0, QUERIES), rtol=0, atol=0)
            for a, b in zip(
                snapshot.fetch(1, before.document_ids), before.fetch(1, before.document_ids), strict=True
            ):
                assert torch.equal(a, b)


def test_the_dead_give_up_their_room(archive: Archive) -> None:
    ids = add_file(archive, "/notes/a.txt", 30)
    (path,) = archive.banks.directory.iterdir()
    size = path.stat().st_size
    archive.documents.delete(ids[:20])
    assert archive.compact() == 1
    (path,) = archive.banks.directory.iterdir()
    assert path.stat().st_size < size / 2
    assert vectors_in_files(archive, ids[0]) == 0 and vectors_in_files(archive, ids[20]) == 1
    archive.documents.delete(ids)
    assert archive.compact() == 1 and list(archive.banks.directory.iterdir()) == []
    assert archive.compact() == 0


def test_what_changes_during_a_merge_stays_changed(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [i for n in range(FAN_IN) for i in add_file(archive, f"/notes/{n}.txt", 2)]
    merge = segment.merge

    def slow_merge(*arguments):
        tensors = merge(*arguments)
        archive.documents.delete(ids[:1])
        archive.documents.edit(ids[1], "edited meanwhile", "h", 1, encoded(700), BANK)
        add_file(archive, "/notes/new.txt", 1)
        return tensors

    monkeypatch.setattr(segment, "merge", slow_merge)
    assert archive.compact() == 1
    snapshot = open_bank(archive).snapshot()
    assert snapshot.document_ids.tolist() == [d.id for d in archive.documents.listed(limit=99)][::-1]
    query = [encoded(700).router_key[0, :1].repeat_interleave(3, dim=1)]
    assert snapshot.score(0, query)[0].argmax() == 0
    assert vectors_in_files(archive, ids[0]) == vectors_in_files(archive, ids[1]) == 0


@pytest.mark.parametrize("fails", ["write", "fsync", "rename", "commit", "overwrite"])
def test_a_failed_merge_leaves_the_old_segments(archive: Archive, fails: str) -> None:
    ids = [i for n in range(FAN_IN) for i in add_file(archive, f"/notes/{n}.txt", 2)]
    files = sorted(archive.banks.directory.iterdir())

    def fault(step: str) -> None:
        if step == fails:
            raise OSError("no")

    durable.fault = fault
    try:
        if fails == "overwrite":  # not part of a merge without changes beside it
            assert archive.compact() == 1
        else:
            with pytest.raises(OSError, match="no"):
                archive.compact()
            assert sorted(archive.banks.directory.iterdir()) == files
    finally:
        durable.fault = None
    assert open_bank(archive).snapshot().document_ids.tolist() == ids
    assert archive.verify() == 0


def test_a_file_that_cannot_be_removed_yet_is_erased_all_the_same(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, while a question reads the old segments."""
    ids = [i for n in range(FAN_IN) for i in add_file(archive, f"/notes/{n}.txt", 2)]
    remove = durable.remove
    monkeypatch.setattr(durable, "remove", lambda path: False)
    assert archive.compact() == 1
    assert vectors_in_files(archive, ids[0]) == vectors_in_files(archive, ids[1]) == 2
    archive.forgetting.forget(ids[:1])
    assert (vectors_in_files(archive, ids[0]), vectors_in_files(archive, ids[1])) == (0, 2)
    monkeypatch.setattr(durable, "remove", remove)
    archive.forgetting.forget(ids[1:2])
    assert len(list(archive.banks.directory.iterdir())) == 1
    assert open_bank(archive).snapshot().document_ids.tolist() == ids[2:]


def row(bytes: int, documents: int = 100, live: int = 100) -> SimpleNamespace:
    return SimpleNamespace(id=0, bytes=bytes, documents=documents, live=live)


def test_no_step_rewrites_more_than_the_largest_segment() -> None:
    large = LARGEST // 3
    assert choose([row(LARGEST)] * 50) == []
    assert len(choose([row(large)] * 50)) == 3
    assert len(choose([row(1000)] * 100)) == 100 and len(choose([row(1000)] * 2 * MANY)) == MANY
    assert len(choose([row(TOGETHER // 20)] * 100)) == 20
    assert len(choose([row(TOGETHER)] * 100)) == FAN_IN
    assert choose([row(1000)] * (FAN_IN - 1)) == []
    assert choose([row(LARGEST), row(LARGEST, live=50)]) == [row(LARGEST, live=50)]
