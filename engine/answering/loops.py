"""Where an answer goes round in circles, which a small model does that finds no end: the circle is said once.

A telephone number may well repeat itself, so figures alone are no circle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

LONGEST = 32  # tokens of one round
HELD = 6  # tokens that repeat what stands before them, from which on they are held back
ROUNDS, LEAST = 2, 16  # whole repeats, and tokens of them, from which on it is a circle


def until_loop(tokens: Iterable[int | None], is_word: Callable[[int], bool]) -> Iterator[int]:
    """The tokens up to where they begin to repeat one round of at most LONGEST again and again.

    is_word: whether a token has a letter. What merely repeats is held back until it is known how it goes on.
    """
    said: list[int] = []
    shown = 0
    repeats = [0] * (
        LONGEST + 1
    )  # for each length of a round, how many of the newest tokens repeat what is that far back
    for token in tokens:
        if token is None:
            continue
        said.append(token)
        for length in range(1, LONGEST + 1):
            same = len(said) > length and said[-1 - length] == token
            repeats[length] = repeats[length] + 1 if same else 0
        if any(_goes_round(said, length, repeats[length], is_word) for length in range(1, LONGEST + 1)):
            return
        held = max(repeats)
        if held < HELD:
            yield from said[shown:]
            shown = len(said)
    yield from said[shown:]


def _goes_round(said: Sequence[int], length: int, repeats: int, is_word: Callable[[int], bool]) -> bool:
    return repeats >= max(ROUNDS * length, LEAST) and any(is_word(token) for token in said[-length:])
