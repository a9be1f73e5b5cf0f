"""Snapshots: one committed state each, whatever happens beside them."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.quantise import dequantise, quantise
from kernels.resident.placing import Place
from storage.archive import Archive
from storage.bank import bank as bank_module
from storage.bank import segment as segments_on_disk
from storage.bank.bank import Bank
from storage.bank.content import Layout, Mapped
from storage.bank.segment import Segment, Shape
from storage.errors import BankIncomplete, BankMismatch, NotFound
from tests.storage.synthetic import (
    BANK,
    HEAD_DIM,
    HEADS,
    KV_HEADS,
    LAYERS,
    add_file,
    drafts,
    encoded,
    open_bank,
    text_of,
)

SHAPE = Shape(LAYERS, KV_HEADS, HEAD_DIM)


def packed(ids: list[int], versions: dict[int, int]) -> Segment:
    """A segment in memory; a document has 1 to 4 chunks."""
    encodings = [encoded(1000 * versions[i] + i, 1 + i % 4) for i in ids]
    tensors = Mapped(None)
    tensors.update(segments_on_disk.pack(SHAPE, ids, encodings) | {"digests": torch.zeros(len(ids))})
    return Segment(Path(f"{ids[0]}-{versions[ids[0]]}"), SHAPE, tensors, tensors, Layout({}, {}, 0))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_snapshots_equal_a_plain_dictionary_and_never_change(data: st.DataObject) -> None:
    bank = Bank(BANK, SHAPE)
    live: dict[int, int] = {}
    seen = []
    version = 0
    query = torch.randn(2, HEADS, HEAD_DIM, generator=torch.Generator().manual_seed(0))
    for _ in range(data.draw(st.integers(1, 8))):
        action = data.draw(st.sampled_from(["small", "large", "kill", "drop"]))
        if action in ("small", "large"):
            ids = sorted(data.draw(st.sets(st.integers(1, 30), min_size=1, max_size=6)))
            version += 1
            live |= dict.fromkeys(ids, version)
            bank_module.MAPPED_BYTES, usual = (1 if action == "large" else 10**9), bank_module.MAPPED_BYTES
            bank.kill(ids)
            bank.add(packed(ids, live), np.ones(len(ids), dtype=bool))
            bank_module.MAPPED_BYTES = usual
        elif action == "kill" and live:
            dead = data.draw(st.sets(st.sampled_from(sorted(live))))
            bank.kill(dead)
            live = {i: v for i, v in live.items() if i not in dead}
        elif action == "drop" and bank.segments:
            segment = data.draw(st.sampled_from(bank.segments))
            ((_, alive),) = bank.contents({segment.path.name})
            bank.drop({segment.path.name})
            live = {i: v for i, v in live.items() if i not in segment.documents[alive].tolist()}
        bank.publish()
        snapshot = bank.snapshot()
        seen.append((snapshot, dict(live), snapshot.score(1, [query])))
    for snapshot, expected, scores in seen:
        assert snapshot.document_ids.tolist() == sorted(expected)
        torch.testing.assert_close(snapshot.score(1, [query]), scores, rtol=0, atol=0)
        wanted = sorted(expected)[::-1]
        keys, values, counts = snapshot.fetch(0, torch.tensor(wanted, dtype=torch.int64))
        stored = [encoded(1000 * expected[i] + i, 1 + i % 4) for i in wanted]
        assert counts.tolist() == [1 + i % 4 for i in wanted]
        for found, name in ((keys, "key"), (values, "value")):
            parts = [dequantise(quantise(getattr(e, name)[0])) for e in stored]
            torch.testing.assert_close(found, torch.cat([found[:0], *parts]), rtol=0, atol=0)
        for number, e in zip(wanted, stored, strict=True):
            kept = snapshot.encoding(number, tokens=1)
            plain = dequantise(quantise(e.router_key[0].flatten(1))).view_as(e.router_key[0])
            assert kept is not None
            torch.testing.assert_close(kept.router_key[0], plain, rtol=0, atol=0)


def test_where_there_is_no_room_for_many_at_once_some_are_copied_and_the_rest_is_mapped() -> None:
    bank = Bank(BANK, SHAPE)
    blocks = bank._blocks
    blocks.limit = 8
    blocks.places = [Place(torch.device("cpu"), bytes=2 * 8 * blocks.format.chunk_bytes)]
    old = packed([1, 2], {1: 1, 2: 1})
    rest = [packed([n], {n: 1}) for n in range(3, 15)]
    # An older encoding of a document, dead there, comes after the one that counts.
    parts = [(old, np.array([True, True])), *((one, np.array([True])) for one in rest)]
    parts.append((packed([2, 15], {2: 2, 15: 2}), np.array([False, True])))
    bank.add_all(parts)
    bank.publish()
    snapshot = bank.snapshot()
    assert snapshot.document_ids.tolist() == list(range(1, 16))
    assert 0 < len(bank._mapped) < len(parts) and bank.unmerged == len(parts)
    for number in (1, 2, 15):
        kept = snapshot.encoding(number, tokens=1)
        e = encoded(1000 * (2 if number == 15 else 1) + number, 1 + number % 4)
        assert kept is not None
        plain = dequantise(quantise(e.router_key[0].flatten(1))).view_as(e.router_key[0])
        torch.testing.assert_close(kept.router_key[0], plain, rtol=0, atol=0)


def test_a_question_in_flight_keeps_its_state(archive: Archive) -> None:
    ids = add_file(archive, "/notes/a.txt", 3)
    bank = open_bank(archive)
    snapshot = bank.snapshot()
    before = snapshot.fetch(0, torch.tensor(ids))
    archive.documents.edit(ids[0], "other", "h", 1, encoded(500, 2), BANK)
    archive.documents.delete(ids[1:2])
    add_file(archive, "/notes/b.txt", 40)
    while archive.compact():
        pass
    after = snapshot.fetch(0, torch.tensor(ids))
    assert snapshot.document_ids.tolist() == ids
    assert all(torch.equal(b, a) for b, a in zip(before, after, strict=True))
    assert len(bank.snapshot()) == 42
    with pytest.raises(KeyError):
        bank.snapshot().fetch(0, torch.tensor(ids[1:2]))
    assert bank.snapshot().encoding(ids[1], tokens=1) is None


def test_an_empty_bank_answers(archive: Archive) -> None:
    snapshot = open_bank(archive).snapshot()
    assert snapshot.score(0, [torch.ones(2, HEADS, HEAD_DIM)]).shape == (1, 0)
    keys, values, counts = snapshot.fetch(0, torch.empty(0, dtype=torch.int64))
    assert keys.shape == values.shape == (0, KV_HEADS, HEAD_DIM) and len(counts) == 0


def test_readers_see_whole_changes_while_a_writer_works(archive: Archive) -> None:
    """Pairs of documents are committed and deleted together: no snapshot may hold one without the other."""
    bank = open_bank(archive)
    stop, wrong = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            snapshot = bank.snapshot()
            ids = snapshot.document_ids.tolist()
            scores = snapshot.score(0, [torch.ones(1, HEADS, HEAD_DIM)])
            keys, _, counts = snapshot.fetch(1, snapshot.document_ids)
            pairs = {i - (1 - i % 2) for i in ids}
            if len(ids) != 2 * len(pairs) or scores.shape[1] != len(ids) or len(keys) != counts.sum():
                wrong.append(ids)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in readers:
        thread.start()
    for round_ in range(25):
        pair = archive.commits.reserve_ids(2)
        assert pair[0] % 2 == 1
        archive.commits.commit_documents(
            None, add=drafts(pair), encodings=[encoded(i) for i in pair], bank=BANK
        )
        if round_ % 3 == 2:
            archive.documents.delete(pair)
        if round_ % 8 == 7:
            archive.compact()
    stop.set()
    for thread in readers:
        thread.join()
    assert wrong == []
    assert len(bank.snapshot()) == 2 * 17


@pytest.mark.parametrize(("key_bits", "content_bits", "error"), [(8, 4, 0.15), (4, 8, 0.01), (4, 4, 0.15)])
def test_four_bits(tmp_path: Path, key_bits: int, content_bits: int, error: float) -> None:
    options = {"key_bits": key_bits, "content_bits": content_bits}
    with Archive.open(tmp_path) as archive:
        archive.banks.open(BANK, LAYERS, KV_HEADS, HEAD_DIM, **options)
        ids = add_file(archive, "/notes/a.txt", 4)
    with Archive.open(tmp_path) as archive:
        snapshot = open_bank(archive).snapshot()
        info = archive.banks.active()
        assert info is not None and (info.key_bits, info.content_bits) == (key_bits, content_bits)
        keys, _, _ = snapshot.fetch(0, torch.tensor(ids[:1]))
        true = encoded(ids[0]).key[0]
        assert (keys - true).norm() / true.norm() < error
        query = encoded(ids[2]).router_key[1, :1].repeat_interleave(3, dim=1)
        assert snapshot.score(1, [query])[0].argmax() == 2


def test_another_model_fills_its_bank_while_the_old_one_answers(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        old = open_bank(archive)
        ids = add_file(archive, "/notes/a.txt", 5)
        new = archive.banks.open("model-b", 1, 2, 8)
        with pytest.raises(BankIncomplete, match="5 documents"):
            archive.banks.switch("model-b")
        documents = archive.banks.to_encode("model-b", limit=3)
        assert [d.text for d in documents] == [text_of(i) for i in ids[:3]]

        def encode(seed: int):
            e = encoded(seed)
            return type(e)(e.router_key[:1, :, :2, :8], e.key[:1, :, :2, :8], e.value[:1, :, :2, :8], 1)

        hashes = {d.id: d.content_hash for d in documents}
        archive.documents.edit(ids[0], "edited meanwhile", "other", 2, encoded(77), BANK)
        pairs = [(d.id, encode(d.id)) for d in documents]
        assert archive.banks.store_encodings("model-b", pairs, content_hashes=hashes) == 2
        assert new.snapshot().document_ids.tolist() == ids[1:3]
        assert old.snapshot().document_ids.tolist() == ids
    with Archive.open(tmp_path) as archive:  # resumed after a restart
        assert [d.id for d in archive.banks.to_encode("model-b")] == [ids[0], *ids[3:]]
        archive.banks.store_encodings("model-b", [(i, encode(i)) for i in (ids[0], *ids[3:])])
        archive.banks.switch("model-b")
        info = archive.banks.active()
        assert info is not None and (info.fingerprint, info.encoded, info.documents) == ("model-b", 5, 5)
        archive.banks.drop(BANK)
        with pytest.raises(NotFound):
            archive.banks.to_encode(BANK)
        assert len(list(archive.banks.directory.iterdir())) == 2


def test_a_fingerprint_with_two_shapes_is_refused(archive: Archive) -> None:
    with pytest.raises(BankMismatch, match="share a fingerprint"):
        archive.banks.open(BANK, LAYERS + 1, KV_HEADS, HEAD_DIM)
    with pytest.raises(BankMismatch, match="active"):
        archive.banks.drop(BANK)
