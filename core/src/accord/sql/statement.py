"""Statement: the immutable builder behind select, insert, update and delete.

A statement is the history of calls that made it. Each call answers with a new one holding one more step;
key and parameters grow with it, nothing is copied or looked into. What the history amounts to (`parts`) is
worked out once, when SQL has to be rendered or somebody asks; a cache hit never needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from .nodes import NO_OPTIONS, BindParameter, ClauseElement, Executable

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

Step = tuple[str, tuple[Any, ...]]
Binds = tuple[BindParameter[Any], ...]


def structure_of(value: Any) -> Hashable:
    """The structural key of an argument: of a node, of tuples of them, of an option; else the value."""
    if isinstance(value, ClauseElement):
        return value.cache_key
    if isinstance(value, tuple):
        return tuple([structure_of(item) for item in value])
    key: Hashable = getattr(value, "key", value)
    return key


def nodes_in(value: Any) -> Iterable[ClauseElement]:
    """The nodes in an argument, in order."""
    if isinstance(value, ClauseElement):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from nodes_in(item)


class Statement(ClauseElement, Executable):
    """A statement as the steps that built it; `steps` is never empty."""

    __slots__ = ("_lookup", "_parts", "execution_options_map", "steps")

    steps: tuple[Step, ...]
    cache_key: tuple[Hashable, ...]

    def _begin(self, step: str, arguments: tuple[Any, ...]) -> None:
        self.execution_options_map: Mapping[str, Any] = NO_OPTIONS
        self.steps = ((step, arguments),)
        self._compose()

    def _compose(self) -> None:
        """Key, parameters and alias flag, from the steps."""
        binds: list[BindParameter[Any]] = []
        has_anon = False
        for name, arguments in self.steps:
            carriers = arguments if name == "options" else nodes_in(arguments)
            for carrier in carriers:
                binds.extend(getattr(carrier, "binds", ()))
                has_anon = has_anon or getattr(carrier, "has_anon", False)
        self.binds = tuple(binds)
        self.has_anon = has_anon
        self.cache_key = (
            self.visit_name,
            *[(name, structure_of(args)) for name, args in self.steps],
        )

    def _then(self, step: str, *arguments: Any) -> Self:
        """A copy with one more step whose arguments are nodes, tuples of nodes, or plain values."""
        new = object.__new__(type(self))
        new.steps = (*self.steps, (step, arguments))
        new.cache_key = (*self.cache_key, (step, structure_of(arguments)))
        new.execution_options_map = self.execution_options_map
        binds: Binds = ()
        has_anon = self.has_anon
        for node in nodes_in(arguments):
            binds += node.binds
            has_anon = has_anon or node.has_anon
        new.binds = self.binds + binds
        new.has_anon = has_anon
        return new

    def _then_one(self, step: str, node: ClauseElement) -> Self:
        """`_then` for exactly one node, the frequent case."""
        new = object.__new__(type(self))
        new.steps = (*self.steps, (step, (node,)))
        new.cache_key = (*self.cache_key, (step, node.cache_key))
        new.execution_options_map = self.execution_options_map
        new.binds = self.binds + node.binds
        new.has_anon = self.has_anon or node.has_anon
        return new

    def execution_options(self, **options: Any) -> Self:
        new = object.__new__(type(self))
        new.steps, new.cache_key = self.steps, self.cache_key
        new.binds, new.has_anon = self.binds, self.has_anon
        new.execution_options_map = {**self.execution_options_map, **options}
        return new

    def options(self, *options: Any) -> Self:
        """Attach loader options; each has a `key`, which becomes part of this statement's."""
        new = self._then("options", *options)
        for option in options:
            new.binds += getattr(option, "binds", ())
            new.has_anon = new.has_anon or getattr(option, "has_anon", False)
        return new

    def params(self, *given: Mapping[str, Any], **values: Any) -> Self:
        """A copy whose named parameters hold these values."""
        from .adapt import with_values

        for mapping in given:
            values = {**mapping, **values}
        return with_values(self, values)

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
