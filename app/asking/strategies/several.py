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
    """Each line as soon as it is known. Declines where none is answered."""
    cited: dict[int, Cited] = {}
    looked_in: list[Cited] = []
    agreements: list[float] = []
    waiting: list[str] = []  # lines of parts without an answer: there may be none at all
    begun = False
    for part in question.several:
        if memory.cancelled():
            return
        reading = whole(fact.answer(part, memory))
        looked_in += reading.cited
        if reading.found:
            cited |= {
                hit.document.id: hit for hit in reading.cited if hit.read and hit.document.id not in cited
            }
            agreements += [reading.agreement] if reading.agreement is not None else []
        numbers = {id: at for at, id in enumerate(cited, 1)}
        waiting.append(f"- {part.text} {_line(reading, numbers, question)}")
        if reading.found or begun:
            yield Evidenced(tuple(cited.values()), min(agreements, default=None))
            yield ("\n" if begun else "") + "\n".join(waiting)
            waiting, begun = [], True
    if not begun:
        yield Evidenced(tuple(looked_in))
        yield DECLINED


def _line(reading: Reading, numbers: dict[int, int], question: Question) -> str:
    if not reading.found:
        return say("unknown", question.language)
    doubt = "" if reading.sure else f" ({say('uncertain', question.language)})"
    marks = "".join(f" [{numbers[hit.document.id]}]" for hit in reading.cited if hit.read)
    # What another memory says stands below an answer, with marks of its own.
    return f"{reading.text.partition(chr(10))[0].partition(' [')[0]}{doubt}{marks}"
