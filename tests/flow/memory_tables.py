"""A database in memory that checks every constraint after every single row.

Stricter than any real one: foreign keys and unique keys hold at each step, as with InnoDB. It
answers the requests of `FlowDialect`. In: tables of a MetaData. Out: replies, or `Violation`.
"""

from __future__ import annotations

from typing import Any

from flow_doubles import Sent

from accord.dialect import Reply
from accord.schema.constraint_model import constraint_model

Row = dict[str, Any]


class Violation(Exception):
    """A constraint does not hold."""


class MemoryTables:
    """Rows by table; `rows["t"]` is a list of dicts."""

    def __init__(self, metadata: Any) -> None:
        self.tables = dict(metadata.tables)
        self.rows: dict[str, list[Row]] = {name: [] for name in self.tables}
        self.counters = dict.fromkeys(self.tables, 0)
        self.requests: list[Any] = []
        self.sent: list[Sent] = []

    def load(self, name: str, *rows: Row) -> None:
        """Put rows in, in an order that keeps the rules."""
        for row in rows:
            self._insert(name, {column.name: None for column in self.tables[name].columns} | row)

    def __call__(self, request: Any) -> Reply:
        self.requests.append(request)
        if not isinstance(request, Sent):
            return Reply([])
        self.sent.append(request)
        batch = request.batch
        if request.verb == "INSERT":
            return self._insert_all(batch)
        if request.verb == "UPDATE":
            return self._update_all(batch)
        return self._delete_all(batch)

    # --- writes ---------------------------------------------------------------------------------

    def _insert_all(self, batch: Any) -> Reply:
        name = batch.table.name
        answers: list[tuple[Any, ...]] = []
        for values in batch.rows:
            row: Row = dict.fromkeys((column.name for column in batch.table.columns), None)
            row |= {column.name: v for column, v in zip(batch.columns, values, strict=True)}
            if batch.key is not None:
                taken = [r[batch.key.name] for r in self.rows[name]]
                self.counters[name] = max([self.counters[name], *taken]) + 1
                row[batch.key.name] = self.counters[name]
            self._insert(name, row)
            key = () if batch.key is None else (row[batch.key.name],)
            answers.append((*key, *[row[column.name] for column in batch.fetch]))
        return Reply(answers, len(answers))

    def _insert(self, name: str, row: Row) -> None:
        self._check(name, row, self.rows[name])
        self.rows[name].append(row)

    def _update_all(self, batch: Any) -> Reply:
        name, count = batch.table.name, len(batch.set_columns)
        matched = 0
        for values in batch.rows:
            change = {c.name: v for c, v in zip(batch.set_columns, values[:count], strict=True)}
            for row in self._found(name, batch.key_columns, values[count:]):
                before = dict(row)
                row.update(change)
                self._check(name, row, [other for other in self.rows[name] if other is not row])
                self._check_unreferenced(name, before)
                matched += 1
        return Reply([], matched)

    def _delete_all(self, batch: Any) -> Reply:
        name = batch.table.name
        matched = 0
        for values in batch.rows:
            for row in self._found(name, batch.key_columns, values):
                self.rows[name] = [other for other in self.rows[name] if other is not row]
                self._check_unreferenced(name, row)
                matched += 1
        return Reply([], matched)

    def _found(self, name: str, columns: Any, values: Any) -> list[Row]:
        wanted = {column.name: v for column, v in zip(columns, values, strict=True)}
        return [row for row in self.rows[name] if all(row[key] == v for key, v in wanted.items())]

    # --- rules ----------------------------------------------------------------------------------

    def _check(self, name: str, row: Row, others: list[Row]) -> None:
        table = self.tables[name]
        model = constraint_model(table)
        for column in table.columns:
            if not column.nullable and row[column.name] is None:
                raise Violation(f"{name}.{column.name} is NULL")
        for slot in model.unique:
            mine = [row[column.name] for column in slot.columns]
            if None in mine:
                continue
            if any([other[c.name] for c in slot.columns] == mine for other in others):
                raise Violation(f"{name} {[c.name for c in slot.columns]} = {mine} exists already")
        for key in model.references:
            held = [row[column.name] for column in key.columns]
            if None in held:
                continue
            pool = self.rows[key.referred_table.name] + [row]
            if not any([r[c.name] for c in key.referred_columns] == held for r in pool):
                raise Violation(f"{name} {held} refers to nothing in {key.referred_table.name}")

    def _check_unreferenced(self, name: str, gone: Row) -> None:
        for other_name, other in self.tables.items():
            for key in constraint_model(other).references:
                if key.referred_table.name != name:
                    continue
                value = [gone[column.name] for column in key.referred_columns]
                if any([r[c.name] for c in key.referred_columns] == value for r in self.rows[name]):
                    continue
                if any([r[c.name] for c in key.columns] == value for r in self.rows[other_name]):
                    raise Violation(f"{other_name} still refers to {name} {value}")
