"""The server under load, a process of its own: the real twin and page over a copy of the sample archive.

`python -m benchmarks.load.server BASE CHATS [MODEL]` watches BASE/files, serves the page, and asks in CHATS chats at a time,
each of which begins anew after some turns. It prints its address once there is something to ask about, then counts of what
was answered and refused at the end of its standard input.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import uvicorn

from app.errors import DoppelError
from app.model.store import model_folder
from app.records import Done
from app.settings import Settings, disable_telemetry, load
from app.twin.twin import Twin
from ui.web.server import Address, bind, web_app

QUESTIONS = Path(__file__).parents[1] / "sample_questions.jsonl"
TURNS = 6  # of a chat, before another one begins
FIRST_SECONDS = 300.0  # to learn something before the load begins
PAUSE = 20.0  # seconds at most between two questions of a chat


def main() -> None:
    base, chats = Path(sys.argv[1]), int(sys.argv[2])
    named = load() if len(sys.argv) < 4 else replace(load(), model=sys.argv[3])
    settings = replace(named, home=base / "home", model=_folder(named))
    disable_telemetry(settings)
    twin = Twin.open(settings)
    twin.add_source(base / "files")
    counted: Counter[str] = Counter()
    ended = threading.Event()
    try:
        twin.start()
    except DoppelError as error:
        counted[f"not learning: {type(error).__name__}"] += 1
    listener = bind("127.0.0.1", 0, exposed=False)
    address = Address("127.0.0.1", listener.getsockname()[1], "token-of-this-load")
    config = uvicorn.Config(
        web_app(twin, address), log_level="error", access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    talks = [
        threading.Thread(target=talk, args=(twin, questions, random.Random(n), ended, counted), daemon=True)
        for n in range(chats)
    ]
    until = time.monotonic() + FIRST_SECONDS
    while counted.total() == 0 and not twin.memories(limit=1) and time.monotonic() < until:
        time.sleep(0.5)
    print(json.dumps({"port": address.port, "token": address.token}), flush=True)
    for thread in talks:
        thread.start()
    sys.stdin.read()
    ended.set()
    for thread in talks:
        thread.join(60)
    server.should_exit = True
    print(json.dumps(dict(counted)), flush=True)
    twin.close()


def _folder(settings: Settings) -> str:
    """Where the model is; the name as it is where it is not on this computer."""
    try:
        return str(model_folder(settings))
    except DoppelError:
        return settings.model


def talk(
    twin: Twin, questions: list[str], chance: random.Random, ended: threading.Event, counted: Counter[str]
) -> None:
    """A person in a chat: asks, waits, at times stops the answer, and begins another chat."""
    chat: int | None = None
    while not ended.wait(chance.random() * PAUSE):
        chat = None if chance.random() < 1 / TURNS else chat
        stopped = chance.random() < 0.1
        # The end of the load is that of every question, or the last ones in line would outlast it by many minutes.
        cancel = threading.Event() if stopped else ended
        try:
            for event in twin.ask(chance.choice(questions), chat_id=chat, cancel=cancel):
                if stopped:
                    cancel.set()
                if isinstance(event, Done):
                    chat = event.answer.chat_id
            counted["stopped" if stopped else "answered"] += 1
        except DoppelError as error:
            if ended.is_set():
                return
            counted[f"refused: {type(error).__name__}"] += 1
            ended.wait(5)


if __name__ == "__main__":
    main()
