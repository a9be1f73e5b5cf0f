"""The best date of a passage whose file says none."""

from __future__ import annotations

import pytest

from app.dates.best import date_period, fallback_date, iso, name_period

MTIME = 1_700_000_000_000_000_000  # 14 November 2023


@pytest.mark.parametrize(
    ("headings", "body", "name", "folders", "expected"),
    [
        (["Mortimer", "2019-07-22 First check"], "4.9 kg", "vet diary.org", [], ("2019-07-22", "heading")),
        (["Norway, 28 July – 9 August 2022"], "rain", "bergen.md", [], ("2022-07-28", "heading")),
        (["West gable"], "**7 Feb 2024** Brown ring", "roof leak 2024.md", [], ("2024-02-07", "text")),
        (["Garden"], "- May: beans", "garden 2022.md", [], ("2022-05", "text")),
        ([], "Date : mardi 11 février 2020, 14 h", "cr.docx", [], ("2020-02-11", "text")),
        ([], "Health, stand\nStand Juni 2017 (für die Reise)", "arzt 2017.txt", [], ("2017-06", "text")),
        ([], "日期：2024年6月20日，线上。", "记录.md", [], ("2024-06-20", "text")),
        ([], "name: Ida\nbday: 1989-11-27", "a.vcf", [], ("2023-11-14", "mtime")),
        ([], "words", "2023-06 Tom.txt", [], ("2023-06", "file name")),
        ([], "words", "Parzelle 47 Saison 2017.md", [], ("2017", "file name")),
        ([], "words", "winter 2020-21.md", [], ("2020-12", "file name")),
        ([], "words", "IMG_20240305.txt", [], ("2024-03-05", "file name")),
        ([], "words", "notes.md", ["2021-08 Holiday"], ("2021-08", "folder name")),
        ([], "words", "notes.md", ["2019", "2021"], ("2021", "folder name")),
        ([], "words", "notes.md", ["notes"], ("2023-11-14", "mtime")),
    ],
)
def test_the_best_date(
    headings: list[str], body: str, name: str, folders: list[str], expected: tuple[str, str]
) -> None:
    assert fallback_date(headings, body, name, folders, MTIME) == expected


def test_without_anything_there_is_no_date() -> None:
    assert fallback_date([], "words", "notes.md", []) == (None, "")


@pytest.mark.parametrize("name", ["Rechnung 004-11", "room 2204", "v1.20.24", "notes"])
def test_numbers_that_are_no_dates(name: str) -> None:
    assert name_period(name) is None


@pytest.mark.parametrize("stamp", ["2023-06-11", "2023-06", "2023"])
def test_a_date_is_as_exact_as_what_says_it(stamp: str) -> None:
    period = date_period(stamp)
    assert period is not None and iso(period) == stamp


@pytest.mark.parametrize("stamp", [None, "", "soon", "2023-13", "2023-02-31"])
def test_what_is_no_date_has_no_period(stamp: str | None) -> None:
    assert date_period(stamp) is None
