"""The further inputs are well formed: three or more of each case's kind, and what is expected of them can fail."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.cases import CHECKS, EXPECTED
from benchmarks.kinds.__main__ import INPUTS, main, written


def test_every_case_has_three_further_inputs() -> None:
    import tomllib

    cases = {expect["case"] for expect in tomllib.loads(EXPECTED.read_text("utf-8"))["expect"]}
    count = Counter(one.case for one in INPUTS)
    assert set(count) == cases
    assert min(count.values()) >= 3


def test_each_expects_something_that_is_checked(tmp_path: Path) -> None:
    for one in INPUTS:
        assert one.expect and set(one.expect) <= {*CHECKS, "times"}, one.program
    expected = written(tmp_path, INPUTS)
    assert len({expect["case"] for expect in expected}) == len(INPUTS)
    assert len({expect["named"] for expect in expected}) == len(INPUTS)


def test_all_hold() -> None:
    assert main([]) == 0
