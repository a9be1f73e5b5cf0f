"""Linux: a user unit of systemd, in the folder where such units of a person belong."""

from __future__ import annotations

import os
from pathlib import Path

from app.upkeep.service.command import Service, Tool, done_or_said

UNIT = "doppel.service"


def place() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME", "").strip()
    return (Path(config) if config else Path.home() / ".config") / "systemd" / "user" / UNIT


def written(service: Service) -> str:
    """The unit file. The address that Doppel prints signs a browser in, so what it prints is kept out of the journal."""
    program = " ".join(map(_quoted, service.program))
    environment = "".join(
        f"Environment={_quoted(f'{name}={value}')}\n" for name, value in service.environment.items()
    )
    return (
        "[Unit]\nDescription=Doppel, a private digital twin\n\n[Service]\n"
        f"ExecStart={program}\n{environment}"
        "StandardOutput=null\nRestart=on-failure\nRestartSec=30\nKillSignal=SIGTERM\nTimeoutStopSec=90\nNice=5\n\n"
        "[Install]\nWantedBy=default.target\n"
    )


def _quoted(word: str) -> str:
    """As systemd reads it back: it unquotes, and fills in % and $."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"'


def start(tool: Tool) -> None:
    """Raises DoppelError."""
    done_or_said(tool(["systemctl", "--user", "daemon-reload"]), "systemd did not take the service")
    done_or_said(tool(["systemctl", "--user", "enable", "--now", UNIT]), "systemd did not start the service")


def stop(tool: Tool) -> None:
    tool(["systemctl", "--user", "disable", "--now", UNIT])


def forgotten(tool: Tool) -> None:
    tool(["systemctl", "--user", "daemon-reload"])


def runs(tool: Tool) -> bool:
    return tool(["systemctl", "--user", "is-active", "--quiet", UNIT]).code == 0
