"""The route that takes files: both secrets, bounded, and only into the inbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.ui.web.fake_twin import FakeTwin
from tests.ui.web.test_guard import HOST, TOKEN, page_key
from ui.web.guard import PAGE_HEADER
from ui.web.inbox import NAME, PATH
from ui.web.server import Address, web_app


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    app = web_app(FakeTwin.filled(), Address("127.0.0.1", 7860, TOKEN))
    client = TestClient(app, base_url=f"http://{HOST}")
    client.headers[PAGE_HEADER] = page_key(client.get(f"/?token={TOKEN}").text)
    return client


def test_a_file_is_kept_in_the_inbox_and_nowhere_else(page: TestClient, tmp_path: Path) -> None:
    for name in ("letter.txt", "..%2F..%2Fletter.txt", "%2Fetc%2Fletter.txt"):
        assert page.post(PATH, content=b"Dear Mara", headers={NAME: name}).status_code == 201
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} == {"Doppel inbox"} and len(files) == 3


def test_without_either_secret_or_from_elsewhere_nothing_is_kept(page: TestClient, tmp_path: Path) -> None:
    sent = {"content": b"x", "headers": {NAME: "a.txt"}}
    key = page.headers.pop(PAGE_HEADER)
    assert page.post(PATH, **sent).status_code == 403  # type: ignore[arg-type]
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
        assert page.post(PATH, content=b"x", headers={PAGE_HEADER: key, **headers}).status_code == 403
    page.cookies.clear()
    assert page.post(PATH, content=b"x", headers={PAGE_HEADER: key}).status_code == 403
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_length_that_is_none_or_too_much_is_refused(page: TestClient, tmp_path: Path) -> None:
    def endless():  # type: ignore[no-untyped-def]
        yield b"x"

    assert page.post(PATH, content=endless()).status_code == 411
    said = page.post(PATH, content=b"x", headers={"Content-Length": "999999999999"})
    assert said.status_code == 400 and "at most" in said.json()["problem"]
    assert page.get(PATH).status_code in (404, 405)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
