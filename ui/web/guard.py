"""The door of the web UI: an ASGI middleware that sees every request before Gradio does.

A twin holds a person's whole life, and any page open in the same browser can send requests to loopback. So:
Host must be the bound address (DNS rebinding: gradio-app/gradio #13594), Origin must be our own, and only the paths that
the page itself uses exist. Every request needs a secret of this start:

* The address that `doppel run` prints works once. It signs the browser in with an HttpOnly SameSite=Strict cookie, which
  opens the empty page and nothing more: a browser sends it to the other ports of this computer, too.
* Whatever reads or changes the memory also needs a second secret, in a header. The page keeps it where no other port and no
  other site can read it (the storage of its own origin, until the next start) and adds it to each of its requests.
 Everything else is refused before
it reaches Gradio. The answer carries a Content-Security-Policy that keeps the browser from asking any other host
for anything.

Not known here: TLS (beyond loopback the traffic is readable on the network), and the other users of this computer
(the opened address, token included, stands in the browser's command line while it starts).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Collection
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What the page asks for; Gradio's file, proxy, API, monitoring and editing routes are not among them.
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


DATA = "/gradio_api/"
KEPT = "/gradio_api/queue/"  # all that reads or changes the memory goes this way
PAGE_HEADER = "x-doppel-page"
# Runs before Gradio's own scripts, which ask for everything with fetch.
PAGE_SCRIPT = f"""<script>
(() => {{
	const key = localStorage.getItem("{PAGE_HEADER}") ?? "", plain = window.fetch;
	window.fetch = (asked, options = {{}}) => {{
		const url = new URL(asked instanceof Request ? asked.url : asked, location.href);
		if (url.origin !== location.origin || !url.pathname.startsWith("{DATA}")) return plain(asked, options);
		const headers = new Headers(options.headers ?? (asked instanceof Request ? asked.headers : undefined));
		headers.set("{PAGE_HEADER}", key);
		return plain(asked, {{ ...options, headers }});
	}};
}})();
</script>"""


class Guard:
    """Wraps `app`; `hosts` are the accepted Host headers with port, `token` the one in the printed address.

    renew: told the token of the next address once one was used; without it, one address works for as long as this does.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Collection[str],
        token: str,
        renew: Callable[[str], None] | None = None,
    ) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)
        self.origins = frozenset(f"http://{host}" for host in self.hosts)
        self.token = token
        self.renew = renew
        self.secret, self.page_key = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        # Cookies are shared between the ports of a host: two running twins must not sign each other out.
        self.cookie = "doppel-" + min(self.hosts).rpartition(":")[2]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif refusal := self.refuse(scope):
            await refusal(scope, receive, _with_headers(send))
        else:
            await self.app(_without_forwarding(scope), receive, _with_headers(send))

    def refuse(self, scope: Scope) -> Response | None:
        """The answer to a request that must not go through, or None for one that may."""
        headers = Headers(scope=scope)
        if headers.getlist("host") == [] or any(h.lower() not in self.hosts for h in headers.getlist("host")):
            return PlainTextResponse("Doppel answers only at its own address.\n", 403)
        if any(origin.lower() not in self.origins for origin in headers.getlist("origin")):
            return PlainTextResponse("Doppel answers only to its own page.\n", 403)
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token")
        if given and scope["path"] == "/" and scope["method"] == "GET" and _same(given[0], self.token):
            return self._signed_in()
        if not _same(_cookie(headers.get("cookie", ""), self.cookie), self.secret):
            return PlainTextResponse(
                "Open the address that `doppel run` printed last: it signs one browser in.\n", 403
            )
        path = scope["path"]
        if path.startswith(KEPT) and not _same(headers.get(PAGE_HEADER, ""), self.page_key):
            return PlainTextResponse("Doppel answers only to its own page.\n", 403)
        if ".." in path or not (path in PAGES or path in QUEUE or path.startswith(FOLDERS)):
            return PlainTextResponse("There is nothing here.\n", 404)
        return None

    def _signed_in(self) -> Response:
        if self.renew is not None:
            self.token = secrets.token_urlsafe(32)
            self.renew(self.token)
        # Takes the token out of the address bar. Not an HTTP redirect: of a link opened from another site (a chat,
        # a mail) its second request would still count as that site's, and a Strict cookie is not sent with it.
        answer = HTMLResponse(
            f'<!doctype html><script>localStorage.setItem("{PAGE_HEADER}", "{self.page_key}");'
            'location.replace("/")</script><a href="/">Doppel</a>'
        )
        answer.set_cookie(self.cookie, self.secret, httponly=True, samesite="strict", path="/")
        return answer


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
