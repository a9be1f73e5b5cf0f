"""What was found in host memory on its way to a card, beside what the card computes.

The copy goes through page-locked memory on a stream of its own, so neither the host nor the layer waits for it: the host
gathers the next question's content, the card lays out its own part of the context. Whoever uses it waits for its event, on
the card.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Arriving:
    """sent: an event behind the copy, None where there is nothing to wait for."""

    tensor: Tensor
    sent: torch.cuda.Event | None = None

    def here(self) -> Tensor:
        """For what is computed from now on in the current stream."""
        if self.sent is not None:
            stream = torch.cuda.current_stream(self.tensor.device)
            stream.wait_event(self.sent)
            # Its memory is the side stream's, which may otherwise give it away while this one still reads it.
            self.tensor.record_stream(stream)
        return self.tensor


class Courier:
    """Brings tensors to one device."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._stream = torch.cuda.Stream(device) if device.type == "cuda" else None

    def bring(self, tensor: Tensor, dtype: torch.dtype) -> Arriving:
        """Starts bringing a tensor, to be had in this type."""
        if self._stream is None or tensor.device.type != "cpu":
            return Arriving(tensor.to(self._device, dtype))
        with torch.cuda.stream(self._stream):
            # Converted there: on the way it would be in memory that is not page-locked.
            there = tensor.pin_memory().to(self._device, non_blocking=True).to(dtype)
            sent = torch.cuda.Event()
            sent.record(self._stream)
        return Arriving(there, sent)
