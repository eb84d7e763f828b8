"""Every hook a plugin may implement, by phase. Read from top to bottom, this is the life of an
engine and a session.

A plugin is a module or an object whose functions carry ``@accord.hooks.hookimpl`` and the name of a
hook; it takes whichever of the arguments it needs. All hooks are called at most once per engine,
connection, flush or transaction, never per row or statement; for those there is `accord.event`. In
most phases an exception stops what is going on; the hooks marked *observing* are called when
nothing can be stopped any more: there it becomes a warning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from accord.records import dataclass

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class HookSpec:
    """One hook: its phase, whether the first answer not None wins, whether it only observes."""

    name: str
    phase: str
    first_result: bool
    observing: bool


HOOKS: Final[dict[str, HookSpec]] = {}


def _hook(phase: str, *, first_result: bool = False, observing: bool = False) -> Callable[[F], F]:
    def declare(function: F) -> F:
        name = function.__name__
        HOOKS[name] = HookSpec(name, phase, first_result, observing)
        return function

    return declare


# --- engine ---------------------------------------------------------------------------


@_hook("engine")
def accord_engine_created(engine: Any) -> None:
    """An engine was created; it has not connected yet. Listeners for its events are added here."""


@_hook("engine")
def accord_connected(engine: Any, connection: Any) -> None:
    """A new driver connection is open, before anybody uses it. `connection` is the driver's own
    object.

    Called once per physical connection; a checkout from the pool does not call it.
    """


# --- routing --------------------------------------------------------------------------


@_hook("routing", first_result=True)
def accord_route(request: Any) -> str | None:
    """The name of the engine `request` goes to, or None to leave the choice to others.

    Asked only where the session's router has no answer of its own; the first answer wins.
    """


# --- flush ----------------------------------------------------------------------------


@_hook("flush")
def accord_before_flush(session: Any) -> None:
    """A flush begins and nothing was looked at yet: objects may still be changed, added and
    deleted.
    """


@_hook("flush")
def accord_flush_plan(session: Any, plan: Any) -> None:
    """The plan of the flush is made: its steps in order. To veto it, raise; to change it, use
    `before_flush`.
    """


@_hook("flush")
def accord_after_flush(session: Any, report: Any) -> None:
    """All rows are written and their generated values are in the objects; the transaction is still
    open.

    `report` says per table and kind what was written. `session.new`, `dirty` and `deleted` are as
    before the flush.
    """


# --- commit ---------------------------------------------------------------------------


@_hook("commit")
def accord_before_prepare(session: Any, engines: Any) -> None:
    """The transaction is about to be prepared or committed on `engines`: the last moment to refuse
    by raising.
    """


@_hook("commit", observing=True)
def accord_after_decision(session: Any, gtrid: str, committed: bool) -> None:
    """The outcome of a two-phase transaction is decided and durable; its branches may not be
    finished yet.
    """


@_hook("commit", observing=True)
def accord_in_doubt(session: Any, gtrid: str, engines: Any) -> None:
    """Nobody can know now how the transaction ended; `accord tpc recover` settles it."""


@_hook("commit", observing=True)
def accord_after_commit(session: Any) -> None:
    """The transaction of the session is committed everywhere."""


@_hook("commit", observing=True)
def accord_after_rollback(session: Any) -> None:
    """The transaction of the session was rolled back and its objects are restored."""


# --- explain --------------------------------------------------------------------------


@_hook("explain", observing=True)
def accord_explain(entity: Any, bind: Any) -> list[str] | None:
    """Lines that ``accord explain`` adds to what it prints about a mapped class."""
