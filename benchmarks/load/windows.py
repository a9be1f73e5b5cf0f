"""Windows of the page as the server sees them: signed in, page and assets fetched, a stream held open, and closed."""

from __future__ import annotations

import asyncio
import random
import re
import uuid
from collections import Counter

import httpx

_KEY = re.compile(r'setItem\("(x-doppel-page)", "([\w-]{40,})"\)')
_ASSET = re.compile(r'(?:src|href)="\.?(/assets/[^"]+)"')
OPEN = 30.0  # seconds at most that a window stays open
ASSETS = 8  # fetched for a page


async def windows(port: int, token: str, count: int, seconds: float, counted: Counter[str]) -> None:
    """So many windows at a time, for so long. What the server refuses is counted, not raised."""
    limits = httpx.Limits(max_connections=count * 2, max_keepalive_connections=count)
    address = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60.0) as browser:
        said = await browser.get(f"/?token={token}")
        found = _KEY.search(said.text)
        if found is None:
            raise RuntimeError(f"the page did not sign in: {said.status_code}")
        browser.headers[found[1]] = found[2]
        end = asyncio.get_running_loop().time() + seconds
        await asyncio.gather(*(_window(browser, random.Random(n), end, counted) for n in range(count)))


async def _window(
    browser: httpx.AsyncClient, chance: random.Random, end: float, counted: Counter[str]
) -> None:
    now = asyncio.get_running_loop().time
    while now() < end:
        await asyncio.sleep(chance.random() * 5)
        try:
            page = await browser.get("/")
            for path in _ASSET.findall(page.text)[:ASSETS]:
                await browser.get(path)
            stays = min(chance.random() * OPEN, max(0.0, end - now()))
            async with browser.stream(
                "GET", f"/gradio_api/heartbeat/{uuid.uuid4().hex}", timeout=None
            ) as stream:
                counted[f"page {page.status_code}, stream {stream.status_code}"] += 1
                await asyncio.sleep(stays)
        except httpx.HTTPError as error:
            counted[f"window: {type(error).__name__}"] += 1
