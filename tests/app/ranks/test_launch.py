"""How a process learns that it is one rank of several, and what is said where that is told by halves."""

from __future__ import annotations

import pytest

from app.errors import SettingsError
from app.model.devices import spread_over
from app.ranks.launch import launched
from app.ranks.processes import visible
from app.settings import Settings

SECRET = "0123456789abcdef" * 4
TORCHRUN = {
    "WORLD_SIZE": "4",
    "RANK": "3",
    "LOCAL_RANK": "1",
    "MASTER_ADDR": "10.0.0.1",
    "MASTER_PORT": "29500",
}


def test_torchrun_says_all_but_the_secret() -> None:
    found = launched({**TORCHRUN, "DOPPEL_RANK_SECRET": SECRET})
    assert found is not None and (found.rank, found.world, found.card) == (3, 4, 1)
    assert found.meeting.tcp == ("10.0.0.1", 29501)
    own = launched({**TORCHRUN, "DOPPEL_RANK_SECRET": SECRET, "DOPPEL_RANK_ADDRESS": "box:7000"})
    assert own is not None and own.meeting.tcp == ("box", 7000)


def test_one_process_is_no_group() -> None:
    assert launched({}) is None and launched({"WORLD_SIZE": "1"}) is None


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        (TORCHRUN, "secret"),
        ({**TORCHRUN, "DOPPEL_RANK_SECRET": "short"}, "secret"),
        ({"WORLD_SIZE": "2", "DOPPEL_RANK_SECRET": SECRET}, "place to meet"),
        ({**TORCHRUN, "DOPPEL_RANK_SECRET": SECRET, "RANK": "one"}, "whole number"),
    ],
)
def test_what_is_said_by_halves_is_one_clear_line(environment: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        launched(environment)


@pytest.mark.parametrize("devices", ["", "gpu", "cuda", "cuda:0,", "all,cpu", "cpu;cpu"])
def test_what_names_no_devices_is_refused(devices: str) -> None:
    with pytest.raises(SettingsError, match="devices"):
        Settings(devices=devices)


def test_a_card_that_is_not_there_is_said() -> None:
    assert spread_over("cpu,cpu") == ["cpu", "cpu"]
    with pytest.raises(SettingsError, match="cuda:63"):
        spread_over("cuda:63")


def test_a_rank_sees_its_own_card_alone() -> None:
    assert visible("cuda:1", None) == "1"
    assert visible("cuda:1", "3,5") == "5"
