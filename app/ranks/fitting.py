"""Whether ranks can hold a memory, asked before anything is loaded into them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.ranks.holders import Holder
from kernels.resident.block import CHUNKS
from storage.bank.bank import Bank


class Misfit(Exception):
    """The ranks cannot hold it; the message says what would."""


def need_of(bank: Bank) -> float:
    """Bytes that the live documents of a bank take in memory: keys and content as they are stored."""
    shape = bank.shape
    chunks = bank.snapshot().chunks
    key = shape.kv_heads * shape.head_dim * shape.key_bits / 8 + 4
    content = 2 * shape.kv_heads * (shape.head_dim * shape.content_bits / 8 + 4)
    # The arrays of a block double while it grows, so the newest may be half empty.
    return (chunks + min(chunks, CHUNKS)) * shape.layers * (key + content)


def check_fit(need: float, held_share: float, holders: Sequence[Holder]) -> None:
    """Raises Misfit. held_share: of `need`, what is in the rooms' machines already and so counts no more against them."""
    room = sum(holder.room for holder in holders)
    missing = need * (1 - held_share)
    if missing <= room:
        return
    each = room / len(holders)
    enough = math.ceil(missing / each) if each else 0
    more = f"{enough} such ranks would hold it" if enough else "none of them has any memory left"
    raise Misfit(
        f"The memory needs {missing / 1e9:.3g} GB, and its {len(holders)} ranks have {room / 1e9:.3g} GB free, so it was "
        f"not spread and one device answers alone. {more[0].upper()}{more[1:]}; `doppel plan` says what other devices would."
    )
