"""How the tables of a relationship are joined, and which columns follow which.

In: the two tables, a secondary table if there is one, and what the user said about the join
(`JoinArguments`). Out: a `JoinCondition`: direction, ON clauses, and the column pairs that flush
copies along. Without a given condition the foreign keys decide; with one, each side of each
comparison is judged on its own, because in a self-referential condition the same column can stand
for both ends. `foreign()` and `remote()` say so explicitly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import exc
from accord.records import dataclass
from accord.schema import Column, Table
from accord.sql.expressions import BinaryExpression, BooleanClauseList
from accord.sql.joins import foreign_keys_between
from accord.sql.nodes import ClauseElement, ColumnElement
from accord.sql.operators import AND_
from accord.sql.predicates import joined

from .adapting import rewritten
from .marks import all_marked, equalities, marks_in, remarked, unwrapped, with_mark, without_marks
from .relationships import MANYTOMANY, MANYTOONE, ONETOMANY, Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from accord.sql.selectable import FromClause

Expression = ColumnElement[Any]
Pair = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class JoinArguments:
    """Everything that decides a join; `name` is the relationship in messages."""

    name: str
    parent: FromClause
    target: FromClause
    secondary: Table | None = None
    primaryjoin: Expression | None = None
    secondaryjoin: Expression | None = None
    foreign_keys: frozenset[Column[Any]] = frozenset()
    remote_side: frozenset[Column[Any]] = frozenset()
    viewonly: bool = False

    @property
    def self_referential(self) -> bool:
        """Whether both ends are the same table."""
        return self.parent is self.target


@dataclass(frozen=True, slots=True)
class JoinCondition:
    """The result: see `RelationshipProperty` for the pairs. `marked_primaryjoin` keeps which side
    is remote.
    """

    direction: Direction
    primaryjoin: Expression
    secondaryjoin: Expression | None
    marked_primaryjoin: Expression
    marked_secondaryjoin: Expression | None
    pairs: tuple[Pair, ...]
    secondary_pairs: tuple[Pair, ...]
    remote_side: frozenset[Any]
    local_columns: frozenset[Any]
    #: Whether the conditions say nothing but the equality of the pairs.
    is_simple: bool


def join_condition(given: JoinArguments) -> JoinCondition:
    """Return how the tables are joined; raises an error that names the relationship and what to
    write.
    """
    if given.secondary is not None:
        return _through_secondary(given, given.secondary)
    expression = given.primaryjoin
    if expression is None:
        expression = _on_foreign_keys(given, given.parent, given.target)
    primaryjoin = _mark_remote(_mark_foreign(expression, given), given)
    direction = _direction(primaryjoin, given)
    pairs = _pairs(primaryjoin)
    _require_pairs(pairs, "primaryjoin", given)
    remote_side, local = _sides(primaryjoin, given.parent)
    return JoinCondition(
        direction=direction,
        primaryjoin=without_marks(primaryjoin),
        secondaryjoin=None,
        marked_primaryjoin=primaryjoin,
        marked_secondaryjoin=None,
        pairs=pairs,
        secondary_pairs=(),
        remote_side=remote_side,
        local_columns=local,
        is_simple=_is_simple(primaryjoin, pairs),
    )


def _through_secondary(given: JoinArguments, secondary: Table) -> JoinCondition:
    primary = given.primaryjoin
    if primary is None:
        primary = _on_foreign_keys(given, given.parent, secondary)
    second = given.secondaryjoin
    if second is None:
        second = _on_foreign_keys(given, given.target, secondary)
    primaryjoin = _mark_secondary(_mark_foreign(primary, given), secondary)
    secondaryjoin = _mark_secondary(_mark_foreign(second, given), secondary)
    pairs, secondary_pairs = _pairs(primaryjoin), _pairs(secondaryjoin)
    _require_pairs(pairs, "primaryjoin", given)
    _require_pairs(secondary_pairs, "secondaryjoin", given)
    remote_side, local = _sides(primaryjoin, given.parent)
    far_side, _ = _sides(secondaryjoin, given.parent)
    simple = _is_simple(primaryjoin, pairs) and _is_simple(secondaryjoin, secondary_pairs)
    return JoinCondition(
        direction=MANYTOMANY,
        primaryjoin=without_marks(primaryjoin),
        secondaryjoin=without_marks(secondaryjoin),
        marked_primaryjoin=primaryjoin,
        marked_secondaryjoin=secondaryjoin,
        pairs=pairs,
        secondary_pairs=secondary_pairs,
        remote_side=remote_side | far_side,
        local_columns=local,
        is_simple=simple,
    )


# --- from the foreign keys ------------------------------------------------------------------------


def _on_foreign_keys(given: JoinArguments, left: FromClause, right: FromClause) -> Expression:
    found = key_paths(left, right)
    if given.foreign_keys:
        narrowed = [path for path in found if given.foreign_keys.issuperset(fk for fk, _ in path)]
        found = narrowed or found
    if len(found) > 1:
        choices = "; ".join(_show_columns(fk for fk, _ in path) for path in found)
        raise exc.AmbiguousForeignKeysError(
            f"{given.name}: {_show(left)} and {_show(right)} are connected by several foreign keys "
            f"({choices}); name the columns of one in {_advice(given, 'foreign_keys=[...]')}"
        )
    if not found:
        raise exc.NoForeignKeysError(
            f"{given.name}: no foreign key connects {_show(left)} and {_show(right)}. Write "
            "ForeignKey(...) on the column that refers to the other table, or give the condition "
            f"with {_advice(given, 'primaryjoin=...')}"
        )
    return joined(AND_, [referred == fk for fk, referred in found[0]])


def _advice(given: JoinArguments, argument: str) -> str:
    return (
        f"relationship({argument})"
        if given.secondary is None
        else (
            f"relationship({argument}) (primaryjoin= joins to the secondary table, "
            "secondaryjoin= from it to the target)"
        )
    )


def key_paths(left: FromClause, right: FromClause) -> list[list[Pair]]:
    """Return the foreign keys between two FROM elements, each as its (referring, referred) column
    pairs.
    """
    paths: list[list[Pair]] = []
    for pairs in foreign_keys_between(left, right):
        path = list(dict.fromkeys((referring, referred) for referred, referring in pairs))
        if path not in paths:
            paths.append(path)
    return paths


# --- marking each side ----------------------------------------------------------------------------


def _mark_foreign(expression: Expression, given: JoinArguments) -> Expression:
    """Return the condition with every column marked, those that refer as foreign."""
    if any(mark.foreign for mark in marks_in(expression)):
        return all_marked(expression)
    if given.foreign_keys:
        return all_marked(expression, foreign=given.foreign_keys)
    secondary = given.secondary

    def refers(column: Any, other: Any) -> bool:
        if not isinstance(column, Column) or not isinstance(other, Column):
            return False
        if _references(column, other):
            return True
        if _references(other, column) or secondary is None:
            return False
        return column.table is secondary and other.table is not secondary

    def mark(part: ClauseElement) -> ClauseElement | None:
        if not isinstance(part, BinaryExpression):
            return None
        left, right = unwrapped(part.left), unwrapped(part.right)
        if not isinstance(left, Column) or not isinstance(right, Column):
            return None
        left_refers = refers(left, right)
        near = with_mark(part.left, foreign=left_refers)
        far = with_mark(part.right, foreign=not left_refers and refers(right, left))
        return BinaryExpression(near, part.operator, far, part.type, part.modifiers)

    return all_marked(rewritten(expression, mark))


def _mark_remote(expression: Expression, given: JoinArguments) -> Expression:
    """Return the condition with the columns of the far side marked as remote."""
    if any(mark.remote for mark in marks_in(expression)):
        return expression
    if given.remote_side:
        return remarked(expression, lambda mark: mark.column in given.remote_side)
    if given.self_referential:
        # Without a word about it, the row that refers is the far one: a collection of children.
        return remarked(expression, lambda mark: mark.foreign)
    return remarked(
        expression,
        lambda mark: (
            _is_column_of(mark.column, given.target)
            and not _is_column_of(mark.column, given.parent)
        ),
    )


def _mark_secondary(expression: Expression, secondary: Table) -> Expression:
    return remarked(expression, lambda mark: _is_column_of(mark.column, secondary))


# --- what follows from the marks ------------------------------------------------------------------


def _direction(expression: Expression, given: JoinArguments) -> Direction:
    referring = [mark for mark in marks_in(expression) if mark.foreign]
    if not referring:
        raise exc.ArgumentError(
            f"{given.name}: no column of the condition refers to another one by a foreign key. "
            "Write ForeignKey(...) on the column that refers, name it in foreign_keys=, or mark "
            "it: foreign(A.b_id) == B.id"
        )
    if given.self_referential:
        far = any(mark.remote for mark in referring)
        near = any(not mark.remote for mark in referring)
    else:
        far = any(_is_column_of(mark.column, given.target) for mark in referring)
        near = any(_is_column_of(mark.column, given.parent) for mark in referring)
    if far and near:
        # A composite key that overlaps itself counts by the columns that are not equated with
        # themselves.
        crossing = [
            left for left, right in equalities(expression) if left.column is not right.column
        ]
        crossing += [
            right for left, right in equalities(expression) if left.column is not right.column
        ]
        far = any(mark.foreign and mark.remote for mark in crossing)
        near = any(mark.foreign and not mark.remote for mark in crossing)
    if far and not near:
        return ONETOMANY
    if near and not far:
        return MANYTOONE
    raise exc.ArgumentError(
        f"{given.name}: cannot tell which side refers to the other, the columns that refer are "
        f"{'on both sides' if far else 'in neither table'} "
        f"({_show_columns(m.column for m in referring)}). Name those of one side in foreign_keys="
    )


def _pairs(expression: Expression) -> tuple[Pair, ...]:
    """(near column, far column) of every equality in which one side refers to the other."""
    found: list[Pair] = []
    for left, right in equalities(expression):
        if left.remote != right.remote and (left.foreign or right.foreign):
            near, far = (right, left) if left.remote else (left, right)
            found.append((near.column, far.column))
    return tuple(found)


def _require_pairs(pairs: Sequence[Pair], what: str, given: JoinArguments) -> None:
    if not pairs and not given.viewonly:
        raise exc.ArgumentError(
            f"{given.name}: its {what} equates no column that refers with the one it refers to, "
            "so nothing can be written along it. Compare the columns with ==, mark which side is "
            "which with foreign() and remote(), or write viewonly=True"
        )


def _sides(expression: Expression, parent: FromClause) -> tuple[frozenset[Any], frozenset[Any]]:
    marks = marks_in(expression)
    far = frozenset(mark.column for mark in marks if mark.remote)
    near = frozenset(
        mark.column for mark in marks if not mark.remote and _is_column_of(mark.column, parent)
    )
    return far, near


def _is_simple(expression: Expression, pairs: Sequence[Pair]) -> bool:
    if isinstance(expression, BooleanClauseList):
        return expression.operator is AND_ and len(expression.clauses) == len(pairs)
    return len(pairs) == 1


def _references(column: Column[Any], other: Column[Any]) -> bool:
    return any(key.try_column() is other for key in column.foreign_keys)


def _is_column_of(column: Any, table: FromClause) -> bool:
    return table.c.contains_column(column)


def _show(table: FromClause) -> str:
    return (
        f"table {table.name!r}"
        if isinstance(table, Table)
        else f"{type(table).__name__.lower()} {table.name!r}"
    )


def _show_columns(columns: Iterable[Any]) -> str:
    return ", ".join(f"{getattr(column.table, 'name', '?')}.{column.name}" for column in columns)


__all__ = ["JoinArguments", "JoinCondition", "join_condition", "key_paths"]
