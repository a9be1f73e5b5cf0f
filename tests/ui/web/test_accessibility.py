"""axe finds nothing serious or critical on any tab, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.ui.web.conftest import Visit
from tests.ui.web.fake_twin import FakeTwin

pytestmark = pytest.mark.e2e
TABS = ("Chat", "Memory", "Sources", "Settings")
BAD = ("serious", "critical")


def findings(page: Page) -> list[str]:
    """What axe has to say of the page as it is, one line a rule."""
    page.evaluate((files("axe_core_python") / "axe.min.js").read_text("utf-8"))
    said: dict[str, Any] = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]}"
        for rule in said["violations"]
        if rule["impact"] in BAD
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Callable[..., Visit], scheme: str) -> None:
    twin = FakeTwin.filled()
    twin.add_token("editor")
    here = visit(twin)
    here.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    here.page.reload()
    here.page.wait_for_selector("#talk .talk")
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#talk .answer")).to_contain_text("storm")
    found = {}
    for tab in TABS:
        here.tab(tab)
        here.page.wait_for_timeout(1500)
        found[tab] = findings(here.page)
    here.tab("Sources")
    here.page.get_by_role("button", name="Choose a folder").click()
    expect(here.page.locator("#picker li").first).to_be_visible()
    found["picker"] = findings(here.page)
    assert {tab: said for tab, said in found.items() if said} == {}


def test_axe_itself_sees_what_is_wrong(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"data:,\">')"
    )
    assert any("image-alt" in line for line in findings(here.page))
