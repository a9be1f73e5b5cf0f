"""HTML of the people whom memories name: who there is, and one with all that is known, each fact with its memory."""

from __future__ import annotations

from collections.abc import Sequence

from app.people.records import Person, PersonFact
from ui.web.markup import button, day, file_name, text
from ui.web.messages import tr

FACTS = {
    "relation": "relation", "role": "role", "organisation": "organisation", "email": "e-mail", "phone": "phone",
    "address": "address", "birthday": "birthday", "note": "note", "page": "web page", "alias": "other name",
}  # fmt: skip
LINE = "line"  # the words of a passage


def grid(people: Sequence[Person], query: str, more: bool) -> str:
    """Everybody, as cards. more: there are others than those shown."""
    label = text(tr("Search people"))
    search = (
        f'<form class="searching" data-event="find_person" data-live role="search"><input name="query" type="search" '
        f'value="{text(query)}" placeholder="{label}" aria-label="{label}" autocomplete="off"></form>'
    )
    if not people:
        line = (
            tr("Nobody matches.")
            if query
            else tr("Nobody is known yet. People come from mails, chats, contacts and texts.")
        )
        return f'<div class="other">{search}<p class="faint">{text(line)}</p></div>'
    cards = "".join(_card(person) for person in people)
    rest = f'<p class="faint">{text(tr("There are more. Search for a name."))}</p>' if more else ""
    return f'<div class="other">{search}<div class="people">{cards}</div>{rest}</div>'


def _card(person: Person) -> str:
    known = person.relation or next((f.value for f in person.facts if f.kind in ("role", "organisation")), "")
    known = tr("you") if person.owner else known
    count = tr("{n} memories", n=f"{person.memories:,}")
    return (
        f'<button type="button" class="person" data-event="person" data-id="{text(person.id)}">'
        f"{_initials(person)}<span><b>{text(person.name)}</b><small>{text(known)}</small>"
        f"<small>{text(count)}</small></span></button>"
    )


def _initials(person: Person) -> str:
    words = person.name.split()
    letters = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    return f'<i class="initials of-{text(person.kind)}" aria-hidden="true">{text(letters)}</i>'


def page(person: Person, note: str = "") -> str:
    """One of them: facts that can be corrected or taken away, and lines of passages."""
    span = " – ".join(
        text(moment) for moment in dict.fromkeys((day(person.first), day(person.last))) if moment
    )
    named = tr("{n} memories", n=f"{person.memories:,}")
    aliases = ", ".join(person.aliases)
    also = f'<p class="facts">{text(tr("Also {names}", names=aliases))}</p>' if aliases else ""
    facts = "".join(
        _fact(person, fact) for fact in person.facts if fact.kind != LINE and fact.kind != "alias"
    )
    lines = "".join(_line(fact) for fact in person.facts if fact.kind == LINE)
    said = f"<h3>{text(tr('What memories say'))}</h3><ul class='lines'>{lines}</ul>" if lines else ""
    return (
        f'<div class="other"><article class="who"><header>{button("people", tr("All people"), kind="quiet-act")}'
        f'<div>{_initials(person)}<div><h2>{text(person.name)}</h2><p class="facts">{text(person.relation)}</p>'
        f'<p class="facts">{text(named)}{" · " if span else ""}{span}</p>{also}</div></div></header>{note}'
        f'<div class="acts">{button("memories_of", tr("Their memories"), kind="act primary", id=person.id)}'
        f"{button('remove_person', tr('Remove this entry'), id=person.id)}</div>"
        f'<dl class="known">{facts}</dl>{_add(person)}{said}</article></div>'
    )


def _fact(person: Person, fact: PersonFact) -> str:
    source = ""
    if fact.document_id is not None:
        source = (
            f'<button type="button" class="quiet-act" data-view data-id="{fact.document_id}">'
            f"{text(file_name(fact.path))}{text(f', {day(fact.date)}' if fact.date else '')}</button>"
        )
    elif fact.by_person:
        source = f"<small>{text(tr('in your words'))}</small>"
    away = button(
        "remove_fact",
        "×",
        kind="quiet-act",
        meaning=tr("Remove {fact}", fact=fact.value),
        id=person.id,
        fact=fact.id,
    )
    label = tr(FACTS.get(fact.kind, fact.kind))
    by = f" <small>({text(tr('in the words of {name}', name=fact.said_by))})</small>" if fact.said_by else ""
    return f"<div><dt>{text(label)}</dt><dd>{text(fact.value)}{by} {source} {away}</dd></div>"


def _line(fact: PersonFact) -> str:
    where = ""
    if fact.document_id is not None:
        where = (
            f'<button type="button" class="quiet-act" data-view data-id="{fact.document_id}">'
            f"{text(file_name(fact.path))}{text(f', {day(fact.date)}' if fact.date else '')}</button>"
        )
    return f"<li><p>{text(fact.value)}</p>{where}</li>"


def _add(person: Person) -> str:
    kinds = "".join(
        f'<option value="{kind}">{text(tr(label))}</option>'
        for kind, label in {"name": "name", **FACTS}.items()
    )
    said = text(tr("What is right"))
    return (
        f'<form class="telling" data-event="tell" data-id="{text(person.id)}"><select name="kind" '
        f'aria-label="{text(tr("Kind of fact"))}">{kinds}</select><input name="value" maxlength="500" '
        f'placeholder="{said}" aria-label="{said}"><button class="act">{text(tr("Add"))}</button></form>'
    )
