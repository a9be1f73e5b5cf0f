"""A model from the Hugging Face hub, file by file into one folder; an interrupted fetch goes on in the middle of a file.

It runs in a process of its own (`python -m app.model.hub`), because the hub client reads once, when it is imported, whether
it may use the network, and Doppel itself is offline. The client lists files and knows tokens, mirrors (HF_ENDPOINT) and
redirects; what it does not do is go on with half a file that another process has left, so files are written here.

The folder has one subfolder, named by the revision: a model that changed on the hub is begun anew, never mixed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, BinaryIO

from app.errors import ModelUnusable
from engine.files import sha256_of

WANTED = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja")
REPORT_SECONDS = 5.0
BLOCK = 2**20
SPARE = 2 * 10**9  # bytes that stay free on the disk

Report = Callable[[str], None]


def fetch(name: str, folder: Path, report: Report) -> Path:
    """Download a model; returns the folder of its files, which lies in `folder`. Raises ModelUnusable with what to do.

    What came stays in `folder` until the caller removes it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    allowed = {
        key: value
        for key, value in os.environ.items()
        if key not in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    }
    quiet = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "DO_NOT_TRACK": "1"}
    found: dict[str, str] = {}
    with subprocess.Popen(
        [sys.executable, "-m", "app.model.hub", name, str(folder)],
        env=allowed | quiet,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    ) as child:
        assert child.stdout is not None
        try:
            for line in child.stdout:
                said = json.loads(line)
                found |= said
                if "progress" in said:
                    report(said["progress"])
        except BaseException:
            child.terminate()
            raise
    if "folder" in found:
        return Path(found["folder"])
    reason = found.get("problem", f"the download ended with code {child.returncode}")
    raise ModelUnusable(
        f"{name!r} is no folder on this machine and could not be fetched from the hub: {reason}"
    )


def download(name: str, folder: Path, say: Report) -> Path:
    """What the process does. Raises ModelUnusable and whatever the hub client raises."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        info = HfApi().model_info(name, files_metadata=True)
    except RepositoryNotFoundError:
        raise ModelUnusable(
            "the hub has no such model, or shows it only to who is logged in (HF_TOKEN)"
        ) from None
    # Subfolders hold the same weights for other programs.
    files = [
        file
        for file in info.siblings or ()
        if "/" not in file.rfilename and any(fnmatch(file.rfilename, pattern) for pattern in WANTED)
    ]
    if not any(file.rfilename.endswith(".safetensors") for file in files):
        raise ModelUnusable("it has no weights as safetensors there, the one form that is read")
    place = folder / str(info.sha)
    for older in folder.iterdir():
        if older != place and older.is_dir():
            shutil.rmtree(older)
    place.mkdir(exist_ok=True)
    whole = sum(file.size or 0 for file in files)
    missing = whole - sum(path.stat().st_size for path in place.iterdir())
    free = shutil.disk_usage(place).free
    if missing + SPARE > free:
        raise ModelUnusable(
            f"{missing / 1e9:.1f} GB are to come and {free / 1e9:.1f} GB are free on the disk"
        )
    progress = Progress(whole, say)
    for file in sorted(files, key=lambda file: file.size or 0):
        _download_file(name, file, str(info.sha), place, progress)
    return place


class Progress:
    """Says every few seconds how much has come. whole: bytes."""

    def __init__(self, whole: int, say: Report) -> None:
        self.whole, self.say, self.come, self._said = whole, say, 0, 0.0

    def add(self, count: int) -> None:
        self.come += count
        if time.monotonic() - self._said >= REPORT_SECONDS or self.come >= self.whole:
            self._said = time.monotonic()
            self.say(f"{self.come / 1e6:,.0f} of {self.whole / 1e6:,.0f} MB")


class Counted:
    """A file that tells a Progress what is written to it."""

    def __init__(self, file: BinaryIO, progress: Progress) -> None:
        self._file, self._progress = file, progress

    def write(self, data: bytes) -> int:
        self._progress.add(len(data))
        return self._file.write(data)

    def truncate(self) -> int:
        # The server sends the file from its beginning: what was there counts no more.
        self._progress.add(-self._end())
        return self._file.truncate()

    def _end(self) -> int:
        at = self._file.tell()
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(at)
        return end

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _download_file(name: str, file: Any, revision: str, place: Path, progress: Progress) -> None:
    """file: as `HfApi.model_info` lists it. The finished file has its own name, the unfinished one ends in .part."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers

    target = place / file.rfilename
    if target.exists():
        progress.add(target.stat().st_size)
        return
    unfinished = target.with_name(target.name + ".part")
    with unfinished.open("ab") as out:
        out.seek(0, os.SEEK_END)
        have = out.tell()
        progress.add(have)
        http_get(
            hf_hub_url(name, file.rfilename, revision=revision),
            Counted(out, progress),  # type: ignore[arg-type]
            resume_size=have,
            expected_size=file.size,
            headers={**build_hf_headers(), "Accept-Encoding": "identity"},
        )
    expected = getattr(file.lfs, "sha256", None)
    if expected and sha256_of(unfinished) != expected:
        unfinished.unlink()
        raise ModelUnusable(
            f"{file.rfilename} came with another checksum than the hub names and was thrown away"
        )
    unfinished.replace(target)


def reason(error: Exception) -> str:
    """What to do about an error of the hub client, which raises many unrelated kinds."""
    kind = type(error).__name__
    if kind == "GatedRepoError":
        return "its owners ask to accept their terms first: do so on its page, then set HF_TOKEN to a token of yours"
    if "validate" in kind.lower() or kind == "HFValidationError":
        return "that is not how models are named there (owner/name)"
    first = (str(error).strip().splitlines() or ["no reason given"])[0]
    return f"{first} ({kind}). Check the network and pull again: it goes on where it stopped"


def main(argv: Sequence[str]) -> int:
    """`python -m app.model.hub NAME FOLDER`: one JSON object a line: progress, at the end folder or problem."""
    name, folder = argv

    def tell(**said: str) -> None:
        print(json.dumps(said), flush=True)

    try:
        tell(folder=str(download(name, Path(folder), lambda line: tell(progress=line))))
    except ModelUnusable as error:
        tell(problem=str(error))
        return 1
    except Exception as error:  # many unrelated kinds
        tell(problem=reason(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
