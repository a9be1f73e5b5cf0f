"""A bank of very many segments: how many mappings and open files it takes, and how long until it is a bank of few.

Every segment holds one document of one chunk, the smallest there is; they are written by the bank's own code, many to a
transaction. The archive is then opened in a process of its own, asked, and merged until there is nothing left to merge.
`base_…` is what the process holds before it opens anything. `most_mappings` is the system's limit, None where there is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import torch
from sqlalchemy import insert

from benchmarks.bank_archive import BANK, Base, Words, synthesise
from benchmarks.bank_measure import evict, question, route
from storage.archive import Archive
from storage.bank.segment import pack
from storage.banks import need_bank
from storage.commits import insert_drafts
from storage.records import Draft
from storage.sqlite import schema

AT_ONCE = 500  # segments written in one transaction
TOKENS = 8  # of a document
LIMIT = Path("/proc/sys/vm/max_map_count")
MAPS = Path("/proc/self/maps")


def build_segments(directory: Path, base: Base, segments: int, report: Callable[[int], None]) -> None:
    """Fills a new or a smaller archive up to so many documents, each with a segment of its own."""
    layers, _, kv_heads, head_dim = base.key.shape
    with Archive.open(directory) as archive:
        bank = archive.banks.open(BANK, layers, kv_heads, head_dim)
        with archive.store.read() as connection:
            owner = need_bank(connection, BANK).id
        have = archive.documents.count()
        texts = Words(have)
        while have < segments:
            ids = archive.commits.reserve_ids(min(AT_ONCE, segments - have))
            encodings = synthesise(base, len(ids), 1, have)
            drafts = [Draft(id, 0, texts.text(TOKENS), f"{id:x}", title="Note", tokens=TOKENS) for id in ids]
            written = [
                archive.banks.write_segment(bank, one)[1] for one in apart(pack(bank.shape, ids, encodings))
            ]
            with archive.store.write() as change:
                insert_drafts(change.connection, [(None, draft) for draft in drafts])
                for id, values in zip(ids, written, strict=True):
                    segment = archive.banks.record_segment(change, bank, values)
                    rows = {"document_id": id, "bank_id": owner, "segment_id": segment}
                    change.connection.execute(insert(schema.encodings), rows)
            have += len(ids)
            report(segments - have)


def apart(tensors: dict[str, torch.Tensor]) -> Iterator[dict[str, torch.Tensor]]:
    """The segment of each document of a segment whose documents have one chunk each."""
    for at in range(len(tensors["documents"])):
        own = {name: rows[at : at + 1] for name, rows in tensors.items()}
        yield own | {"starts": torch.tensor([0, 1])}


def measure_segments(directory: Path, base: Base) -> dict[str, Any]:
    layers, _, kv_heads, head_dim = base.key.shape
    asked = question(base, TOKENS, 0)
    result: dict[str, Any] = {"most_mappings": int(LIMIT.read_text()) if LIMIT.exists() else None}
    result |= held("base")
    result["opened_cold"] = evict(directory)
    begun = time.perf_counter()
    archive = Archive.open(directory)
    result["open_s"] = seconds_since(begun)
    result["lost"] = archive.recovery.damaged_segments
    bank = archive.banks.open(BANK, layers, kv_heads, head_dim)
    first = ask(bank.snapshot(), asked, base.query_reduce)
    before = archive.banks.active()
    assert before is not None
    result |= {"documents": before.documents, "segments": before.segments} | held("opened")
    result["opened_segment_mappings"] = mappings(of=str(archive.banks.directory))
    # A question that is not over: what it reads has to stay until it is.
    kept = bank.snapshot()
    begun = time.perf_counter()
    most, steps = 0, 0
    while archive.compact():
        steps += 1
        most = max(most, mappings() or 0)
    result |= {"merge_s": seconds_since(begun), "merge_steps": steps, "merging_mappings": most or None}
    same = ask(kept, asked, base.query_reduce), ask(bank.snapshot(), asked, base.query_reduce)
    result["same_answers"] = all(equal(first, one) for one in same)
    after = archive.banks.active()
    assert after is not None
    result |= {"merged_segments": after.segments, "missing": after.documents - after.encoded}
    del kept
    result |= held("merged")
    archive.close()
    return result | {"wrong": bool(result["lost"] or result["missing"] or not result["same_answers"])}


def ask(snapshot: Any, asked: list[torch.Tensor], reduce: str) -> list[tuple[torch.Tensor, ...]]:
    """Per router layer the best documents' ids, keys and values."""
    chosen = route(snapshot, asked, reduce)
    return [(ids, *snapshot.fetch(slot, ids)) for slot, ids in enumerate(chosen)]


def equal(a: list[tuple[torch.Tensor, ...]], b: list[tuple[torch.Tensor, ...]]) -> bool:
    pairs = zip(a, b, strict=True)
    return all(torch.equal(x, y) for one, other in pairs for x, y in zip(one, other, strict=True))


def held(when: str) -> dict[str, float | None]:
    process = psutil.Process()
    files = process.num_fds() if hasattr(process, "num_fds") else None
    rss = round(process.memory_info().rss / 1e9, 3)
    return {f"{when}_mappings": mappings(), f"{when}_files": files, f"{when}_rss_gb": rss}


def mappings(of: str = "") -> int | None:
    """Of this process, or those of files in one directory; None where the system does not say."""
    return sum(of in line for line in MAPS.read_text().splitlines()) if MAPS.exists() else None


def seconds_since(begun: float) -> float:
    return round(time.perf_counter() - begun, 3)
