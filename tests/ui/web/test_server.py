"""`serve` as a process: it says where it is, needs the token, and ends cleanly on both signals."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
from tests.ui.web.fake_twin import FakeTwin
from ui.web.server import serve
twin = FakeTwin.filled()
try:
    serve(twin, port=0, open_browser=False, say=lambda line: print(line, flush=True))
finally:
    twin.close()
    print("closed", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that a program can answer")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serving_starts_needs_the_token_and_ends_cleanly(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S{40,}", said)
        assert found, said
        url = found.group()
        with httpx.Client(follow_redirects=True) as owner:
            assert _first_answer(owner, url.partition("?")[0]).status_code == 403
            assert owner.get(url).status_code == 200
            # The page keeps a stream open; it must not hold up the end.
            with owner.stream("GET", url.partition("?")[0] + "gradio_api/heartbeat/test") as stream:
                assert stream.status_code == 200
                process.send_signal(number)
                out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, out.splitlines()[-1]) == (0, "closed")
    assert "Traceback" not in err
    assert url.partition("token=")[2] not in err


def _first_answer(client: httpx.Client, url: str) -> httpx.Response:
    """The server prints its address just before it listens to requests."""
    for _ in range(200):
        try:
            return client.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server never answered")
