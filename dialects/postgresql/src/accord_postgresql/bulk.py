"""Many rows in one statement: each column an array, put back together by unnest().

``INSERT … SELECT … FROM unnest(%b::INTEGER[], %s::VARCHAR[])``, ``UPDATE … FROM unnest(…)``,
``DELETE … = ANY (…)``: the text does not depend on the number of rows, so that it is prepared once.
A column whose type has no arrays of its own (arrays themselves, types of users) travels as text and
is cast. In: columns and rows. Out: texts, parameters, Steps.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from accord.dialect import Bind, Execute, Row, Steps, check_inserted, kept, shape, table_name
from accord.dialect.texts import (
    column_names,
    constant_columns,
    fetched_columns,
    fragments,
    sent_around,
)

from .entry import PGEntry
from .parameters import ArrayParameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect import AnyColumn, Expression
    from accord.dialect.texts import Assigned, KeptText
    from accord.schema import Table

ALIAS = "accord_v"
CHUNK = 10_000
"""Rows of one statement: more gains nothing, and a message stays of a reasonable size."""


class ArrayColumns:
    """Columns of a table as arrays."""

    __slots__ = ("_entries", "marks", "names", "usable", "values")

    def __init__(self, bind: Bind, columns: Sequence[AnyColumn]) -> None:
        types = bind.dialect.target.types
        entries = [types.entry(column.type) for column in columns]
        self._entries = [entry for entry in entries if isinstance(entry, PGEntry) and entry.cast]
        self.usable = bool(columns) and len(self._entries) == len(entries)
        """Whether every column's type is known."""
        self.names = [f"accord_{number}" for number in range(len(entries))]
        self.marks: list[str] = []
        self.values: list[str] = []
        """What stands for each column's value in the statement."""
        around = sent_around(bind, columns) if self.usable else None
        for place, (name, entry) in enumerate(zip(self.names, self._entries, strict=False)):
            cast = entry.cast.replace("%", "%%")
            mark = "%b" if entry.driver_lists else "%s"
            self.marks.append(f"{mark}::{cast if entry.has_arrays else 'TEXT'}[]")
            if around is not None and any(around[place]):
                self.values.append(f"{around[place][0]}{name}{around[place][1]}")
            else:
                self.values.append(f"{name}" if entry.has_arrays else f"{name}::{cast}")

    @property
    def source(self) -> str:
        """What stands in FROM."""
        return f"unnest({', '.join(self.marks)}) AS {ALIAS} ({', '.join(self.names)})"

    def parameters(self, rows: Sequence[Row]) -> tuple[object, ...]:
        """One array per column."""
        return tuple(
            [
                list(values) if entry.driver_lists else ArrayParameter(entry.form, values)
                for entry, values in zip(self._entries, zip(*rows, strict=True), strict=True)
            ]
        )


def array_columns(bind: Bind, columns: Sequence[AnyColumn]) -> ArrayColumns:
    """The columns as arrays, worked out once."""
    key = ("pg arrays", shape(columns))
    found = bind.plans.get(key)
    if isinstance(found, ArrayColumns):
        return found
    made = ArrayColumns(bind, columns)
    bind.plans.put(key, made)
    return made


# --- INSERT --------------------------------------------------------------------------------------


class ArrayInsert:
    """INSERT … SELECT … FROM unnest(…) of one shape. `overriding`: the key is GENERATED ALWAYS."""

    def __init__(
        self,
        bind: Bind,
        table: Table,
        columns: Sequence[AnyColumn],
        expressions: Sequence[tuple[AnyColumn, Expression]] = (),
        returning: Sequence[AnyColumn] = (),
        *,
        overriding: bool = False,
    ) -> None:
        self.bind = bind
        self.table = table
        self.columns = columns
        self.returning = returning
        self.overriding = overriding
        self.arrays = array_columns(bind, columns)
        self.assigned: Assigned = fragments(bind, expressions) if expressions else ()
        self.constants: Row = tuple(chain.from_iterable([f.values for _, f in self.assigned]))

    @property
    def usable(self) -> bool:
        """Whether all columns can travel as arrays."""
        return self.arrays.usable

    def prepared(self) -> KeptText:
        key = (
            "pg insert", self.table.cache_key, shape(self.columns), shape(self.returning),
            tuple([(column.cache_key, f.text) for column, f in self.assigned]), self.overriding,
        )  # fmt: skip
        return kept(self.bind, key, self._build)

    def _build(self) -> tuple[str, list[AnyColumn], Row]:
        bind = self.bind
        names = column_names(bind, [*self.columns, *[column for column, _ in self.assigned]])
        values = [*self.arrays.values, *[fragment.text for _, fragment in self.assigned]]
        source = f"SELECT {', '.join(values)} FROM {self.arrays.source}"
        if self.overriding:
            source = f"OVERRIDING SYSTEM VALUE {source}"
        returned = fetched_columns(bind, self.returning)
        text = bind.dialect.insert_text(
            self.table, table_name(bind, self.table), names, source, returned.texts
        )
        columns = [*constant_columns(self.assigned), *self.columns, *returned.columns]
        return text, columns, returned.values

    def requests(self, rows: list[Row]) -> list[tuple[Execute, int]]:
        """The statements, each with the number of rows it inserts."""
        prepared = self.prepared()
        text, sensitive = prepared
        found = []
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            arrays = self.arrays.parameters(chunk)
            parameters = (*self.constants, *arrays, *prepared.returned)
            request = Execute(self.bind, text, parameters, write=True, sensitive=sensitive)
            found.append((request, len(chunk)))
        return found

    def steps(self, rows: list[Row]) -> Steps[list[Row]]:
        """Insert; the rows returned, in whatever order."""
        returned: list[Row] = []
        for request, count in self.requests(rows):
            reply = yield request
            check_inserted(self.table, reply, count)
            returned += reply.rows
        return returned
