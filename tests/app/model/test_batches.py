"""Runs of background work: bounded, in order, without a forward for a handful of tokens."""

from __future__ import annotations

import pytest

from app.model.batches import SMALL, STEP_TOKENS, steps


@pytest.mark.parametrize(
    ("sizes", "runs"),
    [
        ([], []),
        ([10], [[10]]),
        ([600, 400, 90], [[600, 400, 90]]),  # what the queue gathers: a batch and a little
        ([600, 600], [[600], [600]]),
        ([600, 600, 300, 200], [[600], [600, 300, 200]]),
        ([5000, 3], [[5000, 3]]),
        ([3, 5000], [[3], [5000]]),
        ([1000, 1000, SMALL + 1], [[1000], [1000], [SMALL + 1]]),
    ],
)
def test_runs(sizes: list[int], runs: list[list[int]]) -> None:
    assert list(steps(sizes, int)) == runs


def test_runs_are_bounded_and_keep_every_item_in_order() -> None:
    sizes = [(7 * n) % 400 + 1 for n in range(200)]
    runs = list(steps(sizes, int))
    assert [size for run in runs for size in run] == sizes
    assert all(sum(run) <= STEP_TOKENS for run in runs[:-1]) and sum(runs[-1]) <= STEP_TOKENS + SMALL
