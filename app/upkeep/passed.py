"""The time that was seen to pass, for what cannot be undone: a clock that jumps ahead makes nothing old.

Kept in the archive: the last time that was believed, and the clock's at that look. Between two looks at most STEP is
believed at once. What a clock says beyond that counts only after it has gone on to say so for TRUSTED, as one that was set
right does and one that is wrong for a night does not. A clock that goes back takes nothing back.

When a clock is set, what was dated by a wrong one is dated anew, or it would be past its term at once, or never. The term of
what was removed begins again, as it is short.
"""

from __future__ import annotations

import datetime

from storage.archive import Archive

KEY = "time seen"
STEP = datetime.timedelta(days=40)
TRUSTED = datetime.timedelta(days=7)
# At most between a clock's being set and the next look at it, while Doppel runs.
LOOKS = datetime.timedelta(days=1)


def seen(archive: Archive, clock: datetime.datetime) -> datetime.datetime:
    """The time to go by, never later than the clock's; notes this look at the clock."""
    noted = archive.settings.get(KEY, {})
    if not noted:
        believed, since = clock, clock
    else:
        believed, last, since = (
            datetime.datetime.fromisoformat(noted[name]) for name in ("believed", "clock", "since")
        )
        passed = clock - last
        if not -STEP <= passed <= STEP:  # it was set
            if abs(last - believed) > STEP:
                archive.files.date_anew(since - LOOKS, last + LOOKS, clock)
            archive.trash.date_anew(clock)
            since = clock
        elif passed > datetime.timedelta(0):
            believed = max(believed, min(clock, believed + passed))
        if clock - since >= TRUSTED:
            believed = clock
    archive.settings.set(
        KEY, {"believed": believed.isoformat(), "clock": clock.isoformat(), "since": since.isoformat()}
    )
    return min(believed, clock)
