"""What CAST is written with: not the types of columns, but a short list of its own.

In: a type. Out: the word after AS, or None where the database has no such cast and none is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.exc import CompileError
from accord.sqltypes import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Time,
    TypeDecorator,
    TypeEngine,
    Uuid,
)

from .types import BIT, YEAR

if TYPE_CHECKING:
    from typing import Any


def stored(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type below all TypeDecorators."""
    while isinstance(type_, TypeDecorator):
        type_ = type_.impl_instance
    return type_


def mysql_cast(type_: TypeEngine[Any]) -> str | None:
    """The target of CAST on MySQL."""
    type_ = stored(type_)
    if isinstance(type_, YEAR):
        return "YEAR"
    if isinstance(type_, Boolean | Integer | BIT):
        return "UNSIGNED INTEGER" if getattr(type_, "unsigned", False) else "SIGNED INTEGER"
    if isinstance(type_, Numeric):
        return _decimal(type_)
    if isinstance(type_, Float):
        return "DOUBLE"
    if isinstance(type_, Date):
        return "DATE"
    if isinstance(type_, DateTime | Time):
        return _moment(type_)
    return _text_or_bytes(type_)


def _decimal(type_: Any) -> str:
    if type_.precision is None:
        return "DECIMAL(65, 30)" if type_.sql_name is None else "DECIMAL"
    scale = "" if type_.scale is None else f", {type_.scale}"
    return f"DECIMAL({type_.precision}{scale})"


def _moment(type_: Any) -> str:
    name = "TIME" if isinstance(type_, Time) else "DATETIME"
    fsp = getattr(type_, "fsp", None)
    fsp = 6 if fsp is None else fsp
    return f"{name}({fsp})" if fsp else name


def _text_or_bytes(type_: TypeEngine[Any]) -> str | None:
    if isinstance(type_, Enum | Uuid):
        return "CHAR"
    if isinstance(type_, String):
        return "CHAR" if type_.length is None else f"CHAR({type_.length})"
    if isinstance(type_, LargeBinary):
        return "BINARY" if type_.length is None else f"BINARY({type_.length})"
    if isinstance(type_, JSON):
        return "JSON"
    raise CompileError(
        f"CAST has no target for {type(type_).__name__}; type_coerce() changes the type without "
        "any SQL"
    )


def mariadb_cast(type_: TypeEngine[Any]) -> str | None:
    """The target of CAST on MariaDB: JSON is text there, YEAR a number."""
    plain = stored(type_)
    if isinstance(plain, JSON):
        return None
    if isinstance(plain, YEAR):
        return "UNSIGNED INTEGER"
    return mysql_cast(plain)
