"""Reflection: what was created is found again, and what others created is understood."""

from typing import Any

import pytest

from accord import (
    CheckConstraint,
    Column,
    Computed,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    Sequence,
    String,
    Table,
    UniqueConstraint,
    exc,
    func,
    inspect,
    text,
)
from accord_postgresql import (
    ARRAY,
    BIT,
    ENUM,
    INET,
    INT4RANGE,
    INTERVAL,
    JSONB,
    TIME,
    TIMESTAMP,
    TSVECTOR,
    UUID,
    ExcludeConstraint,
)


def full(metadata: MetaData) -> Table:
    Table(
        "parent",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("code", String(10), unique=True),
        Column("a", Integer),
        Column("b", Integer),
        UniqueConstraint("a", "b", name="parent_ab"),
    )
    return Table(
        "Odd Child",
        metadata,
        Column("id", Integer, Identity(always=True, start=5, increment=2), primary_key=True),
        Column(
            "name", String(50), nullable=False, server_default="x'y", comment="what it's called"
        ),
        Column("price", Numeric(10, 2), server_default=text("1.50")),
        Column("twice", Numeric(10, 2), Computed("price * 2", persisted=True)),
        Column("kind", Enum("a", "b c", name="child kind")),
        Column("kinds", ARRAY(Enum("a", "b c", name="child kind"))),
        Column("tags", ARRAY(String(20))),
        Column("grid", ARRAY(Integer, dimensions=2)),
        Column("data", JSONB),
        Column("address", INET),
        Column("span", INT4RANGE),
        Column("took", INTERVAL(fields="DAY TO SECOND")),
        Column("at", TIMESTAMP(timezone=True, precision=3)),
        Column("clock", TIME(precision=0)),
        Column("bits", BIT(5)),
        Column("words", TSVECTOR),
        Column("key", UUID),
        Column(
            "parent_id", Integer, ForeignKey("parent.id", ondelete="CASCADE", name="child_parent")
        ),
        Column("pa", Integer),
        Column("pb", Integer),
        ForeignKeyConstraint(
            ["pa", "pb"],
            ["parent.a", "parent.b"],
            name="child_pair",
            onupdate="SET NULL",
            deferrable=True,
            initially="DEFERRED",
            match="FULL",
        ),
        CheckConstraint("price > 0 AND name <> 'a(b'", name="child_price"),
        ExcludeConstraint(("span", "&&"), name="child_span", using="gist"),
        comment="children",
    )


@pytest.fixture
def created(engine: Any) -> Any:
    metadata = MetaData()
    child = full(metadata)
    Index("child_name", child.c.name, unique=True, postgresql_where=child.c.price > 5)
    Index("child_lower", func.lower(child.c.name), child.c.price.desc())
    Index("child_tags", child.c.tags, postgresql_using="gin")
    Index(
        "child_include",
        child.c.price,
        postgresql_include=["name"],
        postgresql_with={"fillfactor": 70},
    )
    Index("child_like", child.c.name, postgresql_ops={"name": "varchar_pattern_ops"})
    metadata.create_all(engine)
    return inspect(engine)


def test_columns(created: Any) -> None:
    columns = {column["name"]: column for column in created.get_columns("Odd Child")}
    shown = {name: repr(column["type"]) for name, column in columns.items()}
    assert shown == {
        "id": "INTEGER()",
        "name": "VARCHAR(length=50)",
        "price": "NUMERIC(precision=10, scale=2)",
        "twice": "NUMERIC(precision=10, scale=2)",
        "kind": "ENUM('a', 'b c', name='child kind')",
        "kinds": "ARRAY(ENUM('a', 'b c', name='child kind'))",
        "tags": "ARRAY(VARCHAR(length=20))",
        "grid": "ARRAY(INTEGER(), dimensions=2)",
        "data": "JSONB()",
        "address": "INET()",
        "span": "INT4RANGE()",
        "took": "INTERVAL(fields='DAY TO SECOND')",
        "at": "TIMESTAMP(timezone=True, precision=3)",
        "clock": "TIME(precision=0)",
        "bits": "BIT(length=5)",
        "words": "TSVECTOR()",
        "key": "UUID()",
        "parent_id": "INTEGER()",
        "pa": "INTEGER()",
        "pb": "INTEGER()",
    }
    assert columns["tags"]["type"].item_type.length == 20
    assert (columns["price"]["type"].precision, columns["price"]["type"].scale) == (10, 2)
    assert columns["name"]["nullable"] is False
    assert columns["name"]["default"] == "'x''y'::character varying"
    assert columns["name"]["comment"] == "what it's called"
    assert columns["id"]["identity"]["always"] is True
    assert (columns["id"]["identity"]["start"], columns["id"]["identity"]["increment"]) == (5, 2)
    assert columns["twice"]["computed"]["persisted"] is True
    assert "price" in columns["twice"]["computed"]["sqltext"]
    assert isinstance(columns["kind"]["type"], ENUM)


def test_constraints(created: Any) -> None:
    assert created.get_pk_constraint("Odd Child")["constrained_columns"] == ["id"]
    keys = {key["name"]: key for key in created.get_foreign_keys("Odd Child")}
    assert keys["child_parent"]["options"]["ondelete"] == "CASCADE"
    pair = keys["child_pair"]
    assert pair["constrained_columns"] == ["pa", "pb"]
    assert pair["referred_columns"] == ["a", "b"]
    assert pair["referred_schema"] is None
    assert pair["options"] == {
        "onupdate": "SET NULL",
        "deferrable": True,
        "initially": "DEFERRED",
        "match": "FULL",
    }
    uniques = {
        unique["name"]: unique["column_names"]
        for unique in created.get_unique_constraints("parent")
    }
    assert uniques == {"parent_ab": ["a", "b"], "parent_code_key": ["code"]}
    checks = {
        check["name"]: check["sqltext"] for check in created.get_check_constraints("Odd Child")
    }
    assert set(checks) == {"child_price"}
    assert "price > " in checks["child_price"]
    assert created.get_table_comment("Odd Child") == {"text": "children"}


def test_indexes(created: Any) -> None:
    indexes = {index["name"]: index for index in created.get_indexes("Odd Child")}
    assert indexes["child_name"]["unique"] is True
    assert indexes["child_name"]["dialect_options"]["postgresql_where"].startswith("price > ")
    assert indexes["child_lower"]["expressions"] == ["lower(name::text)", "price"]
    assert indexes["child_lower"]["column_names"] == [None, "price"]
    assert indexes["child_lower"]["column_sorting"] == {"price": ("desc",)}
    assert indexes["child_tags"]["dialect_options"]["postgresql_using"] == "gin"
    assert indexes["child_include"]["include_columns"] == ["name"]
    assert indexes["child_include"]["dialect_options"]["postgresql_with"] == {"fillfactor": "70"}
    assert indexes["child_like"]["dialect_options"]["postgresql_ops"] == {
        "name": "varchar_pattern_ops"
    }


def test_names(created: Any, engine: Any, sql: Any) -> None:
    sql("CREATE VIEW seen AS SELECT id FROM parent")
    sql("CREATE MATERIALIZED VIEW kept AS SELECT id FROM parent")
    sql("CREATE SCHEMA other")
    sql("CREATE TABLE other.thing (id serial PRIMARY KEY)")
    sql("CREATE SEQUENCE numbers")
    found = inspect(engine)
    assert set(found.get_table_names()) == {"Odd Child", "parent"}
    assert found.get_view_names() == ["seen"]
    assert found.get_materialized_view_names() == ["kept"]
    assert {"public", "other"} <= set(found.get_schema_names())
    assert found.get_table_names(schema="other") == ["thing"]
    assert found.get_sequence_names(schema="other") == ["thing_id_seq"]
    assert "numbers" in found.get_sequence_names()
    assert not any("Odd Child" in name for name in found.get_sequence_names()), "identity"
    assert found.default_schema_name == "public"
    assert found.has_table("parent") and not found.has_table("thing")
    assert found.has_table("thing", schema="other")
    assert found.get_view_definition("seen").split()[0] == "SELECT"
    with pytest.raises(exc.NoSuchTableError):
        found.get_columns("missing")


def test_a_reflected_schema_creates_the_same_again(engine: Any, created: Any) -> None:
    first = MetaData()
    first.reflect(engine)
    first.drop_all(engine)
    first.create_all(engine)
    second = MetaData()
    second.reflect(engine)
    for name, table in first.tables.items():
        again = second.tables[name]
        assert [repr(c.type) for c in table.c] == [repr(c.type) for c in again.c]
        assert [c.nullable for c in table.c] == [c.nullable for c in again.c]
        assert {i.name for i in table.indexes} == {i.name for i in again.indexes}
        assert len(table.constraints) == len(again.constraints)


def test_tables_of_a_search_path(engine: Any, sql: Any) -> None:
    sql("CREATE SCHEMA tenant")
    sql("CREATE TABLE tenant.thing (id serial PRIMARY KEY, other_id integer)")
    with engine.connect() as connection:
        connection.execute(text("SET search_path TO tenant"))
        table = Table("thing", MetaData(), autoload_with=connection)
        assert [column.name for column in table.c] == ["id", "other_id"]
        assert table.schema is None


def test_foreign_keys_into_another_schema(engine: Any, sql: Any) -> None:
    sql("CREATE SCHEMA other")
    sql("CREATE TABLE other.target (id integer PRIMARY KEY)")
    sql("CREATE TABLE source (id integer PRIMARY KEY, t integer REFERENCES other.target)")
    metadata = MetaData()
    source = Table("source", metadata, autoload_with=engine)
    (key,) = source.foreign_keys
    assert key.column.table.schema == "other"


def test_partitions_and_inheritance(engine: Any, sql: Any) -> None:
    sql("CREATE TABLE measured (id integer, at date) PARTITION BY RANGE (at)")
    sql(
        "CREATE TABLE measured_1 PARTITION OF measured "
        "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"
    )
    sql("CREATE TABLE base (id integer)")
    sql("CREATE TABLE derived (extra integer) INHERITS (base)")
    found = inspect(engine)
    assert found.get_table_options("measured") == {"postgresql_partition_by": "RANGE (at)"}
    assert found.get_table_options("derived") == {"postgresql_inherits": ("base",)}


def test_a_type_nobody_knows_is_named(engine: Any, sql: Any) -> None:
    sql("CREATE TABLE odd (id integer PRIMARY KEY, place point, c cidr[])")
    with pytest.warns(exc.AccordWarning, match="point.*place"):
        columns = inspect(engine).get_columns("odd")
    assert repr(columns[2]["type"]) == "ARRAY(CIDR())"


def test_temporary_tables(engine: Any) -> None:
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE mine (id integer PRIMARY KEY)"))
        assert inspect(connection).get_temp_table_names() == ["mine"]
        assert inspect(connection).get_table_names() == []
        assert [c["name"] for c in inspect(connection).get_columns("mine")] == ["id"]


def test_sequences_exist_or_not(engine: Any) -> None:
    metadata = MetaData()
    Sequence("s", metadata=metadata, start=5)
    metadata.create_all(engine)
    metadata.create_all(engine)
    assert inspect(engine).get_sequence_names() == ["s"]
    metadata.drop_all(engine)
    metadata.drop_all(engine)
    assert inspect(engine).get_sequence_names() == []


def test_the_enumerations_of_a_database(engine: Any) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TYPE mood AS ENUM ('sad', 'it''s so so', 'Glad')"))
        connection.execute(text("CREATE TYPE nothing AS ENUM ()"))
        connection.execute(text("CREATE SCHEMA elsewhere"))
        connection.execute(text("CREATE TYPE elsewhere.size AS ENUM ('s', 'm')"))
    labels = ["sad", "it's so so", "Glad"]
    mood = {"name": "mood", "schema": "public", "visible": True, "labels": labels}
    nothing = {"name": "nothing", "schema": "public", "visible": True, "labels": []}
    size = {"name": "size", "schema": "elsewhere", "visible": False, "labels": ["s", "m"]}
    inspector = inspect(engine)
    assert inspector.get_enums() == [mood, nothing]
    assert inspector.get_enums("elsewhere") == [size]
    assert inspector.get_enums(schema="*") == [size, mood, nothing]
    assert inspector.get_enums("nowhere") == []
