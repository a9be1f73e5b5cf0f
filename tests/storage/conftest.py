from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.encryption import key
from storage.encryption.convert import encrypt
from tests.storage.synthetic import PASSPHRASE, open_bank


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested is not how long a guess takes."""
    monkeypatch.setattr(key, "COST", {"iterations": 1, "lanes": 1, "memory_kib": 64})


@pytest.fixture(params=["plain", "encrypted"])
def archive(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Archive]:
    data_key = encrypt(tmp_path / "data", PASSPHRASE) if request.param == "encrypted" else None
    with Archive.open(tmp_path / "data", key=data_key) as archive:
        open_bank(archive)
        yield archive
