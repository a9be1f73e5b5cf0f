"""The doctor names what is wrong and what to do, changes nothing, and works where nothing else does."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from app.settings import Settings
from app.upkeep import doctor
from app.upkeep.doctor import Finding, examine
from storage.archive import Archive


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DOPPEL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def named(name: str) -> Finding:
    (found,) = [item for item in examine() if item.name == name]
    return found


def test_a_new_machine_is_told_to_fetch_the_model_and_stays_untouched(home: Path) -> None:
    found = {item.name: item for item in examine()}
    assert {"versions", "SQLite", "device", "model", "archive", "disk"} <= set(found)
    assert found["model"].state == "problem" and "doppel model pull" in found["model"].advice
    assert found["archive"].state == "ok" and not home.exists()


def test_broken_settings_are_a_finding(home: Path) -> None:
    home.mkdir()
    (home / "settings.json").write_text('{"port": "many"}')
    assert named("settings").state == "problem" and "port" in named("settings").found


def test_an_archive_in_use_and_a_damaged_one(home: Path) -> None:
    with Archive.open(home):
        assert "opened by process" in named("archive").found
    database = home / "doppel.db"
    database.write_bytes(database.read_bytes()[:4096] + b"\xff" * 40_000)
    assert named("archive").state == "problem" and "backup" in named("archive").advice


def test_too_few_watches(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notes" / "a" / "b").mkdir(parents=True)
    limit = tmp_path / "max_user_watches"
    monkeypatch.setattr(doctor, "INOTIFY", limit)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("storage.health.inspect", lambda home, key=None: doctor_health(tmp_path / "notes"))
    limit.write_text("100\n")
    assert named("watches").state == "ok" and "3 folders" in named("watches").found
    limit.write_text("3\n")
    assert named("watches").state == "problem" and "sysctl" in named("watches").advice


def doctor_health(*sources: Path) -> object:
    from storage.health import Health

    return Health(exists=True, sources=tuple(map(str, sources)))


def test_a_full_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**12, 10**12, 10**8))
    assert named("disk").state == "problem" and "Free some space" in named("disk").advice


def test_a_check_that_fails_hides_no_other(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(settings: Settings) -> None:
        raise OSError("unplugged")

    monkeypatch.setattr(doctor, "disk", fails)
    assert "unplugged" in named("fails").found and named("archive").state == "ok"
