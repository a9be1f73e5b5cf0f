"""`doppel encrypt`, `decrypt`, `passphrase`, `unlock` and `restore`: the memory behind a passphrase."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.errors import ArchiveProblem
from ui.cli.base import Yes, read_settings
from ui.cli.passphrase import ask_for_key, ask_for_new, key_for, somebody_is_there
from ui.web.messages import tr

if TYPE_CHECKING:
    from app.protection import DataKey

NewFile = Annotated[Path | None, typer.Option("--file", help="A file that holds the new passphrase.")]


def encrypt(file: NewFile = None) -> None:
    """Put the memory behind a passphrase: encrypt all that Doppel keeps. Needs as much free space as it takes up.

    The passphrase is asked for, or read from --file or the file that DOPPEL_PASSPHRASE_FILE names.
    """
    from app import protection

    home = read_settings().home
    if protection.is_protected(home):
        raise ArchiveProblem("This memory is encrypted already. `doppel passphrase` changes its passphrase.")
    protection.check_encryption()
    protection.need_closed(home)
    given = None if file else protection.passphrase_from_file()
    protection.encrypt(home, _new(file) if given is None else given, _progress)
    typer.echo(f"This memory is encrypted. {protection.BACKUPS} Delete them if nobody shall read them.")


def decrypt(yes: Yes = False) -> None:
    """Take the passphrase away: everything lies readable on the disk again."""
    from app import protection

    home = read_settings().home
    if not protection.is_protected(home):
        raise ArchiveProblem("This memory is not encrypted.")
    protection.need_closed(home)
    key = _need_key(home)
    if not yes:
        typer.confirm(tr("Decrypt the whole memory?"), abort=True, err=True)
    protection.decrypt(home, key, _progress)
    typer.echo(tr("This memory is not encrypted any more."))


def passphrase(file: NewFile = None) -> None:
    """Change the passphrase. The old one no longer opens this memory, though it does open the backups of its time."""
    from app import protection

    home = read_settings().home
    if not protection.is_protected(home):
        raise ArchiveProblem("This memory has no passphrase. `doppel encrypt` gives it one.")
    key = _need_key(home)
    protection.change_passphrase(home, key, _new(file))
    typer.echo(tr("The new passphrase holds from now on."))


def unlock(
    forget: Annotated[bool, typer.Option("--forget", help="Take the key out of the keyring again.")] = False,
) -> None:
    """Keep the key in this system's keyring, so that the memory opens without being asked for."""
    from app import protection

    home = read_settings().home
    if not protection.is_protected(home):
        raise ArchiveProblem("This memory has no passphrase. `doppel encrypt` gives it one.")
    key = _need_key(home)
    if forget:
        protection.forget_in_keyring(key)
        typer.echo("The keyring does not open this memory any more.")
    else:
        protection.keep_in_keyring(key)
        typer.echo("Who is signed in to this computer's account opens this memory from now on.")


def restore(
    backup: Annotated[Path, typer.Argument(help="The folder of a backup.")],
    target: Annotated[
        Path | None, typer.Argument(help="Where the memory goes (default: its usual place).")
    ] = None,
) -> None:
    """Bring a memory back from a backup, into a folder that is empty or does not exist. Everything is checked first."""
    from app import protection

    place = (target or read_settings().home).expanduser().absolute()
    given = protection.passphrase_from_file()
    if given is None and protection.is_protected(backup) and somebody_is_there():
        given = typer.prompt(tr("Passphrase of this backup"), hide_input=True, err=True)
    protection.restore(backup.expanduser().absolute(), place, given)
    typer.echo(tr("The memory is in {folder}", folder=place))


def offer(home: Path) -> DataKey | None:
    """Asks at the very first start whether the memory shall be protected; the key if so."""
    from app import protection

    if not protection.is_new(home) or not somebody_is_there():
        return None
    typer.echo(
        "Doppel keeps what it reads in a memory of its own on this computer. It can be encrypted: whoever takes the disk\n"
        "or a backup then reads nothing without your passphrase. It can be changed later: doppel encrypt"
    )
    if not typer.confirm(tr("Protect it with a passphrase?"), default=False):
        return None
    protection.check_encryption()
    return protection.encrypt(home, ask_for_new())


def _need_key(home: Path) -> DataKey:
    from app.protection import PASSPHRASE_FILE

    if (key := key_for(home)) is not None:
        return key
    if not somebody_is_there():
        raise ArchiveProblem(
            f"This memory is protected by a passphrase: name a file that holds it in {PASSPHRASE_FILE}."
        )
    return ask_for_key(home)


def _new(file: Path | None) -> str:
    from app import protection

    if file and (given := protection.passphrase_from_file(file)) is not None:
        return given
    if not somebody_is_there():
        raise ArchiveProblem(
            "Nobody is here to be asked for a passphrase: name a file that holds it with --file."
        )
    return ask_for_new()


def _progress(done: int, total: int) -> None:
    if somebody_is_there():
        typer.echo(
            f"\r{done * 100 // max(total, 1):3} % of {total / 1e6:,.0f} MB", err=True, nl=done >= total
        )
