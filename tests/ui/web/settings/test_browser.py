"""A person sets what the page speaks and what Doppel does by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.ui.web.conftest import Visit
from ui.web import messages

pytestmark = pytest.mark.e2e


Open = Callable[..., Visit]


def test_settings_are_saved_and_the_page_speaks_another_language(visit: Open) -> None:
    here = visit()
    here.tab("Settings")
    here.page.fill("#setting-forms [name=backup_folder]", "/mnt/backups")
    here.page.locator("form[data-event=backup]").get_by_role("button", name="Save").click()
    expect(here.page.locator("#setting-note")).to_contain_text("from the next start")
    assert here.twin.settings.backup_folder == "/mnt/backups"
    try:
        here.page.select_option("#setting-forms [name=language]", "de")
        here.page.locator("form[data-event=language]").get_by_role("button", name="Save").click()
        expect(here.page.locator("#setting-note")).to_contain_text("Gespeichert")
        assert here.twin.preferred["language"] == "de"
    finally:
        messages.use("en")


def test_jobs_are_seen_switched_and_run(visit: Open) -> None:
    here = visit()
    here.tab("Settings")
    expect(here.page.locator("#job-table")).to_contain_text("<i>3</i> new")
    here.page.get_by_role("button", name="Switch digest").click()
    expect(here.page.locator("#setting-note")).to_contain_text("digest is on.")
    here.page.get_by_role("button", name="Run compaction now").click()
    expect(here.page.locator("#setting-note")).to_contain_text("2 merges were done.")
    expect(here.page.locator("#digests")).to_contain_text("garden.md")
