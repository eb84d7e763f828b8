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
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from .compilation import CompiledStatement
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


class Uncached(Anon):
    """Stands in the key of a construct whose text its key does not decide: a statement with one is
    compiled at each execution.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(None)


class ClauseElement:
    """A piece of SQL.

    A class with `__slots__` composes its key itself, from `shape()` and `children()`. One without
    is a construct that a user wrote: its attributes are its key (userdefined.py).
    """

    __slots__ = ("binds", "cache_key", "has_anon")

    visit_name: ClassVar[str] = "clause"
    custom_render: ClassVar[Callable[..., str] | None] = None  # set by ext.compiler.compiles
    inherit_cache: ClassVar[bool | None] = None
    """For constructs users write: whether the attributes of one say all about its text, so that
    SQL compiled for it serves others that look the same. Each class says it for itself."""
    readable_by: ClassVar[str | None] = None
    """Who writes a construct of a dialect for `str()`: "package.module:Renderer"."""
    __accord_column__: Any = None  # of a mapped attribute: the node of its column
    has_identity: ClassVar[bool] = False
    """Whether each object is a thing of its own (a table, a column of one, DDL), whose key is its
    number."""

    cache_key: Hashable
    binds: tuple[BindParameter[Any], ...]
    has_anon: bool

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if "__slots__" not in vars(cls) and not cls.has_identity:
            from .userdefined import compose_from_attributes

            compose_from_attributes(cls)

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
        return made_of(self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self._compose()

    def compile(
        self,
        bind: Any = None,
        dialect: Any = None,
        *,
        column_keys: Sequence[str] | None = None,
        schema_translate_map: Mapping[str | None, str | None] | None = None,
        compile_kwargs: Mapping[str, Any] | None = None,
    ) -> CompiledStatement:
        """This piece as SQL text with its parameters, as `dialect` (an instance or a class) writes
        it, or that of an engine or connection, or standard SQL.

        `column_keys` are the columns an INSERT or UPDATE is to get values for.
        ``compile_kwargs={"literal_binds": True}`` writes values into the text; with
        ``"render_postcompile": True`` the values of IN lists are parameters of their own.
        """
        from .compilation import compile_element

        options = dict(compile_kwargs or {})
        if column_keys is not None:
            options["column_keys"] = column_keys
        if schema_translate_map is not None:
            options["schema_translate_map"] = schema_translate_map
        return compile_element(self, bind, dialect, options)

    def __str__(self) -> str:
        from .compilation import readable

        return readable(self)

    def __repr__(self) -> str:
        text = " ".join(str(self).split())
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        return f"<{type(self).__name__} {shown}>"

    def __bool__(self) -> bool:
        raise TypeError(
            "Boolean value of this clause is not defined: SQL is evaluated by the database; "
            "combine conditions with and_(), or_(), not_() or with &, |, ~"
        )


_SHOWN: Final = 300  # characters of a repr
_COMPUTED: Final = frozenset({"binds", "cache_key", "has_anon", "token"})
DERIVED: Final = frozenset({"_base", "_composed", "_lookup", "_parts"})
"""What is kept in the `__dict__` of a user's construct and is no attribute of it."""


def made_of(node: ClauseElement) -> dict[str, Any]:
    """The attributes a node was made of, by name."""
    found = {name: getattr(node, name) for name in slots_of(type(node)) if hasattr(node, name)}
    own: dict[str, Any] = getattr(node, "__dict__", {})
    found.update({name: value for name, value in own.items() if name not in DERIVED})
    return found


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


class UpdateBase(ClauseElement, Executable):
    """A statement that changes data: INSERT, UPDATE, DELETE, and what users write of that kind."""

    __slots__ = ()

    is_write = True


NO_OPTIONS: Final[Mapping[str, Any]] = {}
