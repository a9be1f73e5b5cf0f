"""HTML of what Doppel does by itself: when in plain words, how it went, and forms to change it."""

from __future__ import annotations

from collections.abc import Sequence

from app.upkeep.records import JobStatus
from app.upkeep.times import DAYS, LEAST_MINUTES, MOST_MINUTES
from ui.web.markup import button, minute, text
from ui.web.messages import tr
from ui.web.told import told

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def job_table(jobs: Sequence[JobStatus]) -> str:
    """What Doppel does by itself; a button's number is the job's place in the list."""
    body = "".join(_job_row(at, job) for at, job in enumerate(jobs))
    heads = "".join(f"<th>{text(tr(head))}</th>" for head in ("Job", "Next run", "Last result"))
    return (
        f'<div class="table"><table><caption>{text(tr("What Doppel does by itself"))}</caption><thead><tr>{heads}'
        f"<th><span class='unseen'>{text(tr('Action'))}</span></th></tr></thead><tbody>{body}</tbody></table></div>"
    )


def _job_row(at: int, job: JobStatus) -> str:
    due = minute(job.next_run) if job.on else tr("off")
    last = f"<small>{text(minute(job.last_run))}</small>" if job.last_run else ""
    switch = button(
        "switch",
        tr("Switch off") if job.on else tr("Switch on"),
        id=at,
        meaning=tr("Switch {job}", job=job.name),
    )
    run = button("run", tr("Run now"), id=at, meaning=tr("Run {job} now", job=job.name))
    said = told(job.last_result) if job.last_result else ""
    failed = "" if job.ok else f"<b>{text(tr('failed'))}</b> "
    return (
        f"<tr><td>{text(job.name)}<small>{text(tr(job.description))}</small></td>"
        f"<td>{text(due)}<small>{text(in_words(job))}</small>{times_form(at, job)}</td>"
        f"<td>{failed}{text(said) or '–'}{last}</td><td>{switch} {run}</td></tr>"
    )


def in_words(job: JobStatus) -> str:
    """When it runs, as a person says it; "" where that is not known."""
    if job.every:
        hours, minutes = divmod(job.every, 60)
        if minutes or not hours:
            return tr("every {n} minutes", n=job.every)
        return tr("every hour") if hours == 1 else tr("every {n} hours", n=hours)
    if job.day:
        return tr("every {day} at {time}", day=weekday(job.day), time=job.at)
    return tr("every day at {time}", time=job.at) if job.at else ""


def weekday(day: str) -> str:
    return tr(WEEKDAYS[DAYS.index(day)])


def times_form(at: int, job: JobStatus) -> str:
    """To change when it runs: what ran at intervals does so still, what ran at a time of day, too."""
    if job.every:
        fields = (
            f'<label class="field">{text(tr("Minutes between two runs"))}<input type="number" name="every" '
            f'value="{job.every}" min="{LEAST_MINUTES}" max="{MOST_MINUTES}" required></label>'
        )
    elif job.at:
        days = "".join(
            f'<option value="{day}"{" selected" if day == job.day else ""}>{text(name)}</option>'
            for day, name in (("", tr("Every day")), *((day, weekday(day)) for day in DAYS))
        )
        fields = (
            f'<label class="field">{text(tr("Day"))}<select name="day">{days}</select></label>'
            f'<label class="field">{text(tr("Time of day"))}<input type="time" name="at" value="{text(job.at)}" required>'
            "</label>"
        )
    else:
        return ""
    return (
        f'<details class="times"><summary aria-label="{text(tr("Change when {job} runs", job=job.name))}">'
        f'{text(tr("Change…"))}</summary><form data-event="times" data-id="{at}">{fields}'
        f"<button class='act'>{text(tr('Save'))}</button></form></details>"
    )
