"""When a standing job runs, as a person would say it: every so many hours or minutes, or every day or week at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from app.errors import SettingsError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_MINUTES = 7 * 24 * 60
LEAST_MINUTES = 5
AT = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Times:
    """every: minutes between two runs, or 0 where it runs at a time of day, `at` ("03:30", local), on `day` ("": each)."""

    every: int = 0
    at: str = ""
    day: str = ""

    def __post_init__(self) -> None:
        """Raises SettingsError for what is no time."""
        if self.every:
            if not LEAST_MINUTES <= self.every <= MOST_MINUTES:
                raise SettingsError(f"A job runs every {LEAST_MINUTES} to {MOST_MINUTES:,} minutes.")
        elif not AT.fullmatch(self.at):
            raise SettingsError("Write the time of day as 03:30.")
        if self.day and self.day not in DAYS:
            raise SettingsError(f"The day is one of: {', '.join(DAYS)}; or none, for every day.")

    def trigger(self) -> BaseTrigger:
        if self.every:
            return IntervalTrigger(minutes=self.every)
        hour, minute = map(int, self.at.split(":"))
        return CronTrigger(hour=hour, minute=minute, day_of_week=self.day or None)
