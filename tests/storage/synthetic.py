"""Encodings and archives for tests: random vectors in the shape of a small bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import normalize

from storage.archive import Archive
from storage.directory import DATABASE
from storage.encryption.key import DataKey, is_protected, key_path, read_key
from storage.records import Draft

LAYERS, KV_HEADS, HEAD_DIM, HEADS = 2, 3, 16, 9
BANK = "model-a"
PASSPHRASE = "correct horse battery staple"


@dataclass(frozen=True)
class Encoded:
    router_key: Tensor
    key: Tensor
    value: Tensor
    tokens: int


def encoded(seed: int, chunks: int = 3) -> Encoded:
    generator = torch.Generator().manual_seed(seed)
    shape = (3, LAYERS, chunks, KV_HEADS, HEAD_DIM)
    router_key, key, value = torch.randn(shape, generator=generator)
    return Encoded(normalize(router_key, dim=-1), key, value, 32 * chunks)


def text_of(id: int) -> str:
    return f"Document {id} tells of house number {id * 7919} in Zürich, where the word w{id}x was first heard by nobody."


def drafts(ids: Sequence[int]) -> list[Draft]:
    return [
        Draft(id, ordinal, text_of(id), f"hash-{id}", title=f"Title {id}", tokens=96)
        for ordinal, id in enumerate(ids)
    ]


def open_bank(archive: Archive, fingerprint: str = BANK):
    return archive.banks.open(fingerprint, LAYERS, KV_HEADS, HEAD_DIM)


def key_of(directory: Path) -> DataKey | None:
    """What opens the archive of a test, whether it is encrypted or not."""
    return read_key(key_path(directory), PASSPHRASE) if is_protected(directory) else None


def content_of(archive: Archive, path: Path) -> bytes:
    """A file of the archive as it is searched, decrypted where it is encrypted."""
    if archive.directory / DATABASE == path:  # opened once more, it would lose its locks
        return b"".join(part[:] for part in archive.store.cipher.searchable(path, archive.store.file))
    with path.open("rb") as file:
        return b"".join(part[:] for part in archive.store.cipher.searchable(path, file))


def add_file(archive: Archive, path: str, documents: int, *, chunks: int = 3) -> list[int]:
    """A file with so many documents, committed; their ids. Vectors are `encoded(id)`."""
    source = archive.sources.add(Path("/notes"))
    file = archive.files.upsert(source.id, Path(path), 1, 1)
    ids = list(archive.commits.reserve_ids(documents))
    archive.commits.commit_documents(
        file.id,
        add=drafts(ids),
        encodings=[encoded(i, chunks) for i in ids],
        content_hash=f"content of {path}",
        bank=BANK,
    )
    return ids


def remember(archive: Archive, *texts: str) -> list[int]:
    """Documents of no file with these texts; their ids."""
    ids = list(archive.commits.reserve_ids(len(texts)))
    drafts = [Draft(id, n, words, f"hash {id}") for n, (id, words) in enumerate(zip(ids, texts, strict=True))]
    archive.commits.commit_documents(None, add=drafts, encodings=[encoded(id) for id in ids], bank=BANK)
    return ids
