"""Blocks against a plain dictionary: whatever is added, edited and forgotten, a view keeps its state."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels.quantise import Quantised, dequantise, quantise
from kernels.resident.best import best_documents
from kernels.resident.block import CPU, Block, KeyFormat, View
from kernels.resident.blocks import Blocks, NoRoom
from kernels.resident.candidates import NOTHING, distinct, merge, pack, unpack
from kernels.resident.columns import Column
from kernels.resident.placing import Place, choose

SLOTS, WIDTH = 2, 16


def keys_of(id: int, version: int) -> torch.Tensor:
    """[slots, chunks, width] of one document, 1 to 4 chunks."""
    generator = torch.Generator().manual_seed(1000 * version + id)
    return torch.randn(SLOTS, 1 + (id + version) % 4, WIDTH, generator=generator)


def stored(keys: torch.Tensor, bits: int) -> torch.Tensor:
    return dequantise(quantise(keys, bits)) if bits else keys


def add(blocks: Blocks, versions: dict[int, int]) -> None:
    parts = [keys_of(id, version) for id, version in versions.items()]
    joined = torch.cat(parts, dim=1)
    bits = blocks.format.bits
    keys = [quantise(k, bits) if bits else k for k in joined]
    ids = torch.tensor(list(versions))
    blocks.add(ids, torch.tensor([p.shape[1] for p in parts]), keys, [joined[0], joined[1].half()])


def columns() -> list[Column]:
    return [Column((WIDTH,), torch.float32), Column((WIDTH,), torch.float16)]


def expected(live: dict[int, int], query: torch.Tensor, bits: int, k: int) -> list[int]:
    scores = {id: float((query @ stored(keys_of(id, v)[1], bits).T).max()) for id, v in live.items()}
    return sorted(scores, key=lambda id: (-round(scores[id], 5), id))[:k]


@settings(max_examples=40, deadline=None)
@given(data=st.data(), bits=st.sampled_from([8, 4, 0]), limit=st.sampled_from([1, 5, 12, 1000]))
def test_views_equal_a_plain_dictionary_and_never_change(data: st.DataObject, bits: int, limit: int) -> None:
    blocks = Blocks(KeyFormat(SLOTS, WIDTH, bits), content=columns(), chunks_per_block=limit)
    live: dict[int, int] = {}
    seen: list[tuple[tuple[View, ...], dict[int, int]]] = []
    queries = [torch.randn(n, WIDTH, generator=torch.Generator().manual_seed(n)) for n in (1, 3)]
    for version in range(1, data.draw(st.integers(2, 8))):
        if data.draw(st.booleans()) or not live:
            ids = data.draw(st.sets(st.integers(0, 30), min_size=1, max_size=8))
            live |= dict.fromkeys(ids, version)
            add(blocks, dict.fromkeys(ids, version))
        else:
            dead = data.draw(st.sets(st.sampled_from(sorted(live))))
            live = {id: v for id, v in live.items() if id not in dead}
            blocks.kill(torch.tensor(sorted(dead), dtype=torch.int64))
        seen.append((blocks.view(), dict(live)))
    for views, documents in seen:
        found = unpack(best_documents(views, 1, queries, 5))[1]
        for row, query in zip(found, queries, strict=True):
            assert [id for id in row.tolist() if id >= 0] == expected(documents, query, bits, 5)
        assert sorted(id for v in views for id in v.living[0].tolist()) == sorted(documents)
        for view in views:
            for id, row in zip(*(x.tolist() for x in view.living), strict=True):
                low, high = view.starts[row : row + 2].tolist()
                torch.testing.assert_close(view.content[0][low:high], keys_of(id, documents[id])[0])


def test_blanking_reaches_outgrown_rewritten_and_held_copies() -> None:
    blocks = Blocks(KeyFormat(SLOTS, WIDTH), content=columns(), chunks_per_block=8)
    add(blocks, {3: 1})
    held = [blocks.view()]
    for id in range(4, 15):
        add(blocks, {id: 1})
        held.append(blocks.view())
    first = next(iter(blocks))
    blocks.kill(torch.tensor([5]))  # half of the first block, which is rewritten
    assert first is not next(iter(blocks))
    del first
    held.append(blocks.view())
    blocks.kill(torch.tensor([3]))
    blocks.blank(torch.tensor([3]))
    for views in held:
        for view in views:
            for row in (view.ids == 3).nonzero()[:, 0].tolist():
                low, high = view.starts[row : row + 2].tolist()
                arrays = [*view.content, *(k.values for k in view.keys if isinstance(k, Quantised))]
                assert len(arrays) == 4 and not any(a[low:high].any() for a in arrays)
    assert all(3 not in view.living[0] for view in blocks.view())


def test_a_change_costs_its_own_block() -> None:
    blocks = Blocks(KeyFormat(SLOTS, WIDTH), chunks_per_block=8)
    for id in range(20):
        keys = [quantise(k) for k in torch.randn(SLOTS, 2, WIDTH)]
        blocks.add(torch.tensor([id]), torch.tensor([2]), keys)
    before = blocks.view()
    blocks.kill(torch.tensor([6]))
    changed = [a is not b for a, b in zip(before, blocks.view(), strict=True)]
    assert sum(changed) == 1 and len(changed) == 5


def test_a_document_larger_than_a_block_gets_one() -> None:
    blocks = Blocks(KeyFormat(1, WIDTH), chunks_per_block=4)
    for id, count in enumerate((2, 11, 2, 2, 1)):
        blocks.add(torch.tensor([id]), torch.tensor([count]), [quantise(torch.randn(count, WIDTH))])
    assert [view.ids.tolist() for view in blocks.view()] == [[0], [1], [2, 3], [4]]


def test_places_fill_by_room_and_refuse_with_what_to_do() -> None:
    keys = KeyFormat(1, WIDTH)
    size = 10 * keys.chunk_bytes
    meta, pinned = torch.device("meta"), Place(CPU, 2 * size)
    places = [Place(meta, 2 * size), Place(torch.device("meta", 1), 3 * size), pinned]
    blocks: list[Block] = []
    chosen = []
    while (place := choose(places, blocks, size)) is not None:
        chosen.append(str(place.device))
        blocks.append(Block(keys, place.device, limit=10))
    assert chosen == ["meta:1", "meta", "meta:1", "meta", "meta:1", "cpu", "cpu"]
    full = Blocks(keys, [Place(CPU, size - 1)], chunks_per_block=10)
    with pytest.raises(NoRoom, match="doppel plan"):
        full.add(torch.tensor([1]), torch.tensor([1]), [quantise(torch.randn(1, WIDTH))])


def test_candidates_order_as_scores_do_and_ties_by_age() -> None:
    scores = torch.tensor([[0.5, -2.0, 0.5, -0.0, 0.0, 1e-30, -1e30]])
    ids = torch.tensor([9, 4, 3, 8, 7, 2**32 - 2, 0])
    packed = pack(scores, ids)
    found, order = unpack(merge([packed[:, :3], packed[:, 3:], torch.tensor([[NOTHING]])], 8))
    assert order.tolist() == [[3, 9, 2**32 - 2, 7, 8, 4, 0, -1]]
    assert found.tolist()[0][:4] == [0.5, 0.5, float(torch.tensor(1e-30)), 0.0] and found[0, -1] == -torch.inf


def test_distinct_keeps_the_best_of_each_document() -> None:
    scores = torch.randn(3, 50, generator=torch.Generator().manual_seed(3))
    ids = torch.arange(50) % 7
    got, documents = unpack(distinct(pack(scores, ids)).topk(8, dim=1).values)
    for row in range(3):
        want = sorted(((float(scores[row, ids == i].max()), i) for i in range(7)), reverse=True)
        assert documents[row].tolist() == [i for _, i in want] + [-1]
        torch.testing.assert_close(got[row, :7], torch.tensor([s for s, _ in want]))


def test_an_id_beyond_32_bits_is_refused() -> None:
    with pytest.raises(ValueError, match="below"):
        Block(KeyFormat(1, WIDTH)).append(
            torch.tensor([2**32]), torch.tensor([1]), [quantise(torch.randn(1, WIDTH))]
        )
