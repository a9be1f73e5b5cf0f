"""When the twin benchmark takes a fact as said, and as held by what is cited."""

from __future__ import annotations

import pytest

from benchmarks.twin_scoring import answered, holds, says


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("3", "trois"), ("trois jours", "3"), ("vier Hühner", "four"), ("共有五只", "5"), ("12 eggs", "douze"),
        ("4800", "四千八百"), ("一千二百册", "1200"), ("1 200 exemplaires", "1,200"), ("10 %", "百分之十"),
        ("62 kg of QUINCES", "62"), ("十个", "ten"),
    ],
)  # fmt: skip
def test_a_number_is_the_same_in_figures_and_words_of_every_language(text: str, way: str) -> None:
    assert says(text, [way])


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("162 kg", "62"), ("62", "620"), ("a hen and an egg", "1"), ("une poule", "1"), ("周三上午", "3"),
        ("第三次", "3"), ("三月", "3"), ("二十三只", "3"), ("10", "百分之十"), ("trois jours", "3 jours par mois"),
        ("un vélo neuf", "9"), ("3.5", "35"),
    ],
)  # fmt: skip
def test_another_number_or_none_is_not(text: str, way: str) -> None:
    assert not says(text, [way])


def test_what_is_worked_out_of_two_cited_numbers_is_held_by_them() -> None:
    answer = "€14 (more: the stove)\n- the stove: 59 € [1]\n- the lamp: 45 € [2]"
    cited = ["The stove was 59 € at the fair.", "A lamp, 45 €."]
    assert holds(["14"], answer, cited) and holds(["59"], answer, cited)
    assert not holds(["14"], answer, cited[:1])  # only one side is cited
    assert not holds(["14"], "14", cited)  # the answer does not say of what
    assert not holds(["15"], answer, cited) and not holds(["stove lamp"], answer, cited)
    assert holds(["104"], "104 € ensemble : 59 €, 45 €", cited)


def test_a_part_that_was_not_found_says_nothing() -> None:
    answer = "- der Ofen: nicht gefunden\n- die Lampe: 45 € [1]"
    assert answered(answer) == "- die Lampe: 45 € [1]"
    assert (
        answered("- the stove: not found") == ""
        and answered("The key was not found.") == "The key was not found."
    )
