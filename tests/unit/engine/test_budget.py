"""Python frames of the hot paths, counted exactly: a change that adds one has to be meant."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from accord import Column, Integer, MetaData, String, Table, select
from accord.dialect import Execute
from accord.engine.result import Result

ROWS = (["id", "name"], [(n, "x") for n in range(1000)], -1)
users = Table("users", MetaData(), Column("id", Integer, primary_key=True), Column("name", String))


def frames(work: Callable[[], Any]) -> int:
    """How many Python functions of accord `work` calls."""
    names: list[str] = []

    def count(frame: Any, event: str, argument: Any) -> None:
        if event == "call" and "/src/accord" in frame.f_code.co_filename:
            names.append(frame.f_code.co_name)

    work()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return len([name for name in names if name not in ("work", "<lambda>")])


def test_perform(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    server.answers["Q"] = ROWS
    request = Execute(engine, "Q", ())
    with engine.connect() as c:
        assert frames(lambda: c.perform(request)) <= 2


def test_a_cached_select(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    statement = select(users).where(users.c.id == 5)
    server.answers[str(statement.compile(dialect=engine.dialect))] = ROWS
    with engine.connect() as c:
        few = frames(lambda: c.execute(statement).all())
        assert few <= 25, few
        server.answers.clear()
        assert frames(lambda: c.execute(statement).all()) <= few, "nothing happens per row"


def test_a_connection_from_checkout_to_return(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    request = Execute(engine, "Q", ())

    def work() -> None:
        connection = engine.connect()
        transaction = connection.begin()
        connection.perform(request)
        transaction.commit()
        connection.close()

    assert frames(work) <= 50


def test_results_take_nothing_per_row() -> None:
    def take(count: int) -> int:
        rows = ROWS[1][:count]
        return frames(lambda: Result(["id", "name"], rows).all())

    assert take(1000) == take(1)
