"""Disks that are pulled at the worst moment, really: what was on them is not forgotten, and what came meanwhile is found."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.watching.scan import Scan
from app.watching.tree import Tree
from tests.app.desk import Desk, eventually
from tests.mounts import disk, mount, mounted, unmount

FILES = 12


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    """A disk that stays, so that it can be connected again."""
    with disk(tmp_path / "stick") as path:
        for n in range(FILES):
            (path / f"{n}.md").write_text(f"The note of number {n} lies on the stick.", encoding="utf-8")
        yield path


def pulled_at(monkeypatch: pytest.MonkeyPatch, call: int, pull: Callable[[], None]) -> None:
    """Pulls the disk before the scan looks at a path for the so manyth time."""
    looked, times = Tree.look, 0

    def look(tree: Tree, path: Path) -> os.stat_result | None:
        nonlocal times
        times += 1
        if times == call:
            pull()
        return looked(tree, path)

    monkeypatch.setattr(Tree, "look", look)


@pytest.mark.parametrize("where", [".", "inside"], ids=["the root itself", "a folder within"])
@pytest.mark.parametrize("call", [1, 2, FILES - 1, FILES])
def test_a_disk_pulled_while_it_is_compared_forgets_nothing(
    tmp_path: Path, stick: Path, where: str, call: int
) -> None:
    with Desk(tmp_path) as desk, mounted(desk.root / where, "--bind", stick) as place:
        desk.write("beside.md", "A note that stays.") if where != "." else None
        desk.learn()
        before = desk.remembered()
        assert len(before) >= FILES
        (place / "0.md").unlink()  # so that something is gone, and the scan looks everywhere anew
        with pytest.MonkeyPatch.context() as patch:
            pulled_at(patch, call, lambda: unmount(place))
            desk.scan()
        assert not place.is_mount()
        assert len(set(before) - set(desk.remembered())) <= 1
        desk.scan()
        assert len(set(before) - set(desk.remembered())) <= 1
        (stick / "new.md").write_text("Written on another computer.", encoding="utf-8")
        mount("--bind", stick, place)
        desk.learn()
        assert desk.remembered() == desk.on_disk()


def test_a_disk_pulled_between_two_looks_at_what_is_gone_forgets_nothing(
    tmp_path: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is away while the files are looked for, there when its root is asked for, and away again."""
    with Desk(tmp_path) as desk, mounted(desk.root, "--bind", stick):
        desk.learn()
        before = desk.remembered()
        missing = Scan._missing

        def flaps(scan: Scan) -> bool:
            if not desk.root.is_mount():
                mount("--bind", stick, desk.root)
            said = missing(scan)
            unmount(desk.root)
            return said

        monkeypatch.setattr(Scan, "_missing", flaps)
        desk.scan()
        assert desk.remembered() == before


def test_a_disk_that_comes_and_goes_while_it_is_watched_ends_as_it_is(tmp_path: Path, stick: Path) -> None:
    with Desk(tmp_path) as desk, mounted(desk.root, "--bind", stick):
        desk.start()
        assert eventually(lambda: len(desk.remembered()) == FILES)
        for n in range(3):
            unmount(desk.root)
            (stick / f"{n}.md").unlink()
            (stick / f"away {n}.md").write_text(f"Written while it was away, {n}.", encoding="utf-8")
            assert eventually(lambda: desk.source.state == "missing", 30)
            assert len(desk.remembered()) >= FILES
            mount("--bind", stick, desk.root)
            assert eventually(lambda: desk.remembered() == desk.on_disk(), 60)
        (desk.root / "live.md").write_text("And its events come again.", encoding="utf-8")
        assert eventually(lambda: "live.md" in desk.remembered(), 60)
