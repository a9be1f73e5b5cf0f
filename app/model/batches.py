"""Work in the background is done in steps that are short enough for a question to wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

STEP_TOKENS = 1024
SMALL = STEP_TOKENS // 4
CARD_TOKENS = 8192  # a card needs so many to be busy, and is through with them as soon


def steps(items: Iterable[T], tokens_of: Callable[[T], int], most: int = STEP_TOKENS) -> Iterator[list[T]]:
    """Runs of items of at most `most` tokens; what is longer by itself is a run of its own.

    A small rest joins the run before it: a forward over a handful of tokens costs nearly as much as one over hundreds.
    """
    ready: list[T] = []
    step: list[T] = []
    tokens = 0
    for item in items:
        if step and tokens + tokens_of(item) > most:
            if ready:
                yield ready
            ready, step, tokens = step, [], 0
        step.append(item)
        tokens += tokens_of(item)
    if tokens <= most // 4:
        ready, step = ready + step, []
    yield from (run for run in (ready, step) if run)
