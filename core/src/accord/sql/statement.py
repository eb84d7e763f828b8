"""Statement: the immutable builder behind select, insert, update and delete.

A statement is the history of calls that made it. Each call answers with a new one that holds its
arguments and points to the one before; key and parameters grow with it, nothing is looked into.
What the history amounts to (`parts`) is worked out once, when SQL has to be rendered or somebody
asks; a cache hit never needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, Self

from accord.exc import ArgumentError

from .keys import lookup_key
from .nodes import NO_OPTIONS, BindParameter, ClauseElement, Executable

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from typing_extensions import TypeVar

    Row_co = TypeVar("Row_co", covariant=True, default=Any)
else:
    from typing import TypeVar

    Row_co = TypeVar("Row_co", covariant=True)

Step = tuple[str, tuple[Any, ...]]
Binds = tuple[BindParameter[Any], ...]


def nodes_in(value: Any) -> Iterable[ClauseElement]:
    """The nodes in an argument, in order."""
    if isinstance(value, ClauseElement):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from nodes_in(item)


def absorbed(arguments: tuple[Any, ...]) -> tuple[Hashable, Binds, bool]:
    """What the arguments of a step contribute: structural key, parameters, whether aliases are in
    it.

    Arguments are nodes, options (objects with a `key`), plain values, and tuples of all of these.
    """
    keys: list[Hashable] = []
    binds: Binds = ()
    has_anon = False
    for argument in arguments:
        if isinstance(argument, ClauseElement):
            keys.append(argument.cache_key)
            binds += argument.binds
            if argument.has_anon:
                has_anon = True
        elif isinstance(argument, tuple):
            key, below, anon = absorbed(argument)
            keys.append(key)
            binds += below
            has_anon = has_anon or anon
        elif argument is None or argument is True or argument is False:
            keys.append(argument)
        else:
            keys.append(getattr(argument, "key", argument))
            binds += getattr(argument, "binds", ())
            has_anon = has_anon or getattr(argument, "has_anon", False)
    return tuple(keys), binds, has_anon


_new: Final = object.__new__


class TypedReturnsRows(Generic[Row_co]):
    """A statement whose rows have a type known to type checkers: ``TypedReturnsRows[tuple[int]]``.
    """

    __slots__ = ()


class Statement(ClauseElement, Executable):
    """A statement as the last call that made it, and the statement it was called on.

    What was `given` is the arguments of the call, as `absorbed` takes them, or its only argument if
    that is a node. The frequent calls of select.py and selectbase.py set these slots themselves.
    """

    __slots__ = ("_given", "_lookup", "_parts", "_previous", "_step", "execution_options_map")

    cache_key: tuple[Hashable, ...]
    _given: Any
    _lookup: Hashable
    """What compiled SQL is looked up by, where that is not `cache_key`."""
    _previous: Self | None
    _step: str

    def _begin(self, step: str, arguments: tuple[Any, ...]) -> None:
        key, self.binds, self.has_anon = absorbed(arguments)
        self.cache_key = (self.visit_name, key)
        self.execution_options_map: Mapping[str, Any] = NO_OPTIONS
        self._previous = None
        self._step = step
        self._given = arguments

    def _then(self, step: str, *arguments: Any) -> Self:
        """A statement with one more step; see `absorbed` for its arguments."""
        key, binds, has_anon = absorbed(arguments)
        new = _new(type(self))
        new.cache_key = self.cache_key + (step, key)  # noqa: RUF005 - tuples add fast
        new.binds = self.binds + binds
        new.has_anon = self.has_anon or has_anon
        new.execution_options_map = self.execution_options_map
        new._previous = self
        new._step = step
        new._given = arguments
        return new

    def _then_one(self, step: str, node: ClauseElement) -> Self:
        """`_then` for exactly one node, the frequent case."""
        new = _new(type(self))
        new.cache_key = self.cache_key + (step, node.cache_key)  # noqa: RUF005 - as above
        new.binds = self.binds + node.binds
        new.has_anon = self.has_anon or node.has_anon
        new.execution_options_map = self.execution_options_map
        new._previous = self
        new._step = step
        new._given = node
        return new

    def _of_steps(self, steps: Sequence[Step]) -> Self:
        """A statement of other steps, with the execution options of this one."""
        made: Self = _new(type(self))
        made._begin(*steps[0])
        for step, arguments in steps[1:]:
            made = made._then(step, *arguments)
        made.execution_options_map = self.execution_options_map
        return made

    def __getstate__(self) -> dict[str, Any]:
        return {"steps": self.steps, "execution_options_map": dict(self.execution_options_map)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.execution_options_map = state["execution_options_map"]
        self._become(self._of_steps(state["steps"]))

    def _become(self, other: Self) -> None:
        self.cache_key, self.binds, self.has_anon = other.cache_key, other.binds, other.has_anon
        self.execution_options_map = other.execution_options_map
        self._previous, self._step, self._given = other._previous, other._step, other._given

    @property
    def key(self) -> Any:
        binds = self.binds
        if not self.has_anon and len(set(binds)) == len(binds):
            return self.cache_key
        try:
            return self._lookup
        except AttributeError:
            key = self._lookup = lookup_key(self)
            return key

    @property
    def steps(self) -> tuple[Step, ...]:
        """The calls that made this statement, with their arguments, in order."""
        found: list[Step] = []
        statement: Statement | None = self
        while statement is not None:
            given = statement._given
            found.append((statement._step, given if type(given) is tuple else (given,)))
            statement = statement._previous
        found.reverse()
        return tuple(found)

    @property
    def first_step(self) -> tuple[Any, ...]:
        """The arguments of the call that began this statement."""
        statement: Statement = self
        while (previous := statement._previous) is not None:
            statement = previous
        given = statement._given
        return given if type(given) is tuple else (given,)

    def has_step(self, *names: str) -> str | None:
        """The first of the calls `names` that is part of this statement, looking back; or None."""
        statement: Statement | None = self
        while statement is not None:
            if statement._step in names:
                return statement._step
            statement = statement._previous
        return None

    def execution_options(self, **options: Any) -> Self:
        new = _new(type(self))
        new._become(self)
        new.execution_options_map = {**self.execution_options_map, **options}
        return new

    def options(self, *options: Any) -> Self:
        """Attach loader options; each has a `key`, which becomes part of this statement's."""
        for option in options:
            if not hasattr(option, "key"):
                raise ArgumentError(
                    "options() takes loader options such as selectinload(User.addresses), not "
                    f"{type(option).__name__}"
                )
        return self._then("options", *options)

    @property
    def parts(self) -> Any:
        """What the steps amount to; worked out on first use."""
        try:
            return self._parts
        except AttributeError:
            parts = self._new_parts()
            for step, arguments in self.steps:
                getattr(parts, step)(*arguments)
            self._parts: Any = parts
            return parts

    def _new_parts(self) -> Any:
        raise NotImplementedError

    @property
    def given_options(self) -> tuple[Any, ...]:
        """Every option of `options()`, in order."""
        return tuple([o for step, options in self.steps if step == "options" for o in options])

    def children(self) -> Iterable[ClauseElement]:
        for _, arguments in self.steps:
            yield from nodes_in(arguments)
