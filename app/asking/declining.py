"""That nothing was found, as a person reads it: in the language of the question.

Inside, a reader says it in the one sentence that it was trained on; here alone it becomes the person's words, and kept
answers are known again by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.asking.language import LANGUAGES, Language
from app.asking.memory import Said
from app.asking.texts import say
from engine.answering.refusal import DECLINED, declines
from engine.answering.voting import SURE

_ALL = tuple(say("declined", language) for language in LANGUAGES)


def says_declined(text: str) -> bool:
    """Whether an answer, also a kept one, says that nothing was found; saying nothing says so, too."""
    return declines(text) or text.startswith(_ALL)


def doubtful(text: str, agreement: float | None) -> bool:
    """Whether to warn of an answer; that nothing was found is no answer to warn of."""
    return agreement is not None and agreement < SURE and not says_declined(text)


def in_words(events: Iterable[Said], language: Language) -> Iterator[Said]:
    """The same events, the reader's sentence in the question's language; held back while a text may still become it."""
    held = ""
    begins = True
    for event in events:
        if not isinstance(event, str) or not begins:
            yield event
            continue
        held += event
        if held.startswith(DECLINED):
            yield say("declined", language) + held[len(DECLINED) :]
        elif DECLINED.startswith(held):
            continue
        else:
            yield held
        held, begins = "", False
    if held:
        yield held
