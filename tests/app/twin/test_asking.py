"""What the one way through makes of chats and evidence, without a model."""

from __future__ import annotations

from app.asking.memory import Cited, Evidenced
from app.asking.rewrite import Turn
from app.twin import to_records
from app.twin.asking import only_said_by_twin, turns
from app.twin.recall import proven
from engine.answering.refusal import DECLINED
from storage.records import Message
from tests.app.asking.shelf import document


def message(role: str, text: str, *, erased: bool = False) -> Message:
    return Message(1, 1, role, text, "2025-01-01", erased)


def test_turns_leave_out_what_was_forgotten_and_what_was_not_found() -> None:
    kept = [
        message("user", "Who is Anna?"),
        message("assistant", "", erased=True),
        message("user", "Where is Kiel?"),
        message("assistant", DECLINED),
    ]
    assert turns(kept) == [Turn("Where is Kiel?", "")]


def test_a_declined_answer_has_no_proof() -> None:
    evidence = Evidenced((Cited(document(1, "words")),))
    assert not any(hit.read for hit in proven(evidence, declined=True).cited)
    assert proven(evidence, declined=False) == evidence


def test_what_the_twin_said_proves_nothing_alone() -> None:
    saved, file = Cited(document(1, "words", message_id=4)), Cited(document(2, "words"))
    assert only_said_by_twin([saved])
    assert not only_said_by_twin([saved, file])
    assert not only_said_by_twin([])


def test_evidence_says_what_it_is() -> None:
    shown = to_records.evidence(document(1, "words", message_id=4), 1.0, outdated=False, read=True)
    assert shown.said_by_twin and not shown.edited and shown.date_source == "header"
