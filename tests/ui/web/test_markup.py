"""Markup of hostile text: whatever a document, a path or a reason holds, only our own elements come out."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.records import Person, PersonFact
from app.records import (
    Chat,
    Digest,
    Evidence,
    FileStatus,
    ForgetPreview,
    Holding,
    MemoryFilter,
    Message,
    ModelChange,
    Remembered,
    SourcePreview,
    SourceStatus,
    Status,
    VerifyReport,
)
from app.settings import Settings
from app.twin.access import AccessToken
from app.twin.insights import Routed, Routes
from app.twin.kept_summary import Summary
from app.twin.page_sessions import PageSession
from app.twin.trash import Trashed
from app.upkeep.records import JobStatus
from app.watching.places import Place
from tests.ui.web.fake_twin import HOSTILE
from ui.web import messages
from ui.web.chat import cards, export, sidebar, turns
from ui.web.chat.marking import terms_of
from ui.web.chat.welcome import welcome
from ui.web.insights import render as insights_render
from ui.web.markup import day, notice
from ui.web.memory import filters, listing, people, setaside
from ui.web.memory import render as memory_render
from ui.web.settings import render as settings_render
from ui.web.settings import subjects
from ui.web.settings.jobs import job_table
from ui.web.sources import render as sources_render
from ui.web.sources.picker import picker

NAMES = (
    "div p button span b i small article header blockquote mark h2 h3 nav table thead tbody tr th td caption"
)
FORMS = "form input select option textarea label details summary ol ul li dl dt dd progress section"
OURS = frozenset(f"{NAMES} {FORMS}".split())


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
    file = FileStatus(bad, bad, bad, 1, 2, bad, bad, (bad,) * 9)
    source = SourceStatus(1, bad, bad, bad, bad, bad, {bad: 1}, 30, 2)
    missing = SourceStatus(2, bad, bad, "missing", bad)
    job = JobStatus(bad, bad, True, bad, bad, bad, False)
    change = ModelChange(bad, 1, 2, bad)
    now = Status(True, False, bad, False, 1, 2, {bad: 1, "queued": 1}, bad, 1.0, (file,), bad, 5, change)
    talk = [Message("user", bad), Message("assistant", bad, (evidence,))]
    chat = Chat(1, bad, bad, True)
    known = PersonFact(bad, bad, bad, 1, bad, bad, bad)
    told = (
        known,
        replace(known, kind="line"),
        replace(known, kind="phone", document_id=None, by_person=True),
    )
    person = Person(bad, bad, bad, (bad,), bad, told, bad, bad, 3)
    wanted = MemoryFilter(query=bad, since=bad, kind=bad)
    return [
        turns.conversation(talk, busy=bad),
        turns.conversation(talk, chat_id=3),
        welcome(now, [bad]),
        cards.evidence_panel([evidence], terms_of(bad), 1),
        sidebar.chat_list([chat, Chat(2, bad, bad)], 1),
        sidebar.heading(chat),
        export.download(bad, bad),
        notice(bad, "problem", gives_back=bad),
        filters.filters([source], wanted, [(bad, 3)], bad),
        filters.timeline([(bad, 2), ("2021-04", 1), ("", 1)], wanted),
        filters.views("trash", 3),
        listing.listing(
            [memory],
            offset=25,
            totals=(3, 2, 1),
            more=True,
            chosen=1,
            narrowed=True,
            ticked={1, 2},
            pinned={1},
            above=listing.this_day([memory]),
        ),
        people.grid([person], bad, True),
        people.grid([], bad, False),
        people.page(person),
        setaside.trash([Trashed(memory, bad)], total=90, offset=25, asked=True),
        setaside.trash([], total=0),
        setaside.summaries([Summary(1, bad, 3, bad)]),
        setaside.twice([[memory, memory]]),
        memory_render.detail(memory, [(bad, bad)], pinned=True),
        memory_render.question(ForgetPreview((1,), 1, 1, 2, (bad,) * 20), bad),
        memory_render.proof(VerifyReport(1, (bad,))),
        insights_render.numbers(now, 3, bad, bad),
        insights_render.questions([bad]),
        insights_render.routed(bad, Routes((1,), (Routed(1, bad, bad, (0.5,), True),))),
        sources_render.table([source, missing]),
        sources_render.preview(SourcePreview(bad, 1, 1, ((bad, 1),), False, True)),
        sources_render.ask_days(source),
        sources_render.ask_ignore(replace(source, ignore=(bad,))),
        picker(Place(bad, bad, (bad,), False)),
        picker(Place(None, None, (bad,))),
        sources_render.ask_accept(source),
        sources_render.ask_remove(source),
        sources_render.files([file], offset=25, more=True),
        sources_render.progress(now),
        job_table([job]),
        settings_render.digest_list([Digest(bad, 1, (memory,))]),
        settings_render.overview(now, (1, 1)),
        settings_render.doors([AccessToken(bad, (bad,), bad)], True, bad),
        settings_render.browsers([PageSession(bad, bad, bad, bad, True)]),
        settings_render.privacy(now),
        subjects.persona(bad, bad, bad),
        subjects.persona("", bad, bad),
        subjects.reading(Settings(speech_model=bad)),
        subjects.models(Settings(model=bad if bad.strip() else "x")),
        settings_render.forms(Settings(model=bad if bad.strip() else "x", backup_folder=bad), bad),
    ]


@pytest.mark.parametrize(
    "bad",
    [HOSTILE, '"><script>alert(1)</script>', "' onclick='x", "</blockquote><img src=x>", "</textarea><b>"],
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
        assert Elements(markup).tags <= tags | {"mark", "span", "b", "small", "p", "button", "progress"}


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("en", "2021-04-02", "2 Apr 2021"),
        ("en", "2021-04-12T08:00:00+02:00", "12 Apr 2021"),
        ("de", "2021-04-02", "2. Apr. 2021"),
        ("fr", "2021-08-02", "2 août 2021"),
        ("zh", "2021-04-02", "2021年4月2日"),
        ("en", "spring", "spring"),
        ("en", None, ""),
    ],
)
def test_days(language: str, value: str | None, shown: str) -> None:
    messages.use(language)
    try:
        assert day(value) == shown
    finally:
        messages.use("en")


def test_progress_counts_what_is_settled() -> None:
    now = Status(True, False, "m", True, 1, 2, {"known": 6, "queued": 3, "failed": 1, "forgotten": 90})
    assert 'max="10" value="7"' in sources_render.progress(now)
    assert "Reading" in sources_render.progress(now)


def test_a_failed_verify_names_the_files() -> None:
    markup = memory_render.proof(VerifyReport(4, ("bank/1.safetensors",)))
    assert "problem" in markup and "bank/1.safetensors" in markup


def test_a_proof_names_the_memories_that_have_the_same_words() -> None:
    alive = (Holding(7, "/notes/copy.md", ""), Holding(8, None, "earlier"), Holding(9, None, "removed"))
    markup = memory_render.proof(VerifyReport(4, (), alive))
    assert "none of the" not in markup
    assert all(name in markup for name in ("memory 7", "copy.md", "in its earlier words", "not erased yet"))


def test_a_file_known_in_part_says_what_was_not_read() -> None:
    file = FileStatus("/a/b.pdf", "known", None, 3, 9, None, None, ("page 2: a picture without text",))
    markup = sources_render.files([file])
    assert "known in part" in markup and "page 2: a picture without text" in markup
