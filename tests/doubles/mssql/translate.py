"""From Transact-SQL to what sqlite3 can run, after the rules were checked.

In: sqlglot's tree of a statement. Out: text for sqlite3. Functions that sqlite has not are called
`accord_…` and made by engine.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite
from sqlglot.errors import ErrorLevel, ParseError

from . import rules, scanner
from .errors import ServerError, syntax

logging.getLogger("sqlglot").setLevel(logging.ERROR)

_DEFAULT_SCHEMA = "dbo"


class Backticks(SQLite):
    """sqlite takes an unknown name in double quotes for a string, but not one in backticks."""

    class Tokenizer(SQLite.Tokenizer):
        IDENTIFIERS = ["`", '"', ("[", "]")]


def table_key(table: exp.Expression) -> str:
    """The name a table has in sqlite: without the default schema, with any other."""
    while isinstance(table, exp.Schema):
        table = table.this
    schema = table.args.get("db")
    catalog = table.args.get("catalog")
    name = table.name
    if isinstance(table.this, exp.Parameter):
        return f"@{table.this.name}"
    if schema is None or schema.name.lower() == _DEFAULT_SCHEMA:
        return name
    if schema.name.lower() == "sys":
        return f"sys_{name}"
    return name if catalog and catalog.name == "tempdb" else f"{schema.name}.{name}"


def parse(text: str) -> exp.Expression:
    """One statement; what sqlglot cannot read, the server could not either."""
    try:
        text = scanner.without_empty_bytes(text)
        tree = sqlglot.parse_one(text, read="tsql", error_level=ErrorLevel.RAISE)
    except ParseError as error:
        raise syntax(str(error).split("\n", 1)[0][:60]) from error
    if isinstance(tree, exp.Command):
        raise syntax(text[:30])
    return tree


class Translator:
    """Rewrites trees for one session."""

    def __init__(self, variables: Mapping[str, Any], system: Callable[[str], Any]) -> None:
        self.variables = variables
        self.system = system

    def check(self, tree: exp.Expression) -> None:
        rules.check_tree(tree)

    def text(self, tree: exp.Expression, aliases: Mapping[str, str] | None = None) -> str:
        """`tree` for sqlite; `aliases` renames the tables columns belong to."""
        renamed = {k.lower(): v for k, v in (aliases or {}).items()}
        made = tree.copy()
        for node in reversed(list(made.dfs())):  # from the leaves up
            new = self._node(node, renamed)
            if new is node:
                continue
            if node is made:
                made = new
            else:
                node.replace(new)
        shown: str = made.sql(Backticks, unsupported_level=ErrorLevel.IGNORE)
        return shown

    def _node(self, node: exp.Expression, aliases: Mapping[str, str]) -> exp.Expression:
        visit = getattr(self, f"_{type(node).__name__.lower()}", None)
        if isinstance(node, exp.Column):
            return self._of_table(node, aliases)
        return node if visit is None else visit(node)

    def _of_table(self, node: exp.Column, aliases: Mapping[str, str]) -> exp.Expression:
        table = node.args.get("table")
        if isinstance(node.this, exp.Star):
            return node
        qualifier = None
        if table is not None:
            qualifier = exp.to_identifier(aliases.get(table.name.lower(), table.name), quoted=True)
        return exp.Column(this=exp.to_identifier(node.name, quoted=True), table=qualifier)

    def _table(self, node: exp.Table) -> exp.Expression:
        if isinstance(node.this, exp.OpenJSON):
            return _open_json(node)
        key = table_key(node)
        alias = node.args.get("alias")
        shown = alias.name if alias is not None else (key if key[0] == "@" else node.name)
        made = exp.Table(this=exp.to_identifier(key, quoted=True))
        made.set("alias", exp.TableAlias(this=exp.to_identifier(shown, quoted=True)))
        joins = node.args.get("joins")
        if joins:
            made.set("joins", joins)
        return made

    def _values(self, node: exp.Values) -> exp.Expression:
        """VALUES with named columns."""
        alias = node.args.get("alias")
        if alias is None or not alias.args.get("columns"):
            return node
        names = [column.name for column in alias.args["columns"]]
        if len(node.expressions) <= _UNION:
            return exp.Subquery(this=_union(node, names), alias=exp.TableAlias(this=alias.this))
        inner = node.copy()
        inner.set("alias", None)
        columns = [
            exp.alias_(exp.column(f"column{i}"), name, quoted=True)
            for i, name in enumerate(names, 1)
        ]
        select = exp.Select(expressions=columns).from_(exp.Subquery(this=inner))
        return exp.Subquery(this=select, alias=exp.TableAlias(this=alias.this))

    def _national(self, node: exp.National) -> exp.Expression:
        return exp.Literal.string(node.name)

    def _add(self, node: exp.Add) -> exp.Expression:
        return exp.Anonymous(this="accord_add", expressions=[node.this, node.expression])

    def _cast(self, node: exp.Cast) -> exp.Expression:
        kind = exp.Literal.string(node.to.sql("tsql"))
        return exp.Anonymous(this="accord_cast", expressions=[node.this, kind])

    def _extract(self, node: exp.Extract) -> exp.Expression:
        part = exp.Literal.string(node.this.name.lower())
        return exp.Anonymous(this="accord_datepart", expressions=[part, node.expression])

    def _currenttimestamp(self, node: exp.CurrentTimestamp) -> exp.Expression:
        return exp.Anonymous(this="accord_now")

    def _currentschema(self, node: exp.Expression) -> exp.Expression:
        return _literal(self.system("SCHEMA_NAME"))

    def _nextvaluefor(self, node: exp.NextValueFor) -> exp.Expression:
        column = node.this
        schema = column.args.get("table")
        name = column.name if schema is None or schema.name.lower() == "dbo" else (
            f"{schema.name}.{column.name}"
        )  # fmt: skip
        return exp.Anonymous(this="accord_next", expressions=[exp.Literal.string(name)])

    def _parameter(self, node: exp.Parameter) -> exp.Expression:
        inner = node.this
        if isinstance(node.parent, exp.Parameter | exp.Table):
            return node
        if isinstance(inner, exp.Parameter):
            return _literal(self.system(f"@@{inner.name.upper()}"))
        name = f"@{node.name}".lower()
        if name not in self.variables:
            raise ServerError(137, f'Must declare the scalar variable "{name}".', 15)
        return _literal(self.variables[name])

    def _objectid(self, node: exp.Expression) -> exp.Expression:
        return self._anonymous(
            exp.Anonymous(this="OBJECT_ID", expressions=[a for a in node.args.values() if a])
        )

    def _anonymous(self, node: exp.Anonymous) -> exp.Expression:
        name = str(node.this).upper()
        if name in ("XACT_STATE", "SCOPE_IDENTITY", "SCHEMA_NAME", "NEWID"):
            return _literal(self.system(name))
        if name in (
            "OBJECT_ID",
            "SCHEMA_ID",
            "SERVERPROPERTY",
            "COLUMNPROPERTY",
            "ISJSON",
        ) or name in (
            "DATABASEPROPERTYEX",
            "DB_NAME",
        ):
            return exp.Anonymous(this=f"accord_{name.lower()}", expressions=node.expressions)
        return node

    def _lateral(self, node: exp.Lateral) -> exp.Expression:
        raise NotImplementedError("sqlite has no CROSS APPLY: the double cannot run this one")


_UNION = 20
"""Rows up to which VALUES becomes UNION ALL: only there sqlite sees columns from outside."""


def _union(node: exp.Values, names: list[str]) -> exp.Expression:
    selects = []
    for row in node.expressions:
        cells = [
            exp.alias_(cell.copy(), name, quoted=True)
            for cell, name in zip(row.expressions, names, strict=True)
        ]
        selects.append(exp.Select(expressions=cells))
    made: exp.Expression = selects[0]
    for select in selects[1:]:
        made = exp.Union(this=made, expression=select, distinct=False)
    return made


def _literal(value: Any) -> exp.Expression:
    if value is None:
        return exp.null()
    if isinstance(value, int):
        return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))
    return exp.Literal.string(str(value))


_JSON_TYPES = {"null": 0, "text": 1, "integer": 2, "real": 2, "true": 3, "false": 3, "array": 4,
               "object": 5}  # fmt: skip


def _open_json(node: exp.Table) -> exp.Expression:
    """docs: OPENJSON with the default schema: key, value and type of each member."""
    source = node.this
    arguments = [source.this]
    if source.args.get("path") is not None:
        arguments.append(exp.Literal.string(source.args["path"].name))
    kinds = exp.Case(
        ifs=[
            exp.If(
                this=exp.EQ(this=exp.column("type"), expression=exp.Literal.string(name)),
                true=exp.Literal.number(number),
            )
            for name, number in _JSON_TYPES.items()
        ]
    )
    value = exp.Case(
        ifs=[
            exp.If(
                this=exp.In(
                    this=exp.column("type"),
                    expressions=[exp.Literal.string("true"), exp.Literal.string("false")],
                ),
                true=exp.column("type"),
            )
        ],
        default=exp.cast(exp.column("value"), "text"),
    )
    inner = exp.Select(
        expressions=[
            exp.alias_(exp.cast(exp.column("key"), "text"), "key", quoted=True),
            exp.alias_(value, "value", quoted=True),
            exp.alias_(kinds, "type", quoted=True),
        ]
    ).from_(exp.Table(this=exp.Anonymous(this="json_each", expressions=arguments)))
    return exp.Subquery(this=inner, alias=node.args.get("alias"))
