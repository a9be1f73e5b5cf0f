"""A person adds folders and files on the Sources tab."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.watching import places
from tests.ui.web.conftest import Visit
from tests.ui.web.fake_twin import FakeTwin

pytestmark = pytest.mark.e2e


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Documents" / "Letters").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(places, "roots", lambda: [tmp_path])
    return tmp_path


def test_a_folder_is_picked_previewed_and_added_and_twice_says_so(
    visit: Callable[..., Visit], home: Path
) -> None:
    here = visit(FakeTwin.filled())
    here.tab("Sources")
    for again in (False, True):
        here.page.get_by_role("button", name="Choose a folder").click()
        here.page.locator("#picker").get_by_role("button", name=f"Open {home}").click()
        here.page.locator("#picker").get_by_role("button", name="Open Documents").click()
        expect(here.page.locator("#picker")).to_contain_text("Letters")
        here.page.get_by_role("button", name="Take this folder").click()
        expect(here.page.locator("#source-confirm")).to_contain_text("3 files")
        expect(here.page.locator("#source-confirm")).to_contain_text("takes about")
        here.page.get_by_role("button", name="Remember it").click()
        said = "watched already" if again else "Added"
        expect(here.page.locator("#source-note")).to_contain_text(said)
    assert here.twin.sources()[-1].path == str(home / "Documents")
    assert here.problems == []


def test_patterns_of_a_source_are_edited(visit: Callable[..., Visit]) -> None:
    here = visit(FakeTwin.filled())
    here.tab("Sources")
    here.page.get_by_role("button", name="Change what of /home/ada is left out").click()
    here.page.fill("#source-confirm textarea", "drafts/\n\n*.log ")
    here.page.locator("#source-confirm").get_by_role("button", name="Save").click()
    expect(here.page.locator("#source-table")).to_contain_text("Left out: 2")
    assert here.twin.sources()[0].ignore == ("drafts/", "*.log")


def test_files_are_chosen_and_dropped(visit: Callable[..., Visit], home: Path) -> None:
    here = visit(FakeTwin.filled())
    here.tab("Sources")
    letter = home / "letter.txt"
    letter.write_text("Dear Mara")
    here.page.set_input_files("#inbox-files", str(letter))
    expect(here.page.locator("#dropped")).to_contain_text("1 files are in the inbox")
    here.tab("Chat")
    here.page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["Lieber Tom"], "Brief an Töm.txt"));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(here.page.locator("#dropped")).to_contain_text("1 files are in the inbox")
    until = home / "Doppel inbox" / "Brief an Töm.txt"
    here.page.wait_for_timeout(500)
    assert until.read_text("utf-8") == "Lieber Tom"
    assert (home / "Doppel inbox" / "letter.txt").read_text() == "Dear Mara"
    assert here.problems == []
