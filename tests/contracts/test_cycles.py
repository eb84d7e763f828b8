"""No module is loaded in the middle of loading itself: imports at module level make no circles.

What type checkers alone read, and what a function imports when it runs, is not an import here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from workspace import DISTRIBUTIONS

KNOWN = {
    ("accord.loading.query", "accord.loading.eager"),
    ("accord.loading.lazy", "accord.loading.eager"),
}
"""Left as they are: each half of loading needs the other, and the names are bound when called."""


def sources() -> dict[str, Path]:
    """Module → its file."""
    found = {}
    for distribution in DISTRIBUTIONS:
        folder = distribution / "src"
        for path in folder.rglob("*.py"):
            found[
                ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
            ] = path
    return found


def run_at_import(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement
        elif isinstance(statement, ast.If):
            if "TYPE_CHECKING" not in ast.dump(statement.test):
                yield from run_at_import(statement.body)
            yield from run_at_import(statement.orelse)
        elif isinstance(statement, ast.Try):
            yield from run_at_import(statement.body)


def imported(module: str, path: Path, known: dict[str, Path]) -> set[str]:
    """The modules of ours that loading this one loads, the packages around it left out."""
    found = set()
    for statement in run_at_import(ast.parse(path.read_text("utf-8")).body):
        if isinstance(statement, ast.Import):
            found |= {alias.name for alias in statement.names}
            continue
        parts = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
        start = parts[: len(parts) - statement.level + 1] if statement.level else []
        base = ".".join([*start, *([statement.module] if statement.module else [])])
        for alias in statement.names:
            inner = f"{base}.{alias.name}"
            found.add(inner if inner in known else base)
    return {name for name in found if name in known and name != module}


def test_modules_are_loaded_one_after_the_other() -> None:
    known = sources()
    graph = {module: imported(module, path, known) for module, path in known.items()}
    for module, other in KNOWN:
        assert other in graph[module], "no circle any more: take it off the list"
        graph[module].discard(other)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" → ".join(reversed(error.args[1]))) from None


def test_a_circle_is_found(tmp_path: Path) -> None:
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text("from . import two")
    two.write_text("if TYPE_CHECKING:\n    import other\nelse:\n    from pack.one import x")
    known = {"pack.one": one, "pack.two": two}
    assert imported("pack.one", one, known) == {"pack.two"}
    assert imported("pack.two", two, known) == {"pack.one"}
