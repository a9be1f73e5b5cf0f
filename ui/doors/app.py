"""The doors as one FastAPI application; `ui.doors.gate` stands before it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from app.errors import DoppelError, EmptyMemory, ModelMissing, NotFound
from ui.doors import chat_completions, memories
from ui.doors.gate import error

if TYPE_CHECKING:
    from app.twin.twin import Twin

TITLE = "Doppel: the memory for other programs on this computer"


def doors(twin: Twin, step: threading.Lock) -> FastAPI:
    """step: held while the model computes, so that pages and programs take turns."""
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.include_router(chat_completions.router(twin, step))
    app.include_router(memories.router(twin))

    @app.exception_handler(DoppelError)
    def say(request: Request, problem: DoppelError) -> JSONResponse:
        status = (
            404
            if isinstance(problem, NotFound)
            else 503
            if isinstance(problem, EmptyMemory | ModelMissing)
            else 400
        )
        return error(status, str(problem))

    return app
