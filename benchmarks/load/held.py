"""What the processes of a server hold at a moment: memory, descriptors, threads.

Memory is counted by proportional set size where the system tells it: a page that several processes share is counted once,
where resident sizes add it up for each of them. What was asked for (anonymous) is kept apart from what of files is mapped:
of the latter the system takes back what it likes, and shows it again as it is touched, so only the former can leak.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import psutil

MB = 1024 * 1024
_ANONYMOUS = ("Pss_Anon:", "Pss_Shmem:", "SwapPss:")


@dataclass(frozen=True)
class Sample:
    """seconds: since the load began; of the server and its children together. mappings: 0 where the system does not tell."""

    seconds: float
    anonymous_mb: float
    mapped_mb: float
    descriptors: int
    threads: int
    mappings: int


def memory_of(process: psutil.Process) -> tuple[float, float]:
    """Bytes: anonymous, mapped from files."""
    try:
        told = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        told = ""
    sizes = {parts[0]: int(parts[1]) * 1024 for parts in map(str.split, told.splitlines()) if len(parts) == 3}
    if "Pss_Anon:" in sizes:
        return sum(sizes.get(name, 0) for name in _ANONYMOUS), sizes.get("Pss_File:", 0)
    resident = process.memory_info()
    shared = getattr(resident, "shared", 0)
    return resident.rss - shared, shared


def _mappings_of(process: psutil.Process) -> int:
    try:
        return Path(f"/proc/{process.pid}/maps").read_bytes().count(b"\n")
    except OSError:
        return 0


def sample(server: psutil.Process, seconds: float) -> Sample:
    anonymous = mapped = 0.0
    descriptors = threads = mappings = 0
    for process in (server, *server.children(recursive=True)):
        try:
            own, of_files = memory_of(process)
            descriptors += process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
            threads += process.num_threads()
        except psutil.Error:  # it ended meanwhile
            continue
        anonymous, mapped = anonymous + own, mapped + of_files
        mappings += _mappings_of(process)
    return Sample(seconds, anonymous / MB, mapped / MB, descriptors, threads, mappings)


def watch(server: psutil.Process, every: float, ended: Event, found: list[Sample]) -> None:
    began = time.monotonic()
    while not ended.wait(every):
        found.append(sample(server, time.monotonic() - began))
