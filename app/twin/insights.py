"""The memory in numbers, and how a question was routed: for the page's plots."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.records import MemoryFilter
from app.twin.recall import Recall
from app.twin.review import KINDS, Reviewing
from storage.growth import by_suffix, bytes_by_part, learned_by_day

NOTHING = MemoryFilter()
ROUTED = 12  # documents of a routing picture


@dataclass(frozen=True)
class Insights:
    """learned: (day, memories in all by then); kinds: as people call them; activity: ("2021-04", memories of that month);
    people: (name, memories); bytes: of each part of the archive."""

    learned: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int], ...]
    activity: tuple[tuple[str, int], ...]
    people: tuple[tuple[str, int], ...]
    bytes: dict[str, int]


@dataclass(frozen=True)
class Routed:
    """A document that a question led to. scores: of each router layer; later: only a later round brought it."""

    document_id: int
    path: str | None
    place: str | None
    scores: tuple[float, ...]
    later: bool


@dataclass(frozen=True)
class Routes:
    """Where a question led, best first. layers: the numbers of the router layers, as scores have them."""

    layers: tuple[int, ...]
    documents: tuple[Routed, ...]


class Measuring(Reviewing):
    def insights(self, people: int = 12) -> Insights:
        total, learned = 0, []
        for day, count in learned_by_day(self._archive.store):
            total += count
            learned.append((day, total))
        named = {suffix: kind for kind, suffixes in KINDS.items() for suffix in suffixes}
        kinds: Counter[str] = Counter()
        for suffix, count in by_suffix(self._archive.store).items():
            kinds[named.get(suffix, "" if suffix == "" else "other")] += count
        months = [(month, count) for month, count in self.timeline(NOTHING) if month][::-1]
        return Insights(
            tuple(learned),
            tuple(kinds.most_common()),
            tuple(months),
            tuple((person.name, person.memories) for person in self.people(limit=people)),
            bytes_by_part(self._archive.directory),
        )

    def routes(self, question: str) -> Routes:
        """How each router layer scores the documents that a question leads to, now. Raises EmptyMemory, ModelMissing."""
        answerer, memory = self._ready(question)
        with self._models.asked():
            once = Recall(self._archive, answerer, memory, 1, lambda: False).search(question, ROUTED)
            rounds = Recall(self._archive, answerer, memory, self.settings.rounds, lambda: False)
            found = rounds.search(question, ROUTED) if self.settings.rounds > 1 else once
            ids = [hit.document.id for hit in found]
            scores = answerer.layer_scores(memory, question, ids)  # [layers, documents]
        first = {hit.document.id for hit in once}
        routed = [
            Routed(
                hit.document.id,
                hit.document.path,
                hit.document.place or None,
                tuple(scores[:, at].tolist()),
                hit.document.id not in first,
            )
            for at, hit in enumerate(found)
        ]
        return Routes(tuple(answerer.model.config.router_layers), tuple(routed))
