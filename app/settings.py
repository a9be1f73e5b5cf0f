"""What a person can set, and where Doppel keeps its data.

* One frozen dataclass, checked by pydantic, and one JSON file (`settings.json` in the data directory), replaced in one
  step: a crash leaves the old file or the new one, never half of one. Only what differs from the defaults is written, so a
  better default of a later version reaches people who never chose the old one.
* The data directory is the platform's own (platformdirs); the environment variable DOPPEL_HOME overrides it.
* Values are checked when a Settings is made, so nothing behind this module has to check them again.

It knows nothing of what the values do: the model loader, the watcher and the web UI read their own.
"""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any, Self

import platformdirs
from pydantic import ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from app.errors import SettingsError
from app.model.catalogue import DEFAULT, KNOWN, full_name
from engine.files import replacing

DEFAULT_MODEL = DEFAULT.name
FILE_NAME = "settings.json"
NOT_BLANK = r"\S"
DEVICES = r"^(all|(cpu|cuda:\d{1,2})(,(cpu|cuda:\d{1,2})){0,63})$"


def data_directory() -> Path:
    """Where this person's archive lives: DOPPEL_HOME if set, else the platform's user data directory."""
    override = os.environ.get("DOPPEL_HOME", "").strip()
    if override:
        return Path(override).expanduser().absolute()
    return Path(platformdirs.user_data_dir("doppel", appauthor=False))


def _setting(default: Any, low: float | None = None, high: float | None = None) -> Any:
    """A field with the range that its values must lie in."""
    return Field(default, ge=low, le=high)


# Strict, as `"port": true` and `"port": "7860"` are mistakes to a person. Defaults are held to their ranges too.
@dataclass(frozen=True, config=ConfigDict(strict=True, extra="forbid", validate_default=True))
class Settings:
    """All settings. Raises SettingsError, naming the setting and the allowed values, if one is no good."""

    home: Path = Field(default_factory=data_directory)
    model: str = Field(default=DEFAULT_MODEL, pattern=NOT_BLANK)
    """The name of an embedded model (`app.model.catalogue`), a local model folder, or a hub name."""
    devices: str = Field(default="all", pattern=DEVICES)
    """What the memory is spread over, one process each: "all" GPUs of this computer (else its CPU), or a list such as
    "cuda:0,cuda:1". The first one answers.
    """
    host: str = Field(default="127.0.0.1", pattern=NOT_BLANK)
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
    attached_programs: bool = False
    """Also read source code and scripts that came by mail; they are seldom one's own, and named in any case."""
    read_memory_mb: int = _setting(2048, 128)
    """Memory limit of the process that parses a file."""
    ocr_pages: int = _setting(30, 0, 10_000)
    """Scanned pages and pictures of one file whose text is read, about a second each; 0: none."""
    pictures_a_minute: int = _setting(60, 6, 600)
    """Looked at in a minute by each process that parses files, so that a folder of scans leaves the machine usable."""
    speech_model: str = ""
    """A Whisper model that voice notes are heard with (`doppel[speech]`): its folder, or its name where it is already
    on this computer. Empty: they are not.
    """
    speech_minutes: int = _setting(30, 1, 600)
    """Heard of one recording."""
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

    @model_validator(mode="wrap")
    @classmethod
    def _refuse(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(given)
        except ValidationError as error:
            raise SettingsError(_refusal(error)) from None

    @property
    def model_is_local(self) -> bool:
        """True if the model needs no network: an embedded one or a folder on this machine."""
        return full_name(self.model) in KNOWN or Path(self.model).expanduser().is_dir()


TYPES = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "a text",
    "path": "a path",
}


def _refusal(error: ValidationError) -> str:
    """The first thing wrong with some settings, and what is allowed."""
    wrong = error.errors(include_url=False)[0]
    name, kind = str(wrong["loc"][0]), str(wrong["type"])
    item = defaults()[name]
    if name == "devices" and kind == "string_pattern_mismatch":
        return f'Setting \'devices\' must be "all" or a list such as "cuda:0,cuda:1" or "cpu", not {wrong["input"]!r}.'
    if kind == "string_pattern_mismatch":
        return f"Setting '{name}' must not be empty; remove it to use {item.default!r}."
    bounds = {key: getattr(rule, key) for rule in item.metadata for key in ("ge", "le") if hasattr(rule, key)}
    if kind in ("greater_than_equal", "less_than_equal") and bounds:
        low, high = bounds["ge"], bounds.get("le")
        span = f"between {low:g} and {high:g}" if high is not None else f"at least {low:g}"
        return f"Setting '{name}' must be {span}, not {wrong['input']!r}."
    return (
        f"Setting '{name}' must be {TYPES.get(kind.split('_')[0], 'something else')}, not {wrong['input']!r}."
    )


def defaults() -> dict[str, Any]:
    """Name -> pydantic's field, with its default and its rules."""
    return dict(Settings.__pydantic_fields__)  # type: ignore[attr-defined]


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
    known = set(defaults()) - {"home"}
    if unknown := sorted(set(stored) - known):
        raise SettingsError(f"{path}: unknown setting {unknown[0]!r}. Known: {', '.join(sorted(known))}.")
    try:
        return Settings(home=home, **stored)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from error


def save(settings: Settings) -> Path:
    """Write what differs from the defaults to the data directory, atomically; returns the file."""
    path = settings.home / FILE_NAME
    chosen = {
        name: value
        for name, value in dataclasses.asdict(settings).items()
        if name != "home" and value != defaults()[name].default
    }
    with replacing(path) as unfinished:
        unfinished.write_text(json.dumps(chosen, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def disable_telemetry(settings: Settings) -> None:
    """Turn off every report that the libraries would send; call before gradio or transformers are imported.

    With a local model the hub client is put offline too: nothing then leaves the machine by any library.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["DO_NOT_TRACK"] = "1"
    # The system's temporary folder is shared: another user's `gradio` there would be in the way, or read what is ours.
    os.environ["GRADIO_TEMP_DIR"] = str(settings.home / "tmp" / "gradio")
    if settings.model_is_local:
        os.environ["HF_HUB_OFFLINE"] = "1"
    else:
        os.environ.pop("HF_HUB_OFFLINE", None)
