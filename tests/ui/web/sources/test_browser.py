"""A person says which folders are read, and sees what became of each file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.ui.web.conftest import Visit

pytestmark = pytest.mark.e2e


Open = Callable[..., Visit]


def test_sources_are_previewed_added_paused_and_removed(visit: Open, tmp_path: object) -> None:
    here = visit()
    here.tab("Sources")
    expect(here.page.locator("#progress")).to_contain_text("812 tokens/s")
    here.page.fill("#source-path", f"{tmp_path}/typo")
    here.page.locator("#add-source").click()
    expect(here.page.locator("#source-note")).to_contain_text("does not exist")
    here.page.fill("#source-path", str(tmp_path))
    here.page.locator("#add-source").click()
    expect(here.page.locator("#source-confirm")).to_contain_text("3 files, 2.5 MB")
    assert len(here.twin.watched) == 1
    here.page.get_by_role("button", name="Remember it").click()
    expect(here.page.locator("#source-table")).to_contain_text(str(tmp_path))
    here.page.locator("#pause").click()
    expect(here.page.locator("#pause")).to_have_text("Resume")
    assert here.twin.paused
    here.page.get_by_role("button", name=f"Remove {tmp_path}").click()
    here.page.get_by_role("button", name="Remove", exact=True).click()
    expect(here.page.locator("#source-table")).not_to_contain_text(str(tmp_path))
    assert [source.id for source in here.twin.watched] == [1]


def test_how_long_a_source_is_kept_and_that_its_folder_is_right(visit: Open) -> None:
    here = visit()
    here.twin.watched[0] = replace(here.twin.watched[0], state="missing", reason="is empty")
    here.tab("Sources")
    here.page.get_by_role("button", name="Change how long /home/ada is kept").click()
    here.page.locator("#source-confirm input").fill("30")
    here.page.get_by_role("button", name="Save", exact=True).click()
    expect(here.page.locator("#source-table")).to_contain_text("30 days")
    here.page.get_by_role("button", name="Accept /home/ada as it is now").click()
    expect(here.page.locator("#source-confirm")).to_contain_text("nothing was forgotten so far")
    here.page.get_by_role("button", name="Accept", exact=True).click()
    expect(here.page.locator("#source-table")).to_contain_text("active")
    assert here.twin.watched[0].retention_days == 30


def test_what_became_of_each_file(visit: Open) -> None:
    here = visit()
    here.tab("Sources")
    expect(here.page.locator("#file-list tbody tr")).to_have_count(4)
    here.page.select_option("#file-filters [name=state]", "failed")
    expect(here.page.locator("#file-list tbody tr")).to_have_count(1)
    expect(here.page.locator("#file-list")).to_contain_text("encrypted, <b>no password</b>")
    here.page.select_option("#file-filters [name=state]", "")
    for path, said in (
        ("/home/ada/garden.md", "known"),
        ("/home/ada/else.txt", "no watched folder holds it"),
    ):
        here.page.fill("#file-query", path)
        expect(here.page.locator("#file-list tbody tr")).to_have_count(1)
        expect(here.page.locator("#file-list")).to_contain_text(said)
