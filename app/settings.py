"""What a person can set, and where Doppel keeps its data.

* One frozen dataclass, one JSON file (`settings.json` in the data directory), written atomically: a crash
  leaves the old file or the new one, never half of one. Only what differs from the defaults is written, so a
  better default of a later version reaches people who never chose the old one.
* The data directory is the platform's own (platformdirs); the environment variable DOPPEL_HOME overrides it.
* Values are checked when a Settings is made, so nothing behind this module has to check them again.

It knows nothing of what the values do: the model loader, the watcher and the web UI read their own.
"""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from app.errors import SettingsError

DEFAULT_MODEL = "smollm2-135m-instruct"
FILE_NAME = "settings.json"


def data_directory() -> Path:
    """Where this person's archive lives: DOPPEL_HOME if set, else the platform's user data directory."""
    override = os.environ.get("DOPPEL_HOME", "").strip()
    if override:
        return Path(override).expanduser().absolute()
    return Path(platformdirs.user_data_dir("doppel", appauthor=False))


def _setting(default: Any, low: float | None = None, high: float | None = None) -> Any:
    """A field with the range that its values must lie in."""
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True)
class Settings:
    """All settings. Raises SettingsError, naming the setting and the allowed values, if one is no good."""

    home: Path = field(default_factory=data_directory)
    model: str = DEFAULT_MODEL
    """The embedded default's name, a local model folder, or a hub name."""
    host: str = "127.0.0.1"
    port: int = _setting(7860, 1, 65535)

    max_tokens: int = _setting(256, 64, 4096)
    """Tokens of one document, the unit that is routed and cited."""
    rounds: int = _setting(2, 1, 4)
    """Rounds of retrieval: from the second on, what the documents found so far name is looked for too."""
    batch_tokens: int = _setting(1024, 64, 1_000_000)
    """Tokens handed to the encoder at once. More is no faster on a CPU, and a note just saved waits
    longer.
    """

    read_seconds: int = _setting(120, 1, 86_400)
    """A file whose parsing takes longer is given up."""
    read_memory_mb: int = _setting(2048, 128)
    """Memory limit of the process that parses a file."""
    readers: int = _setting(2, 1, 32)
    """Files parsed at the same time."""

    quiet_seconds: float = _setting(0.5, 0.0, 3600)
    """A file is read once it has not changed for this long."""
    poll_seconds: float = _setting(30.0, 1.0, 86_400)
    """Pause between two looks at a polling source (network mounts)."""

    throttle: bool = True
    """Rest between batches while the machine is busy with other work or runs on battery."""
    busy_percent: float = _setting(60.0, 1.0, 100.0)
    """CPU use by other programs above which Doppel slows down."""
    min_battery_percent: float = _setting(30.0, 0.0, 100.0)
    """On battery below this charge encoding waits for the charger."""
    nice: int = _setting(10, 0, 19)
    """Scheduling priority of background work; 0 is that of an ordinary program."""

    backup_folder: str = ""
    """Where daily backups go; empty: there are none. What is forgotten later stays in older backups."""
    backups: int = _setting(7, 0, 365)
    """Backups kept; 0 switches them off."""

    def __post_init__(self) -> None:
        hints = typing.get_type_hints(Settings)
        for item in dataclasses.fields(self):
            _check(item, hints[item.name], getattr(self, item.name))

    @property
    def model_is_local(self) -> bool:
        """True if the model needs no network: the embedded default or a folder on this machine."""
        return self.model == DEFAULT_MODEL or Path(self.model).expanduser().is_dir()


def _check(item: dataclasses.Field[Any], kind: type, value: object) -> None:
    """Raise SettingsError unless `value` has the field's type, lies in its range and is not blank."""
    allowed: Any = (int, float) if kind is float else kind
    # bool is an int to Python, but `"port": true` is a mistake to a person
    if not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool):
        raise SettingsError(f"Setting '{item.name}' must be {_spelled(kind)}, not {value!r}.")
    if kind is str and item.default and not str(value).strip():
        raise SettingsError(f"Setting '{item.name}' must not be empty; remove it to use {item.default!r}.")
    low, high = item.metadata.get("low"), item.metadata.get("high")
    if isinstance(value, int | float) and (
        not (low is None or value >= low) or not (high is None or value <= high)
    ):
        span = f"between {low:g} and {high:g}" if high is not None else f"at least {low:g}"
        raise SettingsError(f"Setting '{item.name}' must be {span}, not {value!r}.")


def _spelled(kind: type) -> str:
    return {int: "a whole number", float: "a number", bool: "true or false"}.get(kind, "a text")


def load(home: Path | None = None) -> Settings:
    """Settings of a data directory (default: this person's); defaults where no file is.

    Raises SettingsError if the file is not JSON, has an unknown key or a value that cannot be used.
    """
    home = home or data_directory()
    path = home / FILE_NAME
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings(home=home)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid JSON ({error}). Correct or delete it.") from error
    if not isinstance(stored, dict):
        raise SettingsError(f"{path} must hold one JSON object of settings. Correct or delete it.")
    known = {item.name for item in dataclasses.fields(Settings)} - {"home"}
    if unknown := sorted(set(stored) - known):
        raise SettingsError(f"{path}: unknown setting {unknown[0]!r}. Known: {', '.join(sorted(known))}.")
    try:
        return Settings(home=home, **stored)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from error


def save(settings: Settings) -> Path:
    """Write what differs from the defaults to the data directory, atomically; returns the file."""
    settings.home.mkdir(parents=True, exist_ok=True)
    path = settings.home / FILE_NAME
    chosen = {
        item.name: getattr(settings, item.name)
        for item in dataclasses.fields(settings)
        if item.name != "home" and getattr(settings, item.name) != item.default
    }
    handle, temporary = tempfile.mkstemp(dir=settings.home, prefix=".settings-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(chosen, file, indent=2, ensure_ascii=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def disable_telemetry(settings: Settings) -> None:
    """Turn off every report that the libraries would send; call before gradio or transformers are imported.

    With a local model the hub client is put offline too: nothing then leaves the machine by any library.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["DO_NOT_TRACK"] = "1"
    if settings.model_is_local:
        os.environ["HF_HUB_OFFLINE"] = "1"
    else:
        os.environ.pop("HF_HUB_OFFLINE", None)
