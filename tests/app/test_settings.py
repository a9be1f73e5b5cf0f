"""Settings: defaults, the file, every refusal, and the telemetry switches."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest

from app import settings as module
from app.errors import SettingsError
from app.settings import Settings, data_directory, disable_telemetry, load, save

SWITCHES = ("GRADIO_ANALYTICS_ENABLED", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK", "HF_HUB_OFFLINE")


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*SWITCHES, "DOPPEL_HOME"):
        monkeypatch.setenv(name, "before")
        monkeypatch.delenv(name)


def test_home_overrides_the_platform_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clean_environment: None
) -> None:
    assert data_directory().name == "doppel"
    monkeypatch.setenv("DOPPEL_HOME", str(tmp_path / "elsewhere"))
    assert data_directory() == tmp_path / "elsewhere"
    assert Settings().home == tmp_path / "elsewhere"


def test_defaults_without_a_file(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert (settings.host, settings.port, settings.max_tokens) == ("127.0.0.1", 7860, 256)
    assert settings.model_is_local


def test_save_and_load_return_the_same_settings(tmp_path: Path) -> None:
    chosen = Settings(home=tmp_path, model="/models/größer", port=9000, quiet_seconds=2, throttle=False)
    path = save(chosen)
    assert load(tmp_path) == chosen
    assert set(json.loads(path.read_text(encoding="utf-8"))) == {"model", "port", "quiet_seconds", "throttle"}


def test_a_failed_save_leaves_the_old_file_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(Settings(home=tmp_path, port=9000))

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        save(Settings(home=tmp_path, port=9001))
    monkeypatch.undo()
    assert load(tmp_path).port == 9000
    assert [path.name for path in tmp_path.iterdir()] == [module.FILE_NAME]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not valid JSON"),
        ("[]", "one JSON object"),
        ('{"prot": 1}', "unknown setting 'prot'"),
        ('{"home": "/tmp"}', "unknown setting 'home'"),
        ('{"port": "7860"}', "'port' must be a whole number"),
        ('{"port": true}', "'port' must be a whole number"),
        ('{"port": 0}', "between 1 and 65535"),
        ('{"read_memory_mb": 1}', "at least 128"),
        ('{"throttle": 1}', "true or false"),
        ('{"quiet_seconds": NaN}', "between 0 and 3600"),
        ('{"model": " "}', "must not be empty"),
    ],
)
def test_bad_files_are_refused_with_what_to_do(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / module.FILE_NAME).write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=says) as caught:
        load(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_changed_copy_is_checked_as_well(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert dataclasses.replace(settings, port=9000).port == 9000
    with pytest.raises(SettingsError, match="between 1 and 65535, not 0"):
        dataclasses.replace(settings, port=0)


def test_telemetry_is_off_and_a_local_model_needs_no_hub(tmp_path: Path, clean_environment: None) -> None:
    disable_telemetry(Settings(home=tmp_path))
    assert [os.environ[name] for name in SWITCHES] == ["False", "1", "1", "1"]
    assert os.environ["GRADIO_TEMP_DIR"].startswith(str(tmp_path)), "the system's is shared with other users"
    disable_telemetry(Settings(home=tmp_path, model="someone/some-model"))
    assert "HF_HUB_OFFLINE" not in os.environ
    disable_telemetry(Settings(home=tmp_path, model=str(tmp_path)))
    assert os.environ["HF_HUB_OFFLINE"] == "1"
