"""Transactions and pooling: what another connection sees, and when."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest

from accord import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    exc,
    insert,
    select,
)

metadata = MetaData()
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("body", String(50), unique=True),
    Column("pin", String(50), sensitive=True),
)


@pytest.fixture
def noted(engine: Any) -> Any:
    """The engine, with the table."""
    metadata.create_all(engine)
    return engine


Committed = Callable[[], list[str]]


@pytest.fixture
def committed(rows: Any) -> Committed:
    """What others see."""
    return lambda: [body for (body,) in rows("SELECT body FROM notes ORDER BY id")]


def test_commit_and_rollback(noted: Any, committed: Committed) -> None:
    with noted.connect() as c:
        c.execute(insert(notes), {"body": "a"})
        assert committed() == []
        c.commit()
        assert committed() == ["a"]
        c.execute(insert(notes), {"body": "b"})
        c.rollback()
        c.execute(insert(notes), {"body": "c"})
    assert committed() == ["a"]
    with noted.begin() as c:
        c.execute(insert(notes), {"body": "d"})
    assert committed() == ["a", "d"]


def test_savepoints(noted: Any, committed: Committed) -> None:
    with noted.begin() as c:
        c.execute(insert(notes), {"body": "a"})
        with pytest.raises(exc.IntegrityError), c.begin_nested():
            c.execute(insert(notes), {"body": "b"})
            c.execute(insert(notes), {"body": "a"})
        with c.begin_nested():
            c.execute(insert(notes), {"body": "c"})
        lost = c.begin_nested()
        c.execute(insert(notes), {"body": "d"})
        lost.rollback()
    assert committed() == ["a", "c"]


def test_autocommit(noted: Any, committed: Committed) -> None:
    with noted.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        c.execute(insert(notes), {"body": "a"})
        assert committed() == ["a"]
        c.rollback()
    assert committed() == ["a"]
    with noted.connect() as c:
        c.execute(insert(notes), {"body": "b"})
    assert committed() == ["a"]


def test_threads_share_the_pool(noted: Any, committed: Committed) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        for turn in range(10):
            try:
                with noted.begin() as c:
                    c.execute(insert(notes), {"body": f"{number}-{turn}"})
            except exc.OperationalError as error:
                if not error.retryable:
                    failures.append(error)
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and noted.pool.checkedout() == 0
    assert len(committed()) == len(set(committed())) > 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork(noted: Any, committed: Committed) -> None:
    with noted.connect() as c:
        c.execute(insert(notes), {"body": "parent"})
        child = os.fork()
        if child == 0:
            code = 1
            try:
                try:
                    c.execute(select(notes))
                except exc.ResourceClosedError:
                    with noted.connect() as mine:
                        assert mine.execute(select(notes)).all() == []
                        code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        c.execute(insert(notes), {"body": "still here"})
        c.commit()
    assert committed() == ["parent", "still here"]


def test_errors_say_what_and_hide_values(noted: Any) -> None:
    with noted.connect() as c:
        c.execute(insert(notes), {"body": "secret-4711"})
        with pytest.raises(exc.IntegrityError) as caught, c.begin_nested():
            c.execute(insert(notes), {"body": "secret-4711", "pin": "pin-4712"})
        error = caught.value
        assert error.kind == "unique" and "body" in str(error.constraint_name)
        assert "secret-4711" not in str(error) and "pin-4712" not in str(error) + repr(error.params)
        assert c.execute(select(notes.c.body)).scalars().all() == ["secret-4711"]
