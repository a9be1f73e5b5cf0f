"""What the archive can refuse, each message saying what to do about it."""

from __future__ import annotations


class ArchiveError(Exception):
    """The root of all archive errors; its message is meant for the user."""


class ArchiveMissing(ArchiveError):
    """There is no archive in this directory, and it was to be opened for reading only."""


class ArchiveLocked(ArchiveError):
    """Another process has the archive open for writing."""


class ArchiveTooNew(ArchiveError):
    """The archive was written by a later version of Doppel."""


class ArchiveFull(ArchiveError):
    """The disk is full; nothing of the refused change is in the archive."""


class ArchiveReadOnly(ArchiveError):
    """The archive was opened for reading, or is closed, and a change was asked for."""


class ArchiveUnwritable(ArchiveError):
    """Nothing can be written to the data directory; reading may be possible."""


class ArchiveDamaged(ArchiveError):
    """The database itself is damaged, which only a backup repairs."""


class ArchiveProtected(ArchiveError):
    """The archive is encrypted, and no key was given."""


class WrongPassphrase(ArchiveError):
    """The passphrase does not open this archive; nothing was changed."""


class KeyDamaged(ArchiveError):
    """The file that keeps the key is damaged or missing."""


class EncryptionMissing(ArchiveError):
    """This installation cannot read or write encrypted archives."""


class NotFound(ArchiveError):
    """The row asked for does not exist (any more)."""


class Forgotten(ArchiveError):
    """The user had this forgotten: it does not come in again unless they lift it."""


class ForgottenMeanwhile(ArchiveError):
    """Something was forgotten after this file was read, so it has to be read again."""


class BankMismatch(ArchiveError):
    """Encodings do not fit the bank they are meant for."""


class BankIncomplete(ArchiveError):
    """The bank does not hold every document yet, so it cannot answer in place of the old one."""


class SegmentDamaged(ArchiveError):
    """A segment file is missing, truncated or altered."""


class BackupDamaged(ArchiveError):
    """A backup is incomplete or altered and was not restored."""


class ForgetIncomplete(ArchiveError):
    """The rows are gone, but something still holds old bytes on disk; the message says what."""
