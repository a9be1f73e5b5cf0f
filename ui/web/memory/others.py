"""The other ways to look at the memory: its people, its summaries, what is said twice, and what was removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from ui.web.blocks import number, words
from ui.web.markup import button, notice
from ui.web.memory import people, render, setaside
from ui.web.memory.listing import PAGE
from ui.web.memory.view import View
from ui.web.messages import tr

if TYPE_CHECKING:
    from ui.web.memory.twin import MemoryTwin

PEOPLE = 120  # cards at once; more are found by their names
GROUPS = 20
PROVEN = 200
EVENTS = (
    "person", "people", "find_person", "tell", "remove_fact", "remove_person", "restore_person", "memories_of",
    "restore", "erase_one", "ask_empty", "empty", "keep_trash", "trash_page", "allow", "merge", "merge_all",
    "delete_summary",
)  # fmt: skip
# What a second click, while the first is at work, must not do again; the rest is answered in order.
ONCE = frozenset({"tell", "erase_one", "ask_empty", "empty", "merge_all"})
Shown = dict[Any, Any]
Action = Callable[[View, gr.EventData], Shown]


def numbers(listed: str) -> list[int]:
    """Whole numbers that an event carries in one text."""
    return [int(part) for part in listed.split(",") if part.isascii() and part.isdigit() and len(part) < 16]


def shown(
    twin: MemoryTwin, other: gr.HTML, view: gr.State, now: View, note: str = "", query: str = ""
) -> Shown:
    """What the view of that name shows."""
    if now.name == "people":
        found = twin.people(query, limit=PEOPLE + 1)
        return {view: now, other: people.grid(found[:PEOPLE], query, len(found) > PEOPLE)}
    if now.name == "summaries":
        return {view: now, other: setaside.summaries(twin.summaries(), note)}
    if now.name == "twice":
        return {view: now, other: setaside.twice(twin.duplicates(GROUPS), note)}
    rows = twin.trash(PAGE, now.offset)
    return {view: now, other: setaside.trash(rows, total=twin.count_trash(), offset=now.offset, note=note)}


def actions(twin: MemoryTwin, other: gr.HTML, view: gr.State) -> dict[str, Action]:
    """What each event of the block does, by its name."""

    def again(now: View, note: str = "") -> Shown:
        return shown(twin, other, view, now, note)

    def person(now: View, event: gr.EventData) -> Shown:
        return _page(now, words(event, "id"))

    def _page(now: View, id: str, note: str = "") -> Shown:
        return {view: replace(now, person=id), other: people.page(twin.person(id), note)}

    def everybody(now: View, event: gr.EventData) -> Shown:
        return again(replace(now, person="", name="people"))

    def find_person(now: View, event: gr.EventData) -> Shown:
        return shown(twin, other, view, replace(now, name="people"), query=words(event, "query"))

    def tell(now: View, event: gr.EventData) -> Shown:
        known = twin.correct_person(words(event, "id"), words(event, "kind"), words(event, "value"))
        return _page(now, known.id, notice(tr("Noted in your words."), "good"))

    def remove_fact(now: View, event: gr.EventData) -> Shown:
        known = twin.remove_person_fact(words(event, "id"), words(event, "fact"))
        return _page(now, known.id, notice(tr("It is not shown any more. The memories stay.")))

    def remove_person(now: View, event: gr.EventData) -> Shown:
        name = twin.person(words(event, "id")).name
        twin.remove_person(words(event, "id"))
        undo = button("restore_person", tr("Undo"), id=name)
        said = notice(
            tr("The entry of {name} is not shown any more. The memories stay.", name=name), more=undo
        )
        result = again(replace(now, person="", name="people"))
        return {**result, other: said + result[other]}

    def restore_person(now: View, event: gr.EventData) -> Shown:
        return _page(now, twin.restore_person(words(event, "id")).id)

    def restore(now: View, event: gr.EventData) -> Shown:
        back = twin.restore(numbers(words(event, "ids") or words(event, "id")))
        return again(now, notice(tr("{n} memories are back.", n=f"{len(back):,}"), "good"))

    def erase(now: View, ids: Sequence[int]) -> Shown:
        needles = twin.removed_texts(ids)[:PROVEN]
        report = twin.erase_removed(ids)
        done = tr(
            "Forgotten: {n} passages in {seconds} s.", n=report.documents, seconds=f"{report.seconds:.1f}"
        )
        proof = render.proof(twin.verify_forgotten(needles)) if needles else ""
        return again(replace(now, offset=0), notice(done, "good") + proof)

    def erase_one(now: View, event: gr.EventData) -> Shown:
        return erase(now, [number(event, "id") or 0])

    def ask_empty(now: View, event: gr.EventData) -> Shown:
        rows = twin.trash(PAGE, now.offset)
        total = twin.count_trash()
        return {other: setaside.trash(rows, total=total, offset=now.offset, asked=True)}

    def empty(now: View, event: gr.EventData) -> Shown:
        total = twin.count_trash()
        return erase(now, [row.memory.id for row in twin.trash(total)])

    def trash_page(now: View, event: gr.EventData) -> Shown:
        return again(replace(now, offset=number(event, "offset") or 0))

    def allow(now: View, event: gr.EventData) -> Shown:
        place = words(event, "place").strip()
        if not place:
            return again(now, notice(tr("Type the path of the file or folder first."), "problem"))
        twin.allow_again(Path(place).expanduser())
        return again(now, notice(tr("It may come in again, and is read at the next look."), "good"))

    def delete_summary(now: View, event: gr.EventData) -> Shown:
        twin.delete_summary(number(event, "id") or 0)
        return again(now, notice(tr("The summary is kept no longer. Its chat stays.")))

    def merge(now: View, event: gr.EventData) -> Shown:
        return _merged(now, numbers(words(event, "others")))

    def merge_all(now: View, event: gr.EventData) -> Shown:
        groups = twin.duplicates(GROUPS)
        return _merged(now, [row.id for group in groups for row in group[1:]])

    def _merged(now: View, ids: Sequence[int]) -> Shown:
        gone = twin.remove(ids)
        undo = button("restore", tr("Undo"), ids=",".join(map(str, gone[:1000])))
        said = tr("{n} memories are removed. They can be brought back for a month.", n=f"{len(gone):,}")
        return again(now, notice(said, more=undo))

    return {
        "person": person, "people": everybody, "find_person": find_person, "tell": tell, "remove_fact": remove_fact,
        "remove_person": remove_person, "restore_person": restore_person, "restore": restore, "erase_one": erase_one,
        "ask_empty": ask_empty, "empty": empty, "keep_trash": lambda now, event: again(now), "trash_page": trash_page,
        "allow": allow, "merge": merge, "merge_all": merge_all, "delete_summary": delete_summary,
    }  # fmt: skip
