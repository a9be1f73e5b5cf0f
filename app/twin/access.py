"""Which other programs may use the memory, each with a token of its own. Without any token the doors are shut.

Of a token only a hash is kept; it is shown once. It is random and long, so a plain hash cannot be reversed by guessing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import NotFound, SettingsError
from app.twin.base import Opened
from storage.sqlite.store import now

TOKENS = "access_tokens"
READ, WRITE, FORGET = "read", "write", "forget"
SCOPES = (READ, WRITE, FORGET)
PREFIX = "doppel-"


@dataclass(frozen=True)
class AccessToken:
    """A program that may use the memory. scopes: "read", "write", "forget"; the token itself is kept by nobody."""

    name: str
    scopes: tuple[str, ...]
    made_at: str


class Access(Opened):
    def tokens(self) -> list[AccessToken]:
        """Who may use the memory, without the tokens themselves."""
        return [
            AccessToken(name, tuple(row["scopes"]), row["made_at"])
            for name, row in sorted(self._archive.settings.get(TOKENS, {}).items())
        ]

    def add_token(self, name: str, scopes: Sequence[str] = (READ,)) -> str:
        """A new token for a program called `name`; it is told here and never again. Raises SettingsError."""
        self._need_writing()
        name = " ".join(name.split())[:80]
        kept = dict(self._archive.settings.get(TOKENS, {}))
        if not name or name in kept:
            raise SettingsError("Give the program a name of its own, such as “editor”.")
        if unknown := set(scopes) - set(SCOPES):
            raise SettingsError(f"There is no scope {unknown.pop()!r}. There are: {', '.join(SCOPES)}.")
        token = PREFIX + secrets.token_urlsafe(32)
        made = {"hash": _hash(token), "scopes": sorted({READ, *scopes}), "made_at": now()}
        self._archive.settings.set(TOKENS, {**kept, name: made})
        return token

    def remove_token(self, name: str) -> None:
        """The program is refused from now on. Raises NotFound."""
        self._need_writing()
        kept = dict(self._archive.settings.get(TOKENS, {}))
        if kept.pop(name, None) is None:
            raise NotFound(f"There is no token for {name}.")
        self._archive.settings.set(TOKENS, kept)

    def scopes_of(self, token: str) -> frozenset[str]:
        """What the bearer of a token may do; nothing if it is unknown."""
        found: frozenset[str] = frozenset()
        hashed = _hash(token)
        for row in self._archive.settings.get(TOKENS, {}).values():
            if secrets.compare_digest(row["hash"], hashed):
                found = frozenset(row["scopes"])
        return found


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
