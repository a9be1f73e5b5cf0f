"""Answers under way: stopped where they are shown, going on where they are not, all ended at the end."""

from __future__ import annotations

from ui.web.answering import Answering


def test_the_end_cancels_every_answer() -> None:
    answering = Answering()
    first, second = answering.begin("one page", None), answering.begin("another", 3)
    answering.end()
    assert first.cancel.is_set() and second.cancel.is_set()


def test_stop_ends_what_the_page_shows_and_nothing_else() -> None:
    answering = Answering()
    elsewhere, before = answering.begin("another page", 1), answering.begin("page", 1)
    assert answering.look("page", 2), "an answer goes on that is not shown"
    here = answering.begin("page", 2)
    answering.stop("page")
    assert here.cancel.is_set() and not before.cancel.is_set() and not elsewhere.cancel.is_set()


def test_an_answer_is_shown_again_in_its_chat() -> None:
    answering = Answering()
    one = answering.begin("page", 7)
    answering.look("page", None)
    assert not one.shown
    assert not answering.look("page", 7)
    assert one.shown


def test_what_is_over_leaves_nothing_behind() -> None:
    answering = Answering()
    one = answering.begin("page", None)
    answering.over("page", one)
    assert one.cancel.is_set() and answering.pages == {}
