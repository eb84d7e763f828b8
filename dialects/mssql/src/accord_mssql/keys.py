"""SQL Server's key strategies: OUTPUT, with a position column where several rows go in at once, and
SCOPE_IDENTITY() where OUTPUT is not wanted.

OUTPUT returns rows in any order, and INSERT cannot output a column of its source: so several rows
go in by a MERGE that never matches, whose source carries their positions. On a table with triggers
OUTPUT has to go into a table variable, which is selected from afterwards. In: KeyNeed with
TableFacts; batches. Out: Steps.
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from accord.dialect import (
    Execute,
    InsertBatch,
    InsertResult,
    InsertShape,
    KeyNeed,
    KeyStrategy,
    PlanOutdated,
    Refusal,
    Row,
    SequenceKeys,
    Steps,
    Suits,
    capabilities_of,
    fetch_steps,
    rows_per_statement,
)
from accord.dialect.texts import (
    Marks,
    column_name,
    column_names,
    constant_columns,
    fragments,
    kept,
    quoted,
    shape,
    table_name,
)
from accord.exc import DBAPIError, FlushError

from .catalog import TableFacts
from .errors import number_of
from .identity import giving_identity_steps
from .typedrows import typed_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accord.dialect import AnyColumn
    from accord.dialect.texts import Assigned

SOURCE = "accord_v"
POSITION = "accord_p"
KEYS = "@accord_keys"
OUTPUT_REFUSED = 334
"""The table has triggers by now, and OUTPUT needs INTO."""


class OutputKeys(KeyStrategy):
    """INSERT … OUTPUT for one row, MERGE … OUTPUT with positions for more.

    `into`: through a table variable, because the table has triggers; what is fetched is then read
    again after they ran. `row_by_row`: never MERGE. `identity`: the column the server counts, which
    an SQL expression may be given for.
    """

    name = "output"

    def __init__(
        self, into: bool = False, row_by_row: bool = False, identity: str | None = None
    ) -> None:
        self.into = into
        self.row_by_row = row_by_row
        self.identity = identity

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits every table whose rows the INSERT itself makes."""
        facts = need.facts
        if need.key is None:
            return Refusal("nothing has to come back")
        if not need.table.dialect_option("mssql", "output", True):
            return Refusal("the table says mssql_output=False")
        if isinstance(facts, TableFacts):
            if facts.instead_of_insert:
                return Refusal("an INSTEAD OF trigger inserts the rows, and OUTPUT shows no key")
            if facts.triggers:
                why = "the table has triggers: OUTPUT INTO a table variable, read again afterwards"
                return Suits(cls(True, facts.in_memory, facts.identity), why)
            if facts.in_memory:
                why = "memory-optimized: one row a statement"
                return Suits(cls(False, True, facts.identity), why)
        identity = facts.identity if isinstance(facts, TableFacts) else None
        why = "OUTPUT, several rows by MERGE with a position column"
        return Suits(cls(identity=identity), why)

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert; keys by position, which comes back with each of them."""
        given = [column.name for column, _ in batch.expressions]
        if self.identity is not None and self.identity in given:
            steps = self._insert_steps(batch)
            return (yield from giving_identity_steps(batch.bind, batch.table, steps))
        return (yield from self._insert_steps(batch))

    def _insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        writing = _Writing(batch, into=self.into)
        capabilities = yield from capabilities_of(batch.bind)
        size = 1
        if not self.row_by_row and not writing.draws_numbers:
            size = rows_per_statement(capabilities, writing.width)
        found: list[Row] = []
        for start in range(0, len(batch.rows), size):
            chunk = batch.rows[start : start + size]
            request = writing.one(chunk[0]) if len(chunk) == 1 else writing.many(chunk)
            try:
                reply = yield request
            except DBAPIError as error:
                if start == 0 and number_of(error.orig or error) == OUTPUT_REFUSED:
                    raise PlanOutdated(
                        f"The table {batch.table.name!r} has triggers that it had not before"
                    ) from error
                raise
            found += writing.in_order(reply.rows, len(chunk))
        return (yield from self._result(batch, found))

    def _result(self, batch: InsertBatch, found: list[Row]) -> Steps[InsertResult]:
        key = batch.key
        assert key is not None  # `suits` has seen to it
        keys = [row[0] for row in found]
        if None in keys:
            raise FlushError(
                f"The database made no value for {batch.table.name}.{key.name}; give the objects "
                "their keys, or make the column an IDENTITY"
            )
        if not self.into:
            return InsertResult(keys, [row[1:] for row in found] if batch.fetch else None)
        fetched = yield from fetch_steps(
            batch.bind, batch.table, (key,), batch.fetch, [(value,) for value in keys]
        )
        return InsertResult(keys, fetched if batch.fetch else None)


class _Writing:
    """The texts of one batch, and its requests."""

    def __init__(self, batch: InsertBatch, *, into: bool) -> None:
        bind = batch.bind
        self.batch = batch
        self.into = into
        assert batch.key is not None
        self.returning = (batch.key,) if into else (batch.key, *batch.fetch)
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
        return Execute(batch.bind, text, (*row, *self.constants), write=True, sensitive=sensitive)

    def many(self, rows: list[Row]) -> Execute:
        """MERGE … OUTPUT with positions."""
        batch = self.batch
        text, sensitive = kept(
            batch.bind, ("mssql merge", *self._key(len(rows))), partial(self._build, len(rows))
        )
        parameters = (*chain.from_iterable(rows), *self.constants)
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
        cells = Marks(bind.dialect.paramstyle).take(len(batch.columns))
        cells += [fragment.text for _, fragment in self.assigned]
        listed = f" ({', '.join(names)})" if names else ""
        values = f"VALUES ({', '.join(cells)})" if cells else "DEFAULT VALUES"
        head, tail = self._variable(position=False)
        text = (
            f"{head}INSERT INTO {table_name(bind, batch.table)}{listed} "
            f"OUTPUT {self._output(position=False)}{tail[0]} {values}{tail[1]}"
        )
        return text, [*batch.columns, *constant_columns(self.assigned)]

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
        return text, [*columns, *constant_columns(self.assigned)]

    def _output(self, *, position: bool) -> str:
        bind = self.batch.bind
        own = [f"inserted.{name}" for name in column_names(bind, self.returning)]
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


class NumberedKeys(SequenceKeys):
    """Keys of a sequence: drawn first for several rows, in the INSERT and by OUTPUT for one."""

    @classmethod
    def refuse_block(cls, need: KeyNeed) -> str | None:
        """A trigger may change the key that is sent."""
        facts = need.facts
        if isinstance(facts, TableFacts) and facts.triggers:
            return "the table has triggers"
        return None

    @classmethod
    def single(cls, need: KeyNeed) -> KeyStrategy | None:
        """OUTPUT, where the table allows it."""
        answer = OutputKeys.suits(need)
        return answer.strategy if isinstance(answer, Suits) else None


class ScopeIdentity(KeyStrategy):
    """One INSERT and `SELECT SCOPE_IDENTITY()` in one batch: the key of the last identity column
    written by this batch itself, not by its triggers.
    """

    name = "scope_identity"

    @classmethod
    def suits(cls, need: KeyNeed) -> Suits | Refusal:
        """Suits counting integer keys of tables that no INSTEAD OF trigger writes."""
        facts = need.facts
        if need.key is None:
            return Refusal("nothing has to come back")
        if not need.autoincrement:
            return Refusal(f"{need.key.name!r} is not a counting integer key")
        if isinstance(facts, TableFacts) and facts.instead_of_insert:
            return Refusal("an INSTEAD OF trigger inserts the rows, in a scope of its own")
        return Suits(cls(), "one row a batch, its key from SCOPE_IDENTITY()")

    def insert_steps(self, batch: InsertBatch) -> Steps[InsertResult]:
        """Insert row by row, then fetch."""
        key = batch.key
        assert key is not None  # `suits` has seen to it
        statement = InsertShape(batch.bind, batch.table, batch.columns, batch.expressions)
        text, sensitive = statement.prepared()
        text += f"; SELECT CAST(SCOPE_IDENTITY() AS BIGINT) AS {quoted(batch.bind, 'accord_key')}"
        keys: list[object] = []
        for row in statement.rows(batch.rows):
            reply = yield Execute(batch.bind, text, row, write=True, sensitive=sensitive)
            value = reply.rows[0][0] if reply.rows else None
            if value is None:
                raise FlushError(
                    f"{batch.table.name}.{key.name} is no IDENTITY in the database; give the "
                    "objects their keys"
                )
            keys.append(value)
        fetched = yield from _fetched(batch, key, keys)
        return InsertResult(keys, fetched)


def _fetched(batch: InsertBatch, key: AnyColumn, keys: Sequence[object]) -> Steps[list[Row] | None]:
    if not batch.fetch:
        return None
    rows: list[Row] = [(value,) for value in keys]
    return (yield from fetch_steps(batch.bind, batch.table, (key,), batch.fetch, rows))
