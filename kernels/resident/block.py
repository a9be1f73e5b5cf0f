"""A block: chunks of routing keys on one device, appended to and never moved, and with them, if wanted, their content.

A writer appends, marks rows dead and blanks them; readers hold views. Rows only ever come to an end of what a view sees, and
liveness is a mask that is replaced, so a view keeps its state and neither side waits. The one exception is by intent:
blanking writes zeros under every view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor

from kernels.quantise import Quantised
from kernels.resident.candidates import MOST_IDS
from kernels.resident.columns import Column, Columns

CHUNKS = 65_536  # of a full block: 1.2 GB of MSA-4B's int8 keys, 35 MB of the default model's
CPU = torch.device("cpu")
Keys = Tensor | Quantised


@dataclass(frozen=True)
class KeyFormat:
    """slots: router layers; width: kv_heads * head_dim; bits: 8 or 4 with one scale per chunk, 0 for float32."""

    slots: int
    width: int
    bits: int = 8

    def columns(self) -> list[Column]:
        """The values of all slots, then, where there are, their scales."""
        if not self.bits:
            return [Column((self.width,), torch.float32)] * self.slots
        stored = Column((self.width * self.bits // 8,), torch.int8)
        return [stored] * self.slots + [Column((), torch.float32)] * self.slots

    @property
    def chunk_bytes(self) -> int:
        """Of one chunk in all slots."""
        return sum(column.row_bytes for column in self.columns())


@dataclass(frozen=True, eq=False)
class View:
    """A block in one committed state: row r is document ids[r] with the chunks starts[r] … starts[r + 1] - 1.

    keys: per slot [chunks, width]; starts: [rows + 1] int64, ids: [rows] int64 and alive: [rows] bool, on the CPU.
    device_rows: [chunks] int32, device_ids and device_alive: what a kernel needs of them beside the keys, empty on a CPU.
    content: per column [chunks, *tail], in host memory.
    """

    keys: Sequence[Keys]
    ids: Tensor
    starts: Tensor
    alive: Tensor
    device: torch.device = CPU
    device_rows: Tensor = field(default_factory=lambda: torch.empty(0, dtype=torch.int32))
    device_ids: Tensor = field(default_factory=lambda: torch.empty(0, dtype=torch.int64))
    device_alive: Tensor = field(default_factory=lambda: torch.empty(0, dtype=torch.bool))
    content: Sequence[Tensor] = ()
    block: Block | None = None  # held, so that blanking finds what this view still shows

    @cached_property
    def living(self) -> tuple[Tensor, Tensor]:
        """Ids of the living documents, ascending, and their rows."""
        rows = self.alive.nonzero()[:, 0]
        ids, order = self.ids[rows].sort()
        return ids, rows[order]

    def find(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Which of the documents are alive here, and their rows. ids: [n] int64 -> positions in it [m], rows [m]."""
        living, rows = self.living
        at = torch.searchsorted(living, ids).clamp(max=max(len(living) - 1, 0))
        here = (living[at] == ids).nonzero()[:, 0] if len(living) else at[:0]
        return here, rows[at[here]]


class Block:
    """Up to `limit` chunks on `device`; a longer document gets a block for itself. Used by one writer at a time."""

    def __init__(
        self,
        keys: KeyFormat,
        device: torch.device = CPU,
        *,
        content: Sequence[Column] = (),
        limit: int = CHUNKS,
        pinned: bool = False,
    ) -> None:
        """content: what else is kept of a chunk, in host memory, page-locked where the keys are not beside it."""
        self.format = keys
        self.device = device
        self.limit = limit
        self.pinned = pinned
        self.rows = 0
        self.ids = torch.empty(0, dtype=torch.int64)
        self.starts = torch.zeros(1, dtype=torch.int64)
        self.alive = torch.empty(0, dtype=torch.bool)
        self._keys = Columns(keys.columns(), device, limit=limit, pinned=pinned)
        self._content = Columns(content, CPU, limit=limit, pinned=pinned or device.type == "cuda")
        self._device_rows = torch.empty(0, dtype=torch.int32, device=device)
        self._device_ids = torch.empty(0, dtype=torch.int64, device=device)

    @property
    def chunks(self) -> int:
        return self._keys.rows

    @property
    def room(self) -> int:
        """Chunks that still fit; an empty block takes any document."""
        return self.limit - self.chunks

    @property
    def nbytes(self) -> int:
        return self._keys.nbytes

    def append(
        self, ids: Tensor, counts: Tensor, keys: Sequence[Keys], content: Sequence[Tensor] = ()
    ) -> range:
        """Adds documents; the rows they got.

        ids, counts: [documents] int64, ids and chunks of each; keys: per slot [chunks, width], on any device;
        content: per column [chunks, *tail]. Raises ValueError for an id that does not fit 32 bits.
        """
        if len(ids) and not 0 <= int(ids.min()) <= int(ids.max()) < MOST_IDS:
            raise ValueError(f"document ids must be from 0 to below {MOST_IDS}")
        chunks, rows = self.chunks, range(self.rows, self.rows + len(ids))
        self._keys.append(
            [k.values if isinstance(k, Quantised) else k for k in keys]
            + [k.scales for k in keys if isinstance(k, Quantised)]
        )
        if content:
            self._content.append(content)
        self.ids = put(self.ids, rows.start, ids)
        self.starts = put(self.starts, rows.start + 1, chunks + counts.cumsum(0))
        self.alive = torch.cat([self.alive, torch.ones(len(ids), dtype=torch.bool)])
        if self.device.type != "cpu":
            owner = torch.repeat_interleave(torch.arange(rows.start, rows.stop), counts).to(torch.int32)
            self._device_rows = put(self._device_rows, chunks, owner.to(self.device))
            self._device_ids = put(self._device_ids, rows.start, ids.to(self.device))
        self.rows = rows.stop
        return rows

    def rows_of(self, ids: Tensor) -> Tensor:
        """All rows, dead ones too, that hold one of these documents. ids: [n] int64 -> [m] int64."""
        return torch.isin(self.ids[: self.rows], ids).nonzero()[:, 0]

    def kill(self, rows: Tensor) -> None:
        """Marks rows dead for the views to come. rows: [n] int64."""
        self.alive = self.alive.clone()
        self.alive[rows] = False

    def blank(self, rows: Tensor) -> None:
        """Overwrites keys and content of these rows with zeros, under every view."""
        for row in rows.tolist():
            low, high = self.starts[row : row + 2].tolist()
            self._keys.blank(low, high)
            self._content.blank(low, high)

    def without_dead(self) -> Block:
        """A new block with what is alive here."""
        rows = self.alive.nonzero()[:, 0]
        counts = self.starts[rows + 1] - self.starts[rows]
        shift = self.starts[rows] - (counts.cumsum(0) - counts)
        # [living chunks] where each lies in this block
        chunks = torch.repeat_interleave(shift, counts) + torch.arange(int(counts.sum()))
        view = self.view()
        kept = Block(
            self.format,
            self.device,
            content=self._content.columns,
            limit=self.limit,
            pinned=self.pinned,
        )
        on_device = chunks.to(self.device)
        kept.append(
            self.ids[rows], counts, [k[on_device] for k in view.keys], [c[chunks] for c in view.content]
        )
        return kept

    def view(self) -> View:
        parts, slots = self._keys.read(), self.format.slots
        keys: Sequence[Keys] = parts
        if self.format.bits:
            keys = [
                Quantised(values, scales, self.format.bits, self.format.width)
                for values, scales in zip(parts[:slots], parts[slots:], strict=True)
            ]
        on_device = self.device.type != "cpu"
        return View(
            keys=tuple(keys),
            ids=self.ids[: self.rows],
            starts=self.starts[: self.rows + 1],
            alive=self.alive,
            device=self.device,
            device_rows=self._device_rows[: self.chunks],
            device_ids=self._device_ids[: self.rows],
            device_alive=self.alive.to(self.device) if on_device else self.alive[:0],
            content=self._content.read(),
            block=self,
        )


def put(array: Tensor, low: int, new: Tensor) -> Tensor:
    """Writes rows at `low`, into a larger copy if they do not fit; rows before `low` are never touched."""
    high = low + len(new)
    if high > len(array):
        larger = array.new_empty(max(high, 2 * len(array)))
        larger[:low] = array[:low]
        array = larger
    array[low:high] = new
    return array
