"""What the twin says of people, to every front; text in these records is hostile until escaped."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PersonFact:
    """Something said of a person. kind: relation, role, organisation, email, phone, address, birthday, note, page, or line:
    words of a passage that says their name.

    document_id, path, date: of the latest memory that says it; None where the person said it themselves (`by_person`).
    said_by: in whose words, "" in the owner's ("my sister" of a letter is the sister of who wrote it).
    """

    id: str
    kind: str
    value: str
    document_id: int | None = None
    path: str | None = None
    date: str | None = None
    said_by: str = ""
    by_person: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody, or an organisation, that memories name. kind: "person", "organisation", or "other" where nothing tells.

    relation: to the owner, or "". first, last: dates of the first and last memory that names them, ISO 8601; memories: how
    many do. owner: whose memory it is.
    """

    id: str
    name: str
    kind: str
    aliases: tuple[str, ...]
    relation: str
    facts: tuple[PersonFact, ...]
    first: str | None
    last: str | None
    memories: int
    owner: bool = False


@dataclass(frozen=True)
class Owner:
    """Whose memory it is. name: as the person said it, or ""; voice: "you" or "I", how the twin speaks of them; seems: whose
    it seems to be, unconfirmed; person: their entry, if there is one.
    """

    name: str
    voice: str
    seems: str = ""
    person: Person | None = None
