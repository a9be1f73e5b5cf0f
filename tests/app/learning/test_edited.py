"""Memories that a person edited, while their file lives on; places of passages that stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.parsing import Block, Item
from app.passages.file_passages import text_hash
from storage.records import Document
from tests.app.desk import BANK, Desk, encode, passages

FIRST, SECOND, THIRD = (
    f"# {name}\n\n" + f"sentence of the {name} part. " * 6 for name in ("first", "second", "third")
)
CORRECTED = "What the person knows better."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A file of three passages that name their file, the second one edited by hand."""
    with Desk(tmp_path, split=passages) as desk:
        desk.write("notes/a.md", "\n\n".join([FIRST, SECOND, THIRD]))
        desk.learn()
        edit(desk, memory(desk, "second part").id, CORRECTED)
        yield desk


def edit(desk: Desk, id: int, text: str) -> None:
    (encoding,) = encode([(id, text)])
    desk.archive.documents.edit(id, text, text_hash(text), encoding.tokens, encoding, BANK)


def memory(desk: Desk, words: str) -> Document:
    (found,) = [d for d in desk.archive.documents.listed(limit=100) if words in d.text]
    return found


def remembered(desk: Desk) -> list[str]:
    """The bodies of all memories, in the order of their file."""
    (file,) = desk.archive.files.rows()
    texts = [d.text for d in desk.archive.documents.of_file(file.id)]
    return [text.partition("\n")[2] or text for text in texts]


def test_an_edit_stays_when_another_part_of_the_file_changes(desk: Desk) -> None:
    before = memory(desk, CORRECTED)
    desk.write("notes/a.md", "\n\n".join([FIRST, SECOND, THIRD, "# more\n\nAnd a fourth part."]))
    desk.learn()
    after = memory(desk, CORRECTED)
    assert (after.id, after.edited, after.outdated) == (before.id, True, False)
    assert not any("second part" in text for text in remembered(desk))
    assert remembered(desk)[1] == CORRECTED


@pytest.mark.parametrize("name", ["notes/b.md", "other/a.md"])
def test_an_edit_stays_when_its_file_is_renamed_or_moved(desk: Desk, name: str) -> None:
    (desk.root / name).parent.mkdir(exist_ok=True)
    (desk.root / "notes/a.md").rename(desk.root / name)
    desk.learn()
    assert memory(desk, CORRECTED).path == str(desk.root / name)
    assert not memory(desk, CORRECTED).outdated and not any(
        "second part" in text for text in remembered(desk)
    )


def test_an_edit_whose_passage_changed_is_kept_and_marked_outdated(desk: Desk) -> None:
    desk.write("notes/a.md", "\n\n".join([FIRST, SECOND.replace("sentence", "new wording"), THIRD]))
    desk.learn()
    assert memory(desk, CORRECTED).outdated and memory(desk, CORRECTED).edited
    assert memory(desk, "new wording of the second part").file_id == memory(desk, CORRECTED).file_id
    desk.write("notes/a.md", "\n\n".join([FIRST, SECOND, THIRD]))
    desk.learn()
    assert not memory(desk, CORRECTED).outdated and len(remembered(desk)) == 3


def test_an_edit_that_the_file_takes_over_is_there_once(desk: Desk) -> None:
    desk.write("notes/a.md", CORRECTED)
    desk.learn()
    assert remembered(desk) == [CORRECTED] and not memory(desk, CORRECTED).outdated


def test_an_edit_goes_with_its_file(desk: Desk) -> None:
    (desk.root / "notes/a.md").unlink()
    desk.learn()
    assert desk.archive.documents.count() == 0


def test_a_forgotten_edit_takes_its_passage_along_for_good(desk: Desk) -> None:
    desk.archive.forgetting.forget([memory(desk, CORRECTED).id])
    desk.write("notes/a.md", "\n\n".join([FIRST, SECOND, THIRD, "# more\n\nAnd a fourth part."]))
    desk.learn()
    (desk.root / "notes/a.md").rename(desk.root / "notes/c.md")
    desk.learn()
    assert len(remembered(desk)) == 3 and not any("second part" in text for text in remembered(desk))


def test_the_words_that_a_forgotten_edit_corrected_stay_out_however_their_file_is_changed(desk: Desk) -> None:
    desk.archive.forgetting.forget([memory(desk, CORRECTED).id])
    changed = (
        SECOND.replace("\n\n", "\n\nA new sentence stands before it. ", 1)
        if "\n\n" in SECOND
        else f"A new one. {SECOND}"
    )
    desk.write("notes/b.md", f"# Another heading\n\n{changed} And one stands behind.")
    desk.learn()
    said = "\n".join(d.text for d in desk.archive.documents.listed(limit=100))
    assert "stands behind" in said and "second part" not in said


def test_a_kept_passage_gets_its_new_place(tmp_path: Path) -> None:
    pages = ["the first page", "the second page"]

    def read(_: Path) -> list[Item]:
        return [Item("", [Block(text, f"page {n}")]) for n, text in enumerate(pages, 1)]

    with Desk(tmp_path, read=read) as desk:
        desk.write("book.md", "x")
        desk.learn()
        before = desk.ids("book.md")
        pages.insert(0, "a preface")
        desk.write("book.md", "xx")
        desk.learn()
        (file,) = desk.archive.files.rows()
        found = desk.archive.documents.of_file(file.id)
        assert [(d.text, d.place, d.ordinal) for d in found] == [
            ("a preface", "page 1", 0),
            ("the first page", "page 2", 1),
            ("the second page", "page 3", 2),
        ]
        assert [d.id for d in found[1:]] == before


def test_a_copied_file_is_not_encoded_again_and_outlives_the_original(tmp_path: Path) -> None:
    encoded: list[str] = []

    def recording(documents: list[tuple[int, str]]) -> list:
        encoded.extend(text for _, text in documents)
        return encode(documents)

    with Desk(tmp_path, encode=recording, split=passages) as desk:
        desk.write("2019/notes/a.md", "\n\n".join([FIRST, SECOND]))
        desk.learn()
        once = len(encoded)
        desk.write("copy/notes/a.md", "\n\n".join([FIRST, SECOND]))
        desk.learn()
        assert len(encoded) == once
        mine, copy = desk.ids("2019/notes/a.md"), desk.ids("copy/notes/a.md")
        assert len(mine) == len(copy) == once and sorted(desk.bank_ids()) == sorted(mine + copy)
        snapshot = desk.archive.banks.open(BANK, 2, 1, 8).snapshot()
        first, second = (snapshot.encoding(ids[0], 1) for ids in (mine, copy))
        assert first is not None and second is not None
        for part in ("router_key", "key", "value"):
            assert getattr(first, part).equal(getattr(second, part))
        (file,) = [f for f in desk.archive.files.rows() if "2019" in f.path]
        desk.archive.forgetting.forget_file(file.id)
        assert sorted(desk.bank_ids()) == sorted(copy)
        again = desk.archive.banks.open(BANK, 2, 1, 8).snapshot().encoding(copy[0], 1)
        assert again is not None and again.key.equal(first.key) and again.key.abs().sum() > 0
