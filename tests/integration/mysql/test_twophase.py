"""Two-phase by XA: votes, branches of others, branches that outlive their connection and the
server, and what the two servers do differently.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from servers.databases import Database

from accord import Column, Integer, MetaData, Table, insert, select, text
from accord.engine.run import run
from accord.exc import ArgumentError, DBAPIError, IntegrityError, InvalidRequestError

table = Table("t", MetaData(), Column("id", Integer, primary_key=True))


@pytest.fixture
def branches(engine: Any) -> Iterator[Any]:
    table.metadata.create_all(engine)
    yield engine
    engine.dispose()
    with engine.connect() as connection:
        for xid in connection.recover_twophase():
            connection.rollback_prepared(xid)


def ids(database: Database) -> list[int]:
    return [row[0] for row in database.read("SELECT id FROM t ORDER BY id")]


def leave_prepared(engine: Any, xid: str, number: int) -> None:
    """A prepared branch whose connection is gone."""
    connection = engine.connect()
    transaction = connection.begin_twophase(xid)
    connection.execute(insert(table), {"id": number})
    transaction.prepare()
    connection.invalidate()
    time.sleep(0.2)


def prepared(engine: Any) -> dict[str, bool]:
    """What the dialect lists: identifier and whether it is owned."""
    with engine.connect() as connection:
        steps = engine.dialect.two_phase().list_prepared(engine, "")
        found = {one.xid: one.owned for one in run(steps, connection.perform)}
        connection.rollback()
    return found


def test_a_branch_is_prepared_and_committed(branches: Any, database: Database) -> None:
    with branches.connect() as connection:
        transaction = connection.begin_twophase("g/b")
        connection.execute(insert(table), {"id": 1})
        transaction.prepare()
        assert ids(database) == []
        transaction.commit()
        assert ids(database) == [1]
        assert connection.execute(select(table)).all() == [(1,)]


def test_a_branch_is_rolled_back_before_and_after_it_was_prepared(
    branches: Any, database: Database
) -> None:
    with branches.connect() as connection:
        for number, prepare in ((1, False), (2, True)):
            transaction = connection.begin_twophase(f"g{number}")
            connection.execute(insert(table), {"id": number})
            if prepare:
                transaction.prepare()
            transaction.rollback()
        connection.execute(insert(table), {"id": 3})
        connection.commit()
    assert ids(database) == [3] and prepared(branches) == {}


def test_the_connection_goes_back_to_the_pool_clean(branches: Any) -> None:
    with branches.connect() as connection, connection.begin_twophase("g"):
        connection.execute(insert(table), {"id": 1})
        number = connection.exec_driver_sql("SELECT connection_id()").scalar()
    with branches.connect() as connection:
        assert connection.exec_driver_sql("SELECT connection_id(), @@autocommit").one() == (
            number,
            0,
        )


def test_a_read_only_branch_prepares_and_commits(branches: Any) -> None:
    with branches.connect() as connection, connection.begin_twophase("g"):
        assert connection.execute(select(table)).all() == []
    assert prepared(branches) == {}


def test_a_branch_in_which_a_statement_failed_is_not_prepared(
    branches: Any, database: Database
) -> None:
    with branches.connect() as connection:
        transaction = connection.begin_twophase("g")
        connection.execute(insert(table), {"id": 1})
        with pytest.raises(IntegrityError):
            connection.execute(insert(table), {"id": 1})
        with pytest.raises(InvalidRequestError, match="a statement in it had failed"):
            transaction.prepare()
        transaction.rollback()
    assert ids(database) == [] and prepared(branches) == {}


def test_a_lock_time_out_poisons_the_branch_too(branches: Any, database: Database) -> None:
    database.write("INSERT INTO t VALUES (1)")
    with branches.connect() as other, branches.connect() as connection:
        other.execute(text("DELETE FROM t WHERE id = 1"))
        transaction = connection.begin_twophase("g")
        connection.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 1")
        connection.execute(insert(table), {"id": 5})
        with pytest.raises(DBAPIError):
            connection.execute(text("DELETE FROM t WHERE id = 1"))
        with pytest.raises(InvalidRequestError, match="could not prepare"):
            transaction.commit()
        transaction.rollback()
        connection.invalidate()
        other.rollback()
    assert ids(database) == [1]


def test_a_failure_that_a_savepoint_took_back_is_forgotten(
    branches: Any, database: Database
) -> None:
    with branches.connect() as connection, connection.begin_twophase("g"):
        connection.execute(insert(table), {"id": 1})
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(insert(table), {"id": 1})
        connection.execute(insert(table), {"id": 2})
    assert ids(database) == [1, 2]


def test_the_victim_of_a_deadlock_votes_no(branches: Any, database: Database) -> None:
    database.write("INSERT INTO t VALUES (1), (2)")
    other, victim = branches.connect(), branches.connect()
    for number in (11, 12, 13):
        other.execute(insert(table), {"id": number})
    transaction = victim.begin_twophase("g")
    victim.execute(text("UPDATE t SET id = 1 WHERE id = 1"))
    victim.execute(text("SELECT * FROM t WHERE id = 1 FOR UPDATE"))
    other.execute(text("SELECT * FROM t WHERE id = 2 FOR UPDATE"))

    def wait() -> None:
        other.execute(text("SELECT * FROM t WHERE id = 1 FOR UPDATE"))
        other.rollback()
        other.close()

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.3)
    with pytest.raises(DBAPIError) as caught:
        victim.execute(text("SELECT * FROM t WHERE id = 2 FOR UPDATE"))
    thread.join()
    assert caught.value.kind == "deadlock"
    with pytest.raises(InvalidRequestError, match="could not prepare"):
        transaction.prepare()
    transaction.rollback()
    victim.execute(insert(table), {"id": 3})
    victim.commit()
    victim.close()
    assert ids(database) == [1, 2, 3] and prepared(branches) == {}


def test_a_branch_left_by_a_lost_connection_is_finished_from_any_other(
    branches: Any, database: Database
) -> None:
    leave_prepared(branches, "one/x", 1)
    leave_prepared(branches, "two", 2)
    assert prepared(branches) == {"one/x": False, "two": False}
    with branches.connect() as connection:
        assert sorted(connection.recover_twophase()) == ["one/x", "two"]
        connection.commit_prepared("one/x")
        connection.rollback_prepared("two")
        connection.commit_prepared("one/x")  # twice is no error
        connection.rollback_prepared("two")
        assert connection.exec_driver_sql("SELECT @@autocommit").scalar() == 0
    assert ids(database) == [1] and prepared(branches) == {}


def test_a_failure_does_not_spoil_the_next_branch_of_the_connection(
    branches: Any, database: Database
) -> None:
    with branches.connect() as connection:
        transaction = connection.begin_twophase("bad")
        with pytest.raises(DBAPIError):
            connection.execute(text("INSERT INTO nowhere VALUES (1)"))
        transaction.rollback()
        with connection.begin_twophase("good"):
            connection.execute(insert(table), {"id": 1})
    assert ids(database) == [1]


def test_a_branch_owned_by_a_living_connection(
    branches: Any, database: Database, is_mariadb: bool
) -> None:
    owner = branches.connect()
    transaction = owner.begin_twophase("held")
    owner.execute(insert(table), {"id": 1})
    transaction.prepare()
    with branches.connect() as connection:
        if is_mariadb:
            time.sleep(0.3)  # what InnoDB shows of its transactions is up to 0.1 s old
            assert prepared(branches) == {"held": True}
            with pytest.raises(DBAPIError) as caught:
                connection.commit_prepared("held")
            assert "owned by the connection that prepared it" in str(caught.value.__notes__)
            owner.invalidate()
            time.sleep(0.2)
            assert prepared(branches) == {"held": False}
        connection.commit_prepared("held")
    assert ids(database) == [1]
    owner.close()


def test_an_owner_that_prepared_may_still_finish_it_itself(
    branches: Any, database: Database
) -> None:
    owner = branches.connect()
    transaction = owner.begin_twophase("held")
    owner.execute(insert(table), {"id": 1})
    transaction.prepare()
    transaction.commit()
    owner.close()
    assert ids(database) == [1]


def test_branches_of_other_coordinators_are_left_alone(branches: Any, database: Database) -> None:
    with branches.connect() as connection:
        raw = connection.connection.dbapi_connection.cursor()
        raw.execute("XA START 'foreign'")
        raw.execute("INSERT INTO t VALUES (9)")
        raw.execute("XA END 'foreign'")
        raw.execute("XA PREPARE 'foreign'")
        assert prepared(branches) == {}
        raw.execute("XA ROLLBACK 'foreign'")


@pytest.mark.parametrize("xid", ["a" * 65, "g/" + "b" * 65])
def test_identifiers_that_do_not_fit_are_refused_before_anything_is_sent(
    branches: Any, xid: str
) -> None:
    with branches.connect() as connection, pytest.raises(ArgumentError, match="64 bytes"):
        connection.begin_twophase(xid)


def test_a_branch_needs_no_statement_before_it(branches: Any) -> None:
    with branches.connect() as connection:
        connection.execute(select(table))
        with pytest.raises(InvalidRequestError):
            connection.begin_twophase("g")


def test_ddl_inside_a_branch_is_refused(branches: Any) -> None:
    with branches.connect() as connection:
        transaction = connection.begin_twophase("g")
        connection.execute(insert(table), {"id": 1})
        with pytest.raises((InvalidRequestError, DBAPIError)):
            connection.exec_driver_sql("CREATE TABLE other (id INT)")
        transaction.rollback()


def test_a_user_who_may_not_list_branches_is_told_so(
    branches: Any, poor_engine: Any, is_mariadb: bool
) -> None:
    if is_mariadb:
        pytest.skip("MariaDB shows everybody all branches")
    with poor_engine.connect() as connection:
        with pytest.raises(DBAPIError, match="XA_RECOVER_ADMIN"):
            connection.recover_twophase()
        with pytest.raises(DBAPIError) as caught:
            connection.commit_prepared("finished-or-not")
        assert "XA_RECOVER_ADMIN" in str(caught.value.__notes__)


def test_prepared_branches_survive_a_crash_of_the_server(tmp_path_factory: Any) -> None:
    """On a server of its own, killed and started again."""
    from requirements import BACKEND
    from servers.provide import LocalServer, Unavailable, Undelivered

    from accord import create_engine

    with tempfile.TemporaryDirectory(prefix="xa") as folder:
        os.chmod(folder, 0o755)
        server = LocalServer(BACKEND, Path(folder) / "s")
        try:
            url = server.start()
        except (Unavailable, Undelivered) as reason:
            pytest.skip(f"needs a server that may be killed: {reason}")
        try:
            engine = create_engine(url)
            table.metadata.create_all(engine)
            leave_prepared(engine, "kept/1", 1)
            leave_prepared(engine, "kept/2", 2)
            server.crash()
            with pytest.raises(DBAPIError), engine.connect() as connection:
                connection.execute(select(table))
            server.start()
            assert prepared(engine) == {"kept/1": False, "kept/2": False}
            with engine.connect() as connection:
                connection.commit_prepared("kept/1")
                connection.rollback_prepared("kept/2")
                assert connection.execute(select(table)).all() == [(1,)]
            engine.dispose()
        finally:
            server.destroy()
