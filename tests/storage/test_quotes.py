"""What counts as quoting a text."""

from __future__ import annotations

from storage.quotes import quoting

TEXT = "On the third of May, Ada moved into the yellow house by the river with her two cats."


def test_a_run_of_eight_words_is_a_quotation() -> None:
    messages = [
        (1, "You wrote: “Ada moved into the YELLOW house -- by the\nriver”, did you not?"),
        (2, "Ada moved into the yellow house."),
        (3, "By the river stands a house."),
        (4, ""),
    ]
    assert quoting([TEXT], messages) == {1}


def test_short_texts_are_looked_for_whole_and_very_short_ones_not_at_all() -> None:
    messages = [(1, "The PIN is 4711, remember."), (2, "Yes, the pin."), (3, "4711 is the PIN")]
    assert quoting(["pin is 4711"], messages) == {1}
    assert quoting(["Yes"], messages) == quoting([""], messages) == quoting([], messages) == set()
