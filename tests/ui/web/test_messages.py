"""Every message of the page has a translation in every language, with the same fields to fill in."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from string import Formatter

import pytest

from app.records import UNSURE
from app.settings import Settings
from app.twin.access import SCOPES
from app.twin.review import KINDS
from app.upkeep.jobs import standing_jobs
from ui.cli import doctor
from ui.web import messages
from ui.web.insights.plots import PARTS
from ui.web.memory.filters import VIEWS
from ui.web.memory.people import FACTS
from ui.web.settings.jobs import WEEKDAYS
from ui.web.sources.render import STATES
from ui.web.told import TOLD
from ui.web.viewer.render import KINDS as SHOWN

CODE = Path(messages.__file__).parent.parent
# What is looked up under a name that only the data knows.
BY_NAME = {
    UNSURE,
    *KINDS,
    *SHOWN.values(),
    *VIEWS.values(),
    *FACTS.values(),
    "name",
    *STATES.values(),
    "active",
    "missing",
    *SCOPES,
    *WEEKDAYS,
    *PARTS.values(),
    *TOLD,
    *doctor.MARKS.values(),
    *doctor.NAMES,
    *(job.description for job in standing_jobs(None, Settings(), lambda: None)),  # type: ignore[arg-type]
}


def said_by_code() -> set[str]:
    """The first argument of every `tr(...)`, and the columns of tables, which are looked up in a loop."""
    found = set(BY_NAME)
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
                first = node.args[0]
                texts = [first] if isinstance(first, ast.Constant) else []
                found |= {str(each.value) for each in texts if isinstance(each, ast.Constant)}
            if isinstance(node, ast.comprehension) and isinstance(node.iter, ast.Tuple):
                columns = isinstance(node.target, ast.Name) and node.target.id == "head"
                named = [each for each in node.iter.elts if isinstance(each, ast.Constant)]
                found |= {str(each.value) for each in named} if columns else set()
    return found


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}


@pytest.mark.parametrize("language", [language for language in messages.LANGUAGES if language != "en"])
def test_nothing_is_missing_and_nothing_left_over(language: str) -> None:
    catalogue = json.loads((messages.FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    assert sorted(said_by_code() - set(catalogue)) == []
    assert sorted(set(catalogue) - said_by_code()) == []
    assert {key for key, said in catalogue.items() if fields(key) != fields(said)} == set()
    assert all(said.strip() for said in catalogue.values())


def test_an_unknown_message_is_said_in_english() -> None:
    try:
        messages.use("de")
        assert messages.tr("never translated: {n}", n=3) == "never translated: 3"
        assert messages.tr("Ask") == "Fragen"
    finally:
        messages.use("en")


@pytest.mark.parametrize(("environment", "spoken"), [("de_DE.UTF-8", "de"), ("zh_CN", "zh"), ("ja_JP", "en")])
def test_without_a_choice_it_speaks_as_the_computer(
    monkeypatch: pytest.MonkeyPatch, environment: str, spoken: str
) -> None:
    monkeypatch.setenv("LC_ALL", environment)
    try:
        assert messages.use("") == spoken
    finally:
        messages.use("en")
