"""What of a question is looked for in passages of other languages, and how often a question is read."""

from __future__ import annotations

from typing import Any, cast

from app.twin.recall import READINGS, Recall, unspoken


def test_names_and_numbers_are_the_same_in_other_languages_and_everyday_words_are_others() -> None:
    question = "When did Mrs Ihnen pay the 165 euros to Folk Week?"
    found = unspoken(question)
    assert found[:3] == ["Mrs Ihnen", "Folk Week", "165"]
    assert {"gezahlt", "payé", "支付"} <= set(found[3:]) and "pay" not in found
    assert unspoken("wo war er gestern?") == []


class Silent:
    """An archive without documents, and a model that says nothing."""

    documents: Any = property(lambda self: self)

    def saved_from_chats(self) -> frozenset[int]:
        return frozenset()

    def ask(self, *_: object, **__: object) -> list[str]:
        return []

    texts = search_names = search_mentions = None


def test_a_question_is_read_so_often_and_no_more() -> None:
    silent = cast(Any, Silent())
    stopped = False
    recall = Recall(silent, silent, silent, 1, lambda: stopped)
    for _ in range(READINGS):
        assert recall.may_read_again()
        assert not list(recall.read("Who was it?"))
    assert not recall.may_read_again()
    assert not recall.cancelled(), "the reading under way goes on"
    stopped = True
    assert not Recall(silent, silent, silent, 1, lambda: stopped).may_read_again()
