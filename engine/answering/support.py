"""Whether what was answered stands in the passages that were read: a language model knows much that no file says.

Words of the question may be said again; everything else has to come from the passages, numbers exactly. What is not there at
all is no answer, what is there in part is not sure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum

from engine.answering.refusal import DECLINED, declines
from engine.answering.spans import covered, numbers_missing, tokens, unsaid
from engine.retrieval.names import names, stems

# Of the gold answers of training sets, nearly all have more of their words in what they are read from.
IN_PART = 0.75
# The share of votes that an answer has at most which the passages say in part: below what is sure.
UNSUPPORTED = 0.25
# An answer of so many letters is held back until it is known to be supported; a longer one is written as it comes.
HELD = 80
# Yes and no stand in no passage.
_VERDICTS = frozenset(
    re.findall(r"\w+", "yes no ja nein oui non sí si no sim não да нет 是 否 不 有 没有 对 不是 はい いいえ")
)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)


class Support(Enum):
    """How far an answer is in the passages."""

    WHOLE = "whole"
    PART = "part"
    NONE = "none"


def support(question: str, answer: str, passages: Sequence[str]) -> Support:
    """How far the answer is supported. That nothing was found needs no support, and yes or no have none to show."""
    words = tokens(answer)
    if declines(answer) or not words or "".join(word.text for word in words) in _VERDICTS:
        return Support.WHOLE
    own = unsaid(answer, [question])
    if not own:
        return Support.WHOLE
    kept = {at for word in own for at in range(word.start, word.end)}
    told = "".join(letter if at in kept else " " for at, letter in enumerate(answer))
    share = covered(told, passages)
    if share >= IN_PART and not numbers_missing(told, passages):
        return Support.WHOLE
    counted = all(word.text.isdigit() for word in own)  # how many there are need not be written anywhere
    nothing = share < 1e-6 and not counted and _comparable(told, passages)
    return Support.NONE if nothing else Support.PART


def about_another(question: str, saying: Sequence[str], read: Sequence[str]) -> bool:
    """Whether an answer is from passages that name nothing of what the question names, though another one read does: then it
    is most often about somebody else. saying: those passages, of all that were read."""
    asked = [stems(name) for name in names(question)]

    def named(texts: Sequence[str]) -> bool:
        return any(name & found for found in map(stems, texts) for name in asked)

    return bool(saying) and not named(saying) and named(read)


def _comparable(answer: str, passages: Sequence[str]) -> bool:
    """Whether answer and passages are in one script: a name in another one may well be a translation."""
    return any(bool(_LATIN.search(answer)) == bool(_LATIN.search(passage)) for passage in passages)


class Supported:
    """An answer on its way to the person: short ones only once the passages are known to say them."""

    def __init__(self, question: str, passages: Sequence[str], cancelled: Callable[[], bool]) -> None:
        self.question = question
        self.passages = passages
        self.answer = ""
        self.told = Support.WHOLE
        self._cancelled = cancelled

    def checked(self, pieces: Iterable[str]) -> Iterator[str]:
        """The answer's text, or that nothing was found where no passage says any of it; `told` says so afterwards."""
        held = ""
        for piece in pieces:
            self.answer += piece
            if len(self.answer) <= HELD:
                held += piece
                continue
            yield held + piece
            held = ""
        # What was interrupted may lack just the words that the passages have.
        if not self._cancelled():
            self.told = support(self.question, self.answer, self.passages)
        if held:
            if self.told is Support.NONE:
                self.answer = held = DECLINED
            yield held
        elif self.told is Support.NONE:
            self.told = Support.PART
