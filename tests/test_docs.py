"""The pages of docs/ are short and true in what can be checked: links, modules, commands."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
ROOMS = [path for path in PAGES if path.parent == ROOT / "docs"]
MOST_LINES = 120
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)")
MODULE = re.compile(r"(?<![\w./-])((?:app|engine|kernels|storage|ui|benchmarks|tests)/[\w./]+\.py)\b")
COMMAND = re.compile(r"python -m ((?:app|engine|storage|ui|benchmarks)[\w.]*)")
UNWANTED = ("git show", "first sketch", "../shared", "/work/", "/root/", "/home/")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text("utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_modules_and_commands_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not [path for path in MODULE.findall(text) if not (ROOT / path).exists()]
    assert not [name for name in COMMAND.findall(text) if find_spec(name.rstrip(".")) is None]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_nothing_points_outside(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not [words for words in UNWANTED if words in text]


@pytest.mark.parametrize("page", ROOMS, ids=named)
def test_a_room_has_one_page(page: Path) -> None:
    assert len(page.read_text("utf-8").splitlines()) <= MOST_LINES


def test_every_section_that_the_code_cites_is_there() -> None:
    spec = (ROOT / "docs" / "spec.md").read_text("utf-8")
    cited = {
        number
        for room in ("app", "engine", "kernels", "storage", "ui")
        for path in (ROOT / room).rglob("*.py")
        for number in re.findall(r"spec §(\d+)", path.read_text("utf-8"))
    }
    assert cited and all(re.search(rf"(?m)^## §{number} ", spec) for number in cited)


def test_every_guarantee_is_held_by_tests_that_are_there() -> None:
    text = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
    held = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)
    rows = [
        line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| guarantee")
    ]
    assert held and all("::test_" in line for line in rows)
    assert not [(p, name) for p, name in held if f"def {name}(" not in (ROOT / p).read_text("utf-8")]
