"""Serves the web UI: loopback unless told otherwise, behind `ui.web.guard`, until Ctrl-C or SIGTERM.

Uvicorn runs the app directly, so that the guard wraps all of Gradio; Gradio's own launcher would put its
routes, its telemetry and its share links outside of it.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

from app.errors import DoppelError
from app.upkeep.running import say_ended, say_where
from ui.web.answering import Answering
from ui.web.chat.deleted import Deleted
from ui.web.chat.suggested import Sample
from ui.web.messages import tr

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ui.web.twin import ServedTwin

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PORTS_TRIED = 20
SECONDS_TO_FINISH = 2
ENDING = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]


class PortTaken(DoppelError):
    """No port could be bound."""


class NotLoopback(DoppelError):
    """A host other than loopback was asked for without saying so."""


@dataclass(frozen=True)
class Address:
    """Where the UI is bound; `url` carries the token and signs the browser in."""

    host: str
    port: int
    token: str

    @property
    def url(self) -> str:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "") else self.host
        return f"http://{bracketed(host)}:{self.port}/?token={self.token}"

    @property
    def hosts(self) -> frozenset[str]:
        """Host headers that name this server."""
        names = set(LOOPBACK) if self.host in LOOPBACK | {"0.0.0.0", "::"} else {self.host}
        if self.host in ("0.0.0.0", "::"):
            own = socket.gethostname()
            names |= {own, *(str(entry[4][0]) for entry in socket.getaddrinfo(own, None))}
        return frozenset(f"{bracketed(name)}:{self.port}" for name in names)


def bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def bind(host: str, port: int | None, *, exposed: bool, first_port: int = 7860) -> socket.socket:
    """A listening socket. Without `port` the next free one from `first_port` on is taken.

    Raises NotLoopback for another host than loopback unless `exposed`, PortTaken where nothing can be bound.
    """
    if host not in LOOPBACK and not exposed:
        raise NotLoopback(
            f"{host} would let other machines reach your memory. Add --expose if that is what you want; "
            "the traffic is not encrypted."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ports = [port] if port is not None else range(first_port, min(first_port + PORTS_TRIED, 65536))
    for candidate in ports:
        listener = socket.socket(family, socket.SOCK_STREAM)
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
        except OSError as error:
            listener.close()
            reason = error.strerror
            continue
        listener.listen(128)
        return listener
    tried = str(port) if port is not None else f"{ports[0]} to {ports[-1]}"
    raise PortTaken(
        f"Cannot open {host} port {tried} ({reason}). Choose another with --port, or --port 0 for any."
    )


def web_app(
    twin: ServedTwin,
    address: Address,
    samples: Sequence[Sample] = (),
    answering: Answering | None = None,
    deleted: Deleted | None = None,
    renew: Callable[[str], None] | None = None,
) -> ASGIApp:
    """The whole guarded application; whoever ends it calls `answering.end` and `deleted.finish` first.

    renew: see `Guard`.
    """
    import gradio as gr
    from fastapi import FastAPI
    from starlette.middleware.gzip import GZipMiddleware

    from ui.doors.app import doors
    from ui.doors.gate import Gate
    from ui.doors.mcp_http import McpOverHttp
    from ui.web import inbox, installable, messages
    from ui.web.guard import Guard
    from ui.web.page import build
    from ui.web.streams import one_stream
    from ui.web.theme import ASSETS, CSS, HEAD, theme

    answering = answering or Answering()
    messages.use(twin.preference("language", ""))
    blocks = build(twin, samples, answering, deleted or Deleted(), local=address.host in LOOPBACK)
    outer = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    # Gradio compresses its assets, not the page, which is more than all of them. (Streams of events are left alone.)
    outer.add_middleware(GZipMiddleware)
    installable.add_routes(outer)
    inbox.add_route(outer, twin)
    gr.mount_gradio_app(
        outer,
        blocks,
        path="/",
        server_name=address.host,
        server_port=address.port,
        footer_links=[],
        # Gradio would otherwise keep every call, answers included, in the browser.
        run_history=False,
        allowed_paths=[],
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        css=CSS,
        head=HEAD,
        favicon_path=str(ASSETS / "icon.png"),
    )
    one_stream(blocks)
    guarded = Guard(
        outer,
        hosts=address.hosts,
        token=address.token,
        browsers=twin.browsers,
        public=installable.PUBLIC,
        renew=renew,
    )
    return Gate(guarded, doors(twin), McpOverHttp(twin), twin, hosts=address.hosts)


def serve(
    twin: ServedTwin,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    first_port: int = 7860,
    exposed: bool = False,
    open_browser: bool = True,
    samples: Sequence[Sample] = (),
    say: Callable[[str], None] = print,
    token: str | None = None,
) -> int:
    """Serve until interrupted; the port, after a clean shutdown. Raises NotLoopback or PortTaken.

    Without `port` the first free one from `first_port` on is taken. `samples` are questions for the first screen. token: of
    the address, where a browser waits for it already.
    """
    import uvicorn

    from ui.web.connections import protocol, quiet_logs

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Open pages hold streams that never end by themselves; cutting them off is no error to report.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets)

    listener = bind(host, port, exposed=exposed, first_port=first_port)
    address = Address(host, listener.getsockname()[1], token or secrets.token_urlsafe(32))
    answering, deleted = Answering(), Deleted()

    def renew(token: str) -> None:
        url = Address(address.host, address.port, token).url
        say_where(twin.settings.home, url)
        say(tr("For another browser: {url}", url=url))

    config = uvicorn.Config(
        web_app(twin, address, samples, answering, deleted, renew),
        # No access log: the first request's line would hold the token.
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
        **protocol(),
    )
    quiet_logs()
    server = Server(config)
    say_where(twin.settings.home, address.url)
    say(tr("Doppel is at {url}", url=address.url))
    say(tr("Press Ctrl-C to stop."))
    if open_browser:
        threading.Timer(1.0, webbrowser.open, [address.url]).start()
    # A terminal that is closed ends Doppel like Ctrl-C does.
    heard = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    previous = {number: signal.signal(number, _leave) for number in heard}
    try:
        server.run(sockets=[listener])
    except (KeyboardInterrupt, SystemExit):
        # Uvicorn has already finished its requests and raises the signal again for whoever called it.
        pass
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        listener.close()
        say_ended(twin.settings.home)
        answering.end()
        deleted.finish()
    return address.port


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
