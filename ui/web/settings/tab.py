"""The settings tab: what can be set, what Doppel does by itself, and the numbers of the whole twin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from app.errors import DoppelError
from app.twin.access import FORGET, WRITE
from ui.doors.mcp_http import SWITCH
from ui.web import messages
from ui.web.blocks import clickable, in_order, number, panel, words
from ui.web.guard import cookie_of
from ui.web.markup import notice
from ui.web.messages import tr
from ui.web.settings import protection, render, subjects
from ui.web.settings.guarded import guard
from ui.web.settings.jobs import in_words, job_table

if TYPE_CHECKING:
    from ui.web.settings.twin import SettingsTwin


def build(tab: gr.Tab, twin: SettingsTwin) -> None:
    note = panel(elem_id="setting-note")
    numbers = panel(elem_id="overview")
    forms = clickable("language", "model", "backup", "work", elem_id="setting-forms")
    programs = clickable("grant", "revoke", "mcp", elem_id="programs")
    jobs = clickable("switch", "run", "times", elem_id="job-table")
    learned = panel(elem_id="digests")
    signed_in = clickable("sign_out", "sign_out_all", elem_id="signed-in")
    protection.build(tab, twin, note)
    subjects.build(tab, twin, note)
    private = panel(elem_id="privacy")

    def over_http() -> bool:
        return bool(twin.preference(SWITCH, False))

    def state() -> dict[Any, Any]:
        now = twin.status()
        return {
            numbers: render.overview(now, twin.count_judged()),
            forms: render.forms(twin.settings, twin.preference("language", "")),
            programs: render.doors(twin.tokens(), over_http()),
            jobs: job_table(twin.jobs()),
            learned: render.digest_list(twin.digests()),
            private: render.privacy(now),
        }

    guarded = guard(note, state)

    def speak(event: gr.EventData) -> str:
        language = words(event, "language")
        twin.prefer("language", language)
        messages.use(language)
        return tr("Saved. Reload the page to see all of it.")

    def use_model(event: gr.EventData) -> str:
        twin.use_model(words(event, "model").strip())
        return tr("Saved. The present model answers until everything is encoded with the new one.")

    def keep_backups(event: gr.EventData) -> str:
        twin.change_settings(
            backup_folder=words(event, "backup_folder").strip(), backups=number(event, "backups") or 0
        )
        return tr("Saved. It holds from the next start.")

    def work(event: gr.EventData) -> str:
        twin.change_settings(
            throttle=bool(words(event, "throttle")),
            busy_percent=float(number(event, "busy_percent") or 0),
            min_battery_percent=float(number(event, "min_battery_percent") or 0),
        )
        return tr("Saved. It holds from the next start.")

    def grant(event: gr.EventData) -> dict[Any, Any]:
        scopes = [scope for scope in (WRITE, FORGET) if words(event, scope)]
        try:
            token = twin.add_token(words(event, "name"), scopes)
        except DoppelError as error:
            return {note: notice(str(error), "problem")}
        return {programs: render.doors(twin.tokens(), over_http(), token), note: ""}

    def revoke(event: gr.EventData) -> str:
        # By its name: another window may have made the list shorter meanwhile.
        if (name := words(event, "of")) in {token.name for token in twin.tokens()}:
            twin.remove_token(name)
        return tr("Removed.")

    def mcp_switched(event: gr.EventData) -> str:
        twin.prefer(SWITCH, not over_http())
        return (
            tr("MCP over HTTP, under /mcp, is on.")
            if over_http()
            else tr("MCP over HTTP, under /mcp, is off.")
        )

    def switched(event: gr.EventData) -> dict[Any, Any]:
        return done(event, run=False)

    def started(event: gr.EventData) -> dict[Any, Any]:
        return done(event, run=True)

    def done(event: gr.EventData, *, run: bool) -> dict[Any, Any]:
        """Do what the button says to the job whose place in the list it carries."""
        standing, at = twin.jobs(), number(event, "id")
        if at is None or at >= len(standing):
            return state()
        job = standing[at]
        try:
            job = twin.run_job(job.name) if run else twin.switch_job(job.name, not job.on)
        except DoppelError as error:
            return {note: notice(str(error), "problem")}
        now = tr("{job} is on.", job=job.name) if job.on else tr("{job} is off.", job=job.name)
        said = f"{job.name}: {job.last_result}" if run else now
        return {**state(), note: notice(said, "good" if job.ok else "problem")}

    def timed(event: gr.EventData) -> str:
        at, standing = number(event, "id"), twin.jobs()
        if at is None or at >= len(standing):
            return ""
        name = standing[at].name
        job = twin.set_job_times(
            name, every=number(event, "every") or 0, at=words(event, "at")[:5], day=words(event, "day")
        )
        return f"{name}: {in_words(job)}"

    def browsers(request: gr.Request) -> dict[Any, Any]:
        """Asked by itself: which of them asks is known of its own request only."""
        return {signed_in: render.browsers(twin.browsers.rows(cookie_of(request)))}

    def signed_out(event: gr.EventData, request: gr.Request) -> dict[Any, Any]:
        try:
            twin.browsers.end(words(event, "id"))
        except DoppelError as error:
            return {note: notice(str(error), "problem")}
        return {**browsers(request), note: notice(tr("Signed out."), "good")}

    def all_signed_out() -> dict[Any, Any]:
        twin.browsers.end_all()
        return {note: notice(tr("Signed out."), "good")}

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    shown = [numbers, forms, programs, jobs, learned, private, note]
    tab.select(state, outputs=shown, **quiet)
    tab.select(browsers, outputs=signed_in, **quiet)
    # What is set twice quickly holds as it was set last; what makes something (a token) or takes long is not done twice.
    quick = {**in_order("settings"), **quiet}
    signed_in.sign_out(signed_out, outputs=[signed_in, note], **quick)
    signed_in.sign_out_all(all_signed_out, outputs=note, **quiet)
    handlers = (
        (forms.language, speak),
        (forms.model, use_model),
        (forms.backup, keep_backups),
        (forms.work, work),
    )
    for listen, action in handlers:
        listen(guarded(action), outputs=shown, **quick)
    programs.grant(grant, outputs=shown, **quiet)
    programs.revoke(guarded(revoke), outputs=shown, **quick)
    programs.mcp(guarded(mcp_switched), outputs=shown, **quick)
    jobs.switch(switched, outputs=shown, **quick)
    jobs.times(guarded(timed), outputs=shown, **quick)
    jobs.run(started, outputs=shown, **{**quiet, "show_progress": "minimal"})
