"""Questions that are worked out from two readings, taken apart in four languages; others are left whole."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.language import language_of
from app.asking.parts.forms import Parts
from app.asking.parts.take_apart import take_apart

TODAY = date(2025, 9, 20)


def apart(text: str) -> Parts | None:
    return take_apart(text, language_of(text), TODAY)


@pytest.mark.parametrize(
    ("text", "working", "questions"),
    [
        (
            "How many more jars of honey did we fill in 2021 than in 2019?",
            "difference",
            ("How many jars of honey did we fill in 2021?", "How many jars of honey did we fill in 2019?"),
        ),
        (
            "By how much did the fee rise from 2018 to 2021?",
            "difference",
            ("How much was the fee in 2018?", "How much was the fee in 2021?"),
        ),
        (
            "How much more did the sofa cost than the table?",
            "difference",
            ("How much did the sofa cost?", "How much did the table cost?"),
        ),
        ("How much older is Ida than Jo?", "difference", ("How old is Ida?", "How old is Jo?")),
        (
            "How many years after the wedding did they buy the boat?",
            "distance",
            ("When was the wedding?", "When did they buy the boat?"),
        ),
        ("What came first, the flood or the fair?", "first", ("When was the flood?", "When was the fair?")),
        (
            "Which offer was cheaper, Holm or Lund?",
            "least",
            ("How much did Holm (offer) cost?", "How much did Lund (offer) cost?"),
        ),
        (
            "How much did the kiln and the wheel cost together?",
            "sum",
            ("How much did the kiln cost?", "How much did the wheel cost?"),
        ),
        (
            "Wie viele Gläser Honig mehr haben wir 2021 als 2019 gefüllt?",
            "difference",
            (
                "Wie viele Gläser Honig haben wir 2021 gefüllt?",
                "Wie viele Gläser Honig haben wir 2019 gefüllt?",
            ),
        ),
        (
            "Um wie viel ist der Mitgliedsbeitrag von 2018 bis 2022 gestiegen?",
            "difference",
            ("Wie hoch war der Mitgliedsbeitrag 2018?", "Wie hoch war der Mitgliedsbeitrag 2022?"),
        ),
        (
            "Wie viele Jahre nach der Hochzeit haben sie das Boot gekauft?",
            "distance",
            ("Wann war die Hochzeit?", "Wann haben sie das Boot gekauft?"),
        ),
        (
            "Wie viel kosteten der Ofen und der Tisch zusammen?",
            "sum",
            ("Wie viel kostete der Ofen?", "Wie viel kostete der Tisch?"),
        ),
        (
            "De combien le canapé était-il plus cher que la table, sans la livraison ?",
            "difference",
            ("Combien coûte le canapé, sans la livraison ?", "Combien coûte la table, sans la livraison ?"),
        ),
        (
            "Combien de pots de plus avons-nous remplis en 2021 qu'en 2019 ?",
            "difference",
            ("Combien de pots avons-nous remplis en 2021 ?", "Combien de pots avons-nous remplis en 2019 ?"),
        ),
        (
            "Combien d'années après le mariage ont-ils acheté le bateau ?",
            "distance",
            ("Quand était le mariage ?", "Quand ont-ils acheté le bateau ?"),
        ),
        ("沙发比桌子贵多少？", "difference", ("沙发多少钱？", "桌子多少钱？")),
        ("2018年到2022年会费涨了多少？", "difference", ("2018年会费是多少？", "2022年会费是多少？")),
        ("结婚几年后他们买了船？", "distance", ("结婚是什么时候？", "他们买了船是什么时候？")),
        (
            "我从寄出申请，到收到签证，中间间隔了多少天？",
            "distance",
            ("我寄出申请是什么时候？", "收到签证是什么时候？"),
        ),
        (
            "五月我换了自行车，从订购车架到组装完成，总共用了几周？",
            "distance",
            ("五月我换了自行车，订购车架是什么时候？", "五月我换了自行车，组装完成是什么时候？"),
        ),
        (
            "我看完房子后，隔了多久才签了合同？",
            "distance",
            ("我看完房子是什么时候？", "签了合同是什么时候？"),
        ),
        (
            "林奶奶出院后，她第一次下楼散步是在几天后？",
            "distance",
            ("林奶奶出院是什么时候？", "她第一次下楼散步是什么时候？"),
        ),
        (
            "After the stay in Lund, how many days later did we sign the lease?",
            "distance",
            ("When was the stay in Lund?", "When did we sign the lease?"),
        ),
        ("窑和转盘一共花了多少钱？", "sum", ("窑花了多少钱？", "转盘花了多少钱？")),
    ],
)
def test_each_side_gets_a_question_of_its_own(text: str, working: str, questions: tuple[str, str]) -> None:
    parts = apart(text)
    assert parts is not None and (parts.working, parts.questions) == (working, questions)


@pytest.mark.parametrize(
    "text",
    [
        "How much did the sofa cost?",
        "How long was the trip from Kiel to Lund?",
        "Did it rain more than once?",
        "How much more is needed?",
        "Wie viele Jahre haben wir in Kiel gewohnt?",
        "Wer ist älter?",
        "Combien de pots de miel avons-nous ?",
        "我们有多少罐蜂蜜？",
        "开学后第几天开始下雪？",
        "二月从武汉坐高铁回来，路上大约持续了多长时间？",
        "What happened in 2021 and 2022?",
        "",
    ],
)
def test_what_one_reading_answers_is_left_whole(text: str) -> None:
    assert apart(text) is None


def test_what_is_asked_after_something_was_later() -> None:
    for text in ("搬家后，过了几天装好了网络？", "How many days after the move did we get the internet?"):
        parts = apart(text)
        assert parts is not None and parts.in_order
    for text in ("How many days were between Easter and the fair?", "复活节和集市之间隔了几天？"):
        parts = apart(text)
        assert parts is not None and not parts.in_order


def test_the_time_of_a_side_is_its_own() -> None:
    parts = apart("我在3月14日取消晨跑后，隔了几天恢复了训练？")
    assert parts is not None and parts.times[0] is not None and parts.times[1] is None
    assert (parts.times[0].first.month, parts.times[0].first.day) == (3, 14)


def test_the_unit_of_a_distance_is_the_asked_one() -> None:
    parts = apart("Between the lesson and the exam, how many weeks passed?")
    assert parts is not None and parts.unit == "w"
