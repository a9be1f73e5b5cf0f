"""WhatsApp exports of every language: dates, halves of the day, speakers, and what the program says itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parsing import Item, read_file


def read(tmp_path: Path, *lines: str, name: str = "WhatsApp Chat with Priya.txt") -> Item:
    path = tmp_path / name
    path.write_text("\n".join(lines), encoding="utf-8")
    (item,) = read_file(path)
    return item


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("[05.03.24, 14:22:11] Nora: hi", "2024-03-05T14:22:11"),
        ("05.03.24, 14:22 - Nora: hi", "2024-03-05T14:22:00"),
        ("5.3.2024 klo 14.22 - Nora: hi", "2024-03-05T14:22:00"),
        ("05/03/2024 à 14:22 - Nora: hi", "2024-03-05T14:22:00"),
        ("05/03/2024 14:22 - Nora: hi", "2024-03-05T14:22:00"),
        ("05-03-2024 14:22 - Nora: hi", "2024-03-05T14:22:00"),
        ("5/3/24 2:22 p. m. - Nora: hi", "2024-03-05T14:22:00"),
        ("13/3/24, 2:22\u202fp.\xa0m. - Nora: hi", "2024-03-13T14:22:00"),
        ("3/13/24, 2:22 PM - Nora: hi", "2024-03-13T14:22:00"),
        ("[3/13/24, 2:22:11\u202fPM] Nora: hi", "2024-03-13T14:22:11"),
        ("3/5/24, 2:22 PM - Nora: hi", "2024-03-05T14:22:00"),
        ("5/3/24, 2:22 pm - Nora: hi", "2024-03-05T14:22:00"),
        ("05/03/24, 2:22 PM - Nora: hi", "2024-03-05T14:22:00"),
        ("2024-03-05 14:22 - Nora: hi", "2024-03-05T14:22:00"),
        ("14:22, 05/03/2024 - Nora: hi", "2024-03-05T14:22:00"),
        ("14:22 05/03/2024 - Nora: hi", "2024-03-05T14:22:00"),
        ("[14:22, 13/3/2024] Nora: hi", "2024-03-13T14:22:00"),
        ("[2:22 PM, 3/13/2024] Nora: hi", "2024-03-13T14:22:00"),
        ("2024-03-05, 2:22 p.m. - Nora: hi", "2024-03-05T14:22:00"),
        ("2024/3/5 下午2:22 - Nora: hi", "2024-03-05T14:22:00"),
        ("[2024/3/5 上午9:22:11] Nora: hi", "2024-03-05T09:22:11"),
        ("2024年3月5日 晚上9:22 - Nora: hi", "2024-03-05T21:22:00"),
        ("2024. 3. 5. 오후 2:22 - Nora: hi", "2024-03-05T14:22:00"),
        ("[2024. 3. 5. 오전 9:22:11] Nora: hi", "2024-03-05T09:22:11"),
        ("2024년 3월 5일 오후 2:22 - Nora: hi", "2024-03-05T14:22:00"),
        ("2024년 3월 5일 오후 2:22, Nora : hi", "2024-03-05T14:22:00"),
        ("2024/03/05 14:22 - Nora: hi", "2024-03-05T14:22:00"),
        ("[2024/03/05 午後2:22:11] Nora: hi", "2024-03-05T14:22:11"),
        ("05.03.2024, 14:22 - Нора: hi", "2024-03-05T14:22:00"),
        ("\u200f٥\u200f/٣\u200f/٢٠٢٤، ٢:٢٢ م - نورا: hi", "2024-03-05T14:22:00"),
        ("٥/٣/٢٠٢٤, ٩:٢٢ ص - نورا: hi", "2024-03-05T09:22:00"),
        ("5.3.2024, 14:22 - נורה: hi", "2024-03-05T14:22:00"),
        ("5/3/2567 14:22 - Nora: hi", "2024-03-05T14:22:00"),
        ("5/3/24, 2:22 μ.μ. - Nora: hi", "2024-03-05T14:22:00"),
        ("2024. 03. 05. 14:22 - Nora: hi", "2024-03-05T14:22:00"),
        ("5.03.2024 г., 14:22 ч. - Nora: hi", "2024-03-05T14:22:00"),
        ("[५/३/२४, २:२२:११ pm] Nora: hi", "2024-03-05T14:22:11"),
    ],
)
def test_dates_of_many_languages(line: str, when: str, tmp_path: Path) -> None:
    item = read(tmp_path, line, line)
    assert [block.when for block in item.blocks] == [when, when]
    assert {block.text for block in item.blocks} == {"hi"}
    assert item.date == when[:10] and item.date_source == "message"


@pytest.mark.parametrize(
    ("days", "first_and_last"),
    [
        (["11/02/24", "03/03/24", "05/04/24"], ("2024-02-11", "2024-04-05")),
        (["2/11/24", "3/3/24", "4/5/24"], ("2024-02-11", "2024-04-05")),
        (["1/2/24", "2/1/24", "2/12/24"], ("2024-01-02", "2024-02-12")),
        (["01/12/23", "02/01/24", "03/02/24"], ("2023-12-01", "2024-02-03")),
        (["10/11/24", "11/11/24", "12/11/24"], ("2024-11-10", "2024-11-12")),
        (["12/30/23", "1/2/24"], ("2023-12-30", "2024-01-02")),
        (["23/12/30", "24/01/02", "24/01/31"], ("2023-12-30", "2024-01-31")),
    ],
)
def test_time_never_runs_backwards(days: list[str], first_and_last: tuple[str, str], tmp_path: Path) -> None:
    item = read(tmp_path, *(f"{day}, 14:22 - Nora: hi" for day in days))
    when = [block.when for block in item.blocks]
    assert when == sorted(when)
    assert (when[0][:10], when[-1][:10]) == first_and_last


def test_what_the_program_says_has_no_speaker(tmp_path: Path) -> None:
    item = read(
        tmp_path,
        "13/02/2024, 21:10 - Messages and calls are end-to-end encrypted. Only people in this chat can read them.",
        '13/02/2024, 21:11 - Lena changed the group name from "Rome gang" to "Rome: tickets and beds"',
        "13/02/2024, 21:11 - Lena a changé le sujet de « Rome » en « Rome : lits »",
        "13/02/2024, 21:12 - Lena: I booked the hostel",
        "13/02/2024, 21:12 - Lena: near Termini: the yellow door",
        "13/02/2024, 21:13 - Lena changed the group description to this: bring your passports",
        "13/02/2024, 21:13 - You added \u202a+39\xa0347\xa0555\xa00142\u202c",
        "13/02/2024, 21:15 - \u202a+39 347 555 0142\u202c: I can lend you my moka pot",
        "13/02/2024, 21:18 - ~\u202fBettina: And I bring the guidebook",
    )
    assert [block.speaker for block in item.blocks] == [
        *("", "", "", "Lena", "Lena", "", "", "+39 347 555 0142", "Bettina"),
    ]
    assert item.blocks[4].text == "near Termini: the yellow door"
    assert item.title == "WhatsApp Priya"


@pytest.mark.parametrize(
    "line",
    [
        "2024-03-05 We met at 10:30 - and talked: a lot",
        "5.3.2024 Dr. Weber, 14:22 - Blutdruck: 120",
        "05.03.2024: Zahnarzt",
    ],
)
def test_a_diary_is_no_chat(line: str, tmp_path: Path) -> None:
    item = read(tmp_path, line, line.replace("5", "6"), name="diary.txt")
    assert not any(block.kind == "message" for block in item.blocks)


def test_the_chat_of_another_program_is_not_called_whatsapp(tmp_path: Path) -> None:
    item = read(tmp_path, "[2024-03-05 14:22:11] Me: hi", "[2024-03-05 14:23:11] Tom: ho", name="Tom.md")
    assert item.title == "Chat Tom" and [block.speaker for block in item.blocks] == ["Me", "Tom"]
