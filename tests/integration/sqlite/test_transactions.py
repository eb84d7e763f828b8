"""Transactions and pooling on SQLite files: locks, PRAGMAs, databases in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from accord import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    exc,
    insert,
    select,
    text,
)

metadata = MetaData()
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("body", String, unique=True),
    Column("pin", String, sensitive=True),
)


@pytest.fixture
def path(tmp_path: Any) -> str:
    return str(tmp_path / "notes.db")


@pytest.fixture
def engine(path: str) -> Iterator[Any]:
    engine = create_engine(f"sqlite:///{path}?timeout=0.2")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_a_writing_transaction_takes_the_lock_at_once(engine: Any) -> None:
    with engine.connect() as one, engine.connect() as two:
        one.execute(insert(notes), {"body": "a"})
        assert two.execute(select(notes)).all() == []
        two.rollback()
        with pytest.raises(exc.OperationalError) as caught:
            two.execute(insert(notes), {"body": "b"})
        assert caught.value.retryable and caught.value.statement == "BEGIN IMMEDIATE"
        two.rollback()
        one.commit()
        two.execute(insert(notes), {"body": "b"})
        two.commit()


def test_a_failed_upgrade_is_retryable(engine: Any) -> None:
    with engine.connect() as one, engine.connect() as two:
        two.exec_driver_sql("PRAGMA journal_mode").all()
        two.rollback()
        one.execute(select(notes)).all()
        two.execute(insert(notes), {"body": "b"})
        with pytest.raises(exc.OperationalError) as caught:
            one.execute(insert(notes), {"body": "a"})
        assert caught.value.retryable


def test_read_uncommitted_comes_back(engine: Any) -> None:
    asked = "PRAGMA read_uncommitted"
    with engine.connect().execution_options(isolation_level="READ UNCOMMITTED") as c:
        assert c.exec_driver_sql(asked).scalar() == 1
    with engine.connect() as c:
        assert c.exec_driver_sql(asked).scalar() == 0


def test_memory_is_shared_within_a_thread() -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as one, engine.connect() as two:
        one.execute(insert(notes), {"body": "a"})
        assert two.execute(select(notes.c.body)).scalars().all() == ["a"]
        one.commit()
        two.execute(insert(notes), {"body": "b"})
        two.commit()
    with engine.connect() as c:
        assert c.execute(select(notes.c.body)).scalars().all() == ["a", "b"]
        c.rollback()
    seen: list[bool] = []
    thread = threading.Thread(target=lambda: seen.append(engine.has_table("notes")))
    thread.start()
    thread.join()
    assert seen == [False], "another thread has a database of its own"


def test_sensitive_columns_never_show(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    engine = create_engine(f"sqlite:///{path}", echo=True, hide_parameters=False)
    metadata.create_all(engine)
    with engine.connect() as c:
        c.execute(insert(notes), {"body": "shown", "pin": "pin-4712"})
        c.execute(
            insert(notes), [{"body": "x", "pin": "pin-4712"}, {"body": "y", "pin": "pin-4712"}]
        )
        with pytest.raises(exc.IntegrityError) as caught:
            c.execute(insert(notes), {"body": "shown", "pin": "pin-4712"})
    out = capsys.readouterr().out
    assert "pin-4712" not in out + str(caught.value) + repr(caught.value.params)
    assert "('shown', ***)" in out and "[('x', ***), ('y', ***)]" in out


def test_echo(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.echo = True
    with engine.begin() as c:
        c.execute(insert(notes), {"body": "a"})
        c.execute(select(notes.c.body).where(notes.c.id == 1)).all()
    lines = [
        line.split("accord.engine.Engine ", 1)[-1] for line in capsys.readouterr().out.splitlines()
    ]
    assert [line if line[0] != "[" else "[...] " + line.split("] ", 1)[1] for line in lines] == [
        "BEGIN (implicit)",
        "INSERT INTO notes (body) VALUES (?)",
        "[...] ('a',)",
        "SELECT notes.body ",
        "FROM notes ",
        "WHERE notes.id = ?",
        "[...] (1,)",
        "COMMIT",
    ]


def test_a_file_that_cannot_be_written(tmp_path: Any) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/no/such/folder/x.db")
    with pytest.raises(exc.OperationalError, match="does not exist"):
        engine.connect()
    with pytest.raises(exc.OperationalError):
        metadata.create_all(engine)
    assert engine.pool.checkedout() == 0


def test_foreign_keys_by_listener(path: str) -> None:
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def switch_on(dbapi_connection: Any, connection_record: Any) -> None:
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    with engine.connect() as c:
        assert c.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_an_interrupted_statement(engine: Any) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT max(i) FROM n"
    with engine.connect() as c:
        c.execute(insert(notes), {"body": "a"})
        c.connection.dbapi_connection.set_progress_handler(lambda: 1, 1000)
        with pytest.raises(exc.OperationalError) as caught:
            c.exec_driver_sql(endless)
        assert caught.value.kind == "statement_timeout" and c.in_transaction()
    with engine.connect() as c:
        assert c.execute(select(notes)).all() == []


def test_two_phase_is_refused_with_the_reason(engine: Any) -> None:
    with (
        engine.connect() as c,
        pytest.raises(exc.InvalidRequestError, match="no prepared transactions"),
    ):
        c.begin_twophase()
