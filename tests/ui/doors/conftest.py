"""The doors over a fake twin: in one process for requests, on a real port for real clients."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from tests.ui.web.fake_twin import FakeTwin
from ui.doors.app import doors
from ui.doors.gate import Gate
from ui.doors.mcp_http import McpOverHttp
from ui.web.server import bind

HOST = "127.0.0.1:7860"


async def no_page(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError(f"{scope['path']} went on to the page")


@pytest.fixture
def twin() -> FakeTwin:
    return FakeTwin.filled()


@pytest.fixture
def client(twin: FakeTwin) -> TestClient:
    gate = Gate(no_page, doors(twin), McpOverHttp(twin), twin, hosts=[HOST])
    return TestClient(gate, base_url=f"http://{HOST}")


@pytest.fixture
def port(twin: FakeTwin) -> Iterator[int]:
    """A served port, for clients that open connections of their own."""
    listener = bind("127.0.0.1", 0, exposed=False)
    number = int(listener.getsockname()[1])
    gate = Gate(no_page, doors(twin), McpOverHttp(twin), twin, hosts=[f"127.0.0.1:{number}"])
    server = uvicorn.Server(uvicorn.Config(gate, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield number
    server.should_exit = True
    thread.join(10)
