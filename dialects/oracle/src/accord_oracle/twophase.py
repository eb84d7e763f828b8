"""Two-phase commit on Oracle: branches of global transactions (XA), through the driver's calls.

An identifier is ``gtrid`` or ``gtrid/bqual``; both parts travel in the XA identifier with accord's
own format id. In: identifiers. Out: Native requests, votes, what is pending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.dialect import Bind, Native, Outcome, Prepared, Steps, TwoPhase, Vote
from accord.dialect.twophase import xid_parts
from accord.exc import DBAPIError, InvalidRequestError

from .driver import XA_FORMAT
from .errors import code_of

if TYPE_CHECKING:
    from accord.dialect import Reply

UNKNOWN_BRANCH = 24_756
"""Transaction does not exist: nobody prepared it, or it is finished and forgotten."""
COMMITTED, ROLLED_BACK, MIXED = 24_764, 24_765, 24_766
"""An administrator has finished the branch by force."""
NO_PRIVILEGE = frozenset({942, 1031})
GRANT = (
    "Recovery reads DBA_PENDING_TRANSACTIONS: GRANT SELECT ON dba_pending_transactions TO the user "
    "(and FORCE ANY TRANSACTION, to finish the branches of others)"
)


class OracleTwoPhase(TwoPhase):
    """XA branches."""

    own_branch_in_autocommit = False

    def begin(self, bind: Bind, xid: str) -> Steps[None]:
        """Start the branch on the transaction's connection."""
        yield _call(bind, "tpc_begin", xid)

    def rollback(self, bind: Bind, xid: str) -> Steps[bool]:
        """End the branch with everything in it; a server that has done so already is no error."""
        yield from self._finish(bind, "tpc_rollback", xid, wanted=ROLLED_BACK)
        return True

    def prepare(self, bind: Bind, xid: str) -> Steps[Vote]:
        """Detach the branch and prepare it; the driver's False means that nothing was written."""
        reply = yield _call(bind, "tpc_prepare", xid)
        return Vote.YES if reply.rows[0][0] else Vote.READ_ONLY

    def commit_prepared(self, bind: Bind, xid: str) -> Steps[None]:
        """Commit, from any connection; a branch that is finished already is no error."""
        yield from self._finish(bind, "tpc_commit", xid, wanted=COMMITTED)

    def rollback_prepared(self, bind: Bind, xid: str) -> Steps[None]:
        """Roll back, from any connection; a branch that is finished already is no error."""
        yield from self._finish(bind, "tpc_rollback", xid, wanted=ROLLED_BACK)

    def _finish(self, bind: Bind, call: str, xid: str, *, wanted: int) -> Steps[None]:
        try:
            yield _call(bind, call, xid)
        except DBAPIError as error:
            code = 0 if error.orig is None else code_of(error.orig)
            if code == UNKNOWN_BRANCH:
                return
            if code != wanted:
                raise
        else:
            return
        yield _call(bind, "tpc_forget", xid)  # finished by force, the way it was to be

    def list_prepared(self, bind: Bind, prefix: str) -> Steps[list[Prepared]]:
        """What DBA_PENDING_TRANSACTIONS lists of accord's; without the privilege to read it an
        error, never "nothing"."""
        try:
            reply: Reply = yield Native(bind, "tpc_recover", "TPC RECOVER", [], write=False)
        except DBAPIError as error:
            if error.orig is not None and code_of(error.orig) in NO_PRIVILEGE:
                raise InvalidRequestError(GRANT) from error
            raise
        found = [_text(gtrid, bqual) for format_id, gtrid, bqual in reply.rows
                 if format_id == XA_FORMAT]  # fmt: skip
        return [Prepared(xid) for xid in found if xid.startswith(prefix)]

    def outcome(self, bind: Bind, token: str) -> Steps[Outcome]:
        """Oracle's Transaction Guard would tell; without it nobody knows."""
        return Outcome.UNKNOWN
        yield  # an empty generator: there is nothing to ask


def _call(bind: Bind, call: str, xid: str) -> Native:
    text = call.upper().replace("_", " ")
    return Native(bind, call, text, [], arguments=xid_parts(xid))


def _text(gtrid: object, bqual: object) -> str:
    first, second = _decoded(gtrid), _decoded(bqual)
    return f"{first}/{second}" if second else first


def _decoded(part: object) -> str:
    if isinstance(part, bytes):
        return part.rstrip(b"\0").decode("ascii", "replace")
    return "" if part is None else str(part)
