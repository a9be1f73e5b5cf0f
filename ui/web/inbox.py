"""The one route that takes a file: dropped on the page, it goes to the inbox folder. The guard asks both secrets for it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from app.errors import DoppelError
from app.watching import inbox

if TYPE_CHECKING:
    from ui.web.twin import InboxTwin

PATH = "/doppel/inbox"
NAME = "x-doppel-name"  # percent-encoded: a header holds no letters beyond Latin


def add_route(app: FastAPI, twin: InboxTwin) -> None:
    """Before Gradio is mounted, which answers for every other path."""

    @app.post(PATH)
    async def receive(request: Request) -> JSONResponse:
        length = request.headers.get("content-length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 16):
            return JSONResponse({"problem": "The request must say how many bytes it has."}, 411)
        try:
            folder = await run_in_threadpool(twin.inbox)
            name = unquote(request.headers.get(NAME, ""), errors="replace")
            kept = await inbox.receive(folder, name, int(length), request.stream())
        except DoppelError as problem:
            return JSONResponse({"problem": str(problem)}, 400)
        return JSONResponse({"name": kept.name}, 201)
