"""From a class or an object to its mapper.

In: whatever a user passes where a mapped class or a mapped object belongs. Out: the mapper, or an
error that says what it was instead.
"""

from __future__ import annotations

from typing import Any

from accord import exc

from .mapper import Mapper


def mapper_or_none(cls: Any) -> Mapper | None:
    """Return the mapper of a class, None if it is not mapped."""
    found = getattr(cls, "__mapper__", None) if isinstance(cls, type) else cls
    return found if isinstance(found, Mapper) else None


def class_mapper(class_: Any, configure: bool = True) -> Mapper:
    """Return the mapper of a mapped class; its relationships are resolved unless `configure` is
    False.
    """
    mapper = mapper_or_none(class_)
    if mapper is None:
        if isinstance(class_, type):
            raise exc.UnmappedClassError(
                class_,
                f"Class {class_.__module__}.{class_.__qualname__} is not mapped; derive it from "
                "a declarative base or map it with registry.map_imperatively()",
            )
        raise exc.ArgumentError(f"A mapped class is expected, not a {type(class_).__qualname__}")
    if configure:
        mapper.configure()
    return mapper


def object_mapper(instance: object) -> Mapper:
    """Return the mapper of an object's class."""
    mapper = mapper_or_none(type(instance))
    if mapper is None:
        raise exc.UnmappedInstanceError(instance)
    return mapper


__all__ = ["class_mapper", "mapper_or_none", "object_mapper"]
