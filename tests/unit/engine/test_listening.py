"""Listeners of engines: statements they execute themselves, errors they replace, options."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from accord import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    insert,
    select,
    text,
)
from accord.exc import ConcurrentUseError, DatabaseError, DBAPIError, InvalidRequestError

table = Table("t", MetaData(), Column("id", Integer, primary_key=True))


def executed(server: Any) -> list[tuple[Any, ...]]:
    return [
        what[1:]
        for what in server.log
        if what[1] in ("execute", "executemany") and "BEGIN" not in what[2]
    ]


# --- do_execute and its kin ----------------------------------------------------------------------


def test_a_listener_may_execute_the_statement_itself(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    heard: list[Any] = []

    @event.listens_for(engine, "do_execute")
    def do(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
        heard.append((statement, parameters, context.engine is engine))
        cursor.description, cursor.rowcount = [("n",)], 1
        cursor._rows = iter([(7,)])
        return True

    @event.listens_for(engine, "do_executemany")
    def do_many(cursor: Any, statement: str, rows: Any, context: Any) -> bool:
        heard.append((context.executemany, rows))
        cursor.rowcount = 5
        return True

    @event.listens_for(engine, "do_execute_no_params")
    def do_bare(cursor: Any, statement: str, context: Any) -> bool:
        heard.append((statement, "bare"))
        return True

    with engine.connect() as connection:
        server.log.clear()
        assert connection.scalar(text("Q")) == 7
        assert connection.execute(insert(table), [{"id": 1}, {"id": 2}]).rowcount == 5
        connection.exec_driver_sql("B", execution_options={"no_parameters": True})
    assert executed(server) == []
    assert heard == [("Q", (), True), (True, [(1,), (2,)]), ("B", "bare")]


def test_a_listener_that_does_nothing_leaves_the_statement_to_the_driver(
    server: Any, fake_engine: Any
) -> None:
    engine = fake_engine()
    event.listen(engine, "do_execute", lambda *given: None)
    with engine.connect() as connection:
        server.log.clear()
        connection.execute(text("Q"))
    assert executed(server) == [("execute", "Q", ())]


def test_streamed_statements_are_heard_and_changed_like_others(
    server: Any, fake_engine: Any
) -> None:
    engine = fake_engine()
    server.answers["Q /* seen */"] = (["n"], [(1,), (2,)], 2)
    heard: list[str] = []

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def change(conn: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> Any:
        return f"{statement} /* seen */", parameters

    @event.listens_for(engine, "after_cursor_execute")
    def after(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        heard.append(statement)

    with engine.connect() as connection:
        options = {"stream_results": True}
        assert connection.execute(text("Q"), execution_options=options).scalars().all() == [1, 2]
    assert heard == ["Q /* seen */"]


def test_input_sizes_are_the_business_of_types(fake_engine: Any) -> None:
    with pytest.raises(InvalidRequestError, match="TypeDecorator"):
        event.listen(fake_engine(), "do_setinputsizes", lambda *given: None)


# --- handle_error --------------------------------------------------------------------------------


def test_listeners_of_errors_form_a_chain(server: Any, fake_engine: Any, fake_error: Any) -> None:
    engine = fake_engine()
    server.answers["BAD"] = fake_error("unique")
    seen: list[Any] = []

    @event.listens_for(engine, "handle_error", retval=True)
    def first(context: Any) -> Any:
        seen.append((context.chained_exception, context.execution_context.statement))
        return ValueError("first")

    @event.listens_for(engine, "handle_error", retval=True)
    def second(context: Any) -> Any:
        seen.append(str(context.chained_exception))

    with engine.connect() as connection, pytest.raises(ValueError, match="first"):
        connection.execute(text("BAD"))
    assert seen == [(None, "BAD"), "first"]


def test_a_listener_that_raises_is_the_last_and_the_connection_is_cleared_all_the_same(
    server: Any, fake_engine: Any, fake_error: Any
) -> None:
    engine = fake_engine()
    server.answers["BAD"] = fake_error("gone")
    seen: list[str] = []

    @event.listens_for(engine, "handle_error")
    def first(context: Any) -> None:
        raise LookupError("mine")

    @event.listens_for(engine, "handle_error")
    def never(context: Any) -> None:
        seen.append("never")

    with engine.connect() as connection:
        with pytest.raises(LookupError, match="mine"):
            connection.execute(text("BAD"))
        assert connection.invalidated
    assert seen == []


@pytest.mark.parametrize(("whole", "left"), [(True, []), (False, [1])])
def test_a_listener_decides_whether_a_disconnect_concerns_the_whole_pool(
    server: Any, fake_engine: Any, fake_error: Any, whole: bool, left: list[int]
) -> None:
    engine = fake_engine()
    server.answers["BAD"] = fake_error("gone")

    @event.listens_for(engine, "handle_error")
    def decide(context: Any) -> None:
        context.invalidate_pool_on_disconnect = whole

    with engine.connect() as idle, engine.connect() as broken:
        idle.execute(text("Q"))
        with pytest.raises(DBAPIError):
            broken.execute(text("BAD"))
    with engine.connect():
        assert [number for number in server.open if number == 1] == left


def test_a_listener_may_say_that_it_was_no_disconnect(
    server: Any, fake_engine: Any, fake_error: Any
) -> None:
    engine = fake_engine()
    server.answers["BAD"] = fake_error("gone")

    @event.listens_for(engine, "handle_error")
    def deny(context: Any) -> None:
        context.is_disconnect = False

    with engine.connect() as connection:
        with pytest.raises(DBAPIError):
            connection.execute(text("BAD"))
        assert not connection.invalidated


# --- options, sets of parameters -----------------------------------------------------------------


def test_listeners_may_change_options_that_are_set(fake_engine: Any) -> None:
    engine = fake_engine()
    seen: list[str] = []

    @event.listens_for(engine, "set_engine_execution_options")
    def of_engine(changed: Any, options: dict[str, Any]) -> None:
        seen.append(type(changed).__name__)
        options["more"] = 1

    @event.listens_for(engine, "set_connection_execution_options")
    def of_connection(connection: Any, options: dict[str, Any]) -> None:
        options.pop("secret", None)

    view = engine.execution_options(a=1)
    assert view.get_execution_options() == {"a": 1, "more": 1}
    assert engine.get_execution_options() == {}
    with view.connect() as connection:
        connection.execution_options(b=2, secret=3)
        assert connection.get_execution_options() == {"a": 1, "more": 1, "b": 2}
    engine.update_execution_options(c=3)
    assert engine.get_execution_options() == {"c": 3, "more": 1}
    assert seen == ["OptionEngine", "Engine"]


@pytest.mark.parametrize(
    ("given", "call"),
    [
        (None, ("execute", "S", ())),
        ((1,), ("execute", "S", (1,))),
        ({"a": 1}, ("execute", "S", {"a": 1})),
        ([(1,)], ("execute", "S", (1,))),
        ([{"a": 1}], ("execute", "S", {"a": 1})),
        ([(1,), (2,)], ("executemany", "S", [(1,), (2,)])),
        ([], ("execute", "S", ())),
    ],
)
def test_parameters_of_driver_sql(
    server: Any, fake_engine: Any, given: Any, call: tuple[Any, ...]
) -> None:
    with fake_engine().connect() as connection:
        server.log.clear()
        connection.exec_driver_sql("S", given)
    assert executed(server) == [call]


def test_a_cache_of_the_program_holds_its_compiled_statements(fake_engine: Any) -> None:
    mine: dict[Any, Any] = {}
    engine, other = fake_engine(), fake_engine()
    for one in (engine, other, engine):
        with one.connect() as connection:
            connection.execute(select(table), execution_options={"compiled_cache": mine})
            connection.execution_options(compiled_cache=None).execute(select(table.c.id + 1))
        assert len(one.compiled) == 0
    assert len(mine) == 2


def test_rows_of_one_statement_as_an_option() -> None:
    engine = create_engine("sqlite://")
    sizes: list[int] = []
    event.listen(
        engine, "before_cursor_execute", lambda c, cu, s, p, *rest: sizes.append(s.count("(?)"))
    )
    with engine.begin() as connection:
        table.create(connection)
        sizes.clear()
        connection.execution_options(insertmanyvalues_page_size=4)
        connection.execute(insert(table).returning(table.c.id), [{"id": n} for n in range(10)])
    assert sizes == [4, 4, 2]


def test_two_threads_on_one_connection_are_told_apart(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    inside, done = threading.Event(), threading.Event()

    def slow(parameters: Any) -> Any:
        inside.set()
        assert done.wait(10)
        return ([], [], 0)

    server.answers["SLOW"] = slow
    with engine.connect() as connection:
        thread = threading.Thread(target=connection.execute, args=(text("SLOW"),))
        thread.start()
        assert inside.wait(10)
        with pytest.raises(ConcurrentUseError, match="give each thread"):
            connection.execute(text("Q"))
        done.set()
        thread.join()


def test_errors_of_a_failed_connect_have_no_statement(
    server: Any, fake_engine: Any, fake_error: Any
) -> None:
    engine = fake_engine()
    server.fail_connect = fake_error("no route")
    seen: list[Any] = []
    event.listen(
        engine,
        "handle_error",
        lambda context: seen.append((context.connection, context.execution_context)),
    )
    with pytest.raises((DatabaseError, DBAPIError)):
        engine.connect()
    assert seen == [(None, None)]


# --- listeners of one connection ------------------------------------------------------------------


def test_one_connection_has_listeners_of_its_own(server: Any, fake_engine: Any) -> None:
    engine = fake_engine()
    heard: list[Any] = []

    def note(connection: Any, *given: Any) -> None:
        heard.append(given[1] if given else "ended")

    event.listen(engine, "before_cursor_execute", lambda *given: heard.append("engine"))
    with engine.connect() as connection, engine.connect() as other:
        event.listen(connection, "before_cursor_execute", note)
        event.listen(connection, "rollback", note)
        assert event.contains(connection, "rollback", note)
        assert not event.contains(other, "rollback", note)
        other.execute(text("OTHER"))
        connection.execute(text("ONE"))
        assert heard == ["engine", "engine", "ONE"]
        event.remove(connection, "before_cursor_execute", note)
        connection.execute(text("TWO"))
        connection.rollback()
        other.rollback()
    assert heard == ["engine", "engine", "ONE", "engine", "ended"]
    with engine.connect() as again:
        again.execute(text("THREE"))
    assert heard == ["engine", "engine", "ONE", "engine", "ended", "engine"]


def test_listeners_of_a_connection_may_change_statements_and_errors(
    server: Any, fake_engine: Any
) -> None:
    engine = fake_engine()
    with engine.connect() as connection:
        connection.execute(text("ONE"))  # in a transaction already

        @event.listens_for(connection, "before_execute", retval=True)
        def other(conn: Any, statement: Any, many: Any, given: Any, options: Any) -> Any:
            return text("OTHER"), many, given

        server.log.clear()
        connection.execute(text("TWO"))
        assert executed(server) == [("execute", "OTHER", ())]
        with pytest.raises(InvalidRequestError, match="No such event: 'checkout'"):
            event.listen(connection, "checkout", other)


def test_listeners_of_the_class_connection_hear_every_engine(server: Any, fake_engine: Any) -> None:
    heard: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        heard.append(statement)

    event.listen(Connection, "before_cursor_execute", note)
    try:
        with fake_engine().connect() as connection:
            connection.execute(text("Q"))
    finally:
        event.remove(Connection, "before_cursor_execute", note)
    assert heard[-1] == "Q"


def test_an_older_listener_of_engine_connect_gets_the_argument_it_expects(fake_engine: Any) -> None:
    engine = fake_engine()
    heard: list[Any] = []

    @event.listens_for(engine, "engine_connect")
    def older(connection: Any, branch: Any) -> None:
        heard.append((type(connection), branch))

    class Watcher:
        def older(self, connection: Any, branch: Any) -> None:
            heard.append(branch)

    watcher = Watcher()
    event.listen(engine, "engine_connect", watcher.older)
    engine.connect().close()
    assert heard == [(Connection, False), False]
    event.remove(engine, "engine_connect", older)
    event.remove(engine, "engine_connect", watcher.older)
    engine.connect().close()
    assert len(heard) == 2
