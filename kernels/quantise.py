"""Vectors as int8 or packed int4, one float32 scale per vector (the last dimension).

* Symmetric: value ≈ integer · scale, integers in [-127, 127] or [-7, 7], so zero stays zero and no offset is
  stored.
* int4 packs dimension j into the low and dimension j + dim/2 into the high nibble of byte j (two's
  complement). Halves side by side, rather than even and odd, let a matrix product use each half of the query
  as it is.
* What a vector is, the caller decides by the shape: router keys stored as [chunks, kv_heads * dim] have one
  scale per chunk and are scanned fastest (see `route`); [chunks, kv_heads, dim] has one per head and is a
  little finer.

The paper keeps the memory in bf16 (spec §8, 169 GB for 100M tokens); int8 halves that, int4 quarters it.
Does not know what the vectors mean; NaN and infinity are the caller's to refuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from kernels.device import runs_triton

LIMITS = {8: 127, 4: 7}


@dataclass(frozen=True)
class Quantised:
    """values: int8 [..., dim] or, of 4 bits, [..., dim / 2]; scales: float32 [...]; dim: unpacked."""

    values: Tensor
    scales: Tensor
    bits: int
    dim: int

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the dequantised tensor."""
        return (*self.values.shape[:-1], self.dim)

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + self.scales.nbytes

    def __getitem__(self, index: Any) -> Quantised:
        """Selects along the leading dimensions; the last one, the vector, stays whole."""
        return Quantised(self.values[index], self.scales[index], self.bits, self.dim)


def quantise(x: Tensor, bits: int = 8) -> Quantised:
    """x: [..., dim] of any float dtype, finite; bits: 8, or 4 for an even dim. One scale per last-dim vector.

    The largest magnitude of a vector maps to 127 (or 7), ties round to even. Raises ValueError for another
    `bits` or an odd dim with 4 bits.
    """
    if bits not in LIMITS:
        raise ValueError(f"bits must be 8 or 4, not {bits}")
    if bits == 4 and x.shape[-1] % 2:
        raise ValueError(
            f"int4 packs two values per byte: the last dimension must be even, not {x.shape[-1]}"
        )
    if bits == 8 and runs_triton(x):
        from kernels.triton_quantise import quantise_int8

        return quantise_int8(x)
    return quantise_torch(x, bits)


def quantise_torch(x: Tensor, bits: int) -> Quantised:
    x = x.float()
    scales = x.abs().amax(-1) / LIMITS[bits]  # [...]
    # A zero vector keeps scale 1: its integers are zero, and nothing is divided by zero.
    scales = torch.where(scales == 0, torch.ones_like(scales), scales)
    integers = (x / scales[..., None]).round_().to(torch.int8)  # [..., dim]
    return Quantised(integers if bits == 8 else pack_int4(integers), scales, bits, x.shape[-1])


def dequantise(q: Quantised, dtype: torch.dtype = torch.float32) -> Tensor:
    """[..., dim] in `dtype`, each element within half a scale of the original (then rounded to `dtype`)."""
    integers = q.values if q.bits == 8 else unpack_int4(q.values)
    return (integers * q.scales[..., None]).to(dtype)


def pack_int4(integers: Tensor) -> Tensor:
    """int8 [..., dim] in [-8, 7] -> int8 [..., dim / 2]."""
    low, high = integers.chunk(2, dim=-1)  # [..., dim / 2] each
    return (high << 4) | (low & 0x0F)


def unpack_int4(packed: Tensor) -> Tensor:
    """int8 [..., dim / 2] -> int8 [..., dim] in [-8, 7]."""
    # Shifting left first brings the low nibble's sign bit to the top, where the arithmetic shift copies it
    # down.
    return torch.cat([(packed << 4) >> 4, packed >> 4], dim=-1)
