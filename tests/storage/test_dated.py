"""Documents are found by the days they speak of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.archive import Archive
from tests.storage.synthetic import BANK, drafts, encoded

DATES = [
    ("2023-03-14", "heading", None),
    ("2023-06-11T20:18:33+01:00", "header", None),
    ("2023-03", "file name", None),
    ("2023", "file name", None),
    ("2020-12-06", "text", "2021-01-18"),
    ("2026-11-28", "mtime", None),
    (None, "", None),
]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2023-03-01", "2023-03-31", [3, 2, 0]),
        ("2023-06-11", "2023-06-11", [3, 1]),
        ("2021-01-01", "2021-01-10", [4]),
        ("2020-01-01", "2020-12-06", [4]),
        ("2026-01-01", "2026-12-31", []),
        ("2023-01-01", "2023-12-31", [3, 2, 0, 1]),
    ],
)
def test_by_the_days_they_speak_of(archive: Archive, first: str, last: str, found: list[int]) -> None:
    ids = list(archive.commits.reserve_ids(len(DATES)))
    added = [
        replace(draft, date=date, date_source=source, date_last=until)
        for draft, (date, source, until) in zip(drafts(ids), DATES, strict=True)
    ]
    archive.commits.commit_documents(None, add=added, encodings=[encoded(i) for i in ids], bank=BANK)
    assert [ids.index(document.id) for document in archive.documents.dated(first, last, 10)] == found
