"""Whether two readings say the same."""

from __future__ import annotations

import pytest

from app.asking.alike import alike


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("American", "United States", True),
        ("the U.S.", "Boise, Idaho", True),
        ("Iran", "Kerman Province, Iran", True),
        ("British", "French", False),
        ("Indian", "Indiana", False),
        ("Dr. Wolf", "Wolf", True),
        ("Dr. Wolf", "Dr. Lang", False),
        ("牙医王", "牙医王", True),
        ("", "", False),
    ],
)
def test_countries_count_by_themselves_and_else_the_words(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is same and alike(other, one) is same
