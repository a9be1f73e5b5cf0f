"""The twin's router: adapted to this archive, and back to the one that came with the model."""

from __future__ import annotations

from collections.abc import Callable

from app import adapted
from app.answer import RouterReport, RouterStatus
from app.opened import Opened, spoken


class Routing(Opened):
    def train_router(self, report: Callable[[str], None] = lambda line: None) -> RouterReport:
        """Adapt the router to what is remembered; kept only if it finds more of what it did not learn from.

        Takes minutes; `report` is given lines to show. Questions go first meanwhile. Raises NotTrained, ModelMissing.
        """
        from app.adapt import adapt

        self._need_writing()
        with spoken():
            mind, bank = self._minds.present()
            result = adapt(self._archive, mind, bank, report)
            if result.kept:
                self._minds.reroute()
        return result

    def undo_router(self) -> bool:
        """Go back to the router that came with the model; False if it is the one in use."""
        self._need_writing()
        with spoken():
            return self._archive.drop_derived()

    def router(self) -> RouterStatus | None:
        """The adapted router and whether the model that answers uses it; None where there is none."""
        about = adapted.stored(self._archive)
        if about is None:
            return None
        active = self._archive.active_bank()
        return RouterStatus(about, active is not None and active.fingerprint == about.fingerprint)
