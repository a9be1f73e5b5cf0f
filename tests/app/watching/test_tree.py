"""What counts as a file of a source: links, hidden and ignored files, odd names, Doppel's own data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.watching.ignore import Ignore
from app.watching.tree import Tree, folds_case


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")


def names(tree: Tree, start: Path | None = None) -> set[str]:
    return {path.relative_to(tree.root).as_posix() for path, _ in tree.walk(start)}


def test_hidden_system_and_unfinished_files_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "sub/b.md", "größe/ñ.txt")
    make(tmp_path, ".git/config", ".hidden", "sub/.DS_Store", "node_modules/x/y.js", "~$brief.docx", "x.tmp")
    make(tmp_path, "film.part", "page.crdownload", "Thumbs.db", "draft.md~", "#draft.md#", "a.swp")
    tree = Tree(tmp_path)
    assert names(tree) == {"a.md", "sub/b.md", "größe/ñ.txt"}
    assert tree.look(tmp_path / ".git/config") is None
    assert tree.look(tmp_path / "sub/b.md") is not None


def test_a_source_has_patterns_of_its_own_and_may_take_a_default_back(tmp_path: Path) -> None:
    make(tmp_path, "keep.md", "out/x.md", "a.log", "important.log", ".notes/n.md", "deep/out/y.md")
    tree = Tree(tmp_path, ["/out/", "*.log", "!important.log", "!.notes/"])
    assert names(tree) == {"keep.md", "important.log", ".notes/n.md", "deep/out/y.md"}
    for name in ("out/x.md", "a.log"):
        assert tree.look(tmp_path / name) is None
    assert tree.look(tmp_path / ".notes/n.md") is not None


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError):
        Ignore(["!"])


def test_links_are_never_followed(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    make(outside, "secret.txt")
    make(root, "a/b.md")
    (root / "loop").symlink_to(root)
    (root / "a/up").symlink_to("..")
    (root / "out").symlink_to(outside)
    (root / "link.txt").symlink_to(outside / "secret.txt")
    (root / "dangling").symlink_to(root / "nothing")
    tree = Tree(root)
    assert names(tree) == {"a/b.md"}
    for name in ("out/secret.txt", "link.txt", "loop/a/b.md"):
        assert tree.look(root / name) is None
    assert not tree.holds_folder(root / "out") and tree.holds_folder(root / "a")


def test_a_root_may_itself_be_a_link(tmp_path: Path) -> None:
    make(tmp_path / "real", "a.md")
    (tmp_path / "root").symlink_to(tmp_path / "real")
    assert names(Tree(tmp_path / "root")) == {"a.md"}


def test_doppels_own_data_is_never_a_source(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "data/doppel.db", "data/bank/x.safetensors")
    tree = Tree(tmp_path, exclude=[tmp_path / "data"])
    assert names(tree) == {"a.md"}
    assert tree.look(tmp_path / "data/doppel.db") is None


def test_a_single_file_can_be_a_source(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "b.md")
    tree = Tree(tmp_path / "a.md")
    assert [path for path, _ in tree.walk()] == [tmp_path / "a.md"]
    assert tree.look(tmp_path / "b.md") is None


def test_sockets_pipes_and_nameless_files_are_no_files(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / os.fsdecode(b"bad-\xff.txt")).write_text("x")
    assert names(Tree(tmp_path)) == {"a.md"}


def test_a_path_the_disk_does_not_tell_about_is_not_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "a.md")

    def fail(_: Path) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    tree = Tree(tmp_path)
    monkeypatch.setattr(Path, "lstat", fail)
    with pytest.raises(PermissionError):
        tree.look(tmp_path / "a.md")


def test_walk_below_a_folder_and_below_nothing(tmp_path: Path) -> None:
    make(tmp_path, "a/b.md", "c.md")
    assert names(Tree(tmp_path), tmp_path / "a") == {"a/b.md"}
    assert names(Tree(tmp_path), tmp_path / "gone") == set()
    assert names(Tree(tmp_path / "nowhere")) == set()


def test_case_counts_as_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "Sub/Note.md")
    assert folds_case(tmp_path, same=lambda *_: True)
    assert not folds_case(tmp_path)
    # A disk that answers to any spelling, as those of macOS and Windows do.
    real = Path.lstat
    monkeypatch.setattr("app.watching.tree.folds_case", lambda _: True)
    monkeypatch.setattr(
        Path,
        "lstat",
        lambda self: real(
            tmp_path / str(self.relative_to(tmp_path)).replace("note", "Note").replace("sub", "Sub")
        ),
    )
    assert Tree(tmp_path).look(tmp_path / "Sub/Note.md") is not None
    assert Tree(tmp_path).look(tmp_path / "Sub/note.md") is None
    assert Tree(tmp_path).look(tmp_path / "sub/Note.md") is None


@pytest.mark.parametrize("by", ["link to the root", "link to the home", "as the root", "below the home"])
def test_doppels_own_files_are_known_by_what_they_are(tmp_path: Path, by: str) -> None:
    """Whatever name leads to them: opening the database a second time would cost its locks."""
    root, home = tmp_path / "root", tmp_path / "root" / "data" / "doppel"
    make(home, "doppel.db", "doppel.lock", "settings.json", "models/notes.txt", "bank/x.md")
    make(root, "mine.md")
    (tmp_path / "linked").symlink_to(root)
    (tmp_path / "home").symlink_to(home)
    if by == "link to the root":
        assert names(Tree(tmp_path / "linked", (), [home])) == {"mine.md"}
    elif by == "link to the home":
        assert names(Tree(root, (), [tmp_path / "home"])) == {"mine.md"}
    else:
        inner = home if by == "as the root" else home / "models"
        assert names(Tree(inner, (), [home])) == set()
        assert Tree(inner, (), [home]).look(inner / "notes.txt") is None


def test_a_second_name_of_the_database_and_backups_are_left_out(tmp_path: Path) -> None:
    root, home = tmp_path / "root", tmp_path / "home"
    make(home, "doppel.db", "doppel.lock")
    make(
        root,
        "mine.md",
        "backups/doppel-2024-01-01-020000/doppel.db",
        "backups/doppel-2024-01-01-020000/manifest.json",
    )
    os.link(home / "doppel.db", root / "database.txt")
    os.link(home / "doppel.lock", root / "lock.txt")
    tree = Tree(root, (), [home])
    assert names(tree) == {"mine.md"} and tree.look(root / "database.txt") is None


def test_copies_of_synchronisers_and_halves_of_downloads_are_left_out_unless_wanted(tmp_path: Path) -> None:
    make(
        tmp_path,
        "notes.md",
        "notes.sync-conflict-20240301-101500-ABCDEFG.md",
        "notes (Ada's conflicted copy 2024-03-01).md",
        "notes (In Konflikt stehende Kopie von Ada 2024-03-01).md",
        "notes (copie en conflit de Ada 2024-03-01).md",
        "notes (Ada 的冲突副本 2024-03-01).md",
        "notes.md.orig", "notes.md.bak", "film.aria2", "film.filepart", "film.!ut", "film.opdownload", "#recycle/old.md",
    )  # fmt: skip
    assert names(Tree(tmp_path)) == {"notes.md"}
    assert names(Tree(tmp_path, ["!*.bak"])) == {"notes.md", "notes.md.bak"}
