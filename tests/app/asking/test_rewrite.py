"""Follow-ups become questions of their own; questions that stand alone stay."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.rewrite import Turn, rewrite

TODAY = date(2025, 9, 20)


def asked(question: str, *history: tuple[str, str]) -> str:
    return rewrite(question, [Turn(*turn) for turn in history], TODAY).text


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (("Who is Mortimer?", "A cat."), "When did he die?", "When did Mortimer die?"),
        (("Who is Anna Berg?", "A teacher."), "Where is her house?", "Where is Anna Berg's house?"),
        (("Wer ist Anton?", "Ein Freund."), "Wann ist er gestorben?", "Wann ist Anton gestorben?"),
        (("Wer ist Anton?", "Ein Freund."), "Wo ist sein Haus?", "Wo ist sein Haus (Anton)?"),
        (("Qui est Claire ?", "Une amie."), "Où habite-t-elle ?", "Où habite-t-elle (Claire)?"),
        (("林悦是谁？", "译者"), "她住在哪里？", "林悦住在哪里？"),
        (("How many apples in 2024?", "12"), "And in 2022?", "How many apples in 2022?"),
        (("Wie viele Äpfel waren es 2024?", "12"), "Und 2022?", "Wie viele Äpfel waren es 2022?"),
        (("How old is Tom?", "40"), "And Anna?", "How old is Anna?"),
        (("How old is Tom?", "40"), "What about Anna?", "How old is Anna?"),
        (("How much did the telescope cost?", "75"), "Where did I buy it?", "Where did I buy the telescope?"),
        (("Wann kam der Ofen?", "2021"), "Und was hat er gekostet?", "Was hat der Ofen gekostet?"),
        (
            ("Welche Tabletten nehme ich?", "- Stand Juni 2017 [1]\n- 2017: Dr. Anna Voss"),
            "Wer hat sie verschrieben?",
            "Wer hat die Tabletten verschrieben?",
        ),
        (
            ("Où se trouve la cabane dans les Cévennes ?", "à Florac"),
            "Combien coûte-t-elle ?",
            "Combien coûte-t-elle (la cabane)?",
        ),
        (
            ("When did we visit the mill?", "May"),
            "And who else was there?",
            "And who else was there (When did we visit the mill)?",
        ),
        (
            ("Which boats did we rent in 2024?", "The Otter"),
            "Is there anything else?",
            "Is there anything else (Which boats did we rent in 2024)?",
        ),
        (
            ("Welche Boote hatten wir 2024?", "Die Otter"),
            "Gibt es noch andere?",
            "Gibt es noch andere (Welche Boote hatten wir 2024)?",
        ),
        (
            ("Who repaired the boat?", "Hart & Sons"),
            "Yes, the address please.",
            "Yes, the address please (Hart & Sons)?",
        ),
        (
            ("Wann war das Konzert?", "Mai"),
            "Wer war noch dabei?",
            "Wer war noch dabei (Wann war das Konzert)?",
        ),
        # Who did it has been said; what is asked about next is what was done.
        (("Who fixed the roof?", "Miller Roofing"), "How much did it cost?", "How much did the roof cost?"),
        (("Who fixed the roof?", "Miller Roofing"), "What did he charge?", "What did Miller Roofing charge?"),
        (("Qui a refait le toit ?", "Paul Morel"), "Ça a coûté combien ?", "le toit a coûté combien ?"),
        (
            ("Combien a coûté le vélo ?", "2 300 €"),
            "Quand l'avons-nous acheté ?",
            "Quand l'avons-nous acheté (le vélo)?",
        ),
        (("Was kostete das Kajak?", "Es kostete 640 €."), "Wann war es neu?", "Wann war das Kajak neu?"),
        # Another question word takes the place of the first; a reader of two would answer the old one again.
        (("Did Tom leave?", "Yes"), "Why?", "Why did Tom leave?"),
        (("When did Anna move to Kiel?", "2014"), "And why?", "Why did Anna move to Kiel?"),
        (("Wann zog Anna nach Kiel?", "2014"), "Mit wem?", "Mit wem zog Anna nach Kiel?"),
        (("Quand Léa a-t-elle déménagé ?", "2016"), "Et avec qui ?", "Avec qui Léa a-t-elle déménagé?"),
        (("王芳什么时候搬到成都的？", "2014年"), "那为什么呢？", "王芳为什么搬到成都的？"),
        (("Wer heizt das Bad?", "Firma Lohse [1]"), "Seit wann?", "Seit wann: Firma Lohse heizt das Bad?"),
        (("How much was the boat?", "£9"), "Since when?", "Since when was the boat?"),
        (("How many apples in 2024?", "12"), "And the year before?", "How many apples in 2023?"),
        (("Wie viele Äpfel gab es 2021?", "12"), "Und im Jahr danach?", "Wie viele Äpfel gab es 2022?"),
        (("Combien de pommes en 2021 ?", "12"), "Et l'année d'avant ?", "Combien de pommes en 2020 ?"),
        (("2021年的电费是多少？", "812元"), "那前一年呢？", "2020年的电费是多少？"),
        (("When did Anna move?", "2014"), "Who?", "Who: When did Anna move?"),
        (("谁修的锅炉？", "刘师傅"), "多少钱？", "多少钱：刘师傅修的锅炉？"),
        (("Who sold the car?", "Not found."), "When?", "When: Who sold the car?"),
        (("What is the job?", "Baker"), "Since when?", "Since when is the job?"),
        # German and French say by their gender what they mean.
        (
            ("Woher kommt die Glocke im Turm?", "Aus Lahr"),
            "Wie schwer ist sie?",
            "Wie schwer ist die Glocke im Turm?",
        ),
        (
            ("Was kostet der Kurs bei Frau Ihnen?", "165 €"),
            "Wo findet er statt?",
            "Wo findet der Kurs statt?",
        ),
        (
            ("Wo steht das Service?", "Bei Birte"),
            "Wie viele Teile hat es?",
            "Wie viele Teile hat das Service?",
        ),
        (
            ("Seit wann gibt es den Verein?", "Seit 1987"),
            "Was kostet er im Jahr?",
            "Was kostet der Verein im Jahr?",
        ),
        (("D'où vient le four ?", "de Lyon"), "Combien a-t-il coûté ?", "Combien a-t-il coûté (le four)?"),
        (("陈静的窑场在哪里？", "龙泉"), "它什么时候搬的？", "陈静的窑场什么时候搬的？"),
        # A name that was asked for is what is asked about next, and who did it is whoever was named.
        (("Wie heißt der Kater von Birte?", "Bosun"), "Wer hat ihn getauft?", "Wer hat Bosun getauft?"),
        (
            ("Which firm fixed the kiln?", "Hart & Sons"),
            "How much did it cost?",
            "How much did the kiln cost?",
        ),
        (("展览的策展人是谁？", "赵远"), "他的电话是多少？", "赵远的电话是多少？"),
        (
            ("Who bought my boat?", "a teacher from Kiel"),
            "For how much?",
            "For how much: a teacher from Kiel bought my boat?",
        ),
        # What is asked of the matter as a whole is asked by the question word alone.
        (
            ("Wie sind die Öffnungszeiten der Bücherei?", "Montag bis Freitag"),
            "Und ab wann gilt das?",
            "Ab wann sind die Öffnungszeiten der Bücherei?",
        ),
        (
            ("Quel est le loyer de l'atelier ?", "610 euros"),
            "À partir de quand ?",
            "À partir de quand est le loyer de l'atelier?",
        ),
        (("高明住在哪里？", "苏州"), "她什么时候开始画画的？", "高明什么时候开始画画的？"),
        (("Where did Ann marry?", "In Rome"), "When was that?", "When did Ann marry?"),
        (
            ("Where is Hotel Adler?", "In Rome"),
            "What is the phone number?",
            "What is the phone number (Hotel Adler)?",
        ),
        (
            ("When does Imogen fly back?", "19 December"),
            "With which flight?",
            "With which flight does Imogen fly back?",
        ),
        (
            ("Wann fährt der Zug?", "um 9 Uhr"),
            "Von welchem Bahnhof?",
            "Von welchem Bahnhof fährt der Zug?",
        ),
        (
            ("Combien a été vendu le voilier ?", "8 500 euros"),
            "À qui ?",
            "À qui a été vendu le voilier?",
        ),
        (
            ("When did Petra move?", "2023"),
            "Who drove her to the airport?",
            "Who drove Petra to the airport?",
        ),
        (
            ("How much is the rent at Sperrstrasse?", "2150"),
            "and at Hebelgasse?",
            "How much is the rent at Hebelgasse?",
        ),
        (("Welche Offerte wurde gewählt?", "Klangwerk"), "Warum?", "Warum: Klangwerk wurde gewählt?"),
        # A party ends in the word for "can".
        (("同学聚会花了多少钱？", "860元"), "谁付的？", "同学聚会谁付的？"),
        (("同学聚会谁付的？", "何雨薇"), "她开了什么店？", "何雨薇开了什么店？"),
    ],
)
def test_a_follow_up_says_what_it_means(history: tuple[str, str], question: str, expected: str) -> None:
    assert asked(question, history) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is the Wi-Fi called?",
        "When did Anna move to Kiel?",
        "Is there a garden?",
        "How many days are there in March?",
        "Wie heißt das Haus?",
        "Gibt es Äpfel?",
        "Il y a un chien ?",
        "成都在哪里？",
        "Who else played on the album?",
        "Did Anna say that the roof leaks?",
        "What is feta and where is it from?",
        "What did Anna do after her summer in Israel?",
        "Was hat Anna nach ihrem Umzug gemacht?",
    ],
)
def test_a_question_that_stands_alone_stays(question: str) -> None:
    assert asked(question, ("Who is Mortimer?", "A cat.")) == question


def test_one_question_word_after_another_leaves_one() -> None:
    turns = [("What is Tom's job?", "Baker"), ("Since when?", "2014")]
    assert asked("Where?", *turns) == "Where: What is Tom's job?"


def test_the_first_question_stays() -> None:
    assert asked("When did he die?") == "When did he die?"


def test_a_pronoun_may_be_three_turns_old() -> None:
    turns = [("Who is Mortimer?", "A cat."), ("When did he die?", "2024"), ("How old was he?", "12")]
    assert asked("Where did he live?", *turns) == "Where did Mortimer live?"


def test_it_is_told_what_was_done() -> None:
    done = rewrite("When did he die?", [Turn("Who is Mortimer?", "A cat.")], TODAY)
    assert done.why == "“he” is Mortimer"
    assert rewrite("Where is Kiel?", [Turn("Who is Mortimer?", "A cat.")], TODAY).why == ""


def test_a_part_is_asked_of_what_the_answer_was_about_and_indifference_is_no_question() -> None:
    history = [Turn("Where can we eat fish?", "Blue heron inn serves fish on Fridays.")]
    asked = rewrite("What is the phone number, address and post code?", history, TODAY)
    assert asked.text == "What is the phone number, address and post code (Blue heron inn)?"
    assert rewrite("I don't care about it.", history, TODAY).text == "I don't care about it."


def test_what_is_left_of_a_contraction_and_parts_of_something_are_no_subject() -> None:
    rented = ("I'm looking for the keys of the boathouse.", "There's a set at Nora Brandt's.")
    assert asked("What is her phone number?", rented) == "What is Nora Brandt's phone number?"
    address = ("What is the address of Hotel Krone?", "The address is Marktgasse 4.")
    assert asked("What is the phone number?", address) == "What is the phone number (Hotel Krone)?"


def test_a_thing_that_the_same_turn_tells_of_is_not_looked_for_in_the_chat() -> None:
    before = ("What did the kiln cost?", "75")
    turn = "The new stove seems fine for us. How much is it?"
    assert asked(turn, before) == turn
    assert asked("Okay. How heavy is it?", before) == "Okay. How heavy is the kiln?"


def test_it_is_the_thing_that_was_asked_for_and_not_the_person() -> None:
    assert asked("What did it cost?", ("Which car did Sophie buy?", "")) == "What did the car cost?"
    assert asked("What did it cost?", ("Which boat did Anna sell?", "The Tern.")) == "What did the boat cost?"
    assert asked("When did she buy it?", ("Which car did Sophie buy?", "")).startswith("When did Sophie buy")


def test_a_yes_is_the_question_that_was_offered() -> None:
    found = ("Who repairs clocks?", "The running hare has a clock maker. Would you like their address?")
    assert asked("Yes, please.", found) == "running hare's address?"
    assert (
        asked("Oui", ("Qui répare ?", "Marc Petit. Voulez-vous son adresse ?")) == "son adresse (Marc Petit)?"
    )
    assert asked("Yes, please.", ("Who repairs clocks?", "Nobody in Kiel.")) == "Yes, please."
    assert asked("Yes.", ("Who repairs clocks?", "Nobody. Would you like yes?")) == "Yes."


def test_what_one_does_not_care_for_was_asked_by_the_answer() -> None:
    back = ("I need a hotel in Kiel.", "There are nine. What price range would you like?")
    assert asked("I don't care.", back) == "I don't care (What price range would you like)"
    assert asked("I don't care about breakfast.", back) == "I don't care about breakfast."


def test_a_turn_that_does_not_care_is_not_what_is_asked_on_about() -> None:
    turns = [
        ("Which hotels in Kiel have a garden?", "Near the sea or the station?"),
        ("Any place is fine", "Hotel Krone."),
    ]
    assert asked("Is there anything else?", *turns).endswith("(Which hotels in Kiel have a garden)?")


def test_what_is_of_one_kind_takes_its_place() -> None:
    thai = ("Where do they cook Thai food in Kiel?", "Nowhere.")
    assert asked("How about vegan food?", thai) == "Where do they cook vegan food in Kiel?"
    assert asked("What about Greek?", thai) == "Where do they cook Greek food in Kiel?"
    assert asked("How about food?", thai).startswith("food (")


def test_a_place_named_without_capitals_is_what_it_is() -> None:
    there = ("Is there a bakery?", "There is old mill bread in the harbour street.")
    assert asked("What is its phone number?", there) == "What is old mill bread's phone number?"
    assert "(" not in asked(
        "What is its phone number?", ("Is there a bakery?", "There is one in the street.")
    )
