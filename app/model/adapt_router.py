"""Working out an adapted router: which memories are asked, what about, and whether the result is kept.

A memory's number says whether its questions teach, choose or judge, so what judges once never taught, however often the
router is adapted again. Questions that fit another memory word for word, such as a copy's, are left out.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import torch

from app.errors import NotTrained
from app.model import adapted_router
from app.records import AdaptedRouter, RouterReport
from engine.router.adapt import Asked, adaptable, features, judge, learn
from engine.router.pseudo_questions import PseudoQuestion, pseudo_questions, spread_of
from storage.archive import Archive
from storage.records import Document

if TYPE_CHECKING:
    from app.model.answerer import Answerer
    from storage.bank.bank import Bank

LEAST_DOCUMENTS = 50
LEAST_ASKED = 8  # documents that each part needs
QUESTIONS = 1000
PER_DOCUMENT = 3
POOL = 2000  # documents to tell the right one from
ALIKE = 6  # documents with the words of a question
STEPS = 300
AT_ONCE = 16
PARTS = ("learn", "choose", "test")
WEIGHTS = (0.5, 0.2, 0.3)
JUDGED_COUNTS = 4  # questions made of a memory that one of the person counts as

Report = Callable[[str], None]


@dataclass
class Part:
    """Questions of one part, each with the id of its document and of documents that share its words."""

    asked: list[str] = field(default_factory=list)
    gold: list[int] = field(default_factory=list)
    alike: list[list[int]] = field(default_factory=list)


def adapt(archive: Archive, answerer: Answerer, bank: Bank, report: Report) -> RouterReport:
    """Train, judge, and keep the router that wins. The model goes on as it is; `ModelSwitch.reroute` has it use the new one.

    Raises NotTrained.
    """
    model = answerer.model
    if not adaptable(model.config):
        raise NotTrained("This model has a router of its own kind that cannot be adapted to an archive.")
    since = archive.derived.since()
    memory = bank.snapshot()
    if len(memory) < LEAST_DOCUMENTS:
        raise NotTrained(
            f"There are {len(memory)} memories; at least {LEAST_DOCUMENTS} are needed to learn from some and be "
            "judged by others. Add more files first."
        )
    ids: list[int] = memory.document_ids.tolist()
    sample = sorted(random.Random(0).sample(ids, min(POOL, len(ids))))
    documents = archive.documents.rows(sample)
    report(f"Making questions of {len(documents)} memories …")
    parts = make_parts(archive, documents, set(ids))
    states = {}
    for name, part in parts.items():
        reading = partial(_reading, report, name, len(part.asked))
        states[name] = answerer.routing_states(memory, part.asked, AT_ONCE, reading)
    asked = {name: Asked(states[name], torch.tensor(part.gold)) for name, part in parts.items()}

    teaching = parts["learn"]
    wanted = dict.fromkeys([*teaching.gold, *(i for row in teaching.alike for i in row), *sample])
    keys = {i: e.router_key for i in list(wanted)[:POOL] if (e := memory.encoding(i, 0)) is not None}
    row = {number: at for at, number in enumerate(keys)}
    alike = [[row[i] for i in each if i in row] for each in teaching.alike]
    shipped, present = answerer.shipped_queries(), answerer.present_queries()
    trained = learn(
        shipped,
        model.head_dim,
        features(asked["learn"], keys),
        alike,
        steps=STEPS,
        report=lambda step: report(f"Learning: step {step} of {STEPS}"),
    )
    report("Comparing with the router in use …")
    verdict, projections = judge(model, memory, shipped, present, trained, asked["choose"], asked["test"])
    about = AdaptedRouter(
        fingerprint=model.fingerprint,
        made_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        documents=sum(len(set(part.gold)) for part in parts.values()),
        questions=sum(len(part.gold) for part in parts.values()),
        before=verdict.before,
        after=verdict.after,
    )
    reason = ""
    if not verdict.wins:
        reason = (
            "no step away from the router in use found more"
            if not verdict.share
            else "the gain on memories that took no part is within chance"
        )
    elif not adapted_router.keep(archive, about, projections, since):
        reason = "something was forgotten meanwhile, and it may have learnt from that; train it again"
    return RouterReport(not reason, reason, about)


def make_parts(archive: Archive, documents: Sequence[Document], encoded: set[int]) -> dict[str, Part]:
    """Questions to the documents, by what they are for. encoded: ids that can be found. Raises NotTrained."""
    spread = spread_of(document.text for document in documents)
    per_document = max(1, min(PER_DOCUMENT, QUESTIONS // len(documents)))
    parts = {name: Part() for name in PARTS}
    for document in random.Random(1).sample(documents, len(documents)):
        if sum(len(part.gold) for part in parts.values()) >= QUESTIONS:
            break
        choice = random.Random(f"{document.id}")
        part = parts[choice.choices(PARTS, WEIGHTS)[0]]
        for question in pseudo_questions(document.text, document.title, spread, per_document, choice):
            near = alike_to(archive, document, question, encoded)
            if near is not None:
                part.asked.append(question.text)
                part.gold.append(document.id)
                part.alike.append(near)
    add_judged(archive, parts, encoded)
    if any(len(set(part.gold)) < LEAST_ASKED for part in parts.values()):
        raise NotTrained("Too few memories hold whole sentences to ask about. Add more texts first.")
    return parts


def part_of(document_id: int) -> str:
    """What the questions to a document are for."""
    return random.Random(f"{document_id}").choices(PARTS, WEIGHTS)[0]


def add_judged(archive: Archive, parts: dict[str, Part], encoded: set[int]) -> None:
    """Adds the questions whose passage the person named: real ones, which count for more where they teach."""
    for judged in archive.feedback.judged():
        if judged.document_id not in encoded:
            continue
        name = part_of(judged.document_id)
        found = archive.documents.search(judged.question, ALIKE + 1)
        near = [i for i, _ in found if i != judged.document_id and i in encoded]
        for _ in range(JUDGED_COUNTS if name == "learn" else 1):
            parts[name].asked.append(judged.question)
            parts[name].gold.append(judged.document_id)
            parts[name].alike.append(near)


def alike_to(
    archive: Archive, document: Document, question: PseudoQuestion, encoded: set[int]
) -> list[int] | None:
    """Other documents with the question's words; None if one of them has the very sentence."""
    found = [
        i
        for i, _ in archive.documents.search(question.sentence, ALIKE + 1)
        if i != document.id and i in encoded
    ]
    sentence = _folded(question.sentence)
    if any(sentence in _folded(other.text) for other in archive.documents.rows(found)):
        return None
    return found


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _reading(report: Report, part: str, of: int, count: int) -> None:
    report(f"Reading the questions to {part} with: {count} of {of}")
