"""Two-phase commit by XA, on MySQL and on MariaDB.

``XA START`` stands in the place of BEGIN; a branch in which a statement failed votes NO, because
the servers would prepare what is left of it. MariaDB keeps a prepared branch with the connection
that prepared it: another one hears "unknown" (1397) as long as that lives, though XA RECOVER lists
it. In: identifiers ``gtrid/bqual``. Out: votes, finished branches, lists.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Final

from accord.dialect import Execute, Native, Outcome, Prepared, TwoPhase, Vote, xid_parts
from accord.exc import ArgumentError, DBAPIError

if TYPE_CHECKING:
    from accord.dialect import Bind, Row, Steps

FORMAT: Final = 0x41434352
"""The format id of accord's branches."""
FAILED: Final = "branch failed"
"""The driver's answer to "did a statement fail?"."""
_PART: Final = re.compile(r"[0-9A-Za-z._-]*\Z")
_UNKNOWN: Final = 1397


class MySQLTwoPhase(TwoPhase):
    """XA on MySQL: a branch is free for every connection once it is prepared."""

    own_branch_in_autocommit: ClassVar[bool] = False

    def begin(self, bind: Bind, xid: str) -> Steps[None]:
        """``XA START``, before any work."""
        yield Execute(bind, f"XA START {_quoted(xid)}")

    def rollback(self, bind: Bind, xid: str) -> Steps[bool]:
        """``XA END`` and ``XA ROLLBACK`` of a branch that is not prepared."""
        yield from _roll_back(bind, xid)
        return True

    def prepare(self, bind: Bind, xid: str) -> Steps[Vote]:
        """``XA END``, ``XA PREPARE``; NO if a statement of the branch has failed, or if the server
        refuses.
        """
        reply = yield Native(bind, FAILED, "", [], write=False)
        if reply.rows[0][0]:
            yield from _roll_back(bind, xid)
            return Vote.NO
        try:
            yield Execute(bind, f"XA END {_quoted(xid)}")
            yield Execute(bind, f"XA PREPARE {_quoted(xid)}")
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            yield from _roll_back(bind, xid)
            return Vote.NO
        return Vote.YES

    def commit_prepared(self, bind: Bind, xid: str) -> Steps[None]:
        """``XA COMMIT``; a branch that is gone was finished before."""
        return self._finish(bind, "XA COMMIT", xid)

    def rollback_prepared(self, bind: Bind, xid: str) -> Steps[None]:
        """``XA ROLLBACK``; a branch that is gone was finished before."""
        return self._finish(bind, "XA ROLLBACK", xid)

    def _finish(self, bind: Bind, words: str, xid: str) -> Steps[None]:
        try:
            yield Execute(bind, f"{words} {_quoted(xid)}")
        except DBAPIError as error:
            if _number(error) != _UNKNOWN:
                raise
            note = yield from self._still_there(bind, xid)
            if note is not None:
                error.add_note(note)
                raise

    def _still_there(self, bind: Bind, xid: str) -> Steps[str | None]:
        """Why an unknown branch is not one that was finished before; None: it is."""
        try:
            listed = yield from self._listed(bind)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            return (
                f"Whether the branch {xid!r} was finished before cannot be told: this user may not "
                "execute XA RECOVER (MySQL: GRANT XA_RECOVER_ADMIN)"
            )
        if xid not in listed:
            return None
        return (
            f"The branch {xid!r} is prepared, and owned by the connection that prepared it: close "
            "that connection, or wait until it is gone, then try again"
        )

    def list_prepared(self, bind: Bind, prefix: str) -> Steps[list[Prepared]]:
        """What XA RECOVER lists under accord's format id."""
        found = yield from self._listed(bind)
        wanted = [xid for xid in found if xid.startswith(prefix)]
        owned = bool(wanted) and (yield from self._owned(bind))
        return [Prepared(xid, owned=owned) for xid in wanted]

    def _listed(self, bind: Bind) -> Steps[list[str]]:
        reply = yield Execute(bind, "XA RECOVER")
        return [xid for row in reply.rows if (xid := _read(row)) is not None]

    def _owned(self, bind: Bind) -> Steps[bool]:
        """Whether living connections hold the branches."""
        return False
        yield  # an empty generator: MySQL lets go of a branch when it is prepared

    def outcome(self, bind: Bind, token: str) -> Steps[Outcome]:
        """The server keeps no record of ended transactions."""
        return Outcome.UNKNOWN
        yield  # an empty generator: there is nothing to ask


class MariaDBTwoPhase(MySQLTwoPhase):
    """XA on MariaDB: a prepared branch belongs to its connection until that is gone."""

    def _owned(self, bind: Bind) -> Steps[bool]:
        """InnoDB shows the connection of each transaction, 0 for branches without one. The list
        does not say which branch is which: all are owned if none is without a connection.
        """
        text = "SELECT trx_mysql_thread_id = 0 FROM information_schema.innodb_trx"
        try:
            reply = yield Execute(bind, text)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            return False  # without the privilege PROCESS nobody can tell
        return bool(reply.rows) and not any(row[0] for row in reply.rows)


def _roll_back(bind: Bind, xid: str) -> Steps[None]:
    try:
        yield Execute(bind, f"XA END {_quoted(xid)}")
    except DBAPIError as error:
        if error.connection_invalidated:
            raise  # else it has ended already, or can only be rolled back
    try:
        yield Execute(bind, f"XA ROLLBACK {_quoted(xid)}")
    except DBAPIError as error:
        if _number(error) != _UNKNOWN:
            raise  # unknown: the server had rolled it back by itself


def _quoted(xid: str) -> str:
    """``'gtrid','bqual',format``; nothing that would need an escape gets through."""
    gtrid, bqual = xid_parts(xid)
    if not gtrid or _PART.match(gtrid) is None or _PART.match(bqual) is None:
        raise ArgumentError(
            "An XA identifier is letters, digits and . _ - only, with at most one / in the middle"
        )
    return f"'{gtrid}','{bqual}',{FORMAT}"


def _read(row: Row) -> str | None:
    """A row of XA RECOVER: format id, two lengths, the data to be cut by them."""
    format_id, first, second = [int(str(value)) for value in row[:3]]
    data: Any = row[3]
    raw = data if isinstance(data, bytes) else str(data).encode()
    gtrid, bqual = raw[:first], raw[first : first + second]
    if format_id != FORMAT or len(raw) != first + second:
        return None
    text = gtrid.decode("ascii", "replace")
    return f"{text}/{bqual.decode('ascii', 'replace')}" if second else text


def _number(error: DBAPIError) -> object:
    original: Any = error.orig
    return original.args[0] if getattr(original, "args", ()) else None
