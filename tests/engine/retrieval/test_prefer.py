from __future__ import annotations

import torch

from engine.retrieval.prefer import preferred


def test_favoured_rise_and_lowered_sink() -> None:
    scores, ids = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([5, 7, 9])
    assert preferred(scores, ids, [5], {9}, weight=2.0).tolist() == [3.0, 2.0, 1.0]
    assert preferred(scores, ids, (), ()) is scores
