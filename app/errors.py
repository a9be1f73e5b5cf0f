"""Every error Doppel shows to a person, as one tree.

DoppelError
├── SettingsError     a value in settings.json (or the environment) cannot be used
├── ModelMissing      the model is not on this machine yet
├── ModelUnusable     a model cannot be fetched, converted or loaded
├── EmptyMemory       nothing is remembered yet, so nothing can be asked
├── QuestionTooLong   a question has more tokens than the model takes
├── NotTrained        the archive gives too little to learn from
├── NotFound          no such memory, chat or source
├── ArchiveProblem    the archive is in use, full, damaged or too new
└── NotRead           a file gave no text; `.reason` says why
    ├── Skipped       nothing to read in it: empty, a picture, a program
    ├── Unreachable   not now: no permission, a disk that fails; it is tried again
    └── Unreadable    broken, locked, too large or hostile: something a person can act on

A message always says what to do next. Bugs are not in this tree: they stay ordinary exceptions.
"""

from __future__ import annotations


class DoppelError(Exception):
    """Something a person can act on; the message says how."""


class SettingsError(DoppelError):
    """A setting has a value that cannot be used."""


class ModelMissing(DoppelError):
    """The model is not on this machine yet."""


class ModelUnusable(DoppelError):
    """A model cannot be fetched, converted or loaded."""


class EmptyMemory(DoppelError):
    """Nothing is remembered yet."""


class TooManyQuestions(DoppelError):
    """More questions wait than may."""


class Stopped(DoppelError):
    """Nobody wants an answer any more of which nothing was written yet."""


class QuestionTooLong(DoppelError):
    """A question has more tokens than the model takes."""


class NotTrained(DoppelError):
    """There is too little to learn from, or the model cannot learn it."""


class NotFound(DoppelError):
    """No such memory, chat or source."""


class ArchiveProblem(DoppelError):
    """The archive cannot do this now: in use by another process, full, damaged, or of a newer version."""


class NotRead(DoppelError):
    """A file gave no text. The reason holds no text of the file, so it may be logged and stored."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Skipped(NotRead):
    """There is nothing to read in this file, and nothing is wrong with it."""


class Unreachable(NotRead):
    """This file cannot be read now, for a reason that is not its own and may pass."""


class Unreadable(NotRead):
    """This file should have text but cannot be read; the reason says what to do."""
