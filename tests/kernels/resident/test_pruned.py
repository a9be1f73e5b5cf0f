"""Pruning never changes what is found: against scoring every document, over blocks, ties, dead ones and hostile keys."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from kernels import route, route_integer
from kernels.quantise import Quantised, quantise
from kernels.resident import pruned, rough
from kernels.resident.best import best_documents, best_torch
from kernels.resident.block import View
from kernels.resident.candidates import NOTHING, merge, unpack

WIDTH = 32
PRODUCTS = ["this CPU's", "bfloat16", "seven bits", "floats"]


def use(product: str, patch: pytest.MonkeyPatch) -> None:
    """Has the rough product be this one, whatever the CPU would choose; one that torch cannot make here is skipped."""
    if product == "this CPU's":
        return
    if product == "seven bits" and not rough.seven_bits_fit():
        pytest.skip("oneDNN does not multiply 7 bits exactly here")
    for module in (rough, route):
        patch.setattr(module, "fast_integers", lambda: False)
    patch.setattr(rough, "FEW_ROWS", 10_000)
    patch.setattr(rough, "widens_bfloat16", lambda: product == "bfloat16")
    patch.setattr(rough, "seven_bits_fit", lambda: product == "seven bits")


def keys_like(kind: str, chunks: int, draw: torch.Generator) -> Quantised:
    if kind == "random":
        return quantise(torch.randn(chunks, WIDTH, generator=draw))
    if kind == "rising":  # every tile is better than the one before it
        return quantise(torch.ones(chunks, WIDTH) * torch.linspace(-1, 1, chunks)[:, None])
    if kind == "alike":
        return quantise(torch.ones(chunks, WIDTH))
    if kind == "blanked":
        keys = quantise(torch.randn(chunks, WIDTH, generator=draw))
        keys.values[::2], keys.scales[::2] = 0, 0
        return keys
    signs = torch.randint(0, 2, (chunks, WIDTH), generator=draw, dtype=torch.int8) * 2 - 1
    return Quantised(signs * 127, torch.rand(chunks, generator=draw), 8, WIDTH)


def views_of(kind: str, sizes: list[int], draw: torch.Generator) -> list[View]:
    """Blocks of so many documents of one to five chunks; every seventh is dead."""
    found, first = [], 1
    for documents in sizes:
        counts = torch.randint(1, 6, (documents,), generator=draw)
        starts = torch.cat([torch.zeros(1, dtype=torch.int64), counts.cumsum(0)])
        ids = torch.arange(first, first + documents)
        keys = keys_like(kind, int(starts[-1]), draw)
        found.append(View(keys=(keys,), ids=ids, starts=starts, alive=ids % 7 != 0))
        first += documents
    return found


def every_document(views: list[View], queries: list[Tensor], k: int) -> Tensor:
    return merge([best_torch(v.keys[0], v.starts, v.ids, v.alive, queries, k) for v in views], k)


def without_nothing(candidates: Tensor) -> list[list[int]]:
    return [[one for one in row if one != NOTHING] for row in candidates.tolist()]


@pytest.mark.parametrize("product", PRODUCTS)
@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["random", "rising", "alike", "blanked", "extreme"]),
    sizes=st.lists(st.integers(1, 60), min_size=1, max_size=4),
    tokens=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    k=st.integers(0, 20),
    waiting=st.sampled_from([1, 30, 10_000]),
    tile=st.sampled_from([4, 64]),
    seed=st.integers(0, 1000),
)
def test_the_best_are_those_of_scoring_every_document(
    product: str, kind: str, sizes: list[int], tokens: list[int], k: int, waiting: int, tile: int, seed: int
) -> None:
    draw = torch.Generator().manual_seed(seed)
    views = views_of(kind, sizes, draw)
    queries = [torch.randn(count, WIDTH, generator=draw) * 10**shift for shift, count in enumerate(tokens)]
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in (
            (pruned, "WAITING", waiting),
            (rough, "MOST_TILE", tile),
            (rough, "LEAST_TILE", tile),
            (rough, "PRODUCTS", tile),
        ):
            patch.setattr(module, name, value)
        use(product, patch)
        found = best_documents(views, 0, queries, k)
        every = every_document(views, queries, k)
    assert without_nothing(found) == without_nothing(every)


@pytest.mark.parametrize("product", PRODUCTS)
@given(
    kind=st.sampled_from(["random", "extreme"]),
    tokens=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    width=st.sampled_from([2, 32, 992, 1030]),
    seed=st.integers(0, 1000),
)
def test_every_score_lies_between_the_rough_bounds(
    product: str, kind: str, tokens: list[int], width: int, seed: int
) -> None:
    """Against float64, of the question as it is scored; and a chunk is kept where it is asked to reach its own score."""
    draw = torch.Generator().manual_seed(seed)
    values = torch.randint(-127, 128, (70, width), generator=draw, dtype=torch.int8)
    if kind == "extreme":
        values = values.sign() * 127
    queries = [torch.randn(count, width, generator=draw) * 10**shift for shift, count in enumerate(tokens)]
    with pytest.MonkeyPatch.context() as patch:
        use(product, patch)
        found = rough.rough_product(queries)
        scales = torch.rand(70, generator=draw)
        highest = found.highest(values, scales).clone()
        lowest = found.lowest(highest, scales)
        for question, query in enumerate(as_scored(queries)):
            scores = (query @ values.double().T).amax(0) * scales
            assert (lowest[question] <= scores + 1e-6 * scores.abs()).all()
            for chunk in range(0, 70, 7):
                floor = torch.full((len(queries),), torch.inf)
                floor[question] = scores[chunk]
                assert chunk in rough.reaching(highest, found.limits(floor)).tolist()


def as_scored(queries: list[Tensor]) -> list[Tensor]:
    """float64: the 16 bits of a question that are multiplied where the CPU has int8 products, else all of it."""
    if rough.fastest(sum(len(query) for query in queries), queries[0].shape[1]) != "int8":
        return [query.double() for query in queries]
    parts = route_integer.split_queries(queries)
    return [
        (high.double() * route_integer.LOW + low.double()) * step
        for high, low, step in zip(parts.highs, parts.lows, parts.steps, strict=True)
    ]


def test_seven_bits_that_saturate_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    rough.seven_bits_fit.cache_clear()
    monkeypatch.setattr(
        rough, "of_seven_bits", lambda query: lambda values: (values.float() @ query.float().T) - 1
    )
    try:
        assert not rough.seven_bits_fit()
    finally:
        rough.seven_bits_fit.cache_clear()


@pytest.mark.parametrize("product", PRODUCTS)
def test_most_chunks_are_never_scored_exactly(product: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use(product, monkeypatch)
    draw = torch.Generator().manual_seed(0)
    views = views_of("random", [20_000, 20_000], draw)
    scored: list[int] = []
    with_near = pruned.with_near

    def counted(found: Tensor, waiting: list[pruned.Near], *rest: Any) -> Tensor:
        scored.append(sum(len(some.ids) for some in waiting))
        return with_near(found, waiting, *rest)

    monkeypatch.setattr(pruned, "with_near", counted)
    best_documents(views, 0, [torch.randn(1, WIDTH, generator=draw)], 16)
    assert 0 < sum(scored) < 0.05 * sum(len(view.ids) for view in views)


def test_the_bar_is_told_by_the_living_of_a_tile() -> None:
    """Documents cut by the tile's edges count with what lies in it, dead ones not at all."""
    view = View(
        keys=(),
        ids=torch.arange(1, 6),
        starts=torch.tensor([0, 3, 5, 6, 9, 10]),
        alive=torch.tensor([True, True, False, True, True]),
    )
    lowest = torch.tensor([[1.0, 5, 2, 9, 3, 4, 0]])  # chunks 2 to 8: of the first four documents
    assert pruned.floors_of_tile(lowest, view, 2, 2).tolist() == [4.0]
    assert pruned.floors_of_tile(lowest, view, 2, 3).tolist() == [1.0]
    assert pruned.floors_of_tile(lowest, view, 2, 4).tolist() == [-torch.inf]
    assert pruned.floors_of_tile(lowest, view, 2, 5).tolist() == [-torch.inf]


def test_the_low_part_can_decide() -> None:
    """Two documents alike in the rough product, the second better by less than a step of it."""
    query = torch.full((1, WIDTH), 1.0)
    query[0, 0], query[0, 1] = 127.0, 0.4
    keys = torch.zeros(2, WIDTH)
    keys[:, 2], keys[1, 1] = 1, 0.5
    view = View(
        keys=(quantise(keys),),
        ids=torch.tensor([1, 2]),
        starts=torch.tensor([0, 1, 2]),
        alive=torch.ones(2, dtype=torch.bool),
    )
    assert torch.equal(best_documents([view], 0, [query], 1), every_document([view], [query], 1))
    assert unpack(best_documents([view], 0, [query], 1)).document_ids.tolist() == [[2]]


def test_products_of_many_tokens_stay_bounded() -> None:
    for tokens in (1, 40, 1000, 100_000):
        tile = rough.longest_tile(tokens)
        assert rough.LEAST_TILE <= tile <= rough.MOST_TILE
        assert tile == rough.LEAST_TILE or tile * tokens <= rough.PRODUCTS
