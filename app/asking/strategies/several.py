"""Several questions in one: each is answered by itself, one line each, with its own passages."""

from __future__ import annotations

from collections.abc import Iterator

from app.asking.memory import Cited, Evidenced, Memory, Said
from app.asking.question import Question
from app.asking.readings import Reading, whole
from app.asking.strategies import fact
from app.asking.texts import say
from engine.answering.refusal import DECLINED


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    """Declines where none is answered."""
    readings: list[Reading] = []
    for part in question.several:
        if memory.cancelled():
            return
        readings.append(whole(fact.answer(part, memory)))
    cited: dict[int, Cited] = {}
    for reading in readings:
        for hit in reading.cited if reading.found else ():
            if hit.read:
                cited.setdefault(hit.document.id, hit)
    agreements = [r.agreement for r in readings if r.found and r.agreement is not None]
    if not any(reading.found for reading in readings):
        yield Evidenced(tuple(hit for reading in readings for hit in reading.cited))
        yield DECLINED
        return
    yield Evidenced(tuple(cited.values()), min(agreements, default=None))
    numbers = {id: at for at, id in enumerate(cited, 1)}
    for at, (part, reading) in enumerate(zip(question.several, readings, strict=True)):
        yield ("\n" if at else "") + f"- {part.text} {_line(reading, numbers, question)}"


def _line(reading: Reading, numbers: dict[int, int], question: Question) -> str:
    if not reading.found:
        return say("unknown", question.language)
    doubt = "" if reading.sure else f" ({say('uncertain', question.language)})"
    marks = "".join(f" [{numbers[hit.document.id]}]" for hit in reading.cited if hit.read)
    # What another memory says stands below an answer, with marks of its own.
    return f"{reading.text.partition(chr(10))[0].partition(' [')[0]}{doubt}{marks}"
