"""INSERT, UPDATE and DELETE on a real database: rows, orders, what a result knows afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from requirements import needs, only
from shuffling import shuffling_engine
from statements import Statements

from accord import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
    delete,
    event,
    exc,
    from_dml_column,
    func,
    insert,
    insert_sentinel,
    literal,
    select,
    text,
    union_all,
    update,
)

metadata = MetaData()
items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(30)),
    Column("size", Integer),
)
stamped = Table(
    "stamped",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("given", Integer),
    Column("python", Integer, default=lambda: 7),
    Column("context", Integer, default=lambda c: c.get_current_parameters()["given"] + 1),
    Column("sql", Integer, default=literal(3) + 4),
    Column("server", Integer, server_default=text("5")),
    Column("touched", Integer, onupdate=literal(1) + 1),
)
named = Table(
    "named",
    metadata,
    Column("code", Integer, primary_key=True, autoincrement=False),
    Column("name", String(30)),
)


@pytest.fixture
def connection(engine: Any) -> Iterator[Any]:
    with engine.connect() as connection:
        metadata.create_all(connection)
        connection.commit()
        yield connection


def all_of(connection: Any, table: Table, *names: str) -> list[tuple[Any, ...]]:
    columns = [table.c[name] for name in names] or list(table.c)
    first = next(iter(table.primary_key))
    return [tuple(row) for row in connection.execute(select(*columns).order_by(first))]


# --- one row --------------------------------------------------------------------------------------


def test_values_given_at_execution_win_over_the_statements(connection: Any) -> None:
    connection.execute(insert(items).values(name="statement", size=1), {"size": 2})
    connection.execute(update(items).values(size=3), {"name": "execution", "size": 4})
    assert all_of(connection, items, "name", "size") == [("execution", 4)]


def test_a_column_may_take_the_value_of_another(connection: Any) -> None:
    size = func.char_length(from_dml_column(items.c.name))
    connection.execute(insert(items).values(name="four", size=size))
    connection.execute(insert(items).values(size=size), {"name": "threefive"})
    connection.execute(
        insert(items).values([{"name": "a", "size": size}, {"name": "bc", "size": size}])
    )
    assert all_of(connection, items, "size") == [(4,), (9,), (1,), (2,)]
    connection.execute(update(items).values(name=func.upper(from_dml_column(items.c.name))))
    assert all_of(connection, items, "name")[0] == ("FOUR",)


def test_inline_fetches_no_key(connection: Any) -> None:
    result = connection.execute(insert(items).values(name="x").inline())
    assert result.inserted_primary_key == (None,)


def test_defaults_are_told_apart_by_who_made_them(connection: Any) -> None:
    result = connection.execute(insert(stamped).values(given=1))
    assert [column.key for column in result.prefetch_cols()] == ["python", "context"]
    assert [column.key for column in result.postfetch_cols()] == ["sql", "server"]
    result = connection.execute(update(stamped).values(given=2))
    assert result.prefetch_cols() == []
    assert result.postfetch_cols() == [stamped.c.touched]


@needs("returning_insert")
def test_return_defaults_brings_the_key_and_what_the_database_made(connection: Any) -> None:
    result = connection.execute(insert(stamped).values(given=1).return_defaults())
    made = {"id": 1, "sql": 7, "server": 5, "touched": None}
    assert result.returned_defaults._asdict() == made
    assert result.inserted_primary_key == (1,)
    statement = (
        insert(stamped)
        .values(given=1)
        .return_defaults(stamped.c.server, supplemental_cols=[stamped.c.given])
    )
    result = connection.execute(statement)
    assert result.returned_defaults._asdict() == {"id": 2, "given": 1, "server": 5}


@needs("returning_update", "returning_delete")
def test_return_defaults_of_update_and_delete_bring_every_row(connection: Any) -> None:
    connection.execute(insert(stamped), [{"given": 1}, {"given": 2}])
    result = connection.execute(update(stamped).values(given=9).return_defaults())
    assert [tuple(row) for row in result.returned_defaults_rows] == [(2,), (2,)]
    result = connection.execute(delete(stamped).return_defaults(stamped.c.given))
    assert [row.given for row in result.returned_defaults_rows] == [9, 9]
    assert result.rowcount == 2


# --- several rows ---------------------------------------------------------------------------------


@needs("returning_insert")
def test_rows_in_the_order_of_the_parameters_take_few_statements(
    connection: Any, statements: Statements
) -> None:
    rows = [{"size": 100 - number} for number in range(100)]
    connection.execute(select(1))
    statements.clear()
    statement = insert(items).returning(items.c.id, items.c.size, sort_by_parameter_order=True)
    returned = connection.execute(statement, rows).all()
    assert [row.size for row in returned] == [row["size"] for row in rows]
    assert dict(returned) == dict(all_of(connection, items, "id", "size"))
    assert len(statements) <= 6


@needs("returning_insert", "multi_values")
def test_rows_without_a_key_are_told_apart_by_the_sentinel(database: Any) -> None:
    metadata = MetaData()
    loose = Table(
        "loose",
        metadata,
        Column("size", Integer),
        Column("twice", Integer, default=select(literal(2) * 21).scalar_subquery()),
        insert_sentinel("place_of_row"),
    )
    engine = shuffling_engine(database.url)
    rows = [{"size": number % 7} for number in range(100)]
    with engine.connect() as connection:
        metadata.create_all(connection)
        statements: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        returning = (loose.c.size, loose.c.twice, loose.c.place_of_row)
        statement = insert(loose).returning(*returning, sort_by_parameter_order=True)
        returned = connection.execute(statement, rows).all()
        assert [row.size for row in returned] == [row["size"] for row in rows]
        assert {row.twice for row in returned} == {42}
        assert [row.place_of_row for row in returned] == list(range(100))
        assert len(statements) <= 6
        connection.execute(insert(loose), rows[:2])
        assert connection.execute(select(loose)).first() == (0, 42)
        connection.rollback()
        metadata.drop_all(connection)
        connection.commit()
    engine.dispose()


@needs("returning_insert", "multi_values")
def test_a_column_of_unique_values_can_be_the_sentinel(database: Any) -> None:
    metadata = MetaData()
    marked = Table(
        "marked",
        metadata,
        Column("mark", Uuid, default=uuid4, insert_sentinel=True),
        Column("size", Integer),
    )
    engine = shuffling_engine(database.url)
    rows = [{"size": number % 7} for number in range(40)]
    with engine.connect() as connection:
        metadata.create_all(connection)
        statement = insert(marked).returning(marked.c.size, sort_by_parameter_order=True)
        assert connection.scalars(statement, rows).all() == [row["size"] for row in rows]
        given = [{"mark": uuid4(), "size": number} for number in range(3)]
        sorted_ = insert(marked).returning(marked, sort_by_parameter_order=True)
        assert [row._asdict() for row in connection.execute(sorted_, given)] == given
        connection.rollback()
        metadata.drop_all(connection)
        connection.commit()
    engine.dispose()


@needs("returning_insert")
def test_a_sentinel_without_values_is_refused(connection: Any) -> None:
    empty = Table("loose", MetaData(), Column("size", Integer, insert_sentinel=True), Column("b"))
    statement = insert(empty).returning(empty.c.b, sort_by_parameter_order=True)
    with pytest.raises(exc.InvalidRequestError, match=r"loose\.size is the .* default="):
        connection.execute(statement, [{"b": 1}, {"b": 2}])


@needs("returning_insert")
def test_rows_that_bring_their_keys_come_in_their_order(connection: Any) -> None:
    rows = [{"code": 100 - number, "name": str(number)} for number in range(50)]
    statement = insert(named).returning(named, sort_by_parameter_order=True)
    returned = connection.execute(statement, rows).all()
    assert [tuple(row) for row in returned] == [tuple(row.values()) for row in rows]


@needs("returning_insert")
def test_sorted_rows_take_their_defaults(connection: Any) -> None:
    with_defaults = insert(stamped).returning(
        stamped.c.given, stamped.c.context, stamped.c.sql, sort_by_parameter_order=True
    )
    assert connection.execute(with_defaults, [{"given": 5}, {"given": 1}]).all() == [
        (5, 6, 7),
        (1, 2, 7),
    ]


@needs("returning_insert")
def test_keys_and_defaults_of_many_rows(connection: Any) -> None:
    result = connection.execute(
        insert(stamped).return_defaults(), [{"given": 8}, {"given": 9}, {"given": 1}]
    )
    keys = [key for (key,) in result.inserted_primary_key_rows]
    found = dict(all_of(connection, stamped, "id", "given"))
    assert [found[key] for key in keys] == [8, 9, 1]
    assert [row.server for row in result.returned_defaults_rows] == [5, 5, 5]
    assert result.rowcount == 3


@needs("multi_values")
def test_more_rows_than_one_statement_carries_are_sent_in_several(connection: Any) -> None:
    count = connection.engine.capabilities.limits.parameters // 2 + 1
    rows = [{"name": "n", "size": number} for number in range(count)]
    result = connection.execute(insert(items).values(rows))
    assert result.rowcount == count
    assert connection.scalar(select(func.sum(items.c.size))) == sum(range(count))


@needs("multi_values")
def test_too_many_rows_are_refused_where_several_statements_would_differ(connection: Any) -> None:
    count = connection.engine.capabilities.limits.parameters // 2 + 2
    rows: list[dict[str, Any]] = [{"name": "n", "size": number} for number in range(count)]
    rows[0]["size"] = select(func.count()).select_from(items).scalar_subquery()
    with pytest.raises(exc.InvalidRequestError, match="execute insert\\(\\) with a list of dicts"):
        connection.execute(insert(items).values(rows))
    assert all_of(connection, items) == []


def test_a_thousand_rows_of_defaults(connection: Any) -> None:
    result = connection.execute(insert(items), [{}] * 1000)
    assert result.rowcount in (1000, -1)
    assert connection.scalar(select(func.count()).select_from(items)) == 1000


@needs("returning_insert")
def test_rows_of_defaults_return_their_keys(connection: Any) -> None:
    returned = connection.execute(insert(items).returning(items.c.id), [{}] * 5).scalars().all()
    assert sorted(returned) == [key for (key,) in all_of(connection, items, "id")]


@only("postgresql", "mysql", "mariadb", "DEFAULT is a value in VALUES")
def test_several_rows_of_defaults_in_one_statement(connection: Any) -> None:
    connection.execute(insert(items).values([{}, {}, {}]))
    assert connection.scalar(select(func.count()).select_from(items)) == 3


# --- INSERT … SELECT ------------------------------------------------------------------------------


def test_insert_from_select_adds_every_kind_of_default(connection: Any) -> None:
    connection.execute(insert(named), [{"code": 1, "name": "a"}, {"code": 2, "name": "b"}])
    given = select(named.c.code, named.c.code + 10)
    connection.execute(insert(stamped).from_select(["given", "context"], given))
    names = ("given", "python", "context", "sql", "server")
    assert all_of(connection, stamped, *names) == [(1, 7, 11, 7, 5), (2, 7, 12, 7, 5)]


def test_insert_from_a_set_operation_takes_no_defaults(connection: Any) -> None:
    both = union_all(select(literal(1)), select(literal(2)))
    with pytest.raises(exc.CompileError, match="include_defaults=False"):
        connection.execute(insert(stamped).from_select(["given"], both))
    connection.execute(insert(stamped).from_select(["given"], both, include_defaults=False))
    assert all_of(connection, stamped, "given", "sql") == [(1, None), (2, None)]


# --- what is refused ------------------------------------------------------------------------------


def test_columns_of_another_table_are_refused(connection: Any) -> None:
    with pytest.raises(exc.CompileError, match="Unconsumed column names: code"):
        connection.execute(insert(items).values({named.c.code: 1}))


@only("sqlite", "postgresql", "an UPDATE sets columns of one table there")
def test_an_update_of_two_tables_is_refused(connection: Any) -> None:
    statement = update(items).values({items.c.size: 1, named.c.name: "x"})
    with pytest.raises(exc.CompileError, match="write one UPDATE each for named"):
        connection.execute(statement.where(items.c.size == named.c.code))


@only("mysql", "mariadb", "they can")
def test_an_update_sets_columns_of_two_tables(connection: Any) -> None:
    connection.execute(insert(items).values(name="i", size=1))
    connection.execute(insert(named).values(code=1, name="n"))
    statement = update(items).values({items.c.name: "x", named.c.name: "y"})
    connection.execute(statement.where(items.c.size == named.c.code))
    assert all_of(connection, items, "name") + all_of(connection, named, "name") == [("x",), ("y",)]


@only("mysql", "mariadb", "LIMIT of an UPDATE is theirs")
def test_update_and_delete_of_the_first_rows(connection: Any) -> None:
    from accord.dialects.mysql import limit

    connection.execute(insert(items), [{"size": number} for number in range(5)])
    result = connection.execute(
        update(items).values(name="x").ext(limit(2, order_by=items.c.size.desc()))
    )
    assert result.rowcount == 2
    named_x = select(items.c.size).where(items.c.name == "x").order_by(items.c.size)
    assert connection.scalars(named_x).all() == [3, 4]
    assert connection.execute(delete(items).ext(limit(3))).rowcount == 3
