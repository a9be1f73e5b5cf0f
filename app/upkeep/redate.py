"""Dating memories anew after an upgrade: files that an earlier version read are read again, some at a time.

A date comes from what the file says, from headings, lines and names, so only reading it again gives the one that today's
rules give. Memories whose text comes out as before stay, with their encodings; dates that the person corrected stay as well.
A file that is not there now is passed over and dated when it is read the next time.
"""

from __future__ import annotations

import os

from app.watching.scan import read_again
from storage.archive import Archive

RULES = 1  # to be raised with every change to what date a passage gets
KEY = "dated by"
AT_ONCE = 200
WAITING = ("queued", "reading", "encoding")


def begin(archive: Archive) -> None:
    """An archive that knows nothing yet is dated by these rules from its first file on."""
    if archive.settings.get(KEY) is None and not archive.documents.count():
        archive.settings.set(KEY, {"rules": RULES, "all": True})


def date_anew(archive: Archive, most: int = AT_ONCE) -> int:
    """Queue the next files that earlier rules dated; how many. None while others wait: what is new goes first."""
    noted = archive.settings.get(KEY) or {}
    mine = noted.get("rules") == RULES
    if mine and noted.get("all"):
        return 0
    counts = archive.files.counts()
    if any(counts.get(state) for state in WAITING):
        return 0
    last = noted.get("last", 0) if mine else 0
    files = archive.files.known_behind(last, most)
    queued = 0
    for file in files:
        if os.path.lexists(file.path):
            read_again(archive, file.id)
            queued += 1
    if files:
        archive.settings.set(KEY, {"rules": RULES, "last": files[-1].id})
    else:
        archive.settings.set(KEY, {"rules": RULES, "all": True})
    return queued
