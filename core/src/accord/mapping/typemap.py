"""Which SQL type a Python type of an annotation means.

In: the candidates of a column annotation, most specific first, and the registry's
`type_annotation_map`. Out: one type instance. Enum classes and `Literal` make an `Enum` of their
own; nothing else is looked up by base class, so that a subclass of `str` is never stored as a
string by accident.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import typing
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args, get_origin

from accord import exc, sqltypes
from accord.sqltypes.base import TypeEngine, to_instance

from .annotations import MappedAnnotation, show

TypeMap = Mapping[Any, TypeEngine | type[TypeEngine]]

STANDARD: Final[dict[Any, TypeEngine]] = {
    int: sqltypes.Integer(),
    str: sqltypes.String(),
    bool: sqltypes.Boolean(),
    float: sqltypes.Float(),
    bytes: sqltypes.LargeBinary(),
    decimal.Decimal: sqltypes.Numeric(),
    datetime.date: sqltypes.Date(),
    datetime.datetime: sqltypes.DateTime(),
    datetime.time: sqltypes.Time(),
    datetime.timedelta: sqltypes.Interval(),
    uuid.UUID: sqltypes.Uuid(),
}
_LITERALS = (typing.Literal,)
_PATTERN = sqltypes.Enum(enum.Enum)
_LITERAL_PATTERN = sqltypes.Enum(enum.Enum, native_enum=False)


def sql_type_of(
    candidates: Iterable[Any], known: TypeMap, annotation: MappedAnnotation
) -> TypeEngine:
    """Return the SQL type of the first candidate that has one."""
    listed = list(candidates)
    for candidate in listed:
        found = _lookup(candidate, known)
        if found is not None:
            return found
    plain = listed[-1]
    if hasattr(plain, "__mapper__"):
        hint = f"it is a mapped class, so write {annotation.key} = relationship()"
    elif get_origin(plain) in (list, set) and any(map(_is_class_like, get_args(plain))):
        hint = f"for a collection of mapped objects write {annotation.key} = relationship()"
    else:
        hint = (
            f"give the column a type, {annotation.key}: Mapped[...] = mapped_column(String(50)), "
            "or add the Python type to the type_annotation_map of the registry or base class"
        )
    raise exc.MappedAnnotationError(f"{annotation}: no SQL type is known for {show(plain)}; {hint}")


def _lookup(candidate: Any, known: TypeMap) -> TypeEngine | None:
    try:
        found = known.get(candidate)
    except TypeError:  # Annotated[str, []] and the like
        return None
    if found is None:
        found = STANDARD.get(candidate)
    if found is not None:
        return to_instance(found)
    if isinstance(candidate, type) and issubclass(candidate, enum.Enum):
        return _enum_of(candidate, known)
    if get_origin(candidate) in _LITERALS:
        return _enum_of_literal(candidate, known)
    return None


def _enum_of(cls: type[enum.Enum], known: TypeMap) -> TypeEngine:
    for base in cls.__mro__:
        pattern = known.get(base)
        if pattern is not None:
            made = to_instance(pattern)
            return _like(made, cls) if isinstance(made, sqltypes.Enum) else made
    return sqltypes.Enum(cls)


def _enum_of_literal(literal: Any, known: TypeMap) -> TypeEngine | None:
    values = list(dict.fromkeys(_flattened(literal)))
    if not all(isinstance(value, str) for value in values):
        return None
    for base in (*_LITERALS, enum.Enum):
        pattern = known.get(base)
        if pattern is not None:
            made = to_instance(pattern)
            return _like(made, *values) if isinstance(made, sqltypes.Enum) else made
    return _like(_LITERAL_PATTERN, *values)


def _flattened(literal: Any) -> Iterable[Any]:
    for value in get_args(literal):
        if get_origin(value) in _LITERALS:
            yield from _flattened(value)
        else:
            yield value


def _like(pattern: sqltypes.Enum, *members: Any) -> sqltypes.Enum:
    """Return an Enum of `members` with the settings of the one in the map (which has no members
    itself).
    """
    return sqltypes.Enum(
        *members,
        name=pattern.name if pattern.name != _PATTERN.name else None,
        schema=pattern.schema,
        metadata=pattern.metadata,
        native_enum=pattern.native_enum,
        create_constraint=pattern.create_constraint,
        length=pattern.length or None,
        inherit_schema=pattern.inherit_schema,
        quote=pattern.quote,
    )


def _is_class_like(argument: Any) -> bool:
    return isinstance(argument, str | typing.ForwardRef) or hasattr(argument, "__mapper__")


__all__ = ["STANDARD", "TypeMap", "sql_type_of"]
