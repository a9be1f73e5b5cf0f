"""Every error Doppel shows to a person, as one tree.

DoppelError
└── SettingsError     a value in settings.json (or the environment) cannot be used

A message always says what to do next. Bugs are not in this tree: they stay ordinary exceptions.
"""

from __future__ import annotations


class DoppelError(Exception):
    """Something a person can act on; the message says how."""


class SettingsError(DoppelError):
    """A setting has a value that cannot be used."""
