"""What `benchmarks.parsing` states: nothing heavy is loaded at the start, and sizes are those of what is installed."""

from __future__ import annotations

from benchmarks.parsing import START, megabytes, start


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    for statement in START.values():
        assert start(statement).heavy == ()
    assert start("import numpy").heavy == ("numpy",)


def test_what_is_not_installed_has_no_size() -> None:
    assert megabytes("no-such-distribution") is None
    assert (megabytes("lxml") or 0) > 1
