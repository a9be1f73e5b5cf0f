"""The official MCP client: in memory, and over stdio with a process of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import anyio
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from app.records import Event, Progress
from tests.ui.web.fake_twin import HOSTILE, FakeTwin
from ui.doors.mcp_server import server

T = TypeVar("T")
ROOT = Path(__file__).parents[3]
PROGRAM = """
from app.records import Event, Progress
from tests.ui.web.fake_twin import FakeTwin
from ui.doors.mcp_server import server
server(FakeTwin.filled()).run()
"""


def run(visit: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: a browser of other tests may have a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, visit).result()


def test_a_client_asks_searches_and_reads(twin: FakeTwin) -> None:
    async def visit() -> None:
        async with Client(server(twin)) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            assert names == {"ask", "search_memory", "read_memory"}, "writing is off until it is asked for"
            said = (await client.call_tool("ask", {"question": "Who moved to Porto?"})).structured_content
            assert said is not None and said["answer"].startswith("Mara moved")
            assert said["sources"][0]["document_id"] == 3
            found = (await client.call_tool("search_memory", {"query": "suitcase"})).structured_content
            assert found is not None and [row["id"] for row in found["result"]] == [3]
            read = (await client.call_tool("read_memory", {"id": 4})).structured_content
            assert read is not None and read["text"] == HOSTILE
            assert (await client.call_tool("read_memory", {"id": 99})).is_error

    run(visit())
    assert twin.kept == {}


def test_notes_are_added_only_where_writing_was_allowed(twin: FakeTwin) -> None:
    async def visit(write: bool) -> bool:
        async with Client(server(twin, write=write)) as client:
            return not (await client.call_tool("add_note", {"text": "The key."})).is_error

    assert run(visit(True)) and twin.rows[5].text == "The key."
    with pytest.raises(BaseException, match="add_note"):
        assert run(visit(False)), "add_note is no tool"
    assert 6 not in twin.rows


def test_it_speaks_over_stdin_and_stdout() -> None:
    async def visit() -> set[str]:
        command = StdioServerParameters(command=sys.executable, args=["-c", PROGRAM], cwd=ROOT)
        async with Client(stdio_client(command)) as client:
            return {tool.name for tool in (await client.list_tools()).tools}

    assert "ask" in run(visit())


class Long(FakeTwin):
    """Answers a question in a hundred steps, each of which waits for a moment; notes that it was stopped."""

    steps = 0
    stopped = False

    def ask(self, question: str, **how: Any) -> Iterator[Event]:
        cancel = how["cancel"]
        for step in range(100):
            if cancel.is_set():
                self.stopped = True
                return
            self.steps = step
            yield Progress(step, 100)
            cancel.wait(0.02)
        yield from super().ask(question, **how)


def test_what_a_long_answer_goes_through_is_told_before_it_and_on_the_way() -> None:
    heard: list[tuple[float, float | None]] = []

    async def hear(done: float, all: float | None, message: str | None) -> None:
        heard.append((done, all))

    async def visit() -> None:
        async with Client(server(Long.filled())) as client:
            said = await client.call_tool("ask", {"question": "Who moved to Porto?"}, progress_callback=hear)
            assert said.structured_content and said.structured_content["answer"].startswith("Mara moved")

    run(visit())
    assert heard[0] == (0, 100) and len(heard) == 100


def test_a_cancelled_call_ends_the_answer() -> None:
    twin = Long.filled()

    async def visit() -> None:
        async with Client(server(twin)) as client:
            with anyio.move_on_after(0.3):
                await client.call_tool("ask", {"question": "Summarise all"})
            for _ in range(100):
                if twin.stopped:
                    break
                await anyio.sleep(0.02)

    run(visit())
    assert twin.stopped and twin.steps < 60
