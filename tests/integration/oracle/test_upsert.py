"""Upsert by MERGE."""

from __future__ import annotations

from typing import Any

import pytest
from doubles.oracle.refusals import check

from accord import (
    Column,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    UniqueConstraint,
    event,
    select,
    upsert,
)
from accord.dialects.oracle import insert
from accord.exc import CompileError

T = Table(
    "t",
    MetaData(),
    Column("id", Integer, Sequence("t_seq"), primary_key=True),
    Column("code", String(10)),
    Column("n", Integer, default=1),
    UniqueConstraint("code", name="t_code"),
)


@pytest.fixture
def engine(oracle_engine: Any) -> Any:
    T.metadata.create_all(oracle_engine)
    return oracle_engine


def rows(connection: Any) -> list[Any]:
    return [tuple(row) for row in connection.execute(select(T.c.code, T.c.n).order_by(T.c.code))]


def test_update_of_the_row_that_is_there(engine: Any) -> None:
    statement = insert(T)
    statement = statement.on_conflict_do_update(
        index_elements=["code"], set_={"n": T.c.n + statement.excluded.n}
    )
    with engine.begin() as connection:
        connection.execute(statement, [{"code": "a", "n": 1}, {"code": "b", "n": 2}])
        connection.execute(statement, [{"code": "a", "n": 10}, {"code": "c", "n": 3}])
        assert rows(connection) == [("a", 11), ("b", 2), ("c", 3)]


def test_nothing_for_the_row_that_is_there(engine: Any) -> None:
    statement = insert(T).on_conflict_do_nothing(constraint="t_code")
    with engine.begin() as connection:
        connection.execute(statement.values(code="a", n=1))
        connection.execute(statement.values(code="a", n=2))
        assert rows(connection) == [("a", 1)]


def test_defaults_are_made(engine: Any) -> None:
    with engine.begin() as connection:
        connection.execute(
            insert(T).values(code="a").on_conflict_do_nothing(index_elements=[T.c.code])
        )
        assert rows(connection) == [("a", 1)]


def test_several_rows_are_one_merge(engine: Any) -> None:
    statement = insert(T).values([{"code": "a", "n": 1}, {"code": "b"}, {"code": "c", "n": 3}])
    statement = statement.on_conflict_do_update(
        index_elements=["code"], set_={"n": T.c.n + statement.excluded.n}
    )
    with engine.begin() as connection:
        connection.execute(insert(T).values(code="b", n=10))
        assert connection.execute(statement).rowcount == 3
        assert rows(connection) == [("a", 1), ("b", 11), ("c", 3)]


def test_a_thousand_rows_are_one_statement(engine: Any) -> None:
    sent: list[bool] = []

    def note(conn: Any, cursor: Any, text: str, parameters: Any, context: Any, many: bool) -> None:
        sent.append(many)

    event.listen(engine, "before_cursor_execute", note)
    statement = upsert(T, index_elements=["code"])
    with engine.begin() as connection:
        connection.execute(insert(T).values(code="c500", n=-1))
        sent.clear()
        connection.execute(statement, [{"code": f"c{i}", "n": i} for i in range(1000)])
        assert sent == [True]
        assert sum(n for _, n in rows(connection)) == sum(range(1000))


def test_the_text(engine: Any) -> None:
    statement = insert(T).values(code="a", n=2)
    statement = statement.on_conflict_do_update(
        index_elements=["code"], set_={"n": statement.excluded.n}, where=T.c.n < 5
    )
    text = str(statement.compile(dialect=engine.dialect))
    check(text)
    assert text == (
        "MERGE INTO t USING (SELECT :code AS code, :n AS n FROM dual) excluded "
        "ON (t.code = excluded.code) "
        "WHEN MATCHED THEN UPDATE SET n = excluded.n WHERE t.n < :n_1 "
        "WHEN NOT MATCHED THEN INSERT (id, code, n) VALUES "
        "(t_seq.nextval, excluded.code, excluded.n)"
    )


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: insert(T).values(n=1).on_conflict_do_nothing(), "index_elements"),
        (lambda: insert(T).values(n=1).on_conflict_do_nothing(["code"]), "values of code"),
        (
            lambda: insert(T).values(code="a").on_conflict_do_update(["code"], set_={"code": "b"}),
            "ORA-38104",
        ),
        (
            lambda: (
                insert(T).from_select(["code"], select(T.c.code)).on_conflict_do_nothing(["code"])
            ),
            "takes rows, not a query",
        ),
        (
            lambda: insert(T).values(code="a").on_conflict_do_nothing(["code"]).returning(T.c.id),
            "returns nothing",
        ),
    ],
)
def test_refused(engine: Any, build: Any, message: str) -> None:
    with pytest.raises(CompileError, match=message):
        str(build().compile(dialect=engine.dialect))
