"""Two-phase transactions of one connection: the order of what is sent, and what holds when a step
fails."""

from __future__ import annotations

from typing import Any

import pytest

from accord import event
from accord.dialect import Capabilities, Execute, Prepared, Transactions, TwoPhase, Vote, xid_parts
from accord.dialect.support import YES
from accord.exc import (
    ArgumentError,
    CommitOutcomeUnknown,
    DBAPIError,
    IntegrityError,
    InvalidRequestError,
    PendingRollbackError,
)


class Scripted(TwoPhase):
    """Every call is one statement; the vote is what the test says."""

    vote = Vote.YES
    starts = True
    own_rollback = False

    def begin(self, bind: Any, xid: str) -> Any:
        if self.starts:
            yield Execute(bind, f"START {xid}")

    def rollback(self, bind: Any, xid: str) -> Any:
        if self.own_rollback:
            yield Execute(bind, f"UNDO {xid}")
        return self.own_rollback

    def prepare(self, bind: Any, xid: str) -> Any:
        yield Execute(bind, f"PREPARE {xid}")
        return self.vote

    def commit_prepared(self, bind: Any, xid: str) -> Any:
        yield Execute(bind, f"COMMIT {xid}")

    def rollback_prepared(self, bind: Any, xid: str) -> Any:
        yield Execute(bind, f"ROLLBACK {xid}")

    def list_prepared(self, bind: Any, prefix: str) -> Any:
        yield Execute(bind, "LIST")
        return [Prepared("a"), Prepared("b")]

    def outcome(self, bind: Any, token: str) -> Any:
        raise NotImplementedError


@pytest.fixture
def scripted() -> Any:
    class OfOneTest(Scripted):
        own_branch_in_autocommit = False

    return OfOneTest


@pytest.fixture
def engine(fake_engine: Any, scripted: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    engine = fake_engine()
    dialect = type(engine.dialect)
    monkeypatch.setattr(dialect, "two_phase", scripted)
    capabilities = Capabilities(
        transactions=Transactions(
            two_phase=YES, isolation_levels=("AUTOCOMMIT", "READ COMMITTED", "SERIALIZABLE")
        )
    )
    monkeypatch.setattr(dialect, "capabilities", capabilities)
    return engine


def said(server: Any, number: int = 1) -> list[Any]:
    """What one connection was told after its probe."""
    log = [entry[1:] for entry in server.log if entry[0] == number]
    told = [
        e[1] if e[0] == "execute" else f"autocommit {e[1]}" if e[0] == "autocommit" else e[0]
        for e in log
    ]
    told = [e for e in told if e not in ("open", "prepare", "SELECT version()")]
    return told[1:] if number == 1 else told


def write(connection: Any, text: str = "W") -> None:
    connection.exec_driver_sql(text)


# --- the ordinary way ---


def test_the_branch_starts_before_any_statement_and_in_the_place_of_begin(
    server: Any, engine: Any
) -> None:
    with engine.connect() as c:
        transaction = c.begin_twophase("x1")
        assert said(server) == ["START x1"] and c.get_transaction() is transaction
        write(c)
        transaction.commit()
        assert said(server) == ["START x1", "W", "PREPARE x1", "COMMIT x1"]
        assert not transaction.is_active and not c.in_transaction()
        write(c)
    assert said(server)[4:] == ["BEGIN WRITE", "W", "rollback"]


def test_without_a_start_statement_the_first_statement_begins(
    server: Any, engine: Any, scripted: Any
) -> None:
    scripted.starts = False
    with engine.connect() as c:
        with c.begin_twophase("x1"):
            assert said(server) == []
            write(c)
    assert said(server) == ["BEGIN WRITE", "W", "PREPARE x1", "COMMIT x1"]


def test_prepared_and_then_committed_or_rolled_back(server: Any, engine: Any) -> None:
    with engine.connect() as c:
        first = c.begin_twophase("x1")
        first.prepare()
        first.prepare()
        assert first.is_prepared and first.is_active
        first.commit()
        assert not first.is_prepared
        second = c.begin_twophase("x2")
        second.prepare()
        second.rollback()
    assert said(server) == [
        "START x1", "PREPARE x1", "COMMIT x1", "START x2", "PREPARE x2", "ROLLBACK x2",
    ]  # fmt: skip


def test_nothing_is_executed_between_prepare_and_the_end(server: Any, engine: Any) -> None:
    with engine.connect() as c:
        transaction = c.begin_twophase("x1")
        transaction.prepare()
        with pytest.raises(InvalidRequestError, match=r"is prepared; only commit\(\) or rollback"):
            write(c)
        transaction.commit()
    assert said(server) == ["START x1", "PREPARE x1", "COMMIT x1"]


def test_a_read_only_branch_has_nothing_to_commit(server: Any, engine: Any, scripted: Any) -> None:
    scripted.vote = Vote.READ_ONLY
    with engine.connect() as c:
        transaction = c.begin_twophase("x1")
        transaction.prepare()
        assert not transaction.is_prepared
        transaction.commit()
        c.begin_twophase("x2").commit()
        third = c.begin_twophase("x3")
        third.prepare()
        third.rollback()
    assert [e for e in said(server) if "COMMIT" in e or "ROLLBACK" in e or "roll" in e] == []


def test_rolled_back_before_prepare_by_the_driver_or_by_the_dialect(
    server: Any, engine: Any, scripted: Any
) -> None:
    with engine.connect() as c:
        c.begin_twophase("x1").rollback()
        assert said(server) == ["START x1", "rollback"]
        scripted.own_rollback = True
        c.begin_twophase("x2").rollback()
    assert said(server)[2:] == ["START x2", "UNDO x2"]


def test_closing_a_connection_rolls_a_prepared_branch_back(server: Any, engine: Any) -> None:
    with engine.connect() as c:
        c.begin_twophase("x1").prepare()
    assert said(server) == ["START x1", "PREPARE x1", "ROLLBACK x1"]


def test_where_the_database_wants_it_a_branch_is_finished_in_autocommit(
    server: Any, engine: Any, scripted: Any
) -> None:
    scripted.own_branch_in_autocommit = True
    with engine.connect() as c:
        c.begin_twophase("x1").commit()
        write(c)
    assert said(server)[:6] == [
        "START x1", "PREPARE x1", "autocommit True", "COMMIT x1", "autocommit False", "BEGIN WRITE",
    ]  # fmt: skip


def test_listeners_hear_each_step_and_whether_it_was_prepared(engine: Any) -> None:
    heard: list[Any] = []
    for name in (
        "begin_twophase", "prepare_twophase", "commit_twophase", "rollback_twophase", "commit",
    ):  # fmt: skip
        event.listen(engine, name, lambda *given, name=name: heard.append((name, *given[1:])))
    with engine.connect() as c:
        c.begin_twophase("x1").commit()
        c.begin_twophase("x2").rollback()
    assert heard == [
        ("begin_twophase", "x1"),
        ("prepare_twophase", "x1"),
        ("commit_twophase", "x1", True),
        ("begin_twophase", "x2"),
        ("rollback_twophase", "x2", False),
    ]


def test_an_identifier_is_made_up_when_none_is_given(engine: Any) -> None:
    with engine.connect() as c:
        first = c.begin_twophase()
        first.rollback()
        assert first.xid != c.begin_twophase().xid


# --- what is refused ---


def test_a_dialect_without_it_says_why(fake_engine: Any) -> None:
    with fake_engine().connect() as c:
        for call in (c.begin_twophase, c.recover_twophase, lambda: c.commit_prepared("x")):
            with pytest.raises(InvalidRequestError, match="'fake' cannot prepare transactions: "):
                call()
        assert not c.in_transaction()


def test_autocommit_is_named(server: Any, engine: Any) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        with pytest.raises(InvalidRequestError, match="this connection is in AUTOCOMMIT"):
            c.begin_twophase("x1")
        assert not c.in_transaction()
        write(c)
    assert "START x1" not in said(server)


@pytest.mark.parametrize("xid", ["", "a'b", "a b", "a/b/c", "a/", "/b", "ä", "x\n", "a%"])
def test_a_strange_identifier_is_refused_before_anything_is_sent(
    server: Any, engine: Any, xid: str
) -> None:
    with engine.connect() as c:
        with pytest.raises(ArgumentError, match=r"letters, digits and \. _ - only"):
            c.begin_twophase(xid)
        assert not c.in_transaction()
    assert said(server) == []


def test_an_identifier_has_two_halves_of_limited_size() -> None:
    assert xid_parts("g") == ("g", "") and xid_parts("g/b") == ("g", "b")
    assert xid_parts("g" * 64 + "/" + "b" * 64) == ("g" * 64, "b" * 64)
    with pytest.raises(ArgumentError, match="at most 64 bytes"):
        xid_parts("g" * 65)
    with pytest.raises(ArgumentError, match="at most 64 bytes"):
        xid_parts("g/" + "b" * 65)
    with pytest.raises(ArgumentError, match="at most 199 bytes here, this one has 200"):
        xid_parts("g" * 200, part=199, whole=199)


def test_ddl_inside_is_refused_where_it_commits(engine: Any) -> None:
    with engine.connect() as c:
        c.begin_twophase("x1")
        with pytest.raises(InvalidRequestError, match="two-phase transaction 'x1': DDL commits"):
            c.exec_driver_sql("CREATE TABLE t (i int)", execution_options={"ddl_commits": True})


# --- failures ---


def test_a_start_that_fails_leaves_no_transaction_and_no_used_connection(
    server: Any, engine: Any, fake_error: Any
) -> None:
    server.answers["START x1"] = fake_error("duplicate xid")
    with engine.connect() as c:
        with pytest.raises(DBAPIError, match="duplicate xid"):
            c.begin_twophase("x1")
        assert not c.in_transaction() and server.open == []
        c.begin_twophase("x2").rollback()
        assert server.open == [2]


def test_a_no_rolls_back_and_names_the_statement_that_had_failed(
    server: Any, engine: Any, scripted: Any, fake_error: Any
) -> None:
    scripted.vote = Vote.NO
    server.answers["BAD"] = fake_error("unique violated\nDETAIL: Key (a)=(secret)")
    with engine.connect() as c:
        transaction = c.begin_twophase("x1")
        with pytest.raises(IntegrityError):
            write(c, "BAD")
        with pytest.raises(InvalidRequestError) as caught:
            transaction.commit()
        assert str(caught.value) == (
            "The database could not prepare the transaction 'x1'; it was rolled back; a statement "
            "in it had failed: FakeError: unique violated"
        )
        assert not c.in_transaction() and not transaction.is_active
        with pytest.raises(InvalidRequestError, match="two-phase transaction has ended"):
            transaction.prepare()
        transaction.rollback()
        scripted.vote = Vote.YES
        c.begin_twophase("x2").commit()
    assert said(server) == [
        "START x1", "BAD", "PREPARE x1", "rollback", "START x2", "PREPARE x2", "COMMIT x2",
    ]  # fmt: skip


def test_what_was_undone_to_a_savepoint_is_no_cause(
    server: Any, engine: Any, scripted: Any, fake_error: Any
) -> None:
    scripted.vote = Vote.NO
    server.answers["BAD"] = fake_error("unique violated")
    with engine.connect() as c:
        transaction = c.begin_twophase("x1")
        with pytest.raises(IntegrityError), c.begin_nested():
            write(c, "BAD")
        with pytest.raises(InvalidRequestError, match="it was rolled back$"):
            transaction.commit()


@pytest.mark.parametrize("block", [False, True])
def test_a_prepare_that_fails_closes_the_connection(
    server: Any, engine: Any, fake_error: Any, block: bool
) -> None:
    server.answers["PREPARE x1"] = fake_error("deferred constraint unique violated")
    with engine.connect() as c:
        with pytest.raises(IntegrityError) as caught:
            if block:
                with c.begin_twophase("x1"):
                    write(c)
            else:
                c.begin_twophase("x1").commit()
        assert not hasattr(caught.value, "__notes__")
        assert not c.in_transaction() and server.open == []
        write(c)
    assert server.open == [2]


def test_a_prepare_whose_answer_was_lost_says_that_nobody_knows(
    server: Any, engine: Any, fake_error: Any
) -> None:
    server.answers["PREPARE x1"] = fake_error("gone")
    with engine.connect() as c:
        transaction = c.begin_twophase("x1")
        with pytest.raises(DBAPIError) as caught:
            transaction.prepare()
        assert "'x1' was prepared is not known; recover_twophase()" in caught.value.__notes__[0]
        assert not c.in_transaction() and not transaction.is_prepared
        transaction.rollback()
    assert "ROLLBACK x1" not in str(server.log)


def test_a_commit_whose_answer_was_lost_is_an_unknown_outcome(
    server: Any, engine: Any, fake_error: Any
) -> None:
    server.answers["COMMIT x1"] = fake_error("gone")
    with engine.connect() as c:
        with pytest.raises(CommitOutcomeUnknown, match="is committed, or still prepared") as caught:
            with c.begin_twophase("x1"):
                write(c)
        assert caught.value.gtrid == "x1" and isinstance(caught.value.__cause__, DBAPIError)
        assert not c.in_transaction() and server.open == []
        write(c)
    assert "ROLLBACK x1" not in str(server.log)


def test_an_interruption_during_the_second_step_stays_one_and_says_that_nobody_knows(
    server: Any, engine: Any
) -> None:
    server.answers["COMMIT x1"] = KeyboardInterrupt()
    with engine.connect() as c:
        with pytest.raises(KeyboardInterrupt) as caught:
            c.begin_twophase("x1").commit()
        assert "committed, or still prepared" in caught.value.__notes__[0] and server.open == []


def test_a_prepared_branch_whose_connection_is_gone_is_rolled_back_on_another(
    server: Any, engine: Any
) -> None:
    with engine.connect() as c:
        transaction = c.begin_twophase("x1")
        transaction.prepare()
        c.invalidate()
        transaction.rollback()
    assert said(server)[:2] == ["START x1", "PREPARE x1"] and "ROLLBACK x1" in said(server, 2)


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_second_step_the_database_refuses_leaves_the_branch_prepared_and_says_so(
    server: Any, engine: Any, fake_error: Any, end: str
) -> None:
    server.answers[f"{end.upper()} x1"] = fake_error("permission denied")
    with engine.connect() as c:
        transaction = c.begin_twophase("x1")
        transaction.prepare()
        with pytest.raises(DBAPIError, match="permission denied") as caught:
            getattr(transaction, end)()
        assert "'x1' is still prepared and holds its locks" in caught.value.__notes__[0]
        assert not transaction.is_active and server.open == []


@pytest.mark.parametrize(("words", "raises"), [("gone", False), ("wrong state", True)])
def test_a_rollback_that_fails_closes_the_connection_and_the_server_rolls_back(
    server: Any, engine: Any, scripted: Any, fake_error: Any, words: str, raises: bool
) -> None:
    scripted.own_rollback = True
    server.answers["UNDO x1"] = fake_error(words)
    with engine.connect() as c:
        transaction = c.begin_twophase("x1")
        if raises:
            with pytest.raises(DBAPIError, match=words):
                transaction.rollback()
        else:
            transaction.rollback()
        assert not transaction.is_active and server.open == []


def test_a_connection_lost_before_prepare_has_to_be_rolled_back(
    server: Any, engine: Any, fake_error: Any
) -> None:
    server.answers["W"] = fake_error("gone")
    with engine.connect() as c:
        transaction = c.begin_twophase("x1")
        with pytest.raises(DBAPIError):
            write(c)
        with pytest.raises(PendingRollbackError):
            transaction.commit()
        transaction.rollback()
        assert not c.in_transaction()
    assert "PREPARE x1" not in str(server.log)


# --- branches of others ---


def test_branches_of_others_are_finished_outside_any_transaction(server: Any, engine: Any) -> None:
    with engine.connect() as c:
        assert c.recover_twophase() == ["a", "b"]
        assert not c.in_transaction()
        c.commit_prepared("a", recover=True)
        c.rollback_prepared("b")
        assert not c.in_transaction()
    assert said(server) == [
        "autocommit True", "LIST", "autocommit False",
        "autocommit True", "COMMIT a", "autocommit False",
        "autocommit True", "ROLLBACK b", "autocommit False",
    ]  # fmt: skip


def test_inside_a_transaction_they_can_be_listed_and_not_finished(server: Any, engine: Any) -> None:
    with engine.connect() as c:
        write(c)
        assert c.recover_twophase() == ["a", "b"]
        with pytest.raises(InvalidRequestError, match=r"commit_prepared\(\) runs outside a trans"):
            c.commit_prepared("a")
        with pytest.raises(InvalidRequestError, match="runs outside"):
            c.rollback_prepared("a")
        c.rollback()
        c.commit_prepared("a")
    assert "COMMIT a" in said(server)


def test_a_branch_that_cannot_be_finished_is_the_drivers_error_and_the_connection_goes_on(
    server: Any, engine: Any, fake_error: Any
) -> None:
    server.answers["COMMIT a"] = fake_error("busy")
    with engine.connect() as c:
        with pytest.raises(DBAPIError, match="busy"):
            c.commit_prepared("a")
        c.rollback_prepared("a")
        assert server.open == [1]
    assert said(server)[:3] == ["autocommit True", "COMMIT a", "autocommit False"]


def test_a_connection_lost_in_between_is_replaced(server: Any, engine: Any) -> None:
    with engine.connect() as c:
        c.invalidate()
        assert c.recover_twophase() == ["a", "b"]
    assert "LIST" in said(server, 2)
