"""Schemas in the comparison: the default one with its name and without, others, a missing one."""

from __future__ import annotations

from typing import Any

from requirements import not_on, only
from schema_api import apply, compared, said

from accord import (
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    inspect,
    text,
)

pytestmark = not_on("oracle", "mssql", "the comparison has not been tried on their servers")


def two(schema: str | None, other: str | None) -> MetaData:
    metadata = MetaData()
    Table("one", metadata, Column("id", Integer, primary_key=True), schema=schema)
    target = "one.id" if schema is None else f"{schema}.one.id"
    Table("two", metadata, Column("id", Integer, primary_key=True),
          Column("one_id", ForeignKey(target)), schema=other)  # fmt: skip
    return metadata


def test_the_default_schema_is_one_with_a_name_and_without(engine: Any) -> None:
    default = inspect(engine).default_schema_name
    two(None, None).create_all(engine)
    for schema in (None, default):
        for other in (None, default):
            metadata = two(schema, other)
            assert said(compared(engine, metadata)) == []
            assert said(compared(engine, metadata, schemas=(default,))) == []


def test_the_default_schema_chosen_by_name_drops_only_what_is_not_declared(engine: Any) -> None:
    two(None, None).create_all(engine)
    default = inspect(engine).default_schema_name
    less = MetaData()
    Table("one", less, Column("id", Integer, primary_key=True))
    assert said(compared(engine, less, schemas=(default,))) == ["remove table two"]


@only("postgresql", "schemas are folders of a database")
def test_a_schema_that_is_missing_is_made(engine: Any) -> None:
    metadata = two(None, "Sales, new")
    Sequence("numbers", metadata=metadata, schema="Sales, new")
    found = compared(engine, metadata)
    assert said(found)[0] == "add schema Sales, new"
    try:
        apply(engine, found)
        assert said(compared(engine, metadata)) == []
        assert said(compared(engine, metadata, schemas=("Sales, new",))) == []
        less = two(None, None)
        found = compared(engine, less, schemas=("Sales, new",))
        assert said(found) == ["remove table Sales, new.two", "remove sequence Sales, new.numbers"]
    finally:
        with engine.begin() as connection:
            connection.execute(text('DROP SCHEMA IF EXISTS "Sales, new" CASCADE'))


@only("sqlite", "a schema is an attached file")
def test_an_attached_file(engine: Any, tmp_path: Any) -> None:
    from accord.schemadiff import diff

    def state(*columns: Any) -> MetaData:
        metadata = MetaData()
        Table("item", metadata, Column("id", Integer, primary_key=True), *columns, schema="side")
        return metadata

    with engine.connect() as connection:
        connection.exec_driver_sql(f"ATTACH DATABASE '{tmp_path / 'side.db'}' AS side")
        metadata = state(Column("name", String(9)))
        metadata.create_all(connection)
        assert said(diff(connection, [metadata])) == []
        recipe = str(diff(connection, [state(Column("name", String(20)))]))
        assert "INSERT INTO side.accord_new_item" in recipe
    engine.dispose()
    missing = compared(engine, state())
    assert said(missing)[0] == "add schema side"
    assert "ATTACH DATABASE" in str(missing)
