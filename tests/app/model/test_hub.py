"""Models are fetched from a hub, here one on the loopback, by a process that may use the network while Doppel may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import ModelUnusable
from app.model import hub as hub_client
from app.model import store
from app.settings import Settings, disable_telemetry
from engine.checkpoint import save_model
from tests.app.model.hub_stand_in import Hub, serving
from tests.app.model.test_store import model

WEIGHTS = bytes(range(256)) * 100_000  # the client writes 10 MB at a time


def files(**more: bytes) -> dict[str, bytes]:
    return {
        "config.json": b"{}",
        "model.safetensors": WEIGHTS,
        "original/other.safetensors": b"not wanted",
        **more,
    }


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """As the product sets its own process up, with an endpoint to fill in."""
    for name in ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK", "GRADIO_ANALYTICS_ENABLED"):
        monkeypatch.setenv(name, "")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    disable_telemetry(Settings())
    return monkeypatch


def test_an_interrupted_fetch_goes_on_in_the_middle_of_a_file(
    tmp_path: Path, offline: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    with serving(Hub(files(), breaks_at=15_000_000)) as first:
        offline.setenv("HF_ENDPOINT", first.address)
        with pytest.raises(ModelUnusable, match="goes on where it stopped"):
            hub_client.fetch("owner/name", tmp_path, said.append)
    (half,) = tmp_path.rglob("*.part")
    have = half.stat().st_size
    assert 0 < have <= 15_000_000
    with serving(Hub(files())) as second:
        offline.setenv("HF_ENDPOINT", second.address)
        folder = hub_client.fetch("owner/name", tmp_path, said.append)
    assert second.asked == [("model.safetensors", have)]
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.safetensors"]
    assert said[-1] == "26 of 26 MB"


def test_another_revision_is_begun_anew_and_a_wrong_checksum_thrown_away(
    tmp_path: Path, offline: pytest.MonkeyPatch
) -> None:
    (tmp_path / "older").mkdir()
    (tmp_path / "older" / "model.safetensors.part").write_bytes(b"of another revision")
    with serving(Hub(files(), lies=True)) as lying:
        offline.setenv("HF_ENDPOINT", lying.address)
        with pytest.raises(ModelUnusable, match="another checksum"):
            hub_client.fetch("owner/name", tmp_path, lambda line: None)
    assert lying.asked[-1] == ("model.safetensors", 0)
    assert not list(tmp_path.rglob("*.part")) and not (tmp_path / "older").exists()


def test_what_cannot_be_had_is_said(tmp_path: Path, offline: pytest.MonkeyPatch) -> None:
    with serving(Hub({"config.json": b"{}", "model.gguf": b"x"})) as hub:
        offline.setenv("HF_ENDPOINT", hub.address)
        with pytest.raises(ModelUnusable, match="no weights as safetensors"):
            hub_client.fetch("owner/name", tmp_path, lambda line: None)
        with pytest.raises(ModelUnusable, match="no such model"):
            hub_client.fetch("owner/nothing", tmp_path, lambda line: None)
    assert not any("authorization" in {key.lower() for key in row} for row in hub.headers)


def test_pull_makes_a_model_of_a_hub_name(tmp_path: Path, offline: pytest.MonkeyPatch) -> None:
    """An MSA checkpoint is taken as it is; nothing of the fetch is left."""
    save_model(model(), tmp_path / "published")
    published = {path.name: path.read_bytes() for path in (tmp_path / "published").iterdir()}
    settings = Settings(home=tmp_path / "home", model="owner/name")
    with serving(Hub(published)) as hub:
        offline.setenv("HF_ENDPOINT", hub.address)
        folder = store.pull(settings)
    assert store.is_ready(settings) and folder == store.model_folder(settings)
    assert store.load(settings).fingerprint == store.fingerprint(settings)
    assert [path.name for path in (tmp_path / "home" / "models").iterdir()] == [folder.name]
