"""DDL on a database whose DDL commits: never in silence after the transaction has written."""

from __future__ import annotations

from typing import Any

import pytest

from accord import text
from accord.dialect import YES, Capabilities, Never, Transactions
from accord.exc import DBAPIError, InvalidRequestError
from accord.schema import DDL, Column, MetaData, Table
from accord.sqltypes import Integer


def said(server: Any) -> list[Any]:
    """What the connection was told, after the probe."""
    log = [e[2] if e[1] == "execute" else e[1] for e in server.log]
    return log[log.index("rollback") + 1 :]


@pytest.fixture
def connection(fake_engine: Any) -> Any:
    engine = fake_engine()
    with engine.connect() as connection:
        yield connection


def test_ddl_after_a_write_is_refused_before_it_is_sent(server: Any, connection: Any) -> None:
    connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    for ddl in (DDL("CREATE TABLE x (i int)"), text("  create table x (i int)")):
        with pytest.raises(
            InvalidRequestError, match=r"^CREATE TABLE commits the transaction on fake.*ddl_commits"
        ):
            connection.execute(ddl)
    with pytest.raises(InvalidRequestError, match="DROP TABLE commits"):
        connection.exec_driver_sql("DROP TABLE x")
    assert said(server) == ["BEGIN WRITE", "INSERT INTO t VALUES (1)"]
    connection.rollback()
    assert said(server)[2:] == ["rollback"]


def test_asked_for_it_is_sent_and_the_transaction_begins_again(
    server: Any, connection: Any
) -> None:
    connection.exec_driver_sql("INSERT 1")
    connection.execute(DDL("CREATE TABLE x (i int)").execution_options(ddl_commits=True))
    connection.exec_driver_sql("INSERT 2")
    connection.rollback()
    assert said(server) == [
        "BEGIN WRITE", "INSERT 1", "CREATE TABLE x (i int)", "BEGIN WRITE", "INSERT 2", "rollback",
    ]  # fmt: skip


def test_the_option_holds_for_a_connection_and_for_one_execution(
    server: Any, fake_engine: Any
) -> None:
    with fake_engine().connect().execution_options(ddl_commits=True) as c:
        c.exec_driver_sql("INSERT 1")
        c.exec_driver_sql("CREATE TABLE x (i int)")
        c.exec_driver_sql("INSERT 1")
        c.execute(text("CREATE TABLE x (i int)"), execution_options={"ddl_commits": True})


def test_before_any_write_ddl_is_free_and_several_may_follow_each_other(
    server: Any, connection: Any
) -> None:
    connection.exec_driver_sql("SELECT 1")
    connection.execute(DDL("CREATE TABLE x (i int)"))
    connection.execute(DDL("CREATE TABLE y (i int)"))
    connection.commit()
    assert "commit" not in said(server)  # the database has done it


def test_create_all_and_drop_all_run_in_one_block(server: Any, fake_engine: Any) -> None:
    metadata = MetaData()
    Table("a", metadata, Column("id", Integer, primary_key=True))
    Table("b", metadata, Column("id", Integer, primary_key=True))
    metadata.create_all(fake_engine())
    assert sum("CREATE TABLE" in str(entry) for entry in server.log) == 2


def test_a_savepoint_is_protected_too(connection: Any) -> None:
    with connection.begin_nested():
        with pytest.raises(InvalidRequestError, match="a savepoint is set"):
            connection.execute(DDL("ALTER TABLE t ADD c int"))


def test_a_failing_ddl_has_ended_the_transaction_as_well(
    server: Any, connection: Any, fake_error: Any
) -> None:
    server.answers["DROP TABLE x"] = fake_error("no such table")
    connection.exec_driver_sql("SELECT 1")
    with pytest.raises(DBAPIError):
        connection.exec_driver_sql("DROP TABLE x")
    connection.exec_driver_sql("SELECT 2")
    assert said(server) == ["BEGIN", "SELECT 1", "DROP TABLE x", "BEGIN", "SELECT 2"]


def test_autocommit_has_nothing_to_protect(server: Any, fake_engine: Any) -> None:
    with fake_engine(isolation_level="AUTOCOMMIT").connect() as c:
        c.exec_driver_sql("INSERT 1")
        c.exec_driver_sql("CREATE TABLE x (i int)")


@pytest.mark.parametrize(
    ("statement", "ends"),
    [
        ("CREATE TABLE x (i int)", True),
        ("\n\tTRUNCATE TABLE x", True),
        ("alter table x add y int", True),
        ("GRANT SELECT ON x TO y", True),
        ("SELECT 1", False),
        ("INSERT INTO created VALUES (1)", False),
        ("UPDATE x SET y = 'drop'", False),
    ],
)
def test_which_statements_end_a_transaction(connection: Any, statement: str, ends: bool) -> None:
    assert connection.dialect.ends_transaction(statement) is ends


def test_where_ddl_is_transactional_nothing_is_refused(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    dialect = type(engine.dialect)
    dialect.capabilities = Capabilities(transactions=Transactions(transactional_ddl=YES))
    with engine.connect() as c:
        c.exec_driver_sql("INSERT 1")
        c.execute(DDL("CREATE TABLE x (i int)"))
        c.commit()
    assert said(server)[-2:] == ["CREATE TABLE x (i int)", "commit"]
    dialect.capabilities = Capabilities(
        transactions=Transactions(transactional_ddl=Never("it commits"))
    )
    with engine.connect() as c:
        c.exec_driver_sql("INSERT 1")
        with pytest.raises(InvalidRequestError):
            c.execute(DDL("CREATE TABLE x (i int)"))


def test_ddl_makes_the_engine_forget_its_key_plans(fake_engine: Any) -> None:
    engine = fake_engine()
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True))
    with engine.connect() as c:
        engine.key_plans[table] = object()
        c.execute(DDL("CREATE SEQUENCE s"))
        assert not engine.key_plans
