"""The door: what gets through to Gradio, and what does not."""

from __future__ import annotations

import re
import socket

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.twin.page_sessions import PageSessions
from tests.ui.web.fake_twin import FakeTwin, InMemory
from ui.web.guard import PAGE_HEADER, Guard
from ui.web.server import Address, NotLoopback, PortTaken, bind, web_app

TOKEN = "a-secret-of-this-start"
HOST = "127.0.0.1:7860"


@pytest.fixture(scope="module")
def app() -> object:
    return web_app(FakeTwin.filled(), Address("127.0.0.1", 7860, TOKEN))


@pytest.fixture
def stranger(app: object) -> TestClient:
    """A client without the cookie."""
    return TestClient(app, base_url=f"http://{HOST}", follow_redirects=False)  # type: ignore[arg-type]


@pytest.fixture
def owner(stranger: TestClient) -> TestClient:
    """A client that opened the address `doppel run` printed."""
    answer = stranger.get(f"/?token={TOKEN}")
    assert answer.status_code == 200
    stranger.headers[PAGE_HEADER] = page_key(answer.text)
    return stranger


def page_key(text: str) -> str:
    """What the page keeps after it was signed in."""
    found = re.search(r'setItem\("x-doppel-page", "([\w-]{40,})"\)', text)
    assert found
    return found[1]


def test_the_printed_address_signs_in_once_and_hides_the_token(stranger: TestClient) -> None:
    answer = stranger.get(f"/?token={TOKEN}")
    assert (answer.status_code, TOKEN in answer.text, answer.headers["cache-control"]) == (
        200,
        False,
        "no-store",
    )
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie
    assert stranger.get("/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/?token=wrong", "/?token=", "/config", "/gradio_api/queue/data", "/assets/x.js"]
)
def test_without_the_token_nothing_is_served(stranger: TestClient, path: str) -> None:
    assert stranger.get(path).status_code == 403


def test_the_cookie_alone_opens_the_empty_page_and_reads_nothing(owner: TestClient) -> None:
    """A server on another port of this computer is sent the cookie, and nothing else."""
    key = owner.headers.pop(PAGE_HEADER)
    assert owner.get("/").status_code == 200 and key not in owner.get("/").text
    for sent in (None, key[:-1] + "x"):
        headers = {PAGE_HEADER: sent} if sent else {}
        assert owner.get("/gradio_api/queue/data", headers=headers).status_code == 403
        assert owner.post("/gradio_api/queue/join", json={}, headers=headers).status_code == 403
    assert owner.post("/gradio_api/queue/join", json={}, headers={PAGE_HEADER: key}).status_code != 403


def test_an_address_signs_in_once_and_the_next_one_is_told() -> None:
    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("page")(scope, receive, send)

    told: list[str] = []
    guard = Guard(page, hosts=[HOST], token=TOKEN, browsers=PageSessions(InMemory()), renew=told.append)
    first, second = (TestClient(guard, base_url=f"http://{HOST}") for _ in range(2))
    assert TOKEN not in str(first.get(f"/?token={TOKEN}").cookies) and first.get("/").text == "page"
    assert second.get(f"/?token={TOKEN}").status_code == 403
    (token,) = told
    assert second.get(f"/?token={token}").status_code == 200 and second.get("/").text == "page"
    assert len(told) == 2


def test_a_wrong_cookie_is_refused(stranger: TestClient) -> None:
    stranger.cookies.set("doppel-7860", "guess")
    assert stranger.get("/").status_code == 403


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:7860", "127.0.0.1", "127.0.0.1:80", "localhost.evil.example:7860", ""],
)
def test_another_host_is_refused_even_with_the_cookie(owner: TestClient, host: str) -> None:
    """DNS rebinding: the browser sends the attacker's name, and would send cookies set for it."""
    answer = owner.get("/", headers={"Host": host})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_another_host_with_the_token_is_refused(stranger: TestClient) -> None:
    assert stranger.get(f"/?token={TOKEN}", headers={"Host": "evil.example:7860"}).status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:7860", "http://127.0.0.1:9999"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_another_origin_is_refused(owner: TestClient, origin: str, method: str) -> None:
    answer = owner.request(method, "/gradio_api/queue/join", headers={"Origin": origin})
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("host", [HOST, "localhost:7860", "LOCALHOST:7860", "[::1]:7860"])
def test_the_names_of_loopback_are_accepted(owner: TestClient, host: str) -> None:
    assert (
        owner.get(
            "/", headers={"Host": host, "Cookie": f"doppel-7860={owner.cookies['doppel-7860']}"}
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/info", "/gradio_api/openapi.json", "/docs", "/openapi.json", "/redoc", "/monitoring",
        "/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd", "/gradio_api/proxy=http://evil.example/",
        "/gradio_api/upload", "/gradio_api/vibe-code", "/gradio_api/runs", "/gradio_api/call/answer", "/login",
        "/gradio_api/run/answer", "/gradio_api/component_server", "/gradio_api/dev/reload", "/gradio_api/token",
        "/static/../app/cli.py", "/assets/%2e%2e/%2e%2e/index.html",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_gradios_other_routes_do_not_exist(owner: TestClient, path: str, method: str) -> None:
    assert owner.request(method, path).status_code == 404


def test_forwarding_headers_do_not_move_the_page(owner: TestClient) -> None:
    page = owner.get(
        "/", headers={"X-Forwarded-Host": "evil.example", "X-Gradio-Server": "http://evil.example"}
    )
    assert page.status_code == 200
    assert "evil.example" not in page.text


def test_the_page_forbids_other_hosts_and_frames(owner: TestClient) -> None:
    headers = owner.get("/").headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "http" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"


def test_nothing_in_page_or_theme_loads_from_elsewhere(owner: TestClient) -> None:
    loads = re.findall(
        r"""(?:<(?:script|link|img|iframe)[^>]*(?:src|href)=|url\()["']?(https?://[^"')>]+)""",
        owner.get("/").text,
    )
    assert [url for url in loads if not url.startswith(f"http://{HOST}")] == []
    assert "http" not in re.sub(r"http://www\.w3\.org/\S+", "", owner.get("/theme.css").text)


def test_gradio_keeps_no_calls_and_publishes_no_functions(owner: TestClient) -> None:
    config = owner.get("/config").json()
    assert config["analytics_enabled"] is False
    assert not config.get("run_history")
    assert {item["api_visibility"] for item in config["dependencies"]} == {"private"}


def test_other_hosts_need_an_explicit_flag() -> None:
    with pytest.raises(NotLoopback, match="--expose"):
        bind("0.0.0.0", 0, exposed=False)
    with bind("0.0.0.0", 0, exposed=True) as listener:
        assert listener.getsockname()[1] > 0


def test_a_taken_port_is_skipped_or_reported() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match="--port"):
            bind("127.0.0.1", port, exposed=False)
        with bind("127.0.0.1", None, exposed=False, first_port=port) as listener:
            assert listener.getsockname()[1] > port


def test_the_address_names_itself() -> None:
    assert Address("127.0.0.1", 7860, "t").url == "http://127.0.0.1:7860/?token=t"
    assert "192.168.1.5:7860" in Address("192.168.1.5", 7860, "t").hosts
    assert "[::1]:7860" in Address("::1", 7860, "t").hosts
    assert "evil.example:7860" not in Address("0.0.0.0", 7860, "t").hosts


def test_a_browser_stays_signed_in_over_a_restart_until_it_is_signed_out() -> None:
    twin = FakeTwin.filled()
    browsers = twin.browsers

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("page")(scope, receive, send)

    def started() -> TestClient:
        guard = Guard(page, hosts=[HOST], token=TOKEN, browsers=browsers)
        return TestClient(guard, base_url=f"http://{HOST}")

    first, later = started(), started()
    key = page_key(first.get(f"/?token={TOKEN}").text)
    later.cookies.update(first.cookies)
    assert later.get("/").text == "page"
    assert "Max-Age=" in later.get("/").headers["set-cookie"]
    asked = {"headers": {PAGE_HEADER: key}}
    assert later.get("/gradio_api/app_id", **asked).status_code == 200  # type: ignore[arg-type]
    again = later.get(f"/?token={TOKEN}")
    assert page_key(again.text) == key and len(browsers.rows()) == 1, "the same browser is no new session"
    browsers.end_all()
    assert later.get("/").status_code == 403
    assert later.get("/gradio_api/app_id", **asked).status_code == 403  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/config", "/gradio_api/app_id", "/gradio_api/startup-events"])
def test_all_of_gradios_own_routes_but_the_page_need_the_second_secret(owner: TestClient, path: str) -> None:
    assert owner.get(path).status_code != 403
    del owner.headers[PAGE_HEADER]
    assert owner.get(path).status_code == 403


def test_the_page_itself_holds_nothing_of_the_memory(owner: TestClient) -> None:
    """It and its config are given for the cookie alone."""
    assert not [word for word in ("apricot", "suitcase", "/home/ada") if word in owner.get("/").text]


def test_a_stream_ends_when_its_browser_is_signed_out() -> None:
    browsers = PageSessions(InMemory())

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for piece in (b"before", b"after"):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            browsers.end_all()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    client = TestClient(
        Guard(stream, hosts=[HOST], token=TOKEN, browsers=browsers), base_url=f"http://{HOST}"
    )
    key = page_key(client.get(f"/?token={TOKEN}").text)
    assert client.get("/gradio_api/queue/data", headers={PAGE_HEADER: key}).content == b"before"
