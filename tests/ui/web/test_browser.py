"""A person at the page: a real Chromium over a fake twin."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from app.records import FileStatus
from tests.ui.web.conftest import Visit
from tests.ui.web.fake_twin import HOSTILE, FakeTwin
from ui.web import messages

pytestmark = pytest.mark.e2e

Open = Callable[..., Visit]


def menu(here: Visit, item: str) -> None:
    here.page.locator("#chat-head summary").click()
    here.page.locator("#chat-head").get_by_role("button", name=item, exact=True).click()


def test_a_question_is_answered_as_it_is_written_with_numbered_evidence(visit: Open) -> None:
    here = visit(FakeTwin.filled(delay=0.15))
    here.ask("When was the apricot tree planted?")
    answer = here.page.locator("#talk .answer")
    expect(answer).to_contain_text("The apricot")
    assert "October storm" not in answer.inner_text(), "the answer came in one piece, not streamed"
    expect(answer).to_contain_text("October storm.")
    cards = here.page.locator("#evidence .card")
    expect(cards).to_have_count(2)
    expect(cards.nth(0)).to_contain_text("garden.md")
    expect(cards.nth(0)).to_contain_text("Spring · 12 Apr 2021")
    expect(cards.nth(0).locator("mark").first).to_have_text("apricot")
    expect(cards.nth(1).locator(".outdated")).to_be_visible()
    expect(here.page.locator("#chats .chat")).to_have_count(1)
    assert here.problems == []


def test_a_citation_shows_its_passage_also_for_an_older_answer(visit: Open) -> None:
    here = visit()
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#evidence .card")).to_have_count(2)
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#evidence .card")).to_have_count(1)
    here.page.get_by_role("button", name="Show source 2 garden.md").click()
    chosen = here.page.locator("#evidence .card.chosen")
    expect(chosen).to_contain_text("October storm")


def test_a_long_passage_opens_where_it_matches(visit: Open) -> None:
    twin = FakeTwin.filled()
    twin.edit_memory(1, "Some line.\n" * 60 + "The apricot tree was planted in April.\n" + "More.\n" * 60)
    here = visit(twin)
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#evidence mark.best").first).to_be_in_viewport()


def test_a_sample_question_is_asked_by_one_click(visit: Open) -> None:
    here = visit()
    here.page.get_by_role("button", name="Who moved to Porto?").click()
    expect(here.page.locator("#talk .answer")).to_contain_text("Mara moved to Porto")


def test_stop_ends_the_answer(visit: Open) -> None:
    here = visit(FakeTwin.filled(delay=0.4))
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#talk .answer")).to_contain_text("The")
    here.page.locator("#stop").click()
    expect(here.page.locator("#ask")).to_be_visible(timeout=6_000)
    expect(here.page.locator("#talk .busy")).to_have_count(0)
    assert "storm" not in here.page.locator("#talk .answer").inner_text()


def test_chats_are_kept_reopened_and_deleted(visit: Open) -> None:
    here = visit()
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#chats .chat")).to_have_count(1)
    here.page.locator("#new-chat").click()
    expect(here.page.locator("#talk .sample")).to_have_count(2)
    here.page.locator("#chats .chat").click()
    expect(here.page.locator("#talk .answer")).to_contain_text("Mara moved")
    expect(here.page.locator("#evidence .card")).to_have_count(1)
    menu(here, "Delete this chat")
    expect(here.page.locator("#chats .chat")).to_have_count(0)
    here.page.get_by_role("button", name="Undo").click()
    expect(here.page.locator("#talk .answer")).to_contain_text("Mara moved")
    menu(here, "Delete this chat")
    expect(here.page.locator("#chats .chat")).to_have_count(0)
    # The page of these tests waits but a moment before it erases.
    until = time.monotonic() + 20
    while here.twin.kept and time.monotonic() < until:
        here.page.wait_for_timeout(100)
    assert here.twin.kept == {}


def test_chats_are_renamed_pinned_found_and_exported(visit: Open) -> None:
    here = visit()
    for question in ("Who moved to Porto?", "When was the apricot tree planted?"):
        here.page.locator("#new-chat").click()
        expect(here.page.locator("#talk .sample")).to_have_count(2)
        here.ask(question)
        expect(here.page.locator("#talk .answer")).to_contain_text("1")
    menu(here, "Rename")
    here.page.locator(".renaming input").fill("The <b>tree</b>")
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#chat-head h2")).to_have_text("The <b>tree</b>")
    menu(here, "Pin")
    expect(here.page.locator("#chats h3").first).to_have_text("Pinned")
    expect(here.page.locator("#chats .chat").first).to_contain_text("The <b>tree</b>")
    with here.page.expect_download() as saved:
        menu(here, "Export as Markdown")
    assert saved.value.suggested_filename == "The b tree b.md"
    assert "## When was the apricot tree planted?" in saved.value.path().read_text(encoding="utf-8")
    here.page.fill("#chat-search input", "porto")
    expect(here.page.locator("#chats .chat")).to_have_count(1)
    expect(here.page.locator("#chats .chat")).to_contain_text("Who moved to Porto?")


def test_an_answer_is_asked_again_its_question_edited_and_both_copied(visit: Open) -> None:
    here = visit()
    here.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#talk .turn")).to_have_count(2)
    here.page.get_by_role("button", name="Copy", exact=True).click()
    here.page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('suitcase.'))")
    assert "1" not in here.page.evaluate("navigator.clipboard.readText()"), "marks are no words of the answer"
    here.page.get_by_role("button", name="Ask again").click()
    expect(here.page.locator("#talk .turn")).to_have_count(4)
    here.page.locator("#talk .asked").last.hover()
    here.page.get_by_role("button", name="Edit").last.click()
    expect(here.page.locator("#question textarea")).to_have_value("Who moved to Porto?")


def test_what_is_typed_outlives_answers_and_reloads(visit: Open) -> None:
    here = visit(FakeTwin.filled(delay=0.2))
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#talk .busy")).to_be_visible()
    here.page.keyboard.type("And what of the suitcase?")
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#talk .answer")).to_contain_text("storm.")
    expect(here.page.locator("#talk .busy")).to_have_count(0)
    expect(here.page.locator("#question textarea")).to_have_value("And what of the suitcase?")
    here.page.wait_for_function("location.search.includes('chat=')")
    here.page.reload()
    expect(here.page.locator("#talk .answer")).to_contain_text("storm.")
    expect(here.page.locator("#question textarea")).to_have_value("And what of the suitcase?")


def test_back_stays_in_the_app_and_finds_chats_and_memories_again(visit: Open) -> None:
    here = visit()
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#chats .chat")).to_have_count(1)
    chat = here.page.url
    here.page.locator("#evidence").get_by_role("button", name="Open in Memory").click()
    expect(here.page.locator("#memory-detail textarea")).to_have_value(here.twin.rows[3].text)
    memory = here.page.url
    here.tab("Sources")
    here.page.go_back()
    expect(here.page.locator("#memory-detail textarea")).to_be_visible()
    assert here.page.url == memory
    here.page.go_back()
    expect(here.page.locator("#talk .answer")).to_contain_text("Mara moved")
    assert here.page.url == chat
    here.page.goto(memory)
    expect(here.page.locator("#memory-detail textarea")).to_have_value(here.twin.rows[3].text)


def test_an_empty_memory_says_so(visit: Open) -> None:
    here = visit(FakeTwin())
    expect(here.page.locator("#talk")).to_contain_text("Nothing is remembered yet")
    here.ask("Anything?")
    expect(here.page.locator("#chat-note")).to_contain_text("doppel sources add PATH")
    expect(here.page.locator("#question textarea")).to_have_value("Anything?")


def test_an_internal_failure_gives_the_question_back(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    here = visit()
    monkeypatch.setattr(here.twin, "ask", lambda *args, **options: iter([1 / 0]))
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#chat-note")).to_contain_text("Doppel failed to answer")
    expect(here.page.locator("#question textarea")).to_have_value("Who moved to Porto?")


def test_a_memory_is_found_corrected_and_brought_back(visit: Open) -> None:
    here = visit()
    first = here.twin.rows[3].text
    here.tab("Memory")
    expect(here.page.locator("#memory-table .memory")).to_have_count(4)
    here.page.fill("#memory-filters input", "suitcase")
    expect(here.page.locator("#memory-table .memory")).to_have_count(1)
    here.page.get_by_role("button", name="Review memory 3").click()
    text = here.page.locator("#memory-detail textarea")
    expect(text).to_have_value(first)
    text.fill("Mara moved to Lisbon with the suitcase.")
    here.page.locator("#memory-detail").get_by_role("button", name="Save").click()
    expect(here.page.locator("#memory-detail")).to_contain_text("Saved")
    expect(here.page.locator("#memory-table .edited")).to_be_visible()
    assert here.twin.rows[3].text == "Mara moved to Lisbon with the suitcase."
    here.page.get_by_text("Earlier versions").click()
    here.page.get_by_role("button", name="Bring back").first.click()
    expect(text).to_have_value(first)
    assert here.twin.rows[3].text == first


def test_an_unsaved_edit_is_still_there_after_looking_elsewhere(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.get_by_role("button", name="Review memory 3").click()
    text = here.page.locator("#memory-detail textarea")
    text.fill("half a sente")
    here.page.get_by_role("button", name="Review memory 1").click()
    expect(text).to_have_value(here.twin.rows[1].text)
    here.page.get_by_role("button", name="Review memory 3").click()
    expect(text).to_have_value("half a sente")


def test_forgetting_asks_first_and_shows_the_proof(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.get_by_role("button", name="Review memory 1").click()
    here.page.get_by_role("button", name="Forget the whole file…").click()
    expect(here.page.locator("#memory-confirm")).to_contain_text("everything from garden.md")
    expect(here.page.locator("#memory-confirm")).to_contain_text("2 passages of 1 files")
    assert len(here.twin.rows) == 4
    here.page.get_by_role("button", name="Forget for good").click()
    expect(here.page.locator("#memory-note")).to_contain_text("Forgotten: 2 passages")
    expect(here.page.locator("#memory-note")).to_contain_text("none of the 12 files")
    expect(here.page.locator("#memory-table .memory")).to_have_count(2)
    assert set(here.twin.rows) == {3, 4}


def test_all_that_matches_a_search_is_forgotten_at_once(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.fill("#memory-filters input", "apricot")
    expect(here.page.locator("#memory-table .memory")).to_have_count(2)
    here.page.get_by_role("button", name="Forget all of these…").click()
    here.page.get_by_role("button", name="Keep").click()
    expect(here.page.locator("#memory-confirm .confirm")).to_have_count(0)
    here.page.get_by_role("button", name="Forget all of these…").click()
    here.page.get_by_role("button", name="Forget for good").click()
    expect(here.page.locator("#memory-note")).to_contain_text("Forgotten: 2 passages")
    assert set(here.twin.rows) == {3, 4}


def test_the_timeline_narrows_to_a_year_and_a_month(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.locator("#memory-timeline").get_by_role("button", name="2021").click()
    expect(here.page.locator("#memory-table .memory")).to_have_count(2)
    here.page.locator("#memory-timeline").get_by_role("button", name="Oct").click()
    expect(here.page.locator("#memory-table .memory")).to_have_count(1)
    expect(here.page.locator("#memory-table")).to_contain_text("October storm")
    here.page.locator("#memory-timeline").get_by_role("button", name="Without a date").click()
    expect(here.page.locator("#memory-table .memory")).to_have_count(1)


def test_a_note_is_added(visit: Open) -> None:
    here = visit()
    here.tab("Memory")
    here.page.get_by_text("Add a note").click()
    here.page.fill("#memory-add textarea", "The key lies under the third pot.")
    here.page.get_by_role("button", name="Remember", exact=True).click()
    expect(here.page.locator("#memory-note")).to_contain_text("Remembered")
    assert here.twin.rows[5].text == "The key lies under the third pot."


def test_long_memories_are_paged(visit: Open) -> None:
    twin = FakeTwin.filled()
    twin.rows = {i: replace(twin.rows[1], id=i) for i in range(1, 61)}
    here = visit(twin)
    here.tab("Memory")
    expect(here.page.locator(".paging .facts")).to_have_text("1–25 of 60")
    here.page.get_by_role("button", name="Next").click()
    expect(here.page.locator(".paging .facts")).to_have_text("26–50 of 60")
    here.page.get_by_role("button", name="Next").click()
    expect(here.page.locator(".paging .facts")).to_have_text("51–60 of 60")
    expect(here.page.get_by_role("button", name="Next")).to_have_count(0)
    here.page.get_by_role("button", name="Previous").click()
    expect(here.page.locator(".paging .facts")).to_have_text("26–50 of 60")


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


def test_a_chat_is_remembered_only_when_the_person_says_so(visit: Open) -> None:
    here = visit()
    here.ask("Who moved to Porto?")
    expect(here.page.locator("#chats .chat")).to_have_count(1)
    assert len(here.twin.rows) == 4
    menu(here, "Remember this chat")
    expect(here.page.locator("#chat-note")).to_contain_text("Remembered.")
    assert here.twin.rows[5].from_chat
    here.tab("Memory")
    here.page.get_by_role("button", name="Review memory 5").click()
    expect(here.page.locator("#memory-detail")).to_contain_text("saved from a chat")


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


def test_hostile_text_stays_text_on_every_tab(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    here = visit()
    monkeypatch.setattr(here.twin, "file_status", lambda path: FileStatus(HOSTILE, HOSTILE, HOSTILE))
    here.ask(f"Violin lesson {HOSTILE}")
    expect(here.page.locator("#talk .answer")).to_contain_text("<script>window.hacked=1</script>")
    expect(here.page.locator("#evidence blockquote")).to_contain_text("${window.hacked=4} {{7*7}}")
    here.tab("Memory")
    here.page.get_by_role("button", name="Review memory 4").click()
    expect(here.page.locator("#memory-detail textarea")).to_have_value(HOSTILE)
    here.page.get_by_role("button", name="Forget this passage…").click()
    here.tab("Sources")
    expect(here.page.locator("#file-list")).to_contain_text("onerror")
    assert here.page.evaluate("window.hacked") is None
    assert here.page.locator("main img, main iframe, main a[href*=evil]").count() == 0
    assert here.problems == []


def test_the_browser_asks_no_other_host_for_anything(visit: Open) -> None:
    here = visit()
    here.ask("Violin lesson notes")
    expect(here.page.locator("#evidence .card")).to_have_count(1)
    for name in ("Memory", "Sources", "Settings", "Chat"):
        here.tab(name)
        here.page.wait_for_timeout(300)
    hosts = {urlsplit(url).netloc for url in here.requested if not url.startswith(("data:", "blob:"))}
    assert hosts == {f"127.0.0.1:{here.address.port}"}
    assert len(here.requested) > 5
    # The token leaves the address bar, and nothing of a conversation is kept in the browser.
    assert "token" not in here.page.url
    kept = here.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "iolin" not in kept
    assert here.page.evaluate("indexedDB.databases().then(found => found.length)") == 0


def test_another_page_in_the_same_browser_gets_nothing(visit: Open, browser: Browser) -> None:
    here = visit()
    port = here.address.port
    other = here.page.context.new_page()
    other.goto("data:text/html,<p>elsewhere</p>")
    probe = """address => fetch(address, {credentials: 'include'}).then(a => 'read ' + a.status, () => 'refused')"""
    assert other.evaluate(probe, f"http://127.0.0.1:{port}/config") == "refused"
    stranger = browser.new_context().new_page()
    answer = stranger.goto(f"http://127.0.0.1:{port}/")
    assert answer is not None and answer.status == 403
    assert "doppel run" in stranger.content()


def test_the_printed_address_works_as_a_link_on_another_site(visit: Open, browser: Browser) -> None:
    here = visit()
    page = browser.new_context().new_page()
    page.goto("data:text/html,<p>a chat message</p>")
    page.evaluate("address => { location.href = address }", here.address.url)
    expect(page.locator("#talk")).to_contain_text("Ask your own files")
    assert page.url == f"http://127.0.0.1:{here.address.port}/"


@pytest.mark.parametrize("width", [1280, 420])
def test_it_fits_the_window(visit: Open, width: int) -> None:
    here = visit(width=width)
    here.ask("When was the apricot tree planted?")
    expect(here.page.locator("#evidence .card")).to_have_count(2)
    for name in ("Chat", "Memory", "Sources", "Settings"):
        here.tab(name)
        wide = here.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} px wide in a window of {width}"


def test_the_keyboard_reaches_question_citation_and_tabs(visit: Open) -> None:
    here = visit()
    expect(here.page.locator("#question textarea")).to_be_focused()
    here.page.keyboard.type("Who moved to Porto?")
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#evidence .card")).to_have_count(1)
    here.page.locator("#talk .cite").first.focus()
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#evidence .card.chosen")).to_have_count(1)
