"""Every public name of SQLAlchemy is here, or stands in a table with the reason why it is not.

`names.txt` and `arguments.txt` are what SQLAlchemy 2.1 has; `record.py` wrote them.
"""

from __future__ import annotations

import importlib
import inspect
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from names_exceptions import ARGUMENTS, METHODS, NAMES

HERE = Path(__file__).parent


def recorded(name: str) -> dict[str, list[str]]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return {key: rest.split() for key, _, rest in (line.partition(":") for line in lines)}


MODULES = recorded("names.txt")
CALLS = recorded("arguments.txt")


def is_excepted(path: str, table: dict[str, str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in table)


def found(path: str) -> Any:
    """What is under ``accord.module.Class.method``; LookupError if nothing is."""
    module, _, name = path.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except ImportError:
        owner = found(module)
    if hasattr(owner, name):
        return getattr(owner, name)
    if any(name in getattr(cls, "__annotations__", {}) for cls in owner.__mro__):
        return None  # an attribute of instances
    raise LookupError(path)


@pytest.mark.parametrize("module", MODULES)
def test_names(module: str) -> None:
    there = importlib.import_module(module)
    missing = [
        name
        for name in MODULES[module]
        if not is_excepted(name, NAMES) and not hasattr(there, name)
    ]
    assert not missing


def test_methods_and_arguments() -> None:
    missing = []
    for path, arguments in CALLS.items():
        short = path.removeprefix("accord.")
        if is_excepted(short.split(".")[-1], NAMES) or is_excepted(short, METHODS):
            continue
        try:
            call = found(path)
        except (LookupError, AttributeError):
            missing.append(short)
            continue
        missing += [
            f"{short}({name}=)"
            for name in lost(call, arguments)
            if not is_excepted(f"{short}({name})", ARGUMENTS)
        ]
    assert not missing


def lost(call: Any, arguments: list[str]) -> list[str]:
    """Those of the arguments that a call does not take."""
    try:
        parameters = inspect.signature(call).parameters.values()
    except (TypeError, ValueError):
        return []
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return []
    return [name for name in arguments if name not in {p.name for p in parameters}]


@pytest.mark.parametrize("table", [NAMES, METHODS, ARGUMENTS])
def test_no_exception_is_left_over(table: dict[str, str]) -> None:
    names = {name for names in MODULES.values() for name in names}
    calls = [path.removeprefix("accord.") for path in CALLS]
    known = {
        id(NAMES): names,
        id(METHODS): calls,
        id(ARGUMENTS): [f"{p}({a})" for p, c in zip(calls, CALLS.values(), strict=True) for a in c],
    }[id(table)]
    unused = [pattern for pattern in table if not any(fnmatchcase(name, pattern) for name in known)]
    assert not unused
    assert all(table.values())
