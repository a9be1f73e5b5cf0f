"""Reading in two steps: first whom or what a part of a question means, then the rest of it.

A clause is read first where one reading of the whole is unsure; both readings have to be sure and say words of their
passage, else the first answer stands as it was. Whoever is something to somebody ("Tom's sister") is looked up before
anything else is read, unless a sentence of a passage found has all of the question's words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from app.asking.memory import Cited, Memory, own_words
from app.asking.parts.roles import by_role
from app.asking.parts.steps import Steps
from app.asking.plain import blocks, in_sentences
from app.asking.question import Question
from app.asking.readings import Reading, whole
from app.asking.rewrite_words import word_set
from app.asking.topic import fold, share, topic_words

FOUND = 5  # passages in which a question may be answered at once
_ASKING = word_set(
    "who what when where why how which did does do was were is are has have had the a an of in on at to from for s"
)
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


@dataclass(frozen=True)
class Named:
    """A question with a name in place of "Tom's sister", and the passage that tells the name."""

    name: str
    question: Question
    source: Cited


def named_first(question: Question, memory: Memory) -> Named | None:
    """None where a question asks about nobody in this way, where one passage tells it all, or nobody sure is found."""
    steps = by_role(question.text, question.language)
    if steps is None:
        return None
    words = [*question.topic, *_rest(steps)]
    found = memory.search(question.text, FOUND)
    bodies = [own_words(hit.document) for hit in found]
    if any(
        share(words, said) == 1.0 for body in bodies for block in blocks(body) for said in in_sentences(block)
    ):
        return None
    first = whole(memory.read(steps.first))
    if not first.sure or first.source is None or not _is_new_name(first.text, question):
        return None
    text = steps.asked_then(first.text)
    # A year may be part of what the other one is called ("the film … (1947)").
    period = question.period if question.period and question.period.said in text else None
    then = replace(question, text=text, topic=topic_words(text), direct=None, period=period)
    return Named(first.text, then, first.source)


def _rest(steps: Steps) -> list[str]:
    """The words that are left to ask, with those that are small in another language: to die, "die"."""
    return [
        word for word in re.findall(r"[^\W\d_]+", fold(steps.then.replace("{}", " "))) if word not in _ASKING
    ]


def _is_new_name(said: str, question: Question) -> bool:
    """Whether a short answer looks like a name and is none that the question says itself."""
    looks = re.search(r"[A-ZÀ-Þ]|[\u3400-\u9fff]", said) and not re.search(r"\d", said)
    return bool(looks) and len(said) <= SHORT and fold(said) not in fold(question.text)
