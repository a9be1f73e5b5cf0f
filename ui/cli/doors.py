"""`doppel tokens` and `doppel mcp`: how other programs on this computer may use the memory."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.base import opened

tokens_app = typer.Typer(no_args_is_help=True, help="Programs that may use the memory: add, list, remove.")


@tokens_app.command("add")
def add_token(
    name: Annotated[str, typer.Argument(help="A name for the program.")],
    scope: Annotated[list[str] | None, typer.Option(help="read (always), write, forget.")] = None,
) -> None:
    """Make a token for a program; it is shown once."""
    with opened() as twin:
        typer.echo(twin.add_token(name, scope or ["read"]))


@tokens_app.command("list")
def list_tokens() -> None:
    """Which programs have a token, and what they may do."""
    with opened() as twin:
        for token in twin.tokens():
            typer.echo(f"{token.name}: {', '.join(token.scopes)} (since {token.made_at[:10]})")


@tokens_app.command("remove")
def remove_token(name: str) -> None:
    """Refuse a program from now on."""
    with opened() as twin:
        twin.remove_token(name)


def mcp(
    write: Annotated[bool, typer.Option("--write", help="Let it add notes and edit.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Let it forget passages.")] = False,
) -> None:
    """Serve the memory to the program that starts this, by the Model Context Protocol on stdin and stdout."""
    from ui.doors.mcp_server import server

    with opened() as twin:
        server(twin, write=write, forget=forget).run()
