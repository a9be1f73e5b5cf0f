"""What a forgotten text may be left in beside its own row: titles, removed copies, earlier words, notes on a source."""

from __future__ import annotations

import json
from pathlib import Path

from storage.archive import Archive
from storage.records import Draft, Holder
from tests.storage.synthetic import BANK, add_file, encoded, open_bank

SECRET = "Der Schlüssel für die Tür am Äußeren Hafen\nhängt hinter der siebten Laterne, größer als alle anderen dort."


def add(archive: Archive, path: str, text: str) -> int:
    """A document of its own file, with a line above its text; its id."""
    source = archive.sources.add(Path("/notes"))
    file = archive.files.upsert(source.id, Path(path), 1, 1)
    (id,) = archive.commits.reserve_ids(1)
    draft = Draft(id, 0, f"{path}\n{text}", f"{path} {text}", body_hash=f"body {text}", tokens=9)
    archive.commits.commit_documents(file.id, add=[draft], encodings=[encoded(id)], bank=BANK)
    return id


def test_a_title_that_a_forgotten_question_began_with_goes_with_it(archive: Archive) -> None:
    id = add(archive, "/notes/a.txt", SECRET)
    question = f"Did I write this once, and where? {SECRET}"
    chat = archive.chats.create(question[:52])
    archive.chats.add_message(chat, "user", question)
    own = archive.chats.create("Keys")
    archive.chats.add_message(own, "user", question)
    archive.forgetting.forget([id])
    assert {row.id: row.title for row in archive.chats.rows()} == {chat: "", own: "Keys"}
    assert archive.forgetting.verify(["Schlüssel"]) == []


def test_a_removed_copy_cannot_bring_it_back(archive: Archive) -> None:
    open_bank(archive)
    first, copy, other = (
        add(archive, "/notes/a.txt", SECRET),
        add(archive, "/notes/b.txt", SECRET),
        add(archive, "/notes/c.txt", "Nothing of the kind."),
    )
    archive.trash.remove([copy, other])
    assert archive.forgetting.verify([SECRET]) != [], "what is removed only is still there"
    assert archive.forgetting.forget([first]).documents == 2
    assert [row.document.id for row in archive.trash.rows()] == [other]
    archive.trash.restore([copy], [encoded(copy)], BANK)
    assert archive.documents.rows([copy]) == []
    assert archive.forgetting.verify([SECRET]) == []


def test_whoever_still_has_the_words_is_named(archive: Archive) -> None:
    open_bank(archive)
    first, edited, removed = (
        add(archive, "/notes/a.txt", SECRET),
        add(archive, "/notes/b.txt", f"{SECRET} And more."),
        add(archive, "/notes/c.txt", f"Before: {SECRET}"),
    )
    archive.documents.edit(edited, "Other words.", "other", 3, encoded(900), BANK)
    archive.trash.remove([removed])
    archive.forgetting.forget([first])
    traces, holders = archive.forgetting.verify_apart([SECRET])
    assert traces == []
    assert holders == [Holder(edited, "/notes/b.txt", "earlier"), Holder(removed, "/notes/c.txt", "removed")]
    archive.forgetting.forget([edited, removed])
    assert archive.forgetting.verify([SECRET]) == []


def test_words_are_found_as_json_writes_them(archive: Archive) -> None:
    for name, ascii in (("escaped", True), ("plain", False)):
        (archive.directory / name).write_text(json.dumps({"text": SECRET}, ensure_ascii=ascii), "utf-8")
    assert {trace.path for trace in archive.forgetting.verify([SECRET])} == {"escaped", "plain"}


def test_nothing_that_was_kept_of_a_source_stays(archive: Archive) -> None:
    add_file(archive, "/notes/a.txt", 1)
    source = archive.sources.rows()[0].id
    other = archive.sources.add(Path("/elsewhere")).id
    for id in (source, other):
        archive.settings.set(f"source {id} mounts", [f"/media/stick of {id}"])
    archive.forgetting.forget_source(source)
    assert archive.forgetting.verify([f"/media/stick of {source}", "/notes"]) == []
    assert archive.settings.get(f"source {other} mounts") == [f"/media/stick of {other}"]
    archive.sources.remove(other)
    assert archive.settings.get(f"source {other} mounts") is None
