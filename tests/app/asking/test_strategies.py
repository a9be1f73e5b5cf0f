"""Each way of answering, on a few passages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

import pytest

from app.asking import route
from app.asking.memory import Cited, Evidenced, Known, OwnerOf, Said
from app.asking.question import understand
from app.asking.strategies import listing, summary
from engine.answering.refusal import DECLINED
from tests.app.asking.shelf import Shelf, document, run

TODAY = date(2025, 9, 20)
JOURNAL = "**3 March** The fibre man came.\n\n**9 March** Snow again.\n\n**2 April** Cherry blossom."


def ask(question: str, shelf: Shelf) -> tuple[str, list[int]]:
    text, cited, _ = run(route.answer(understand(question, TODAY), shelf))
    return text, cited


def test_a_period_gathers_every_entry_and_mention_in_order_of_time() -> None:
    shelf = Shelf(
        [
            document(1, JOURNAL, date="2023-03-03", date_last="2023-04-02"),
            document(2, "Fibre since 14 March 2023. It is fast.", date="2022-08", title="Machines"),
            document(3, "Dinner with Anna.", date="2023-03-05T19:00"),
            document(4, "Dinner with Ben.", date="2023-05-05"),
            document(5, "Copied today.", date="2023-03-07", source="mtime"),
        ]
    )
    text, cited = ask("What happened in March 2023?", shelf)
    assert text.split("\n") == [
        "- 2023-03-03: 3 March The fibre man came. [1]",
        "- 2023-03-05: Dinner with Anna. [2]",
        "- 2023-03-09: 9 March Snow again. [1]",
        "- 2023-03-14: Fibre since 14 March 2023. It is fast. [3]",
    ]
    assert cited == [1, 3, 2]


def test_a_period_with_a_topic_leaves_the_rest_out() -> None:
    shelf = Shelf(
        [
            document(1, "Katrin: The doctor was here.", date="2024-02-24"),
            document(2, "Compost was delivered.", date="2024-02-20"),
            document(3, "Compost was turned over.", date="2024-02-21"),
            document(4, "Compost was sold.", date="2024-02-22"),
        ]
    )
    assert "doctor" in ask("What did Katrin write in February 2024?", shelf)[0]
    assert "sold" not in ask("What did Katrin write in February 2024?", shelf)[0]


def test_a_period_without_memories_is_declined() -> None:
    text, _ = ask("What happened in July 2014?", Shelf([document(1, "Dinner.", date="2023-05-05")]))
    assert text == DECLINED


def test_a_list_has_every_point_with_the_words_of_the_question() -> None:
    text = "# Shop\n\n- Suppliers: mill, dairy, farm\n- Opening hours: 8 to 18\n- Suppliers of paper: Acme"
    shelf = Shelf(
        [document(1, text, title="Shop", path="/n/shop.md"), document(2, "The shop is old.", path="/n/b.md")]
    )
    answer, cited = ask("List all suppliers of the shop.", shelf)
    assert answer == "- Suppliers: mill, dairy, farm [1]\n- Suppliers of paper: Acme [1]"
    assert cited == [1]


def test_a_list_under_a_heading_has_all_entries_in_order() -> None:
    text = "** 2020-06-30 Booster\n   fine\n** 2019-07-22 First check\n   tartar"
    shelf = Shelf([document(1, text, title="Rex at the vet", path="/n/vet.org")])
    answer, _ = ask("List all visits of Rex to the vet.", shelf)
    assert answer.split("\n") == ["- 2019-07-22 First check tartar [1]", "- 2020-06-30 Booster fine [1]"]


def test_a_comparison_reads_both_sides_and_code_compares() -> None:
    shelf = Shelf(
        [
            document(1, "Apples in 2022: 62 kg.", path="/n/2022.md"),
            document(2, "Apples in 2024: 23 kg.", path="/n/2024.md"),
        ]
    )
    text, cited = ask("Did we harvest more apples in 2022 or in 2024?", shelf)
    assert text.split("\n") == [
        "In 2022, by 39 kg",
        "- in 2022: Apples in 2022: 62 kg. [1]",
        "- in 2024: Apples in 2024: 23 kg. [2]",
    ]
    assert cited == [1, 2]
    assert shelf.asked == [
        "How many apples did we harvest in 2022?",
        "How many apples did we harvest in 2024?",
    ]


def test_which_was_first_is_decided_by_the_days() -> None:
    shelf = Shelf(
        [document(1, "The wedding was on 3 May 2021."), document(2, "The move was on 1 March 2020.")]
    )
    text, _ = ask("What came first, the wedding or the move?", shelf)
    assert text.startswith("The move.")


def test_a_person_is_told_by_lines_that_say_the_name() -> None:
    shelf = Shelf(
        [
            document(
                1, "name: Anna Berg\ntel: +49 172 9968532\nnote: sister", title="Anna Berg", path="/n/all.vcf"
            ),
            document(2, "Anna is a vet in Kiel.", date="2021-05-01", path="/n/b.md"),
            document(3, "Hannah called.", path="/n/c.md"),
        ]
    )
    text, cited = ask("Who is Anna?", shelf)
    assert (
        text.startswith("Anna Berg\n") and "sister" in text and "vet in Kiel" in text and "Hannah" not in text
    )
    assert set(cited) == {1, 2}


def test_nobody_is_made_up() -> None:
    text, _ = ask("Who is Archibald Penrose?", Shelf([document(1, "Anna is a vet.")]))
    assert text == DECLINED


def test_the_owner_is_who_writes_most() -> None:
    shelf = Shelf(
        [
            document(1, "To: Nora Velten <n@example.org>\n\nDear Nora", author="Tom Ash <t@example.org>"),
            document(2, "Nora Velten, architect", author="Nora Velten", title="CV", path="/n/CV.md"),
        ]
    )
    text, _ = ask("Who am I?", shelf)
    assert text.startswith("This seems to be the memory of Nora Velten.") and "architect" in text
    shelf.whose = OwnerOf("Tom Ash")
    assert ask("Who am I?", shelf)[0].startswith("You are Tom Ash.")
    shelf.whose = OwnerOf("Ida Holm", "I")
    assert ask("Wer bin ich?", shelf)[0] == "Ich bin Ida Holm."


def test_the_persons_own_words_of_somebody_come_first_and_a_removed_one_is_not_told() -> None:
    shelf = Shelf([document(1, "Anna Berg is a vet in Kiel.")])
    shelf.known["Anna"] = Known(("Anna Berg",), (("relation", "Kusine"),))
    lines = ask("Wer ist Anna?", shelf)[0].split("\n")
    assert (
        lines[0] == "Anna Berg"
        and lines[1] == "- Beziehung: Kusine (deine eigenen Worte)"
        and "vet" in lines[2]
    )
    shelf.known["Anna"] = Known(("Anna",), removed=True)
    assert ask("Wer ist Anna?", shelf)[0] == DECLINED


def test_a_summary_cites_each_sentence_and_tells_its_progress() -> None:
    words = ["gable", "chimney", "gutter", "rafter", "tile", "ladder", "storm", "swift", "tarp", "batten"]
    texts = [
        f"The roof: {words[n % 10]}{n} was seen by visitor{n} beside {words[n % 7]}x{n}." for n in range(30)
    ]
    shelf = Shelf(
        [document(n, text, path=f"/n/{n}.md", title="Roof") for n, text in enumerate(texts, start=1)]
    )
    answer, cited, progress = run(summary.answer(understand("Summarise the roof.", TODAY), shelf))
    *lines, said = answer.split("\n")
    assert "kept" in said
    assert 3 <= len(lines) <= summary.SENTENCES and all(line.endswith("]") for line in lines)
    assert len(cited) == len(set(cited)) > 2
    assert (progress[0].done, progress[-1].done) == (0, 30)


def test_a_summary_can_be_stopped() -> None:
    shelf = Shelf([document(1, "The roof leaked badly in the winter.", title="Roof")], stopped=True)
    assert run(summary.answer(understand("Summarise the roof.", TODAY), shelf))[0] == ""


@pytest.mark.parametrize(
    ("text", "said"), [("Hello!", "Hello."), ("Guten Tag", "Hallo."), ("你好", "你好。")]
)
def test_a_greeting_is_answered_without_looking(text: str, said: str) -> None:
    answer, cited = ask(text, Shelf([document(1, "Hello there.")]))
    assert answer.startswith(said) and not cited


def test_a_fact_prefers_the_period_it_names() -> None:
    shelf = Shelf(
        [
            document(1, "The rent is 700 euros.", date="2016-01-01"),
            document(2, "The rent is 800 euros.", date="2019-01-01"),
        ]
    )
    text, _ = ask("How high was the rent in 2019?", shelf)
    assert "800" in text


def test_a_list_of_a_period_keeps_to_what_has_most_of_the_words() -> None:
    year = document(
        1,
        "- July: raspberries 11 kg\n- August: blight; the tomatoes 'Zora' survived\n- October: squash",
        title="Allotment 2017",
        date="2017",
    )
    question = understand("Which tomatoes have survived on the allotment in 2017?", TODAY)
    assert question.kind == "list"
    text, _, _ = run(listing.answer(question, Shelf([year])))
    assert "Zora" in text and "raspberries" not in text and "squash" not in text


@pytest.mark.parametrize(
    ("question", "every"),
    [
        ("Which plants are in the shed?", False),
        ("Which plants did we buy in 2019?", True),
        ("List the plants", True),
        ("Welche Sorten haben den Frost überstanden?", False),
        ("Welche Bücher habe ich 2020 gelesen?", True),
        ("哪些菜活下来了？", False),
        ("我读了哪些书？", True),
    ],
)
def test_a_list_asks_for_all_or_for_what_somebody_did(question: str, every: bool) -> None:
    asked = understand(question, date(2025, 9, 20))
    assert asked.kind == "list" and asked.every is every


def test_which_of_one_file_is_answered_in_a_word() -> None:
    shelf = Shelf([document(1, "Plants of the shed: the shed has fern.")])
    assert ask("Which plants are in the shed?", shelf)[0] == "Plants of the shed: the shed has fern."
    # In several files every line counts.
    shelf = Shelf([document(1, "Plants in the shed: fern."), document(2, "Plants in the shed: moss.")])
    said, cited = ask("Which plants are in the shed?", shelf)
    assert "fern" in said and "moss" in said and sorted(cited) == [1, 2]


def test_a_list_is_of_another_languages_points_where_they_speak_of_more() -> None:
    german = document(1, "Der Kater ist beim Tierarzt, das Rezept liegt in der Küche.", path="/n/a.md")
    english = document(2, "The kitchen was painted.", path="/n/b.md")
    question = understand("List all prescriptions of the vet for the cat", TODAY)
    shelf = Shelf([english, german], found_always=[2], abroad=[1, 2])
    text, cited, _ = run(route.answer(question, shelf))
    assert "Rezept" in text and cited == [1]
    text, cited, _ = run(route.answer(understand("List all walls of the kitchen", TODAY), shelf))
    assert "painted" in text and cited == [2]


class Narrow(Shelf):
    """Its search shows two passages, as one for a single answer does of a file."""

    def search(self, question: str, limit: int, favoured: Collection[int] = ()) -> list[Cited]:
        return super().search(question, 2, favoured)


def test_a_list_has_what_stands_in_passages_that_the_search_leaves_out() -> None:
    rows = [document(n, f"Kettle repair {n}: new handle.", path="/n/kettle.md") for n in range(1, 40)]
    shelf = Narrow(rows)
    lines = run(route.answer(understand("List all repairs of the kettle", TODAY), shelf))[0].split("\n")
    assert len(lines) == 31 and lines[-1].startswith("… and 9 more"), "thirty lines are shown"


def test_a_summary_of_a_period_leaves_out_what_a_passage_tells_of_other_times() -> None:
    log = (
        "- 2019-07: the saddle was replaced by an old one\n- 2022-03: a new chain was bought for the bicycle\n"
        "- 2025-03: it was stolen at the station of the town"
    )
    shelf = Shelf([document(1, log, date="2019-07", date_last="2025-03")])
    text = run(summary.answer(understand("Summarise 2022", TODAY), shelf))[0]
    assert "new chain" in text and "saddle" not in text and "stolen" not in text


class Word(Shelf):
    """Answers with one word of its first passage."""

    def read(self, question: str, favoured: Collection[int] = (), only: Sequence[int] = ()) -> Iterator[Said]:
        yield Evidenced((Cited(self.documents[0]),), 0.99)
        yield "Haselnüsse"


def test_a_word_from_another_language_is_told_in_the_questions_too() -> None:
    shelf = Word([document(1, "Tom ist allergisch gegen Haselnüsse, das ist wichtig.", path="/n/a.md")])
    assert ask("Which nuts is Tom allergic to?", shelf)[0] == "Haselnüsse (hazelnut)"
    assert ask("Gegen welche Nüsse ist Tom allergisch?", shelf)[0] == "Haselnüsse"


def test_a_timeline_leaves_out_whom_a_mail_is_to_how_it_greets_and_bare_headings() -> None:
    mail = "To: Ben <ben@example.org>\n\nLiebe Freunde,\n\nPlan\n\n" + " ".join(
        f"The pier was mended again, part {part}." for part in range(1, 12)
    )
    shelf = Shelf(
        [
            document(1, mail, date="2023-03-05"),
            document(2, "**7 March 2023** Snow", date="2023-03-07"),
            document(3, "下雪了", date="2023-03-08"),
            document(4, "", date="2023-03-09"),
        ]
    )
    text, _ = ask("What happened in March 2023?", shelf)
    assert "pier" in text and "Snow" in text and "下雪了" in text
    assert not any(word in text for word in ("To:", "Liebe", "Plan"))


def test_what_stands_under_a_title_is_listed_in_its_place() -> None:
    books = document(1, "Books read in 2025\nJanuary: Saturn's Rings\nMarch: Piranesi\nApril: The Trafikant")
    text, cited, _ = run(listing.answer(understand("List the books I read", TODAY), Shelf([books])))
    assert [line.split(": ")[-1] for line in text.split("\n")] == [
        "Saturn's Rings [1]",
        "Piranesi [1]",
        "The Trafikant [1]",
    ]
    assert cited == [1]
    asked = understand("List the books I read in March 2025", TODAY)
    dated = document(
        3, "Books read in 2025\n2025-01-04: Rings\n2025-03-02: Piranesi\n2025-03-09: Trafikant", date="2025"
    )
    assert "Rings" not in run(listing.answer(asked, Shelf([dated])))[0]
    sentence = document(2, "The books were read.\nNora packed the boxes.\nTom drove.")
    text, _, _ = run(listing.answer(understand("List the books I read", TODAY), Shelf([sentence])))
    assert text.startswith("- The books were read.")
