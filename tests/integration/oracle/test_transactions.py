"""Transactions, locks and faults on the double, as the engine sees them."""

from __future__ import annotations

from typing import Any

import pytest
from doubles.oracle import Server

from accord import (
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    func,
    insert,
    select,
    text,
)
from accord.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    InvalidRequestError,
    OperationalError,
)

METADATA = MetaData()
T = Table("t", METADATA, Column("id", Integer, primary_key=True), Column("n", String(20)))


@pytest.fixture
def engine(oracle_engine: Any) -> Any:
    METADATA.create_all(oracle_engine)
    return oracle_engine


def names(engine: Any) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(T.c.n).order_by(T.c.id)))


def test_commit_and_rollback(engine: Any) -> None:
    with engine.begin() as connection:
        connection.execute(insert(T).values(n="kept"))
    with engine.connect() as connection:
        connection.execute(insert(T).values(n="dropped"))
        connection.rollback()
    assert names(engine) == ["kept"]


def test_savepoints(engine: Any) -> None:
    with engine.begin() as connection:
        connection.execute(insert(T).values(n="before"))
        inner = connection.begin_nested()
        connection.execute(insert(T).values(n="undone"))
        inner.rollback()
        with connection.begin_nested():
            connection.execute(insert(T).values(n="released"))
    assert names(engine) == ["before", "released"]


def test_a_failed_statement_leaves_the_transaction_usable(engine: Any) -> None:
    with engine.begin() as connection:
        connection.execute(insert(T).values(id=1, n="one"))
        with pytest.raises(IntegrityError):
            connection.execute(insert(T).values(id=1, n="again"))
        connection.execute(insert(T).values(id=2, n="two"))
    assert names(engine) == ["one", "two"]


def test_ddl_after_a_write_is_refused(engine: Any) -> None:
    with engine.connect() as connection:
        connection.execute(insert(T).values(n="x"))
        with pytest.raises(InvalidRequestError, match="commits the transaction on oracle"):
            connection.execute(text("CREATE TABLE other (id NUMBER)"))
        connection.rollback()
    assert names(engine) == []


def test_alter_session_is_no_ddl(engine: Any) -> None:
    with engine.connect() as connection:
        connection.execute(insert(T).values(n="x"))
        connection.execute(text("ALTER SESSION SET TIME_ZONE = '+00:00'"))
        connection.rollback()
    assert names(engine) == []


def test_isolation_levels(engine: Any, oracle_double: Server) -> None:
    with engine.connect() as connection:
        connection = connection.execution_options(isolation_level="SERIALIZABLE")
        assert connection.scalar(select(func.count()).select_from(T)) == 0
        with engine.begin() as other:
            other.execute(insert(T).values(n="x"))
        assert connection.scalar(select(func.count()).select_from(T)) == 0
    assert "ALTER SESSION SET ISOLATION_LEVEL = SERIALIZABLE" in oracle_double.statements
    with engine.connect() as connection, pytest.raises(ArgumentError, match="REPEATABLE READ"):
        connection.execution_options(isolation_level="REPEATABLE READ")


def test_autocommit(engine: Any) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(insert(T).values(n="x"))
        assert names(engine) == ["x"]


def test_rows_locked_by_another(engine: Any) -> None:
    with engine.begin() as connection:
        connection.execute(insert(T), [{"id": 1, "n": "a"}, {"id": 2, "n": "b"}])
    with engine.connect() as holder, engine.connect() as other:
        holder.execute(select(T).where(T.c.id == 1).with_for_update())
        with pytest.raises(DBAPIError) as caught:
            other.execute(select(T).with_for_update(nowait=True))
        assert (caught.value.kind, caught.value.retryable) == ("lock_timeout", True)
        free = other.scalars(select(T.c.id).with_for_update(skip_locked=True))
        assert list(free) == [2]
        of = select(T.c.n).where(T.c.id == 2).with_for_update(of=T)
        assert other.scalar(of) == "b"


def test_a_deferred_foreign_key_fails_at_commit_with_its_name(oracle_engine: Any) -> None:
    metadata = MetaData()
    Table("p", metadata, Column("id", Integer, primary_key=True))
    child = Table(
        "c",
        metadata,
        Column("id", Integer, primary_key=True),
        Column(
            "p_id", Integer, ForeignKey("p.id", name="fk", deferrable=True, initially="DEFERRED")
        ),
    )
    metadata.create_all(oracle_engine)
    with oracle_engine.connect() as connection:
        connection.execute(insert(child).values(id=1, p_id=5))
        with pytest.raises(IntegrityError) as caught:
            connection.commit()
    assert (caught.value.kind, caught.value.constraint_name) == ("foreign_key", "fk")


@pytest.mark.parametrize("code", [3113, 3114, 3135, 12170, 12537, 28, 1012])
def test_a_lost_connection_is_replaced(engine: Any, oracle_double: Server, code: int) -> None:
    with engine.connect() as connection:
        connection.execute(select(T))
        oracle_double.fail_next(code, on="INSERT")
        with pytest.raises(DBAPIError) as caught:
            connection.execute(insert(T).values(n="x"))
        assert caught.value.connection_invalidated
        assert caught.value.kind == "disconnect"
    with engine.begin() as connection:
        connection.execute(insert(T).values(n="after"))
    assert names(engine) == ["after"]


def test_a_server_that_stops_and_comes_back(engine: Any, oracle_double: Server) -> None:
    names(engine)
    oracle_double.stop()
    with pytest.raises(DBAPIError):
        names(engine)
    with pytest.raises(OperationalError) as caught:
        names(engine)
    assert caught.value.kind == "cannot_connect"
    oracle_double.start()
    assert names(engine) == []


@pytest.mark.parametrize(("code", "kind"), [(60, "deadlock"), (8177, "serialization")])
def test_what_may_be_run_again_says_so(
    engine: Any, oracle_double: Server, code: int, kind: str
) -> None:
    oracle_double.fail_next(code, on="INSERT")
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(insert(T).values(n="x"))
    assert (caught.value.kind, caught.value.retryable) == (kind, True)


def test_a_wrong_password_is_not_shown(oracle_double: Server) -> None:
    from accord import create_engine

    engine = create_engine("oracle://scott:canary-4711@double/?service_name=FREEPDB1")
    with pytest.raises(DBAPIError, match="ORA-01017") as caught:
        engine.connect()
    assert caught.value.kind == "permission"
    assert "canary" not in f"{caught.value!r} {caught.value} {engine!r}"


def test_a_server_that_is_too_old_is_refused() -> None:
    from doubles.oracle import URL, installed

    from accord import create_engine

    with installed(Server(version="18.0.0.0.0")), pytest.raises(InvalidRequestError, match="19"):
        create_engine(URL).connect()


def test_streaming_reads_in_pieces(engine: Any) -> None:
    with engine.begin() as connection:
        connection.execute(insert(T), [{"id": i, "n": str(i)} for i in range(2500)])
    with engine.connect() as connection:
        result = connection.execution_options(yield_per=1000).execute(select(T.c.id))
        assert [len(part) for part in result.partitions()] == [1000, 1000, 500]


def test_sequences(oracle_engine: Any) -> None:
    sequence = Sequence("numbers", start=10, increment=5, metadata=MetaData())
    with oracle_engine.begin() as connection:
        sequence.create(connection, checkfirst=False)
    with oracle_engine.connect() as connection:
        assert connection.scalar(sequence) == 10
        assert connection.execute(select(sequence.next_value())).scalar() == 15
        steps = oracle_engine.dialect.sequence_values_steps(oracle_engine, sequence, 3)
        assert connection.run(steps) == [20, 25, 30]


def test_has_table(engine: Any) -> None:
    with engine.connect() as connection:
        assert connection.has_table("t")
        assert not connection.has_table("u")
        assert not connection.has_table("T ")
        assert connection.has_table("t", schema="scott")


def test_create_and_drop_all_look_first(engine: Any) -> None:
    METADATA.create_all(engine)
    METADATA.drop_all(engine)
    METADATA.drop_all(engine)
    with engine.connect() as connection:
        assert not connection.has_table("t")
