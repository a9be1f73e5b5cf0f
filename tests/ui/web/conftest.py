"""The web UI over a fake twin, served on a real port, and a real browser that records every request it makes."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.ui.web.fake_twin import FakeTwin
from ui.web.chat.deleted import Deleted
from ui.web.chat.suggested import Sample
from ui.web.server import Address, bind, web_app

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# A loaded machine answers late; nothing below waits this long when all is well.
expect.set_options(timeout=20_000)
SAMPLES = [Sample("When was the apricot tree planted?"), Sample("Who moved to Porto?")]


@dataclass
class Visit:
    """An open page, the twin behind it and what the browser asked for."""

    page: Page
    twin: FakeTwin
    address: Address
    requested: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        expect(self.page.locator("#talk .busy")).to_have_count(0)
        self.page.fill("#question textarea", question)
        self.page.press("#question textarea", "Enter")

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = chromium or playwright.chromium.executable_path
        assert Path(chromium).exists(), "no Chromium found: run `make browser`"
        yield playwright.chromium.launch(executable_path=chromium, args=FLAGS)


class Stand:
    """Stands for whichever twin the current test serves: building the page takes seconds, so it is built once."""

    def __init__(self) -> None:
        self.twin = FakeTwin()

    def __getattr__(self, name: str) -> object:
        return getattr(self.twin, name)


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[Stand, Address]]:
    stand = Stand()
    listener = bind("127.0.0.1", 0, exposed=False)
    address = Address("127.0.0.1", listener.getsockname()[1], "token-of-these-tests")
    config = uvicorn.Config(
        web_app(stand, address, SAMPLES, deleted=Deleted(seconds=3)),  # type: ignore[arg-type]
        log_level="warning", access_log=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield stand, address
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def visit(browser: Browser, served: tuple[Stand, Address]) -> Iterator[Callable[..., Visit]]:
    """Opens the page of a twin as its owner would."""
    contexts = []

    def start(twin: FakeTwin | None = None, width: int = 1280, height: int = 800) -> Visit:
        stand, address = served
        stand.twin = twin = twin or FakeTwin.filled()
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        visit = Visit(context.new_page(), twin, address)
        visit.page.on("request", lambda request: visit.requested.append(request.url))
        visit.page.on("console", lambda line: line.type == "error" and visit.problems.append(line.text))
        visit.page.on("pageerror", lambda error: visit.problems.append(str(error)))
        visit.page.goto(visit.address.url)
        visit.page.wait_for_selector("#talk .talk")
        return visit

    yield start
    for context in contexts:
        context.close()
