"""Who is signed in to the page, over restarts and until signed out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.errors import NotFound
from app.twin import page_sessions
from app.twin.page_sessions import SESSIONS, PageSessions

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Kept(dict[str, Any]):
    """What an archive keeps: JSON that outlives the objects around it."""

    def get(self, key: str, default: Any = None) -> Any:
        return json.loads(self[key]) if key in self else default

    def set(self, key: str, value: Any) -> None:
        self[key] = json.dumps(value)


def test_a_session_outlives_the_server_with_both_its_secrets() -> None:
    kept = Kept()
    secret = PageSessions(kept).begin(FIREFOX)
    again = PageSessions(kept)
    assert again.knows(secret) and again.page_key(secret) == PageSessions(kept).page_key(secret)
    assert [(row.browser, row.own) for row in again.rows(secret)] == [("Firefox, Linux", True)]


def test_neither_secret_can_be_read_from_the_archive() -> None:
    kept = Kept()
    sessions = PageSessions(kept)
    secret = sessions.begin()
    assert secret not in str(dict(kept)) and sessions.page_key(secret) not in str(dict(kept))


def test_one_browser_is_signed_out_and_the_others_stay() -> None:
    sessions = PageSessions(kept := Kept())
    one, other = sessions.begin(), sessions.begin()
    (id,) = [row.id for row in sessions.rows(one) if row.own]
    sessions.end(id)
    for now in (sessions, PageSessions(kept)):
        assert (now.knows(one), now.knows(other)) == (False, True)
    with pytest.raises(NotFound):
        sessions.end(id)


def test_signing_out_everywhere_ends_all_and_spoils_the_second_secret() -> None:
    sessions = PageSessions(Kept())
    secret = sessions.begin()
    key = sessions.page_key(secret)
    sessions.end_all()
    assert not sessions.knows(secret) and sessions.page_key(secret) != key
    assert sessions.knows(sessions.begin())


@pytest.mark.parametrize("guess", ["", "x", "doppel"])
def test_a_guess_is_not_known_and_has_no_lasting_key(guess: str) -> None:
    sessions = PageSessions(Kept())
    assert not sessions.knows(guess)
    assert sessions.page_key(guess) != sessions.page_key(guess), (
        "without a session there is no key to guess at"
    )


def test_an_unused_session_ends_by_itself() -> None:
    kept = Kept()
    secret = PageSessions(kept).begin()
    rows = kept.get(SESSIONS)
    for row in rows.values():
        row["used_at"] = "2020-01-01T00:00:00+00:00"
    kept.set(SESSIONS, rows)
    late = PageSessions(kept)
    assert not late.knows(secret) and late.rows() == []


def test_no_more_than_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_sessions, "MOST", 3)
    sessions = PageSessions(Kept())
    newest = [sessions.begin() for _ in range(9)][-1]
    assert len(sessions.rows()) == 3 and sessions.knows(newest)
