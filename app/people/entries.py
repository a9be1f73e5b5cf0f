"""One entry for each person and organisation: the names that mean the same one, and what memories say of them.

Two names are the same one where they share an e-mail address and a word, where a first name or "Frau Berg" fits one full
name only, or where the person said so. Where a name fits two, it stays an entry of its own: nobody is guessed.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.asking.topic import fold
from app.people.names import bare_name, is_han, is_organisation, is_surname_only, key_of, told_name
from storage.people import FACT, Named, OwnWord

PERSON, ORGANISATION, OTHER = "person", "organisation", "other"
OF_PEOPLE = ("titled", "relation", "speaker", "birthday", "role")
ORDER = ("relation", "role", "organisation", "email", "phone", "address", "birthday", "note", "page", "alias")
SOURCES = 5  # documents kept for each fact


@dataclass(frozen=True)
class Fact:
    """What is said of somebody. documents: some of those that say it, the latest last; none for the person's own words.

    said_by: whose words, "" for the owner's; own: the id of the person's own word.
    """

    kind: str
    value: str
    documents: tuple[int, ...] = ()
    date: str | None = None
    path: str | None = None
    said_by: str = ""
    own: int | None = None

    @property
    def id(self) -> str:
        return f"{self.kind}-{hashlib.sha256(said(self.kind, self.value).encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class Entry:
    """keys: of all names that mean this one, the first of `name`; documents: how many name it; first, last: dates."""

    name: str
    kind: str
    keys: tuple[str, ...]
    aliases: tuple[str, ...]
    facts: tuple[Fact, ...]
    documents: int
    first: str | None
    last: str | None


@dataclass
class _Gathered:
    """All rows of one key."""

    names: Counter[str] = field(default_factory=Counter)
    facts: dict[tuple[str, str], Fact] = field(default_factory=dict)
    card: bool = False
    person: bool = False
    surname: bool = True
    documents: int = 0
    last_document: int = 0
    first: str | None = None
    last: str | None = None

    def add(self, row: Named) -> None:
        self.names[row.name] += 1 + 10 * (row.kind == "card")
        self.card = self.card or row.kind == "card"
        local = row.value.partition("@")[0] if row.kind == "email" else ""
        self.person = (
            self.person or row.kind in OF_PEOPLE or any(w in fold(local) for w in key_of(row.name).split())
        )
        self.surname = self.surname and is_surname_only(row.name)
        if row.document_id != self.last_document:
            self.documents += 1
            self.last_document = row.document_id
        if row.date and row.kind != "card" and not self.card:
            self.first = min(self.first or row.date, row.date)
            self.last = max(self.last or row.date, row.date)
        if row.kind in ORDER and row.value:
            place = (row.kind, fold(row.value))
            before = self.facts.get(place)
            documents = (*(before.documents if before else ()), row.document_id)[-SOURCES:]
            self.facts[place] = Fact(
                row.kind,
                row.value,
                documents,
                row.date,
                row.path,
                row.said_by if row.kind == "relation" else "",
            )


def said(kind: str, value: str) -> str:
    """What a fact is known by, however it is written."""
    return f"{kind}\0{' '.join(fold(value).split())}"


def entries(
    rows: Iterable[Named], own: Sequence[OwnWord] = (), alike: Mapping[str, str] | None = None
) -> list[Entry]:
    """Those named in most documents first. alike: keys that the person said to be the same as another."""
    gathered: dict[str, _Gathered] = {}
    for row in rows:
        key = key_of(row.name)
        if key:
            gathered.setdefault(key, _Gathered()).add(row)
    for word in own:
        if word.action == FACT and word.name and (key := key_of(word.name)):
            gathered.setdefault(key, _Gathered()).names[word.name] += 0
    same = joined(gathered, alike or {})
    members: defaultdict[str, list[str]] = defaultdict(list)
    for key in gathered:
        members[same[key]].append(key)
    found = [_entry([gathered[key] for key in keys], keys) for keys in members.values()]
    return sorted(found, key=lambda entry: (-entry.documents, entry.name))


def joined(gathered: Mapping[str, _Gathered], alike: Mapping[str, str]) -> dict[str, str]:
    """Each key with the one that stands for all that mean the same."""
    parent = {key: key for key in gathered}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = key = parent[parent[key]]
        return key

    def join(one: str, other: str) -> None:
        parent[root(one)] = root(other)

    for one, other in alike.items():
        if one in parent and other in parent:
            join(one, other)
    full = [key for key in gathered if " " in key and not _organisation(gathered[key])]
    by_address: dict[str, str] = {}
    by_local: defaultdict[str, set[str]] = defaultdict(set)
    for key, group in gathered.items():
        for kind, address in group.facts:
            if kind != "email":
                continue
            other = by_address.setdefault(address, key)
            if set(key.split()) & set(other.split()):
                join(key, other)
            by_local[address.partition("@")[0]].add(key)
    for key, group in gathered.items():
        if " " in key or not key or is_han(key):
            continue
        last_only = group.surname
        fitting = {root(name) for name in full if _fits(key, name, last_only=last_only)}
        if not fitting:
            fitting = {root(name) for name in by_local.get(key, ()) if " " in name}
        if len(fitting) == 1 and root(key) not in fitting:
            join(key, fitting.pop())
    return {key: root(key) for key in gathered}


def _fits(word: str, name: str, *, last_only: bool) -> bool:
    words = name.split()
    return word == words[-1] or (word == words[0] and not last_only)


def _organisation(group: _Gathered) -> bool:
    return is_organisation(max(group.names, key=lambda name: (group.names[name], name), default=""))


def _entry(groups: Sequence[_Gathered], keys: Sequence[str]) -> Entry:
    names: Counter[str] = Counter()
    for group in groups:
        names.update(group.names)
    best = max(names, key=lambda name: (" " in bare_name(name) or is_han(name), names[name], name))
    facts: dict[tuple[str, str], Fact] = {}
    for group in groups:
        facts |= group.facts
    firsts = [group.first for group in groups if group.first]
    lasts = [group.last for group in groups if group.last]
    name = told_name(best)
    aliases = _aliases(names, name, [fact.value for fact in facts.values() if fact.kind == "alias"])
    person = any(group.person or (group.card and _plain(name)) for group in groups) or is_han(name)
    own_key = key_of(best)
    return Entry(
        name,
        ORGANISATION if is_organisation(name) else PERSON if person else OTHER,
        (own_key, *(key for key in keys if key != own_key)),
        aliases,
        in_order(fact for fact in facts.values() if fact.kind != "alias"),
        sum(group.documents for group in groups),
        min(firsts, default=None),
        max(lasts, default=None),
    )


def _plain(name: str) -> bool:
    """Whether a name on a card is that of one person: two or three words."""
    return len(name.split()) <= 3


def lookup(found: Sequence[Entry], name: str) -> Entry | None:
    """The entry that a name means: one of its own, else the only one of which it is the first or the last word, else the
    only one whose address begins with it ("Basti" of basti@example.org); None where it fits none, or several."""
    key = key_of(name)
    for entry in found:
        if key in entry.keys or key == key_of(entry.name) or key in map(key_of, entry.aliases):
            return entry
    for fits in (
        lambda entry: (
            entry.kind != ORGANISATION
            and key in (entry.keys[0].split() or [""])[:: max(1, len(entry.keys[0].split()) - 1)]
        ),
        lambda entry: any(
            f.kind == "email" and f.value.partition("@")[0].casefold() == key for f in entry.facts
        ),
    ):
        fitting = [entry for entry in found if key and fits(entry)]
        if len(fitting) == 1:
            return fitting[0]
    return None


def _aliases(names: Mapping[str, int], name: str, more: Collection[str]) -> tuple[str, ...]:
    known: dict[str, str] = {}
    for other in (*sorted(names, key=lambda other: -names[other]), *more):
        if fold(other) != fold(name):
            known.setdefault(fold(bare_name(other)), other)
    known.pop(fold(name), None)
    return tuple(known.values())


def in_order(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts, key=lambda fact: (ORDER.index(fact.kind), fact.own is None)))
