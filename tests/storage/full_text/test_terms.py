"""What a text gives the index, in any language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.full_text.terms import LETTERS, index_ends, index_terms, runs


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Die Kaltmiete beträgt 1.250,00 €", "die kaltmiet betragt 1250 00"),
        ("我的房租是2023年3月", "我的 的房 房租 租是 2023 年 3 月"),
        ("房", "房"),
        ("カタカナ ｶﾅ", "カタ タカ カナ カナ"),
        ("서울에서 만나", "서울 울에 에서 만나"),
        ("ราคา", "รา าค คา"),
        ("L'amie d’été à Besançon", "l amie d ete a besancon"),
        ("أحمد ٢٠٢٣", "احمد 2023"),
        ("Straße foo_bar x-y", "strasse foo bar x y"),
        ("5 000 Euro, 12,345,678; 1.2.2023", "5000 euro 12345678 1 2 2023"),
        ("044 668 18 00", "044 668 18 00"),
        ("", ""),
    ],
)
def test_terms(text: str, terms: str) -> None:
    assert index_terms(text) == terms


def test_accents_and_compatibility_forms_are_one() -> None:
    assert index_terms("Cafe\u0301 ﬁn ２０") == index_terms("café fin 20") == "cafe fin 20"


def test_ends_are_those_of_long_words_in_languages_that_compound() -> None:
    assert index_ends("Die Kaltmiete und der Hof") == "eteimtla"
    assert index_ends("Haftpflichtversicherung") == "gnurehci"
    assert index_ends("The apartment of the landlord") == ""
    assert index_ends("房租很高") == "" and index_ends("1234567890") == ""


@given(st.text())
def test_any_text_gives_terms_that_stay_what_they_are(text: str) -> None:
    terms = index_terms(text).split(" ")
    assert index_terms(" ".join(terms)).split(" ") == terms or any(run.unspaced for run in runs(text))
    assert all(len(term) <= LETTERS for term in terms)


@given(st.text(alphabet=st.characters(max_codepoint=0x250)))
def test_the_short_way_of_plain_letters_gives_the_same(text: str) -> None:
    assert index_terms(text) == " ".join(term for run in runs(text) for term in run.terms)
