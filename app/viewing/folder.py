"""Showing a file in the file manager of this computer's desktop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from app.errors import NotFound


def command(path: Path, platform: str = sys.platform) -> list[str]:
    """What opens the folder of a file, with the file chosen where the system can."""
    if platform == "darwin":
        return ["open", "-R", str(path)]
    if platform == "win32":
        return ["explorer", f"/select,{path}"]
    # No flag of xdg-open chooses a file, and a path is never read as one.
    return ["xdg-open", str(path.parent)]


def show(path: Path) -> None:
    """Raises NotFound where the file is gone or there is no file manager."""
    if not path.exists():
        raise NotFound(f"{path} is not there any more.")
    wanted = command(path)
    program = shutil.which(wanted[0])
    if program is None or (sys.platform == "linux" and not _desktop()):
        raise NotFound(f"There is no desktop here to show it on. The file is {path}.")
    quiet = subprocess.DEVNULL
    subprocess.Popen([program, *wanted[1:]], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)


def _desktop() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
