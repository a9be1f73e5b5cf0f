"""What every part of the twin stands on: an open archive, its settings, its models, and what learns for it.

Where another process has the archive open (`doppel run`), it is opened for reading: asking and looking up work,
changing says who holds it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.errors import ArchiveProblem, EmptyMemory, NotFound
from app.health import FILE as HEALTH
from app.health import Health, read
from app.learning.background import Background
from app.model.devices import spread_over
from app.model.line import Line
from app.model.switch import ModelSwitch
from app.ranks.launch import launched
from app.records import Trouble
from app.settings import Settings
from storage import errors as storage_errors
from storage.archive import Archive

if TYPE_CHECKING:
    from app.model.answerer import Answerer
    from app.ranks.ranks import Ranks
    from engine.memory import Memory


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
        self._line = Line()
        self._learning = Background(archive, settings, self._models, self.health)
        self._ranks: Ranks | None = None

    def away(self) -> float:
        """Which share of the memory is on devices that do not answer now, from 0 to 1."""
        return self._ranks.missing_share if self._ranks is not None else 0.0

    def _ready(self, question: str) -> tuple[Answerer, Memory]:
        """What answers a question now. Raises EmptyMemory, ModelMissing, QuestionTooLong."""
        with translated_errors():
            answerer, bank = self._models.present()
        answerer.check(question)
        self._archive.store.wait_until_shown()
        memory = self._models.memory(bank)
        if not len(memory.document_ids):
            raise EmptyMemory("Nothing is encoded yet. Wait until the first files are known: doppel status")
        return answerer, memory

    def _start_ranks(self) -> None:
        """Spread the memory where there is more than one device for it. Raises SettingsError, ModelMissing."""
        launch = launched(os.environ)
        if launch is not None:
            devices = [launch.device, *(["elsewhere"] * (launch.world - 1))]
        else:
            devices = spread_over(self.settings.devices)
        if len(devices) < 2 or self._ranks is not None:
            return
        from app.ranks.ranks import Ranks

        self._ranks = Ranks(devices, self.health, launch.meeting if launch else None)
        self._ranks.start()
        self._models.spread(self._ranks)

    def _stop_ranks(self) -> None:
        self._models.gather()
        ranks, self._ranks = self._ranks, None
        if ranks is not None:
            ranks.stop()

    def troubles(self) -> tuple[Trouble, ...]:
        """What does not work now, also in another process that has the archive open."""
        return read(self.settings.home / HEALTH) if self.read_only else self.health.troubles()

    def _need_writing(self) -> None:
        if self.read_only:
            raise ArchiveProblem(
                self._why
                or f"Doppel is running on {self.settings.home} already: do this on its page, or stop it first (Ctrl-C)."
            )
