"""What a reader learns from: passages of question-answering sets, questions about them, and questions they do not answer.

Reads `NAME.docs.jsonl.gz` and `NAME.qa.jsonl.gz` in place. A lesson starts from one document; what a word search finds for
one of its questions stands beside it, as it would in the product, and brings its own questions along. A question whose
answer no passage holds is to be declined. It knows texts, no tokens.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.answering.refusal import DECLINED

LENGTHS = (400, 700, 1000)  # characters of a passage: what the product's splitter makes, give or take
MOST_PASSAGES, MOST_QUESTIONS, OF_ONE_PASSAGE = 4, 14, 5
CONTEXT_CHARACTERS = 2000
LONGEST_ANSWER = 100  # characters
ALONE = 0.7  # share of lessons with a single passage, which is how the product reads
DECLINES = 0.2  # share of the questions about several passages,
DECLINES_ALONE = 0.4  # and about a single one: most passages that are read alone hold no answer
BOTH = 0.2  # share of lessons with compressed memory beside the text
HELD_OUT = 40  # one document in so many is kept for measuring


@dataclass(frozen=True)
class Question:
    text: str
    answers: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Texts:
    """A lesson in words. quoted, remembered: passages in the prompt and in compressed memory; questions: with answers."""

    quoted: list[str]
    remembered: list[str]
    questions: list[tuple[str, str]]


class ReadingSet:
    """One set: its documents, the questions that need one document or several, and a word search over them."""

    def __init__(self, folder: Path, name: str) -> None:
        self.documents = {row["id"]: row for row in _rows(folder / f"{name}.docs.jsonl.gz")}
        self.questions: list[Question] = []
        self.about: dict[str, list[Question]] = {}  # questions that need this document alone
        for row in _rows(folder / f"{name}.qa.jsonl.gz"):
            evidence = tuple(id for id in row["evidence"] if id in self.documents)
            answers = tuple(str(answer).strip() for answer in row["answers"])
            if not evidence or not answers or not 0 < len(answers[0]) <= LONGEST_ANSWER:
                continue
            question = Question(row["question"].strip(), answers, evidence)
            self.questions.append(question)
            if len(evidence) == 1:
                self.about.setdefault(evidence[0], []).append(question)
        self._words = sqlite3.connect(":memory:")
        self._words.execute("CREATE VIRTUAL TABLE words USING fts5(id UNINDEXED, text)")
        self._words.executemany(
            "INSERT INTO words VALUES (?, ?)",
            ((id, f"{row.get('title') or ''} {row['text']}") for id, row in self.documents.items()),
        )

    def similar(self, question: str, count: int) -> list[str]:
        """Ids of documents that share words with a question, best first."""
        terms = " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", question)))
        if not terms:
            return []
        found = self._words.execute(
            "SELECT id FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (terms, count)
        )
        return [id for (id,) in found]


def lessons(
    folder: Path, weights: Mapping[str, float], *, seed: int, held_out: bool = False
) -> Iterator[Texts]:
    """Endless lessons of sets drawn by weight. held_out: of the documents kept for measuring, else of all others."""
    sets = {name: ReadingSet(folder, name) for name in weights}
    starts = {
        name: [q for q in found.questions if _is_held_out(q.evidence[0]) == held_out]
        for name, found in sets.items()
    }
    names = [name for name in weights if starts[name]]
    if not names:
        raise ValueError(f"{folder}: no answerable question in {', '.join(weights)}")
    number = 0
    while True:
        draw = random.Random(f"{seed} {number}")
        number += 1
        name = draw.choices(names, [weights[name] for name in names])[0]
        texts = _texts(sets[name], draw.choice(starts[name]), draw, held_out)
        if texts:
            yield texts


def _is_held_out(id: str) -> bool:
    return int.from_bytes(sha256(id.encode()).digest()[:4]) % HELD_OUT == 0


def _texts(source: ReadingSet, start: Question, draw: random.Random, held_out: bool) -> Texts | None:
    similar = [id for id in source.similar(start.text, 12) if id not in start.evidence]
    draw.shuffle(similar)
    alone = draw.random() < ALONE
    if alone:
        chosen = [draw.choice(start.evidence)]
    else:
        chosen = [*start.evidence, *similar[: max(0, draw.randint(1, MOST_PASSAGES) - len(start.evidence))]]
    length = draw.choice(LENGTHS)
    passages: dict[str, str] = {}
    for id in chosen:
        about = [q for q in source.about.get(id, ()) if _is_held_out(id) == held_out]
        shown = start if id in start.evidence else draw.choice(about) if about else None
        passage = _passage(source.documents[id], shown, length, draw)
        if not passages or sum(map(len, passages.values())) + len(passage) <= CONTEXT_CHARACTERS:
            passages[id] = passage
    everything = "\n".join(passages.values()).casefold()
    asked = _answerable(source, start, passages, everything, draw, held_out)
    foreign = [q for id in similar if id not in passages for q in source.about.get(id, ())]
    draw.shuffle(foreign)
    if all(question != start.text for question, _ in asked):
        # One link of a chain, alone: the nearest that a passage comes without answering.
        foreign.insert(0, start)
    missing = [
        q
        for q in foreign
        if _is_held_out(q.evidence[0]) == held_out
        and not any(answer.casefold() in everything for answer in q.answers)
    ]
    share = DECLINES_ALONE if alone else DECLINES
    wanted = sum(draw.random() < share / (1 - share) for _ in asked) if asked else 1
    asked += [(q.text, DECLINED) for q in missing[:wanted]]
    if not asked:
        return None
    texts = list(passages.values())
    draw.shuffle(texts)
    return Texts(texts, texts if draw.random() < BOTH else [], asked)


def _answerable(
    source: ReadingSet,
    start: Question,
    passages: Mapping[str, str],
    everything: str,
    draw: random.Random,
    held_out: bool,
) -> list[tuple[str, str]]:
    found = []
    # The answer of a chain may be a yes or a name out of the question: what counts is that all of it is there, or that
    # its last link is, which alone says what the question does not.
    says_it = _says(everything, start.answers[0]) and not _says(start.text, start.answers[0])
    if len(start.evidence) > 1 and (says_it or all(id in passages for id in start.evidence)):
        found.append((start.text, start.answers[0]))
    for id, passage in passages.items():
        if _is_held_out(id) != held_out:
            continue
        about = [q for q in source.about.get(id, ()) if q.answers[0].casefold() in passage.casefold()]
        draw.shuffle(about)
        found += [(q.text, q.answers[0]) for q in about[:OF_ONE_PASSAGE]]
    draw.shuffle(found)
    return found[:MOST_QUESTIONS]


def _says(text: str, answer: str) -> bool:
    """Whether a text holds an answer as words of its own: "north" does not say "no"."""
    return re.search(rf"(?<!\w){re.escape(answer.casefold())}(?!\w)", text.casefold()) is not None


def _passage(row: Mapping[str, Any], shown: Question | None, length: int, draw: random.Random) -> str:
    """A cut of a document, around the answer to `shown` where it has one, mostly with its title."""
    text = row["text"]
    if len(text) > length:
        answer = shown.answers[0] if shown else ""
        at = text.casefold().find(answer.casefold()) if answer else -1
        if at < 0:
            at = draw.randrange(len(text))
        start = max(0, at - draw.randint(50, max(51, length - len(answer) - 50)))
        sentence = text.rfind(". ", 0, start)
        start = sentence + 2 if start and sentence >= 0 else 0
        text = text[start : start + max(length, at + len(answer) - start)]
    title = row.get("title") or ""
    return f"{title}\n{text}" if title and draw.random() < 0.8 else text


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
