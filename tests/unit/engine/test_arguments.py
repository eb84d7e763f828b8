"""Every argument of SQLAlchemy's create_engine: it means what it means there, or an error says what
to do instead.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from accord import (
    JSON,
    Column,
    Integer,
    MetaData,
    Table,
    create_engine,
    create_mock_engine,
    create_pool_from_url,
    engine_from_config,
    event,
    func,
    insert,
    literal,
    select,
    text,
)
from accord.exc import ArgumentError, IdentifierError, InvalidRequestError, NoSuchModuleError
from accord.pool import AssertionPool, NullPool, QueuePool

table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("j", JSON))


@pytest.mark.parametrize(
    ("name", "same", "other", "words"),
    [
        ("enable_from_linting", False, True, "nothing joins"),
        ("future", True, False, "the 2.0 way"),
        ("implicit_returning", True, False, "accord explain"),
        ("skip_autocommit_rollback", False, "yes", "no ROLLBACK is sent"),
        ("paramstyle", "qmark", "pyformat", "'qmark'; leave it out"),
    ],
)
def test_what_cannot_be_changed_may_be_said_and_not_be_denied(
    fake_engine: Any, name: str, same: object, other: object, words: str
) -> None:
    fake_engine(**{name: same})
    with pytest.raises(ArgumentError, match=words):
        fake_engine(**{name: other})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("convert_unicode", "strings are Unicode"),
        ("encoding", "belongs to the driver"),
        ("pool_threadlocal", "SingletonThreadPool"),
        ("server_side_cursors", "stream_results"),
        ("strategy", "create_mock_engine"),
        ("case_sensitive", "as they are"),
        ("empty_in_strategy", "false on every database"),
        ("listeners", "event.listen"),
    ],
)
def test_arguments_of_old_versions_say_what_to_write_now(
    fake_engine: Any, name: str, words: str
) -> None:
    with pytest.raises(TypeError, match=words):
        fake_engine(**{name: True})


def test_the_driver_module_is_that_of_the_dialect() -> None:
    import sqlite3

    create_engine("sqlite://", module=sqlite3)
    with pytest.raises(ArgumentError, match="dialect= takes a dialect class"):
        create_engine("sqlite://", module=json)


def test_labels_have_a_length_of_their_own() -> None:
    engine = create_engine("sqlite://", label_length=8)
    with engine.connect() as connection:
        query = select(func.replace("abc", "b", literal("x")), func.current_timestamp(), text("1"))
        assert "replace(?, ?, ?) AS re_1, CURRENT_TIMESTAMP AS cu_2" in str(query.compile(engine))
        row = connection.execute(query).one()
        assert row.replace_1 == row._mapping["replace_1"] == "axc"
    with pytest.raises(ArgumentError, match="label_length=...\\) takes a whole number"):
        create_engine("sqlite://", label_length=0)
    with pytest.raises(ArgumentError, match="at most 5; give a smaller"):
        create_engine("sqlite://", label_length=6, max_identifier_length=5)
    settings = {"sqlalchemy.url": "sqlite://", "sqlalchemy.label_length": "20"}
    assert engine_from_config(settings).dialect.target.label_length == 20


def test_json_functions_of_the_program() -> None:
    calls: list[str] = []

    def write(value: object) -> str:
        calls.append("write")
        return json.dumps(value)

    def read(value: str) -> object:
        calls.append("read")
        return [json.loads(value)]

    engine = create_engine("sqlite://", json_serializer=write, json_deserializer=read)
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), {"j": {"a": 1}})
        assert connection.scalar(select(table.c.j)) == [{"a": 1}]
    assert calls == ["write", "read"]
    with pytest.raises(ArgumentError, match="json_serializer=...\\) takes a function"):
        create_engine("sqlite://", json_serializer="dumps")


def test_json_functions_stay_when_the_server_turns_out_to_need_another_dialect(
    fake_engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = fake_engine(json_serializer=str)
    kind = type(engine.dialect)
    monkeypatch.setattr(kind, "for_server", lambda self, server: kind())
    before = engine.dialect
    with engine.connect():
        assert engine.dialect is not before
        assert engine.dialect.target.types.entry(JSON()).bind({"a": 1}) == "{'a': 1}"


def test_json_functions_in_other_schemas() -> None:
    engine = create_engine("sqlite://", json_serializer=str)
    view = engine.execution_options(schema_translate_map={None: "main"})
    assert view.dialect.target.types.entry(JSON()).bind([1]) == "[1]"


def test_max_identifier_length(fake_engine: Any) -> None:
    engine = fake_engine(max_identifier_length=5)
    long = Table("a_long_name", MetaData(), Column("id", Integer))
    with engine.connect() as connection, pytest.raises(IdentifierError, match="allows 5"):
        connection.execute(select(long))
    with pytest.raises(ArgumentError, match="at least 1"):
        fake_engine(max_identifier_length=0)


@pytest.mark.parametrize(
    ("options", "most"),
    [
        ({"insertmanyvalues_page_size": 10}, 10),
        ({"use_insertmanyvalues": False}, 1),
        ({"use_insertmanyvalues": True}, 250),
    ],
)
def test_rows_of_one_statement(options: dict[str, Any], most: int) -> None:
    engine = create_engine("sqlite://", **options)
    with engine.connect():
        assert engine.capabilities.limits.rows == most
    with pytest.raises(ArgumentError, match="whole number"):
        create_engine("sqlite://", insertmanyvalues_page_size="ten")


def test_plugins_that_have_to_be_there() -> None:
    create_engine("sqlite://", plugins=[])
    create_engine("sqlite://", plugins=["audit"])
    with pytest.raises(NoSuchModuleError, match=r"'nobody'.*installed are: .*audit"):
        create_engine("sqlite://", plugins=["nobody"])


def test_pool_events_listen_from_the_start(fake_engine: Any) -> None:
    calls: list[str] = []
    engine = fake_engine(
        pool_events=[
            (lambda raw, record: calls.append("connect"), "connect"),
            (lambda raw, record, proxy: calls.append("checkout"), "checkout"),
        ]
    )
    with engine.connect():
        assert calls == ["connect", "checkout"]
    again = engine.pool.recreate()
    again.connect().close()
    assert calls == ["connect", "checkout"] * 2


def test_an_assertion_pool_says_who_has_the_connection(server: Any, fake_engine: Any) -> None:
    engine = fake_engine(poolclass=AssertionPool)
    with engine.connect():
        assert engine.pool.status() == "AssertionPool, checked out"
        with pytest.raises(AssertionError, match=r"test_arguments.py:\d+ in test_an_assertion"):
            engine.connect()
    with engine.connect():
        assert len(server.connections) == 1
    lost = engine.raw_connection()
    lost.invalidate()
    with engine.connect():
        assert server.open == [2]
    engine.dispose()
    assert server.open == []
    assert engine.pool.status() == "AssertionPool, checked in"
    assert type(engine.pool.recreate()) is AssertionPool


def test_an_assertion_pool_after_a_failed_connect(server: Any) -> None:
    pool = AssertionPool(server.connect)
    server.fail_connect = OSError("down")
    with pytest.raises(OSError, match="down"):
        pool.connect()
    server.fail_connect = None
    pool.connect().close()


def test_a_pool_from_a_url() -> None:
    pool = create_pool_from_url(
        "sqlite://", poolclass=QueuePool, pool_size=3, timeout=1, recycle=60, pre_ping=True
    )
    assert pool.size() == 3
    assert pool.timeout() == 1
    assert pool.policy.recycle == 60
    assert pool.policy.pre_ping
    connection = pool.connect()
    assert connection.cursor().execute("SELECT 1").fetchone() == (1,)
    connection.close()


def test_a_mock_engine_needs_no_driver() -> None:
    for url in ("sqlite+nosuch://", "sqlite://"):
        assert create_mock_engine(url, print).dialect.driver_name == "pysqlite"


def test_a_mock_engine_hands_ddl_to_a_function() -> None:
    said: list[str] = []

    def show(statement: Any, *parameters: Any) -> None:
        said.append(str(statement.compile(dialect=engine.dialect)).strip())

    engine = create_mock_engine("postgresql://", show)
    metadata = MetaData()
    heard: list[Any] = []
    event.listen(metadata, "before_create", lambda target, bind, **_: heard.append(bind))
    Table("m", metadata, Column("id", Integer, primary_key=True))
    metadata.create_all(engine)
    metadata.drop_all(engine, checkfirst=False)
    with pytest.raises(InvalidRequestError, match="no catalog"):
        Table("other", metadata, autoload_with=engine)
    engine.connect().execute(text("SELECT 1"))
    assert [line.split("(")[0].strip() for line in said] == [
        "CREATE TABLE m",
        "DROP TABLE m",
        "SELECT 1",
    ]
    assert heard == [engine]
    assert engine.name == "postgresql"


def test_a_configuration_file_is_text(fake_engine: Any) -> None:
    config = {
        "db.url": "fake://",
        "db.pool_reset_on_return": "none",
        "db.poolclass": NullPool,
        "db.use_insertmanyvalues": "false",
        "db.insertmanyvalues_page_size": "7",
        "db.max_identifier_length": "30",
        "db.enable_from_linting": "false",
        "db.isolation_level": "SERIALIZABLE",
        "other.url": "nothing",
    }
    engine = engine_from_config(config, prefix="db.")
    assert type(engine.pool) is NullPool
    assert engine.dialect.target.max_identifier_length == 30
    assert engine.isolation.standard == "SERIALIZABLE"
    with pytest.raises(ArgumentError, match="db.max_identifier_length in the configuration"):
        engine_from_config({"db.url": "fake://", "db.max_identifier_length": "x"}, prefix="db.")
    with pytest.raises(TypeError, match="'nope'"):
        engine_from_config({"db.url": "fake://", "db.nope": "1"}, prefix="db.")
