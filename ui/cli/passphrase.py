"""Asking for a passphrase in the terminal; never where there is nobody to answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.errors import ArchiveProblem
from ui.web.messages import tr
from ui.web.told import told

if TYPE_CHECKING:
    from app.protection import DataKey

TRIES = 3


def somebody_is_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def key_for(home: Path) -> DataKey | None:
    """What opens the archive, asked for if it is not at hand; None where it is not protected, or nobody can be asked."""
    from app.protection import is_protected, key_at_hand

    if not is_protected(home):
        return None
    return key_at_hand(home) or (ask_for_key(home) if somebody_is_there() else None)


def ask_for_key(home: Path) -> DataKey:
    """Raises ArchiveProblem after some wrong answers."""
    from app.protection import unlock

    for left in reversed(range(TRIES)):
        try:
            return unlock(home, typer.prompt(tr("Passphrase of this memory"), hide_input=True, err=True))
        except ArchiveProblem as error:
            if not left:
                raise
            typer.echo(f"doppel: {told(str(error))}", err=True)
    raise AssertionError


def ask_for_new() -> str:
    """A new passphrase, entered twice, once it was said what forgetting it means."""
    from app.protection import LOST, check_passphrase

    typer.echo(LOST, err=True)
    while True:
        given: str = typer.prompt(tr("New passphrase"), hide_input=True, confirmation_prompt=True, err=True)
        try:
            check_passphrase(given)
        except ArchiveProblem as error:
            typer.echo(f"doppel: {told(str(error))}", err=True)
            continue
        return given
