"""Encodes everything anew for the model that is to follow, in the background of the one that answers.

How the documents are encoded is in `missing`. Questions go first, between small steps; pausing and the throttle hold here as
for new files. When nothing is left, the files' worker rests for a moment, the last documents are encoded, and the models
change places.

While the new model cannot encode some document the old one goes on answering: nothing is lost by a model change.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from app.errors import DoppelError
from app.learning.missing import Missing
from app.learning.throttle import Throttle, lower_priority
from app.model.allocator import hand_back
from app.model.switch import ModelSwitch
from app.settings import Settings
from storage.archive import Archive
from storage.errors import ArchiveError

log = logging.getLogger(__name__)

BATCH = 64
RETRY_SECONDS = 60.0
CHARGER_SECONDS = 0.5

AtRest = Callable[[], AbstractContextManager[None]]
"""A context in which no file is being learned and no memory changed."""


class Reencoding:
    """Works from `start` until the new model answers, or `stop`. `problem` says why it does not go on, or is ""."""

    def __init__(
        self, archive: Archive, settings: Settings, models: ModelSwitch, at_rest: AtRest, throttle: Throttle
    ) -> None:
        self._archive = archive
        self._settings = settings
        self._models = models
        self._at_rest = at_rest
        self._throttle = throttle
        self._refused: dict[int, Exception] = {}
        self._stopping = threading.Event()
        self._running = threading.Event()  # cleared while paused
        self._running.set()
        self._thread = threading.Thread(target=self._work, name="doppel-reencode", daemon=True)
        self.problem = ""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop after the step under way; what is encoded is kept."""
        self._stopping.set()
        self._running.set()
        if self._thread.is_alive():
            self._thread.join()

    def pause(self) -> None:
        self._running.clear()

    def resume(self) -> None:
        self._running.set()

    def run(self, report: Callable[[], None] = lambda: None) -> None:
        """Encode what is missing and let the new model take over, in this thread; `report` is called after each batch.

        Raises DoppelError or ArchiveError; then the old model goes on, and so does this at its next start.
        """
        successor = self._models.successor()
        if successor is None:
            self._models.drop_others()
            return
        answerer, bank = successor
        missing = Missing(
            self._archive, bank.fingerprint, answerer.encode, self._refused, lambda: self._models.encoders
        )
        while self._some(missing):
            report()
        if self._stopping.is_set():
            return
        if self._refused:
            raise DoppelError(
                f"{len(self._refused)} memories cannot be encoded with {self._models.settings.model}, so the model "
                "before it goes on answering. Edit or forget them (`doppel memory show`), or choose another model."
            )
        with self._at_rest():
            # Files and edits wait for this: no resting now.
            while self._some(missing, resting=False):
                pass
            if not self._stopping.is_set():
                self._models.take_over()
        hand_back()  # a model and its batches

    def _work(self) -> None:
        lower_priority(self._settings.nice)
        while not self._stopping.is_set():
            try:
                self.run()
                self.problem = ""
                if not self._models.may_improve():
                    return
            except (DoppelError, ArchiveError) as error:
                self.problem = str(error)
            except Exception as error:
                log.exception("the change to another model failed; trying again later")
                self.problem = f"{type(error).__name__}; it will be tried again."
            self._stopping.wait(RETRY_SECONDS)
            self._refused.clear()

    def _some(self, missing: Missing, *, resting: bool = True) -> bool:
        """Encode the next documents that the bank lacks; False if there are none."""
        if self._stopping.is_set():
            return False
        if not resting:
            return missing.some(BATCH)
        return missing.some(BATCH, self._may_go_on, lambda seconds, _: self._rest_after(seconds))

    def _rest_after(self, seconds: float) -> None:
        self._stopping.wait(self._throttle.rest_after(seconds))

    def _may_go_on(self) -> bool:
        """Wait while paused, while the battery is low and while questions are answered; False when stopping."""
        self._running.wait()
        while not self._stopping.is_set() and self._throttle.must_wait():
            self._stopping.wait(CHARGER_SECONDS)
        self._models.wait_quiet()
        return not self._stopping.is_set()
