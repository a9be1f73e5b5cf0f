"""Numbers, plots and the routing picture, at three widths; what draws them is loaded when the tab is opened, from here."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.ui.web.conftest import Visit

pytestmark = pytest.mark.e2e
Open = Callable[..., Visit]


@pytest.mark.parametrize("width", (1440, 1024, 390))
def test_plots_are_drawn_and_a_question_is_followed(visit: Open, width: int) -> None:
    here = visit(width=width)
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#talk .busy")).to_have_count(0)
    assert not [url for url in here.requested if "PlotlyPlot" in url], "loaded before it is needed"
    here.tab("Insights")
    expect(here.page.locator("#insight-numbers")).to_contain_text("2019 – 2021")
    expect(here.page.locator("#insight-plots .js-plotly-plot")).to_have_count(5, timeout=60_000)
    expect(here.page.locator("#insight-plots")).to_contain_text("Mara <b>")
    here.page.get_by_role("button", name="Who moved to Porto?").last.click()
    expect(here.page.locator("#insight-found li")).to_have_count(4)
    expect(here.page.locator("#insight-routes .js-plotly-plot")).to_have_count(1)
    expect(here.page.locator("#insight-found .edited")).to_contain_text("later round")
    assert here.page.evaluate("document.documentElement.scrollWidth") <= width
    assert not [
        url for url in here.requested if f":{here.address.port}/" not in url and url.startswith("http")
    ]
    assert here.problems == []
