"""A person's folder, an archive and the threads between them, with an encoder that is no model.

Everything but the model is the real thing: the file system, watchdog, the readers, the splitter, the archive.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from app.learning.ingest import Encoder, Ingest
from app.learning.throttle import MachineLoad, Throttle
from app.parsing import Item, read_file
from app.passages.file_passages import Reader, Split, file_label
from app.passages.forgotten import leave_out
from app.passages.split import Passage, near_duplicate_key, split
from app.settings import Settings
from app.watching.scan import Scan, ScanReport, known_files
from app.watching.tree import Tree
from app.watching.watcher import Watcher
from engine.files import sha256_of
from storage.archive import Archive
from storage.records import Source

BANK = "fake"
SHAPE = (2, 1, 8)  # layers, kv heads, head dim


@dataclass(frozen=True)
class Vectors:
    router_key: Tensor
    key: Tensor
    value: Tensor
    tokens: int


def count_tokens(text: str) -> int:
    return len(text.split())


def encode(documents: Sequence[tuple[int, str]]) -> list[Vectors]:
    """Vectors that depend on the text alone."""
    return [_vectors(text) for _, text in documents]


def _vectors(text: str) -> Vectors:
    tokens = count_tokens(text)
    layers, heads, dim = SHAPE
    one = torch.full((layers, -(-tokens // 64), heads, dim), 1.0 + sum(text.encode()) % 97)
    return Vectors(one, one, one, tokens)


class Recorder:
    """An encoder that remembers what it was given and may be told to fail or to wait."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.batches: list[int] = []
        self.bad = "no text has this"
        self.open = threading.Event()
        self.open.set()

    def __call__(self, documents: Sequence[tuple[int, str]]) -> list[Vectors]:
        assert self.open.wait(20)
        if any(self.bad in text for _, text in documents):
            raise MemoryError("too large")
        self.texts += [text for _, text in documents]
        self.batches.append(len(documents))
        return encode(documents)


def passages(item: Item, label: str) -> list[Passage]:
    return split(item, count_tokens, 64, label=label)


def unlabelled(item: Item, _: str) -> list[Passage]:
    """Passages that do not say what their file is called: shorter to expect."""
    return split(item, count_tokens, 64)


def idle_machine(settings: Settings) -> Throttle:
    return Throttle(settings, read=lambda: MachineLoad(0.0))


@dataclass
class Desk:
    """`root` is the watched folder, `home` the data directory. Use as a context manager, or open() and
    close().
    """

    base: Path
    read: Callable[[Path], Iterable[Item]] = read_file
    encode: Callable[[Sequence[tuple[int, str]]], Sequence[Vectors]] = encode
    options: dict[str, Any] = field(default_factory=dict)
    split: Split = unlabelled

    def __post_init__(self) -> None:
        self.root, self.home = self.base / "root", self.base / "home"
        self.root.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {"quiet_seconds": 0.1, "nice": 0} | self.options
        self.settings = Settings(home=self.home, **options)
        self.ingest: Ingest | None = None
        self.watcher: Watcher | None = None

    def __enter__(self) -> Desk:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        self.archive = Archive.open(self.home)
        self.archive.banks.open(BANK, *SHAPE)
        if not self.archive.sources.rows():
            self.archive.sources.add(self.root)

    @property
    def source(self) -> Source:
        return self.archive.sources.rows()[0]

    def start(self, watch: bool = True) -> None:
        self.ingest = Ingest(
            self.archive,
            self.settings,
            Reader(
                self.read,
                self.split,
                self.archive.documents.holds_elsewhere,
                partial(leave_out, self.archive),
            ),
            Encoder(self.encode, BANK),
            idle_machine(self.settings),
        )
        self.ingest.start()
        if watch:
            self.watcher = Watcher(self.archive, self.settings, self.ingest.wake)
            self.watcher.start()

    def stop(self) -> None:
        if self.watcher is not None:
            self.watcher.stop()
        if self.ingest is not None:
            self.ingest.stop()
        self.watcher = self.ingest = None

    def close(self) -> None:
        self.stop()
        self.archive.close()

    def scan(self, *paths: Path, hashes: bool = False) -> ScanReport:
        scan = Scan(self.archive, self.source, exclude=[self.home], hashes=hashes)
        return scan.some(paths) if paths else scan.all()

    def learn(self) -> ScanReport:
        """Scan and ingest once, without watching."""
        report = self.scan()
        self.start(watch=False)
        assert self.ingest is not None and self.ingest.wait_idle()
        self.stop()
        return report

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def state(self, name: str) -> str | None:
        file = self.archive.files.by_path(self.root / name)
        return None if file is None else file.state

    def texts(self, name: str) -> list[str]:
        """What is remembered of a file, in order."""
        file = self.archive.files.by_path(self.root / name)
        return [] if file is None else [d.text for d in self.archive.documents.of_file(file.id)]

    def ids(self, name: str) -> list[int]:
        file = self.archive.files.by_path(self.root / name)
        return [] if file is None else [d.id for d in self.archive.documents.of_file(file.id)]

    def remembered(self) -> dict[str, tuple[str, list[str]]]:
        """Per known file: its content hash and the texts of its documents."""
        return {
            Path(file.path).relative_to(self.root).as_posix(): (file.content_hash or "", self._texts(file.id))
            for file in known_files(self.archive, self.source.id)
        }

    def on_disk(self) -> dict[str, tuple[str, list[str]]]:
        """The same, made from the files as they are."""
        tree = Tree(self.root, self.source.ignore, [self.home])
        return {
            path.relative_to(self.root).as_posix(): (
                sha256_of(path),
                self._read(path),
            )
            for path, _ in tree.walk()
        }

    def bank_ids(self) -> list[int]:
        """Ids of the documents that a question can reach."""
        snapshot = self.archive.banks.open(BANK, *SHAPE).snapshot()
        ids: list[int] = snapshot.document_ids.tolist()
        return ids

    def _read(self, path: Path) -> list[str]:
        texts: dict[str, str] = {}
        for item in self.read(path):
            for passage in self.split(item, file_label(path)):
                texts.setdefault(near_duplicate_key(passage.text), passage.text)
        return list(texts.values())

    def _texts(self, file_id: int) -> list[str]:
        return [document.text for document in self.archive.documents.of_file(file_id)]


def eventually(condition: Callable[[], object], seconds: float = 10.0) -> bool:
    """True as soon as the condition holds; False if it does not within the time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())
