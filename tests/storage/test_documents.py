"""Documents: one transaction per change, stable ids, findable by any words."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.archive import Archive
from storage.errors import BankMismatch, Forgotten, NotFound
from storage.records import FileCommit, Kept
from tests.storage.synthetic import BANK, Encoded, add_file, drafts, encoded, open_bank, text_of


def test_a_changed_file_keeps_drops_and_adds_documents_at_once(archive: Archive) -> None:
    kept, dropped = add_file(archive, "/notes/a.txt", 2)
    (new,) = archive.commits.reserve_ids(1)
    file = archive.files.by_path(Path("/notes/a.txt"))
    assert file is not None
    archive.commits.commit_documents(
        file.id,
        keep=[Kept(kept, 1)],
        add=drafts([new]),
        encodings=[encoded(new)],
        bank=BANK,
        content_hash="v2",
    )
    assert [(d.id, d.ordinal) for d in archive.documents.of_file(file.id)] == [(new, 0), (kept, 1)]
    assert archive.documents.rows([dropped]) == []
    assert open_bank(archive).snapshot().document_ids.tolist() == [kept, new]
    after = archive.files.row(file.id)
    assert (after.documents, after.tokens, after.content_hash, after.state) == (2, 192, "v2", "known")


def test_files_of_one_batch_stand_for_themselves(archive: Archive) -> None:
    """One is new, one changed under way, one was forgotten, one is gone; whose passages are kept is no other's business."""
    old = {name: add_file(archive, f"/notes/{name}.txt", 2) for name in ("changed", "gone")}
    forgotten = add_file(archive, "/notes/forgotten.txt", 1)
    files = {name: archive.files.by_path(Path(f"/notes/{name}.txt")) for name in (*old, "forgotten")}
    ids = {name: file.id for name, file in files.items() if file is not None}
    archive.commits.commit_documents(
        ids["forgotten"], keep=[Kept(forgotten[0], 0)], add=[], encodings=[], bank=BANK, content_hash="secret"
    )
    archive.forgetting.forget_file(ids["forgotten"])
    archive.files.remove([ids["gone"]])
    source = archive.sources.rows()[0].id
    new = archive.files.upsert(source, Path("/notes/new.txt"), 1, 1).id
    again = archive.files.upsert(source, Path("/notes/again.txt"), 1, 1).id
    reserved = archive.commits.reserve_ids(4)
    commits = [
        FileCommit(new, add=drafts(reserved[:1]), encodings=[encoded(reserved[0])]),
        FileCommit(
            ids["changed"],
            keep=[Kept(old["changed"][1], 0)],
            add=drafts(reserved[1:2]),
            encodings=[encoded(reserved[1])],
            unread=("a picture",),
            revision=7,
        ),
        FileCommit(again, add=drafts(reserved[2:3]), encodings=[encoded(reserved[2])], content_hash="secret"),
        FileCommit(ids["gone"], add=drafts(reserved[3:]), encodings=[encoded(reserved[3])]),
    ]
    refused = archive.commits.commit_files(commits, BANK)
    assert [type(refusal) for refusal in refused] == [type(None), type(None), Forgotten, NotFound]
    assert [d.id for d in archive.documents.of_file(new)] == [reserved[0]]
    assert {d.id for d in archive.documents.of_file(ids["changed"])} == {old["changed"][1], reserved[1]}
    changed = archive.files.row(ids["changed"])
    assert (changed.documents, changed.unread, archive.files.row(new).state) == (2, ("a picture",), "known")
    assert archive.files.row(again).documents == 0
    assert open_bank(archive).snapshot().document_ids.tolist() == [old["changed"][1], *reserved[:2]]
    with pytest.raises(ValueError, match="once"):
        archive.commits.commit_files([commits[0], commits[0]], BANK)


def test_ids_are_never_used_again(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        open_bank(archive)
        used = add_file(archive, "/notes/a.txt", 3)
        archive.documents.delete(used)
        reserved = archive.commits.reserve_ids(2)
        with pytest.raises(ValueError, match="never used again"):
            archive.commits.commit_documents(None, add=drafts(used[:1]), encodings=[encoded(1)], bank=BANK)
    with Archive.open(tmp_path) as archive:
        assert archive.commits.reserve_ids(1)[0] == reserved[-1] + 1 > max(used)


def test_a_refused_commit_changes_nothing(archive: Archive) -> None:
    (id,) = add_file(archive, "/notes/a.txt", 1)
    file = archive.files.by_path(Path("/notes/a.txt"))
    assert file is not None
    (new,) = archive.commits.reserve_ids(1)
    good = encoded(new)
    wrong = Encoded(good.router_key[:, :, :1], good.key, good.value, good.tokens)
    with pytest.raises(BankMismatch, match="router_key"):
        archive.commits.commit_documents(file.id, add=drafts([new]), encodings=[wrong], bank=BANK)
    with pytest.raises(BankMismatch, match="NaN"):
        archive.commits.commit_documents(
            file.id,
            add=drafts([new]),
            encodings=[Encoded(good.router_key, good.key * float("nan"), good.value, 1)],
            bank=BANK,
        )
    assert [d.id for d in archive.documents.of_file(file.id)] == [id]
    assert open_bank(archive).snapshot().document_ids.tolist() == [id]
    assert len(list(archive.banks.directory.iterdir())) == 1


def test_committing_to_a_removed_file_is_refused(archive: Archive) -> None:
    add_file(archive, "/notes/a.txt", 1)
    file = archive.files.by_path(Path("/notes/a.txt"))
    assert file is not None
    archive.files.remove([file.id])
    (new,) = archive.commits.reserve_ids(1)
    with pytest.raises(NotFound):
        archive.commits.commit_documents(file.id, add=drafts([new]), encodings=[encoded(new)], bank=BANK)
    assert archive.documents.count() == 0


def test_editing_replaces_text_words_and_vectors(archive: Archive) -> None:
    ids = add_file(archive, "/notes/a.txt", 2)
    before = open_bank(archive).snapshot()
    archive.documents.edit(ids[0], "Completely different: aardvark", "new", 7, encoded(99), BANK)
    document = archive.documents.row(ids[0])
    assert document.edited and document.text.endswith("aardvark") and document.tokens == 7
    assert [i for i, _ in archive.documents.search("aardvark")] == [ids[0]]
    assert archive.documents.search(f"w{ids[0]}x") == []
    after = open_bank(archive).snapshot()
    query = [encoded(99).router_key[0, :1].repeat_interleave(3, dim=1)]
    assert after.score(0, query)[0, 0] > 0.99 > before.score(0, query)[0, 0]
    assert after.document_ids.tolist() == before.document_ids.tolist() == ids
    assert archive.files.rows()[0].tokens == 7 + 96


def test_lists_and_counts(archive: Archive) -> None:
    ids = add_file(archive, "/notes/a.txt", 5)
    source = archive.sources.rows()[0].id
    assert [d.id for d in archive.documents.listed(limit=2, offset=1)] == ids[::-1][1:3]
    assert [d.id for d in archive.documents.listed(f"w{ids[3]}x", source_id=source)] == [ids[3]]
    assert archive.documents.listed("zurich", source_id=source + 1) == []
    assert archive.documents.count() == archive.documents.count(source_id=source) == 5
    assert archive.documents.count("ZURICH") == 5 and archive.documents.count(f"w{ids[0]}x") == 1
    assert archive.documents.count_tokens() == 5 * 96
    assert [d.id for d in archive.documents.rows([ids[2], 10**6, ids[0]])] == [ids[2], ids[0]]


def test_search_within_given_documents(archive: Archive) -> None:
    ids = add_file(archive, "/notes/a.txt", 4)
    hits = archive.documents.search("Zürich house", ids=ids[1:3])
    assert sorted(i for i, _ in hits) == ids[1:3] and all(score > 0 for _, score in hits)
    assert len(archive.documents.search("Zürich", limit=2)) == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.text(alphabet=st.characters(), max_size=60))
def test_any_text_is_a_question_and_no_word_is_lost(archive: Archive, noise: str) -> None:
    if not archive.documents.count():
        add_file(archive, "/notes/a.txt", 3)
    first = archive.documents.listed(limit=1)[0]
    for question in (
        f"{noise} w{first.id}x",
        f"w{first.id}x {noise}",
        f'"{noise}" AND NOT (w{first.id}x*) OR',
    ):
        assert first.id in [i for i, _ in archive.documents.search(question)]
    archive.documents.listed(noise)


def test_nothing_to_search_for(archive: Archive) -> None:
    add_file(archive, "/notes/a.txt", 1)
    assert archive.documents.search("") == archive.documents.search(" ?! -- \x00 '") == []
    assert text_of(1) == archive.documents.listed("   ")[0].text


def add_titled(archive: Archive, title: str) -> int:
    """A memory of its own with this title; its id."""
    (number,) = archive.commits.reserve_ids(1)
    (draft,) = drafts([number])
    archive.commits.commit_documents(
        None, add=[replace(draft, title=title)], encodings=[encoded(number)], bank=BANK
    )
    return number


def test_names_find_the_titles_that_they_are(archive: Archive) -> None:
    titles = ["Oslo", "Oslo trams", "Bergen (town)", "(Untitled)", ""]
    ids = [add_titled(archive, title) for title in titles]
    names = ["Oslo", "bergen", "Paris", "Untitled", "trams", " - ", '"']
    hits = archive.documents.search_names(names, apart_from=10**6)
    assert hits == [
        ([ids[2]], pytest.approx(math.log(6 / 1.5))),
        ([ids[3]], pytest.approx(math.log(6 / 1.5))),
        ([ids[0]], pytest.approx(math.log(6 / 2.5))),
    ]


def test_a_document_does_not_name_its_own_title(archive: Archive) -> None:
    ids = [add_titled(archive, title) for title in ("Oslo", "Oslo", "Bergen", "OSLO (city)")]
    found = [numbers for numbers, _ in archive.documents.search_names(["Oslo", "Bergen"], apart_from=ids[0])]
    assert found == [[ids[2]]]
    assert [numbers for numbers, _ in archive.documents.search_names(["Oslo"], apart_from=ids[2])] == [
        ids[:2],
        [ids[3]],
    ]


def test_a_name_in_very_many_titles_says_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [add_titled(archive, title) for title in ("Notes", "Notes", "Oslo")]
    assert archive.documents.search_names(["Notes"], apart_from=ids[2])[0][0] == ids[:2]
    monkeypatch.setattr("storage.search.COMMON_NAME", 1)
    assert archive.documents.search_names(["Notes"], apart_from=ids[2]) == []


def test_a_name_that_many_documents_say_is_weak(archive: Archive) -> None:
    ids = [add_titled(archive, title) for title in ("Zürich", "Oslo", "Bergen")]
    hits = archive.documents.search_names(["Oslo", "Zürich"], apart_from=ids[2])
    assert [numbers for numbers, _ in hits] == [[ids[1]], [ids[0]]]
    assert hits[1][1] == pytest.approx(math.log(4 / 3.5))  # every text of these documents says Zürich


def add_told(archive: Archive, title: str, text: str) -> int:
    (number,) = archive.commits.reserve_ids(1)
    (draft,) = drafts([number])
    told = replace(draft, title=title, text=text)
    archive.commits.commit_documents(None, add=[told], encodings=[encoded(number)], bank=BANK)
    return number


def test_mentions_find_the_documents_that_say_a_name(archive: Archive) -> None:
    note = add_told(archive, "Diary", "Met Ann Berg in Oslo.")
    same = add_told(archive, "Diary", "Ann Berg wrote.")
    song = add_told(archive, "Rainy Days", "A song by ANN BERG")
    titled = add_told(archive, "Ann Berg", "A singer.")
    add_told(archive, "Berg, Ann", "Another order of the words: Berg and Ann.")
    hits = archive.documents.search_mentions(
        ["Ann Berg", "ann berg", "Oslo", "Nobody", " - ", '"'], apart_from=note
    )
    # The diary's own other entry counts for how many say the name, but the diary leads to others than itself.
    assert hits == [([song, titled], 4)]
    assert archive.documents.search_mentions(["Ann Berg"], apart_from=song) == [([note, same, titled], 4)]


def test_a_name_that_many_say_leads_nowhere(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [add_told(archive, title, "Oslo is in Norway.") for title in ("One", "Two", "Three")]
    assert archive.documents.search_mentions(["Norway"], apart_from=ids[0]) == [(ids[1:], 3)]
    monkeypatch.setattr("storage.search.SAID_BY", 2)
    assert archive.documents.search_mentions(["Norway"], apart_from=ids[0]) == []
