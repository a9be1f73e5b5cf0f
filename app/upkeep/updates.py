"""Whether there is a newer Doppel: a standing job that is off until a person switches it on.

It asks the package index for its public page of Doppel, once a day at most, also where it is run by hand. Nothing is sent
but that request: no name, no version, no count, no cookie. Nothing is downloaded or installed either; the person is told.
"""

from __future__ import annotations

import datetime
import http.client
import json
import urllib.error
import urllib.request
from importlib.metadata import version
from typing import Any

from app.errors import DoppelError
from storage.archive import Archive

NAME = "doppel"
ABOUT = "private digital twin"
"""What our own summary says: the index may hold another program of the same name."""
SECONDS = 15.0
MOST_BYTES = 20_000_000
KEY = "newest version"


class NotAnswered(DoppelError):
    """The index could not be asked."""


def look(archive: Archive, today: datetime.date | None = None) -> str:
    """Ask, unless that was done today, and say what was found. An index that does not answer is no trouble of ours."""
    day = (today or datetime.date.today()).isoformat()
    known = archive.settings.get(KEY, {})
    if known.get("asked") == day:
        return "It was asked today already."
    archive.settings.set(KEY, known | {"asked": day})
    try:
        newest = published()
    except NotAnswered as error:
        return str(error)
    archive.settings.set(KEY, {"asked": day, "newest": newest})
    if not newest:
        return "The package index has no version of this program."
    return f"Version {newest} is there." if newer(archive) else "This is the newest version."


def newer(archive: Archive) -> str:
    """The version that the index had when it was asked last, where it is newer than this one; else ""."""
    from packaging.version import Version

    newest = str(archive.settings.get(KEY, {}).get("newest", ""))
    return newest if newest and Version(newest) > Version(version("doppel")) else ""


def address() -> str:
    """The public page of Doppel at the index that pip knows, which it does not tell in public. Raises NotAnswered."""
    try:
        from pip._internal.models.index import PyPI
    except ImportError:
        raise NotAnswered("There is no pip here that knows the package index.") from None
    return f"{PyPI.pypi_url}/{NAME}/json"


def published() -> str:
    """The newest version that the index has of this program; "" where it has none. Raises NotAnswered."""
    from packaging.version import InvalidVersion, Version

    request = urllib.request.Request(
        address(), headers={"User-Agent": "doppel", "Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            said: Any = json.loads(answer.read(MOST_BYTES))["info"]
        return str(Version(said["version"])) if ABOUT in str(said["summary"]).casefold() else ""
    except urllib.error.HTTPError as error:
        if error.code == http.client.NOT_FOUND:
            return ""
        raise NotAnswered(f"The package index answered {error.code}.") from None
    except (OSError, http.client.HTTPException):
        raise NotAnswered("The package index could not be reached.") from None
    except (ValueError, KeyError, TypeError, InvalidVersion):
        raise NotAnswered("What the package index answered is not understood.") from None
