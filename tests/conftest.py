"""For all tests: how long an example takes says nothing on a machine that does other things, too; and nobody asks the
package index.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("doppel", deadline=None)
settings.load_profile("doppel")


@pytest.fixture(autouse=True)
def no_package_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that run every standing job would ask it."""
    monkeypatch.setattr("app.upkeep.updates.address", lambda: "http://127.0.0.1:9/")
