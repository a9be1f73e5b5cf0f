"""The viewer's markup: structure told by lines, marks where they belong, nothing of a file run."""

from __future__ import annotations

import re

import pytest

from app.viewing.records import Facsimile, View, ViewedPassage
from tests.ui.web.fake_twin import HOSTILE, remembered
from tests.ui.web.test_markup import OURS, Elements
from ui.web.viewer import render
from ui.web.viewer.prose import prose

BAD = (HOSTILE, "# <img src=x onerror=a()>\n- <b>\n> </p>\n[2024-01-02]\nA: <i>\na | </table> | b\nc | d | e")


def view(text: str, kind: str = "text", **more: bool) -> View:
    row = remembered(1, "a.md", "part", "2024-01-02", text)
    passages = (ViewedPassage(1, text, 0, text[:40]), ViewedPassage(2, text, 0, ""))
    return View(row, kind, passages, more.get("before", True), more.get("after", True), True)


@pytest.mark.parametrize("bad", BAD)
def test_only_our_own_elements_come_out(bad: str) -> None:
    leaf = Facsimile(b"\0" * 30, 2, 3)
    for markup in (
        *(render.sheet(view(bad, kind), (2, 9), local=True) for kind in render.KINDS),
        render.difference([("same", bad), ("gone", bad), ("new", bad)]),
        render.difference(None),
    ):
        found = Elements(markup)
        assert found.tags <= OURS | {"aside", "del", "ins"}
        assert not {a for a in found.attributes if a.startswith("on") or a in ("src", "href", "style")}
    pictured = Elements(render.sheet(view(bad, "page"), leaf=leaf))
    assert "img" in pictured.tags and not {
        a for a in pictured.attributes if a.startswith("on") or a == "href"
    }


def test_the_only_picture_is_the_one_that_was_drawn_here() -> None:
    markup = render.sheet(view("![x](http://evil.example/a.png)", "page"), leaf=Facsimile(b"abc", 1, 1))
    assert re.findall(r'src="([^"]*)"', markup) == ["data:image/webp;base64,YWJj"]


def test_marks_lie_where_the_words_are_whatever_line_they_stand_in() -> None:
    passage = "# Spring\n- The tree was planted\nin April"
    start, end = passage.index("planted"), passage.index("April")
    markup = prose(passage, [(start, end)])
    assert Elements(markup).said == "SpringThe tree was plantedin April"
    assert re.findall(r"<mark[^>]*>([^<]*)</mark>", markup) == ["planted", "in "]
    table = "name | born\nAda | 1815"
    assert '<mark class="best answer-words">1815</mark></td>' in prose(table, [(18, 22)])


def test_turns_of_a_chat_say_who_speaks() -> None:
    markup = prose("Ada: Shall we?\n[2024-01-02]\nTom: At 10:30, yes", chat=True)
    assert "<b>Ada</b>Shall we?" in markup and '<p class="day">2024-01-02</p>' in markup
    assert "<b>Tom</b>At 10:30, yes" in markup
    assert "<b>" not in prose("Note: at 10:30")
