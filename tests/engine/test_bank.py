"""The engine over the real bank on disk: the same answers however documents got there and whatever else is in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.encode import encode_documents
from engine.memory import Encoding, Memory, RamMemory
from engine.session import Session, open_session
from storage.archive import Archive
from storage.records import Draft
from tests.engine.tiny import largest_gap, prefix_of, prompt, tiny_model, tokens

MODEL = tiny_model("qwen3", seed=100, top_k=3)
TEXTS = tokens(100, 9, 5, 14, 3, 8, 11, 6, 17, 4, 10)
ENCODINGS = encode_documents(MODEL, TEXTS)
IDS = list(range(1, len(TEXTS) + 1))


@contextmanager
def archive_of(folder: Path, batches: Sequence[Sequence[int]]) -> Iterator[Archive]:
    """An archive that got the documents in these batches, each a segment of its own."""
    with Archive.open(folder) as archive:
        config = MODEL.config
        archive.banks.open(MODEL.fingerprint, len(config.router_layers), MODEL.kv_heads, MODEL.head_dim)
        archive.commits.reserve_ids(len(TEXTS))
        source = archive.sources.add(folder / "notes")
        for at, batch in enumerate(batches):
            file = archive.files.upsert(source.id, folder / "notes" / f"{at}.txt", 1, 1)
            archive.commits.commit_documents(
                file.id,
                add=[Draft(n, row, f"text {n}", f"hash {n}", tokens=9) for row, n in enumerate(batch)],
                encodings=[ENCODINGS[n - 1] for n in batch],
                content_hash=f"content {at}",
                bank=MODEL.fingerprint,
            )
        yield archive


def snapshot(archive: Archive) -> Memory:
    config = MODEL.config
    bank = archive.banks.open(MODEL.fingerprint, len(config.router_layers), MODEL.kv_heads, MODEL.head_dim)
    return bank.snapshot()


def asked(memory: Memory, seed: int = 1) -> Session:
    return open_session(MODEL, memory, [prompt(seed, 5), prompt(seed + 1, 7)], prefix_of(MODEL))


def chosen(session: Session) -> list[list[list[int]]]:
    return [[one.document_ids.tolist() for one in layer] for layer in session.selections]


def test_bank_answers_like_memory_in_ram_but_for_quantisation(tmp_path: Path) -> None:
    ram = asked(RamMemory(ENCODINGS, MODEL.config))
    with archive_of(tmp_path, [IDS]) as archive:
        banked = asked(snapshot(archive))
    for left, right in zip(banked.scores, ram.scores, strict=True):
        assert largest_gap(left, right) < 0.02
    scale = float(ram.logits.abs().max())
    agreement = torch.nn.functional.cosine_similarity(banked.logits, ram.logits)
    assert float(agreement.min()) > 0.98 and largest_gap(banked.logits, ram.logits) < 0.25 * scale


@settings(derandomize=True, deadline=None, max_examples=6)
@given(order=st.permutations(IDS), cuts=st.sets(st.integers(1, len(IDS) - 1), max_size=4))
def test_answers_do_not_depend_on_how_documents_came_into_the_bank(
    tmp_path_factory: object, order: list[int], cuts: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("bank")  # type: ignore[attr-defined]
    edges = [0, *sorted(cuts), len(order)]
    batches = [order[low:high] for low, high in itertools.pairwise(edges)]
    with archive_of(folder / "one", [IDS]) as one, archive_of(folder / "other", batches) as other:
        left, right = asked(snapshot(one)), asked(snapshot(other))
        assert snapshot(other).document_ids.tolist() == IDS
        assert chosen(left) == chosen(right)
        assert largest_gap(left.logits, right.logits) < 1e-5


def test_deleting_unselected_documents_changes_nothing_and_selected_ones_are_gone(tmp_path: Path) -> None:
    with archive_of(tmp_path, [IDS[:4], IDS[4:]]) as archive:
        before = asked(snapshot(archive))
        held = snapshot(archive)
        used = {number for layer in chosen(before) for row in layer for number in row}
        unused = sorted(set(IDS) - used)
        assert unused
        archive.documents.delete(unused)
        after = asked(snapshot(archive))
        assert chosen(after) == chosen(before)
        assert largest_gap(after.logits, before.logits) < 1e-5
        gone = chosen(before)[0][0][0]
        archive.documents.delete([gone])
        later = asked(snapshot(archive))
        assert not any(gone in row for layer in chosen(later) for row in layer)
        assert largest_gap(later.logits, after.logits) > 1e-3
        # A question in flight keeps the state it began with.
        assert chosen(asked(held)) == chosen(before)


def test_empty_bank(tmp_path: Path) -> None:
    with archive_of(tmp_path, []) as archive:
        session = asked(snapshot(archive))
    want = asked(RamMemory(list[Encoding](), MODEL.config))
    assert torch.equal(session.logits, want.logits)
