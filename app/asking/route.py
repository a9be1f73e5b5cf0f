"""From a question to the strategy that answers it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.asking.memory import Evidenced, Memory, Said
from app.asking.question import Kind, Question
from app.asking.strategies import comparison, fact, listing, person, several, summary, timeline
from app.asking.texts import say
from engine.answering.refusal import DECLINED

Strategy = Callable[[Question, Memory], Iterator[Said]]


def smalltalk(question: Question, memory: Memory) -> Iterator[Said]:
    yield Evidenced(())
    yield say("hello", question.language)


STRATEGIES: dict[Kind, Strategy] = {
    "fact": fact.answer,
    "list": listing.answer,
    "timeline": timeline.answer,
    "comparison": comparison.answer,
    "summary": summary.answer,
    "person": person.answer,
    "self": person.answer_self,
    "several": several.answer,
    "smalltalk": smalltalk,
}


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    """What the strategy of the question's kind says; where it finds nothing, what a reading finds, or that nothing is known.

    Of people and times nothing is read from other passages: the answer would be about somebody or some time else.
    """
    if question.kind == "fact":
        yield from fact.answer(question, memory)
        return
    found = False
    evidence: Evidenced | None = None
    for event in STRATEGIES[question.kind](question, memory):
        if isinstance(event, Evidenced):
            evidence = event
        elif isinstance(event, str):
            if event == DECLINED:
                break
            if evidence is not None:
                yield evidence
                evidence = None
            found = True
            yield event
        else:
            yield event
    if found or memory.cancelled():
        return
    if question.kind == "timeline":
        # Nothing is dated in that time. A reading would answer from another one.
        yield Evidenced(tuple(memory.search(question.text, 5)))
        yield DECLINED
        return
    if question.kind in ("person", "self"):
        yield evidence or Evidenced(())
        yield DECLINED
        return
    yield from fact.answer(question, memory)
