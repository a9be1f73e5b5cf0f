"""Blocks of escaped HTML, with or without buttons and forms that fire events.

Gradio's own tables and chat parse Markdown and HTML of their values; here the markup is made by `ui.web.markup` and what
builds on it, and the only active parts are buttons and forms with data attributes. Event data comes from the browser
and is checked: `number` and `words` are the only ways to it.
"""

from __future__ import annotations

import json
from typing import Any

import gradio as gr

# For what is asked anew at each key or clicked twice quickly (by default a second event is dropped while the first is
# pending): every event is answered, in order. (Gradio's "always_last" drops the event's data.)
LIVE: dict[str, Any] = {"trigger_mode": "multiple", "concurrency_limit": 1}
# Far more than a person types, far less than what fills the memory.
LONGEST = 200_000


def clickable(*events: str, elem_id: str, value: str = "") -> gr.HTML:
    """An HTML block on which `block.<event>(handler, ...)` works for each name in `events`."""
    # The script itself (`assets/clicks.js`) comes with the page once, not with each block.
    script = f"doppel.wire(element, trigger, watch, {json.dumps(events)})"
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=script)


def in_order(together: str) -> dict[str, Any]:
    """For listeners that a person may use in quick succession: all with the same `together` are answered one after the
    other, in the order in which they were clicked."""
    return {**LIVE, "concurrency_id": together}


def panel(value: str = "", elem_id: str | None = None) -> gr.HTML:
    """An HTML block without events, styled by our own sheet alone."""
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=None)


def number(event: gr.EventData, name: str) -> int | None:
    """The whole number that the event carries under `name`, or None where there is none."""
    value = words(event, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


def words(event: gr.EventData, name: str) -> str:
    """The text that the event carries under `name`, cut at LONGEST; "" where there is none."""
    data = event._data if isinstance(event._data, dict) else {}
    return str(data.get(name, ""))[:LONGEST]
