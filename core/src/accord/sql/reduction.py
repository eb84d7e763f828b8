"""Select lists without the columns that only repeat another one.

In: the select list spelled out and the WHERE conditions. Out: the columns to keep. A column repeats
another when a foreign key refers to it, or when WHERE says that the two are equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.exc import NoReferenceError

from .expressions import BinaryExpression, BooleanClauseList
from .nodes import ColumnElement, EntityColumn
from .operators import AND_, EQ

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Expr = ColumnElement[Any]


def reduced(
    columns: Sequence[Expr], conditions: Iterable[Expr], *, only_synonyms: bool
) -> list[Expr]:
    """`columns` without repetitions; with `only_synonyms`, only where the names are equal, too."""
    left_out: set[int] = set()
    for repeated, kept in [*_by_foreign_key(columns), *_by_condition(columns, conditions)]:
        if only_synonyms and repeated.name != kept.name:
            continue
        if id(kept) not in left_out:
            left_out.add(id(repeated))
    return [column for column in columns if id(column) not in left_out]


def _by_foreign_key(columns: Sequence[Expr]) -> Iterator[tuple[Expr, Expr]]:
    """(referring, referred) for every foreign key between two of the columns."""
    for column in columns:
        for key in getattr(_plain(column), "foreign_keys", ()):
            try:
                target = key.column
            except NoReferenceError:
                continue
            for other in columns:
                if other is not column and other.origin is target:
                    yield column, other


def _by_condition(
    columns: Sequence[Expr], conditions: Iterable[Expr]
) -> Iterator[tuple[Expr, Expr]]:
    """(second, first) for every ``first = second`` that holds."""
    places = {id(_plain(column)): place for place, column in enumerate(columns)}
    for condition in conditions:
        for part in _conjuncts(condition):
            if isinstance(part, BinaryExpression) and part.operator is EQ:
                found = [places.get(id(_plain(side))) for side in (part.left, part.right)]
                if None not in found:
                    first, second = sorted(place for place in found if place is not None)
                    if first != second:
                        yield columns[second], columns[first]


def _conjuncts(condition: Expr) -> Iterator[Expr]:
    if isinstance(condition, BooleanClauseList) and condition.operator is AND_:
        for clause in condition.clauses:
            yield from _conjuncts(clause)
    else:
        yield condition


def _plain(column: Expr) -> Expr:
    return column.column if isinstance(column, EntityColumn) else column
