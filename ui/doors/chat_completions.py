"""OpenAI's chat completions over the memory: the last user message is the question, citations come as annotations."""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse, StreamingResponse

from app.errors import DoppelError
from app.records import Answer, Done, Event, Evidence, Progress, Token, Waiting
from ui.doors.gate import error
from ui.doors.scopes import needs

if TYPE_CHECKING:
    from ui.doors.twin import DoorsTwin

MODEL = "doppel"
CITATION = re.compile(r"\[(\d{1,2})\]")


class Turn(BaseModel):
    model_config = ConfigDict(extra="ignore")
    role: str
    content: str | list[dict[str, Any]] | None = None


class Asked(BaseModel):
    """What is used of a request; sampling parameters are accepted and have no effect, the model answers greedily."""

    model_config = ConfigDict(extra="ignore")
    messages: list[Turn]
    stream: bool = False


def router(twin: DoorsTwin) -> APIRouter:
    routes = APIRouter(prefix="/v1", dependencies=[needs("read")])

    @routes.get("/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "you"}]}

    @routes.post("/chat/completions")
    def complete(asked: Asked) -> Any:
        question = next((_text(turn) for turn in reversed(asked.messages) if turn.role == "user"), "")
        if not question.strip():
            return error(400, "The last message of role “user” has no text to ask.")
        if asked.stream:
            return StreamingResponse(_stream(twin, question), media_type="text/event-stream")
        done = next(event for event in _events(twin, question) if isinstance(event, Done))
        return JSONResponse(_completion(done.answer))

    return routes


def _events(twin: DoorsTwin, question: str) -> Iterator[Event]:
    """The events of an answer that becomes part of no chat, cancelled when nobody takes them any more."""
    cancel = threading.Event()
    try:
        yield from twin.ask(question, cancel=cancel, keep=False)
    finally:
        cancel.set()


def _stream(twin: DoorsTwin, question: str) -> Iterator[str]:
    """Server-sent events as OpenAI sends them; the citations come with the last piece.

    What a long answer goes through is told before it begins, and how many questions are before this one: in empty pieces
    with a field of our own, which OpenAI's clients pass over. Who hangs up ends it.
    """
    base = {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": MODEL,
    }

    def piece(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return f"data: {json.dumps({**base, 'choices': [choice], **more}, ensure_ascii=False)}\n\n"

    yield piece({"role": "assistant", "content": ""})
    try:
        for event in _events(twin, question):
            if isinstance(event, Token):
                yield piece({"content": event.text})
            elif isinstance(event, Progress):
                yield piece({}, doppel={"passages": event.all, "done": event.done})
            elif isinstance(event, Waiting):
                yield piece({}, doppel={"waiting": event.ahead})
            elif isinstance(event, Done):
                yield piece({"annotations": citations(event.answer.text, event.answer.evidence)}, "stop")
    except DoppelError as problem:
        said = {"error": {"message": str(problem), "type": "doppel"}}
        yield f"data: {json.dumps(said, ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"


def _completion(answer: Answer) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": answer.text,
        "annotations": citations(answer.text, answer.evidence),
        "refusal": None,
    }
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
    }


def citations(text: str, evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    """A citation for each [n] in the text; one for each passage that was read where the text has none.

    The fields are OpenAI's (`url_citation`), with the passage and its place beside them.
    """
    marks = [(int(m.group(1)), m.start(), m.end()) for m in CITATION.finditer(text)]
    marks = [mark for mark in marks if 1 <= mark[0] <= len(evidence)]
    if not marks:
        marks = [(n, 0, len(text)) for n, item in enumerate(evidence, start=1) if item.read]
    return [
        {"type": "url_citation", "url_citation": _citation(evidence[number - 1], start, end)}
        for number, start, end in marks
    ]


def _citation(item: Evidence, start: int, end: int) -> dict[str, Any]:
    return {
        "start_index": start,
        "end_index": end,
        "url": Path(item.path).as_uri() if item.path else f"doppel:memory/{item.document_id}",
        "title": item.title or (Path(item.path).name if item.path else ""),
        "memory": item.document_id,
        "place": item.place,
        "date": item.date,
        "passage": item.passage,
        "outdated": item.outdated,
    }


def _text(turn: Turn) -> str:
    if isinstance(turn.content, str) or turn.content is None:
        return turn.content or ""
    return "\n".join(str(part.get("text", "")) for part in turn.content if part.get("type") == "text")
