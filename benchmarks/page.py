"""What the page weighs and how soon it is usable: `python -m benchmarks.page [--memories N] [--ingesting] [--model NAME]`.

The page of a real archive with N memories (default 200,000) in a real Chromium over the loopback. The memories are rows of
synthetic text without encodings, so lists, filters and word search are measured, answers are not. Weight is what the browser
receives on its first visit, as it is sent. It is usable once the question box takes text and the talk stands. A tab stands
once what it shows is drawn; Insights has two lines, for its numbers and for the last of its plots.

With --ingesting a folder of notes is learned by the real pipeline and model meanwhile, which lasts longer than the visits.
"""

from __future__ import annotations

import argparse
import random
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

from app.model.store import model_folder
from app.settings import disable_telemetry, load
from app.twin.twin import Twin
from benchmarks.ingest import WORDS
from benchmarks.screenshot import FLAGS
from storage.sqlite import schema
from ui.web.connections import protocol
from ui.web.server import Address, bind, web_app

# What stands when a tab is used: its id, what to wait for, and how many of these.
TABS = {
    "memory": ("memory", "#memory-table .memories li", 1),
    "insights": ("insights", "#insight-numbers dl", 1),
    "insights, plots": ("insights", "#insight-plots .svg-container > .main-svg:first-child", 5),
    "sources": ("sources", "#source-table tbody tr", 1),
    "settings": ("settings", "#overview dl", 1),
    "chat": ("chat", "#talk .talk", 1),
}
STANDING = """([selector, count]) => {
    const seen = [...document.querySelectorAll(selector)].filter((one) => one.getClientRects().length);
    return seen.length >= count;
}"""
BATCH = 20_000
NOTES, WORDS_OF_A_NOTE = 20_000, 120
SECONDS_TO_BEGIN = 120


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--memories", type=int, default=200_000)
    options.add_argument("--visits", type=int, default=5)
    options.add_argument("--ingesting", action="store_true", help="learn a folder meanwhile")
    options.add_argument("--model", default="", help="that of the settings, if none is named")
    chosen = options.parse_args()
    settings = load()
    disable_telemetry(settings)
    with tempfile.TemporaryDirectory() as scratch:
        model = str(model_folder(replace(settings, model=chosen.model or settings.model)))
        twin = Twin.open(replace(settings, home=Path(scratch) / "data", model=model))
        try:
            fill(twin, chosen.memories)
            if chosen.ingesting:
                learn(twin, Path(scratch) / "notes")
            measure(twin, chosen.visits)
            if chosen.ingesting:
                print(f"learned meanwhile: {still_learning(twin):,} of {NOTES:,} notes")
        finally:
            twin.close()


def learn(twin: Twin, folder: Path) -> None:
    """Begin to learn a folder of notes that takes longer than the visits."""
    folder.mkdir()
    words = random.Random(1)
    for number in range(NOTES):
        text = " ".join(words.choices(WORDS, k=WORDS_OF_A_NOTE))
        (folder / f"{number}.txt").write_text(f"Note {number}. {text}")
    twin.add_source(folder)
    twin.start()
    end = time.monotonic() + SECONDS_TO_BEGIN
    while not twin.status(sizes=False).tokens_per_second:
        if time.monotonic() > end:
            raise SystemExit("Learning did not begin.")
        time.sleep(0.5)


def still_learning(twin: Twin) -> int:
    """How many notes are known; ends the benchmark where nothing is left to learn."""
    files = twin.status(sizes=False).files
    if not files.get("queued"):
        raise SystemExit(f"Learning was over before the visits were: {files}")
    return files.get("known", 0)


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
    for name, (tab, stands, count) in TABS.items():
        head = page.locator(f'#tabs [role=tab][data-tab-id="{tab}"]')
        if head.get_attribute("aria-selected") != "true":
            began = time.perf_counter()
            head.click()
        page.wait_for_function(STANDING, arg=[stands, count], polling=10)
        found[f"tab {name}, s"] = time.perf_counter() - began
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
