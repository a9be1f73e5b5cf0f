"""Damaged segments: found, confined to what they hit, and encoded again."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from kernels.quantise import Quantised, quantise
from storage.archive import Archive
from storage.bank.segment import quantise_parts
from tests.storage.synthetic import BANK, add_file, encoded, open_bank


@pytest.fixture
def closed(tmp_path: Path) -> tuple[Path, list[int], Path]:
    """A closed archive with one segment: its directory, documents, segment file."""
    with Archive.open(tmp_path) as archive:
        open_bank(archive)
        ids = add_file(archive, "/notes/a.txt", 6)
        (path,) = archive.banks.directory.iterdir()
    return tmp_path, ids, path


def lost(directory: Path) -> list[int]:
    """Documents that opening found to be in need of encoding; they are encoded, and then all are there."""
    with Archive.open(directory) as archive:
        missing = [d.id for d in archive.banks.to_encode(BANK)]
        assert archive.recovery.documents_to_encode == len(missing)
        assert (archive.recovery.damaged_segments > 0) == bool(missing)
        present = open_bank(archive).snapshot().document_ids.tolist()
        assert sorted(present + missing) == [d.id for d in archive.documents.listed()][::-1]
        archive.banks.store_encodings(BANK, [(i, encoded(i)) for i in missing])
        assert archive.banks.count_to_encode(BANK) == 0
    with Archive.open(directory) as archive:
        assert archive.banks.count_to_encode(BANK) == 0
    return missing


@pytest.mark.parametrize("keep", [0, 5, 300, -1])
def test_truncated_or_empty(closed: tuple[Path, list[int], Path], keep: int) -> None:
    directory, ids, path = closed
    path.write_bytes(path.read_bytes()[:keep])
    assert lost(directory) == ids


def test_missing(closed: tuple[Path, list[int], Path]) -> None:
    directory, ids, path = closed
    path.unlink()
    assert lost(directory) == ids


@pytest.mark.parametrize("seed", range(12))
def test_a_flipped_bit_costs_at_most_the_segment_and_never_passes(
    closed: tuple[Path, list[int], Path], seed: int
) -> None:
    directory, ids, path = closed
    data = bytearray(path.read_bytes())
    at = random.Random(seed).randrange(len(data))
    data[at] ^= 1 << seed % 8
    path.write_bytes(data)
    header = 8 + int.from_bytes(data[:8], "little")
    missing = lost(directory)
    assert missing and set(missing) <= set(ids)
    if at > header + 8 * (2 * len(ids) + 1):  # behind the tables: in the bytes of one document
        assert len(missing) == 1


def test_a_large_bank_is_verified_on_demand(
    closed: tuple[Path, list[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory, ids, path = closed
    monkeypatch.setattr("storage.loading.VERIFIED_AT_OPEN", 0)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with Archive.open(directory) as archive:
        assert len(open_bank(archive).snapshot()) == len(ids)
        assert archive.verify() == 1
        assert len(open_bank(archive).snapshot()) == len(ids) - 1
        assert len(archive.banks.to_encode(BANK)) == 1
        assert archive.verify() == 0


def test_strays_of_a_crash_are_removed(closed: tuple[Path, list[int], Path]) -> None:
    directory, ids, path = closed
    (path.parent / f"{1:016x}.safetensors").write_bytes(path.read_bytes())
    (path.parent / f"{2:016x}.safetensors.part").write_bytes(b"half")
    (path.parent / "letter.safetensors").write_bytes(b"somebody else's")
    with Archive.open(directory) as archive:
        assert archive.recovery.stray_files == 2
        assert set(path.parent.iterdir()) == {path, path.parent / "letter.safetensors"}
        assert open_bank(archive).snapshot().document_ids.tolist() == ids


def test_only_the_selected_documents_are_read(closed: tuple[Path, list[int], Path]) -> None:
    """Content is mapped: a document's vectors come from the file when they are asked for."""
    directory, ids, _ = closed
    with Archive.open(directory) as archive:
        snapshot = open_bank(archive).snapshot()
        segment = archive.banks.in_memory[BANK].segments[0]
        segment.erase([2])
        keys, _, _ = snapshot.fetch(0, torch.tensor(ids[1:4]))
        assert keys[3:6].abs().sum() == 0 and keys[:3].abs().sum() > 0 and keys[6:].abs().sum() > 0


def test_known_and_new_passages_may_lie_on_different_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    def shapes(x: torch.Tensor, bits: int) -> Quantised:
        return Quantised(x.new_empty(x.shape, dtype=torch.int8), x.new_empty(x.shape[:-1]), bits, x.shape[-1])

    monkeypatch.setattr("storage.bank.segment.quantise", shapes)
    with FakeTensorMode():  # shapes and devices without a card; mixing devices fails as it does on one
        known, new = torch.empty(2, 3, 8), torch.empty(5, 3, 8, device="cuda")
        with pytest.raises(Exception, match="device"):
            torch.cat([known, new])
        whole = quantise_parts([new, known, new.bfloat16()], 8)
        assert whole.values.device.type == whole.scales.device.type == "cpu"
        assert whole.shape == (12, 3, 8) and whole.scales.shape == (12, 3)


@pytest.mark.parametrize("bits", [8, 4])
def test_parts_are_quantised_as_the_whole(bits: int) -> None:
    parts = [torch.randn(n, 3, 8) for n in (1, 4, 2)]
    whole, apart = quantise(torch.cat(parts), bits), quantise_parts(parts, bits)
    assert torch.equal(whole.values, apart.values) and torch.equal(whole.scales, apart.scales)
