"""Several questions in one: each is answered by itself, one line each, with its own passages.

Who is asked about in a later one ("Who lives in Utrecht and what does she do there?") may be known from what the one before
was answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from app.asking.memory import Cited, Evidenced, Memory, Said
from app.asking.parts.several import several
from app.asking.question import Question
from app.asking.readings import Reading, whole
from app.asking.rewrite import Turn, rewrite
from app.asking.strategies import fact
from app.asking.texts import say
from app.asking.topic import topic_words
from engine.answering.refusal import DECLINED


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    """Each line as soon as it is known. Declines where none is answered."""
    cited: dict[int, Cited] = {}
    looked_in: list[Cited] = []
    agreements: list[float] = []
    waiting: list[str] = []  # lines of parts without an answer: there may be none at all
    begun = False
    turns: list[Turn] = []
    said = several(question.text, question.language)
    for text, part in zip(said, question.several, strict=True):
        if memory.cancelled():
            return
        part = _meant(text, part, turns)
        reading = whole(fact.answer(part, memory))
        turns.append(Turn(part.text, reading.text if reading.found else ""))
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


def _meant(text: str, part: Question, turns: Sequence[Turn]) -> Question:
    """The part with what the answers before it say that its pronoun means. text: as the question says it."""
    # The day matters to fragments only, and a part is a whole question.
    alone = rewrite(text, turns, date.min).text
    return replace(part, text=alone, topic=topic_words(alone), direct=None) if alone != part.text else part


def _line(reading: Reading, numbers: dict[int, int], question: Question) -> str:
    if not reading.found:
        return say("unknown", question.language)
    doubt = "" if reading.sure else f" ({say('uncertain', question.language)})"
    marks = "".join(f" [{numbers[hit.document.id]}]" for hit in reading.cited if hit.read)
    # What another memory says stands below an answer, with marks of its own.
    return f"{reading.text.partition(chr(10))[0].partition(' [')[0]}{doubt}{marks}"
