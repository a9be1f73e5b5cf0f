"""Question-answering sets on disk, cut into passages as the product cuts them.

A set is two gzipped JSON-lines files, `NAME.docs.jsonl.gz` ({"id", "title", "text"}; chat turns also "conv", and maybe
"session" and "date") and `NAME.qa.jsonl.gz` ({"id", "question", "answers", "evidence": [doc ids]}). They are read in place.
Every system ranks the same passages; a passage knows which documents of the set it holds text of, so a run of chat turns
counts for each turn in it and any piece of a long document counts for the document. Where questions name a "conv", each
conversation is an archive of its own. It scores nothing.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from app.dates.periods import written_periods
from app.parsing.items import Block, Item
from app.passages.split import split

DOCS, QUESTIONS = ".docs.jsonl.gz", ".qa.jsonl.gz"
# Categories of questions that the documents do not answer; LoCoMo calls its own "5".
UNANSWERABLE = frozenset(("5", "unanswerable"))
SESSION = re.compile(r"\bsession_\d+")


@dataclass(frozen=True)
class Passage:
    """What is ranked. covers: ids of the set's documents it holds text of (several for chat turns); archive: the
    conversation where each is an archive of its own, else ""; date: the day it was written, ISO 8601, where the set says so.
    """

    title: str
    text: str
    covers: tuple[str, ...]
    archive: str = ""
    date: str | None = None


@dataclass(frozen=True)
class Question:
    """evidence: ids of documents; answers: accepted texts, empty where the passage itself is the answer; archive: as of
    a passage; asked: the last day of the month or day that it was asked on, None where the set does not say.
    """

    id: str
    text: str
    answers: tuple[str, ...]
    evidence: tuple[str, ...]
    answerable: bool
    archive: str = ""
    asked: date | None = None


@dataclass(frozen=True)
class QaSet:
    name: str
    passages: list[Passage]
    questions: list[Question]

    def archives(self) -> dict[str, list[Passage]]:
        """The passages by archive; one, "", for most sets."""
        found: dict[str, list[Passage]] = {}
        for passage in self.passages:
            found.setdefault(passage.archive, []).append(passage)
        return found


def set_names(folder: Path) -> list[str]:
    """Names of the sets with questions in a folder. Raises FileNotFoundError where there is none."""
    names = sorted(path.name.removesuffix(QUESTIONS) for path in folder.glob(f"*{QUESTIONS}"))
    if not names:
        raise FileNotFoundError(f"{folder} holds no *{QUESTIONS}: give a folder of sets with --data")
    return names


def load_set(folder: Path, name: str, count_tokens: Callable[[str], int], *, max_tokens: int = 512) -> QaSet:
    """Read one set. Raises FileNotFoundError, or ValueError for evidence that is not among the documents."""
    rows = list(read_rows(folder / f"{name}{QUESTIONS}"))
    passages = load_passages(folder / f"{name}{DOCS}", count_tokens, max_tokens=max_tokens)
    apart = {passage.archive for passage in passages}.issuperset(row.get("conv") for row in rows)
    # The older sets, whose rows name no language, are measured as the one archive that they always were.
    if not apart or not all("lang" in row for row in rows):
        apart, passages = False, [replace(passage, archive="") for passage in passages]
    known = {document for passage in passages for document in passage.covers}
    questions = []
    for row in rows:
        answerable = (
            row.get("impossible") not in (True, "True") and str(row.get("category")) not in UNANSWERABLE
        )
        evidence = tuple(row["evidence"])
        if not known.issuperset(evidence):
            raise ValueError(f"{name}: question {row['id']} names evidence that is not in its documents")
        answers = tuple(str(answer) for answer in row["answers"])
        archive = row.get("conv", "") if apart else ""
        asked = _last_day(row.get("asked", ""))
        questions.append(
            Question(str(row["id"]), row["question"], answers, evidence, answerable, archive, asked)
        )
    return QaSet(name, passages, questions)


def load_passages(file: Path, count_tokens: Callable[[str], int], *, max_tokens: int = 512) -> list[Passage]:
    """The passages of one documents file, in its order."""
    rows = list(read_rows(file))
    passages: list[Passage] = []
    for _, run in groupby(rows, key=_conversation):
        passages += _cut(list(run), count_tokens, max_tokens)
    return passages


def distractors(
    folder: Path, names: list[str], tokens: int, count_tokens: Callable[[str], int]
) -> Iterator[Passage]:
    """Passages of documents files without questions, about `tokens` tokens of them, taken evenly from the files."""
    files = [folder / f"{name}{DOCS}" for name in names] or [
        path
        for path in sorted(folder.glob(f"*{DOCS}"))
        if not path.with_name(path.name.replace(DOCS, QUESTIONS)).exists()
    ]
    streams = [
        (passage for row in read_rows(file) for passage in _cut([row], count_tokens, 512)) for file in files
    ]
    while streams and tokens > 0:
        for stream in list(streams):
            passage = next(stream, None)
            if passage is None:
                streams.remove(stream)
                continue
            yield replace(passage, covers=())
            tokens -= count_tokens(passage.text)
            if tokens <= 0:
                return


def read_rows(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _conversation(row: dict[str, Any]) -> tuple[str, ...]:
    """Rows with the same key lie in one file of the user's: the turns of one chat, or one document alone."""
    session = row.get("session") or "".join(SESSION.findall(row["title"]))
    return (row["conv"], session) if "conv" in row and (session or "lang" not in row) else ("", row["id"])


def _cut(rows: list[dict[str, Any]], count_tokens: Callable[[str], int], max_tokens: int) -> list[Passage]:
    first = rows[0]
    if len(rows) > 1 or ("conv" in first and "lang" not in first):
        # The place of a passage names its first and last turn, which is how it is traced back to them.
        blocks = [
            Block(row["text"], f"turn {i}", "message", when=_iso(row.get("date", "")))
            for i, row in enumerate(rows)
        ]
    else:
        blocks = [Block(part, "turn 0") for part in first["text"].split("\n\n")]
    passages = []
    for passage in split(Item(first["title"], blocks), count_tokens, max_tokens):
        turns = [int(number) for number in re.findall(r"\d+", passage.place)]
        covered = rows[turns[0] : turns[-1] + 1]
        covers = tuple(row["id"] for row in covered)
        day = _iso(covered[0].get("date", ""))[:10] or None
        passages.append(Passage(passage.title, passage.text, covers, first.get("conv", ""), day))
    return passages


def _iso(written: str) -> str:
    """LoCoMo's "1:56 pm on 8 May, 2023", REALTALK's "29.12.2023, 22:42:04" and what is ISO 8601 but for its space, as ISO
    8601; the day of "2024年04月01日 周一 08:14"; "" for anything else.
    """
    for form in ("%I:%M %p on %d %B, %Y", "%d.%m.%Y, %H:%M:%S", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(written, form).isoformat(timespec="minutes")
        except ValueError:
            continue
    days = written_periods(written)
    return days[0].first.isoformat() if days else ""


def _last_day(written: str) -> date | None:
    days = written_periods(written) if written else []
    return days[0].last if days else None
