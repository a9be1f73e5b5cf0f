"""What code works out of two readings: differences, sums, distances, which is more; nothing where units differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

import pytest

from app.asking import route
from app.asking.memory import Evidenced, Said
from app.asking.parts.forms import Parts
from app.asking.question import understand
from app.asking.readings import Reading
from app.asking.strategies.comparison import Side, worked_out
from app.asking.strategies.sides import about, without_towns
from engine.answering.refusal import DECLINED
from storage.records import Document
from tests.app.asking.shelf import Shelf, document, run


def ask(question: str, *texts: str | tuple[str, str]) -> tuple[list[str], list[int]]:
    documents = [
        document(
            n, text if isinstance(text, str) else text[0], date=None if isinstance(text, str) else text[1]
        )
        for n, text in enumerate(texts, start=1)
    ]
    text, cited, _ = run(route.answer(understand(question, date(2025, 9, 20)), Shelf(documents)))
    return text.split("\n"), cited


@pytest.mark.parametrize(
    ("question", "texts", "result"),
    [
        (
            "How many more jars did we fill in 2021 than in 2019?",
            ("Jars filled in 2021: 48.", "Jars filled in 2019: 31."),
            "17 (more: in 2021)",
        ),
        (
            "How much did the kiln and the wheel cost together?",
            ("The kiln cost €1,250.50.", "The wheel cost €300."),
            "€1,550.50 together",
        ),
        (
            "Um wie viel ist der Beitrag von 2018 bis 2022 gestiegen?",
            ("Beitrag 2018: 40,50 €.", "Beitrag 2022: 55,00 €."),
            "14,50 € (mehr: 2022)",
        ),
        (
            "Welches Angebot war billiger, Holm oder Lund?",
            ("Angebot Holm: 4.100 €.", "Angebot Lund: 3.900 €."),
            "Lund, um 200 €",
        ),
        (
            "Combien ont coûté le four et le tour ensemble ?",
            ("Le four a coûté 800 €.", "Le tour a coûté 1 200 €."),
            "2 000 € ensemble",
        ),
        ("沙发比桌子贵多少？", ("沙发3200元。", "桌子900元。"), "2,300元（较多：沙发）"),
        (
            "How many years after the wedding did they buy the boat?",
            ("The wedding was on 3 May 2015.", "They did buy the boat on 1 June 2021."),
            "They are 6 years apart.",
        ),
        (
            "How many weeks lie between the flood and the fair?",
            ("The flood came on 1 March 2020.", ("The fair took place.", "2020-03-22")),
            "They are 3 weeks apart.",
        ),
        ("结婚几年后他们买了船？", ("结婚是2015年5月3日。", "他们买了船：2021年6月1日。"), "相隔6年。"),
    ],
)
def test_the_result_comes_first_and_both_readings_are_cited(
    question: str, texts: tuple[str | tuple[str, str], ...], result: str
) -> None:
    lines, cited = ask(question, *texts)
    assert lines[0] == result and len(lines) == 3
    assert lines[1].endswith("[1]") and lines[2].endswith("[2]") and sorted(cited) == [1, 2]


@pytest.mark.parametrize(
    ("question", "texts", "result"),
    [
        (
            "Is the kiln cheaper than the wheel?",
            ("The kiln did cost €900.", "The wheel did cost €300."),
            "No: the wheel, by €600",
        ),
        (
            "Is the wheel cheaper than the kiln?",
            ("The wheel did cost €300.", "The kiln did cost €900."),
            "Yes: the wheel, by €600",
        ),
        (
            "Was the flood before the fair?",
            ("The flood: 3 May 2015.", "The fair: 1 May 2015."),
            "No: the fair was first.",
        ),
        (
            "Who moved in later, Wanda or Piet?",
            ("Wanda did move in in 2015.", "Piet did move in in 2019."),
            "Piet.",
        ),
        (
            "Who is older, Wanda or Piet?",
            ("Wanda, old friend: 1961.", "Piet, old friend: 1964."),
            "Wanda, by 3 years",
        ),
        (
            "Is Wanda older than Piet?",
            ("Wanda: 61 years old.", "Piet: 64 years old."),
            "No: Piet, by 3 years",
        ),
        (
            "Wer ist jünger, Wanda oder Piet?",
            ("Wanda: alt, geboren am 3.5.1961.", "Piet: alt, geboren am 4.5.1964."),
            "Piet, um 3 Jahre",
        ),
        ("渡船比飞机便宜吗？", ("渡船多少钱：300元。", "飞机多少钱：900元。"), "是的：渡船，相差600元"),
    ],
)
def test_what_a_question_claims_is_said_to_be_so_or_not(
    question: str, texts: tuple[str, ...], result: str
) -> None:
    assert ask(question, *texts)[0][0] == result


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (("Tom does have a dentist: Dr Wolf.", "Ida does have a dentist: Dr Lang."), "No."),
        (("Tom does have a dentist: Dr Wolf.", "Ida does have a dentist: Dr Lang, like all."), "No."),
        (("Tom and Ida do have one dentist, what does it cost.",), "Yes."),
    ],
)
def test_whether_both_have_the_same_is_said_above_what_each_has(texts: tuple[str, ...], first: str) -> None:
    lines, cited = ask("Do Tom and Ida have the same dentist?", *texts)
    assert lines[0] == first and len(lines) == 3 and len(cited) == len(texts)


def test_no_distance_is_told_where_the_order_is_wrong_or_both_are_one_day() -> None:
    asked = "How many days after the fair was the flood?"
    assert ask(asked, "The fair was on 3 May 2015.", "The flood was on 9 May 2015.")[0][0].startswith(
        "They are 6 days"
    )
    assert len(ask(asked, "The fair was on 9 May 2015.", "The flood was on 3 May 2015.")[0]) == 2
    assert len(ask(asked, "The fair was on 9 May 2015.", "The flood was on 9 May 2015.")[0]) == 2


def test_who_was_born_long_ago_was_born_first() -> None:
    texts = ("Wanda: when was she born, August 17, 1877.", "Piet: when was he born, 3 May 1902.")
    assert ask("Was Piet or Wanda born first?", *texts)[0][0] == "Wanda."


@pytest.mark.parametrize(
    ("sides", "claims", "told"),
    [
        (("Alpha", "Beta"), False, "Beta."),
        (("the director of Alpha", "the director of Beta"), False, "the director of Beta (Ines Kuhn)."),
        (
            ("the director of Alpha", "the director of Beta"),
            True,
            "No: the director of Beta (Ines Kuhn) was first.",
        ),
    ],
)
def test_a_film_is_chosen_by_its_own_name_and_a_director_by_theirs(
    sides: tuple[str, str], claims: bool, told: str
) -> None:
    parts = Parts("first", sides, ("", ""), claims=claims)
    read = [
        Side(sides[0], Reading("3 May 1960"), (), "Mara Holt"),
        Side(sides[1], Reading("1950"), (), "Ines Kuhn"),
    ]
    assert worked_out(parts, read, "en") == told


def test_where_nothing_can_be_worked_out_what_a_passage_says_outright_leads() -> None:
    told = "More than the wheel was what the kiln cost, by €600: the kiln was dearer."
    lines, cited = ask("Which cost more, the kiln or the wheel?", told, "The kiln did cost a lot.")
    assert lines[0].startswith("More than the wheel") and lines[0].endswith("[1]") and cited[0] == 1


def test_years_that_lie_apart_are_told_in_years_but_not_in_days() -> None:
    texts = ("The flood came in 2015.", "The fair was in 2019.")
    assert (
        ask("How many years lie between the flood and the fair?", *texts)[0][0] == "They are 4 years apart."
    )
    assert len(ask("How many days lie between the flood and the fair?", *texts)[0]) == 2


def test_a_side_is_read_from_a_passage_that_speaks_of_it_in_another_language_where_need_be() -> None:
    band = document(1, "The band has 21 members, how many has it.", path="/n/a.md")
    choir = document(2, "Der Chor hat jetzt 34 Mitglieder.", path="/n/b.md")
    shelf = Shelf([band, choir], found_always=[1], abroad=[1, 2])
    question = understand("How many more members does the choir have than the band?", date(2025, 9, 20))
    text, cited, _ = run(route.answer(question, shelf))
    assert text.startswith("13 (more: the choir)") and sorted(cited) == [1, 2]
    assert not about("the choir", "How many members has the choir?", band)
    assert about("the grommets", "How many members have the grommets?", choir), (
        "no word that can be told in German"
    )


def test_what_was_worked_out_begins_as_a_sentence() -> None:
    lines, _ = ask(
        "Which cost more, the kiln or the wheel?", "The kiln did cost €900.", "The wheel did cost €300."
    )
    assert lines[0] == "The kiln, by €600"


def test_other_units_are_not_compared() -> None:
    lines, _ = ask(
        "How much more did the kiln cost than the wheel?", "The kiln cost €900.", "The wheel cost $300."
    )
    assert len(lines) == 2 and "900" in lines[0] and "300" in lines[1]


def test_what_is_not_found_is_said_and_nothing_is_worked_out() -> None:
    lines, _ = ask("How much did the kiln and the wheel cost together?", "The kiln: €900.")
    assert not any("together" in line for line in lines)
    assert ask("How much did the kiln and the wheel cost together?")[0] == [DECLINED]


def test_a_side_that_is_a_time_is_read_from_passages_of_that_time() -> None:
    lines, cited = ask(
        "How much did the club fee rise from 2019 to 2023?",
        "Club fee paid, club fee due, club fee: €60 in March 2023.",
        "In 2019 the fee was €45.",
    )
    assert lines[0] == "€15 (more: 2023)" and sorted(cited) == [1, 2]


def test_a_side_that_no_passage_of_its_time_tells_is_not_found() -> None:
    lines, _ = ask(
        "How much did the club fee rise from 2019 to 2023?", "Club fee, from March 2023 on: €60 a year."
    )
    assert len(lines) == 2 and lines[0] == "- 2019: not found" and "€60" in lines[1]


def test_the_number_of_a_town_is_no_amount() -> None:
    lines, _ = ask(
        "De combien le loyer de Metz était-il plus élevé que le loyer de Lyon ?",
        "Le loyer de Metz : appartement au 57000 Metz.",
        "Loyer mensuel, Metz : 900 €.",
        "Le loyer de Lyon est de 800 €.",
    )
    assert lines[0].startswith("100 €")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("57000 Metz", "Metz"),
        ("12000 Euro", "12000 Euro"),
        ("12000 litres", "12000 litres"),
        ("12000 Schritte", "12000 Schritte"),
        ("1200 Metz", "1200 Metz"),
    ],
)
def test_what_counts_is_no_town(text: str, left: str) -> None:
    assert without_towns(text, "Wie viele Schritte mehr als in Lyon?") == left


class Reads(Shelf):
    """Reads as told by question and passages: the text and how sure it is; otherwise as a shelf does."""

    def __init__(self, documents: Sequence[Document], told: dict[tuple[str, ...], tuple[str, float]]) -> None:
        super().__init__(documents, shows_all=True)
        self.told = told

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        self.asked.append(question)
        self.alone += [tuple(only)] if only else []
        hits = [hit for hit in self.search(question, 5) if not only or hit.document.id in only]
        text, agreement = self.told.get((question, *map(str, only)), (DECLINED, 1.0))
        yield Evidenced(tuple(hits), agreement)
        yield text


BOTH = understand("How much more did the kiln cost than the wheel?", date(2025, 9, 20))
ASKED = BOTH.parts.questions if BOTH.parts else ("", "")


def test_a_side_is_cited_from_the_passage_that_speaks_of_it() -> None:
    stray = document(1, "Much did the cost of the lesson annoy: 900 euros.")
    kiln = document(2, "The kiln, second hand: 900 euros.")
    wheel = document(3, "The wheel: 300 euros.")
    reads = Reads([stray, kiln, wheel], {(ASKED[0],): ("900 euros", 1.0), (ASKED[1],): ("300 euros", 1.0)})
    text, cited, _ = run(route.answer(BOTH, reads))
    assert text.startswith("€600") and sorted(cited) == [2, 3]


def test_a_side_that_is_not_sure_is_read_from_its_passage_alone() -> None:
    kiln, wheel = document(1, "The kiln: 900 euros, deposit 90."), document(2, "The wheel: 300 euros.")
    told = {(ASKED[0],): ("90", 0.3), (ASKED[0], "1"): ("900 euros", 0.9), (ASKED[1],): ("300 euros", 1.0)}
    reads = Reads([kiln, wheel], told)
    assert run(route.answer(BOTH, reads))[0].startswith("€600") and reads.alone == [(1,)]


def test_a_side_that_stays_unsure_is_shown_as_such_and_not_worked_with() -> None:
    kiln, wheel = document(1, "The kiln: 900 euros."), document(2, "The wheel: 300 euros.")
    reads = Reads([kiln, wheel], {(ASKED[0],): ("900 euros", 0.3), (ASKED[1],): ("300 euros", 1.0)})
    events = list(route.answer(BOTH, reads))
    lines = run(iter(events))[0].split("\n")
    assert lines == ["- the kiln: 900 euros (not certain) [1]", "- the wheel: 300 euros [2]"]
    assert [event.agreement for event in events if isinstance(event, Evidenced)][-1] == 0.3


def test_the_first_side_leaves_readings_for_the_second() -> None:
    kilns = [document(n, f"The kiln, offer {n}, did cost a lot, how much.") for n in range(1, 6)]
    wheel = document(9, "The wheel did cost 300 euros.")
    reads = Reads([*kilns, wheel], {(ASKED[1], "9"): ("300 euros", 1.0)})
    reads.most = 6
    assert "the wheel: 300 euros" in run(route.answer(BOTH, reads))[0]
    assert reads.asked.index(ASKED[1]) <= 3 and len(reads.asked) <= 6


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many days are there between 17 March 2024 and 28 April 2024?", "They are 42 days apart."),
        (
            "Wie viele Tage liegen zwischen dem 17. März 2024 und dem 28. April 2024?",
            "Sie liegen 42 Tage auseinander.",
        ),
    ],
)
def test_two_days_are_counted_without_a_passage(question: str, told: str) -> None:
    lines, cited = ask(question, "The fair was on 3 May 2015.")
    assert lines == [told] and not cited


def test_from_a_day_to_what_a_passage_dates_is_counted_too() -> None:
    lines, cited = ask("How many days were between 1 May 2015 and the fair?", "The fair was on 3 May 2015.")
    assert lines[0] == "They are 2 days apart." and cited == [1]
    assert lines[1:] == ["- the fair: The fair was on 3 May 2015. [1]"]
