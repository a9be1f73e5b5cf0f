"""How long reading takes, roughly."""

from __future__ import annotations

from app.watching.estimate import seconds


def test_more_takes_longer_and_a_quicker_computer_is_quicker() -> None:
    small, large = {".md": (10, 10_000)}, {".md": (1000, 1_000_000)}
    assert 0 < seconds(small, None) < seconds(large, None)
    assert seconds(large, 5000.0) < seconds(large, 500.0)
    assert seconds({}, None) == 0
    assert seconds({".zip": (1, 10**6)}, 500.0) < seconds({".txt": (1, 10**6)}, 500.0)
    assert seconds({".jpg": (10, 10**7)}, 10.0) == seconds({".jpg": (10, 10**7)}, None), (
        "pictures do not wait for it"
    )
