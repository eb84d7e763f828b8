"""Rows found again by key: the condition on a set of keys, the SELECT that fetches values,
matching by value.

Order of rows is no contract of any database: a fetched row belongs to the row whose key it
carries, as the key's type reads it. In: keys as driver values. Out: conditions, Steps, fetched
rows in the order of the keys.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from accord.dialect.capabilities import Capabilities, RowValues
from accord.dialect.steps import AnyColumn, Bind, Execute, Row, Steps, capabilities_of
from accord.dialect.support import first
from accord.dialect.texts import (
    KeptText,
    column_names,
    fetched_columns,
    kept,
    marks_for,
    shape,
    table_name,
)
from accord.exc import FlushError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from accord.dialect.texts import Marks
    from accord.schema import Table

OR_TERMS = 100
"""Keys in one ``(a = ? AND b = ?) OR …``: parsers nest these, and refuse deep nesting."""


def keys_condition(
    names: Sequence[str], count: int, marks: Marks, capabilities: Capabilities
) -> str:
    """The condition that a row has one of `count` keys; parameters are the keys' values, row by
    row.
    """
    if len(names) == 1:
        return f"{names[0]} IN ({', '.join(marks.take(count))})"
    form = first(capabilities.dml.row_values, "comparing composite keys")
    if form is RowValues.OR_OF_ANDS:
        return " OR ".join(
            f"({' AND '.join(f'{name} = {marks.next()}' for name in names)})" for _ in range(count)
        )
    rows = marks.rows(len(names), count)
    return f"({', '.join(names)}) IN ({'VALUES ' if form is RowValues.IN_VALUES else ''}{rows})"


def keys_per_statement(capabilities: Capabilities, width: int, fixed: int = 0) -> int:
    """How many keys of `width` columns one condition may list."""
    limits = capabilities.limits
    size = min(limits.in_list, limits.rows, (limits.parameters - fixed) // width)
    if width > 1 and first(capabilities.dml.row_values, "composite keys") is RowValues.OR_OF_ANDS:
        size = min(size, OR_TERMS)
    return max(1, size)


def key_reader(bind: Bind, columns: Sequence[AnyColumn]) -> Callable[[Row], Hashable]:
    """From the driver values of key columns to something that is equal exactly when the keys
    are.
    """
    results = [bind.dialect.target.types.entry(column.type).result for column in columns]
    if len(columns) == 1:
        convert = results[0]
        if convert is None:
            return lambda row: row[0]
        return lambda row: convert(row[0])
    if not any(results):
        return lambda row: row
    return lambda row: tuple(
        [
            value if convert is None else convert(value)
            for convert, value in zip(results, row, strict=True)
        ]
    )


def fetch_steps(
    bind: Bind,
    table: Table,
    key_columns: Sequence[AnyColumn],
    fetch: Sequence[AnyColumn],
    keys: Sequence[Row],
) -> Steps[list[Row]]:
    """The values of `fetch` for each key, in the order of `keys`: one SELECT for as many keys as
    fit.
    """
    capabilities = yield from capabilities_of(bind)
    width = len(key_columns)
    size = keys_per_statement(capabilities, width)
    wanted = fetched_columns(bind, (*key_columns, *fetch))
    size = max(1, size - len(wanted.values))
    found: list[Row] = []
    for start in range(0, len(keys), size):
        chunk = keys[start : start + size]
        text, sensitive = _fetch_text(bind, table, key_columns, fetch, len(chunk), capabilities)
        parameters = (*wanted.values, *chain.from_iterable(chunk))
        reply = yield Execute(bind, text, parameters, write=True, sensitive=sensitive)
        found += reply.rows
    return match_rows(bind, table, key_columns, found, keys)


def _fetch_text(
    bind: Bind,
    table: Table,
    key_columns: Sequence[AnyColumn],
    fetch: Sequence[AnyColumn],
    count: int,
    capabilities: Capabilities,
) -> KeptText:
    def build() -> tuple[str, list[AnyColumn]]:
        names = column_names(bind, key_columns)
        condition = keys_condition(names, count, marks_for(bind, key_columns), capabilities)
        wanted = fetched_columns(bind, (*key_columns, *fetch))
        listed = ", ".join(wanted.texts)
        text = f"SELECT {listed} FROM {table_name(bind, table)} WHERE {condition}"
        return text, [*wanted.columns, *[*key_columns] * count]

    key = ("fetch", table.cache_key, shape(key_columns), shape(fetch), count)
    return kept(bind, key, build)


def match_rows(
    bind: Bind,
    table: Table,
    key_columns: Sequence[AnyColumn],
    found: Iterable[Row],
    keys: Sequence[Row],
) -> list[Row]:
    """`found` rows (key values, then others) put in the order of `keys`; the others only.

    A key that was not found, or not as often as it was sent, is an error: no object may get
    another's values.
    """
    width = len(key_columns)
    read = key_reader(bind, key_columns)
    by_key = {read(row[:width]): row[width:] for row in found}
    try:
        matched = [by_key.pop(read(key)) for key in keys]
    except KeyError:
        raise unmatched(table, key_columns) from None
    if by_key:
        raise unmatched(table, key_columns)
    return matched


def unmatched(table: Table, key_columns: Sequence[AnyColumn]) -> FlushError:
    """The error for rows that did not come back."""
    names = ", ".join(str(column.name) for column in key_columns)
    return FlushError(
        f"Rows of {table.name!r} did not come back with the keys ({names}) they were written with: "
        "a trigger changes "
        "them, or the column's type stores another value than it was given"
    )
