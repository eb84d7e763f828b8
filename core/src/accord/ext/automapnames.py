"""What automap calls things: classes, relationships, and the namespaces they are found in.

The functions have SQLAlchemy's signatures; a program passes its own to `prepare`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord.orm import backref, relationship
from accord.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, ItemsView, Iterator, KeysView, ValuesView

    from accord.schema import ForeignKeyConstraint, Table


class Namespace:
    """Classes by name, as attributes or by subscription."""

    def __init__(self) -> None:
        self._found: dict[str, Any] = {}

    def add(self, name: str, value: Any) -> None:
        """Put a class in."""
        self._found[name] = value

    def add_below(self, path: str, name: str, value: Any) -> None:
        """Put a class into the namespace of a module, ``"package.module"``."""
        here = self
        for part in path.split("."):
            here = here._found.setdefault(part, Namespace())
        here.add(name, value)

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __getitem__(self, name: str) -> Any:
        found = self._found
        if name not in found:
            shown = ", ".join(sorted(found)) or "nothing; call Base.prepare() first"
            raise KeyError(f"automap has made no class {name!r}; there is {shown}")
        return found[name]

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._found.values()))

    def __len__(self) -> int:
        return len(self._found)

    def get(self, name: str, default: Any = None) -> Any:
        """The class of that name, or `default`."""
        return self._found.get(name, default)

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._found.keys()

    def values(self) -> ValuesView[Any]:
        """The classes."""
        return self._found.values()

    def items(self) -> ItemsView[str, Any]:
        """Names and classes."""
        return self._found.items()

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._found})


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What was given to `prepare`."""

    classname: Callable[[Any, str, Table], str]
    modulename: Callable[[Any, str, Table], str | None] | None
    scalar: Callable[..., str]
    collection: Callable[..., str]
    generate: Callable[..., Any]
    collection_class: Any


def classname_for_table(base: Any, tablename: str, table: Table) -> str:
    """The name of the class: that of the table."""
    return str(tablename)


def name_for_scalar_relationship(
    base: Any, local_cls: type, referred_cls: type, constraint: ForeignKeyConstraint
) -> str:
    """The name of a many-to-one: that of the class, in lower case."""
    return referred_cls.__name__.lower()


def name_for_collection_relationship(
    base: Any, local_cls: type, referred_cls: type, constraint: ForeignKeyConstraint
) -> str:
    """The name of a collection: that of the class in lower case, and "_collection"."""
    return f"{referred_cls.__name__.lower()}_collection"


def generate_relationship(
    base: Any,
    direction: Any,
    return_fn: Callable[..., Any],
    attrname: str,
    local_cls: type,
    referred_cls: type,
    **kw: Any,
) -> Any:
    """Make a relationship, or the backref of one."""
    if return_fn is backref:
        return return_fn(attrname, **kw)
    if return_fn is relationship:
        return return_fn(referred_cls, **kw)
    raise TypeError(f"return_fn is backref or relationship, not {return_fn!r}")
