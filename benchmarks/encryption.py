"""What a passphrase costs: `python -m benchmarks.encryption [--documents N] [--rounds N] [--model NAME] [--json]`.

Two archives are filled alike, one encrypted, with made-up passages in the default model's shape, a batch at a time as
learning does, and asked alike: the best passages by their routing keys and by words, and the content of five read from
the bank. The two take turns, so that whatever else the machine does hits both; medians are told, in milliseconds. No
model runs: encoding a passage and writing an answer cost the same with and without, and come on top of both.

With --model the whole is measured, too: a real twin of each kind learns the same folders of notes, from the first look to
the last commit, and answers the same questions (`benchmarks/encryption_whole.py`).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch

from benchmarks import encryption_whole as whole
from benchmarks.bank_archive import BANK, Base, Words, random_base, synthesise
from benchmarks.bank_measure import question, route
from storage.archive import Archive
from storage.encryption.convert import decrypt, encrypt
from storage.encryption.key import DataKey, key_path, read_key
from storage.records import Draft

LAYERS, KV_HEADS, HEAD_DIM, HEADS, CHUNK = 4, 2, 64, 14, 16  # the default model's
CHUNKS, WORDS = 11, 130  # of a passage, about 170 tokens
BATCH = 24  # passages that learning commits at once
READ = 5  # passages whose content a question reads


@dataclass
class Side:
    """One of the two archives, and what each kind of step has cost it, in seconds."""

    directory: Path
    key: DataKey | None
    took: dict[str, list[float]] = field(default_factory=dict)

    def timed(self, name: str, step: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        done = step()
        self.took.setdefault(name, []).append(time.perf_counter() - begun)
        return done

    def opened(self) -> Archive:
        archive = Archive.open(self.directory, key=self.key)
        archive.banks.open(BANK, LAYERS, KV_HEADS, HEAD_DIM)
        return archive


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.encryption", description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=9, help="questions, openings and forgettings")
    parser.add_argument("--model", default="", help="learn and ask with this one, too")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), options.documents, options.rounds)
        if options.model:
            found["whole"] = whole.measure(Path(folder), options.model, options.rounds)
    print(json.dumps(found) if options.json else table(found))
    return 0


def measure(folder: Path, documents: int, rounds: int) -> dict[str, Any]:
    base = random_base(LAYERS, KV_HEADS, HEAD_DIM, HEADS, CHUNK)
    plain = Side(folder / "plain", None)
    sealed = Side(folder / "encrypted", encrypt(folder / "encrypted", whole.PASSPHRASE))
    sides = (plain, sealed)
    fill(sides, base, documents)
    for number in range(rounds):
        for side in sides if number % 2 else reversed(sides):
            look(side, base, number)
    path = key_path(sealed.directory)
    begun = time.perf_counter()
    key = read_key(path, whole.PASSPHRASE)
    unlocking = time.perf_counter() - begun
    begun = time.perf_counter()
    decrypt(sealed.directory, key)
    decrypting = time.perf_counter() - begun
    begun = time.perf_counter()
    encrypt(sealed.directory, whole.PASSPHRASE)
    return {
        "documents": documents,
        "steps": {
            name: {
                "plain_ms": round(1000 * statistics.median(plain.took[name]), 3),
                "encrypted_ms": round(1000 * statistics.median(sealed.took[name]), 3),
            }
            for name in plain.took
        },
        "bytes": {side.directory.name: size(side.directory) for side in sides},
        "unlocking_s": round(unlocking, 3),
        "encrypting_s": round(time.perf_counter() - begun, 2),
        "decrypting_s": round(decrypting, 2),
    }


def fill(sides: tuple[Side, Side], base: Base, documents: int) -> None:
    """The same passages into both, batch by batch."""
    archives = [side.opened() for side in sides]
    words = Words()
    for low in range(0, documents, BATCH):
        count = min(BATCH, documents - low)
        texts = [words.text(WORDS) for _ in range(count)]
        encodings = synthesise(base, count, CHUNKS, low)
        for side, archive in zip(sides, archives, strict=True):
            ids = archive.commits.reserve_ids(count)
            drafts = [
                Draft(id, at, text, f"{low}-{at}", tokens=CHUNKS * CHUNK)
                for at, (id, text) in enumerate(zip(ids, texts, strict=True))
            ]

            commit = partial(
                archive.commits.commit_documents, None, add=drafts, encodings=encodings, bank=BANK
            )
            side.timed(f"committing {BATCH} passages", commit)
    for side, archive in zip(sides, archives, strict=True):
        side.timed("compacting everything", partial(archive.compact, 10_000))
        archive.close()


def look(side: Side, base: Base, number: int) -> None:
    """A fresh start, two questions, and something forgotten."""
    archive = side.timed("opening", side.opened)
    try:
        asked = question(base, 32, number)
        snapshot = archive.banks.in_memory[BANK].snapshot()
        side.timed("the first routing after opening", lambda: route(snapshot, asked, "mean"))
        best = side.timed("routing", lambda: route(snapshot, asked, "mean"))[0][:READ]
        side.timed(f"reading {READ} passages' content", lambda: content(snapshot, best))
        words = Words(number).text(6)
        side.timed("searching by words", lambda: archive.documents.search(words))
        (forgotten,) = snapshot.document_ids[number : number + 1].tolist()
        side.timed("forgetting one passage", lambda: archive.forgetting.forget([forgotten]))
    finally:
        archive.close()


def content(snapshot: Any, ids: torch.Tensor) -> None:
    for slot in range(LAYERS):
        snapshot.fetch(slot, ids)


def size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def table(found: dict[str, Any]) -> str:
    rows = [f"{found['documents']:,} passages", f"{'':34} {'plain':>10} {'encrypted':>10}"]
    for name, both in found["steps"].items():
        rows.append(f"{name:34} {both['plain_ms']:>7.1f} ms {both['encrypted_ms']:>7.1f} ms")
    plain, sealed = found["bytes"]["plain"] / 1e6, found["bytes"]["encrypted"] / 1e6
    rows.append(f"{'on disk':34} {plain:>7.1f} MB {sealed:>7.1f} MB")
    rows.append(
        f"the passphrase's key: {found['unlocking_s']} s; encrypting an archive that there is: {found['encrypting_s']} s, "
        f"decrypting: {found['decrypting_s']} s"
    )
    rows += whole.rows(found["whole"]) if "whole" in found else []
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
