"""What a file says now beside what is remembered of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import NotFound
from app.viewing import folder
from app.viewing.changes import changes, nearest


def test_the_passage_that_shares_most_words_is_the_one_that_changed() -> None:
    now = ["The pear tree stands by the gate.", "The apricot tree was felled in 2022.", "Milk, eggs, flour."]
    assert nearest("The apricot tree was planted in 2021.", now) == now[1]
    assert nearest("The Rhine flows north.", now) is None
    assert nearest(now[2], now) == now[2]


def test_pieces_put_together_are_either_text() -> None:
    before, after = "Rent is 850 Euro,  due monthly.", "Rent is 910 Euro, due monthly, as agreed."
    found = changes(before, after)
    assert "".join(text for kind, text in found if kind != "new") == before
    assert "".join(text for kind, text in found if kind != "gone") == after
    assert ("gone", "850") in found and ("new", "910") in found
    assert changes(before, before) == [("same", before)]


def test_each_system_shows_a_file_in_its_own_way() -> None:
    path = Path("/home/ada/-rf notes/$(x).txt")
    assert folder.command(path, "darwin") == ["open", "-R", str(path)]
    assert folder.command(path, "linux") == ["xdg-open", "/home/ada/-rf notes"]
    assert folder.command(path, "win32")[1].startswith("/select,")
    with pytest.raises(NotFound, match="not there"):
        folder.show(path)
