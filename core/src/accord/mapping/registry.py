"""`registry`: the classes that belong together, their MetaData and the meaning of their
annotations.

In: classes to map, in any of three styles (`DeclarativeBase`, the `mapped` decorator,
`map_imperatively`). Out: their mappers. A registry knows its mappers weakly, finds classes by the
names relationships use, and says whether there is anything new to configure.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Final, TypeVar

from accord import exc
from accord.schema import MetaData

from . import configure as configuration
from .annotations import union_members
from .attributes import QueryableAttribute
from .backrefs import PendingBackref, announce_backrefs
from .classnames import ClassNames
from .codegen import GENERATED
from .mapped import NOT_GIVEN
from .mapper import ENTITY_ANSWER, Mapper
from .options import inheritance_refused, mapper_options
from .properties import SynonymAttribute

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

    from accord.sql.selectable import FromClause

    from .relationships import RelationshipProperty
    from .typemap import TypeMap

C = TypeVar("C", bound=type)
_INSTALLED: Final = (QueryableAttribute, SynonymAttribute, PendingBackref)
_SHARED_NAMES: Final = "_accord_class_names"


class registry:
    """A collection of mapped classes.

    `type_annotation_map` says which SQL types Python types of annotations mean, beyond the usual
    ones; `constructor` replaces the generated ``__init__`` (None: classes have Python's own);
    `class_registry` is a dict that several registries share to find each other's classes by name.
    """

    def __init__(
        self,
        *,
        metadata: MetaData | None = None,
        class_registry: dict[str, Any] | None = None,
        type_annotation_map: TypeMap | None = None,
        constructor: Any = NOT_GIVEN,
    ) -> None:
        self.metadata = metadata if metadata is not None else MetaData()
        self.constructor = constructor
        self.type_annotation_map: dict[Any, Any] = {}
        if type_annotation_map:
            self.update_type_annotation_map(type_annotation_map)
        self._class_registry: MutableMapping[str, Any] = (
            weakref.WeakValueDictionary() if class_registry is None else class_registry
        )
        self.class_names: ClassNames = self._class_registry.setdefault(_SHARED_NAMES, ClassNames())
        self._mappers: weakref.WeakValueDictionary[int, Mapper] = weakref.WeakValueDictionary()
        #: Relationships whose backref has to be announced on a class that is not mapped yet.
        self.pending_backrefs: list[RelationshipProperty[Any]] = []
        #: False as soon as there is a mapper or relationship that is not resolved.
        self.configured = True
        configuration.register(self)

    def update_type_annotation_map(self, type_annotation_map: TypeMap) -> None:
        """Add Python types to the map; a union stands for itself and for each of its types."""
        for python_type, sql_type in type_annotation_map.items():
            for member in union_members(python_type):
                self.type_annotation_map[member] = sql_type
            self.type_annotation_map[python_type] = sql_type

    # --- mappers ----------------------------------------------------------------------------------

    @property
    def mappers(self) -> frozenset[Mapper]:
        """All mappers of this registry."""
        return frozenset(self._mappers.values())

    def mappers_in_order(self) -> list[Mapper]:
        """The mappers in the order the classes were mapped."""
        return sorted(self._mappers.values(), key=lambda mapper: mapper.uid)

    def unconfigured(self) -> list[Mapper]:
        """The mappers that have something to resolve, in the order the classes were mapped."""
        return [mapper for mapper in self.mappers_in_order() if not mapper.configured]

    def not_configured(self, new: Mapper) -> None:
        """`new` has something to resolve; every class of the registry may get a backref from it."""
        if self.configured:
            for mapper in self._mappers.values():
                mapper.configured = False
            self.configured = False
        new.configured = False

    def all_configured(self) -> None:
        """Note that nothing is left to resolve, if so."""
        self.configured = all(mapper.configured for mapper in self._mappers.values())

    def configure(self, cascade: bool = False) -> None:
        """Resolve all relationships of this registry now (and of those they lead to)."""
        configuration.configure_registries([self])

    def dispose(self, cascade: bool = False) -> None:
        """Unmap all classes; they become plain Python classes again."""
        for mapper in self.mappers_in_order():
            self.class_names.remove(mapper.class_)
            self._class_registry.pop(mapper.class_.__name__, None)
            _unmap(mapper.class_)
        self._mappers.clear()
        self.pending_backrefs.clear()
        self.configured = True

    # --- mapping ----------------------------------------------------------------------------------

    def make_mapper(
        self,
        cls: type,
        table: FromClause,
        properties: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> Mapper:
        """Map `cls` to `table`; the one place mappers are made."""
        refuse_mapped(cls)
        checked = mapper_options(cls, options)
        self._give_constructor(cls)
        try:
            mapper = Mapper(cls, table, registry=self, properties=properties, options=checked)
        except Exception:
            _unmap(cls)
            raise
        self._mappers[mapper.uid] = mapper
        self.class_names.add(cls)
        self._class_registry[cls.__name__] = cls
        self.not_configured(mapper)
        self.announce(mapper)
        configuration.configure_with_first_object(mapper)
        return mapper

    def announce(self, mapper: Mapper) -> None:
        """Let the targets of the mapper's `backref=`s know of them."""
        announce_backrefs(self, mapper)

    def _give_constructor(self, cls: type) -> None:
        """Give a plain class the constructor the registry was made with, if it was."""
        if self.constructor is not NOT_GIVEN and getattr(cls, "__init__", None) is object.__init__:
            constructor = no_arguments if self.constructor is None else self.constructor
            type.__setattr__(cls, "__init__", constructor)

    def map_imperatively(
        self,
        class_: type,
        local_table: FromClause | None = None,
        properties: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Mapper:
        """Map a plain class to a table; `properties` are relationships and columns by attribute
        name.
        """
        if not isinstance(class_, type):
            raise exc.ArgumentError(
                f"map_imperatively() takes a class and its table, not a {type(class_).__name__}"
            )
        if local_table is None:
            raise exc.ArgumentError(
                f"map_imperatively({class_.__name__}) needs the table: "
                f"map_imperatively({class_.__name__}, table)"
            )
        return self.make_mapper(class_, local_table, dict(properties or {}), options)

    def map_declaratively(self, cls: type) -> Mapper:
        """Map a class by what its body says: __tablename__, columns, annotations."""
        from .scan import map_class

        return map_class(self, cls)

    def mapped(self, cls: C) -> C:
        """Decorator form of `map_declaratively`."""
        self.map_declaratively(cls)
        return cls

    def generate_base(
        self,
        mapper: Any = None,
        cls: type | tuple[type, ...] = object,
        name: str = "Base",
        metaclass: Any = None,
    ) -> Any:
        """Return a new declarative base class of this registry."""
        from .declarative import make_base

        return make_base(self, cls, name, metaclass)

    def as_declarative_base(self, **options: Any) -> Callable[[type], Any]:
        """Decorator that turns a class into a declarative base of this registry."""

        def decorate(cls: type) -> Any:
            return self.generate_base(cls=cls, name=cls.__name__, **options)

        return decorate


def no_arguments(self: object) -> None:
    """The constructor of classes whose registry has ``constructor=None``."""


def _unmap(cls: type) -> None:
    """Take everything off a class that mapping put on it."""
    for name, value in list(vars(cls).items()):
        mapped = isinstance(value, _INSTALLED) or value is ENTITY_ANSWER
        ours = name in ("__mapper__", "__accord_entity__") or getattr(value, GENERATED, False)
        if mapped or ours:
            type.__delattr__(cls, name)


def refuse_mapped(cls: type) -> None:
    """Refuse a class that is mapped already, or that derives from a mapped one."""
    if "__mapper__" in vars(cls):
        raise exc.ArgumentError(
            f"Class {cls.__name__} is mapped already; a class has one mapping. Make a subclass "
            "of a common mixin for another table, or call registry.dispose() first"
        )
    for base in cls.__mro__[1:]:
        if "__mapper__" in vars(base):
            raise inheritance_refused(cls, f"deriving it from the mapped class {base.__name__}")


__all__ = ["registry"]
