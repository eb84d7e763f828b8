"""The transaction of a session: one connection per engine, savepoints, and what to undo.

In: engines as the flush and queries need them. Out: connections with a transaction begun on each;
on commit all of them ended through `commit.decide`, on rollback objects restored from the journal.
A failed flush rolls the innermost level back at once and leaves it `FAILED` until the user ends it.
"""

from __future__ import annotations

import enum
import warnings
from typing import TYPE_CHECKING, Any, Protocol

from accord import exc

from .commit import decide
from .engines import schemas_in
from .journal import Journal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from accord.engine import Connection, Engine

    from .transactional import TransactionalSession as Session


class TransactionState(enum.Enum):
    """Where a session transaction stands."""

    ACTIVE = "active"
    FAILED = "failed"
    COMMITTED = "committed"
    CLOSED = "closed"


class DriverTransaction(Protocol):
    """The engine layer's transaction or savepoint."""

    def commit(self) -> None: ...

    def rollback(self) -> None: ...


class Participant:
    """One engine in the transaction: its connection, the transaction begun there, who closes it."""

    __slots__ = ("connection", "engine", "owned", "passive", "transaction")

    def __init__(
        self,
        engine: Engine,
        connection: Connection,
        transaction: DriverTransaction,
        *,
        owned: bool,
        passive: bool,
    ) -> None:
        self.engine = engine
        self.connection = connection
        self.transaction = transaction
        #: The session opened the connection and closes it.
        self.owned = owned
        #: The transaction belongs to the user: commit leaves it open, rollback rolls it back.
        self.passive = passive

    @property
    def name(self) -> str:
        return repr(self.engine.url)

    @property
    def wrote(self) -> bool:
        return self.connection.wrote

    def commit(self) -> None:
        if not self.passive:
            self.transaction.commit()

    def rollback(self) -> None:
        self.transaction.rollback()


class SessionTransaction:
    """One level of a session's transaction: the root, or a savepoint inside `parent`."""

    def __init__(self, session: Session, parent: SessionTransaction | None = None) -> None:
        self.session = session
        self.parent = parent
        self.state = TransactionState.ACTIVE
        self.failure: BaseException | None = None
        #: The ``with`` block around the one this transaction was entered by.
        self.outer_block: SessionTransaction | None = None
        self.participants: dict[Engine, Participant] = {}
        self.outer_journal: Journal | None = session.journal if parent is not None else None
        session.journal = Journal()
        self.journal = session.journal

    @property
    def nested(self) -> bool:
        """Whether this is a savepoint."""
        return self.parent is not None

    @property
    def has_ended(self) -> bool:
        """Whether it was committed, rolled back or closed."""
        return self.state in (TransactionState.COMMITTED, TransactionState.CLOSED)

    @property
    def is_active(self) -> bool:
        """Whether statements may be sent."""
        return self.state is TransactionState.ACTIVE and self.session.transaction is self

    # -- connections -------------------------------------------------------------------------------

    def connection_for(
        self, engine: Engine, options: Mapping[str, Any] | None = None
    ) -> Connection:
        """Return this transaction's connection to `engine` (or the engine it is a view of), opened
        and begun at first use: with `options`, which come too late for one that was begun.
        """
        self.check_active()
        participant = self.participants.get(engine)
        if participant is None:
            engine = engine.engine
            participant = self.participants.get(engine)
        if participant is None:
            participant = self._join(engine, options)
        elif options:
            _warn_too_late(options)
        return participant.connection

    def _join(self, engine: Engine, options: Mapping[str, Any] | None) -> Participant:
        if self.parent is not None:
            connection = self.parent.connection_for(engine, options)
            participant = Participant(
                engine, connection, connection.begin_nested(), owned=False, passive=False
            )
        else:
            participant = self._open(engine, options)
        self.participants[engine] = participant
        self.session._after_begin(self, participant.connection)
        return participant

    def _open(self, engine: Engine, given_options: Mapping[str, Any] | None) -> Participant:
        given = self.session.external_connections.get(engine)
        if given is None:
            connection = engine.connect()
            try:
                options = {**self.session.execution_options, **(given_options or {})}
                if options:
                    connection = connection.execution_options(**options)
                if given_options:
                    self.session.speak(schemas_in(options))
                return Participant(
                    engine, connection, connection.begin(), owned=True, passive=False
                )
            except BaseException:
                connection.close()
                raise
        return self._join_users_transaction(engine, given)

    def _join_users_transaction(self, engine: Engine, connection: Connection) -> Participant:
        mode = self.session.join_transaction_mode
        if not connection.in_transaction():
            return Participant(engine, connection, connection.begin(), owned=False, passive=False)
        if mode == "create_savepoint" or (
            mode == "conditional_savepoint" and connection.in_nested_transaction()
        ):
            return Participant(
                engine, connection, connection.begin_nested(), owned=False, passive=False
            )
        transaction = connection.get_transaction()
        assert transaction is not None
        if mode == "control_fully":
            return Participant(engine, connection, transaction, owned=False, passive=False)
        return Participant(engine, connection, transaction, owned=False, passive=True)

    def check_active(self) -> None:
        """Refuse work in a transaction that failed or ended."""
        if self.state is TransactionState.ACTIVE:
            return
        if self.state is TransactionState.FAILED:
            raise exc.PendingRollbackError(
                "This Session's transaction has been rolled back due to a previous exception "
                "during flush. "
                "To begin a new transaction with this Session, first issue Session.rollback(). "
                f"Original exception was: {type(self.failure).__name__}"
            ) from self.failure
        raise exc.ResourceClosedError("This transaction is closed")

    # -- the end -----------------------------------------------------------------------------------

    def commit(self, *, to_root: bool = False) -> None:
        """Flush what is left and end this level; with `to_root` all levels around it too."""
        self.check_active()
        session = self.session
        if session.transaction is not self:
            raise exc.InvalidRequestError(
                "A nested transaction inside this one is still open; commit or roll it back first"
            )
        if self.parent is None:
            session._fire("before_commit", session)
        session._flush_until_clean()
        if self.parent is not None:
            self._release()
        else:
            self._commit_root()
        if to_root and self.parent is not None:
            self.parent.commit(to_root=True)

    def _release(self) -> None:
        assert self.parent is not None
        try:
            for participant in self.participants.values():
                participant.commit()
        except BaseException as error:
            self.fail(error)
            raise
        self._leave(TransactionState.COMMITTED)
        self.parent.journal.absorb(self.journal)

    def _commit_root(self) -> None:
        session = self.session
        branches = list(self.participants.values())
        session._tell_plugins(
            "accord_before_prepare", engines=tuple(branch.engine for branch in branches)
        )
        ending = decide(branches, twophase=session.twophase)
        try:
            ending(branches)
        except exc.PartialCommitError:
            self._after_rollback()
            self._leave(TransactionState.CLOSED)
            raise
        except BaseException as error:
            self.fail(error)
            raise
        journal = self.journal
        self._detach(TransactionState.COMMITTED)
        try:
            # Objects still have what was committed: listeners index it, send it on.
            session._fire("after_commit", session)
        finally:
            session.settle_commit(journal, expire_all=session.expire_on_commit)
        session._fire("after_transaction_end", session, self)
        session._tell_plugins("accord_after_commit")

    def rollback(self, *, to_root: bool = False) -> None:
        """Undo this level (and those inside it); with `to_root` all levels around it too."""
        session = self.session
        while session.transaction is not None and session.transaction is not self:
            session.transaction.rollback()
        if self.state is TransactionState.ACTIVE:
            self._undo()
        if self.state is not TransactionState.CLOSED:
            self._leave(TransactionState.CLOSED)
            session._fire("after_soft_rollback", session, self)
        if to_root and self.parent is not None:
            self.parent.rollback(to_root=True)

    def fail(self, error: BaseException) -> None:
        """A flush failed: roll this level back now, and refuse work until the user ends it."""
        if self.state is not TransactionState.ACTIVE:
            return
        self._undo()
        self.session._links.clear()
        self.failure = error
        self.state = TransactionState.FAILED

    def _undo(self) -> None:
        try:
            for participant in reversed(list(self.participants.values())):
                participant.rollback()
        finally:
            self._after_rollback()

    def _after_rollback(self) -> None:
        session = self.session
        session.undo(self.journal, whole=self.parent is None)
        if self.parent is None:
            session._fire("after_rollback", session)
            session._tell_plugins("accord_after_rollback")

    def close(self) -> None:
        """End this level without touching objects; what was not committed is rolled back by the
        pool.
        """
        session = self.session
        while session.transaction is not None and session.transaction is not self:
            session.transaction.close()
        if self.has_ended:
            return
        if self.state is TransactionState.ACTIVE:
            for participant in reversed(list(self.participants.values())):
                if not participant.passive or session.join_transaction_mode == "control_fully":
                    participant.rollback()
        self._leave(TransactionState.CLOSED)

    def _leave(self, state: TransactionState) -> None:
        self._detach(state)
        self.session._fire("after_transaction_end", self.session, self)

    def _detach(self, state: TransactionState) -> None:
        """Give the connections back and leave the session to the level around this one."""
        self.state = state
        session = self.session
        if self.parent is None:
            for participant in self.participants.values():
                if participant.owned:
                    participant.connection.close()
        session.transaction = self.parent
        session.journal = self.outer_journal if self.outer_journal is not None else Journal()
        session._links.clear()
        if self.parent is None:
            session.speak(schemas_in(session.execution_options))

    # -- context manager ---------------------------------------------------------------------------

    def __enter__(self) -> SessionTransaction:
        self.outer_block = self.session.block
        self.session.block = self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.session.block = self.outer_block
        if kind is not None or self.state is TransactionState.FAILED:
            self.rollback()
            return
        if self.state is not TransactionState.ACTIVE:
            return  # committed or rolled back inside the block
        try:
            self.commit()
        except BaseException:
            self.rollback()
            raise

    def __repr__(self) -> str:
        return f"<SessionTransaction {self.state.value}{' (savepoint)' if self.nested else ''}>"


def _warn_too_late(options: Mapping[str, Any]) -> None:
    warnings.warn(
        "The session has begun on this connection already, so that "
        f"execution_options={dict(options)!r} change nothing; call session.connection() with them "
        "before the first statement of the transaction",
        exc.AccordWarning,
        stacklevel=5,
    )
