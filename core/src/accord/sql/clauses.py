"""What every piece of SQL carries: its structural key, its parameters, how to look below it.

Nodes are immutable. From construction each carries three things, composed from those of its parts:
`cache_key` (its structure, nested tuples, never a value and never a node), `binds` (the parameters
below it, in construction order) and `has_anon` (whether an alias is involved whose name is chosen
at rendering). Compiled SQL is found by key alone and takes its values from `binds` by position; so
whatever changes the text of a statement has to be in the key.
"""

from __future__ import annotations

import copy
import itertools
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from .compiled import CompiledStatement
    from .nodes import BindParameter

next_uid: Final[Callable[[], int]] = itertools.count(1).__next__


class Anon:
    """Stands in structural keys for one alias, subquery or CTE; columns of it carry the token
    alone.

    `structure` is the key of what is aliased. Before a look-up, tokens are replaced by their order
    of appearance (keys.py), so two constructions of one statement meet in the cache.
    """

    __slots__ = ("structure",)

    def __init__(self, structure: Hashable) -> None:
        self.structure = structure


class ClauseElement:
    """A piece of SQL."""

    __slots__ = ("binds", "cache_key", "has_anon")

    visit_name: ClassVar[str] = "clause"
    custom_render: ClassVar[Callable[..., str] | None] = None  # set by ext.compiler.compiles

    cache_key: Hashable
    binds: tuple[BindParameter[Any], ...]
    has_anon: bool

    def __clause_element__(self) -> Any:
        return self

    def children(self) -> Iterable[ClauseElement]:
        """The nodes directly below, in the order they are written."""
        return ()

    def get_children(self) -> Iterable[ClauseElement]:
        """`children`, by the name programs know it by."""
        return self.children()

    def compare(self, other: Any) -> bool:
        """Whether `other` is the same SQL with the same values."""
        from .keys import is_same

        return isinstance(other, ClauseElement) and is_same(self, other)

    def params(self, *given: Mapping[str, Any], **values: Any) -> Self:
        """A copy whose named parameters hold these values."""
        from .adapt import with_values

        merged = {k: v for mapping in given for k, v in mapping.items()}
        return with_values(self, {**merged, **values})

    def unique_params(self, *given: Mapping[str, Any], **values: Any) -> Self:
        """As `params`, the parameters being this copy's own: no value at execution reaches them."""
        from .adapt import with_own_values

        merged = {k: v for mapping in given for k, v in mapping.items()}
        return with_own_values(self, {**merged, **values})

    def self_group(self, against: Any = None) -> ClauseElement:
        """Itself: parentheses are the renderer's business."""
        return self

    def shape(self) -> tuple[Hashable, ...]:
        """What else decides the text of this node, besides its class and its children."""
        return ()

    def _compose(self) -> None:
        """Derive key, parameters and alias flag; the last thing a constructor does."""
        children = tuple(self.children())
        self.cache_key = (self.visit_name, *self.shape(), *[child.cache_key for child in children])
        self.binds = joined_binds(children)
        self.has_anon = any_anon(children)

    def __getstate__(self) -> dict[str, Any]:
        # Keys hold numbers of this process, so they are not pickled but made anew.
        state = {name: getattr(self, name) for name in slots_of(type(self)) if hasattr(self, name)}
        state.update(getattr(self, "__dict__", {}))
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self._compose()

    def compile(
        self,
        bind: Any = None,
        dialect: Any = None,
        *,
        compile_kwargs: Mapping[str, Any] | None = None,
    ) -> CompiledStatement:
        """This piece as SQL text with its parameters; `dialect` (or the bind's) decides the
        spelling."""
        from .compiled import compile_for_display

        if dialect is None and bind is not None:
            dialect = bind.dialect
        return compile_for_display(self, dialect, compile_kwargs or {})

    def __str__(self) -> str:
        return str(self.compile())

    def __bool__(self) -> bool:
        raise TypeError(
            "Boolean value of this clause is not defined: SQL is evaluated by the database; "
            "combine conditions with and_(), or_(), not_() or with &, |, ~"
        )


_COMPUTED: Final = frozenset({"binds", "cache_key", "has_anon", "token"})


def slots_of(cls: Any) -> list[str]:
    """The slots in which instances of `cls` keep what they were made of."""
    names: list[str] = []
    for base in cls.__mro__:
        slots = vars(base).get("__slots__", ())
        names.extend([slots] if isinstance(slots, str) else slots)
    return [
        name
        for name in names
        if name not in _COMPUTED
        and not name.startswith("_")
        and isinstance(getattr(cls, name, None), MemberDescriptorType)  # not a class-wide constant
    ]


def walk(node: ClauseElement) -> Iterator[ClauseElement]:
    """The node and everything below it, parents first."""
    yield node
    for child in node.children():
        yield from walk(child)


def joined_binds(parts: Iterable[ClauseElement]) -> tuple[BindParameter[Any], ...]:
    """The parameters of several nodes, in their order."""
    found: tuple[BindParameter[Any], ...] = ()
    for part in parts:
        found += part.binds
    return found


def any_anon(parts: Iterable[ClauseElement]) -> bool:
    """Whether an alias without a name is below one of several nodes."""
    for part in parts:  # noqa: SIM110 - any() costs twice as much here
        if part.has_anon:
            return True
    return False


class Executable:
    """Mixin of everything a connection can execute.

    `key` is what compiled SQL is looked up by; it is remembered in `_lookup` for repeated
    executions.
    """

    if not TYPE_CHECKING:
        __slots__ = ()  # the classes that mix this in have the two slots

    is_write: bool = False
    is_select: bool = False
    is_dml: bool = False
    is_insert: bool = False
    is_update: bool = False
    is_delete: bool = False
    is_text: bool = False
    is_ddl: bool = False

    execution_options_map: Mapping[str, Any]
    _lookup: Hashable

    @property
    def key(self) -> Any:
        """The structure of this statement: equal keys mean equal SQL, and equal order of
        `binds`."""
        try:
            return self._lookup
        except AttributeError:
            from .keys import lookup_key

            key = self._lookup = lookup_key(self)
            return key

    def get_execution_options(self) -> Mapping[str, Any]:
        return getattr(self, "execution_options_map", NO_OPTIONS)

    def execution_options(self, **options: Any) -> Self:
        """A copy that carries options for whoever executes it; they are no part of the SQL."""
        new = copy.copy(self)
        new.execution_options_map = {**self.get_execution_options(), **options}
        return new


NO_OPTIONS: Final[Mapping[str, Any]] = {}
