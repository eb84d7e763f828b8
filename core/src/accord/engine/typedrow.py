"""What type checkers know of ``row[0]``: the first items of a row keep their types.

For type checkers alone; nothing imports it at run time, where the base of `Row` is `tuple`. In: the
tuple that a result carries. Out: its items by position. (Unpacking gives `Any`, `row.t` is typed.)
"""

from __future__ import annotations

from typing import Any, Generic, Literal, SupportsIndex, TypeVar, overload

TP_co = TypeVar("TP_co", bound=tuple[Any, ...], covariant=True)
A = TypeVar("A")


class IndexedRow(tuple[Any, ...], Generic[TP_co]):
    """Base of `Row` for type checkers."""

    @overload  # type: ignore[override]  # narrower than of any tuple
    def __getitem__(self: IndexedRow[tuple[A, *tuple[Any, ...]]], index: Literal[0], /) -> A: ...
    @overload
    def __getitem__(
        self: IndexedRow[tuple[Any, A, *tuple[Any, ...]]], index: Literal[1], /
    ) -> A: ...
    @overload
    def __getitem__(
        self: IndexedRow[tuple[Any, Any, A, *tuple[Any, ...]]], index: Literal[2], /
    ) -> A: ...
    @overload
    def __getitem__(self, index: SupportsIndex, /) -> Any: ...
    @overload
    def __getitem__(self, index: slice, /) -> tuple[Any, ...]: ...
    def __getitem__(self, index: Any, /) -> Any: ...
