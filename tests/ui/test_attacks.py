"""Every route there is, asked by whoever should not: without secrets, from elsewhere, by crooked paths and requests."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from tests.ui.web.fake_twin import FakeTwin
from ui.web.connections import protocol
from ui.web.guard import PAGE_HEADER
from ui.web.installable import PUBLIC
from ui.web.server import Address, bind, web_app

HOST, TOKEN = "127.0.0.1:7860", "a-secret-of-this-start"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND")
REFUSED = {401, 403, 404, 405}


@pytest.fixture(scope="module")
def twin() -> FakeTwin:
    twin = FakeTwin.filled()
    twin.add_token("editor")
    twin.prefer("mcp_http", True)
    return twin


@pytest.fixture(scope="module")
def app(twin: FakeTwin) -> Any:
    return web_app(twin, Address("127.0.0.1", 7860, TOKEN))


def paths_of(app: Any) -> set[str]:
    """The paths of an application and of what is mounted or included in it, with something in place of each parameter."""
    found: set[str] = set()
    for route in getattr(app, "routes", []):
        path = re.sub(r"\{[^}]*\}", "x", getattr(route, "path", None) or "")
        for inner in (getattr(route, "app", None), getattr(route, "original_router", None)):
            found |= {path + below for below in paths_of(inner)}
        found.add(path or "/")
    return found


def routes(gate: Any) -> list[str]:
    return sorted(paths_of(gate.page.app) | paths_of(gate.doors) | {"/mcp", "/v1/models", "/api/memories"})


def test_there_are_the_routes_that_this_test_is_about(app: Any) -> None:
    assert len(routes(app)) >= 64
    assert {"/doppel/inbox", "/gradio_api/queue/join", "/v1/chat/completions", "/api/memories/x"} <= set(
        routes(app)
    )


@pytest.mark.parametrize("method", METHODS)
def test_without_secrets_every_route_refuses_every_method(app: Any, twin: FakeTwin, method: str) -> None:
    before, client = dict(twin.rows), TestClient(app, base_url=f"http://{HOST}")
    for path in routes(app):
        answer = client.request(method, path)
        if path in PUBLIC and method in ("GET", "HEAD"):
            assert answer.status_code == 200
        else:
            assert answer.status_code in REFUSED, (method, path, answer.status_code)
        assert "apricot" not in answer.text and "/home/ada" not in answer.text
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert twin.rows == before


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "127.0.0.1"}, {"Origin": "http://evil.example"}, {"Origin": "null"}],
)
def test_with_every_secret_but_from_elsewhere_every_route_refuses(
    app: Any, twin: FakeTwin, headers: dict[str, str]
) -> None:
    client = TestClient(app, base_url=f"http://{HOST}")
    secret = twin.browsers.begin()
    client.headers[PAGE_HEADER] = twin.browsers.page_key(secret)
    client.headers["Authorization"] = f"Bearer {twin.granted['editor'][0]}"
    for path in routes(app):
        for method in ("GET", "POST", "DELETE"):
            answer = client.request(method, path, headers={"Cookie": f"doppel-7860={secret}", **headers})
            assert answer.status_code in REFUSED, (method, path)


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../../../etc/passwd", "/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fetc%2fpasswd",
        "/assets/..%5c..%5cetc%5cpasswd", "/assets//etc/passwd", "/svelte/%252e%252e/%252e%252e/etc/passwd",
        "//etc/passwd", "/./etc/passwd", "/gradio_api/file=/etc/passwd", "/gradio_api/file%3d/etc/passwd",
        "/GRADIO_API/queue/join", "/gradio_api//queue/join", "/gradio_api/./queue/join",
        "/gradio_api/heartbeat/../queue/join",
        "/icon-192.png/../gradio_api/queue/data", "/manifest.json/../config", "/v1/../gradio_api/queue/data",
        "/api/../config", "/mcp/../api/memories", "/doppel/inbox/../../config",
    ],
)  # fmt: skip
def test_crooked_paths_lead_nowhere_even_for_the_signed_in_browser(
    app: Any, twin: FakeTwin, path: str
) -> None:
    """With the cookie, without the second secret: what another port of this computer is sent."""
    client = TestClient(app, base_url=f"http://{HOST}")
    cookie = {"Cookie": f"doppel-7860={twin.browsers.begin()}"}
    for method in ("GET", "POST"):
        answer = client.request(method, path, headers=cookie)
        assert answer.status_code in REFUSED | {400, 422}, answer.status_code
        assert "root:" not in answer.text and "apricot" not in answer.text


@pytest.fixture(scope="module")
def port(twin: FakeTwin) -> Iterator[int]:
    listener = bind("127.0.0.1", 0, exposed=False)
    number = int(listener.getsockname()[1])
    app = web_app(twin, Address("127.0.0.1", number, TOKEN))
    config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1, **protocol())
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield number
    server.should_exit = True
    thread.join(10)


SMUGGLED = b"GET /api/memories HTTP/1.1\r\nHost: {host}\r\n\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"POST /api/memories HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nContent-Length: 40\r\n",
        b"POST /api/memories HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"POST /api/memories HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked, identity\r\n",
        b"POST /api/memories HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n",
        b"POST /api/memories HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4 4\r\n",
        b"POST /api/memories HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\nContent-Length: 4\r\n",
        b"GET http://evil.example/api/memories HTTP/1.1\r\nHost: evil.example\r\n",
        b"GET /api/memories HTTP/1.1\r\nHost: {host}\r\nX: a\rHost: evil.example\r\n",
        b"GET /api/memories HTTP/1.1\r\nHost : {host}\r\n",
        b"GET /api/memories HTTP/1.1\r\n Host: {host}\r\nHost: {host}\r\n",
        b"GET /gradio_api/queue/data HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n",
        b"PRI * HTTP/2.0\r\n",
    ],
)
def test_smuggled_requests_get_nothing(port: int, twin: FakeTwin, head: bytes) -> None:
    before = dict(twin.rows)
    sent = (head + b"\r\n0\r\n\r\n" + SMUGGLED).replace(b"{host}", f"127.0.0.1:{port}".encode())
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        said = b""
        while piece := connection.recv(65536):
            said += piece
    codes = {int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3})", said)}
    assert codes <= REFUSED | {400, 413, 426, 501}, said
    assert b"apricot" not in said and twin.rows == before


def test_a_token_of_a_program_opens_no_page_and_a_page_opens_no_door(app: Any, twin: FakeTwin) -> None:
    client = TestClient(app, base_url=f"http://{HOST}")
    token = {"Authorization": f"Bearer {twin.granted['editor'][0]}"}
    for path in ("/", "/config", "/gradio_api/queue/data", "/doppel/inbox"):
        assert client.get(path, headers=token).status_code == 403
    secret = twin.browsers.begin()
    signed_in = {"Cookie": f"doppel-7860={secret}", PAGE_HEADER: twin.browsers.page_key(secret)}
    for path in ("/api/memories", "/v1/models", "/mcp"):
        assert client.get(path, headers=signed_in).status_code == 401
