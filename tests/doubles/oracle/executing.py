"""Executing SELECT, INSERT, UPDATE, DELETE and MERGE in a session of the double.

A text is planned once per state of the catalog: checked, translated, its tables known. In: a plan,
the stored values of its binds. Out: `Answer`: rows and the columns they belong to, counts, what
RETURNING gave for this execution.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from .catalog import Column, Constraint, Table, name_of
from .constraining import atomic, changed, check_children, check_parents, integrity
from .failures import NotExecuted, ora
from .naming import literal, quoted
from .refusals import check
from .session import Session
from .statement import Statement
from .storing import fetched_type
from .translating import Translator, call, text_of

Values = dict[str, Any]


@dataclass
class Answer:
    """What an execution brought."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    columns: list[tuple[str, Column | None]] | None = None
    count: int = 0
    returned: list[tuple[Any, ...]] = field(default_factory=list)
    rowid: int | None = None


@dataclass
class Plan:
    """A statement ready to be executed many times."""

    tree: exp.Expression
    text: str = ""
    table: Table | None = None
    ids: str = ""
    returning: str = ""
    returned_types: list[Column | None] = field(default_factory=list)
    columns: list[tuple[str, Column | None]] = field(default_factory=list)
    lock: exp.Lock | None = None
    set_columns: tuple[str, ...] = ()
    many: bool = False


def plan(session: Session, statement: Statement) -> Plan:
    """Check and translate."""
    tree = check(statement.text, session.server.major)
    translator = session.translator()
    if isinstance(tree, exp.Insert):
        return _plan_insert(session, translator, tree)
    if isinstance(tree, exp.Update | exp.Delete):
        return _plan_change(session, translator, tree)
    if isinstance(tree, exp.Merge):
        return Plan(tree, table=session.server.catalog.table(tree.this, session.schema))
    return _plan_select(session, translator, tree)


def execute(session: Session, made: Plan, values: Values) -> Answer:
    """One execution."""
    if isinstance(made.tree, exp.Insert):
        return _insert(session, made, values)
    if isinstance(made.tree, exp.Update):
        return _update(session, made, values)
    if isinstance(made.tree, exp.Delete):
        return _delete(session, made, values)
    if isinstance(made.tree, exp.Merge):
        from .merging import merge

        return merge(session, made, values)
    return _select(session, made, values)


def run(session: Session, text: str, values: Values) -> list[tuple[Any, ...]]:
    """SQLite's answer, with Oracle's errors."""
    session.raised = None
    used = {name: value for name, value in values.items() if f":{name}" in text}
    try:
        return session.database.execute(text, used).fetchall()
    except sqlite3.Error as error:
        if session.raised is not None:
            raise session.raised from None
        _explain(error)


def _explain(error: sqlite3.Error) -> Any:
    message = str(error)
    for start, code, text in (
        ("no such column: ", 904, '"{}": invalid identifier'),
        ("ambiguous column name: ", 918, "{}: column ambiguously defined"),
    ):
        if message.startswith(start):
            name = message.removeprefix(start).rpartition(".")[2]
            ora(code, text.format(name))
    if isinstance(error, sqlite3.IntegrityError):
        raise error
    raise NotExecuted(f"the double cannot execute this: {message}") from error


# --- SELECT --------------------------------------------------------------------------------------


def _plan_select(session: Session, translator: Translator, tree: exp.Expression) -> Plan:
    made = Plan(tree)
    made.columns = _result_columns(session, tree)
    locks = tree.args.get("locks") or []
    if locks:
        made.lock = locks[0]
        if tree.args.get("limit") or tree.args.get("distinct") or tree.args.get("group"):
            ora(2014, "cannot select FOR UPDATE from view with DISTINCT, GROUP BY, etc.")
        made.table = _first_table(session, tree)
        keys = tree.copy()
        owner = tree.args["from_"].this.alias_or_name
        keys.set("expressions", [exp.column("rowid", table=owner)])
        keys.set("order", None)
        made.ids = text_of(translator.tree(keys)).replace("`ROWID`", "rowid")
    copied = tree.copy()
    if isinstance(tree, exp.Select) and tree.args.get("connect"):
        made.many = True
    made.text = text_of(translator.tree(copied))
    return made


def _first_table(session: Session, tree: exp.Expression) -> Table:
    source = tree.args["from_"].this
    if not isinstance(source, exp.Table):
        raise NotExecuted("FOR UPDATE on something else than a table")
    return session.server.catalog.table(source, session.schema)


def _select(session: Session, made: Plan, values: Values) -> Answer:
    if made.lock is not None:
        return _select_locking(session, made, values)
    if made.many:
        return _select_levels(session, made, values)
    _refresh_views(session, made)
    return Answer(run(session, made.text, values), made.columns)


def _refresh_views(session: Session, made: Plan) -> None:
    for table in made.tree.find_all(exp.Table):
        name = name_of(table.this)
        if (
            not table.args.get("db")
            and name != "DUAL"
            and (f"{session.schema}.{name}" not in session.server.catalog.tables)
        ):
            session.system_view(name)


def _select_levels(session: Session, made: Plan, values: Values) -> Answer:
    """``FROM dual CONNECT BY LEVEL <= n``: the row n times."""
    condition = made.tree.args["connect"].args["connect"]
    if not isinstance(condition, exp.LTE) or condition.this.name.upper() != "LEVEL":
        raise NotExecuted("CONNECT BY other than LEVEL <= n")
    count = run(session, f"SELECT {session.translator().expression(condition.expression)}", values)
    rows: list[tuple[Any, ...]] = []
    for level in range(1, int(count[0][0]) + 1):
        text = made.text.replace("`LEVEL`", str(level))
        rows += run(session, text, values)
    return Answer(rows, made.columns)


def _select_locking(session: Session, made: Plan, values: Values) -> Answer:
    assert made.lock is not None and made.table is not None
    wait = made.lock.args.get("wait")
    stored = made.table.stored
    session.locking = True
    while True:
        ids = [row[0] for row in run(session, made.ids, values)]
        if wait is False:  # SKIP LOCKED
            ids = [i for i in ids if not session.server.is_locked(session, stored, i)]
        seconds = (
            0.0 if wait is True else float(wait.sql()) if isinstance(wait, exp.Literal) else None
        )
        if not session.server.lock(session, stored, ids, wait=seconds):
            break
        session.take_over()
    if wait is not False:
        return Answer(run(session, made.text, values), made.columns)
    alias = made.tree.args["from_"].this.alias_or_name.upper()
    listed = ", ".join(map(str, ids)) or "NULL"
    text = _with_condition(made.text, f"{quoted(alias)}.rowid IN ({listed})")
    return Answer(run(session, text, values), made.columns)


def _with_condition(text: str, condition: str) -> str:
    place = re.search(r" ORDER BY ", text)
    head, tail = (text, "") if place is None else (text[: place.start()], text[place.start() :])
    return f"{head} {'AND' if ' WHERE ' in head else 'WHERE'} {condition}{tail}"


def _result_columns(session: Session, tree: exp.Expression) -> list[tuple[str, Column | None]]:
    select = tree
    while isinstance(select, exp.SetOperation | exp.Subquery):
        select = select.this
    sources = _sources(session, select)
    found: list[tuple[str, Column | None]] = []
    for item in select.expressions:
        if isinstance(item, exp.Star) or (
            isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
        ):
            wanted = name_of(item.args["table"]) if item.args.get("table") else None
            for alias, columns in sources.items():
                if wanted in (None, alias):
                    found += columns.items()
            continue
        inner = item.this if isinstance(item, exp.Alias) else item
        name = name_of(item.args["alias"]) if isinstance(item, exp.Alias) else (
            name_of(item.this) if isinstance(item, exp.Column) else item.sql("oracle").upper()
        )  # fmt: skip
        found.append((name, _column_of(inner, sources)))
    return found


Sources = dict[str, dict[str, Column | None]]


def _sources(session: Session, select: exp.Expression) -> Sources:
    sources: Sources = {}
    clause = select.args.get("from_")
    nodes = [clause.this] if clause is not None else []
    nodes += [join.this for join in select.args.get("joins") or []]
    for node in nodes:
        alias = name_of(node.args["alias"].this) if node.args.get("alias") else ""
        if isinstance(node, exp.Table):
            table = _known_table(session, node)
            if table is not None:
                sources[alias or name_of(node.this)] = dict(table.columns)
        elif isinstance(node, exp.Subquery):
            sources[alias] = dict(_result_columns(session, node.this))
    return sources


def _known_table(session: Session, node: exp.Table) -> Table | None:
    owner = name_of(node.args["db"]) if node.args.get("db") else session.schema
    return session.server.catalog.tables.get(f"{owner}.{name_of(node.this)}")


def _column_of(node: exp.Expression, sources: Sources) -> Column | None:
    if isinstance(node, exp.Max | exp.Min | exp.Coalesce):
        return _column_of(node.this, sources)
    if not isinstance(node, exp.Column):
        return None
    name = name_of(node.this)
    wanted = name_of(node.args["table"]) if node.args.get("table") else None
    for alias, columns in sources.items():
        if wanted in (None, alias) and name in columns:
            return columns[name]
    return None


# --- INSERT --------------------------------------------------------------------------------------


def _plan_insert(session: Session, translator: Translator, tree: exp.Insert) -> Plan:
    target = tree.this
    node = target.this if isinstance(target, exp.Schema) else target
    table = session.server.catalog.table(node, session.schema)
    if table.view:
        raise NotExecuted("INSERT into a view")
    names = (
        [name_of(item) for item in target.expressions]
        if isinstance(target, exp.Schema)
        else [column.name for column in table.columns.values() if column.virtual is None]
    )
    for name in names:
        if table.column(name).virtual is not None:
            ora(54013, "INSERT operation disallowed on virtual columns")
    made = Plan(tree, table=table)
    source = tree.expression
    if isinstance(source, exp.Values):
        row = source.expressions[0]
        given = list(row.expressions if isinstance(row, exp.Tuple) else [row])
        _same_length(names, given)
        cells = {
            name: None if _is_default(value) else translator.expression(value)
            for name, value in zip(names, given, strict=True)
        }
        made.text = f"{_insert_head(table)} VALUES ({_cells(table, cells, translator)})"
    else:
        made.many = True
        select = source.copy()
        inner = select
        while isinstance(inner, exp.SetOperation):
            inner = inner.this
        _same_length(names, inner.expressions)
        inner.set("expressions", [
            exp.alias_(item.this if isinstance(item, exp.Alias) else item, f"c{i}", quoted=True)
            for i, item in enumerate(inner.expressions)
        ])  # fmt: skip
        cells = {name: f"q.`c{i}`" for i, name in enumerate(names)}
        body = text_of(translator.tree(select))
        stored = _cells(table, cells, translator)
        made.text = f"{_insert_head(table)} SELECT {stored} FROM ({body}) AS q WHERE 1"
    _plan_returning(made, translator, tree, table)
    return made


def _same_length(names: list[str], given: list[Any]) -> None:
    if len(given) > len(names):
        ora(913, "too many values")
    if len(given) < len(names):
        ora(947, "not enough values")


def _is_default(node: exp.Expression) -> bool:
    return node.sql("oracle").upper() == "DEFAULT"


def _insert_head(table: Table) -> str:
    stored = [f"{quoted(c.name)}" for c in table.columns.values() if c.virtual is None]
    return f"INSERT INTO {quoted(table.stored)} (rowid, {', '.join(stored)})"


def _cells(table: Table, given: dict[str, str | None], translator: Translator) -> str:
    texts = ["ORA_ROWID()"]
    for column in table.columns.values():
        if column.virtual is not None:
            continue
        text = given.get(column.name)
        if text is None:
            text = "NULL" if column.default is None else translator.expression(column.default)
        if column.identity is not None:
            is_given = int(given.get(column.name) is not None)
            text = (
                f"ORA_IDENTITY({text}, {literal(table.stored)}, {literal(column.name)}, {is_given})"
            )
        texts.append(f"ORA_STORE({text}, {literal(table.stored)}, {literal(column.name)}, 'I')")
    return ", ".join(texts)


def _named(table: Table, column: Column) -> str:
    """A column as our functions are told which."""
    return f"{literal(table.stored)}, {literal(column.name)}"


WITHIN = "rowid IN (SELECT value FROM json_each(:ids))"


def _plan_returning(made: Plan, translator: Translator, tree: exp.Expression, table: Table) -> None:
    returning = tree.args.get("returning")
    if returning is None:
        return
    node = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    alias = node.args.get("alias")
    name = name_of(alias.this) if alias else table.name
    items = [translator.expression(item) for item in returning.expressions]
    made.returning = (
        f"SELECT {', '.join(items)} FROM {quoted(table.stored)} AS {quoted(name)} "
        f"WHERE {quoted(name)}.{WITHIN} ORDER BY {quoted(name)}.rowid"
    )
    sources: Sources = {name: dict(table.columns)}
    made.returned_types = [_column_of(item, sources) for item in returning.expressions]


def _insert(session: Session, made: Plan, values: Values) -> Answer:
    assert made.table is not None
    table = made.table
    session.made = []
    with atomic(session):
        try:
            run(session, made.text, values)
        except sqlite3.IntegrityError as error:
            integrity(table, error, "insert")
        ids = list(session.made)
        changed(session, table, ids)
        check_parents(session, table, ids)
        returned = _returned(session, made, values, ids)
    return Answer(count=len(ids), returned=returned, rowid=ids[-1] if ids else None)


def _returned(
    session: Session, made: Plan, values: Values, ids: list[int]
) -> list[tuple[Any, ...]]:
    if not made.returning:
        return []
    return run(session, made.returning, {**values, "ids": json.dumps(ids)})


# --- UPDATE, DELETE ------------------------------------------------------------------------------


def _plan_change(session: Session, translator: Translator, tree: exp.Update | exp.Delete) -> Plan:
    node = tree.this
    table = session.server.catalog.table(node, session.schema)
    alias = node.args.get("alias")
    name = name_of(alias.this) if alias else table.name
    made = Plan(tree, table=table)
    where = tree.args.get("where")
    condition = f" WHERE {translator.expression(where.this)}" if where is not None else ""
    rows = f"{quoted(table.stored)} AS {quoted(name)}"
    made.ids = f"SELECT {quoted(name)}.rowid FROM {rows}{condition}"
    if isinstance(tree, exp.Update):
        sets = []
        for assignment in tree.expressions:
            column = table.column(name_of(assignment.this.this))
            if column.virtual is not None:
                ora(54017, "UPDATE operation disallowed on virtual columns")
            value = assignment.expression
            text = (
                "NULL" if _is_default(value) and column.default is None
                else translator.expression(column.default if _is_default(value) else value)  # type: ignore[arg-type]
            )  # fmt: skip
            named = _named(table, column)
            sets.append(f"{quoted(column.name)} = ORA_STORE({text}, {named}, 'U')")
            made.set_columns += (column.name,)
        made.text = f"UPDATE {rows} SET {', '.join(sets)} WHERE {WITHIN}"
    else:
        made.text = f"DELETE FROM {quoted(table.stored)} WHERE {WITHIN}"
    _plan_returning(made, translator, tree, table)
    return made


def _targets(session: Session, made: Plan, values: Values) -> list[int]:
    """The rows to change, locked."""
    assert made.table is not None
    while True:
        ids = [row[0] for row in run(session, made.ids, values)]
        if not session.server.lock(session, made.table.stored, ids):
            return ids
        session.take_over()


def _update(session: Session, made: Plan, values: Values) -> Answer:
    assert made.table is not None
    table = made.table
    ids = _targets(session, made, values)
    if not ids:
        return Answer()
    with atomic(session):
        try:
            run(session, made.text, {**values, "ids": json.dumps(ids)})
        except sqlite3.IntegrityError as error:
            integrity(table, error, "update")
        changed(session, table, ids)
        check_parents(session, table, ids, made.set_columns)
        check_children(session, table, made.set_columns)
        returned = _returned(session, made, values, ids)
    return Answer(count=len(ids), returned=returned, rowid=ids[-1])


def _delete(session: Session, made: Plan, values: Values) -> Answer:
    assert made.table is not None
    ids = _targets(session, made, values)
    if not ids:
        return Answer()
    returned = _returned(session, made, values, ids)
    with atomic(session):
        _delete_rows(session, made.table, ids)
        check_children(session, made.table, None)
    return Answer(count=len(ids), returned=returned, rowid=ids[-1])


def _delete_rows(session: Session, table: Table, ids: list[int]) -> None:
    within = {"ids": json.dumps(ids)}
    for child, constraint in session.server.catalog.children(table):
        if not constraint.on_delete:
            continue
        pairs = zip(constraint.columns, constraint.parent_columns, strict=True)
        same = " AND ".join(f"c.{quoted(own)} = p.{quoted(other)}" for own, other in pairs)
        joined = f"{quoted(child.stored)} AS c JOIN {quoted(table.stored)} AS p ON {same}"
        found = session.database.execute(
            f"SELECT c.rowid FROM {joined} WHERE p.{WITHIN}", within
        ).fetchall()
        below = [row[0] for row in found if row[0] not in ids or child is not table]
        if below:
            _delete_children(session, child, constraint, below)
    session.database.execute(f"DELETE FROM {quoted(table.stored)} WHERE {WITHIN}", within)
    changed(session, table, ids)


def _delete_children(
    session: Session, child: Table, constraint: Constraint, ids: list[int]
) -> None:
    session.server.lock(session, child.stored, ids)
    if constraint.on_delete == "CASCADE":
        _delete_rows(session, child, ids)
        return
    sets = ", ".join(f"{quoted(own)} = NULL" for own in constraint.columns)
    session.database.execute(
        f"UPDATE {quoted(child.stored)} SET {sets} WHERE {WITHIN}", {"ids": json.dumps(ids)}
    )
    changed(session, child, ids)


def result_type(column: Column | None, rows: list[tuple[Any, ...]], place: int) -> Any:
    """The driver type of a result column."""
    if column is not None:
        return column.type.db_type
    first = next((row[place] for row in rows if row[place] is not None), None)
    return fetched_type(first)


__all__ = ["Answer", "Plan", "call", "execute", "plan", "result_type"]
