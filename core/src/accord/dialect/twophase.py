"""The contract of a database that can prepare a transaction: six calls, each with one meaning.

A contract only: the coordinator that calls it is `accord.tpc`. Each call is steps, like everything
that needs the database; the requests of one call go over one connection, which the coordinator
provides. In: a transaction identifier. Out: votes, prepared transactions, outcomes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from accord.exc import ArgumentError
from accord.records import dataclass

if TYPE_CHECKING:
    from accord.dialect.steps import Bind, Steps


class Vote(StrEnum):
    """What a participant answers to prepare."""

    YES = "yes"
    """Prepared: durable, and proven so by the server's answer, not by the absence of an error."""
    NO = "no"
    """Rolled back."""
    READ_ONLY = "read_only"
    """Nothing was written; there is nothing to commit."""


class Outcome(StrEnum):
    """What became of a transaction."""

    COMMITTED = "committed"
    ABORTED = "aborted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared transaction found on the server. `owned`: a living connection still holds it, so
    that nobody else can finish it now. `owner` is who prepared it, where the server tells.
    """

    xid: str
    owner: str | None = None
    owned: bool = False


class TwoPhase(ABC):
    """Two-phase commit on one database.

    `begin` and `prepare` run on the transaction's own connection; the other four on any connection
    outside a transaction. An implementation verifies: a server that answers PREPARE with a silent
    rollback votes NO. Identifiers are text, `gtrid` or `gtrid/bqual`; see `xid_parts`.
    """

    own_branch_in_autocommit: ClassVar[bool] = True
    """Is the connection that prepared a branch switched to autocommit before it finishes the branch
    itself? (False: the database refuses that, and needs it only for branches of others.)"""

    @abstractmethod
    def begin(self, bind: Bind, xid: str) -> Steps[None]:
        """Start the branch (databases without a start statement: nothing)."""

    def rollback(self, bind: Bind, xid: str) -> Steps[bool]:
        """Roll back the branch of this connection before it was prepared. False: the driver's
        ordinary ROLLBACK does it.
        """
        return False
        yield  # an empty generator: nothing to ask

    @abstractmethod
    def prepare(self, bind: Bind, xid: str) -> Steps[Vote]:
        """Make the branch durable and let go of it; verify that it is."""

    @abstractmethod
    def commit_prepared(self, bind: Bind, xid: str) -> Steps[None]:
        """Commit a prepared branch, also of another connection. Doing it twice is no error."""

    @abstractmethod
    def rollback_prepared(self, bind: Bind, xid: str) -> Steps[None]:
        """Roll a prepared branch back, also of another connection. Doing it twice is no error."""

    @abstractmethod
    def list_prepared(self, bind: Bind, prefix: str) -> Steps[list[Prepared]]:
        """The prepared branches whose identifier starts with `prefix`."""

    @abstractmethod
    def outcome(self, bind: Bind, token: str) -> Steps[Outcome]:
        """What became of a one-phase transaction whose commit was not answered; UNKNOWN is an
        honest answer.
        """


def xid_parts(xid: str, *, part: int = 64, whole: int | None = None) -> tuple[str, str]:
    """``gtrid/bqual`` as (gtrid, bqual), the second empty without a slash. An identifier with a
    part of more than `part` bytes, or longer than `whole`, is an ArgumentError.
    """
    gtrid, _, bqual = xid.partition("/")
    size = len(xid.encode())
    if whole is not None and size > whole:
        raise ArgumentError(
            f"A transaction identifier has at most {whole} bytes here, this one has {size}"
        )
    if max(len(gtrid.encode()), len(bqual.encode())) > part:
        raise ArgumentError(
            f"Each half of a transaction identifier (gtrid/bqual) has at most {part} bytes here"
        )
    return gtrid, bqual
