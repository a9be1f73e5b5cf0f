"""Blocks of escaped HTML, with or without buttons that fire events.

Gradio's own tables and chat parse Markdown and HTML of their values; here the markup is made by `ui.web.render`
and the only active parts are buttons with data attributes. Event data comes from the browser and is checked:
numbers only.
"""

from __future__ import annotations

import json
from pathlib import Path

import gradio as gr

SCRIPT = (Path(__file__).parent / "assets" / "clicks.js").read_text(encoding="utf-8")


def clickable(*events: str, elem_id: str) -> gr.HTML:
    """An HTML block on which `block.<event>(handler, ...)` works for each name in `events`."""
    return gr.HTML(
        elem_id=elem_id, apply_default_css=False, js_on_load=SCRIPT.replace("EVENTS", json.dumps(events), 1)
    )


def panel(value: str = "", elem_id: str | None = None) -> gr.HTML:
    """An HTML block without events, styled by our own sheet alone."""
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False)


def number(event: gr.EventData, name: str) -> int | None:
    """The whole number the button carried under `name`, or None where there is none."""
    data = event._data if isinstance(event._data, dict) else {}
    value = str(data.get(name, ""))
    return int(value) if value.isascii() and value.isdigit() else None
