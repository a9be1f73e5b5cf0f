"""Which passages are read at once, how many, and which reading is believed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.answering.refusal import DECLINED
from engine.answering.voting import (
    PLACE,
    READ_TOKENS,
    SURE,
    Reading,
    elected,
    readings,
    settled,
    unsure,
    votes,
)

fixed = settings(derandomize=True, deadline=None)


def test_each_passage_is_read_alone_and_the_best_with_each_of_the_next_two() -> None:
    assert readings([10] * 5) == [(0,), (1,), (2,), (3,), (4,), (0, 1), (0, 2)]
    assert readings([10, 10]) == [(0,), (1,), (0, 1)]
    assert readings([10]) == [(0,)]


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([READ_TOKENS // 2] * 3, [(0,), (1,)]),
        ([READ_TOKENS // 4] * 3, [(0,), (1,), (2,), (0, 1)]),
        ([READ_TOKENS // 4, READ_TOKENS, 8, 8], [(0,), (2,), (3,), (0, 2)]),
        ([READ_TOKENS * 2, 8, 8], [(0,)]),
    ],
)
def test_what_is_read_is_bounded_but_the_best_passage_is_always_read(
    lengths: list[int], expected: list[Reading]
) -> None:
    assert readings(lengths) == expected


def test_a_reading_further_back_has_to_be_surer() -> None:
    tried = [(0,), (0, 1), (1,), (0, 2)]
    assert sorted(votes(tried, [-1.0] * 4), reverse=True) == votes(tried, [-1.0] * 4)
    assert votes(tried, [0, -PLACE / 2, -PLACE, -PLACE]) == pytest.approx([1] * 4)
    assert votes([(0,)], [-2.0])[0] > votes([(0,)], [-1.0])[0]


def test_readings_that_answer_alike_speak_for_each_other() -> None:
    assert elected("When?", ["in may.", "June", "In May"], [1.9, 3.0, 2.0]) == (2, pytest.approx(3.9 / 6.9))
    assert elected("When?", ["In May", "June", "July"], [2.0, 3.0, 2.0]) == (1, pytest.approx(3 / 7))
    assert elected("When?", ["", " ", "July"], [1.0, 1.1, 1.5]) == (1, pytest.approx(2.1 / 3.6))
    assert elected("When?", ["June"], [0.1]) == (0, 1)


@pytest.mark.parametrize(
    ("question", "answers", "over"),
    [
        ("When?", ["June", "July", None], True),
        ("When?", ["June", None, None], True),
        ("When?", [None, "July", "May"], False),
        ("When?", [None, None, None], False),
        ("When?", ["May", None, "may."], True),
        ("When?", ["May", "June", None], True),
        ("When?", [None, "June", "june"], False),
        ("June or July?", ["June", "July", None], False),
        ("June or July?", ["June", "July", "May"], True),
    ],
)
def test_the_election_is_over_once_no_open_vote_can_change_it(
    question: str, answers: list[str | None], over: bool
) -> None:
    assert settled(question, answers, [4.0, 2.0, 1.0]) == over


@fixed
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.1, 9), st.booleans()), min_size=1, max_size=7),
    st.data(),
)
def test_what_is_settled_stays(cast: list[tuple[str, float, bool]], data: st.DataObject) -> None:
    votes = [vote for _, vote, _ in cast]
    ready = [answer if there else None for answer, _, there in cast]
    if settled("When?", ready, votes):
        late = [answer or data.draw(st.sampled_from("abcd")) for answer in ready]
        partly = [answer or "unfinished" for answer in ready]
        assert late[winner("When?", late, votes)] == partly[winner("When?", partly, votes)]


@pytest.mark.parametrize(
    ("answer", "agreement", "doubt"),
    [("June", SURE - 0.01, True), ("June", SURE, False), ("June", None, False), (DECLINED, 0.1, False)],
)
def test_an_answer_without_half_of_the_votes_is_unsure(
    answer: str, agreement: float | None, doubt: bool
) -> None:
    assert unsure(answer, agreement) == doubt


def test_a_question_that_offers_a_choice_is_answered_by_one_of_its_names() -> None:
    answers = ["2 June 1993", "Bob", "2 June 1993", "ann."]
    assert winner("Was Ann or Bob born first?", answers, [3.0, 1.0, 3.0, 2.0]) == 3
    assert winner("Was Ann or Bob born first?", ["1993", "1994", ""], [3.0, 4.0, 5.0]) == 2
    assert (
        winner("Was Ann or Bob born first?", [DECLINED, "Bob", DECLINED, "1993"], [2.0, 1.0, 2.0, 3.0]) == 0
    )
    assert winner("When was Ann, the sister of Bob, born?", answers, [3.0, 1.0, 3.0, 2.0]) == 0


def winner(question: str, answers: list[str], votes: list[float]) -> int:
    return elected(question, answers, votes)[0]
