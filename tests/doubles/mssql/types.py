"""The declared types of a query's result columns, where they can be told.

In: a session and a query as sqlglot's tree. Out: one SQLType (or None) a column.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from .session import Session
from .translate import table_key
from .values import SQLType


class Types:
    """The declared types of result columns, where they can be told."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ctes: dict[str, list[tuple[str, SQLType | None]]] = {}

    def of_query(self, tree: exp.Expression) -> list[SQLType | None]:
        return [kind for _, kind in self.columns(tree)]

    def columns(self, tree: exp.Expression) -> list[tuple[str, SQLType | None]]:
        with_ = tree.args.get("with_") or tree.args.get("with")
        for cte in with_.expressions if with_ is not None else ():
            self.ctes[cte.alias.lower()] = self.columns(cte.this)
        while isinstance(tree, exp.SetOperation | exp.Subquery):
            tree = tree.left if isinstance(tree, exp.SetOperation) else tree.this
        if not isinstance(tree, exp.Select):
            return []
        scope = self.scope(tree)
        found: list[tuple[str, SQLType | None]] = []
        for item in tree.expressions:
            if isinstance(item, exp.Star):
                for columns in scope.values():
                    found += columns
            else:
                found.append((item.alias_or_name, self.of(item.unalias(), scope)))
        return found

    def scope(self, tree: exp.Select) -> dict[str, list[tuple[str, SQLType | None]]]:
        scope = {}
        source = tree.args.get("from_") or tree.args.get("from")
        items = [] if source is None else [source.this]
        for join in [*(tree.args.get("joins") or ())]:
            items.append(join.this)
        for item in list(items):
            items += [join.this for join in item.args.get("joins") or ()]
        for item in items:
            if isinstance(item, exp.Table):
                name = item.alias_or_name.lower()
                if name in self.ctes or item.name.lower() in self.ctes:
                    scope[name] = self.ctes[item.name.lower()]
                    continue
                table = self.session.table(table_key(item))
                scope[name] = [] if table is None else [(c.name, c.type) for c in table.columns]
            elif isinstance(item, exp.Subquery):
                scope[item.alias_or_name.lower()] = self.columns(item.this)
        return scope

    def of(self, node: exp.Expression, scope: Mapping[str, Any]) -> SQLType | None:
        if isinstance(node, exp.Cast):
            return SQLType(node.to.sql("tsql"))
        if isinstance(node, exp.Paren | exp.Max | exp.Min | exp.Coalesce | exp.Sum | exp.Neg):
            return self.of(node.this, scope)
        if isinstance(node, exp.CurrentTimestamp):
            return SQLType("DATETIME")
        if isinstance(node, exp.Subquery):
            inner = self.columns(node.this)
            return inner[0][1] if inner else None
        return _of_column(node, scope) if isinstance(node, exp.Column) else None


def _of_column(node: exp.Column, scope: Mapping[str, Any]) -> SQLType | None:
    wanted = node.table.lower()
    for name, columns in scope.items():
        if wanted and wanted != name:
            continue
        for column, kind in columns:
            if column.lower() == node.name.lower():
                found: SQLType | None = kind
                return found
    return None
