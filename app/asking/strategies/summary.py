"""What many memories come to: their most telling sentences, in order of time, each with its passage behind it.

Map and reduce without a model: every passage gives its sentences, those are kept that share most with what the others say
and bring words that no kept one has. So each sentence of a summary stands in a file, and a summary of five hundred passages
takes as much memory as the sentences that are in the lead.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.asking.kept import Change, change, lines_again, made_by, parts_of, request_of
from app.asking.lines import Line, heading_of, in_order, lines_of, with_heading
from app.asking.memory import Memory, Progress, Said
from app.asking.question import Question
from app.asking.strategies.timeline import told
from app.asking.texts import say
from app.asking.topic import share, topic_words
from storage.records import Document

PASSAGES = 500
SEARCHED = 40
SENTENCES = 14
LEADING = 240  # sentences among which the last choice is made
SHORTEST = 25  # characters
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True)
class _Sentence:
    line: Line
    words: frozenset[str]


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    documents = matching(question, memory)
    request = request_of(question)
    kept = memory.kept_summary(request)
    changed = change(kept, documents) if kept is not None else None
    if kept is not None and changed == Change(0, 0) and kept.made_by == made_by():
        yield from told(lines_again(kept, documents, question), question.language)
        yield "\n" + say("kept_same", question.language, day=kept.made_at[:10], count=kept.passages)
        return
    yield Progress(0, len(documents))
    spread: Counter[str] = Counter()
    for document in documents:
        spread.update(set(topic_words(document.text)))
    leading: list[tuple[float, int, _Sentence]] = []
    for done, document in enumerate(documents, start=1):
        if memory.cancelled():
            return
        for sentence in sentences_of(document, question):
            value = worth(sentence, spread, len(documents), question.topic)
            heapq.heappush(leading, (value, -len(leading) - done * 1000, sentence))
            if len(leading) > LEADING:
                heapq.heappop(leading)
        if done % 20 == 0 or done == len(documents):
            yield Progress(done, len(documents))
    lines = in_order(chosen(leading, documents))
    yield from told(lines, question.language)
    if lines and memory.keep_summary(request, parts_of(documents, lines, question), made_by()):
        if kept is None or changed is None or changed == Change(0, 0):
            yield "\n" + say("kept", question.language, count=len(documents))
        else:
            since = {"day": kept.made_at[:10], "came": changed.came, "went": changed.went}
            yield "\n" + say("kept_anew", question.language, **since)


def matching(question: Question, memory: Memory) -> list[Document]:
    """The passages that a summary is made of: those of the period, or those about the topic.

    With both, those of the period that are about the topic; a topic is met by a passage's heading or by most of its words.
    """
    if question.period is not None:
        dated = memory.dated(question.period, PASSAGES)
        about = [d for d in dated if share(question.topic, with_heading(d)) > 0]
        return about or dated
    found = [hit.document for hit in memory.search(question.text, SEARCHED)]
    pool = {document.id: document for document in (*found, *memory.saying(question.topic, PASSAGES))}
    shares = {
        id: 2 * share(question.topic, heading_of(document)) + share(question.topic, document.text)
        for id, document in pool.items()
    }
    best = max(shares.values(), default=0.0)
    near = [document for id, document in pool.items() if shares[id] >= 0.5 * best] if best else found[:8]
    # Of a file that is about the topic, all is.
    return near[:PASSAGES]


def sentences_of(document: Document, question: Question) -> Iterator[_Sentence]:
    # A passage may tell of other years as well: "2019-07: … 2022-03: …".
    for line in lines_of(document, question.period):
        if len(line.text) >= SHORTEST or re.search(r"[\u3400-\u9fff]{6}", line.text):
            yield _Sentence(line, frozenset(topic_words(line.text)))


def worth(sentence: _Sentence, spread: Counter[str], passages: int, topic: Sequence[str]) -> float:
    """How telling a sentence is: words that several passages say, the topic's own, and facts in numbers."""
    if not sentence.words:
        return 0.0
    common = sum(math.log1p(spread[word]) for word in sentence.words) / (3 + len(sentence.words))
    length = min(1.0, len(sentence.line.text) / 120)
    fact = 0.25 * bool(_NUMBER.search(sentence.line.text))
    return (
        common / math.log1p(max(2, passages))
        + share(topic, sentence.line.text) * bool(topic)
        + fact
        + 0.4 * length
    )


def chosen(leading: Sequence[tuple[float, int, _Sentence]], documents: Sequence[Document]) -> list[Line]:
    """The best sentences that say something new, from as many passages as there are."""
    rest = [(value, sentence) for value, _, sentence in sorted(leading, reverse=True)]
    kept: list[_Sentence] = []
    counts: Counter[int] = Counter()
    most = max(2, math.ceil(SENTENCES / max(1, len(documents))))
    while rest and len(kept) < SENTENCES:
        said = frozenset().union(*(sentence.words for sentence in kept)) if kept else frozenset()
        best = max(range(len(rest)), key=lambda at: rest[at][0] * _new(rest[at][1], said))
        sentence = rest.pop(best)[1]
        if counts[sentence.line.document.id] >= most or _new(sentence, said) < 0.4:
            continue
        counts[sentence.line.document.id] += 1
        kept.append(sentence)
    return [sentence.line for sentence in kept]


def _new(sentence: _Sentence, said: frozenset[str]) -> float:
    return len(sentence.words - said) / max(1, len(sentence.words))
