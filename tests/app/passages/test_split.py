"""The splitter: nothing lost, nothing too long, cuts where the text has its joints."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.parsing import Block, Item
from app.passages.split import Passage, near_duplicate_key, split


def words(text: str) -> int:
    return len(re.findall(r"\w+|[^\w\s]", text))


def utf8(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def quarter(text: str) -> int:
    return -(-len(text) // 4)


def body(passage: Passage) -> str:
    return passage.text.partition("\n")[2]


def squeezed(text: str) -> str:
    return "".join(text.split())


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=300) | st.sampled_from(
    [
        "One sentence. Another one! A third? " * 12,
        "x" * 3000,
        "語" * 700,
        "😀" * 400,
        "\n".join(f"line {n}" for n in range(80)),
        "word " * 700,
    ]
)
WHEN = st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)).map(lambda d: d.isoformat())
BLOCKS = st.one_of(
    st.builds(
        Block, TEXT, st.sampled_from(["", "page 1", "page 2"]), st.sampled_from(["paragraph", "list", "code"])
    ),
    st.builds(Block, TEXT, kind=st.just("heading"), level=st.integers(1, 6)),
    st.builds(Block, TEXT, kind=st.just("message"), speaker=st.sampled_from(["", "Nora", "Tom"]), when=WHEN),
    st.builds(
        lambda rows: Block("\n".join(rows), "sheet A", "table"), st.lists(TEXT, min_size=1, max_size=12)
    ),
)
ITEMS = st.builds(
    Item,
    st.text(min_size=1, max_size=300).map(lambda title: "t" + squeezed(title)),
    st.lists(BLOCKS, max_size=12),
    st.sampled_from(["", "Nora Velten"]),
    st.sampled_from([None, "2024-03-05"]),
)


@settings(max_examples=150, deadline=None)
@given(ITEMS, st.sampled_from([words, utf8, quarter]), st.sampled_from([64, 100, 512]))
def test_nothing_is_lost_and_nothing_is_too_long(
    item: Item, count: Callable[[str], int], max_tokens: int
) -> None:
    passages = split(item, count, max_tokens)
    for passage in passages:
        assert passage.tokens == count(passage.text) <= max_tokens
    bodies = squeezed("\n".join(body(passage) for passage in passages))
    for block in item.blocks:
        for row in block.text.split("\n") if block.kind == "table" else [block.text]:
            assert squeezed(row) in bodies
    if not any(block.text.strip() for block in item.blocks):
        assert passages == []


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=20))
def test_paragraphs_come_out_once_and_in_order(texts: list[str]) -> None:
    passages = split(Item("title", [Block(text) for text in texts]), words, 64)
    assert squeezed("".join(body(p) for p in passages)) == squeezed("".join(texts))


def test_each_passage_says_what_it_is_about() -> None:
    blocks = [
        Block("Portugal", kind="heading", level=1),
        Block("Lisbon", kind="heading", level=2),
        *(Block(f"Paragraph {n} says something about trams. " * 8, f"page {n}") for n in range(6)),
    ]
    passages = split(Item("Trip", blocks, "Nora", "2024-03-05T10:00:00"), words, 128)
    assert len(passages) > 2
    assert passages[0].text.startswith("Trip · 2024-03-05 · Nora\nPortugal\n\nLisbon\n\nParagraph 0")
    assert all(p.text.startswith("Trip · Portugal › Lisbon · 2024-03-05 · Nora\n") for p in passages[1:])
    assert passages[-1].place == "page 5, Portugal › Lisbon"
    assert (passages[0].title, passages[0].author, passages[0].date) == (
        "Trip",
        "Nora",
        "2024-03-05T10:00:00",
    )


def test_a_heading_begins_a_passage_and_never_ends_one() -> None:
    blocks = []
    for n in range(6):
        blocks += [Block(f"Chapter {n}", kind="heading", level=1), Block("Some words to fill it. " * 8)]
    passages = split(Item("Book", blocks), words, 128)
    assert len(passages) == 6
    for n, passage in enumerate(passages):
        assert body(passage).startswith(f"Chapter {n}")
        assert not body(passage).rstrip().endswith(f"Chapter {n + 1}")


def test_small_sections_share_a_passage_with_their_siblings() -> None:
    blocks = []
    for n in range(12):
        blocks += [Block(f"Part {n}", kind="heading", level=2), Block("Three short words.")]
    passages = split(Item("List", blocks), words, 512)
    assert 1 <= len(passages) <= 3


def test_a_small_section_does_not_join_the_next_chapter() -> None:
    blocks = [
        Block("One", kind="heading", level=1),
        Block("Some words to fill it. " * 30),
        Block("Detail", kind="heading", level=2),
        Block("Short."),
        Block("Two", kind="heading", level=1),
        Block("Also short."),
    ]
    bodies = [body(p) for p in split(Item("Book", blocks), words, 256)]
    assert bodies[1:] == ["Detail\n\nShort.", "Two\n\nAlso short."]


def test_headings_stay_with_what_they_head() -> None:
    blocks = [Block("Some words to fill it. " * 18)]
    blocks += [Block(f"Level {n}", kind="heading", level=n) for n in (1, 2, 3)]
    blocks += [Block("More words to fill it. " * 18)]
    _, second = split(Item("Book", blocks), words, 160)
    assert body(second).startswith("Level 1\n\nLevel 2\n\nLevel 3\n\nMore")


def test_a_tiny_rest_is_not_left_alone() -> None:
    blocks = [Block(f"Entry {n} has ten words in it, more or less.") for n in range(9)]
    passages = split(Item("Note", blocks), words, 128)
    assert len(passages) == 1 or min(p.tokens for p in passages) > 20


def test_a_long_turn_names_its_speaker_again() -> None:
    turn = Block(
        "A long story about boats. " * 100, "message 4", "message", speaker="Tom", when="2024-03-05T09:00:00"
    )
    first, *rest = split(Item("Chat", [turn]), words, 128)
    assert body(first).startswith("Tom: A long")
    assert rest
    assert all(p.text.startswith("Chat · 2024-03-05 · Tom\n") for p in rest)


def test_tables_repeat_their_header() -> None:
    rows = ["name | euro", *(f"thing number {n} | {n}" for n in range(200))]
    passages = split(Item("Costs", [Block("\n".join(rows), "sheet A", "table")]), words, 128)
    assert len(passages) > 5
    assert all(body(p).startswith("name | euro\nthing") for p in passages)
    assert passages[0].place.startswith("sheet A, row 1–")
    assert passages[-1].place.endswith("–201")
    assert sum(body(p).count("thing number 77 ") for p in passages) == 1


def test_chats_are_cut_at_days_and_long_pauses() -> None:
    start = datetime(2024, 3, 5, 9)
    turns = [
        Block(
            f"message {n} about the harbour and the boats",
            f"message {n}",
            "message",
            0,
            "Tom",
            when.isoformat(),
        )
        for n, when in enumerate(
            [
                *(start + timedelta(minutes=n) for n in range(5)),
                *(start + timedelta(days=1, minutes=n) for n in range(5)),
            ]
        )
    ]
    first, second = split(Item("Chat", turns), words, 256)
    assert first.date == "2024-03-05T09:00:00"
    assert first.place == "message 0–4"
    assert second.text.startswith("Chat · 2024-03-06\nTom: message 5")


def test_short_turns_of_several_days_share_a_passage_that_names_the_days() -> None:
    days = ("2024-03-05T09:00:00", "2024-03-06T09:00:00", "2024-03-06T10:00:00")
    turns = [Block("ok", f"message {n}", "message", speaker="Tom", when=when) for n, when in enumerate(days)]
    (passage,) = split(Item("Chat", turns), words, 512)
    assert passage.text == "Chat · 2024-03-05\nTom: ok\n[2024-03-06]\nTom: ok\nTom: ok"


def test_long_chats_come_in_small_runs() -> None:
    turns = [
        Block("quite a few words are in each of these turns here", f"message {n}", "message", speaker="Tom")
        for n in range(80)
    ]
    runs = [body(p).count("Tom:") for p in split(Item("Chat", turns), words, 512)]
    assert sum(runs) == 80
    assert max(runs) <= 16
    assert min(runs[:-1]) >= 4


def test_quoted_tails_are_left_out_unless_asked_for() -> None:
    item = Item("Re: tram", [Block("Nine is fine."), Block("> When do we leave?", kind="quoted")])
    assert "When" not in split(item, words)[0].text
    assert "When" in split(item, words, keep_quoted=True)[0].text


def test_an_appended_paragraph_changes_only_the_end() -> None:
    paragraphs = [
        Block(f"Entry {n}. " + f"Something happened on day {n}, as it does. " * 5) for n in range(60)
    ]
    before = split(Item("Diary", paragraphs), words, 256)
    after = split(Item("Diary", [*paragraphs, Block("A new entry.")]), words, 256)
    assert [p.text for p in after[: len(before) - 1]] == [p.text for p in before[:-1]]


def test_an_inserted_paragraph_changes_few_passages() -> None:
    paragraphs = [
        Block(f"Entry {n}. " + f"Something happened on day {n}, as it does. " * 3) for n in range(300)
    ]
    before = {p.text for p in split(Item("Diary", paragraphs), words, 256)}
    after = [p.text for p in split(Item("Diary", [Block("Inserted first."), *paragraphs]), words, 256)]
    assert sum(text not in before for text in after) <= len(after) // 4


def test_text_is_tokenized_about_twice_not_quadratically() -> None:
    counted = 0

    def count(text: str) -> int:
        nonlocal counted
        counted += len(text)
        return quarter(text)

    paragraphs = [Block(f"Paragraph {n} with some words in it. " * 6) for n in range(2000)]
    paragraphs.append(Block("A very long one. " * 20_000))
    total = sum(len(block.text) for block in paragraphs)
    began = time.process_time()
    assert split(Item("Book", paragraphs), count)
    assert counted < 4 * total
    assert time.process_time() - began < 5


def test_one_giant_word_is_cut() -> None:
    passages = split(Item("blob", [Block("x" * 200_000)]), utf8, 512)
    assert all(p.tokens <= 512 for p in passages)
    assert "".join(body(p) for p in passages) == "x" * 200_000


def test_long_titles_and_paths_leave_room_for_text() -> None:
    blocks = [Block("Heading " * 60, kind="heading", level=n) for n in range(1, 7)] + [Block("Text. " * 300)]
    for passage in split(Item("Title " * 200, blocks, "Author " * 50), words, 64):
        assert passage.tokens <= 64
        assert words(passage.text.partition("\n")[0]) <= 16


def test_too_small_a_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 64"):
        split(Item("t", [Block("x")]), words, 10)


def test_near_duplicates_have_one_key() -> None:
    assert near_duplicate_key("“Hello”,  WORLD!\n") == near_duplicate_key('"hello" - world')
    assert near_duplicate_key("ﬁne Straße") == near_duplicate_key("fine STRASSE")
    assert near_duplicate_key("hello world") != near_duplicate_key("hello word")
    assert near_duplicate_key("😀") != near_duplicate_key("🎉")
