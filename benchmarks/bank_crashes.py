"""Killing an archive at random, and failing its writes, over and over: nothing committed may be lost.

A child process works on an archive (adds, edits, deletes, forgets, compacts) and notes each change in a journal
before and after. It is killed (SIGKILL) after a random time or at a chosen step of storage.durable, or such a step
fails with "disk full" or "input/output error" and it goes on. Then the parent opens the archive and compares rows,
full text, vectors and raw files with the journal: a change noted as done must be there, the one that was cut short
must be there in full or not at all, and nothing forgotten may come back. The archive lives on through all rounds.

Not covered: a power cut that loses what the system had not written yet; SQLite and fsync are trusted there.
"""

from __future__ import annotations

import copy
import errno
import json
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from kernels.quantise import dequantise, quantise
from storage import durable
from storage.archive import Archive
from storage.bank import bank as bank_in_memory
from storage.encryption.convert import encrypt
from storage.encryption.key import DataKey
from storage.errors import ArchiveError, ArchiveFull
from storage.records import Draft, Kept

LAYERS, KV_HEADS, HEAD_DIM = 2, 3, 16
BANK = "crash-test"
MOST_DOCUMENTS = 80
FAILING_STEPS = (
    "write",
    "fsync",
    "rename",
    "fsync directory",
    "overwrite",
    "remove",
    "commit",
    "clean pages",
)


@dataclass(frozen=True)
class Encoded:
    router_key: Tensor
    key: Tensor
    value: Tensor
    tokens: int


def encoded(id: int, version: int) -> Encoded:
    generator = torch.Generator().manual_seed(id * 1000 + version)
    router_key, key, value = torch.randn(3, LAYERS, 1 + id % 4, KV_HEADS, HEAD_DIM, generator=generator)
    return Encoded(normalize(router_key, dim=-1), key, value, 32)


def word(id: int, version: int) -> str:
    """One word that only this version of this document has."""
    return "x" + random.Random(id * 1000 + version).randbytes(12).hex()


def text_of(id: int, version: int) -> str:
    return f"{word(id, version)} é " * (2 + (id * 31 + version * 17) % 90)


@dataclass
class State:
    """What the archive must hold: versions by document id, files by path, and what may never be seen again."""

    versions: dict[int, int] = field(default_factory=dict)
    files: dict[str, list[int]] = field(default_factory=dict)
    forgotten: list[tuple[int, int]] = field(default_factory=list)

    def apply(self, op: dict[str, Any]) -> State:
        after = copy.deepcopy(self)
        kind = op["op"]
        if kind == "commit":
            kept = set(op["keep"])
            for id in after.files.get(op["path"], []):
                if id not in kept:
                    after.versions.pop(id, None)
            after.files[op["path"]] = [*op["keep"], *op["add"]]
            after.versions.update(dict.fromkeys(op["add"], 0))
        elif kind == "edit":
            after.versions[op["id"]] += 1
        elif kind in ("delete", "forget"):
            for id in op["ids"]:
                version = after.versions.pop(id)
                if kind == "forget":
                    after.forgotten += [(id, v) for v in range(version + 1)]
            after.files = {p: [i for i in ids if i not in op["ids"]] for p, ids in after.files.items()}
        return after


@dataclass
class Journal:
    """Lines in a file beside the archive; one write call each, so a killed process leaves whole lines."""

    path: Path

    def note(self, entry: dict[str, Any]) -> None:
        with self.path.open("ab", buffering=0) as file:
            file.write(json.dumps(entry).encode() + b"\n")

    def replay(self, state: State) -> tuple[State, State]:
        """The states without and with the change that was cut short."""
        pending = None
        for line in self.path.read_text("utf-8").splitlines() if self.path.exists() else []:
            entry = json.loads(line)
            if "op" in entry:
                pending = entry
            elif entry.get("done") and pending is not None:
                state, pending = state.apply(pending), None
        return state, state if pending is None else state.apply(pending)


def choose(random_: random.Random, state: State, archive: Archive) -> dict[str, Any]:
    live = sorted(state.versions)
    kind = random_.choices(["commit", "edit", "delete", "forget", "compact"], [5, 3, 1, 2, 2])[0]
    if kind == "compact":
        return {"op": "compact"}
    if kind == "commit" or len(live) < 4 or (len(live) > MOST_DOCUMENTS and kind == "edit"):
        path = f"/notes/{random_.randrange(25)}.txt"
        before = state.files.get(path, [])
        keep = [i for i in before if random_.random() < 0.5]
        room = len(live) < MOST_DOCUMENTS
        add = list(archive.commits.reserve_ids(random_.randint(1, 5))) if room else []
        return {"op": "commit", "path": path, "keep": keep, "add": add}
    if kind == "edit":
        return {"op": "edit", "id": random_.choice(live)}
    return {"op": kind, "ids": random_.sample(live, random_.randint(1, min(4, len(live))))}


def carry_out(archive: Archive, state: State, op: dict[str, Any]) -> None:
    if op["op"] == "commit":
        source = archive.sources.add(Path("/notes"))
        file = archive.files.upsert(source.id, Path(op["path"]), 1, 1)
        start = len(op["keep"])
        archive.commits.commit_documents(
            file.id,
            keep=[Kept(id, ordinal) for ordinal, id in enumerate(op["keep"])],
            add=[Draft(i, start + n, text_of(i, 0), word(i, 0), tokens=32) for n, i in enumerate(op["add"])],
            encodings=[encoded(i, 0) for i in op["add"]],
            bank=BANK,
        )
    elif op["op"] == "edit":
        id, version = op["id"], state.versions[op["id"]] + 1
        archive.documents.edit(id, text_of(id, version), word(id, version), 32, encoded(id, version), BANK)
    elif op["op"] == "delete":
        archive.documents.delete(op["ids"])
    elif op["op"] == "forget":
        archive.forgetting.forget(op["ids"])
    else:
        archive.compact(steps=3)


def work(
    directory: Path,
    journal: Journal,
    state: State,
    seed: int,
    fault: str | None,
    at: int,
    key: DataKey | None,
) -> None:
    """The child: changes the archive until it is killed. Exit code 3 says that it went wrong without dying."""
    torch.set_num_threads(1)
    # 24 chunks, so that a small archive has both kinds of segments.
    bank_in_memory.MAPPED_BYTES = 24 * LAYERS * (KV_HEADS * HEAD_DIM + 4)
    steps = 0

    def inject(name: str) -> None:
        nonlocal steps
        steps += 1
        if steps >= at and fault == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if steps >= at and name in FAILING_STEPS:
            durable.fault = None
            code = errno.ENOSPC if fault == "full" else errno.EIO
            raise OSError(code, os.strerror(code))

    random_ = random.Random(seed)
    archive = Archive.open(directory, key=key)
    bank = archive.banks.open(BANK, LAYERS, KV_HEADS, HEAD_DIM)
    durable.fault = inject if fault else None
    for _ in range(200):
        op: dict[str, Any] = {"op": "reserve"}
        try:
            op = choose(random_, state, archive)
            journal.note(op)
            carry_out(archive, state, op)
        except (ArchiveError, OSError) as error:
            if fault == "full" and op["op"] in ("commit", "edit") and not isinstance(error, ArchiveFull):
                journal.note({"wrong": f"a full disk was reported as {error!r}"})
                sys.exit(3)
            if sorted(bank.snapshot().document_ids.tolist()) != stored_ids(archive):
                journal.note({"wrong": f"after {error!r} in {op['op']} the bank differs from the database"})
                sys.exit(3)
            os.kill(os.getpid(), signal.SIGKILL)  # whatever the failure left in memory must not be needed
        journal.note({"done": True})
        state = state.apply(op)


def stored_ids(archive: Archive) -> list[int]:
    return sorted(d.id for d in archive.documents.listed(limit=100_000))


@dataclass
class Tally:
    kills: int = 0
    failures: int = 0
    changes: int = 0
    lost: int = 0
    resurrected: int = 0
    half_written: int = 0
    wrong: list[str] = field(default_factory=list)


def crash_rounds(
    directory: Path,
    rounds: int,
    *,
    seed: int = 0,
    report: Callable[[int], None] | None = None,
    passphrase: str | None = None,
) -> Tally:
    """Crashes the archive in `directory` so many times and checks it after each; all counts of harm must be 0.

    passphrase: of an encrypted archive.
    """
    # A forked child starts in a millisecond; where there is no fork, it costs seconds.
    method = "fork" if sys.platform == "linux" else "spawn"
    context: Any = multiprocessing.get_context(method)
    random_ = random.Random(seed)
    tally, state = Tally(), State()
    key = None if passphrase is None else encrypt(directory / "data", passphrase)
    with Archive.open(directory / "data", key=key) as archive:
        archive.banks.open(BANK, LAYERS, KV_HEADS, HEAD_DIM)
    for index in range(rounds):
        journal = Journal(directory / "journal")
        journal.path.unlink(missing_ok=True)
        # By turns: at a random moment, at a step, at a step that fails.
        fault = (None, "kill", "kill", "full", "broken")[index % 5]
        at = random_.randint(1, 45)
        child = context.Process(
            target=work, args=(directory / "data", journal, state, seed * 100_000 + index, fault, at, key)
        )
        child.start()
        child.join(random_.uniform(0.1, 0.8) if fault is None else 60)
        child.kill()
        child.join()
        if fault in (None, "kill"):
            tally.kills += 1
        else:
            tally.failures += 1
        state = check(directory / "data", journal, state, tally, key)
        if report is not None:
            report(index + 1)
    return tally


def check(directory: Path, journal: Journal, state: State, tally: Tally, key: DataKey | None = None) -> State:
    """Reopens the archive, compares it with the journal, and returns the state it is in."""
    lines = journal.path.read_text("utf-8").splitlines() if journal.path.exists() else []
    tally.changes += sum("done" in json.loads(line) for line in lines)
    tally.wrong += [json.loads(line)["wrong"] for line in lines if "wrong" in json.loads(line)]
    before, after = journal.replay(state)
    with Archive.open(directory, key=key) as archive:
        bank = archive.banks.open(BANK, LAYERS, KV_HEADS, HEAD_DIM)
        found = {d.id: d.text for d in archive.documents.listed(limit=100_000)}
        fits = [s for s in (after, before) if found == {i: text_of(i, v) for i, v in s.versions.items()}]
        if not fits:
            tally.lost += len(set(before.versions) & set(after.versions) - set(found))
            tally.half_written += 1
            tally.wrong.append(f"the rows fit neither state around {lines[-1:]}")
            return State({i: 0 for i in found}, {}, after.forgotten)
        now = fits[0]
        snapshot = bank.snapshot()
        if snapshot.document_ids.tolist() != sorted(now.versions):
            tally.lost += 1
            tally.wrong.append("the bank holds other documents than the rows")
        half = [i for i, v in now.versions.items() if not whole(snapshot, i, v)]
        unfound = [
            i for i, v in now.versions.items() if [h for h, _ in archive.documents.search(word(i, v))] != [i]
        ]
        tally.half_written += len(half) + len(unfound)
        back = archive.forgetting.verify([word(i, v) for i, v in now.forgotten])
        tally.resurrected += len(back) + len(vectors_on_disk(archive, now.forgotten[-40:]))
        if half or unfound or back:
            tally.wrong.append(f"half written {half}, not found {unfound}, back {back[:3]}")
    return now


def whole(snapshot: Any, id: int, version: int) -> bool:
    """Whether the document's stored vectors are exactly those of this version."""
    if id not in snapshot.document_ids.tolist():
        return False
    for slot in range(LAYERS):
        key, value, _ = snapshot.fetch(slot, torch.tensor([id]))
        wanted = encoded(id, version)
        if not torch.equal(key, dequantise(quantise(wanted.key[slot]))):
            return False
        if not torch.equal(value, dequantise(quantise(wanted.value[slot]))):
            return False
    return True


def vectors_on_disk(archive: Archive, versions: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of the encodings whose quantised bytes are in some file of the bank, decrypted where it is encrypted."""
    data = []
    for path in archive.banks.directory.iterdir():
        with path.open("rb") as file:
            data.append(b"".join(part[:] for part in archive.store.cipher.searchable(path, file)))
    found = []
    for id, version in versions:
        e = encoded(id, version)
        needles = [
            quantise(x[slot]).values.numpy().tobytes() for x in (e.key, e.value) for slot in range(LAYERS)
        ]
        needles.append(quantise(e.router_key[0].flatten(1)).values.numpy().tobytes())
        if any(n in d for n in needles for d in data):
            found.append((id, version))
    return found


def main_report(rounds: int, directory: Path) -> dict[str, Any]:
    begun = time.monotonic()
    tally = crash_rounds(directory, rounds)
    return {**vars(tally), "seconds": round(time.monotonic() - begun, 1)}
