"""Truth values: Boolean and BOOLEAN."""

from __future__ import annotations

from importlib import import_module
from typing import Any, ClassVar

from accord.sqltypes.base import TypeEngine, generic, literal_type


class SchemaType:
    """What Boolean and Enum have in common: they may bring something to the schema, a CHECK
    constraint or a type of its own."""

    create_constraint: bool = False
    name: str | None = None

    def create(self, bind: Any, checkfirst: bool = False) -> None:
        """Make the type where the database has it by itself (an enum of PostgreSQL); elsewhere
        there is nothing to be made.

        Args:
            bind: an engine, or a connection.
            checkfirst: whether it may be there already.
        """
        _alone().create_type(self, bind, checkfirst)

    def drop(self, bind: Any, checkfirst: bool = False) -> None:
        """Drop what `create` makes.

        Args:
            bind: an engine, or a connection.
            checkfirst: whether it may be missing; then it also stays if something uses it.
        """
        _alone().drop_type(self, bind, checkfirst)


def _alone() -> Any:
    # Tables stand above types in the layers, and few programs make types by themselves.
    return import_module("accord.schema.typesalone")


class Boolean(SchemaType, TypeEngine[bool]):
    """True or False; 0 and 1 are understood, nothing else is.

    ``create_constraint=True`` adds a CHECK constraint (`name`) on backends without a boolean type.
    """

    affinity = "boolean"
    key_fields: ClassVar[tuple[str, ...]] = ("create_constraint", "name")
    own_types = frozenset({bool})
    def __init__(self, create_constraint: bool = False, name: str | None = None) -> None:
        self.create_constraint = create_constraint
        self.name = name

    @property
    def python_type(self) -> type[bool]:
        return bool


class BOOLEAN(Boolean):
    """SQL BOOLEAN."""

    sql_name = "BOOLEAN"


class MatchType(Boolean):
    """What `match()` answers."""


BOOLEANTYPE = Boolean()
literal_type(bool, BOOLEANTYPE)
generic(Boolean)
