"""What the person sets."""

from __future__ import annotations

import pytest

from app.errors import SettingsError
from app.settings import load
from app.twin.twin import Twin


def test_settings_are_checked_and_kept(noted: Twin) -> None:
    noted.change_settings(backup_folder="/mnt/backups", backups=3)
    assert load(noted.settings.home).backup_folder == "/mnt/backups"
    with pytest.raises(SettingsError, match="busy_percent"):
        noted.change_settings(busy_percent=0.0)
    assert noted.settings.backups == 3 and noted.settings.busy_percent == 60.0


def test_the_page_remembers(noted: Twin) -> None:
    assert noted.preference("language", "") == ""
    noted.prefer("language", "de")
    assert noted.preference("language") == "de"
