"""What a person reads on the command line is in their language; what a program reads is not."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from app.upkeep.doctor import Finding
from tests.ui.cli.test_main import doppel, twin
from tests.ui.web.fake_twin import FakeTwin
from ui.cli import doctor, show
from ui.web import messages

__all__ = ["twin"]


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    yield
    messages.use("en")


def test_status_forgetting_and_errors_speak_as_the_computer(twin: FakeTwin) -> None:
    assert "Gedächtnis  4 Passagen" in doppel("status").stdout
    assert "Endgültig" in doppel("memory", "forget", "1", input="n\n").stderr.replace("endg", "Endg")
    assert "Vergessen: 1 Passagen" in doppel("memory", "forget", "1", "--yes", "--verify").stdout
    assert doppel("status", "/nowhere").stdout.startswith("nicht gesehen")
    assert "Nichts gefunden." in doppel("memory", "list", "xylophone").stdout


def test_what_the_person_chose_on_the_page_goes_before_the_computer(twin: FakeTwin) -> None:
    twin.prefer("language", "fr")
    assert "Mémoire" in doppel("status").stdout


def test_json_is_the_same_everywhere(twin: FakeTwin) -> None:
    known = json.loads(doppel("status", "--json").stdout)
    assert {"documents", "files"} <= set(known)


def test_findings_stand_in_columns_in_each_language() -> None:
    found = [
        Finding("disk", "ok", "3.1 GB free for /x"),
        Finding("model", "problem", "m is not on this machine", "Fetch it: doppel model pull"),
    ]
    for language, free in (("de", "frei für /x"), ("zh", "可用空间 3.1 GB"), ("fr", "libres pour /x")):
        messages.use(language)
        first, second, advice = doctor.lines(found).split("\n")
        assert free in first and "doppel model pull" in advice
        column = show.wide(first[: first.index("3.1" if language != "zh" else "/x")])
        assert column == show.wide(second[: second.index("m ")])


def test_chinese_takes_two_columns() -> None:
    assert show.padded("记忆", 6) == "记忆  "
    assert show.padded("longer than that", 6) == "longer than that"
