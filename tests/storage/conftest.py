from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.archive import Archive
from tests.storage.synthetic import open_bank


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data") as archive:
        open_bank(archive)
        yield archive
