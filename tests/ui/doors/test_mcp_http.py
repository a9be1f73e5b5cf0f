"""The official MCP client over streamable HTTP, on a real port, with tokens of every scope."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.testclient import TestClient

from tests.ui.web.fake_twin import FakeTwin

T = TypeVar("T")
TOOLS = {"ask", "search_memory", "read_memory"}
CALLS = {
    "add_note": {"text": "The key lies under the third pot."},
    "edit_memory": {"id": 2, "text": "The apricot tree stands."},
    "forget_memory": {"id": 1},
}


def run(visit: Coroutine[Any, Any, T]) -> T:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, visit).result()


def connected(port: int, token: str) -> Client:
    http = httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"})
    return Client(streamable_http_client(f"http://127.0.0.1:{port}/mcp", http_client=http))


def call(name: str) -> dict[str, Any]:
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": name, "arguments": CALLS[name]},
    }


def opened(twin: FakeTwin, scopes: Sequence[str] = ()) -> str:
    twin.prefer("mcp_http", True)
    return twin.add_token("assistant", scopes)


def test_a_client_asks_and_searches_over_http(twin: FakeTwin, port: int) -> None:
    async def visit() -> None:
        async with connected(port, opened(twin)) as mcp:
            assert {tool.name for tool in (await mcp.list_tools()).tools} == TOOLS
            said = (await mcp.call_tool("ask", {"question": "Who moved to Porto?"})).structured_content
            assert said is not None and said["answer"].startswith("Mara moved")
            found = (await mcp.call_tool("search_memory", {"query": "suitcase"})).structured_content
            assert found is not None and [row["id"] for row in found["result"]] == [3]

    run(visit())
    assert twin.kept == {}


def test_a_client_with_every_scope_adds_edits_and_forgets(twin: FakeTwin, port: int) -> None:
    async def visit() -> None:
        async with connected(port, opened(twin, ["write", "forget"])) as mcp:
            assert {tool.name for tool in (await mcp.list_tools()).tools} == TOOLS | set(CALLS)
            for name, arguments in CALLS.items():
                assert not (await mcp.call_tool(name, arguments)).is_error

    run(visit())
    assert 1 not in twin.rows and twin.rows[2].edited and twin.rows[5].text == CALLS["add_note"]["text"]


@pytest.mark.parametrize(
    ("scopes", "refused"),
    [
        ((), set(CALLS)),
        (("write",), {"forget_memory"}),
        (("forget",), {"add_note", "edit_memory"}),
    ],
)
def test_a_wrong_scope_gets_403_and_changes_nothing(
    client: TestClient, twin: FakeTwin, scopes: tuple[str, ...], refused: set[str]
) -> None:
    headers = {
        "Authorization": f"Bearer {opened(twin, scopes)}",
        "Accept": "application/json, text/event-stream",
    }
    before = dict(twin.rows)
    for name in refused:
        for body in (call(name), [call(name)]):
            assert client.post("/mcp", json=body, headers=headers).status_code == 403
    assert twin.rows == before


def test_it_is_off_until_it_is_switched_on(client: TestClient, twin: FakeTwin) -> None:
    headers = {"Authorization": f"Bearer {twin.add_token('assistant')}"}
    assert client.post("/mcp", json={}, headers=headers).status_code == 404
    twin.prefer("mcp_http", True)
    assert client.post("/mcp", json={}, headers=headers).status_code not in (404, 401)
    assert client.post("/mcp", json={}).status_code == 401
    twin.remove_token("assistant")
    assert client.post("/mcp", json={}, headers=headers).status_code == 404, "without tokens there is no door"


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "PATCH", "OPTIONS"])
def test_there_is_nothing_to_listen_to_or_to_end(client: TestClient, twin: FakeTwin, method: str) -> None:
    headers = {"Authorization": f"Bearer {opened(twin)}"}
    assert client.request(method, "/mcp", headers=headers).status_code == 405


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
def test_no_page_of_a_browser_gets_in(client: TestClient, twin: FakeTwin, headers: dict[str, str]) -> None:
    sent = {"Authorization": f"Bearer {opened(twin)}", **headers}
    assert client.post("/mcp", json=call("add_note"), headers=sent).status_code == 403


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"tools/call"', b'{"method":"tools/call","params":[]}']
)
def test_what_is_no_request_is_refused_by_the_sdk(client: TestClient, twin: FakeTwin, body: bytes) -> None:
    headers = {
        "Authorization": f"Bearer {opened(twin, ['write', 'forget'])}",
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
    }
    before = dict(twin.rows)
    assert 400 <= client.post("/mcp", content=body, headers=headers).status_code < 500
    assert twin.rows == before
