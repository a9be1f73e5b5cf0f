"""Who is known, and what the insights say of all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from app.errors import DoppelError
from app.people.records import Person, PersonFact
from app.twin.insights import Insights, Routed, Routes
from tests.ui.web.fake.passages import Rows


@dataclass
class People(Rows):
    known: list[Person] = field(default_factory=list)
    gone_people: list[Person] = field(default_factory=list)

    def people(self, query: str = "", *, limit: int = 200, offset: int = 0) -> list[Person]:
        found = [person for person in self.known if query.casefold() in person.name.casefold()]
        return found[offset : offset + limit]

    def person(self, id: str) -> Person:
        found = [person for person in self.known if person.id == id or person.name == id]
        if not found:
            raise DoppelError(f"Nobody called {id} is known (any more).")
        return found[0]

    def count_people(self) -> int:
        return len(self.known)

    def correct_person(self, id: str, kind: str, value: str, *, instead_of: str = "") -> Person:
        fact = PersonFact(f"{kind}-1", kind, value, by_person=True)
        return self._change_person(id, facts=(*self.person(id).facts, fact))

    def remove_person_fact(self, id: str, fact_id: str) -> Person:
        return self._change_person(id, facts=tuple(f for f in self.person(id).facts if f.id != fact_id))

    def _change_person(self, id: str, **changes: Any) -> Person:
        person = replace(self.person(id), **changes)
        self.known = [person if each.id == person.id else each for each in self.known]
        return person

    def remove_person(self, id: str) -> None:
        self.gone_people.append(self.person(id))
        self.known = [person for person in self.known if person.id != id]

    def restore_person(self, name: str) -> Person:
        self.known += [person for person in self.gone_people if person.name == name]
        return self.person(name)

    def insights(self, people: int = 12) -> Insights:
        learned = (("2026-01-01", 2), ("2026-01-02", 4))
        months = (("2019-03", 1), ("2021-04", 1), ("2021-10", 1))
        sizes = {"database": 900_000, "encodings": 200_000, "other": 100_000}
        return Insights(learned, (("note", 2), ("mail", 1), ("", 1)), months, (("Mara <b>", 2),), sizes)

    def routes(self, question: str) -> Routes:
        routed = [Routed(row.id, row.path, row.place, (1.5, -0.2), row.id == 2) for row in self.rows.values()]
        return Routes((1, 4), tuple(routed))
