"""Writes down the public names of an installed SQLAlchemy: `names.txt`, `arguments.txt`.

Run by hand (``python tests/unit/names/record.py``) when a version of SQLAlchemy brings new names;
the tests read the two files only. In: SQLAlchemy. Out: ``module: name name …`` and
``module.function: argument …``, ``module.Class.method: argument …``.
"""

from __future__ import annotations

import importlib
import inspect
import typing
from pathlib import Path
from typing import Any

MODULES = """sqlalchemy sqlalchemy.sql sqlalchemy.sql.expression sqlalchemy.sql.functions
    sqlalchemy.sql.visitors sqlalchemy.types sqlalchemy.schema sqlalchemy.engine sqlalchemy.pool
    sqlalchemy.exc sqlalchemy.event sqlalchemy.inspection sqlalchemy.ext.compiler
    sqlalchemy.dialects.sqlite sqlalchemy.dialects.postgresql sqlalchemy.dialects.mysql
    sqlalchemy.dialects.mssql sqlalchemy.dialects.oracle""".split()
OWN = {"sqlalchemy.sql.functions", "sqlalchemy.sql.visitors"}
"""Modules that import what others publish."""
CLASSES = """Select CompoundSelect TextualSelect TextClause TString Insert Update Delete CTE
    Subquery Alias Lateral TableSample TableValuedAlias Values Join Exists
    ScalarSelect ColumnElement Label Function Over MetaData Table Column ForeignKey
    ForeignKeyConstraint PrimaryKeyConstraint UniqueConstraint CheckConstraint Index
    Sequence Identity Computed DDL Engine Connection Transaction NestedTransaction
    Result ScalarResult MappingResult CursorResult Row RowMapping Inspector URL
    QueuePool NullPool StaticPool SingletonThreadPool TypeDecorator String Enum JSON
    Numeric DateTime Interval Uuid ARRAY PickleType Boolean LargeBinary""".split()
HERE = Path(__file__).parent


def names_of(module: Any) -> list[str]:
    """Names that are SQLAlchemy's own, not what its modules import for themselves."""
    found = []
    for name in sorted(dir(module)):
        value = getattr(module, name)
        if name.startswith("_") or inspect.ismodule(value) or hasattr(typing, name):
            continue
        home = str(getattr(value, "__module__", "sqlalchemy"))
        if name in ("all_", "any_", "some") and module.__name__ in OWN:
            continue  # constructors, not functions of the module
        elsewhere = home.startswith("sqlalchemy") and module.__name__ not in OWN
        if elsewhere or home == module.__name__:
            found.append(name)
    return found


def arguments_of(function: Any) -> list[str]:
    """The arguments that can be given by name and may be left out."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [
        p.name
        for p in parameters
        if p.kind in kinds and p.default is not p.empty and not p.name.startswith("_")
    ]


def main() -> None:
    """Write both files."""
    lines, calls = [], []
    for path in MODULES:
        module = importlib.import_module(path)
        names = names_of(module)
        lines.append(f"{path.replace('sqlalchemy', 'accord', 1)}: {' '.join(names)}")
        for name in names:
            value = getattr(module, name)
            if inspect.isfunction(value) and path != "sqlalchemy.sql":
                calls.append((path, name, value))
    top = importlib.import_module("sqlalchemy")
    for name in CLASSES:
        cls = getattr(top, name)
        calls.append(("sqlalchemy", name, cls.__init__))
        for method in sorted(dir(cls)):
            value = getattr(cls, method)
            if not method.startswith("_") and callable(value) and not inspect.isclass(value):
                calls.append(("sqlalchemy", f"{name}.{method}", value))
    written = dict.fromkeys(
        f"{path.replace('sqlalchemy', 'accord', 1)}.{name}: {' '.join(arguments_of(call))}".strip()
        for path, name, call in calls
    )
    (HERE / "names.txt").write_text("\n".join(lines) + "\n", "utf-8")
    (HERE / "arguments.txt").write_text("\n".join(written) + "\n", "utf-8")


if __name__ == "__main__":
    main()
