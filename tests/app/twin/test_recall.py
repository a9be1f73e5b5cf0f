"""What of a question is looked for in passages of other languages, and how often a question is read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from app.twin.recall import READINGS, Recall, meant
from benchmarks.short_notes import unspoken


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


def test_of_words_that_mean_one_thing_only_rarity_counts_not_how_many_there_are() -> None:
    found = {"katze": [1, 2, 3], "tierarzt": [3]}
    shelf = cast(Any, Silent())
    shelf.search = lambda text, limit, ids: [(n, 9.0) for w, ns in found.items() if w in text for n in ns]
    shelf.count = lambda: 10
    recall = Recall(shelf, shelf, shelf, 1, lambda: False)
    scores = dict(recall._meant("When does the cat see the vet?"))
    assert scores[1] == scores[2] < scores[3]
    assert scores[3] > 2 * scores[1], "what one passage says tells more than what three do"
    assert meant("Alpenfunk每月多少钱？")[0] == ("Alpenfunk",)


def test_a_passage_that_was_read_alone_on_the_way_costs_no_reading_again() -> None:
    shelf = cast(Any, Silent())
    shelf.rows = lambda ids: [SimpleNamespace(id=id, text=f"text {id}") for id in ids]

    def ask(*_: object, kept: dict[tuple[str, str], str], only: tuple[int, ...], **__: object) -> list[str]:
        if not only:
            kept["Who was it?", "text 1"] = "read alone"
        return []

    shelf.ask = ask
    recall = Recall(shelf, shelf, shelf, 1, lambda: False)
    for only in ((), *[(1,)] * READINGS, *[(2,)] * (READINGS - 1)):
        assert recall.may_read_again(), only
        assert not list(recall.read("Who was it?", only=only))
    assert not recall.may_read_again()
