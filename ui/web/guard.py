"""The door of the web UI: an ASGI middleware that sees every request before Gradio does.

A twin holds a person's whole life, and any page open in the same browser can send requests to loopback. So:
Host must be the bound address (DNS rebinding: gradio-app/gradio #13594), Origin must be our own, and only the paths that
the page itself uses exist. Every request needs a secret:

* The address that `doppel run` prints works once. It signs the browser in with an HttpOnly SameSite=Strict cookie, which
  opens the empty page and nothing more: a browser sends it to the other ports of this computer, too.
* Whatever reads or changes the memory also needs a second secret, in a header. The page keeps it where no other port and no
  other site can read it (the storage of its own origin) and adds it to each of its requests.

Both outlive this server, until the person signs the browser out (`app.twin.page_sessions`). Everything else is refused
before it reaches Gradio. The answer carries a Content-Security-Policy that keeps the browser from asking any other host
for anything.

Not known here: TLS (beyond loopback the traffic is readable on the network), and the other users of this computer
(the opened address, token included, stands in the browser's command line while it starts).
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable, Collection
from http.cookies import CookieError, SimpleCookie
from typing import Any, Protocol
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What the page asks for; Gradio's file, proxy, API, monitoring and editing routes are not among them.
OWN = frozenset({"/doppel/inbox"})
PAGES = frozenset({"/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt"})
QUEUE = frozenset(
    f"/gradio_api/{name}"
    for name in ("queue/join", "queue/data", "cancel", "reset", "startup-events", "app_id")
)
FOLDERS = ("/assets/", "/static/", "/svelte/", "/gradio_api/heartbeat/")
# Gradio compiles component templates in the page ('unsafe-eval') and puts the config into an inline script.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SIGNED_OUT = (
    "This browser is not signed in. Run `doppel open`, or open the address that `doppel run` printed last.\n"
)
# All that reads or changes the memory goes by /gradio_api/queue/; the rest needs the second secret as well. Gradio asks
# without it, and not by the page's fetch, for the page itself, its assets, and the heartbeat: a stream that says nothing.
DATA = ("/gradio_api/", "/config", "/doppel/")
BARE = "/gradio_api/heartbeat/"
PAGE_HEADER = "x-doppel-page"
SECONDS_SIGNED_IN = 30 * 24 * 3600


class Browsers(Protocol):
    """The browsers that are signed in, by the secrets of their cookies (`app.twin.page_sessions`)."""

    def begin(self, agent: str = "") -> str: ...

    def knows(self, secret: str) -> bool: ...

    def page_key(self, secret: str) -> str: ...


class Guard:
    """Wraps `app`; `hosts` are the accepted Host headers with port, `token` the one in the printed address.

    public: paths that anybody may read who names the right host; they say nothing of the person.
    renew: told the token of the next address once one was used; without it, one address works for as long as this does.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Collection[str],
        token: str,
        browsers: Browsers,
        public: Collection[str] = (),
        renew: Callable[[str], None] | None = None,
    ) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)
        self.origins = frozenset(f"http://{host}" for host in self.hosts)
        self.token = token
        self.renew = renew
        self.browsers = browsers
        self.public = frozenset(public)
        self._taking = threading.Lock()
        self.cookie = _cookie_name(min(self.hosts))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif refusal := await run_in_threadpool(self.refuse, scope):
            await refusal(scope, receive, _with_headers(send))
        else:
            secret = self._secret(Headers(scope=scope))
            going_on = self._while_signed_in(secret, _with_headers(self._kept_signed_in(scope, secret, send)))
            await self.app(_without_forwarding(scope), receive, going_on)

    def refuse(self, scope: Scope) -> Response | None:
        """The answer to a request that must not go through, or None for one that may."""
        headers = Headers(scope=scope)
        if headers.getlist("host") == [] or any(h.lower() not in self.hosts for h in headers.getlist("host")):
            return PlainTextResponse("Doppel answers only at its own address.\n", 403)
        if any(origin.lower() not in self.origins for origin in headers.getlist("origin")):
            return PlainTextResponse("Doppel answers only to its own page.\n", 403)
        path, secret = scope["path"], self._secret(headers)
        if path in self.public and scope["method"] in ("GET", "HEAD"):
            return None
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token")
        if given and path == "/" and scope["method"] == "GET" and self._take(given[0]):
            return self._signed_in(secret, headers.get("user-agent", ""))
        if not self.browsers.knows(secret):
            return PlainTextResponse(SIGNED_OUT, 403)
        needed = path.startswith(DATA) and not path.startswith(BARE)
        if needed and not _same(headers.get(PAGE_HEADER, ""), self.browsers.page_key(secret)):
            return PlainTextResponse("Doppel answers only to its own page.\n", 403)
        if ".." in path or not (path in PAGES | QUEUE | OWN or path.startswith(FOLDERS)):
            return PlainTextResponse("There is nothing here.\n", 404)
        return None

    def _secret(self, headers: Headers) -> str:
        return _cookie(headers.get("cookie", ""), self.cookie)

    def _take(self, token: str) -> bool:
        """Whether it is the address's token, which is used up by that."""
        with self._taking:
            if not _same(token, self.token):
                return False
            if self.renew is not None:
                self.token = secrets.token_urlsafe(32)
                self.renew(self.token)
            return True

    def _signed_in(self, secret: str, agent: str) -> Response:
        if not self.browsers.knows(secret):
            secret = self.browsers.begin(agent)
        # Takes the token out of the address bar. Not an HTTP redirect: of a link opened from another site (a chat,
        # a mail) its second request would still count as that site's, and a Strict cookie is not sent with it.
        answer = HTMLResponse(
            f'<!doctype html><script>localStorage.setItem("{PAGE_HEADER}", "{self.browsers.page_key(secret)}");'
            'location.replace("/")</script><a href="/">Doppel</a>'
        )
        self._set_cookie(answer, secret)
        return answer

    def _set_cookie(self, answer: Response, secret: str) -> None:
        answer.set_cookie(
            self.cookie, secret, max_age=SECONDS_SIGNED_IN, httponly=True, samesite="strict", path="/"
        )

    def _kept_signed_in(self, scope: Scope, secret: str, send: Send) -> Send:
        """Opening the page makes the cookie last longer."""
        if scope["path"] != "/" or not secret:
            return send
        again = Response()
        self._set_cookie(again, secret)

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", again.headers["set-cookie"])
            await send(message)

        return with_cookie

    def _while_signed_in(self, secret: str, send: Send) -> Send:
        """Ends a stream when its browser is signed out."""
        ended = False

        async def send_while_signed_in(message: Message) -> None:
            nonlocal ended
            if ended:
                return
            if message["type"] == "http.response.body" and secret and not self.browsers.knows(secret):
                message, ended = {"type": "http.response.body", "body": b"", "more_body": False}, True
            await send(message)

        return send_while_signed_in


def cookie_of(request: Any) -> str:
    """The session's secret that a request of the page came with (anything that has `headers`)."""
    headers = request.headers
    return _cookie(headers.get("cookie", ""), _cookie_name(headers.get("host", "")))


def _cookie_name(host: str) -> str:
    # Cookies are shared between the ports of a host: two running twins must not sign each other out.
    return "doppel-" + host.rpartition(":")[2]


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())


def _cookie(header: str, name: str) -> str:
    try:
        jar = SimpleCookie(header)
    except CookieError:
        return ""
    return jar[name].value if name in jar else ""


def _without_forwarding(scope: Scope) -> Scope:
    # Gradio builds the page's addresses from these, and no proxy stands before a local twin.
    kept = [
        (name, value)
        for name, value in scope["headers"]
        if not name.startswith((b"x-forwarded", b"x-gradio"))
    ]
    return {**scope, "headers": kept}


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in [name for name in headers if name.startswith("access-control-")]:
                del headers[name]
            headers.update(HEADERS)
            if "cache-control" not in headers:
                headers["Cache-Control"] = "no-store"
        await send(message)

    return send_with_headers
