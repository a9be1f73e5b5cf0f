"""Tokens of other programs."""

from __future__ import annotations

import pytest

from app.errors import NotFound, SettingsError
from app.twin.twin import Twin


def test_a_token_is_told_once_and_opens_what_it_was_made_for(noted: Twin) -> None:
    token = noted.add_token("editor", ["write"])
    assert noted.scopes_of(token) == {"read", "write"}
    assert noted.scopes_of(token[:-1]) == noted.scopes_of("") == frozenset()
    assert [(one.name, one.scopes) for one in noted.tokens()] == [("editor", ("read", "write"))]
    assert token not in str(noted._archive.settings.get("access_tokens")), (
        "the archive keeps the token itself"
    )
    noted.remove_token("editor")
    assert noted.scopes_of(token) == frozenset() and noted.tokens() == []


def test_names_and_scopes_are_checked(noted: Twin) -> None:
    noted.add_token("editor")
    for name, scopes in (("editor", ()), (" ", ()), ("other", ("everything",))):
        with pytest.raises(SettingsError):
            noted.add_token(name, scopes)
    with pytest.raises(NotFound):
        noted.remove_token("nobody")
