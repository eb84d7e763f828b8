"""What the servers' errors mean: kind, name of the constraint, whether to try again, whether the
connection is gone; and that a transaction the server rolled back is never committed by halves.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from servers.databases import Database

from accord import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    insert,
    text,
)
from accord.exc import DBAPIError, IntegrityError, OperationalError

metadata = MetaData()
parent = Table(
    "parent",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(5)),
    Column("must", Integer, nullable=False, server_default="1"),
    UniqueConstraint("code", name="uq_code"),
    CheckConstraint("must < 100", name="ck_must"),
)
child = Table(
    "child",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("parent_id", Integer, ForeignKey("parent.id", name="fk_parent")),
)


@pytest.fixture
def tables(engine: Any) -> Any:
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(parent), [{"id": 1, "code": "a"}, {"id": 2, "code": "b"}])
        connection.execute(insert(child), {"id": 1, "parent_id": 1})
    return engine


@pytest.mark.parametrize(
    ("sql", "kind", "name"),
    [
        ("INSERT INTO parent (code) VALUES ('a')", "unique", "uq_code"),
        ("INSERT INTO parent (id, code) VALUES (1, 'z')", "primary_key", "PRIMARY"),
        ("INSERT INTO parent (must) VALUES (NULL)", "not_null", "must"),
        ("INSERT INTO parent (must) VALUES (100)", "check", "ck_must"),
        ("INSERT INTO child (parent_id) VALUES (9)", "foreign_key", "fk_parent"),
        ("DELETE FROM parent WHERE id = 1", "foreign_key", "fk_parent"),
    ],
)
def test_integrity_errors_name_their_constraint(
    tables: Any, sql: str, kind: str, name: str
) -> None:
    with tables.connect() as connection, pytest.raises(IntegrityError) as caught:
        connection.execute(text(sql))
    assert (caught.value.kind, caught.value.constraint_name) == (kind, name)
    assert not caught.value.retryable and not caught.value.connection_invalidated


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("INSERT INTO parent (code) VALUES ('too long')", "data"),
        ("INSERT INTO parent (must) VALUES (99999999999)", "data"),
        ("INSERT INTO parent (must) VALUES ('word')", "data"),
        ("SELECT * FROM nowhere", "missing_object"),
        ("SELECT nothing FROM parent", "missing_object"),
        ("SELEKT 1", "syntax"),
    ],
)
def test_other_errors_have_their_kind(tables: Any, sql: str, kind: str) -> None:
    with tables.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text(sql))
    assert caught.value.kind == kind
    assert not caught.value.retryable


def test_a_read_only_transaction_says_so(tables: Any) -> None:
    with tables.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
        connection.commit()
        try:
            connection.execute(insert(parent), {"id": 9})
        finally:
            connection.invalidate()
    assert caught.value.kind == "read_only"


def test_a_missing_privilege_says_so(tables: Any, poor_engine: Any) -> None:
    with poor_engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.exec_driver_sql("ALTER TABLE parent ADD COLUMN x INT")
    assert caught.value.kind == "permission"


def test_a_wrong_password_is_a_permission_and_never_shown(
    engine: Any, make_engine: Any, database: Database
) -> None:
    from accord import create_engine

    wrong = create_engine(engine.url.set(password="canary-4711"))
    with pytest.raises(DBAPIError) as caught:
        wrong.connect()
    assert caught.value.kind == "permission" and "canary" not in str(caught.value)


def test_a_lock_that_is_not_granted_rolls_back_the_statement_only(tables: Any) -> None:
    with tables.connect() as one, tables.connect() as two:
        one.execute(text("UPDATE parent SET must = 5 WHERE id = 1"))
        two.exec_driver_sql("SET SESSION innodb_lock_wait_timeout = 1")
        two.execute(text("UPDATE parent SET must = 6 WHERE id = 2"))
        with pytest.raises(OperationalError) as caught:
            two.execute(text("UPDATE parent SET must = 7 WHERE id = 1"))
        assert (caught.value.kind, caught.value.retryable) == ("lock_timeout", True)
        assert "only the statement was rolled back" in str(caught.value)
        two.rollback()
        two.invalidate()
        one.rollback()


def deadlock(engine: Any) -> tuple[Any, DBAPIError]:
    """A connection whose transaction was chosen as the victim, and its error."""
    one, two = engine.connect(), engine.connect()
    for number in (3, 4, 5):  # the smaller transaction is the victim
        two.execute(insert(parent), {"id": number})
    one.execute(text("UPDATE parent SET must = 5 WHERE id = 1"))
    two.execute(text("UPDATE parent SET must = 5 WHERE id = 2"))

    def wait() -> None:
        two.execute(text("UPDATE parent SET must = 6 WHERE id = 1"))
        two.rollback()
        two.close()

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.3)
    with pytest.raises(DBAPIError) as caught:
        one.execute(text("UPDATE parent SET must = 6 WHERE id = 2"))
    thread.join()
    return one, caught.value


def test_a_deadlock_may_be_tried_again(tables: Any) -> None:
    connection, error = deadlock(tables)
    assert (error.kind, error.retryable) == ("deadlock", True)
    connection.rollback()
    connection.close()


def test_commit_after_a_deadlock_keeps_nothing_and_says_so(tables: Any, database: Database) -> None:
    connection, _ = deadlock(tables)
    connection.execute(insert(parent), {"id": 77})
    with pytest.raises(OperationalError, match="rolled back by the server"):
        connection.commit()
    connection.close()
    assert database.read("SELECT id FROM parent WHERE id = 77") == []


def killed(engine: Any, connection: Any) -> None:
    number = connection.exec_driver_sql("SELECT connection_id()").scalar()
    with engine.connect() as killer:
        killer.exec_driver_sql(f"KILL {number}")
    time.sleep(0.2)


def test_a_killed_connection_is_a_disconnect_and_the_next_transaction_works(tables: Any) -> None:
    with tables.connect() as connection:
        killed(tables, connection)
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("SELECT 1"))
        assert caught.value.kind == "disconnect" and caught.value.connection_invalidated
        connection.rollback()
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_pre_ping_replaces_a_connection_that_was_killed(tables: Any, make_engine: Any) -> None:
    engine = make_engine("pinged", pool_pre_ping=True)
    with engine.connect() as connection:
        number = connection.exec_driver_sql("SELECT connection_id()").scalar()
    with tables.connect() as killer:
        killer.exec_driver_sql(f"KILL {number}")
    time.sleep(0.2)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_a_statement_that_takes_too_long_is_a_time_out(tables: Any, is_mariadb: bool) -> None:
    limit = "max_statement_time = 0.2" if is_mariadb else "max_execution_time = 200"
    with tables.connect() as connection:
        connection.exec_driver_sql(f"SET SESSION {limit}")
        slow = "SELECT count(*) FROM information_schema.columns a, information_schema.columns b"
        try:
            with pytest.raises(DBAPIError) as caught:
                connection.execute(text(f"{slow}, information_schema.columns c"))
            assert caught.value.kind == "statement_timeout"
        finally:
            connection.invalidate()


def test_nobody_listens(engine: Any) -> None:
    from accord import create_engine

    nowhere = create_engine(engine.url.set(port=1))
    with pytest.raises(OperationalError) as caught:
        nowhere.connect()
    assert caught.value.kind == "cannot_connect"


def test_a_database_that_is_not_there_is_named(engine: Any) -> None:
    from accord import create_engine

    nowhere = create_engine(engine.url.set(database="no_such_database"))
    with pytest.raises(OperationalError, match="no_such_database") as caught:
        nowhere.connect()
    assert caught.value.kind == "missing_object"


def test_lone_surrogates_are_data_that_does_not_fit(tables: Any) -> None:
    with tables.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(insert(parent), {"code": "\ud800"})
    assert caught.value.kind == "data"
