"""People as the twin knows them: from memories, corrected by the person, gone with what they came from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import NotFound, SettingsError
from app.records import Done
from app.settings import Settings
from app.twin.twin import Twin
from tests.app.desk import BANK, SHAPE
from tests.app.twin.test_chats import EchoAnswerer

NOTES = {
    "all.vcf": "BEGIN:VCARD\nVERSION:3.0\nFN:Greta Lund\nTEL;TYPE=CELL:+46 70 123 45 67\nNOTE:has the keys\nEND:VCARD\n",
    "lake.md": "We rowed across the lake with my sister Greta and came home late.\n",
    "letter.eml": "From: Otto Brand <otto@example.org>\nTo: Nora Kehl <nora@example.org>\nSubject: Hay\n"
    "Date: Mon, 5 Jun 2023 10:00:00 +0200\n\nDear Nora, my brother Emil brings the hay tomorrow.\n",
}


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twin]:
    opened = Twin.open(Settings(home=tmp_path / "home", max_tokens=64, quiet_seconds=0.1, throttle=False))
    bank = opened._archive.banks.open(BANK, *SHAPE)
    answerer = EchoAnswerer()
    monkeypatch.setattr(opened._models, "present", lambda: (answerer, bank))
    monkeypatch.setattr(opened._models, "successor", lambda: None)
    for name, text in NOTES.items():
        (tmp_path / "notes").mkdir(exist_ok=True)
        (tmp_path / "notes" / name).write_text(text, encoding="utf-8")
    opened.ingest(tmp_path / "notes")
    yield opened
    opened.close()


def facts(twin: Twin, id: str) -> list[tuple[str, str]]:
    return [(fact.kind, fact.value) for fact in twin.person(id).facts if fact.kind != "line"]


def test_people_have_facts_each_with_the_memory_that_says_it(twin: Twin) -> None:
    greta = twin.person("Greta")
    assert greta.name == "Greta Lund" and greta.relation == "sister" and greta.kind == "person"
    for fact in greta.facts:
        assert fact.document_id is not None and fact.value in twin.memory(fact.document_id).text.replace(
            "\n", " "
        )
    assert {fact.kind for fact in greta.facts} == {"relation", "phone", "note", "line"}
    assert {person.name for person in twin.people()} == {"Greta Lund", "Otto Brand", "Nora Kehl", "Emil"}
    assert [person.name for person in twin.people("keys")] == ["Greta Lund"]


def test_the_brother_in_a_letter_is_the_writers(twin: Twin) -> None:
    twin.set_owner("Nora Kehl")
    emil = twin.person("Emil")
    assert emil.relation == "" and emil.facts[0].said_by == "Otto Brand"


def test_corrections_stay_when_everything_is_read_anew(twin: Twin, tmp_path: Path) -> None:
    phone = next(fact for fact in twin.person("Greta").facts if fact.kind == "phone")
    twin.correct_person("Greta", "phone", "+46 8 11 22 33", instead_of=phone.id)
    twin.remove_person("Otto Brand")
    (tmp_path / "notes" / "all.vcf").write_text(NOTES["all.vcf"].replace("keys", "car"), encoding="utf-8")
    twin.ingest(tmp_path / "notes")
    assert facts(twin, "Greta Lund")[1:] == [("phone", "+46 8 11 22 33"), ("note", "has the car")]
    assert twin.person("Greta").facts[1].by_person
    with pytest.raises(NotFound):
        twin.person("Otto Brand")
    assert twin.restore_person("Otto Brand").name == "Otto Brand"
    assert ("phone", "+46 70 123 45 67") in [
        (f.kind, f.value) for f in twin.restore_person("Greta Lund").facts
    ]


def test_forgetting_takes_the_facts_and_what_the_person_copied_of_them(twin: Twin, tmp_path: Path) -> None:
    twin.correct_person("Greta", "role", "has the keys")
    twin.correct_person("Greta", "relation", "half-sister")
    card = twin.memory(next(f.document_id for f in twin.person("Greta").facts if f.kind == "phone") or 0)
    assert twin.preview_forget(path=str(tmp_path / "notes" / "all.vcf")).own_words == 2
    assert twin.preview_forget(ids=[card.id]).own_words <= 2
    twin.forget(path=tmp_path / "notes" / "all.vcf")
    # Nothing that stays says "Greta Lund", so what the person said under that name goes too.
    assert facts(twin, "Greta") == [("relation", "sister")]
    assert twin.verify_forgotten([card.text, "+46 70 123 45 67"]).clean


def test_the_owner_is_who_the_person_says(twin: Twin) -> None:
    assert twin.owner().name == ""
    owner = twin.set_owner("Nora Kehl", "I")
    assert owner.voice == "I" and owner.person is not None and owner.person.owner
    assert twin.set_owner(voice="you").name == "Nora Kehl"
    with pytest.raises(SettingsError, match="voice"):
        twin.set_owner(voice="they")


def test_who_somebody_is_is_answered_with_the_persons_own_words(twin: Twin) -> None:
    def answer(question: str) -> str:
        *_, done = twin.ask(question, keep=False)
        assert isinstance(done, Done)
        return done.answer.text

    twin.correct_person("Greta", "relation", "half-sister")
    assert "relation: half-sister (your own words)" in answer("Who is Greta?")
    assert "keys" in answer("Wer ist Greta?") and "deine eigenen Worte" in answer("Wer ist Greta?")
    twin.remove_person("Greta")
    assert answer("Wer ist Greta?") == "Das habe ich in deinem Gedächtnis nicht gefunden."
    twin.set_owner("Nora Kehl")
    assert answer("Who am I?").startswith("You are Nora Kehl.")


def test_suggested_questions_are_about_what_is_known(twin: Twin) -> None:
    twin.set_owner("Nora Kehl")
    asked = twin.suggestions("de")
    assert asked and asked[0].startswith("Wer ist ") and "Nora" not in asked[0]
    assert not any(
        "passiert" in question for question in asked
    )  # the day a file was changed is no month to ask for
    for question in asked:
        *_, done = twin.ask(question, keep=False)
        assert isinstance(done, Done) and not done.answer.declined


def test_what_cannot_be_noted_says_why(twin: Twin) -> None:
    with pytest.raises(SettingsError, match="kind"):
        twin.correct_person("Greta", "shoe size", "39")
    with pytest.raises(SettingsError, match="letter"):
        twin.correct_person("Greta", "name", " – ")
    with pytest.raises(NotFound):
        twin.remove_person_fact("Greta", "phone-0")
    with pytest.raises(NotFound):
        twin.person("Nobody At All")


def test_who_is_a_sister_to_the_owner_is_known_in_every_language(twin: Twin) -> None:
    twin.set_owner("Nora Kehl")
    for role in ("sister", "Schwester", "姐姐"):
        (greta,) = twin.known_related(role)
        assert greta.names[0] == "Greta Lund"
        assert {kept.kind for kept in greta.kept} == {"phone", "relation"}
    # Emil is the brother of whoever wrote the letter.
    assert twin.known_related("brother") == []
