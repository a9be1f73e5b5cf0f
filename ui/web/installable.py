"""What lets a browser install the page as a program: a manifest and icons. They say nothing of the person.

A browser asks for the manifest without the cookie, so anybody on this computer may read them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, JSONResponse

from ui.web.messages import spoken, tr
from ui.web.theme import ASSETS

if TYPE_CHECKING:
    from fastapi import FastAPI

ICONS = {"/icon-192.png": "192x192", "/icon-512.png": "512x512"}
MANIFEST = "/manifest.json"
PUBLIC = frozenset({MANIFEST, *ICONS})


def add_routes(app: FastAPI) -> None:
    """Before Gradio is mounted, which has a manifest of its own."""
    app.add_api_route(MANIFEST, manifest, methods=["GET", "HEAD"])
    for path in ICONS:
        app.add_api_route(path, _icon(path), methods=["GET", "HEAD"])


def manifest() -> JSONResponse:
    said = {
        "id": "/",
        "name": "Doppel",
        "short_name": "Doppel",
        "description": tr("Your files, remembered on this computer."),
        "lang": spoken(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf8f4",
        "theme_color": "#14594f",
        "icons": [{"src": path, "sizes": size, "type": "image/png"} for path, size in ICONS.items()],
    }
    return JSONResponse(said, media_type="application/manifest+json")


def _icon(path: str) -> Callable[[], FileResponse]:
    def icon() -> FileResponse:
        return FileResponse(ASSETS / path.lstrip("/"), media_type="image/png")

    return icon
