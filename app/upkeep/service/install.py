"""Starting Doppel whenever its person signs in: installed, removed, looked at, by what the system itself has for that."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.errors import DoppelError
from app.upkeep.service import launchd, systemd, task
from app.upkeep.service.command import Service, Tool, own_service, tool
from engine.files import replacing


class System(Protocol):
    """What `systemd`, `launchd` and `task` have."""

    def place(self) -> Path: ...

    def written(self, service: Service) -> str: ...

    def start(self, tool: Tool) -> None: ...

    def stop(self, tool: Tool) -> None: ...

    def forgotten(self, tool: Tool) -> None: ...

    def runs(self, tool: Tool) -> bool: ...


@dataclass(frozen=True)
class Installed:
    """file: what the system reads, None where nothing is installed; current: it starts this Doppel, on this archive."""

    file: str | None
    running: bool
    current: bool


def system() -> System:
    """That of this computer."""
    known: System = task if sys.platform == "win32" else launchd if sys.platform == "darwin" else systemd
    return known


def install(system: System, tool: Tool = tool) -> Installed:
    """Start Doppel now and at each sign-in. Nothing stays installed if the system refuses. Raises DoppelError."""
    file = system.place()
    before = file.read_bytes() if file.exists() else None
    try:
        with replacing(file) as unfinished:
            unfinished.write_bytes(_encoded(system.written(own_service())))
    except OSError as error:
        raise DoppelError(f"{file} cannot be written ({error.strerror}).") from None
    try:
        system.start(tool)
    except DoppelError:
        if before is None:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(before)
        raise
    return status(system, tool)


def remove(system: System, tool: Tool = tool) -> bool:
    """End it and start it no more; whether there was one. The archive stays."""
    file = system.place()
    if not file.exists():
        return False
    system.stop(tool)
    file.unlink(missing_ok=True)
    system.forgotten(tool)
    return True


def status(system: System, tool: Tool = tool) -> Installed:
    file = system.place()
    if not file.exists():
        return Installed(None, False, False)
    current = file.read_bytes() == _encoded(system.written(own_service()))
    return Installed(str(file), system.runs(tool), current)


def _encoded(text: str) -> bytes:
    return text.encode("utf-16" if "UTF-16" in text[:60] else "utf-8")
