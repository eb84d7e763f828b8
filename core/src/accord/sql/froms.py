"""The FROM list of a SELECT: what was named, what the columns imply, and the joins put together.

In: `SelectParts`, and for a subquery the FROM elements of the enclosing query. Out: a list of FROM
elements none of which is part of another. Elements are the same when their keys are equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import InvalidRequestError

from .coercion import from_element
from .joins import Join, can_join, describe, join_condition
from .nodes import ClauseElement, ColumnElement, Entity
from .selectable import ColumnClause, FromClause

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .parts import JoinStep, SelectParts

_QUERIES = frozenset({
    "scalar_select", "exists", "scalar_values", "select", "compound_select", "textual_select",
})  # fmt: skip


def froms_of(node: ClauseElement) -> list[FromClause]:
    """The FROM elements an expression needs."""
    if isinstance(node, FromClause):
        return [node]
    if isinstance(node, Entity):
        return [node.from_clause]
    if isinstance(node, ColumnClause):
        return [] if node.table is None else [node.table]
    if node.visit_name in _QUERIES:
        return []
    return [found for child in node.children() for found in froms_of(child)]


def unique(froms: Iterable[FromClause]) -> list[FromClause]:
    return list({element.cache_key: element for element in froms}.values())


def from_list(parts: SelectParts) -> list[FromClause]:
    """Every FROM element of the statement, before correlation."""
    explicit = unique([from_element(element) for element in parts.explicit_froms])
    implied = _implied(parts.raw_columns)
    for position, step in enumerate(parts.joins):
        replaced = [columns for count, columns in parts.replaced_columns if position < count]
        _apply(step, explicit, _implied(replaced[0]) if replaced else implied)
    filtered = [f for clause in parts.where_clauses for f in froms_of(clause)]
    return without_hidden(unique([*explicit, *implied, *filtered]))


def _implied(columns: Iterable[ClauseElement]) -> list[FromClause]:
    return unique([f for column in columns for f in froms_of(column)])


def without_hidden(froms: Sequence[FromClause]) -> list[FromClause]:
    """The elements that are not part of a join in the list."""
    hidden = {part.cache_key for element in froms for part in element.hidden if part is not element}
    return [element for element in froms if element.cache_key not in hidden]


def displayed(
    parts: SelectParts, enclosing: Sequence[FromClause], near: Sequence[FromClause] = ()
) -> list[FromClause]:
    """The FROM list of a subquery: what the enclosing queries already have is left to them.

    `enclosing` is what all of them offer, for correlate() to choose from; without it, what `near`
    has, the query this one stands in, is left to that one.
    """
    froms = from_list(parts)
    outer = {part.cache_key for element in enclosing for part in element.hidden}
    if parts.correlated is not None:
        named = {element.cache_key for element in parts.correlated}
        return [f for f in froms if f.cache_key not in named or f.cache_key not in outer]
    if parts.not_correlated is not None:
        spared = {element.cache_key for element in parts.not_correlated}
        return [f for f in froms if f.cache_key in spared or f.cache_key not in outer]
    if not near or len(froms) < 2:
        return froms
    outer = {part.cache_key for element in near for part in element.hidden}
    kept = [f for f in froms if f.cache_key not in outer]
    if not kept:
        names = ", ".join(repr(describe(element)) for element in froms)
        raise InvalidRequestError(
            f"this subquery has no FROM of its own: {names} all belong to the enclosing query; "
            "use correlate() to say which does, or an alias"
        )
    return kept


# --- joins ----------------------------------------------------------------------------------------


def _apply(step: JoinStep, explicit: list[FromClause], implied: list[FromClause]) -> None:
    """Join `step` onto the element it belongs to; the result takes that element's place."""
    if step.via:
        assert isinstance(step.left, FromClause)
        found = _containing(step.left, explicit)
        base = step.left if found is None else found
        made = _along(base, step)
    else:
        base, onclause = _base_and_condition(step, explicit, implied)
        made = Join(base, from_element(step.target), onclause, step.isouter, step.full)
    for position, element in enumerate(explicit):
        if element.cache_key == base.cache_key:
            explicit[position] = made
            return
    explicit.append(made)


def _along(base: FromClause, step: JoinStep) -> Join:
    (first, on_first), *rest = step.via
    if not rest:
        return Join(base, first, on_first, step.isouter, step.full)
    if not (step.isouter or step.full):
        made = Join(base, first, on_first)
        for element, on in rest:
            made = Join(made, element, on)
        return made
    inner: FromClause = first
    for element, on in rest:
        inner = Join(inner, element, on)
    return Join(base, inner, on_first, step.isouter, step.full)


def _containing(wanted: FromClause, froms: Iterable[FromClause]) -> FromClause | None:
    for element in froms:
        if any(part.cache_key == wanted.cache_key for part in element.hidden):
            return element
    return None


def _base_and_condition(
    step: JoinStep, explicit: list[FromClause], implied: list[FromClause]
) -> tuple[FromClause, ColumnElement[Any] | None]:
    if step.left is not None:
        named = from_element(step.left)
        found = _containing(named, explicit)
        base = named if found is None else found
        return base, step.onclause if step.onclause is not None else _found_condition(named, step)
    target = from_element(step.target)
    offered = explicit or implied
    bases = [f for f in offered if f.cache_key != target.cache_key] or offered
    if not bases:
        raise InvalidRequestError(
            f"nothing to join {describe(target)!r} to: select a column of the left side, or "
            "use join_from()"
        )
    base = bases[0] if len(bases) == 1 else _the_one(bases, target, step)
    if step.onclause is not None:
        return base, step.onclause
    return base, _found_condition(base, step)


def _the_one(bases: list[FromClause], target: FromClause, step: JoinStep) -> FromClause:
    """The only base the target can be joined to."""
    if step.onclause is not None:
        used = {f.cache_key for f in froms_of(step.onclause)} - {target.cache_key}
        fitting = [b for b in bases if any(part.cache_key in used for part in b.hidden)]
        if not fitting:
            return bases[0]
    else:
        fitting = [b for b in bases if can_join(b, target)]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(repr(describe(base)) for base in (fitting or bases))
    reason = "several would do" if fitting else "none has a foreign key to it or from it"
    raise InvalidRequestError(
        f"cannot tell which of {names} to join {describe(target)!r} to ({reason}); "
        "use select_from() or join_from(), or give the condition"
    )


def _found_condition(base: FromClause, step: JoinStep) -> ColumnElement[Any]:
    """By the ORM if the target is an entity that knows better, else by foreign key."""
    if isinstance(step.target, Entity):
        find = getattr(step.target.owner, "__find_join__", None)
        found: ColumnElement[Any] | None = None if find is None else find(base)
        if found is not None:
            return found
    target = from_element(step.target)
    # With several tables already joined, the one that has the key decides, before all the last.
    candidates = [part for part in reversed(base.hidden) if not isinstance(part, Join)]
    fitting = [part for part in candidates if can_join(part, target)]
    if len(fitting) == 1 or (fitting and fitting[0] is candidates[0]):
        return join_condition(fitting[0], target)
    return join_condition(base, target)
