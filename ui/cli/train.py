"""Commands that train on this person's own archive. What they learn stays on this computer."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli import show
from ui.cli.base import Json, opened

train_app = typer.Typer(no_args_is_help=True, help="Learn from your own archive, on this computer: router.")


@train_app.callback()
def train() -> None:
    """Learn from your own archive, on this computer."""


@train_app.command("router")
def train_router(
    undo: Annotated[bool, typer.Option("--undo", help="Go back to the router of the model.")] = False,
    as_json: Json = False,
) -> None:
    """Adapt how memories are found to what you have, in minutes; kept only if it finds more.

    An experiment: what finds sentences better may find the answers to questions worse. Ask some before you rely on it.
    Forgetting anything undoes it, as it was learnt from everything.
    """
    with opened() as twin:
        if undo:
            show.out({"undone": twin.undo_router()}, as_json, show.router_undone)
            return
        report = twin.train_router(report=lambda line: typer.echo(line, err=True))
    show.out(report, as_json, show.router_report)
