"""What the person says of people, laid over what memories say: facts of their own, and what they do not want to see.

What is hidden or removed is known by keyed hashes only, so it is known again when memories say it anew, and its words are
kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.people.entries import Entry, Fact, in_order, said
from app.people.names import key_of
from storage.people import FACT, HIDDEN, REMOVED, OwnWord

Stamps = Callable[[Sequence[str]], Mapping[str, str]]
"""The keyed hash of each text."""

NAME, ALIAS = "name", "alias"


@dataclass(frozen=True)
class Corrections:
    """By the hash of the name they are about."""

    facts: Mapping[str, tuple[OwnWord, ...]]
    hidden: Mapping[str, frozenset[str]]
    removed: frozenset[str]

    @classmethod
    def of(cls, words: Sequence[OwnWord]) -> Corrections:
        facts: dict[str, tuple[OwnWord, ...]] = {}
        hidden: dict[str, frozenset[str]] = {}
        for word in words:
            if word.action == FACT:
                facts[word.about] = (*facts.get(word.about, ()), word)
            elif word.action == HIDDEN:
                hidden[word.about] = hidden.get(word.about, frozenset()) | {word.value}
        return cls(facts, hidden, frozenset(word.about for word in words if word.action == REMOVED))


def alike(words: Sequence[OwnWord]) -> dict[str, str]:
    """Names that the person said to be another's: key -> key."""
    return {
        key_of(word.value): key_of(word.name)
        for word in words
        if word.action == FACT and word.kind == ALIAS and key_of(word.value) and key_of(word.name)
    }


def corrected(entry: Entry, corrections: Corrections, stamps: Stamps) -> Entry | None:
    """The entry as the person wants it, None where they removed it."""
    if not (corrections.facts or corrections.hidden or corrections.removed):
        return entry
    abouts = list(stamps(entry.keys).values())
    if any(about in corrections.removed for about in abouts):
        return None
    hidden = frozenset[str]().union(*(corrections.hidden.get(about, frozenset()) for about in abouts))
    facts = list(entry.facts)
    if hidden:
        by_fact = stamps([said(fact.kind, fact.value) for fact in facts])
        facts = [fact for fact in facts if by_fact[said(fact.kind, fact.value)] not in hidden]
    name, aliases = entry.name, list(entry.aliases)
    for word in (word for about in abouts for word in corrections.facts.get(about, ())):
        if word.kind == NAME:
            aliases = [*dict.fromkeys([name, *aliases])]
            name = word.value
        elif word.kind == ALIAS:
            aliases = [*dict.fromkeys([*aliases, word.value])]
        else:
            facts = [f for f in facts if said(f.kind, f.value) != said(word.kind, word.value)]
            facts.append(Fact(word.kind, word.value, own=word.id))
    return replace(entry, name=name, aliases=tuple(a for a in aliases if a != name), facts=in_order(facts))
