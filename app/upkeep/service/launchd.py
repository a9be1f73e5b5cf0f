"""macOS: an agent of launchd, for the person who is signed in."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path

from app.upkeep.service.command import Service, Tool, done_or_said

LABEL = "org.doppel.twin"


def place() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"


def written(service: Service) -> str:
    """The agent. The address that Doppel prints signs a browser in, so what it prints is kept by nobody."""
    agent = {
        "Label": LABEL,
        "ProgramArguments": list(service.program),
        "EnvironmentVariables": service.environment,
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ExitTimeOut": 90,
        "ProcessType": "Background",
        "StandardOutPath": "/dev/null",
        "StandardErrorPath": "/dev/null",
    }
    return plistlib.dumps(agent).decode()


def _domain() -> str:
    return f"gui/{os.getuid() if hasattr(os, 'getuid') else 0}"


def start(tool: Tool) -> None:
    """Raises DoppelError."""
    tool(["launchctl", "bootout", f"{_domain()}/{LABEL}"])
    done_or_said(tool(["launchctl", "bootstrap", _domain(), str(place())]), "launchd did not take the agent")


def stop(tool: Tool) -> None:
    tool(["launchctl", "bootout", f"{_domain()}/{LABEL}"])


def forgotten(tool: Tool) -> None:
    """launchd reads the folder anew at the next sign-in."""


def runs(tool: Tool) -> bool:
    said = tool(["launchctl", "print", f"{_domain()}/{LABEL}"])
    return said.code == 0 and "state = running" in said.said
