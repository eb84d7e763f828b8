"""The words of the kit: a test, a question about a capability, what came of it, the verdict.

Plain values that every other module speaks in. In: nothing. Out: Test, Question, Result, Verdict,
and the two exceptions by which a test says that it cannot be run here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.dialect import Capabilities, Support
    from accord_conformance.kit import Kit

Body: TypeAlias = "Callable[[Kit], object]"

GROUPS = (
    "connect",
    "types",
    "quoting",
    "render",
    "select",
    "dml",
    "keys",
    "unitofwork",
    "transactions",
    "disconnect",
    "twophase",
    "ddl",
    "routing",
    "hygiene",
    "capabilities",
)
"""Every group, in the order it runs: what later groups stand on comes first."""

ON_DOUBLES = frozenset({"connect", "render", "keys", "transactions", "twophase", "hygiene"})
"""The groups that a double of a driver can run; the others need a server."""


class Verdict(StrEnum):
    """What came of a test or of a capability."""

    PROVEN = "proven"
    """Declared, and it works."""
    BROKEN = "broken"
    """Declared, and it does not work."""
    ABSENT = "absent"
    """Not declared, and indeed it does not work (or the test needs such a capability)."""
    UNDECLARED = "undeclared"
    """Not declared, and it works all the same."""
    UNPROVEN = "unproven"
    """Not run; the detail names the setting or privilege of the server that it needs."""


class Unproven(Exception):
    """Raised by a test that cannot run here: names what the server or the machine lacks."""


class Absent(Exception):
    """Raised by a test whose subject this database has not got, as the dialect says itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """One behaviour. `needs` are capabilities it is about: "group.field", "group.field:choice".

    `__test__` tells pytest that this is no test class.
    """

    group: str
    name: str
    body: Body
    needs: tuple[str, ...] = ()
    question: Question | None = None
    on_doubles: bool = True

    @property
    def id(self) -> str:
        """Stable: "group/name"."""
        return f"{self.group}/{self.name}"

    @property
    def doc(self) -> str:
        """What holds, in a sentence."""
        return (self.body.__doc__ or self.name.replace("-", " ")).strip().split("\n\n")[0]


Test.__test__ = False  # type: ignore[attr-defined]  # an attribute for pytest only


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One capability: one field of `Capabilities`, or one choice of a menu.

    `proof` runs when it is declared and has to pass; `probe` runs when it is not and is expected
    to fail.
    """

    id: str
    proof: Body
    probe: Body

    @property
    def group(self) -> str:
        """The group of `Capabilities`."""
        return self.id.partition(".")[0]

    @property
    def field(self) -> str:
        """The field."""
        return self.id.partition(".")[2].partition(":")[0]

    @property
    def choice(self) -> str | None:
        """The choice, for menus and lists."""
        return self.id.partition(":")[2] or None

    def declared(self, capabilities: Capabilities) -> Support:
        """What the dialect says."""
        from accord_conformance.declared import declared

        return declared(capabilities, self.id)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one test. `detail`: why it failed, what it needs, what the dialect says."""

    id: str
    verdict: Verdict
    seconds: float
    detail: str = ""
    traceback: str = ""

    @property
    def group(self) -> str:
        """The group of the test."""
        return self.id.partition("/")[0]

    def failed(self, strict: bool = False) -> bool:
        """Whether this makes the whole run fail."""
        if self.verdict is Verdict.UNDECLARED:
            return strict
        return self.verdict is Verdict.BROKEN
