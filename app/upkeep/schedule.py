"""When the standing jobs run: APScheduler for the times, the archive for what must survive a restart.

* When a job runs next, whether it is switched on, and what its last run said is one setting of the archive
  per job. APScheduler's own SQLAlchemy store is not used: it pickles, and it would be a second writer in a
  database whose forgetting cleans pages on the ground that there is only one.
* A run that was missed while Doppel was off is made up once at the next start.
* One job at a time, each a function that returns a line; an error is that job's result and stops no other.
"""

from __future__ import annotations

import datetime
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from app.health import Health
from app.supervised import Supervised
from app.upkeep.jobs import Job
from app.upkeep.records import JobStatus
from app.upkeep.times import Times
from storage.archive import Archive

CLOCK_SECONDS = 30.0
CLOCK_MOVED = 300.0

log = logging.getLogger(__name__)


class Schedule:
    """Runs jobs between `start` and `stop`. Without `start`, jobs can be listed, switched and run by hand."""

    def __init__(self, archive: Archive, jobs: Sequence[Job], health: Health | None = None) -> None:
        self._health = health or Health()
        self._archive = archive
        self._jobs = {job.name: job for job in jobs}
        self._running = threading.Lock()
        self._noting = threading.RLock()
        self._stopping = threading.Event()
        self._ahead = time.time() - time.monotonic()
        self._unsaved: dict[str, dict[str, Any]] = {}
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """Begin; jobs that were due meanwhile run at once."""
        scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
            # a missed run is made up, however late, and only once
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        for job in self._jobs.values():
            scheduler.add_job(
                self.run,
                self._trigger(job),
                args=[job.name],
                kwargs={"asked": False},
                id=job.name,
                next_run_time=self._next_run(job),
            )
        self._scheduler = scheduler
        scheduler.start()
        self._stopping.clear()
        Supervised(
            self._watch_clock, name="doppel-clock", part="clock", health=self._health, stopping=self._stopping
        ).start()

    def _watch_clock(self) -> bool:
        if self._stopping.wait(CLOCK_SECONDS):
            return False
        ahead = time.time() - time.monotonic()
        if abs(ahead - self._ahead) > CLOCK_MOVED:
            self._ahead = ahead
            self.clock_moved()
        return True

    def clock_moved(self) -> None:
        """The computer's clock was set: what is due is worked out anew."""
        if self._scheduler is not None:
            for job in self._jobs.values():
                self._scheduler.modify_job(job.name, next_run_time=self._next_run(job))

    def stop(self) -> None:
        """End after the job that runs now."""
        self._stopping.set()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None

    def jobs(self) -> list[JobStatus]:
        """All jobs, as they stand."""
        return [self._status(job) for job in self._jobs.values()]

    def switch(self, name: str, on: bool) -> JobStatus:
        """Switch a job on or off, for good. Raises KeyError for a name that is none."""
        job = self._jobs[name]
        next_run = _next_of(self._trigger(job)) if on else None
        with self._noting:
            state = self._state(job)
            self._save(job, state | {"on": on, "next": next_run.isoformat() if next_run else None})
        if self._scheduler is not None:
            self._scheduler.modify_job(name, next_run_time=next_run)
        return self._status(job)

    def set_times(self, name: str, times: Times) -> JobStatus:
        """Run a job at other times, for good. Raises KeyError for a name that is none."""
        job = self._jobs[name]
        with self._noting:
            state = self._state(job) | {"times": asdict(times)}
            following = _next_of(times.trigger()) if state["on"] else None
            self._save(job, state | {"next": following.isoformat() if following else None})
        if self._scheduler is not None:
            self._scheduler.modify_job(name, trigger=times.trigger(), next_run_time=following)
        return self._status(job)

    def run(self, name: str, *, asked: bool = True) -> JobStatus:
        """Run a job now, switched on or not, and note the outcome; not `asked`: because it is due. Raises KeyError for a
        name that is none.
        """
        job = self._jobs[name]
        with self._running:
            try:
                result, ok = (job.asked or job.run)() if asked else job.run(), True
                self._health.well(f"job {name}")
            except Exception as error:
                log.warning("job %s failed: %s", name, type(error).__name__)
                result, ok = f"It failed: {str(error) or type(error).__name__}", False
                self._health.failed(f"job {name}", error)
            moment = _now().isoformat()
            self._note(job, moment, result, ok)
        return self._status(job)

    def _note(self, job: Job, moment: str, result: str, ok: bool) -> None:
        with self._noting:
            state = self._state(job)
            if state["on"]:
                next_run = _next_of(self._trigger(job))
                state["next"] = next_run.isoformat() if next_run else None
            state |= {"last": moment, "result": result, "ok": ok}
            # What cannot be written down now is known until the end, and the job is due again at the next start.
            self._unsaved[job.name] = state
            with self._health.watched(f"result of {job.name}"):
                self._save(job, state)
            del self._unsaved[job.name]

    def _next_run(self, job: Job) -> datetime.datetime | None:
        """When a job is due by the archive; for a job never seen, by its trigger."""
        state = self._state(job)
        if not state["on"]:
            return None
        first = _next_of(self._trigger(job))
        if state["next"]:
            due = datetime.datetime.fromisoformat(state["next"])
            # Later than its own trigger says, it was noted under a clock that was wrong.
            if first is None or due <= first:
                return due
        self._save(job, state | {"next": first.isoformat() if first else None})
        return first

    def _state(self, job: Job) -> dict[str, Any]:
        fresh = {"on": job.on, "next": None, "last": None, "result": None, "ok": True}
        return self._unsaved.get(job.name) or fresh | self._archive.settings.get(_key(job), {})

    def _save(self, job: Job, state: dict[str, Any]) -> None:
        self._archive.settings.set(_key(job), state)

    def _times(self, job: Job) -> Times | BaseTrigger:
        """Those that the person wants, else the job's own."""
        wanted = self._state(job).get("times")
        return Times(**wanted) if wanted else job.times

    def _trigger(self, job: Job) -> BaseTrigger:
        times = self._times(job)
        return times.trigger() if isinstance(times, Times) else times

    def _status(self, job: Job) -> JobStatus:
        state, times = self._state(job), self._times(job)
        when = times if isinstance(times, Times) else None
        return JobStatus(
            job.name, job.description, state["on"], state["next"], state["last"], state["result"], state["ok"],
            when.every if when else 0, when.at if when else "", when.day if when else "",
        )  # fmt: skip


def _next_of(trigger: BaseTrigger) -> datetime.datetime | None:
    moment: datetime.datetime | None = trigger.get_next_fire_time(None, _now())
    return moment


def _now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()


def _key(job: Job) -> str:
    return f"job {job.name}"
