"""Columns of a table declared as a class: ``class user_cols(TypedColumns): name: Named[str]``.

In: such a class, as the first argument of a Table behind the MetaData. Out: its columns, made from
annotations and `Column` objects; the class itself has no instances and stays as it is.
"""

from __future__ import annotations

import datetime
import decimal
import sys
import types
import typing
import uuid
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, get_args, get_origin

from accord import sqltypes
from accord.exc import ArgumentError, InvalidRequestError
from accord.schema.column import Column

T = TypeVar("T")

if TYPE_CHECKING:
    from collections.abc import Sequence

    Named = Column
else:

    class Named(Generic[T]):
        """The annotation of a column whose type and NULL follow from a Python type."""


_TYPES: Final = {
    int: sqltypes.Integer,
    str: sqltypes.String,
    bool: sqltypes.Boolean,
    float: sqltypes.Double,
    bytes: sqltypes.LargeBinary,
    decimal.Decimal: sqltypes.Numeric,
    datetime.date: sqltypes.Date,
    datetime.datetime: sqltypes.DateTime,
    datetime.time: sqltypes.Time,
    datetime.timedelta: sqltypes.Interval,
    uuid.UUID: sqltypes.Uuid,
}


class TypedColumns:
    """The base of classes that list the columns of a table.

    >>> from accord import Column, Integer, MetaData, Named, String, Table, TypedColumns
    >>> class book_cols(TypedColumns):
    ...     id = Column(Integer, primary_key=True)
    ...     title: Named[str] = Column(String(80))
    ...     year: Named[int | None]
    >>> book = Table("book", MetaData(), book_cols)
    >>> [(column.name, column.nullable) for column in book.c]
    [('id', False), ('title', False), ('year', True)]
    """

    def __new__(cls) -> TypedColumns:
        raise InvalidRequestError(
            f"{cls.__qualname__} lists columns and has no instances; give the class to a Table"
        )


def with_columns(args: Sequence[Any]) -> Sequence[Any]:
    """The arguments of a Table with a TypedColumns class in front exchanged for its columns."""
    first = args[0]
    if isinstance(first, type) and issubclass(first, TypedColumns):
        return (*columns_of(first), *args[1:])
    return args


def columns_of(cls: type[TypedColumns]) -> list[Column[Any]]:
    """Copies of the columns a class lists, its bases' first."""
    found: dict[str, Column[Any]] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, TypedColumns) and base is not TypedColumns:
            found.update(_own_columns(base))
    return list(found.values())


def _own_columns(cls: type[TypedColumns]) -> dict[str, Column[Any]]:
    annotations = {k: v for k, v in _annotations(cls).items() if not k.startswith("__")}
    given = {k: v for k, v in vars(cls).items() if not k.startswith("__")}
    return {
        name: _column(cls, name, given.get(name), annotations.get(name))
        for name in [*[n for n in given if n not in annotations], *annotations]
    }


def _annotations(cls: type) -> dict[str, Any]:
    """The annotations of this class alone, evaluated where they are text."""
    if sys.version_info >= (3, 14):
        import annotationlib

        own = annotationlib.get_annotations(cls)
    else:
        own = vars(cls).get("__annotations__", {})
    names = {**vars(sys.modules[cls.__module__]), **vars(cls)}
    # The text is of the program's own source, as typing.get_type_hints() takes it.
    return {
        name: eval(value, names) if isinstance(value, str) else value
        for name, value in own.items()
    }


def _column(cls: type, name: str, given: Any, annotation: Any) -> Column[Any]:
    where = f"{cls.__qualname__}.{name}"
    if given is not None and not isinstance(given, Column):
        raise ArgumentError(
            f"{where}: a TypedColumns class has Column objects and annotations, not a "
            f"{type(given).__name__}; methods and values belong elsewhere"
        )
    column = Column[Any]() if given is None else given.copy()
    if not column.name:
        column.name = column.key = name
    else:
        column.key = name if column.key == column.name else column.key
    if annotation is None:
        if isinstance(column.type, sqltypes.NullType) and not column.foreign_keys:
            raise ArgumentError(
                f"{where}: Column() says no type; give it one, or annotate {name}: Named[int]"
            )
        return column
    kind, optional = _meaning(where, annotation)
    if isinstance(column.type, sqltypes.NullType) and not column.foreign_keys:
        if kind not in _TYPES:
            raise ArgumentError(
                f"{where}: no SQL type is known for {getattr(kind, '__name__', kind)}; give the "
                f"column one, as in {name}: Named[…] = Column(String(50))"
            )
        column.type = _TYPES[kind]()
    if not column.nullable_given and not column.primary_key:
        column.nullable = optional
    return column


def _meaning(where: str, annotation: Any) -> tuple[Any, bool]:
    """The Python type of an annotation, and whether None is allowed."""
    origin = get_origin(annotation)
    if origin not in (Named, Column):
        raise ArgumentError(
            f"{where}: the annotation of a column is Named[…] or Column[…], as in Named[int | None]"
        )
    (inner,) = get_args(annotation)
    if get_origin(inner) in (types.UnionType, typing.Union):
        members = get_args(inner)
        plain = [member for member in members if member is not type(None)]
        if len(plain) == 1:
            return plain[0], len(plain) < len(members)
    return inner, False


__all__ = ["Named", "TypedColumns", "columns_of", "with_columns"]
