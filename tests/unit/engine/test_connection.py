"""Connection over a scripted driver: what is sent when, and what happens when it fails."""

from __future__ import annotations

import gc
import pickle
from typing import Any

import pytest

from accord import event
from accord.dialect import Execute, ExecuteMany, Native
from accord.engine import URL, Engine
from accord.exc import (
    AccordError,
    ArgumentError,
    DBAPIError,
    IntegrityError,
    InvalidRequestError,
    OperationalError,
    PendingRollbackError,
    ResourceClosedError,
)

ROWS = (["a", "b"], [(1, "x"), (2, "y")], -1)


def said(server: Any, number: int = 1) -> list[Any]:
    """What one connection was told, without its opening."""
    log = [entry[1:] for entry in server.log if entry[0] == number]
    log = [e[1] if e[0] == "execute" else e[0] for e in log]
    return [e for e in log if e not in ("open", "prepare", "SELECT version()")][1:]


def ask(connection: Any, text: str, parameters: Any = (), write: bool = False) -> Any:
    return connection.perform(Execute(connection.engine, text, parameters, write=write))


# --- begin, commit, rollback ---


def test_begin_goes_out_with_the_first_request(server: Any, fake_engine: Any) -> None:
    server.answers["Q"] = ROWS
    with fake_engine().connect() as c:
        assert not c.in_transaction()
        transaction = c.begin()
        assert c.in_transaction() and c.get_transaction() is transaction and transaction.is_active
        assert said(server) == []
        reply = ask(c, "Q")
        assert reply.rows == [(1, "x"), (2, "y")] and reply.names == ("a", "b")
        ask(c, "W", write=True)
        transaction.commit()
        assert said(server) == ["BEGIN", "Q", "W", "commit"]
        ask(c, "W", write=True)
        assert said(server)[4:] == ["BEGIN WRITE", "W"] and c.in_transaction()
    assert said(server)[6:] == ["rollback"]


def test_nothing_sent_nothing_to_end(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    with engine.connect() as c:
        c.begin().commit()
        c.begin().rollback()
        c.commit()
        c.rollback()
    assert said(server) == [] and engine.pool.checkedin() == 1


def test_begin_twice(fake_engine: Any) -> None:
    with fake_engine().connect() as c:
        c.begin()
        with pytest.raises(InvalidRequestError, match="in a transaction already"):
            c.begin()
        c.rollback()
        ask(c, "Q")
        with pytest.raises(
            InvalidRequestError, match=r"commit\(\) or rollback\(\) before begin\(\)"
        ):
            c.begin()


def test_an_ended_transaction(fake_engine: Any) -> None:
    with fake_engine().connect() as c:
        transaction = c.begin()
        transaction.commit()
        with pytest.raises(InvalidRequestError, match="transaction has ended"):
            transaction.commit()
        transaction.rollback()
        transaction.close()
        assert not transaction.is_active and not transaction.is_valid
        # The next one is another one, and the old one does not touch it.
        ask(c, "Q")
        transaction.rollback()
        assert c.in_transaction()


def test_with_blocks(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    with engine.begin() as c:
        ask(c, "A", write=True)
    assert said(server) == ["BEGIN WRITE", "A", "commit"]
    with pytest.raises(ZeroDivisionError), engine.begin() as c:
        ask(c, "B")
        raise ZeroDivisionError
    assert said(server)[3:] == ["BEGIN", "B", "rollback"]
    with engine.connect() as c, c.begin() as transaction:
        transaction.rollback()
    with engine.connect() as c:
        with pytest.raises(InvalidRequestError, match="leave the block"):
            with c.begin() as transaction:
                transaction.commit()
                ask(c, "C")
        assert not c.in_transaction()
        with pytest.raises(InvalidRequestError, match="leave the block"):
            with c.begin():
                c.rollback()
                c.begin()
        ask(c, "D")


# --- savepoints ---


def test_savepoints(server: Any, fake_engine: Any) -> None:
    with fake_engine().connect() as c:
        first = c.begin_nested()
        assert c.in_transaction() and c.in_nested_transaction()
        second = c.begin_nested()
        assert c.get_nested_transaction() is second and second.outer is first
        second.rollback()
        assert c.get_nested_transaction() is first
        first.commit()
        assert c.get_nested_transaction() is None and c.in_transaction()
        c.commit()
    assert said(server) == [
        "BEGIN",
        "SAVEPOINT sa_savepoint_1",
        "SAVEPOINT sa_savepoint_2",
        "ROLLBACK TO SAVEPOINT sa_savepoint_2",
        "RELEASE SAVEPOINT sa_savepoint_1",
        "commit",
    ]


def test_the_outer_end_ends_the_inner(fake_engine: Any) -> None:
    with fake_engine().connect() as c:
        outer, inner = c.begin_nested(), c.begin_nested()
        outer.rollback()
        assert not inner.is_active
        with pytest.raises(InvalidRequestError, match="savepoint sa_savepoint_2 has ended"):
            inner.commit()
        inner.rollback()
        ask(c, "Q")
        nested = c.begin_nested()
        c.rollback()
        assert not nested.is_active and not c.in_nested_transaction()
        with pytest.raises(InvalidRequestError, match="around it"):
            nested.commit()


def test_savepoint_blocks(server: Any, fake_engine: Any) -> None:
    with fake_engine().begin() as c:
        with c.begin_nested():
            ask(c, "A")
        with pytest.raises(ZeroDivisionError), c.begin_nested():
            raise ZeroDivisionError
        with c.begin_nested() as outer:
            with c.begin_nested() as inner:
                inner.rollback()
            assert outer.is_active
            ask(c, "B")
        with pytest.raises(InvalidRequestError, match="savepoint of this with block"):
            with c.begin_nested() as nested:
                nested.rollback()
                ask(c, "C")
        ask(c, "D")
    assert said(server)[-2:] == ["D", "commit"]


def test_savepoint_in_autocommit(fake_engine: Any) -> None:
    with fake_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        with pytest.raises(InvalidRequestError, match="AUTOCOMMIT"):
            c.begin_nested()


# --- failures ---


def test_a_failed_statement_leaves_the_transaction(
    server: Any, fake_engine: Any, fake_error: Any
) -> None:
    server.answers["BAD"] = fake_error("unique violated by hunter22")
    with fake_engine().connect() as c:
        with pytest.raises(IntegrityError) as caught:
            ask(c, "BAD", ("hunter22", 5))
        error = caught.value
        assert error.kind == "unique" and error.constraint_name == "uq_x" and not error.retryable
        assert error.statement == "BAD" and error.params == ("hunter22", 5)
        assert isinstance(error.orig, fake_error) and not error.connection_invalidated
        assert "hunter22" not in str(error) and "hidden" in str(error)
        assert error.__cause__ is None and error.__suppress_context__
        assert c.in_transaction()
        ask(c, "Q")
        thawed = pickle.loads(pickle.dumps(error))
        assert thawed.kind == "unique" and "hunter22" not in repr(vars(thawed))


def test_errors_show_parameters_when_asked(server: Any, fake_engine: Any, fake_error: Any) -> None:
    server.answers["BAD"] = fake_error("deadlock")
    with fake_engine(hide_parameters=False).connect() as c:
        with pytest.raises(DBAPIError) as caught:
            ask(c, "BAD", ("hunter22",))
    error = caught.value
    assert "hunter22" in str(error) and error.retryable and "try again" in str(error)
    assert error.__cause__ is error.orig


def test_other_exceptions_pass(server: Any, fake_engine: Any) -> None:
    server.answers["BAD"] = ZeroDivisionError()
    with fake_engine().connect() as c:
        with pytest.raises(ZeroDivisionError):
            ask(c, "BAD")
        assert not c.invalidated and c.in_transaction()


@pytest.mark.parametrize("where", ["execute", "fetch"])
def test_an_interruption_invalidates(server: Any, fake_engine: Any, where: str) -> None:
    engine = fake_engine(pool_size=1, max_overflow=0, pool_timeout=0)
    server.answers["Q"] = KeyboardInterrupt() if where == "execute" else ROWS
    with engine.connect() as c:
        transaction = c.begin()
        server.fail_fetch = KeyboardInterrupt() if where == "fetch" else None
        with pytest.raises(KeyboardInterrupt):
            ask(c, "Q")
        server.fail_fetch = None
        assert c.invalidated and not transaction.is_valid and server.open == []
        with pytest.raises(PendingRollbackError, match=r"rollback\(\)"):
            ask(c, "P")
        with pytest.raises(PendingRollbackError):
            transaction.commit()
        transaction.rollback()
        ask(c, "P")
        assert not c.invalidated and server.open == [2] and said(server, 2) == ["P"]
    assert engine.pool.checkedin() == 1 and engine.pool.checkedout() == 0


def test_a_disconnect_replaces_the_whole_pool(
    server: Any, fake_engine: Any, fake_error: Any
) -> None:
    engine = fake_engine()
    idle, c = engine.connect(), engine.connect()
    idle.close()
    server.answers["Q"] = fake_error("gone away")
    with pytest.raises(DBAPIError) as caught:
        ask(c, "Q")
    assert caught.value.connection_invalidated and c.invalidated
    c.rollback()
    server.answers.clear()
    ask(c, "Q")
    assert server.open == [3]
    c.close()
    assert engine.pool.checkedout() == 0


def test_invalidated_by_hand(server: Any, fake_engine: Any) -> None:
    with fake_engine().connect() as c:
        c.invalidate()
        c.invalidate()
        assert c.invalidated and server.open == []
        ask(c, "Q")
        assert not c.invalidated and server.open == [2]
    with pytest.raises(ResourceClosedError):
        c.invalidate()


def test_nested_after_a_disconnect(server: Any, fake_engine: Any, fake_error: Any) -> None:
    with fake_engine().connect() as c:
        nested = c.begin_nested()
        server.answers["Q"] = fake_error("gone")
        with pytest.raises(DBAPIError):
            ask(c, "Q")
        with pytest.raises(PendingRollbackError):
            nested.commit()
        nested.rollback()
        with pytest.raises(PendingRollbackError):
            ask(c, "P")
        c.rollback()
        ask(c, "P")


def test_a_failed_commit_rolls_back(
    server: Any, fake_engine: Any, fake_error: Any, monkeypatch: Any
) -> None:
    with fake_engine().connect() as c:
        raw = c.connection.dbapi_connection
        transaction = c.begin()
        ask(c, "W", write=True)

        def refuse() -> None:
            raise fake_error("unique at commit")

        monkeypatch.setattr(raw, "commit", refuse, raising=False)
        with pytest.raises(IntegrityError):
            transaction.commit()
        assert said(server)[-1] == "rollback" and not c.in_transaction()
        assert not transaction.is_active
        transaction.rollback()
        ask(c, "Q")


def test_a_commit_nobody_answered(
    server: Any, fake_engine: Any, fake_error: Any, monkeypatch: Any
) -> None:
    with fake_engine().connect() as c:
        ask(c, "W", write=True)

        def lose() -> None:
            raise fake_error("gone")

        monkeypatch.setattr(c.connection.dbapi_connection, "commit", lose, raising=False)
        with pytest.raises(DBAPIError, match="not known") as caught:
            c.commit()
        assert caught.value.connection_invalidated and not caught.value.retryable
        assert c.invalidated and not c.in_transaction()
        ask(c, "Q")


def test_a_failed_rollback_closes_the_connection(
    server: Any, fake_engine: Any, fake_error: Any
) -> None:
    engine = fake_engine()
    with engine.connect() as c:
        ask(c, "W")
        server.fail_rollback = fake_error("strange")
        with pytest.raises(DBAPIError, match="strange"):
            c.rollback()
        assert server.open == [] and not c.in_transaction()
        server.fail_rollback = fake_error("gone")
        ask(c, "W")
        c.rollback()
        assert server.open == [] and not c.in_transaction()
        server.fail_rollback = None
        ask(c, "W")
    assert engine.pool.checkedout() == 0 and engine.pool.checkedin() == 1


def test_a_connection_that_is_not_clean_is_not_pooled(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    engine.dialect.driver.clean = False
    with engine.connect() as c:
        ask(c, "W")
    assert server.open == [] and engine.pool.checkedin() == 0


def test_a_failing_begin(server: Any, fake_engine: Any, fake_error: Any) -> None:
    server.answers["BEGIN WRITE"] = fake_error("deadlock")
    with fake_engine().connect() as c:
        with pytest.raises(DBAPIError) as caught:
            ask(c, "W", write=True)
        assert caught.value.statement == "BEGIN WRITE" and caught.value.retryable
        c.rollback()
        server.answers.clear()
        ask(c, "W", write=True)


def test_the_block_of_a_failed_commit(
    server: Any, fake_engine: Any, fake_error: Any, monkeypatch: Any
) -> None:
    engine = fake_engine()
    with engine.connect() as c:
        raw = c.connection.dbapi_connection

        def refuse() -> None:
            raise fake_error("unique")

        monkeypatch.setattr(raw, "commit", refuse, raising=False)
        with pytest.raises(IntegrityError), c.begin():
            ask(c, "W")
        assert not c.in_transaction() and c.managed is None


# --- after the end ---


def test_use_after_close(fake_engine: Any) -> None:
    c = fake_engine().connect()
    c.close()
    assert c.closed
    c.close()
    c.commit()
    c.rollback()
    for use in (
        lambda: ask(c, "Q"),
        c.begin,
        c.begin_nested,
        lambda: c.connection,
        lambda: c.info,
        lambda: c.exec_driver_sql("Q"),
        lambda: c.execution_options(x=1),
    ):
        with pytest.raises(
            ResourceClosedError, match=r"This Connection is closed.*engine\.connect"
        ):
            use()
    assert "closed" in repr(c)


def test_a_dropped_connection_is_returned(server: Any, fake_engine: Any) -> None:
    engine = fake_engine(pool_size=1, max_overflow=0, pool_timeout=0)

    def lose() -> None:
        ask(engine.connect(), "W", write=True)

    lose()
    gc.collect()
    assert said(server)[-1] == "rollback" and engine.pool.checkedin() == 1


def test_lost_by_fork(fake_engine: Any) -> None:
    engine = fake_engine()
    c = engine.connect()
    ask(c, "W")
    engine.pool.after_fork()
    with pytest.raises(ResourceClosedError, match="parent process"):
        ask(c, "W")
    c.close()
    assert engine.pool.checkedout() == 0
    with engine.connect() as other:
        ask(other, "Q")


def test_detach(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    c = engine.connect()
    c.detach()
    assert engine.pool.checkedout() == 0
    ask(c, "Q")
    c.close()
    assert server.open == []


# --- requests ---


def test_kinds_of_requests(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    with engine.connect() as c:
        reply = c.perform(ExecuteMany(engine, "W", [(1,), (2,), (3,)]))
        assert reply.rowcount == 3 and reply.rows == []
        assert c.perform(ExecuteMany(engine, "W", [])).rowcount == 0
        assert c.perform(Native(engine, "copy", "W", [])).rowcount == 7
        assert ask(c, "Q").rows == [] and ask(c, "Q").names == ()
        server.answers["T"] = (["a"], ((1,), (2,)), -1)
        assert ask(c, "T").rows == [(1,), (2,)]
    assert (1, "executemany", "W", [(1,), (2,), (3,)]) in server.log
    assert (1, "native", "copy") in server.log


@pytest.mark.parametrize(
    ("statement", "streamed"),
    [
        ("SELECT 1", True),
        ("  (select 1)", True),
        ("VALUES (1)", True),
        ("SHOW server_version", False),
        ("INSERT INTO t VALUES (1) RETURNING id", False),
        ("WITH x AS (DELETE FROM t RETURNING id) SELECT * FROM x", False),
    ],
)
def test_only_statements_that_read_get_the_streaming_cursor(
    server: Any, fake_engine: Any, statement: str, streamed: bool
) -> None:
    server.answers[statement] = ROWS
    with fake_engine().connect().execution_options(stream_results=True) as c:
        assert c.exec_driver_sql(statement).all() == [(1, "x"), (2, "y")]
    assert ("streaming cursor" in said(server)) is streamed


def test_a_streaming_cursor_that_cannot_be_had_is_a_classified_error(
    server: Any, fake_engine: Any, fake_error: Any, monkeypatch: Any
) -> None:
    engine = fake_engine()

    def refuse(connection: Any) -> Any:
        raise fake_error("server closed the connection: gone")

    monkeypatch.setattr(engine.dialect.driver, "streaming_cursor", refuse)
    with engine.connect() as c:
        with pytest.raises(DBAPIError) as caught:
            c.exec_driver_sql("SELECT 1", execution_options={"stream_results": True})
        assert caught.value.connection_invalidated and c.invalidated


def test_where_a_stream_occupies_the_connection_other_statements_are_refused_until_its_end(
    server: Any, fake_engine: Any, monkeypatch: Any
) -> None:
    from accord.dialect import Capabilities, Never, Transactions

    engine = fake_engine()
    only = Transactions(statements_beside_stream=Never("one at a time"))
    monkeypatch.setattr(type(engine.dialect), "capabilities", Capabilities(transactions=only))
    server.answers["SELECT 1"] = ROWS
    streaming = {"stream_results": True}
    with fake_engine().connect() as c:
        ask(c, "W", write=True)
        result = c.exec_driver_sql("SELECT 1", execution_options=streaming)
        for other in (
            lambda: ask(c, "Q"),
            lambda: c.begin_nested(),
            lambda: c.exec_driver_sql("SELECT 1", execution_options=streaming),
        ):
            with pytest.raises(InvalidRequestError, match="fake can execute nothing else beside"):
                other()
        assert len(result.all()) == 2
        ask(c, "Q")
        half = c.exec_driver_sql("SELECT 1", execution_options=streaming)
        half.fetchone()
        half.close()
        ask(c, "Q")
    assert said(server).count("Q") == 2


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_stream_ends_with_its_transaction(server: Any, fake_engine: Any, end: str) -> None:
    server.answers["SELECT 1"] = (["a"], [(n,) for n in range(100)], -1)
    with fake_engine().connect() as c:
        result = c.exec_driver_sql("SELECT 1", execution_options={"stream_results": True})
        result.fetchone()
        getattr(c, end)()
        with pytest.raises(ResourceClosedError, match="transaction of this streamed result"):
            result.all()


def test_run_steps(server: Any, fake_engine: Any) -> None:
    server.answers["HAS TABLE"] = (["x"], [(1,)], -1)
    engine = fake_engine()
    assert engine.has_table("t")
    with engine.connect() as c:
        assert c.has_table("t")

        def steps() -> Any:
            try:
                yield Execute(engine, "BAD")
            except DBAPIError:
                reply = yield Execute(engine, "HAS TABLE")
            return reply.rows

        server.answers["BAD"] = server_error = RuntimeError("x")
        with pytest.raises(RuntimeError) as caught:
            c.run(steps())
        assert caught.value is server_error


def test_steps_may_catch(server: Any, fake_engine: Any, fake_error: Any) -> None:
    engine = fake_engine()
    server.answers["BAD"] = fake_error("unique")
    server.answers["GOOD"] = ROWS

    def steps() -> Any:
        try:
            yield Execute(engine, "BAD")
        except IntegrityError:
            reply = yield Execute(engine, "GOOD")
            return reply.rows

    with engine.connect() as c:
        assert c.run(steps()) == ROWS[1]


# --- options ---


def test_isolation_level_of_a_connection(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    with engine.connect() as c:
        assert c.get_isolation_level() == c.default_isolation_level == "READ COMMITTED"
        assert c.execution_options(isolation_level="serializable") is c
        assert c.get_isolation_level() == "SERIALIZABLE"
        ask(c, "Q")
        with pytest.raises(InvalidRequestError, match="inside a transaction"):
            c.execution_options(isolation_level="AUTOCOMMIT")
        c.rollback()
        with pytest.raises(ArgumentError, match="READ COMMITTED"):
            c.execution_options(isolation_level="SLOPPY")
        assert c.get_isolation_level() == "SERIALIZABLE"
    assert said(server) == [
        "autocommit",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "BEGIN",
        "Q",
        "rollback",
        "autocommit",
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    ]
    with engine.connect() as c:
        assert c.get_isolation_level() == "READ COMMITTED"


def test_autocommit(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        ask(c, "W", write=True)
        assert c.in_transaction()
        c.commit()
        ask(c, "W", write=True)
    assert said(server)[:3] == ["autocommit", "W", "W"]
    assert (1, "autocommit", True) in server.log and (1, "autocommit", False) in server.log


def test_isolation_level_of_an_engine(server: Any, fake_engine: Any) -> None:
    engine = fake_engine(isolation_level="AUTOCOMMIT")
    with engine.connect() as c:
        assert c.get_isolation_level() == "AUTOCOMMIT"
        ask(c, "W", write=True)
    assert "BEGIN WRITE" not in said(server)
    with pytest.raises(ArgumentError, match="SLOPPY"):
        fake_engine(isolation_level="SLOPPY")
    with engine.connect().execution_options(isolation_level="SERIALIZABLE") as c:
        ask(c, "W", write=True)
    assert "BEGIN WRITE" in said(server)
    with engine.connect() as c:
        ask(c, "V", write=True)
    assert said(server)[-1] == "V"


def test_option_engines(server: Any, fake_engine: Any) -> None:
    engine = fake_engine(execution_options={"a": 1})
    auto = engine.execution_options(isolation_level="AUTOCOMMIT", b=2)
    assert auto.pool is engine.pool and auto.dialect is engine.dialect and auto.url is engine.url
    assert dict(auto.get_execution_options()) == {"a": 1, "b": 2, "isolation_level": "AUTOCOMMIT"}
    with auto.connect() as c:
        ask(c, "W", write=True)
    with engine.connect() as c:
        ask(c, "W", write=True)
    assert said(server) == [
        "autocommit",
        "W",
        "autocommit",
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "BEGIN WRITE",
        "W",
        "rollback",
    ]
    assert auto.capabilities is engine.capabilities is not None and auto.server == engine.server
    engine.update_execution_options(c=3)
    assert engine.get_execution_options()["c"] == 3


def test_info_lives_with_the_raw_connection(fake_engine: Any) -> None:
    engine = fake_engine(pool_size=1)
    with engine.connect() as c:
        c.info["a"] = 1
    with engine.connect() as c:
        assert c.info == {"a": 1}
        c.invalidate()
        assert c.info == {}


def test_raw_access_is_inside_the_transaction(server: Any, fake_engine: Any) -> None:
    with fake_engine().begin() as c:
        c.connection.cursor().execute("RAW", ())
    assert said(server) == ["BEGIN", "RAW", "commit"]


def test_two_phase_without_two_phase(fake_engine: Any) -> None:
    with fake_engine().connect() as c:
        with pytest.raises(InvalidRequestError, match="'fake' cannot prepare transactions"):
            c.begin_twophase()
        assert not c.in_transaction()
        with pytest.raises(InvalidRequestError):
            c.recover_twophase()


def test_statements_outside_a_transaction(
    server: Any, fake_engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialect = type(fake_engine().dialect)
    outside = staticmethod(lambda text: text.startswith("PRAGMA"))
    monkeypatch.setattr(dialect, "runs_outside_transaction", outside, raising=False)
    with fake_engine().connect() as c:
        ask(c, "PRAGMA a")
        ask(c, "PRAGMA b")
        ask(c, "W", write=True)
        ask(c, "PRAGMA c")
        c.commit()
    assert said(server) == ["PRAGMA a", "PRAGMA b", "BEGIN WRITE", "W", "PRAGMA c", "commit"]


def test_a_failing_start_gives_the_connection_back(fake_engine: Any) -> None:
    engine = fake_engine(execution_options={"isolation_level": "SLOPPY"})
    for _ in range(3):
        with pytest.raises(ArgumentError):
            engine.connect()
    assert engine.pool.checkedout() == 0 and engine.pool.checkedin() == 1


# --- listeners ---


def test_transaction_events(fake_engine: Any) -> None:
    engine = fake_engine()
    heard: list[str] = []
    for name in (
        "engine_connect",
        "begin",
        "commit",
        "rollback",
        "savepoint",
        "release_savepoint",
        "rollback_savepoint",
        "set_connection_execution_options",
    ):
        event.listen(engine, name, lambda *given, name=name: heard.append(name))
    with engine.connect() as c:
        c.execution_options(x=1)
        with c.begin():
            c.begin_nested().commit()
            c.begin_nested().rollback()
        c.begin().rollback()
    assert heard == [
        "engine_connect",
        "set_connection_execution_options",
        "begin",
        "savepoint",
        "release_savepoint",
        "savepoint",
        "rollback_savepoint",
        "commit",
        "begin",
        "rollback",
    ]


def test_cursor_events(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    server.answers["Q"] = ROWS
    heard: list[Any] = []
    with engine.connect() as c:
        ask(c, "Q")

        @event.listens_for(engine, "before_cursor_execute")
        def before(
            conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
        ) -> None:
            context.mine = 1
            heard.append((conn is c, statement, parameters, many))

        @event.listens_for(engine, "after_cursor_execute")
        def after(
            conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
        ) -> None:
            heard.append(context.mine)

        ask(c, "Q", (1,))
        c.perform(ExecuteMany(engine, "W", [(1,)]))
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)
        ask(c, "Q")
    assert heard == [(True, "Q", (1,), False), 1, (True, "W", [(1,)], True), 1]


def test_a_listener_may_change_the_statement(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def change(
        conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> Any:
        return statement + " /* seen */", parameters

    with engine.connect() as c:
        ask(c, "Q", (1,))
        c.perform(ExecuteMany(engine, "W", [(1,)]))
        c.perform(Native(engine, "copy", "W", []))
    assert (1, "execute", "Q /* seen */", (1,)) in server.log
    assert (1, "executemany", "W /* seen */", [(1,)]) in server.log


def test_listening_to_the_class(fake_engine: Any) -> None:
    heard: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        heard.append(statement)

    engine = fake_engine()
    view = engine.execution_options(a=1)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        with engine.connect() as c:
            ask(c, "Q")
        with view.connect() as c:
            ask(c, "V")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    with engine.connect() as c:
        ask(c, "R")
    assert heard == ["Q", "V"]


def test_handle_error(server: Any, fake_engine: Any, fake_error: Any) -> None:
    engine = fake_engine()
    server.answers["BAD"] = fake_error("unique")
    seen: list[Any] = []

    class Mine(Exception):
        pass

    @event.listens_for(engine, "handle_error", retval=True)
    def handle(context: Any) -> Any:
        seen.append(
            (
                context.statement,
                type(context.original_exception),
                context.is_disconnect,
                type(context.sqlalchemy_exception),
            )
        )
        if context.parameters == ("mine",):
            return Mine()
        if context.parameters == ("gone",):
            context.is_disconnect = True
        return None

    with engine.connect() as c:
        with pytest.raises(IntegrityError):
            ask(c, "BAD")
        with pytest.raises(Mine):
            ask(c, "BAD", ("mine",))
        with pytest.raises(IntegrityError) as caught:
            ask(c, "BAD", ("gone",))
        assert c.invalidated and caught.value.connection_invalidated
    assert seen[0] == ("BAD", fake_error, False, IntegrityError)


def test_do_connect(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()

    @event.listens_for(engine, "do_connect")
    def connecting(dialect: Any, record: Any, cargs: list[Any], cparams: dict[str, Any]) -> None:
        cparams["token"] = "fresh"

    engine.connect().close()
    assert engine.dialect.driver.arguments.kwargs["token"] == "fresh"
    assert "s3cr3t" not in repr(engine.dialect.driver.arguments)


def test_pool_events_through_the_engine(fake_engine: Any) -> None:
    engine = fake_engine()
    heard: list[str] = []
    for name in ("connect", "checkout", "checkin", "engine_disposed", "close"):
        event.listen(engine, name, lambda *given, name=name: heard.append(name))
    engine.connect().close()
    engine.dispose()
    assert heard == ["connect", "checkout", "checkin", "close", "engine_disposed"]


# --- connecting ---


def test_connect_errors_hide_secrets(server: Any, fake_engine: Any, fake_error: Any) -> None:
    server.fail_connect = fake_error("cannot log in with s3cr3t and t0ken")
    engine = fake_engine("fake://u:s3cr3t@host/db?api_token=t0ken")
    with pytest.raises(DBAPIError) as caught:
        engine.connect()
    import traceback

    shown = "".join(traceback.format_exception(caught.value))
    assert "s3cr3t" not in shown and "t0ken" not in shown and "***" in shown
    assert engine.pool.checkedout() == 0


def test_the_server_is_asked_once(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    assert engine.server is None and engine.capabilities is None
    one, two = engine.connect(), engine.connect()
    assert engine.server.version_text == "Fake 1.2" and engine.capabilities is not None
    probes = [entry for entry in server.log if entry[1:2] == ("execute",) and "version" in entry[2]]
    assert len(probes) == 1
    one.close()
    two.close()


def test_creator(server: Any, fake_engine: Any) -> None:
    engine = fake_engine(creator=server.connect)
    with engine.connect() as c:
        ask(c, "Q")
    assert (1, "prepare") in server.log


def test_raw_connection(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    raw = engine.raw_connection()
    raw.cursor().execute("Q", ())
    raw.close()
    assert engine.pool.checkedin() == 1 and said(server)[-1] == "rollback"


def test_no_secret_in_any_face(fake_engine: Any) -> None:
    engine = fake_engine()
    with engine.connect() as c:
        shown = [
            repr(engine),
            repr(c),
            str(engine.url),
            repr(engine.pool),
            repr(engine.execution_options(a=1)),
            engine.pool.label,
            repr(c.connection),
            repr(vars(engine)),
        ]
    assert not [text for text in shown if "s3cr3t" in text]
    assert isinstance(engine.url, URL) and engine.url.password == "s3cr3t"


def test_every_engine_error_is_accords() -> None:
    assert issubclass(OperationalError, AccordError)


def test_a_driver_may_wrap_the_connection_of_a_creator(
    server: Any, fake_engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = fake_engine(creator=server.connect)
    wrapped = server.connect()
    monkeypatch.setattr(engine.dialect.driver, "prepare", lambda raw, arguments: wrapped)
    with engine.connect() as connection:
        assert connection.connection.dbapi_connection is wrapped


def test_a_sequence_is_asked_for_its_next_value(server: Any, fake_engine: Any) -> None:
    from accord import select
    from accord.schema import Sequence

    text = str(select(Sequence("s").next_value()).compile(dialect=fake_engine().dialect))
    assert text.startswith("SELECT nextval('s')")
    server.answers[text] = (["n"], [(41,)], -1)
    engine = fake_engine()
    with engine.connect() as c:
        assert c.scalar(Sequence("s")) == 41
        assert c.execute(Sequence("s")).scalar() == 41
        assert c.scalar(Sequence("s").next_value()) == 41
    assert len(engine.compiled) == 1


def test_a_commit_that_the_database_answered_by_rolling_back_names_the_earlier_failure(
    server: Any, fake_engine: Any, fake_error: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers["BAD"] = fake_error("unique violated\nDETAIL: secret")
    engine = fake_engine()

    def commit(connection: Any) -> None:
        connection.commit()
        raise fake_error("the transaction was rolled back")

    monkeypatch.setattr(engine.dialect.driver, "commit", commit)
    with engine.connect() as c:
        with pytest.raises(IntegrityError):
            ask(c, "BAD", write=True)
        with pytest.raises(DBAPIError, match="was rolled back") as caught:
            c.commit()
        assert "a statement of the transaction had failed: FakeError: unique" in str(caught.value)
        assert "secret" not in str(caught.value) and not c.in_transaction()
    assert server.open == [1]
