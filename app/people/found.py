"""Who is named in one passage, and what it says of them: cards, heads of mails, turns of chats, and plain statements.

Rules in code over one passage at a time; what they give is a word of that passage, so every fact has a source that says it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from app.asking.memory import own_words
from app.people.names import (
    bare_name,
    is_han,
    is_name,
    is_organisation,
    is_surname_only,
    key_of,
    split_address,
)
from app.people.relations import is_role, leading_role, relations
from storage.people import Named
from storage.records import Document

RULES = 1
"""Raise it when what the rules find changes: then every document is looked at again."""

MENTION, TITLED = "mention", "titled"
_FIELD = re.compile(
    r"^(?P<field>name|tel|email|adr|org|title|role|bday|note|nickname|url)\b(?: \([^)]*\))?: (?P<value>.+)$"
)
_KINDS = {
    "tel": "phone",
    "email": "email",
    "adr": "address",
    "org": "organisation",
    "title": "role",
    "role": "role",
    "bday": "birthday",
    "note": "note",
    "nickname": "alias",
    "url": "page",
}
_HEAD = re.compile(r"^(?:To|Cc|From|An|Von|À|De|收件人|抄送|发件人): ?(?P<people>.+)$", re.MULTILINE)
_SPEAKER = re.compile(r"^(?P<name>[^\n:：<>\[\]|]{1,40})[:：] ", re.MULTILINE)
_TITLED = re.compile(
    r"(?<!\w)(?:(?:Dr|Prof|Mr|Mrs|Ms|Mme|Herrn?|Frau|Madame|Monsieur|Uncle|Aunt|Onkel|Tante|Oncle)\.? )"
    r"[A-ZÀ-ÞŒ][\w'’-]{2,}(?: (?!und |and |et )[A-ZÀ-ÞŒ][\w'’-]+)?"
)
_TITLED_ZH = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<name>[\u4e00-\u9fff]{1,2})(?P<title>老师|医生|教授|经理|先生|女士|律师)"
)
_MOST = 60  # of one passage


def found_in(document: Document) -> list[Named]:
    """Each name with each thing said of it once."""
    rows = dict.fromkeys(_rows(document))
    return list(rows)[:_MOST]


def _rows(document: Document) -> Iterator[Named]:
    body = own_words(document)
    if is_card(document):
        yield from _card(document, body)
        return
    if document.message_id is not None:
        return  # what the twin itself said is no source
    author, address = split_address(document.author)
    heads = [*_person(document, author, address)]
    for head in _HEAD.finditer(body[:1200]):
        for part in re.split(r",\s(?=[^,]*@)|;\s", head["people"]):
            heads += _person(document, *split_address(part))
    yield from heads
    if document.date_source == "message":
        yield from _chat(document, body)
    else:
        for name, role in relations(body):
            yield Named(document.id, bare_name(name), "relation", role, author)
    known = {row.name for row in heads}
    for match in _TITLED.finditer(body):
        if (
            is_name(match.group())
            and not is_organisation(match.group())
            and not is_role(bare_name(match.group()))
        ):
            yield Named(document.id, _whole(match.group(), known), TITLED, "", author)
    for match in _TITLED_ZH.finditer(body):
        yield Named(document.id, match.group(), TITLED, "", author)


def _whole(name: str, known: Collection[str]) -> str:
    """The full name that "Frau Berg" has in the head of the mail that greets her."""
    if not is_surname_only(name):
        return name
    full = [other for other in known if key_of(other).split()[-1:] == key_of(name).split()]
    return full[0] if len(full) == 1 else name


def is_card(document: Document) -> bool:
    """Whether a passage is somebody's card in an address book."""
    return (document.path or "").lower().endswith((".vcf", ".vcard"))


def _card(document: Document, body: str) -> Iterator[Named]:
    name = document.title.strip()
    if not name:
        return
    yield Named(document.id, name, "card")
    for line in body.split("\n"):
        field = _FIELD.match(line.strip())
        if field is None or field["field"] == "name":
            continue
        value = field["value"].strip()
        if field["field"] == "note" and (role := leading_role(value)):
            yield Named(document.id, name, "relation", role)
        yield Named(document.id, name, _KINDS[field["field"]], value)


def _person(document: Document, name: str, address: str) -> Iterator[Named]:
    if not is_name(name):
        return
    yield Named(document.id, bare_name(name), "email" if address else MENTION, address, bare_name(name))


def _chat(document: Document, body: str) -> Iterator[Named]:
    """Who speaks, and what they say of theirs: "my sister" is the sister of who says it."""
    for line in body.split("\n"):
        match = _SPEAKER.match(line)
        if match is None or not (is_name(match["name"]) or is_han(match["name"])):
            continue
        speaker = match["name"].strip()
        yield Named(document.id, speaker, "speaker", "", speaker)
        for name, role in relations(line[match.end() :]):
            yield Named(document.id, bare_name(name), "relation", role, speaker)
