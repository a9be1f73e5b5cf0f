"""The twin's router: adapted to this archive, and back to the one that came with the model."""

from __future__ import annotations

from collections.abc import Callable

from app.model import adapted_router
from app.records import RouterReport, RouterStatus
from app.twin.base import Opened, translated_errors


class Routing(Opened):
    def train_router(self, report: Callable[[str], None] = lambda line: None) -> RouterReport:
        """Adapt the router to what is remembered; kept only if it finds more of what it did not learn from.

        Takes minutes; `report` is given lines to show. Questions go first meanwhile. Raises NotTrained, ModelMissing.
        """
        from app.model.adapt_router import adapt

        self._need_writing()
        with translated_errors():
            answerer, bank = self._models.present()
            result = adapt(self._archive, answerer, bank, report)
            if result.kept:
                self._models.reroute()
        return result

    def undo_router(self) -> bool:
        """Go back to the router that came with the model; False if it is the one in use."""
        self._need_writing()
        with translated_errors():
            return self._archive.derived.drop()

    def router(self) -> RouterStatus | None:
        """The adapted router and whether the model that answers uses it; None where there is none."""
        about = adapted_router.stored(self._archive)
        if about is None:
            return None
        active = self._archive.banks.active()
        return RouterStatus(about, active is not None and active.fingerprint == about.fingerprint)
