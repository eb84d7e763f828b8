"""The dialect under the real engine: URLs, pools, transactions, errors as users see them."""

import sqlite3
import threading

import pytest

from accord.dialect import InsertBatch, Native, UpdateBatch, insert_steps
from accord.engine import create_engine
from accord.engine.run import run
from accord.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    NotSupportedError,
    OperationalError,
    StatementError,
)
from accord.schema import Column, MetaData, Table
from accord.sql.constructors import text
from accord.sqltypes import Integer, String


@pytest.fixture
def path(tmp_path):
    return tmp_path / "d.db"


@pytest.fixture
def engine(path):
    made = create_engine(f"sqlite:///{path}?timeout=0&journal_mode=wal")
    yield made
    made.dispose()


def table(metadata=None):
    return Table(
        "t",
        metadata or MetaData(),
        Column("id", Integer, primary_key=True),
        Column("a", String, unique=True),
    )


def test_relative_and_absolute_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for url in ("sqlite:///rel.db", f"sqlite:///{tmp_path}/abs.db"):
        engine = create_engine(url)
        table().metadata.create_all(engine)
        engine.dispose()
    for name in ("rel.db", "abs.db"):
        raw = sqlite3.connect(tmp_path / name)
        assert raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall() == [
            ("t",)
        ]
        raw.close()


def test_the_version_is_known_after_the_first_connection(engine):
    with engine.connect():
        pass
    assert engine.server.version == sqlite3.sqlite_version_info
    assert bool(engine.capabilities.dml.returning_insert) is (
        sqlite3.sqlite_version_info >= (3, 35)
    )


def test_a_transaction_that_starts_with_a_write_takes_the_lock_at_once(engine, path):
    t = table()
    t.metadata.create_all(engine)
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    with engine.connect() as connection:
        connection.execute(t.select())
        other.execute(
            "INSERT INTO t (a) VALUES ('x')"
        )  # a reader does not keep others from writing
        connection.rollback()
        connection.execute(t.insert().values(a="y"))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        connection.rollback()
    other.close()


def test_a_failed_upgrade_is_retryable(engine, path):
    t = table()
    t.metadata.create_all(engine)
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    with engine.connect() as connection:
        connection.execute(t.select())
        other.execute("INSERT INTO t (a) VALUES ('x')")
        with pytest.raises(OperationalError) as caught:
            connection.execute(t.insert().values(a="y"))
        assert (caught.value.retryable, caught.value.kind) == (True, "serialization")
        connection.rollback()
        connection.execute(t.insert().values(a="y"))
        connection.commit()
    other.close()


def test_the_reservation_of_keys_starts_a_writing_transaction(engine, path):
    t = table()
    t.metadata.create_all(engine)
    batch = InsertBatch(engine, t, (t.c.a,), [("x",), ("y",)], key=t.c.id)
    with engine.connect() as connection:
        result = run(insert_steps(batch), connection.perform)
        assert list(result.keys) == [1, 2]
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        connection.commit()


def test_two_threads_insert_blocks_without_meeting(engine):
    t = table()
    t.metadata.create_all(engine)
    patient = create_engine(engine.url.update_query_dict({"timeout": "30"}))
    keys: list[int] = []

    def work(name):
        for i in range(20):
            with patient.begin() as connection:
                rows = [(f"{name} {i} {j}",) for j in range(25)]
                batch = InsertBatch(patient, t, (t.c.a,), rows, key=t.c.id)
                keys.extend(run(insert_steps(batch), connection.perform).keys)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    patient.dispose()
    assert sorted(keys) == list(range(1, 1001))


def test_constraint_names_reach_the_user(engine):
    t = table()
    t.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(t.insert().values(a="x"))
    with engine.connect() as connection:
        with pytest.raises(IntegrityError) as caught:
            connection.execute(t.insert().values(a="x"))
    assert (caught.value.kind, caught.value.constraint_name) == ("unique", "t.a")


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1])
def test_integers_beyond_64_bits_are_a_data_error(engine, value):
    t = table()
    t.metadata.create_all(engine)
    with engine.connect() as connection:
        with pytest.raises((DataError, DBAPIError)) as caught:
            connection.execute(t.insert().values(id=value, a="x"))
    assert caught.value.kind == "data"
    assert str(value) not in str(caught.value)


def test_lone_surrogates_are_a_data_error(engine):
    t = table()
    t.metadata.create_all(engine)
    with engine.connect() as connection:
        with pytest.raises(DBAPIError) as caught:
            connection.execute(t.insert().values(a="\ud800 secret"))
    assert caught.value.kind == "data"
    assert "secret" not in str(caught.value)


def test_a_missing_folder_is_named_before_anything_else(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/nowhere/d.db")
    with pytest.raises(OperationalError, match="nowhere.*does not exist"):
        engine.connect()


def test_a_read_only_file_says_so(path):
    table().metadata.create_all(create_engine(f"sqlite:///{path}"))
    engine = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    with engine.connect() as connection:
        with pytest.raises(OperationalError) as caught:
            connection.execute(table().insert().values(a="x"))
    assert caught.value.kind == "read_only"
    engine.dispose()


def test_unknown_drivers_and_options_are_named():
    with pytest.raises(
        NoSuchModuleError, match="'sqlite' has no driver 'aiosqlit'; it has pysqlite"
    ):
        create_engine("sqlite+aiosqlit://")
    with pytest.raises(ArgumentError, match="'tiemout'"):
        create_engine("sqlite:///d.db?tiemout=3")
    with pytest.raises(ArgumentError, match="isolation level 'CHAOS'"):
        create_engine("sqlite://", isolation_level="CHAOS")


def test_autocommit_and_read_uncommitted(engine, path):
    t = table()
    t.metadata.create_all(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(t.insert().values(a="x"))
        assert sqlite3.connect(path).execute("SELECT a FROM t").fetchall() == [("x",)]
    with engine.connect().execution_options(isolation_level="READ UNCOMMITTED") as connection:
        assert connection.execute(text("PRAGMA read_uncommitted")).scalar() == 1
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA read_uncommitted")).scalar() == 0


def test_savepoints(engine):
    t = table()
    t.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(t.insert().values(a="kept"))
        nested = connection.begin_nested()
        connection.execute(t.insert().values(a="gone"))
        nested.rollback()
        with connection.begin_nested():
            connection.execute(t.insert().values(a="also kept"))
    with engine.connect() as connection:
        found = connection.execute(t.select().order_by(t.c.id)).all()
    assert [row.a for row in found] == ["kept", "also kept"]


def test_foreign_keys_of_the_url(path):
    engine = create_engine(f"sqlite:///{path}?foreign_keys=1")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


def test_a_database_in_memory_is_one_per_engine():
    one, two = create_engine("sqlite://"), create_engine("sqlite://")
    t = table()
    t.metadata.create_all(one)
    with one.begin() as connection:
        connection.execute(t.insert().values(a="x"))
    with one.connect() as connection:
        assert connection.execute(t.select()).all() == [(1, "x")]
    with two.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(t.select())


def test_preparing_transactions_is_refused_with_the_reason(engine):
    with engine.connect() as connection:
        with pytest.raises(Exception, match="SQLite has no prepared transactions"):
            connection.begin_twophase()


def test_a_native_call_is_refused(engine):
    with engine.connect() as connection:
        with pytest.raises((NotSupportedError, StatementError), match="copy"):
            connection.perform(Native(engine, "copy", "COPY t", []))


def test_sensitive_values_of_a_batch_are_never_logged(path, capsys):
    engine = create_engine(f"sqlite:///{path}", echo=True)
    t = Table(
        "t",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("a", String),
        Column("token", String, sensitive=True),
    )
    t.metadata.create_all(engine)
    rows = [(f"shown {i}", f"canary {i}") for i in range(3)]
    batch = InsertBatch(engine, t, (t.c.a, t.c.token), rows, key=t.c.id)
    with engine.begin() as connection:
        keys = run(insert_steps(batch), connection.perform).keys
        changed = UpdateBatch(
            engine, t, (t.c.id,), (t.c.token,), [(f"canary new {key}", key) for key in keys]
        )
        run(engine.dialect.update_steps(changed), connection.perform)
    engine.dispose()
    output = capsys.readouterr().out
    assert "shown 1" in output
    assert "canary" not in output
