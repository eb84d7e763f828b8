"""What became of the transaction of one connection: did a statement fail, is it still the same one?

Two things the servers do not say when it matters. A deadlock rolls the whole transaction back, and
what is sent afterwards starts another one, which COMMIT would keep as if it were all. And XA
PREPARE prepares what is left of a branch after a failed statement. Cursors tell what they sent and
what failed; commit() and prepare ask. In: statements and errors. Out: two answers.
"""

from __future__ import annotations

from typing import Any

_ROLLED_BACK = frozenset({1213, 1402, 1613, 1614})
"""Deadlock, and XA branches that were rolled back."""
_BRANCH = "XA START "
_SET, _BACK, _RELEASE = "SAVEPOINT ", "ROLLBACK TO SAVEPOINT ", "RELEASE SAVEPOINT "


class Watch:
    """The transaction of one connection, watched from its cursors."""

    __slots__ = ("_failed_at", "_savepoints", "rolled_back")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """The transaction has ended."""
        self._savepoints: list[str] = []
        self._failed_at: int | None = None
        self.rolled_back: int | None = None
        """The number of the error that rolled everything back."""

    @property
    def failed(self) -> bool:
        """Whether a statement failed, and no ROLLBACK TO SAVEPOINT took back what was around it."""
        return self._failed_at is not None or self.rolled_back is not None

    def sent(self, text: object) -> None:
        """A statement has succeeded."""
        if not isinstance(text, str) or text[:1] not in ("S", "R", "X"):
            return
        if text.startswith(_BRANCH):
            self.reset()  # the branch before it was ended by XA statements
        if text.startswith(_SET):
            self._savepoints.append(text.removeprefix(_SET))
        elif text.startswith(_BACK):
            self._back_to(text.removeprefix(_BACK), keep=1)
            if self._failed_at is not None and self._failed_at >= len(self._savepoints) > 0:
                self._failed_at = None
        elif text.startswith(_RELEASE):
            self._back_to(text.removeprefix(_RELEASE), keep=0)
            if self._failed_at is not None:
                self._failed_at = min(self._failed_at, len(self._savepoints))

    def _back_to(self, name: str, *, keep: int) -> None:
        if name in self._savepoints:
            place = len(self._savepoints) - 1 - self._savepoints[::-1].index(name)
            del self._savepoints[place + keep :]

    def failure(self, error: BaseException) -> None:
        """A statement has failed."""
        number: Any = error.args[0] if error.args else None
        if number in _ROLLED_BACK:
            self.rolled_back = number
        depth = len(self._savepoints)
        self._failed_at = depth if self._failed_at is None else min(self._failed_at, depth)


def lost_message(number: int) -> tuple[int, str]:
    """What COMMIT raises when there is nothing left to commit."""
    return number, (
        "the transaction was rolled back by the server when a statement failed; nothing of it can "
        "be committed: roll back and run all of it again"
    )
