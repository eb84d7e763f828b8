"""CursorResult: the result of a statement executed on a connection.

A `Result` that also knows how many rows were matched and which key a new row got. In: a reply and
what was executed. Out: rows, counts, keys; what costs anything is worked out when it is asked for.
"""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

from accord.engine.result import Result
from accord.engine.row import TP, Row, RowShape, shape_of
from accord.exc import InvalidRequestError, ResourceClosedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from accord.engine.inserted import Written
    from accord.engine.result import RowSource

_NO_ROWS = (
    "This statement returns no rows; ask the result for rowcount or inserted_primary_key, or add "
    "returning() to the statement"
)


class CursorResult(Result[TP]):
    """What `Connection.execute` gives back."""

    __slots__ = ("_given_back", "_written", "lastrowid", "returns_rows", "rowcount")

    rowcount: int
    """Rows matched by UPDATE or DELETE, inserted by INSERT; -1 where the driver does not tell."""
    lastrowid: int | None
    """The driver's own `cursor.lastrowid`."""
    returns_rows: bool
    _given_back: Mapping[str, Any]

    def __init__(
        self,
        shape: RowShape,
        rows: Iterable[Any],
        rowcount: int = -1,
        *,
        returns_rows: bool = True,
        lastrowid: int | None = None,
        written: Written | None = None,
        source: RowSource | None = None,
    ) -> None:
        super().__init__(shape.columns, rows, source=source)
        self._shape = shape
        self.rowcount = rowcount
        self.returns_rows = returns_rows
        self.lastrowid = lastrowid
        self._written = written
        self._closed = not returns_rows

    @property
    def out_parameters(self) -> Mapping[str, Any]:
        """The values of the statement's `outparam()`s, by name."""
        found: Mapping[str, Any] = getattr(self, "_given_back", {})
        return found

    @property
    def closed(self) -> bool:
        """Whether rows can no longer be fetched though there may be some."""
        return self._closed and self.returns_rows

    def narrowed(self, rows: Iterable[Any] | None) -> CursorResult[Any]:
        """The same result for whoever asked for the first columns only (None: for no rows), after
        somebody else read the others.
        """
        written, count = self._written, self.rowcount
        if rows is None:
            return CursorResult(shape_of(()), (), count, returns_rows=False, written=written)
        taken = list(rows)
        assert self._shape is not None
        columns = self._shape.columns[: len(taken[0])] if taken else self._shape.columns
        return CursorResult(shape_of(columns), taken, count, written=written)

    def _refuse_without_rows(self) -> None:
        if not self.returns_rows:
            raise ResourceClosedError(_NO_ROWS)

    def _default_size(self) -> int | None:
        return 1

    # --- what was written ------------------------------------------------------------------------

    @property
    def is_insert(self) -> bool:
        """Whether the statement was an INSERT."""
        return self._written is not None and self._written.is_insert

    def _insert(self, asked: str) -> Written:
        written = self._written
        if written is None or not written.is_insert:
            raise InvalidRequestError(f"{asked} is there for insert() statements only")
        if written.has_returning:
            raise InvalidRequestError(
                f"{asked} is not there when the statement has returning(); read the key from the "
                "rows"
            )
        return written

    @property
    def inserted_primary_key(self) -> Row[Any]:
        """The primary key of the row inserted, as a row; None where the database did not tell."""
        written = self._insert("inserted_primary_key")
        if written.many:
            raise InvalidRequestError(
                "inserted_primary_key is the key of one row, and several were inserted; add "
                "returning(table.c.id) to the statement to get them all"
            )
        return written.primary_key(self.lastrowid)

    @property
    def inserted_primary_key_rows(self) -> list[Row[Any]]:
        """The primary keys of all rows inserted, as far as they are known."""
        written = self._insert("inserted_primary_key_rows")
        if not written.many:
            return [written.primary_key(self.lastrowid)]
        return written.primary_keys()

    @property
    def returned_defaults(self) -> Row[Any] | None:
        """Values the database made, fetched because `return_defaults()` asked for them."""
        if self._written is not None and self._written.many:
            raise InvalidRequestError(
                "several rows were written; their values are in returned_defaults_rows"
            )
        rows = self.returned_defaults_rows
        return rows[0] if rows else None

    @property
    def returned_defaults_rows(self) -> list[Row[Any]] | None:
        """The same for every row."""
        return None if self._written is None else self._written.returned_rows()

    def prefetch_cols(self) -> list[Any]:
        """Columns whose Python-side default was made before the statement ran."""
        return self._of_values("prefetch_cols()").prefetched()

    def postfetch_cols(self) -> list[Any]:
        """Columns whose value the database made: select them to know it."""
        return self._of_values("postfetch_cols()").postfetched()

    def _of_values(self, asked: str) -> Written:
        written = self._written
        if written is None or not (written.is_insert or written.is_update):
            raise InvalidRequestError(f"{asked} is there for insert() and update() statements only")
        return written

    def last_inserted_params(self) -> Any:
        """The parameters of the INSERT by name, a list of them for several rows."""
        return self._insert("last_inserted_params()").values()

    def last_updated_params(self) -> Any:
        """The parameters of the UPDATE by name."""
        written = self._written
        if written is None or not written.is_update:
            raise InvalidRequestError("last_updated_params() is there for update() statements only")
        return written.values()

    # --- with others -----------------------------------------------------------------------------

    def splice_horizontally(self, other: CursorResult[Any]) -> CursorResult[Any]:
        """The rows of two results side by side: what one returned, then what the other did."""
        shape = shape_of((*self._columns, *other._columns))
        return CursorResult(shape, _side_by_side(self._tuples(), other._tuples()))

    def splice_vertically(self, other: CursorResult[Any]) -> CursorResult[TP]:
        """The rows of this result, then those of another one with the same columns."""
        if len(self._columns) != len(other._columns):
            raise InvalidRequestError("Results can be joined only if they have the same columns")
        return CursorResult(self.shape, chain(self._tuples(), other._tuples()))

    def supports_sane_rowcount(self) -> bool:
        """Whether `rowcount` counts matched rows."""
        return True

    def supports_sane_multi_rowcount(self) -> bool:
        """Whether `rowcount` of several parameter sets is their sum."""
        return True


def _side_by_side(
    left: Iterator[tuple[Any, ...]], right: Iterator[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    for one, other in zip_longest(left, right):
        if one is None or other is None:
            raise InvalidRequestError(
                "splice_horizontally() needs two results with the same number of rows"
            )
        yield (*one, *other)


def no_result() -> CursorResult[Any]:
    """The result of a statement that returned nothing."""
    return CursorResult(shape_of(()), (), returns_rows=False)
