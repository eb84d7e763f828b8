"""upsert(): insert a row, or update the one that is there, in one spelling for every database.

    upsert(users, index_elements=["email"]).values(email="a@b.c", name="Ann")

In: a table or a mapped class, the columns that say which row is meant, what changes then. Out: an
INSERT whose rule each dialect writes its own way: ON CONFLICT, ON DUPLICATE KEY UPDATE or MERGE. A
database that cannot keep the promise refuses before anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from accord.dialect.on_conflict import OnConflict, excluded_row
from accord.exc import ArgumentError
from accord.sql.assigning import assigned_column, assignments
from accord.sql.collection import ColumnCollection
from accord.sql.dml import Insert
from accord.sql.nodes import ClauseElement, ColumnElement

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
    the INSERT gives a value changes to it; that is decided when the INSERT is rendered.
    """

    __slots__ = ("columns", "incoming", "targets", "values")

    visit_name = "upsert_rule"

    def __init__(
        self,
        incoming: FromClause,
        targets: tuple[Expression, ...],
        pairs: tuple[tuple[Expression, Expression], ...] | None,
    ) -> None:
        self.incoming = incoming
        self.targets = targets
        self.columns = None if pairs is None else tuple([column for column, _ in pairs])
        self.values = () if pairs is None else tuple([value for _, value in pairs])
        self._compose()

    def children(self) -> Iterable[ClauseElement]:
        """In the order they are written."""
        return (*self.targets, *self.values)

    def shape(self) -> tuple[Hashable, ...]:
        """What decides the text besides the children."""
        columns = self.columns
        return (
            len(self.targets),
            None if columns is None else tuple([column.cache_key for column in columns]),
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
        return OnConflict(self.targets, None, None, tuple(pairs) or None, None)


class UpsertStatement(Insert[Row], Generic[Row]):
    """What `upsert()` makes: an INSERT with all that an INSERT has."""

    __slots__ = ()


def upsert(
    table: object,
    *,
    index_elements: Iterable[object] | str | None = None,
    update: Update = None,
) -> UpsertStatement[object]:
    """An INSERT that updates the row that is there already.

    `index_elements` are the columns of the primary key or of a unique constraint that say which row
    is meant; the primary key where nothing is said. `update` says what changes in a row that is
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
    return statement._then("post_values", UpsertRule(incoming, targets, pairs))


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
