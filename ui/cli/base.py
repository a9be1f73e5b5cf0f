"""What every command of the command line begins with: its settings, the opened twin, and the options all share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from ui.web import messages

if TYPE_CHECKING:
    from app.protection import DataKey
    from app.settings import Settings
    from app.twin.twin import Twin

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")]


def read_settings() -> Settings:
    from app.settings import disable_telemetry, load

    settings = load()
    disable_telemetry(settings)
    return settings


@contextmanager
def opened(settings: Settings | None = None, key: DataKey | None = None) -> Iterator[Twin]:
    """The twin of this person's archive, closed afterwards whatever happens. Asks for the passphrase if it has to."""
    from app.twin.twin import Twin
    from ui.cli.passphrase import key_for

    settings = settings or read_settings()
    twin = Twin.open(settings, key or key_for(settings.home))
    try:
        messages.use(twin.preference("language", ""))
        yield twin
    finally:
        twin.close()
