"""When a piece of DDL is to be executed or written at all: `execute_if()` and `ddl_if()`.

In: names of dialects, or a function of the user. Out: yes or no, for one element on one database.
"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, Any

from accord.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class CheckFirst(IntFlag):
    """What `create_all`, `drop_all` and the like look for in the catalog before they create or
    drop it. ``checkfirst=True`` is ALL, ``False`` is NONE.
    """

    NONE = 0
    TABLES = 2
    VIEWS = 4
    INDEXES = 8
    SEQUENCES = 16
    TYPES = 32
    ALL = TABLES | VIEWS | INDEXES | SEQUENCES | TYPES

    @classmethod
    def of(cls, given: bool | CheckFirst) -> CheckFirst:
        """The flags for what a program wrote."""
        if isinstance(given, cls):
            return given
        return cls.ALL if given else cls.NONE


@dataclass(frozen=True, slots=True)
class DDLCondition:
    """The dialects an element is for, and a function that has the last word."""

    dialects: tuple[str, ...] | None = None
    function: Callable[..., Any] | None = None
    state: Any = None

    @classmethod
    def of(
        cls,
        dialect: str | Sequence[str] | None,
        callable_: Callable[..., Any] | None,
        state: Any,
    ) -> DDLCondition:
        """The condition for the arguments of `execute_if` and `ddl_if`."""
        names = (dialect,) if isinstance(dialect, str) else dialect
        return cls(None if names is None else tuple(names), callable_, state)

    def holds(
        self, element: Any, target: Any, bind: Any, dialect_name: str, **details: Any
    ) -> bool:
        """Whether it is to be; `details` go to the user's function by name."""
        if self.dialects is not None and dialect_name not in self.dialects:
            return False
        if self.function is None:
            return True
        return bool(self.function(element, target, bind, state=self.state, **details))
