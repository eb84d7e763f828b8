"""Rewriting: a node with some of its parts replaced.

In: a finished node and a function that answers a replacement for some nodes. Out: a new node that
shares everything unchanged. Used to speak about an alias instead of a table, and to give parameters
values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from .aliases import AliasedFrom, DerivedColumn
from .clauses import made_of
from .nodes import BindParameter, ClauseElement, NamedParameter
from .selectable import ColumnClause, TableClause
from .statement import Statement

N = TypeVar("N", bound=ClauseElement)
Replace = Callable[[ClauseElement], "ClauseElement | None"]


def replaced(node: N, replace: Replace) -> N:
    """`node` with every part exchanged for which `replace` answers another node."""
    return cast("N", _Rewriter(replace).rewrite(node))


def with_values(node: N, values: Mapping[str, Any]) -> N:
    """`node` with its parameters of these names holding these values."""

    def give(part: ClauseElement) -> ClauseElement | None:
        if isinstance(part, BindParameter) and part.name is not None and part.name in values:
            return part.with_value(values[part.name])
        return None

    return replaced(node, give)


def with_own_values(node: N, values: Mapping[str, Any]) -> N:
    """`node` with its parameters of these names replaced by nameless ones of these values."""

    def give(part: ClauseElement) -> ClauseElement | None:
        if isinstance(part, BindParameter) and part.name is not None and part.name in values:
            return NamedParameter(
                None, values[part.name], part.type, unique=True, expanding=part.expanding,
                literal_execute=part.literal_execute, hint=part.name,
            )  # fmt: skip
        return None

    return replaced(node, give)


class _Rewriter:
    """One pass; a node met twice is rewritten once, so what was shared stays shared."""

    def __init__(self, replace: Replace) -> None:
        self._replace = replace
        self._done: dict[int, ClauseElement] = {}
        self._kept: list[ClauseElement] = []  # keeps ids in `_done` valid

    def rewrite(self, node: ClauseElement) -> ClauseElement:
        found = self._done.get(id(node))
        if found is not None:
            return found
        new = self._replace(node)
        if new is None:
            new = self._rebuilt(node)
        self._done[id(node)] = new
        self._kept.append(node)
        return new

    def _rebuilt(self, node: ClauseElement) -> ClauseElement:
        if isinstance(node, DerivedColumn):
            assert isinstance(node.table, AliasedFrom)
            table = self.rewrite(node.table)
            return node if table is node.table else cast("AliasedFrom", table).c[str(node.key)]
        if isinstance(node, (ColumnClause, TableClause, BindParameter)):
            return node
        if isinstance(node, Statement):
            return self._statement(node)
        values = made_of(node)
        changed = {
            name: self._value(value) if value is not node else None
            for name, value in values.items()
        }
        if all(changed[name] is value or value is node for name, value in values.items()):
            return node
        new = object.__new__(type(node))
        for name, value in changed.items():
            setattr(new, name, new if values[name] is node else value)
        new._compose()
        return new

    def _statement(self, node: Statement) -> Statement:
        steps = node.steps
        rewritten = self._value(steps)
        return node if rewritten is steps else node._of_steps(rewritten)

    def _value(self, value: Any) -> Any:
        """A slot's value: a node, a tuple with nodes in it, or something else."""
        if isinstance(value, ClauseElement):
            return self.rewrite(value)
        if isinstance(value, tuple):
            items = [self._value(item) for item in value]
            if all(new is old for new, old in zip(items, value, strict=True)):
                return value
            return type(value)._make(items) if hasattr(value, "_make") else tuple(items)
        return value
