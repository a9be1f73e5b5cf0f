"""Questions of two steps out of two of one step each: where a question names what another one asks for, the name gives way
to what is asked ("When was the person who painted the ceiling born?"), as MuSiQue composes its questions (arXiv
2108.00573, section 4). Few sets have such questions of their own, and a twin is asked them all the time.

English only: in other languages the words around a name bend with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SHORTEST, LONGEST = 4, 40  # letters of a name that may give way: shorter ones are in too many words
WORDS_OF_A_NAME = 5
MOST_OF_ONE = 6  # questions that one first step leads to: some names are in hundreds of questions
_NAME = re.compile(r"[A-Z][\w.'-]*(?: (?:[A-Z][\w.'-]*|of|the|de|van|von))*")
_WHO = re.compile(r"who (?!did |do |does |is |are |was |were )(\w.+)", re.IGNORECASE)
_WHO_IS = re.compile(r"who (?:is|was) (the \w.+)", re.IGNORECASE)
_WHICH = re.compile(r"(?:which|what) (\w+) ((?:is|was|has|had|became|\w+ed|\w+s) \w.+)", re.IGNORECASE)
_THE = re.compile(
    r"(?:what|which) (?:is|was) (the (?:name|capital|author|title|\w+er) of \w.+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Step:
    """A question of one step: its text, its answer, the id of the document that holds the answer."""

    question: str
    answer: str
    document: str


def composed(steps: Iterable[Step]) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Question, answer, and the two documents it needs, in the order of its steps."""
    steps = list(steps)
    asking: dict[str, list[Step]] = {}
    for step in steps:
        if (
            SHORTEST <= len(step.answer) <= LONGEST
            and _NAME.fullmatch(step.answer)
            and described(step.question)
        ):
            asking.setdefault(step.answer.casefold(), []).append(step)
    led: Counter[str] = Counter()
    for second in steps:
        words = list(re.finditer(r"[\w.'-]+", second.question.rstrip("?. ")))
        for start in range(1, len(words)):
            for end in range(start, min(start + WORDS_OF_A_NAME, len(words))):
                name = second.question[words[start].start() : words[end].end()]
                for first in asking.get(name.casefold(), ()):
                    if (
                        first.document == second.document
                        or first.answer.casefold() in second.answer.casefold()
                    ):
                        continue
                    if led[first.question] == MOST_OF_ONE:
                        continue
                    shown = described(first.question)
                    behind = second.question[words[end].end() :]
                    if second.answer.casefold() in shown.casefold() or behind.startswith("'"):
                        continue
                    led[first.question] += 1
                    before = re.sub(
                        r"\bthe $", "", second.question[: words[start].start()], flags=re.IGNORECASE
                    )
                    yield f"{before}{shown}{behind}", second.answer, (first.document, second.document)


def described(question: str) -> str:
    """What a question asks for, as part of a sentence; empty where that cannot be said simply."""
    asked = question.strip().rstrip("?. ")
    if found := _WHO_IS.fullmatch(asked):
        return found[1]
    if found := _WHO.fullmatch(asked):
        return f"the person who {found[1]}"
    if found := _THE.fullmatch(asked):
        return found[1]
    if found := _WHICH.fullmatch(asked):
        return f"the {found[1]} that {found[2]}"
    return ""
