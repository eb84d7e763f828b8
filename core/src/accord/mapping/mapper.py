"""`Mapper`: everything accord knows about one mapped class.

In: a class, its table, its properties and options, from `declarative` or
`registry.map_imperatively`. Out: an object that flush, loaders and session read per batch, with
what they need kept ready: key attributes, the identity of a row, column by attribute and attribute
by column, cascades. Relationships are filled in later, by `configure`.
"""

from __future__ import annotations

import warnings
from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from accord import exc
from accord.event import Dispatch, DispatchSlot
from accord.schema import Table
from accord.sql.collection import ColumnCollection
from accord.sql.nodes import ColumnElement, Entity, EntityColumn

from . import instrument
from .collecting import Collected, collect, marked_methods, property_of
from .events import MAPPER_EVENTS, class_dispatches
from .options import MapperOptions, column_of
from .properties import ColumnProperty, SynonymAttribute, SynonymProperty
from .relationships import RelationshipProperty
from .views import Properties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from accord.sql.selectable import ColumnClause, FromClause

    from .attribute_events import Validator
    from .codegen import ClassCode
    from .registry import registry as Registry

_next_uid: Final = count(1).__next__
AnyProperty = ColumnProperty[Any] | RelationshipProperty[Any] | SynonymProperty[Any]


class Cascading(NamedTuple):
    """The relationships along which each cascade goes, per class."""

    save_update: tuple[RelationshipProperty[Any], ...] = ()
    merge: tuple[RelationshipProperty[Any], ...] = ()
    delete: tuple[RelationshipProperty[Any], ...] = ()
    delete_orphan: tuple[RelationshipProperty[Any], ...] = ()
    refresh_expire: tuple[RelationshipProperty[Any], ...] = ()
    expunge: tuple[RelationshipProperty[Any], ...] = ()


class Mapper:
    """The mapping of one class to one table."""

    __accord_dispatch__ = DispatchSlot(MAPPER_EVENTS)

    # Inheritance is a later issue; these are where it will show.
    inherits: Mapper | None = None
    polymorphic_on: Any = None
    polymorphic_identity: Any = None
    with_polymorphic: Any = None
    concrete: bool = False
    single: bool = False

    is_mapper = True
    configured = False
    #: Whether `mapper_configured` has been told of it; once in its life.
    announced = False

    #: Set by `instrument`.
    code: ClassCode
    tracked_by_class: bool

    def __init__(
        self,
        class_: type,
        local_table: FromClause,
        *,
        registry: Registry,
        properties: Mapping[str, Any],
        options: MapperOptions,
    ) -> None:
        self.uid: int = _next_uid()
        #: Itself: aliases answer the same question with the mapper they are an alias of.
        self.mapper: Mapper = self
        self.class_ = class_
        self.registry = registry
        self.local_table = local_table
        self.tables: tuple[FromClause, ...] = (local_table,)
        self.options = options
        self.root: Mapper = self
        self.root_uid = self.uid
        self._columns: dict[str, ColumnProperty[Any]] = {}
        self._relationships: dict[str, RelationshipProperty[Any]] = {}
        self._synonyms: dict[str, SynonymProperty[Any]] = {}
        name = class_.__name__
        self.column_attrs = Properties(self._columns, f"{name}.column_attrs")
        self.relationships = Properties(self._relationships, f"{name}.relationships")
        self.synonyms = Properties(self._synonyms, f"{name}.synonyms")
        self.cascading = Cascading()
        #: The relationships of other classes that own this one's objects (delete-orphan).
        self.owned_through: tuple[RelationshipProperty[Any], ...] = ()
        self.dispatch = Dispatch(
            (Mapper.__accord_dispatch__(),), inherits=class_dispatches(class_.__mro__[1:])
        )
        self._take_options(options)
        self._take_properties(collect(class_, local_table, properties, options))
        self._take_keys(options)
        self._take_methods()
        self._refresh()
        type.__setattr__(class_, "__mapper__", self)
        type.__setattr__(class_, "__clause_element__", ENTITY_ANSWER)
        for listener in self.dispatch.listeners("instrument_class"):
            listener(self, class_)
        instrument.instrument_class(self)
        for key, prop in self._synonyms.items():
            type.__setattr__(class_, key, SynonymAttribute(prop))

    # --- construction -----------------------------------------------------------------------------

    def _take_options(self, options: MapperOptions) -> None:
        self.eager_defaults = options.eager_defaults
        self.confirm_deleted_rows = options.confirm_deleted_rows
        self.batch = options.batch
        self.always_refresh = options.always_refresh
        self.allow_partial_pks = options.allow_partial_pks
        self.passive_updates = options.passive_updates
        self.passive_deletes = options.passive_deletes
        self.version_id_generator: Callable[[Any], Any] | bool = _counted
        if options.version_id_generator is not None:
            self.version_id_generator = options.version_id_generator

    def _take_properties(self, collected: Collected) -> None:
        for key, prop in collected.properties.items():
            prop.attach(self, key)
            self._file(prop)
        self.key_by_column: dict[Any, str] = collected.key_by_column

    def _file(self, prop: AnyProperty) -> None:
        if isinstance(prop, ColumnProperty):
            self._columns[prop.key] = prop
        elif isinstance(prop, RelationshipProperty):
            self._relationships[prop.key] = prop
        else:
            self._synonyms[prop.key] = prop

    def _take_keys(self, options: MapperOptions) -> None:
        given = [self._option_column("primary_key", item) for item in options.primary_key]
        self.primary_key: tuple[Any, ...] = tuple(given or self.local_table.primary_key)
        name = self.class_.__name__
        if not self.primary_key:
            shown = f"table {self.local_table.name!r}"
            raise exc.ArgumentError(
                f"Class {name} cannot be mapped: {shown} has no primary key. Mark the column "
                "that identifies a row, mapped_column(primary_key=True), or name columns of a "
                f"unique key in __mapper_args__ = {{'primary_key': [...]}}"
            )
        for column in self.primary_key:
            if column not in self.key_by_column:
                raise exc.ArgumentError(
                    f"Class {name} cannot be mapped without its primary key column "
                    f"{column.name!r}; take it out of exclude_properties, or add it to "
                    "include_properties"
                )
        self.pk_keys: tuple[str, ...] = tuple(
            self.key_by_column[column] for column in self.primary_key
        )
        #: The identity in a dict of attribute values: scalar for one key column, else a tuple.
        self.identity_of: Callable[[Mapping[str, Any]], Any] = itemgetter(*self.pk_keys)
        version = options.version_id_col
        self.version_id_col: Any = (
            None if version is None else self._option_column("version_id_col", version)
        )
        self.version_id_key: str | None = (
            None if version is None else self.key_for_column(self.version_id_col)
        )

    def _option_column(self, option: str, item: Any) -> ColumnClause[Any]:
        found = column_of(item, self._columns.get)
        if found is None or found.table is not self.local_table:
            shown = repr(item) if isinstance(item, str) else f"a {type(item).__name__}"
            raise exc.ArgumentError(
                f"Class {self.class_.__name__}: {option} in __mapper_args__ must name columns of "
                f"its own table (the column itself, or its attribute name), not {shown}"
            )
        return found

    def _take_methods(self) -> None:
        self.validators: dict[str, Validator] = marked_methods(self)

    def _refresh(self) -> None:
        """Bring what is derived from the properties up to date."""
        self.attribute_keys: frozenset[str] = frozenset(self._columns) | frozenset(
            self._relationships
        )
        pairs = [
            (key, prop.expression) for key, prop in self._columns.items() if not prop.is_expression
        ]
        #: (attribute, column) of every column of the table that is mapped: what an INSERT can
        #: write.
        self.table_columns: tuple[tuple[str, Any], ...] = tuple(pairs)
        self.column_keys: tuple[str, ...] = tuple(self._columns)
        needed = {*self.pk_keys, self.version_id_key}
        loaded = [
            (key, prop.column)
            for key, prop in self._columns.items()
            if not prop.deferred or key in needed
        ]
        #: What a plain SELECT of the entity fetches, and into which attributes.
        self.loaded_columns: tuple[Any, ...] = tuple(column for _, column in loaded)
        self.loaded_keys: tuple[str, ...] = tuple(key for key, _ in loaded)
        self.columns = ColumnCollection(
            [(key, prop.expression) for key, prop in self._columns.items()],
            owner=f"class {self.class_.__name__}",
        )
        self.entity = Entity(self, self.local_table, self.loaded_columns)
        type.__setattr__(self.class_, "__accord_entity__", self.entity)

    # --- names SQLAlchemy users know --------------------------------------------------------------

    @property
    def base_mapper(self) -> Mapper:
        """The root of the inheritance hierarchy."""
        return self.root

    @property
    def selectable(self) -> FromClause:
        """What the class is selected from."""
        return self.local_table

    persist_selectable = mapped_table = selectable

    @property
    def c(self) -> ColumnCollection[Any]:
        """The columns by attribute name."""
        return self.columns

    @property
    def attrs(self) -> Properties[AnyProperty]:
        """All properties."""
        self.configure()
        merged: dict[str, AnyProperty] = {**self._columns, **self._relationships, **self._synonyms}
        return Properties(merged, f"{self.class_.__name__}.attrs")

    def attribute_names(self) -> list[str]:
        """The names of all properties."""
        return self.attrs.keys()

    @property
    def iterate_properties(self) -> Iterator[AnyProperty]:
        """All properties, one by one."""
        return iter(self.attrs)

    @property
    def all_orm_descriptors(self) -> Properties[Any]:
        """The class attributes behind all properties, hybrids included."""
        found = {key: getattr(self.class_, key) for key in self.attribute_names()}
        for base in reversed(self.class_.__mro__):
            for key, value in vars(base).items():
                if hasattr(value, "extension_type"):
                    found.setdefault(key, value)
        return Properties(found, f"{self.class_.__name__}.all_orm_descriptors")

    @property
    def self_and_descendants(self) -> tuple[Mapper, ...]:
        """This mapper and those of mapped subclasses."""
        return (self,)

    def isa(self, other: Mapper) -> bool:
        """Whether objects of this class are objects of the other."""
        return issubclass(self.class_, other.class_)

    def common_parent(self, other: Mapper) -> bool:
        """Whether both are in one inheritance hierarchy."""
        return self.root is other.root

    # --- look-ups ---------------------------------------------------------------------------------

    def has_property(self, key: str) -> bool:
        """Whether an attribute of that name is mapped."""
        return key in self._columns or key in self._relationships or key in self._synonyms

    def get_property(self, key: str) -> AnyProperty:
        """Return the property of that name."""
        self.configure()
        found = self._columns.get(key) or self._relationships.get(key) or self._synonyms.get(key)
        if found is None:
            raise self._unknown(key)
        return found

    def get_property_by_column(self, column: Any) -> ColumnProperty[Any]:
        """Return the property that holds a column of the table."""
        return self._columns[self.key_for_column(column)]

    def attribute(self, name: str) -> Any:
        """Return the class attribute `name`: a mapped one, a synonym's target, a hybrid's
        expression.
        """
        if not self.configured and name not in self._columns:
            self.configure()
        found = getattr(self.class_, name, None)
        if not hasattr(found, "__clause_element__"):
            raise self._unknown(name)
        return found

    def _unknown(self, key: str) -> exc.InvalidRequestError:
        from .errors import unknown_attribute

        return unknown_attribute(self.class_, key, self.attrs.keys())

    def key_for_column(self, column: Any) -> str:
        """Return the attribute that holds a column of the table."""
        try:
            return self.key_by_column[column]
        except KeyError:
            pass
        inner = (
            column.column if isinstance(column, EntityColumn) else getattr(column, "origin", None)
        )
        found = self.key_by_column.get(inner)
        if found is None:
            table = getattr(getattr(column, "table", None), "name", None)
            shown = f"{table}.{column.name}" if table else repr(getattr(column, "name", column))
            raise exc.UnmappedColumnError(f"Class {self.class_.__name__} maps no column {shown}")
        return found

    def expression_of(self, prop: ColumnProperty[Any]) -> ColumnElement[Any]:
        """Return the SQL expression of a column attribute."""
        return EntityColumn(prop.column, self, prop.key)

    def __clause_element__(self) -> Entity:
        return self.entity

    # --- identity ---------------------------------------------------------------------------------

    def primary_key_from_instance(self, obj: object) -> list[Any]:
        """Return the key values of an object as a list."""
        values = vars(obj)
        return [values[key] if key in values else getattr(obj, key) for key in self.pk_keys]

    def identity_key_from_instance(self, obj: object) -> tuple[type, tuple[Any, ...], None]:
        """Return the public identity key of an object."""
        return self.identity_key_from_primary_key(self.primary_key_from_instance(obj))

    def identity_key_from_primary_key(
        self, primary_key: Iterable[Any], identity_token: None = None
    ) -> tuple[type, tuple[Any, ...], None]:
        """Return the public identity key of key values."""
        return (self.root.class_, tuple(primary_key), identity_token)

    # --- later additions --------------------------------------------------------------------------

    def add_property(self, key: str, given: Any, *, resolving: bool = False) -> None:
        """Map one more attribute: a new column, a backref, ``User.x = column_property(...)``."""
        prop = property_of(self.class_, key, given, self.local_table)
        if isinstance(prop, ColumnProperty) and not prop.is_expression:
            for column in prop.columns:
                self.key_by_column[column] = key
        prop.attach(self, key)
        self._file(prop)
        self._refresh()
        if isinstance(prop, SynonymProperty):
            type.__setattr__(self.class_, key, SynonymAttribute(prop))
            return
        instrument.add_attribute(self, prop)
        if isinstance(prop, RelationshipProperty) and not resolving:
            self.registry.not_configured(self)
            self.registry.announce(self)

    def add_properties(self, given: Mapping[str, Any]) -> None:
        """Map several more attributes."""
        for key, prop in given.items():
            self.add_property(key, prop)

    # --- configuration ----------------------------------------------------------------------------

    def configure(self) -> None:
        """Make sure that relationships are resolved."""
        if not self.configured:
            from .configure import configure_registries

            configure_registries([self.registry])

    def warn_of_unused_validators(self) -> None:
        """A validator of an attribute that does not exist is never called."""
        for name in self.validators:
            if not self.has_property(name) and not hasattr(self.class_, name):
                warnings.warn(
                    f"@validates({name!r}) on {self.class_.__name__}: it has no mapped attribute "
                    f"{name!r}, so the validator is never called",
                    exc.AccordWarning,
                    stacklevel=2,
                )

    def __repr__(self) -> str:
        table = self.local_table.name if isinstance(self.local_table, Table) else self.local_table
        return f"<Mapper {self.class_.__name__} ({table})>"

    def __str__(self) -> str:
        return f"Mapper[{self.class_.__name__}({self.local_table.name})]"


class _EntityAnswer:
    """``__clause_element__`` of mapped classes: a class in a statement is its entity; an object is
    none, and neither is a subclass that is not mapped itself.
    """

    def __get__(self, instance: object | None, owner: Any) -> Callable[[], Entity]:
        if instance is not None or "__mapper__" not in vars(owner):
            raise AttributeError("__clause_element__")  # an object, or a subclass without a mapping
        mapper: Mapper = owner.__mapper__
        return mapper.__clause_element__


ENTITY_ANSWER: Final = _EntityAnswer()


def _counted(version: int | None) -> int:
    """The version numbers of SQLAlchemy: 1, 2, 3 …"""
    return (version or 0) + 1


__all__ = ["Cascading", "Mapper"]
