"""The object-relational mapper: sessions, mappings, loader options.

Top layer of the core. In: what application code imports. Out: names re-exported from `mapping`
(classes and relationships), `loading` (options) and the session modules here. `session` is the
face, `core` what it holds, `transaction` and `commit` how it ends, `execution` the way of a
statement.
"""

import threading

from accord.loading import (
    Load,
    contains_eager,
    defaultload,
    defer,
    immediateload,
    joinedload,
    lazyload,
    load_only,
    noload,
    raiseload,
    selectinload,
    subqueryload,
    undefer,
    undefer_group,
)
from accord.mapping import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    MappedColumn,
    Mapper,
    QueryableAttribute,
    RelationshipProperty,
    aliased,
    attribute_keyed_dict,
    backref,
    class_mapper,
    clear_mappers,
    column_keyed_dict,
    column_property,
    configure_mappers,
    declarative_base,
    declarative_mixin,
    declared_attr,
    deferred,
    foreign,
    guard_with,
    keyfunc_mapping,
    mapped_collection,
    mapped_column,
    object_mapper,
    orm_insert_sentinel,
    reconstructor,
    registry,
    relationship,
    remote,
    synonym,
    validates,
    with_parent,
)

from . import attributes, collections, exc
from .core import object_session
from .factories import scoped_session, sessionmaker
from .inspection import (
    identity_key,
    make_transient,
    make_transient_to_detached,
)
from .query import Query
from .session import Session, close_all_sessions
from .state import was_deleted
from .transaction import SessionTransaction

# The mapping layer knows no threads: whoever configures it from several hands it the lock.
guard_with(threading.RLock())

__all__ = [
    "DeclarativeBase",
    "InstrumentedAttribute",
    "Load",
    "Mapped",
    "MappedColumn",
    "Mapper",
    "Query",
    "QueryableAttribute",
    "RelationshipProperty",
    "Session",
    "SessionTransaction",
    "aliased",
    "attribute_keyed_dict",
    "attributes",
    "backref",
    "class_mapper",
    "clear_mappers",
    "close_all_sessions",
    "collections",
    "column_keyed_dict",
    "column_property",
    "configure_mappers",
    "contains_eager",
    "declarative_base",
    "declarative_mixin",
    "declared_attr",
    "defaultload",
    "defer",
    "deferred",
    "exc",
    "foreign",
    "identity_key",
    "immediateload",
    "joinedload",
    "keyfunc_mapping",
    "lazyload",
    "load_only",
    "make_transient",
    "make_transient_to_detached",
    "mapped_collection",
    "mapped_column",
    "noload",
    "object_mapper",
    "object_session",
    "orm_insert_sentinel",
    "raiseload",
    "reconstructor",
    "registry",
    "relationship",
    "remote",
    "scoped_session",
    "selectinload",
    "sessionmaker",
    "subqueryload",
    "synonym",
    "undefer",
    "undefer_group",
    "validates",
    "was_deleted",
    "with_parent",
]
