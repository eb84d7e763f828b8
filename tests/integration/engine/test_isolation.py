"""Isolation levels on the database itself: who may set them, and how far they reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from requirements import BACKEND, not_on, only

from accord import Column, Integer, MetaData, Table, event, exc, insert, select, text
from accord.orm import Session

pytestmark = not_on("oracle", "mssql", "a double does not know isolation levels")

metadata = MetaData()
table = Table("levels", metadata, Column("id", Integer, primary_key=True))

_ASK = {
    "sqlite": "PRAGMA read_uncommitted",
    "postgresql": "SELECT current_setting('transaction_isolation')",
    "mysql": "SELECT @@session.transaction_isolation",
    "mariadb": "SELECT @@session.tx_isolation",
}


def asked(connection: Any) -> str:
    """What the database says, in the words of accord."""
    found = connection.exec_driver_sql(_ASK[BACKEND.name]).scalar()
    if BACKEND.name == "sqlite":
        return "READ UNCOMMITTED" if found else "SERIALIZABLE"
    return str(found).upper().replace("-", " ")


def levels(engine: Any) -> list[str]:
    """All but AUTOCOMMIT, and those with READ ONLY, which `asked` does not ask for."""
    every = engine.dialect.get_isolation_level_values()
    assert "AUTOCOMMIT" in every
    return [level for level in every if level != "AUTOCOMMIT" and "READ ONLY" not in level]


def test_every_level_is_set_and_the_next_user_of_the_connection_has_the_default(
    engine: Any,
) -> None:
    with engine.connect() as connection:
        default = asked(connection)
        assert connection.default_isolation_level == default == connection.get_isolation_level()
    for level in levels(engine):
        for spelled in (level, level.lower(), level.replace(" ", "_")):
            with engine.connect() as connection:
                connection.execution_options(isolation_level=spelled)
                assert connection.get_isolation_level() == asked(connection) == level
                connection.rollback()
                assert asked(connection) == level
        with engine.connect() as connection:
            assert asked(connection) == default
    assert engine.pool.checkedin() == 1


_OTHERWISE = {
    "sqlite": "PRAGMA read_uncommitted = 1",
    "postgresql": "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "mysql": "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "mariadb": "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
}


def test_a_level_that_the_server_or_a_listener_has_set_is_the_one_that_comes_back(
    engine: Any,
) -> None:
    @event.listens_for(engine, "connect")
    def connected(raw: Any, record: Any) -> None:
        raw.cursor().execute(_OTHERWISE[BACKEND.name])
        raw.commit()

    with engine.connect() as connection:
        before = asked(connection)
        assert before != engine.dialect.capabilities.transactions.default_isolation_level
        assert connection.default_isolation_level == before == connection.get_isolation_level()
    with engine.execution_options(isolation_level="SERIALIZABLE").connect() as connection:
        assert asked(connection) == "SERIALIZABLE" == connection.get_isolation_level()
        assert connection.default_isolation_level == before
    with engine.connect() as connection:
        assert asked(connection) == before
    assert engine.pool.checkedin() == 1


def test_the_level_can_be_asked_for_in_a_transaction_and_begins_none(engine: Any) -> None:
    with engine.connect() as connection:
        connection.get_isolation_level()
        assert not connection.in_transaction()
        connection.execute(select(1))
        level = connection.get_isolation_level()
        assert connection.in_transaction()
        assert level == connection.default_isolation_level
        connection.invalidate()
        with pytest.raises(exc.PendingRollbackError):
            connection.get_isolation_level()
        connection.rollback()
        assert connection.get_isolation_level() == level


def test_the_level_of_an_engine_and_of_a_view_of_it(engine: Any, make_engine: Any) -> None:
    wanted = levels(engine)[0]
    other = levels(engine)[-1]
    strict = make_engine("strict", isolation_level=wanted)
    with strict.connect() as connection:
        assert asked(connection) == wanted == connection.default_isolation_level
    with strict.execution_options(isolation_level=other).connect() as connection:
        assert asked(connection) == other
    with strict.connect() as connection:
        assert asked(connection) == wanted


def test_unknown_levels_name_those_there_are(engine: Any) -> None:
    with engine.connect() as connection, pytest.raises(exc.ArgumentError, match="it has .*SERIAL"):
        connection.execution_options(isolation_level="NOBODY READS")


def test_the_level_cannot_change_in_a_transaction(engine: Any) -> None:
    with engine.connect() as connection:
        connection.execute(select(1))
        with pytest.raises(exc.InvalidRequestError, match="inside a transaction"):
            connection.execution_options(isolation_level="SERIALIZABLE")
        connection.rollback()
        connection.execution_options(isolation_level="SERIALIZABLE")


def test_in_autocommit_others_see_each_statement_at_once(
    engine: Any, rows: Callable[..., Any]
) -> None:
    metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        assert connection.get_isolation_level() == "AUTOCOMMIT"
        connection.execute(insert(table), {"id": 1})
        assert rows("SELECT id FROM levels") == [(1,)]
        connection.rollback()  # has nothing to undo
        with connection.begin() as transaction:
            connection.execute(insert(table), {"id": 2})
            transaction.rollback()
    assert rows("SELECT id FROM levels ORDER BY id") == [(1,), (2,)]
    with engine.connect() as connection:  # the same raw connection has transactions again
        connection.execute(insert(table), {"id": 3})
    assert rows("SELECT count(*) FROM levels") == [(2,)]
    metadata.drop_all(engine)


def test_a_session_takes_the_level_for_one_transaction(engine: Any) -> None:
    wanted = next(level for level in levels(engine) if level != default_of(engine))
    with Session(engine) as session:
        session.connection(execution_options={"isolation_level": wanted})
        assert asked(session.connection()) == wanted
        session.commit()
        assert asked(session.connection()) == default_of(engine)
        with pytest.warns(exc.SAWarning, match="before the first statement"):
            session.connection(execution_options={"isolation_level": wanted})


def test_a_session_with_a_level_of_its_own_has_it_in_every_transaction(engine: Any) -> None:
    wanted = next(level for level in levels(engine) if level != default_of(engine))
    for session in (
        Session(engine.execution_options(isolation_level=wanted)),
        Session(engine, execution_options={"isolation_level": wanted}),
    ):
        with session:
            for _ in range(2):
                assert asked(session.connection()) == wanted
                assert session.execute(text("SELECT 1")).scalar() == 1
                session.commit()


def default_of(engine: Any) -> str:
    with engine.connect() as connection:
        return str(connection.default_isolation_level)


@only("sqlite", "postgresql", "mysql", "mariadb", "these have transactions to be lost")
def test_the_level_is_set_anew_on_a_connection_that_replaces_a_lost_one(engine: Any) -> None:
    wanted = next(level for level in levels(engine) if level != default_of(engine))
    with engine.connect() as connection:
        connection.execution_options(isolation_level=wanted)
        connection.invalidate()
        assert asked(connection) == wanted
