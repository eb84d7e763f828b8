"""A connection's state: strict mode, charset, found rows, isolation, streaming, a clean return to
the pool; which server a URL may mean; what parameters may be.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from servers.databases import Database

from accord import Column, Integer, MetaData, String, Table, create_engine, insert, select, text
from accord.exc import ArgumentError, DBAPIError, InvalidRequestError


@pytest.fixture
def table(engine: Any) -> Table:
    metadata = MetaData()
    table = Table(
        "t", metadata, Column("id", Integer, primary_key=True), Column("name", String(20))
    )
    metadata.create_all(engine)
    return table


def test_every_connection_is_strict_and_speaks_utf8mb4(engine: Any) -> None:
    with engine.connect() as connection:
        mode, charset = connection.exec_driver_sql(
            "SELECT @@sql_mode, @@character_set_client"
        ).one()
    assert "STRICT_ALL_TABLES" in mode and charset == "utf8mb4"


def test_sql_mode_of_the_url_stays_strict(make_engine: Any) -> None:
    engine = make_engine("mode", query="?sql_mode=ANSI_QUOTES&time_zone=%2B03:00")
    with engine.connect() as connection:
        mode, zone = connection.exec_driver_sql("SELECT @@sql_mode, @@time_zone").one()
    assert "ANSI_QUOTES" in mode and "STRICT_ALL_TABLES" in mode and zone == "+03:00"


@pytest.mark.parametrize("mode", ["", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES", "PIPES_AS_CONCAT"])
def test_literals_and_parameters_mean_the_same_in_every_sql_mode(engine: Any, mode: str) -> None:
    from accord import literal

    value = "a\\b'c\"d\0%s\n\\"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SET SESSION sql_mode = 'STRICT_ALL_TABLES,{mode}'")
        bound = select(literal(value, String()))
        written = bound.compile(
            dialect=engine.dialect, compile_kwargs={"literal_binds": True}
        ) if "\0" not in value else None  # fmt: skip
        assert connection.scalar(bound) == value
        assert written is None
        plain = value.replace("\0", "")
        inline = select(literal(plain, String(), literal_execute=True))
        assert connection.scalar(inline) == plain
        connection.invalidate()


def test_percent_signs_are_themselves_everywhere(engine: Any) -> None:
    metadata = MetaData()
    table = Table(
        "per%cent",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("a%b", String(20), server_default="50%s", comment="100%"),
    )
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), {"id": 1})
        assert connection.execute(select(table).where(table.c["a%b"].like("50%"))).one() == (
            1,
            "50%s",
        )
        assert connection.scalar(text("SELECT 'x%' FROM `per%cent`")) == "x%"


@pytest.mark.parametrize(
    "value",
    [[1], (1, 2), {"a": 1}, {1}, object()],
    ids=lambda value: type(value).__name__,
)
def test_parameters_of_unknown_types_are_refused(engine: Any, value: Any) -> None:
    with engine.connect() as connection:
        with pytest.raises(DBAPIError, match="cannot be sent"):
            connection.exec_driver_sql("SELECT %s", (value,))
        assert connection.exec_driver_sql("SELECT %s", (1,)).scalar() == 1


def test_untyped_parameters_of_known_types_travel(engine: Any) -> None:
    values: list[Any] = [
        1, 1.5, "x'\\", b"\0\xff", Decimal("1.50"), None, dt.date(2024, 1, 2),
        dt.datetime(2024, 1, 2, 3, 4, 5, 6),
    ]  # fmt: skip
    with engine.connect() as connection:
        for value in values:
            found = connection.execute(text("SELECT :v"), {"v": value}).scalar()
            if isinstance(value, dt.date):
                assert str(value) in str(found)
            else:
                assert found == value
        key = uuid.uuid4()
        assert connection.execute(text("SELECT :v"), {"v": key}).scalar() == key.hex


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_numbers_that_are_none_are_refused(engine: Any, value: Any) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError, match="no NaN"):
        connection.exec_driver_sql("SELECT %s", (value,))


@pytest.mark.parametrize(
    "level", ["READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]
)
def test_isolation_levels_hold_and_are_given_back(
    engine: Any, level: str, is_mariadb: bool
) -> None:
    variable = "@@tx_isolation" if is_mariadb else "@@transaction_isolation"
    with engine.connect() as connection:
        connection = connection.execution_options(isolation_level=level)
        found = connection.exec_driver_sql(f"SELECT {variable}").scalar()
        assert found == level.replace(" ", "-")
    with engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT {variable}").scalar()
        assert found == "REPEATABLE-READ"


def test_autocommit_commits_each_statement(engine: Any, table: Table, database: Database) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(insert(table), {"id": 1})
        assert database.read("SELECT id FROM t") == [(1,)]
        connection.rollback()
    assert database.read("SELECT id FROM t") == [(1,)]
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT @@autocommit").scalar() == 0


def test_a_streamed_result_is_read_while_the_server_sends_it(engine: Any, table: Table) -> None:
    with engine.begin() as connection:
        connection.execute(insert(table), [{"id": n} for n in range(1, 3001)])
    with engine.connect() as connection:
        result = connection.execution_options(stream_results=True).execute(select(table.c.id))
        first = result.fetchmany(10)
        assert "SSCursor" in str(type(result.cursor).__mro__) if hasattr(result, "cursor") else True
        assert [row.id for row in first] == list(range(1, 11))
        assert sum(1 for _ in result) == 2990
        assert connection.scalar(text("SELECT 7")) == 7


def test_a_streamed_result_left_unread_does_not_spoil_the_connection(
    engine: Any, table: Table
) -> None:
    with engine.begin() as connection:
        connection.execute(insert(table), [{"id": n} for n in range(1, 3001)])
    with engine.connect() as connection:
        connection.execution_options(stream_results=True).execute(select(table.c.id)).fetchmany(1)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 7")) == 7


def test_a_connection_with_an_open_transaction_never_goes_back_to_the_pool(
    engine: Any, table: Table, database: Database
) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("START TRANSACTION")
        connection.execute(insert(table), {"id": 1})
    with engine.connect() as connection:
        assert connection.execute(select(table)).all() == []
    assert database.read("SELECT * FROM t") == []


def test_a_creator_must_count_found_rows(engine: Any) -> None:
    module, url = engine.dialect.driver.module, engine.url
    arguments = {
        "host": url.host, "port": url.port, "user": url.username, "password": url.password or "",
        "database": url.database,
    }  # fmt: skip
    wrong = create_engine(url, creator=lambda: module.connect(**arguments))
    with pytest.raises(DBAPIError, match="FOUND_ROWS"):
        wrong.connect()
    right = create_engine(url, creator=lambda: module.connect(**arguments, client_flag=2))
    with right.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    right.dispose()


# -- which server ---------------------------------------------------------------------------------


def test_mysql_urls_work_on_mariadb_with_its_words(
    engine: Any, is_mariadb: bool, table: Table
) -> None:
    if not is_mariadb:
        pytest.skip("about a MariaDB server behind mysql://")
    other = create_engine(engine.url.set(drivername=f"mysql+{engine.driver}"))
    with other.begin() as connection:
        assert (other.dialect.name, other.server.details[0]) == ("mysql", ("flavour", "MariaDB"))
        statement = insert(table).values(name="x").returning(table.c.id)
        assert connection.execute(statement).scalar() == 1
        assert connection.execute(select(table).with_for_update(read=True)).one() == (1, "x")
    other.dispose()


def test_returning_is_the_first_thing_a_session_asks_mariadb_for(
    engine: Any, is_mariadb: bool, table: Table
) -> None:
    if not is_mariadb:
        pytest.skip("about a MariaDB server behind mysql://")
    from accord.orm import Session

    other = create_engine(engine.url.set(drivername=f"mysql+{engine.driver}"))
    with Session(other) as session:
        statement = insert(table).values(name="x").returning(table.c.id)
        assert session.execute(statement).scalar() == 1
    other.dispose()


def test_mariadb_urls_are_refused_on_mysql_with_what_to_write(
    engine: Any, is_mariadb: bool
) -> None:
    if is_mariadb:
        pytest.skip("about a MySQL server behind mariadb://")
    other = create_engine(engine.url.set(drivername=f"mariadb+{engine.driver}"))
    with pytest.raises(InvalidRequestError, match="write mysql:// in the place of mariadb://"):
        other.connect()


@pytest.mark.parametrize(
    "query", ["charset=latin1", "init_command=x", "autocommit=1", "nonsense=1", "local_infile=1"]
)
def test_options_that_do_not_belong_in_a_url_are_refused_by_name(
    make_engine: Any, query: str
) -> None:
    with pytest.raises(ArgumentError, match=query.partition("=")[0]):
        make_engine("refused", query=f"?{query}")


def test_charset_may_be_said_as_it_is(make_engine: Any) -> None:
    with make_engine("said", query="?charset=utf8mb4&connect_timeout=5").connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_ddl_that_would_commit_is_refused_after_a_write_but_not_about_temporary_tables(
    engine: Any, table: Table
) -> None:
    with engine.connect() as connection:
        connection.execute(insert(table), {"id": 1})
        connection.exec_driver_sql("CREATE TEMPORARY TABLE scratch (id INT)")
        with pytest.raises(InvalidRequestError):
            connection.exec_driver_sql("CREATE TABLE other (id INT)")
        connection.rollback()
        assert connection.execute(select(table)).all() == []
