"""Doppel's background half as a process of its own, for tests that kill it.

`python -m tests.app.learning.chaos_worker FOLDER` watches and learns until a line arrives on its standard input; then
it finishes what there is to do and ends. It says "started" when it watches.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from app.learning import queue
from app.watching import watcher
from tests.app.desk import Desk, passages


def main() -> None:
    watcher.LOOK_SECONDS = 0.3
    queue.FIRST_PAUSE = 0.1
    with Desk(Path(sys.argv[1]), options={"quiet_seconds": 0.05}, split=passages) as desk:
        desk.start()
        print("started", flush=True)
        sys.stdin.readline()
        finish(desk)


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
