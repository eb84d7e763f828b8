"""Many rows in few statements where the INSERT says more than a batch of rows can: rules for
conflicts, prefixes. What comes back is put in the order of the rows by the columns that tell them
apart, which the statement returns beside what was asked for.

A row may come back not at all (it was there, and the rule says so), but never twice: rows that the
database might take for the same row are not sent together. In: a statement and its sets of values,
defaults made. Out: raw rows in the order of the sets; None where values tell nothing, because the
database may store other ones than it is sent.
"""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING, Any

from accord.dialect.on_conflict import OnConflict
from accord.dialect.upsert import UpsertRule
from accord.engine.compiling import compile_cached
from accord.engine.inserted import defaults_for
from accord.exc import FlushError
from accord.schema import Table
from accord.sqltypes.binding import bind_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from accord.engine.connection import Connection

    Given = Mapping[str, Any]

_EXACT = frozenset({int, str, uuid.UUID, bytes, datetime.date})
"""What a column gives back as it was sent; a text perhaps in another case, or with blanks."""


def echoed_rows(
    connection: Connection,
    statement: Any,
    many: Sequence[Given],
    size: int,
    options: Mapping[str, Any],
) -> list[Any] | None:
    """Insert, and return what RETURNING asks for, row by row in the order of `many`."""
    telling = _telling(statement)
    if telling is None or size < 2 or any(node.binds for node in _fixed(statement, many[0])):
        return None
    by, certain = telling
    sent = _sent(connection, by, many)
    if sent is None:
        return None
    table = statement.parts.table
    columns = [(table.c[name], name) for name in many[0] if name in table.c]
    if len(columns) != len(many[0]):
        return None  # parameters of the statement's own
    echoing = statement._then("returning", tuple(by), False)
    found: list[Any] = []
    for start in range(0, len(many), size):
        chunk = many[start : start + size]
        several = echoing.with_rows(
            [{column: given[name] for column, name in columns} for given in chunk]
        )
        back = _perform(connection, several, options)
        found += _matched(connection, by, back, sent[start : start + size], certain, table.name)
    return found


def _fixed(statement: Any, first: Given) -> list[Any]:
    """What values() assigns to columns that are not given row by row."""
    pairs = statement.parts.assignments.values()
    return [node for column, node in pairs if str(column.key) not in first]


def _telling(statement: Any) -> tuple[list[Any], bool] | None:
    """The columns that tell rows apart, and whether every row is certain to come back."""
    parts = statement.parts
    if not isinstance(parts.table, Table) or parts.rows is not None or parts.query is not None:
        return None
    if parts.added_ctes or parts.nested_ctes or parts.assignments:
        return None
    clauses = parts.post_values_clauses
    if not clauses:
        return (list(parts.table.primary_key), False) if parts.prefixes or parts.hints else None
    rule = clauses[0]
    if len(clauses) > 1 or parts.prefixes or not isinstance(rule, OnConflict | UpsertRule):
        return None
    targets = list(rule.targets)
    changed = rule.columns if isinstance(rule, UpsertRule) else rule.set_columns
    keys = {target.cache_key for target in targets}
    if rule.condition is not None or any(c.cache_key in keys for c in changed or ()):
        return None  # other rows than those of these keys go in beside them, or keys change
    skips = changed == () if isinstance(rule, UpsertRule) else changed is None or rule.where
    return targets, not skips


def _sent(
    connection: Connection, by: Sequence[Any], many: Sequence[Given]
) -> list[tuple[Any, ...]] | None:
    """The values of `by`, as the driver has them; None if the database could take two rows for
    one, or give back something else.
    """
    types = connection.bind.dialect.target.types
    names = [str(getattr(column, "key", "")) for column in by]
    entries = [types.entry(column.type) for column in by]
    if not by or any(name not in many[0] for name in names):
        return None
    if any(entry.bind_expression or entry.column_expression for entry in entries):
        return None
    raw = [tuple([given[name] for name in names]) for given in many]
    if not all(set(map(type, values)) <= _EXACT for values in zip(*raw, strict=True)):
        return None
    if not all(value.isascii() for row in raw for value in row if type(value) is str):
        return None
    sent: list[tuple[Any, ...]] = bind_rows(entries, names, raw)
    folded = {tuple(map(_folded, row)) for row in raw}
    return sent if len(folded) == len(raw) else None


def _folded(value: Hashable) -> Hashable:
    """A value without what a collation may not see: case, blanks, punctuation."""
    if isinstance(value, str):
        return "".join([letter for letter in value.casefold() if letter.isalnum()])
    return value


def _perform(connection: Connection, several: Any, options: Mapping[str, Any]) -> list[Any]:
    from accord.dialect.steps import Execute

    compiled = compile_cached(connection.bind, several, (), options)
    given = defaults_for(connection, compiled, several, {}) if compiled.prefetch else None
    text, values = compiled.parameters(several.binds, given)
    request = Execute(connection.bind, text, values, write=True, compiled=compiled)
    return list(connection.perform(request).rows)


def _matched(
    connection: Connection,
    by: Sequence[Any],
    back: Sequence[Any],
    sent: Sequence[tuple[Any, ...]],
    certain: bool,
    table: str,
) -> list[Any]:
    """The rows that came back, in the order they were sent, without the columns added."""
    width = len(by)
    read = _reader(connection, by)
    found = {read(row[-width:]): row[:-width] for row in back}
    rows = [found.pop(key) for key in map(read, sent) if key in found]
    if found or len(rows) != len(back) or (certain and len(rows) != len(sent)):
        names = ", ".join(str(column.name) for column in by)
        raise FlushError(
            f"INSERT into {table!r} of {len(sent)} rows returned {len(back)} that cannot be told "
            f"apart by {names}: a trigger changes these columns, or the database takes different "
            "values for the same; leave out sort_by_parameter_order, or execute the rows one by one"
        )
    return rows


def _reader(connection: Connection, by: Sequence[Any]) -> Callable[[Any], Hashable]:
    """From driver values to what is the same exactly when the database takes them for the same."""
    types = connection.bind.dialect.target.types
    results = [types.entry(column.type).result for column in by]

    def read(row: Any) -> Hashable:
        values = [
            value if convert is None else convert(value)
            for convert, value in zip(results, row, strict=True)
        ]
        return tuple(map(_folded, values))

    return read
