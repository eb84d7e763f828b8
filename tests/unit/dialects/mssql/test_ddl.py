"""SQL Server's DDL: its text, that sqlglot reads it, and that it runs."""

from __future__ import annotations

from typing import Any

import pytest

import accord_mssql as mssql
from accord import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Sequence,
    String,
    Table,
    UniqueConstraint,
    func,
    inspect,
    text,
)
from accord.exc import ArgumentError, CompileError
from accord.schema import (
    CreateIndex,
    CreateSchema,
    CreateSequence,
    CreateTable,
    DropConstraint,
    DropIndex,
    DropSchema,
    DropTable,
    DropTableComment,
    SetColumnComment,
    SetTableComment,
)
from accord.sqltypes import TIMESTAMP
from accord_mssql.ddl import MSSQLDDL
from accord_mssql.renderdml import MSSQLRenderer
from accord_mssql.target import render_target
from accord_mssql.types import TYPES

grammar = pytest.importorskip("doubles.mssql.grammar", reason="needs sqlglot and pymssql")

TARGET = render_target("pyformat", TYPES)


def ddl(element: Any) -> str:
    from doubles.mssql.scanner import statements

    shown = " ".join(MSSQLDDL(TARGET, sql_renderer=MSSQLRenderer).render(element).split())
    for part, _ in statements(shown):
        assert grammar.node_type(part) in KINDS, part
    return shown


KINDS = {"Create", "Drop", "Alter", "If", "Declare", "Execute"}


def created(*items: Any, name: str = "t", **options: Any) -> str:
    return ddl(CreateTable(Table(name, MetaData(), *items, **options)))


def body(*items: Any, **options: Any) -> str:
    return created(*items, **options).partition("( ")[2].removesuffix(" )")


def test_a_counting_key_is_an_identity():
    assert body(Column("id", Integer, primary_key=True)) == (
        "id INTEGER IDENTITY(1,1) NOT NULL, PRIMARY KEY (id)"
    )
    assert body(Column("id", Integer, Identity(start=10, increment=5), primary_key=True)) == (
        "id INTEGER IDENTITY(10,5) NOT NULL, PRIMARY KEY (id)"
    )


def test_keys_that_do_not_count_are_none():
    assert "IDENTITY" not in body(Column("id", Integer, primary_key=True, autoincrement=False))
    assert "IDENTITY" not in body(Column("id", Integer, Sequence("s"), primary_key=True))
    assert "IDENTITY" in body(Column("id", Integer, Sequence("s", optional=True), primary_key=True))
    two = body(Column("a", Integer, primary_key=True), Column("b", Integer, primary_key=True))
    assert "IDENTITY" not in two


def test_nulls_are_always_said():
    assert body(Column("a", Integer), Column("b", Integer, nullable=False)) == (
        "a INTEGER NULL, b INTEGER NOT NULL"
    )


def test_defaults_and_computed_columns():
    assert body(Column("a", Integer, server_default=text("7"))) == "a INTEGER DEFAULT (7) NULL"
    assert body(Column("a", String(9), server_default="it's 5%s")) == (
        "a NVARCHAR(9) DEFAULT (N'it''s 5%s') NULL"
    )
    assert body(Column("a", Integer, server_default=func.now())) == (
        "a INTEGER DEFAULT (CURRENT_TIMESTAMP) NULL"
    )
    assert body(Column("n", Integer), Column("c", Integer, Computed("n * 2"))) == (
        "n INTEGER NULL, c AS (n * 2)"
    )
    assert body(Column("n", Integer), Column("c", Integer, Computed("n * 2", persisted=True))) == (
        "n INTEGER NULL, c AS (n * 2) PERSISTED"
    )


def test_a_timestamp_the_server_makes_is_a_rowversion():
    column = Column("timestamp", TIMESTAMP(), server_default=FetchedValue(), primary_key=True)
    assert body(column) == "timestamp ROWVERSION NOT NULL, PRIMARY KEY (timestamp)"
    assert body(Column("at", TIMESTAMP())) == "at DATETIME2 NULL"


def test_strings_in_keys_get_a_length_that_an_index_can_hold():
    assert body(Column("k", String, primary_key=True), Column("t", String)) == (
        "k NVARCHAR(450) NOT NULL, t NVARCHAR(max) NULL, PRIMARY KEY (k)"
    )
    assert "NVARCHAR(450)" in body(Column("u", String, unique=True))
    table = Table("t", MetaData(), Column("i", String), Column("o", String))
    Index("ix", table.c.i)
    assert "i NVARCHAR(450) NULL, o NVARCHAR(max) NULL" in ddl(CreateTable(table))


def test_clustered_keys():
    assert body(
        Column("id", Integer, autoincrement=False),
        Column("u", Integer),
        PrimaryKeyConstraint("id", name="pk", mssql_clustered=False),
        UniqueConstraint("u", name="uq", mssql_clustered=True),
    ).endswith("CONSTRAINT pk PRIMARY KEY NONCLUSTERED (id), CONSTRAINT uq UNIQUE CLUSTERED (u)")


def test_checks_are_conditions():
    table = Table("t", MetaData(), Column("a", Integer), Column("b", Boolean))
    table.append_constraint(CheckConstraint(table.c.b, name="ck"))
    table.append_constraint(CheckConstraint((table.c.a > 1) | table.c.b.is_(None), name="ck2"))
    assert ddl(CreateTable(table)).endswith(
        "CONSTRAINT ck CHECK (b = 1), CONSTRAINT ck2 CHECK (a > 1 OR b IS NULL) )"
    )
    assert body(Column("j", JSON, mssql_isjson=True)) == (
        "j NVARCHAR(max) NULL CHECK (ISJSON(j) = 1)"
    )


def test_foreign_keys():
    metadata = MetaData()
    Table("p", metadata, Column("id", Integer, primary_key=True))
    child = Table(
        "c",
        metadata,
        Column("p", ForeignKey("p.id", name="fk", ondelete="RESTRICT", onupdate="CASCADE")),
    )
    assert ddl(CreateTable(child)).endswith(
        "CONSTRAINT fk FOREIGN KEY(p) REFERENCES p (id) ON DELETE NO ACTION ON UPDATE CASCADE )"
    )


def test_what_constraints_cannot_be_is_refused():
    with pytest.raises(CompileError, match="checks a UniqueConstraint with every statement"):
        created(Column("a", Integer), UniqueConstraint("a", deferrable=True))
    metadata = MetaData()
    Table("p", metadata, Column("id", Integer, primary_key=True))
    child = Table(
        "c", metadata, Column("p", Integer), ForeignKeyConstraint(["p"], ["p.id"], match="FULL")
    )
    with pytest.raises(CompileError, match="no MATCH"):
        ddl(CreateTable(child))


def test_unknown_options_are_refused():
    with pytest.raises(ArgumentError, match="no option mssql_clusterd; there is mssql_output"):
        created(Column("a", Integer), mssql_clusterd=True)
    with pytest.raises(CompileError, match="name of a temporary table begins with #"):
        created(Column("a", Integer), prefixes=["TEMPORARY"])


def test_if_not_exists_and_if_exists():
    table = Table("t", MetaData(schema="s"), Column("a", Integer))
    assert ddl(CreateTable(table, if_not_exists=True)).startswith(
        "IF OBJECT_ID(N's.t') IS NULL CREATE TABLE s.t ("
    )
    assert ddl(DropTable(table, if_exists=True)) == "DROP TABLE IF EXISTS s.t"


def test_indexes():
    table = Table("t", MetaData(), Column("a", Integer), Column("b", Integer), Column("c", Integer))
    index = Index(
        "ix", table.c.a, table.c.b.desc(), unique=True, mssql_include=["c"],
        mssql_where=table.c.a.is_not(None), mssql_clustered=False,
    )  # fmt: skip
    assert ddl(CreateIndex(index)) == (
        "CREATE UNIQUE NONCLUSTERED INDEX ix ON t (a, b DESC) INCLUDE (c) WHERE a IS NOT NULL"
    )
    assert ddl(CreateIndex(index, if_not_exists=True)).startswith(
        "IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = N'ix' AND object_id = "
        "OBJECT_ID(N't')) CREATE UNIQUE"
    )
    assert ddl(DropIndex(index, if_exists=True)) == "DROP INDEX IF EXISTS ix ON t"
    with pytest.raises(CompileError, match="no index on an expression"):
        ddl(CreateIndex(Index("e", func.lower(table.c.a))))


def test_sequences_begin_at_one():
    assert ddl(CreateSequence(Sequence("s"))) == (
        "CREATE SEQUENCE s AS BIGINT START WITH 1 INCREMENT BY 1"
    )
    assert (
        ddl(CreateSequence(Sequence("s", start=5, increment=-1, maxvalue=5, cycle=True, cache=10)))
        == "CREATE SEQUENCE s AS BIGINT START WITH 5 INCREMENT BY -1 MAXVALUE 5 CYCLE CACHE 10"
    )
    assert ddl(CreateSequence(Sequence("s", data_type=Integer), if_not_exists=True)).startswith(
        "IF OBJECT_ID(N's') IS NULL CREATE SEQUENCE s AS INTEGER"
    )


def test_schemas():
    assert ddl(CreateSchema("s")) == "CREATE SCHEMA s"
    assert ddl(CreateSchema("s", if_not_exists=True)) == (
        "IF SCHEMA_ID(N's') IS NULL EXEC(N'CREATE SCHEMA s')"
    )
    assert ddl(DropSchema("s", if_exists=True)) == "DROP SCHEMA IF EXISTS s"
    with pytest.raises(CompileError, match="no DROP SCHEMA … CASCADE"):
        ddl(DropSchema("s", cascade=True))


def test_dropping_a_constraint():
    table = Table("t", MetaData(), Column("a", Integer), UniqueConstraint("a", name="uq"))
    constraint = next(c for c in table.constraints if c.name == "uq")
    assert ddl(DropConstraint(constraint)) == "ALTER TABLE t DROP CONSTRAINT uq"
    with pytest.raises(CompileError, match="DROP CONSTRAINT … CASCADE"):
        ddl(DropConstraint(constraint, cascade=True))


def test_comments_are_extended_properties():
    table = Table("t", MetaData(), Column("a", Integer, comment="it's a"), comment="the table")
    assert ddl(SetTableComment(table)).startswith(
        "DECLARE @accord_schema sysname = SCHEMA_NAME(); IF EXISTS (SELECT 1 FROM "
        "sys.extended_properties WHERE class = 1 AND name = N'MS_Description' AND major_id = "
        "OBJECT_ID(N't') AND minor_id = 0) EXEC sys.sp_updateextendedproperty"
    )
    assert "@value = N'it''s a'" in ddl(SetColumnComment(table.c.a))
    assert "sp_dropextendedproperty" in ddl(DropTableComment(table))


# --- it runs --------------------------------------------------------------------------------------


def test_everything_is_created_and_dropped(engine):
    metadata = MetaData()
    parent = Table(
        "parent",
        metadata,
        Column("id", Integer, primary_key=True, comment="the key"),
        Column("name", String(40), unique=True, nullable=False),
        Column("double", Integer, Computed("id * 2")),
        comment="parents",
    )
    Table(
        "child",
        metadata,
        Column("id", Integer, Sequence("child_ids"), primary_key=True),
        Column("parent_id", ForeignKey("parent.id")),
        Column("v", mssql.ROWVERSION, server_default=FetchedValue()),
    )
    Index("ix_name", parent.c.name.desc(), mssql_where=parent.c.name != "x")
    metadata.create_all(engine)
    metadata.create_all(engine)
    assert inspect(engine).has_table("parent") and inspect(engine).has_table("child")
    metadata.drop_all(engine)
    assert not inspect(engine).has_table("parent")


def test_tables_in_a_schema(engine):
    table = Table("t", MetaData(schema="other"), Column("id", Integer, primary_key=True))
    with engine.begin() as connection:
        connection.execute(CreateSchema("other", if_not_exists=True))
        table.create(connection)
        connection.execute(table.insert())
        assert connection.scalar(table.select()) == 1
    assert inspect(engine).has_table("t", schema="other")
    assert not inspect(engine).has_table("t")


def test_temporary_tables(mssql_double):
    metadata = MetaData()
    table = Table("#t", metadata, Column("id", Integer, primary_key=True))
    assert ddl(CreateTable(table)).startswith("CREATE TABLE [#t] (")
