"""Names that mean the same person become one entry; those that may mean two do not."""

from __future__ import annotations

from app.people.corrected import Corrections, alike, corrected
from app.people.entries import ORGANISATION, OTHER, PERSON, Entry, entries, lookup, said
from app.people.names import key_of
from storage.people import FACT, HIDDEN, REMOVED, Named, OwnWord


def named(*rows: tuple[str, str, str]) -> list[Named]:
    return [Named(at, name, kind, value) for at, (name, kind, value) in enumerate(rows, start=1)]


def names(found: list[Entry]) -> set[str]:
    return {entry.name for entry in found}


def test_first_names_titles_and_addresses_join_what_means_one_person() -> None:
    found = entries(
        named(
            ("Solveig Hamm", "email", "s.hamm@example.org"),
            ("Solveig", "speaker", ""),
            ("Dr. Hamm", "titled", ""),
            ("S. Hamm", "email", "s.hamm@example.org"),
            ("Hamm, Solveig", "mention", ""),
        )
    )
    assert [(entry.name, entry.kind, entry.documents) for entry in found] == [("Solveig Hamm", PERSON, 5)]
    assert set(found[0].aliases) == {"Solveig", "Dr. Hamm", "S. Hamm"}


def test_a_name_that_fits_two_stays_by_itself() -> None:
    rows = named(("Anna Berg", "card", ""), ("Anna Thal", "card", ""), ("Anna", "speaker", ""))
    assert names(entries(rows)) == {"Anna Berg", "Anna Thal", "Anna"}
    assert names(entries(named(("Jan Ost", "card", ""), ("Frau Jan", "titled", "")))) == {
        "Jan Ost",
        "Frau Jan",
    }


def test_companies_are_told_from_people_and_neither_is_guessed() -> None:
    found = entries(
        named(
            ("Druckerei Falk", "email", "info@falk.example"),
            ("North Wind", "mention", ""),
            ("Ida Holm", "email", "holm@example.org"),
        )
    )
    assert {entry.name: entry.kind for entry in found} == {
        "Druckerei Falk": ORGANISATION,
        "North Wind": OTHER,
        "Ida Holm": PERSON,
    }


def test_somebody_is_found_by_any_of_their_names() -> None:
    found = entries(named(("Sebastian Holm", "email", "basti@example.org"), ("Ida Holm", "card", "")))
    for name in ("sebastian holm", "Sebastian", "Basti", "Dr. Sebastian Holm"):
        entry = lookup(found, name)
        assert entry is not None and entry.name == "Sebastian Holm"
    assert lookup(found, "Holm") is None and lookup(found, "Otto") is None and lookup(found, "") is None


def stamps(texts: object) -> dict[str, str]:
    return {text: f"#{hash(text)}" for text in texts}  # type: ignore[attr-defined]


def word(about: str, action: str, kind: str = "", value: str = "", name: str = "") -> OwnWord:
    return OwnWord(1, stamps([about])[about], action, name, kind, value, "2025-01-01")


def test_the_persons_own_words_count_and_what_they_hid_stays_hidden() -> None:
    (entry,) = entries(named(("Anna Berg", "phone", "123 45 67"), ("Anna Berg", "note", "tall")))
    hidden = stamps([said("phone", "123 45 67")])[said("phone", "123 45 67")]
    words = [
        word("anna berg", FACT, "relation", "cousin", "Anna Berg"),
        word("anna berg", FACT, "name", "Anni", "Anna Berg"),
        word("anna berg", HIDDEN, value=hidden),
    ]
    shown = corrected(entry, Corrections.of(words), stamps)
    assert shown is not None and shown.name == "Anni" and "Anna Berg" in shown.aliases
    assert [(fact.kind, fact.value) for fact in shown.facts] == [("relation", "cousin"), ("note", "tall")]
    assert corrected(entry, Corrections.of([word("anna berg", REMOVED)]), stamps) is None


def test_names_that_the_person_joined_are_one_entry() -> None:
    rows = named(("Thomas Ash", "card", ""), ("Tom Ash", "card", ""))
    words = [word("tom ash", FACT, "alias", "Thomas Ash", "Tom Ash")]
    assert len(entries(rows)) == 2
    assert len(entries(rows, words, alike(words))) == 1


def test_keys_do_not_depend_on_how_a_name_is_written() -> None:
    assert key_of("Dr. Étienne  WACQUIER") == key_of("Wacquier, Etienne") == "etienne wacquier"
