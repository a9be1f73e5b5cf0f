"""What works on the twin of the fronts' tests works on the real one. What the page and the doors ask for is in protocols
(`ui.web.twin`), which mypy holds both to; this holds what else the command line's tests call, and each parameter's name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from app.twin.twin import Twin
from tests.ui.web.fake_twin import FakeTwin

OWN = {"filled", "open"}  # how each is made


def public(kind: type) -> dict[str, Callable[..., Any]]:
    found = inspect.getmembers(kind, inspect.isfunction)
    return {name: method for name, method in found if not name.startswith("_") and name not in OWN}


def taken(method: Callable[..., Any]) -> list[tuple[str, Any, Any]]:
    parameters = list(inspect.signature(method).parameters.values())[1:]
    return [(p.name, p.kind, p.default is inspect.Parameter.empty) for p in parameters]


def test_every_method_of_the_fake_is_one_of_the_twin() -> None:
    real = public(Twin)
    differing = {
        name: (taken(method), taken(real[name]) if name in real else None)
        for name, method in public(FakeTwin).items()
        if name not in real or taken(method) != taken(real[name])
    }
    assert not differing
