"""Sources and files: what is queued, when, and how often."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.archive import Archive
from storage.errors import NotFound
from storage.records import Draft
from tests.storage.synthetic import BANK, add_file, drafts, encoded, open_bank


def test_a_file_is_queued_when_new_and_when_changed_only(archive: Archive) -> None:
    source = archive.sources.add(Path("/notes"))
    file = archive.files.upsert(source.id, Path("/notes/a.txt"), 10, 20)
    assert (file.state, file.revision) == ("queued", 1)
    archive.files.set_state(file.id, "known")
    assert archive.files.upsert(source.id, Path("/notes/a.txt"), 10, 20).state == "known"
    changed = archive.files.upsert(source.id, Path("/notes/a.txt"), 11, 20)
    assert (changed.id, changed.state, changed.revision) == (file.id, "queued", 2)


def test_a_file_changed_while_it_was_read_stays_queued(archive: Archive) -> None:
    source = archive.sources.add(Path("/notes"))
    read = archive.files.upsert(source.id, Path("/notes/a.txt"), 10, 20)
    archive.files.set_state(read.id, "reading", revision=read.revision)
    archive.files.upsert(source.id, Path("/notes/a.txt"), 11, 21)
    archive.files.set_state(read.id, "failed", "cut off", revision=read.revision)
    (id,) = archive.commits.reserve_ids(1)
    archive.commits.commit_documents(
        read.id, add=drafts([id]), encodings=[encoded(id)], bank=BANK, revision=read.revision
    )
    file = archive.files.row(read.id)
    assert (file.state, file.documents) == ("queued", 1)


def test_queue_takes_fresh_files_of_active_sources_first(archive: Archive) -> None:
    active, paused = archive.sources.add(Path("/a")), archive.sources.add(Path("/b"))
    archive.sources.set_state(paused.id, "paused")
    tried = archive.files.upsert(active.id, Path("/a/tried"), 1, 9)
    archive.files.set_state(tried.id, "reading")
    archive.files.set_state(tried.id, "queued")
    archive.files.upsert(active.id, Path("/a/old"), 1, 1)
    archive.files.upsert(active.id, Path("/a/new"), 1, 5)
    archive.files.upsert(paused.id, Path("/b/other"), 1, 1)
    assert [Path(f.path).name for f in archive.files.next_queued(10)] == ["new", "old", "tried"]
    assert archive.files.row(tried.id).attempts == 1
    assert archive.files.counts()["queued"] == 4 and archive.files.counts(paused.id)["queued"] == 1


def test_files_in_work_are_queued_again_after_reopening(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        source = archive.sources.add(Path("/notes"))
        file = archive.files.upsert(source.id, Path("/notes/a.txt"), 1, 1)
        archive.files.set_state(file.id, "encoding")
    with Archive.open(tmp_path) as archive:
        assert archive.files.row(file.id).state == "queued"
        assert archive.recovery.requeued_files == 1


def test_moving_over_another_file_replaces_it(archive: Archive) -> None:
    first, second = add_file(archive, "/notes/a.txt", 1), add_file(archive, "/notes/b.txt", 1)
    file = archive.files.by_path(Path("/notes/a.txt"))
    assert file is not None
    moved = archive.files.move(file.id, Path("/notes/b.txt"))
    assert moved.path == "/notes/b.txt" and archive.files.by_path(Path("/notes/a.txt")) is None
    assert [d.path for d in archive.documents.rows(first + second)] == ["/notes/b.txt"]
    assert open_bank(archive).snapshot().document_ids.tolist() == first


def test_removing_a_file_or_source_takes_its_documents_along(archive: Archive) -> None:
    first, second = add_file(archive, "/notes/a.txt", 2), add_file(archive, "/notes/b.txt", 2)
    file = archive.files.by_path(Path("/notes/a.txt"))
    assert file is not None and archive.files.remove([file.id]) == 2
    assert archive.documents.rows(first) == [] and len(archive.documents.rows(second)) == 2
    assert archive.sources.remove(archive.sources.rows()[0].id) == 2
    assert archive.files.rows() == [] and archive.documents.count() == 0
    assert len(open_bank(archive).snapshot()) == 0
    with pytest.raises(NotFound):
        archive.files.row(file.id)


def test_adding_a_source_again_changes_its_options(archive: Archive) -> None:
    first = archive.sources.add(Path("/notes"), ignore=["*.tmp"])
    again = archive.sources.add(Path("/notes"), polling=True, retention_days=30)
    assert again.id == first.id and again.polling and again.ignore == () and again.retention_days == 30
    assert [s.id for s in archive.sources.rows()] == [first.id]


def test_a_file_name_that_is_no_unicode_is_kept_exactly(archive: Archive) -> None:
    path = Path(b"/notes/caf\xe9 \xff.txt".decode("utf-8", "surrogateescape"))
    source = archive.sources.add(Path("/notes"))
    file = archive.files.upsert(source.id, path, 1, 1)
    (id,) = archive.commits.reserve_ids(1)
    draft = Draft(id, 0, f"text \udce9 {path}", "h", title=path.name)
    archive.commits.commit_documents(file.id, add=[draft], encodings=[encoded(id)], bank=BANK)
    assert archive.files.by_path(path) == archive.files.row(file.id) and archive.files.row(
        file.id
    ).path == str(path)
    document = archive.documents.row(id)
    assert (
        document.path == str(path) and document.title == "caf? ?.txt" and document.text.startswith("text ? ")
    )
    archive.forgetting.forget_file(file.id)
    assert archive.files.upsert(source.id, path, 1, 1).state == "forgotten"


def test_what_is_read_of_pictures_is_chosen_by_source_and_read_again(archive: Archive) -> None:
    source = archive.sources.add(Path("/photos"))
    file = archive.files.upsert(source.id, Path("/photos/a.jpg"), 1, 1)
    archive.files.set_state(file.id, "skipped", "no text in this picture")
    assert source.pictures == "text"
    assert archive.sources.set_pictures(source.id, "text").pictures == "text"
    assert archive.files.row(file.id).state == "skipped"
    assert archive.sources.set_pictures(source.id, "all").pictures == "all"
    assert (archive.files.row(file.id).state, archive.files.row(file.id).reason) == ("queued", None)
    with pytest.raises(ValueError, match="pictures are one of"):
        archive.sources.set_pictures(source.id, "some")
