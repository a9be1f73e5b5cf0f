"""The runner of cases: what it expects is well formed, and each kind of expectation can fail."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cases import CHECKS, EXPECTED, Seen, main, problems
from storage.records import Document, File

FILE = File(1, 1, "/a/note.md", 1, 1, None, "known", None, 1, 1, 3, 1, "", "", ("page 2 is scanned",))
PASSAGE = Document(
    7, 1, 0, "note · 2024-03-05\nThe key  is\nat Tom's", "", "note", "Vera", "2024-03-05", "page 1", 9, "", False, "", False,
    None, "heading", "/a/note.md",
)  # fmt: skip
NOW = Seen([FILE], [PASSAGE], list(FILE.unread))

HOLDS: list[dict[str, Any]] = [
    {"says": ["The key is at Tom's"]},
    {"says": [["The lock", "The key"]]},
    {"once": ["The key"]},
    {"times": {"e": 3}},
    {"never": ["locked"]},
    {"unread": ["PAGE 2"]},
    {"says_or_unread": [["something", "scanned"]]},
    {"read_or_noted": ["page 2", "page 1"]},
    {"found": ["key"]},
    {"says": ["The key"], "title": "note", "author": "Vera", "date": "2024"},
    {"dates": ["2024-03-05"]},
    {"listed": "no row", "state": "known"},
]
FAILS: list[dict[str, Any]] = [
    {"says": ["The lock"]},
    {"once": ["e"]},
    {"times": {"key": 2}},
    {"never": ["The key"]},
    {"unread": ["page 3"]},
    {"says_or_unread": [["something", "locked"]]},
    {"read_or_noted": ["page 3"]},
    {"says": ["The key"], "title": "other"},
    {"says": ["The key"], "author": ""},
    {"says": ["The lock"], "date": "2024"},
    {"dates": ["2024-03-06"]},
    {"state": "failed"},
]


@pytest.mark.parametrize("expect", HOLDS)
def test_what_holds_is_no_problem(expect: dict[str, Any]) -> None:
    assert not list(problems(expect, NOW, [{7}] * len(expect.get("found", ()))))


@pytest.mark.parametrize("expect", FAILS)
def test_what_does_not_hold_is_a_problem(expect: dict[str, Any]) -> None:
    assert list(problems(expect, NOW, []))


def test_what_is_not_there_is_a_problem() -> None:
    nothing = Seen([], [], [])
    assert list(problems({"listed": "no row"}, nothing, []))
    assert not list(problems({"listed": "no row"}, Seen([], [], [], "2 files have no row"), []))
    assert list(problems({"state": "known"}, nothing, []))
    assert list(problems({"found": ["key"]}, NOW, [set()]))


def test_every_expectation_says_something_known() -> None:
    for expect in tomllib.loads(EXPECTED.read_text(encoding="utf-8"))["expect"]:
        assert set(expect) <= {"case", "kind", "file", *CHECKS}
        assert set(expect) & set(CHECKS), expect


def test_a_folder_of_cases_goes_through_the_product(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "cases" / "keys"
    case.mkdir(parents=True)
    (case / "note.md").write_text("The key is at Tom's")
    expected = tmp_path / "expect.toml"
    for wanted, code in (("The key", 0), ("The lock", 1)):
        expected.write_text(f'[[expect]]\ncase = "keys"\nkind = "notes"\nsays = ["{wanted}"]\n')
        assert main([str(tmp_path / "cases"), "--expect", str(expected)]) == code
        assert f"{1 - code} of 1 cases" in capsys.readouterr().out
