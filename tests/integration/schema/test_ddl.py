"""DDL on every backend: views, tables made of queries, comments, indexes by themselves, the schema
translated."""

from __future__ import annotations

from typing import Any

import pytest
from requirements import not_on, only

from accord import Column, Index, Integer, MetaData, String, Table, func, inspect, select
from accord.schema import CreateView, DropView


@pytest.fixture
def item(engine: Any) -> Table:
    table = Table(
        "item",
        MetaData(),
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("name", String(20), comment="what it's called"),
        comment="things, 100% of them",
    )
    table.create(engine)
    with engine.begin() as connection:
        rows = [{"id": 1, "name": "pen"}, {"id": 2, "name": "100%"}, {"id": 3, "name": "ink"}]
        connection.execute(table.insert(), rows)
    return table


def test_a_view_is_created_read_reflected_and_dropped(engine: Any, item: Table) -> None:
    query = select(item.c.id, item.c.name).where(item.c.name.in_(["pen", "100%"]))
    view = CreateView(query, "some_items", metadata=item.metadata).table
    item.metadata.create_all(engine)
    with engine.connect() as connection:
        found = connection.execute(select(view).order_by(view.c.id)).all()
        assert found == [(1, "pen"), (2, "100%")]
        assert inspect(connection).get_view_names() == ["some_items"]
        assert "some_items" not in inspect(connection).get_table_names()
        again = Table("some_items", MetaData(), autoload_with=connection)
        assert again.is_view
        assert again.c.keys() == ["id", "name"]
        assert connection.execute(select(func.count()).select_from(again)).scalar() == 2
        assert "item" in inspect(connection).get_view_definition("some_items")
    item.metadata.drop_all(engine)
    assert inspect(engine).get_view_names() == []


@not_on("oracle", "it has no DROP VIEW IF EXISTS before version 23")
def test_drop_view_if_exists(engine: Any, item: Table) -> None:
    view = CreateView(select(item.c.id), "v")
    with engine.begin() as connection:
        connection.execute(DropView(view.table, if_exists=True))
        connection.execute(view)
        connection.execute(DropView(view.table))


def test_a_query_becomes_a_table_with_its_rows(engine: Any, item: Table) -> None:
    made = select(item.c.id, item.c.name).where(item.c.name != "100%").into("kept")
    with engine.begin() as connection:
        connection.execute(made)
        found = connection.execute(select(made.table).order_by(made.table.c.id)).all()
    assert found == [(1, "pen"), (3, "ink")]


@only("postgresql", "views that keep rows")
def test_a_materialized_view(engine: Any, item: Table) -> None:
    view = CreateView(select(item.c.id), "kept", metadata=item.metadata, materialized=True).table
    item.metadata.create_all(engine)
    assert inspect(engine).get_materialized_view_names() == ["kept"]
    assert Table("kept", MetaData(), autoload_with=engine).kind == "materialized_view"
    assert view.kind == "materialized_view"
    item.metadata.drop_all(engine)
    assert inspect(engine).get_materialized_view_names() == []


def test_an_index_is_created_and_dropped_by_itself(engine: Any, item: Table) -> None:
    index = Index("ix_item_name", item.c.name)
    for _ in range(2):
        index.create(engine, checkfirst=True)
    assert [i["name"] for i in inspect(engine).get_indexes("item")] == ["ix_item_name"]
    for _ in range(2):
        index.drop(engine, checkfirst=True)
    assert inspect(engine).get_indexes("item") == []
