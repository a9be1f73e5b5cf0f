"""The memory over REST: search and read; add and edit with the scope "write"; forget with the scope "forget"."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.records import MemoryFilter
from ui.doors.scopes import needs

if TYPE_CHECKING:
    from ui.doors.twin import DoorsTwin


class Note(BaseModel):
    text: str = Field(min_length=1, max_length=200_000)
    title: str = Field("", max_length=200)


class Edit(BaseModel):
    text: str = Field(min_length=1, max_length=200_000)


def router(twin: DoorsTwin) -> APIRouter:
    routes = APIRouter(prefix="/api", dependencies=[needs("read")])

    @routes.get("/status")
    def status() -> dict[str, Any]:
        now = twin.status()
        return {"memories": now.documents, "model": now.model, "files": now.files, "paused": now.paused}

    @routes.get("/memories")
    def search(
        query: str = "",
        since: str = "",
        until: str = "",
        kind: str = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 20,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> list[dict[str, Any]]:
        wanted = MemoryFilter(query=query, since=since, until=until, kind=kind)
        return [asdict(row) for row in twin.review(wanted, limit=limit, offset=offset)]

    @routes.get("/memories/{id}")
    def read(id: int) -> dict[str, Any]:
        return asdict(twin.memory(id))

    @routes.post("/memories", status_code=201, dependencies=[needs("write")])
    def add(note: Note) -> dict[str, Any]:
        return {"ids": twin.add_note(note.text, note.title)}

    @routes.put("/memories/{id}", dependencies=[needs("write")])
    def edit(id: int, new: Edit) -> dict[str, Any]:
        twin.edit_memory(id, new.text)
        return asdict(twin.memory(id))

    @routes.delete("/memories/{id}", dependencies=[needs("forget")])
    def forget(id: int) -> dict[str, Any]:
        """Erases it for good and searches every file of the archive for what is gone."""
        text = twin.memory(id).text
        report = twin.forget(ids=[id])
        return {"forgotten": report.documents, "verified": twin.verify_forgotten([text]).clean}

    return routes
