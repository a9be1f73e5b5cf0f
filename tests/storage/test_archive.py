"""The archive as a whole: what was committed is there after reopening, under the lock, and for readers."""

from __future__ import annotations

import multiprocessing
import sys
import threading
import time
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest
import torch

from kernels.quantise import dequantise, quantise
from storage.archive import Archive
from storage.errors import ArchiveDamaged, ArchiveLocked, ArchiveMissing, ArchiveReadOnly
from tests.storage.synthetic import BANK, HEADS, add_file, encoded, key_of, open_bank, text_of


def test_committed_documents_survive_reopening(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        open_bank(archive)
        ids = add_file(archive, "/notes/a.txt", 3)
    with Archive.open(tmp_path) as archive:
        assert [d.text for d in archive.documents.rows(ids)] == [text_of(i) for i in ids]
        assert open_bank(archive).snapshot().document_ids.tolist() == ids
        assert archive.files.counts()["known"] == 1
        assert archive.banks.active().fingerprint == BANK


def test_a_second_process_is_told_who_has_the_archive(tmp_path: Path) -> None:
    with Archive.open(tmp_path), pytest.raises(ArchiveLocked, match="process"):
        Archive.open(tmp_path)
    Archive.open(tmp_path).close()


def test_reading_needs_no_lock_and_cannot_write(archive: Archive) -> None:
    ids = add_file(archive, "/notes/a.txt", 2)
    with Archive.open(archive.directory, read_only=True, key=key_of(archive.directory)) as reader:
        assert [d.id for d in reader.documents.rows(ids)] == ids
        assert open_bank(reader).snapshot().document_ids.tolist() == ids
        with pytest.raises(ArchiveReadOnly):
            reader.sources.add(Path("/elsewhere"))


def test_reading_an_archive_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissing, match="ingest"):
        Archive.open(tmp_path / "nothing", read_only=True)
    assert not (tmp_path / "nothing").exists()


def test_scores_and_content_are_those_of_the_stored_vectors(archive: Archive) -> None:
    ids = add_file(archive, "/notes/a.txt", 4)
    snapshot = open_bank(archive).snapshot()
    query = torch.randn(5, HEADS, 16, generator=torch.Generator().manual_seed(1))
    scores = snapshot.score(1, [query, query[:2]])
    assert scores.shape == (2, 4)
    for column, id in enumerate(ids):
        stored = dequantise(quantise(encoded(id).router_key[1].flatten(1))).unflatten(1, (3, 16))
        per_head = torch.einsum("thd,chd->tch", query, stored.repeat_interleave(3, dim=1))
        expected = per_head.mean(-1).max()
        torch.testing.assert_close(scores[0, column], expected, atol=1e-4, rtol=1e-4)
    keys, values, counts = snapshot.fetch(1, torch.tensor([ids[2], ids[0]]))
    assert counts.tolist() == [3, 3]
    torch.testing.assert_close(keys[:3], dequantise(quantise(encoded(ids[2]).key[1])))
    torch.testing.assert_close(values[3:], dequantise(quantise(encoded(ids[0]).value[1])))


def test_who_asks_between_a_commit_and_what_follows_it_waits(archive: Archive) -> None:
    """The rows are changed by then, memory is not: a question would find neither the old text nor the new one."""
    shown: list[bool] = []
    go_on = threading.Event()

    def hold() -> None:
        if archive.documents.count():
            go_on.wait(5)

    archive.store.published.insert(0, hold)
    writing = threading.Thread(target=add_file, args=(archive, "/notes/a.txt", 2))
    writing.start()
    until = time.monotonic() + 5
    while not archive.documents.count():
        assert time.monotonic() < until
        time.sleep(0.001)
    assert not len(open_bank(archive).snapshot().document_ids)
    archive.store.wait_until_shown(0.05)  # no longer than it is told

    def ask() -> None:
        archive.store.wait_until_shown(5)
        shown.append(bool(len(open_bank(archive).snapshot().document_ids)))

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join(0.05)
    assert asking.is_alive()
    go_on.set()
    for thread in (asking, writing):
        thread.join(5)
    assert shown == [True]


@pytest.mark.parametrize("read_only", [False, True])
def test_a_damaged_database_is_named(tmp_path: Path, read_only: bool) -> None:
    with Archive.open(tmp_path) as archive:
        open_bank(archive)
        add_file(archive, "/notes/a.txt", 3)
    path = tmp_path / "doppel.db"
    path.write_bytes(b"This is no database." * 500)
    with pytest.raises(ArchiveDamaged, match="Restore a backup"):
        Archive.open(tmp_path, read_only=read_only)


def write_pairs(directory: Path, stop: Event) -> None:
    """Commits and deletes documents two by two, merging segments on the way."""
    torch.set_num_threads(1)
    with Archive.open(directory) as archive:
        open_bank(archive)
        n = 0
        while not stop.is_set():
            n += 1
            ids = add_file(archive, f"/notes/{n % 20}-{n}.txt", 2)
            archive.compact()
            if n % 5 == 0:
                archive.forgetting.forget(ids)


def test_another_process_reads_whole_states_while_this_one_writes(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        open_bank(archive)
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    stop = context.Event()
    writer = context.Process(target=write_pairs, args=(tmp_path, stop))
    writer.start()
    seen = []
    deadline = time.monotonic() + 60
    while len(set(seen)) < 6 and time.monotonic() < deadline:
        with Archive.open(tmp_path, read_only=True) as reader:
            snapshot = open_bank(reader).snapshot()
            ids = snapshot.document_ids.tolist()
            assert all(ids[i] + 1 == ids[i + 1] for i in range(0, len(ids), 2))
            assert len(snapshot.fetch(0, snapshot.document_ids)[0]) == 3 * len(ids)
            assert reader.recovery.damaged_segments == 0
            seen.append(len(ids))
    stop.set()
    writer.join(60)
    assert writer.exitcode == 0 and len(set(seen)) >= 6
