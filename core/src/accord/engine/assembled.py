"""Results that no statement stands behind: of an iterator, of chunks, of other results, kept.

In: the names of the columns and rows from anywhere (a cache, a listener, shards). Out: a `Result`
like any other. Loaded when the first one is made.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, NamedTuple

from accord.engine.result import Result
from accord.engine.row import TP, Columns, shape_of
from accord.exc import ArgumentError, InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


class NamedItem(NamedTuple):
    """One column of a result that was put together, and the objects rows can be asked by for it."""

    name: str
    targets: tuple[Any, ...]


class SimpleResultMetaData:
    """The columns of a result: their names, and with `extra` for each a tuple of objects (columns,
    classes) that rows can be asked by.
    """

    def __init__(self, keys: Sequence[str], extra: Sequence[tuple[Any, ...]] | None = None) -> None:
        if extra is not None and len(extra) != len(keys):
            raise ArgumentError(
                f"SimpleResultMetaData has {len(keys)} names, so extra= needs as many tuples, not "
                f"{len(extra)}"
            )
        self.keys: list[str] = list(keys)
        self.columns: Columns = (
            tuple(keys)
            if extra is None
            else tuple([NamedItem(k, tuple(e)) for k, e in zip(keys, extra, strict=True)])
        )


class IteratorResult(Result[TP]):
    """The rows of an iterator: ``IteratorResult(SimpleResultMetaData(["id", "name"]), rows)``.

    With `_source_supports_scalars` it yields the bare values of one column.
    """

    __slots__ = ()

    def __init__(
        self,
        cursor_metadata: SimpleResultMetaData,
        iterator: Iterable[Any],
        raw: Any = None,
        _source_supports_scalars: bool = False,
    ) -> None:
        super().__init__(cursor_metadata.columns, iterator, scalar=_source_supports_scalars)


class ChunkedIteratorResult(IteratorResult[TP]):
    """Rows of a function that is asked for them: ``chunks(size)`` gives an iterator of lists of
    rows, `size` being what `yield_per()` said, or None.
    """

    __slots__ = ("chunks",)

    def __init__(
        self,
        cursor_metadata: SimpleResultMetaData,
        chunks: Callable[[int | None], Iterator[Sequence[Any]]],
        source_supports_scalars: bool = False,
        raw: Any = None,
        dynamic_yield_per: bool = False,
    ) -> None:
        self.chunks = chunks
        rows = chain.from_iterable(chunks(None))
        super().__init__(cursor_metadata, rows, raw, source_supports_scalars)

    def _set_chunk(self, size: int) -> None:
        self._raw = chain.from_iterable(self.chunks(size))
        self._out = None


class MergedResult(IteratorResult[TP]):
    """The rows of several results of the same columns, one result after the other."""

    __slots__ = ("_results",)

    def __init__(
        self, cursor_metadata: SimpleResultMetaData, results: Sequence[Result[Any]]
    ) -> None:
        width = len(cursor_metadata.keys)
        if any(len(result.shape.names) != width for result in results):
            raise InvalidRequestError("Results can be merged only if they have the same columns")
        rows = chain.from_iterable(result._tuples() for result in results)
        super().__init__(cursor_metadata, rows)
        self._results = results

    def close(self) -> None:
        """Close all of them."""
        super().close()
        for result in self._results:
            result.close()


def merged(results: Sequence[Result[Any]]) -> MergedResult[Any]:
    """What `Result.merge` gives: the columns, entities included, are those of the first."""
    first = results[0]
    made: MergedResult[Any] = MergedResult(SimpleResultMetaData(first.shape.names), results)
    made._columns, made.entities = first._columns, first.entities
    return made


def null_result() -> IteratorResult[Any]:
    """A result without columns and rows."""
    return IteratorResult(SimpleResultMetaData([]), ())


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
