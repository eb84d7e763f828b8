"""What type checkers know of `Session`: the options of its methods, and `query()`.

For type checkers alone; nothing imports it at run time. `QueryCall` is to `Session.query` what
`sql/typed.py` is to `select()`: a `Query` of bare objects for one class, of rows for anything else.
"""

# fmt: off
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypedDict, overload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accord.engine import Row
    from accord.sql.operators import ColumnOperators
    from accord.sql.typed import A, B, C, D, E, F, G, H, X

    from .query import Query

    Options: TypeAlias = Mapping[str, Any] | None
    Params: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class ExecuteOptions(TypedDict, total=False):
    """Keywords of `Session.execute`, `scalar` and `scalars`."""

    execution_options: Options
    bind_arguments: Options
    mapper: Any
    clause: Any


class GetOptions(TypedDict, total=False):
    """Keywords of `Session.get` and `get_one`."""

    options: Sequence[Any]
    populate_existing: bool
    with_for_update: Any
    identity_token: Any
    execution_options: Options
    bind_arguments: Options


class QueryCall(Protocol):
    """`Session.query()`; one class alone gives bare objects."""

    @overload
    def __call__(self, a: type[A], /) -> Query[A]: ...
    @overload
    def __call__(self, a: ColumnOperators[A], /) -> Query[Row[tuple[A]]]: ...
    @overload
    def __call__(self, a: X[A], b: X[B], /) -> Query[Row[tuple[A, B]]]: ...
    @overload
    def __call__(self, a: X[A], b: X[B], c: X[C], /) -> Query[Row[tuple[A, B, C]]]: ...
    @overload
    def __call__(self, a: X[A], b: X[B], c: X[C], d: X[D], /) -> Query[Row[tuple[A, B, C, D]]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], /
    ) -> Query[Row[tuple[A, B, C, D, E]]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], /
    ) -> Query[Row[tuple[A, B, C, D, E, F]]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], /
    ) -> Query[Row[tuple[A, B, C, D, E, F, G]]]: ...
    @overload
    def __call__(
        self, a: X[A], b: X[B], c: X[C], d: X[D], e: X[E], f: X[F], g: X[G], h: X[H], /
    ) -> Query[Row[tuple[A, B, C, D, E, F, G, H]]]: ...
    @overload
    def __call__(self, *entities: Any, **options: Any) -> Query[Any]: ...
