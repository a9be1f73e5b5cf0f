"""One thing, read by the model from the passages that fit best; those of the period that the question names come first.

Where another passage of another time holds the same words of the question but says otherwise, the reader is not asked again:
the passages stand beside the answer, the newer one marked by its date.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.asking.memory import Memory, Said
from app.asking.question import Question
from app.dates.phrases import phrases

FAVOURED = 2000


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    favoured: list[int] = []
    if question.period is not None:
        within = memory.dated(question.period, FAVOURED)
        saying = memory.saying(phrases(question.period), FAVOURED)
        favoured = [document.id for document in (*within, *saying)]
    yield from memory.read(question.text, favoured)
