"""Looking further where what fits best does not answer: the passages behind it are read once, too.

Only a sure answer of the right kind that one of them says in its words counts, and only from a passage that has a word of
the question, in another language more than half of what it asks about, and, where the question names somebody, the name:
what a second look half finds is more often wrong than right.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.asking.across import HALF, spoken_by
from app.asking.disagreement import bears
from app.asking.everyday.abroad import senses
from app.asking.expected import fits
from app.asking.memory import Cited, Memory
from app.asking.question import Question
from app.asking.readings import Reading, whole
from app.asking.whom import names_same

DEEP = 10  # passages that are looked at in all


def further(
    question: Question, looked_at: Sequence[Cited], favoured: Collection[int], memory: Memory
) -> Reading | None:
    """A sure reading of what the search found behind `looked_at`; None without one."""
    known = {hit.document.id for hit in looked_at}
    ids = [
        hit.document.id
        for hit in memory.search(question.text, DEEP, favoured)
        if hit.document.id not in known
    ]
    if not ids or not memory.may_read_again():
        return None
    reading = whole(memory.read(question.text, only=ids))
    source = reading.source
    if not reading.sure or source is None or not names_same(question, source.document, memory):
        return None
    told = spoken_by(question, senses(question.text, question.language), source)
    spoken = bears(question, source.document) > 0 or told > HALF
    return reading if spoken and fits(question.text, reading.text) else None
