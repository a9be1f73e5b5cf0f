"""The list of chats."""

from __future__ import annotations

import pytest

from app.errors import NotFound
from app.twin.twin import Twin


def test_chats_are_found_by_what_was_said_renamed_and_pinned(noted: Twin) -> None:
    list(noted.ask("What of the tree?"))
    list(noted.ask("Where is 100 % of the suitcase?"))
    suitcase, tree = noted.chats()
    assert [chat.id for chat in noted.chats("SUITCASE")] in ([suitcase.id], [suitcase.id, tree.id])
    assert [chat.id for chat in noted.chats("100 %")] == [suitcase.id], "a percent sign is no wildcard"
    assert noted.chats("nobody says this") == []
    noted.rename_chat(tree.id, "  The\n tree ")
    noted.pin_chat(tree.id, True)
    assert [(chat.title, chat.pinned) for chat in noted.chats() if chat.id == tree.id] == [("The tree", True)]
    noted.pin_chat(tree.id, False)
    assert not any(chat.pinned for chat in noted.chats())
    for change in (lambda: noted.rename_chat(tree.id, " "), lambda: noted.pin_chat(99, True)):
        with pytest.raises(NotFound):
            change()
