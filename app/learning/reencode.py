"""Encodes everything anew for the model that is to follow, in the background of the one that answers.

What is left to do is asked of the archive each time: so a kill costs one batch, what is saved or edited meanwhile is
among it, and what is forgotten is not. A text edited or forgotten while it was being encoded is left out by the archive.
Questions go first, between small steps; pausing and the throttle hold here as for new files. When nothing is left, the
files' worker rests for a moment, the last documents are encoded, and the models change places.

A document that the new model cannot encode keeps the old one in office: nothing is lost by a model change.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from app.errors import DoppelError
from app.learning.ingest import Encode
from app.learning.throttle import Throttle, lower_priority
from app.model.batches import steps
from app.model.switch import ModelSwitch
from app.settings import Settings
from storage.archive import Archive
from storage.errors import ArchiveError
from storage.records import Document, Encoding

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
        self._refused: set[int] = set()
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
        while self._encode_some(answerer.encode, bank.fingerprint):
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
            while self._encode_some(answerer.encode, bank.fingerprint, resting=False):
                pass
            if not self._stopping.is_set():
                self._models.take_over()

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

    def _encode_some(self, encode: Encode, bank: str, *, resting: bool = True) -> bool:
        """Encode the next documents that the bank lacks; False if there are none."""
        if self._stopping.is_set():
            return False
        found = self._archive.banks.to_encode(bank, limit=BATCH + len(self._refused))
        documents = [document for document in found if document.id not in self._refused]
        pairs: list[tuple[int, Encoding]] = []
        for step in steps(documents, lambda document: document.tokens):
            if resting and not self._may_go_on():
                break
            began = time.monotonic()
            pairs += self._encode(encode, step)
            if resting:
                self._stopping.wait(self._throttle.rest_after(time.monotonic() - began))
        hashes = {document.id: document.content_hash for document in documents}
        if pairs:
            self._archive.banks.store_encodings(bank, pairs, content_hashes=hashes)
        return bool(documents)

    def _encode(self, encode: Encode, documents: Sequence[Document]) -> list[tuple[int, Encoding]]:
        """Encodings by document id; a document that the model cannot encode never takes others with it."""
        try:
            encodings = encode([(document.id, document.text) for document in documents])
            return [(document.id, e) for document, e in zip(documents, encodings, strict=True)]
        except Exception:
            if len(documents) > 1:
                return [pair for document in documents for pair in self._encode(encode, [document])]
            log.exception("document %s could not be encoded with the new model", documents[0].id)
            self._refused.add(documents[0].id)
            return []

    def _may_go_on(self) -> bool:
        """Wait while paused, while the battery is low and while questions are answered; False when stopping."""
        self._running.wait()
        while not self._stopping.is_set() and self._throttle.must_wait():
            self._stopping.wait(CHARGER_SECONDS)
        self._models.wait_quiet()
        return not self._stopping.is_set()
