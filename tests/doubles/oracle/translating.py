"""Oracle's trees as SQLite's text, with Oracle's meaning: '' is NULL, names fold, NULLs sort last.

In: a tree, the catalog, the schema of the session. Out: a tree SQLite's generator can write; what
has another meaning in SQLite becomes a call of one of the functions of `functions.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite

from .catalog import Catalog, Column, name_of
from .failures import NotExecuted, ora
from .storing import encode_number


class Lite(SQLite):
    """SQLite with names in backticks: it takes unknown names in double quotes for strings."""

    class Tokenizer(SQLite.Tokenizer):
        IDENTIFIERS = ["`"]


def text_of(tree: exp.Expression) -> str:
    return tree.sql(dialect=Lite)


def call(name: str, *arguments: Any) -> exp.Anonymous:
    made = [a if isinstance(a, exp.Expression) else exp.Literal.string(str(a)) for a in arguments]
    return exp.Anonymous(this=name, expressions=made)


class Translator:
    """One statement of one session."""

    def __init__(self, catalog: Catalog, schema: str, system: Callable[[str], str | None]) -> None:
        self.catalog = catalog
        self.schema = schema
        self.system = system

    def tree(self, source: exp.Expression) -> exp.Expression:
        """A copy for SQLite."""
        tree = source.copy()
        self._moments(tree)
        self._names(tree)
        tree = tree.transform(self._node)
        for select in tree.find_all(exp.Select):
            self._select(select)
        return tree

    def expression(self, source: exp.Expression) -> str:
        return text_of(self.tree(source))

    # --- names ------------------------------------------------------------------------------------

    def _names(self, tree: exp.Expression) -> None:
        ctes = {name_of(cte.args["alias"].this) for cte in tree.find_all(exp.CTE)}
        for table in list(tree.find_all(exp.Table)):
            if isinstance(table.this, exp.Identifier) and table.find_ancestor(exp.Lock) is None:
                self._table(table, ctes)
        for identifier in tree.find_all(exp.Identifier):
            if not identifier.args.get("quoted"):
                identifier.set("this", str(identifier.this).upper())
                identifier.set("quoted", True)

    def _table(self, table: exp.Table, ctes: set[str]) -> None:
        name = name_of(table.this)
        if not table.args.get("db"):
            if name in ctes:
                return
            system = self.system(name)
            if system is not None:
                self._rename(table, system, name)
                return
        found = self.catalog.table(table, self.schema)
        self._rename(table, found.stored, name)

    @staticmethod
    def _rename(table: exp.Table, stored: str, name: str) -> None:
        table.set("this", exp.to_identifier(stored, quoted=True))
        table.set("db", None)
        if not table.args.get("alias"):
            alias = exp.TableAlias(this=exp.to_identifier(name, quoted=True))
            table.set("alias", alias)

    def _moments(self, tree: exp.Expression) -> None:
        """Comparisons of a column with a time zone: both sides in UTC."""
        zoned = {
            column.name
            for table in tree.find_all(exp.Table)
            if isinstance(table.this, exp.Identifier)
            for column in self._columns(table)
            if column.type.zone
        }
        if not zoned:
            return
        for node in list(tree.find_all(*_COMPARISONS)):
            sides = [node.this, *node.expressions]
            sides += [node.args[key] for key in ("expression", "low", "high") if node.args.get(key)]
            if any(isinstance(s, exp.Column) and name_of(s.this) in zoned for s in sides):
                for side in sides:
                    side.replace(call("ORA_MOMENT", side.copy()))

    def _columns(self, table: exp.Table) -> list[Column]:
        owner = name_of(table.args["db"]) if table.args.get("db") else self.schema
        found = self.catalog.tables.get(f"{owner}.{name_of(table.this)}")
        return list(found.columns.values()) if found is not None else []

    # --- expressions ------------------------------------------------------------------------------

    def _node(self, node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Literal):
            return _literal(node)
        if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
            return _literal(exp.Literal(this=f"-{node.this.this}", is_string=False))
        rewrite = _REWRITES.get(type(node))
        return node if rewrite is None else rewrite(node)

    def _column(self, node: exp.Column) -> exp.Expression:
        name = name_of(node.this)
        if name in ("NEXTVAL", "CURRVAL") and node.args.get("table"):
            owner = name_of(node.args["db"]) if node.args.get("db") else self.schema
            stored = f"{owner}.{name_of(node.args['table'])}"
            if stored not in self.catalog.sequences:
                ora(2289, "sequence does not exist")
            return call(f"ORA_{name}", stored)
        if not node.args.get("table"):
            if name in ("LOCALTIMESTAMP", "CURRENT_TIMESTAMP", "CURRENT_DATE"):
                return call("ORA_NOW", name)
            if name == "USER":
                return exp.Literal.string(self.schema)
        return node

    # --- SELECT -----------------------------------------------------------------------------------

    def _select(self, select: exp.Select) -> None:
        select.set("locks", None)
        select.set("hint", None)
        if select.args.get("connect"):
            select.set("connect", None)
        _limit(select)
        _rownum(select)


def _limit(query: exp.Expression) -> None:
    limit = query.args.get("limit")
    if isinstance(limit, exp.Fetch):
        options = limit.args.get("limit_options")
        if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
            raise NotExecuted("FETCH … PERCENT or WITH TIES")
        count = limit.args.get("count") or exp.Literal.number(1)
        query.set("limit", exp.Limit(expression=count.copy()))
    elif limit is None and query.args.get("offset"):
        query.set("limit", exp.Limit(expression=exp.Literal.number(-1)))


def _rownum(select: exp.Select) -> None:
    where = select.args.get("where")
    if where is None:
        return
    for node in list(where.find_all(exp.LTE, exp.EQ, exp.LT)):
        if isinstance(node.this, exp.Column) and node.this.name == "ROWNUM":
            if node.find_ancestor(exp.Select) is not select:
                continue
            select.set("limit", exp.Limit(expression=node.expression.copy()))
            node.replace(exp.true())


def _binary(name: str) -> Callable[[Any], exp.Expression]:
    return lambda node: call(name, node.this, node.expression)


def _now(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.CurrentTimestamp) and node.args.get("sysdate"):
        return call("ORA_NOW", "SYSDATE")
    return call("ORA_NOW", _MOMENTS[type(node)])


_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between)
_MOMENTS: dict[type, str] = {
    exp.CurrentTimestamp: "CURRENT_TIMESTAMP",
    exp.Localtimestamp: "LOCALTIMESTAMP",
    exp.Systimestamp: "SYSTIMESTAMP",
    exp.CurrentDate: "CURRENT_DATE",
}


def _cast(node: exp.Cast) -> exp.Expression:
    # sqlglot has one word for DOUBLE PRECISION and BINARY_DOUBLE; the dialect casts to the latter.
    type_ = node.to.sql("oracle").replace("DOUBLE PRECISION", "BINARY_DOUBLE")
    return call("ORA_CAST", node.this, type_)


def _literal(node: exp.Literal) -> exp.Expression:
    """'' is NULL; a number SQLite would round is kept as the double stores it."""
    if node.is_string:
        return exp.Null() if node.this == "" else node
    try:
        stored = encode_number(Decimal(node.this))
    except ArithmeticError:
        return node
    return exp.Literal.string(stored) if isinstance(stored, str) else node


def _interval(node: exp.Interval) -> exp.Expression:
    return call("ORA_INTERVAL", node.this)


_REWRITES: dict[type, Callable[[Any], exp.Expression]] = {
    exp.DPipe: _binary("ORA_CONCAT"),
    exp.Add: _binary("ORA_ADD"),
    exp.Sub: _binary("ORA_SUB"),
    exp.Mul: _binary("ORA_MUL"),
    exp.Div: _binary("ORA_DIV"),
    exp.Mod: _binary("ORA_MOD"),
    exp.Lower: lambda node: call("ORA_LOWER", node.this),
    exp.Upper: lambda node: call("ORA_UPPER", node.this),
    exp.RegexpLike: lambda node: call(
        "ORA_REGEXP", node.this, node.expression, node.args.get("flag") or "c"
    ),
    exp.StrToTime: lambda node: call("ORA_TIMESTAMP", node.this),
    exp.DateStrToDate: lambda node: call("ORA_DATE", node.this),
    exp.Cast: _cast,
    exp.JSONValue: lambda node: call(
        "JSON_VALUE", node.this, node.args["path"].sql("oracle").strip("'")
    ),
    exp.Interval: _interval,
    exp.CurrentUser: lambda node: call("SYS_CONTEXT", "USERENV", "CURRENT_SCHEMA"),
    **dict.fromkeys(_MOMENTS, _now),
}
