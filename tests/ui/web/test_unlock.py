"""The page before the page: it opens with the passphrase alone, and tells nobody else anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.protection import encrypt
from storage.encryption import key
from ui.web import unlock
from ui.web.server import Address

PASSPHRASE = "correct horse battery"
ORIGIN = {"origin": "http://127.0.0.1:7860"}


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[key.DataKey]:
    """What the page has found so far."""
    monkeypatch.setattr(key, "COST", {"iterations": 1, "lanes": 1, "memory_kib": 64})
    monkeypatch.setattr(unlock, "SECONDS_AFTER_A_WRONG_ONE", 0.0)
    return []


@pytest.fixture
def client(tmp_path: Path, found: list[key.DataKey]) -> TestClient:
    encrypt(tmp_path, PASSPHRASE)
    app = unlock.UnlockPage(tmp_path, Address("127.0.0.1", 7860, "the-token"), found.append)
    return TestClient(app, base_url="http://127.0.0.1:7860")


def test_the_passphrase_opens_and_signs_the_browser_in(client: TestClient, found: list[key.DataKey]) -> None:
    assert 'type="password"' in client.get("/").text and "the-token" not in client.get("/").text
    wrong = client.post("/unlock", data={"passphrase": "not this one"}, headers=ORIGIN)
    assert wrong.status_code == 403 and "does not open" in wrong.text and found == []
    right = client.post("/unlock", data={"passphrase": PASSPHRASE}, headers=ORIGIN)
    assert right.status_code == 200 and "the-token" in right.text and len(found) == 1


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://evil.example"}, {"origin": "null"}, {**ORIGIN, "host": "evil.example:7860"}],
)
def test_other_pages_cannot_even_try(
    client: TestClient, found: list[key.DataKey], headers: dict[str, str]
) -> None:
    answer = client.post("/unlock", data={"passphrase": PASSPHRASE}, headers=headers)
    assert answer.status_code == 403 and "the-token" not in answer.text and found == []


def test_nothing_else_is_there(client: TestClient, found: list[key.DataKey]) -> None:
    for path in ("/config", "/gradio_api/queue/join", "/mcp", "/v1/models", "/unlock"):
        assert client.get(path).status_code == 503
    assert client.get("/", headers={"host": "rebound.example"}).status_code == 403
    assert client.get("/").headers["x-frame-options"] == "DENY"
    huge = client.post("/unlock", data={"passphrase": PASSPHRASE + "x" * 100_000}, headers=ORIGIN)
    assert huge.status_code == 403 and found == []
