"""Blocks of escaped HTML, with or without buttons and forms that fire events.

Gradio's own tables and chat parse Markdown and HTML of their values; here the markup is made by `ui.web.markup` and what
builds on it, and the only active parts are buttons and forms with data attributes. Event data comes from the browser
and is checked: `number` and `words` are the only ways to it.
"""

from __future__ import annotations

import json
from typing import Any

import gradio as gr

from ui.web.theme import ASSETS

SCRIPT = (ASSETS / "clicks.js").read_text(encoding="utf-8")
# For what is asked anew at each key or clicked twice quickly (by default a second event is dropped while the first is
# pending): every event is answered, in order. (Gradio's "always_last" drops the event's data.)
LIVE: dict[str, Any] = {"trigger_mode": "multiple", "concurrency_limit": 1}
# Far more than a person types, far less than what fills the memory.
LONGEST = 200_000


def clickable(*events: str, elem_id: str, value: str = "") -> gr.HTML:
    """An HTML block on which `block.<event>(handler, ...)` works for each name in `events`."""
    script = SCRIPT.replace("EVENTS", json.dumps(events), 1)
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=script)


def panel(value: str = "", elem_id: str | None = None) -> gr.HTML:
    """An HTML block without events, styled by our own sheet alone."""
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False)


def number(event: gr.EventData, name: str) -> int | None:
    """The whole number that the event carries under `name`, or None where there is none."""
    value = words(event, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


def words(event: gr.EventData, name: str) -> str:
    """The text that the event carries under `name`, cut at LONGEST; "" where there is none."""
    data = event._data if isinstance(event._data, dict) else {}
    return str(data.get(name, ""))[:LONGEST]
