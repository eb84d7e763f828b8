"""Statements on rows and tables: SELECT, INSERT, UPDATE, DELETE, MERGE; CREATE, ALTER, DROP.

Rows are written one by one, so that identities, types, NULLs and constraints are checked as SQL
Server does and their errors carry its numbers and names. Rows of OUTPUT come back in another order
than they were sent: nothing may rely on it. In: a session and a statement. Out: a Result.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from . import rules, scanner
from .catalog import Column, Table, quoted
from .errors import ServerError, syntax
from .session import Result, Session
from .translate import parse, table_key
from .types import Types
from .values import SQLType
from .violations import null_refused, violation

DEFAULT = object()


def run(session: Session, text: str, ended: bool) -> Result:
    """One statement."""
    verb = text.split(None, 1)[0].upper() if text.split() else ""
    if re.match(r"\s*MERGE\b", text, re.I) and not ended:
        # docs: MERGE: "The MERGE statement requires a semicolon (;)"
        raise ServerError(10713, "A MERGE statement must be terminated by a semi-colon (;).", 15)
    if verb in ("CREATE", "ALTER", "DROP", "TRUNCATE"):
        from .ddl import run_ddl

        return session.writing(lambda: run_ddl(session, text))
    rules.check_words(text)
    bare, output, into = scanner.take_output(text)
    second = None
    if verb == "DELETE":
        bare, second = _second_from(bare)
    tree = parse(bare)
    session.translator.check(tree)
    if isinstance(tree, exp.Query):
        return select(session, tree)
    writer = Writer(session, output, into)
    forms: Mapping[type, Callable[[], Result]] = {
        exp.Insert: lambda: writer.insert(tree),
        exp.Update: lambda: writer.update(tree),
        exp.Delete: lambda: writer.delete(tree, second),
        exp.Merge: lambda: writer.merge(tree),
    }
    form = forms.get(type(tree))
    if form is None or tree.args.get("returning") is not None:
        raise syntax("RETURNING" if form is not None else text[:20])
    return session.writing(form)


def _second_from(text: str) -> tuple[str, str | None]:
    """DELETE FROM t FROM t, other WHERE …: the statement without the second FROM, and that."""
    froms = [begin for word, begin, _ in scanner.words(text) if word == "FROM"]
    if len(froms) < 2:
        return text, None
    rest = text[froms[1] :]
    cut = scanner.split_at(rest, "WHERE")
    source = rest if cut is None else cut[0]
    return text[: froms[1]] + ("" if cut is None else cut[1]), source


# --- SELECT ---------------------------------------------------------------------------------------


def query(session: Session, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Run sqlite text; errors raised inside functions come out as they are."""
    session.raised.clear()  # type: ignore[attr-defined]  # see functions.register
    try:
        return session.data.execute(sql, parameters).fetchall()
    except sqlite3.OperationalError:
        if session.raised:  # type: ignore[attr-defined]
            raise session.raised[0] from None  # type: ignore[attr-defined]
        raise


def select(session: Session, tree: exp.Expression) -> Result:
    sql = session.translator.text(tree)
    session.raised.clear()  # type: ignore[attr-defined]
    try:
        cursor = session.data.execute(sql)
        rows = cursor.fetchall()
    except sqlite3.OperationalError:
        if session.raised:  # type: ignore[attr-defined]
            raise session.raised[0] from None  # type: ignore[attr-defined]
        raise
    names = [column[0] for column in cursor.description]
    types = Types(session).of_query(tree)
    if len(types) != len(names):
        types = [None] * len(names)
    shown = [
        tuple([v if t is None else t.load(v) for t, v in zip(types, row, strict=True)])
        for row in rows
    ]
    return Result(_names(tree, names), shown, len(shown))


def _names(tree: exp.Expression, names: list[str]) -> list[str]:
    while isinstance(tree, exp.SetOperation):
        tree = tree.left
    if not isinstance(tree, exp.Select) or len(tree.expressions) != len(names):
        return names
    shown = []
    for item, name in zip(tree.expressions, names, strict=True):
        shown.append(item.alias_or_name if item.alias_or_name else "")
        if isinstance(item, exp.Star):
            shown[-1] = name
    return shown


# --- writing --------------------------------------------------------------------------------------


class Writer:
    """One statement that changes rows."""

    def __init__(self, session: Session, output: str | None, into: str | None) -> None:
        self.session = session
        self.output = output
        self.into = into

    def target(self, node: exp.Expression, event: str) -> Table:
        table = self.session.table(table_key(node))
        if table is None:
            raise ServerError(208, f"Invalid object name '{node.name}'.")
        if self.output is not None and self.into is None and self._triggers(table):
            # contract: OUTPUT "not allowed without INTO on a table with triggers"
            raise ServerError(
                334,
                f"The target table '{table.key}' of the DML statement cannot have any enabled "
                "triggers if the statement contains an OUTPUT clause without INTO clause.",
            )
        return table

    def _triggers(self, table: Table) -> bool:
        found = self.session.data.execute(
            "SELECT COUNT(*) FROM sys_triggers WHERE parent_id = ? AND is_disabled = 0",
            (table.object_id,),
        ).fetchone()
        return bool(found[0])

    def fire(self, table: Table, event: str, rowids: list[int]) -> None:
        for wanted, act in self.session.server.triggers.get(table.key.lower(), ()):
            if wanted == event:
                act(self.session.data, rowids)

    # -- INSERT ------------------------------------------------------------------------------------

    def insert(self, tree: exp.Insert) -> Result:
        schema = tree.this
        target = schema.this if isinstance(schema, exp.Schema) else schema
        if table_key(target).startswith("@"):
            raise syntax("@")
        table = self.target(target, "INSERT")
        names = [item.name for item in schema.expressions] if isinstance(schema, exp.Schema) else []
        source = tree.args.get("expression")
        if tree.args.get("default") or source is None:
            rows: list[list[Any]] = [[]]
            names = []
        else:
            rows = self._source(source, tree)
            names = names or [c.name for c in table.columns if self._writable(c)]
        written = [self.insert_row(table, names, row) for row in rows]
        return self.finish(table, "INSERT", [(rowid, None) for rowid in written])

    def _writable(self, column: Column) -> bool:
        return column.computed is None and column.identity is None

    def _source(self, source: exp.Expression, tree: exp.Insert) -> list[list[Any]]:
        session = self.session
        if isinstance(source, exp.Values):
            rows = []
            width = {len(row.expressions) for row in source.expressions}
            if len(width) > 1:
                raise ServerError(
                    10709,
                    "The number of columns for each row in a table value "
                    "constructor must be the same.",
                )
            for row in source.expressions:
                rows.append([self.value(cell) for cell in row.expressions])
            return rows
        query_tree = source.copy()
        with_ = tree.args.get("with_") or tree.args.get("with")
        if with_ is not None:
            query_tree.set("with_", with_.copy())
        return [list(row) for row in query(session, session.translator.text(query_tree))]

    def value(self, cell: exp.Expression, source: str = "") -> Any:
        """The value of one expression; DEFAULT is left to the column."""
        if isinstance(cell, exp.Var | exp.Column) and cell.name.upper() == "DEFAULT":
            return DEFAULT
        text = self.session.translator.text(exp.Select(expressions=[cell.copy()]))
        return query(self.session, text + source)[0][0]

    def insert_row(self, table: Table, names: list[str], values: list[Any]) -> int:
        if len(names) != len(values):
            raise ServerError(
                110 if len(names) < len(values) else 109,
                "There are fewer columns in the INSERT statement than values specified.",
            )
        given: dict[str, Any] = {}
        for name, value in zip(names, values, strict=True):
            column = table.column(name)
            if column is None:
                raise ServerError(207, f"Invalid column name '{name}'.")
            if value is not DEFAULT:
                self._refuse_written(table, column)
                given[column.name] = value
        self._identity(table, given)
        for column in table.columns:
            if column.type.name == "ROWVERSION" and column.computed is None:
                given[column.name] = self.row_version()
        return self._store(table, given)

    def row_version(self) -> bytes:
        return next(self.session.server.row_versions).to_bytes(8, "big")

    def _refuse_written(self, table: Table, column: Column) -> None:
        if column.computed is not None:
            raise ServerError(
                271,
                f'The column "{column.name}" cannot be modified because it is either a computed '
                "column or is the result of a UNION operator.",
            )
        if column.type.name == "ROWVERSION":
            raise ServerError(
                273,
                "Cannot insert an explicit value into a timestamp column. Use INSERT with a column "
                "list to exclude the timestamp column, or insert a DEFAULT into the timestamp "
                "column.",
            )

    def _identity(self, table: Table, given: dict[str, Any]) -> None:
        """contract: SET IDENTITY_INSERT; off unless it was set."""
        column = table.identity
        if column is None or column.identity is None:
            return
        seed, step = column.identity
        counter = f"identity {table.object_id}"
        counters = self.session.server.counters
        allowed = self.session.identity_insert == table.key
        if column.name in given:
            if not allowed:
                raise ServerError(
                    544,
                    "Cannot insert explicit value for identity column in table "
                    f"'{table.key}' when IDENTITY_INSERT is set to OFF.",
                )
            number = column.type.store(given[column.name])
            if number is not None and number > counters.get(counter, seed - step):
                counters[counter] = number
        else:
            if allowed:
                raise ServerError(
                    545,
                    "Explicit value must be specified for identity column in table "
                    f"'{table.key}' either when IDENTITY_INSERT is set to ON or when a "
                    "replication user is inserting into a NOT FOR REPLICATION identity column.",
                )
            number = counters.get(counter, seed - step) + step
            counters[counter] = number
            given[column.name] = number
        self.session.scope_identity = given[column.name]

    def _store(self, table: Table, given: dict[str, Any]) -> int:
        stored = {}
        for column in table.columns:
            if column.computed is not None:
                continue
            if column.name in given:
                stored[column.name] = column.type.store(given[column.name], column.name)
            elif column.default is not None:
                value = query(self.session, f"SELECT {column.default}")[0][0]
                stored[column.name] = column.type.store(value, column.name)
            if stored.get(column.name) is None and not column.nullable:
                raise null_refused(table, column, "INSERT")
        names = ", ".join(map(quoted, stored))
        marks = ", ".join("?" * len(stored))
        text = f"INSERT INTO {quoted(table.key)} "
        text += f"({names}) VALUES ({marks})" if stored else "DEFAULT VALUES"
        cursor = self._constrained(table, text, tuple(stored.values()), "INSERT")
        return int(cursor.lastrowid or 0)

    def _constrained(
        self, table: Table, text: str, values: tuple[Any, ...], verb: str
    ) -> sqlite3.Cursor:
        try:
            return self.session.data.execute(text, values)
        except sqlite3.IntegrityError as error:
            raise violation(self.session, table, str(error), verb) from error

    # -- UPDATE ------------------------------------------------------------------------------------

    def update(self, tree: exp.Update) -> Result:
        session = self.session
        table = self.target(tree.this, "UPDATE")
        columns, expressions = [], []
        for assignment in tree.expressions:
            column = table.column(assignment.this.name)
            if column is None:
                raise ServerError(207, f"Invalid column name '{assignment.this.name}'.")
            if column.identity is not None:
                raise ServerError(8102, f"Cannot update identity column '{column.name}'.")
            self._refuse_written(table, column)
            columns.append(column)
            expressions.append(assignment.expression.copy())
        source = tree.args.get("from_") or tree.args.get("from")
        where = tree.args.get("where")
        alias = tree.this.name
        found = exp.Select(expressions=[exp.column("rowid", table=alias), *expressions])
        if source is not None:
            tables = source.copy()
            joins = tables.this.args.get("joins") or []
            tables.this.set("joins", None)
            found.set("from_", tables)
            found.set("joins", joins)
        else:
            found.set("from_", exp.From(this=tree.this.copy()))
        if where is not None:
            found.set("where", where.copy())
        with_ = tree.args.get("with_") or tree.args.get("with")
        if with_ is not None:
            found.set("with_", with_.copy())
        changed: dict[int, tuple[Any, ...]] = {}
        for rowid, *values in query(session, session.translator.text(found)):
            changed.setdefault(rowid, tuple(values))
        if len(changed) > 1:
            self._make_room(table, columns, list(changed))
        for rowid, values in changed.items():
            self.update_row(table, rowid, columns, values)
        return self.finish(table, "UPDATE", [(rowid, None) for rowid in changed])

    def _make_room(self, table: Table, columns: list[Column], rowids: list[int]) -> None:
        """Unique values are checked when the statement is done: rows may exchange theirs."""
        names = {column.name.lower() for column in columns}
        unique = {name for u in table.uniques for name in u.columns if name.lower() in names}
        if not unique:
            return
        self._checks(False)
        sets = ", ".join([f"{quoted(name)} = randomblob(16)" for name in sorted(unique)])
        marks = ", ".join(map(str, rowids))
        self.session.data.execute(f"UPDATE {quoted(table.key)} SET {sets} WHERE rowid IN ({marks})")
        self._checks(True)

    def _checks(self, on: bool) -> None:
        data = self.session.data
        data.execute(f"PRAGMA ignore_check_constraints = {'OFF' if on else 'ON'}")
        if not on:
            data.execute("PRAGMA defer_foreign_keys = ON")

    def update_row(
        self, table: Table, rowid: int, columns: list[Column], values: tuple[Any, ...]
    ) -> None:
        stored: dict[str, Any] = {}
        for column, value in zip(columns, values, strict=True):
            stored[column.name] = column.type.store(value, column.name)
            if stored[column.name] is None and not column.nullable:
                raise null_refused(table, column, "UPDATE")
        for column in table.columns:
            if column.type.name == "ROWVERSION":
                stored[column.name] = self.row_version()
        sets = ", ".join([f"{quoted(name)} = ?" for name in stored])
        text = f"UPDATE {quoted(table.key)} SET {sets} WHERE rowid = ?"
        self._constrained(table, text, (*stored.values(), rowid), "UPDATE")

    # -- DELETE ------------------------------------------------------------------------------------

    def delete(self, tree: exp.Delete, second: str | None) -> Result:
        session = self.session
        table = self.target(tree.this, "DELETE")
        found = exp.Select(expressions=[exp.column("rowid", table=tree.this.name)])
        if second is None:
            found.set("from_", exp.From(this=tree.this.copy()))
        else:
            other = parse(f"SELECT 1 AS x {second}")
            session.translator.check(other)
            found.set("from_", (other.args.get("from_") or other.args["from"]).copy())
            found.set("joins", other.args.get("joins"))
        if tree.args.get("where") is not None:
            found.set("where", tree.args["where"].copy())
        with_ = tree.args.get("with_") or tree.args.get("with")
        if with_ is not None:
            found.set("with_", with_.copy())
        rowids = list(
            dict.fromkeys([row[0] for row in query(session, session.translator.text(found))])
        )
        before = self._output_rows(table, [(rowid, None) for rowid in rowids])
        marks = ", ".join(map(str, rowids))  # one statement: keys are checked when it is done
        self._constrained(
            table, f"DELETE FROM {quoted(table.key)} WHERE rowid IN ({marks})", (), "DELETE"
        )
        self.fire(table, "DELETE", rowids)
        return self._result(before, len(rowids))

    # -- MERGE -------------------------------------------------------------------------------------

    def merge(self, tree: exp.Merge) -> Result:
        session = self.session
        table = self.target(tree.this, "INSERT")
        using, on = tree.args["using"], tree.args["on"]
        alias = using.alias_or_name
        source = exp.Select(expressions=[exp.Star()])
        source.set("from_", exp.From(this=using.copy()))
        data = session.data
        data.execute("DROP TABLE IF EXISTS temp.accord_source")
        text = session.translator.text(source)
        cursor = data.execute(text)
        names = [column[0] for column in cursor.description]
        data.execute(f"CREATE TEMP TABLE accord_source (accord_n, {', '.join(map(quoted, names))})")
        rows = cursor.fetchall()
        marks = ", ".join("?" * (len(names) + 1))
        for number, row in enumerate(rows):
            data.execute(f"INSERT INTO accord_source VALUES ({marks})", (number, *row))
        written: list[tuple[int, int | None]] = []
        seen: set[int] = set()
        for number in range(len(rows)):
            written += self._merge_row(tree, table, alias, on, number, seen)
        inserted = [rowid for rowid, _ in written if rowid not in seen]
        result_rows = self._output_rows(table, written, alias)
        self.fire(table, "INSERT", inserted)
        self.fire(table, "UPDATE", sorted(seen))
        return self._result(result_rows, len(written))

    def _merge_row(
        self, tree: exp.Merge, table: Table, alias: str, on: Any, number: int, seen: set[int]
    ) -> list[tuple[int, int | None]]:
        session = self.session
        target = tree.this.name
        source = (
            f" FROM {quoted(table.key)} AS {quoted(target)}, temp.accord_source AS {quoted(alias)} "
            f"WHERE {quoted(alias)}.accord_n = {number}"
        )
        condition = session.translator.text(on)
        matched = query(session, f"SELECT {quoted(target)}.rowid{source} AND ({condition})")
        only = f" FROM temp.accord_source AS {quoted(alias)} WHERE accord_n = {number}"
        done: list[tuple[int, int | None]] = []
        for when in tree.args["whens"].expressions:
            then, extra = when.args["then"], when.args.get("condition")
            if when.args["matched"] and matched:
                for (rowid,) in matched:
                    if rowid in seen:
                        raise ServerError(
                            8672,
                            "The MERGE statement attempted to UPDATE or DELETE the same row more "
                            "than once.",
                        )
                    here = f"{source} AND {quoted(target)}.rowid = {rowid}"
                    if extra is not None:
                        here += f" AND ({session.translator.text(extra)})"
                    done += self._merge_update(table, then, here, rowid, number, seen)
            elif not when.args["matched"] and not matched:
                names, values = self._merge_values(then, only)
                done.append((self.insert_row(table, names, values), number))
        return done

    def _merge_update(
        self, table: Table, then: Any, here: str, rowid: int, number: int, seen: set[int]
    ) -> list[tuple[int, int | None]]:
        columns = [table.column(item.this.name) for item in then.expressions]
        texts = [self.session.translator.text(item.expression) for item in then.expressions]
        values = query(self.session, f"SELECT {', '.join(texts)}{here}")
        if not values:
            return []
        self.update_row(table, rowid, [c for c in columns if c is not None], values[0])
        seen.add(rowid)
        return [(rowid, number)]

    def _merge_values(self, then: Any, only: str) -> tuple[list[str], list[Any]]:
        listed, cells = then.args.get("this"), then.args.get("expression")
        if listed is None or cells is None:
            return [], []
        names = [item.name for item in listed.expressions]
        return names, [self.value(cell, only) for cell in cells.expressions]

    # -- OUTPUT ------------------------------------------------------------------------------------

    def finish(self, table: Table, event: str, written: list[tuple[int, int | None]]) -> Result:
        """OUTPUT shows rows before triggers run (docs: OUTPUT clause)."""
        rows = self._output_rows(table, written)
        self.fire(table, event, [rowid for rowid, _ in written])
        return self._result(rows, len(written))

    def _output_rows(
        self, table: Table, written: list[tuple[int, int | None]], alias: str | None = None
    ) -> tuple[list[str], list[tuple[Any, ...]]] | None:
        if self.output is None:
            return None
        session = self.session
        tree = parse(f"SELECT {self.output}")
        session.translator.check(tree)
        types = [self._type(table, item.unalias()) for item in tree.expressions]
        names = [item.alias_or_name for item in tree.expressions]
        text = session.translator.text(tree, {"inserted": "accord_row", "deleted": "accord_row"})
        rows = []
        for rowid, number in written:
            source = f" FROM {quoted(table.key)} AS accord_row"
            where = f" WHERE accord_row.rowid = {rowid}"
            if alias is not None:
                source += f", temp.accord_source AS {quoted(alias)}"
                where += f" AND {quoted(alias)}.accord_n = {number}"
            (row,) = query(session, text + source + where)
            rows.append(
                tuple([v if t is None else t.load(v) for t, v in zip(types, row, strict=True)])
            )
        return names, rows

    def _type(self, table: Table, node: exp.Expression) -> SQLType | None:
        if isinstance(node, exp.Column) and node.table.lower() in ("inserted", "deleted"):
            column = table.column(node.name)
            if column is None:
                raise ServerError(207, f"Invalid column name '{node.name}'.")
            return column.type
        return None

    def _result(self, output: tuple[list[str], list[tuple[Any, ...]]] | None, count: int) -> Result:
        if output is None:
            return Result(count=count)
        names, rows = output
        rows.reverse()  # contract: no guaranteed order
        if self.into is None:
            return Result(names, rows, count)
        name = self.into.lower()
        if name not in self.session.table_variables:
            raise ServerError(1087, f'Must declare the table variable "{name}".', 15)
        marks = ", ".join("?" * len(names))
        for row in rows:
            self.session.data.execute(f"INSERT INTO {quoted(name)} VALUES ({marks})", row)
        return Result(count=count)
