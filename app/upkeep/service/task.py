"""Windows: a task that begins when the person signs in, made by schtasks from a description.

By a description, since a task that is made by options alone ends after three days and does not start on battery.
"""

from __future__ import annotations

import getpass
import os
import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

import platformdirs

from app.upkeep.service.command import Service, Tool, done_or_said

NAME = "Doppel"


def place() -> Path:
    return Path(platformdirs.user_config_dir("doppel", appauthor=False)) / "doppel-task.xml"


def written(service: Service) -> str:
    """The task, for the present person, with what cmd sets for it: a task has no environment of its own."""
    program, *words = service.program
    line = subprocess.list2cmdline(words)
    if service.environment:
        sets = "".join(f'set "{name}={value}" && ' for name, value in service.environment.items())
        program, line = "cmd.exe", f'/d /s /c "{sets}{subprocess.list2cmdline(service.program)}"'
    person = escape("\\".join(filter(None, (os.environ.get("USERDOMAIN", ""), getpass.getuser()))))
    return (
        '<?xml version="1.0" encoding="UTF-16"?>\n'
        '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">'
        f"<Triggers><LogonTrigger><Enabled>true</Enabled><UserId>{person}</UserId></LogonTrigger></Triggers>"
        f'<Principals><Principal id="Author"><UserId>{person}</UserId><LogonType>InteractiveToken</LogonType>'
        "<RunLevel>LeastPrivilege</RunLevel></Principal></Principals>"
        "<Settings><MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>"
        "<DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>"
        "<StopIfGoingOnBatteries>false</StopIfGoingOnBatteries><ExecutionTimeLimit>PT0S</ExecutionTimeLimit></Settings>"
        f'<Actions Context="Author"><Exec><Command>{escape(program)}</Command>'
        f"<Arguments>{escape(line)}</Arguments></Exec></Actions></Task>\n"
    )


def start(tool: Tool) -> None:
    """Raises DoppelError."""
    done_or_said(
        tool(["schtasks", "/Create", "/TN", NAME, "/XML", str(place()), "/F"]),
        "Windows did not take the task",
    )
    done_or_said(tool(["schtasks", "/Run", "/TN", NAME]), "Windows did not start the task")


def stop(tool: Tool) -> None:
    tool(["schtasks", "/End", "/TN", NAME])
    tool(["schtasks", "/Delete", "/TN", NAME, "/F"])


def forgotten(tool: Tool) -> None:
    """The task was deleted with `stop`."""


def runs(tool: Tool) -> bool:
    said = tool(["schtasks", "/Query", "/TN", NAME, "/FO", "LIST"])
    return said.code == 0 and "Running" in said.said
