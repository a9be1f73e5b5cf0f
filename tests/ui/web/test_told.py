"""Sentences of the twin are known again and said in the person's language; each of them is one that the code says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from ui.web import messages
from ui.web.told import TOLD, pattern, told

ROOT = Path(str(app.__file__)).parent.parent


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    messages.use("en")


def sentences() -> Iterator[str]:
    """All texts of the code, with something in place of what is filled in."""
    for room in ("app", "storage"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
                elif isinstance(node, ast.JoinedStr):
                    yield "".join(
                        str(one.value) if isinstance(one, ast.Constant) else "x" for one in node.values
                    )


def test_each_is_said_by_the_code() -> None:
    said = set(sentences())
    made_of_pieces = {"{device}: there is no NVIDIA card", "{device}: an NVIDIA card is used"}
    found = {one for one in TOLD if one in said or any(pattern(one).fullmatch(text) for text in said)}
    assert set(TOLD) - found - made_of_pieces == set()


@pytest.mark.parametrize(
    ("language", "said", "expected"),
    [
        ("de", "/a b.txt does not exist. Check the spelling.", "/a b.txt gibt es nicht. Prüfen Sie die Schreibweise."),
        ("zh", "The question is empty. Ask something.", "问题为空。请输入问题。"),
        ("fr", "sound: 1,204 passages, 3 MB in /x", "saine : 1,204 passages, 3 Mo dans /x"),
        ("de", "{braces} does not exist. Check the spelling.", "{braces} gibt es nicht. Prüfen Sie die Schreibweise."),
        ("de", "up to 30 pictures of a file are read", "bis zu 30 Bilder einer Datei werden gelesen"),
        ("de", "no such sentence", "no such sentence"),
        ("en", "The question is empty. Ask something.", "The question is empty. Ask something."),
    ],
)  # fmt: skip
def test_it_is_told_in_the_language_in_use(language: str, said: str, expected: str) -> None:
    messages.use(language)
    assert told(said) == expected
