"""Who somebody is: what the passages that say the name tell of them, each line with its passage; nobody is made up."""

from __future__ import annotations

from collections.abc import Iterator

from app.asking.memory import Cited, Evidenced, Memory, Said
from app.asking.owner import owner_of
from app.asking.people import Entry, bare_name, entry_of, full_name, says
from app.asking.question import Question
from app.asking.texts import say
from app.dates.best import iso
from engine.answering.refusal import DECLINED
from storage.records import Document

PASSAGES = 300


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    """Declines where no passage says the name."""
    entry = entry_of(question.name, known_passages(question.name, memory))
    if entry is None:
        yield Evidenced(tuple(memory.search(question.text, 5)))
        yield DECLINED
        return
    yield from told(entry, question)


def answer_self(question: Question, memory: Memory) -> Iterator[Said]:
    """Who the owner is: the one who writes most of the memory. Declines where nobody does."""
    name = owner_of(memory.authored(PASSAGES))
    entry = entry_of(name, known_passages(name, memory)) if name else None
    if entry is None:
        yield Evidenced(())
        yield DECLINED
        return
    yield from told(entry, question)


def known_passages(name: str, memory: Memory) -> list[Document]:
    """The passages that say a name, and those that say it in full where it was asked for in short."""
    name = bare_name(name)
    found = [document for document in memory.saying([name], PASSAGES) if _says(document, name)]
    full = full_name(name, found)
    if full != name:
        known = {document.id for document in found}
        found += [d for d in memory.saying([full], PASSAGES) if d.id not in known and _says(d, full)]
    return found


def _says(document: Document, name: str) -> bool:
    return says(name, f"{document.author} {document.title} {document.text}")


def told(entry: Entry, question: Question) -> Iterator[Said]:
    numbers: dict[int, int] = {}
    cited: list[Cited] = []
    lines = [*entry.facts, *(line for line in (entry.first, entry.last) if line is not None)]
    for line in lines:
        if line.document.id not in numbers:
            cited.append(Cited(line.document))
            numbers[line.document.id] = len(cited)
    yield Evidenced(tuple(cited))
    yield f"{entry.name}\n"
    for line in entry.facts:
        yield f"- {line.text} [{numbers[line.document.id]}]\n"
    if entry.first and entry.last and entry.first.period and entry.last.period:
        yield say(
            "mentioned",
            question.language,
            first=f"{iso(entry.first.period)} [{numbers[entry.first.document.id]}]",
            last=f"{iso(entry.last.period)} [{numbers[entry.last.document.id]}]",
        )
