"""Where things are in the workspace, for the contract tests."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Environments hold pyproject.toml files of others (node, in pyright's).
ENVIRONMENTS = {".tox", ".venv"}
DISTRIBUTIONS = tuple(
    sorted(
        path.parent
        for path in ROOT.glob("*/**/pyproject.toml")
        if not ENVIRONMENTS & set(path.relative_to(ROOT).parts)
    )
)
CORE = ROOT / "core" / "src" / "accord"


def modules() -> list[Path]:
    """Every Python module that is shipped."""
    return sorted(
        path for distribution in DISTRIBUTIONS for path in (distribution / "src").rglob("*.py")
    )


def named(path: Path) -> str:
    """A module as messages show it."""
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, methods and nested ones too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
