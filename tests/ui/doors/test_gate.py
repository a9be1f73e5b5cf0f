"""Who gets in, and as what."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.ui.web.fake_twin import FakeTwin

READS = [
    ("GET", "/v1/models"),
    ("GET", "/api/memories"),
    ("GET", "/api/memories/1"),
    ("GET", "/api/openapi.json"),
]
NOTE = {"text": "The key lies under the third pot."}


def test_while_no_token_was_made_nothing_is_there(client: TestClient) -> None:
    for method, path in READS:
        assert client.request(method, path).status_code == 404


@pytest.mark.parametrize(
    "header", ["", "Bearer ", "Bearer wrong", "Basic doppel-token-of-editor", "doppel-token-of-editor"]
)
def test_without_a_right_token_nothing_is_told(client: TestClient, twin: FakeTwin, header: str) -> None:
    twin.add_token("editor")
    for method, path in READS:
        answer = client.request(method, path, headers={"Authorization": header})
        assert answer.status_code == 401
        assert "apricot" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1:1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
def test_no_page_of_a_browser_gets_in_even_with_the_token(
    client: TestClient, twin: FakeTwin, headers: dict[str, str]
) -> None:
    token = twin.add_token("editor")
    answer = client.get("/api/memories", headers={"Authorization": f"Bearer {token}", **headers})
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    ("scopes", "refused"),
    [
        ((), {"POST", "PUT", "DELETE"}),
        (("write",), {"DELETE"}),
        (("forget",), {"POST", "PUT"}),
        (("write", "forget"), set()),
    ],
)
def test_a_token_does_what_it_was_made_for_and_no_more(
    client: TestClient, twin: FakeTwin, scopes: tuple[str, ...], refused: set[str]
) -> None:
    headers = {"Authorization": f"Bearer {twin.add_token('editor', scopes)}"}
    asked = {
        "POST": client.post("/api/memories", json=NOTE, headers=headers),
        "PUT": client.put("/api/memories/2", json=NOTE, headers=headers),
        "DELETE": client.delete("/api/memories/1", headers=headers),
    }
    assert {method for method, answer in asked.items() if answer.status_code == 403} == refused
    assert all(answer.is_success for method, answer in asked.items() if method not in refused)
    assert (1 in twin.rows) == ("DELETE" in refused)
    assert (5 in twin.rows) != ("POST" in refused)
    assert twin.rows[2].edited != ("PUT" in refused)


def test_a_removed_token_is_refused_at_once(client: TestClient, twin: FakeTwin) -> None:
    token = twin.add_token("editor")
    twin.add_token("other")
    assert client.get("/api/memories", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    twin.remove_token("editor")
    assert client.get("/api/memories", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_too_much_is_not_read(client: TestClient, twin: FakeTwin) -> None:
    headers = {"Authorization": f"Bearer {twin.add_token('editor', ['write'])}"}
    answer = client.post("/api/memories", content=b"x" * 4_000_001, headers=headers)
    assert answer.status_code == 413


def test_what_is_not_there_says_so(client: TestClient, twin: FakeTwin) -> None:
    headers = {"Authorization": f"Bearer {twin.add_token('editor')}"}
    missing = client.get("/api/memories/99", headers=headers)
    assert missing.status_code in (400, 404) and "99" in missing.json()["error"]["message"]
    found = client.get("/api/memories", params={"query": "suitcase"}, headers=headers).json()
    assert [row["id"] for row in found] == [3]
