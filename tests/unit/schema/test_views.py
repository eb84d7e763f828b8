"""CREATE VIEW, DROP VIEW, CREATE TABLE … AS: their text, their table, their place in a plan."""

import pytest

from accord import Column, Integer, MetaData, String, Table, create_engine, func, inspect, select
from accord.exc import ArgumentError, CompileError
from accord.hooks import load_dialect
from accord.schema import CreateTable, CreateTableAs, CreateView, DropView, create_plan, drop_plan


@pytest.fixture
def item():
    return Table(
        "item", MetaData(), Column("id", Integer, primary_key=True), Column("name", String(20))
    )


def text(element, dialect=None):
    made = None if dialect is None else load_dialect(dialect)(None)
    return " ".join(str(element.compile(dialect=made)).split())


def test_a_view_is_made_of_a_query_with_its_values_written_out(item):
    view = CreateView(select(item.c.id).where(item.c.name == "it's 5%"), "named", schema="s")
    assert text(view) == (
        "CREATE VIEW s.named AS SELECT item.id FROM item WHERE item.name = 'it''s 5%'"
    )


def test_the_view_is_a_table_with_the_columns_of_the_query(item):
    table = CreateView(select(item.c.id, func.count().label("n")).group_by(item.c.id), "v").table
    assert table.is_view
    assert table.c.keys() == ["id", "n"]
    assert isinstance(table.c.id.type, Integer)
    assert " ".join(str(select(table)).split()) == "SELECT v.id, v.n FROM v"


@pytest.mark.parametrize(
    ("dialect", "options", "words"),
    [
        ("postgresql", {"or_replace": True}, "CREATE OR REPLACE VIEW"),
        ("mysql", {"or_replace": True}, "CREATE OR REPLACE VIEW"),
        ("oracle", {"or_replace": True}, "CREATE OR REPLACE VIEW"),
        ("mssql", {"or_replace": True}, "CREATE OR ALTER VIEW"),
        ("sqlite", {"temporary": True}, "CREATE TEMPORARY VIEW"),
        ("postgresql", {"temporary": True}, "CREATE TEMPORARY VIEW"),
        ("postgresql", {"materialized": True}, "CREATE MATERIALIZED VIEW"),
        ("oracle", {"materialized": True}, "CREATE MATERIALIZED VIEW"),
    ],
)
def test_a_view_is_written_in_the_words_of_its_database(item, dialect, options, words):
    assert text(CreateView(select(item.c.id), "v", **options), dialect).startswith(f"{words} ")


@pytest.mark.parametrize(
    ("dialect", "options", "words"),
    [
        ("sqlite", {"or_replace": True}, "sqlite has no CREATE OR REPLACE VIEW .view 'v'"),
        ("postgresql", {"or_replace": True, "materialized": True}, "MATERIALIZED VIEW"),
        ("mysql", {"temporary": True}, "mysql has no temporary views"),
        ("mssql", {"materialized": True}, "mssql has no materialized views"),
    ],
)
def test_a_view_its_database_does_not_have_is_refused(item, dialect, options, words):
    with pytest.raises(CompileError, match=words):
        text(CreateView(select(item.c.id), "v", **options), dialect)


def test_a_view_is_dropped_as_the_kind_it_is(item):
    view = CreateView(select(item.c.id), "v").table
    assert text(DropView(view, if_exists=True)) == "DROP VIEW IF EXISTS v"
    stored = CreateView(select(item.c.id), "m", materialized=True).table
    assert text(DropView(stored)) == "DROP MATERIALIZED VIEW m"


def test_views_of_a_metadata_come_after_what_they_read_and_go_before_it(item):
    metadata = item.metadata
    inner = select(item.c.id).subquery()
    first = CreateView(select(inner), "a_view", metadata=metadata).table
    CreateView(select(first.c.id), "a_second", metadata=metadata)
    created = [str(s.element) for s in create_plan(metadata) if hasattr(s, "element")]
    assert created == ["item", "a_view", "a_second"]
    dropped = [str(s.element) for s in drop_plan(metadata) if hasattr(s, "element")]
    assert dropped == ["a_second", "a_view", "item"]


def test_a_reflected_view_is_not_made_into_a_table():
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE item (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE VIEW v AS SELECT id FROM item")
        metadata = MetaData()
        metadata.reflect(connection, views=True)
        assert metadata.tables["v"].is_view
        assert not metadata.tables["item"].is_view
        metadata.drop_all(connection)
        assert inspect(connection).get_view_names() == []
        metadata.create_all(connection)
        assert inspect(connection).get_table_names() == ["item"]


def test_a_query_becomes_a_table(item):
    made = select(item.c.name).where(item.c.id > 5).into("late", schema="s", temporary=True)
    assert isinstance(made, CreateTableAs)
    assert text(made) == (
        "CREATE TEMPORARY TABLE s.late AS SELECT item.name FROM item WHERE item.id > 5"
    )
    assert made.table.fullname == "s.late"
    assert not made.table.is_view
    assert text(CreateTableAs(select(item.c.id), "t", if_not_exists=True), "mysql") == (
        "CREATE TABLE IF NOT EXISTS t AS SELECT item.id FROM item"
    )


def test_sql_server_makes_the_table_by_select_into(item):
    assert text(select(item.c.id, item.c.name).into("late"), "mssql") == (
        "SELECT * INTO late FROM (SELECT item.id, item.name FROM item) AS made (id, name)"
    )
    with pytest.raises(CompileError, match="neither temporary="):
        text(select(item.c.id).into("late", temporary=True), "mssql")


def test_the_columns_of_a_made_table_can_be_declared_again(item):
    made = select(item.c.id, item.c.name).into("late", metadata=item.metadata)
    assert " ".join(str(CreateTable(made.table)).split()) == (
        "CREATE TABLE late ( id INTEGER, name VARCHAR(20) )"
    )


def test_something_that_is_no_query_is_refused(item):
    with pytest.raises(ArgumentError, match="CreateView takes a query"):
        CreateView(item, "v")
