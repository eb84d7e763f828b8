"""The members of a collection, put in, taken out and counted without anybody being told.

Lowest module of the collection machinery: loaders and `relations` use it on whatever list, set or
dict a relationship holds. The tracked classes themselves, whose methods do report, are in
`collections`.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .collections import Collection
    from .relationships import RelationshipProperty


def bare_instance(cls: type) -> Any:
    """Return an object of `cls` made without its constructor, as loaders make them."""
    factory: Any = cls.__new__
    return factory(cls)


def new_collection(
    owner: object, prop: RelationshipProperty, items: Iterable[Any] = ()
) -> Collection:
    """Return a collection of `owner` holding `items`; nothing is tracked or reported."""
    collection: Collection = prop.make_collection()
    if items:
        fill(collection, items)
    collection._owner = weakref.ref(owner)
    collection._prop = prop
    return collection


def fill(collection: Any, items: Iterable[Any]) -> None:
    """Put `items` in without reporting anything."""
    if isinstance(collection, list):
        list.extend(collection, items)
    elif isinstance(collection, set):
        set.update(collection, items)
    else:
        for item in items:
            dict.__setitem__(collection, collection.keyfunc(item), item)


def put(collection: Any, item: Any) -> None:
    """Put one member in without reporting it."""
    if isinstance(collection, list):
        list.append(collection, item)
    elif isinstance(collection, set):
        set.add(collection, item)
    else:
        dict.__setitem__(collection, collection.keyfunc(item), item)


def take(collection: Any, item: Any) -> None:
    """Take one member out without reporting it."""
    if isinstance(collection, list):
        for index, member in enumerate(collection):
            if member is item:
                list.__delitem__(collection, index)
                return
    elif isinstance(collection, set):
        set.discard(collection, item)
    else:
        for key, member in list(collection.items()):
            if member is item:
                dict.__delitem__(collection, key)


def members(collection: Any) -> list[Any]:
    """Return the members of a collection as a list (the values of a dict)."""
    return list(collection.values() if isinstance(collection, dict) else collection)


def holds(collection: object, item: object) -> bool:
    """Tell whether `item` itself is a member, by identity."""
    return any(member is item for member in iterate(collection))


def iterate(collection: object) -> Iterator[Any]:
    """Iterate over the members of a collection."""
    if isinstance(collection, dict):
        return iter(collection.values())
    return iter(cast("Iterable[Any]", collection))


def rebind(owner: object, prop: RelationshipProperty, collection: Any) -> None:
    """Give a collection that was unpickled or copied to its owner."""
    collection._owner = weakref.ref(owner)
    collection._prop = prop
