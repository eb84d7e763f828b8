"""What is logged: SQLAlchemy's layout, parameters only where they were asked for."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from accord.dialect import Execute, ExecuteMany
from accord.engine.echo import EchoLog, StatementClock, shown_parameters, without_sensitive


def lines(text: str) -> list[str]:
    """Log lines without time stamps, durations as dots."""
    bare = [line.split(" ", 2)[2] for line in text.splitlines()]
    return [re.sub(r"(in|since|key) [\d.e-]+s( ago)?", r"\1 ...", line) for line in bare]


def test_layout(server: Any, fake_engine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    server.answers["SELECT"] = (["a"], [(1,)], -1)
    engine = fake_engine(echo=True)
    with engine.begin() as c:
        c.perform(Execute(engine, "SELECT", ("squid",)))
        c.perform(Execute(engine, "SELECT", ()))
        c.perform(ExecuteMany(engine, "INSERT", [(1, "a"), (2, "b")]))
        c.begin_nested().commit()
        c.exec_driver_sql("RAW", (5,))
    with engine.connect() as c:
        c.exec_driver_sql("RAW")
    assert lines(capsys.readouterr().out) == [
        "INFO accord.engine.Engine BEGIN (implicit)",
        "INFO accord.engine.Engine SELECT",
        "INFO accord.engine.Engine [generated in ...] ('squid',)",
        "INFO accord.engine.Engine SELECT",
        "INFO accord.engine.Engine [cached since ...] ()",
        "INFO accord.engine.Engine INSERT",
        "INFO accord.engine.Engine [generated in ...] [(1, 'a'), (2, 'b')]",
        "INFO accord.engine.Engine SAVEPOINT sa_savepoint_1",
        "INFO accord.engine.Engine [no key ...] ()",
        "INFO accord.engine.Engine RELEASE SAVEPOINT sa_savepoint_1",
        "INFO accord.engine.Engine [no key ...] ()",
        "INFO accord.engine.Engine RAW",
        "INFO accord.engine.Engine [raw sql] (5,)",
        "INFO accord.engine.Engine COMMIT",
        "INFO accord.engine.Engine BEGIN (implicit)",
        "INFO accord.engine.Engine RAW",
        "INFO accord.engine.Engine [raw sql] ()",
        "INFO accord.engine.Engine ROLLBACK",
    ]


def test_tokens_names_and_autocommit(fake_engine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    engine = fake_engine(echo=True, logging_name="shop")
    options = {"isolation_level": "AUTOCOMMIT", "logging_token": "tok"}
    with engine.connect().execution_options(**options) as c:
        c.exec_driver_sql("RAW")
        c.commit()
    found = lines(capsys.readouterr().out)
    assert all(line.startswith("INFO accord.engine.Engine.shop [tok] ") for line in found)
    assert "should not BEGIN due to autocommit" in found[0]
    assert "COMMIT using DBAPI connection.commit(), has no effect" in found[-1]


def test_a_plain_logger_hides_values(fake_engine: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "accord.engine")
    engine = fake_engine()
    with engine.connect() as c:
        c.exec_driver_sql("RAW", ("hunter22",))
    assert "RAW" in caplog.text and "hunter22" not in caplog.text and "echo=True" in caplog.text
    caplog.clear()
    with fake_engine(hide_parameters=False).connect() as c:
        c.exec_driver_sql("RAW", ("hunter22",))
    assert "hunter22" in caplog.text


def test_hide_parameters_beats_echo(fake_engine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with fake_engine(echo=True, hide_parameters=True).connect() as c:
        c.exec_driver_sql("RAW", ("hunter22",))
    assert "hunter22" not in capsys.readouterr().out


def test_debug_shows_columns_and_counts(
    server: Any, fake_engine: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers["Q"] = (["a", "b"], [(1, "x")], -1)
    with fake_engine(echo="debug").connect() as c:
        c.exec_driver_sql("Q")
    out = capsys.readouterr().out
    assert "DEBUG accord.engine.Engine Col ('a', 'b')" in out
    assert "DEBUG accord.engine.Engine 1 rows" in out and "'x'" not in out


def test_echo_can_be_switched(fake_engine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    engine = fake_engine()
    with engine.connect() as c:
        c.exec_driver_sql("A")
    engine.echo = True
    assert engine.echo is True
    with engine.connect() as c:
        c.exec_driver_sql("B")
    engine.echo = False
    with engine.connect() as c:
        c.exec_driver_sql("C")
    out = capsys.readouterr().out
    assert "B" in out and " A\n" not in out and " C\n" not in out


def test_a_failing_statement_is_logged_first(
    server: Any, fake_engine: Any, fake_error: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers["BAD"] = fake_error("no")
    with fake_engine(echo=True).connect() as c, pytest.raises(Exception, match="no"):
        c.exec_driver_sql("BAD")
    assert "BAD" in capsys.readouterr().out


def test_disabled_logging_is_silent(fake_engine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    logging.disable(logging.INFO)
    try:
        with fake_engine(echo=True).connect() as c:
            c.exec_driver_sql("A")
    finally:
        logging.disable(logging.NOTSET)
    assert capsys.readouterr().out == ""


def test_shown_parameters() -> None:
    assert shown_parameters(()) == "()"
    assert shown_parameters((1,)) == "(1,)"
    assert shown_parameters((1, None, "a")) == "(1, None, 'a')"
    assert shown_parameters({"a": 1, "b": "x"}) == "{'a': 1, 'b': 'x'}"
    assert shown_parameters([(1,), (2,)], many=True) == "[(1,), (2,)]"
    assert shown_parameters((b"x" * 400,)) == "(<400 bytes>,)"


def test_long_values_are_shortened() -> None:
    shown = shown_parameters(("a" * 1000,))
    assert len(shown) < 400 and "(702 characters truncated)" in shown


def test_many_sets_are_shortened() -> None:
    shown = shown_parameters([(n,) for n in range(30)], many=True)
    assert "displaying 10 of 30 total bound parameter sets" in shown
    assert shown.startswith("[(0,), (1,)") and shown.endswith("(28,), (29,)]")


def test_sensitive_values_never_show() -> None:
    assert shown_parameters((1, "x"), {1}) == "(1, ***)"
    assert shown_parameters({"a": 1, "pin": "x"}, {"pin"}) == "{'a': 1, 'pin': ***}"
    assert shown_parameters([(1, "x"), (2, "y")], {1}, many=True) == "[(1, ***), (2, ***)]"
    assert without_sensitive((1, 2), (), many=False) == (1, 2)


def test_the_clock_is_bounded() -> None:
    clock = StatementClock(2)
    clock.generated("a", 0.5)
    assert clock.note("a") == "generated in 0.50000s"
    assert clock.note("a").startswith("cached since")
    clock.note("b")
    clock.note("c")
    assert clock.note("a").startswith("generated")


def test_statements_that_are_compiled_each_time_are_said_to_be() -> None:
    clock = StatementClock(2)
    for how in ("no key", "caching disabled"):
        for _ in range(2):
            clock.generated("a", 0.25, how)
            assert clock.note("a") == f"{how} 0.25000s"
    clock.generated("a", 0.5)
    assert clock.note("a") == "generated in 0.50000s"


def test_one_handler_is_enough() -> None:
    before = len(logging.getLogger("accord").handlers)
    EchoLog("accord.engine.Engine", True)
    EchoLog("accord.engine.Engine", True, "other")
    assert len(logging.getLogger("accord").handlers) <= max(before, 1)
