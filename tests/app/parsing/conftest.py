"""Reading a file of any name and content as the product does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.parsing import Item, Limits, read_file
from tests.app.parsing import samples

Reader = Callable[..., list[Item]]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Reads bytes as a file of the given name."""

    def reader(name: str, data: bytes | str | None = None, limits: Limits | None = None) -> list[Item]:
        path = tmp_path / name
        content = samples.every_format()[name] if data is None else data
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_file(path, limits)

    return reader
