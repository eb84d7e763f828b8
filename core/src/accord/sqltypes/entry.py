"""How one type travels on one backend: `TypeEntry`, the answer of a `TypeTable`, and its
vocabulary.

A table resolves a type once; the hot paths (binding.py, generated loaders) use the entry alone.
This module knows no particular type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, final

from accord.records import dataclass, replace as copy_with

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from accord.sqltypes.base import TypeEngine

    ColumnBind = Callable[[Sequence[Any], set[type]], Sequence[Any]]


class BindError(ValueError):
    """A value does not fit its type. The message is shown to users, so it never holds the value."""


@final
class SqlNull:
    """The type of SQL_NULL."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "SQL_NULL"


SQL_NULL = SqlNull()
"""In a row to bind: SQL NULL whatever the type makes of None (JSON makes it JSON null)."""


@dataclass(frozen=True, slots=True)
class TypeEntry:
    """How one type travels on one backend.

    `ddl` is its text in a column definition. Values whose exact type is in `native` (NoneType
    included) go to the driver unchanged, all others through `bind`, which raises BindError (or
    TypeError, ValueError) if it cannot. `result` is applied to every fetched value, None included;
    None means unchanged. `literal` renders a value as SQL text. `bind_column` may convert a whole
    column at once: it gets the values and the set of their types and answers with the converted
    values, or the very sequence it was given when nothing had to be converted. `bind_expression`
    and `column_expression` put SQL around a parameter and around a fetched column.
    """

    ddl: str
    native: frozenset[type]
    bind: Callable[[Any], Any]
    result: Callable[[Any], Any] | None
    literal: Callable[[Any], str]
    bind_column: ColumnBind | None = None
    bind_expression: Callable[[Any], Any] | None = None
    column_expression: Callable[[Any], Any] | None = None


def replace(entry: TypeEntry, **changes: Any) -> TypeEntry:
    """The entry with some of it changed, as `dataclasses.replace` does it."""
    return copy_with(entry, **changes)


class EntryLookup(Protocol):
    """What a factory may ask of the table it works for."""

    name: str

    @property
    def dialect(self) -> Any: ...

    @property
    def json(self) -> tuple[Callable[[Any], str] | None, Callable[[str], Any] | None]: ...

    def entry(self, type_: TypeEngine) -> TypeEntry: ...


def expected(what: str, value: object) -> BindError:
    """The usual complaint: names the types, never the value."""
    kind = type(value)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return BindError(f"expected {what}, got {module}{kind.__qualname__}")


def or_null(render: Callable[[Any], str]) -> Callable[[Any], str]:
    """A literal renderer that writes None as NULL."""
    return lambda value: "NULL" if value is None or value is SQL_NULL else render(value)


def quoted(text: str) -> str:
    """A character literal of standard SQL."""
    if "\0" in text:
        raise BindError("a string with a NUL character cannot be written as an SQL literal")
    return "'" + text.replace("'", "''") + "'"


def ddl_name(type_: TypeEngine, generic: str) -> str:
    """The keyword of a type: its own if it is an upper-case SQL type, else the backend's
    `generic`.
    """
    return type_.sql_name or generic


def with_arguments(name: str, *arguments: int | None) -> str:
    """``NUMERIC`` and ``(10, 2)`` put together; trailing Nones are left out."""
    given = [str(argument) for argument in arguments if argument is not None]
    return f"{name}({', '.join(given)})" if given else name


NONE_TYPE = type(None)
ONLY_NONE: frozenset[type] = frozenset({NONE_TYPE})
