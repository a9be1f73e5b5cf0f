"""The doors as one FastAPI application; `ui.doors.gate` stands before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from app.errors import DoppelError, EmptyMemory, ModelMissing, NotFound, TooManyQuestions
from ui.doors import chat_completions, memories
from ui.doors.gate import error

if TYPE_CHECKING:
    from ui.doors.twin import DoorsTwin

TITLE = "Doppel: the memory for other programs on this computer"


def doors(twin: DoorsTwin) -> FastAPI:
    """All routes that other programs have. Pages and programs take turns at the model by the twin's own guard."""
    app = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.include_router(chat_completions.router(twin))
    app.include_router(memories.router(twin))

    @app.exception_handler(DoppelError)
    def say(request: Request, problem: DoppelError) -> JSONResponse:
        status = (
            404
            if isinstance(problem, NotFound)
            else 503
            if isinstance(problem, EmptyMemory | ModelMissing)
            else 429
            if isinstance(problem, TooManyQuestions)
            else 400
        )
        return error(status, str(problem))

    return app
