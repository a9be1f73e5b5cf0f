"""Transcripts: speakers of Teams, lines of YouTube once, half-minute paragraphs of films."""

from __future__ import annotations

from pathlib import Path

from app.parsing import Block, read_file


def read(tmp_path: Path, text: str, name: str = "talk.vtt") -> list[Block]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (item,) = read_file(path)
    return item.blocks


def test_teams_names_the_speaker(tmp_path: Path) -> None:
    blocks = read(
        tmp_path,
        "WEBVTT\n\n5f1e/12-0\n00:00:03.120 --> 00:00:05.000\n<v Birgit Aas>I will pay.</v>\n\n"
        "5f1e/12-1\n00:00:05.120 --> 00:00:06.000\n<v Birgit Aas>For the pipe &amp; the tap.</v>\n\n"
        "5f1e/13-0\n00:01:06.000 --> 00:01:08.000\n<v.loud Tomasz Wrona>And I\ndig.</v>\n",
    )
    assert [(block.speaker, block.text, block.place) for block in blocks] == [
        ("Birgit Aas", "I will pay. For the pipe & the tap.", "00:00:03"),
        ("Tomasz Wrona", "And I dig.", "00:01:06"),
    ]


def test_lines_that_scroll_are_said_once(tmp_path: Path) -> None:
    (block,) = read(
        tmp_path,
        "WEBVTT\nKind: captions\nLanguage: en\n\n00:00:00.080 --> 00:00:02.350 align:start position:0%\n \n"
        "first<00:00:00.400><c> we</c><00:00:00.700><c> salt</c>\n\n"
        "00:00:02.350 --> 00:00:02.360 align:start\nfirst we salt\n \n\n"
        "00:00:02.360 --> 00:00:04.630\nfirst we salt\nthen<00:00:02.700><c> we</c> wait\n\n"
        "00:00:04.630 --> 00:00:04.640\nthen we wait\n \n",
    )
    assert block.text == "first we salt\nthen we wait"


def test_what_is_said_twice_stays_twice(tmp_path: Path) -> None:
    (block,) = read(
        tmp_path,
        "1\n00:00:01,000 --> 00:00:02,000\nNo.\n\n2\n00:00:09,000 --> 00:00:10,000\nNo.\n",
        "film.srt",
    )
    assert block.text == "No.\nNo."


def test_notes_and_styles_are_left_out(tmp_path: Path) -> None:
    (block,) = read(
        tmp_path, "WEBVTT\n\nNOTE made by x\n\nSTYLE\n::cue {}\n\n00:01.000 --> 00:02.000\nHello\n"
    )
    assert block.text == "Hello"
