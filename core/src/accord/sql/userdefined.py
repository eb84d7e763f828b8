"""Constructs that users write: key, parameters and children out of their attributes.

A subclass of a node that declares no `__slots__` keeps what it was made of in its `__dict__`, and
need not call the constructor of its base. With ``inherit_cache = True`` those attributes become its
structural key; values in them that have no structure, or a class that does not promise anything,
make statements with it compile at each execution. In: a class, an object. Out: what every node
carries (clauses.py).
"""

from __future__ import annotations

import datetime as dt
import warnings
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from accord.exc import AccordWarning
from accord.sqltypes.base import TypeEngine

from .clauses import DERIVED, ClauseElement, Uncached

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from .nodes import BindParameter

_CARRIED: Final = ("cache_key", "binds", "has_anon")
_NO_PART: Final = DERIVED | {"execution_options_map"}
_IMMUTABLE: Final = (
    str, bytes, bool, int, float, complex, type(None), Decimal, UUID, Enum,
    dt.date, dt.time, dt.timedelta,
)  # fmt: skip


class Composition(NamedTuple):
    """What a construct carries."""

    cache_key: Hashable
    binds: tuple[BindParameter[Any], ...]
    has_anon: bool


def compose_from_attributes(cls: type[ClauseElement]) -> None:
    """Let objects of `cls` compose themselves when they are first asked."""
    own = vars(ClauseElement)
    for name in _CARRIED:
        if getattr(cls, name) is own[name] or isinstance(getattr(cls, name), _Carried):
            setattr(cls, name, _Carried(name))
    if cls.children is ClauseElement.children:
        cls.children = _children  # type: ignore[method-assign,assignment]  # of this class only
        if cls.shape is ClauseElement.shape:
            cls._compose = _compose_anew  # type: ignore[method-assign,assignment]  # as above


class _Carried:
    """`cache_key`, `binds` or `has_anon` of a construct: composed at first use. What the class it
    extends works out in its constructor is a part of it.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, node: Any, owner: Any = None) -> Any:
        return self if node is None else getattr(_composition(node), self.name)

    def __set__(self, node: Any, value: Any) -> None:
        own = vars(node)
        own["_base"] = {**own.get("_base", {}), self.name: value}
        own.pop("_composed", None)


def _compose_anew(node: ClauseElement) -> None:
    vars(node).pop("_composed", None)


def _composition(node: ClauseElement) -> Composition:
    own = vars(node)
    made: Composition | None = own.get("_composed")
    if made is None:
        made = own["_composed"] = _composed(node)
    return made


def _composed(node: ClauseElement) -> Composition:
    cls = type(node)
    base: Mapping[str, Any] = vars(node).get("_base", {})
    read = _Attributes()
    keys = [(name, read.key(value)) for name, value in _attributes(node)]
    # One in several attributes is in here several times: keys.py tells that from equal ones.
    binds = base.get("binds", ()) + read.binds
    has_anon = base.get("has_anon", False) or read.has_anon
    if _inherits_cache(cls) and read.understood:
        return Composition((cls, base.get("cache_key"), *keys), binds, has_anon)
    return Composition(Uncached(), binds, True)


_warned: set[type] = set()


def _inherits_cache(cls: type[ClauseElement]) -> bool:
    said = _said(cls)
    if said is None and cls not in _warned:
        _warned.add(cls)
        warnings.warn(
            f"statements with {cls.__qualname__} are compiled at each execution: give the class "
            "inherit_cache = True if the attributes of an object say all about its SQL, or False "
            "if they do not",
            AccordWarning,
            stacklevel=5,
        )
    return bool(said)


def _said(cls: type[ClauseElement]) -> bool | None:
    """What the class says of itself, or accord of everything derived from a class of its own."""
    for base in cls.__mro__:
        if "inherit_cache" in vars(base):
            said: bool | None = vars(base)["inherit_cache"]
            return said if base is cls or "__slots__" in vars(base) else None
    return None


def _attributes(node: ClauseElement) -> Iterable[tuple[str, Any]]:
    return [(name, value) for name, value in vars(node).items() if name not in _NO_PART]


def _children(node: ClauseElement) -> Iterable[ClauseElement]:
    """The nodes among the attributes of a construct."""
    read = _Attributes()
    for _, value in _attributes(node):
        read.key(value)
    return tuple(read.nodes)


class _Attributes:
    """Reads attributes: their structural keys, and the nodes and parameters in them."""

    def __init__(self) -> None:
        self.nodes: list[ClauseElement] = []
        self.binds: tuple[BindParameter[Any], ...] = ()
        self.has_anon = False
        self.understood = True  # everything seen so far has a structure

    def key(self, value: Any) -> Hashable:
        """The key of one attribute. The type is in it, for 1, 1.0 and True are equal to Python."""
        kind = type(value)
        if isinstance(value, ClauseElement):
            return self._node(value)
        if isinstance(value, TypeEngine):
            return value.key
        if isinstance(value, type):
            return value
        if isinstance(value, _IMMUTABLE):
            # The sign of a zero is part of the text and no part of equality.
            return (kind, repr(value)) if isinstance(value, float | Decimal) else (kind, value)
        if isinstance(value, tuple | list):
            return (kind, *[self.key(item) for item in value])
        if isinstance(value, dict):
            return (kind, *[(self.key(name), self.key(item)) for name, item in value.items()])
        element = getattr(value, "__clause_element__", None)
        if element is not None:
            return self._node(element())
        self.understood = False
        return None

    def _node(self, node: ClauseElement) -> Hashable:
        self.nodes.append(node)
        self.binds += node.binds
        self.has_anon = self.has_anon or node.has_anon
        return node.cache_key
