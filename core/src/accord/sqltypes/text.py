"""Character strings: String, Text, Unicode and their upper-case SQL names."""

from __future__ import annotations

from typing import ClassVar

from accord.exc import ArgumentError
from accord.sqltypes.base import Concatenable, TypeEngine, generic, literal_type


class String(Concatenable, TypeEngine[str]):
    """A string of varying length."""

    affinity = "string"
    key_fields: ClassVar[tuple[str, ...]] = ("length", "collation")
    own_types = frozenset({str})

    def __init__(self, length: int | None = None, collation: str | None = None) -> None:
        given: object = length
        if given is not None and (not isinstance(given, int) or given < 0):
            raise ArgumentError(
                f"{type(self).__name__}(length) takes a non-negative int, not {given!r}"
            )
        if collation is not None and (not collation.isprintable() or '"' in collation):
            raise ArgumentError(
                "the name of a collation is made of printable characters without double quotes"
            )
        self.length = length
        self.collation = collation

    @property
    def python_type(self) -> type[str]:
        return str


class Text(String):
    """A string of unbounded length."""


class Unicode(String):
    """A string for any script; NVARCHAR where the backend keeps a separate type for that."""


class UnicodeText(Text):
    """A string of unbounded length for any script."""


class VARCHAR(String):
    """SQL VARCHAR."""

    sql_name = "VARCHAR"


class CHAR(String):
    """SQL CHAR."""

    sql_name = "CHAR"


class NVARCHAR(Unicode):
    """SQL NVARCHAR."""

    sql_name = "NVARCHAR"


class NCHAR(Unicode):
    """SQL NCHAR."""

    sql_name = "NCHAR"


class TEXT(Text):
    """TEXT."""

    sql_name = "TEXT"


class CLOB(Text):
    """SQL CLOB."""

    sql_name = "CLOB"


STRINGTYPE = String()
literal_type(str, STRINGTYPE)
generic(String, Text, Unicode, UnicodeText)
