"""Marks in a passage: the words of the question, or those that the answer rests on."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from ui.web.chat.marking import marked, spans, terms_of


@given(st.text(min_size=1), st.text())
def test_marking_keeps_every_character(passage: str, question: str) -> None:
    shown = marked(passage, terms_of(passage[::2], question))
    assert unescape(re.sub(r"</?mark[^>]*>", "", shown)) == passage


@given(st.text(alphabet="ab 东京大学的 ,.", min_size=1), st.text(alphabet="ab 东京大学的", min_size=1))
def test_spans_are_in_order_and_never_overlap(passage: str, question: str) -> None:
    found = spans(passage, terms_of(question))
    edges = [edge for span in found for edge in span]
    assert edges == sorted(edges) and all(start < end for start, end in found)


def test_words_of_question_and_answer_are_marked() -> None:
    terms = terms_of("When was the Apricot planted?", "In 2021")
    assert marked("The apricot <tree>, 2021", terms) == (
        'The <mark class="best">apricot</mark> &lt;tree&gt;, <mark>2021</mark>'
    )


def test_the_best_mark_begins_the_densest_place() -> None:
    passage = "A tank, once. " + "x " * 200 + "The rain tank holds litres."
    shown = marked(passage, terms_of("rain tank litres"))
    assert "<mark>tank</mark>, once" in shown
    assert 'The <mark class="best">rain</mark>' in shown


def test_words_are_found_where_none_are_spaced() -> None:
    passage = "王芳在二〇二一年搬到了上海，住在静安区。"
    assert [passage[a:b] for a, b in spans(passage, terms_of("王芳什么时候搬到上海的？"))] == [
        "王芳",
        "搬到",
        "上海",
    ]


def test_where_the_answers_words_are_known_only_they_are_marked() -> None:
    shown = marked("Mara moved to Porto <in> May.", terms_of("Who moved?"), (14, 19))
    assert shown == 'Mara moved to <mark class="best answer-words">Porto</mark> &lt;in&gt; May.'
    beyond = marked("Mara moved.", terms_of("Who moved?"), (5, 99))
    assert ">moved</mark>" in beyond, "a span outside the passage is no span"
