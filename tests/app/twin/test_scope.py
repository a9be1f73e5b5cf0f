"""A question asked of a part of the memory rests on that part alone; what is said of answers is kept and learnt from."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from app.errors import EmptyMemory, NotFound
from app.model.adapt_router import Part, add_judged, part_of
from app.records import Done, MemoryFilter
from app.twin.scope import narrowed
from app.twin.twin import Twin
from engine.config import MsaConfig
from engine.memory import Encoding, RamMemory


def answered(twin: Twin, question: str, **scope: str) -> Done:
    *_, done = twin.ask(question, scope=MemoryFilter(**scope))  # type: ignore[arg-type]
    assert isinstance(done, Done)
    return done


def test_only_the_scope_is_routed_to_and_cited(noted: Twin, tmp_path: Path) -> None:
    for wanted in ({"since": "2019", "until": "2019~"}, {"folder": str(tmp_path / "notes" / "letters")}):
        done = answered(noted, "What of the apricot tree and the suitcase?", **wanted)
        paths = {item.path for item in done.answer.evidence}
        assert paths == {str(tmp_path / "notes" / "letters" / "2019-03-01 mara.txt")}
    everywhere = answered(noted, "What of the apricot tree and the suitcase?")
    assert len(everywhere.answer.evidence) == 3


def test_a_scope_that_holds_nothing_says_so(noted: Twin) -> None:
    with pytest.raises(EmptyMemory, match="within these limits"):
        answered(noted, "What of the tree?", since="1999", until="1999~")


def test_a_narrowed_memory_scores_as_the_whole_one_does() -> None:
    torch.manual_seed(0)
    tensors = [torch.nn.functional.normalize(torch.randn(1, n, 2, 8), dim=-1) for n in (1, 3, 2, 4)]
    whole = RamMemory([Encoding(t, t, t, 9) for t in tensors], MsaConfig(router_layers=(0,)), [3, 5, 8, 9])
    part = narrowed(whole, [9, 5, 77])
    query = [torch.randn(4, 2, 8)]
    assert part.document_ids.tolist() == [5, 9] and len(part) == 2  # type: ignore[arg-type]
    assert torch.equal(part.score(0, query), whole.score(0, query)[:, [1, 3]])
    keys, _, counts = part.fetch(0, torch.tensor([9]))
    assert counts.tolist() == [4] and torch.equal(keys, tensors[3][0])


def test_what_is_said_of_an_answer_is_kept_and_taken_back(noted: Twin) -> None:
    list(noted.ask("What of the tree?"))
    chat = noted.chats()[0].id
    right = noted.messages(chat)[1].evidence[0].document_id
    noted.judge(chat, 1, "wrong")
    noted.judge(chat, 1, "passage", right)
    assert noted.judgements(chat) == {1: {"wrong": None, "passage": right}}
    (judged,) = noted._archive.feedback.judged()
    assert (judged.question, judged.document_id) == ("What of the tree?", right)
    noted.judge(chat, 1, "")
    assert noted.judgements(chat) == {} and noted._archive.feedback.judged() == []
    for turn in (0, 2, 99):
        with pytest.raises(NotFound):
            noted.judge(chat, turn, "wrong")
    with pytest.raises(NotFound):
        noted.judge(chat, 1, "passage", 10**6)


def test_a_judged_question_teaches_for_its_own_part_and_goes_with_what_it_is_about(noted: Twin) -> None:
    list(noted.ask("What of the tree?"))
    chat = noted.chats()[0].id
    right = noted.messages(chat)[1].evidence[0].document_id
    noted.judge(chat, 1, "passage", right)
    parts = {name: Part() for name in ("learn", "choose", "test")}
    add_judged(noted._archive, parts, {right})
    asked = {name for name, part in parts.items() if part.asked}
    assert asked == {part_of(right)}
    assert parts[part_of(right)].gold[0] == right
    noted.forget(ids=[right])
    assert noted._archive.feedback.judged() == []
    assert noted.verify_forgotten(["What of the tree?"]).clean or noted.messages(chat)
