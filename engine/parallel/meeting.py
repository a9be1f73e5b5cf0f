"""How two ranks find each other and make sure who the other is.

They meet at a store: a file in a private folder for the processes of one machine, a TCP store for several. Whoever can
read a store could step in, so both prove that they know the secret before anything else is said. What travels is not
encrypted: on several machines the network must be one's own, or gloo's TLS (`GLOO_DEVICE_TRANSPORT=TCP_TLS`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import socket
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch.distributed as dist

from engine.parallel.errors import RankAway
from engine.parallel.frames import Message
from engine.parallel.link import PATIENCE, SILENCE, Link

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Meeting:
    """Where ranks meet. address: a file, or "host:port"; secret: hexadecimal."""

    address: str
    secret: str

    @property
    def tcp(self) -> tuple[str, int] | None:
        host, _, port = self.address.rpartition(":")
        # "C:\\…" is a file.
        return (host, int(port)) if host and port.isdigit() and not Path(self.address).is_absolute() else None

    def store(self, *, first: bool, seconds: float) -> Any:
        """first: rank 0, which opens it. Raises RankAway where there is none."""
        try:
            if self.tcp is None:
                return dist.FileStore(self.address, -1)
            host, port = self.tcp
            return dist.TCPStore(
                host, port, is_master=first, wait_for_workers=False, timeout=timedelta(seconds=seconds)
            )
        except RuntimeError as error:
            raise RankAway(f"there is nobody at {self.address}") from error

    def own_address(self) -> str:
        """The address under which others reach this process: loopback on one machine."""
        if self.tcp is None:
            return LOOPBACK
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((self.tcp[0], self.tcp[1] or 1))  # sends nothing
            return str(probe.getsockname()[0])


def connect(meeting: Meeting, store: Any, name: str, *, first: bool, seconds: float) -> Link:
    """The link called `name`, once both sides are there and have proved themselves. Raises RankAway."""
    gloo: Any = dist.ProcessGroupGloo
    options = gloo._Options()
    options._timeout = timedelta(seconds=seconds)
    options._devices = [gloo.create_device(hostname=meeting.own_address())]
    own = 0 if first else 1
    try:
        group = gloo(dist.PrefixStore(name, store), own, 2, options)
    except RuntimeError as error:
        raise RankAway("it did not come") from error
    link = Link(group, 1 - own, patience=seconds)
    prove(link, meeting.secret, name, first=first, seconds=seconds)
    link.patience = SILENCE if first else PATIENCE
    return link


def prove(link: Link, secret: str, name: str, *, first: bool, seconds: float) -> None:
    """Each side shows that it knows the secret, without sending it. Raises RankAway."""
    mine = secrets.token_hex(16)

    def proof(side: str, *nonces: str) -> str:
        said = "|".join((side, name, *nonces))
        return hmac.new(bytes.fromhex(secret), said.encode(), hashlib.sha256).hexdigest()

    def check(message: Message, expected: str) -> None:
        if not hmac.compare_digest(str(message.facts.get("proof", "")), expected):
            link.close("it does not know the secret")
            raise RankAway("somebody came who does not know the secret")

    if first:
        link.send(Message("who", {"nonce": mine}))
        answer = link.receive(silence=seconds)
        theirs = str(answer.facts.get("nonce", ""))
        check(answer, proof("rank", mine, theirs))
        link.send(Message("welcome", {"proof": proof("first", theirs, mine)}))
    else:
        asked = link.receive(silence=seconds)
        theirs = str(asked.facts.get("nonce", ""))
        link.send(Message("me", {"nonce": mine, "proof": proof("rank", theirs, mine)}))
        check(link.receive(silence=min(seconds, PATIENCE)), proof("first", mine, theirs))
