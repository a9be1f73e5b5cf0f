"""What every part of the twin stands on: an open archive, its settings, its models, and what learns for it.

Where another process has the archive open (`doppel run`), it is opened for reading: asking and looking up work,
changing says who holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import ArchiveProblem, NotFound
from app.health import FILE as HEALTH
from app.health import Health, read
from app.learning.background import Background
from app.model.switch import ModelSwitch
from app.records import Trouble
from app.settings import Settings
from storage import errors as storage_errors
from storage.archive import Archive


@contextmanager
def translated_errors() -> Iterator[None]:
    """The archive's own errors as errors for a person."""
    try:
        yield
    except storage_errors.NotFound as error:
        raise NotFound(str(error)) from None
    except storage_errors.ArchiveError as error:
        raise ArchiveProblem(str(error)) from None
    except OverflowError:
        raise NotFound("There is nothing with a number that large. The lists show what there is.") from None


class Opened:
    def __init__(self, settings: Settings, archive: Archive, *, read_only: bool, why: str = "") -> None:
        self.settings = settings
        self.read_only = read_only
        self._why = why
        self._archive = archive
        self.health = Health(None if read_only else settings.home / HEALTH)
        self._models = ModelSwitch(archive, settings)
        self._learning = Background(archive, settings, self._models, self.health)

    def troubles(self) -> tuple[Trouble, ...]:
        """What does not work now, also in another process that has the archive open."""
        return read(self.settings.home / HEALTH) if self.read_only else self.health.troubles()

    def _need_writing(self) -> None:
        if self.read_only:
            raise ArchiveProblem(
                self._why
                or f"Doppel is running on {self.settings.home} already: do this on its page, or stop it first (Ctrl-C)."
            )
