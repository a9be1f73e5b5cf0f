"""Reading in two steps, where one reading is unsure: first whom or what the clause of a question means, then the rest of it.

Both readings have to be sure and say words of their passage; else the first answer stands as it was.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.asking.memory import Cited, Memory
from app.asking.parts.steps import Steps
from app.asking.readings import Reading, whole

SHORT = 60  # characters of what the first step finds: a name, not a sentence


@dataclass(frozen=True)
class Walked:
    """The answer of the second step, and the passages of both, the answer's own first."""

    answer: Reading
    cited: tuple[Cited, ...]


def walked(steps: Steps, memory: Memory) -> Walked | None:
    """None where one of the steps finds nothing sure."""
    first = whole(memory.read(steps.first))
    if not memory.may_read_again() or not first.sure or first.source is None or len(first.text) > SHORT:
        return None
    then = whole(memory.read(steps.asked_then(first.text)))
    if not then.sure or then.source is None or then.text.casefold() == first.text.casefold():
        return None
    cited = dict.fromkeys((then.source, first.source))
    return Walked(then, tuple(cited))
