"""Work in the background is done in steps that are short enough for a question to wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

STEP_TOKENS = 1024


def steps(items: Iterable[T], tokens_of: Callable[[T], int]) -> Iterator[list[T]]:
    """Runs of items of at most STEP_TOKENS; what is longer by itself is a run of its own."""
    step: list[T] = []
    tokens = 0
    for item in items:
        if step and tokens + tokens_of(item) > STEP_TOKENS:
            yield step
            step, tokens = [], 0
        step.append(item)
        tokens += tokens_of(item)
    if step:
        yield step
