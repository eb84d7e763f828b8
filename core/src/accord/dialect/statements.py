"""The default forms of set-based UPDATE and DELETE, split by the limits of the database.

A dialect chooses by its menus (`UpdateForm`, `DeleteForm`, `RowValues`); one with a form of its
own overrides `Dialect.update_steps` or `delete_steps`. In: UpdateBatch, DeleteBatch. Out: Steps
that end with the matched count.
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, cast

from accord.dialect.batch import DeleteBatch, UpdateBatch, UpdateResult
from accord.dialect.capabilities import Capabilities, DeleteForm, UpdateForm
from accord.dialect.inserts import rows_per_statement
from accord.dialect.lookups import (
    fetch_steps,
    keys_condition,
    keys_per_statement,
    match_rows,
)
from accord.dialect.steps import (
    AnyColumn,
    Execute,
    ExecuteMany,
    Reply,
    Row,
    Steps,
    capabilities_of,
)
from accord.dialect.texts import (
    Assigned,
    KeptText,
    column_name,
    column_names,
    constant_columns,
    fetched_columns,
    fragments,
    kept,
    marks_for,
    quoted,
    shape,
    table_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VALUES_ALIAS = "accord_v"


# -- UPDATE ----------------------------------------------------------------------------------------


def update_steps(batch: UpdateBatch) -> Steps[UpdateResult]:
    """Update a batch in the best form the database has, and bring back what is to be fetched."""
    capabilities = yield from capabilities_of(batch.bind)
    shape_ = UpdateShape(batch, capabilities)
    if shape_.counts_first:
        found = yield from count_steps(batch, batch.key_rows())
        if found != len(batch.rows):
            return UpdateResult(found)
    returned: list[Row] = []
    matched = 0
    if not batch.set_columns:
        requests: Sequence[Execute | ExecuteMany] = shape_.by_keys()
    elif shape_.set_based:
        requests = shape_.from_values()
    else:
        requests = shape_.row_by_row()
    for request in requests:
        reply: Reply = yield request
        matched += len(reply.rows) if shape_.returning else reply.rowcount
        returned += reply.rows
    if shape_.counts_first:
        matched = len(batch.rows)
    if not batch.fetch or matched != len(batch.rows):
        return UpdateResult(matched)
    identity, keys = identity_after(batch)
    if shape_.returns_values:
        return UpdateResult(matched, match_rows(batch.bind, batch.table, identity, returned, keys))
    fetched = yield from fetch_steps(batch.bind, batch.table, identity, batch.fetch, keys)
    return UpdateResult(matched, fetched)


def update_form(capabilities: Capabilities) -> UpdateForm:
    """The best of the two forms every dialect has; the others are a dialect's own."""
    for form, support in capabilities.dml.update_forms:
        if form in (UpdateForm.FROM_VALUES, UpdateForm.EXECUTEMANY) and support:
            return form
    return UpdateForm.EXECUTEMANY


def count_steps(batch: UpdateBatch | DeleteBatch, keys: list[Row]) -> Steps[int]:
    """How many rows there are with the keys of a batch, for databases that do not say how many a
    statement has matched.
    """
    capabilities = yield from capabilities_of(batch.bind)
    size = keys_per_statement(capabilities, len(batch.key_columns))
    found = 0
    for start in range(0, len(keys), size):
        chunk = keys[start : start + size]
        text, sensitive = _keyed_text(batch, "SELECT count(*)", len(chunk), capabilities)
        parameters = tuple(chain.from_iterable(chunk))
        reply = yield Execute(batch.bind, text, parameters, write=True, sensitive=sensitive)
        found += int(cast("int", reply.rows[0][0]))
    return found


def identity_after(batch: UpdateBatch) -> tuple[tuple[AnyColumn, ...], list[Row]]:
    """The primary key columns a batch matches by, and their values once the update is done."""
    table_key = {column.cache_key for column in batch.table.primary_key}
    columns = tuple(c for c in batch.key_columns if c.cache_key in table_key) or batch.key_columns
    order = [column.cache_key for column in (*batch.set_columns, *batch.key_columns)]
    places = [order.index(column.cache_key) for column in columns]
    if len(places) == 1:
        place = places[0]
        return columns, [(row[place],) for row in batch.rows]
    return columns, [tuple([row[place] for place in places]) for row in batch.rows]


class UpdateShape:
    """The texts of one update batch, and its requests in each form."""

    def __init__(self, batch: UpdateBatch, capabilities: Capabilities) -> None:
        bind = batch.bind
        dml = capabilities.dml
        self.batch = batch
        self.capabilities = capabilities
        self.assigned: Assigned = fragments(bind, batch.expressions) if batch.expressions else ()
        self.constants: Row = tuple(chain.from_iterable([f.values for _, f in self.assigned]))
        many = len(batch.rows) > 1
        self.set_based = many and update_form(capabilities) is UpdateForm.FROM_VALUES
        one_by_one = many and bool(batch.set_columns) and not self.set_based
        counted = bool(dml.rowcount_matched and (dml.rowcount_executemany or not one_by_one))
        final = dml.returning_update and dml.returning_final and capabilities.keys.key_echo
        #: Values by RETURNING, unless that costs a statement a row and one SELECT does not.
        self.returns_values = bool(batch.fetch and final and not (one_by_one and counted))
        self.returning: tuple[AnyColumn, ...] = ()
        if self.returns_values:
            self.returning = (*identity_after(batch)[0], *batch.fetch)
        elif not dml.rowcount_matched and dml.returning_update:
            self.returning = identity_after(batch)[0]
        #: Nothing tells how many rows were matched: they are counted before.
        self.counts_first = not dml.rowcount_matched and not self.returning
        self.returned = fetched_columns(bind, self.returning)
        self.row_wise = not dml.rowcount_executemany or bool(self.returning)

    def row_by_row(self) -> Sequence[Execute | ExecuteMany]:
        """``UPDATE t SET c = ? WHERE id = ?``, by executemany where its count can be trusted."""
        batch = self.batch
        text, sensitive = self._kept("one", 1, self._one_text)
        rows = batch.rows
        if self.constants:
            rows = [(*self.constants, *row) for row in rows]
        if self.returned.values:
            rows = [(*row, *self.returned.values) for row in rows]
        if self.row_wise or len(rows) == 1:
            bind = batch.bind
            return [Execute(bind, text, row, write=True, sensitive=sensitive) for row in rows]
        return [ExecuteMany(batch.bind, text, rows, sensitive=sensitive)]

    def from_values(self) -> Sequence[Execute]:
        """``UPDATE t SET c = v.c FROM (VALUES …) AS v WHERE t.id = v.id``, as many rows as fit at
        a time.
        """
        batch = self.batch
        width = len(batch.set_columns) + len(batch.key_columns)
        size = rows_per_statement(self.capabilities, width, len(self.constants))
        requests = []
        for start in range(0, len(batch.rows), size):
            chunk = batch.rows[start : start + size]
            count = len(chunk)
            if count == 1:
                prepared = self._kept("one", 1, self._one_text)
            else:
                prepared = self._kept("values", count, partial(self._values_text, count))
            requests.append(self._execute(prepared, chunk))
        return requests

    def by_keys(self) -> Sequence[Execute]:
        """``UPDATE t SET c = expression WHERE id IN (…)``: every row gets the same."""
        batch = self.batch
        size = keys_per_statement(self.capabilities, len(batch.key_columns), len(self.constants))
        requests = []
        for start in range(0, len(batch.rows), size):
            chunk = batch.rows[start : start + size]
            prepared = self._kept("keys", len(chunk), partial(self._keys_text, len(chunk)))
            requests.append(self._execute(prepared, chunk))
        return requests

    def _execute(self, prepared: KeptText, chunk: list[Row]) -> Execute:
        parameters = (*self.constants, *chain.from_iterable(chunk), *self.returned.values)
        text, sensitive = prepared
        return Execute(self.batch.bind, text, parameters, write=True, sensitive=sensitive)

    # -- texts -------------------------------------------------------------------------------------

    def _kept(self, form: str, count: int, build: Callable[[], str]) -> KeptText:
        batch = self.batch
        key = (
            "update",
            form,
            batch.table.cache_key,
            shape(batch.set_columns),
            shape(batch.key_columns),
            tuple([(column.cache_key, fragment.text) for column, fragment in self.assigned]),
            shape(self.returning),
            count,
        )
        columns = [*batch.set_columns, *batch.key_columns] * count
        return kept(
            batch.bind, key, lambda: (build(), [*constant_columns(self.assigned), *columns])
        )

    def _assignments(self) -> list[str]:
        return [
            f"{column_name(self.batch.bind, column)} = {fragment.text}"
            for column, fragment in self.assigned
        ]

    def _end(self, text: str) -> str:
        if not self.returning:
            return text
        return f"{text} RETURNING {', '.join(self.returned.texts)}"

    def _one_text(self) -> str:
        batch, bind = self.batch, self.batch.bind
        marks = marks_for(bind, (*batch.set_columns, *batch.key_columns))
        sets = self._assignments()
        sets += [f"{name} = {marks.next()}" for name in column_names(bind, batch.set_columns)]
        where = [f"{name} = {marks.next()}" for name in column_names(bind, batch.key_columns)]
        name = table_name(bind, batch.table)
        return self._end(f"UPDATE {name} SET {', '.join(sets)} WHERE {' AND '.join(where)}")

    def _values_text(self, count: int) -> str:
        batch, bind = self.batch, self.batch.bind
        alias = VALUES_ALIAS if batch.table.name.lower() != VALUES_ALIAS else f"{VALUES_ALIAS}_2"
        sets = self._assignments()
        set_names = column_names(bind, batch.set_columns)
        sets += [f"{name} = {alias}.column{i}" for i, name in enumerate(set_names, 1)]
        own = quoted(bind, batch.table.name)
        where = [
            f"{own}.{name} = {alias}.column{i}"
            for i, name in enumerate(column_names(bind, batch.key_columns), len(set_names) + 1)
        ]
        width = len(set_names) + len(where)
        marks = marks_for(bind, (*batch.set_columns, *batch.key_columns))
        rows = marks.rows(width, count)
        return self._end(
            f"UPDATE {table_name(bind, batch.table)} SET {', '.join(sets)} "
            f"FROM {bind.dialect.values_source(rows, alias, width)} WHERE {' AND '.join(where)}"
        )

    def _keys_text(self, count: int) -> str:
        batch, bind = self.batch, self.batch.bind
        marks = marks_for(bind, batch.key_columns)
        names = column_names(bind, batch.key_columns)
        condition = keys_condition(names, count, marks, self.capabilities)
        sets = ", ".join(self._assignments())
        return self._end(f"UPDATE {table_name(bind, batch.table)} SET {sets} WHERE {condition}")


# -- DELETE ----------------------------------------------------------------------------------------


def delete_steps(batch: DeleteBatch) -> Steps[int]:
    """Delete a batch, a list of keys at a time; the number of rows there were."""
    capabilities = yield from capabilities_of(batch.bind)
    bind, rows, dml = batch.bind, batch.rows, capabilities.dml
    returning = not dml.rowcount_matched and bool(dml.returning_delete)
    if not dml.rowcount_matched and not returning:
        found = yield from count_steps(batch, rows)
        if found != len(rows):
            return found
    size = keys_per_statement(capabilities, len(batch.key_columns))
    if delete_form(capabilities) is DeleteForm.EXECUTEMANY:
        if dml.rowcount_matched and dml.rowcount_executemany:
            text, sensitive = _keyed_text(batch, "DELETE", 1, capabilities)
            return (yield ExecuteMany(bind, text, rows, sensitive=sensitive)).rowcount
        size = 1
    deleted = 0
    for start in range(0, len(rows), size):
        chunk = rows[start : start + size]
        text, sensitive = _keyed_text(batch, "DELETE", len(chunk), capabilities, returning)
        parameters = tuple(chain.from_iterable(chunk))
        reply = yield Execute(bind, text, parameters, write=True, sensitive=sensitive)
        deleted += len(reply.rows) if returning else reply.rowcount
    return deleted if dml.rowcount_matched or returning else len(rows)


def delete_form(capabilities: Capabilities) -> DeleteForm:
    """The best of the two forms every dialect has; the others are a dialect's own."""
    for form, support in capabilities.dml.delete_forms:
        if form in (DeleteForm.IN_LIST, DeleteForm.EXECUTEMANY) and support:
            return form
    return DeleteForm.EXECUTEMANY


def _keyed_text(
    batch: UpdateBatch | DeleteBatch,
    verb: str,
    count: int,
    capabilities: Capabilities,
    returning: bool = False,
) -> KeptText:
    """``DELETE FROM t WHERE id IN (…)``, or another verb."""

    def build() -> tuple[str, list[AnyColumn]]:
        marks = marks_for(batch.bind, batch.key_columns)
        names = column_names(batch.bind, batch.key_columns)
        if count == 1:
            condition = " AND ".join(f"{name} = {marks.next()}" for name in names)
        else:
            condition = keys_condition(names, count, marks, capabilities)
        text = f"{verb} FROM {table_name(batch.bind, batch.table)} WHERE {condition}"
        if returning:
            text += f" RETURNING {names[0]}"
        return text, [*batch.key_columns] * count

    key = (verb, batch.table.cache_key, shape(batch.key_columns), count, returning)
    return kept(batch.bind, key, build)
