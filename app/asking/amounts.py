"""What a thing cost, by the line that tells of it.

Of a list of amounts a small model takes one that stands out, the night's beside the flight's. Where another line of the
passage has clearly more of the question's words than the one it took, and one amount, that amount is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.asking.expected import asks_cost
from app.asking.memory import own_words
from app.asking.plain import blocks, in_sentences
from app.asking.question import Question
from app.asking.readings import Reading
from app.asking.topic import share
from app.asking.totals import money_in
from engine.answering.spans import locate

MOST = 0.6  # share of the question's words that such a line has
_END = re.compile(r"(?<=[.!?;。；])\s+")
CLEARLY = 0.3  # more than the line that was taken


@dataclass(frozen=True)
class _Line:
    """share: of the question's words that it has; around: that it has with what it goes on from or stands under."""

    text: str
    share: float
    around: float


def of_what_is_asked(question: Question, reading: Reading) -> Reading | None:
    """The reading with the amount of the line that is about what is asked; None where its own is, or no one line is."""
    source = reading.source
    if not (reading.found and source and question.topic and asks_cost(question.text)):
        return None
    if labelled := _labelled(question, reading.text, own_words(source.document)):
        return replace(reading, text=labelled, cited=(source,))
    if len(money_in(reading.text)) != 1:
        return None
    lines = list(_lines(question, own_words(source.document)))
    own = max((line.around for line in lines if locate(reading.text, line.text)), default=1.0)
    better = [line for line in lines if line.share >= max(MOST, own + CLEARLY) and money_in(line.text)]
    most = max((line.share for line in better), default=0.0)
    amounts = {amount for line in better if line.share == most for amount in money_in(line.text)}
    return replace(reading, text=amounts.pop(), cited=(source,)) if len(amounts) == 1 else None


def _labelled(question: Question, said: str, body: str) -> str:
    """Of the amounts of one sentence the one that a word of the question stands before, where none stands at the one that
    was said: "Rent: 1,480 a month, extra 230". "" where the one that was said is that, or no one is."""
    sentences = (part for block in blocks(body) for line in in_sentences(block) for part in _END.split(line))
    sentence = next((part for part in sentences if locate(said, part)), "")
    before, shares = 0, dict[str, float]()
    for amount in money_in(sentence):
        at = sentence.find(amount, before)
        shares[amount], before = share(question.topic, sentence[before:at]), at + len(amount)
    own = [part for amount, part in shares.items() if locate(said, amount)]
    if len(shares) < 2 or own != [0.0] or share(question.topic, sentence[before:]) > 0.0:
        return ""
    best = max(shares, key=lambda amount: shares[amount])
    return best if shares[best] > 0.0 else ""


def _lines(question: Question, body: str) -> Iterator[_Line]:
    over = ""
    for block in blocks(body):
        before = ""
        for sentence in in_sentences(block):
            around = share(question.topic, f"{over} {before} {sentence}")
            yield _Line(sentence, share(question.topic, sentence), around)
            before = f"{before} {sentence}"
        if not money_in(block):
            over = block  # what follows may stand under it
