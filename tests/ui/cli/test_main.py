"""The command line over a fake twin: what it prints, in text and JSON, and with which exit code."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.errors import DoppelError
from app.records import UNSURE, Answer, Done, Evidence, ModelChange, Retrieved, Status, Token
from app.sample import ARCHIVE
from app.twin.kept_summary import Summary
from tests.ui.web.fake_twin import FakeTwin
from ui.cli import main, show
from ui.cli.run import SAMPLE_QUESTIONS

TREE = "/home/ada/garden.md"


@pytest.fixture
def twin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeTwin:
    """`Twin.open` gives this fake; the data directory is empty."""
    fake = FakeTwin.filled()
    module = types.ModuleType("app.twin.twin")
    module.Twin = types.SimpleNamespace(open=lambda settings, key=None: fake)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "app.twin.twin", module)
    monkeypatch.setenv("DOPPEL_HOME", str(tmp_path))
    return fake


def doppel(*words: str, input: str | None = None) -> Result:
    return CliRunner().invoke(main.app, list(words), input=input)


def test_ask_prints_the_answer_then_numbered_sources(twin: FakeTwin) -> None:
    result = doppel("ask", "When was the apricot tree planted?")
    assert result.exit_code == 0
    answer, _, sources = result.stdout.partition("\n\n")
    assert answer.startswith("The apricot tree was planted behind the shed")
    assert f"[1] {TREE}, Spring, 2021-04-12" in sources
    assert f"[2] {TREE}, Autumn, 2021-10-02  (outdated" in sources
    assert twin.closed


def test_an_answer_without_tokens_is_printed_all_the_same(
    twin: FakeTwin, monkeypatch: pytest.MonkeyPatch
) -> None:
    declined = Done(Answer("I could not find that.", (), True, None, 0.1))
    monkeypatch.setattr(twin, "ask", lambda question, **options: iter([Retrieved(()), declined]))
    assert doppel("ask", "What colour is the moon?").stdout == "I could not find that.\n"


@pytest.mark.parametrize("pieces", [[], [Token("July")]])
def test_an_unsure_answer_says_so_before_its_sources(
    twin: FakeTwin, monkeypatch: pytest.MonkeyPatch, pieces: list[Token]
) -> None:
    item = Evidence(1, str(TREE), None, None, None, "Planted in June, no, in July.", 1.0)
    other = Evidence(2, str(TREE), None, None, None, "Roses.", 0.5, read=False)
    done = Done(Answer("July", (item, other), False, 0.1, 0.2, unsure=True))
    monkeypatch.setattr(twin, "ask", lambda question, **options: iter([Retrieved((item,)), *pieces, done]))
    lines = doppel("ask", "When was it planted?").stdout.splitlines()
    assert lines[:3] == ["July", f"({UNSURE})", ""] and lines[3].startswith("[1]")
    assert ["(also found)" in line for line in lines if line.startswith("[")] == [False, True]
    assert json.loads(doppel("ask", "When was it planted?", "--json").stdout)["unsure"] is True


def test_ask_as_json_is_one_document(twin: FakeTwin) -> None:
    answer = json.loads(doppel("ask", "Who moved to Porto?", "--json").stdout)
    assert answer["evidence"][0]["document_id"] == 3
    assert answer["text"].startswith("Mara moved")
    assert answer["declined"] is False


def test_terminal_escapes_in_documents_are_dropped(twin: FakeTwin) -> None:
    twin.edit_memory(1, "apricot \x1b]0;owned\x07\x1b[2J\u202eplanted")
    for words in (("ask", "apricot planted"), ("memory", "show", "1"), ("memory", "list")):
        shown = doppel(*words).stdout
        assert "planted" in shown
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_an_error_is_one_line_and_exit_code_1(twin: FakeTwin) -> None:
    result = doppel("memory", "show", "99")
    assert result.exit_code == 1
    assert result.stderr == "doppel: There is no memory 99. `doppel memory list` shows them.\n"
    assert twin.closed


def test_an_empty_memory_says_so(twin: FakeTwin) -> None:
    twin.rows.clear()
    result = doppel("ask", "anything?")
    assert result.exit_code == 1
    assert "doppel sources add" in result.stderr


def test_memory_list_searches_and_pages(twin: FakeTwin) -> None:
    rows = json.loads(doppel("memory", "list", "apricot", "--limit", "1", "--offset", "1", "--json").stdout)
    assert [row["id"] for row in rows] == [2]
    assert "Nothing found" in doppel("memory", "list", "zeppelin").stdout


def test_memory_edit_takes_text_or_standard_input(twin: FakeTwin) -> None:
    assert doppel("memory", "edit", "1", "Planted in May.").exit_code == 0
    assert twin.rows[1].text == "Planted in May."
    assert doppel("memory", "edit", "1", "-", input="Planted in June.\n").exit_code == 0
    assert twin.rows[1].text == "Planted in June."
    refused = doppel("memory", "edit", "1", "  ")
    assert (refused.exit_code, twin.rows[1].text) == (1, "Planted in June.")


def test_forget_asks_first(twin: FakeTwin) -> None:
    assert doppel("memory", "forget", "1", input="n\n").exit_code == 1
    assert 1 in twin.rows
    assert doppel("memory", "forget", "1", "--yes").exit_code == 0
    assert 1 not in twin.rows


def test_forget_a_file_verified(twin: FakeTwin) -> None:
    result = doppel("memory", "forget", "--file", TREE, "--verify", "--yes", "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)
    assert report["forgotten"]["documents"] == 2
    assert report["verified"] == {"checked_files": 12, "found": [], "alive": []}
    assert set(twin.rows) == {3, 4}


def test_forget_that_left_text_behind_has_its_own_exit_code(twin: FakeTwin) -> None:
    twin.leftover = ("bank/segment-3.safetensors",)
    result = doppel("memory", "forget", "1", "--verify", "--yes")
    assert result.exit_code == main.STILL_FOUND
    assert "bank/segment-3.safetensors" in result.stdout


@pytest.mark.parametrize("words", [(), ("1", "--source", "1")])
def test_forget_needs_exactly_one_kind_of_target(twin: FakeTwin, words: tuple[str, ...]) -> None:
    assert doppel("memory", "forget", *words, "--yes").exit_code == 2
    assert len(twin.rows) == 4


def test_sources_add_list_remove(twin: FakeTwin, tmp_path: Path) -> None:
    added = json.loads(doppel("sources", "add", str(tmp_path), "--json").stdout)
    assert added["path"] == str(tmp_path)
    assert str(tmp_path) in doppel("sources", "list").stdout
    assert doppel("sources", "remove", str(added["id"])).exit_code == 0
    assert str(tmp_path) not in doppel("sources", "list").stdout
    assert doppel("sources", "add", str(tmp_path / "gone")).exit_code == 1


def test_how_long_a_source_is_kept_is_set_and_changed(twin: FakeTwin, tmp_path: Path) -> None:
    added = json.loads(doppel("sources", "add", str(tmp_path), "--forget-after", "30", "--json").stdout)
    assert added["retention_days"] == 30
    id = str(added["id"])
    assert "kept 30 days" in doppel("sources", "list").stdout
    assert "kept 7 days" in doppel("sources", "keep", id, "--days", "7").stdout
    assert " days)" not in doppel("sources", "keep", id).stdout
    assert doppel("sources", "add", str(tmp_path), "--forget-after", "0").exit_code == 2


def test_a_folder_that_came_back_empty_is_accepted_after_a_question(twin: FakeTwin) -> None:
    twin.watched[0] = dataclasses.replace(twin.watched[0], state="missing", reason="is empty")
    assert doppel("sources", "accept", "1", input="n\n").exit_code == 1 and twin.watched[0].state == "missing"
    assert "active" in doppel("sources", "accept", "1", "--yes").stdout
    assert doppel("sources", "accept", "9", "--yes").exit_code == 1


def test_jobs_are_listed_switched_and_run(twin: FakeTwin) -> None:
    listed = doppel("jobs", "list").stdout
    assert "next 2026-01-02 06:00" in listed and "off" in listed
    assert json.loads(doppel("jobs", "off", "compaction", "--json").stdout)["on"] is False
    assert json.loads(doppel("jobs", "on", "compaction", "--json").stdout)["on"] is True
    assert "2 merges were done." in doppel("jobs", "run", "compaction").stdout
    assert doppel("jobs", "run", "dreams").exit_code == 1


def test_the_digest_names_what_is_new(twin: FakeTwin) -> None:
    assert f"2026-01-01: 4 new\n  {TREE}, Spring, 2021-04-12: The apricot" in doppel("digest").stdout


def test_a_chat_is_shown_saved_once_and_deleted(twin: FakeTwin) -> None:
    doppel("ask", "Who moved to Porto?")
    assert "Who moved to Porto?" in doppel("chats", "list").stdout
    assert "Doppel: Mara moved" in doppel("chats", "show", "1").stdout
    assert doppel("chats", "save", "1").stdout == "Remembered: 1 passages of chat 1.\n"
    assert "nothing new" in doppel("chats", "save", "1").stdout
    assert "saved from a chat" in doppel("memory", "show", "5").stdout
    assert doppel("chats", "delete", "1").exit_code == 0 and not twin.kept
    assert doppel("chats", "save", "9").exit_code == 1


def test_summaries_are_listed_and_deleted(twin: FakeTwin) -> None:
    assert "Ask for one" in doppel("summaries", "list").stdout
    twin.summarised = [Summary(7, "Summarise 2024", 37, "2025-03-01T10:00:00+00:00")]
    assert doppel("summaries", "list").stdout == "   7  2025-03-01  Summarise 2024\n"
    assert json.loads(doppel("summaries", "list", "--json").stdout)[0]["passages"] == 37
    assert doppel("summaries", "delete", "7").stdout == "Summary 7 is deleted.\n" and not twin.summarised
    assert doppel("summaries", "delete", "7").exit_code == 1


def test_status_of_a_file_tells_scripts_whether_it_is_known(twin: FakeTwin) -> None:
    assert doppel("status", TREE).exit_code == 0
    unknown = doppel("status", "/nowhere.txt", "--json")
    assert unknown.exit_code == main.NOT_KNOWN
    assert json.loads(unknown.stdout)["reason"] == "no watched folder holds it"


def test_status_and_ingest_name_what_failed_and_why(twin: FakeTwin, tmp_path: Path) -> None:
    assert "encrypted" in doppel("status").stdout
    assert json.loads(doppel("status", "--json").stdout)["files"]["known"] == 3
    assert "broken.pdf: not a PDF" in doppel("ingest", str(tmp_path)).stdout


def test_model_show_says_how_to_fetch_a_missing_model(
    twin: FakeTwin, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.model import store

    monkeypatch.setattr(store, "is_ready", lambda settings: False)
    monkeypatch.setattr(store, "model_folder", lambda settings: Path("/models/x"))
    assert "doppel model pull" in doppel("model", "show").stdout
    assert json.loads(doppel("model", "show", "--json").stdout)["ready"] is False


def test_run_without_folders_opens_the_sample_archive(
    twin: FakeTwin, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.web import server

    served: dict[str, object] = {}
    monkeypatch.setattr(server, "serve", lambda twin, **options: served.update(options))
    twin.watched.clear()
    result = doppel("run", "--no-browser")
    assert result.exit_code == 0
    assert "sample archive" in result.stdout
    assert [source.path for source in twin.watched] == [str(ARCHIVE)]
    assert {Path(sample.file).relative_to(ARCHIVE).as_posix() for sample in served["samples"]} == set(  # type: ignore[attr-defined]
        SAMPLE_QUESTIONS.values()
    )
    assert all(Path(sample.file).is_file() for sample in served["samples"])  # type: ignore[attr-defined]
    assert (served["open_browser"], served["exposed"], served["host"]) == (False, False, "127.0.0.1")


def test_run_with_a_folder_does_not_add_the_sample(
    twin: FakeTwin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from ui.web import server

    monkeypatch.setattr(server, "serve", lambda twin, **options: None)
    twin.watched.clear()
    assert doppel("run", str(tmp_path)).exit_code == 0
    assert [source.path for source in twin.watched] == [str(tmp_path)]


def test_run_stops_the_twin_when_serving_fails(twin: FakeTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.web import server

    def taken(twin: FakeTwin, **options: object) -> None:
        raise server.PortTaken("port 7860 is taken")

    monkeypatch.setattr(server, "serve", taken)
    result = doppel("run")
    assert (result.exit_code, twin.closed) == (1, True)
    assert "port 7860 is taken" in result.stderr


def test_help_imports_neither_torch_nor_gradio() -> None:
    code = (
        "import sys; from ui.cli import main; "
        "print(sorted({'torch', 'gradio', 'transformers', 'sqlalchemy'} & set(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


def test_json_of_paths_and_nested_records() -> None:
    assert show.jsonable({"a": (Path("x"), 1)}) == {"a": ["x", 1]}


def test_bugs_keep_their_traceback(twin: FakeTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twin, "status", lambda: 1 / 0)
    assert isinstance(doppel("status").exception, ZeroDivisionError)
    assert not issubclass(ZeroDivisionError, DoppelError)


def test_using_another_model_says_how_far_it_is(twin: FakeTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    pulled: list[str] = []
    monkeypatch.setattr("app.model.store.pull", lambda settings, name, report: pulled.append(name))

    def use_model(name: str, report: Callable[[Status], None]) -> None:
        report(replace(twin.status(), model=name, change=ModelChange("old-model", 64, 1200)))

    monkeypatch.setattr(twin, "use_model", use_model, raising=False)
    result = doppel("model", "use", "new-model")
    assert (result.exit_code, pulled) == (0, ["new-model"])
    assert result.stderr == "64 of 1,200 passages are encoded with it; until then old-model answers\n"
    assert result.stdout == "new-model answers from now on.\n"
