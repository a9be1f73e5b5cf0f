"""Doppel's background half as a process of its own, for tests that kill it.

`python -m tests.app.learning.chaos_worker FOLDER` watches and learns, and says "started". Then it takes commands, a line
each, and answers "done": "add PATH" and "remove PATH" of a source, "accept" for folders as they are now, "clock SECONDS"
for a jump of the clock. At "finish" it finishes what there is to do and ends.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from app.learning import queue
from app.watching import roots, watcher
from tests.app.desk import Desk, passages

_clock = time.time
_jumped = 0.0


def main() -> None:
    watcher.LOOK_SECONDS = 0.3
    queue.FIRST_PAUSE = 0.1
    time.time = lambda: _clock() + _jumped
    with Desk(Path(sys.argv[1]), options={"quiet_seconds": 0.05}, split=passages) as desk:
        desk.start()
        print("started", flush=True)
        for line in sys.stdin:
            command, _, argument = line.strip().partition(" ")
            if command == "finish":
                break
            obey(desk, command, argument)
            print("done", flush=True)
        finish(desk)


def obey(desk: Desk, command: str, argument: str) -> None:
    global _jumped
    assert desk.watcher is not None
    if command == "add":
        desk.watcher.rescan(desk.archive.sources.add(Path(argument)).id)
    elif command == "remove":
        for row in desk.archive.sources.rows():
            if row.path == argument:
                desk.archive.sources.remove(row.id)
        desk.watcher.rescan()
    elif command == "accept":
        for row in desk.archive.sources.rows():
            if Path(row.path).is_dir():
                roots.accept(desk.archive, row)
                desk.archive.sources.set_state(row.id, "active")
        desk.watcher.rescan()
    elif command == "clock":
        _jumped += float(argument)


def finish(desk: Desk, calm: float = 1.0) -> None:
    """Wait until nothing has happened for a while."""
    assert desk.watcher is not None and desk.ingest is not None
    desk.watcher.rescan()
    since = time.monotonic()
    while time.monotonic() - since < calm:
        if not (desk.watcher.settled() and desk.ingest.wait_idle(0.1)):
            since = time.monotonic()
        time.sleep(0.02)


if __name__ == "__main__":
    main()
