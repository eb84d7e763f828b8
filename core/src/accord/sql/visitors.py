"""Looking through SQL, by SQLAlchemy's names: `iterate`, `traverse`, `replacement_traverse`.

In: a node and functions by the names of kinds of nodes. Out: the nodes below it, or another node.
Nodes are immutable, so nothing changes them in place; `replacement_traverse` makes new ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from .adapt import replaced
from .clauses import ClauseElement, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

N = TypeVar("N", bound=ClauseElement)
Visitable = ClauseElement

_ALSO_CALLED = {
    "boolean_list": ("expression_clauselist", "clauselist"),
    "expression_list": ("clauselist",),
    "text": ("textclause",),
    "between": ("binary",),
    "entity_column": ("column",),
    "alias_column": ("column",),
    "exists": ("unary",),
}
"""What SQLAlchemy calls some kinds of nodes."""


def iterate(obj: ClauseElement | None, opts: Mapping[str, Any] | None = None) -> Iterator[Any]:
    """All nodes of a piece of SQL, itself first.

    Args:
        obj: the piece; None has no nodes.
        opts: taken as SQLAlchemy does, without a meaning.
    """
    if obj is not None:
        yield from walk(obj)


def traverse(
    obj: N, opts: Mapping[str, Any] | None, visitors: Mapping[str, Callable[[Any], Any]]
) -> N:
    """Call the function of its kind for each node of a piece of SQL.

    Args:
        obj: the piece.
        opts: taken as SQLAlchemy does, without a meaning.
        visitors: functions by kind: ``{"column": …, "bindparam": …, "table": …}``.

    Returns:
        The piece.
    """
    return traverse_using(iterate(obj, opts), obj, visitors)


def traverse_using(
    iterator: Iterable[Any], obj: N, visitors: Mapping[str, Callable[[Any], Any]]
) -> N:
    """`traverse` over these nodes.

    Args:
        iterator: the nodes.
        obj: what is returned.
        visitors: functions by kind.

    Returns:
        `obj`.
    """
    for node in iterator:
        for kind in kinds_of(node):
            visit = visitors.get(kind)
            if visit is not None:
                visit(node)
                break
    return obj


def replacement_traverse(
    obj: N, opts: Mapping[str, Any] | None, replace: Callable[[Any], Any]
) -> N:
    """A piece of SQL with some of its nodes replaced.

    Args:
        obj: the piece.
        opts: taken as SQLAlchemy does, without a meaning.
        replace: a function of a node that answers the node to take its place, or None.

    Returns:
        The new piece, or the same one if nothing was replaced.
    """
    return replaced(obj, replace)


def kinds_of(node: ClauseElement) -> tuple[str, ...]:
    """The names of the kind of a node: its own, then those SQLAlchemy has for it."""
    own = node.visit_name
    return (own, *_ALSO_CALLED.get(own, ()))


class ClauseVisitor:
    """`traverse` as a class: subclasses have methods ``visit_column``, ``visit_bindparam`` …"""

    __traverse_options__: Mapping[str, Any] = {}

    def traverse(self, obj: N) -> N:
        """Call the methods for the nodes of `obj`, which is returned."""
        for node in self.iterate(obj):
            self.traverse_single(node)
        return obj

    def iterate(self, obj: ClauseElement | None) -> Iterator[Any]:
        """The nodes of `obj`."""
        return iterate(obj, self.__traverse_options__)

    def traverse_single(self, obj: ClauseElement, **kw: Any) -> Any:
        """Call the method for one node; None if there is none."""
        for kind in kinds_of(obj):
            visit = getattr(self, f"visit_{kind}", None)
            if visit is not None:
                return visit(obj, **kw)
        return None


__all__ = [
    "ClauseVisitor", "Visitable", "iterate", "replacement_traverse", "traverse", "traverse_using",
]  # fmt: skip
