"""The scores that every benchmark reports, on cases small enough to check by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scoring import (
    bootstrap_interval,
    conclusion,
    exact_match,
    hit_at,
    normalise,
    recall_at,
    token_f1,
)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Quince, an old\ttree!", "quince old tree"),
        ("5.000 €", "5000"),
        ("„Straße“ – ‘Übung’", "strasse übung"),
        ("Caf\u00e9", normalise("Cafe\u0301")),
        ("ﬁve ① kinds", "five 1 kinds"),
        ("La maison de l'amie", "la maison de lamie"),
        ("Ответ: ДА.", "ответ да"),
        ("a the an", ""),
    ],
)
def test_normal_form(text: str, normal: str) -> None:
    assert normalise(text) == normal


@given(st.text())
def test_normal_form_is_stable_and_keeps_no_punctuation(text: str) -> None:
    normal = normalise(text)
    assert normalise(normal) == normal
    assert not set(normal) & set(".,;:!?()\"'")


def test_exact_match_needs_one_accepted_answer() -> None:
    assert exact_match("the Thursdays.", ["Monday", "thursdays"]) == 1.0
    assert exact_match("on Thursdays", ["Monday", "Thursdays"]) == 0.0
    assert exact_match("anything", []) == 0.0


def test_token_f1_counts_repeated_words_once_each() -> None:
    # two shared tokens of 3 predicted and 4 expected
    assert token_f1("red red blue", ["red green blue grey"]) == pytest.approx(2 * 2 / 7)


def test_token_f1_takes_the_best_answer() -> None:
    assert token_f1("It was the pod 118", ["nothing", "pod 118"]) == pytest.approx(2 * 2 / 6)


@pytest.mark.parametrize(
    ("prediction", "answer", "score"),
    [
        ("是1200元", "1200元。", 2 * 2 / 5),  # 是, 1200, 元 and 1200, 元
        ("東京タワー", "東京", 2 * 2 / 7),
        ("ราคา", "ราคา", 1.0),
        ("서울에서", "서울", 0.0),
    ],
)
def test_scripts_without_spaces_count_by_characters(prediction: str, answer: str, score: float) -> None:
    assert token_f1(prediction, [answer]) == pytest.approx(score)


def test_spaces_between_characters_make_no_other_answer() -> None:
    assert exact_match("2008 年 5 月", ["2008年5月"]) == 1.0
    assert exact_match("new york", ["newyork"]) == 0.0


@pytest.mark.parametrize(
    ("prediction", "answers", "score"),
    [("", ["quince"], 0.0), ("the", ["!"], 1.0), ("quince", [], 0.0), ("quince", [""], 0.0)],
)
def test_token_f1_of_nothing(prediction: str, answers: list[str], score: float) -> None:
    assert token_f1(prediction, answers) == score


@given(st.text(), st.text())
def test_token_f1_is_symmetric_and_bounded(one: str, other: str) -> None:
    score = token_f1(one, [other])
    assert 0.0 <= score <= 1.0
    assert score == token_f1(other, [one])
    assert token_f1(one, [one]) == 1.0


def test_recall_and_hit_look_at_the_first_k() -> None:
    ranked = ["a", "b", "c", "d"]
    assert recall_at(2, ranked, {"b", "d"}) == 0.5
    assert recall_at(4, ranked, {"b", "d"}) == 1.0
    assert hit_at(1, ranked, {"b", "d"}) == 0.0
    assert hit_at(2, ranked, {"b", "d"}) == 1.0
    with pytest.raises(ValueError, match="gold"):
        recall_at(2, ranked, set())


def test_bootstrap_is_reproducible_and_holds_the_mean() -> None:
    values = [0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0]
    interval = bootstrap_interval(values, seed=7)
    assert interval == bootstrap_interval(values, seed=7)
    assert interval.mean == pytest.approx(0.625)
    assert 0.0 <= interval.low < interval.mean < interval.high <= 1.0
    assert interval.samples == 8


def test_bootstrap_agrees_with_the_normal_interval_on_many_values() -> None:
    values = [float(number % 2) for number in range(400)]
    interval = bootstrap_interval(values)
    half_width = 1.96 * (0.25 / 400) ** 0.5
    assert interval.low == pytest.approx(0.5 - half_width, abs=0.01)
    assert interval.high == pytest.approx(0.5 + half_width, abs=0.01)


def test_bootstrap_of_equal_values_has_no_width_and_bad_input_is_refused() -> None:
    interval = bootstrap_interval([1.0, 1.0, 1.0])
    assert (interval.low, interval.high) == (1.0, 1.0)
    with pytest.raises(ValueError, match="no values"):
        bootstrap_interval([])
    with pytest.raises(ValueError, match="confidence"):
        bootstrap_interval([1.0], confidence=1.0)


@pytest.mark.parametrize(
    ("answer", "scored"),
    [
        ("No.\n- Kiel: Germany\n- Lund: Sweden", "No."),
        ("- Kiel: Germany\n- Lund: not found", "- Kiel: Germany\n- Lund: not found"),
        ("Germany", "Germany"),
        ("First line\nsecond line", "First line\nsecond line"),
        ("", ""),
    ],
)
def test_what_a_comparison_comes_to_stands_above_its_readings(answer: str, scored: str) -> None:
    assert conclusion(answer) == scored
