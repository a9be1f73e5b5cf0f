"""A follow-up made a question of its own from the chat so far, so that it can be searched by itself.

Rules in code, in this order: a fragment ("And in 2022?", "why?", "那加印呢？") takes its place in the question before; a
pronoun is replaced by what the chat is about; a part asked for alone ("What is the address?") gets its whole; everything
else is left as it is. Turns are read from the first on, each with what the ones before it were rewritten to, so that "he"
may be three turns old.

What it does not do: read what the answers mean. Where no rule can place what is meant in the sentence, it is added in
parentheses, which a search reads as well as a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.asking import replies
from app.asking.answered import described, introduces, is_name, subject
from app.asking.genders import agree, as_subject, of_pronoun, titled
from app.asking.language import Language, language_of
from app.asking.mentions import ASKED_FOR, Mention, mentions, same_kind
from app.asking.plain import sentences
from app.asking.rewrite_words import (
    AFTER_HER,
    ALSO,
    AND,
    ASKING,
    CALLED,
    ELIDED,
    EMPTY,
    FRAGMENT,
    HOW,
    JOINED,
    OTHERS,
    PART,
    PART_ZH,
    PARTS,
    PERSONAL,
    PLACES,
    POINTING,
    POLITE,
    POSSESSIVE,
    PRONOUNS,
    THE_MATTER,
    THERE_TOO,
    THINGS,
    TWICE,
    VERB,
    WHERE,
    WHETHER,
    WHO,
    YEAR_AFTER,
    YEAR_BEFORE,
)
from app.asking.topic import fold, topic_words
from app.dates.periods import find_periods

ANSWER_READ = 400  # characters of an answer in which names are looked for
FRAGMENT_WORDS = 6
YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
NAME_ANSWER = 5  # words of an answer that only says who,
NAME_LETTERS = 40  # and its letters, in scripts without spaces


@dataclass(frozen=True)
class Turn:
    """A question as it was asked, and its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class Rewritten:
    """The question as it is searched. why: what was done to it, "" where nothing was."""

    text: str
    why: str = ""


@dataclass
class _Chat:
    """What a chat has been about so far: the last question, what questions and answers named, the newest first.

    answer_named: the last question named nobody, and its answer did; subject: what the last answer says something about;
    who: who the last question asked for, "" where it asked for something else or the answer says more than that; called:
    the name that it asked for; where: it asked for a place.
    """

    last: str = ""
    answer: str = ""
    asked: list[Mention] = field(default_factory=list)
    answered: list[Mention] = field(default_factory=list)
    answer_named: bool = False
    subject: str = ""
    who: str = ""
    called: str = ""
    where: bool = False


def rewrite(question: str, history: Sequence[Turn], today: date) -> Rewritten:
    """history: oldest first."""
    chat = _Chat()
    for turn in history:
        _add(chat, _standalone(chat, turn.question, today).text, turn.answer)
    return _standalone(chat, question, today)


def _add(chat: _Chat, question: str, answer: str) -> None:
    # Of a list a pronoun means what it is of, not what one of its lines names.
    listed = answer.startswith("- ")
    asked, answered = mentions(question), [] if listed else mentions(answer[:ANSWER_READ])
    chat.subject = subject(answer)
    chat.answer_named = any(m.person for m in answered) and not any(m.person for m in asked)
    chat.asked = _newest(asked, chat.asked)
    chat.answered = _newest(answered, chat.answered)[:12]
    said = re.sub(r"\s*\[\d+\]", "", answer).strip().rstrip(".。")
    short = (
        said if len(said.split()) <= NAME_ANSWER and len(said) <= NAME_LETTERS and "\n" not in said else ""
    )
    name = short if is_name(short, answered) else ""
    chat.called = name if CALLED.search(question) else ""
    chat.who = "" if chat.called or introduces(question, asked) or not (name or described(short)) else short
    chat.who = chat.who if WHO.search(question) else ""
    chat.where = bool(WHERE.search(question))
    if name and (chat.who or chat.called):
        # The whole of it: "Hart & Sons" is one name.
        chat.answered = _newest([Mention(name, True, titled(name, name))], chat.answered)
    chat.answer = answer
    # What does not care asks nothing: the question that it replies within stays the one before.
    if not (chat.last and replies.is_indifferent(question)):
        chat.last = question


def _newest(new: Sequence[Mention], old: Sequence[Mention]) -> list[Mention]:
    return [*new, *(mention for mention in old if mention.text not in {m.text for m in new})]


def _standalone(chat: _Chat, question: str, today: date) -> Rewritten:
    question = " ".join(question.split())
    if not chat.last:
        return Rewritten(question)
    language = language_of(question)
    if replies.is_indifferent(question):
        about = replies.about(question, chat.answer)
        text = f"{_bare(question)} ({about})" if about else question
        return Rewritten(text, "what the answer asked was added" if about else "")
    if offered := replies.accepted(question, chat.answer):
        return Rewritten(_standalone(chat, f"{offered}?", today).text, "says yes to what was offered")
    if THERE_TOO.match(question):
        return Rewritten(f"{_bare(question)} ({_bare(chat.last)})?", "the question before was added")
    if fragment := _fragment(question, language):
        return _placed(chat, fragment, language, today)
    if found := _pronoun(question, language):
        meant = _meant(chat, question, found.group(), language)
        if meant is None:
            return Rewritten(f"{_bare(question)} ({_bare(chat.last)})", "the question before was added")
        said = meant.text if meant.person or language != "de" else as_subject(meant.text, found.group())
        placed = _replaced(question, found, said, language)
        whole = ALSO.sub("", placed)
        whole = placed if whole == placed else whole[:1].upper() + whole[1:]
        return Rewritten(whole, f"“{found.group()}” is {said}")
    if _lacks_whole(question, language):
        meant = _meant(chat, question, "", language)
        if meant is not None and (meant.person or language == "zh"):
            whole = f"{meant.text}{question}" if language == "zh" else f"{_bare(question)} ({meant.text})?"
            return Rewritten(whole, f"asks on about {meant.text}")
    return Rewritten(question)


def _meant(chat: _Chat, question: str, pronoun: str, language: Language) -> Mention | None:
    """What a pronoun means: of what its gender fits, a name before any mere thing.

    Of people a chat asks on and on; a thing that the last answer has named is most often the next to be asked about.
    """
    own = fold(question)
    if chat.subject and fold(pronoun) in ("", "it", "its", "their", "es") and not _within(chat.subject, own):
        return Mention(chat.subject, True)
    if chat.called and not _within(chat.called, own):
        return Mention(chat.called, True)
    asked = [mention for mention in chat.asked if not _within(mention.text, own) and not _is_part(mention)]
    answered = [
        mention for mention in chat.answered if not _within(mention.text, own) and not _is_part(mention)
    ]
    answer_first = chat.answer_named and fold(pronoun) not in PERSONAL
    order = [*answered, *asked] if answer_first else [*asked, *answered]
    person = fold(pronoun) in PERSONAL
    if (
        chat.where
        and pronoun
        and pronoun.casefold() not in PLACES
        and any(m.person or not person or language in ("de", "fr") for m in asked)
    ):
        order = asked  # the answer has named a place
    if fold(pronoun) in THINGS and (one := next((m for m in asked if _asked_for(m, chat.last)), None)):
        return one
    gender = of_pronoun(pronoun, language)
    order = [m for m in order if agree(m.gender, gender)] or order
    things = [m for m in order if not m.person and m.text.removeprefix("the ") in chat.last]
    if chat.who and person and not any(m.gender for m in things):
        return Mention(chat.who, True)
    if things and _is_thing(chat, pronoun, language):
        # Who did it has just been said; what is asked about now is what was done.
        return things[0]
    return next((m for m in order if m.person), None) or next(iter([*order, *answered]), None)


def _is_part(mention: Mention) -> bool:
    """Whether a mention is a part of something ("the address"), which nobody asks on about."""
    words = topic_words(mention.text)
    return bool(words) and all(word in PARTS for word in words)


def _asked_for(mention: Mention, question: str) -> bool:
    """Whether a question asks which of a kind of thing ("which car did Anna buy"): "it" is that thing, not the person."""
    asked = ASKED_FOR.search(question)
    return asked is not None and mention.text == "the " + asked["thing"]


def _is_thing(chat: _Chat, pronoun: str, language: Language) -> bool:
    """Whether a pronoun means a thing of the question rather than a name: where the answer has said who did it, where the
    pronoun is of the gender of no person, and where Chinese asks for a part of something of somebody's."""
    said = pronoun.casefold()
    if language == "zh":
        return said in ("", "它")
    return (bool(chat.who) and (said in THINGS or said == "sie")) or (language == "de" and said == "es")


def _within(name: str, folded: str) -> bool:
    words = topic_words(name)
    return bool(words) and all(word in folded for word in words)


def _placed(chat: _Chat, fragment: str, language: Language, today: date) -> Rewritten:
    """A fragment in the place of its like in the question before."""
    before = _bare(chat.last)
    head, colon, rest = before.partition(": ")
    if colon and ASKING[language].fullmatch(head):
        before = rest
    if ASKING[language].fullmatch(fragment):
        return Rewritten(_asked_on(chat, fragment, before, language), "asks on about the question before")
    step = (
        -1 if YEAR_BEFORE.fullmatch(fragment.strip()) else 1 if YEAR_AFTER.fullmatch(fragment.strip()) else 0
    )
    years = list(YEAR.finditer(chat.last)) if step else []
    if len(years) == 1:
        year = years[0]
        text = chat.last[: year.start()] + str(int(year.group()) + step) + chat.last[year.end() :]
        return Rewritten(text, f"“{fragment}” counts from {year.group()}")
    new, old = find_periods(fragment, today), find_periods(chat.last, today)
    if new and old:
        at = old[-1]
        text = chat.last[: at.start] + new[0].said + chat.last[at.start + len(at.said) :]
        return Rewritten(text, f"“{fragment}” in place of “{at.said}”")
    if new:
        return Rewritten(f"{before} {fragment}?", "the question before, for another time")
    named = mentions(fragment)
    known = [mention for mention in mentions(chat.last) if mention.text in chat.last]
    if known and (named or language == "zh"):
        alike = [m for m in known if named and m.person == named[0].person] or known
        text = chat.last.replace(alike[-1].text, fragment, 1)
        return Rewritten(TWICE.sub(r"\1", text), f"“{fragment}” in place of “{alike[-1].text}”")
    if like := same_kind(fragment, chat.last):
        return Rewritten(chat.last.replace(like, fragment, 1), f"“{fragment}” in place of “{like}”")
    return Rewritten(f"{fragment} ({before})?", "the question before was added")


def _asked_on(chat: _Chat, asking: str, before: str, language: Language) -> str:
    """The question before with another question word; a reader of two would answer the old one again."""
    lead = asking[:1].upper() + asking[1:]
    gives = not PART.fullmatch(asking)
    if language == "zh":
        # Chinese asks where the answer would stand.
        if gives and HOW["zh"].search(before):
            return HOW["zh"].sub(asking, before, count=1) + "？"
        return f"{lead}：{WHO.sub(chat.who, before, count=1) if chat.who else before}？"
    if gives and (match := HOW[language].match(before)):
        return lead + before[match.end() :] + "?"
    if gives and WHETHER[language].match(before):
        return f"{lead} {before[0].lower()}{before[1:]}?"
    if chat.who and (match := WHO.match(before)):
        return f"{lead}: {chat.who}{before[match.end() :]}?"
    return f"{lead}: {before}?"


def _fragment(question: str, language: Language) -> str:
    """What a question without a sentence of its own says, "" for a whole sentence."""
    bare = _bare(question)
    asking = ALSO.sub("", bare).removesuffix("呢")
    if matter := THE_MATTER.match(asking):
        asking = next(value for value in matter.groupdict().values() if value)
    if ASKING[language].fullmatch(asking):
        return asking
    match = FRAGMENT[language].match(bare)
    if match is None:
        return ""
    said = next((value for value in match.groupdict().values() if value), "").strip()
    if len(said.split()) > FRAGMENT_WORDS or VERB.search(said) or _pronoun(said, language):
        return ""
    return said


def _pronoun(question: str, language: Language) -> re.Match[str] | None:
    """The first pronoun that means something outside its sentence."""
    empty = [match.span() for match in EMPTY[language].finditer(question)]
    for found in PRONOUNS[language].finditer(question):
        inside = any(start <= found.start() < end for start, end in empty)
        if not inside and not _said_before(question, found, language) and not _told_before(question, found):
            return found
    return None


def _told_before(question: str, found: re.Match[str]) -> bool:
    """Whether a pronoun for a thing has a sentence of the same turn before it that tells of something."""
    before = sentences(question[: found.end()], 1)[:-1]
    words = [word for word in topic_words(" ".join(before)) if word not in POLITE]
    return found.group().casefold() in THINGS and len(words) > 1


def _said_before(question: str, found: re.Match[str], language: Language) -> bool:
    """Whether the sentence itself says before a pronoun what it means ("What is X and where is it from?")."""
    if language == "zh" or found.group().casefold() in OTHERS:
        return False
    before = question[: found.start()]
    if any(mention.person for mention in mentions(before)):
        return True
    first, joined, _ = before.rpartition(AND[language])
    return bool(joined and topic_words(first))


def _lacks_whole(question: str, language: Language) -> bool:
    """Whether a short question names a part ("the address") and nothing that it is part of."""
    if language == "zh":
        return len(_bare(question)) <= 14 and bool(PART_ZH.match(question))
    words = [word for word in topic_words(question) if word not in POLITE]
    return len(question.split()) <= 12 and 0 < len(words) <= 5 and all(word in PARTS for word in words)


def _replaced(question: str, found: re.Match[str], meant: str, language: Language) -> str:
    """The question with what is meant in the pronoun's place, or behind it where grammar would not allow that."""
    before, behind = question[: found.start()], question[found.end() :]
    pronoun = found.group().casefold()
    if language == "zh":
        return before + meant + behind
    noun_follows = bool(re.match(r"\s+[^\W\d_]", behind)) and not (
        pronoun == "her" and AFTER_HER.match(behind.lstrip())
    )
    if pronoun in POSSESSIVE and (pronoun != "her" or noun_follows):
        if language == "en":
            return before + meant + ("'" if meant.endswith("s") else "'s") + behind
        return f"{_bare(question)} ({meant})?"
    joined = (
        (language == "en" and pronoun in POINTING and noun_follows)
        or (language == "de" and pronoun in JOINED)
        or (language == "fr" and pronoun in ELIDED)
        or before.endswith("-")
    )
    return f"{_bare(question)} ({meant})?" if joined else before + meant + behind


def _bare(question: str) -> str:
    return question.strip().rstrip("?？。.! ").strip()
