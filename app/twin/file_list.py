"""What became of each file, and what a folder holds before it is added."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from app.errors import NotFound
from app.records import FileStatus, SourcePreview
from app.twin import to_records
from app.twin.base import Opened
from app.twin.sources import check_patterns
from app.watching.estimate import seconds
from app.watching.tree import Tree
from storage.file_search import files_like

# A preview is to be there at once, also of a disk with a million files.
SECONDS_TO_LOOK = 3.0


class FileList(Opened):
    def files(self, state: str = "", text: str = "", limit: int = 50, offset: int = 0) -> list[FileStatus]:
        """The last changed first. state: as of FileStatus, or "partly": known, but something of it was not read."""
        found = files_like(self._archive.store, state=state, text=text.strip(), limit=limit, offset=offset)
        return [to_records.file_status(file) for file in found]

    def preview_source(self, path: Path, ignore: Sequence[str] = ()) -> SourcePreview:
        """What watching a folder or file would read, and about how long that takes. Raises NotFound, DoppelError."""
        check_patterns(ignore)
        path = Path(path).expanduser().absolute()
        if not path.exists():
            raise NotFound(f"{path} does not exist. Check the spelling, or plug the disk in.")
        kinds: Counter[str] = Counter()
        sizes: Counter[str] = Counter()
        complete, began = True, time.monotonic()
        for found, status in Tree(path, ignore, exclude=[self.settings.home]).walk():
            kinds[found.suffix.lower()] += 1
            sizes[found.suffix.lower()] += status.st_size
            if time.monotonic() - began > SECONDS_TO_LOOK:
                complete = False
                break
        watched = any(
            source.kind != "once" and to_records.below(str(path), Path(source.path))
            for source in self._archive.sources.rows()
        )
        progress = self._learning.progress()
        rate = progress.tokens_per_second if progress and progress.queued else 0.0
        taking = seconds({ending: (count, sizes[ending]) for ending, count in kinds.items()}, rate or None)
        return SourcePreview(
            str(path), kinds.total(), sizes.total(), tuple(kinds.most_common()), complete, watched, taking
        )
