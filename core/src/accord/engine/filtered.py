"""Views of a result that take its rows another way: as values, as mappings, as tuples.

In: a `Result`. Out: the fetch methods of `Rows` over its one position, so that a result and its
views can be read in turns.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar

from accord.engine.fetch import Rows
from accord.engine.row import TP, ResultKeys, RowMapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from accord.engine.result import Result

R = TypeVar("R")

_NO_ROWS: Final[Iterator[Any]] = iter(())


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
            if result._source is None:
                result._closed = True  # what `close` does then
                result._raw = _NO_ROWS
            else:
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
