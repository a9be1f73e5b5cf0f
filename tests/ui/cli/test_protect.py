"""The command line on a memory with a passphrase: asked for, read from a file, changed, taken away; wrong ones."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from storage.archive import Archive
from storage.encryption import key
from storage.encryption.key import is_protected
from tests.storage.synthetic import open_bank, remember
from ui.cli import main, passphrase, protect

FIRST, SECOND = "correct horse battery", "another few words"


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A plain memory with one passage."""
    monkeypatch.setattr(key, "COST", {"iterations": 1, "lanes": 1, "memory_kib": 64})
    monkeypatch.setenv("DOPPEL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DOPPEL_PASSPHRASE_FILE", raising=False)
    with Archive.open(tmp_path / "home") as archive:
        open_bank(archive)
        remember(archive, "The apricot tree stands behind the shed.")
    return tmp_path / "home"


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person at a terminal."""
    for module in (passphrase, protect):
        monkeypatch.setattr(module, "somebody_is_there", lambda: True)


def doppel(*words: str, input: str | None = None) -> Result:
    return CliRunner().invoke(main.app, list(words), input=input)


def file_with(folder: Path, words: str) -> str:
    path = folder / words.replace(" ", "-")
    path.write_text(words + "\n", "utf-8")
    return str(path)


def test_programs_read_the_passphrase_from_a_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = file_with(tmp_path, FIRST), file_with(tmp_path, SECOND)
    said = doppel("encrypt", "--file", first)
    assert said.exit_code == 0 and is_protected(home) and "Backups that were made before" in said.output
    closed = doppel("memory", "list")
    assert closed.exit_code == 1 and "DOPPEL_PASSPHRASE_FILE" in closed.output
    monkeypatch.setenv("DOPPEL_PASSPHRASE_FILE", first)
    assert "apricot" in doppel("memory", "list").output
    assert "protected" not in doppel("doctor").output
    assert doppel("passphrase", "--file", second).exit_code == 0
    wrong = doppel("memory", "list")
    assert wrong.exit_code == 1 and "does not open this memory" in wrong.output
    monkeypatch.setenv("DOPPEL_PASSPHRASE_FILE", second)
    assert json.loads(doppel("memory", "list", "--json").output)[0]["text"].startswith("The apricot")
    assert doppel("decrypt", "--yes").exit_code == 0 and not is_protected(home)
    monkeypatch.delenv("DOPPEL_PASSPHRASE_FILE")
    assert "apricot" in doppel("memory", "list").output


def test_where_nobody_can_be_asked_it_says_how(home: Path) -> None:
    for words in (["encrypt"], ["passphrase"], ["unlock"], ["decrypt", "--yes"]):
        said = doppel(*words)
        assert said.exit_code == 1 and "doppel: " in said.output and not is_protected(home)
    assert "--file" in doppel("encrypt").output


def test_a_lost_key_file_is_named(home: Path, tmp_path: Path) -> None:
    doppel("encrypt", "--file", file_with(tmp_path, FIRST))
    (home / "doppel.key").rename(tmp_path / "doppel.key")
    lost = doppel("memory", "list")
    assert lost.exit_code == 1 and "doppel.key is missing" in lost.output
    (home / "doppel.key").write_text("{}", "utf-8")
    damaged = doppel("memory", "list")
    assert damaged.exit_code == 1 and "doppel.key is damaged" in damaged.output


def test_a_person_is_asked_and_told_what_forgetting_means(home: Path, somebody: None) -> None:
    said = doppel("encrypt", input=f"short\nshort\n{FIRST}\nnot the same\n{FIRST}\n{FIRST}\n")
    assert said.exit_code == 0 and is_protected(home)
    assert "this memory is lost" in said.output and "at least 8 characters" in said.output
    again = doppel("memory", "list", input=f"wrong one\n{FIRST}\n")
    assert "apricot" in again.output and "does not open" in again.output and FIRST not in again.output
    assert doppel("memory", "list", input="wrong\nwrong\nwrong\n").exit_code == 1
    assert "already" in doppel("encrypt").output


def test_a_first_start_offers_it_and_takes_no_for_an_answer(
    tmp_path: Path, somebody: None, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    assert protect.offer(home) is None  # there is a memory
    answers = iter([False, True])
    monkeypatch.setattr(protect.typer, "confirm", lambda *words, **options: next(answers))
    monkeypatch.setattr(protect, "ask_for_new", lambda: FIRST)
    assert protect.offer(tmp_path / "new") is None and not (tmp_path / "new").exists()
    found = protect.offer(tmp_path / "new")
    with Archive.open(tmp_path / "new", key=found) as archive:
        assert archive.documents.count() == 0
    assert is_protected(tmp_path / "new")


def test_a_backup_is_restored_with_the_passphrase_of_its_time(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = file_with(tmp_path, FIRST), file_with(tmp_path, SECOND)
    doppel("encrypt", "--file", first)
    monkeypatch.setenv("DOPPEL_PASSPHRASE_FILE", first)
    (home / "settings.json").write_text(json.dumps({"backup_folder": str(tmp_path / "backups")}), "utf-8")
    assert doppel("jobs", "run", "backup").exit_code == 0
    (backup,) = (tmp_path / "backups").iterdir()
    doppel("passphrase", "--file", second)
    monkeypatch.setenv("DOPPEL_PASSPHRASE_FILE", second)
    refused = doppel("restore", str(backup), str(tmp_path / "back"))
    assert refused.exit_code == 1 and not (tmp_path / "back").exists()
    monkeypatch.setenv("DOPPEL_PASSPHRASE_FILE", first)
    assert doppel("restore", str(backup), str(tmp_path / "back")).exit_code == 0
    monkeypatch.setenv("DOPPEL_HOME", str(tmp_path / "back"))
    assert "apricot" in doppel("memory", "list").output


def test_a_keyring_opens_it_where_there_is_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, somebody: None
) -> None:
    kept: dict[tuple[str, str], str] = {}

    class Keyring:
        set_password = staticmethod(lambda service, name, word: kept.__setitem__((service, name), word))
        get_password = staticmethod(lambda service, name: kept.get((service, name)))
        delete_password = staticmethod(lambda service, name: kept.pop((service, name)))

    monkeypatch.setitem(__import__("sys").modules, "keyring", Keyring)
    doppel("encrypt", "--file", file_with(tmp_path, FIRST))
    assert doppel("unlock", input=f"{FIRST}\n").exit_code == 0 and len(kept) == 1
    assert FIRST not in str(kept)
    assert "apricot" in doppel("memory", "list").output  # nobody was asked
    assert doppel("unlock", "--forget").exit_code == 0 and kept == {}
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    missing = doppel("unlock", input=f"{FIRST}\n")
    assert missing.exit_code == 1 and "pip install" in missing.output


def test_the_real_keyring_keeps_the_key_in_a_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, somebody: None
) -> None:
    keyring = pytest.importorskip("keyring")
    backend, errors = importlib.import_module("keyring.backend"), importlib.import_module("keyring.errors")
    kept = tmp_path / "keyring.json"

    class InFile(backend.KeyringBackend):  # type: ignore[misc, name-defined]
        priority = 1

        def _rows(self) -> dict[str, str]:
            return dict(json.loads(kept.read_text("utf-8"))) if kept.exists() else {}

        def set_password(self, service: str, username: str, password: str) -> None:
            kept.write_text(json.dumps({**self._rows(), f"{service} {username}": password}), "utf-8")

        def get_password(self, service: str, username: str) -> str | None:
            return self._rows().get(f"{service} {username}")

        def delete_password(self, service: str, username: str) -> None:
            rows = self._rows()
            if rows.pop(f"{service} {username}", None) is None:
                raise errors.PasswordDeleteError("there is none")
            kept.write_text(json.dumps(rows), "utf-8")

    before = keyring.get_keyring()
    keyring.set_keyring(InFile())
    try:
        doppel("encrypt", "--file", file_with(tmp_path, FIRST))
        assert doppel("unlock", input=f"{FIRST}\n").exit_code == 0
        assert len(json.loads(kept.read_text())) == 1 and FIRST not in kept.read_text()
        assert "apricot" in doppel("memory", "list").output  # nobody was asked
        second = file_with(tmp_path, SECOND)
        assert doppel("passphrase", "--file", second, input=f"{FIRST}\n").exit_code == 0
        assert "apricot" in doppel("memory", "list").output, "another passphrase leaves the key as it is"
        assert doppel("unlock", "--forget").exit_code == 0 and json.loads(kept.read_text()) == {}
        again = doppel("unlock", "--forget")
        assert "Traceback" not in again.output
        keyring.set_keyring(importlib.import_module("keyring.backends.fail").Keyring())
        refused = doppel("unlock", input=f"{SECOND}\n")
        assert refused.exit_code == 1 and "keyring cannot be used" in refused.output
    finally:
        keyring.set_keyring(before)


def test_a_passphrase_file_of_any_editor_is_read(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doppel("encrypt", "--file", file_with(tmp_path, FIRST))
    marked = tmp_path / "marked.txt"
    marked.write_bytes(b"\xef\xbb\xbf" + FIRST.encode() + b"\r\n")
    monkeypatch.setenv("DOPPEL_PASSPHRASE_FILE", str(marked))
    assert "apricot" in doppel("memory", "list").output


def test_without_sqlcipher_it_says_so_and_the_rest_works(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sqlcipher3.dbapi2", None)
    said = doppel("encrypt", "--file", file_with(tmp_path, FIRST))
    assert said.exit_code == 1 and "sqlcipher3" in said.output and not is_protected(home)
    assert "apricot" in doppel("memory", "list").output
