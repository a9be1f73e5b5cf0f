"""How a process learns that it is one rank of several: the variables that torchrun sets, or a person sets by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from app.errors import SettingsError
from app.ranks import worker
from engine.parallel.meeting import Meeting

SECRET_DIGITS = 32


@dataclass(frozen=True)
class Launch:
    """rank: this process's; world: how many there are; card: its GPU's number on this machine."""

    rank: int
    world: int
    card: int
    meeting: Meeting

    @property
    def device(self) -> str:
        import torch

        return f"cuda:{self.card}" if torch.cuda.is_available() else "cpu"


def launched(environment: Mapping[str, str]) -> Launch | None:
    """None where nobody has said that there are several ranks. Raises SettingsError for what is said by halves.

    They meet at DOPPEL_RANK_ADDRESS, or one port above torchrun's own.
    """
    if int_of(environment, "WORLD_SIZE", 1) < 2:
        return None
    secret = environment.get(worker.SECRET, "")
    if len(secret) < SECRET_DIGITS or not all(digit in "0123456789abcdefABCDEF" for digit in secret):
        raise SettingsError(
            f"Several ranks need a secret that all of them know. Set {worker.SECRET} to the same {SECRET_DIGITS} or more "
            "hexadecimal digits for each of them; `openssl rand -hex 32` makes some."
        )
    address = environment.get(worker.ADDRESS, "")
    if not address:
        host, port = environment.get("MASTER_ADDR", ""), int_of(environment, "MASTER_PORT", 0)
        if not host or not port:
            raise SettingsError(
                "Several ranks need a place to meet. Start them with torchrun, or set "
                f"{worker.ADDRESS} to HOST:PORT of rank 0."
            )
        address = f"{host}:{port + 1}"
    return Launch(
        rank=int_of(environment, "RANK", 0),
        world=int_of(environment, "WORLD_SIZE", 1),
        card=int_of(environment, "LOCAL_RANK", 0),
        meeting=Meeting(address, secret.lower() + "0" * (len(secret) % 2)),
    )


def int_of(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "")
    try:
        return int(text) if text else default
    except ValueError:
        raise SettingsError(f"{name} must be a whole number, not {text!r}.") from None


def be_a_rank(launch: Launch) -> NoReturn:
    """Hold a shard for rank 0 until this process is ended; comes back whenever the connection breaks."""
    worker.stay_for_ever(worker.Place(launch.meeting, launch.rank, launch.device, once=False))
