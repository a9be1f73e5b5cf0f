"""What a reader learns from: passages of question-answering sets, questions about them, and questions they do not answer.

Reads `NAME.docs.jsonl.gz` and `NAME.qa.jsonl.gz` in place. A lesson starts from one document; what a word search finds for
one of its questions stands beside it, as it would in the product, and brings its own questions along. A question whose
answer no passage holds is to be declined: one of another passage or of another set, one that its set calls impossible,
an answerable one with a name or number of it exchanged, or one of another passage about a name that is here. It knows texts,
no tokens.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from engine.answering.refusal import DECLINED
from engine.training.composed import Step, composed
from engine.training.personal import NAME as PERSONAL
from engine.training.personal import personal_lessons

LENGTHS = (300, 600, 900)  # characters of a passage: what the product's splitter makes, give or take
DENSE = 2.5  # letters of a text with spaces say as much as one character of a script without
MOST_PASSAGES, MOST_QUESTIONS, OF_ONE_PASSAGE = 5, 12, 4
CONTEXT_CHARACTERS = 3600
LONGEST_ANSWER = 100  # characters
ALONE = 0.25  # share of lessons with a single passage
DECLINES = 0.25  # share of the questions about several passages,
DECLINES_ALONE = 0.35  # and about a single one: most passages that are read alone hold no answer
EXCHANGED = 0.18  # share of the answerable questions that come a second time, with another name in them
TRANSPLANTED = 0.12  # and of those beside which something is asked that is not said of a name which is here
ELSEWHERE = (
    0.2  # share of the declined questions that are of another set: what is no business of these passages
)
BOTH = 0.2  # share of lessons with compressed memory beside the text
HELD_OUT = 40  # one document in so many is kept for measuring

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")  # kana and Han: written without spaces between words
_SENTENCE_END = re.compile(r"[.!?]\s|[。！？]")
_NAME = re.compile(r"(?<=\w )[A-ZÄÖÜÉÈ][\w'-]{2,}(?: [A-ZÄÖÜÉÈ][\w'-]+)*|(?<!\w)\d{2,}(?:[.,]\d+)*(?!\w)")
_GERMAN = re.compile(
    r"\b(?:der|die|das|dem|den|des|und|ist|war|wer|wie|wo|wann|welche[rsmn]?|ein(?:e[rsmn]?)?|nicht|von|im)\b",
    re.I,
)
_SPEAKER = re.compile(r"(?:^|\s)([\w.-]{3,20}):\s")


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
        self.impossible: dict[str, list[str]] = {}  # questions that look as if it answered them
        for row in _rows(folder / f"{name}.qa.jsonl.gz"):
            evidence = tuple(id for id in row["evidence"] if id in self.documents)
            answers = tuple(str(answer).strip() for answer in row["answers"])
            if len(evidence) == 1 and row.get("impossible"):
                self.impossible.setdefault(evidence[0], []).append(row["question"].strip())
            if not evidence or not answers or not 0 < len(answers[0]) <= LONGEST_ANSWER:
                continue
            question = Question(row["question"].strip(), answers, evidence)
            self.questions.append(question)
            if len(evidence) == 1:
                self.about.setdefault(evidence[0], []).append(question)
        steps = [Step(q.text, q.answers[0], id) for id, about in self.about.items() for q in about]
        self.questions += [Question(text, (answer,), ids) for text, answer, ids in composed(steps)]
        self.asked = {question.text.casefold() for question in self.questions}
        self._words = sqlite3.connect(":memory:")
        self._words.execute("CREATE VIRTUAL TABLE words USING fts5(id UNINDEXED, text)")
        self._words.executemany(
            "INSERT INTO words VALUES (?, ?)",
            (
                (id, _UNSPACED.sub(r" \g<0> ", f"{row.get('title') or ''} {row['text']}"))
                for id, row in self.documents.items()
            ),
        )
        self._order = {id: place for place, id in enumerate(self.documents)}
        self._ids = list(self.documents)

    def similar(self, question: str, count: int) -> list[str]:
        """Ids of documents that share words with a question, best first."""
        terms = " OR ".join(f'"{term}"' for term in dict.fromkeys(_terms(question)))
        if not terms:
            return []
        found = self._words.execute(
            "SELECT id FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (terms, count)
        )
        return [id for (id,) in found]

    def beside(self, id: str, count: int) -> list[str]:
        """Ids of the documents around one in its file, which are mostly of the same subject."""
        at = self._order[id]
        return [other for other in self._ids[max(0, at - count) : at + count + 1] if other != id]


def _terms(question: str) -> Iterator[str]:
    """Words, and of scripts without spaces every two characters in a row, as the word search holds them."""
    for word in re.findall(r"\w+", question):
        parts = _UNSPACED.sub(r" \g<0> ", word).split()
        if len(parts) == 1:
            yield word
        else:
            yield from (f"{left} {right}" for left, right in pairwise(parts))


def lessons(
    folder: Path, weights: Mapping[str, float], *, seed: int, held_out: bool = False
) -> Iterator[Texts]:
    """Endless lessons of sets drawn by weight. held_out: of the documents kept for measuring, else of all others.

    A set called "personal" is not read but written (`engine.training.personal`).
    """
    sets = {name: ReadingSet(folder, name) for name in weights if name != PERSONAL}
    starts = {
        name: [q for q in found.questions if _is_held_out(q.evidence[0]) == held_out]
        for name, found in sets.items()
    }
    names = [name for name in starts if starts[name]]
    if not names:
        raise ValueError(f"{folder}: no answerable question in {', '.join(weights)}")
    written = personal_lessons(f"{seed} {held_out}")
    shares = [*(weights[name] for name in names), weights.get(PERSONAL, 0.0)]
    number = 0
    while True:
        draw = random.Random(f"{seed} {number}")
        number += 1
        name = draw.choices([*names, PERSONAL], shares)[0]
        if name == PERSONAL:
            shown, questions = next(written)
            yield Texts(shown, shown if draw.random() < BOTH else [], questions)
            continue
        other = draw.choice(starts[draw.choice(names)])
        texts = _texts(sets[name], draw.choice(starts[name]), draw, held_out, other)
        if texts:
            yield texts


def _is_held_out(id: str) -> bool:
    return int.from_bytes(sha256(id.encode()).digest()[:4]) % HELD_OUT == 0


def _texts(
    source: ReadingSet, start: Question, draw: random.Random, held_out: bool, elsewhere: Question
) -> Texts | None:
    similar = [id for id in source.similar(start.text, 12) if id not in start.evidence]
    if len(similar) < 4:  # words of another language find nothing
        beside = source.beside(start.evidence[0], 6)
        similar += [id for id in beside if id not in start.evidence and id not in similar]
    draw.shuffle(similar)
    alone = draw.random() < ALONE
    if alone:
        chosen = [draw.choice(start.evidence)]
    else:
        chosen = [*start.evidence, *similar[: max(0, draw.randint(2, MOST_PASSAGES) - len(start.evidence))]]
    length = draw.choice(LENGTHS)
    passages: dict[str, str] = {}
    for id in chosen:
        about = [q for q in source.about.get(id, ()) if _is_held_out(id) == held_out]
        shown = start if id in start.evidence else draw.choice(about) if about else None
        passage = _passage(source.documents[id], shown, length, draw)
        if not passages or sum(map(_extent, passages.values())) + _extent(passage) <= CONTEXT_CHARACTERS:
            passages[id] = passage
    everything = "\n".join(passages.values()).casefold()
    asked = _answerable(source, start, passages, everything, draw, held_out)
    foreign = [q for id in similar if id not in passages for q in source.about.get(id, ())]
    draw.shuffle(foreign)
    if all(question != start.text for question, _ in asked):
        # One link of a chain, alone: the nearest that a passage comes without answering.
        foreign.insert(0, start)
    missing = [
        q.text
        for q in foreign
        if _is_held_out(q.evidence[0]) == held_out
        and not any(answer.casefold() in everything for answer in q.answers)
    ]
    impossible = [text for id in passages for text in source.impossible.get(id, ())]
    missing = [*draw.sample(impossible, min(2, len(impossible))), *missing]
    foreign_to_all = not any(answer.casefold() in everything for answer in elsewhere.answers)
    if foreign_to_all and (draw.random() < ELSEWHERE or not missing):
        missing.insert(0, elsewhere.text)
    share = DECLINES_ALONE if alone else DECLINES
    wanted = sum(draw.random() < share / (1 - share) for _ in asked) if asked else 1
    names = _names(everything, passages.values())
    seeming = [
        other
        for question, answer in asked
        if draw.random() < EXCHANGED and (other := _exchanged(question, answer, names, draw))
    ]
    strange = [q for q in foreign if q is not start and q.text in missing]
    seeming += [
        other
        for question in strange[: sum(draw.random() < TRANSPLANTED for _ in asked)]
        if (other := _exchanged(question.text, question.answers[0], names, draw))
    ]
    seeming = [text for text in seeming if text.casefold() not in source.asked]
    asked += [(text, DECLINED) for text in dict.fromkeys([*missing[:wanted], *seeming])]
    if not asked:
        return None
    draw.shuffle(asked)
    texts = list(passages.values())
    draw.shuffle(texts)
    return Texts(texts, texts if draw.random() < BOTH else [], asked)


def _names(everything: str, passages: Iterable[str]) -> list[str]:
    """Names and numbers that passages hold, and who speaks in them."""
    found = dict.fromkeys(name for text in passages for name in [*_named(text), *_SPEAKER.findall(text)])
    return [name for name in found if name.casefold() in everything]


def _named(text: str) -> list[str]:
    """Names and numbers. In German every noun has a capital: there a word alone is most often none, and a question with
    another noun in it may well be answered still."""
    found: list[str] = _NAME.findall(text)
    german = len(_GERMAN.findall(text)) > len(text) / 200
    return [name for name in found if not german or " " in name or name[0].isdigit()]


def _exchanged(question: str, answer: str, names: Sequence[str], draw: random.Random) -> str | None:
    """A question with one name or number of it replaced by another that the passages hold, so that they seem to answer
    it; None where nothing fits."""
    asked = [*_named(question), *(name for name in names if _says(question, name))]
    if not asked:
        return None
    name = draw.choice(asked)
    others = [
        other
        for other in names
        if other[0].isdigit() == name[0].isdigit()
        and other.casefold() not in question.casefold()
        and other.casefold() not in answer.casefold()
        and name.casefold() not in other.casefold()
    ]
    if not others:
        return None
    return re.sub(
        re.escape(name), draw.choice(others).replace("\\", ""), question, count=1, flags=re.IGNORECASE
    )


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
    if _UNSPACED.search(answer):
        return answer.casefold() in text.casefold()
    return re.search(rf"(?<!\w){re.escape(answer.casefold())}(?!\w)", text.casefold()) is not None


def _extent(text: str) -> float:
    """Length of a text as if in a script with spaces."""
    return len(text) + (DENSE - 1) * len(_UNSPACED.findall(text))


def _passage(row: Mapping[str, Any], shown: Question | None, length: int, draw: random.Random) -> str:
    """A cut of a document, around the answer to `shown` where it has one, mostly with its title."""
    text = row["text"]
    length = max(1, round(length * len(text) / max(1.0, _extent(text))))
    if len(text) > length:
        answer = shown.answers[0] if shown else ""
        at = text.casefold().find(answer.casefold()) if answer else -1
        if at < 0:
            at = draw.randrange(len(text))
        start = max(0, at - draw.randint(length // 10, max(length // 8 + 1, length - len(answer) - 50)))
        ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, start)]
        start = ends[-1] if start and ends else 0
        text = text[start : start + max(length, at + len(answer) - start)]
    title = row.get("title") or ""
    return f"{title}\n{text}" if title and draw.random() < 0.8 else text


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
