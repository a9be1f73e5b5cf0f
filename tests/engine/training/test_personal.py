import random
import re
from itertools import islice

from engine.answering.refusal import DECLINED
from engine.training.household import held
from engine.training.lesson import LANGUAGES, Lesson, sentences
from engine.training.personal import personal_lessons


def test_every_answer_stands_in_a_passage() -> None:
    for passages, questions in islice(personal_lessons("test"), 300):
        for _, answer in questions:
            assert answer == DECLINED or any(answer in passage for passage in passages)


def test_questions_are_asked_once_and_some_are_declined() -> None:
    lessons = list(islice(personal_lessons("test"), 300))
    for _, questions in lessons:
        assert len({text for text, _ in questions}) == len(questions)
    answers = [answer for _, questions in lessons for _, answer in questions]
    assert 0.3 < answers.count(DECLINED) / len(answers) < 0.5


def test_lessons_are_the_same_for_a_seed() -> None:
    assert list(islice(personal_lessons("a"), 5)) == list(islice(personal_lessons("a"), 5))
    assert list(islice(personal_lessons("a"), 5)) != list(islice(personal_lessons("b"), 5))


def test_the_sentences_of_all_languages_stand_side_by_side() -> None:
    for kind in ("deeds", "things", "measures"):
        assert len({len(sentences()[kind][language]) for language in LANGUAGES}) == 1


def test_the_sentences_of_household_records_stand_side_by_side_too() -> None:
    everything = sentences("household")
    for kind in ("offices", "events", "columns", "items"):
        assert len({len(everything[kind][language]) for language in LANGUAGES}) == 1
    assert len({frozenset(everything["held"][language]) for language in LANGUAGES}) == 1


def test_now_and_then_of_one_record_have_different_answers() -> None:
    for number in range(50):
        lesson = Lesson(random.Random(number), "en")
        held(lesson)
        now = [answer for text, answer in lesson.questions if " now?" in text or "today?" in text]
        then = [answer for text, answer in lesson.questions if re.search(r"in \d{4}\?", text)]
        assert not now or not then or set(now) != set(then)
