"""Which rank holds what: whatever is added, edited, forgotten, merged, moved and lost, the spread memory is the bank."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from app.ranks.fitting import Misfit, check_fit, need_of
from app.ranks.holders import OwnHolder
from engine.parallel.errors import RankAway
from storage.archive import Archive
from tests.app.ranks.crew import assert_same, mortals, questions, settle, spread_over
from tests.storage.synthetic import BANK, add_file, encoded, open_bank, text_of


def test_every_rank_gets_its_share(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        bank = open_bank(archive)
        for number in range(6):
            add_file(archive, f"/notes/{number}.txt", 10)
        for count in (1, 2, 4):
            spread = spread_over(bank, mortals(count))
            assert_same(spread, bank)
            sizes = [len(part.ids) for part in spread.memory().parts]
            assert len(sizes) == count and max(sizes) - min(sizes) <= 0.1 * 60 + 1
            spread.end()


def test_a_rank_with_twice_the_room_gets_twice_as_much(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        bank = open_bank(archive)
        add_file(archive, "/notes/a.txt", 60)
        spread = spread_over(bank, [OwnHolder("large", 2e9), OwnHolder("small", 1e9)])
        large, small = (len(part.ids) for part in spread.memory().parts)
        assert large == pytest.approx(2 * small, abs=8)


@pytest.mark.parametrize("seed", range(3))
def test_any_course_of_changes_ends_in_the_same_memory(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with Archive.open(tmp_path) as archive:
        bank = open_bank(archive)
        alive = add_file(archive, "/notes/0.txt", 8)
        crew = mortals(3)
        spread = spread_over(bank, crew)
        for step in range(25):
            what = chance.choice(["add", "add", "edit", "delete", "forget", "compact", "lose"])
            if what == "add":
                alive += add_file(archive, f"/notes/{seed}-{step + 1}.txt", chance.randint(1, 6))
            elif what == "compact":
                archive.compact(3)
            elif what == "lose":
                crew[2].dead = True
                spread.lose(crew[2], "killed")
                crew[2] = mortals(1)[0]
                spread.join(crew[2])
                settle(spread)
            elif alive:
                one = alive.pop(chance.randrange(len(alive)))
                if what == "edit":
                    archive.documents.edit(
                        one, text_of(one) + str(step), f"h{step}", 9, encoded(1000 + step), BANK
                    )
                    alive.append(one)
                elif what == "delete":
                    archive.documents.delete([one])
                else:
                    archive.forgetting.forget([one])
            assert not spread.missing
            assert_same(spread, bank)


def test_a_question_keeps_the_state_it_began_with(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        bank = open_bank(archive)
        ids = add_file(archive, "/notes/a.txt", 12)
        spread = spread_over(bank, mortals(3))
        held, whole = spread.memory(), bank.snapshot()
        before = held.score(0, questions())
        archive.documents.delete(ids[:6])
        add_file(archive, "/notes/b.txt", 6)
        assert torch.equal(held.score(0, questions()), before)
        assert torch.equal(held.fetch(1, whole.document_ids)[0], whole.fetch(1, whole.document_ids)[0])
        assert_same(spread, bank)


def test_forgetting_blanks_every_copy_before_it_returns(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        bank = open_bank(archive)
        ids = add_file(archive, "/notes/a.txt", 12)
        crew = mortals(3)
        spread = spread_over(bank, crew)
        held = spread.memory()
        held.fetch(0, torch.tensor(ids))
        spread._hand_over(np.asarray(ids[:4]), None, spread._ranks[0])  # dead copies elsewhere, too
        archive.forgetting.forget(ids[:2])
        key, value, _ = held.fetch(0, torch.tensor(ids[:2]))
        assert not key.any() and not value.any()
        for holder in crew:
            assert holder.shard is not None
            for view in holder.shard._blocks.view():
                for row in np.flatnonzero(np.isin(view.ids.numpy(), ids[:2])).tolist():
                    low, high = view.starts[row : row + 2].tolist()
                    columns = [*(k.values for k in view.keys), *view.content]  # type: ignore[union-attr]
                    assert not any(bool(column[low:high].any()) for column in columns)


def test_a_lost_rank_is_missed_and_nothing_of_it_comes_back_wrong(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        bank = open_bank(archive)
        ids = add_file(archive, "/notes/a.txt", 12)
        crew = mortals(2)
        told: list[str] = []
        spread = spread_over(bank, crew)
        spread._told_lost = lambda holder, why: told.append(why)
        theirs = spread.memory().parts[1].ids.tolist()
        crew[1].dead = True
        archive.forgetting.forget([theirs[0]])  # the rank fails while it is told
        assert told == ["killed"]
        memory = spread.memory()
        assert not memory.complete and not set(memory.document_ids.tolist()) & set(theirs)
        assert spread.missing == len(theirs) - 1
        added = add_file(archive, "/notes/b.txt", 3)  # goes on meanwhile
        assert set(added) <= set(spread.memory().document_ids.tolist())
        spread.join(mortals(1)[0])
        settle(spread)
        assert_same(spread, bank)
        assert theirs[0] not in spread.memory().document_ids.tolist() and len(ids) == 12


def test_a_part_that_fails_while_it_is_asked_costs_its_documents_only(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        bank = open_bank(archive)
        add_file(archive, "/notes/a.txt", 12)
        spread = spread_over(bank, mortals(2))
        memory = spread.memory()
        left, gone = memory.parts

        def fail() -> object:
            raise RankAway("killed")

        for name in ("score", "best", "content"):
            object.__setattr__(gone, name, lambda *_: fail)  # what it begins fails at its end
        whole = bank.snapshot()
        scores = memory.score(0, questions())
        column = {number: at for at, number in enumerate(memory.document_ids.tolist())}
        lost = [column[number] for number in gone.ids.tolist()]
        kept = [column[number] for number in left.ids.tolist()]
        assert torch.equal(scores[:, kept], whole.score(0, questions())[:, kept])
        assert bool((scores[:, lost] <= scores[:, kept].min()).all())
        found = set(memory.best(0, questions(), 12).document_ids.flatten().tolist())
        assert found - {-1} == set(left.ids.tolist())
        # What was found there before is read from the archive.
        for ours, theirs in zip(
            memory.fetch(0, whole.document_ids), whole.fetch(0, whole.document_ids), strict=True
        ):
            assert torch.equal(ours, theirs)
        assert spread.memory().document_ids.tolist() == left.ids.tolist()


def test_what_does_not_fit_is_refused_with_what_would(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        bank = open_bank(archive)
        add_file(archive, "/notes/a.txt", 12)
        need = need_of(bank)
        snapshot = bank.snapshot()
        stored = sum(
            tensor.nbytes for s in bank.segments for name in s.shape.rows() for tensor in [s.row(name)]
        )
        assert stored <= need <= 2 * stored and snapshot.chunks == 36
        check_fit(need, 0.0, [OwnHolder("a", need / 2), OwnHolder("b", need / 2)])
        with pytest.raises(Misfit, match="3 such ranks would hold it"):
            check_fit(need, 0.0, [OwnHolder("a", need * 0.4), OwnHolder("b", need * 0.4)])
        check_fit(need, 0.5, [OwnHolder("a", need * 0.6)])


def test_a_wholly_new_bank_has_nothing_missing(tmp_path: Path) -> None:
    with Archive.open(tmp_path) as archive:
        bank = open_bank(archive)
        spread = spread_over(bank, mortals(2))
        assert not spread.missing and len(spread.memory()) == 0
        assert spread.memory().best(0, questions(), 4).scores.shape == (3, 0)
        add_file(archive, "/notes/a.txt", 3)
        assert_same(spread, bank)
