"""Connections and transactions: errors by their states, clean pools, isolation, streaming."""

import threading
import time
from typing import Any

import psycopg
import pytest

from accord import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    exc,
    insert,
    inspect,
    select,
    text,
)
from accord.orm import Session
from accord.pool import QueuePool


@pytest.fixture
def table(sql: Any) -> None:
    sql("CREATE TABLE t (id integer PRIMARY KEY, v integer NOT NULL CHECK (v >= 0) DEFAULT 0)")
    sql("INSERT INTO t VALUES (1, 1), (2, 2)")


def kind_of(engine: Any, *statements: str) -> tuple[str, bool, str | None]:
    with engine.connect() as connection, pytest.raises(exc.DBAPIError) as caught:
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()
    error = caught.value
    return str(error.kind), error.retryable, error.constraint_name


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        ("INSERT INTO t VALUES (1, 1)", ("unique", False, "t_pkey")),
        ("INSERT INTO t VALUES (9, NULL)", ("not_null", False, "t.v")),
        ("INSERT INTO t VALUES (9, -1)", ("check", False, "t_v_check")),
        ("SELECT 1 / 0", ("data", False, None)),
        ("SELECT 'x'::integer", ("data", False, None)),
        ("SELECT * FROM missing", ("missing_object", False, None)),
        ("SELECT missing FROM t", ("missing_object", False, None)),
        ("SELECT missing(1)", ("missing_object", False, None)),
        ("SELEC 1", ("syntax", False, None)),
        (
            "SET LOCAL statement_timeout = 50; SELECT pg_sleep(5)",
            ("statement_timeout", False, None),
        ),
        ("SET TRANSACTION READ ONLY; INSERT INTO t VALUES (9, 1)", ("read_only", False, None)),
        ("CREATE TABLE t (id integer)", ("syntax", False, None)),
        ("VACUUM", ("other", False, None)),
    ],
)
def test_what_an_error_means(engine: Any, statement: str, wanted: tuple[Any, ...]) -> None:
    found = kind_of(engine, *statement.split("; "))
    assert found[1:] == wanted[1:]
    assert wanted[0] in (found[0], "syntax", "other")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1, "the pool is clean"


def test_foreign_keys_and_exclusion(engine: Any, sql: Any, table: None) -> None:
    sql("CREATE TABLE c (t_id integer CONSTRAINT c_to_t REFERENCES t)")
    sql("INSERT INTO c VALUES (1)")
    sql("CREATE TABLE e (span int4range, CONSTRAINT e_apart EXCLUDE USING gist (span WITH &&))")
    sql("INSERT INTO e VALUES ('[1,5)')")
    assert kind_of(engine, "INSERT INTO c VALUES (99)") == ("foreign_key", False, "c_to_t")
    assert kind_of(engine, "DELETE FROM t WHERE id = 1") == ("foreign_key", False, "c_to_t")
    assert kind_of(engine, "INSERT INTO e VALUES ('[2,3)')") == ("exclusion", False, "e_apart")


def test_permission(as_role: Any, table: None) -> None:
    assert kind_of(as_role("guest"), "SELECT * FROM t")[0] == "permission"


@pytest.mark.usefixtures("table")
def test_a_lock_that_is_not_granted(engine: Any) -> None:
    with engine.connect() as one:
        one.execute(text("UPDATE t SET v = 5 WHERE id = 1"))
        for statements in (
            ("SET LOCAL lock_timeout = 50", "UPDATE t SET v = 6 WHERE id = 1"),
            ("SELECT * FROM t WHERE id = 1 FOR UPDATE NOWAIT",),
        ):
            assert kind_of(engine, *statements)[:2] == ("lock_timeout", True)


@pytest.mark.usefixtures("table")
def test_a_serialization_failure(engine: Any) -> None:
    serial = engine.execution_options(isolation_level="REPEATABLE READ")
    with serial.connect() as one, engine.begin() as other:
        one.execute(text("SELECT * FROM t")).all()
        other.execute(text("UPDATE t SET v = 7"))
        other.commit()
        with pytest.raises(exc.DBAPIError) as caught:
            one.execute(text("UPDATE t SET v = 8"))
    assert (caught.value.kind, caught.value.retryable) == ("serialization", True)


@pytest.mark.usefixtures("table")
def test_a_deadlock(engine: Any) -> None:
    errors: list[Any] = []
    barrier = threading.Barrier(2)

    def run(first: int, second: int) -> None:
        try:
            with engine.begin() as connection:
                connection.execute(text("SET LOCAL deadlock_timeout = '100ms'"))
                connection.execute(text(f"UPDATE t SET v = 9 WHERE id = {first}"))
                barrier.wait(10)
                connection.execute(text(f"UPDATE t SET v = 9 WHERE id = {second}"))
        except exc.DBAPIError as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [(error.kind, error.retryable) for error in errors] == [("deadlock", True)]


@pytest.mark.parametrize("message", ["pg_terminate_backend", "crash in the middle of a statement"])
def test_a_connection_that_the_server_ends(engine: Any, sql: Any, message: str) -> None:
    with engine.connect() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        if message == "pg_terminate_backend":
            sql("SELECT pg_terminate_backend(?)", pid)
            statement = "SELECT 1"
        else:
            timer = threading.Timer(0.3, lambda: sql("SELECT pg_terminate_backend(?)", pid))
            timer.start()
            statement = "SELECT pg_sleep(20)"
        with pytest.raises(exc.DBAPIError) as caught:
            connection.exec_driver_sql(statement)
    assert caught.value.kind == "disconnect"
    assert caught.value.connection_invalidated
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_server_that_is_not_there(url: str) -> None:
    wrong = create_engine(url.rpartition("@")[0] + "@127.0.0.1:1/nothing")
    with pytest.raises(exc.DBAPIError) as caught:
        wrong.connect()
    assert caught.value.kind == "cannot_connect"
    assert caught.value.retryable


@pytest.mark.parametrize("part", ["password", "database"])
def test_a_login_that_fails_shows_no_secret(url: str, part: str) -> None:
    head, _, tail = url.rpartition("@")
    user = head.rpartition(":")[0]
    if part == "password":
        wrong = create_engine(
            f"{user}:s3cr3t-canary@{tail}?options=-c%20myapp.token%3Dt0ken-canary"
        )
    else:
        wrong = create_engine(f"{head}@{tail.partition('/')[0]}/no_such_database")
    with pytest.raises(exc.DBAPIError) as caught:
        wrong.connect()
    assert caught.value.kind == "cannot_connect"
    shown = f"{caught.value!r} {caught.value} {wrong!r} {wrong.url}"
    assert "s3cr3t-canary" not in shown


def test_too_many_connections(engine: Any, as_role: Any, sql: Any) -> None:
    guest = as_role("few")
    role = guest.url.username
    sql(f"ALTER ROLE {role} CONNECTION LIMIT 1")
    with guest.connect(), pytest.raises(exc.DBAPIError) as caught:
        create_engine(guest.url).connect()
    assert (caught.value.kind, caught.value.retryable) == ("cannot_connect", True)


@pytest.mark.usefixtures("table")
def test_values_of_rows_are_hidden_with_the_parameters(engine: Any, sql: Any, url: str) -> None:
    sql(
        "CREATE TABLE secret (id integer PRIMARY KEY, name text UNIQUE, "
        "other text CHECK (other <> ''))"
    )
    sql("INSERT INTO secret VALUES (1, 'canary-1', 'canary-2')")
    for statement in (
        "INSERT INTO secret VALUES (2, 'canary-1', 'x')",
        "UPDATE secret SET other = ''",
        "INSERT INTO secret VALUES (NULL, 'canary-3', 'x')",
    ):
        with engine.connect() as connection, pytest.raises(exc.IntegrityError) as caught:
            connection.execute(text(statement))
        message = str(caught.value).partition("[SQL:")[0]
        assert "canary" not in message and "…" in message
    shown = create_engine(url, hide_parameters=False)
    with shown.connect() as connection, pytest.raises(exc.IntegrityError, match="canary-1"):
        connection.execute(text("UPDATE secret SET other = ''"))
    shown.dispose()


# --- commit, reset, plans ------------------------------------------------------------------------


@pytest.mark.usefixtures("table")
def test_commit_of_a_failed_transaction_raises(engine: Any, sql: Any) -> None:
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO t VALUES (5)"))
        with pytest.raises(exc.DBAPIError):
            connection.execute(text("SELECT 1 / 0"))
        with pytest.raises(exc.DBAPIError, match="ROLLBACK"):
            connection.commit()
    assert sql("SELECT count(*) FROM t") == [(2,)]


def test_every_way_a_connection_comes_back_leaves_it_clean(engine: Any, table: None) -> None:
    def failed(connection: Any) -> None:
        with pytest.raises(exc.DBAPIError):
            connection.execute(text("SELECT 1 / 0"))

    def open_transaction(connection: Any) -> None:
        connection.execute(text("INSERT INTO t VALUES (77)"))

    def half_read(connection: Any) -> None:
        options = {"stream_results": True, "yield_per": 2}
        result = connection.execute(
            text("SELECT generate_series(1, 10)"), execution_options=options
        )
        next(iter(result))

    def pipeline(connection: Any) -> None:
        connection.connection.dbapi_connection._accord_test = "kept"

    for leave in (failed, open_transaction, half_read, pipeline):
        with engine.connect() as connection:
            leave(connection)
        with engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
            assert connection.scalar(text("SELECT count(*) FROM t")) == 2


def test_a_connection_in_a_pipeline_is_not_pooled(engine: Any) -> None:
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        pipeline = raw.pipeline()
        pipeline.__enter__()
        assert not engine.dialect.driver.is_clean(raw)
    with engine.connect() as connection:
        assert connection.connection.dbapi_connection is not raw


@pytest.mark.usefixtures("table")
def test_a_stale_plan_poisons_no_connection(engine: Any, sql: Any) -> None:
    statement = text("SELECT * FROM t WHERE id = :id")
    with engine.connect() as connection:
        for _ in range(10):
            connection.execute(statement, {"id": 1}).all()
        connection.commit()
    sql("ALTER TABLE t ADD COLUMN more text")
    with engine.connect() as connection:
        with pytest.raises(exc.DBAPIError) as caught:
            connection.execute(statement, {"id": 1})
        assert (caught.value.retryable, caught.value.connection_invalidated) == (True, True)
    with engine.connect() as connection:
        assert len(connection.execute(statement, {"id": 1}).one()) == 3


def test_prepared_statements_outlive_a_session_that_only_read(engine: Any, table: None) -> None:
    def read() -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT v FROM t WHERE id = :id"), {"id": 1}).all()

    for number in range(10):
        read()
        if number == 5:
            with engine.begin() as connection:
                connection.execute(text("UPDATE t SET v = v"))
    with engine.connect() as connection:
        kept = connection.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
    assert kept == 1


def test_a_definition_changed_by_one_connection_poisons_no_other(engine: Any, table: None) -> None:
    statement = text("SELECT v FROM t WHERE v = :v")
    with engine.connect() as first:
        for _ in range(10):
            first.execute(statement, {"v": None}).all()
            first.rollback()
        with engine.begin() as second:
            second.execute(text("ALTER TABLE t DROP COLUMN v"))
            second.execute(text("ALTER TABLE t ADD COLUMN v int4range"))
        for _ in range(3):
            assert first.execute(statement, {"v": "empty"}).all() == []
            first.rollback()


def test_what_a_rollback_takes_back_poisons_no_connection(engine: Any) -> None:
    statement = text("SELECT v FROM made WHERE v = 'a'::kind AND :n = 1")

    def make(connection: Any, labels: str) -> None:
        connection.execute(text(f"CREATE TYPE kind AS ENUM ({labels})"))
        connection.execute(text("CREATE TABLE made (v kind)"))

    for labels in ("'a'", "'a', 'b'", "'c', 'a'"):
        with engine.connect() as connection:
            make(connection, labels)
            try:
                for _ in range(10):
                    connection.execute(statement, {"n": 1}).all()
            except exc.DBAPIError as error:
                assert error.retryable and error.connection_invalidated
    with engine.connect() as connection:
        make(connection, "'a'")
        assert connection.execute(statement, {"n": 1}).all() == []


# --- isolation -----------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_isolation_levels(engine: Any, url: str, level: str) -> None:
    def current(connection: Any) -> str:
        return str(connection.scalar(text("SHOW transaction_isolation"))).upper()

    with engine.connect().execution_options(isolation_level=level) as connection:
        assert current(connection) == level
        connection.rollback()
        assert current(connection) == level
    with engine.connect() as connection:
        assert current(connection) == "READ COMMITTED"
    other = create_engine(url, isolation_level=level)
    with other.connect() as connection:
        assert current(connection) == level
    other.dispose()


@pytest.mark.usefixtures("table")
def test_autocommit(engine: Any, sql: Any) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("INSERT INTO t VALUES (50)"))
        assert sql("SELECT count(*) FROM t WHERE id = 50") == [(1,)]
        connection.exec_driver_sql("VACUUM t")
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO t VALUES (51)"))
        assert sql("SELECT count(*) FROM t WHERE id = 51") == [(0,)]


@pytest.mark.usefixtures("table")
def test_read_only_transactions(engine: Any) -> None:
    reading = engine.execution_options(isolation_level="REPEATABLE READ READ ONLY")
    with reading.connect() as connection, pytest.raises(exc.DBAPIError) as caught:
        connection.execute(text("INSERT INTO t VALUES (9)"))
    assert caught.value.kind == "read_only"
    safe = engine.execution_options(isolation_level="SERIALIZABLE READ ONLY DEFERRABLE")
    with safe.connect() as connection:
        assert connection.scalar(text("SHOW transaction_deferrable")) == "on"
        assert connection.scalar(text("SHOW transaction_read_only")) == "on"
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (9)"))


def test_an_unknown_level_names_those_there_are(engine: Any) -> None:
    with engine.connect() as connection, pytest.raises(exc.ArgumentError, match="REPEATABLE READ"):
        connection.execution_options(isolation_level="CHAOS")


@pytest.mark.usefixtures("table")
def test_a_raw_connection_has_transactions(engine: Any, sql: Any) -> None:
    raw = engine.raw_connection()
    raw.cursor().execute("INSERT INTO t VALUES (60)")
    raw.rollback()
    raw.cursor().execute("INSERT INTO t VALUES (61)")
    raw.commit()
    raw.close()
    assert sql("SELECT id FROM t WHERE id >= 60") == [(61,)]


@pytest.mark.usefixtures("table")
def test_ddl_is_part_of_the_transaction(engine: Any) -> None:
    metadata = MetaData()
    Table("made", metadata, Column("id", Integer, primary_key=True))
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO t VALUES (9)"))
        metadata.create_all(connection)
        connection.rollback()
    assert not inspect(engine).has_table("made")


# --- streaming -----------------------------------------------------------------------------------


def test_a_large_result_stays_on_the_server(engine: Any) -> None:
    with engine.connect() as connection:
        result = connection.execute(
            text("SELECT i, repeat('x', 1000) FROM generate_series(1, 100000) AS i"),
            execution_options={"yield_per": 100},
        )
        taken = [row[0] for row, _ in zip(result, range(250), strict=False)]
        assert taken == list(range(1, 251))
        cursors = connection.execute(text("SELECT count(*) FROM pg_cursors")).scalar()
        assert cursors == 1
        result.close()
        assert connection.execute(text("SELECT count(*) FROM pg_cursors")).scalar() == 0


def test_streaming_in_autocommit_and_of_other_statements(engine: Any, table: None) -> None:
    auto = engine.execution_options(isolation_level="AUTOCOMMIT", stream_results=True)
    with auto.connect() as connection:
        assert connection.execute(text("SELECT generate_series(1, 5)")).scalars().all() == [
            1, 2, 3, 4, 5,
        ]  # fmt: skip
    with engine.connect().execution_options(stream_results=True) as connection:
        returned = connection.execute(text("INSERT INTO t VALUES (70) RETURNING id"))
        assert returned.scalar() == 70
        with_cte = text("WITH made AS (INSERT INTO t VALUES (71) RETURNING id) SELECT id FROM made")
        assert connection.execute(with_cte).scalar() == 71
        reading = text("WITH x AS (SELECT 5 AS n) SELECT n FROM x")
        assert connection.execute(reading).scalar() == 5


def test_an_orm_query_in_pieces(engine: Any) -> None:
    metadata = MetaData()
    table = Table("many", metadata, Column("id", Integer, primary_key=True), Column("n", String))
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), [{"n": f"n{i}"} for i in range(1000)])
    with Session(engine) as session:
        result = session.execute(select(table).execution_options(yield_per=64))
        sizes = [len(part) for part in result.partitions()]
    assert sum(sizes) == 1000 and max(sizes) == 64


def test_a_pool_survives_a_restart(own_server: Any) -> None:
    server, url = own_server()
    engine = create_engine(url, pool_size=3)
    assert isinstance(engine.pool, QueuePool)
    held = [engine.connect() for _ in range(3)]
    for connection in held:
        connection.execute(text("SELECT 1"))
        connection.close()
    server.crash()
    server.start()
    deadline = time.monotonic() + 20
    while True:
        try:
            with engine.begin() as connection:
                assert connection.scalar(text("SELECT 1")) == 1
            break
        except exc.DBAPIError as error:
            assert error.retryable and time.monotonic() < deadline
    engine.dispose()
