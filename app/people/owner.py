"""The owner of the memory: their name, and how the twin speaks of them.

Nothing is taken as confirmed that the person did not say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

from storage.archive import Archive

Voice = Literal["you", "I"]
VOICES: tuple[Voice, ...] = ("you", "I")
KEY = "owner"


@dataclass(frozen=True)
class Profile:
    """name: "" where the person has not said it."""

    name: str = ""
    voice: Voice = "you"


def profile(archive: Archive) -> Profile:
    kept: dict[str, Any] = archive.settings.get(KEY, {})
    voice = kept.get("voice", "you")
    return Profile(str(kept.get("name", "")), cast(Voice, voice) if voice in VOICES else "you")


def keep_profile(archive: Archive, kept: Profile) -> None:
    archive.settings.set(KEY, {"name": kept.name, "voice": kept.voice})
