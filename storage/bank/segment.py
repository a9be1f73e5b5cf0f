"""One segment: an immutable safetensors file of encoded documents.

Tensors, for each router layer `s` (0 …): `route.s` int8 [chunks, kv_heads * head_dim], one scale per chunk, as
kernels.route scans it fastest; `key.s` and `value.s` int8 [chunks, kv_heads, head_dim], one scale per head; with
4 bits the last dimension is halved. Scales are float32, named `….scale`. Further `documents` int64 [documents]
ascending ids, `starts` int64 [documents + 1] chunk offsets, `digests` int64 [documents].

Each document has its own digest over its own bytes, so damage costs only the documents it hit, and erasing one
(`erase`: zeros in place, the only change a segment ever sees) leaves the others verifiable. The checksum of a
segment covers its header, ids and offsets; it is kept in SQLite. Which documents are alive, SQLite knows.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from kernels.quantise import Quantised, quantise
from storage import durable, mapping
from storage.bank.content import WHOLE, Content, Held, Layout, Mapped, Place, Read, layout
from storage.encryption.blocks import SealedFile
from storage.encryption.cipher import PLAIN, Cipher
from storage.errors import ArchiveError, BankMismatch, SegmentDamaged
from storage.mapping import ByName
from storage.records import Encoding

FORMAT = "1"
TABLES = ("documents", "starts", "digests")


@dataclass(frozen=True)
class Shape:
    """What all segments of a bank have in common."""

    layers: int
    kv_heads: int
    head_dim: int
    key_bits: int = 8
    content_bits: int = 8

    def rows(self) -> list[str]:
        """The names of the tensors with one row per chunk, in a fixed order."""
        return self._rows

    @cached_property
    def _rows(self) -> list[str]:
        return [
            f"{kind}.{slot}{part}"
            for slot in range(self.layers)
            for kind in ("route", "key", "value")
            for part in ("", ".scale")
        ]

    @cached_property
    def names(self) -> frozenset[str]:
        """Of all tensors of a segment."""
        return frozenset((*self._rows, *TABLES))


class Segment:
    """An open segment file; its tensors are read when used: memory-mapped, or read and decrypted each time.

    held: the same tensors in memory, of a small file, until they are let go.
    """

    def __init__(
        self,
        path: Path,
        shape: Shape,
        tables: Mapping[str, Tensor],
        tensors: Mapped | Read,
        layout: Layout,
        cipher: Cipher = PLAIN,
        held: Read | None = None,
    ) -> None:
        self.path = path
        self.shape = shape
        self.mapped = isinstance(tensors, Mapped)
        # Whether it is opened anew for every reading, so that its file has to stay.
        self.by_name = isinstance(tensors, Read) and tensors.by_name
        self._tensors = tensors
        self._layout = layout
        self._cipher = cipher
        self._held = held
        self.documents: np.ndarray = tables["documents"].numpy().copy()  # [documents] int64, ascending
        self.starts: np.ndarray = tables["starts"].numpy().copy()  # [documents + 1] int64

    @property
    def chunks(self) -> int:
        return int(self.starts[-1])

    @property
    def counts(self) -> np.ndarray:
        """Chunks of each document, [documents] int64."""
        return self.starts[1:] - self.starts[:-1]

    def hold(self) -> None:
        """Reads a small file in one piece for what is asked of it next. Raises OSError."""
        if self._held is None and 0 < self._layout.size <= WHOLE:
            file = ByName(self.path) if isinstance(self._tensors, Mapped) else self._tensors.file
            self._held = Read(Held(memoryview(file.read(0, self._layout.size))), self._layout)

    def let_go(self) -> None:
        """Of what is held."""
        self._held = None

    @property
    def _source(self) -> Mapped | Read:
        return self._tensors if self._held is None else self._held

    def route(self, slot: int, low: int = 0, high: int | None = None) -> Quantised:
        """Routing keys of the chunks low … high - 1, [chunks, kv_heads * head_dim]."""
        return self._quantised(
            f"route.{slot}", low, high, self.shape.key_bits, self.shape.kv_heads * self.shape.head_dim
        )

    def key(self, slot: int, low: int = 0, high: int | None = None) -> Quantised:
        """K̄ of the chunks low … high - 1, [chunks, kv_heads, head_dim]."""
        return self._quantised(f"key.{slot}", low, high, self.shape.content_bits, self.shape.head_dim)

    def value(self, slot: int, low: int = 0, high: int | None = None) -> Quantised:
        """V̄ of the chunks low … high - 1, [chunks, kv_heads, head_dim]."""
        return self._quantised(f"value.{slot}", low, high, self.shape.content_bits, self.shape.head_dim)

    def _quantised(self, name: str, low: int, high: int | None, bits: int, dim: int) -> Quantised:
        high = self.chunks if high is None else high
        values, scales = (self._source.rows(part, low, high) for part in (name, f"{name}.scale"))
        return Quantised(values, scales, bits, dim)

    def row(self, name: str) -> Tensor:
        return self._source[name]

    def raw(self, name: str) -> bytearray | memoryview:
        """The bytes of a tensor."""
        return self._source.raw(name)

    def positions(self, ids: np.ndarray) -> np.ndarray:
        """Where those of `ids` that are in this segment stand in it."""
        ids = np.unique(ids)
        at = np.searchsorted(self.documents, ids)
        hit = at < len(self.documents)
        hit[hit] = self.documents[at[hit]] == ids[hit]
        return at[hit]

    def damaged(self, positions: Iterable[int]) -> list[int]:
        """Those of the documents at `positions` whose bytes are not what was written."""
        source = self._source
        rows = [
            np.frombuffer(source.raw(name), dtype=np.uint8).reshape(self.chunks, -1)
            for name in self.shape.rows()
        ]
        stored = source["digests"]
        return [i for i in positions if digest(rows, *self.starts[i : i + 2].tolist()) != int(stored[i])]

    def erase(self, positions: Sequence[int]) -> None:
        """Overwrites the vectors and digests of these documents with zeros, durably. Ids and offsets stay."""
        self.let_go()
        places = self._layout.places
        ranges = []
        for first, last in stretches(sorted(positions)):
            low, high = self.starts[[first, last + 1]].tolist()
            for name in self.shape.rows():
                place = places[name]
                ranges.append((place.low + low * place.row_bytes, (high - low) * place.row_bytes))
            ranges.append((places["digests"].low + 8 * first, 8 * (last + 1 - first)))
        self._cipher.erase(self.path, ranges)


def stretches(ascending: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of successive numbers, as (first, last): what a source left in a segment mostly lies together."""
    begins = [at for at, n in enumerate(ascending) if at == 0 or ascending[at - 1] + 1 < n]
    for begin, end in zip(begins, [*begins[1:], len(ascending)], strict=True):
        yield ascending[begin], ascending[end - 1]


def pack(shape: Shape, ids: Sequence[int], encodings: Sequence[Encoding]) -> dict[str, Tensor]:
    """Quantised tensors of a new segment, documents by ascending id. Raises BankMismatch."""
    order = np.argsort(np.asarray(ids, dtype=np.int64), kind="stable")
    for encoding in encodings:
        check_encoding(shape, encoding)
    chosen = [encodings[i] for i in order]
    counts = [e.key.shape[1] for e in chosen]
    tensors = {
        "documents": torch.tensor([ids[i] for i in order], dtype=torch.int64),
        "starts": torch.tensor([0, *np.cumsum(counts)], dtype=torch.int64),
    }
    for slot in range(shape.layers):
        for name, parts, bits in (
            # [chunks, kv_heads * head_dim]; the others [chunks, kv_heads, head_dim]
            (f"route.{slot}", [e.router_key[slot].flatten(1) for e in chosen], shape.key_bits),
            (f"key.{slot}", [e.key[slot] for e in chosen], shape.content_bits),
            (f"value.{slot}", [e.value[slot] for e in chosen], shape.content_bits),
        ):
            q = quantise_parts(parts, bits)
            if not bool(torch.isfinite(q.scales).all()):
                raise BankMismatch(f"{name} holds NaN or infinity; a document was not encoded properly.")
            tensors[name], tensors[f"{name}.scale"] = q.values.contiguous(), q.scales.contiguous()
    return tensors


def quantise_parts(parts: Sequence[Tensor], bits: int) -> Quantised:
    """parts: [chunks, …, dim] each, on any devices -> all of them quantised, one after the other, on the CPU.

    What a GPU has just encoded is quantised there, so that only integers travel; encodings copied from the bank, of texts
    that were known before, come from the CPU, in the same file too.
    """
    values: list[Tensor] = [torch.empty(0)] * len(parts)
    scales = list(values)
    dim = 0
    for device in {part.device for part in parts}:
        at = [i for i, part in enumerate(parts) if part.device == device]
        q = quantise(torch.cat([parts[i].detach().float() for i in at]), bits)
        dim, lengths = q.dim, [len(parts[i]) for i in at]
        for i, some, their in zip(
            at, q.values.cpu().split(lengths), q.scales.cpu().split(lengths), strict=True
        ):
            values[i], scales[i] = some, their
    return Quantised(torch.cat(values), torch.cat(scales), bits, dim)


def check_encoding(shape: Shape, encoding: Encoding) -> None:
    for name, x in (
        ("router_key", encoding.router_key),
        ("key", encoding.key),
        ("value", encoding.value),
    ):
        expected = (shape.layers, encoding.key.shape[1], shape.kv_heads, shape.head_dim)
        if x.shape != expected or expected[1] < 1:
            raise BankMismatch(
                f"{name} is {list(x.shape)}, but this bank holds {list(expected)} with at least one chunk. "
                "The bank belongs to another model: ask for the bank of this one."
            )


def merge(shape: Shape, parts: Sequence[tuple[Segment, np.ndarray]]) -> dict[str, Tensor]:
    """Tensors of a segment with the documents at the given positions of other segments, ids distinct."""
    segments = [segment for segment, _ in parts]
    places = chosen([len(s.documents) for s in segments], [positions for _, positions in parts])
    ids = np.concatenate([s.documents for s in segments])[places]
    order = np.argsort(ids, kind="stable")
    counts = np.concatenate([s.counts for s in segments])
    lows = (counts.cumsum() - counts)[places][order]
    ids, counts = ids[order], counts[places][order]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    # [chunks] the row of each chunk among all rows of all parts
    rows = torch.from_numpy(np.repeat(lows - starts[:-1], counts) + np.arange(starts[-1]))
    tensors = {"documents": torch.from_numpy(ids), "starts": torch.from_numpy(starts)}
    for segment in segments:
        segment.hold()
    for name in shape.rows():
        tensors[name] = joined(segments, name)[rows]
    for segment in segments:
        segment.let_go()
    return tensors


def chosen(sizes: Sequence[int], positions: Sequence[np.ndarray]) -> np.ndarray:
    """Positions in each of some sequences of these sizes, as positions in all of them, one after the other."""
    before = np.cumsum([0, *sizes[:-1]])
    return np.concatenate(positions) + np.repeat(before, [len(some) for some in positions])


def joined(segments: Sequence[Segment], name: str) -> Tensor:
    """A tensor of all these segments, one after the other; their bytes, as an operation for each would cost more than it
    copies where they are tiny."""
    if len(segments) == 1:
        return segments[0].row(name)
    like = segments[0].row(name)
    content = bytearray().join([segment.raw(name) for segment in segments])
    return torch.frombuffer(content, dtype=like.dtype).view(-1, *like.shape[1:])


def write(
    path: Path, shape: Shape, fingerprint: str, tensors: dict[str, Tensor], cipher: Cipher = PLAIN
) -> tuple[str, int]:
    """Writes the file durably and returns (checksum, bytes). Raises ArchiveFull."""
    rows = [tensors[name].numpy() for name in shape.rows()]
    bounds = tensors["starts"].tolist()
    digests = [digest(rows, low, high) for low, high in pairwise(bounds)]
    metadata = {"format": FORMAT, "fingerprint": fingerprint}
    data = save(tensors | {"digests": torch.tensor(digests, dtype=torch.int64)}, metadata)
    durable.write_file(path, cipher.stored(path, data))
    length = 8 + int.from_bytes(data[:8], "little")
    return checksum(data[:length], tensors), len(data)


def open_segment(
    path: Path, shape: Shape, fingerprint: str, expected_checksum: str, cipher: Cipher = PLAIN
) -> Segment:
    """Raises SegmentDamaged if the file is missing, truncated, of another bank, or its tables were altered; ArchiveError
    where the system opens no more files."""
    try:
        sealed = cipher.opened(path)
        file: ByName | SealedFile = ByName(path) if sealed is None else sealed
        size = path.stat().st_size if sealed is None else sealed.length
        head = file.read(0, min(size, WHOLE))
        data = 8 + int.from_bytes(head[:8], "little")
        if data > size:
            raise ValueError("cut off")
        # Read, not mapped: the system reads megabytes around the first byte touched in a map.
        header = bytes(head[:data] if data <= len(head) else file.read(0, data))
        places = layout(header)
        if places.size != size:
            raise ValueError("cut off")
        tables = {name: table(file, head, places.places[name]) for name in ("documents", "starts")}
        tensors = tensors_of(path, places) if sealed is None else Read(sealed, places)
        held = Read(Held(memoryview(head)), places) if size <= WHOLE else None
    except (SafetensorError, ValueError, KeyError, TypeError, OverflowError, MemoryError, OSError) as error:
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            # Nothing is wrong with the file, and what is damaged is dropped.
            raise ArchiveError(
                "The system lets this program open no more files. Close other programs or allow more (`ulimit -n`), "
                "and start Doppel again."
            ) from error
        raise SegmentDamaged(f"{path.name} is missing or cut off.") from error
    if places.about.get("format") != FORMAT or places.about.get("fingerprint") != fingerprint:
        raise SegmentDamaged(f"{path.name} belongs to another bank.")
    if places.places.keys() != shape.names or checksum(header, tables) != expected_checksum:
        raise SegmentDamaged(f"{path.name} has been altered.")
    return Segment(path, shape, tables, tensors, places, cipher, held)


def table(file: Content, head: bytearray, place: Place) -> Tensor:
    """A tensor of numbers, of a file whose first bytes are read already."""
    low, high = place.low, place.high
    return torch.frombuffer(head[low:high] if high <= len(head) else file.read(low, high), dtype=torch.int64)


def tensors_of(path: Path, places: Layout) -> Mapped | Read:
    """Of a file that is not encrypted, mapped if there is room (`mapping`). Raises OSError, SafetensorError."""
    if not mapping.full():
        with contextlib.suppress(MemoryError, RuntimeError):  # the system maps no more
            tensors = Mapped(safe_open(path, framework="pt"))
            mapping.hold(tensors)
            return tensors
    return Read(ByName(path), places)


def checksum(header: bytes, tensors: Mapping[str, Tensor]) -> str:
    """Over everything but the documents' own bytes, which their digests cover."""
    h = hashlib.blake2b(header, digest_size=16)
    h.update(tensors["documents"].numpy().tobytes())
    h.update(tensors["starts"].numpy().tobytes())
    return h.hexdigest()


def digest(rows: Sequence[np.ndarray], low: int, high: int) -> int:
    """64-bit digest of the chunks low … high - 1 of one document, over all tensors."""
    h = hashlib.blake2b(digest_size=8)
    for row in rows:
        h.update(row[low:high].data)
    return int.from_bytes(h.digest(), "little", signed=True)
