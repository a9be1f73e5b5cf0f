"""LINE, KakaoTalk, WeChat and QQ: lines below a day, and words below a head, in the forms of their languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.parsing import Item, read_file


def read(tmp_path: Path, text: str, name: str = "chat.txt") -> Item:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (item,) = read_file(tmp_path / name)
    return item


@pytest.mark.parametrize(
    ("day", "line", "clock"),
    [
        ("2024/03/05(火)", "14:02\t花\t橋", "14:02"),
        ("2024/03/05(Tue)", "02:02 PM\t花\t橋", "14:02"),
        ("Tue, 3/5/2024", "2:02PM\t花\t橋", "14:02"),
        ("2024/03/05(火)", "午後02:02\t花\t橋", "14:02"),
        ("2024.03.05 火曜日", "14:02 花 橋", "14:02"),
        ("2024/03/05（週二）", "下午02:02\t花\t橋", "14:02"),
        ("2024.03.05 화요일", "오후 2:02\t花\t橋", "14:02"),
    ],
)
def test_line(day: str, line: str, clock: str, tmp_path: Path) -> None:
    item = read(tmp_path, f"[LINE] 花とのトーク履歴\n保存日時:2024/03/06 09:00\n\n{day}\n{line}\n{line}\n")
    assert item.title == "LINE 花"
    assert {(block.when, block.speaker, block.text) for block in item.blocks} == {
        (f"2024-03-05T{clock}:00", "花", "橋")
    }


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("2024년 3월 5일 화요일", "[하나] [오후 2:02] 다리"),
        ("Tuesday, March 5, 2024", "[하나] [2:02 PM] 다리"),
    ],
)
def test_kakaotalk_on_a_computer(rule: str, line: str, tmp_path: Path) -> None:
    text = f"하나 님과 카카오톡 대화\n저장한 날짜 : 2024-03-06 09:00:00\n\n--------------- {rule} ---------------\n"
    item = read(tmp_path, text + f"{line}\n{line}\n")
    assert item.title == "KakaoTalk 하나"
    assert {(block.when, block.speaker, block.text) for block in item.blocks} == {
        ("2024-03-05T14:02:00", "하나", "다리")
    }


@pytest.mark.parametrize(
    "line",
    [
        "2024년 3월 5일 오후 2:02, 하나 : 다리",
        "2024. 3. 5. 오후 2:02, 하나 : 다리",
        "March 5, 2024, 2:02 PM, 하나 : 다리",
        "Mar 5, 2024 at 2:02 PM, 하나 : 다리",
    ],
)
def test_kakaotalk_on_a_phone(line: str, tmp_path: Path) -> None:
    head = "하나 님과 카카오톡 대화\n저장한 날짜 : 2024년 3월 6일 오전 9:00\n\n\n2024년 3월 5일 오후 2:02\n"
    item = read(tmp_path, head + f"{line}\n{line}\n{line}\n", "KakaoTalkChats.txt")
    assert [(block.when, block.speaker, block.text) for block in item.blocks[-3:]] == [
        ("2024-03-05T14:02:00", "하나", "다리")
    ] * 3


@pytest.mark.parametrize(
    "head",
    [
        "2024-03-05 14:02:11 花(10001)",
        "花 2024/3/5 14:02:11",
        "2024-03-05 14:02:11 花",
        "花: 2024-03-05 14:02:11",
    ],
)
def test_wechat_and_qq(head: str, tmp_path: Path) -> None:
    item = read(tmp_path, f"消息对象:花\n\n{head}\n橋\n第二行\n\n{head}\n橋\n第二行\n")
    assert item.title == "Chat 花"
    assert {(block.when, block.speaker, block.text) for block in item.blocks} == {
        ("2024-03-05T14:02:11", "花", "橋\n第二行")
    }


def test_logs_and_diaries_are_no_chats(tmp_path: Path) -> None:
    log = "2024-03-05 14:02:11 started\n2024-03-05 14:02:12 read\n2024-03-05 14:02:13 ended\n"
    diary = "2024-03-05 14:02 Lisbon\nRain.\n\n2024-03-06 09:00 Porto\nSun.\n"
    for text in (log, diary):
        assert all(block.kind == "paragraph" for block in read(tmp_path, text).blocks)
