"""What the whole page asks of the twin: what its tabs ask, and what stands around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ui.doors.twin import DoorsTwin
from ui.web.chat.twin import ChatTwin
from ui.web.insights.twin import InsightsTwin
from ui.web.memory.twin import MemoryTwin
from ui.web.settings.twin import SettingsTwin
from ui.web.sources.twin import SourcesTwin
from ui.web.viewer.twin import ViewerTwin

if TYPE_CHECKING:
    from pathlib import Path


class InboxTwin(Protocol):
    def inbox(self) -> Path: ...


class PageTwin(ChatTwin, MemoryTwin, InsightsTwin, SourcesTwin, SettingsTwin, ViewerTwin, Protocol): ...


class ServedTwin(PageTwin, InboxTwin, DoorsTwin, Protocol):
    """Behind one port: the page, what is dropped on it, and the doors of other programs."""
