"""Five pictures: the real model answers a question about the sample archive, in the real page; its memory is looked through.

`python -m benchmarks.screenshot` reads the sample archive into a temporary archive, asks through the browser and
saves what the page shows. It needs the model (`doppel model pull`) and Chromium (`make browser`).
"""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import tempfile
import threading
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright

from app.model import store
from app.sample import ARCHIVE
from app.settings import disable_telemetry, load
from app.twin.twin import Twin
from ui.cli.run import SAMPLE_QUESTIONS
from ui.web.answering import Answering
from ui.web.chat.suggested import Sample
from ui.web.server import Address, bind, web_app

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
SECONDS_TO_READ = 1800
SECONDS_TO_ANSWER = 900
MILLISECONDS_TO_SETTLE = 2500


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--question", default=list(SAMPLE_QUESTIONS)[2])
    options.add_argument("--out", type=Path, default=Path("docs/images/chat.png"))
    options.add_argument("--home", type=Path, help="archive to use and keep instead of a temporary one")
    chosen = options.parse_args()
    settings = load()
    disable_telemetry(settings)
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory() as files:
        folder = str(store.model_folder(settings))
        twin = Twin.open(dataclasses.replace(settings, home=chosen.home or Path(scratch), model=folder))
        try:
            twin.add_source(
                shutil.copytree(ARCHIVE, Path(files) / "Documents")
            )  # the page says where they lie
            twin.start()
            if not twin.wait_until_known(SECONDS_TO_READ):
                raise SystemExit("The sample archive was not read in time.")
            photograph(twin, chosen.question, chosen.out)
        finally:
            twin.close()
    print(f"{chosen.out} and viewer, memory, person and insights beside it are written")


def photograph(twin: Twin, question: str, out: Path) -> None:
    """Serve the page of `twin`, ask, and save what it shows to `out`, and four more pictures beside it."""
    listener = bind("127.0.0.1", 0, exposed=False)
    address = Address("127.0.0.1", listener.getsockname()[1], "photograph")
    answering = Answering()
    app = web_app(twin, address, [Sample(question) for question in SAMPLE_QUESTIONS], answering)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(address.url)
            page.wait_for_selector("#talk .talk")
            page.fill("#question textarea", question)
            page.press("#question textarea", "Enter")
            page.wait_for_selector("#talk .busy")
            page.wait_for_selector("#talk .busy", state="detached", timeout=SECONDS_TO_ANSWER * 1000)
            page.wait_for_timeout(500)
            page.screenshot(path=out)
            film(page, out.parent)
            browser.close()
    finally:
        server.should_exit = True
        thread.join(10)
        answering.end()


def film(page: Page, folder: Path) -> None:
    """A passage in its file, the memory, a person, and the memory in numbers."""

    def shoot(name: str, selector: str) -> None:
        page.wait_for_selector(selector, timeout=60_000)
        page.wait_for_timeout(MILLISECONDS_TO_SETTLE)
        page.screenshot(path=folder / f"{name}.png")

    page.get_by_role("button", name="Show in its file").first.click()
    shoot("viewer", "#viewer .sheet")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Memory").click()
    shoot("memory", "#memory-table .memory")
    page.get_by_role("button", name="People", exact=True).click()
    page.locator(".person").nth(1).click()
    shoot("person", ".who")
    page.get_by_role("tab", name="Insights").click()
    shoot("insights", "#insight-plots .js-plotly-plot")


if __name__ == "__main__":
    main()
