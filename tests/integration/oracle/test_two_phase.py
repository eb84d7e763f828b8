"""Two-phase commit through Connection, on the double: votes, foreign sessions, crashes."""

from __future__ import annotations

from typing import Any

import pytest
from doubles.oracle import URL, Server
from doubles.oracle.branching import force

from accord import Column, Integer, MetaData, Table, create_engine, func, insert, select
from accord.exc import ArgumentError, DBAPIError, InvalidRequestError
from accord_oracle.driver import XA_FORMAT

T = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("n", Integer))
XID = "order-17/oracle"


@pytest.fixture
def engine(oracle_engine: Any) -> Any:
    T.metadata.create_all(oracle_engine)
    return oracle_engine


def count(engine: Any) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(select(func.count()).select_from(T)))


def prepared(server: Server) -> None:
    """A branch that another process has prepared, which is gone."""
    connection = server.creator()
    gtrid, _, bqual = XID.partition("/")
    connection.tpc_begin(connection.xid(XA_FORMAT, gtrid, bqual))
    connection.cursor().execute("INSERT INTO t (n) VALUES (1)")
    assert connection.tpc_prepare()
    server.kill(connection._session)  # type: ignore[arg-type]  # it is connected


def test_prepare_then_commit(engine: Any) -> None:
    with engine.connect() as connection:
        transaction = connection.begin_twophase(XID)
        connection.execute(insert(T).values(n=1))
        transaction.prepare()
        assert count(engine) == 0
        transaction.commit()
    assert count(engine) == 1


def test_commit_without_prepare_prepares_first(engine: Any, oracle_double: Server) -> None:
    with engine.connect() as connection:
        transaction = connection.begin_twophase(XID)
        connection.execute(insert(T).values(n=1))
        transaction.commit()
    assert count(engine) == 1
    assert oracle_double.branches == {}


def test_rollback_before_prepare(engine: Any, oracle_double: Server) -> None:
    with engine.connect() as connection:
        transaction = connection.begin_twophase(XID)
        connection.execute(insert(T).values(n=1))
        transaction.rollback()
    assert count(engine) == 0
    assert oracle_double.branches == {}


def test_rollback_after_prepare(engine: Any, oracle_double: Server) -> None:
    with engine.connect() as connection:
        transaction = connection.begin_twophase(XID)
        connection.execute(insert(T).values(n=1))
        transaction.prepare()
        transaction.rollback()
    assert count(engine) == 0
    assert oracle_double.branches == {}


def test_a_branch_that_only_read_is_not_committed(engine: Any, oracle_double: Server) -> None:
    with engine.connect() as connection:
        transaction = connection.begin_twophase(XID)
        connection.execute(select(T))
        transaction.prepare()
        transaction.commit()
    assert oracle_double.branches == {}


def test_another_connection_commits_what_a_lost_one_prepared(
    engine: Any, oracle_double: Server
) -> None:
    prepared(oracle_double)
    assert count(engine) == 0
    with engine.connect() as connection:
        assert list(connection.recover_twophase()) == [XID]
        connection.commit_prepared(XID)
    assert count(engine) == 1


def test_another_connection_rolls_back_what_a_lost_one_prepared(
    engine: Any, oracle_double: Server
) -> None:
    prepared(oracle_double)
    with engine.connect() as connection:
        connection.rollback_prepared(XID)
        assert list(connection.recover_twophase()) == []
    assert count(engine) == 0


def test_a_prepared_branch_survives_the_server(engine: Any, oracle_double: Server) -> None:
    prepared(oracle_double)
    oracle_double.stop()
    oracle_double.start()
    engine.dispose()
    with engine.connect() as connection:
        connection.commit_prepared(XID)
    assert count(engine) == 1


def test_an_unprepared_branch_does_not_survive_its_session(
    engine: Any, oracle_double: Server
) -> None:
    connection = engine.connect()
    connection.begin_twophase(XID)
    connection.execute(insert(T).values(n=1))
    oracle_double.kill(oracle_double.sessions[-1])
    with pytest.raises(DBAPIError) as caught:
        connection.execute(select(T))
    assert caught.value.connection_invalidated
    connection.close()
    assert count(engine) == 0


def test_finishing_twice_is_no_error(engine: Any, oracle_double: Server) -> None:
    prepared(oracle_double)
    with engine.connect() as connection:
        connection.commit_prepared(XID)
        connection.commit_prepared(XID)
        connection.rollback_prepared(XID)
    assert count(engine) == 1


def test_without_the_privilege_recovery_says_what_to_grant(
    engine: Any, oracle_double: Server
) -> None:
    prepared(oracle_double)
    oracle_double.privileges.clear()
    with engine.connect() as connection:
        with pytest.raises(InvalidRequestError, match="GRANT SELECT ON dba_pending_transactions"):
            connection.recover_twophase()
        connection.rollback()
        connection.rollback_prepared(XID)


def test_branches_of_others_are_not_listed(engine: Any, oracle_double: Server) -> None:
    other = oracle_double.creator()
    other.tpc_begin(other.xid(1, "foreign", "x"))
    other.cursor().execute("INSERT INTO t (n) VALUES (1)")
    other.tpc_prepare()
    with engine.connect() as connection:
        assert list(connection.recover_twophase()) == []
    other.tpc_rollback(other.xid(1, "foreign", "x"))


def test_a_branch_forced_the_same_way_is_forgotten(engine: Any, oracle_double: Server) -> None:
    prepared(oracle_double)
    (key,) = oracle_double.branches
    force(oracle_double.creator()._session, key, committed=True)  # type: ignore[arg-type]
    with engine.connect() as connection:
        connection.commit_prepared(XID)
    assert oracle_double.branches == {}
    assert count(engine) == 1


def test_a_branch_forced_the_other_way_is_an_error(engine: Any, oracle_double: Server) -> None:
    prepared(oracle_double)
    (key,) = oracle_double.branches
    force(oracle_double.creator()._session, key, committed=False)  # type: ignore[arg-type]
    with engine.connect() as connection, pytest.raises(DBAPIError, match="ORA-24765"):
        connection.commit_prepared(XID)
    oracle_double.branches.clear()


def test_an_identifier_xa_cannot_carry_is_refused(engine: Any) -> None:
    with engine.connect() as connection, pytest.raises(ArgumentError):
        connection.begin_twophase("x" * 65)
        connection.execute(select(T))


def test_the_connection_is_free_after_prepare(engine: Any) -> None:
    """tpc_end lets go of the branch: the same connection may begin the next one."""
    with engine.connect() as connection:
        transaction = connection.begin_twophase(XID)
        connection.execute(insert(T).values(n=1))
        transaction.prepare()
        transaction.commit()
        second = connection.begin_twophase("order-18/oracle")
        connection.execute(insert(T).values(n=2))
        second.commit()
    assert count(engine) == 2


def test_locks_of_a_prepared_branch_stay(engine: Any, oracle_double: Server) -> None:
    oracle_double.patience = 0.1
    with engine.begin() as connection:
        connection.execute(insert(T).values(id=5, n=1))
    connection = engine.connect()
    transaction = connection.begin_twophase(XID)
    connection.execute(T.update().where(T.c.id == 5).values(n=2))
    transaction.prepare()
    with engine.connect() as other, pytest.raises(DBAPIError) as caught:
        other.execute(T.update().where(T.c.id == 5).values(n=3))
    assert caught.value.kind == "lock_timeout" and caught.value.retryable
    transaction.rollback()
    connection.close()


def test_the_url_reaches_the_double(oracle_double: Server) -> None:
    engine = create_engine(URL)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT USER FROM dual").scalar() == "SCOTT"
    engine.dispose()
