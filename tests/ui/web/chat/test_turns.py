"""The talk as markup."""

from __future__ import annotations

from app.records import UNSURE, Evidence, Message
from ui.web.chat.cards import evidence_panel
from ui.web.chat.turns import cited, conversation
from ui.web.markup import text


def test_citations_become_buttons_only_for_evidence_that_exists() -> None:
    markup = cited("so it was [1], see [7] and [x]", turn=3, evidence=1)
    assert 'data-turn="3" data-number="1"' in markup
    assert "see [7] and [x]" in markup
    assert markup.count("<button") == 1


def test_what_was_only_found_stands_behind_what_was_read() -> None:
    items = [Evidence(n, f"{n}.md", None, None, None, "words", 1.0, read=n == 1) for n in (1, 2, 3)]
    page = conversation([Message("user", "When?"), Message("assistant", "July", tuple(items))])
    assert page.count("Also found:") == 1
    assert page.index("1.md") < page.index("Also found:") < page.index("2.md") < page.index("3.md")
    assert evidence_panel(items, frozenset()).count("also found") == 2
    assert "found" not in conversation([Message("assistant", "July", tuple(items[:1]))])


def test_an_unsure_answer_says_so() -> None:
    for doubt in (True, False):
        page = conversation([Message("user", "When?"), Message("assistant", "July", unsure=doubt)])
        assert (text(UNSURE) in page) == doubt


def test_an_answer_under_way_cannot_be_asked_again() -> None:
    talk = [Message("user", "When?"), Message("assistant", "July")]
    assert 'data-event="retry"' in conversation(talk)
    assert 'data-event="retry"' not in conversation(talk, busy="Writing…")
