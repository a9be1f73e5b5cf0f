"""Which of two is more or was first, and whether one is: each side gets its question, in four languages."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.language import language_of
from app.asking.parts.forms import Parts
from app.asking.parts.take_apart import take_apart


def apart(text: str) -> Parts | None:
    return take_apart(text, language_of(text), date(2025, 9, 20))


@pytest.mark.parametrize(
    ("text", "working", "first"),
    [
        ("Which costs more, the ferry or the flight?", "most", "How much does the ferry cost?"),
        ("Of the ferry and the flight, which cost less?", "least", "How much did the ferry cost?"),
        ("Between the ferry and the flight, which is cheaper?", "least", "How much did the ferry cost?"),
        ("Who has more hens, Wanda or Piet?", "most", "How many hens does Wanda have?"),
        ("Which trip took longer, the cruise or the hike?", "most", "How long did the cruise take?"),
        ("Does the choir or the band have more members?", "most", "How many members does the choir have?"),
        ("Do we have fewer chairs or tables?", "least", "How many chairs do we have?"),
        (
            "Which of the two lamps is dearer, the tin or the oak one?",
            "most",
            "How much did the tin (lamps) cost?",
        ),
        ("Who moved in first, Wanda or Piet?", "first", "When did Wanda move in?"),
        ("Which book came out more recently, Tides or Dunes?", "last", "When did Tides come out?"),
        ("Which did we buy later, the anvil or the stove?", "last", "When did we buy the anvil?"),
        ("What is the age difference between Wanda and Piet?", "difference", "How old is Wanda?"),
        (
            "How much more did we pay for the ferry than for the flight?",
            "difference",
            "How much did we pay for the ferry?",
        ),
        (
            "How much did I spend on the ferry and the flight together?",
            "sum",
            "How much did I spend on the ferry?",
        ),
        ("Was the rent higher in 2020 or in 2023?", "most", "How much was the rent in 2020?"),
        ("Was kostet mehr, die Fähre oder der Flug?", "most", "Wie viel kostet die Fähre?"),
        ("Was hat länger gedauert, die Kur oder die Reise?", "most", "Wie lange hat die Kur gedauert?"),
        ("Wer hat weniger Hühner, Wanda oder Piet?", "least", "Wie viele Hühner hat Wanda?"),
        ("Hat der Chor oder die Kapelle mehr Mitglieder?", "most", "Wie viele Mitglieder hat der Chor?"),
        ("Wer ist zuerst eingezogen, Wanda oder Piet?", "first", "Wann ist Wanda eingezogen?"),
        ("Haben wir zuerst den Amboss oder den Ofen gekauft?", "first", "Wann haben wir den Amboss gekauft?"),
        (
            "Wie viel mehr hat der Flug gekostet als die Fähre?",
            "difference",
            "Wie viel hat der Flug gekostet?",
        ),
        (
            "Wie viele Mitglieder mehr hat der Chor als die Kapelle?",
            "difference",
            "Wie viele Mitglieder hat der Chor?",
        ),
        ("Wie viel länger dauerte die Kur als die Reise?", "difference", "Wie lange dauerte die Kur?"),
        (
            "Was ist der Preisunterschied zwischen der Fähre und dem Flug?",
            "difference",
            "Wie viel kostete die Fähre?",
        ),
        ("War die Miete 2020 oder 2023 niedriger?", "least", "Wie hoch war die Miete 2020?"),
        ("Qu'est-ce qui coûte plus cher, le ferry ou l'avion ?", "most", "Combien coûte le ferry ?"),
        ("Qui a le plus de poules, Wanda ou Piet ?", "most", "Combien de poules a Wanda ?"),
        (
            "Quel voyage a duré le moins longtemps, la cure ou la croisière ?",
            "least",
            "Combien de temps a duré la cure ?",
        ),
        ("Qui a emménagé en premier, Wanda ou Piet ?", "first", "Quand Wanda a emménagé ?"),
        (
            "Qu'avons-nous acheté en premier, l'enclume ou le poêle ?",
            "first",
            "Quand avons-nous acheté l'enclume ?",
        ),
        ("Combien d'années Wanda a-t-elle de plus que Piet ?", "difference", "Quel âge a Wanda ?"),
        ("Combien ont coûté en tout le ferry et l'avion ?", "sum", "Combien a coûté le ferry ?"),
        ("Le loyer était-il plus élevé en 2020 ou en 2023 ?", "most", "Combien était le loyer en 2020 ?"),
        ("哪个更贵，渡船还是飞机？", "most", "渡船多少钱？"),
        ("渡船贵还是飞机贵？", "most", "渡船多少钱？"),
        ("王兰和李平谁年纪小？", "least", "王兰多大年纪？"),
        ("谁的鸡更多，王兰还是李平？", "most", "王兰有多少鸡？"),
        ("王兰和李平谁先搬进来？", "first", "王兰是什么时候搬进来的？"),
        ("渡船和飞机的价格差多少？", "difference", "渡船多少钱？"),
        ("2020年和2023年哪年房租高？", "most", "2020年房租是多少？"),
    ],
)
def test_a_choice_is_two_questions(text: str, working: str, first: str) -> None:
    parts = apart(text)
    assert parts is not None and not parts.claims
    assert (parts.working, parts.questions[0]) == (working, first)


@pytest.mark.parametrize(
    ("text", "working", "questions"),
    [
        (
            "Is the ferry cheaper than the flight?",
            "least",
            ("How much did the ferry cost?", "How much did the flight cost?"),
        ),
        (
            "Did the choir have more members than the band?",
            "most",
            ("How many members did the choir have?", "How many members did the band have?"),
        ),
        (
            "Did we buy the anvil before the stove?",
            "first",
            ("When did we buy the anvil?", "When did we buy the stove?"),
        ),
        (
            "Was the rent in 2020 higher than in 2023?",
            "most",
            ("How much was the rent in 2020?", "How much was the rent in 2023?"),
        ),
        (
            "Ist die Fähre billiger als der Flug?",
            "least",
            ("Wie viel kostete die Fähre?", "Wie viel kostete der Flug?"),
        ),
        (
            "Hat die Kur länger gedauert als die Reise?",
            "most",
            ("Wie lange hat die Kur gedauert?", "Wie lange hat die Reise gedauert?"),
        ),
        ("War die Flut vor dem Fest?", "first", ("Wann war die Flut?", "Wann war der Fest?")),
        (
            "Le ferry est-il moins cher que l'avion ?",
            "least",
            ("Combien coûte le ferry ?", "Combien coûte l'avion ?"),
        ),
        ("La crue était-elle avant la fête ?", "first", ("Quand était la crue ?", "Quand était la fête ?")),
        ("渡船比飞机便宜吗？", "least", ("渡船多少钱？", "飞机多少钱？")),
        ("洪水在庙会之前吗？", "first", ("洪水是什么时候？", "庙会是什么时候？")),
    ],
)
def test_whether_it_is_so_is_two_questions_and_a_claim(
    text: str, working: str, questions: tuple[str, str]
) -> None:
    parts = apart(text)
    assert parts is not None and parts.claims
    assert (parts.working, parts.questions) == (working, questions)


@pytest.mark.parametrize(
    "text",
    [
        "Is it possible to sell at a higher price than the neighbours?",
        "Was the shop open before 2019?",
        "Do you serve more than just soup?",
        "Are my taxes due if my costs are higher than my wage?",
        "Which house whose roof is older, the red or the blue one?",
        "How much more money goes out than it brings in?",
        "Quel club a gagné plus de coupes que Metz ?",
        "山羊在多久之后断奶？",
        "Did we meet before or after lunch on Friday?",
    ],
)
def test_what_has_no_two_sides_is_left_whole(text: str) -> None:
    assert apart(text) is None


def test_ages_may_be_told_by_birthdays() -> None:
    told = [
        apart(text)
        for text in ("Is Wanda older than Piet?", "Wer ist jünger, Wanda oder Piet?", "王兰比李平大几岁？")
    ]
    assert all(parts is not None and parts.ages for parts in told)
    tall = apart("Is Wanda taller than Piet?")
    assert tall is not None and not tall.ages
