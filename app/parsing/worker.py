"""The process that parses files for isolated.py: `python -m app.parsing.worker MEGABYTES`.

A request is one JSON line on stdin; the answer is one JSON line per item on stdout and a last one with
"end". JSON, not pickle: what comes from a process that parses hostile files must not be able to run code in
the parent. Libraries that print reach stderr, never the protocol.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from base64 import b64encode
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.errors import Skipped, Unreachable, Unreadable
from app.parsing.items import MB, Limits
from app.parsing.registry import iter_file


def answer(request: dict[str, Any], send: Any) -> None:
    """Sends the items of the requested file and how it ended: {"end": ""}, or "skipped", "unreachable" or
    "unreadable" with the reason; or, of a page or picture that is asked for, {"picture", "pages"}. Raises
    MemoryError after answering, for the process to start afresh."""
    try:
        if "picture" in request:
            from app.viewing.facsimile import facsimile

            picture, pages = facsimile(Path(request["path"]), **request["picture"])
            send({"picture": b64encode(picture).decode("ascii"), "pages": pages})
            return
        for item in iter_file(Path(request["path"]), Limits(**request["limits"])):
            send({"item": asdict(item)})
    except Skipped as error:
        send({"end": "skipped", "reason": error.reason})
    except Unreachable as error:
        send({"end": "unreachable", "reason": error.reason})
    except Unreadable as error:
        send({"end": "unreadable", "reason": error.reason})
    except MemoryError:
        send({"end": "unreadable", "reason": out_of_memory(request["megabytes"])})
        raise
    else:
        send({"end": "read"})


def out_of_memory(megabytes: int) -> str:
    return f"needs more than {megabytes} MB of memory to read: split it, or raise the limit in settings"


def limit_memory(megabytes: int) -> None:
    """Bounds the address space where the system can (Linux); elsewhere the parent watches."""
    try:
        import resource
    except ImportError:
        return
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * MB, megabytes * MB))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_processor(seconds: float) -> None:
    """Ends this process after so much more processor time, should the parent be gone and a parser hang."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 2, hard))


def main() -> None:
    limit_memory(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
    if hasattr(os, "nice"):
        os.nice(5)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def send(message: dict[str, Any]) -> None:
        out.write(json.dumps(message))
        out.write("\n")
        out.flush()

    for line in sys.stdin:
        request = json.loads(line)
        limit_processor(request["seconds"])
        answer(request, send)


if __name__ == "__main__":
    main()
