"""Chat exports: turns with their speakers and times, in every locale's way of writing dates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.parsing import Item, read_file
from tests.app.parsing import samples


def read(tmp_path: Path, data: str, name: str = "_chat.txt") -> list[Item]:
    path = tmp_path / name
    path.write_text(data, encoding="utf-8")
    return read_file(path)


def turns(item: Item) -> list[tuple[str, str, str, str]]:
    return [(block.place, block.speaker, block.when, block.text) for block in item.blocks]


def test_chatgpt_reads_the_branch_that_was_shown(tmp_path: Path) -> None:
    (item,) = read(tmp_path, json.dumps(samples.CHATGPT), "conversations.json")
    assert (item.title, item.date) == ("Lisbon weather", "2024-03-05T14:02:11")
    assert turns(item) == [
        ("message 2", "Me", "2024-03-05T14:02:11", "Does it rain in Lisbon?"),
        ("message 3", "ChatGPT", "", "Sometimes, in March."),
    ]


def test_claude(tmp_path: Path) -> None:
    (item,) = read(tmp_path, json.dumps(samples.CLAUDE), "conversations.json")
    assert item.title == "Lisbon food"
    assert [turn[1:] for turn in turns(item)] == [
        ("Me", "2024-03-05T14:02:11+00:00", "What to eat in Lisbon?"),
        ("Claude", "", "Sardines."),
    ]


def test_telegram_one_chat_and_a_full_export(tmp_path: Path) -> None:
    (item,) = read(tmp_path, json.dumps(samples.TELEGRAM), "result.json")
    assert (item.title, item.date) == ("Telegram Tom", "2024-03-05")
    assert turns(item)[1] == ("message 2", "Nora", "2024-03-05T14:05:00", "Look: https://example.org")
    full = {
        "about": "x",
        "chats": {"about": "y", "list": [samples.TELEGRAM, samples.TELEGRAM | {"name": "Ana"}]},
    }
    assert [i.title for i in read(tmp_path, json.dumps(full), "result.json")] == [
        "Telegram Tom",
        "Telegram Ana",
    ]


def test_whatsapp_turns_may_have_many_lines(tmp_path: Path) -> None:
    (item,) = read(tmp_path, samples.WHATSAPP)
    assert (item.title, item.date) == ("WhatsApp Nora, Tom", "2024-03-05")
    assert turns(item)[1] == ("message 2", "Tom", "2024-03-05T14:03:01", "Yes\nand it rains")


@pytest.mark.parametrize(
    ("stamp", "later", "when"),
    [
        ("[05.03.24, 14:02:11] ", "[25.03.24, 14:02:11] ", "2024-03-05T14:02:11"),
        ("[3/5/24, 2:02:11\u202fPM] ", "[3/25/24, 2:02:11\u202fPM] ", "2024-03-05T14:02:11"),
        ("05.03.24, 14:02 - ", "06.03.24, 14:02 - ", "2024-03-05T14:02:00"),
        ("3/5/24, 2:02 PM - ", "3/6/24, 2:02 PM - ", "2024-03-05T14:02:00"),
        ("05/03/2024, 14:02 - ", "06/03/2024, 14:02 - ", "2024-03-05T14:02:00"),
        ("5/3/24 14:02 - ", "25/3/24 14:02 - ", "2024-03-05T14:02:00"),
        ("5/3/24, 2:02 p. m. - ", "25/3/24, 2:02 p. m. - ", "2024-03-05T14:02:00"),
        ("2024-03-05, 14:02 - ", "2024-03-06, 14:02 - ", "2024-03-05T14:02:00"),
        ("2024/03/05 14:02 - ", "2024/03/06 14:02 - ", "2024-03-05T14:02:00"),
        ("[05-03-2024 14:02:11] ", "[25-03-2024 14:02:11] ", "2024-03-05T14:02:11"),
        ("\u200e[05/03/2024, 14:02:11] ", "[25/03/2024, 14:02:11] ", "2024-03-05T14:02:11"),
        ("05.03.24 um 14:02 - ", "06.03.24 um 14:02 - ", "2024-03-05T14:02:00"),
        ("3/5/24, 12:02 AM - ", "3/25/24, 2:02 AM - ", "2024-03-05T00:02:00"),
    ],
)
def test_whatsapp_dates(stamp: str, later: str, when: str, tmp_path: Path) -> None:
    (item,) = read(tmp_path, f"{stamp}Nora: In Lisbon: at last\n{later}Tom: Good\n")
    assert turns(item)[0] == ("message 1", "Nora", when, "In Lisbon: at last")
    assert turns(item)[1][1] == "Tom"


def test_a_diary_with_dates_is_no_chat(tmp_path: Path) -> None:
    (item,) = read(tmp_path, "05.03.24: Rain.\n06.03.24: Sun.\n", "diary.txt")
    assert item.title == "diary"
    assert item.blocks[0].kind == "paragraph"


def test_an_export_cut_short_gives_a_reason_or_what_there_is(tmp_path: Path) -> None:
    from app.errors import Unreadable

    with pytest.raises(Unreadable, match="cut short"):
        read(tmp_path, json.dumps(samples.CHATGPT)[:-40], "conversations.json")
