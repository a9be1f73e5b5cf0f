"""README's table of formats is the registry's."""

from __future__ import annotations

import pytest

from app.parsing.registry import FORMATS
from benchmarks.formats import _ROWS, README, written


def test_the_table_in_readme_is_that_of_the_registry() -> None:
    text = README.read_text("utf-8")
    assert written(text) == text, "python -m benchmarks.formats --write"


def test_every_format_is_in_the_table() -> None:
    assert {one for _, of in _ROWS for one in of.split()} == set(FORMATS)
    assert all(one.endings for one in FORMATS.values())


def test_a_readme_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="README has no"):
        written("# Doppel")
