"""The bank's benchmark at a size for tests: it measures what it says it measures."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from benchmarks.bank_archive import BANK, build, random_base
from benchmarks.bank_measure import Effort, every_head, measure, question, route
from benchmarks.bank_products import products
from benchmarks.bank_sizes import MODELS, bytes_per_token
from kernels.resident import rough
from storage.archive import Archive

BASE = random_base(layers=2, kv_heads=3, head_dim=16, heads=9, chunk_size=32)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    build(
        tmp_path,
        BASE,
        5_000,
        chunks=4,
        words=20,
        key_bits=8,
        content_bits=8,
        report=lambda left, stored: None,
    )
    return tmp_path


def test_all_keys_are_reported(filled: Path) -> None:
    result = measure(
        filled, BASE, chunks=4, words=20, effort=Effort(questions=2, question_tokens=3, changes=2)
    )
    assert result["documents"] == 40 and result["tokens"] == 40 * 128 >= 5_000
    # Of so few documents it may be next to nothing on a loaded machine.
    assert result["vs_every_head"] >= 0
    times = ("route_s", "vs_read_once", "rss_gb", "open_s", "add_ms", "edit_ms", "forget_ms")
    assert not [(name, result[name]) for name in times if result[name] <= 0]


@pytest.mark.parametrize("reduce", ["mean", "max"])
def test_both_ways_of_scoring_choose_the_same_documents(filled: Path, reduce: str) -> None:
    with Archive.open(filled) as archive:
        snapshot = archive.banks.open(BANK, 2, 3, 16).snapshot()
        queries = question(BASE, 4, 1)
        chosen = route(snapshot, queries, reduce)[0]
        seconds, rough = every_head(snapshot, queries[0], reduce)
        stored = snapshot.views[0].keys[0].values.float()
        scales = snapshot.views[0].keys[0].scales[:, None]
        keys = (stored * scales).unflatten(1, (3, 16)).repeat_interleave(3, dim=1)  # [chunks, heads, dim]
        scores = torch.einsum("thd,chd->tch", queries[0], keys).mean(2)
        exact = (scores.mean(0) if reduce == "mean" else scores.amax(0)).view(-1, 4).amax(1)  # [documents]
        assert chosen.tolist() == snapshot.document_ids[exact.topk(16).indices].tolist()
        assert seconds > 0 and torch.allclose(rough, exact, atol=0.01)


def test_a_smaller_archive_is_continued(filled: Path) -> None:
    def build_more(tokens: int) -> int:
        build(
            filled,
            BASE,
            tokens,
            chunks=4,
            words=20,
            key_bits=8,
            content_bits=8,
            report=lambda left, stored: None,
        )
        with Archive.open(filled) as archive:
            return archive.documents.count()

    assert [build_more(tokens) for tokens in (3_000, 5_000, 9_000)] == [40, 40, 71]


def test_bytes_per_token_of_msa_4b() -> None:
    keys, content = bytes_per_token(MODELS[-1], 8, 8)
    assert 288 < keys < 292 and 576 < content < 600  # half of the paper's bf16, plus scales
    assert bytes_per_token(MODELS[-1], 4, 4)[0] < 0.51 * keys


@pytest.mark.parametrize("rows", [1, 40])
def test_one_of_the_products_that_are_timed_is_used(rows: int) -> None:
    query = torch.randint(-64, 65, (rows, 192))
    assert [name for name, *_ in products(query, rows)].count(rough.fastest(rows, 192)) == 1
