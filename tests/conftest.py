"""For all tests: how long an example takes says nothing on a machine that does other things, too."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("doppel", deadline=None)
settings.load_profile("doppel")
