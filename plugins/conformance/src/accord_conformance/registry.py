"""All tests of the kit by id: how groups register theirs, and how they are found.

A group module makes ``test = group("connect")`` and decorates functions that take a `Kit`;
capability modules use `question`, `proof` and `probe`. In: functions. Out: `all_tests()`, in the
order they run.
"""

from __future__ import annotations

from functools import lru_cache, partial
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, TypeVar

from accord_conformance.declared import question_ids
from accord_conformance.model import GROUPS, Body, Question, Test

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from accord_conformance.kit import Kit

F = TypeVar("F", bound="Callable[..., object]")
C = TypeVar("C")

_tests: dict[str, Test] = {}
_proofs: dict[str, Body] = {}
_probes: dict[str, Body] = {}


def _add(test: Test) -> None:
    if test.id in _tests:
        raise RuntimeError(f"Two tests of the kit are called {test.id}")
    _tests[test.id] = test


class Registrar:
    """Decorators for the tests of one group.

    >>> test = group("connect")
    >>> @test("select-one")
    ... def select_one(kit): ...
    """

    def __init__(self, name: str) -> None:
        if name not in GROUPS:
            raise RuntimeError(f"{name!r} is no group of the kit: {', '.join(GROUPS)}")
        self.name = name

    def __call__(self, name: str, *needs: str, doubles: bool = True) -> Callable[[F], F]:
        """One test; `needs` are capabilities without which it has no subject."""

        def register(function: F) -> F:
            _add(Test(self.name, name, function, needs, on_doubles=doubles))
            return function

        return register

    def each(
        self, cases: Iterable[tuple[str, C]], *needs: str, doubles: bool = True
    ) -> Callable[[Callable[[Kit, C], object]], Callable[[Kit, C], object]]:
        """One test for each (name, case); the function takes the kit and the case."""

        def register(function: Callable[[Kit, C], object]) -> Callable[[Kit, C], object]:
            for name, case in cases:
                body = _body(function, case)
                _add(Test(self.name, name, body, needs, on_doubles=doubles))
            return function

        return register


def _body(function: Callable[[Kit, C], object], case: C) -> Body:
    body = partial(_call, function, case)
    body.__doc__ = function.__doc__
    return body


def _call(function: Callable[[Kit, C], object], case: C, kit: Kit) -> object:
    return function(kit, case)


def group(name: str) -> Registrar:
    """The decorator factory of one group."""
    return Registrar(name)


# --- capabilities ---------------------------------------------------------------------------------


def proof(*ids: str) -> Callable[[F], F]:
    """What has to hold when one of these is declared."""

    def register(function: F) -> F:
        for name in ids:
            _proofs[name] = function
        return function

    return register


def probe(*ids: str) -> Callable[[F], F]:
    """What is expected to fail when one of these is not declared."""

    def register(function: F) -> F:
        for name in ids:
            _probes[name] = function
        return function

    return register


def question(*ids: str) -> Callable[[F], F]:
    """Proof and probe in one: the same behaviour, expected or not."""

    def register(function: F) -> F:
        return probe(*ids)(proof(*ids)(function))

    return register


def by_itself(kit: Kit, name: str) -> None:
    """Run the probe of a question as a part of its proof."""
    _probes[name](kit)


def questions() -> list[Question]:
    """Every question with its proof and probe, in the order of `Capabilities`."""
    _load()
    ids = list(question_ids())
    missing = [name for name in ids if name not in _proofs or name not in _probes]
    unknown = sorted({*_proofs, *_probes} - set(ids))
    if missing or unknown:
        raise RuntimeError(f"Capabilities without proof or probe: {missing}; unknown: {unknown}")
    return [Question(name, _proofs[name], _probes[name]) for name in ids]


# --- all ------------------------------------------------------------------------------------------


def _load() -> None:
    for package in ("groups", "questions"):
        home = import_module(f"accord_conformance.{package}")
        for module in iter_modules(home.__path__):
            import_module(f"{home.__name__}.{module.name}")


@lru_cache(maxsize=1)
def all_tests() -> tuple[Test, ...]:
    """Every test of the kit, group by group, capabilities last."""
    _load()
    asked = [
        Test("capabilities", item.id, item.proof, question=item, on_doubles=False)
        for item in questions()
    ]
    found = [*_tests.values(), *asked]
    return tuple(sorted(found, key=lambda test: GROUPS.index(test.group)))


def select_tests(groups: Sequence[str] = (), names: Sequence[str] = ()) -> list[Test]:
    """The tests of some groups, or all; `names` are parts of ids."""
    unknown = [name for name in groups if name not in GROUPS]
    if unknown:
        raise ValueError(f"There is no group {unknown[0]!r}; there are {', '.join(GROUPS)}")
    return [
        test
        for test in all_tests()
        if (not groups or test.group in groups)
        and (not names or any(name in test.id for name in names))
    ]
