"""One ranking of documents out of routing scores and word matches."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

# Worth of one point of FTS5's BM25 in standard deviations of the router's scores (fuse).
LEXICAL_WEIGHT = 0.35


def fuse(router: Tensor, lexical: Mapping[int, float] | Tensor, *, weight: float = LEXICAL_WEIGHT) -> Tensor:
    """One ranking score per document from routing and from words: z(router) + weight · BM25.

    router: [documents] the layers' scores summed; lexical: BM25 as SQLite FTS5 gives it, sign turned so that higher is
    better, either [documents] or by column (documents without any word of the question may be absent). Returns
    [documents] float32. The router is standardised because its spread differs between routers; BM25 stays as it is
    because its size says how much the words of the question tell, and it does not shrink as the memory grows.
    """
    router = router.float()
    words = torch.zeros_like(router)
    if isinstance(lexical, Tensor):
        words = lexical.to(words)
    elif lexical:
        columns = torch.tensor(list(lexical.keys()), dtype=torch.int64, device=words.device)
        words[columns] = torch.tensor(list(lexical.values()), dtype=torch.float32, device=words.device)
    spread_of = router.std(correction=0) if len(router) else router.new_zeros(())
    return (router - router.mean()) / spread_of.clamp(min=1e-6) + weight * words
