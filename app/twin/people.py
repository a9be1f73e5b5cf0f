"""The people and organisations that memories name, and what the person says of them.

Every fact has a memory that says it, or is the person's own word. Corrections outlive every rebuilding; what was worked out
goes with the memory it came from.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence

from app.asking.language import Language
from app.asking.lines import Line
from app.asking.memory import Kept, Known
from app.asking.owner import owner_of
from app.asking.people import entry_of
from app.asking.strategies.person import PASSAGES
from app.asking.texts import say
from app.asking.topic import fold
from app.errors import NotFound, SettingsError
from app.people.corrected import ALIAS, NAME, Corrections, alike, corrected
from app.people.entries import ORDER, PERSON, Entry, Fact, entries, lookup, said
from app.people.found import RULES
from app.people.learn import note_people
from app.people.names import key_of
from app.people.owner import VOICES, Profile, keep_profile, profile
from app.people.records import Owner, Person, PersonFact
from app.people.roles import same_roles
from app.twin.base import Opened, translated_errors
from storage.people import FACT, HIDDEN, REMOVED
from storage.timeline import Wanted, months

KINDS = (NAME, *ORDER)
REACHED = ("email", "phone", "address", "birthday")
AT_ONCE = 2000  # documents looked at when somebody asks before the background did
LINES = 12
MONTHS = 12  # with most memories, among which one is looked for
SEEN = 500  # of the newest memories, among which a topic is looked for
LONGEST = 500  # characters of what a person says


class PeopleOf(Opened):
    """What is known of people."""

    _known: tuple[object, list[Entry]] | None = None
    _knowing = threading.Lock()

    def people(self, query: str = "", *, limit: int = 200, offset: int = 0) -> list[Person]:
        """Those named in most memories first; with a query those whose names or facts have its words."""
        words = fold(query).split()
        owner = self._owner_keys()
        found = [entry for entry in self._people() if all(word in _searched(entry) for word in words)]
        return [_person(entry, owner) for entry in found[offset : offset + limit]]

    def count_people(self) -> int:
        return len(self._people())

    def person(self, id: str) -> Person:
        """With the lines that tell most of them. id: of a person, or any of their names. Raises NotFound."""
        entry = self._entry(id)
        lines = self._lines(entry)
        shown = _person(entry, self._owner_keys())
        return Person(**{**vars(shown), "facts": (*shown.facts, *lines)})

    def correct_person(self, id: str, kind: str, value: str, *, instead_of: str = "") -> Person:
        """Note a fact in the person's words; instead_of: the id of the fact that it takes the place of.

        kind: name (what they are called), alias (another name that means them, which joins two entries), or one of
        relation, role, organisation, email, phone, address, birthday, note, page. Raises NotFound, SettingsError.
        """
        self._need_writing()
        entry = self._entry(id)
        value = " ".join(value.split())[:LONGEST]
        if kind not in KINDS:
            raise SettingsError(f"There is no kind of fact called {kind!r}. There are: {', '.join(KINDS)}.")
        if not value or (kind in (NAME, ALIAS) and not key_of(value)):
            raise SettingsError("Write at least one letter or digit.")
        with translated_errors():
            about = self._about(entry)
            for word in self._archive.people.own_words():
                if word.about == about and word.action == FACT and kind == NAME == word.kind:
                    self._archive.people.unsay([word.id])
            if instead_of:
                self._hide(entry, instead_of)
            self._archive.people.say(about, FACT, name=_written(entry), kind=kind, value=value)
        return self.person(entry.keys[0])

    def remove_person_fact(self, id: str, fact_id: str) -> Person:
        """Do not show this of them any more, whatever memory says it again. Raises NotFound."""
        self._need_writing()
        entry = self._entry(id)
        with translated_errors():
            self._hide(entry, fact_id)
        return self.person(entry.keys[0])

    def remove_person(self, id: str) -> None:
        """Show no entry of them any more; the memories stay (forget those to erase them). Raises NotFound."""
        self._need_writing()
        entry = self._entry(id)
        with translated_errors():
            stamps = self._archive.people.stamps(entry.keys)
            own = {word.id for word in self._archive.people.own_words() if word.about in stamps.values()}
            self._archive.people.unsay(sorted(own))
            for about in dict.fromkeys(stamps.values()):
                self._archive.people.say(about, REMOVED)

    def restore_person(self, name: str) -> Person:
        """Show somebody as memories say, without anything the person corrected or removed. Raises NotFound."""
        self._need_writing()
        with translated_errors():
            whole = next((e for e in self._entries() if key_of(name) in e.keys), None)
            keys = whole.keys if whole is not None else (key_of(name),)
            abouts = set(self._archive.people.stamps(keys).values())
            said_of = [word.id for word in self._archive.people.own_words() if word.about in abouts]
            self._archive.people.unsay(said_of)
        return self.person(name)

    def owner(self) -> Owner:
        """Whose memory it is, as the person said and as it seems."""
        kept = profile(self._archive)
        seems = "" if kept.name else owner_of(self._archive.documents.authored(PASSAGES))
        entry = next((e for e in self._people() if key_of(kept.name or seems) in e.keys), None)
        return Owner(kept.name, kept.voice, seems, _person(entry, entry.keys) if entry else None)

    def set_owner(self, name: str | None = None, voice: str | None = None) -> Owner:
        """What is None stays. Raises SettingsError."""
        self._need_writing()
        kept = profile(self._archive)
        if voice is not None and voice not in VOICES:
            raise SettingsError(f"The voice is one of: {', '.join(VOICES)}.")
        name = kept.name if name is None else " ".join(name.split())[:LONGEST]
        keep_profile(self._archive, Profile(name, next((v for v in VOICES if v == voice), kept.voice)))
        return self.owner()

    def known_person(self, name: str) -> Known | None:
        """What is kept of somebody beside the passages that name them, for answering who they are."""
        words = self._archive.people.own_words()
        removed = {word.about for word in words if word.action == REMOVED}
        if removed:
            whole = lookup(self._entries(), name)
            keys = whole.keys if whole else (key_of(name),)
            if removed & set(self._archive.people.stamps(keys).values()):
                return Known((name,), removed=True)
        entry = lookup(self._people(), name)
        if entry is None:
            return None
        return self._known_of(entry, REACHED)

    def known_related(self, role: str) -> list[Known]:
        """Those who are this to the owner by the owner's own words, those named most often first."""
        owner, roles = self._owner_keys(), same_roles(role)
        return [
            self._known_of(entry, (*REACHED, "relation"))
            for entry in self._people()
            if not set(entry.keys) & set(owner)
            and any(
                fact.kind == "relation"
                and fact.value.casefold() in roles
                and (not fact.said_by or key_of(fact.said_by) in owner)
                for fact in entry.facts
            )
        ]

    def _known_of(self, entry: Entry, kinds: Sequence[str]) -> Known:
        own = tuple((fact.kind, fact.value) for fact in entry.facts if fact.own is not None)
        return Known((entry.name, *entry.aliases), own, kept=tuple(self._kept(entry, kinds)))

    def _kept(self, entry: Entry, kinds: Sequence[str]) -> Iterator[Kept]:
        """How somebody is reached, and their birthday, as far as a memory says it still or the person did."""
        facts = [fact for fact in entry.facts if fact.kind in kinds]
        rows = self._archive.documents.rows([id for fact in facts for id in fact.documents]) if facts else []
        there = {row.id: row for row in rows}
        for fact in facts:
            documents = tuple(there[id] for id in fact.documents if id in there)
            if documents or fact.own is not None:
                yield Kept(fact.kind, fact.value, documents)

    def suggestions(self, language: Language = "en") -> list[str]:
        """Questions that what is known can answer: of somebody named often, of a month of which much is told, and of a title
        that stands over several passages; as far as there are such."""
        asked = []
        owner = self._owner_keys()
        others = [e for e in self._people() if e.kind == PERSON and not set(e.keys) & set(owner)]
        if others:
            asked.append(say("ask_who", language, name=others[0].name))
        often = sorted(
            ((n, m) for m, n in months(self._archive.store, Wanted()) if len(m) == 7), reverse=True
        )
        for _, month in often[:MONTHS]:
            # The day a file was changed says nothing of what it tells.
            if len(self._archive.documents.dated(f"{month}-01", f"{month}-31", 2)) == 2:
                asked.append(say("ask_month", language, month=int(month[5:]), year=month[:4]))
                break
        titles = Counter(d.title for d in self._archive.documents.listed(limit=SEEN) if 3 < len(d.title) < 40)
        if titles and (common := titles.most_common(1)[0])[1] > 1:
            asked.append(say("ask_summary", language, topic=common[0]))
        return asked

    # Inside

    def _people(self) -> list[Entry]:
        """All entries as the person wants them."""
        with translated_errors():
            words = self._archive.people.own_words()
            corrections, stamps = Corrections.of(words), self._archive.people.stamps
            found = (corrected(entry, corrections, stamps) for entry in self._entries())
            return [entry for entry in found if entry is not None]

    def _entries(self) -> list[Entry]:
        # A little is looked at now, so that what was just learned counts; more is left to the standing job.
        if not self.read_only and 0 < self._archive.people.outstanding(RULES) <= AT_ONCE:
            note_people(self._archive, most=AT_ONCE)
        words = self._archive.people.own_words()
        state = (self._archive.people.state(), words)
        with self._knowing:
            if self._known is None or self._known[0] != state:
                self._known = (state, entries(self._archive.people.named(), words, alike(words)))
            return self._known[1]

    def _entry(self, id: str) -> Entry:
        entry = lookup(self._people(), id)
        if entry is None:
            raise NotFound(f"Nobody called {id} is known (any more).")
        return entry

    def _owner_keys(self) -> Sequence[str]:
        kept = profile(self._archive)
        name = kept.name or owner_of(self._archive.documents.authored(PASSAGES))
        return [key_of(name)] if name else []

    def _about(self, entry: Entry) -> str:
        return self._archive.people.stamps(entry.keys[:1])[entry.keys[0]]

    def _hide(self, entry: Entry, fact_id: str) -> None:
        fact = next((fact for fact in entry.facts if fact.id == fact_id), None)
        if fact is None:
            raise NotFound("That is not known of them (any more).")
        if fact.own is not None:
            self._archive.people.unsay([fact.own])
            return
        text = said(fact.kind, fact.value)
        self._archive.people.say(self._about(entry), HIDDEN, value=self._archive.people.stamps([text])[text])

    def _lines(self, entry: Entry) -> tuple[PersonFact, ...]:
        names = list(dict.fromkeys([entry.name, *entry.aliases]))[:4]
        told: dict[str, Line] = {}
        for name in names:
            known = entry_of(name, self._archive.documents.saying([name], PASSAGES), LINES)
            for line in known.facts if known else ():
                told.setdefault(fold(line.text), line)
        facts = [Fact("note", line.text, (line.document.id,)) for line in told.values()]
        return tuple(
            PersonFact(
                fact.id.replace("note", "line", 1),
                "line",
                line.text,
                line.document.id,
                line.document.path,
                line.document.date if line.document.date_source != "mtime" else None,
            )
            for fact, line in list(zip(facts, told.values(), strict=True))[:LINES]
        )


def _searched(entry: Entry) -> str:
    return fold(" ".join([entry.name, *entry.aliases, *(fact.value for fact in entry.facts)]))


def _written(entry: Entry) -> str:
    """A name whose key is the entry's own, however the person renamed it."""
    return next((n for n in (entry.name, *entry.aliases) if key_of(n) == entry.keys[0]), entry.name)


def _person(entry: Entry, owner: Sequence[str]) -> Person:
    mine = bool(set(entry.keys) & set(owner))
    relation = next(
        (
            f.value
            for f in entry.facts
            if f.kind == "relation" and (not f.said_by or key_of(f.said_by) in owner)
        ),
        "",
    )
    return Person(
        entry.keys[0],
        entry.name,
        entry.kind,
        entry.aliases,
        "" if mine else relation,
        tuple(_fact(fact, owner) for fact in entry.facts),
        entry.first,
        entry.last,
        entry.documents,
        mine,
    )


def _fact(fact: Fact, owner: Sequence[str]) -> PersonFact:
    by = "" if not fact.said_by or key_of(fact.said_by) in owner else fact.said_by
    document = fact.documents[-1] if fact.documents else None
    return PersonFact(
        fact.id, fact.kind, fact.value, document, fact.path, fact.date, by, fact.own is not None
    )
