"""The schema comparison on what only PostgreSQL has: its types, schemas, options of indexes."""

from __future__ import annotations

from typing import Any

from accord import (
    ARRAY,
    CheckConstraint,
    Column,
    Enum,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Interval,
    MetaData,
    Numeric,
    String,
    Table,
    Unicode,
    func,
    text,
)
from accord.dialects import postgresql as pg
from accord.schema import CreateSchema
from accord.schemadiff import diff
from accord.schemadiff.reading import Scope


def said(engine: Any, metadata: MetaData, **scope: Any) -> list[str]:
    with engine.connect() as connection:
        return [str(one) for one in diff(connection, [metadata], Scope(**scope)).differences]


def test_its_types_are_read_back_as_themselves(engine: Any) -> None:
    metadata = MetaData()
    types = [
        pg.JSONB, pg.INET, pg.CIDR, pg.MACADDR, pg.BYTEA, pg.MONEY, pg.TSVECTOR, pg.INT4RANGE,
        pg.TSTZRANGE, pg.NUMRANGE, pg.UUID, pg.BIT(3), pg.BIT(5, varying=True), pg.OID,
        pg.TIMESTAMP(timezone=True, precision=3), pg.TIME(precision=2), pg.INTERVAL, Interval,
        pg.DOUBLE_PRECISION, pg.REAL, Float(10), Float(50), Numeric(5), Numeric, Unicode(7),
        ARRAY(Integer), ARRAY(String(5)), ARRAY(Integer, dimensions=2), pg.CHAR(4), pg.CHAR,
        String, String(9, collation="C"), Enum("a", "b", name="letters"),
        ARRAY(Enum("a", "b", name="letters")),
    ]  # fmt: skip
    columns = [Column(f"c{place}", kind) for place, kind in enumerate(types)]
    Table("typed", metadata, Column("id", Integer, Identity(always=True)), *columns)
    metadata.create_all(engine)
    assert said(engine, metadata) == []


def test_defaults_and_conditions_are_read_back_as_themselves(engine: Any) -> None:
    metadata = MetaData()
    table = Table(
        "item", metadata,
        Column("id", Integer, primary_key=True),
        Column("a", String(9), server_default=text("upper('x')")),
        Column("b", pg.JSONB, server_default=text("'{}'::jsonb")),
        Column("c", ARRAY(Integer), server_default=text("'{}'")),
        Column("d", pg.TIMESTAMP(timezone=True), server_default=text("CURRENT_TIMESTAMP")),
        Column("e", Numeric(5, 2), server_default=text("(1 + 2) * 3")),
        Column("f", pg.UUID, server_default=text("gen_random_uuid()")),
        Column("g", Enum("x", "y", name="xy"), server_default="x"),
        Column("Mixed Name", String(3), server_default="A b"),
        CheckConstraint("a LIKE 'x%' OR a IS NULL", name="like"),
        CheckConstraint("a NOT IN ('q', 'r')", name="not_in"),
        CheckConstraint('"Mixed Name" <> a AND length(a) > 2', name="mixed"),
        CheckConstraint("coalesce(e, 0) >= -1.5", name="coalesce"),
        Index("ix_gin", "b", postgresql_using="gin"),
        Index("ix_ops", "a", postgresql_ops={"a": "text_pattern_ops"}),
        Index("ix_with", "a", postgresql_include=["e"], postgresql_with={"fillfactor": 70}),
    )  # fmt: skip
    Index("ix_part", table.c.a, postgresql_where=(table.c.e > 2) & table.c.a.is_not(None))
    Index("ix_expr", func.lower(table.c.a), table.c.id.desc().nulls_last())
    metadata.create_all(engine)
    assert said(engine, metadata) == []


def test_other_schemas_are_compared_where_the_models_name_them(engine: Any) -> None:
    with engine.begin() as connection:
        connection.execute(CreateSchema("other"))
        connection.exec_driver_sql("CREATE TABLE other.gone (id INTEGER)")
        connection.exec_driver_sql("CREATE TABLE here (id INTEGER)")
    metadata = MetaData()
    Table("a", metadata, Column("id", Integer, primary_key=True), schema="other")
    Table("b", metadata, Column("a_id", ForeignKey("other.a.id", name="fk")), schema="other")
    assert said(engine, metadata) == [
        "add table other.a", "add table other.b", "remove table other.gone",
    ]  # fmt: skip
    metadata.create_all(engine)
    assert said(engine, metadata, drops=False) == []
    assert said(engine, metadata, schemas=("other",)) == ["remove table other.gone"]


def test_an_enum_a_new_column_is_of_is_made_before_it(engine: Any) -> None:
    old = MetaData()
    Table("item", old, Column("id", Integer, primary_key=True))
    old.create_all(engine)
    new = MetaData()
    state = Enum("a", "b", name="state")
    Table("item", new, Column("id", Integer, primary_key=True), Column("state", state))
    with engine.connect() as connection:
        found = diff(connection, [new])
        for statement in found.statements:
            assert statement.sql is not None
            connection.exec_driver_sql(statement.sql)
        connection.commit()
    assert said(engine, new) == []
