"""Reading a file in another process, which is limited in time and memory and replaced when it dies.

A hostile or broken file can thus neither crash nor hang Doppel. The worker is reused from file to file
(starting one costs about 0.1 s), and one is started for each thread that reads at the same time. Items
arrive while the file is still being read, so a mailbox of 10 GB takes bounded memory on both sides; only
the time spent waiting for the worker counts, not the time the caller takes over an item.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from app.errors import NotRead, Skipped, Unreachable, Unreadable
from app.parsing.items import MB, Block, Item, Limits
from app.parsing.sniff import SPEECH_SUFFIXES
from app.parsing.worker import out_of_memory

STEP = 64 * MB  # each such piece of a large file gets the time limit anew
FILES_PER_WORKER = 500  # then a new one starts, so that leaks in parsers stay small
_LINE_LIMIT = 256 * MB  # of one item on its way
_POLL = 0.2
_PICTURE_SECONDS = 20  # that OCR may take for one, on a slow and busy machine
_PAGES = (".pdf", ".tif", ".tiff")  # files that may hold many scanned pages in one item

_idle: list[_Worker] = []
_lock = threading.Lock()


def read_isolated(
    path: Path, *, seconds: float = 60, megabytes: int = 1024, limits: Limits | None = None
) -> list[Item]:
    """All items of a file, parsed in a worker process. Raises Skipped, Unreachable or Unreadable, nothing else."""
    return list(iter_isolated(path, seconds=seconds, megabytes=megabytes, limits=limits))


def iter_isolated(
    path: Path, *, seconds: float = 60, megabytes: int = 1024, limits: Limits | None = None
) -> Iterator[Item]:
    """The items of a file one by one, parsed in a worker process.

    seconds: waiting time for one item, for each 64 MB begun of the file (a mailbox has many items, a PDF one);
    for all of them it may be that much for each megabyte; a recording may take as long as it is, and scanned pages as long
    as OCR takes for them. megabytes: memory of the worker.
    Raises Skipped, Unreachable or Unreadable, for a large file possibly after some items.
    """
    path = Path(path).absolute()
    try:
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise Unreachable("no such file, or no access to it: check that it is still there") from error
    limits = limits or Limits()
    heard = (
        60 * limits.speech_minutes if limits.speech_model and path.suffix.lower() in SPEECH_SUFFIXES else 0
    )
    looked_at = (_PICTURE_SECONDS + 60 / limits.pictures_a_minute) * limits.ocr_pages
    patience = seconds * (1 + size // STEP) + heard + (looked_at if path.suffix.lower() in _PAGES else 0)
    deadline = seconds * (1 + size // MB) + looked_at + heard
    worker = _take(megabytes)
    finished = False
    try:
        worker.ask(path, deadline, limits)
        while True:
            began = time.monotonic()
            message = worker.receive(min(patience, deadline))
            deadline -= time.monotonic() - began
            if "item" not in message:
                break
            yield _item(message["item"])
        finished = True
    finally:
        _give_back(worker, reusable=finished)
    _refuse(message)


def picture_isolated(
    path: Path, page: int, passage: str, words: str, *, seconds: float = 60, megabytes: int = 1024
) -> tuple[bytes, int]:
    """`app.viewing.facsimile` in a worker process. Raises Skipped, Unreachable or Unreadable, nothing else."""
    worker = _take(megabytes)
    finished = False
    try:
        picture = {"page": page, "passage": passage, "words": words}
        worker.ask(Path(path).absolute(), seconds, Limits(), picture)
        message = worker.receive(seconds)
        finished = True
    finally:
        _give_back(worker, reusable=finished)
    if "picture" not in message:
        _refuse(message)
    return b64decode(message["picture"]), int(message["pages"])


def close_workers() -> None:
    """Ends the idle workers; the next file starts a new one."""
    with _lock:
        workers, _idle[:] = list(_idle), []
    for worker in workers:
        worker.kill()


atexit.register(close_workers)


def _refuse(message: dict[str, Any]) -> None:
    """Raises what the worker's last message says, if the file could not be read."""
    if message["end"] == "skipped":
        raise Skipped(message["reason"])
    if message["end"] == "unreachable":
        raise Unreachable(message["reason"])
    if message["end"] == "unreadable":
        raise Unreadable(message["reason"])


def _take(megabytes: int) -> _Worker:
    with _lock:
        while _idle:
            worker = _idle.pop()
            if worker.megabytes == megabytes and worker.alive():
                return worker
            worker.kill()
    return _Worker(megabytes)


def _give_back(worker: _Worker, reusable: bool) -> None:
    if reusable and worker.files < FILES_PER_WORKER and worker.alive():
        with _lock:
            _idle.append(worker)
    else:
        worker.kill()


def _item(fields: dict[str, Any]) -> Item:
    blocks = [Block(**block) for block in fields.pop("blocks")]
    notes = tuple(fields.pop("notes"))
    return Item(blocks=blocks, notes=notes, **fields)


class _Worker:
    """One worker process and the thread that takes its lines off the pipe."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        self.files = 0
        root = Path(__file__).parents[2]
        # Run in the folder of the package: a folder of the person's may hold modules of the same names.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.parsing.worker", str(megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self.lines: queue.Queue[bytes] = queue.Queue(maxsize=4)
        self.closed = threading.Event()
        threading.Thread(target=self._forward, daemon=True, name="doppel-reading").start()

    def _forward(self) -> None:
        assert self.process.stdout is not None
        while not self.closed.is_set():
            try:
                line = self.process.stdout.readline(_LINE_LIMIT)
            except (OSError, ValueError):
                line = b""
            while not self.closed.is_set():
                try:
                    self.lines.put(line, timeout=1)
                    break
                except queue.Full:
                    continue
            if not line:
                return

    def alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, path: Path, seconds: float, limits: Limits, picture: dict[str, Any] | None = None) -> None:
        self.files += 1
        request: dict[str, Any] = {
            "path": os.fspath(path),
            "seconds": seconds,
            "megabytes": self.megabytes,
            "limits": asdict(limits),
        }
        if picture is not None:
            request["picture"] = picture
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        except (BrokenPipeError, OSError):
            pass  # receive() finds it dead

    def receive(self, seconds: float) -> dict[str, Any]:
        """The next message. Raises Unreadable or Unreachable when it does not come in time or the process ended or grew."""
        end = time.monotonic() + seconds
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, min(_POLL, end - time.monotonic())))
                break
            except queue.Empty:
                if time.monotonic() >= end:
                    raise Unreadable(
                        f"gave nothing within {seconds:.0f} s: it is damaged, or needs to be split"
                    ) from None
                if self._resident() > self.megabytes * MB:
                    raise Unreadable(out_of_memory(self.megabytes)) from None
        if len(line) >= _LINE_LIMIT:
            raise Unreadable(f"more than {_LINE_LIMIT // MB} MB of text in one piece: split it")
        if not line.endswith(b"\n"):
            raise self._ended()
        message: dict[str, Any] = json.loads(line)
        return message

    def _resident(self) -> int:
        try:
            return int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def _ended(self) -> NotRead:
        try:
            code: int | str = self.process.wait(5)
        except subprocess.TimeoutExpired:
            code = "none"
        if code == -getattr(signal, "SIGKILL", 9):
            return Unreachable("the system ended the reader: there may be too little memory")
        if code == -getattr(signal, "SIGABRT", 0):  # how compiled readers end when they get no more memory
            return Unreadable(
                f"damaged, or needs more than {self.megabytes} MB of memory: open it in its program and save it again"
            )
        return Unreadable(
            f"the reader crashed on it (exit code {code}): open it in its program and save it again"
        )

    def kill(self) -> None:
        """Ends the process and what it started."""
        self.closed.set()
        try:
            family = [*psutil.Process(self.process.pid).children(recursive=True), self.process]
        except psutil.Error:
            family = [self.process]
        for process in family:
            try:
                process.kill()
            except (psutil.Error, OSError):
                continue
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
