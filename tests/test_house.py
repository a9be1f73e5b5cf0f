"""The house as docs/architecture.md draws it: who may import whom, how large modules are, what is typed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {
    "ui": {"ui", "app"},
    "app": {"app", "engine", "storage", "kernels"},
    "engine": {"engine", "kernels"},
    "storage": {"storage", "kernels"},
    "kernels": {"kernels"},
}
MOST_LINES = 400
TRAINING = ("engine.train", "engine.training", "engine.router.train", "engine.router.train_encoder")


@cache
def modules() -> dict[str, Path]:
    """Dotted name -> file, of all rooms."""
    found = {}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imports(name: str) -> frozenset[str]:
    """What a module of the house imports of it, wherever in the file, as names of modules."""
    known = modules()
    found = set()
    for node in ast.walk(tree(known[name])):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {full if full in known else node.module for full in names}
        elif isinstance(node, ast.ImportFrom):
            found.add("relative")
    return frozenset(found)


def test_nothing_imports_against_the_arrows() -> None:
    outside = {"tests", "benchmarks", "relative"}
    against = [
        f"{name} imports {other}"
        for name in modules()
        for other in imports(name)
        if (top := other.partition(".")[0]) in ROOMS.keys() | outside
        and top not in ROOMS[name.partition(".")[0]]
    ]
    assert not against


def test_the_product_reaches_no_training_script() -> None:
    seen: set[str] = set()
    waiting = [name for name in modules() if name.startswith(("app", "ui"))]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        waiting += [other for other in imports(name) if other in modules()]
    assert not {name for name in seen if name in TRAINING or name.startswith("engine.training.")}


def test_modules_are_small() -> None:
    rooms = (*ROOMS, "benchmarks", "tests")
    lines = {
        path.relative_to(ROOT): len(path.read_text("utf-8").splitlines())
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
    }
    assert not {str(path): count for path, count in lines.items() if count > MOST_LINES}


def public_functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for name, path in modules().items():
        if "triton_" in path.name:
            continue  # what Triton compiles has types of its own
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                yield f"{name}.{node.name}", node


def test_public_functions_are_typed() -> None:
    untyped = []
    for name, node in public_functions():
        taken = [
            *node.args.posonlyargs,
            *node.args.args,
            *node.args.kwonlyargs,
            node.args.vararg,
            node.args.kwarg,
        ]
        own = [arg for arg in taken if arg is not None and arg.arg not in ("self", "cls")]
        if node.returns is None or any(arg.annotation is None for arg in own):
            untyped.append(name)
    assert not untyped


# Single characters, a kind of sentences, a language, the name of a model, the header of a segment.
TEXTLESS = {
    "app.model.store._digest",
    "app.parsing.charset._kind",
    "app.parsing.formats.speech._model",
    "engine.training.lesson.sentences",
    "storage.bank.content.layout",
    "storage.forgotten_text._fold",
    "ui.web.messages._catalogue",
}


def remembering() -> set[str]:
    """Functions whose results are kept for as long as the process runs, by a string that they were given."""
    found = set()
    for name, path in modules().items():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.FunctionDef):
                continue
            kept = any(ast.unparse(one).partition("(")[0].endswith("cache") for one in node.decorator_list)
            taken = [ast.unparse(arg.annotation) for arg in node.args.args if arg.annotation is not None]
            if kept and any("str" in one or "Any" in one for one in taken):
                found.add(f"{name}.{node.name}")
    return found


def test_no_process_remembers_words_that_are_forgotten() -> None:
    assert remembering() <= TEXTLESS


@pytest.mark.parametrize("room", [*ROOMS])
def test_tests_stand_where_what_they_test_stands(room: str) -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests" / room).rglob("test_*.py")}
    assert folders and all((ROOT / folder / "__init__.py").exists() for folder in folders)


def test_the_rules_themselves_catch_what_breaks_them(tmp_path: Path) -> None:
    """A module against the arrows is seen even where the import is inside a function."""
    module = tmp_path / "bad.py"
    module.write_text("def f():\n    from app.twin import twin\n    import ui.web.page\n")
    modules()["kernels.bad"] = module
    try:
        assert imports("kernels.bad") == {"app.twin.twin", "ui.web.page"}
        with pytest.raises(AssertionError, match=r"kernels\.bad imports app\.twin\.twin"):
            test_nothing_imports_against_the_arrows()
        with pytest.raises(AssertionError, match=r"kernels\.bad\.f"):
            test_public_functions_are_typed()
    finally:
        del modules()["kernels.bad"]
        imports.cache_clear()
