"""`doppel service` and `doppel open`: Doppel as a program of the desktop."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import webbrowser
from dataclasses import asdict
from typing import IO, Any

import typer

from app.errors import DoppelError
from ui.cli import show
from ui.cli.base import Json, read_settings

service_app = typer.Typer(no_args_is_help=True, help="Start Doppel at sign-in: install, remove, status.")
SECONDS_TO_START = 180


@service_app.command("install")
def service_install(as_json: Json = False) -> None:
    """Start Doppel now and whenever you sign in (systemd, launchd or a Windows task)."""
    from app.upkeep.service import install

    read_settings()
    done = install.install(install.system())
    show.out(asdict(done), as_json, lambda _: f"Doppel starts when you sign in: {done.file}")


@service_app.command("remove")
def service_remove(as_json: Json = False) -> None:
    """End it and start it no more. The archive stays."""
    from app.upkeep.service import install

    removed = install.remove(install.system())
    line = "Doppel does not start at sign-in any more." if removed else "Nothing was installed."
    show.out({"removed": removed}, as_json, lambda _: line)


@service_app.command("status")
def service_status(as_json: Json = False) -> None:
    """Whether Doppel starts at sign-in, and whether it runs."""
    from app.upkeep.running import where
    from app.upkeep.service import install

    found = install.status(install.system())
    reachable = where(read_settings().home) is not None
    lines = [f"At sign-in: {found.file or 'no (doppel service install)'}"]
    if found.file and not found.current:
        lines.append(
            "It was installed by another Doppel or for another archive. To renew it: doppel service install"
        )
    lines.append(f"Running: {'yes (doppel open)' if reachable else 'starting' if found.running else 'no'}")
    show.out({**asdict(found), "reachable": reachable}, as_json, lambda _: "\n".join(lines))


def open_page() -> None:
    """Open the page of the running Doppel; start one if there is none."""
    from app.upkeep.running import where

    home = read_settings().home
    url = where(home)
    if url is None:
        typer.echo("Starting Doppel…", err=True)
        url = _started(home)
    if not webbrowser.open(url):
        typer.echo(f"No browser could be opened. Open this address, once: {url}")


def _started(home: Any) -> str:
    """Start Doppel in the background; the address of its page. Raises DoppelError if it ends or takes too long."""
    from app.upkeep.running import where
    from app.upkeep.service.command import own_service

    apart: dict[str, Any] = (
        {"creationflags": 0x00000208} if os.name == "nt" else {"start_new_session": True}
    )  # without a console, in a group of its own
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            own_service().program, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, **apart
        )
        for _ in range(SECONDS_TO_START * 2):
            if url := where(home):
                return url
            if process.poll() is not None:
                raise DoppelError(_last_line(said) or "Doppel did not start. `doppel run` says why.")
            time.sleep(0.5)
    raise DoppelError("Doppel is still starting. Try `doppel open` again in a minute.")


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("doppel: ") if lines else ""
