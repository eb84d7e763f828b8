"""Branches of global transactions: the tpc_… calls with their states and errors.

begin → active on one session; end → idle, belongs to nobody; prepare → prepared, survives its
session and everything else, until any session commits or rolls it back. In: a session and a key.
Out: state changes, votes, ORA-24756 and its relatives.
"""

from __future__ import annotations

from oracledb import errors

from .failures import dpy, ora
from .server import Branch, Key, apply
from .session import Session

NEW, JOIN, RESUME, PROMOTE = 1, 2, 4, 8
SUSPEND = 0x0010_0000


def begin(session: Session, key: Key, flags: int) -> None:
    if flags not in (NEW, JOIN, RESUME, PROMOTE):
        dpy(errors.ERR_INVALID_TPC_BEGIN_FLAGS)
    branches = session.server.branches
    if session.branch is not None or (flags != PROMOTE and session.in_progress):
        ora(24776, "cannot start a new transaction")
    if flags in (NEW, PROMOTE):
        if key in branches:
            ora(24757, "duplicate transaction identifier")
        branch = branches[key] = Branch(key, "active", session)
        session.branch = branch
        return
    branch = _known(session, key)
    if branch.state != "idle":
        ora(24761, "transaction rolled back")
    branch.state, branch.session = "active", session
    session.branch = branch
    session.begin()
    apply(session.database, branch.changes)
    for table, rowid, _ in branch.changes:
        session.touched[table, rowid] = None
    session.server.hand_over(branch, session)


def end(session: Session, key: Key | None, flags: int) -> None:
    if flags not in (0, SUSPEND):
        dpy(errors.ERR_INVALID_TPC_END_FLAGS)
    branch = session.branch
    if branch is None or (key is not None and branch.key != key):
        ora(24756, "transaction does not exist")
    _detach(session, branch)


def _detach(session: Session, branch: Branch) -> None:
    session.check_deferred()
    branch.changes = session.changes()
    branch.state, branch.session = "idle", None
    session.branch = None
    session.server.hand_over(session, branch)
    session._leave()


def prepare(session: Session, key: Key | None) -> bool:
    """Whether there is something to commit; False forgets the branch."""
    branch = session.branch if key is None else _known(session, key)
    if branch is None:
        ora(24756, "transaction does not exist")
    if branch.state == "active":
        if branch.session is not session:
            ora(24756, "transaction does not exist")
        _detach(session, branch)
    if branch.state != "idle":
        dpy(errors.ERR_UNKNOWN_TRANSACTION_STATE, state=branch.state)
    if not branch.changes:
        _forget(session, branch)
        return False
    branch.state = "prepared"
    session.prepared = branch
    return True


def commit(session: Session, key: Key | None, one_phase: bool) -> None:
    branch = _to_finish(session, key)
    if one_phase and key is not None:
        if branch.state == "active":
            _detach(session, branch)
    elif branch.state != "prepared":
        dpy(errors.ERR_UNKNOWN_TRANSACTION_STATE, state=branch.state)
    with session.server.mutex:
        session.server.publish(branch.changes)
        _forget(session, branch)


def rollback(session: Session, key: Key | None) -> None:
    branch = _to_finish(session, key)
    if branch.state == "active":
        if branch.session is not session:
            ora(24756, "transaction does not exist")
        session.rollback()
        return
    _forget(session, branch)


def forget(session: Session, key: Key) -> None:
    branch = _known(session, key)
    if branch.state not in ("forced commit", "forced rollback"):
        ora(24756, "transaction does not exist")
    _forget(session, branch)


def force(session: Session, key: Key, *, committed: bool) -> None:
    """What an administrator does with COMMIT FORCE or ROLLBACK FORCE."""
    branch = _known(session, key)
    if committed:
        session.server.publish(branch.changes)
    branch.changes = []
    branch.state = "forced commit" if committed else "forced rollback"
    session.server.release(branch)


def _to_finish(session: Session, key: Key | None) -> Branch:
    if key is None:
        branch = session.branch or session.prepared
        if branch is None or branch.key not in session.server.branches:
            ora(24756, "transaction does not exist")
        return branch
    branch = _known(session, key)
    if branch.state == "forced commit":
        ora(24764, "transaction branch has been heuristically committed")
    if branch.state == "forced rollback":
        ora(24765, "transaction branch has been heuristically rolled back")
    return branch


def _known(session: Session, key: Key) -> Branch:
    branch = session.server.branches.get(key)
    if branch is None:
        ora(24756, "transaction does not exist")
    return branch


def _forget(session: Session, branch: Branch) -> None:
    session.server.branches.pop(branch.key, None)
    session.server.release(branch)
