"""The page that asks for the passphrase, where Doppel starts without a terminal and the memory is protected.

It knows nothing of the memory, so it needs no sign-in: whoever knows the passphrase is who the memory belongs to. As at the
page's own door (`guard`), Host has to be the bound address and Origin our own. Guesses are made one at a time, each as slow
as the passphrase's key is to make, and a wrong one costs a second more. Afterwards the browser waits for Doppel's own page
and is signed in there.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import DoppelError
from app.protection import unlock
from app.upkeep.running import say_ended, say_where
from ui.web import messages
from ui.web.guard import HEADERS
from ui.web.markup import text
from ui.web.messages import spoken, tr

if TYPE_CHECKING:
    from app.protection import DataKey
    from ui.web.server import Address

MOST_BYTES = 8192
SECONDS_AFTER_A_WRONG_ONE = 1.0
STYLE = (Path(__file__).parent / "assets" / "unlock.css").read_text(encoding="utf-8")
LOGO = (Path(__file__).parent / "assets" / "icon.svg").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Unlocked:
    """The key, and the port and token of the page that the browser waits for."""

    key: DataKey
    port: int
    token: str


class UnlockPage:
    """unlocked: told the key. token: signs the browser in once Doppel's own page is there."""

    def __init__(self, home: Path, address: Address, unlocked: Callable[[DataKey], None]) -> None:
        self._home = home
        self._hosts = frozenset(host.lower() for host in address.hosts)
        self._token = address.token
        self._unlocked = unlocked
        self._trying = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            answer = await self._answer(Request(scope, receive))
            answer.headers.update({**HEADERS, "Cache-Control": "no-store"})
            await answer(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, request: Request) -> Response:
        hosts = [host.lower() for host in request.headers.getlist("host")]
        origins = [origin.lower() for origin in request.headers.getlist("origin")]
        if len(hosts) != 1 or hosts[0] not in self._hosts or origins not in ([], [f"http://{hosts[0]}"]):
            return PlainTextResponse("Doppel answers only at its own address.\n", 403)
        if request.method == "GET" and request.url.path == "/":
            return HTMLResponse(page(form()))
        if request.method == "POST" and request.url.path == "/unlock":
            # A form of another site comes with its Origin, or none where that is hidden.
            if not origins:
                return PlainTextResponse("Doppel answers only to its own page.\n", 403)
            return await self._try(await _body(request))
        return PlainTextResponse("The memory is locked.\n", 503)

    async def _try(self, body: bytes) -> Response:
        given = parse_qs(body.decode("utf-8", "replace")).get("passphrase", [""])[0]
        async with self._trying:
            try:
                key = await run_in_threadpool(unlock, self._home, given)
            except DoppelError:
                await asyncio.sleep(SECONDS_AFTER_A_WRONG_ONE)
                return HTMLResponse(page(form(wrong=True)), 403)
        self._unlocked(key)
        return HTMLResponse(page(opening(self._token)))


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return b""
    return body


def page(content: str) -> str:
    return (
        f'<!doctype html><html lang="{spoken()}"><head><meta charset="utf-8"><title>Doppel</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main>{LOGO}<h1>Doppel</h1>{content}</main></body></html>"
    )


def form(*, wrong: bool = False) -> str:
    said = tr("That passphrase does not open this memory. Nothing was changed.") if wrong else ""
    return (
        f"<p>{text(tr('Your memory is locked.'))}</p>"
        f'<form method="post" action="/unlock"><label for="passphrase">{text(tr("Passphrase"))}</label>'
        '<input type="password" id="passphrase" name="passphrase" autocomplete="current-password" required autofocus '
        f'aria-describedby="said"><p id="said" class="problem" role="alert">{text(said)}</p>'
        f"<button>{text(tr('Unlock'))}</button></form>"
    )


def opening(token: str) -> str:
    """Waits until the page itself answers at this address."""
    return (
        f'<p role="status">{text(tr("Unlocked. The memory is being opened …"))}</p><script>'
        "const look = () => fetch('/robots.txt', {cache: 'no-store'}).then("
        f"answer => answer.status === 503 ? setTimeout(look, 1000) : location.replace('/?token={token}'),"
        "() => setTimeout(look, 1000)); setTimeout(look, 1000);</script>"
    )


def unlock_on_page(
    home: Path,
    *,
    host: str,
    port: int | None,
    first_port: int,
    exposed: bool,
    open_browser: bool,
    say: Callable[[str], None],
) -> Unlocked | None:
    """Serves the page until the passphrase was given; None if it was interrupted. Raises NotLoopback, PortTaken."""
    import uvicorn

    from ui.web.connections import protocol, quiet_logs
    from ui.web.server import Address, bind, bracketed

    messages.use("")  # what the person prefers, the memory knows
    listener = bind(host, port, exposed=exposed, first_port=first_port)
    address = Address(host, listener.getsockname()[1], secrets.token_urlsafe(32))
    found: list[DataKey] = []

    def unlocked(key: DataKey) -> None:
        found.append(key)
        server.should_exit = True

    app: ASGIApp = UnlockPage(home, address, unlocked)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
        **protocol(),
    )
    quiet_logs()
    server = uvicorn.Server(config)
    url = f"http://{bracketed('127.0.0.1' if host in ('0.0.0.0', '') else host)}:{address.port}/"
    say(tr("The memory is protected: enter its passphrase at {url}", url=url))
    say_where(home, url)  # for `doppel open`
    if open_browser:
        threading.Timer(1.0, webbrowser.open, [url]).start()
    try:
        server.run(sockets=[listener])
    except (KeyboardInterrupt, SystemExit):
        return None
    finally:
        listener.close()
        say_ended(home)
    return Unlocked(found[0], address.port, address.token) if found else None
