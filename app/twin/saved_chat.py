"""What remembering a chat came to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SavedChat:
    """A chat that the person had remembered; documents: how many memories that made."""

    chat_id: int
    documents: int
