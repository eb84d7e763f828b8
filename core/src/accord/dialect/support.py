"""How a dialect answers a question about its database: yes, since which version, never, or not yet
written.

"The database cannot" and "we have not" are different words, each with its reason. Answers that
depend on the version are settled once per engine by `at(version)`; an unsettled answer refuses to
be used as a truth value. In: what a dialect declares. Out: truth values with reasons.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from accord.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

Version: TypeAlias = tuple[int, ...]
M = TypeVar("M")


def parse_version(text: str) -> Version:
    """`"10.11.19-MariaDB"` → (10, 11, 19): the leading dotted numbers."""
    numbers: list[int] = []
    for part in text.strip().split("."):
        digits = ""
        for character in part:
            if not character.isdigit():
                break
            digits += character
        if digits:
            numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers)


def show_version(version: Version) -> str:
    """The numbers joined by dots."""
    return ".".join(map(str, version))


class Support(ABC):
    """One answer. True in a condition when supported; `reason` says why not."""

    @property
    @abstractmethod
    def reason(self) -> str:
        """Why not, or since when; for messages and for `accord explain`."""

    @abstractmethod
    def __bool__(self) -> bool:
        """Whether it is supported."""

    def at(self, version: Version) -> Support:
        """The answer for a server of this version; never a `Since`."""
        return self


@dataclass(frozen=True, slots=True)
class Always(Support):
    """Every version that the dialect supports can."""

    def __bool__(self) -> bool:
        return True

    @property
    def reason(self) -> str:
        """Why not, or since when."""
        return "supported"


@dataclass(frozen=True, slots=True)
class Since(Support):
    """Servers from this version on can: ``Since("3.35")``."""

    version: str

    def __bool__(self) -> bool:
        raise TypeError(
            f"Since({self.version!r}) depends on the server; ask the engine's capabilities, "
            "or dialect.capabilities.at(version)"
        )

    @property
    def reason(self) -> str:
        """Why not, or since when."""
        return f"since version {self.version}"

    def at(self, version: Version) -> Support:
        """Always from the version on, Never with the reason before it."""
        if version >= parse_version(self.version):
            return Always()
        return Never(f"needs version {self.version}, the server is {show_version(version)}")


@dataclass(frozen=True, slots=True)
class Never(Support):
    """The database cannot; the reason is for people."""

    why: str

    def __bool__(self) -> bool:
        return False

    @property
    def reason(self) -> str:
        """Why not, or since when."""
        return self.why


@dataclass(frozen=True, slots=True)
class Unimplemented(Support):
    """The database can, the dialect does not yet; `issue` names where that is tracked."""

    issue: str

    def __bool__(self) -> bool:
        return False

    @property
    def reason(self) -> str:
        """Why not, or since when."""
        return f"not implemented yet ({self.issue})"


Menu: TypeAlias = tuple[tuple[M, Support], ...]
"""Choices, best first, each with its answer: ``((UpdateForm.FROM_VALUES, Since("3.33")),
(UpdateForm.EXECUTEMANY, YES))``."""

YES = Always()


def first(menu: Sequence[tuple[M, Support]], question: str) -> M:
    """The first choice that is supported."""
    for choice, support in menu:
        if support:
            return choice
    reasons = "; ".join(f"{choice}: {support.reason}" for choice, support in menu)
    raise LookupError(f"No choice left for {question} ({reasons or 'the menu is empty'})")


def offers(menu: Sequence[tuple[M, Support]], choice: M) -> Support:
    """Whether this choice is on the menu and supported."""
    for candidate, support in menu:
        if candidate == choice:
            return support
    return Never(f"{choice} is not on the dialect's menu")
