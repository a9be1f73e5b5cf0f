"""Dated entries of journals, diaries, lists and tables."""

from __future__ import annotations

from app.dates.best import name_period
from app.dates.entries import entries
from app.dates.spans import year

JOURNAL = """# Winter 2020/21, written in the evenings

**31 December** Counted: 9 drawings.

**10 January** Minus 9 at night."""


def days(text: str, name: str = "") -> list[str]:
    found = entries(text, name_period(name))
    return [entry.period.first.isoformat() if entry.period else "" for entry in found]


def test_a_journal_runs_over_new_year() -> None:
    assert days(JOURNAL, "winter 2020-21.md")[-2:] == ["2020-12-31", "2021-01-10"]


def test_a_journal_cut_after_new_year_takes_the_second_year() -> None:
    assert days("**10 January** Minus 9.\n\n**7 February** Snow.", "winter 2020-21.md") == [
        "2021-01-10",
        "2021-02-07",
    ]


def test_a_list_of_months_has_the_year_of_its_file() -> None:
    text = "# Parzelle 47\n\n- März: Beete\n- April: Frost\n- Oktober: Kürbis"
    assert days(text, "parzelle 47 saison 2017.md")[1:] == ["2017-03-01", "2017-04-01", "2017-10-01"]


def test_headings_rows_and_chinese_days_begin_entries() -> None:
    assert days("** 2019-07-22 First check\n   4.9 kg\n** 2020-06-30 Booster") == ["2019-07-22", "2020-06-30"]
    assert days("2024-01-03 | Energie | 148\n2024-02-09 | Haus | 140") == ["2024-01-03", "2024-02-09"]
    assert days("## 2023年12月3日\n样书\n## 2024年2月18日\n译完") == ["2023-12-03", "2024-02-18"]
    assert days("[03.08.17, 06:12:44] Katrin: Er ist da") == ["2017-08-03"]
    assert days("- 2019-06: seat post\n- 2019-07: bracket") == ["2019-06-01", "2019-07-01"]


def test_without_a_year_there_is_no_date() -> None:
    assert days("- March: beds\n- April: frost") == [""]
    assert days("12 eggs\n3 May flowers") == [""]


def test_an_undated_heading_ends_an_entry() -> None:
    found = entries("## 2024-03-05\nwalk\n## Shopping\nbread", None)
    assert [(entry.period is not None, entry.text) for entry in found] == [
        (True, "## 2024-03-05\nwalk"),
        (False, "## Shopping\nbread"),
    ]


def test_entries_cover_the_text() -> None:
    found = entries(JOURNAL, year(2020))
    assert "".join(JOURNAL[entry.start : entry.end] for entry in found) == JOURNAL
