"""Binding values: rows of Python values in, rows the driver takes out.

Works column by column: one `set(map(type, column))` per column decides whether anything in it has
to be converted, so a batch of plain values costs some 30 ns a value and is handed on as it came. A
value that does not fit raises StatementError naming the label, never the value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import DontWrapMixin, StatementError
from accord.sqltypes.entry import BindError, SqlNull

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.sqltypes.entry import TypeEntry

_FEW = 4  # rows looked at value by value: cheaper than taking them apart
_CHUNK = 4096  # rows transposed at a time: bounds the copies and stays in the cache


def bind_rows(
    entries: Sequence[TypeEntry], labels: Sequence[str], rows: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """`rows` as the driver takes them; the same list if nothing had to be converted."""
    if len(rows) <= _FEW:
        return _bind_few(entries, labels, rows)
    if len(rows) <= _CHUNK:
        return _bind_chunk(entries, labels, rows)
    bound: list[tuple[Any, ...]] = []
    changed = False
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        converted = _bind_chunk(entries, labels, chunk)
        changed = changed or converted is not chunk
        bound += converted
    return bound if changed else rows


def _bind_few(
    entries: Sequence[TypeEntry], labels: Sequence[str], rows: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    for row in rows:
        for entry, value in zip(entries, row, strict=True):
            if type(value) not in entry.native:
                return _bind_chunk(entries, labels, rows)
    return rows


def _bind_chunk(
    entries: Sequence[TypeEntry], labels: Sequence[str], rows: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    columns: list[Sequence[Any]] | None = None
    for index, values in enumerate(zip(*rows, strict=True)):
        entry = entries[index]
        kinds = set(map(type, values))
        if kinds <= entry.native:
            continue
        converted = _bind_column(entry, labels[index], values, kinds)
        if converted is not values:
            if columns is None:
                columns = list(zip(*rows, strict=True))
            columns[index] = converted
    return rows if columns is None else list(zip(*columns, strict=True))


def _bind_column(
    entry: TypeEntry, label: str, values: Sequence[Any], kinds: set[type]
) -> Sequence[Any]:
    native, bind = entry.native, entry.bind
    try:
        if SqlNull in kinds:
            return [
                None if type(v) is SqlNull else v if type(v) in native else bind(v) for v in values
            ]
        if entry.bind_column is not None:
            return entry.bind_column(values, kinds)
        if kinds.isdisjoint(native):
            return list(map(bind, values))
        return [v if type(v) in native else bind(v) for v in values]
    except Exception as error:
        raise _refused(entry, label, error) from error


def bind_value(entry: TypeEntry, label: str, value: object) -> Any:
    """One value as the driver takes it."""
    kind = type(value)
    if kind in entry.native:
        return value
    if kind is SqlNull:
        return None
    try:
        return entry.bind(value)
    except Exception as error:
        raise _refused(entry, label, error) from error


def _refused(entry: TypeEntry, label: str, error: Exception) -> StatementError:
    if isinstance(error, DontWrapMixin):
        raise error
    # Only BindError promises a message without values; int("secret") would quote its argument.
    if isinstance(error, BindError):
        return StatementError(f"{label}: {error}", orig=error)
    kind = type(error).__name__
    return StatementError(f"{label}: the value cannot be bound as {entry.ddl} ({kind})", orig=error)
