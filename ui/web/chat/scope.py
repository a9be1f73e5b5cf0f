"""What part of the memory a question is asked of (period, person, folder, kind), in one line above the question box."""

from __future__ import annotations

import os
from collections.abc import Sequence

import gradio as gr

from app.people.records import Person
from app.records import MemoryFilter
from app.twin.review import KINDS
from ui.web.blocks import words
from ui.web.markup import button, text
from ui.web.messages import tr

EVERYWHERE = MemoryFilter()


def asked_of(event: gr.EventData) -> MemoryFilter:
    """The scope that the form says."""
    year = words(event, "year")[:4]
    year = year if year.isascii() and year.isdigit() else ""
    return MemoryFilter(
        since=year,
        until=f"{year}~" if year else "",
        kind=words(event, "kind"),
        folder=words(event, "folder"),
        person=words(event, "person"),
    )


def selector(
    wanted: MemoryFilter,
    years: Sequence[str],
    people: Sequence[Person],
    folders: Sequence[tuple[str, int]],
    *,
    shown: bool = False,
) -> str:
    """shown: whether the choices are open."""
    names = [(person.id, person.name) for person in people]
    short = [(path, os.sep.join(path.rstrip(os.sep).split(os.sep)[-2:])) for path, _ in folders]
    fields = (
        _select("year", tr("Period"), [("", tr("All time")), *((year, year) for year in years)], wanted.since)
        + _select("person", tr("Person"), [("", tr("Anybody")), *names], wanted.person)
        + _select("folder", tr("Folder"), [("", tr("All folders")), *short], wanted.folder)
        + _select(
            "kind", tr("Kind"), [("", tr("All kinds")), *((kind, tr(kind)) for kind in KINDS)], wanted.kind
        )
    )
    said = [
        wanted.since,
        dict(names).get(wanted.person, wanted.person),
        dict(short).get(wanted.folder, ""),
        wanted.kind,
    ]
    narrowed = " · ".join(tr(part) if part in KINDS else part for part in said if part)
    line = tr("Only: {what}", what=narrowed) if narrowed else tr("In the whole memory")
    away = button("anywhere", tr("In the whole memory"), kind="quiet-act") if narrowed else ""
    return (
        f'<details class="scope{" narrowed" if narrowed else ""}"{" open" if shown else ""}>'
        f'<summary>{text(line)}</summary><form data-event="narrow" data-live>{fields}{away}</form></details>'
    )


def _select(name: str, label: str, choices: Sequence[tuple[str, str]], chosen: str) -> str:
    options = "".join(
        f'<option value="{text(value)}"{" selected" if value == chosen else ""}>{text(shown)}</option>'
        for value, shown in choices
    )
    return f'<label>{text(label)}<select name="{name}">{options}</select></label>'
