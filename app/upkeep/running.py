"""Where the running Doppel is: a file that only its owner may read, with an address that signs one browser in.

`doppel open` reads it. It goes when Doppel ends; one that a crash left behind is told by nobody answering at its address.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

from engine.files import replacing
from storage.directory import private

NAME = "page.json"
_writing = threading.Lock()


def say_where(home: Path, url: str) -> None:
    """Put down the address that the next browser is signed in by. What cannot be written is not needed to run."""
    if not home.is_dir():
        return
    said = json.dumps({"url": url, "process": os.getpid()}).encode()
    with (
        _writing,
        contextlib.suppress(OSError),
        replacing(home / NAME) as unfinished,
        private(unfinished) as file,
    ):
        file.write(said)


def say_ended(home: Path) -> None:
    with _writing, contextlib.suppress(OSError):
        (home / NAME).unlink()


def where(home: Path) -> str | None:
    """The address of the Doppel that runs on this data directory, or None if none answers."""
    try:
        url = str(json.loads((home / NAME).read_text("utf-8"))["url"])
        place = urlsplit(url)
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=2):
            return url
    except (OSError, ValueError, KeyError, TypeError):
        return None
