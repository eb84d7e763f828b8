"""Results: the rows of one execution, taken as rows, scalars, mappings or tuples.

In: column descriptions and an iterable of raw tuples (or of bare values, `scalar=True`). Out: lists
and iterators of rows. Every way of taking rows is a chain of C-level iterators over one shared
position, so nothing is done for a row nobody asked for, and mixing the ways never skips a row.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, Protocol, Self, TypeVar, overload

from accord.engine.fetch import Rows, Unique
from accord.engine.filtered import FilterResult, MappingResult, ScalarResult, TupleResult
from accord.engine.row import (
    TP,
    Columns,
    ResultKeys,
    RMKeyView,
    Row,
    RowMapping,
    RowShape,
    shape_of,
)
from accord.exc import ArgumentError, ResourceClosedError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from types import TracebackType

    from accord.engine.assembled import (
        ChunkedIteratorResult,
        FrozenResult,
        IteratorResult,
        MergedResult,
        SimpleResultMetaData,
        null_result,
    )

T = TypeVar("T")

_new: Final = object.__new__


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
        from accord.engine.assembled import FrozenResult

        return FrozenResult(self)

    def merge(self, *others: Result[Any]) -> MergedResult[TP]:
        """One result with the rows of this one, then those of `others`, which have the same
        columns.
        """
        from accord.engine.assembled import merged

        return merged((self, *others))

    def unique(self, strategy: Callable[[Any], Hashable] | None = None) -> Self:
        """Each row once: by ``strategy(row)``, or by the row itself (objects by identity)."""
        if strategy is None or self._scalar:
            return super().unique(strategy)
        # The strategy speaks of rows, also where scalars() or mappings() are taken of them.
        row_class = self.shape.row_class
        told_apart = Unique(lambda raw: strategy(row_class(raw)))
        self._raw = told_apart.filtered(self._raw_rows(), None)
        self._out = self.needs_unique = None
        return self

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


def scalars_of(
    columns: Columns, values: Iterable[Any], entities: frozenset[int]
) -> ScalarResult[Any]:
    """``Result(columns, values, scalar=True, entities=entities).scalars()``, the constructors
    inlined: most queries of a session end here.
    """
    result: Result[Any] = _new(Result)
    result._columns = columns
    result._raw = iter(values)
    result._scalar = True
    result._source = result._shape = result._out = result._unique = result._chunk = None
    result._closed = False
    result.entities = entities
    result.needs_unique = None
    scalars: ScalarResult[Any] = _new(ScalarResult)
    scalars._result = result
    scalars._out = scalars._unique = scalars._chunk = None
    scalars._position = 0
    return scalars


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from accord.engine import assembled

    return getattr(assembled, name)


__all__ = [
    "ChunkedIteratorResult", "FilterResult", "FrozenResult", "IteratorResult", "MappingResult",
    "MergedResult", "RMKeyView", "Result", "Row", "RowMapping", "RowSource", "ScalarResult",
    "SimpleResultMetaData", "TupleResult", "null_result",
]  # fmt: skip
