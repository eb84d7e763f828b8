"""Rows of VALUES whose columns have the types of the columns they are meant for.

A column of a table value constructor gets one type from all its rows; a column of NULLs would be an
INT, which no date takes. So the cells of the first row are cast. Text and bytes are cast to types
that cut nothing off; their length is checked where they are stored. In: columns, a count. Out: the
text between VALUES and the closing parenthesis.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from accord.dialect.texts import marks_for
from accord.sqltypes import NullType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect import AnyColumn, Bind

_TEXT = re.compile(r"N?(?:VAR)?CHAR(?:\((?P<length>\w+)\))?|N?TEXT")
_BYTES = re.compile(r"(?:VAR)?BINARY(?:\((?P<length>\w+)\))?|IMAGE|ROWVERSION|TIMESTAMP\Z")


def typed_rows(
    bind: Bind, columns: Sequence[AnyColumn], count: int, *, positions: bool = False
) -> str:
    """``(0, CAST(%s AS INTEGER)), (1, %s) …``; `positions`: with the row's number before it."""
    marks = marks_for(bind, columns)
    first = [cast_to(bind, column, marks.next()) for column in columns]
    rows = []
    for number in range(count):
        cells = first if number == 0 else marks.take(len(columns))
        rows.append(f"({', '.join([str(number), *cells] if positions else cells)})")
    return ", ".join(rows)


def cast_to(bind: Bind, column: AnyColumn, mark: str) -> str:
    """A mark with the type of a column."""
    if isinstance(column.type, NullType) or bind.dialect.types.entry(column.type).bind_expression:
        return mark
    return f"CAST({mark} AS {wide(bind.dialect.types.ddl(column.type))})"


def wide(ddl: str) -> str:
    """A type that takes every value meant for a column of type `ddl` without cutting it."""
    found = _TEXT.match(ddl)
    if found is not None:
        length = found["length"]
        short = length is not None and length.isdigit() and int(length) < 4_000
        return "NVARCHAR(4000)" if short else "NVARCHAR(max)"
    found = _BYTES.match(ddl)
    if found is not None:
        length = found["length"]
        short = length is not None and length.isdigit() and int(length) < 8_000
        return "VARBINARY(8000)" if short else "VARBINARY(max)"
    return ddl
