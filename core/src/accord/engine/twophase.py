"""Two-phase transactions of one connection: begin, prepare, finish, and branches left by others.

The dialect's `TwoPhase` says what is sent; here is when, on which connection in which state, and
what holds when a step fails: a connection whose branch is in doubt is closed, never pooled, and
nothing is reported as done or undone that nobody knows. In: a connection, a transaction or an
identifier. Out: votes, finished branches, lists of prepared ones.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

from accord.dialect.twophase import Vote
from accord.engine import ending
from accord.engine.perform import raise_wrapped
from accord.engine.run import run
from accord.exc import ArgumentError, CommitOutcomeUnknown, DBAPIError, InvalidRequestError

if TYPE_CHECKING:
    from accord.dialect.steps import Reply, Request, Steps
    from accord.dialect.twophase import TwoPhase
    from accord.engine.connection import Connection
    from accord.engine.transaction import TwoPhaseTransaction

T = TypeVar("T")

XID: Final = re.compile(r"[0-9A-Za-z._-]+(?:/[0-9A-Za-z._-]+)?")


def support_of(connection: Connection) -> TwoPhase:
    """What the dialect knows about prepared transactions; or an error that says why it cannot."""
    engine = connection.engine
    dialect = engine.dialect
    support = (engine.capabilities or dialect.capabilities).transactions.two_phase
    if dialect.two_phase is None or (engine.capabilities is not None and not support):
        raise InvalidRequestError(
            f"The dialect {dialect.name!r} cannot prepare transactions: {support.reason}"
        )
    return dialect.two_phase()


def check_xid(xid: str) -> str:
    """An identifier as every database can keep it."""
    if XID.fullmatch(xid) is None:
        raise ArgumentError(
            "The identifier of a two-phase transaction is letters, digits and . _ - only, with at "
            "most one / in the middle"
        )
    return xid


# --- the connection's own branch -----------------------------------------------------------------


def begin(connection: Connection, transaction: TwoPhaseTransaction) -> None:
    """Start the branch. What the dialect sends stands in the place of its BEGIN; a dialect that
    sends nothing begins with the first statement, as always.
    """
    if connection.autocommit:
        raise InvalidRequestError(
            "begin_twophase() needs a transaction, and this connection is in AUTOCOMMIT; use a "
            "connection with another isolation level"
        )
    xid = transaction.xid
    for listener in connection.engine.dispatch.listeners("begin_twophase"):
        listener(connection, xid)
    connection.say("BEGIN TWOPHASE (implicit)")

    def perform(request: Request) -> Reply:
        connection.record.begun = True
        return connection.perform_outside(request)

    try:
        run(support_of(connection).begin(connection.engine, xid), perform)
    except BaseException as error:
        _drop(connection, error)
        raise


def prepare(connection: Connection, transaction: TwoPhaseTransaction) -> Vote:
    """Prepare the branch: YES or READ_ONLY, and an error for NO, when everything is rolled back."""
    xid = transaction.xid
    for listener in connection.engine.dispatch.listeners("prepare_twophase"):
        listener(connection, xid)
    steps = support_of(connection).prepare(connection.engine, xid)
    try:
        vote = run(steps, connection.perform)
    except BaseException as error:
        if _was_lost(error):
            error.add_note(
                f"Whether the transaction {xid!r} was prepared is not known; recover_twophase() on "
                "another connection tells"
            )
        _drop(connection, error)
        raise
    connection.record.begun = False
    if vote is Vote.NO:
        _after_no(connection)
        trouble = connection.trouble
        because = "" if trouble is None else f"; a statement in it had failed: {trouble}"
        raise InvalidRequestError(
            f"The database could not prepare the transaction {xid!r}; it was rolled back{because}"
        )
    return vote


def _after_no(connection: Connection) -> None:
    """The branch is rolled back; whatever the driver thinks of its transaction is ended too."""
    try:
        connection.raw.rollback()
    except Exception as error:
        _drop(connection, error)


def commit(connection: Connection, transaction: TwoPhaseTransaction) -> None:
    """Commit what was prepared."""
    _announce_end(connection, transaction, "commit_twophase")
    if transaction.vote is Vote.READ_ONLY:
        return
    steps = support_of(connection).commit_prepared(connection.engine, transaction.xid)
    try:
        _finish_own(connection, steps)
    except BaseException as error:
        _drop(connection, error)
        unknown = (
            f"The answer to the commit of the prepared transaction {transaction.xid!r} was lost; "
            "it is committed, or still prepared: recover_twophase() on another connection tells, "
            "and commit_prepared() finishes it"
        )
        if isinstance(error, Exception) and _was_lost(error):
            raise CommitOutcomeUnknown(unknown, transaction.xid) from error
        error.add_note(unknown if _was_lost(error) else _still_prepared(transaction))
        raise


def rollback(connection: Connection, transaction: TwoPhaseTransaction) -> None:
    """Roll back, prepared or not. A lost connection that had not prepared needs nothing."""
    replaced = connection.invalidated
    if replaced:
        if transaction.vote is not Vote.YES:
            return
        connection.replace_lost()
    _announce_end(connection, transaction, "rollback_twophase")
    engine, record = connection.engine, connection.record
    two_phase = support_of(connection)
    if transaction.vote is Vote.YES:
        try:
            steps = two_phase.rollback_prepared(engine, transaction.xid)
            if replaced:
                _in_autocommit(connection, steps)  # another connection's branch now
            else:
                _finish_own(connection, steps)
        except BaseException as error:
            _drop(connection, error)
            error.add_note(_still_prepared(transaction))
            raise
    elif record.begun:
        record.begun = False
        try:
            done = run(two_phase.rollback(engine, transaction.xid), connection.perform_outside)
        except BaseException as error:
            _drop(connection, error)  # the server rolls back what is not prepared
            if _was_lost(error):
                return
            raise
        if not done:
            ending.roll_back_raw(connection)


def _announce_end(connection: Connection, transaction: TwoPhaseTransaction, event: str) -> None:
    for listener in connection.engine.dispatch.listeners(event):
        listener(connection, transaction.xid, transaction.is_prepared)
    connection.say(event.replace("_twophase", " two-phase").upper())


def _still_prepared(transaction: TwoPhaseTransaction) -> str:
    return (
        f"The transaction {transaction.xid!r} is still prepared and holds its locks; finish it "
        "with commit_prepared() or rollback_prepared() on another connection"
    )


def _drop(connection: Connection, error: BaseException) -> None:
    """Nobody can say any more in which state the connection is."""
    connection.invalidate(error)


def _was_lost(error: BaseException) -> bool:
    """Whether the server may have done it without our hearing of it."""
    return not isinstance(error, DBAPIError) or error.connection_invalidated


# --- outside any transaction ---------------------------------------------------------------------


def finish(connection: Connection, xid: str, *, commit: bool) -> None:
    """Commit or roll back a branch that was prepared on whatever connection."""
    two_phase = support_of(connection)
    if connection.record.begun:
        call = "commit_prepared" if commit else "rollback_prepared"
        raise InvalidRequestError(
            f"{call}() runs outside a transaction, and this connection is in one; call commit() or "
            "rollback() first, or use another connection"
        )
    event = "commit_twophase" if commit else "rollback_twophase"
    for listener in connection.engine.dispatch.listeners(event):
        listener(connection, xid, True)
    end = two_phase.commit_prepared if commit else two_phase.rollback_prepared
    _in_autocommit(connection, end(connection.engine, xid))


def list_prepared(connection: Connection) -> list[Any]:
    """The identifiers of all prepared transactions; no transaction is begun for that."""
    steps = support_of(connection).list_prepared(connection.engine, "")
    if connection.record.begun:
        found = run(steps, connection.perform)
    else:
        found = _in_autocommit(connection, steps)
    return [prepared.xid for prepared in found]


def _finish_own(connection: Connection, steps: Steps[None]) -> None:
    if support_of(connection).own_branch_in_autocommit:
        _in_autocommit(connection, steps)
    else:
        run(steps, connection.perform_outside)


def _in_autocommit(connection: Connection, steps: Steps[T]) -> T:
    """Run steps on a connection whose driver begins no transaction around them."""
    if connection.autocommit:
        return run(steps, connection.perform_outside)
    _set_autocommit(connection, True)
    try:
        return run(steps, connection.perform_outside)
    finally:
        if not connection.invalidated:
            _set_autocommit(connection, False)


def _set_autocommit(connection: Connection, autocommit: bool) -> None:
    try:
        connection.engine.dialect.driver.set_autocommit(connection.raw, autocommit)
    except Exception as error:
        _drop(connection, error)
        raise_wrapped(connection.engine, error)
