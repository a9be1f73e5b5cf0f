"""What the folder picker may show."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.errors import NotFound
from app.watching import places
from app.watching.places import place


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "ada"
    for name in ("Documents/Letters", "Äpfel", ".ssh/keys", "other"):
        (home / name).mkdir(parents=True)
    (home / "file.txt").write_text("x")
    (tmp_path / "bob" / "secret").mkdir(parents=True)
    if os.name != "nt":
        (home / "way out").symlink_to(tmp_path / "bob")
    monkeypatch.setattr(places, "roots", lambda: [home])
    return home


def test_folders_are_walked_down_and_up(home: Path) -> None:
    assert place() == places.Place(None, None, (str(home),))
    here = place(str(home))
    assert [Path(path).name for path in here.folders] == ["Documents", "other", "Äpfel"]
    assert here.above is None, "above a root there is nothing"
    below = place(here.folders[0])
    assert below.above == str(home) and [Path(p).name for p in below.folders] == ["Letters"]


@pytest.mark.parametrize(
    "path",
    ["{home}/..", "{home}/../bob", "{home}/../bob/secret", "/", "/etc", "{home}/.ssh", "{home}/.ssh/keys",
     "{home}/way out", "{home}/way out/secret", "{home}/file.txt", "{home}/gone", "x\0y", "relative", "~",
     "{home}2", "//server/share", "\\\\server\\share"],
)  # fmt: skip
def test_nothing_else_is_told(home: Path, path: str) -> None:
    with pytest.raises(NotFound):
        place(path.format(home=home))


def test_a_folder_of_very_many_is_cut(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST", 5)
    for n in range(9):
        (home / "other" / f"{n}").mkdir()
    here = place(str(home / "other"))
    assert len(here.folders) == 5 and not here.complete


def test_the_roots_are_the_home_and_what_is_mounted_for_people() -> None:
    assert places.roots()[0] == Path.home() or not Path.home().is_dir()
    assert not {"/", "/proc", "/etc", "/boot"} & {str(path) for path in places.roots()[1:]}
