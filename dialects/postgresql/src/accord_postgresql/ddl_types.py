"""Enum types in DDL: CREATE TYPE before the tables that use one, DROP TYPE after them.

Both are written so that a type that exists (or is still in use) is no error: PostgreSQL has no
CREATE TYPE IF NOT EXISTS. In: tables, or one ENUM. Out: DDL elements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.schema import DDLElement
from accord.sqltypes import ARRAY, Enum, TypeDecorator, TypeEngine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from accord.schema import Table


class CreateEnumType(DDLElement):
    """CREATE TYPE … AS ENUM."""

    visit_name = "create_enum_type"

    def __init__(self, element: Enum, *, if_not_exists: bool = True) -> None:
        super().__init__(element)
        self.if_not_exists = if_not_exists


class DropEnumType(DDLElement):
    """DROP TYPE."""

    visit_name = "drop_enum_type"

    def __init__(self, element: Enum, *, if_exists: bool = True) -> None:
        super().__init__(element)
        self.if_exists = if_exists


class AddEnumValue(DDLElement):
    """ALTER TYPE … ADD VALUE: a label after another one, or before the `first`."""

    visit_name = "add_enum_value"
    element: Enum

    def __init__(self, element: Enum, label: str, after: str | None, *, first: str) -> None:
        super().__init__(element)
        self.label = label
        self.after = after
        self.first = first


def enum_types(tables: Iterable[Table], *, own: bool = True) -> list[Enum]:
    """The native enum types of the tables' columns, each once."""
    found: dict[tuple[str | None, str], Enum] = {}
    for table in tables:
        for column in table.c:
            for type_ in _enums_in(column.type):
                if type_.name is not None and getattr(type_, "create_type", True):
                    found.setdefault((type_.schema, type_.name), type_)
    return list(found.values())


def _enums_in(type_: TypeEngine[Any]) -> Iterator[Enum]:
    type_ = type_.variants.get("postgresql", type_)
    if isinstance(type_, TypeDecorator):
        yield from _enums_in(type_.impl_instance)
    elif isinstance(type_, ARRAY):
        yield from _enums_in(type_.item_type)
    elif isinstance(type_, Enum) and type_.native_enum:
        yield type_


def create_enum(type_: Enum, bind: Any, *, checkfirst: bool) -> None:
    """CREATE TYPE on an engine or connection."""
    _execute(CreateEnumType(type_, if_not_exists=checkfirst), bind)


def drop_enum(type_: Enum, bind: Any, *, checkfirst: bool) -> None:
    """DROP TYPE on an engine or connection."""
    _execute(DropEnumType(type_, if_exists=checkfirst), bind)


def _execute(element: DDLElement, bind: Any) -> None:
    if hasattr(bind, "connect"):
        with bind.begin() as connection:
            connection.execute(element)
    else:
        bind.execute(element)
