"""`doppel doctor`: what is installed, what runs where and why, how the archive is, and what to do about each finding.

Every check stands alone and changes nothing: it works beside a running Doppel, with a broken settings file and without a
model. No text of a document is read.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Literal

from app.errors import DoppelError
from app.health import FILE, read
from app.protection import PASSPHRASE_FILE, key_at_hand
from app.settings import Settings, data_directory, load
from storage.encryption.key import DataKey

PYTHONS = ((3, 11), (3, 12), (3, 13))
LEAST_FREE = 2 * 10**9  # bytes
INOTIFY = Path("/proc/sys/fs/inotify/max_user_watches")
MOST_FOLDERS = 200_000  # counted before it is taken as "many"
OPEN_FILES = 1024


@dataclass(frozen=True)
class Finding:
    """One thing looked at. state: ok; note, worth knowing; problem, keeps something from working. advice: what to do."""

    name: str
    state: Literal["ok", "note", "problem"]
    found: str
    advice: str = ""


def examine(key: DataKey | None = None) -> list[Finding]:
    """All findings, in the order in which a person would look. Raises nothing that it is there to find.

    key: of a protected archive; without one, that which is at hand.
    """
    try:
        settings, broken = load(), ""
    except DoppelError as error:
        settings, broken = Settings(home=data_directory()), str(error)
    found = (
        [Finding("settings", "problem", broken, "Correct the file, or delete it for the defaults.")]
        if broken
        else []
    )
    checks: tuple[Callable[..., Iterator[Finding]], ...] = (
        versions,
        device,
        model,
        archive,
        disk,
        watches,
        programs,
    )
    for check in checks:
        name = check.__name__
        try:
            found += check(settings, key) if check in (archive, watches) else check(settings)
        except Exception as error:  # one that fails must not hide the others
            found.append(Finding(name, "problem", f"could not be looked at: {type(error).__name__}: {error}"))
    return found


def versions(settings: Settings) -> Iterator[Finding]:
    from storage.sqlite.connect import SECURE_FULL_TEXT, driver

    fits = sys.version_info[:2] in PYTHONS
    yield Finding(
        "versions",
        "ok" if fits else "note",
        f"Doppel {_version('doppel')}, Python {platform.python_version()}, torch {_version('torch')}, "
        f"Triton {_version('triton')}, transformers {_version('transformers')}, Gradio {_version('gradio')}, "
        f"{platform.platform(terse=True)} {platform.machine()}",
        "" if fits else "Doppel is tested with Python 3.11 to 3.13: set it up with one of these.",
    )
    new = driver.sqlite_version_info >= SECURE_FULL_TEXT
    yield Finding(
        "SQLite",
        "ok" if new else "note",
        driver.sqlite_version,
        ""
        if new
        else "Forgetting rewrites the whole text index with an SQLite before 3.42; a newer Python brings one.",
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def device(settings: Settings) -> Iterator[Finding]:
    from app.model.devices import best_device

    best = best_device()
    why = best.problem or ("an NVIDIA card is used" if best.name == "cuda" else "there is no NVIDIA card")
    yield Finding("device", "problem" if best.problem else "ok", f"{best.what}: {why}")
    if best.name == "cuda":
        from kernels.device import triton_works

        works = triton_works()
        yield Finding(
            "Triton",
            "ok" if works else "note",
            "builds its kernels" if works else "cannot build its kernels, so torch computes, slower",
            ""
            if works
            else "Install a C compiler and Python's headers (Debian: apt install gcc python3-dev).",
        )


def model(settings: Settings) -> Iterator[Finding]:
    import psutil

    from app.model import store

    folder = store.model_folder(settings)
    if not store.is_ready(settings):
        fix = "doppel model pull" if settings.model_is_local else f"doppel model pull {settings.model}"
        yield Finding("model", "problem", f"{settings.model} is not on this machine", f"Fetch it: {fix}")
        return
    size = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    memory = psutil.virtual_memory().total
    # In float32 on a CPU, stored in two bytes.
    tight = 2 * size > memory
    yield Finding(
        "model",
        "note" if tight else "ok",
        f"{settings.model}, {size / 1e9:.1f} GB in {folder}",
        f"This machine has {memory / 1e9:.0f} GB of memory, little for it without a card: a smaller one answers faster."
        if tight
        else "",
    )


def archive(settings: Settings, key: DataKey | None = None) -> Iterator[Finding]:
    from storage.health import inspect

    seen = inspect(settings.home, key or key_at_hand(settings.home))
    if not seen.exists:
        yield Finding("archive", "ok", f"none yet in {settings.home}", "doppel run PATH starts one.")
        return
    if seen.protected:
        yield Finding(
            "archive",
            "note",
            f"protected by a passphrase, {seen.bytes / 1e6:,.0f} MB in {settings.home}; nobody has looked inside",
            f"To have it looked at, name a file that holds the passphrase: {PASSPHRASE_FILE}",
        )
        return
    if seen.damage:
        yield Finding(
            "archive",
            "problem",
            f"the database is damaged: {seen.damage}",
            "Restore a backup, or move the folder away and let Doppel read your files again. Your files are not affected.",
        )
        return
    used = f", opened by process {seen.written_by}" if seen.written_by else ""
    yield Finding(
        "archive",
        "ok",
        f"sound: {seen.documents:,} passages, {seen.bytes / 1e6:,.0f} MB in {settings.home}{used}",
    )
    if seen.missing:
        yield Finding(
            "vectors",
            "problem",
            f"{len(seen.missing)} files of vectors are gone",
            "What they held is encoded again by itself: doppel run",
        )
    for trouble in read(settings.home / FILE) if seen.written_by else ():
        yield Finding(trouble.part, "problem", f"fails since {trouble.since}", trouble.what)
    if failed := seen.files.get("failed", 0):
        yield Finding(
            "files",
            "note",
            f"{failed:,} files could not be read",
            "doppel status lists them with the reasons.",
        )


def disk(settings: Settings) -> Iterator[Finding]:
    place = settings.home
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    writable = os.access(place, os.W_OK)
    short = free < LEAST_FREE
    yield Finding(
        "disk",
        "ok" if writable and not short else "problem",
        f"{free / 1e9:.1f} GB free for {settings.home}"
        + ("" if writable else ", which cannot be written to"),
        "Free some space: at the limit nothing new is learned, and nothing is lost."
        if short
        else ""
        if writable
        else "Give yourself the right to write there, or set DOPPEL_HOME to another folder.",
    )


def watches(settings: Settings, key: DataKey | None = None) -> Iterator[Finding]:
    """Linux watches folder by folder and limits how many; elsewhere one watch covers a tree."""
    from storage.health import inspect

    if sys.platform == "linux" and INOTIFY.exists():
        limit = int(INOTIFY.read_text())
        folders = sum(
            _folders(Path(source))
            for source in inspect(settings.home, key or key_at_hand(settings.home)).sources
        )
        enough = folders < 0.8 * limit
        yield Finding(
            "watches",
            "ok" if enough else "problem",
            f"{folders:,} folders to watch, the system allows {limit:,}",
            ""
            if enough
            else "Raise the limit, else the rest is looked at in intervals: sudo sysctl fs.inotify.max_user_watches=1048576",
        )
    if sys.platform != "win32":
        import resource

        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        few = soft != resource.RLIM_INFINITY and soft < OPEN_FILES
        yield Finding(
            "open files",
            "note" if few else "ok",
            "no limit" if soft == resource.RLIM_INFINITY else f"up to {soft:,}",
            f"Allow more in the shell that starts Doppel: ulimit -n {OPEN_FILES}" if few else "",
        )


def _folders(source: Path) -> int:
    return (
        1 + sum(len(found) for _, found, _ in islice(os.walk(source), MOST_FOLDERS)) if source.is_dir() else 0
    )


def programs(settings: Settings) -> Iterator[Finding]:
    from app.parsing.formats import ocr

    there = ocr.available()
    yield Finding(
        "scans",
        "ok" if there else "note",
        f"up to {settings.ocr_pages} pictures of a file are read"
        if there
        else "no text is read from pictures",
        "" if there else "Install rapidocr and onnxruntime; scanned pages and pictures are then read.",
    )
