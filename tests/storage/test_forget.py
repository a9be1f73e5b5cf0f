"""Forgetting: nothing of it in any file, nothing of it back."""

from __future__ import annotations

import random
import re
import threading
from pathlib import Path

import pytest
import torch

from kernels.quantise import quantise
from storage import durable
from storage.archive import Archive
from storage.errors import Forgotten, NotFound
from storage.records import Citation, Draft, Kept
from storage.sqlite.pages import dirty_places
from tests.storage.synthetic import BANK, LAYERS, add_file, content_of, drafts, encoded, open_bank, text_of


def vectors_in_files(archive: Archive, seed: int, chunks: int = 3) -> int:
    """In how many files some of the quantised bytes of `encoded(seed)` are."""
    e = encoded(seed, chunks)
    needles = [
        quantise(x[slot]).values.numpy().tobytes() for slot in range(LAYERS) for x in (e.key, e.value)
    ] + [quantise(e.router_key[slot].flatten(1)).values.numpy().tobytes() for slot in range(LAYERS)]
    files = [content_of(archive, p) for p in archive.banks.directory.iterdir()]
    return sum(any(n in data for n in needles) for data in files)


def test_text_words_and_vectors_leave_every_file(archive: Archive) -> None:
    ids = add_file(archive, "/notes/a.txt", 6)
    snapshot = open_bank(archive).snapshot()
    assert {t.path for t in archive.forgetting.verify([text_of(ids[1])])} & {"doppel.db", "doppel.db-wal"}
    assert vectors_in_files(archive, ids[1]) == vectors_in_files(archive, ids[2]) == 1
    report = archive.forgetting.forget(ids[1:3])
    assert (report.documents, report.tokens, report.also_in) == (2, 192, ())
    assert archive.forgetting.verify([*map(text_of, ids[1:3]), f"w{ids[1]}x", f"Title {ids[2]}"]) == []
    assert vectors_in_files(archive, ids[1]) == vectors_in_files(archive, ids[2]) == 0
    assert vectors_in_files(archive, ids[0]) == 1
    assert [t.needle for t in archive.forgetting.verify([text_of(ids[0])])] == [0]
    assert archive.documents.search(f"w{ids[1]}x") == []
    assert open_bank(archive).snapshot().document_ids.tolist() == [ids[0], *ids[3:]]
    # Even an older snapshot reads zeros now, and nothing else changed in it.
    keys, _, _ = snapshot.fetch(0, torch.tensor(ids[:3]))
    assert keys[3:].abs().sum() == 0 and keys[:3].abs().sum() > 0
    assert archive.verify() == 0


def test_traces_are_found_in_every_encoding_and_file(archive: Archive) -> None:
    secret = "Geheimnis größer als 48 Zeichen: " + "abcdefgh " * 8
    (archive.directory / "exports").mkdir()
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        (archive.directory / "exports" / encoding).write_bytes(b"\x00\x01" + secret.encode(encoding))
    (archive.directory / "exports" / "tail").write_bytes(secret[30:].encode())
    found = archive.forgetting.verify(["not there", secret])
    places = {(t.needle, Path(t.path).as_posix(), t.encoding) for t in found}
    assert places >= {
        (1, "exports/tail", "utf-8"),
        (1, "exports/utf-16-be", "utf-16-be"),
        (1, "exports/utf-16-le", "utf-16-le"),
        (1, "exports/utf-8", "utf-8"),
    }
    assert {path for _, path, _ in places} == {
        f"exports/{n}" for n in ("tail", "utf-8", "utf-16-le", "utf-16-be")
    }
    assert [t.offset for t in found if Path(t.path).name == "utf-8"] == [2]


def test_earlier_versions_go_too(archive: Archive) -> None:
    """Old vectors after an edit, and documents the file no longer has, are dead but on disk until then."""
    edited, dropped, kept = add_file(archive, "/notes/a.txt", 3)
    archive.documents.edit(edited, "a new wording entirely", "n", 3, encoded(900), BANK)
    file = archive.files.by_path(Path("/notes/a.txt"))
    assert file is not None
    keep = [Kept(edited, 0), Kept(kept, 1)]
    archive.commits.commit_documents(file.id, keep=keep, add=[], encodings=[], bank=BANK)
    assert vectors_in_files(archive, edited) == vectors_in_files(archive, dropped) == 1
    report = archive.forgetting.forget_file(file.id)
    assert report.documents == 2
    assert [vectors_in_files(archive, i) for i in (edited, dropped, kept, 900)] == [0, 0, 0, 0]
    assert archive.forgetting.verify([text_of(edited), text_of(dropped), "a new wording entirely"]) == []
    assert archive.forgetting.verify(["/notes/a.txt"]) == []


def test_chat_quotations_and_derived_answers_are_erased(archive: Archive) -> None:
    ids = add_file(archive, "/notes/a.txt", 3)
    chat = archive.chats.create(text_of(ids[0]))
    quoted = " ".join(text_of(ids[0]).split()[2:12]).upper()
    archive.chats.add_message(chat, "user", f"Is it true that {quoted}?")
    archive.chats.add_message(
        chat, "assistant", "It was heard in Zürich.", [Citation(ids[0], "in its own words", 0.5, 1)]
    )
    archive.chats.add_message(chat, "assistant", "Unrelated.", [Citation(ids[1], "some words", 0.5, 1)])
    report = archive.forgetting.forget(ids[:1])
    assert report.messages == 2
    messages = archive.chats.messages(chat)
    assert [(m.text, m.erased, len(m.citations)) for m in messages] == [
        ("", True, 0),
        ("", True, 0),
        ("Unrelated.", False, 1),
    ]
    assert archive.forgetting.verify([quoted, "It was heard in Zürich.", "in its own words"]) == []
    assert archive.chats.rows()[0].title == ""


def test_an_answer_finished_after_forgetting_is_not_kept(archive: Archive) -> None:
    ids = add_file(archive, "/notes/a.txt", 2)
    chat = archive.chats.create("q")
    archive.forgetting.forget(ids[:1])
    archive.chats.add_message(
        chat, "assistant", "derived from it", [Citation(ids[0], "quotation of it", 1.0, 1)]
    )
    (message,) = archive.chats.messages(chat)
    assert (message.text, message.erased, message.citations) == ("", True, ())
    assert archive.forgetting.verify(["derived from it", "quotation of it"]) == []


def test_a_forgotten_file_does_not_come_back(archive: Archive) -> None:
    (id,) = add_file(archive, "/notes/a.txt", 1)
    file = archive.files.by_path(Path("/notes/a.txt"))
    source = archive.sources.rows()[0]
    assert file is not None
    archive.forgetting.forget_file(file.id)
    again = archive.files.upsert(source.id, Path("/notes/a.txt"), 1, 1)
    assert (again.id, again.state) == (0, "forgotten") and archive.files.rows() == []
    # Touched or copied, it is recognised by what is in it.
    copy = archive.files.upsert(source.id, Path("/notes/copy.txt"), 1, 2)
    hashes = ["content of /notes/a.txt", f"hash-{id}", "new"]
    (new, other) = archive.commits.reserve_ids(2)
    with pytest.raises(Forgotten):
        archive.commits.commit_documents(copy.id, add=[], encodings=[], content_hash=hashes[0], bank=BANK)
    # In a file that says more than that, only the forgotten passage is left out.
    passages = [Draft(new, 0, text_of(id), f"hash-{id}"), Draft(other, 1, "added", "new")]
    archive.commits.commit_documents(copy.id, add=passages, encodings=[encoded(1), encoded(2)], bank=BANK)
    assert [d.id for d in archive.documents.of_file(copy.id)] == [other]
    assert archive.forgetting.verify([text_of(id)]) == []
    archive.forgotten.allow([], hashes, [(Path("/notes/a.txt"), 1, 1)])
    assert archive.files.upsert(source.id, Path("/notes/a.txt"), 1, 1).state == "queued"


def test_forgetting_a_source_and_the_audit(archive: Archive) -> None:
    ids = add_file(archive, "/notes/a.txt", 2) + add_file(archive, "/notes/b.txt", 2)
    archive.documents.delete(ids[:1])
    source = archive.sources.rows()[0].id
    assert archive.forgetting.forget_source(source).documents == 3
    assert archive.sources.rows() == [] and archive.files.rows() == [] and archive.documents.count() == 0
    assert [vectors_in_files(archive, i) for i in ids] == [0] * 4
    (row,) = archive.audit.rows()
    assert (row.action, row.documents, row.tokens) == ("forget", 3, 288)
    assert not re.search("notes|house|hash", str(row.detail))
    with pytest.raises(NotFound):
        archive.forgetting.forget_source(source)


def test_the_same_text_elsewhere_is_reported(archive: Archive) -> None:
    first, second = archive.commits.reserve_ids(2)
    both = [Draft(i, n, "the very same words", "same") for n, i in enumerate((first, second))]
    archive.commits.commit_documents(None, add=both, encodings=[encoded(1), encoded(2)], bank=BANK)
    assert archive.forgetting.forget([first]).also_in == (second,)
    assert archive.documents.row(second).text == "the very same words"


def test_a_copy_by_another_name_is_reported(archive: Archive) -> None:
    """The line above a passage, which names its file, is no part of what it says."""
    first, second = archive.commits.reserve_ids(2)
    both = [
        Draft(first, 0, "notes\nthe very same words", "one", body_hash="same"),
        Draft(second, 1, "copy of notes\nthe very same words", "two", body_hash="same"),
    ]
    archive.commits.commit_documents(None, add=both, encodings=[encoded(1), encoded(2)], bank=BANK)
    assert archive.forgetting.forget([first]).also_in == (second,)


@pytest.mark.parametrize("fails", ["overwrite", "fsync", "clean pages"])
def test_an_interrupted_forgetting_is_finished_at_the_next_start(tmp_path: Path, fails: str) -> None:
    def fault(step: str) -> None:
        if step == fails:
            raise OSError("pulled the plug")

    with Archive.open(tmp_path) as archive:
        open_bank(archive)
        ids = add_file(archive, "/notes/a.txt", 3)
        durable.fault = fault
        try:
            with pytest.raises(OSError, match="plug"):
                archive.forgetting.forget(ids[:1])
        finally:
            durable.fault = None
        assert archive.documents.rows(ids[:1]) == []
        assert open_bank(archive).snapshot().document_ids.tolist() == ids[1:]
    with Archive.open(tmp_path) as archive:
        assert archive.recovery.finished_forgetting == 1
        assert vectors_in_files(archive, ids[0]) == 0
        assert archive.forgetting.verify([text_of(ids[0])]) == []
        assert archive.forgetting.forget([]).documents == 0


def test_forgetting_while_questions_read(archive: Archive) -> None:
    ids = add_file(archive, "/notes/a.txt", 30)
    stop = threading.Event()
    seen: list[int] = []

    def read() -> None:
        while not stop.is_set():
            seen.append(len(archive.documents.listed("Zürich", limit=100)))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in readers:
        thread.start()
    for id in ids[:10]:
        archive.forgetting.forget([id])
    stop.set()
    for thread in readers:
        thread.join()
    assert archive.forgetting.verify([text_of(i) for i in ids[:10]]) == []
    assert min(seen) >= 20 and archive.documents.count() == 20


def test_database_pages_keep_nothing_after_any_sequence_of_changes(archive: Archive) -> None:
    """secure_delete alone leaves old bytes behind in about every third such sequence."""
    random_ = random.Random(0)
    live: dict[int, str] = {}
    earlier: dict[int, list[str]] = {}  # what an edited document said before stays as long as the document
    gone: list[str] = []
    count = 0

    def text() -> str:
        nonlocal count
        count += 1
        return f"M{count:06d}K " * random_.choice([3, 30, 120, 400])

    for _ in range(150):
        if random_.random() < 0.4 or len(live) < 5:
            (id,) = archive.commits.reserve_ids(1)
            live[id] = text()
            draft = Draft(id, 0, live[id], live[id][:8])
            archive.commits.commit_documents(None, add=[draft], encodings=[encoded(id, 1)], bank=BANK)
        elif random_.random() < 0.6:
            id = random_.choice(list(live))
            earlier.setdefault(id, []).append(live[id])
            live[id] = text()
            archive.documents.edit(id, live[id], live[id][:8], 1, encoded(id, 1), BANK)
        else:
            id = random_.choice(list(live))
            gone += [live.pop(id), *earlier.pop(id, [])]
            archive.documents.delete([id])
    id = random_.choice(list(live))
    gone += [live.pop(id), *earlier.pop(id, [])]
    archive.forgetting.forget([id])
    data = content_of(archive, archive.directory / "doppel.db")
    assert not set(re.findall(rb"M\d{6}K", data)) & {t[:8].encode() for t in gone}
    assert list(dirty_places(data)) == []
    assert len(set(re.findall(rb"M\d{6}K", data))) == len(live) + sum(map(len, earlier.values()))
    for id, expected in live.items():
        assert archive.documents.row(id).text == expected


def test_new_documents_are_found_after_pages_were_cleaned(archive: Archive) -> None:
    for round_ in range(5):
        ids = add_file(archive, f"/notes/{round_}.txt", 4)
        archive.forgetting.forget(ids[:2])
        assert sorted(i for i, _ in archive.documents.search(" ".join(f"w{i}x" for i in ids))) == ids[2:]
    assert archive.documents.count() == 10
    archive.commits.commit_documents(None, add=drafts([]), encodings=[], bank=BANK)


def test_words_that_a_living_memory_has_too_are_no_remains(archive: Archive) -> None:
    shared = "With kind regards from the society of the friends of the old harbour, at the mole."
    secret = "The strongbox of the treasurer opens at 4711 and nowhere else in town."
    first, second = archive.commits.reserve_ids(2)
    both = [Draft(first, 0, f"{secret}\n{shared}", "one"), Draft(second, 1, f"Other news.\n{shared}", "two")]
    archive.commits.commit_documents(None, add=both, encodings=[encoded(1), encoded(2)], bank=BANK)
    text = archive.documents.row(first).text
    archive.forgetting.forget([first])
    assert archive.forgetting.verify([text]) != []
    traces, holders = archive.forgetting.verify_apart([text])
    assert traces == [] and [holder.document_id for holder in holders] == [second]
    (archive.directory / "leak").write_text(secret)
    traces, _ = archive.forgetting.verify_apart([text])
    assert {trace.path for trace in traces} == {"leak"}
