"""The tool `ask` of the MCP server: an answer, how far a long one is while it is worked out, and an end to it where the
program no longer wants it.

The twin is asked in a thread, for it computes; what it says on the way goes back to the program's session. The SDK is
imported at the top because it reads the tool's types from here.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import asdict
from typing import Any

import anyio
from anyio.from_thread import run as in_session
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError

from app.errors import DoppelError, Stopped
from app.records import Answer, Done, Progress, Waiting
from ui.doors.twin import DoorsTwin

Told = Callable[[float, float | None, str | None], Coroutine[Any, Any, None]]


def asking(twin: DoorsTwin) -> Callable[..., Awaitable[dict[str, Any]]]:
    """The tool over a twin."""

    async def ask(question: str, ctx: Context[Any, Any]) -> dict[str, Any]:
        """Answer a question from the memory, with the passages the answer rests on. A long answer says as progress how many
        passages it goes through, before it begins, and how far it is; cancelling the call ends it."""
        try:
            answer = await answered(twin, question, ctx.report_progress)
        except DoppelError as problem:
            raise ToolError(str(problem)) from None
        return {
            "answer": answer.text,
            "declined": answer.declined,
            "unsure": answer.unsure,
            "warning": answer.doubt_in_words,
            "sources": [asdict(item) for item in answer.evidence if item.read],
        }

    return ask


async def answered(twin: DoorsTwin, question: str, told: Told) -> Answer:
    """The finished answer; `told` hears of what comes before it. Raises what the twin raises."""
    cancel = threading.Event()

    def asked() -> Answer:
        for event in twin.ask(question, cancel=cancel, keep=False):
            if isinstance(event, Done):
                return event.answer
            if cancel.is_set():
                continue
            if isinstance(event, Progress):
                in_session(told, event.done, event.all, "passages")
            elif isinstance(event, Waiting):
                in_session(told, 0, None, f"{event.ahead} questions are before this one")
        raise Stopped("Stopped before it was answered.")

    try:
        # Left alone where the call is cancelled: the twin gives up at its next step, which may be a second away.
        return await anyio.to_thread.run_sync(asked, abandon_on_cancel=True)
    finally:
        cancel.set()
