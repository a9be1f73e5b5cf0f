"""A hub on the loopback: one model's list of files, and the files by ranges; it can break off in the middle of one."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REVISION = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """files: what the model owner/name has; breaks_at: bytes of a file after which the hub is gone, once.

    asked: of every file request its name and the byte it began with.
    """

    files: dict[str, bytes]
    breaks_at: int | None = None
    revision: str = REVISION
    lies: bool = False
    asked: list[tuple[str, int]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    address: str = ""

    def listing(self) -> dict[str, object]:
        siblings = []
        for name, data in self.files.items():
            row: dict[str, object] = {"rfilename": name, "size": len(data), "blobId": "0" * 40}
            if name.endswith(".safetensors"):
                digest = hashlib.sha256(b"other" if self.lies else data).hexdigest()
                row["lfs"] = {"sha256": digest, "size": len(data), "pointerSize": 100}
            siblings.append(row)
        return {
            "id": "owner/name",
            "modelId": "owner/name",
            "sha": self.revision,
            "siblings": siblings,
            "tags": [],
        }


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    gone = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            hub.headers.append(dict(self.headers.items()))
            if path == "/api/models/owner/name":
                self.answer(200, json.dumps(hub.listing()).encode())
            elif path.startswith(f"/owner/name/resolve/{hub.revision}/"):
                self.send_file(path.rsplit("/", 1)[1])
            else:
                self.answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})

        def send_file(self, name: str) -> None:
            data = hub.files[name]
            span = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
            start = int(span[1]) if span else 0
            hub.asked.append((name, start))
            if gone.is_set():
                self.answer(503, b"gone")
                return
            ranges = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if span else {}
            if hub.breaks_at is not None and len(data) > hub.breaks_at:
                self.begin(206 if span else 200, len(data) - start, ranges)
                self.wfile.write(data[start : hub.breaks_at])
                self.wfile.flush()
                gone.set()
                self.close_connection = True
                return
            self.answer(206 if span else 200, data[start:], ranges)

        def begin(self, status: int, length: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for key, value in {"Content-Length": str(length), **headers}.items():
                self.send_header(key, value)
            self.end_headers()

        def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.begin(status, len(body), headers or {})
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
