"""DDL in the double: the catalog changes, and the SQLite tables with it. Every DDL commits.

In: a tree. Out: changed definitions, published to all sessions.
"""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from .catalog import Sequence, Table, name_of
from .failures import NotExecuted, ora
from .naming import quoted
from .refusals import check
from .session import Session
from .statement import Statement
from .translating import Translator, text_of

_NUMBER = re.compile(r"(INCREMENT BY|START WITH|MAXVALUE|MINVALUE)\s+(-?\d+)", re.IGNORECASE)


def define(session: Session, statement: Statement) -> None:
    """Execute DDL: commits before, and after."""
    if session.branch is not None:
        ora(2089, "COMMIT is not allowed in a subordinate session")
    session.commit()
    tree = check(statement.text, session.server.major)
    with session.server.mutex:
        session.server.catalog.generation += 1
        _define(session, statement, tree)
    session.take_over()


def _define(session: Session, statement: Statement, tree: exp.Expression) -> None:
    if isinstance(tree, exp.Create):
        _create(session, statement, tree)
    elif isinstance(tree, exp.Drop):
        _drop(session, tree)
    elif isinstance(tree, exp.Comment):
        _comment(session, tree)
    elif isinstance(tree, exp.Alter):
        _alter(session, tree)
    elif isinstance(tree, exp.TruncateTable):
        table = session.server.catalog.table(tree.expressions[0], session.schema)
        session.server.publish_ddl(f"DELETE FROM {quoted(table.stored)}")
    else:
        raise NotExecuted(f"DDL {statement.verb}")


def _create(session: Session, statement: Statement, tree: exp.Create) -> None:
    kind = str(tree.args["kind"]).upper()
    catalog = session.server.catalog
    if kind == "TABLE":
        table = catalog.define(tree, session.schema, statement.text)
        session.server.publish_ddl(_table_text(session, table))
    elif kind == "SEQUENCE":
        _create_sequence(session, statement, tree)
    elif kind == "INDEX":
        _create_index(session, tree)
    elif kind == "VIEW":
        node = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
        name = f"{session.schema}.{name_of(node.this)}"
        body = text_of(session.translator().tree(tree.expression))
        session.server.publish_ddl(f"CREATE VIEW {quoted(name)} AS {body}")
        catalog.tables[name] = Table(session.schema, name_of(node.this), view=body)
    else:
        raise NotExecuted(f"CREATE {kind}")


def _table_text(session: Session, table: Table) -> str:
    translator = session.translator()
    lines = []
    for column in table.columns.values():
        text = f"{quoted(column.name)}"
        if column.virtual is not None:
            text += f" GENERATED ALWAYS AS ({_plain(column.virtual, translator)}) VIRTUAL"
        lines.append(text)
    for constraint in table.constraints:
        columns = ", ".join(f"{quoted(name)}" for name in constraint.columns)
        if constraint.kind in "PU" and not constraint.deferrable:
            lines.append(f"UNIQUE ({columns})")
        elif constraint.kind == "C" and constraint.check is not None:
            check_ = _plain(constraint.check, translator)
            lines.append(f"CONSTRAINT {quoted(constraint.name)} CHECK ({check_})")
    return f"CREATE TABLE {quoted(table.stored)} ({', '.join(lines)})"


def _plain(tree: exp.Expression, translator: Translator) -> str:
    """An expression inside SQLite's DDL, which takes no functions of ours."""
    copied = tree.copy()
    for identifier in copied.find_all(exp.Identifier):
        if not identifier.args.get("quoted"):
            identifier.set("this", str(identifier.this).upper())
            identifier.set("quoted", True)
    return text_of(copied)


def _create_sequence(session: Session, statement: Statement, tree: exp.Create) -> None:
    node = tree.this
    owner = name_of(node.args["db"]) if node.args.get("db") else session.schema
    stored = f"{owner}.{name_of(node.this)}"
    catalog = session.server.catalog
    if stored in catalog.sequences or stored in catalog.tables:
        ora(955, "name is already used by an existing object")
    made = Sequence(stored)
    attributes = {"INCREMENT BY": "increment", "START WITH": "start", "MAXVALUE": "maximum",
                  "MINVALUE": "minimum"}  # fmt: skip
    given = {word.upper(): int(number) for word, number in _NUMBER.findall(statement.text)}
    for word, number in given.items():
        setattr(made, attributes[word], number)
    if made.increment == 0:
        ora(4002, "INCREMENT must be a nonzero integer")
    if "START WITH" not in given and "MINVALUE" in given:
        made.start = made.minimum
    if made.increment < 0 and "MINVALUE" not in given:
        made.minimum = -(10**27)
    made.minimum = min(made.minimum, made.start)
    made.cycle = re.search(r"\bCYCLE\b", statement.text, re.IGNORECASE) is not None
    catalog.sequences[stored] = made


def _create_index(session: Session, tree: exp.Create) -> None:
    index = tree.this
    table = session.server.catalog.table(index.args["table"], session.schema)
    name = name_of(index.this) if index.this else ""
    if any(name in other.indexes for other in session.server.catalog.tables.values()):
        ora(955, "name is already used by an existing object")
    parameters = index.args.get("params")
    columns = parameters.args.get("columns") if parameters is not None else []
    plain: list[str] = []
    for item in columns or []:
        inner = item.this if isinstance(item, exp.Ordered) else item
        plain.append(name_of(inner.this) if isinstance(inner, exp.Column) else inner.sql("oracle"))
    simple = all(name_ in table.columns for name_ in plain)
    unique = bool(tree.args.get("unique"))
    table.indexes[name] = (tuple(plain), unique)
    if simple and unique:
        listed = ", ".join(quoted(column) for column in plain)
        index = quoted(f"{table.schema}.{name}")
        session.server.publish_ddl(
            f"CREATE UNIQUE INDEX {index} ON {quoted(table.stored)} ({listed})"
        )


def _drop(session: Session, tree: exp.Drop) -> None:
    kind = str(tree.args["kind"]).upper()
    catalog = session.server.catalog
    node = (tree.args.get("tables") or [tree.this])[0]
    owner = name_of(node.args["db"]) if node.args.get("db") else session.schema
    stored = f"{owner}.{name_of(node.this)}"
    if kind in ("TABLE", "VIEW"):
        table = catalog.table(node, session.schema)
        others = [c for child, c in catalog.children(table) if child is not table]
        if others and not (tree.args.get("cascade") or tree.args.get("constraints")):
            ora(2449, "unique/primary keys in table referenced by foreign keys")
        for child, constraint in catalog.children(table):
            child.constraints.remove(constraint)
        del catalog.tables[stored]
        session.server.publish_ddl(f"DROP {'VIEW' if table.view else 'TABLE'} {quoted(stored)}")
    elif kind == "SEQUENCE":
        if catalog.sequences.pop(stored, None) is None:
            ora(2289, "sequence does not exist")
    elif kind == "INDEX":
        for table in catalog.tables.values():
            found = table.indexes.pop(name_of(node.this), None)
            if found is not None:
                if found[1]:
                    session.server.publish_ddl(
                        f"DROP INDEX IF EXISTS {quoted(f'{table.schema}.{name_of(node.this)}')}"
                    )
                return
        ora(1418, "specified index does not exist")
    else:
        raise NotExecuted(f"DROP {kind}")


def _comment(session: Session, tree: exp.Comment) -> None:
    text = tree.args.get("expression")
    if text is None or not isinstance(text, exp.Literal):
        ora(1780, "string literal required")
    if str(tree.args.get("kind")).upper() == "TABLE":
        session.server.catalog.table(tree.this, session.schema).comment = str(text.this)


def _alter(session: Session, tree: exp.Alter) -> None:
    table = session.server.catalog.table(tree.this, session.schema)
    for action in tree.args["actions"]:
        _action(session, table, action)


def _action(session: Session, table: Table, action: Any) -> None:
    if isinstance(action, exp.AddConstraint):
        for item in action.expressions:
            made = session.server.catalog.constrain(table, item, session.schema)
            if made.kind in "PU" and not made.deferrable:
                listed = ", ".join(quoted(column) for column in made.columns)
                name = f"{table.schema}.{made.name}"
                session.server.publish_ddl(
                    f"CREATE UNIQUE INDEX {quoted(name)} ON {quoted(table.stored)} ({listed})"
                )
        return
    if isinstance(action, exp.Drop) and str(action.args["kind"]).upper() == "CONSTRAINT":
        node = (action.args.get("tables") or [action.this])[0]
        name = name_of(node.this if isinstance(node, exp.Table) else node)
        for constraint in table.constraints:
            if constraint.name == name:
                table.constraints.remove(constraint)
                return
        ora(2443, "Cannot drop constraint - nonexistent constraint")
    raise NotExecuted(f"ALTER TABLE … {type(action).__name__}")
