"""The browsers that are signed in to the page. A session outlives the server; the person can end each, or all.

A browser keeps two secrets. The first is random and stands in its cookie; the archive keeps only a hash of it. The second,
which every request for the memory needs as well, is the first one signed with a key of the archive: whoever is sent the
cookie (any other port of this computer) cannot make it. Ending all sessions makes a new key.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import logging
import secrets
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from app.errors import NotFound
from storage.errors import ArchiveError

SESSIONS, KEY = "page_sessions", "page_session_key"
DAYS_UNUSED = 30
MOST = 50
NOTED_ANEW = datetime.timedelta(hours=6)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PageSession:
    """A browser that is signed in to the page. Moments are ISO 8601; own: it is the one that asked."""

    id: str
    browser: str
    made_at: str
    used_at: str
    own: bool = False


@dataclass(frozen=True)
class _Browser:
    agent: str
    made_at: str
    used_at: str


class Kept(Protocol):
    """Where small things are kept by name, such as an archive's settings."""

    def get(self, key: str, default: Any = None) -> Any: ...

    def set(self, key: str, value: Any) -> None: ...


class PageSessions:
    """Safe to use from many threads; one process writes."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._changing = threading.Lock()
        self._rows: Mapping[str, _Browser] | None = None  # hash of the cookie → what is kept of it
        self._key = ""

    def begin(self, agent: str = "") -> str:
        """A new browser is signed in; the secret for its cookie, told here and never again. agent: what it calls itself."""
        secret = secrets.token_urlsafe(32)
        with self._changing:
            if not self._session_key():
                self._kept.set(KEY, secrets.token_hex(32))
            newest = sorted(self._known().items(), key=lambda item: item[1].used_at)[-(MOST - 1) :]
            self._keep({**dict(newest), _hash(secret): _Browser(_browser(agent), _now(), _now())})
        return secret

    def knows(self, secret: str) -> bool:
        """Whether a cookie is of a session that goes on. Quick, and asked for each request."""
        hashed = _hash(secret)
        found = self._known().get(hashed)
        if found is None or _age(found.used_at) > datetime.timedelta(days=DAYS_UNUSED):
            return False
        if _age(found.used_at) > NOTED_ANEW:
            # Beside the request: the archive may be busy with a long write.
            threading.Thread(
                target=self._note_use, args=(hashed,), name="doppel-session", daemon=True
            ).start()
        return True

    def page_key(self, secret: str) -> str:
        """The second secret of the browser whose cookie holds `secret`."""
        key = self._session_key() or secrets.token_hex(32)
        return hmac.new(key.encode(), secret.encode(), hashlib.sha256).hexdigest()

    def rows(self, own: str = "") -> list[PageSession]:
        """The browsers that are signed in, the last used first. own: the secret of the one that asks."""
        rows = sorted(self._known().items(), key=lambda item: item[1].used_at, reverse=True)
        return [
            PageSession(hashed[:16], row.agent, row.made_at, row.used_at, hashed == _hash(own))
            for hashed, row in rows
            if _age(row.used_at) <= datetime.timedelta(days=DAYS_UNUSED)
        ]

    def end(self, id: str) -> None:
        """Sign a browser out. Raises NotFound."""
        with self._changing:
            rest = {hashed: row for hashed, row in self._known().items() if hashed[:16] != id}
            if len(rest) == len(self._known()):
                raise NotFound("That browser is signed out already.")
            self._keep(rest)

    def end_all(self) -> None:
        """Sign every browser out, the one that asks too."""
        with self._changing:
            self._key = secrets.token_hex(32)
            self._kept.set(KEY, self._key)
            self._keep({})

    def _note_use(self, hashed: str) -> None:
        try:
            with self._changing:
                rows = dict(self._known())
                if hashed in rows:
                    self._keep({**rows, hashed: _Browser(rows[hashed].agent, rows[hashed].made_at, _now())})
        except (ArchiveError, SQLAlchemyError) as error:
            log.warning("when a browser was last seen could not be kept: %s", type(error).__name__)

    def _known(self) -> Mapping[str, _Browser]:
        if self._rows is None:
            kept: dict[str, dict[str, Any]] = self._kept.get(SESSIONS, {})
            self._rows = {hashed: _Browser(**row) for hashed, row in kept.items()}
        return self._rows

    def _keep(self, rows: Mapping[str, _Browser]) -> None:
        self._kept.set(SESSIONS, {hashed: asdict(row) for hashed, row in rows.items()})
        self._rows = rows

    def _session_key(self) -> str:
        self._key = self._key or self._kept.get(KEY, "")
        return self._key


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _age(moment: str) -> datetime.timedelta:
    return datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(moment)


BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS X": "macOS",
           "Linux": "Linux"}  # fmt: skip


def _browser(agent: str) -> str:
    """A short name for what a browser calls itself: "Firefox, Linux"."""
    names = [
        next((name for sign, name in known.items() if sign in agent), "") for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in names if name) or "?"
