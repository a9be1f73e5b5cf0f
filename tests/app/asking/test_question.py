"""Kinds of questions in four languages."""

from __future__ import annotations

from datetime import date

import pytest

from app.asking.question import understand

TODAY = date(2025, 9, 20)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hello!", "smalltalk"),
        ("Vielen Dank", "smalltalk"),
        ("谢谢", "smalltalk"),
        ("Who am I?", "self"),
        ("Wer bin ich?", "self"),
        ("我是谁？", "self"),
        ("Who is Tom?", "person"),
        ("who is tom", "person"),
        ("Wer ist Frau Dr. Keller?", "person"),
        ("Qui est Étienne ?", "person"),
        ("林悦是谁？", "person"),
        ("Who is the head of the school?", "fact"),
        ("Wer ist der Chef von Anna?", "fact"),
        ("Summarise the trip to Rome.", "summary"),
        ("Fasse alles über das Haus zusammen.", "summary"),
        ("Résume mes notes de 2021", "summary"),
        ("总结一下去年的会议", "summary"),
        ("What happened in March 2023?", "timeline"),
        ("Was ist im Mai 2020 passiert?", "timeline"),
        ("Que s'est-il passé en 2020 ?", "timeline"),
        ("2024年5月发生了什么？", "timeline"),
        ("What did Anna write in June 2021?", "timeline"),
        ("What happened to the car?", "fact"),
        ("List all boxes", "list"),
        ("Which books did we read?", "list"),
        ("Zähle alle Pflanzen auf.", "list"),
        ("Welche Sitzungen hatte der Verein?", "list"),
        ("Welche Telefonnummer hat Anna Berg?", "fact"),
        ("What did I write about the otters?", "list"),
        ("Was habe ich über die Otter geschrieben?", "list"),
        ("Qu'est-ce que j'ai écrit sur les loutres ?", "list"),
        ("关于水獭我写了什么？", "list"),
        ("How often did we go to Leeds?", "list"),
        ("Wie oft waren wir in Celle?", "list"),
        ("Combien de fois suis-je allé à Annecy ?", "list"),
        ("我去过几次苏州？", "list"),
        ("How often should I water the fern?", "fact"),
        ("Wie oft soll ich den Farn gießen?", "fact"),
        ("Quels sont mes contrats ?", "list"),
        ("列出所有会议", "list"),
        ("How much did the car cost in 2020?", "fact"),
        ("Wie hoch war die Miete?", "fact"),
        ("Quel jour ai-je commencé ?", "fact"),
        ("What is the address?", "fact"),
        ("Which bus did we take?", "fact"),
        ("On which day in May did I write the summary?", "fact"),
        ("Wann habe ich die Zusammenfassung geschrieben?", "fact"),
        ("What is the summary of the trip?", "summary"),
        ("Can you give me an overview of 2023?", "summary"),
        ("他在哪一天做了月度总结？", "fact"),
        ("我五月底总结木工心得的原因是什么？", "fact"),
        ("请帮我总结一下房子的事", "summary"),
        ("给我一份去年的总结", "summary"),
        ("去年夏天发生了哪些事？", "timeline"),
        ("2023年3月我做了什么？", "timeline"),
        ("三月份送孩子的路上车子发生故障，故障点在哪个路口？", "fact"),
        ("2024年5月她和我聊天时提到的朋友最近发生了什么事情？", "fact"),
        ("六月我和老同学在哪个地点喝茶？", "fact"),
        ("Was war das Turnier im Jahr 2006?", "fact"),
        ("Was war im Mai 2006 los?", "timeline"),
        ("Was war letzten Sommer im Garten?", "timeline"),
        ("Who led the History of Science group from 1990 to 2000?", "fact"),
        ("Tell me the history of the house in 2020", "timeline"),
        ("Which city was the band from that was in Los Angeles in 1981?", "fact"),
        ("Wie viele Mitglieder gab es zwischen 1949 und 1984?", "fact"),
        ("In the first few days, when did he do morning runs or long runs?", "fact"),
        ("Which activity (running, yoga, or stretching) did he do most often?", "fact"),
        ("Who is Tom's uncle?", "fact"),
        ("What type of planes did they fly?", "fact"),
        ("What actress did he meet?", "fact"),
        ("Where does all the water come from?", "fact"),
        ("What are all my contracts?", "list"),
        ("What languages are spoken there?", "list"),
        ("Qui est l'épouse ?", "fact"),
        ("Who is Uncle Bob?", "person"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert understand(text, TODAY).kind == kind


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("Did we harvest more apples in 2022 or in 2024?", ("in 2022", "in 2024")),
        ("Which quote was cheaper, Miller or Smith Roofing?", ("Miller", "Smith Roofing")),
        ("Was war teurer, das Rad oder der Herd?", ("das Rad", "der Herd")),
        ("What is the difference between plan A and plan B?", ("plan A", "plan B")),
        ("Compare Anna and Ben", ("Anna", "Ben")),
        ("How much higher is the rent in 2025 than in 2022?", ("in 2025", "in 2022")),
        ("哪个更贵，苹果还是梨？", ("苹果", "梨")),
        ("苹果和梨哪个贵？", ("苹果", "梨")),
        ("老张和老李谁先退休？", ("老张", "老李")),
    ],
)
def test_sides_of_a_comparison(text: str, sides: tuple[str, str]) -> None:
    question = understand(text, TODAY)
    assert (question.kind, question.sides) == ("comparison", sides)


@pytest.mark.parametrize(
    "text", ["Do you like tea or coffee?", "Where is the key or the spare?", "Tom or whoever called?"]
)
def test_an_or_alone_compares_nothing(text: str) -> None:
    assert understand(text, TODAY).kind != "comparison"


def test_the_topic_has_neither_period_nor_small_words() -> None:
    assert understand("What did Katrin write in February 2024?", TODAY).topic == ("katrin",)
    assert understand("Was habe ich letztes Jahr im Februar am Dach gemacht?", TODAY).topic == ("dach",)


def test_the_name_is_what_is_asked_about() -> None:
    assert understand("Who is Dr Hamm?", TODAY).name == "Dr Hamm"
    assert understand("王砚秋是谁？", TODAY).name == "王砚秋"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("By the way, where is the ladder?", "Where is the ladder?"),
        ("Thanks, that's great. By the way, where is the ladder?", "Where is the ladder?"),
        ("hey, quick one: where is the ladder?", "Where is the ladder?"),
        ("Remind me where the ladder is", "Where the ladder is"),
        ("Sag mal, wo ist die Leiter?", "Wo ist die Leiter?"),
        ("Au fait, où est l'échelle ?", "Où est l'échelle ?"),
        ("对了，梯子在哪里？", "梯子在哪里？"),
        ("Good Morning Vietnam: who gave it to me?", "Good Morning Vietnam: who gave it to me?"),
        ("Remind me of the ladder", "Remind me of the ladder"),
        ("Also known as?", "Also known as?"),
        ("So long, Marianne: whose record is it?", "So long, Marianne: whose record is it?"),
    ],
)
def test_what_only_leads_up_to_a_question_is_left_out(text: str, asked: str) -> None:
    assert understand(text, TODAY).text == asked
