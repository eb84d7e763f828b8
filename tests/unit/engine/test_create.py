"""create_engine: arguments, errors, pools by name, configuration files, caches."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from accord.engine import create_engine, engine_from_config
from accord.engine.pool import NullPool, QueuePool, SingletonThreadPool, StaticPool
from accord.exc import ArgumentError, NoSuchModuleError


def test_what_engines_could_do_before_is_told_what_to_write(fake_engine: Any) -> None:
    engine = fake_engine()
    with pytest.raises(AttributeError, match=r"'execute'; write with engine.connect\(\) as"):
        engine.execute("SELECT 1")
    with pytest.raises(AttributeError, match=r"write inspect\(engine\).get_table_names\(\)"):
        engine.table_names()
    assert not hasattr(engine, "nothing")


def test_unknown_arguments_are_named(fake_engine: Any) -> None:
    with pytest.raises(TypeError, match="'pool_siz'; did you mean 'pool_size'"):
        fake_engine(pool_siz=3)
    with pytest.raises(TypeError, match=r"'foo', 'bar'; it takes .*pool_pre_ping"):
        fake_engine(foo=1, bar=2)
    with pytest.raises(TypeError, match="'max_overflow', which StaticPool does not have"):
        fake_engine(poolclass=StaticPool, max_overflow=3)
    with pytest.raises(TypeError):
        create_engine("sqlite://", "sqlite://")  # type: ignore[misc]
    with pytest.raises(ArgumentError, match="future"):
        fake_engine(future=False)
    with pytest.raises(ArgumentError, match="echo"):
        fake_engine(echo="loud")


def test_unknown_dialects_and_drivers() -> None:
    with pytest.raises(NoSuchModuleError, match=r"'nodb'.*pip install accord-<name>"):
        create_engine("nodb://")
    with pytest.raises(ArgumentError, match="no '://'"):
        create_engine("nodb")


def test_pool_arguments(fake_engine: Any) -> None:
    pool = fake_engine(
        pool_size=3,
        max_overflow=4,
        pool_timeout=5.5,
        pool_recycle=60,
        pool_pre_ping=True,
        pool_use_lifo=True,
        pool_reset_on_return="commit",
        pool_logging_name="shop",
        echo_pool="debug",
    ).pool
    assert isinstance(pool, QueuePool) and pool.size() == 3 and pool.timeout() == 5.5
    assert pool.policy.recycle == 60 and pool.policy.pre_ping and pool.echo == "debug"
    assert pool.log.name == "accord.pool.shop"
    for chosen in (NullPool, StaticPool, SingletonThreadPool):
        assert type(fake_engine(poolclass=chosen).pool) is chosen


@pytest.mark.parametrize(
    ("argument", "value", "expected"),
    [
        ("poolclass", "NullPool", "takes a pool class, not 'NullPool'"),
        ("pool_size", "x", "a whole number of connections, not 'x'"),
        ("max_overflow", 1.5, "a whole number of connections, not 1.5"),
        ("pool_timeout", "soon", "a number of seconds, not 'soon'"),
        ("pool_recycle", "x", "a number of seconds, not 'x'"),
        ("pool_pre_ping", "yes", "True or False, not 'yes'"),
    ],
)
def test_pool_arguments_of_the_wrong_kind_are_refused_at_once(
    fake_engine: Any, argument: str, value: object, expected: str
) -> None:
    with pytest.raises(ArgumentError, match=expected) as raised:
        fake_engine(**{argument: value})
    assert argument in str(raised.value)


def test_a_pool_made_by_hand(server: Any, fake_engine: Any) -> None:
    pool = QueuePool(server.connect, pool_size=1)
    engine = fake_engine(pool=pool)
    assert engine.pool is pool
    with engine.connect() as c:
        c.exec_driver_sql("Q")
    assert (1, "prepare") in server.log and engine.server is not None
    with pytest.raises(TypeError, match="'pool_size', 'poolclass'"):
        fake_engine(pool=pool, pool_size=3, poolclass=NullPool)


def test_connect_args_come_on_top(fake_engine: Any) -> None:
    engine = fake_engine(connect_args={"host": "elsewhere", "timeout": 3})
    engine.connect().close()
    assert dict(engine.dialect.driver.arguments.kwargs) == {
        "host": "elsewhere",
        "timeout": 3,
        "password": "s3cr3t",
    }


def test_names(fake_engine: Any) -> None:
    engine = fake_engine(logging_name="shop")
    assert engine.name == "fake" and engine.driver == "fakedb" and engine.engine is engine
    assert engine.log.name == "accord.engine.Engine.shop" and engine.logging_name == "shop"
    assert repr(engine) == "Engine(fake://u:***@host/db)"
    assert engine.new_xid() != engine.new_xid()


def test_caches_are_bounded(fake_engine: Any) -> None:
    engine = fake_engine(query_cache_size=10)
    for number in range(100):
        engine.compiled.put(number, object())
        engine.plans.put(number, object())
    assert len(engine.compiled) <= 10 and len(engine.plans) <= 10
    engine.clear_compiled_cache()
    assert len(engine.compiled) == 0 == len(engine.plans)


def test_from_config(fake_engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_engine()
    engine = engine_from_config(
        {
            "sqlalchemy.url": "fake://h/d",
            "sqlalchemy.echo": "debug",
            "sqlalchemy.pool_size": "7",
            "sqlalchemy.pool_recycle": "12.5",
            "sqlalchemy.pool_pre_ping": "True",
            "sqlalchemy.isolation_level": "SERIALIZABLE",
            "other.url": "x",
        },
        hide_parameters=True,
    )
    assert engine.echo == "debug" and engine.pool.size() == 7
    assert engine.pool.policy.recycle == 12.5 and engine.pool.policy.pre_ping
    assert engine.isolation.standard == "SERIALIZABLE" and engine.hides_parameters
    assert engine_from_config({"db.url": "fake://h/d"}, "db.").url.host == "h"
    with pytest.raises(ArgumentError, match=r"no sqlalchemy\.url"):
        engine_from_config({})
    with pytest.raises(ArgumentError, match=r"sqlalchemy\.pool_size .* a number"):
        engine_from_config({"sqlalchemy.url": "fake://", "sqlalchemy.pool_size": "many"})
    with pytest.raises(ArgumentError, match="true or false"):
        engine_from_config({"sqlalchemy.url": "fake://", "sqlalchemy.echo": "perhaps"})
    with pytest.raises(TypeError, match="'poolsize'"):
        engine_from_config({"sqlalchemy.url": "fake://", "sqlalchemy.poolsize": "1"})


def test_old_servers_are_refused(fake_engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from accord.exc import InvalidRequestError

    engine = fake_engine()
    newer = replace(engine.dialect.capabilities, minimum_version="9.5")
    monkeypatch.setattr(type(engine.dialect), "capabilities", newer)
    with pytest.raises(InvalidRequestError, match=r"version 9\.5 or later; this one is Fake 1\.2"):
        engine.connect()
    assert engine.pool.checkedout() == 0 and engine.server is None


def test_creating_an_engine_imports_little() -> None:
    script = (
        "import sys; from accord import create_engine\n"
        "e = create_engine('sqlite://')\n"
        "e.connect().close()\n"
        "from accord.hooks import plugins\n"
        "bad = {'asyncio', 'greenlet', *(() if plugins() else ('pluggy',))} & set(sys.modules)\n"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_plugins_hear_of_engines_and_connections(
    fake_engine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from accord import hooks

    heard: list[Any] = []

    class Plugin:
        @hooks.hookimpl
        def accord_engine_created(self, engine: Any) -> None:
            heard.append(engine)

        @hooks.hookimpl
        def accord_connected(self, engine: Any, connection: Any) -> None:
            heard.append((engine, connection.number))

    plugin = Plugin()
    hooks.register(plugin)
    try:
        engine = fake_engine()
        engine.connect().close()
        engine.connect().close()
    finally:
        hooks.unregister(plugin)
    assert heard == [engine, (engine, 1)]


def test_tracebacks_with_locals_show_no_secret(
    server: Any, fake_engine: Any, fake_error: Any
) -> None:
    """As cgitb, rich and pytest -l print them: the locals of accord's frames."""
    import traceback

    from accord import event

    def printed(work: Any) -> str:
        try:
            work()
        except Exception as error:
            chain: list[Any] = [error, error.__cause__, error.__context__]
            frames = [
                frame
                for one in chain
                if one is not None
                for frame, _ in traceback.walk_tb(one.__traceback__)
                if "/src/accord/" in frame.f_code.co_filename
            ]
            return repr([{k: repr(v) for k, v in frame.f_locals.items()} for frame in frames])
        raise AssertionError("nothing was raised")

    engine = fake_engine()
    event.listen(engine, "do_connect", lambda *given: None)
    server.fail_connect = fake_error("refused")
    for work in (engine.connect, lambda: fake_engine("fake://u:s3cr3t@h/d", pool_siz=1)):
        assert "s3cr3t" not in printed(work)


def test_a_dialect_class_may_be_given_instead_of_the_installed_one():
    from accord_sqlite import SQLiteDialect

    class Mine(SQLiteDialect):
        name = "mine"

    engine = create_engine("nodb://", dialect=Mine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    assert engine.name == "mine"
    with pytest.raises(ArgumentError, match="takes a subclass of accord.dialect.Dialect"):
        create_engine("sqlite://", dialect="sqlite")  # type: ignore[arg-type]


def test_a_dialect_that_contradicts_itself_is_refused(fake_engine: Any, monkeypatch: Any) -> None:
    from accord.dialect import YES, Capabilities, Transactions
    from accord.exc import PluginError

    dialect = type(fake_engine().dialect)
    monkeypatch.setattr(
        dialect, "capabilities", Capabilities(transactions=Transactions(two_phase=YES))
    )
    with pytest.raises(PluginError, match="FakeDialect contradicts itself: transactions.two_phase"):
        fake_engine()


@pytest.mark.parametrize("kind", ["insert", "update", "delete"])
def test_returning_asked_of_a_server_without_it_is_refused_at_compile(
    server: Any, fake_engine: Any, monkeypatch: Any, kind: str
) -> None:
    from accord import Column, Integer, MetaData, Table
    from accord.dialect import DML, Capabilities, Since
    from accord.exc import CompileError

    dialect = type(fake_engine().dialect)
    can = {f"returning_{verb}": Since("3.35") for verb in ("insert", "update", "delete")}
    monkeypatch.setattr(dialect, "capabilities", Capabilities(dml=DML(**can)))
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True))
    statement = getattr(table, kind)()
    if kind == "update":
        statement = statement.values(id=1)
    with fake_engine().connect() as connection:
        sent = len(server.log)
        with pytest.raises(CompileError) as caught:
            connection.execute(statement.returning(table.c.id))
        assert len(server.log) == sent
    assert str(caught.value).startswith(
        f"fake has no {kind.upper()} … RETURNING (needs version 3.35, the server is 1.2); "
    )


def test_lastrowid_is_no_key_where_the_key_comes_from_a_sequence(
    server: Any, fake_engine: Any, monkeypatch: Any
) -> None:
    from accord import Column, Integer, MetaData, Sequence, Table
    from accord.dialect import DML, YES, Capabilities, Keys

    dialect = type(fake_engine().dialect)
    monkeypatch.setattr(
        dialect,
        "capabilities",
        Capabilities(dml=DML(returning_insert=YES), keys=Keys(lastrowid=YES, sequences=YES)),
    )
    table = Table("t", MetaData(), Column("id", Integer, Sequence("s"), primary_key=True))
    text = "INSERT INTO t (id) VALUES (nextval('s')) RETURNING t.id"
    server.answers[text] = (["id"], [(41,)], 1)
    with fake_engine().connect() as connection:
        assert connection.execute(table.insert()).inserted_primary_key == (41,)
