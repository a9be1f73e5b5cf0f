"""The talk: questions, answers with small numbered marks, and what one can do with each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.records import UNSURE, Message
from ui.web.markup import button, file_name, text
from ui.web.messages import tr

CITATION = re.compile(r"\[(\d{1,2})\]")


def conversation(
    turns: Sequence[Message],
    *,
    chat_id: int | None = None,
    empty: str = "",
    busy: str = "",
    judged: Mapping[int, Mapping[str, int | None]] | None = None,
) -> str:
    """The whole conversation; `busy` stands under an answer that is still being written: what was done, a line each, and
    what is done now; judged: what the person said of the answers, by turn."""
    here = f' data-chat="{chat_id or ""}"'
    if not turns:
        return f'<div class="talk empty"{here}>{empty}</div>'
    last = len(turns) - 1
    parts = [
        _turn(index, turn, busy if index == last else "", index == last, (judged or {}).get(index, {}))
        for index, turn in enumerate(turns)
    ]
    waiting = "true" if busy else "false"
    return (
        f'<div class="talk"{here} role="log" aria-live="polite" aria-busy="{waiting}" '
        f'aria-label="{text(tr("Conversation"))}">{"".join(parts)}</div>'
    )


def _turn(index: int, turn: Message, busy: str, last: bool, said: Mapping[str, int | None]) -> str:
    if turn.role == "user":
        edit = f'<button type="button" class="quiet-act" data-edit>{text(tr("Edit"))}</button>'
        return f'<div class="turn asked"><p>{text(turn.text)}</p><div class="acts">{edit}</div></div>'
    *done, now = busy.split("\n")
    steps = "".join(f'<p class="step">{text(step)}</p>' for step in done)
    writing = f'{steps}<p class="busy" role="status">{text(now)}</p>'
    after = writing if busy else f'<div class="acts">{_acts(index, last, said)}</div>'
    body = cited(turn.text, index, len(turn.evidence))
    doubt = f'<p class="unsure">{text(turn.doubt_in_words or tr(UNSURE))}</p>' if turn.unsure else ""
    return f'<div class="turn answered"><p class="answer">{body}</p>{doubt}{_from(index, turn)}{after}</div>'


def _acts(index: int, last: bool, said: Mapping[str, int | None]) -> str:
    copy = f'<button type="button" class="quiet-act" data-copy>{text(tr("Copy"))}</button>'
    again = button("retry", tr("Ask again"), kind="quiet-act", turn=index, asks="") if last else ""
    wrong = "wrong" in said
    judge = button(
        "judge", tr("Marked as wrong ✓") if wrong else tr("This is wrong"), kind="quiet-act",
        turn=index, kind_of="" if wrong else "wrong",
    )  # fmt: skip
    return copy + again + judge


def cited(answer: str, turn: int, evidence: int) -> str:
    """Answer text with each [n] that names a piece of evidence as a button; other brackets stay text."""
    pieces, last = [], 0
    for match in CITATION.finditer(answer):
        if 1 <= int(match.group(1)) <= evidence:
            pieces += [text(answer[last : match.start()]), cite_button(turn, int(match.group(1)))]
            last = match.end()
    return "".join([*pieces, text(answer[last:])])


def cite_button(turn: int, number: int, name: str = "", *, read: bool = True) -> str:
    """A small mark; it says its file to who cannot see the cards beside it."""
    return button(
        "cite", str(number), kind="cite" if read else "cite beside",
        meaning=f"{tr('Show source {number}', number=number)} {name}".strip(), turn=turn, number=number,
    )  # fmt: skip


def _from(index: int, turn: Message) -> str:
    """Under the answer, in one quiet line: what it was read from, and what was found beside that."""
    read, beside = "", ""
    for number, item in enumerate(turn.evidence, start=1):
        name = file_name(item.path) + (f", {item.place}" if item.place else "")
        if item.read:
            read += cite_button(index, number, name)
        else:
            beside += cite_button(index, number, name, read=False)
    first = next((file_name(item.path) for item in turn.evidence if item.read), "")
    files = len({item.path for item in turn.evidence if item.read})
    named = first if files < 2 else tr("{first} and {more} more", first=first, more=files - 1)
    line = f"<span>{text(named)}</span>{read}" if read else ""
    line += f"<span>{text(tr('Also found:'))}</span>{beside}" if beside else ""
    return f'<p class="from" aria-label="{text(tr("Sources"))}">{line}</p>' if line else ""
