"""ExcludeConstraint: no two rows may agree by the operators given.

In: columns (or expressions) with operators. Out: a constraint of accord.schema; ddl.py writes it.
"""

from __future__ import annotations

import re
from typing import Any

from accord.exc import ArgumentError
from accord.schema import ColumnConstraint
from accord.sql import coercion, text

_OPERATOR = re.compile(r"[-+*/<>=~!@#%^&|`?]+\Z")


class ExcludeConstraint(ColumnConstraint):
    """``ExcludeConstraint(("room", "="), ("during", "&&"), using="gist")``.

    `where` is the condition of the rows it is about, `ops` maps columns to operator classes.
    """

    visit_name = "exclude"
    convention_key = "ex"

    def __init__(
        self,
        *elements: tuple[Any, str],
        name: str | None = None,
        deferrable: bool | None = None,
        initially: str | None = None,
        using: str = "gist",
        where: Any = None,
        ops: dict[str, str] | None = None,
        **dialect_kw: Any,
    ) -> None:
        for element in elements:
            if len(element) != 2:
                raise ArgumentError(
                    'ExcludeConstraint takes pairs of a column and an operator: ("during", "&&")'
                )
            if _OPERATOR.match(str(element[1])) is None:
                raise ArgumentError(f"{element[1]!r} is no operator of PostgreSQL")
        self.pairs = elements
        self.using = using
        self.ops = dict(ops or {})
        self.where = (
            None if where is None else text(where) if isinstance(where, str)
            else coercion.condition(where)
        )  # fmt: skip
        columns = [element for element, _ in elements if _is_column(element)]
        super().__init__(
            *columns, name=name, deferrable=deferrable, initially=initially, **dialect_kw
        )

    def rendered_elements(self) -> list[tuple[Any, str]]:
        """Column names and expressions, each with its operator."""
        found: list[tuple[Any, str]] = []
        for element, operator in self.pairs:
            if isinstance(element, str):
                found.append((element, operator))
            elif _is_column(element):
                found.append((str(element.name), operator))
            else:
                found.append((coercion.element_of(element), operator))
        return found


def _is_column(element: Any) -> bool:
    return isinstance(element, str) or hasattr(element, "call_when_attached")
