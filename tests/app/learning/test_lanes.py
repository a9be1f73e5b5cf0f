"""Two lanes to the encoder: what was just saved goes first, and a full one makes its filler wait."""

from __future__ import annotations

import threading

import pytest

from app.learning.lanes import Closed, Lanes


def test_lanes_keep_order_and_let_the_fast_one_pass() -> None:
    lanes: Lanes[str] = Lanes(10)
    for thing, fast in (("a", False), ("b", False), ("x", True), ("y", True)):
        lanes.put(thing, 4, fast)
    assert [lanes.take(0) for _ in range(3)] == ["x", "y", "a"]
    assert lanes.take(0, only_fast=True) is None
    assert [lanes.take(0), lanes.take(0)] == ["b", None]


def test_a_full_lane_makes_its_filler_wait_and_closing_frees_it() -> None:
    lanes: Lanes[int] = Lanes(10)
    lanes.put(1, 10, False)
    lanes.put(2, 10, True)  # the other lane has room
    ended: list[str] = []

    def fill() -> None:
        try:
            lanes.put(3, 1, False)
        except Closed:
            ended.append("closed")

    thread = threading.Thread(target=fill)
    thread.start()
    thread.join(0.1)
    assert thread.is_alive()
    lanes.close()
    thread.join(5)
    assert ended == ["closed"]
    with pytest.raises(Closed):
        lanes.take(0)
