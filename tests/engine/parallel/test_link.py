"""Messages between two ranks: what arrives is what was sent, and nobody is waited for longer than said."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from engine.parallel import frames, link
from engine.parallel.errors import RankAway, RankFailed
from engine.parallel.frames import Message
from engine.parallel.link import Link
from engine.parallel.meeting import Meeting, connect
from engine.parallel.serve import serve

SECRET = "ab" * 16


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Link, Link]]:
    yield meet(Meeting(str(tmp_path / "meeting"), SECRET))


def meet(meeting: Meeting, other: Meeting | None = None) -> tuple[Link, Link]:
    """Both ends of one link, in this process."""
    store = meeting.store(first=True, seconds=5)
    with ThreadPoolExecutor(1) as pool:
        theirs = (other or meeting).store(first=False, seconds=5)
        far = pool.submit(connect, other or meeting, theirs, "link", first=False, seconds=5)
        near = connect(meeting, store, "link", first=True, seconds=5)
        return near, far.result(10)


@pytest.mark.parametrize("size", [0, 1, 3_000, 5_000, 1_000_000])
def test_a_message_arrives_as_it_was_sent(pair: tuple[Link, Link], size: int) -> None:
    near, far = pair
    sent = {"bytes": torch.randint(-128, 127, (size,), dtype=torch.int8), "f": torch.randn(2, 3)}
    with ThreadPoolExecutor(1) as pool:
        arriving = pool.submit(far.receive)
        near.send(Message("kind", {"n": [1, 2], "text": "ü"}, sent))
        got = arriving.result(10)
    assert (got.kind, got.facts) == ("kind", {"n": [1, 2], "text": "ü"})
    assert all(torch.equal(got.tensors[name], sent[name]) for name in sent)


def test_what_is_no_message_is_refused() -> None:
    with pytest.raises(ValueError, match="no message"):
        frames.unpack(b"\x80\x04pickle")
    with pytest.raises(ValueError, match="no message"):
        frames.length_of(torch.full((frames.FIRST,), 255, dtype=torch.uint8))


def test_silence_ends_the_link_within_its_time(pair: tuple[Link, Link]) -> None:
    near, _ = pair
    began = time.monotonic()
    with pytest.raises(RankAway, match="no sign of life"):
        near.receive(silence=0.3)
    assert time.monotonic() - began < 2
    with pytest.raises(RankAway, match="no sign of life"):
        near.ask(Message("ping"))  # at once, and for the same reason


def test_signs_of_life_keep_long_work_alive_but_not_a_question(
    pair: tuple[Link, Link], monkeypatch: pytest.MonkeyPatch
) -> None:
    near, far = pair
    monkeypatch.setattr("engine.parallel.serve.BUSY_EVERY", 0.1)
    monkeypatch.setattr(link, "BUSY_EVERY", 0.1)

    def long(message: Message) -> Message:
        time.sleep(1.0)
        return Message("done", message.facts)

    threading.Thread(target=serve, args=(far, {"long": long}), daemon=True).start()
    assert near.begin(Message("long", {"n": 1}))(None).facts == {"n": 1}
    with pytest.raises(RankAway, match="at work"):
        near.ask(Message("long"), most=0.3)


def test_a_handler_that_fails_says_so_without_its_words_and_the_link_goes_on(pair: tuple[Link, Link]) -> None:
    near, far = pair

    def fail(message: Message) -> Message:
        raise KeyError("a private text")

    threading.Thread(
        target=serve, args=(far, {"fail": fail, "ping": lambda m: Message("done")}), daemon=True
    ).start()
    with pytest.raises(RankFailed, match=r"^KeyError$"):
        near.ask(Message("fail"))
    with pytest.raises(RankFailed, match="nothing answers"):
        near.ask(Message("rm -rf"))
    assert near.ask(Message("ping")).kind == "done"


def test_who_does_not_know_the_secret_is_turned_away(tmp_path: Path) -> None:
    path = str(tmp_path / "meeting")
    with pytest.raises(RankAway):
        meet(Meeting(path, SECRET), Meeting(path, "cd" * 16))


def test_two_machines_meet_at_a_port() -> None:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    near, far = meet(Meeting(f"127.0.0.1:{port}", SECRET))
    with ThreadPoolExecutor(1) as pool:
        arriving = pool.submit(far.receive)
        near.send(Message("over tcp"))
        assert arriving.result(10).kind == "over tcp"


def test_nobody_there_is_an_error_in_time(tmp_path: Path) -> None:
    meeting = Meeting(str(tmp_path / "meeting"), SECRET)
    with pytest.raises(RankAway, match="did not come"):
        connect(meeting, meeting.store(first=True, seconds=1), "nobody", first=True, seconds=0.5)
