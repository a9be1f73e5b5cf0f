"""Who somebody is: what the passages that say the name tell of them, each line with its passage; nobody is made up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.asking.memory import Cited, Evidenced, Known, Memory, Said
from app.asking.owner import owner_of
from app.asking.people import Entry, bare_name, entry_of, full_name, says
from app.asking.question import Question
from app.asking.texts import say
from app.dates.best import iso
from engine.answering.refusal import DECLINED
from storage.records import Document

PASSAGES = 300


def answer(question: Question, memory: Memory) -> Iterator[Said]:
    """Declines where no passage says the name, and where the person wants no entry of them."""
    known = memory.person(question.name)
    if known is not None and known.removed:
        yield Evidenced(())
        yield DECLINED
        return
    names = _fullest(question.name, known)
    entry = entry_of(names[0], [d for name in names for d in known_passages(name, memory)])
    if entry is None and not (known and known.said):
        yield Evidenced(tuple(memory.search(question.text, 5)))
        yield DECLINED
        return
    yield from told(entry or Entry(names[0], (), None, None), question, known.said if known else ())


def answer_self(question: Question, memory: Memory) -> Iterator[Said]:
    """Who the owner is: the one who writes most of the memory. Declines where nobody does."""
    owner = memory.owner()
    name = owner.name or owner_of(memory.authored(PASSAGES))
    known = memory.person(name) if name else None
    entry = entry_of(name, known_passages(name, memory)) if name else None
    if entry is None and not owner.name:
        yield Evidenced(())
        yield DECLINED
        return
    headline = say("seems", question.language, name=name)
    if owner.name:
        headline = say("i_am" if owner.voice == "I" else "you_are", question.language, name=name)
    yield from told(entry or Entry(name, (), None, None), question, known.said if known else (), headline)


def _fullest(name: str, known: Known | None) -> list[str]:
    """The name that somebody is looked up by: the asked one, and the full one where it is known."""
    return list(dict.fromkeys([name, *(known.names[:1] if known else ())]))


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


def told(
    entry: Entry, question: Question, own: Sequence[tuple[str, str]] = (), headline: str = ""
) -> Iterator[Said]:
    """own: what the person said of them, which comes first and has no passage."""
    numbers: dict[int, int] = {}
    cited: list[Cited] = []
    lines = [*entry.facts, *(line for line in (entry.first, entry.last) if line is not None)]
    for line in lines:
        if line.document.id not in numbers:
            cited.append(Cited(line.document))
            numbers[line.document.id] = len(cited)
    yield Evidenced(tuple(cited))
    yield f"{headline or entry.name}\n"
    for kind, value in own:
        yield say("own_words", question.language, said=f"{say(kind, question.language)}: {value}") + "\n"
    for line in entry.facts:
        yield f"- {line.text} [{numbers[line.document.id]}]\n"
    if entry.first and entry.last and entry.first.period and entry.last.period:
        yield say(
            "mentioned",
            question.language,
            first=f"{iso(entry.first.period)} [{numbers[entry.first.document.id]}]",
            last=f"{iso(entry.last.period)} [{numbers[entry.last.document.id]}]",
        )
