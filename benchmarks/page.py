"""What the page weighs and how soon it is usable: `python -m benchmarks.page [--memories N]`.

The page of a real archive with N memories (default 200,000) in a real Chromium over the loopback. The memories are rows of
synthetic text without encodings, so lists, filters and word search are measured, answers are not. Weight is what the browser
receives on its first visit, as it is sent. It is usable once the question box takes text and the talk stands.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import insert

from app.settings import disable_telemetry, load
from app.twin.twin import Twin
from benchmarks.screenshot import FLAGS
from storage.sqlite import schema
from ui.web.connections import protocol
from ui.web.server import Address, bind, web_app

TABS = {
    "memory": "#memory-table",
    "sources": "#source-table",
    "settings": "#overview dl",
    "chat": "#talk .talk",
}
BATCH = 20_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--memories", type=int, default=200_000)
    options.add_argument("--visits", type=int, default=5)
    chosen = options.parse_args()
    settings = load()
    disable_telemetry(settings)
    with tempfile.TemporaryDirectory() as scratch:
        twin = Twin.open(replace(settings, home=Path(scratch)))
        try:
            fill(twin, chosen.memories)
            measure(twin, chosen.visits)
        finally:
            twin.close()


def fill(twin: Twin, count: int) -> None:
    """Rows of memories, some a day over twenty years, in one file."""
    archive = twin._archive
    source = archive.sources.add(Path("/synthetic"))
    file = archive.files.upsert(source.id, Path("/synthetic/notes.txt"), 1, 1)
    for start in range(0, count, BATCH):
        ids = archive.commits.reserve_ids(min(BATCH, count - start))
        rows = [_row(id, file.id) for id in ids]
        with archive.store.write() as change:
            change.connection.execute(insert(schema.documents), rows)
    print(f"memories: {archive.documents.count():,}")


def _row(id: int, file: int) -> dict[str, Any]:
    text = f"Note {id}: house {id * 7919 % 10_007} in Zürich, where word{id % 5_003} was heard on a walk by the lake."
    year, month, day = 2005 + id % 20, 1 + id // 20 % 12, 1 + id // 240 % 28
    return {
        "id": id, "file_id": file, "ordinal": id, "text": text, "content_hash": f"h{id}", "title": f"Note {id}",
        "author": "", "date": f"{year}-{month:02}-{day:02}", "place": "", "tokens": 30,
        "created_at": "2026-01-01T00:00:00", "edited": False,
    }  # fmt: skip


def measure(twin: Twin, visits: int) -> None:
    listener = bind("127.0.0.1", 0, exposed=False)
    address = Address("127.0.0.1", listener.getsockname()[1], "measured")
    config = uvicorn.Config(
        web_app(twin, address), log_level="critical", timeout_graceful_shutdown=1, **protocol()
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            report([visit(browser, address) for _ in range(visits)])
            browser.close()
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def visit(browser: Browser, address: Address) -> dict[str, float]:
    """A first visit, with nothing in the browser's cache, and each tab once."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page, received = context.new_page(), [0]
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on(
        "Network.loadingFinished",
        lambda sent: received.append(received.pop() + int(sent["encodedDataLength"])),
    )
    began = time.perf_counter()
    page.goto(address.url)
    page.wait_for_selector("#talk .talk")
    page.wait_for_selector("#question textarea:enabled")
    found = {"usable, s": time.perf_counter() - began}
    page.wait_for_load_state("load")
    page.wait_for_timeout(1000)
    found["weight, kB"] = received[0] / 1000
    for tab, stands in TABS.items():
        began = time.perf_counter()
        page.click(f'#tabs [role=tab][data-tab-id="{tab}"]')
        page.wait_for_selector(f"{stands}:visible")
        found[f"tab {tab}, s"] = time.perf_counter() - began
    context.close()
    return found


def report(visits: list[dict[str, float]]) -> None:
    print("| what | median | worst |")
    print("|---|---|---|")
    for name in visits[0]:
        values = [each[name] for each in visits]
        print(f"| {name} | {statistics.median(values):,.2f} | {max(values):,.2f} |")


if __name__ == "__main__":
    main()
