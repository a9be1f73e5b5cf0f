"""Encodes documents that a bank lacks: after a change of the model, damage on the disk, or an edit by hand.

What is left to do is asked of the archive each time, so a kill costs one batch; what is saved or edited meanwhile is among
it, and what is forgotten is not. A text edited or forgotten while it was being encoded is left out by the archive. A
document that the model cannot encode never takes others with it: it is passed over until `refused` is emptied.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.model.batches import steps
from storage.archive import Archive
from storage.records import Document, Encoding

log = logging.getLogger(__name__)

Encode = Callable[[Sequence[tuple[int, str]]], Sequence[Encoding]]
"""Document ids and texts in, one encoding each out, in the same order."""


@dataclass
class Missing:
    """The documents that the bank of one model lacks. refused: ids of those that it cannot encode, and why."""

    archive: Archive
    bank: str
    encode: Encode
    refused: dict[int, Exception] = field(default_factory=dict)
    at_once: Callable[[], int] = lambda: 1  # steps, one for each device that encodes

    def some(
        self,
        most: int,
        may_go_on: Callable[[], bool] = lambda: True,
        worked: Callable[[float, int], None] = lambda seconds, tokens: None,
    ) -> bool:
        """Encode and keep up to `most` of them; False if there are none.

        may_go_on: asked before each small step, so that a question or a pause need not wait for all; worked: told the
        seconds and tokens of each step. Raises ArchiveError, and what the archive could not keep is encoded again.
        """
        found = self.archive.banks.to_encode(self.bank, limit=most + len(self.refused))
        documents = [document for document in found if document.id not in self.refused]
        pairs: list[tuple[int, Encoding]] = []
        waiting = list(steps(documents, lambda document: document.tokens))
        while waiting and may_go_on():
            together = max(self.at_once(), 1)
            now, waiting = [d for step in waiting[:together] for d in step], waiting[together:]
            began = time.monotonic()
            pairs += self._encoded(now)
            worked(time.monotonic() - began, sum(document.tokens for document in now))
        if pairs:
            hashes = {document.id: document.content_hash for document in documents}
            self.archive.banks.store_encodings(self.bank, pairs, content_hashes=hashes)
            self.archive.settle()
        return bool(documents)

    def _encoded(self, documents: Sequence[Document]) -> list[tuple[int, Encoding]]:
        try:
            encodings = self.encode([(document.id, document.text) for document in documents])
            return [(document.id, e) for document, e in zip(documents, encodings, strict=True)]
        except Exception as error:
            if len(documents) > 1:
                return [pair for document in documents for pair in self._encoded([document])]
            log.warning("document %s could not be encoded: %s", documents[0].id, type(error).__name__)
            self.refused[documents[0].id] = error
            return []
