"""Out binds: what a RETURNING … INTO brings back, and how each column travels.

An `OutBind` stands in the parameters where the driver needs a variable; the driver makes one of
the right type for it. In: a column's type. Out: an OutBind; the text of the RETURNING clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accord.dialect import TypeEntry
from accord.dialect.texts import fetched_columns
from accord.exc import CompileError
from accord.sqltypes import NULLTYPE, DateTime, TypeDecorator, TypeEngine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect import AnyColumn, Bind, Row

_KINDS = (
    ("VARCHAR2", "text"), ("NVARCHAR2", "national"), ("CHAR", "text"), ("NCHAR", "national"),
    ("CLOB", "clob"), ("NCLOB", "nclob"), ("BLOB", "blob"), ("RAW", "raw"), ("DATE", "date"),
    ("TIMESTAMP", "timestamp"), ("INTERVAL", "interval"), ("BINARY_", "double"),
)  # fmt: skip
_NUMBERS = ("NUMBER", "NUMERIC", "DECIMAL", "INTEGER", "SMALLINT", "FLOAT", "REAL", "DOUBLE")
_LENGTH = re.compile(r"\((\d+)")
_LONGEST = 32_767


@dataclass(frozen=True, slots=True)
class OutBind:
    """A place for one returned column: its name in the result, the kind of its variable, and for
    text and bytes how long they may get.
    """

    name: str
    kind: str
    size: int = 0


def out_bind(name: str, type_: TypeEngine[Any], entry: TypeEntry) -> OutBind:
    """The out bind of a column of this type."""
    if is_aware(type_):
        return OutBind(name, "timestamp")
    ddl = entry.ddl.upper()
    for start, kind in _KINDS:
        if ddl.startswith(start):
            return OutBind(name, kind, _size(ddl) if kind in ("text", "national", "raw") else 0)
    if ddl.startswith(_NUMBERS):
        return OutBind(name, "number")
    if entry.column_expression is not None:
        return OutBind(name, "text", _LONGEST)  # what the expression makes of the column
    raise CompileError(
        f"column {name!r}: a value of type {entry.ddl} cannot be returned by RETURNING INTO; "
        "select it after the statement"
    )


class OutPlace:
    """Where a procedure puts a value, for one execution: `variable` is the driver's, made when the
    parameters are bound.
    """

    __slots__ = ("kind", "size", "variable")

    variable: Any

    def __init__(self, kind: str, size: int) -> None:
        self.kind = kind
        self.size = size

    def value_given_back(self) -> Any:
        """What the procedure put there."""
        value = self.variable.getvalue(0)
        return value.read() if hasattr(value, "read") else whole_number(value)


def whole_number(value: Any) -> Any:
    """Whole numbers as int, others as Decimal."""
    if isinstance(value, Decimal):
        whole = int(value)
        return whole if whole == value else value
    return value


def out_entry(name: str, type_: TypeEngine[Any], entry: TypeEntry) -> TypeEntry:
    """How an out parameter of this type travels: each execution has places of its own."""
    if type_ is NULLTYPE:
        raise CompileError(
            f"outparam({name!r}) has no type, and the driver has to know it; write "
            f"outparam({name!r}, Integer)"
        )
    out = out_bind(name, type_, entry)
    return TypeEntry(
        "", frozenset(), lambda _: OutPlace(out.kind, out.size), entry.result, entry.literal
    )


def _size(ddl: str) -> int:
    found = _LENGTH.search(ddl)
    # Bytes: a character may take four of them.
    return min(_LONGEST, int(found[1]) * 4) if found else _LONGEST


def is_aware(type_: TypeEngine[Any]) -> bool:
    """Whether values of the type have a time zone, which the driver would drop."""
    while isinstance(type_, TypeDecorator):
        type_ = type_.impl_instance
    return isinstance(type_, DateTime) and type_.timezone


def in_utc(text: str) -> str:
    """An expression with a time zone as the driver can fetch it: without, in UTC."""
    return f"SYS_EXTRACT_UTC({text})"


def returned(bind: Bind, columns: Sequence[AnyColumn]) -> tuple[str, Row]:
    """``RETURNING a, b INTO :ret_0, :ret_1`` with a blank before it, and the out binds."""
    if not columns:
        return "", ()
    types = bind.dialect.types
    texts, outs = [], []
    for column, text in zip(columns, fetched_columns(bind, columns).texts, strict=True):
        texts.append(in_utc(text) if is_aware(column.type) else text)
        outs.append(out_bind(str(column.name), column.type, types.entry(column.type)))
    marks = ", ".join(f":ret_{number}" for number in range(len(outs)))
    return f" RETURNING {', '.join(texts)} INTO {marks}", tuple(outs)
