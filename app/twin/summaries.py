"""The summaries that a person asked for. Asked again, each is given as of now, or says what has changed."""

from __future__ import annotations

from app.twin.base import Opened, translated_errors
from app.twin.kept_summary import Summary


class Summaries(Opened):
    def summaries(self) -> list[Summary]:
        """The last made first."""
        with translated_errors():
            rows = self._archive.summaries.rows()
        return [Summary(row.id, row.request.question, row.passages, row.made_at) for row in rows]

    def delete_summary(self, id: int) -> None:
        """Keep it no longer: asked again, it is made as if for the first time. Raises NotFound."""
        self._need_writing()
        with translated_errors():
            self._archive.summaries.delete(id)
