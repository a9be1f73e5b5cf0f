"""Questions to begin with: the sample's own once their files are known, then what the twin makes of what was read."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.asking.language import LANGUAGES
from ui.web.messages import spoken

if TYPE_CHECKING:
    from ui.web.chat.twin import ChatTwin

MOST = 4
SECONDS_KEPT = 20.0


@dataclass(frozen=True)
class Sample:
    """A question to begin with. file: the path of the file that answers it; "": whatever is known answers it."""

    question: str
    file: str = ""


@dataclass
class Suggested:
    """What is suggested now. It is worked out anew after a while, since in a large memory that takes a second or two."""

    twin: ChatTwin
    samples: Sequence[Sample]
    _made: tuple[float, str, list[str]] | None = None
    _making: threading.Lock = field(default_factory=threading.Lock)

    def at_hand(self) -> list[str]:
        """Those worked out last, in the language in use; none before that was done once."""
        made = self._made
        return made[2] if made is not None and made[1] == spoken() else []

    def now(self) -> list[str]:
        """Those of now, which may take a moment."""
        with self._making:
            made, language = self._made, spoken()
            if made is None or made[1] != language or time.monotonic() - made[0] > SECONDS_KEPT:
                self._made = (time.monotonic(), language, self._work_out(language))
        return self.at_hand()

    def _work_out(self, language: str) -> list[str]:
        known = [
            sample.question
            for sample in self.samples
            if not sample.file or self.twin.file_status(sample.file).state == "known"
        ]
        asked = next((one for one in LANGUAGES if one == language), LANGUAGES[0])
        return list(dict.fromkeys([*known[:MOST], *self.twin.suggestions(asked)]))[:MOST]
