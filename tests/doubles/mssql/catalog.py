"""Tables as the double knows them: declared types, identity, constraints with their names.

In: CREATE TABLE as sqlglot's tree. Out: a `Table`, and the sqlite3 statement that makes it. The
description is kept in sqlite itself (table `accord_catalog`), so that a rolled-back CREATE TABLE is
gone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from .errors import syntax
from .translate import Translator, table_key
from .values import SQLType

_CLUSTER = re.compile(r"\b(?:NON)?CLUSTERED\b\s*", re.I)


@dataclass
class Column:
    name: str
    type_text: str
    nullable: bool = True
    default: str | None = None
    identity: tuple[int, int] | None = None
    computed: str | None = None
    default_text: str | None = None
    computed_text: str | None = None
    persisted: bool = False

    @property
    def type(self) -> SQLType:
        return SQLType(self.type_text)


@dataclass
class Unique:
    name: str
    columns: list[str]
    kind: str  # "PRIMARY KEY", "UNIQUE KEY", "INDEX"
    unique: bool = True
    descending: list[str] = field(default_factory=list)
    include: list[str] = field(default_factory=list)
    where: str | None = None
    clustered: bool = False


@dataclass
class Check:
    name: str
    definition: str


@dataclass
class ForeignKey:
    name: str
    columns: list[str]
    parent: str
    parent_columns: list[str]
    on_delete: str = "NO_ACTION"
    on_update: str = "NO_ACTION"


@dataclass
class Table:
    key: str  # as sqlite knows it
    object_id: int
    columns: list[Column] = field(default_factory=list)
    uniques: list[Unique] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    @property
    def shown(self) -> str:
        return self.key if "." in self.key else f"dbo.{self.key}"

    def column(self, name: str) -> Column | None:
        return next((c for c in self.columns if c.name.lower() == name.lower()), None)

    @property
    def identity(self) -> Column | None:
        return next((c for c in self.columns if c.identity is not None), None)


def without_cluster(text: str) -> str:
    """sqlglot does not know CLUSTERED everywhere; it has no meaning here."""
    return _CLUSTER.sub("", text)


def made_name(prefix: str, *parts: str) -> str:
    """A name as the server makes one for a constraint without."""
    digest = hashlib.sha1(".".join(parts).encode(), usedforsecurity=False).hexdigest()[:16]
    return f"{prefix}__{parts[0][:9]}__{digest.upper()}"


class TableMaker:
    """Reads one CREATE TABLE."""

    def __init__(self, tree: exp.Create, object_id: int, translator: Translator) -> None:
        schema = tree.this
        assert isinstance(schema, exp.Schema)
        self.table = Table(table_key(schema.this), object_id)
        self.translator = translator
        self.lines: list[str] = []
        self.after: list[str] = []
        for item in schema.expressions:
            if isinstance(item, exp.ColumnDef):
                self._column(item)
            else:
                self._constraint(item, None)

    @property
    def statements(self) -> list[str]:
        key = quoted(self.table.key)
        create = f"CREATE TABLE {key} ({', '.join(self.lines)})"
        return [create, *self.after]

    def _column(self, item: exp.ColumnDef) -> None:
        kind = item.args.get("kind")
        column = Column(item.name, "INT" if kind is None else kind.sql("tsql"))
        for holder in item.args.get("constraints") or ():
            self._column_constraint(column, holder.kind)
        text = quoted(column.name)
        if column.computed is not None:
            text += f" AS ({column.computed})"
        else:
            text += f" {affinity(column.type)}"
            if column.default is not None:
                text += f" DEFAULT ({column.default})"
        self.table.columns.append(column)
        self.lines.insert(len(self.table.columns) - 1, text)

    def _column_constraint(self, column: Column, constraint: Any) -> None:
        if isinstance(constraint, exp.NotNullColumnConstraint):
            column.nullable = bool(constraint.args.get("allow_null"))
        elif isinstance(constraint, exp.DefaultColumnConstraint):
            column.default = self.translator.text(constraint.this)
            column.default_text = constraint.this.sql("tsql")
        elif isinstance(constraint, exp.GeneratedAsIdentityColumnConstraint):
            start, step = constraint.args.get("start"), constraint.args.get("increment")
            column.identity = (int(start.sql()) if start else 1, int(step.sql()) if step else 1)
            column.nullable = False
        elif isinstance(constraint, exp.ComputedColumnConstraint):
            column.computed = self.translator.text(constraint.this)
            column.computed_text = constraint.this.sql("tsql")
            column.persisted = bool(constraint.args.get("persisted"))
        elif isinstance(constraint, exp.PrimaryKeyColumnConstraint):
            self._unique("PRIMARY KEY", None, [column.name])
        elif isinstance(constraint, exp.UniqueColumnConstraint):
            self._unique("UNIQUE KEY", None, [column.name])
        elif isinstance(constraint, exp.CheckColumnConstraint):
            self._check(None, constraint.this)

    def _constraint(self, item: exp.Expression, name: str | None) -> None:
        if isinstance(item, exp.Constraint):
            parts = item.expressions
            if len(parts) == 2 and isinstance(parts[1], exp.Expression):
                raise syntax(parts[1].sql("tsql"))
            self._constraint(parts[0], item.name)
        elif isinstance(item, exp.PrimaryKey | exp.PrimaryKeyColumnConstraint):
            self._unique("PRIMARY KEY", name, _names(item.expressions))
        elif isinstance(item, exp.UniqueColumnConstraint):
            self._unique("UNIQUE KEY", name, _names(item.this.expressions))
        elif isinstance(item, exp.CheckColumnConstraint):
            self._check(name, item.this)
        elif isinstance(item, exp.ForeignKey):
            self._foreign_key(name, item)
        else:
            raise syntax(item.sql("tsql")[:30])

    def _unique(self, kind: str, name: str | None, columns: list[str]) -> None:
        prefix = "PK" if kind == "PRIMARY KEY" else "UQ"
        name = name or made_name(prefix, self.table.key, *columns)
        clustered = kind == "PRIMARY KEY"
        self.table.uniques.append(Unique(name, columns, kind, clustered=clustered))
        listed = ", ".join(map(quoted, columns))
        self.lines.append(f"UNIQUE ({listed})")
        self.after.append(nulls_equal(name, self.table.key, columns))
        if kind == "PRIMARY KEY":
            for column in self.table.columns:
                if column.name in columns:
                    column.nullable = False

    def _check(self, name: str | None, condition: exp.Expression) -> None:
        self.translator.check(
            exp.Select(expressions=[exp.Literal.number(1)]).where(condition.copy())
        )
        name = name or made_name("CK", self.table.key, condition.sql())
        self.table.checks.append(Check(name, f"({condition.sql('tsql')})"))
        self.lines.append(f"CONSTRAINT {quoted(name)} CHECK ({self.translator.text(condition)})")

    def _foreign_key(self, name: str | None, item: exp.ForeignKey) -> None:
        columns = _names(item.expressions)
        reference = item.args["reference"].this
        parent = table_key(reference.this)
        parent_columns = _names(reference.expressions)
        name = name or made_name("FK", self.table.key, *columns)
        key = ForeignKey(name, columns, parent, parent_columns)
        self.table.foreign_keys.append(key)
        actions = ""
        for option in [*(item.args["reference"].args.get("options") or ())]:
            actions += f" {option}"
        for kind in ("delete", "update"):
            action = item.args.get(kind)
            if action:
                actions += f" ON {kind.upper()} {action}"
        for verb in ("DELETE", "UPDATE"):
            found = re.search(rf"ON {verb} (CASCADE|SET NULL|SET DEFAULT)", actions, re.I)
            if found is not None:
                setattr(key, f"on_{verb.lower()}", found.group(1).upper().replace(" ", "_"))
        own, other = ", ".join(map(quoted, columns)), ", ".join(map(quoted, parent_columns))
        self.lines.append(f"FOREIGN KEY ({own}) REFERENCES {quoted(parent)} ({other}){actions}")


def nulls_equal(name: str, table: str, columns: list[str], where: str = "") -> str:
    """contract: UNIQUE treats NULLs as equal."""
    parts = ", ".join([f"ifnull({quoted(c)}, x'6163636f7264')" for c in columns])
    return f"CREATE UNIQUE INDEX {quoted(name)} ON {quoted(table)} ({parts}){where}"


def affinity(type_: SQLType) -> str:
    """A sqlite type that keeps values as they are stored; text compares as the server's default
    collation does: without case, without trailing blanks."""
    if type_.name in ("BIT", "TINYINT", "SMALLINT", "INT", "BIGINT"):
        return "INT"
    if type_.name in ("NVARCHAR", "VARCHAR", "NCHAR", "CHAR"):
        return "TEXT COLLATE accord_ci"
    if type_.name in ("UNIQUEIDENTIFIER",):
        return "TEXT COLLATE NOCASE"
    if type_.name in ("DECIMAL", "MONEY", "SMALLMONEY"):
        return "NUMERIC"
    return "REAL" if type_.name in ("FLOAT", "REAL") else "BLOB"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _names(items: list[Any]) -> list[str]:
    return [item.name if item.name else item.this.name for item in items]
