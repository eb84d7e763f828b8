"""The double's data dictionary: users, tables, columns, constraints, sequences, by Oracle's names.

In: trees of DDL. Out: definitions, and the SQLite DDL of the tables that hold the rows. Names are
as Oracle folds them; a table is kept in SQLite under ``SCHEMA.NAME``.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp, tokenize
from sqlglot.tokens import Token, TokenType

from .failures import NotExecuted, ora
from .storing import Type, read_type


def name_of(identifier: Any) -> str:
    """A name as the catalog keeps it."""
    if isinstance(identifier, exp.Identifier):
        text = str(identifier.this)
        return text if identifier.args.get("quoted") else text.upper()
    return str(identifier).upper()


@dataclass
class Sequence:
    """A sequence, of its own or of an identity column."""

    name: str
    increment: int = 1
    start: int = 1
    maximum: int = 10**28 - 1
    minimum: int = 1
    cycle: bool = False
    next_number: int | None = None

    def draw(self) -> int:
        number = self.start if self.next_number is None else self.next_number
        if not self.minimum <= number <= self.maximum:
            if not self.cycle:
                ora(
                    8004,
                    f"sequence {self.name}.NEXTVAL exceeds MAXVALUE and cannot be instantiated",
                )
            number = self.minimum if self.increment > 0 else self.maximum
        self.next_number = number + self.increment
        return number


@dataclass
class Column:
    """A column; `default` and `virtual` are trees."""

    name: str
    type: Type
    nullable: bool = True
    default: exp.Expression | None = None
    virtual: exp.Expression | None = None
    identity: Sequence | None = None
    always: bool = False
    on_null: bool = False


@dataclass
class Constraint:
    """P, U, R (foreign key) or C."""

    name: str
    kind: str
    columns: tuple[str, ...] = ()
    check: exp.Expression | None = None
    parent: str = ""
    parent_columns: tuple[str, ...] = ()
    on_delete: str = ""
    deferred: bool = False
    deferrable: bool = False
    """Checked by the double itself: SQLite checks row by row."""


@dataclass
class Table:
    """A table or view."""

    schema: str
    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    constraints: list[Constraint] = field(default_factory=list)
    indexes: dict[str, tuple[tuple[str, ...], bool]] = field(default_factory=dict)
    comment: str | None = None
    view: str | None = None
    temporary: str = ""

    @property
    def stored(self) -> str:
        """Its name in SQLite."""
        return f"{self.schema}.{self.name}"

    def path(self, column: str) -> tuple[str, str, str]:
        return self.schema, self.name, column

    def column(self, name: str) -> Column:
        found = self.columns.get(name)
        if found is None:
            ora(904, f'"{name}": invalid identifier')
        return found

    def key(self) -> tuple[str, ...]:
        return next((c.columns for c in self.constraints if c.kind == "P"), ())


@dataclass
class Catalog:
    """Everything that is defined on the double's server."""

    tables: dict[str, Table] = field(default_factory=dict)
    sequences: dict[str, Sequence] = field(default_factory=dict)
    serial: int = 0
    generation: int = 0
    """Counts DDL: a plan made before is made anew."""
    index_owner: dict[str, str] = field(default_factory=dict)

    def system_name(self) -> str:
        self.serial += 1
        return f"SYS_C{self.serial:06}"

    def table(self, node: exp.Table, schema: str) -> Table:
        """The table a tree names; ORA-00942 where there is none."""
        owner = name_of(node.args["db"]) if node.args.get("db") else schema
        found = self.tables.get(f"{owner}.{name_of(node.this)}")
        if found is None:
            ora(942, "table or view does not exist")
        return found

    def children(self, parent: Table) -> list[tuple[Table, Constraint]]:
        """Foreign keys that refer to a table."""
        return [
            (table, constraint)
            for table in self.tables.values()
            for constraint in table.constraints
            if constraint.kind == "R" and constraint.parent == parent.stored
        ]

    # --- CREATE TABLE -----------------------------------------------------------------------------

    def define(self, tree: exp.Create, schema: str, text: str) -> Table:
        """The table a CREATE TABLE makes. Types are read from the text: sqlglot makes one of
        several that Oracle keeps apart.
        """
        types = declared_types(text)
        body = tree.this
        if not isinstance(body, exp.Schema):
            raise NotExecuted("CREATE TABLE … AS SELECT")
        node = body.this
        owner = name_of(node.args["db"]) if node.args.get("db") else schema
        table = Table(owner, name_of(node.this))
        if table.stored in self.tables or table.stored in self.sequences:
            ora(955, "name is already used by an existing object")
        for item in body.expressions:
            if isinstance(item, exp.ColumnDef):
                self._column(table, item, schema, types)
        for item in body.expressions:
            if not isinstance(item, exp.ColumnDef):
                self.constrain(table, item, schema)
        properties = tree.args.get("properties")
        text = properties.sql("oracle").upper() if properties is not None else ""
        if "TEMPORARY" in text:
            table.temporary = "PRESERVE" if "PRESERVE" in text else "DELETE"
        self.tables[table.stored] = table
        return table

    def _column(
        self, table: Table, node: exp.ColumnDef, schema: str, types: dict[str, str]
    ) -> None:
        name = name_of(node.this)
        if name in table.columns:
            ora(957, "duplicate column name")
        column = table.columns[name] = Column(name, read_type(types[name]))
        for constraint in node.constraints:
            self._column_constraint(table, column, constraint, schema)

    def _column_constraint(
        self, table: Table, column: Column, node: exp.ColumnConstraint, schema: str
    ) -> None:
        kind = node.kind
        named = name_of(node.this) if node.this else ""
        if isinstance(kind, exp.NotNullColumnConstraint):
            column.nullable = bool(kind.args.get("allow_null"))
        elif isinstance(kind, exp.DefaultColumnConstraint):
            column.default = kind.this
        elif isinstance(kind, exp.GeneratedAsIdentityColumnConstraint):
            self._generated(table, column, kind)
        elif isinstance(kind, exp.CheckColumnConstraint):
            table.constraints.append(
                Constraint(named or self.system_name(), "C", (column.name,), kind.this)
            )
        elif isinstance(kind, exp.PrimaryKeyColumnConstraint):
            self._unique(table, named, "P", (column.name,))
        elif isinstance(kind, exp.UniqueColumnConstraint):
            self._unique(table, named, "U", (column.name,))
        elif isinstance(kind, exp.Reference):
            self._foreign_key(table, named, (column.name,), kind, schema, "")
        elif not isinstance(kind, exp.CommentColumnConstraint):
            raise NotExecuted(f"a column constraint {type(kind).__name__}")

    def _generated(
        self, table: Table, column: Column, kind: exp.GeneratedAsIdentityColumnConstraint
    ) -> None:
        if kind.expression is not None:
            column.virtual = kind.expression
            return
        column.identity = Sequence(f"ISEQ$${table.stored}")
        for option, attribute in (
            ("increment", "increment"), ("start", "start"), ("maxvalue", "maximum"),
            ("minvalue", "minimum"),
        ):  # fmt: skip
            value = kind.args.get(option)
            if value is not None:
                setattr(column.identity, attribute, int(value.sql()))
        column.always = bool(kind.this)
        column.on_null = bool(kind.args.get("on_null"))
        column.nullable = False

    # --- constraints ------------------------------------------------------------------------------

    def constrain(self, table: Table, node: exp.Expression, schema: str) -> Constraint:
        """Add a constraint of a CREATE or ALTER TABLE."""
        name = ""
        parts: list[exp.Expression] = [node]
        if isinstance(node, exp.Constraint):
            name = name_of(node.this)
            parts = node.expressions
        first = parts[0]
        tail = " ".join(str(part.sql("oracle")) for part in parts).upper()
        if isinstance(first, exp.PrimaryKey):
            made = self._unique(table, name, "P", _names(first.expressions))
        elif isinstance(first, exp.UniqueColumnConstraint):
            body = first.this
            items = body.expressions if isinstance(body, exp.Schema | exp.Tuple) else [body]
            made = self._unique(table, name, "U", _names(items))
        elif isinstance(first, exp.ForeignKey):
            reference = first.args["reference"]
            made = self._foreign_key(
                table, name, _names(first.expressions), reference, schema,
                f"{tail} {first.sql('oracle').upper()}",
            )  # fmt: skip
        elif isinstance(first, exp.CheckColumnConstraint):
            made = Constraint(name or self.system_name(), "C", (), first.this)
            table.constraints.append(made)
        else:
            raise NotExecuted(f"a constraint {type(first).__name__}")
        made.deferred = made.deferred or "INITIALLY DEFERRED" in tail
        made.deferrable = "DEFERRABLE" in tail.replace("NOT DEFERRABLE", "")
        return made

    def _unique(self, table: Table, name: str, kind: str, columns: tuple[str, ...]) -> Constraint:
        if kind == "P" and table.key():
            ora(2260, "table can have only one primary key")
        for column in columns:
            found = table.column(column)
            if kind == "P":
                found.nullable = False
        made = Constraint(name or self.system_name(), kind, columns)
        self._refuse_taken(table, made.name)
        table.constraints.append(made)
        return made

    def _refuse_taken(self, table: Table, name: str) -> None:
        taken = any(
            constraint.name == name
            for other in self.tables.values()
            if other.schema == table.schema
            for constraint in other.constraints
        ) or any(constraint.name == name for constraint in table.constraints)
        if taken:
            ora(2264, "name already used by an existing constraint")

    def _foreign_key(
        self,
        table: Table,
        name: str,
        columns: tuple[str, ...],
        reference: exp.Reference,
        schema: str,
        text: str,
    ) -> Constraint:
        for column in columns:
            table.column(column)
        target = reference.this
        named: tuple[str, ...] = ()
        if isinstance(target, exp.Schema):
            named = _names(target.expressions)
            target = target.this
        owner = name_of(target.args["db"]) if target.args.get("db") else schema
        stored = f"{owner}.{name_of(target.this)}"
        parent = table if stored == table.stored else self.tables.get(stored)
        if parent is None:
            ora(942, "table or view does not exist")
        named = named or parent.key()
        if not any(c.kind in "PU" and set(c.columns) == set(named) for c in parent.constraints):
            ora(2270, "no matching unique or primary key for this column-list")
        shown = f"{text} {reference.sql('oracle').upper()}"
        on_delete = "CASCADE" if "ON DELETE CASCADE" in shown else (
            "SET NULL" if "ON DELETE SET NULL" in shown else ""
        )  # fmt: skip
        made = Constraint(
            name or self.system_name(), "R", columns, None, parent.stored, named, on_delete,
            deferred="INITIALLY DEFERRED" in shown,
        )  # fmt: skip
        self._refuse_taken(table, made.name)
        table.constraints.append(made)
        return made


_AFTER_TYPE = frozenset(
    "DEFAULT NOT NULL GENERATED AS PRIMARY UNIQUE CHECK REFERENCES CONSTRAINT COLLATE".split()
)
_NO_COLUMN = frozenset("PRIMARY UNIQUE FOREIGN CHECK CONSTRAINT".split())


def declared_types(text: str) -> dict[str, str]:
    """Column → type, as a CREATE TABLE writes them."""
    found: dict[str, str] = {}
    depth = 0
    item: list[Token] = []
    for token in tokenize(text, read="oracle"):
        if token.token_type is TokenType.R_PAREN:
            depth -= 1
        ends = depth == 0 or (depth == 1 and token.token_type is TokenType.COMMA)
        if ends and item:
            _declared(item, text, found)
            item = []
        elif not ends:
            item.append(token)
        if token.token_type is TokenType.L_PAREN:
            depth += 1
        elif depth == 0 and token.token_type is TokenType.R_PAREN:
            break
    return found


def _declared(item: list[Token], text: str, found: dict[str, str]) -> None:
    first = item[0]
    exact = first.token_type is TokenType.IDENTIFIER
    if not exact and first.text.upper() in _NO_COLUMN:
        return
    type_ = list(itertools.takewhile(lambda token: token.text.upper() not in _AFTER_TYPE, item[1:]))
    if type_:
        written = text[type_[0].start : type_[-1].end + 1]
        found[first.text if exact else first.text.upper()] = " ".join(written.split())


def _names(nodes: list[Any]) -> tuple[str, ...]:
    return tuple(name_of(node.find(exp.Identifier)) for node in nodes)
