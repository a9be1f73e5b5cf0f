"""Where an answer goes round in circles."""

from __future__ import annotations

import pytest

from engine.answering.loops import HELD, LEAST, LONGEST, until_loop


def said(tokens: list[int]) -> list[int]:
    return list(until_loop(tokens, lambda token: token > 9))


@pytest.mark.parametrize("length", [1, 2, 5, 9, LONGEST])
def test_a_circle_is_said_once_or_until_it_is_one(length: int) -> None:
    begin, circle = [11, 12, 13], list(range(100, 100 + length))
    kept = said(begin + circle * 60)
    assert kept[: 3 + length] == begin + circle
    assert len(kept) < 3 + length + HELD
    assert kept == (begin + circle * 60)[: len(kept)]


def test_it_is_not_waited_for_what_comes_behind_a_circle() -> None:
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield 50

    assert len(list(until_loop(endless(), lambda token: True))) <= HELD
    assert taken == LEAST + 1


def test_what_repeats_and_goes_on_otherwise_is_said_whole() -> None:
    hours = [20, 21, 22, 23, 24, 25, 26, 27]
    week = [day for n in range(7) for day in (100 + n, *hours)]
    assert said(week) == week
    twice = hours + hours + [40]
    assert said(twice) == twice


def test_figures_may_repeat() -> None:
    zeros = [0] * 40
    assert said(zeros) == zeros
    assert said([1, 2, 3, 4] * 12) == [1, 2, 3, 4] * 12


def test_what_is_held_back_at_the_end_is_said() -> None:
    tokens = [30, 31, 32, 33, 34, 35, 36, 37] * 2
    assert said(tokens) == tokens


def test_tokens_of_a_row_that_has_ended_are_none() -> None:
    assert list(until_loop([20, None, 21, None], lambda token: True)) == [20, 21]
