"""Results: the rows of one execution, taken as rows, scalars, mappings or tuples.

In: column descriptions and an iterable of raw tuples (or of bare values, `scalar=True`). Out: lists
and iterators of rows. Every way of taking rows is a chain of C-level iterators over one shared
position, so nothing is done for a row nobody asked for, and mixing the ways never skips a row.
"""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, Self, TypeVar, overload

from accord.engine.fetch import Rows
from accord.engine.row import TP, Columns, ResultKeys, Row, RowMapping, RowShape, shape_of
from accord.exc import ArgumentError, InvalidRequestError, ResourceClosedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import TracebackType

R = TypeVar("R")
T = TypeVar("T")


_NOT_UNIQUE = (
    "This result contains collections loaded by a join, so that objects appear more than once; "
    "call "
    "unique() on it first: result.unique().scalars().all()"
)


class RowSource(Protocol):
    """Where rows come from when they are not all there yet; closing it frees the cursor."""

    def set_chunk(self, size: int) -> None: ...

    def close(self) -> None: ...


class Result(Rows[Row[TP]], Generic[TP]):
    """The rows of one execution.

    `columns` are names or objects with a `name` (and `targets`). With ``scalar=True`` the `rows`
    are bare values of the one column. `entities` are the positions of columns that hold mapped
    objects (uniqued by identity); `needs_unique` refuses to give rows before `unique()` was called.
    """

    __slots__ = (
        "_closed",
        "_columns",
        "_raw",
        "_scalar",
        "_shape",
        "_source",
        "entities",
        "needs_unique",
    )

    def __init__(
        self,
        columns: Columns,
        rows: Iterable[Any],
        *,
        scalar: bool = False,
        source: RowSource | None = None,
        entities: frozenset[int] = frozenset(),
        needs_unique: str | bool = False,
    ) -> None:
        self._columns = columns
        self._raw: Iterator[Any] = iter(rows)
        self._scalar = scalar
        self._source = source
        self._shape: RowShape | None = None
        self._closed = False
        self._out = None
        self._unique = None
        self._chunk = None
        self.entities = entities
        self.needs_unique = _NOT_UNIQUE if needs_unique is True else needs_unique or None

    # --- what the rows are ----------------------------------------------------------------------

    @property
    def shape(self) -> RowShape:
        """The names and look-ups of the columns."""
        if self._shape is None:
            self._shape = shape_of(self._columns)
        return self._shape

    def keys(self) -> ResultKeys:
        """The names of the columns."""
        self._refuse_without_rows()
        return ResultKeys(self.shape)

    @property
    def closed(self) -> bool:
        """Whether `close()` was called, or a method that takes one row has closed the result."""
        return self._closed

    @property
    def returns_rows(self) -> bool:
        """Whether there is anything to fetch (a SELECT, or a statement with RETURNING)."""
        return True

    def _refuse_without_rows(self) -> None:
        """For results of statements that return nothing."""

    def _raw_rows(self) -> Iterator[Any]:
        if self._closed:
            self._refuse_without_rows()
            raise ResourceClosedError("This result is closed; execute the statement again")
        return self._raw

    def _tuples(self) -> Iterator[tuple[Any, ...]]:
        raw = self._raw_rows()
        return zip(raw) if self._scalar else raw

    def _make(self) -> Iterator[Row[TP]]:
        shape = self._shape or self.shape
        raw = self._raw_rows()
        return map(shape._row_class or shape.row_class, zip(raw) if self._scalar else raw)

    def _unique_key(self) -> Callable[[Any], Any] | None:
        if not self.entities:
            return None
        entities = self.entities
        return lambda row: tuple(
            [id(value) if place in entities else value for place, value in enumerate(row)]
        )

    def _owner(self) -> Result[Any]:
        return self

    def require_unique(self, message: str = _NOT_UNIQUE) -> None:
        """Refuse to give rows before `unique()` was called, with this message."""
        self.needs_unique = message

    # --- other ways to take them ----------------------------------------------------------------

    def columns(self, *col_expressions: Any) -> Self:
        """Only these columns, in this order; names, positions or column objects."""
        positions = [self.shape.position(key) for key in col_expressions]
        if not positions:
            raise ArgumentError("columns() needs at least one column: result.columns('name')")
        picked = [self._columns[position] for position in positions]
        rows = self._tuples()
        if len(positions) == 1:
            self._raw = zip(map(itemgetter(positions[0]), rows))
        else:
            self._raw = map(itemgetter(*positions), rows)
        self.entities = frozenset(new for new, old in enumerate(positions) if old in self.entities)
        self._scalar = False
        self._columns = tuple(picked)
        self._shape = None
        self._out = None
        return self

    @overload
    def scalars(
        self: Result[tuple[T, *tuple[Any, ...]]], index: Literal[0] = ...
    ) -> ScalarResult[T]: ...

    @overload
    def scalars(
        self: Result[tuple[Any, T, *tuple[Any, ...]]], index: Literal[1]
    ) -> ScalarResult[T]: ...

    @overload
    def scalars(self, index: Any = 0) -> ScalarResult[Any]: ...

    def scalars(self, index: Any = 0) -> ScalarResult[Any]:
        """The values of one column (the first one, or the one named) instead of rows.

        >>> session.execute(select(Book.id, Book.title)).scalars("title").all()
        ['Notes', 'Letters']
        """
        self._refuse_without_rows()
        return ScalarResult(self, index)

    def mappings(self) -> MappingResult:
        """Dictionary-like rows instead of tuples."""
        self._refuse_without_rows()
        return MappingResult(self)

    def tuples(self) -> TupleResult[TP]:
        """The rows, typed as the tuples they are."""
        self._refuse_without_rows()
        return TupleResult(self)

    @property
    def t(self) -> TupleResult[TP]:
        """The rows, typed as the tuples they are."""
        return self.tuples()

    def freeze(self) -> FrozenResult[TP]:
        """All rows that are left, kept; calling the frozen result gives a new result each time."""
        return FrozenResult(self)

    def merge(self, *others: Result[Any]) -> Result[TP]:
        """One result with the rows of this one, then those of `others`, which have the same
        columns.
        """
        results = (self, *others)
        if any(len(other.shape.names) != len(self.shape.names) for other in others):
            raise InvalidRequestError("Results can be merged only if they have the same columns")
        rows = chain.from_iterable(result._tuples() for result in results)
        return Result(self._columns, rows, entities=self.entities)

    # --- one value ------------------------------------------------------------------------------

    @overload
    def scalar(self: Result[tuple[T, *tuple[Any, ...]]]) -> T | None: ...

    @overload
    def scalar(self) -> Any: ...

    def scalar(self) -> Any:
        """The first column of the first row, None without a row; closes the result."""
        return self.scalars().first()

    @overload
    def scalar_one(self: Result[tuple[T, *tuple[Any, ...]]]) -> T: ...

    @overload
    def scalar_one(self) -> Any: ...

    def scalar_one(self) -> Any:
        """The first column of the only row; an error if there is no row or more than one."""
        return self.scalars().one()

    @overload
    def scalar_one_or_none(self: Result[tuple[T, *tuple[Any, ...]]]) -> T | None: ...

    @overload
    def scalar_one_or_none(self) -> Any: ...

    def scalar_one_or_none(self) -> Any:
        """The first column of the only row, None without one; an error if there are more."""
        return self.scalars().one_or_none()

    # --- end ------------------------------------------------------------------------------------

    def close(self) -> None:
        """Forget the rows and free the cursor; fetching afterwards is an error."""
        if not self._closed:
            self._closed = True
            self._out = None
            self._raw = iter(())
            if self._source is not None:
                self._source.close()

    def _set_chunk(self, size: int) -> None:
        if self._source is not None:
            self._source.set_chunk(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class FilterResult(Rows[R]):
    """A view of a result that takes its rows another way; closing it closes the result."""

    __slots__ = ("_result",)

    def __init__(self, result: Result[Any]) -> None:
        self._result = result
        self._out = None
        self._unique = result._unique
        self._chunk = result._chunk

    @property
    def needs_unique(self) -> str | None:  # type: ignore[override]  # the result's own
        """Why `unique()` has to be called first, if it has to."""
        return self._result.needs_unique

    @property
    def closed(self) -> bool:
        """Whether the result below is closed."""
        return self._result.closed

    def close(self) -> None:
        """Close the result below."""
        self._result.close()

    def _owner(self) -> Result[Any]:
        return self._result

    def _set_chunk(self, size: int) -> None:
        self._result._set_chunk(size)

    def _raw_rows(self) -> Iterator[Any]:
        return self._result._raw_rows()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._result.close()


class ScalarResult(FilterResult[R]):
    """The values of one column."""

    __slots__ = ("_position",)

    def __init__(self, result: Result[Any], index: Any = 0) -> None:
        self._result = result  # the base's constructor inlined, for most queries end here
        self._out = None
        self._unique = result._unique
        self._chunk = result._chunk
        is_first = type(index) is int and index == 0
        self._position = 0 if is_first else result.shape.position(index)

    def _make(self) -> Iterator[R]:
        raw = self._result._raw_rows()
        return raw if self._result._scalar else map(itemgetter(self._position), raw)

    def first(self) -> R | None:
        """The first item, None if there is none; closes the result."""
        result = self._result
        if (
            result._scalar
            and self._out is None
            and not (result._closed or result.needs_unique or self._unique)
        ):
            # Bare values nobody has touched: the frequent case of a query for one object.
            item: R | None = next(result._raw, None)
            result.close()
            return item
        return super().first()

    def _unique_key(self) -> Callable[[Any], Any] | None:
        return id if self._position in self._result.entities else None


class MappingResult(FilterResult[RowMapping]):
    """Rows as mappings from column name to value."""

    __slots__ = ()

    def keys(self) -> ResultKeys:
        """The names of the columns."""
        return self._result.keys()

    def columns(self, *col_expressions: Any) -> Self:
        """Only these columns, in this order."""
        self._result.columns(*col_expressions)
        self._out = None
        return self

    def _make(self) -> Iterator[RowMapping]:
        return map(RowMapping, self._result._make())

    def _unique_key(self) -> Callable[[Any], Any] | None:
        of_row = self._result._unique_key() or tuple
        return lambda mapping: of_row(mapping._row)


class TupleResult(FilterResult[TP], Generic[TP]):
    """Rows, typed as the tuples they are."""

    __slots__ = ()

    def keys(self) -> ResultKeys:
        """The names of the columns."""
        return self._result.keys()

    def columns(self, *col_expressions: Any) -> Self:
        """Only these columns, in this order."""
        self._result.columns(*col_expressions)
        self._out = None
        return self

    def _make(self) -> Iterator[Any]:
        return self._result._make()

    def _unique_key(self) -> Callable[[Any], Any] | None:
        return self._result._unique_key()

    def scalar(self) -> Any:
        """The first column of the first row, None without a row."""
        return self._result.scalar()

    def scalar_one(self) -> Any:
        """The first column of the only row."""
        return self._result.scalar_one()

    def scalar_one_or_none(self) -> Any:
        """The first column of the only row, None without a row."""
        return self._result.scalar_one_or_none()


class FrozenResult(Generic[TP]):
    """The rows of a result, kept; call it for a new `Result` over them. It can be pickled."""

    def __init__(self, result: Result[TP]) -> None:
        self.entities = result.entities
        self._columns: Columns = result._columns
        self.data: Sequence[tuple[Any, ...]] = [tuple(row) for row in result]

    def __call__(self) -> Result[TP]:
        return Result(self._columns, self.data, entities=self.entities)

    def rewrite_rows(self) -> Sequence[Sequence[Any]]:
        """The rows as plain tuples."""
        return [tuple(row) for row in self.data]

    def with_new_rows(self, tuple_data: Sequence[tuple[Any, ...]]) -> FrozenResult[TP]:
        """The same columns with other rows."""
        new: FrozenResult[TP] = FrozenResult.__new__(FrozenResult)
        new._columns, new.data, new.entities = self._columns, list(tuple_data), self.entities
        return new

    def __getstate__(self) -> dict[str, Any]:
        names = shape_of(self._columns).names
        return {"_columns": names, "data": self.data, "entities": self.entities}
