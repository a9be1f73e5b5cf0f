"""Commands for what the twin keeps and does by itself: chats, summaries, standing jobs, the daily digest."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli import show
from ui.cli.base import Json, opened
from ui.web.messages import tr

chats_app = typer.Typer(no_args_is_help=True, help="The chats that are kept: list, show, save, delete.")
summaries_app = typer.Typer(no_args_is_help=True, help="The summaries that are kept: list, delete.")
jobs_app = typer.Typer(no_args_is_help=True, help="What Doppel does by itself: list, on, off, run.")


@chats_app.command("list")
def chats_list(as_json: Json = False) -> None:
    """List the chats, the latest first."""
    with opened() as twin:
        show.out(twin.chats(), as_json, show.chats)


@chats_app.command("show")
def chats_show(id: int, as_json: Json = False) -> None:
    """Print one chat."""
    with opened() as twin:
        show.out(twin.messages(id), as_json, show.messages)


@chats_app.command("save")
def chats_save(id: int, as_json: Json = False) -> None:
    """Remember a chat: its questions and answers become memories, marked as from a chat."""
    with opened() as twin:
        show.out(twin.save_chat(id), as_json, show.saved_chat)


@chats_app.command("delete")
def chats_delete(id: int, as_json: Json = False) -> None:
    """Delete one chat. What was saved of it as memories stays."""
    with opened() as twin:
        twin.delete_chat(id)
    show.out({"deleted": id}, as_json, lambda _: tr("Chat {id} is deleted.", id=id))


@summaries_app.command("list")
def summaries_list(as_json: Json = False) -> None:
    """List the summaries that were asked for, the last made first. Asked again, each says what has changed."""
    with opened() as twin:
        show.out(twin.summaries(), as_json, show.summaries)


@summaries_app.command("delete")
def summaries_delete(id: int, as_json: Json = False) -> None:
    """Keep one summary no longer. The chat that it was asked in stays."""
    with opened() as twin:
        twin.delete_summary(id)
    show.out({"deleted": id}, as_json, lambda _: tr("Summary {id} is deleted.", id=id))


@jobs_app.command("list")
def jobs_list(as_json: Json = False) -> None:
    """List the standing jobs: when they run and what their last run said."""
    with opened() as twin:
        show.out(twin.jobs(), as_json, show.jobs)


@jobs_app.command("on")
def jobs_on(name: str, as_json: Json = False) -> None:
    """Switch a job on."""
    with opened() as twin:
        show.out(twin.switch_job(name, True), as_json, lambda job: show.jobs([job]))


@jobs_app.command("off")
def jobs_off(name: str, as_json: Json = False) -> None:
    """Switch a job off."""
    with opened() as twin:
        show.out(twin.switch_job(name, False), as_json, lambda job: show.jobs([job]))


@jobs_app.command("run")
def jobs_run(name: str, as_json: Json = False) -> None:
    """Run a job now, switched on or not."""
    with opened() as twin:
        show.out(twin.run_job(name), as_json, lambda job: show.jobs([job]))


def digest(days: Annotated[int, typer.Option(min=1)] = 7, as_json: Json = False) -> None:
    """What was learned on the last days (the job "digest" sums it up each evening)."""
    with opened() as twin:
        show.out(twin.digests(days), as_json, show.digests)
