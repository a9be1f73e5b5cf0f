"""The twin that the page's tests use takes what the real one takes: what works on it works on the real one."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.twin.twin import Twin
from tests.ui.web.fake_twin import FakeTwin

FRONTS = [Path(__file__).parents[3] / "ui" / room for room in ("web", "doors")]
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


def test_page_and_doors_ask_for_nothing_that_either_lacks() -> None:
    asked = {
        node.attr
        for front in FRONTS
        for path in front.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "twin"
    }
    assert asked
    fake = FakeTwin()
    assert not {name for name in asked if not hasattr(fake, name)}
    made = {
        target.attr
        for kind in Twin.__mro__[:-1]
        for node in ast.walk(ast.parse(inspect.getsource(inspect.getmodule(kind))))  # type: ignore[arg-type]
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
    }
    assert not {name for name in asked if not hasattr(Twin, name) and name not in made}
