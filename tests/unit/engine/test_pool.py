"""Pools: who gets what, limits, resets that are proven, generations, forks, listeners."""

from __future__ import annotations

import gc
import os
import socket
import threading
import time
from typing import Any

import pytest

from accord import event
from accord.engine.pool import NullPool, Pool, QueuePool, SingletonThreadPool, StaticPool
from accord.engine.port import PlainPort, looks_dead
from accord.exc import ArgumentError, DisconnectionError, ResourceClosedError, TimeoutError


class Port(PlainPort):
    """A port whose answers a test sets."""

    clean = True
    alive = True

    def is_clean(self, raw: Any) -> bool:
        return self.clean

    def is_alive(self, raw: Any) -> bool:
        return self.alive


def queue(server: Any, **options: Any) -> QueuePool:
    return QueuePool(server.connect, **options)


def test_reuse_and_overflow(server: Any) -> None:
    pool = queue(server, pool_size=2, max_overflow=1, timeout=0)
    held = [pool.connect() for _ in range(3)]
    assert pool.checkedout() == 3 and pool.overflow() == 1 and pool.checkedin() == 0
    assert "Pool size: 2" in pool.status() and pool.status().endswith("connections: 3")
    with pytest.raises(TimeoutError):
        pool.connect()
    for one in held:
        one.close()
    assert server.open == [1, 2] and pool.checkedin() == 2 and pool.checkedout() == 0
    again = pool.connect()
    assert again.dbapi_connection.number == 1, "first in, first out"
    again.close()
    again.close()
    assert pool.checkedin() == 2
    assert (pool.size(), pool.timeout()) == (2, 0)


def test_lifo(server: Any) -> None:
    pool = queue(server, pool_size=2, use_lifo=True)
    one, two = pool.connect(), pool.connect()
    one.close()
    two.close()
    assert pool.connect().dbapi_connection.number == 2


def test_unlimited(server: Any) -> None:
    pool = queue(server, pool_size=0)
    held = [pool.connect() for _ in range(30)]
    for one in held:
        one.close()
    assert len(server.open) == 30 == pool.checkedin()
    pool = queue(server, pool_size=1, max_overflow=-1)
    held = [pool.connect() for _ in range(20)]
    del held


def test_exhaustion_names_the_holders(server: Any) -> None:
    pool = queue(server, pool_size=1, max_overflow=0, timeout=0.01, label="'shop'")

    def careless_function() -> Any:
        return pool.connect()

    held = careless_function()
    with pytest.raises(TimeoutError) as caught:
        pool.connect()
    text = str(caught.value)
    assert "careless_function" in text and "test_pool.py" in text and "'shop'" in text
    assert "pool_size=1" in text and "max_overflow" in text and "create_engine" in text
    held.close()


@pytest.mark.parametrize("timeout", [5, None])
def test_a_waiter_gets_what_comes_back(server: Any, timeout: float | None) -> None:
    pool = queue(server, pool_size=1, max_overflow=0, timeout=timeout)
    held = pool.connect()
    got: list[int] = []

    def wait() -> None:
        with pool.connect() as other:
            got.append(other.dbapi_connection.number)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.02)
    held.close()
    thread.join(5)
    assert got == [1] and server.open == [1]


def test_a_waiter_gets_the_place_of_an_invalidated_one(server: Any) -> None:
    pool = queue(server, pool_size=1, max_overflow=0, timeout=5)
    held = pool.connect()
    got: list[int] = []

    def wait() -> None:
        got.append(pool.connect().dbapi_connection.number)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.02)
    held.invalidate()
    thread.join(5)
    assert got == [2]


def test_a_failed_connect_frees_its_place(server: Any) -> None:
    pool = queue(server, pool_size=1, max_overflow=0, timeout=0)
    server.fail_connect = OSError("refused")
    for _ in range(3):
        with pytest.raises(OSError, match="refused"):
            pool.connect()
    server.fail_connect = None
    pool.connect().close()
    assert pool.checkedin() == 1


def test_bad_settings() -> None:
    with pytest.raises(ArgumentError):
        QueuePool(lambda: None, pool_size=-1)
    with pytest.raises(ArgumentError, match="pool_reset_on_return"):
        QueuePool(lambda: None, reset_on_return="commmit")


# --- reset --------------------------------------------------------------------------------------


def test_reset_on_return(server: Any) -> None:
    for style, expected in (("rollback", "rollback"), ("commit", "commit"), (None, None)):
        pool = queue(server, reset_on_return=style)
        one = pool.connect()
        raw = one.dbapi_connection
        one.close()
        assert [entry[0] for entry in raw.log] == ([expected] if expected else [])


def test_a_transaction_that_ended_is_not_rolled_back_again(server: Any) -> None:
    pool = queue(server)
    one = pool.connect()
    one.give_back(was_reset=True)
    assert server.log == [(1, "open")]
    one = pool.connect()
    one.record.begun = True
    one.give_back(was_reset=True)
    assert server.log[-1] == (1, "rollback"), "not if a transaction is known to be open"


def test_a_connection_not_proven_clean_is_closed(server: Any) -> None:
    port = Port(server.connect)
    pool = QueuePool(port, pool_size=1)
    port.clean = False
    pool.connect().close()
    assert server.open == [] and pool.checkedout() == 0 and pool.checkedin() == 0
    port.clean = True
    pool.connect().close()
    assert server.open == [2]


def test_a_failing_reset_closes(server: Any) -> None:
    pool = queue(server, pool_size=1, max_overflow=0, timeout=0)
    one = pool.connect()
    server.fail_rollback = OSError("gone")
    one.close()
    assert server.open == [] and pool.checkedout() == 0
    server.fail_rollback = KeyboardInterrupt()
    two = pool.connect()
    with pytest.raises(KeyboardInterrupt):
        two.close()
    assert server.open == [] and pool.checkedout() == 0
    server.fail_rollback = None
    pool.connect().close()


def test_restore_runs_before_pooling(server: Any) -> None:
    pool = queue(server)
    done: list[Any] = []
    one = pool.connect()
    one.record.restore = done.append
    raw = one.dbapi_connection
    one.close()
    assert done == [raw]
    pool.connect().close()
    assert done == [raw]


# --- staleness ----------------------------------------------------------------------------------


def test_recycle(server: Any) -> None:
    pool = queue(server, recycle=0.0)
    pool.connect().close()
    time.sleep(0.002)
    pool.connect().close()
    assert server.open == [2]
    pool = queue(server, recycle=1000)
    first = pool.connect()
    number = first.dbapi_connection.number
    first.close()
    assert pool.connect().dbapi_connection.number == number


def test_pre_ping_replaces_all_that_are_older(server: Any) -> None:
    port = Port(server.connect)
    pool = QueuePool(port, pre_ping=True)
    one, two = pool.connect(), pool.connect()
    one.close()
    two.close()
    port.alive = False
    three = pool.connect()
    assert three.dbapi_connection.number == 3 and server.open == [3]
    three.close()
    port.alive = True
    assert pool.connect().dbapi_connection.number == 3


def test_a_readable_socket_means_dead(server: Any) -> None:
    here, there = socket.socketpair()
    with here, there:
        assert not looks_dead(here)
        there.send(b"FATAL: terminating connection")
        assert looks_dead(here)
    assert looks_dead(here), "closed"
    assert not looks_dead(object())


def test_invalidate_and_generations(server: Any) -> None:
    pool = queue(server, pool_size=3)
    one, two = pool.connect(), pool.connect()
    one.invalidate()
    assert not one.is_valid and server.open == [2] and pool.checkedout() == 1
    with pytest.raises(ResourceClosedError):
        one.cursor()
    one.close()
    pool.invalidate_all()
    two.close()
    assert server.open == [] and pool.checkedout() == 0 and pool.checkedin() == 0
    three = pool.connect()
    three.invalidate(soft=True)
    assert three.is_valid and server.open == [3]
    three.close()
    assert server.open == []


def test_dispose(server: Any) -> None:
    pool = queue(server, pool_size=2, max_overflow=0, timeout=0)
    out, back = pool.connect(), pool.connect()
    back.close()
    pool.dispose()
    assert server.open == [1] and pool.checkedout() == 0
    three, four = pool.connect(), pool.connect()
    assert server.open == [1, 3, 4]
    out.close()
    assert server.open == [3, 4] and pool.checkedout() == 2
    three.close()
    four.close()
    assert pool.checkedin() == 2
    pool.dispose(close=False)
    assert server.open == [3, 4] and pool.checkedin() == 0, "forgotten, not closed"
    fresh = pool.recreate()
    assert isinstance(fresh, QueuePool) and fresh.size() == 2 and fresh.checkedin() == 0


def test_detach(server: Any) -> None:
    pool = queue(server, pool_size=1, max_overflow=0, timeout=0)
    one = pool.connect()
    one.info["kept"] = True
    one.detach()
    one.detach()
    assert one.is_detached and one.is_valid and one.info == {"kept": True}
    assert one.record_info is None
    two = pool.connect()
    one.close()
    assert server.open == [2]
    two.close()


def test_proxy_delegates(server: Any) -> None:
    pool = queue(server)
    with pool.connect() as one:
        one.cursor().execute("SELECT 1", ())
        one.commit()
        one.rollback()
        assert one.number == 1 and one.driver_connection is one.dbapi_connection is one.connection
        one.record_info["a"] = 1  # type: ignore[index]
        one.info["b"] = 2
        with pytest.raises(AttributeError):
            one.nothing
    with pytest.raises(ResourceClosedError, match="closed"):
        one.cursor()
    with pytest.raises(ResourceClosedError):
        one.info
    two = pool.connect()
    assert two.info == {"b": 2} and two.record_info == {"a": 1}


def test_a_dropped_connection_comes_back(server: Any, caplog: pytest.LogCaptureFixture) -> None:
    pool = queue(server, pool_size=1, max_overflow=0, timeout=0)

    def lose() -> None:
        pool.connect()

    lose()
    gc.collect()
    assert pool.checkedin() == 1 and server.log[-1] == (1, "rollback")
    assert "garbage collected" in caplog.text and "lose" in caplog.text
    pool.connect().close()


# --- the other classes --------------------------------------------------------------------------


def test_null_pool(server: Any) -> None:
    pool = NullPool(server.connect)
    one, two = pool.connect(), pool.connect()
    assert server.open == [1, 2]
    one.close()
    two.close()
    assert server.open == [] and pool.status() == "NullPool"
    pool.dispose()
    assert isinstance(pool.recreate(), NullPool)


def test_static_pool_shares_one(server: Any) -> None:
    pool = StaticPool(server.connect)
    one, two = pool.connect(), pool.connect()
    assert one.dbapi_connection is two.dbapi_connection
    one.close()
    assert server.log == [(1, "open")], "reset only when nobody uses it any more"
    two.close()
    assert server.log[-1] == (1, "rollback") and server.open == [1]
    assert pool.connect().dbapi_connection.number == 1
    gc.collect()
    pool.dispose()
    assert server.open == []
    three = pool.connect()
    three.invalidate()
    assert pool.connect().dbapi_connection.number == 3
    assert "StaticPool" in pool.status() and isinstance(pool.recreate(), StaticPool)


def test_singleton_thread_pool(server: Any) -> None:
    pool = SingletonThreadPool(server.connect, pool_size=2)
    one, two = pool.connect(), pool.connect()
    assert one.dbapi_connection is two.dbapi_connection
    seen: list[int] = []

    def other() -> None:
        with pool.connect() as mine:
            seen.append(mine.dbapi_connection.number)
        with pool.connect() as mine:
            seen.append(mine.dbapi_connection.number)

    for _ in range(3):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert seen == [2, 2, 3, 3, 4, 4] and len(server.open) == 2 and 1 in server.open
    one.close()
    two.close()
    pool.dispose()
    assert server.open == []
    assert pool.connect().dbapi_connection.number == 5
    assert "SingletonThreadPool" in pool.status() and isinstance(
        pool.recreate(), SingletonThreadPool
    )


# --- listeners ----------------------------------------------------------------------------------


def test_events(server: Any) -> None:
    pool = queue(server, pool_size=1)
    heard: list[str] = []
    for name in (
        "connect",
        "first_connect",
        "checkout",
        "checkin",
        "reset",
        "invalidate",
        "soft_invalidate",
        "close",
        "detach",
        "close_detached",
    ):
        event.listen(pool, name, lambda *given, name=name: heard.append(f"{name}/{len(given)}"))
    pool.connect().close()
    assert heard == ["first_connect/2", "connect/2", "checkout/3", "reset/3", "checkin/2"]
    heard.clear()
    one = pool.connect()
    one.invalidate(ValueError())
    assert heard == ["checkout/3", "invalidate/3", "close/2"]
    heard.clear()
    two = pool.connect()
    two.invalidate(soft=True)
    two.detach()
    two.close()
    assert heard == ["connect/2", "checkout/3", "soft_invalidate/3", "detach/2", "close_detached/1"]


def test_a_recreated_pool_has_the_listeners_of_the_first(server: Any) -> None:
    for pool in (
        queue(server),
        NullPool(server.connect),
        StaticPool(server.connect),
        SingletonThreadPool(server.connect),
    ):
        heard: list[str] = []
        event.listen(pool, "connect", lambda raw, record, heard=heard: heard.append("connect"))
        again = pool.recreate()
        assert type(again) is type(pool)
        again.connect().close()
        assert heard == ["connect"]


def test_class_listeners_and_arguments(server: Any) -> None:
    heard: list[Any] = []

    def opened(dbapi_connection: Any, connection_record: Any) -> None:
        connection_record.info["pid"] = os.getpid()
        heard.append(dbapi_connection.number)

    event.listen(Pool, "connect", opened)
    try:
        with queue(server).connect() as one:
            assert one.info["pid"] == os.getpid()
    finally:
        event.remove(Pool, "connect", opened)
    queue(server).connect().close()
    assert heard == [1]
    listed = QueuePool(server.connect, events=[(opened, "connect")])
    listed.connect().close()
    assert heard == [1, 3]


def test_a_checkout_listener_can_refuse(server: Any) -> None:
    pool = queue(server, pool_size=1, max_overflow=0, timeout=0)
    pool.connect().close()
    refuse = [1]

    @event.listens_for(pool, "checkout")
    def check(raw: Any, record: Any, proxy: Any) -> None:
        if raw.number in refuse:
            raise DisconnectionError("stale")

    assert pool.connect().dbapi_connection.number == 2
    gc.collect()
    refuse.extend(range(2, 20))
    with pytest.raises(DisconnectionError):
        pool.connect()
    assert server.open == [] and pool.checkedout() == 0


def test_a_failing_listener_loses_nothing(server: Any) -> None:
    pool = queue(server, pool_size=1, max_overflow=0, timeout=0)
    broken = [True]

    @event.listens_for(pool, "checkout")
    @event.listens_for(pool, "connect")
    def fail(*_: Any) -> None:
        if broken:
            raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            pool.connect()
        assert server.open == [] and pool.checkedout() == 0
    broken.clear()
    pool.connect().close()


# --- fork ---------------------------------------------------------------------------------------


def test_a_connection_of_another_process_is_forgotten(server: Any) -> None:
    pool = queue(server, pool_size=2)
    one, two = pool.connect(), pool.connect()
    one.close()
    for connection in (one, two):
        record = next(r for r in pool._records if r.dbapi_connection.number in (1, 2) and r.pid > 0)
        record.pid = -1
    three = pool.connect()
    assert three.dbapi_connection.number == 3
    two.close()
    assert [entry for entry in server.log if entry[0] == 2] == [(2, "open")]
    assert (1, "close") not in server.log and pool.checkedout() == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork(server: Any) -> None:
    """The child gets its own connections; the parent's sockets hear nothing from it."""
    here, there = socket.socketpair()

    class Wired:
        def __init__(self, connection: Any) -> None:
            self.connection = connection
            self.fileno = here.fileno

        def rollback(self) -> None:
            here.send(b"rollback;")

        def close(self) -> None:
            here.send(b"terminate;")

        __del__ = close

    pool = QueuePool(lambda: Wired(server.connect()), pool_size=2)
    idle, held = pool.connect(), pool.connect()
    idle.close()
    assert there.recv(100) == b"rollback;"
    child = os.fork()
    if child == 0:
        code = 1
        try:
            assert not held.is_valid
            mine = pool.connect()
            assert mine.dbapi_connection.connection.number == 3
            assert pool.checkedout() == 1 and pool.checkedin() == 0
            held.close()
            pool._buried.clear()  # the destructors run, as at the end of the interpreter
            gc.collect()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    there.setblocking(False)
    with pytest.raises(BlockingIOError):
        there.recv(100)
    assert held.is_valid and pool.checkedout() == 1
    held.close()
    assert there.recv(100) == b"rollback;"
    pool.dispose()
    there.close()


def test_log(server: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "accord.pool")
    pool = queue(server)
    pool.connect().close()
    assert "Connection opened" in caplog.text and "returned" not in caplog.text
    pool.echo = "debug"
    caplog.handler.setLevel("DEBUG")
    pool.connect().close()
    assert "returned" in caplog.text
    with pytest.raises(ArgumentError, match="'loud'"):
        pool.echo = "loud"


def test_threads_hammering(server: Any) -> None:
    pool = queue(server, pool_size=3, max_overflow=2, timeout=30)
    most = [0]
    lock = threading.Lock()
    out = [0]

    def work() -> None:
        for number in range(200):
            one = pool.connect()
            with lock:
                out[0] += 1
                most[0] = max(most[0], out[0])
            with lock:
                out[0] -= 1
            if number % 17 == 0:
                one.invalidate()
            else:
                one.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] <= 5 and pool.checkedout() == 0 and pool.checkedin() <= 3
    assert len(server.open) == pool.checkedin()
