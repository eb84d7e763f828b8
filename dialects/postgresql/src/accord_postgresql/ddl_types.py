"""Enum types and domains in DDL: made before the tables that use one, dropped after them.

Both are written so that a type that exists (or is still in use) is no error: PostgreSQL has no
CREATE TYPE IF NOT EXISTS. In: tables, or one ENUM. Out: DDL elements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.schema import DDLElement
from accord.sqltypes import ARRAY, Enum, TypeDecorator, TypeEngine

from .domains import DOMAIN, CreateDomainType, DropDomainType

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


def named_types(tables: Iterable[Table]) -> list[Enum | DOMAIN]:
    """The native enum types and domains of the tables' columns, each once; a domain after the enum
    it is made of.
    """
    found: dict[tuple[str | None, str], Enum | DOMAIN] = {}
    for table in tables:
        for column in table.c:
            for type_ in _named_in(column.type):
                if type_.name is not None and getattr(type_, "create_type", True):
                    found.setdefault((type_.schema, type_.name), type_)
    return list(found.values())


def _named_in(type_: TypeEngine[Any]) -> Iterator[Enum | DOMAIN]:
    type_ = type_.variants.get("postgresql", type_)
    if isinstance(type_, TypeDecorator):
        yield from _named_in(type_.impl_instance)
        if isinstance(type_, DOMAIN):
            yield type_
    elif isinstance(type_, ARRAY):
        yield from _named_in(type_.item_type)
    elif isinstance(type_, Enum) and type_.native_enum:
        yield type_


def create_statement(type_: Enum | DOMAIN) -> DDLElement:
    """What makes the type."""
    return CreateDomainType(type_) if isinstance(type_, DOMAIN) else CreateEnumType(type_)


def drop_statement(type_: Enum | DOMAIN) -> DDLElement:
    """What drops the type."""
    return DropDomainType(type_) if isinstance(type_, DOMAIN) else DropEnumType(type_)


def execute(element: DDLElement, bind: Any) -> None:
    """On an engine (in a transaction of its own) or a connection."""
    if hasattr(bind, "connect"):
        with bind.begin() as connection:
            connection.execute(element)
    else:
        bind.execute(element)
