"""Markup of hostile text: whatever a document, a path or a reason holds, only our own elements come out."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records import (
    UNSURE,
    Chat,
    Digest,
    Evidence,
    FileStatus,
    JobStatus,
    Message,
    ModelChange,
    Remembered,
    SourceStatus,
    Status,
    VerifyReport,
)
from tests.ui.web.fake_twin import HOSTILE
from ui.web import render, render_tables

NAMES = "div p button span b small article header blockquote mark h2 nav table thead tbody tr th td caption"
OURS = frozenset(f"{NAMES} ul li dl dt dd progress".split())


class Elements(HTMLParser):
    """Collects the elements, attributes and text of a piece of markup."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.said = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.said += data


def every_page(bad: str) -> list[str]:
    """All markup the UI makes, with `bad` wherever a string comes from outside."""
    evidence = Evidence(1, bad, bad, bad, bad, bad, 0.5, True)
    memory = Remembered(1, bad, bad, bad, bad, bad, bad, 3, bad, True)
    file = FileStatus(bad, bad, bad, 1, 2, bad, bad)
    source = SourceStatus(1, bad, bad, bad, bad, bad, {bad: 1}, 30)
    missing = SourceStatus(2, bad, bad, "missing", bad)
    job = JobStatus(bad, bad, True, bad, bad, bad, False)
    change = ModelChange(bad, 1, 2, bad)
    now = Status(True, False, bad, False, 1, 2, {bad: 1, "queued": 1}, bad, 1.0, (file,), bad, 5, change)
    turns = [Message("user", bad), Message("assistant", bad, (evidence,))]
    return [
        render.conversation(turns, busy=bad),
        render.welcome(3, [bad]),
        render.evidence_panel([evidence], render.words_of(bad), 1),
        render.chat_list([Chat(1, bad, bad)], 1),
        render.notice(bad, "problem"),
        render_tables.memory_table([memory], 1),
        render_tables.memory_facts(memory),
        render_tables.verified(VerifyReport(1, (bad,))),
        render_tables.source_table([source, missing]),
        render_tables.job_table([job]),
        render_tables.digest_list([Digest(bad, 1, (memory,))]),
        render_tables.progress(now),
        render_tables.file_answer(file),
        render_tables.failures([file]),
        render_tables.overview(now),
    ]


@pytest.mark.parametrize(
    "bad", [HOSTILE, '"><script>alert(1)</script>', "' onclick='x", "</blockquote><img src=x>"]
)
def test_only_our_own_elements_and_attributes_come_out(bad: str) -> None:
    for markup in every_page(bad):
        found = Elements(markup)
        assert found.tags <= OURS
        assert not {
            name for name in found.attributes if name.startswith("on") or name in ("src", "href", "style")
        }


@given(st.text())
def test_no_text_whatever_adds_an_element(bad: str) -> None:
    harmless = [Elements(markup).tags for markup in every_page("x")]
    for markup, tags in zip(every_page(bad), harmless, strict=True):
        assert Elements(markup).tags <= tags | {"mark", "span", "b", "small", "p", "button"}


@given(st.text(min_size=1))
def test_marking_words_keeps_every_character(passage: str) -> None:
    shown = Elements(render.marked(passage, render.words_of(passage)))
    assert shown.said.replace("\r", "\n") == passage.replace("\r", "\n")


def test_words_of_question_and_answer_are_marked() -> None:
    words = render.words_of("When was the Apricot planted?", "In 2021")
    assert render.marked("The apricot <tree>, 2021", words) == (
        'The <mark class="best">apricot</mark> &lt;tree&gt;, <mark>2021</mark>'
    )


def test_the_best_mark_begins_the_densest_place() -> None:
    passage = "A tank, once. " + "x " * 200 + "The rain tank holds litres."
    shown = render.marked(passage, render.words_of("rain tank litres"))
    assert "<mark>tank</mark>, once" in shown
    assert 'The <mark class="best">rain</mark>' in shown


def test_citations_become_buttons_only_for_evidence_that_exists() -> None:
    markup = render.cited("so it was [1], see [7] and [x]", turn=3, evidence=1)
    assert 'data-turn="3" data-number="1"' in markup
    assert "see [7] and [x]" in markup
    assert markup.count("<button") == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2021-04-02", "2 Apr 2021"),
        ("2021-04-12T08:00:00+02:00", "12 Apr 2021"),
        ("spring", "spring"),
        (None, ""),
    ],
)
def test_days(value: str | None, shown: str) -> None:
    assert render.day(value) == shown


def test_what_was_only_found_stands_behind_what_was_read() -> None:
    items = [Evidence(n, f"{n}.md", None, None, None, "words", 1.0, read=n == 1) for n in (1, 2, 3)]
    page = render.conversation([Message("user", "When?"), Message("assistant", "July", tuple(items))])
    assert page.count("Also found:") == 1
    assert page.index("1.md") < page.index("Also found:") < page.index("2.md") < page.index("3.md")
    assert render.evidence_panel(items, frozenset()).count("also found") == 2
    assert "found" not in render.conversation([Message("assistant", "July", tuple(items[:1]))])


def test_an_unsure_answer_says_so() -> None:
    for doubt in (True, False):
        page = render.conversation([Message("user", "When?"), Message("assistant", "July", unsure=doubt)])
        assert (render.text(UNSURE) in page) == doubt


def test_an_empty_memory_says_what_to_do() -> None:
    assert "Sources" in render.welcome(0, ["a question"])
    assert "a question" not in render.welcome(0, ["a question"])


def test_progress_counts_what_is_settled() -> None:
    now = Status(True, False, "m", True, 1, 2, {"known": 6, "queued": 3, "failed": 1, "forgotten": 90})
    assert 'max="10" value="7"' in render_tables.progress(now)
    assert "Reading" in render_tables.progress(now)


def test_a_failed_verify_names_the_files() -> None:
    markup = render_tables.verified(VerifyReport(4, ("bank/1.safetensors",)))
    assert "problem" in markup and "bank/1.safetensors" in markup
