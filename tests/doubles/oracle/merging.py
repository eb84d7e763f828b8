"""MERGE in the double: row by row of the source, UPDATE what matches, INSERT what does not.

In: a plan, stored values. Out: how many rows were merged.
"""

from __future__ import annotations

import sqlite3

from sqlglot import exp

from .catalog import Table, name_of
from .constraining import atomic, changed, check_parents, integrity
from .executing import (
    Answer,
    Plan,
    Values,
    _cells,
    _insert_head,
    _is_default,
    _named,
    _result_columns,
    run,
)
from .naming import quoted
from .session import Session
from .translating import Translator, text_of


def merge(session: Session, made: Plan, values: Values) -> Answer:
    """Row by row of the source: UPDATE what matches, INSERT what does not."""
    assert made.table is not None
    table, tree = made.table, made.tree
    translator = session.translator()
    node = tree.this
    target = name_of(node.args["alias"].this) if node.args.get("alias") else table.name
    using = tree.args["using"]
    source = name_of(using.args["alias"].this) if using.args.get("alias") else name_of(using.this)
    body = text_of(translator.tree(exp.select("*").from_(using.copy())))
    names = [name for name, _ in _result_columns(session, exp.select("*").from_(using.copy()))]
    rows = run(session, body, values)
    on = translator.expression(tree.args["on"])
    rows_of = f"{quoted(table.stored)} AS {quoted(target)}"
    count = 0
    for row in rows:
        bound = {f"m{i}": value for i, value in enumerate(row)}
        columns = ", ".join(f":m{i} AS {quoted(name)}" for i, name in enumerate(names))
        context = f"(SELECT {columns}) AS {quoted(source)}"
        found = run(
            session,
            f"SELECT {quoted(target)}.rowid FROM {rows_of}, {context} WHERE {on}",
            {**values, **bound},
        )
        ids = [item[0] for item in found]
        for when in tree.args["whens"].expressions:
            if bool(when.args.get("matched")) != bool(ids):
                continue
            done = _merge_row(
                session, translator, table, (target, context), when, ids, {**values, **bound}
            )
            count += done
    return Answer(count=count)


def _merge_row(
    session: Session, translator: Translator, table: Table, names: tuple[str, str],
    when: exp.When, ids: list[int], values: Values,
) -> int:  # fmt: skip
    target, context = names
    then = when.args["then"]
    with atomic(session):
        try:
            if isinstance(then, exp.Update):
                session.server.lock(session, table.stored, ids)
                for assignment in then.expressions:
                    column = table.column(name_of(assignment.this.this))
                    value = translator.expression(assignment.expression)
                    run(
                        session,
                        f"UPDATE {quoted(table.stored)} AS {quoted(target)} "
                        f"SET {quoted(column.name)} = (SELECT "
                        f"ORA_STORE({value}, {_named(table, column)}, 'U') FROM {context}) "
                        f"WHERE rowid IN ({', '.join(map(str, ids))})",
                        values,
                    )
                changed(session, table, ids)
                return len(ids)
            columns = [name_of(item) for item in then.this.expressions]
            given = then.expression.expressions
            cells = {
                name: None if _is_default(value) else translator.expression(value)
                for name, value in zip(columns, given, strict=True)
            }
            session.made = []
            run(
                session,
                f"{_insert_head(table)} SELECT {_cells(table, cells, translator)} FROM {context}",
                values,
            )
            changed(session, table, session.made)
            check_parents(session, table, session.made)
            return len(session.made)
        except sqlite3.IntegrityError as error:
            integrity(table, error, "insert")
    return 0
