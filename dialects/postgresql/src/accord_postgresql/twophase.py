"""Two-phase commit by plain statements: PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED.

Never psycopg's tpc_ calls: they take no notice when the server answers PREPARE with ROLLBACK, and
remember a prepared transaction that is none. Every answer's command tag is looked at. In:
identifiers. Out: votes, prepared transactions, outcomes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import Bind, Execute, Native, Outcome, Prepared, TwoPhase, Vote
from accord.dialect.twophase import xid_parts
from accord.exc import ArgumentError, DBAPIError, OperationalError

from .literals import quoted
from .native import COMMAND

if TYPE_CHECKING:
    from accord.dialect import Steps

LONGEST = 199
"""Bytes of an identifier (gid); the server refuses more."""

_UNKNOWN_GID = "42704"
_NOT_YET = "22023"
_OUTCOMES = {"committed": Outcome.COMMITTED, "aborted": Outcome.ABORTED}


class PostgreSQLTwoPhase(TwoPhase):
    """Prepared transactions of PostgreSQL; the server needs max_prepared_transactions > 0."""

    def begin(self, bind: Bind, xid: str) -> Steps[None]:
        """Nothing to send: any transaction can be prepared. The identifier is looked at."""
        _literal(xid)
        return None
        yield  # an empty generator

    def prepare(self, bind: Bind, xid: str) -> Steps[Vote]:
        """PREPARE TRANSACTION; of a failed transaction the server answers ROLLBACK, without an
        error."""
        reply = yield _command(bind, f"PREPARE TRANSACTION {_literal(xid)}")
        return Vote.YES if reply.rows[0][0] == "PREPARE TRANSACTION" else Vote.NO

    def commit_prepared(self, bind: Bind, xid: str) -> Steps[None]:
        """COMMIT PREPARED; a transaction that is not listed any more was finished before."""
        yield from self._finish(bind, "COMMIT PREPARED", xid)

    def rollback_prepared(self, bind: Bind, xid: str) -> Steps[None]:
        """ROLLBACK PREPARED; a transaction that is not listed any more was finished before."""
        yield from self._finish(bind, "ROLLBACK PREPARED", xid)

    def _finish(self, bind: Bind, verb: str, xid: str) -> Steps[None]:
        try:
            reply = yield _command(bind, f"{verb} {_literal(xid)}")
        except DBAPIError as error:
            if _state_of(error) != _UNKNOWN_GID:
                raise
            left = yield from self._listed(bind, xid)
            if left:
                raise
            return
        if reply.rows[0][0] != verb:
            message = f"{verb} of the transaction {xid!r} was answered with {reply.rows[0][0]}"
            raise OperationalError(verb, message=message)

    def _listed(self, bind: Bind, xid: str) -> Steps[bool]:
        reply = yield Execute(bind, "SELECT 1 FROM pg_prepared_xacts WHERE gid = %s", (xid,))
        return bool(reply.rows)

    def list_prepared(self, bind: Bind, prefix: str) -> Steps[list[Prepared]]:
        """Those of this database: others can only be finished from their own. A prepared
        transaction belongs to no connection."""
        text = (
            "SELECT gid, owner::text FROM pg_catalog.pg_prepared_xacts "
            "WHERE database = current_database() AND pg_catalog.starts_with(gid, %s) "
            "ORDER BY prepared, gid"
        )
        reply = yield Execute(bind, text, (prefix,))
        return [Prepared(str(gid), str(owner), owned=False) for gid, owner in reply.rows]

    def token(self, bind: Bind) -> Steps[str | None]:
        """What `outcome` needs to know of the transaction in progress; None while it has written
        nothing."""
        reply = yield Execute(bind, "SELECT pg_current_xact_id_if_assigned()::text")
        return None if reply.rows[0][0] is None else str(reply.rows[0][0])

    def outcome(self, bind: Bind, token: str) -> Steps[Outcome]:
        """pg_xact_status(): known until the server has forgotten the transaction."""
        if not token.isdecimal():
            raise ArgumentError("outcome() takes the transaction number that token() gave")
        try:
            reply = yield Execute(bind, "SELECT pg_xact_status(%s::text::xid8)", (token,))
        except DBAPIError as error:
            if _state_of(error) != _NOT_YET:
                raise
            return Outcome.UNKNOWN
        return _OUTCOMES.get(str(reply.rows[0][0]), Outcome.UNKNOWN)


def _command(bind: Bind, text: str) -> Native:
    return Native(bind, COMMAND, text, [])


def _state_of(error: DBAPIError) -> object:
    return getattr(error.orig, "sqlstate", None)


def _literal(xid: str) -> str:
    """The identifier as text of a statement (it cannot be a parameter)."""
    xid_parts(xid, part=LONGEST, whole=LONGEST)
    if not xid.isprintable() or "\\" in xid:
        raise ArgumentError(
            "The identifier of a prepared transaction has printable characters only, and no "
            "backslash"
        )
    return quoted(xid)
