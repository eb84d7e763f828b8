"""Declarative bases: `DeclarativeBase`, `DeclarativeBaseNoMeta`, `declarative_base()`.

First contact of most users with accord. In: ``class Base(DeclarativeBase)`` and classes derived
from it. Out: a registry on the base, and each subclass mapped as soon as its body is read (`scan`),
unless it says ``__abstract__ = True``. The metaclass does one thing: it maps what is assigned to a
mapped class later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from accord import exc
from accord.schema import Column, MetaData, Table

from . import instrument
from .events import dispatch_of_class
from .mapped import NOT_GIVEN, MappedColumn
from .properties import MapperProperty
from .registry import registry as Registry
from .scan import map_class

if TYPE_CHECKING:
    from accord.event import Dispatch

    from .mapper import Mapper
    from .typemap import TypeMap


class DeclarativeAttributeIntercept(type):
    """Metaclass that maps columns and relationships assigned to a mapped class."""

    def __setattr__(cls, name: str, value: Any) -> None:
        if "__mapper__" in vars(cls) and isinstance(value, Column | MappedColumn | MapperProperty):
            add_attribute(cls, name, value)
        else:
            type.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        mapper = vars(cls).get("__mapper__")
        if mapper is not None and mapper.has_property(name):
            raise exc.InvalidRequestError(
                f"{cls.__name__}.{name} is mapped and cannot be removed from the class; define "
                "the class without it"
            )
        type.__delattr__(cls, name)


DeclarativeMeta = DeclarativeAttributeIntercept


def add_attribute(cls: type, name: str, value: Any) -> None:
    """Map one more attribute of a mapped class; a new column becomes part of its table."""
    mapper: Mapper = vars(cls)["__mapper__"]
    column = value.column if isinstance(value, MappedColumn) else value
    if isinstance(column, Column) and column.table is None:
        table = mapper.local_table
        if not isinstance(table, Table):
            raise exc.ArgumentError(f"{cls.__name__}.{name}: a column can only be added to a Table")
        if column.name is None:
            column.name = name
        if column.key is None:
            column.key = column.name
        table.append_column(column, replace_existing=True)
    mapper.add_property(name, value)


class _Declarative:
    """What both kinds of base have in common."""

    if TYPE_CHECKING:
        registry: ClassVar[Registry]
        metadata: ClassVar[MetaData]
        __table__: ClassVar[Any]  # a Table, or for a class mapped to a join that
        __mapper__: ClassVar[Mapper]
        __tablename__: Any
        __table_args__: Any
        __mapper_args__: Any

        def __init__(self, **kw: Any) -> None: ...

    @classmethod
    def __accord_dispatch__(cls) -> Dispatch:
        return dispatch_of_class(cls)


class DeclarativeBase(_Declarative, metaclass=DeclarativeAttributeIntercept):
    """Derive your base class from this, and your mapped classes from your base class.

    The base may set `registry`, `metadata` and `type_annotation_map`; whatever else stands in it
    (columns, methods) its mapped classes have as well.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        _subclassed(cls, DeclarativeBase)
        super().__init_subclass__(**options)


class DeclarativeBaseNoMeta(_Declarative):
    """`DeclarativeBase` without a metaclass: nothing can be mapped by assigning to a class."""

    def __init_subclass__(cls, **options: Any) -> None:
        _subclassed(cls, DeclarativeBaseNoMeta)
        super().__init_subclass__(**options)


def _subclassed(cls: type, root: type) -> None:
    if root in cls.__bases__:
        if isinstance(vars(cls).get("__tablename__"), str) or "__table__" in vars(cls):
            raise exc.InvalidRequestError(
                f"Class {cls.__name__} derives from {root.__name__} itself; write class "
                f"Base({root.__name__}): pass, and class {cls.__name__}(Base)"
            )
        set_up_base(cls)
    elif vars(cls).get("__abstract__", False):
        dispatch_of_class(cls)
        if hasattr(cls, "__mapper__"):
            instrument.subclass_created(cls)
    else:
        _map_now_or_later(cls)


def _map_now_or_later(cls: Any) -> None:
    later = getattr(cls, "__accord_defer__", None)  # of a base such as DeferredReflection
    if later is not None:
        later()
    else:
        map_class(cls.registry, cls)


def set_up_base(cls: Any) -> None:
    """Make `cls` a declarative base: give it a registry and a MetaData."""
    own = vars(cls)
    metadata = getattr(cls, "metadata", None)
    if metadata is not None and not isinstance(metadata, MetaData):
        raise exc.InvalidRequestError(
            f"Class {cls.__name__}: metadata must be a MetaData, not a {type(metadata).__name__}"
        )
    types = own.get("type_annotation_map")
    registry = getattr(cls, "registry", None)
    if registry is None:
        registry = Registry(metadata=metadata, type_annotation_map=types)
    elif not isinstance(registry, Registry):
        raise exc.InvalidRequestError(
            f"Class {cls.__name__}: registry must be a registry(...), not a "
            f"{type(registry).__name__}"
        )
    else:
        if metadata is not None:
            registry.metadata = metadata
        if types:
            registry.update_type_annotation_map(types)
    type.__setattr__(cls, "registry", registry)
    type.__setattr__(cls, "metadata", registry.metadata)
    dispatch_of_class(cls)


class _DynamicBase(_Declarative, metaclass=DeclarativeAttributeIntercept):
    """Root of the classes `declarative_base()` makes."""

    def __init_subclass__(cls, **options: Any) -> None:
        _dynamically_subclassed(cls)
        super().__init_subclass__(**options)


class _DynamicBaseNoMeta(_Declarative):
    """The same without a metaclass."""

    def __init_subclass__(cls, **options: Any) -> None:
        _dynamically_subclassed(cls)
        super().__init_subclass__(**options)


def _dynamically_subclassed(cls: type) -> None:
    if "_accord_is_base" in vars(cls):
        set_up_base(cls)
    elif vars(cls).get("__abstract__", False):
        dispatch_of_class(cls)
    else:
        _map_now_or_later(cls)


def make_base(
    registry: Registry, cls: type | tuple[type, ...], name: str, metaclass: Any = None
) -> Any:
    """Return a new declarative base of `registry`, derived from `cls`."""
    bases = cls if isinstance(cls, tuple) else (cls,)
    bases = tuple(base for base in bases if base is not object)
    plain = metaclass is type
    root: type = _DynamicBaseNoMeta if plain else _DynamicBase
    namespace: dict[str, Any] = {
        "registry": registry,
        "metadata": registry.metadata,
        "__abstract__": True,
        "_accord_is_base": True,
        "__module__": bases[0].__module__ if bases else __name__,
    }
    if bases and bases[0].__doc__:
        namespace["__doc__"] = bases[0].__doc__
    return (metaclass or DeclarativeMeta)(name, (*bases, root), namespace)


def declarative_base(
    *,
    metadata: MetaData | None = None,
    mapper: Any = None,
    cls: type | tuple[type, ...] = object,
    name: str = "Base",
    class_registry: dict[str, Any] | None = None,
    type_annotation_map: TypeMap | None = None,
    constructor: Any = NOT_GIVEN,
    metaclass: Any = None,
) -> Any:
    """Return a new declarative base class; ``metaclass=type`` makes one without our metaclass."""
    made = Registry(
        metadata=metadata, class_registry=class_registry, type_annotation_map=type_annotation_map,
        constructor=constructor,
    )  # fmt: skip
    return make_base(made, cls, name, metaclass)


def as_declarative(**options: Any) -> Any:
    """Decorator that turns a class into a declarative base; takes the arguments of
    `declarative_base`.
    """

    def decorate(cls: type) -> Any:
        return declarative_base(cls=cls, name=cls.__name__, **options)

    return decorate


def has_inherited_table(cls: type) -> bool:
    """Tell whether a base of `cls` is mapped to a table."""
    return any("__table__" in vars(base) for base in cls.__mro__[1:])


__all__ = [
    "DeclarativeBase",
    "DeclarativeBaseNoMeta",
    "DeclarativeMeta",
    "as_declarative",
    "declarative_base",
    "has_inherited_table",
]
