"""What counts as quoting a text."""

from __future__ import annotations

import unicodedata

import pytest

from storage.quotes import begins, quoting

TEXT = "On the third of May, Ada moved into the yellow house by the river with her two cats."


def test_a_run_of_eight_words_is_a_quotation() -> None:
    messages = [
        (1, "You wrote: “Ada moved into the YELLOW house -- by the\nriver”, did you not?"),
        (2, "Ada moved into the yellow house."),
        (3, "By the river stands a house."),
        (4, ""),
    ]
    assert quoting([TEXT], messages) == {1}


@pytest.mark.parametrize(
    "quoted",
    [
        unicodedata.normalize("NFD", "Größe des Schlüssels zählt für die Tür am Äußeren Hafen"),
        "GROSSE DES SCHLUSSELS ZAHLT FUR DIE TUR AM AUSSEREN HAFEN",
        "Grö\u00adße des Schlüs\u200bsels zählt für\u00a0die Tür\r\nam Äußeren Hafen",
        "Ｇröße des Schlüssels zählt für die Tür am Äußeren Hafen",
    ],
)
def test_a_quotation_is_one_in_any_encoding(quoted: str) -> None:
    text = "Die Größe des Schlüssels zählt für die Tür am Äußeren Hafen, sagte sie."
    assert quoting([text], [(1, f"Stimmt es: {quoted}?"), (2, "Die Tür am Hafen zählt.")]) == {1}


def test_a_sentence_of_a_script_without_spaces_is_a_quotation() -> None:
    text = "昨天下雨了。保险箱的钥匙挂在港口办公室第七盏灯笼的后面。我们很晚才回家，没有人说话。"
    messages = [
        (1, "你写过：保险箱的钥匙挂在港口办公室第七盏灯笼的后面，对吗？"),
        (2, "昨天下雨了，我们回家。"),
    ]
    assert quoting([text], messages) == {1}
    assert quoting(["钥匙在灯笼后面"], [(1, "听说钥匙在灯笼后面。"), (2, "灯笼")]) == {1}


def test_a_title_is_the_beginning_of_a_question_cut_off_anywhere() -> None:
    question = "Is it true that the key hangs behind the seventh lantern of the harbour?"
    assert begins(question, question[:40]) and begins(question, "IS IT true  that")
    assert not begins(question, "Lanterns") and not begins(question, "") and not begins("Is it", question)


def test_short_texts_are_looked_for_whole_and_very_short_ones_not_at_all() -> None:
    messages = [(1, "The PIN is 4711, remember."), (2, "Yes, the pin."), (3, "4711 is the PIN")]
    assert quoting(["pin is 4711"], messages) == {1}
    assert quoting(["Yes"], messages) == quoting([""], messages) == quoting([], messages) == set()
