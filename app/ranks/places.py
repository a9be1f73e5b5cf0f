"""Where a rank keeps its shard: keys on its own card, what does not fit and all content in the machine's memory."""

from __future__ import annotations

from kernels.resident.placing import HOST, Place

CARD_SHARE = 0.8  # of what is free on the card


def places_on(device: str) -> tuple[Place, ...]:
    """device: "cpu", or "cuda:N" as this process counts them."""
    if not device.startswith("cuda"):
        return HOST
    import torch

    card = torch.device(device)
    free, _ = torch.cuda.mem_get_info(card)
    # What torch holds back for tensors to come is not free to the card, but is to them.
    free += torch.cuda.memory_reserved(card) - torch.cuda.memory_allocated(card)
    return (Place(card, int(CARD_SHARE * free)), Place(torch.device("cpu"), pinned=True))
