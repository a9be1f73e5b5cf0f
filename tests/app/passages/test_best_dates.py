"""What becomes of dates between the parser and the archive."""

from __future__ import annotations

import pytest

from app.passages.file_passages import to_draft, with_best_date
from app.passages.split import Passage
from storage.records import File


def file(path: str) -> File:
    day = 1_700_000_000_000_000_000
    return File(1, 1, path, 1, day, None, "queued", None, 0, 0, 0, 1, "", "")


@pytest.mark.parametrize(
    ("date", "source", "headings", "path", "expected"),
    [
        ("2023-06-11T20:18", "header", ("2020-01-01",), "/a/note.md", ("2023-06-11T20:18", "header")),
        (None, "", ("2021-05-04 Visit",), "/a/note.md", ("2021-05-04", "heading")),
        ("2019-01-01", "file name", ("2021-05-04 Visit",), "/a/x.md", ("2021-05-04", "heading")),
        ("2026-11-22", "properties", (), "/a/budget 2022.xlsx", ("2022", "file name")),
        ("2022-12-30", "properties", (), "/a/budget 2022.xlsx", ("2022-12-30", "properties")),
        (None, "", (), "/trips/2018 Rome/note.md", ("2018", "folder name")),
        (None, "", (), "/a/note.md", ("2023-11-14", "mtime")),
    ],
)
def test_the_best_date_wins(
    date: str | None, source: str, headings: tuple[str, ...], path: str, expected: tuple[str, str]
) -> None:
    passage = Passage("text", "text", "", "", "", date, 1, source, headings)
    draft = with_best_date(to_draft(passage, 0), passage, file(path))
    assert (draft.date, draft.date_source) == expected


def test_a_passage_of_several_days_has_its_last_one() -> None:
    body = "2020-12-30: snow\n2021-01-02: thaw"
    passage = Passage(body, body, "", "", "", None, 1)
    draft = with_best_date(to_draft(passage, 0), passage, file("/a/note.md"))
    assert (draft.date, draft.date_last) == ("2020-12-30", "2021-01-02")
