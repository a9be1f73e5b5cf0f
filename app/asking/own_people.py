"""Who "my sister" is: what memories say of people has it, and a model that reads passages often does not put it together.

A card says in a note whose sister it is, another passage when Petra's birthday is. So who is asked for is told as it is
kept, and where nothing is read about "my sister", the same is asked about Petra.
"""

from __future__ import annotations

import re
from dataclasses import replace

from app.asking.memory import Cited, Memory
from app.asking.question import Question
from app.asking.topic import topic_words
from app.people.relations import own_role
from app.people.roles import same_roles

MANY = same_roles("friend") | same_roles("colleague")  # of whom one has more than memories name so
# What is left of a question that asks for nothing but who that is, or for the name.
_ASKS_WHO = re.compile(
    r"(?:\W|who|what|is|are|was|s|the|name|called|of|wer|wie|ist|sind|war|heißt|heißen|der|von|qui|comment|est|sont|était|appelle|quel"
    r"|le|nom|de|是|谁|叫|什么|名字|的|呢)*",
    re.IGNORECASE,
)


def own_person(question: Question, memory: Memory) -> tuple[str, tuple[Cited, ...]] | None:
    """The names of all that are so to the owner, and a passage that says it of each; None unless just that is asked."""
    found = own_role(question.text)
    if found is None or not _ASKS_WHO.fullmatch(
        question.text[: found.start()] + question.text[found.end() :]
    ):
        return None
    people = memory.related(found["role"])
    if not people:
        return None
    roles = same_roles(found["role"])
    kept = [fact for one in people for fact in one.kept if fact.kind == "relation"]
    said = [fact.documents[-1] for fact in kept if fact.value.casefold() in roles and fact.documents]
    cited = {document.id: Cited(document) for document in said}
    return ", ".join(one.names[0] for one in people), tuple(cited.values())


def by_name(question: Question, memory: Memory) -> Question | None:
    """The question with the name in the place of "my sister"; None where nobody or more than one is that, or may well be."""
    found = own_role(question.text)
    if found is None or found["role"].casefold() in MANY:
        return None
    people = memory.related(found["role"])
    if len(people) != 1:
        return None
    text = f"{question.text[: found.start()]}{people[0].names[0]}{question.text[found.end() :]}"
    return replace(question, text=text, topic=topic_words(text), direct=None)
