"""One reading of the model as a whole: its text, what it was read from, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.asking.memory import Cited, Evidenced, Memory, Said
from engine.answering.refusal import declines
from engine.answering.spans import locate
from engine.answering.voting import unsure


@dataclass(frozen=True)
class Reading:
    """agreement: None where nothing voted."""

    text: str
    cited: tuple[Cited, ...] = ()
    agreement: float | None = None

    @property
    def found(self) -> bool:
        return not declines(self.text)

    @property
    def sure(self) -> bool:
        return self.found and not unsure(self.text, self.agreement)

    @property
    def source(self) -> Cited | None:
        """The passage that says it, the first of those read; None where none has its words."""
        read = [hit for hit in self.cited if hit.read]
        return next((hit for hit in read if locate(self.text, hit.document.text)), None)


def whole(events: Iterable[Said]) -> Reading:
    """A reading, read to its end."""
    text, cited, agreement = "", (), None  # type: tuple[str, tuple[Cited, ...], float | None]
    for event in events:
        if isinstance(event, Evidenced):
            cited, agreement = event.cited, event.agreement
        elif isinstance(event, str):
            text += event
    return Reading(text.strip(), cited, agreement)


def sure_alone(question: str, hits: Sequence[Cited], memory: Memory) -> Iterator[Reading]:
    """What each of these passages says when it is read by itself, where that is sure and stands in it."""
    for hit in hits:
        if not memory.may_read_again():
            return
        reading = whole(memory.read(question, only=(hit.document.id,)))
        if reading.sure and reading.source is not None:
            yield reading
