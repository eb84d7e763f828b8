"""upsert(): insert a row, or update the one that is there, in one spelling for every database.

    upsert(users, index_elements=["email"]).values(email="a@b.c", name="Ann")

In: a table or a mapped class, the columns that say which row is meant, what changes then. Out: an
INSERT whose rule each dialect writes its own way: ON CONFLICT, ON DUPLICATE KEY UPDATE or MERGE. A
database that cannot keep the promise refuses before anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar, cast

from accord.dialect.on_conflict import OnConflict, excluded_row
from accord.exc import ArgumentError, CompileError
from accord.schema import Table, UniqueConstraint
from accord.sql import coercion
from accord.sql.assigning import assigned_column, assignments
from accord.sql.collection import ColumnCollection
from accord.sql.dml import Insert
from accord.sql.expressions import UnaryExpression
from accord.sql.nodes import ClauseElement, ColumnElement
from accord.sql.selectable import ColumnClause

if TYPE_CHECKING:
    from accord.dialect.steps import Expression
    from accord.sql.nodes import Entity
    from accord.sql.selectable import FromClause

Row = TypeVar("Row")
Columns = ColumnCollection[ColumnElement[object]]
Update = (
    Iterable[object] | Mapping[object, object] | Callable[[Columns], Mapping[object, object]] | None
)


class UpsertRule(ClauseElement):
    """Which row is meant, and what changes if it is there. `pairs` is None where every column that
    the INSERT gives a value changes to it; that is decided when the INSERT is rendered. `table` is
    None where nobody is to ask whether the columns of the rule are unique.
    """

    __slots__ = ("columns", "condition", "incoming", "table", "targets", "values")

    visit_name = "upsert_rule"

    def __init__(
        self,
        incoming: FromClause,
        targets: tuple[Expression, ...],
        pairs: tuple[tuple[Expression, Expression], ...] | None,
        condition: Expression | None,
        table: FromClause | None,
    ) -> None:
        self.incoming = incoming
        self.condition = condition
        self.table = table
        self.targets = targets
        self.columns = None if pairs is None else tuple([column for column, _ in pairs])
        self.values = () if pairs is None else tuple([value for _, value in pairs])
        self._compose()

    def children(self) -> Iterable[ClauseElement]:
        """In the order they are written."""
        between = () if self.condition is None else (self.condition,)
        return (*self.targets, *between, *self.values)

    def shape(self) -> tuple[Hashable, ...]:
        """What decides the text besides the children."""
        columns = self.columns
        return (
            len(self.targets),
            None if columns is None else tuple([column.cache_key for column in columns]),
            self.condition is not None,
            self.table is not None,
            *[repr(bind.effective_value) for bind in getattr(self.condition, "binds", ())],
        )

    def refuse_unknown(self, dialect: str, *, deferrable: bool = True) -> None:
        """Refuse columns that nothing in the metadata makes unique; a table that says nothing about
        its keys is believed. `deferrable`: whether a deferrable constraint will do.
        """
        if self.table is None or (keys := unique_keys(self.table, dialect, deferrable)) is None:
            return
        meant = frozenset([str(column.name) for column in self.targets])
        partial = [index for index in keys if index.columns == meant]
        if any(self.condition is not None or not key.partial for key in partial):
            return
        name, listed = getattr(self.table, "name", ""), _listed(meant)
        if partial:
            raise CompileError(
                f"upsert() on {dialect}: the unique index on {listed} of {name} is a partial one; "
                "say which part is meant: index_where= with the condition of the index"
            )
        known = "; ".join(sorted(_listed(key.columns) for key in keys)) or "none"
        raise CompileError(
            f"upsert() on {dialect}: index_elements={listed} are not the columns of the primary "
            f"key, of a unique constraint or of a unique index of {name} (it has: {known}). Name "
            "the columns of one of these; declare what the database has: UniqueConstraint(...) or "
            "Index(..., unique=True); or say verify=False if the metadata is not to know"
        )

    def resolved(self, inserted: Sequence[Expression]) -> OnConflict:
        """The rule in the words of ON CONFLICT, for an INSERT of these columns."""
        pairs: list[tuple[Expression, Expression]] = []
        if self.columns is not None:
            pairs = list(zip(self.columns, self.values, strict=True))
        else:
            keys = {target.cache_key for target in self.targets}
            incoming = self.incoming.c
            pairs = [
                (column, cast("Expression", incoming[str(column.key)]))
                for column in inserted
                if column.cache_key not in keys and not getattr(column, "primary_key", False)
            ]
        return OnConflict(self.targets, self.condition, None, tuple(pairs) or None, None)


class UniqueKey(NamedTuple):
    """The names of columns that are unique together, and whether only in a part of the table."""

    columns: frozenset[str]
    partial: bool


def unique_keys(table: object, dialect: str, deferrable: bool = True) -> list[UniqueKey] | None:
    """What the metadata says is unique in `table`, as far as it is columns; None where `table` is
    not one that knows its keys.

    `deferrable`: deferrable constraints are among them.
    """
    if not isinstance(table, Table):
        return None
    constraints = [item for item in table.constraints if isinstance(item, UniqueConstraint)]
    found = [
        UniqueKey(frozenset([str(column.name) for column in item.columns]), False)
        for item in (table.primary_key, *constraints)
        if deferrable or not item.deferrable
    ]
    for index in table.indexes:
        if index.unique:
            columns = [_indexed(expression) for expression in index.expressions]
            if all(isinstance(column, ColumnClause) for column in columns):
                names = frozenset([str(column.name) for column in columns])
                where = index.dialect_options.get(dialect, {}).get("where")
                found.append(UniqueKey(names, where is not None))
    return [key for key in found if key.columns]


def _indexed(expression: object) -> Expression:
    """What an index is over, whichever way it is sorted."""
    while isinstance(expression, UnaryExpression) and expression.postfix:
        expression = expression.element
    return cast("Expression", expression)


def _listed(names: Iterable[str]) -> str:
    return str(sorted(names))


class UpsertStatement(Insert[Row], Generic[Row]):
    """What `upsert()` makes: an INSERT with all that an INSERT has."""

    __slots__ = ()


def upsert(
    table: object,
    *,
    index_elements: Iterable[object] | str | None = None,
    update: Update = None,
    index_where: object = None,
    verify: bool = True,
) -> UpsertStatement[object]:
    """An INSERT that updates the row that is there already.

    `index_elements` are the columns of the primary key, of a unique constraint or of a unique index
    that say which row is meant; the primary key where nothing is said. `index_where` is the
    condition of the index, where it is a partial one. Columns that nothing in the metadata makes
    unique are refused (CompileError) before anything is sent; ``verify=False`` is for an index that
    only the database knows. `update` says what changes in a row that is
    there: nothing said: every column that the INSERT gives a value, but for the key; a list of
    columns: those, to what the INSERT gives them; an empty list: nothing; a mapping: to these
    values or expressions; a function: it is called with the columns of the incoming row and
    returns the mapping:

        upsert(hits, index_elements=["page"], update=lambda new: {"n": hits.c.n + new.n})
    """
    statement: UpsertStatement[object] = UpsertStatement(table)
    target = statement.target
    incoming = excluded_row(statement.table)
    if isinstance(index_elements, str):
        index_elements = (index_elements,)
    keys = index_elements
    if keys is None:
        keys = tuple(getattr(statement.table, "primary_key", ()))
    targets = tuple([cast("Expression", assigned_column(target, key)) for key in keys])
    if not targets:
        raise ArgumentError(
            "upsert() has to know which row is meant: give it index_elements=[...], the columns of "
            "a unique constraint"
        )
    pairs = _changes(target, incoming, update)
    condition = None if index_where is None else coercion.condition(index_where)
    table = statement.table if verify else None
    return statement._then("post_values", UpsertRule(incoming, targets, pairs, condition, table))


def _changes(
    target: Entity | FromClause, incoming: FromClause, update: Update
) -> tuple[tuple[Expression, Expression], ...] | None:
    if update is None:
        return None
    if callable(update):
        update = update(cast("Columns", incoming.c))
    if isinstance(update, Mapping):
        return assignments(target, update.items())
    if isinstance(update, str):
        raise ArgumentError('update= of upsert() takes a list of columns: update=["name"]')
    columns = [assigned_column(target, column) for column in update]
    return tuple([(column, incoming.c[str(column.key)]) for column in columns])
