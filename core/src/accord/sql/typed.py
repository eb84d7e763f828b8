"""What type checkers know of a select list: ``select(User.id, User.name)`` has rows of
``tuple[int, str]``.

For type checkers alone; nothing imports it at run time. In: the overloads of every call that takes
a select list. Out: statements that carry the tuple of a row. Up to ten items (eight in RETURNING)
keep their types; more of them, and tables, are `Any`. There is an overload per length, because no
TypeVarTuple says "the value types of these expressions"; they are calls, not methods, so that they
stand together here and not in the classes.
"""

# fmt: off
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar, TypeVarTuple, overload

from .operators import ColumnOperators

if TYPE_CHECKING:
    from .dml import ReturningDelete, ReturningInsert, ReturningUpdate
    from .elements import ScalarSelect
    from .select import CompoundSelect, Select
    from .selectable import FromClause

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Row_co = TypeVar("Row_co", covariant=True)
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
G = TypeVar("G")
H = TypeVar("H")
I = TypeVar("I")  # noqa: E741 - the ninth letter
J = TypeVar("J")

X: TypeAlias = type[T] | ColumnOperators[T]
"""One item: a mapped class (or an alias of one), or an expression."""


class SelectCall(Protocol):
    """`select()`."""

    @overload
    def __call__(self, a: X[A], /) -> Select[tuple[A]]: ...
    @overload
    def __call__(self, a: X[A], b: X[B], /) -> Select[tuple[A, B]]: ...
    @overload
    def __call__(self, a: X[A], b: X[B], c: X[C], /) -> Select[tuple[A, B, C]]: ...
    @overload
    def __call__(self, a: X[A], b: X[B], c: X[C], d: X[D], /) -> Select[tuple[A, B, C, D]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], /
    ) -> Select[tuple[A, B, C, D, E]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], /
    ) -> Select[tuple[A, B, C, D, E, F]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], /
    ) -> Select[tuple[A, B, C, D, E, F, G]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], h: X[H], /
    ) -> Select[tuple[A, B, C, D, E, F, G, H]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], h: X[H], i: X[I], /
    ) -> Select[tuple[A, B, C, D, E, F, G, H, I]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], h: X[H], i: X[I],
        j: X[J], /
    ) -> Select[tuple[A, B, C, D, E, F, G, H, I, J]]: ...
    @overload
    def __call__(self, *entities: Any) -> Select[Any]: ...


class AddColumnsCall(Protocol[Row_co]):
    """`Select.add_columns()`; what was selected before keeps its types."""

    @overload
    def __call__(self: AddColumnsCall[tuple[*Ts]], a: X[A], /) -> Select[tuple[*Ts, A]]: ...
    @overload
    def __call__(
        self: AddColumnsCall[tuple[*Ts]], a: X[A], b: X[B], /
    ) -> Select[tuple[*Ts, A, B]]: ...
    @overload
    def __call__(
        self: AddColumnsCall[tuple[*Ts]], a: X[A], b: X[B], c: X[C], /
    ) -> Select[tuple[*Ts, A, B, C]]: ...
    @overload
    def __call__(self, *columns: Any) -> Select[Any]: ...


class ScalarSubqueryCall(Protocol[Row_co]):
    """`Select.scalar_subquery()`: the value type of the only column."""

    @overload
    def __call__(self: ScalarSubqueryCall[tuple[A]]) -> ScalarSelect[A]: ...
    @overload
    def __call__(self) -> ScalarSelect[Any]: ...


class CompoundCall(Protocol[T]):
    """`Select.union()` and its like: the rows of the first."""

    def __call__(self, *others: Any) -> CompoundSelect[T]: ...


class OnlyColumnsCall(Protocol):
    """`Select.with_only_columns()`."""

    @overload
    def __call__(self, a: X[A], /, *, maintain_column_froms: bool = ...) -> Select[tuple[A]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], /, *, maintain_column_froms: bool = ...
    ) -> Select[tuple[A, B]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], /, *, maintain_column_froms: bool = ...
    ) -> Select[tuple[A, B, C]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], /, *, maintain_column_froms: bool = ...
    ) -> Select[tuple[A, B, C, D]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], /, *, maintain_column_froms: bool = ...
    ) -> Select[tuple[A, B, C, D, E]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], /, *,
        maintain_column_froms: bool = ...
    ) -> Select[tuple[A, B, C, D, E, F]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], /, *,
        maintain_column_froms: bool = ...
    ) -> Select[tuple[A, B, C, D, E, F, G]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], h: X[H], /, *,
        maintain_column_froms: bool = ...
    ) -> Select[tuple[A, B, C, D, E, F, G, H]]: ...
    @overload
    def __call__(self, *entities: Any, maintain_column_froms: bool = ...) -> Select[Any]: ...


class InsertReturningCall(Protocol):
    """`Insert.returning()`."""

    @overload
    def __call__(
        self, a: X[A], /, *, sort_by_parameter_order: bool = ...
    ) -> ReturningInsert[tuple[A]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], /, *, sort_by_parameter_order: bool = ...
    ) -> ReturningInsert[tuple[A, B]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], /, *, sort_by_parameter_order: bool = ...
    ) -> ReturningInsert[tuple[A, B, C]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], /, *, sort_by_parameter_order: bool = ...
    ) -> ReturningInsert[tuple[A, B, C, D]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], /, *,
        sort_by_parameter_order: bool = ...
    ) -> ReturningInsert[tuple[A, B, C, D, E]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], /, *,
        sort_by_parameter_order: bool = ...
    ) -> ReturningInsert[tuple[A, B, C, D, E, F]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], /, *,
        sort_by_parameter_order: bool = ...
    ) -> ReturningInsert[tuple[A, B, C, D, E, F, G]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], h: X[H], /, *,
        sort_by_parameter_order: bool = ...
    ) -> ReturningInsert[tuple[A, B, C, D, E, F, G, H]]: ...
    @overload
    def __call__(
        self, *columns: Any, sort_by_parameter_order: bool = ...
    ) -> ReturningInsert[Any]: ...


class UpdateReturningCall(Protocol):
    """`Update.returning()`."""

    @overload
    def __call__(
        self, a: X[A], /, *, sort_by_parameter_order: bool = ...
    ) -> ReturningUpdate[tuple[A]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], /, *, sort_by_parameter_order: bool = ...
    ) -> ReturningUpdate[tuple[A, B]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], /, *, sort_by_parameter_order: bool = ...
    ) -> ReturningUpdate[tuple[A, B, C]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], /, *, sort_by_parameter_order: bool = ...
    ) -> ReturningUpdate[tuple[A, B, C, D]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], /, *,
        sort_by_parameter_order: bool = ...
    ) -> ReturningUpdate[tuple[A, B, C, D, E]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], /, *,
        sort_by_parameter_order: bool = ...
    ) -> ReturningUpdate[tuple[A, B, C, D, E, F]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], /, *,
        sort_by_parameter_order: bool = ...
    ) -> ReturningUpdate[tuple[A, B, C, D, E, F, G]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], h: X[H], /, *,
        sort_by_parameter_order: bool = ...
    ) -> ReturningUpdate[tuple[A, B, C, D, E, F, G, H]]: ...
    @overload
    def __call__(
        self, *columns: Any, sort_by_parameter_order: bool = ...
    ) -> ReturningUpdate[Any]: ...


class DeleteReturningCall(Protocol):
    """`Delete.returning()`."""

    @overload
    def __call__(
        self, a: X[A], /, *, sort_by_parameter_order: bool = ...
    ) -> ReturningDelete[tuple[A]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], /, *, sort_by_parameter_order: bool = ...
    ) -> ReturningDelete[tuple[A, B]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], /, *, sort_by_parameter_order: bool = ...
    ) -> ReturningDelete[tuple[A, B, C]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], /, *, sort_by_parameter_order: bool = ...
    ) -> ReturningDelete[tuple[A, B, C, D]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], /, *,
        sort_by_parameter_order: bool = ...
    ) -> ReturningDelete[tuple[A, B, C, D, E]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], /, *,
        sort_by_parameter_order: bool = ...
    ) -> ReturningDelete[tuple[A, B, C, D, E, F]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], /, *,
        sort_by_parameter_order: bool = ...
    ) -> ReturningDelete[tuple[A, B, C, D, E, F, G]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], h: X[H], /, *,
        sort_by_parameter_order: bool = ...
    ) -> ReturningDelete[tuple[A, B, C, D, E, F, G, H]]: ...
    @overload
    def __call__(
        self, *columns: Any, sort_by_parameter_order: bool = ...
    ) -> ReturningDelete[Any]: ...


if TYPE_CHECKING:

    class FromWithColumns(FromClause, Generic[T]):
        """A table, alias or subquery whose columns a TypedColumns class lists."""

        @property
        def c(self) -> T: ...  # type: ignore[override]  # the columns, more exactly
        @property
        def columns(self) -> T: ...  # type: ignore[override]  # the columns, more exactly
