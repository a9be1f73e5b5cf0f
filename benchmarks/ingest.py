"""The ingest benchmark: `python -m benchmarks.ingest [--files N] [--notes N] [--delete N] [--json]`.

Writes N small files into a temporary folder and has them learned by the real pipeline (scan, reading in
processes of their own, splitting, encoding, committing) with the model that the settings name. Reports
* files, and tokens_per_s from the first look at the folder to the last commit;
* vs_encoder: that over the encoder alone on a part of the same passages, timed before and after in the same
  run, since the machine's clock drifts;
* outside_cpu_s: processor seconds of this process from the first look to the last commit, less what the encoder alone
  took for as many tokens. Other programs disturb it less than they disturb seconds of the clock;
* peak_gb: memory of this process and of the readers at the worst moment, model included;
* missing, doubled: files of the folder that are not known, and passages that are known twice;
* save_to_answerable_p50_s and _p95_s: from saving a one-page note into the watched folder to the moment the
  next question can find it; note_encode_s is what encoding such a note alone takes;
* scan_s_per_1000: seconds that the first look at a thousand files takes, nothing else going on;
* remove_source_s, forget_source_s: removing, and erasing for good, a source with N documents. Their vectors are
  random, in the shape of the model's: what is in them costs the same. forget_source_cpu_s: its processor seconds.

What loads a model is imported late, because telemetry has to be off before.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil
import torch

from app.errors import DoppelError
from app.learning.ingest import Encode, Encoder, Ingest
from app.parsing.isolated import close_workers, iter_isolated
from app.passages.file_passages import Reader, file_label
from app.passages.split import split
from app.settings import Settings, disable_telemetry
from app.settings import load as load_settings
from app.watching.scan import Scan, known_files
from app.watching.watcher import Watcher
from storage.archive import Archive
from storage.bank.bank import Bank
from storage.bank.snapshot import Stored
from storage.records import Draft, FileCommit

WORDS = (  # noqa: SIM905
    "the a of to in and with for after before garden river letter winter doctor ticket piano bridge market "
    "kitchen station lawyer coffee mountain summer contract window doorbell neighbour harbour invoice library "
    "teacher rain bicycle birthday called wrote paid forgot found bought moved sold promised repaired visited "
    "remembered lost yesterday tomorrow Monday Friday morning evening seven twelve forty Lisbon Zürich Anna"
).split()
ALONE_TOKENS = 4000
NOTE_WORDS = 300
ROOT, HOME = "folder", "data"


@dataclass(frozen=True)
class Model:
    """What is measured: an encoder, its tokens, and the shape of its bank (layers, kv heads, head dim)."""

    encode: Encode
    count_tokens: Callable[[str], int]
    fingerprint: str
    shape: tuple[int, int, int]


@dataclass(frozen=True)
class Result:
    """The keys are explained at the top of this module. Seconds, tokens of passages, GB of 10⁹ bytes."""

    files: int
    tokens: int
    seconds: float
    tokens_per_s: float
    encoder_tokens_per_s: float
    vs_encoder: float
    outside_cpu_s: float
    peak_gb: float
    missing: int
    doubled: int
    save_to_answerable_p50_s: float
    save_to_answerable_p95_s: float
    note_encode_s: float
    scan_s_per_1000: float
    deleted_documents: int
    remove_source_s: float
    forget_source_s: float
    forget_source_cpu_s: float


def prose(random_: random.Random, words: int) -> str:
    """Sentences of made-up text."""
    sentences = []
    while words > 0:
        length = min(words, random_.randrange(6, 16))
        sentences.append(" ".join(random_.choices(WORDS, k=length)).capitalize() + ".")
        words -= length
    return " ".join(sentences)


def write_files(root: Path, files: int, seed: int = 1) -> None:
    """`files` notes of 30 to 90 words, a hundred to a folder."""
    random_ = random.Random(seed)
    for number in range(files):
        folder = root / f"{number // 100:04}"
        folder.mkdir(parents=True, exist_ok=True)
        text = prose(random_, random_.randrange(30, 90))
        (folder / f"note {number}.md").write_text(f"{text}\n", encoding="utf-8")


def measure(
    model: Model, settings: Settings, folder: Path, files: int, notes: int, delete: int = 5000
) -> Result:
    """Run the benchmark in `folder`, which is empty."""
    root = folder / ROOT
    root.mkdir()
    write_files(root, files)
    settings = replace(settings, home=folder / HOME, throttle=False, nice=0)
    with Archive.open(settings.home) as archive, peak_memory() as peak:
        archive.banks.open(model.fingerprint, *model.shape)
        source = archive.sources.add(root)
        alone = [encoder_alone(model, settings, root)]
        ingest = Ingest(
            archive, settings, reader_of(model, settings), Encoder(model.encode, model.fingerprint)
        )
        began, cpu = time.perf_counter(), time.process_time()
        ingest.start()
        Scan(archive, source, exclude=[settings.home]).all()
        ingest.wake()
        while not ingest.wait_idle(3600):
            pass
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        tokens = archive.documents.count_tokens()
        alone.append(encoder_alone(model, settings, root))
        missing, doubled = compare(archive, source.id, root)
        delays = save_notes(archive, settings, ingest, model, root, notes)
        ingest.stop()
    close_workers()
    encoder = statistics.mean(rate for rate, _ in alone)
    removed, _ = deletion(model, folder / "remove", delete, lambda archive, id: archive.sources.remove(id))
    erased, erased_cpu = deletion(
        model, folder / "forget", delete, lambda archive, id: archive.forgetting.forget_source(id)
    )
    return Result(
        files=files,
        tokens=tokens,
        seconds=seconds,
        tokens_per_s=tokens / seconds,
        encoder_tokens_per_s=encoder,
        vs_encoder=tokens / seconds / encoder,
        outside_cpu_s=cpu - tokens * statistics.mean(each for _, each in alone),
        peak_gb=peak() / 1e9,
        missing=missing,
        doubled=doubled,
        save_to_answerable_p50_s=percentile(delays, 0.5),
        save_to_answerable_p95_s=percentile(delays, 0.95),
        note_encode_s=note_alone(model, settings),
        scan_s_per_1000=scan_alone(folder / "scan", root) / files * 1000,
        deleted_documents=delete,
        remove_source_s=removed,
        forget_source_s=erased,
        forget_source_cpu_s=erased_cpu,
    )


def scan_alone(home: Path, root: Path) -> float:
    """Seconds of the first scan of a folder into an archive of its own, while nothing reads."""
    with Archive.open(home) as archive:
        scan = Scan(archive, archive.sources.add(root), exclude=[home])
        began = time.perf_counter()
        scan.all()
        return time.perf_counter() - began


def deletion(
    model: Model, home: Path, documents: int, delete: Callable[[Archive, int], object]
) -> tuple[float, float]:
    """Seconds, and processor seconds, to delete a source with so many documents, ten to a file, committed ten files at
    a time.
    """
    layers, kv_heads, head_dim = model.shape
    random_ = random.Random(4)
    with Archive.open(home) as archive:
        archive.banks.open(model.fingerprint, *model.shape)
        source = archive.sources.add(home / "gone")
        ids = archive.commits.reserve_ids(documents)
        for start in range(0, documents, 100):
            commits = []
            for first in range(start, min(start + 100, documents), 10):
                drafts = [
                    Draft(id, n, prose(random_, 60), f"{id}", tokens=90)
                    for n, id in enumerate(ids[first : first + 10])
                ]
                vectors = [torch.randn(layers, 6, kv_heads, head_dim) for _ in drafts]
                file = archive.files.upsert(source.id, home / "gone" / f"{first}.md", 1, 1)
                encodings = [Stored(v, v, v, 90) for v in vectors]
                commits.append(FileCommit(file.id, add=drafts, encodings=encodings, content_hash=f"{first}"))
            archive.commits.commit_files(commits, model.fingerprint)
        began, cpu = time.perf_counter(), time.process_time()
        delete(archive, source.id)
        spent = time.perf_counter() - began, time.process_time() - cpu
        if archive.documents.count() or archive.files.rows():
            raise RuntimeError("the source was not deleted")
        return spent


def reader_of(model: Model, settings: Settings) -> Reader:
    """Files to passages, as the application does it."""

    def read(path: Path) -> Iterator:
        return iter_isolated(path, seconds=settings.read_seconds, megabytes=settings.read_memory_mb)

    return Reader(read, lambda item, label: split(item, model.count_tokens, settings.max_tokens, label=label))


def encoder_alone(model: Model, settings: Settings, root: Path) -> tuple[float, float]:
    """Tokens per second of the encoder, and processor seconds per token, on about ALONE_TOKENS of the same passages,
    read and split beforehand.
    """
    reader = reader_of(model, settings)
    passages: list[tuple[int, str]] = []
    tokens = 0
    for path in sorted(root.rglob("*.md")):
        for item in reader.read(path):
            for passage in reader.split(item, file_label(path)):
                passages.append((len(passages) + 1, passage.text))
                tokens += passage.tokens
        if tokens >= ALONE_TOKENS:
            break
    model.encode(passages[:4])
    began, cpu = time.perf_counter(), time.process_time()
    model.encode(passages)
    return tokens / (time.perf_counter() - began), (time.process_time() - cpu) / tokens


def compare(archive: Archive, source_id: int, root: Path) -> tuple[int, int]:
    """(missing, doubled): files of the folder that are not known with their content, passages known more than
    once.
    """
    on_disk = {str(path) for path in root.rglob("*") if path.is_file()}
    known: set[str] = set()
    doubled = 0
    for file in known_files(archive, source_id):
        texts = Counter(document.text for document in archive.documents.of_file(file.id))
        doubled += sum(texts.values()) - len(texts) + (file.path in known)
        if file.state == "known" and texts:
            known.add(file.path)
    return len(on_disk - known), doubled


def save_notes(
    archive: Archive, settings: Settings, ingest: Ingest, model: Model, root: Path, notes: int
) -> list[float]:
    """Seconds from saving a note to its documents being in what the next question reads, one note at a
    time.
    """
    watcher = Watcher(archive, settings, wake=ingest.wake)
    watcher.start()
    while not (watcher.settled() and ingest.wait_idle(1)):
        time.sleep(0.01)
    bank = archive.banks.open(model.fingerprint, *model.shape)
    random_ = random.Random(2)
    delays = []
    for number in range(notes):
        path = root / f"saved {number}.md"
        text = prose(random_, NOTE_WORDS)
        began = time.perf_counter()
        path.write_text(text, encoding="utf-8")
        while not answerable(archive, bank, path):
            time.sleep(0.005)
        delays.append(time.perf_counter() - began)
    watcher.stop()
    return delays


def answerable(archive: Archive, bank: Bank, path: Path) -> bool:
    """True if the file is known and the next question finds all its documents."""
    file = archive.files.by_path(path)
    if file is None or file.state != "known":
        return False
    ids = set(bank.snapshot().document_ids.tolist())
    return all(document.id in ids for document in archive.documents.of_file(file.id))


def note_alone(model: Model, settings: Settings) -> float:
    """Seconds that the encoder takes for a note like those saved, the median of three."""
    words = prose(random.Random(3), NOTE_WORDS).split(" ")
    # about three tokens for two words; the exact cut does not matter here
    step = settings.max_tokens * 2 // 3
    passages = [(n + 1, " ".join(words[at : at + step])) for n, at in enumerate(range(0, len(words), step))]
    spent = []
    for _ in range(3):
        began = time.perf_counter()
        model.encode(passages)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


@contextmanager
def peak_memory(every: float = 0.2) -> Iterator[Callable[[], int]]:
    """Samples the resident memory of this process and its children; call what it gives for the most seen, in
    bytes.
    """
    most, done, me = [0], threading.Event(), psutil.Process()

    def sample() -> None:
        while True:
            total = 0
            for process in (me, *me.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.Error:
                    continue
            most[0] = max(most[0], total)
            if done.wait(every):
                return

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield lambda: most[0]
    finally:
        done.set()
        thread.join()


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def load_model(settings: Settings) -> Model:
    """The model that the settings name. Raises ModelMissing."""
    disable_telemetry(settings)
    from app.model import store
    from app.model.answerer import Answerer

    answerer = Answerer(store.load(settings))
    shape = (len(answerer.model.config.router_layers), answerer.model.kv_heads, answerer.model.head_dim)
    return Model(answerer.encode, answerer.count_tokens, answerer.model.fingerprint, shape)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--notes", type=int, default=20)
    parser.add_argument("--delete", type=int, default=5000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    try:
        settings = load_settings()
        model = load_model(settings)
    except DoppelError as error:
        sys.exit(str(error))
    with tempfile.TemporaryDirectory(prefix="doppel-ingest-") as folder:
        result = measure(
            model,
            settings,
            Path(folder).resolve(),
            arguments.files,
            arguments.notes,
            arguments.delete,
        )
    shown = {
        key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(result).items()
    }
    print(
        json.dumps(shown)
        if arguments.json
        else "\n".join(f"{key:>26} {value}" for key, value in shown.items())
    )


if __name__ == "__main__":
    main()
