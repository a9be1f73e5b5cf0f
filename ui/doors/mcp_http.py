"""MCP over streamable HTTP, in the process that runs: the tools that a token's scopes allow, behind `ui.doors.gate`.

Each request stands alone, so that no session can be taken over and a removed token ends at once: there is nothing to
listen to between requests (GET), and nothing to end (DELETE). A call of a tool that the token may not use is refused with
403 before the SDK sees it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import Message, Receive, Scope, Send

from app.twin.access import FORGET, WRITE
from ui.doors.gate import error
from ui.doors.mcp_server import SCOPES, server

if TYPE_CHECKING:
    from ui.doors.twin import DoorsTwin

PATH = "/mcp"
SWITCH = "mcp_http"
# The gate has checked Host and Origin by then.
CHECKED = TransportSecuritySettings(enable_dns_rebinding_protection=False)


class McpOverHttp:
    """An ASGI application over `twin`; `scope["state"]["scopes"]` says what the token may."""

    def __init__(self, twin: DoorsTwin) -> None:
        self.twin = twin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.twin.preference(SWITCH, False):
            await error(404, "MCP over HTTP is switched off. It is switched on on the Settings tab.")(
                scope, receive, send
            )
            return
        if scope["method"] != "POST":
            await error(405, "Each request of this server stands alone: POST.")(scope, receive, send)
            return
        scopes = scope["state"]["scopes"]
        body = await _body(receive)
        if missing := _missing(body, scopes):
            await error(403, f"This token may not {missing}. Make another one on the Settings tab.")(
                scope, receive, send
            )
            return
        mcp = server(self.twin, write=WRITE in scopes, forget=FORGET in scopes)
        mcp.streamable_http_app(streamable_http_path=PATH, stateless_http=True, transport_security=CHECKED)
        async with mcp.session_manager.run():
            await mcp.session_manager.handle_request(scope, _again(body, receive), send)


def _missing(body: bytes, scopes: frozenset[str]) -> str:
    """The first scope that a call in `body` needs and the token does not have; "" if there is none."""
    try:
        said = json.loads(body)
    except ValueError:
        return ""  # the SDK says what is wrong with it
    for call in said if isinstance(said, list) else [said]:
        if isinstance(call, dict) and call.get("method") == "tools/call":
            asked: Any = call.get("params")
            name = asked.get("name") if isinstance(asked, dict) else None
            needed = SCOPES.get(name, "") if isinstance(name, str) else ""
            if needed and needed not in scopes:
                return needed
    return ""


async def _body(receive: Receive) -> bytes:
    """The whole body; the gate has checked how long it says it is, and the server holds it to that."""
    pieces: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives `body`, and after it what comes: that the client went away."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
