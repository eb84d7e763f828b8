"""The end of a transaction that spans several engines: in which order, and who decides.

In: the participants of a session's transaction, in the order they joined. Out: all of them
committed, or an exception that says exactly which are. This is the seam for two-phase commit:
`decide` picks the ending, and one-phase is the only one so far. One-phase commits participants in
the order they joined; while the first has not committed, a failure rolls everything back; after
that it is a `PartialCommitError`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from accord import exc


class Branch(Protocol):
    """One engine's part of the transaction."""

    @property
    def name(self) -> str: ...

    @property
    def wrote(self) -> bool: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...


Ending = Callable[[Sequence[Branch]], None]


def decide(branches: Sequence[Branch], *, twophase: bool) -> Ending:
    """Choose how to end; raises `NotAtomic` before anything is committed if the wish cannot be
    met.
    """
    if twophase and sum(branch.wrote for branch in branches) > 1:
        names = ", ".join(sorted(branch.name for branch in branches if branch.wrote))
        raise exc.NotAtomic(
            f"Session(twophase=True) wrote to several engines ({names}) and two-phase commit is "
            "not part "
            "of this version; use one engine per transaction, or twophase=False and accept that a "
            "crash "
            "between the commits splits them"
        )
    return one_phase


def one_phase(branches: Sequence[Branch]) -> None:
    """Commit one after the other. Readers go last: their commit cannot split anything."""
    ordered = [branch for branch in branches if branch.wrote]
    ordered += [branch for branch in branches if not branch.wrote]
    committed: list[str] = []
    for position, branch in enumerate(ordered):
        try:
            branch.commit()
        except BaseException as error:
            for rest in ordered[position:]:
                _rollback_quietly(rest)
            if not committed:
                raise
            failed = [rest.name for rest in ordered[position:]]
            raise exc.PartialCommitError(
                f"Committed on {', '.join(committed)}, then the commit on {branch.name} failed; "
                "rolled back: "
                f"{', '.join(failed)}",
                committed,
                failed,
            ) from error
        if branch.wrote:
            committed.append(branch.name)


def _rollback_quietly(branch: Branch) -> None:
    # The first failure is the one to report; a connection that cannot roll back is closed by its
    # pool.
    try:
        branch.rollback()
    except exc.AccordError:
        return
