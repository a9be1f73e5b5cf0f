"""The quiet time of changed paths, with a clock and a look of the test's own."""

from __future__ import annotations

from app.watching.stability import Look, Stability


class Disk:
    """A clock and what each path looks like."""

    def __init__(self) -> None:
        self.now = 100.0
        self.files: dict[str, Look] = {}

    def stability(self, quiet: float = 0.5, patience: float = 60.0) -> Stability[str]:
        return Stability(self.files.get, quiet=quiet, patience=patience, clock=lambda: self.now)


def test_a_path_is_ready_after_its_quiet_time_and_only_once() -> None:
    disk = Disk()
    stability = disk.stability()
    disk.files["a"] = (1, 1)
    stability.touch("a")
    disk.now += 0.49
    assert stability.ready() == []
    disk.now += 0.01
    assert stability.ready() == ["a"]
    assert stability.ready() == [] and len(stability) == 0


def test_every_event_starts_the_quiet_time_again() -> None:
    disk = Disk()
    stability = disk.stability()
    for size in range(5):
        disk.files["a"] = (size, size)
        stability.touch("a")
        disk.now += 0.4
        assert stability.ready() == []
    disk.now += 0.1
    assert stability.ready() == ["a"]


def test_a_file_that_grows_without_events_is_waited_for() -> None:
    disk = Disk()
    stability = disk.stability()
    disk.files["a"] = (1, 1)
    stability.touch("a")
    disk.files["a"] = (2, 2)
    disk.now += 0.5
    assert stability.ready() == []
    disk.now += 0.5
    assert stability.ready() == ["a"]


def test_an_atomic_save_and_a_deletion_are_stable_too() -> None:
    disk = Disk()
    stability = disk.stability()
    disk.files["a"] = (1, 1)
    stability.touch("a")
    disk.files["a"] = None
    stability.touch("a")
    stability.touch("b")
    disk.now += 0.5
    assert stability.ready() == ["a", "b"]


def test_a_log_that_is_never_quiet_is_handed_out_after_the_patience() -> None:
    disk = Disk()
    stability = disk.stability(patience=3.0)
    stability.touch("log")
    for size in range(20):
        disk.now += 0.5
        disk.files["log"] = (size, size)
        if stability.ready():
            break
    assert disk.now == 103.0


def test_paths_wait_independently_and_the_next_check_is_known() -> None:
    disk = Disk()
    stability = disk.stability()
    assert stability.next_check() is None
    stability.touch("a")
    disk.now += 0.3
    stability.touch("b")
    assert abs((stability.next_check() or 0) - 0.2) < 1e-9
    disk.now += 0.2
    assert stability.ready() == ["a"]
    disk.now += 0.3
    assert stability.ready() == ["b"]


def test_both_ends_of_a_move_are_ready_together_however_slow_the_look() -> None:
    disk = Disk()
    disk.files = {"new": (1, 1)}

    def slow(path: str) -> Look:
        disk.now += 0.2
        return disk.files.get(path)

    stability = Stability(slow, quiet=0.5, clock=lambda: disk.now)
    stability.touch("old", "new")
    taken: list[list[str]] = []
    while len(stability):
        disk.now += 0.01
        taken.append(stability.ready())
    assert [paths for paths in taken if paths] == [["old", "new"]]
