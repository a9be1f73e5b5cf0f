"""What the person set: in settings.json what every start reads, in the archive what belongs to the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.settings import Settings, save
from app.twin.base import Opened

PREFIX = "page."


class Preferences(Opened):
    def change_settings(self, **values: Any) -> Settings:
        """Check and save settings; what runs already goes on with the old ones. Raises SettingsError."""
        self._need_writing()
        changed = replace(self.settings, **values)
        save(changed)
        self.settings = changed
        return changed

    def preference(self, name: str, default: Any = None) -> Any:
        """Something the page remembers, such as its language."""
        return self._archive.settings.get(PREFIX + name, default)

    def prefer(self, name: str, value: Any) -> None:
        """value: anything JSON can hold."""
        self._need_writing()
        self._archive.settings.set(PREFIX + name, value)
