"""The texts of INSERT … OUTPUT and of MERGE … OUTPUT with a position column.

OUTPUT returns rows in any order, and INSERT cannot output a column of its source: so several rows
go in by a MERGE that never matches, whose source carries their positions. On a table with triggers
OUTPUT has to go into a table variable, which is selected from afterwards. In: a batch. Out: its
requests, and what came back in the order of the rows.
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from accord.dialect import Execute, InsertBatch, InsertShape, Row
from accord.dialect.texts import (
    column_name,
    column_names,
    constant_columns,
    fetched_columns,
    fragments,
    kept,
    marks_for,
    shape,
    table_name,
)
from accord.exc import FlushError
from accord_mssql.typedrows import typed_rows

if TYPE_CHECKING:
    from accord.dialect import AnyColumn
    from accord.dialect.texts import Assigned

SOURCE = "accord_v"
POSITION = "accord_p"
KEYS = "@accord_keys"


class Writing:
    """The texts of one batch, and its requests."""

    def __init__(self, batch: InsertBatch, *, into: bool) -> None:
        bind = batch.bind
        self.batch = batch
        self.into = into
        assert batch.key is not None
        self.returning = (batch.key,) if into else (batch.key, *batch.fetch)
        self.returned = fetched_columns(bind, self.returning, "inserted.")
        self.assigned: Assigned = fragments(bind, batch.expressions) if batch.expressions else ()
        self.constants: Row = tuple(chain.from_iterable([f.values for _, f in self.assigned]))
        self.draws_numbers = any("NEXT VALUE FOR" in f.text for _, f in self.assigned)
        """MERGE does not take NEXT VALUE FOR."""

    @property
    def width(self) -> int:
        return max(1, len(self.batch.columns))

    def one(self, row: Row) -> Execute:
        """INSERT … OUTPUT."""
        batch = self.batch
        if not self.into:
            returning = self.returning
            return InsertShape(
                batch.bind, batch.table, batch.columns, batch.expressions, returning
            ).execute([row])
        text, sensitive = kept(
            batch.bind, ("mssql insert into", *self._key(1)), partial(self._build_one)
        )
        parameters = (*self.returned.values, *row, *self.constants)
        return Execute(batch.bind, text, parameters, write=True, sensitive=sensitive)

    def many(self, rows: list[Row]) -> Execute:
        """MERGE … OUTPUT with positions."""
        batch = self.batch
        text, sensitive = kept(
            batch.bind, ("mssql merge", *self._key(len(rows))), partial(self._build, len(rows))
        )
        parameters = (*chain.from_iterable(rows), *self.constants, *self.returned.values)
        return Execute(batch.bind, text, parameters, write=True, sensitive=sensitive)

    def in_order(self, rows: list[Row], count: int) -> list[Row]:
        """What came back, put in the order of the positions; each has to be there once."""
        if count > 1:
            by_position = {row[0]: row[1:] for row in rows}
            if len(rows) == count and by_position.keys() == set(range(count)):
                return [by_position[position] for position in range(count)]
        elif len(rows) == 1:
            return rows
        raise FlushError(
            f"INSERT of {count} rows into {self.batch.table.name!r} returned {len(rows)} keys: a "
            "trigger changed what was inserted, and rows cannot be matched with objects"
        )

    # -- texts -------------------------------------------------------------------------------------

    def _key(self, count: int) -> tuple[object, ...]:
        batch = self.batch
        return (
            count,
            self.into,
            batch.table.cache_key,
            shape(batch.columns),
            shape(self.returning),
            tuple([(column.cache_key, fragment.text) for column, fragment in self.assigned]),
        )

    def _build_one(self) -> tuple[str, list[AnyColumn]]:
        batch, bind = self.batch, self.batch.bind
        names = [*column_names(bind, batch.columns)]
        names += column_names(bind, [column for column, _ in self.assigned])
        cells = marks_for(bind, batch.columns).take(len(batch.columns))
        cells += [fragment.text for _, fragment in self.assigned]
        listed = f" ({', '.join(names)})" if names else ""
        values = f"VALUES ({', '.join(cells)})" if cells else "DEFAULT VALUES"
        head, tail = self._variable(position=False)
        text = (
            f"{head}INSERT INTO {table_name(bind, batch.table)}{listed} "
            f"OUTPUT {self._output(position=False)}{tail[0]} {values}{tail[1]}"
        )
        columns = [*batch.columns, *constant_columns(self.assigned)]
        return text, [*self.returned.columns, *columns]

    def _build(self, count: int) -> tuple[str, list[AnyColumn]]:
        batch, bind = self.batch, self.batch.bind
        sources = [f"c{i}" for i in range(1, len(batch.columns) + 1)]
        rows = typed_rows(bind, batch.columns, count, positions=True)
        listed = ", ".join([POSITION, *sources])
        names = [*column_names(bind, batch.columns)]
        names += column_names(bind, [column for column, _ in self.assigned])
        cells = [f"{SOURCE}.{name}" for name in sources]
        cells += [fragment.text for _, fragment in self.assigned]
        insert = f"({', '.join(names)}) VALUES ({', '.join(cells)})" if names else "DEFAULT VALUES"
        head, tail = self._variable(position=True)
        text = (
            f"{head}MERGE INTO {table_name(bind, batch.table)} "
            f"USING (VALUES {rows}) AS {SOURCE} ({listed}) "
            f"ON 1 = 0 WHEN NOT MATCHED THEN INSERT {insert} "
            f"OUTPUT {self._output(position=True)}{tail[0]};{tail[1].removeprefix(';')}"
        )
        columns = [*batch.columns] * count
        return text, [*columns, *constant_columns(self.assigned), *self.returned.columns]

    def _output(self, *, position: bool) -> str:
        own = self.returned.texts
        return ", ".join([f"{SOURCE}.{POSITION}", *own] if position else own)

    def _variable(self, *, position: bool) -> tuple[str, tuple[str, str]]:
        """DECLARE before, INTO within, SELECT after, where the table has triggers."""
        if not self.into:
            return "", ("", "")
        bind, key = self.batch.bind, self.returning[0]
        name, ddl = column_name(bind, key), bind.dialect.types.ddl(key.type)
        columns = ([f"{POSITION} INT"] if position else []) + [f"{name} {ddl}"]
        listed = ", ".join([POSITION, name] if position else [name])
        return (
            f"DECLARE {KEYS} TABLE ({', '.join(columns)}); ",
            (f" INTO {KEYS} ({listed})", f"; SELECT {listed} FROM {KEYS}"),
        )
