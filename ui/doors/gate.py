"""The gate for other programs on this computer: in front of the page's guard, on paths of its own.

Each request needs a token in `Authorization: Bearer`, made by the person for one program (`app.twin.access`). While there
is no token, the paths do not exist. No browser page gets in: whatever says an Origin is refused, and nothing here answers
another site's preflight. The token is checked before a request is read.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from ui.doors.twin import DoorsTwin

PATHS = ("/v1/", "/api/")
MCP = ("/mcp", "/mcp/")
# A memory is a few kilobytes; a conversation sent along with a question is more.
LONGEST_BODY = 4_000_000


class Gate:
    """Sends requests of other programs to `doors` and `mcp`, everything else to `page`. hosts: accepted Host headers."""

    def __init__(
        self, page: ASGIApp, doors: ASGIApp, mcp: ASGIApp, twin: DoorsTwin, *, hosts: Collection[str]
    ) -> None:
        self.page, self.doors, self.mcp, self.twin = page, doors, mcp, twin
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path.startswith(PATHS) or path in MCP):
            await self.page(scope, receive, send)
        elif refusal := self.refuse(scope):
            await refusal(scope, receive, send)
        else:
            await (self.mcp if path in MCP else self.doors)(scope, receive, send)

    def refuse(self, scope: Scope) -> Response | None:
        """The answer to a request that must not go through; one that may gets its scopes in `scope["state"]`."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts or headers.getlist("origin"):
            return error(403, "Doppel answers only to programs on this computer, at its own address.")
        if not self.twin.tokens():
            return error(
                404, "There is nothing here. Tokens for other programs are made on the Settings tab."
            )
        kind, _, token = headers.get("authorization", "").partition(" ")
        scopes = self.twin.scopes_of(token.strip()) if kind.lower() == "bearer" else frozenset()
        if not scopes:
            return error(
                401, "A token is needed: Authorization: Bearer TOKEN. It is made on the Settings tab."
            )
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LONGEST_BODY or "transfer-encoding" in headers:
            return error(413, f"A request may have at most {LONGEST_BODY:,} bytes and must say how many.")
        scope.setdefault("state", {})["scopes"] = scopes
        return None


def error(status: int, message: str) -> JSONResponse:
    """An error in the form that OpenAI's clients understand."""
    return JSONResponse({"error": {"message": message, "type": "doppel", "code": status}}, status)
