"""After an upgrade memories are dated anew: files are read again, nothing else about them changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.upkeep import redate
from app.upkeep.redate import KEY, begin, date_anew
from tests.app.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as opened:
        yield opened


def dated_before(desk: Desk) -> int:
    """A note that an earlier version dated by the day its file was changed; its document's id."""
    desk.write("letter.md", "Emden, 2 October 2024\n\nThe regatta was won by the Onken family.")
    desk.learn()
    (document,) = desk.archive.documents.listed()
    desk.archive.documents.set_date(document.id, "1999-01-01", "mtime")
    desk.archive.settings.set(KEY, None)
    return document.id


def test_what_an_earlier_version_dated_is_dated_anew_and_stays_the_same_memory(desk: Desk) -> None:
    id = dated_before(desk)
    assert date_anew(desk.archive) == 1
    assert date_anew(desk.archive) == 0, "a file is waiting"
    desk.learn()
    (document,) = desk.archive.documents.listed()
    assert (document.id, document.date, document.date_source) == (id, "2024-10-02", "text")
    assert date_anew(desk.archive) == 0 and desk.archive.settings.get(KEY) == {
        "rules": redate.RULES,
        "all": True,
    }


def test_it_goes_on_where_it_was_and_ends(desk: Desk) -> None:
    for name in "abc":
        desk.write(f"{name}.md", f"Note {name} on the harbour and its cranes.")
    desk.learn()
    seen = []
    for _ in range(5):
        seen.append(date_anew(desk.archive, most=2))
        desk.learn()
    assert seen == [2, 1, 0, 0, 0]


def test_a_new_archive_has_nothing_to_be_dated_anew(desk: Desk) -> None:
    begin(desk.archive)
    desk.write("a.md", "A note on the harbour.")
    desk.learn()
    assert date_anew(desk.archive) == 0


def test_other_rules_begin_from_the_first_file(desk: Desk) -> None:
    begin(desk.archive)
    desk.write("a.md", "A note on the harbour.")
    desk.learn()
    desk.archive.settings.set(KEY, {"rules": redate.RULES - 1, "all": True})
    begin(desk.archive)
    assert date_anew(desk.archive) == 1


def test_a_file_that_is_not_there_is_passed_over(desk: Desk) -> None:
    dated_before(desk)
    (desk.root / "letter.md").unlink()
    assert date_anew(desk.archive) == 0
    assert desk.archive.documents.count() == 1
