"""The questions about long files name passages that are there, and what is found of them is counted by set and language."""

from __future__ import annotations

from app.sample import ARCHIVE
from benchmarks.long_files import Asked, Found, found, read_questions, show, summarise
from tests.app.asking.shelf import Shelf, document


def test_every_question_is_about_a_file_of_the_sample() -> None:
    paths = [path.as_posix() for path in ARCHIVE.rglob("*") if path.is_file()]
    asked = read_questions()
    assert len(asked) > 100 and len({one.question for one in asked}) == len(asked)
    assert not [one for one in asked if not any(one.path in path for path in paths)]


def test_a_passage_counts_where_it_is_read_and_where_it_is_the_first() -> None:
    roof = document(1, "Das Dach hat 900 € gekostet.", path="/n/dach.md")
    shelf = Shelf([roof], abroad=[1])
    asked = Asked("first", "en", "What did the roof cost?", "dach.md", "900")
    assert found(asked, shelf) == Found(True, True, 1)
    assert found(Asked("first", "en", "What did the roof cost?", "dach.md", "800"), shelf) == Found(
        False, False, 1
    )
    rows = summarise([(asked, Found(True, False, 2)), (asked, Found(False, False, 4))])
    assert (
        rows["first, en"]
        == rows["first, all"]
        == {"questions": 2, "read": 0.5, "first": 0.0, "passages": 3.0}
    )
    assert list(show(rows))[1].split() == ["first,", "all", "2", "0.50", "0.00", "3.0"]
