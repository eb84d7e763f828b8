"""String and its relatives, and Enum as a string."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.sqltypes.entry import (
    NONE_TYPE,
    ONLY_NONE,
    BindError,
    EntryLookup,
    TypeEntry,
    ddl_name,
    expected,
    or_null,
    quoted,
    with_arguments,
)
from accord.sqltypes.text import String, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.sqltypes.enumeration import Enum


def to_str(value: Any) -> str:
    """A str, also from a subclass such as StrEnum; nothing is turned into a string silently."""
    if isinstance(value, str):
        return str.__str__(value)
    raise expected("str", value)


def text_literal(value: Any) -> str:
    return quoted(to_str(value))


def collated(ddl: str, type_: String) -> str:
    return ddl if type_.collation is None else f'{ddl} COLLATE "{type_.collation}"'


def string(type_: String, table: EntryLookup) -> TypeEntry:
    name = ddl_name(type_, "TEXT" if isinstance(type_, Text) else "VARCHAR")
    return TypeEntry(
        ddl=collated(with_arguments(name, type_.length), type_),
        native=frozenset({str, NONE_TYPE}),
        bind=to_str,
        result=None,
        literal=or_null(text_literal),
    )


def enum_bind(type_: Enum) -> Callable[[Any], str]:
    """Members and valid names → the stored string."""

    def bind(value: Any) -> str:
        try:
            return type_.name_of(value)
        except LookupError as error:
            raise BindError(str(error)) from None

    return bind


def enum(type_: Enum, table: EntryLookup) -> TypeEntry:
    bind = enum_bind(type_)
    return TypeEntry(
        ddl=f"VARCHAR({type_.length})",
        native=ONLY_NONE,
        bind=bind,
        result=type_.member_of,
        literal=or_null(lambda value: quoted(bind(value))),
    )
