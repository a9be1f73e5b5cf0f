"""`doppel run`: watching, learning and the page, until it is stopped. This is where the program is put together."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.errors import DoppelError
from ui.cli.base import opened, read_settings
from ui.cli.passphrase import key_for
from ui.cli.protect import offer
from ui.web.messages import tr

if TYPE_CHECKING:
    from app.protection import DataKey
    from app.settings import Settings
    from app.twin.twin import Twin

# With the file of the sample archive that answers each: it is asked for once that is known.
SAMPLE_QUESTIONS = {
    "How many litres does the rain water tank hold?": "garden/muehlbach garden 2024.md",
    "What name did Mortimer have at the refuge before we adopted him?": "mortimer/Contrat d'adoption Mortimer.txt",
    "At what time does the backup run?": "tech/backup and router notes.md",
    "What did Binninger charge for the roof?": "home/muehlbach/roof leak 2024.md",
}


@dataclass(frozen=True)
class Start:
    """What the memory is opened with, and where its page is. token: of the address where a browser waits already."""

    key: DataKey | None
    port: int | None
    browser: bool
    token: str | None = None


def run(
    paths: Annotated[list[Path] | None, typer.Argument(help="Folders or files to watch as well.")] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on (default: this computer only).")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port (default: the first free one from 7860).")] = None,
    expose: Annotated[bool, typer.Option("--expose", help="Allow a --host that others can reach.")] = False,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
    sample: Annotated[
        bool,
        typer.Option(
            "--sample/--no-sample", help="Without any folder: the sample archive, or an empty page."
        ),
    ] = True,
) -> None:
    """Watch the folders and serve the web page until Ctrl-C. Without any folder: the sample archive."""
    from app.ranks.launch import be_a_rank, launched
    from app.upkeep.log import logged

    launch = launched(os.environ)
    if launch is not None and launch.rank:
        typer.echo(f"Rank {launch.rank} of {launch.world} holds its part of the memory until Ctrl-C.")
        be_a_rank(launch)
    settings = read_settings()
    where: dict[str, Any] = {"host": host or settings.host, "exposed": expose, "first_port": settings.port}
    start = unlocked(settings, Start(None, port, browser), where)
    while start is not None:
        with opened(settings, start.key) as twin, logged(settings.home):
            for path in paths or []:
                twin.add_source(path.expanduser().absolute())
            reached = watch_and_serve(twin, start, where, sample=sample)
            change, settings = twin.after_closing, twin.settings
        if change is None:
            return
        typer.echo(tr("Changing how the memory lies on the disk. This may take a while; do not switch off…"))
        try:
            start = Start(change(), reached, False)
        except DoppelError as error:  # nothing has changed then
            typer.echo(f"doppel: {error}", err=True)
            start = Start(start.key, reached, False)


def unlocked(settings: Settings, start: Start, where: dict[str, Any]) -> Start | None:
    """With the key of a protected memory: asked for here, else on a page; None if that was interrupted."""
    from app.protection import is_protected
    from ui.web.unlock import unlock_on_page

    key = offer(settings.home) or key_for(settings.home)
    if key is not None or not is_protected(settings.home):
        return Start(key, start.port, start.browser)
    found = unlock_on_page(
        settings.home, port=start.port, open_browser=start.browser, say=typer.echo, **where
    )
    return None if found is None else Start(found.key, found.port, False, found.token)


def watch_and_serve(twin: Twin, start: Start, where: dict[str, Any], *, sample: bool) -> int:
    """Until it is stopped; the port of the page."""
    from app.sample import ARCHIVE
    from ui.web.chat.suggested import Sample
    from ui.web.server import serve

    if sample and not twin.sources():
        twin.add_source(ARCHIVE)
    on_sample = str(ARCHIVE) in {source.path for source in twin.sources()}
    if on_sample:
        typer.echo(
            tr("Opening on the sample archive: the files of a fictional person.")
            + "\n"
            + tr(
                "Your own: doppel run PATH. The sample goes with the Sources tab or `doppel sources remove`."
            )
        )
    asked = SAMPLE_QUESTIONS if on_sample else {}
    typer.echo(tr("Loading the model…"))
    twin.start()
    try:
        return serve(
            twin,
            port=start.port,
            open_browser=start.browser,
            samples=[Sample(question, str(ARCHIVE / file)) for question, file in asked.items()],
            say=typer.echo,
            token=start.token,
            **where,
        )
    finally:
        typer.echo(tr("Stopping…"))
        twin.stop()
