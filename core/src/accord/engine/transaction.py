"""Transactions of one connection: the root, savepoints inside it, and two-phase ones.

A transaction object says how it ends; the connection does the talking. It is also a context
manager: commit at the end, roll back on an exception. In: a `Connection`. Out: its state changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from accord.dialect.twophase import Vote
from accord.exc import InvalidRequestError, PendingRollbackError

if TYPE_CHECKING:
    from types import TracebackType

    from accord.engine.connection import Connection


class Transaction:
    """Something that ends with `commit()` or `rollback()`; `is_active` until then."""

    __slots__ = ("__weakref__", "_outer", "connection", "is_active")

    kind: ClassVar[str]

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.is_active = True
        self._outer: Transaction | None = None

    @property
    def is_valid(self) -> bool:
        """Whether it is active and the connection behind it is there."""
        return self.is_active and not self.connection.invalidated

    def commit(self) -> None:
        """Make it permanent."""
        raise NotImplementedError

    def rollback(self) -> None:
        """Undo it. After the end of the transaction: nothing."""
        raise NotImplementedError

    def _left(self) -> bool:
        """Whether the transaction still has to be rolled back when its block is left."""
        raise NotImplementedError

    def close(self) -> None:
        """Roll back if it is still active."""
        self.rollback()

    def _refuse_inactive(self) -> None:
        if self.connection.invalidated and self._left():
            raise PendingRollbackError(
                f"The connection of this {self.kind} was lost; it cannot be committed, call "
                "rollback()"
            )
        if not self.is_active:
            raise InvalidRequestError(f"This {self.kind} has ended already; begin a new one")

    def __enter__(self) -> Self:
        self._outer = self.connection.managed
        self.connection.managed = self
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if exc_type is None and self.is_active:
                try:
                    self.commit()
                except BaseException:
                    if self._left():
                        self.rollback()
                    raise
            elif self._left():
                self.rollback()
        finally:
            self.connection.managed = self._outer
            self._outer = None


class RootTransaction(Transaction):
    """The transaction of a connection; there is one at a time."""

    __slots__ = ()

    kind = "transaction"
    vote: Vote | None = None
    """What the database answered to prepare; None before."""

    def _left(self) -> bool:
        return self.connection.get_transaction() is self

    def commit(self) -> None:
        """COMMIT. If the database refuses, the transaction is rolled back and the error raised."""
        self._refuse_inactive()
        self.connection.end_root(self, commit=True)

    def rollback(self) -> None:
        """ROLLBACK."""
        if self._left():
            self.connection.end_root(self, commit=False)
        self.is_active = False


class NestedTransaction(Transaction):
    """A savepoint; `name` is its name in the database."""

    __slots__ = ("name", "outer")

    kind = "savepoint"

    def __init__(self, connection: Connection, name: str, outer: NestedTransaction | None) -> None:
        super().__init__(connection)
        self.name = name
        self.outer = outer

    def _left(self) -> bool:
        return self.connection.get_nested_transaction() is self

    def _refuse_inactive(self) -> None:
        if not self.is_active and not self.connection.invalidated:
            raise InvalidRequestError(
                f"The savepoint {self.name} has ended already, by itself or with the transaction "
                "around it; begin a new one"
            )
        super()._refuse_inactive()

    def commit(self) -> None:
        """Release the savepoint; what was done stays part of the transaction around it."""
        self._refuse_inactive()
        self.connection.end_savepoint(self, commit=True)

    def rollback(self) -> None:
        """Undo what was done since the savepoint."""
        if self._left() or self.is_active:
            self.connection.end_savepoint(self, commit=False)
        self.is_active = False


class TwoPhaseTransaction(RootTransaction):
    """A transaction that can be prepared under an identifier and committed later."""

    __slots__ = ("vote", "xid")

    kind = "two-phase transaction"

    def __init__(self, connection: Connection, xid: str) -> None:
        super().__init__(connection)
        self.xid = xid
        self.vote = None

    @property
    def is_prepared(self) -> bool:
        """Whether it waits, prepared, for its end."""
        return self.is_active and self.vote is Vote.YES

    def prepare(self) -> None:
        """Make it durable without deciding; afterwards only `commit` and `rollback` are left. An
        error means that it is rolled back, or that the connection was lost and nobody knows.
        """
        self._refuse_inactive()
        if self.vote is None:
            self.connection.prepare_twophase(self)

    def commit(self) -> None:
        """Prepare if that was not done, then commit what was prepared. `CommitOutcomeUnknown`: the
        answer to the second step was lost.
        """
        self.prepare()
        self.connection.end_root(self, commit=True)
