"""Mapping: from classes to tables, and from attributes to columns and relationships.

Place in the pipeline: above `schema` and `state`, below the unit of work and the loaders, which
read from here what a class is made of. Class bodies come in through `declarative` (bases), `scan`
and `annotations` (one body), or as they are through `registry.map_imperatively`; a `Mapper` comes
out, and `instrument` puts attributes and generated methods on the class. Relationships are resolved
by `configure` on first use.
"""

from .aliased import AliasedClass, AliasedEntity, aliased
from .attributes import InstrumentedAttribute, QueryableAttribute
from .cascade import Cascade
from .collections import (
    KeyFuncDict,
    attribute_keyed_dict,
    attribute_mapped_collection,
    column_keyed_dict,
    column_mapped_collection,
    keyfunc_mapping,
    mapped_collection,
)
from .comparators import with_parent
from .configure import clear_mappers, configure_mappers, guard_with
from .declarative import (
    DeclarativeBase,
    DeclarativeBaseNoMeta,
    DeclarativeMeta,
    as_declarative,
    declarative_base,
    has_inherited_table,
)
from .declared import declarative_mixin, declared_attr
from .lookup import class_mapper, object_mapper
from .mapped import (
    DynamicMapped,
    Mapped,
    MappedColumn,
    WriteOnlyMapped,
    mapped_column,
    orm_insert_sentinel,
)
from .mapper import Mapper
from .marks import foreign, remote
from .members import bare_instance, holds, members, new_collection
from .properties import (
    ColumnProperty,
    MapperProperty,
    SynonymProperty,
    column_property,
    composite,
    deferred,
    reconstructor,
    synonym,
    validates,
)
from .registry import registry
from .relationships import (
    MANYTOMANY,
    MANYTOONE,
    ONETOMANY,
    Direction,
    Relationship,
    RelationshipProperty,
    backref,
    relationship,
)

__all__ = [
    "KeyFuncDict",
    "attribute_mapped_collection",
    "column_mapped_collection",
    "bare_instance",
    "MANYTOMANY",
    "MANYTOONE",
    "ONETOMANY",
    "AliasedClass",
    "AliasedEntity",
    "Cascade",
    "InstrumentedAttribute",
    "QueryableAttribute",
    "aliased",
    "attribute_keyed_dict",
    "column_keyed_dict",
    "holds",
    "keyfunc_mapping",
    "mapped_collection",
    "members",
    "new_collection",
    "ColumnProperty",
    "DeclarativeBase",
    "DeclarativeBaseNoMeta",
    "DeclarativeMeta",
    "Direction",
    "DynamicMapped",
    "Mapped",
    "MappedColumn",
    "Mapper",
    "MapperProperty",
    "Relationship",
    "RelationshipProperty",
    "SynonymProperty",
    "WriteOnlyMapped",
    "as_declarative",
    "backref",
    "class_mapper",
    "clear_mappers",
    "column_property",
    "composite",
    "configure_mappers",
    "declarative_base",
    "declarative_mixin",
    "declared_attr",
    "deferred",
    "foreign",
    "guard_with",
    "has_inherited_table",
    "mapped_column",
    "object_mapper",
    "orm_insert_sentinel",
    "reconstructor",
    "registry",
    "relationship",
    "remote",
    "synonym",
    "validates",
    "with_parent",
]
