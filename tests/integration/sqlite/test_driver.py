"""sqlite3 as a driver, SQLite URLs, and what its errors mean; on real files."""

import sqlite3
from dataclasses import dataclass, field

import pytest

from accord.dialect import ConnectArgs, ErrorKind, Native
from accord.exc import ArgumentError
from accord_sqlite import urls
from accord_sqlite.driver import PySQLite
from accord_sqlite.errors import classify


@dataclass
class Url:
    database: str | None = None
    query: dict = field(default_factory=dict)
    host: str | None = None
    port: int | None = None
    username: str | None = None
    password: str | None = None
    drivername: str = "sqlite"


def connect(database=None, **query):
    return PySQLite().connect(urls.connect_args(Url(database, query)))


# -- URLs ------------------------------------------------------------------------------------------


def test_no_path_is_a_database_in_memory():
    arguments = urls.connect_args(Url())
    assert arguments.args == (":memory:",)
    assert dict(arguments.kwargs) == {}
    assert urls.default_pool(Url()) == "SingletonThreadPool"
    assert urls.default_pool(Url(":memory:")) == "SingletonThreadPool"


def test_a_file_may_be_used_by_the_threads_of_a_pool():
    arguments = urls.connect_args(Url("data.db"))
    assert arguments.args == ("data.db",)
    assert dict(arguments.kwargs) == {"check_same_thread": False}
    assert urls.default_pool(Url("data.db")) == "QueuePool"


def test_options_of_the_driver_are_read_by_type():
    arguments = urls.connect_args(
        Url("d.db", {"timeout": "2.5", "cached_statements": "7", "check_same_thread": "true"})
    )
    assert dict(arguments.kwargs) == {
        "timeout": 2.5,
        "cached_statements": 7,
        "check_same_thread": True,
    }


def test_an_sqlite_uri_keeps_its_own_options():
    arguments = urls.connect_args(
        Url("file:data.db", {"mode": "ro", "uri": "true", "timeout": "1"})
    )
    assert arguments.args == ("file:data.db?mode=ro",)
    assert arguments.kwargs["uri"] is True


def test_shared_memory_is_memory():
    assert (
        urls.default_pool(Url("file:x", {"uri": "true", "mode": "memory"})) == "SingletonThreadPool"
    )
    assert urls.default_pool(Url("file::memory:", {"uri": "1"})) == "SingletonThreadPool"
    assert urls.default_pool(Url("file:x", {"mode": "memory"})) == "QueuePool"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"tiemout": "3"}, "Unknown option 'tiemout'.*timeout"),
        ({"timeout": "soon"}, "'timeout' .* takes seconds"),
        ({"foreign_keys": "maybe"}, "'foreign_keys' .* takes 1, true"),
        ({"journal_mode": "wal; DROP TABLE t"}, "'journal_mode' .* takes delete"),
        ({"isolation_level": "DEFERRED"}, "isolation_level"),
        ({"detect_types": "1"}, "convert"),
    ],
)
def test_a_wrong_option_is_named(query, message):
    with pytest.raises(ArgumentError, match=message):
        urls.connect_args(Url("d.db", query))


def test_a_host_is_refused_with_the_forms_to_write():
    with pytest.raises(ArgumentError, match="sqlite:////absolute"):
        urls.connect_args(Url("d.db", host="localhost"))


def test_pragmas_of_the_url_hold_on_the_connection(tmp_path):
    connection = connect(str(tmp_path / "d.db"), foreign_keys="1", journal_mode="wal")
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


# -- connections -----------------------------------------------------------------------------------


def test_nothing_begins_implicitly(tmp_path):
    driver = PySQLite()
    connection = connect(str(tmp_path / "d.db"))
    connection.execute("CREATE TABLE t (a)")
    connection.execute("INSERT INTO t VALUES (1)")
    assert driver.is_clean(connection)
    connection.execute("BEGIN")
    assert not driver.is_clean(connection)
    connection.rollback()
    assert driver.is_clean(connection)
    assert driver.is_alive(connection)
    connection.close()
    assert not driver.is_alive(connection)


def test_a_creators_connection_is_brought_to_the_same_state():
    driver = PySQLite()
    connection = sqlite3.connect(":memory:")
    driver.prepare(connection, ConnectArgs(setup=("PRAGMA foreign_keys = ON",)))
    assert connection.isolation_level is None
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    with pytest.raises(sqlite3.InterfaceError, match="creator must return a sqlite3.Connection"):
        driver.prepare(object(), ConnectArgs())


def test_regexp_is_pythons():
    connection = connect()
    assert connection.execute("SELECT 'hello' REGEXP '^h.*o$', NULL REGEXP 'x'").fetchone() == (
        1,
        None,
    )


def test_arguments_that_accord_decides_are_refused():
    with pytest.raises(ArgumentError, match="isolation_level.*create_engine"):
        PySQLite().connect(ConnectArgs((":memory:",), {"isolation_level": "DEFERRED"}))


def test_there_is_no_native_call():
    with pytest.raises(sqlite3.NotSupportedError, match="copy"):
        PySQLite().native(connect(), Native(None, "copy", "", []))


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(sqlite3.OperationalError) as caught:
        connect(str(tmp_path / "nowhere" / "d.db"))
    assert str(tmp_path / "nowhere") in str(caught.value)
    assert "does not exist" in str(caught.value)
    assert classify(caught.value).kind is ErrorKind.CANNOT_CONNECT


def test_a_folder_is_no_database(tmp_path):
    with pytest.raises(sqlite3.OperationalError, match="is a folder"):
        connect(str(tmp_path))


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "d.db"
    path.write_bytes(b"not a database, but long enough to be looked at" * 50)
    with pytest.raises(sqlite3.DatabaseError, match="is not an SQLite database") as caught:
        connect(str(path), journal_mode="wal")
    assert classify(caught.value).kind is ErrorKind.DISK


# -- errors ----------------------------------------------------------------------------------------

TABLES = """
    CREATE TABLE p (id INTEGER PRIMARY KEY);
    CREATE TABLE t (
        id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT CHECK (b > 0),
        c INT CONSTRAINT c_max CHECK (c < 9),
        p INT REFERENCES p (id), d TEXT);
    CREATE UNIQUE INDEX lower_d ON t (lower(d));
    CREATE TABLE s (id INTEGER PRIMARY KEY, n INTEGER) STRICT;
    INSERT INTO t VALUES (1, 'one', 1, 1, NULL, 'one');
"""


@pytest.mark.parametrize(
    ("sql", "kind", "constraint"),
    [
        ("INSERT INTO t (id, a) VALUES (1, 'x')", ErrorKind.PRIMARY_KEY, "t.id"),
        ("INSERT INTO t (a) VALUES ('one')", ErrorKind.UNIQUE, "t.a"),
        ("INSERT INTO t (a, d) VALUES ('x', 'ONE')", ErrorKind.UNIQUE, "lower_d"),
        ("INSERT INTO t (b) VALUES (1)", ErrorKind.NOT_NULL, "t.a"),
        ("INSERT INTO t (a, b) VALUES ('x', -1)", ErrorKind.CHECK, "b > 0"),
        ("INSERT INTO t (a, c) VALUES ('x', 9)", ErrorKind.CHECK, "c_max"),
        ("INSERT INTO t (a, p) VALUES ('x', 7)", ErrorKind.FOREIGN_KEY, None),
        ("INSERT INTO s (n) VALUES ('x')", ErrorKind.DATA, None),
        ("INSERT INTO t (id, a) VALUES ('x', 'x')", ErrorKind.DATA, None),
        ("SELECT * FROM missing", ErrorKind.MISSING_OBJECT, None),
        ("SELECT missing FROM t", ErrorKind.MISSING_OBJECT, None),
        ("SELECT missing(1)", ErrorKind.MISSING_OBJECT, None),
        ("SELEKT 1", ErrorKind.SYNTAX, None),
    ],
)
def test_errors_are_classified_with_the_constraint(sql, kind, constraint):
    connection = connect(foreign_keys="1")
    connection.executescript(TABLES)
    with pytest.raises(sqlite3.Error) as caught:
        connection.execute(sql)
    info = classify(caught.value)
    assert (info.kind, info.constraint_name) == (kind, constraint)
    assert not info.retryable
    assert not info.disconnect


def test_a_lock_is_retryable(tmp_path):
    one, two = (connect(str(tmp_path / "d.db"), timeout="0") for _ in range(2))
    one.execute("CREATE TABLE t (a)")
    one.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as caught:
        two.execute("BEGIN IMMEDIATE")
    info = classify(caught.value)
    assert (info.kind, info.retryable) == (ErrorKind.LOCK_TIMEOUT, True)
    assert "timeout" in info.hint


def test_an_upgrade_that_came_too_late_is_retryable(tmp_path):
    one, two = (connect(str(tmp_path / "d.db"), timeout="0", journal_mode="wal") for _ in range(2))
    one.execute("CREATE TABLE t (a)")
    one.execute("BEGIN")
    one.execute("SELECT * FROM t").fetchall()
    two.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(sqlite3.OperationalError) as caught:
        one.execute("INSERT INTO t VALUES (2)")
    info = classify(caught.value)
    assert (info.kind, info.retryable) == (ErrorKind.SERIALIZATION, True)


def test_a_read_only_database_says_so(tmp_path):
    path = tmp_path / "d.db"
    connect(str(path)).execute("CREATE TABLE t (a)")
    connection = connect(f"file:{path}", uri="true", mode="ro")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("INSERT INTO t VALUES (1)")
    assert classify(caught.value).kind is ErrorKind.READ_ONLY
    assert "not writable" in classify(caught.value).hint


def test_a_full_database_is_a_disk_error():
    connection = connect()
    connection.execute("CREATE TABLE t (a)")
    connection.execute("PRAGMA max_page_count = 4")
    with pytest.raises(sqlite3.OperationalError) as caught:
        for _ in range(1000):
            connection.execute("INSERT INTO t VALUES (zeroblob(5000))")
    assert classify(caught.value).kind is ErrorKind.DISK


def test_a_closed_connection_is_a_disconnect():
    connection = connect()
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError) as caught:
        connection.execute("SELECT 1")
    info = classify(caught.value)
    assert (info.kind, info.disconnect) == (ErrorKind.DISCONNECT, True)


def test_values_the_driver_cannot_bind_are_data_errors():
    connection = connect()
    for value, word in ((2**63, "64 bits"), ("\ud800", "surrogates")):
        with pytest.raises(PySQLite.errors) as caught:
            connection.execute("SELECT ?", (value,))
        assert classify(caught.value).kind is ErrorKind.DATA
        assert word in classify(caught.value).hint


def test_wrong_parameters_are_a_misuse_of_the_interface():
    with pytest.raises(sqlite3.ProgrammingError) as caught:
        connect().execute("SELECT ?, ?", (1,))
    assert classify(caught.value).kind is ErrorKind.INTERFACE


def test_an_error_of_somebody_else_is_left_alone():
    assert classify(ValueError("x")).kind is ErrorKind.OTHER


@pytest.mark.parametrize(
    ("message", "kind", "retryable"),
    [
        ("UNIQUE constraint failed: t.a", ErrorKind.UNIQUE, False),
        ("database is locked", ErrorKind.LOCK_TIMEOUT, True),
        ('near "x": syntax error', ErrorKind.SYNTAX, False),
        ("something else", ErrorKind.OTHER, False),
    ],
)
def test_an_error_without_a_code_is_read_by_its_words(message, kind, retryable):
    info = classify(sqlite3.DatabaseError(message))
    assert (info.kind, info.retryable) == (kind, retryable)
