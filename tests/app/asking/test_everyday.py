"""Everyday words in other languages: the table holds four languages a line, and a question's words meet it."""

from __future__ import annotations

import pytest

from app.asking.everyday.abroad import concepts, glossed, senses, told_of, translated, words_abroad
from app.asking.language import LANGUAGES, Language
from benchmarks.short_notes import unspoken


@pytest.mark.parametrize(
    ("question", "language", "expected", "absent"),
    [
        ("When is my appointment with the plumber?", "en", {"Termin", "klempner", "plombier", "水管工"}, {"plumber"}),
        ("Was hat die Dachreparatur gekostet?", "de", {"roof", "repair", "toiture", "屋顶"}, {"dach"}),
        ("Wo sind die Katzen der Nachbarin?", "de", {"cat", "chatte", "neighbour", "voisin", "猫"}, {"katze"}),
        ("Où est la clé du garage ?", "fr", {"key", "schlüssel", "钥匙", "车库"}, {"clé"}),
        ("Combien coûtent les œufs ?", "fr", {"egg", "eier", "鸡蛋"}, {"œuf"}),
        ("洗衣机什么时候修？", "zh", {"washing machine", "waschmaschine", "machine à laver", "repair"}, {"洗衣机"}),
        ("Is the vet open?", "en", {"tierarzt", "geöffnet", "兽医"}, {"vet"}),
        ("Wo ist das Kabel der Nähmaschine?", "de", {"cable", "machine à coudre", "缝纫机"}, {"kabel"}),
        ("他的血压是多少？", "zh", {"blood pressure", "blutdruck", "tension"}, {"血压"}),
    ],
)  # fmt: skip
def test_a_questions_everyday_words_are_found_in_the_other_languages(
    question: str, language: Language, expected: set[str], absent: set[str]
) -> None:
    found = {word.casefold() for word in words_abroad(question, language)}
    assert {word.casefold() for word in expected} <= found and not absent & found


@pytest.mark.parametrize("question", ["Who is Ottoline?", "Qui est Maëlle ?", "谁是何敏？", "", "zzz 17?"])
def test_what_is_no_everyday_word_brings_nothing(question: str) -> None:
    assert words_abroad(question, "en") == words_abroad(question, "zh") == []


def test_every_concept_has_words_of_its_own_in_each_language() -> None:
    assert len(concepts()) > 400
    for concept in concepts():
        assert all(
            concept[language] and all(word.strip() == word != "" for word in concept[language])
            for language in LANGUAGES
        )
        assert all(any("\u3400" <= char <= "\u9fff" for char in word) for word in concept["zh"])


def test_names_numbers_and_everyday_words_look_into_other_languages() -> None:
    found = unspoken("How much rent did Ottoline Quarles pay in 2019?")
    assert (
        "2019" in found
        and "Miete" in {word.capitalize() for word in found}
        and any("Quarles" in w for w in found)
    )
    assert "much" not in found


def test_how_much_of_a_question_a_text_of_any_language_speaks_of() -> None:
    sought = senses("When does the dentist mend Odile's tooth?", "en")
    assert len(sought) == 4
    assert told_of(sought, "Zahnarzt: Odiles Zahn, Reparatur Montag") == 1
    assert told_of(sought, "牙医周一") == told_of(sought, "Der Zahnarzt war da") > 0
    assert told_of(sought, "Nothing of it") == told_of([], "anything") == 0


def test_a_name_that_is_written_like_a_word_is_asked_for_once() -> None:
    assert len(senses("What does Baker weigh in 2019?", "en")) == 3


@pytest.mark.parametrize(
    ("question", "language", "text", "expected"),
    [
        (
            "When does the vet come?",
            "en",
            "Die Tierärztin kommt am Montag.",
            "When does the vet come (Tierärztin)?",
        ),
        ("Où est la clé ?", "fr", "钥匙在花盆下面。", "Où est la clé (钥匙)?"),
        (
            "屋顶的报价是多少？",
            "zh",
            "Das Angebot für das Dach: 900 Euro.",
            "屋顶的报价是多少 (Dach, Angebot)？",
        ),
        ("When does the vet come?", "en", "The vet comes on Monday.", "When does the vet come?"),
        ("When does Odile come?", "en", "Odile kommt mit dem Zug.", "When does Odile come?"),
    ],
)
def test_a_question_is_read_with_the_words_that_stand_in_the_text(
    question: str, language: Language, text: str, expected: str
) -> None:
    assert glossed(question, language, [text]) == expected


def test_an_amount_of_money_tells_a_price_and_small_words_of_grammar_nothing() -> None:
    sought = senses("What do eggs cost?", "en")
    assert len(sought) == 2 and told_of(sought, "12 Eier 3,60 €") == told_of(sought, "鸡蛋十二块一斤") == 1
    assert told_of(sought, "12 Eier im Kühlschrank") == 0.5
    assert senses("Quand ai-je été vacciné ?", "fr") == senses("Quand vacciné ?", "fr") != []
    assert len(senses("How big is the roof, and may I?", "en")) == 1, "I is no name, and this may no month"
    assert len(senses("How big was the roof in May?", "en")) == 2


@pytest.mark.parametrize(
    ("question", "language", "absent"),
    [
        ("Quand les tuiles ont-elles été posées ?", "fr", "summer"),
        ("Wie heißt der Hund?", "de", "eat"),
        ("May I have the key?", "en", "mai"),
        ("屋顶花了多少钱？", "zh", "flower"),
        ("Combien de kilos peut porter la remorque ?", "fr", "door"),
    ],
)
def test_small_words_and_forms_mean_nothing_that_they_only_look_like(
    question: str, language: Language, absent: str
) -> None:
    assert absent not in words_abroad(question, language)


def test_a_german_compound_may_lose_the_last_letter_of_its_first_part() -> None:
    assert {"school", "école"} <= set(words_abroad("Wer hat den Schulgarten angelegt?", "de"))


def test_a_month_with_its_year_is_no_name() -> None:
    assert senses("What did we harvest in August 2018?", "en")[-1] == frozenset(("2018",))


@pytest.mark.parametrize(
    ("answer", "spoken", "wanted", "said"),
    [
        ("Haselnüsse", "de", "en", "hazelnut"),
        ("die Küche", "de", "fr", "cuisine"),
        ("mercredi", "fr", "de", "Mittwoch"),
        ("bleue", "fr", "de", "blau"),
        ("冰箱", "zh", "en", "fridge"),
        ("Tom", "de", "en", ""),
        ("the blue kitchen", "en", "de", ""),
        ("Orange", "fr", "en", ""),
        ("Tee oder Kaffee", "de", "en", ""),
    ],
)
def test_an_everyday_word_in_another_language(
    answer: str, spoken: Language, wanted: Language, said: str
) -> None:
    assert translated(answer, spoken, wanted) == said
