"""The public names: what type checkers see is what there is, and all that users of 2.x expect."""

from __future__ import annotations

import ast
from importlib import import_module

import pytest
from workspace import CORE

import accord

EXPECTED = {
    "accord": """
        create_engine make_url URL Engine Connection Transaction Result Row
        MetaData Table Column ForeignKey ForeignKeyConstraint PrimaryKeyConstraint
        UniqueConstraint CheckConstraint Index Sequence Identity Computed FetchedValue
        DefaultClause DDL
        select insert update delete text table column values
        func literal literal_column bindparam null true false case cast try_cast type_coerce
        extract tuple_ distinct collate label within_group over and_ or_ not_ any_ all_ between
        exists union union_all intersect intersect_all except_ except_all desc asc nulls_first
        nulls_last lateral tablesample alias join outerjoin
        inspect event exc types
        Integer SmallInteger BigInteger String Text Unicode UnicodeText Boolean Date DateTime Time
        Interval Numeric Float Double LargeBinary Enum JSON Uuid ARRAY PickleType TupleType
        INTEGER SMALLINT BIGINT VARCHAR CHAR TEXT NUMERIC DECIMAL FLOAT REAL DOUBLE BOOLEAN DATE
        DATETIME TIME TIMESTAMP BLOB BINARY VARBINARY UUID Binary explain
    """,
    "accord.types": "TypeEngine TypeDecorator UserDefinedType Integer Binary",
    "accord.pool": "QueuePool NullPool StaticPool SingletonThreadPool",
    "accord.event": "listen listens_for remove contains",
    "accord.schema": """
        CreateTable DropTable CreateIndex DropIndex MetaData CreateView DropView CreateTableAs
        CreateColumn CreateSchema DropSchema CreateSequence DropSequence AddConstraint
        DropConstraint SetTableComment DropTableComment SetColumnComment DropColumnComment
        SetConstraintComment DropConstraintComment CheckFirst BaseDDLElement
        ExecutableDDLElement sort_tables sort_tables_and_constraints BLANK_SCHEMA conv
    """,
    "accord.engine.reflection": "Inspector ObjectKind ObjectScope",
    "accord.ext.automap": """
        automap_base AutomapBase classname_for_table name_for_scalar_relationship
        name_for_collection_relationship generate_relationship
    """,
    "accord.dialects.postgresql": "DOMAIN CreateDomainType DropDomainType CreateEnumType",
    "accord.sql": "Update Delete Select select",
    "accord.engine": "create_engine Engine Connection",
    "accord.ext.declarative": "declarative_base DeferredReflection",
    "accord.orm": """
        DeclarativeBase declarative_base registry Mapped mapped_column relationship backref
        foreign remote validates configure_mappers declared_attr
        Session sessionmaker scoped_session object_session make_transient
        make_transient_to_detached was_deleted identity_key close_all_sessions
        Query aliased joinedload selectinload lazyload raiseload noload immediateload
        contains_eager defaultload load_only defer undefer
    """,
    "accord.orm.exc": """
        NoResultFound MultipleResultsFound DetachedInstanceError StaleDataError
        ObjectDeletedError UnmappedInstanceError FlushError
    """,
    "accord.exc": """
        AccordError SQLAlchemyError ArgumentError NoSuchModuleError InvalidRequestError DBAPIError
        IntegrityError OperationalError ProgrammingError StatementError ResourceClosedError
    """,
    "accord.hooks": "hookimpl register unregister",
    "accord.dialect": "Dialect Driver KeyStrategy TwoPhase Capabilities Since Never Unimplemented",
}


@pytest.mark.parametrize(
    ("module", "name"),
    [(module, name) for module, names in EXPECTED.items() for name in names.split()],
)
def test_the_name_exists(module, name):
    assert getattr(import_module(module), name) is not None


@pytest.mark.parametrize("name", accord.__all__)
def test_every_listed_name_resolves(name):
    assert getattr(accord, name) is not None
    assert name in dir(accord)


def typed_names() -> dict[str, str]:
    """Name → module, as the imports for type checkers in `accord/__init__.py` say."""
    tree = ast.parse((CORE / "__init__.py").read_text("utf-8"))
    (guarded,) = [node for node in tree.body if isinstance(node, ast.If)]
    return {
        alias.asname or alias.name: str(node.module)
        for node in guarded.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_type_checkers_see_what_there_is_at_run_time():
    homes = {name: home for home, names in accord._HOMES.items() for name in names.split()}
    assert typed_names() == {**homes, **dict.fromkeys(accord._MODULES, "accord")}


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'accord' has no attribute 'sellect'"):
        accord.sellect
