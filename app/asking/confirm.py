"""Whether an answer holds: among five passages a small model takes what stands out in one of them for the answer, however
sure it is.

What is not certain has to be said by its passage alone, too; where that does not answer the question, nothing was found.
Nor was it where the question names somebody or something that no passage found has, in the language of the answer's own:
an answer would be about another one.
"""

from __future__ import annotations

from dataclasses import replace

from app.asking.disagreement import NOT_SURE
from app.asking.language import language_of
from app.asking.memory import Cited, Memory
from app.asking.question import Question
from app.asking.readings import Reading, whole
from app.asking.whom import names_same
from engine.answering.refusal import DECLINED
from engine.answering.spans import locate
from engine.answering.voting import CERTAIN


def may_be_doubted(agreement: float | None, memory: Memory) -> bool:
    """Whether an answer is to wait until its passage was read alone; where readings vote, it was."""
    return agreement is not None and agreement < CERTAIN and memory.reads_together()


def confirmed(question: Question, reading: Reading, memory: Memory) -> Reading:
    """The reading if its passage alone says the same, what that says if it is certain, else the reading as not sure; that
    nothing was found if the passage alone does not answer or is about something else."""
    source = reading.source
    if not (
        reading.found and len(reading.cited) > 1 and source and may_be_doubted(reading.agreement, memory)
    ):
        return reading
    if _about_nothing_found(question, source, reading, memory):
        return Reading(DECLINED, reading.cited)
    if not memory.may_read_again():
        return reading
    alone = whole(memory.read(question.text, only=(source.document.id,)))
    if not alone.found:
        return Reading(DECLINED, reading.cited)
    if locate(alone.text, reading.text) or locate(reading.text, alone.text):
        return reading
    return alone if (alone.agreement or 0.0) >= CERTAIN else replace(reading, agreement=NOT_SURE)


def _about_nothing_found(question: Question, source: Cited, reading: Reading, memory: Memory) -> bool:
    """Whether no passage has a name of the question; names are written otherwise in other languages."""
    return language_of(source.document.text) == question.language and not any(
        names_same(question, hit.document, memory) for hit in reading.cited
    )
