"""Statement: the immutable builder behind select, insert, update and delete.

A statement is the history of calls that made it. Each call answers with a new one holding one more
step; key and parameters grow with it, nothing is copied or looked into. What the history amounts to
(`parts`) is worked out once, when SQL has to be rendered or somebody asks; a cache hit never needs
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, Self

from accord.exc import ArgumentError

from .keys import lookup_key
from .nodes import NO_OPTIONS, BindParameter, ClauseElement, Executable

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

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
            has_anon = has_anon or argument.has_anon
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
    """A statement as the steps that built it; `steps` is never empty."""

    __slots__ = ("_lookup", "_parts", "execution_options_map", "steps")

    steps: tuple[Step, ...]
    cache_key: tuple[Hashable, ...]
    _lookup: Hashable

    def _begin(self, step: str, arguments: tuple[Any, ...]) -> None:
        self.execution_options_map: Mapping[str, Any] = NO_OPTIONS
        self.steps = ((step, arguments),)
        self._compose()

    def _compose(self) -> None:
        """Key, parameters and alias flag, from the steps."""
        self._lookup = None
        self.binds = ()
        self.has_anon = False
        keys: list[Hashable] = [self.visit_name]
        for step, arguments in self.steps:
            key, binds, has_anon = absorbed(arguments)
            keys.append((step, key))
            self.binds += binds
            self.has_anon = self.has_anon or has_anon
        self.cache_key = tuple(keys)

    def _then(self, step: str, *arguments: Any) -> Self:
        """A copy with one more step; see `absorbed` for its arguments."""
        key, binds, has_anon = absorbed(arguments)
        new = _new(type(self))
        added, key_added = (
            ((step, arguments),),
            ((step, key),),
        )  # tuples add faster than they unpack
        new.steps = self.steps + added
        new.cache_key = self.cache_key + key_added
        new.binds = self.binds + binds
        new.has_anon = self.has_anon or has_anon
        new.execution_options_map = self.execution_options_map
        new._lookup = None
        return new

    def _then_one(self, step: str, node: ClauseElement) -> Self:
        """`_then` for exactly one node, the frequent case."""
        new = _new(type(self))
        added, key_added = ((step, (node,)),), ((step, node.cache_key),)
        new.steps = self.steps + added
        new.cache_key = self.cache_key + key_added
        new.binds = self.binds + node.binds
        new.has_anon = self.has_anon or node.has_anon
        new.execution_options_map = self.execution_options_map
        new._lookup = None
        return new

    def _of_steps(self, steps: tuple[Step, ...]) -> Self:
        """A statement of other steps, with the execution options of this one."""
        new = _new(type(self))
        new.steps = steps
        new.execution_options_map = self.execution_options_map
        new._compose()
        return new

    @property
    def key(self) -> Any:
        key = self._lookup
        if key is None:
            binds = self.binds
            if self.has_anon or len(set(binds)) != len(binds):
                key = self._lookup = lookup_key(self)
            else:
                key = self._lookup = self.cache_key
        return key

    def execution_options(self, **options: Any) -> Self:
        new = _new(type(self))
        new.steps, new.cache_key = self.steps, self.cache_key
        new.binds, new.has_anon = self.binds, self.has_anon
        new.execution_options_map = {**self.execution_options_map, **options}
        new._lookup = self._lookup
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
