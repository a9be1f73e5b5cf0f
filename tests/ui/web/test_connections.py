"""Half-open connections are closed in time and bounded, and do not fill the log."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from ui.web import connections
from ui.web.connections import BoundedProtocol, OncePerMinute, protocol
from ui.web.server import bind

REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(connections, "SECONDS", 1.0)
    monkeypatch.setattr(connections, "MOST", 20)
    listener = bind("127.0.0.1", 0, exposed=False)
    server = uvicorn.Server(
        uvicorn.Config(PlainTextResponse("here"), log_level="error", access_log=False, **protocol())
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(20)


def connect(port: int) -> socket.socket:
    found = socket.create_connection(("127.0.0.1", port), timeout=20)
    found.settimeout(20)
    return found


def answered(connection: socket.socket) -> bool:
    connection.sendall(REQUEST)
    text = b""
    while not text.endswith(b"here"):
        if not (more := connection.recv(1000)):
            return False
        text += more
    return text.startswith(b"HTTP/1.1 200")


def test_half_open_connections_are_bounded_and_end(port: int) -> None:
    owner = connect(port)
    assert answered(owner)
    silent = [connect(port) for _ in range(60)]
    half = connect(port)
    half.sendall(REQUEST[:20])
    assert answered(owner)
    assert answered(connect(port))
    assert len(BoundedProtocol.open) <= 21
    for connection in [*silent, half]:
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(10) == b""
    assert answered(owner)


def test_a_line_that_repeats_itself_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    once = OncePerMinute()

    def said(text: str) -> str | None:
        record = logging.LogRecord("asyncio", logging.ERROR, "", 0, text, None, None)
        return record.getMessage() if once.filter(record) else None

    assert said("out of descriptors") == "out of descriptors"
    assert [said("out of descriptors") for _ in range(1000)] == [None] * 1000
    assert said("another") == "another"
    now[0] = 61.0
    assert said("out of descriptors") == "out of descriptors (and 1000 times more in the last minute)"
