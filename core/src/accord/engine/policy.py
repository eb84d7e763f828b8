"""What the pool does with a connection, decided from plain values: no clock, lock or socket here.

In: facts about an idle connection (age, process, generation). Out: a `Verdict`. The pool acts on
it.
"""

from __future__ import annotations

from enum import Enum

from accord.records import dataclass


class Verdict(Enum):
    """What becomes of a connection that somebody asks for or gives back."""

    USE = "use"
    PING = "ping"
    """Use it if it still answers."""
    LOOK = "look"
    """Use it unless its socket says that it is dead (no round trip)."""
    REPLACE = "replace"
    """Close it and open another."""
    ABANDON = "abandon"
    """It belongs to another process: forget it without a word to the server."""


class ResetStyle(Enum):
    """What happens to the transaction of a connection that is given back."""

    ROLLBACK = "rollback"
    COMMIT = "commit"
    NONE = "none"

    @classmethod
    def of(cls, value: object) -> ResetStyle:
        """From what users write: True, "rollback", "commit", None, False."""
        known: dict[object, ResetStyle] = {
            True: cls.ROLLBACK,
            "rollback": cls.ROLLBACK,
            "commit": cls.COMMIT,
            None: cls.NONE,
            False: cls.NONE,
            "none": cls.NONE,
        }
        try:
            return known[value]
        except (KeyError, TypeError):
            raise ValueError(value) from None


@dataclass(frozen=True, slots=True)
class ResetState:
    """Why a connection is reset; listeners of the pool event "reset" get it.

    `transaction_was_reset`: the transaction has ended already. `terminate_only`: the connection
    was lost by its user and is cleaned up by the garbage collector. `asyncio_safe` is always True.
    """

    transaction_was_reset: bool
    terminate_only: bool = False
    asyncio_safe: bool = True


@dataclass(frozen=True, slots=True)
class PoolPolicy:
    """When an idle connection is still good.

    `recycle`: seconds after which it is replaced, None for never. `pre_ping`: always ask it first.
    """

    recycle: float | None = None
    pre_ping: bool = False
    reset: ResetStyle = ResetStyle.ROLLBACK

    def at_checkout(self, same_process: bool, same_generation: bool, age: float) -> Verdict:
        """For an idle connection that is about to be used."""
        if not same_process:
            return Verdict.ABANDON
        if not same_generation or (self.recycle is not None and age > self.recycle):
            return Verdict.REPLACE
        return Verdict.PING if self.pre_ping else Verdict.LOOK

    def at_checkin(self, same_process: bool, same_generation: bool, proven_clean: bool) -> Verdict:
        """For a connection that was given back and reset."""
        if not same_process:
            return Verdict.ABANDON
        return Verdict.USE if same_generation and proven_clean else Verdict.REPLACE
