"""What the catalog of SQL Server says comes back as tables."""

from __future__ import annotations

from typing import Any

import pytest

import accord_mssql as mssql
from accord import (
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    Sequence,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    text,
)
from accord.exc import AccordWarning, NoSuchTableError
from accord.schema import CreateSchema
from accord_mssql import catalogtexts
from accord_mssql.reflectedtypes import reflected_type

grammar = pytest.importorskip("doubles.mssql.grammar", reason="needs sqlglot and pymssql")

metadata = MetaData()
parent = Table(
    "parent",
    metadata,
    Column("a", Integer, primary_key=True, autoincrement=False),
    Column("b", Integer, primary_key=True, autoincrement=False),
)
child = Table(
    "child",
    metadata,
    Column("id", Integer, Identity(start=5, increment=2), primary_key=True, comment="the key"),
    Column("name", String(40), nullable=False, server_default="x"),
    Column("note", Text),
    Column("price", Numeric(12, 4)),
    Column("at", DateTime(timezone=True)),
    Column("at3", mssql.DATETIME2(3)),
    Column("twice", Integer, Computed("id * 2", persisted=True)),
    Column("pa", Integer),
    Column("pb", Integer),
    UniqueConstraint("name", name="uq_name"),
    CheckConstraint("price > 0", name="ck_price"),
    ForeignKeyConstraint(
        ["pa", "pb"], ["parent.a", "parent.b"], name="fk_parent", ondelete="CASCADE"
    ),
    comment="children",
)
Index("ix_at", child.c.at.desc(), child.c.name, mssql_include=["price"])
Index("ux_note", child.c.pa, unique=True, mssql_where=child.c.pa.is_not(None))


@pytest.fixture
def inspector(engine: Any) -> Any:
    metadata.create_all(engine)
    Sequence("numbers").create(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE VIEW v AS SELECT id, name FROM child"))
    return inspect(engine)


def test_names(inspector):
    assert inspector.get_table_names() == ["child", "parent"]
    assert inspector.get_view_names() == ["v"]
    assert inspector.get_sequence_names() == ["numbers"]
    assert inspector.default_schema_name == "dbo"
    assert "dbo" in inspector.get_schema_names() and "sys" not in inspector.get_schema_names()
    assert inspector.has_table("child") and not inspector.has_table("nobody")


def test_columns(inspector):
    columns = {column["name"]: column for column in inspector.get_columns("child")}
    assert [type(column["type"]).__name__ for column in columns.values()] == [
        "INTEGER", "NVARCHAR", "NVARCHAR", "NUMERIC", "DATETIMEOFFSET", "DATETIME2", "INTEGER",
        "INTEGER", "INTEGER",
    ]  # fmt: skip
    assert columns["name"]["type"].length == 40 and columns["note"]["type"].length is None
    assert columns["at3"]["type"].precision == 3
    assert (columns["price"]["type"].precision, columns["price"]["type"].scale) == (12, 4)
    assert not columns["name"]["nullable"] and columns["price"]["nullable"]
    assert columns["id"]["identity"]["start"] == 5 and columns["id"]["identity"]["increment"] == 2
    assert columns["name"]["default"] == "N'x'"
    assert columns["twice"]["computed"]["persisted"]
    assert columns["id"]["comment"] == "the key"


def test_constraints(inspector):
    assert inspector.get_pk_constraint("child")["constrained_columns"] == ["id"]
    assert inspector.get_pk_constraint("parent")["constrained_columns"] == ["a", "b"]
    (unique,) = inspector.get_unique_constraints("child")
    assert (unique["name"], unique["column_names"]) == ("uq_name", ["name"])
    (check,) = inspector.get_check_constraints("child")
    assert check["name"] == "ck_price" and "price" in check["sqltext"]
    (key,) = inspector.get_foreign_keys("child")
    assert key["name"] == "fk_parent" and key["constrained_columns"] == ["pa", "pb"]
    assert (key["referred_table"], key["referred_columns"]) == ("parent", ["a", "b"])
    assert key["referred_schema"] is None and key["options"] == {"ondelete": "CASCADE"}
    assert inspector.get_table_comment("child") == {"text": "children"}


def test_indexes(inspector):
    at, note = inspector.get_indexes("child")
    assert at["name"] == "ix_at" and at["column_names"] == ["at", "name"] and not at["unique"]
    assert at["column_sorting"] == {"at": ("desc",)}
    assert note["name"] == "ux_note" and note["unique"]
    assert "NULL" in note["dialect_options"]["mssql_where"]


def test_a_table_is_reflected_and_made_again(inspector, engine):
    found = MetaData()
    reflected = Table("child", found, autoload_with=engine)
    assert reflected.c.keys() == child.c.keys()
    assert {fk.target_fullname for fk in reflected.foreign_keys} == {"parent.a", "parent.b"}
    metadata.drop_all(engine)
    found.tables["parent"].create(engine)
    reflected.create(engine)
    assert inspect(engine).has_table("child")


def test_what_is_not_there(inspector):
    with pytest.raises(NoSuchTableError):
        inspector.get_columns("nobody")


def test_a_foreign_key_into_another_schema(engine):
    own = MetaData()
    Table("p", own, Column("id", Integer, primary_key=True), schema="other")
    Table(
        "c", own, Column("p_id", Integer), ForeignKeyConstraint(["p_id"], ["other.p.id"], name="f")
    )
    with engine.begin() as connection:
        connection.execute(CreateSchema("other"))
    own.create_all(engine)
    (key,) = inspect(engine).get_foreign_keys("c")
    assert key["referred_schema"] == "other"
    assert inspect(engine).get_table_names(schema="other") == ["p"]


@pytest.mark.parametrize(
    "name", ["SCHEMAS", "OBJECTS", "TABLE", "COLUMNS", "INDEXES", "FOREIGN_KEYS", "CHECKS", "VIEW"]
)
def test_the_texts_are_read_as_t_sql(name):
    text_ = getattr(catalogtexts, name).replace("%s", "N'x'")
    assert grammar.node_type(text_) == "Select"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("nvarchar", -1, 0, 0, None), "NVARCHAR(max)"),
        (("nvarchar", 80, 0, 0, "Latin1_General_BIN2"), "NVARCHAR(40) COLLATE Latin1_General_BIN2"),
        (("varchar", 80, 0, 0, None), "VARCHAR(80)"),
        (("text", 16, 0, 0, None), "VARCHAR(max)"),
        (("varbinary", -1, 0, 0, None), "VARBINARY(max)"),
        (("binary", 8, 0, 0, None), "BINARY(8)"),
        (("decimal", 9, 18, 4, None), "DECIMAL(18, 4)"),
        (("money", 8, 19, 4, None), "MONEY"),
        (("float", 8, 53, 0, None), "FLOAT"),
        (("real", 4, 24, 0, None), "REAL"),
        (("datetime2", 8, 27, 7, None), "DATETIME2"),
        (("time", 5, 16, 3, None), "TIME(3)"),
        (("timestamp", 8, 0, 0, None), "ROWVERSION"),
        (("uniqueidentifier", 16, 0, 0, None), "UNIQUEIDENTIFIER"),
        (("xml", -1, 0, 0, None), "XML"),
        (("sql_variant", 8016, 0, 0, None), "SQL_VARIANT"),
        (("bit", 1, 1, 0, None), "BIT"),
    ],
)
def test_types(row, expected):
    from accord_mssql.types import TYPES

    assert TYPES.ddl(reflected_type(*row, "c")) == expected


def test_a_type_that_is_not_known_is_named():
    with pytest.warns(AccordWarning, match="'geography' of column 'c'"):
        reflected_type("geography", -1, 0, 0, None, "c")
