"""What a form of the settings did, or why it could not, said in the one place for that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from app.errors import DoppelError
from ui.web.markup import notice

Handler = Callable[[gr.EventData], dict[Any, Any]]


def guard(
    note: gr.HTML, state: Callable[[], dict[Any, Any]]
) -> Callable[[Callable[[gr.EventData], str]], Handler]:
    """Turns an action into a handler: `note` gets what the action says, or its error; `state` is how all is then."""

    def guarded(action: Callable[[gr.EventData], str]) -> Handler:
        def handler(event: gr.EventData) -> dict[Any, Any]:
            try:
                return {note: notice(action(event), "good"), **state()}
            except DoppelError as error:
                return {note: notice(str(error), "problem")}

        return handler

    return guarded
