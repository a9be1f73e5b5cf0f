"""What the person set: the owner, jobs, tokens, passphrase, model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.errors import ArchiveProblem, DoppelError
from app.people.records import Owner
from app.records import Digest, Status
from app.settings import Settings
from app.twin.access import AccessToken
from app.twin.page_sessions import PageSessions
from app.upkeep.records import JobStatus
from tests.ui.web.fake.passages import Rows


class InMemory(dict[str, Any]):
    """Stands for what an archive keeps by name."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value


@dataclass
class Preferences(Rows):
    granted: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    preferred: dict[str, Any] = field(default_factory=dict)
    protected: bool = False
    after_closing: Any = None
    browsers: PageSessions = field(default_factory=lambda: PageSessions(InMemory()))
    settings: Settings = field(default_factory=lambda: Settings(home=Path("/home/ada/.local/share/doppel")))
    standing: list[JobStatus] = field(
        default_factory=lambda: [
            JobStatus(
                "compaction", "Merge small memory files", True, "2026-01-02T06:00:00", None, None, True
            ),
            JobStatus("digest", "Sum up the day", False, None, "2026-01-01T21:00:00", "<i>3</i> new", True),
        ]
    )

    def change_passphrase(self, old: str, new: str) -> None:
        if old != "the old one":
            raise ArchiveProblem("That passphrase does not open this memory.")

    def encrypt_after_closing(self, passphrase: str) -> None:
        self.after_closing = lambda: passphrase

    def decrypt_after_closing(self, passphrase: str) -> None:
        self.after_closing = lambda: None

    def owner(self) -> Owner:
        return Owner(
            self.preferred.get("owner", ""), self.preferred.get("voice", "you"), "Ada <b>Lovelace</b>"
        )

    def set_owner(self, name: str | None = None, voice: str | None = None) -> Owner:
        self.preferred |= {"owner": name, "voice": voice}
        return self.owner()

    def jobs(self) -> list[JobStatus]:
        return list(self.standing)

    def switch_job(self, name: str, on: bool) -> JobStatus:
        return self._change_job(name, on=on, next_run="2026-01-03T02:00:00" if on else None)

    def count_judged(self) -> tuple[int, int]:
        return 2, 1

    def set_job_times(self, name: str, *, every: int = 0, at: str = "", day: str = "") -> JobStatus:
        if every == 0 and ":" not in at:
            raise DoppelError("Write the time of day as 03:30.")
        return self._change_job(name, every=every, at=at, day=day)

    def run_job(self, name: str) -> JobStatus:
        return self._change_job(name, last_run="2026-01-02T12:00:00", last_result="2 merges were done.")

    def _change_job(self, name: str, **changes: Any) -> JobStatus:
        found = [job for job in self.standing if job.name == name]
        if not found:
            raise DoppelError(f"There is no job {name}.")
        job = replace(found[0], **changes)
        self.standing = [job if each.name == name else each for each in self.standing]
        return job

    def digests(self, limit: int = 7) -> list[Digest]:
        return [Digest("2026-01-01", len(self.rows), tuple(self.rows.values()))]

    def tokens(self) -> list[AccessToken]:
        return [AccessToken(name, scopes, "2026-01-02") for name, (_, scopes) in self.granted.items()]

    def add_token(self, name: str, scopes: Sequence[str] = ("read",)) -> str:
        if not name or name in self.granted:
            raise DoppelError("Give the program a name of its own.")
        token = f"doppel-token-of-{name}"
        self.granted[name] = (token, tuple(sorted({"read", *scopes})))
        return token

    def remove_token(self, name: str) -> None:
        del self.granted[name]

    def scopes_of(self, token: str) -> frozenset[str]:
        return frozenset(
            scope for known, scopes in self.granted.values() if known == token for scope in scopes
        )

    def change_settings(self, **values: Any) -> Settings:
        self.settings = replace(self.settings, **values)
        return self.settings

    def use_model(self, name: str, report: Callable[[Status], None] = lambda status: None) -> None:
        self.settings = replace(self.settings, model=name)

    def preference(self, name: str, default: Any = None) -> Any:
        return self.preferred.get(name, default)

    def prefer(self, name: str, value: Any) -> None:
        self.preferred[name] = value
