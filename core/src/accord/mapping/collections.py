"""The collections behind to-many relationships: list, set and dict that report what is put in and
taken out.

In: plain collection operations by user code. Out: the same operation plus tracking (the owner
becomes dirty, the members it had are remembered), backrefs and cascades, all through `relations`.
What reports nothing is in `members`. The link to the owner is weak: an owner and
its collections are freed by reference counting alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar, cast

from accord import exc

from . import relations

if TYPE_CHECKING:
    import weakref
    from collections.abc import Callable, Iterable

    from .relationships import RelationshipProperty

T = TypeVar("T")
K = TypeVar("K")


class _Tracked:
    """What the three collections share: whose they are."""

    __slots__ = ()

    _owner: weakref.ref[object] | None
    _prop: RelationshipProperty

    def _before_add(self, item: T) -> T:
        if self._owner is None:
            return item
        relations.check_member(self._prop, item)
        added: T = relations.before_add(self._alive(), self._prop, self, item)
        return added

    def _after_add(self, item: object) -> None:
        if self._owner is not None:
            relations.after_add(self._alive(), self._prop, item)

    def _before_remove(self, item: object) -> None:
        if self._owner is not None:
            relations.before_remove(self._alive(), self._prop, self, item)

    def _after_remove(self, item: object) -> None:
        if self._owner is not None:
            relations.after_remove(self._alive(), self._prop, item)

    def _alive(self) -> object:
        assert self._owner is not None
        owner = self._owner()
        if owner is None:
            raise exc.ObjectDereferencedError(
                f"The object that this {self._prop} belongs to is gone; keep a reference to it "
                "while its "
                "collection is changed"
            )
        return owner

    def _replace(self, new: list[Any], old: list[Any]) -> None:
        """Report a wholesale change after it happened; `new` and `old` are members."""
        kept = {id(item) for item in new}
        for item in old:
            if id(item) not in kept:
                self._after_remove(item)
        known = {id(item) for item in old}
        for item in new:
            if id(item) not in known:
                self._after_add(item)


class InstrumentedList(list[T], _Tracked):
    """The list of a to-many relationship."""

    __slots__ = ("_owner", "_prop")

    def __init__(self, items: Iterable[T] = ()) -> None:
        list.__init__(self, items)
        self._owner = None

    def append(self, item: T) -> None:
        link = self._owner
        if link is None:
            list.append(self, item)
            return
        owner, prop = link(), self._prop
        if owner is None:
            item = self._before_add(item)  # says what is wrong
        item = relations.before_add(owner, prop, self, item)
        list.append(self, item)
        relations.after_add(owner, prop, item)

    def insert(self, index: SupportsIndex, item: T) -> None:
        item = self._before_add(item)
        list.insert(self, index, item)
        self._after_add(item)

    def extend(self, items: Iterable[T]) -> None:
        for item in list(items):
            self.append(item)

    def __iadd__(self, items: Iterable[T]) -> InstrumentedList[T]:  # type: ignore[misc,override]  # in place, as list, set and dict do
        self.extend(items)
        return self

    def remove(self, item: T) -> None:
        if item not in self:
            raise ValueError("list.remove(x): x not in list")
        self._before_remove(item)
        list.remove(self, item)
        self._after_remove(item)

    def pop(self, index: SupportsIndex = -1) -> T:
        item = self[index]
        self._before_remove(item)
        list.pop(self, index)
        self._after_remove(item)
        return item

    def clear(self) -> None:
        self[:] = []

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            old = list(self)
            items = [self._before_add(item) for item in value]
            for item in old:
                self._before_remove(item)
            list.__setitem__(self, index, items)
            self._replace(list(self), old)
            return
        removed = self[index]
        value = self._before_add(value)
        self._before_remove(removed)
        list.__setitem__(self, index, value)
        self._replace([value], [removed])

    def __delitem__(self, index: Any) -> None:
        removed = self[index] if isinstance(index, slice) else [self[index]]
        for item in removed:
            self._before_remove(item)
        list.__delitem__(self, index)
        for item in removed:
            self._after_remove(item)

    def __imul__(self, count: Any) -> Any:  # type: ignore[misc]  # in place, as list, set and dict do
        raise TypeError("a relationship's list cannot be multiplied: an object belongs to it once")

    def copy(self) -> list[T]:
        return list(self)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return (type(self), (list(self),))


class InstrumentedSet(set[T], _Tracked):
    """The set of a to-many relationship."""

    __slots__ = ("_owner", "_prop")

    def __init__(self, items: Iterable[T] = ()) -> None:
        set.__init__(self, items)
        self._owner = None

    def add(self, item: T) -> None:
        if item in self:
            return
        item = self._before_add(item)
        set.add(self, item)
        self._after_add(item)

    def discard(self, item: Any) -> None:
        if item in self:
            self.remove(item)

    def remove(self, item: T) -> None:
        if item not in self:
            raise KeyError(item)
        self._before_remove(item)
        set.remove(self, item)
        self._after_remove(item)

    def pop(self) -> T:
        if not self:
            raise KeyError("pop from an empty set")
        item = next(iter(self))
        self.remove(item)
        return item

    def clear(self) -> None:
        for item in list(self):
            self.remove(item)

    def update(self, *others: Iterable[T]) -> None:
        for other in others:
            for item in list(other):
                self.add(item)

    def difference_update(self, *others: Iterable[Any]) -> None:
        for other in others:
            for item in list(other):
                self.discard(item)

    def intersection_update(self, *others: Iterable[Any]) -> None:
        keep = set(self).intersection(*others)
        for item in list(self):
            if item not in keep:
                self.remove(item)

    def symmetric_difference_update(self, other: Iterable[T]) -> None:
        for item in list(other):
            if item in self:
                self.remove(item)
            else:
                self.add(item)

    def __ior__(self, other: Any) -> Any:  # type: ignore[misc]  # in place, as list, set and dict do
        self.update(other)
        return self

    def __isub__(self, other: Any) -> Any:  # type: ignore[misc]  # in place, as list, set and dict do
        self.difference_update(other)
        return self

    def __iand__(self, other: Any) -> Any:  # type: ignore[misc]  # in place, as list, set and dict do
        self.intersection_update(other)
        return self

    def __ixor__(self, other: Any) -> Any:  # type: ignore[misc]  # in place, as list, set and dict do
        self.symmetric_difference_update(other)
        return self

    def copy(self) -> set[T]:
        return set(self)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return (type(self), (list(self),))


class KeyFuncDict(dict[K, T], _Tracked):
    """The dict of a to-many relationship; `keyfunc(member)` is the key of a member."""

    __slots__ = ("_owner", "_prop", "keyfunc")

    def __init__(self, keyfunc: Callable[[Any], K], items: Iterable[T] = ()) -> None:
        self.keyfunc = keyfunc
        self._owner = None
        dict.__init__(self, ((keyfunc(item), item) for item in items))

    def set(self, item: T) -> None:
        """Put a member in under its own key."""
        self[self.keyfunc(item)] = item

    def remove(self, item: T) -> None:
        """Take a member out."""
        del self[self.keyfunc(item)]

    def __setitem__(self, key: K, item: T) -> None:
        if key in self:
            if self[key] is item:
                return
            del self[key]
        item = self._before_add(item)
        dict.__setitem__(self, key, item)
        self._after_add(item)

    def __delitem__(self, key: K) -> None:
        item = self[key]
        self._before_remove(item)
        dict.__delitem__(self, key)
        self._after_remove(item)

    def pop(self, key: K, *default: Any) -> Any:
        if key not in self:
            if default:
                return default[0]
            raise KeyError(key)
        item = self[key]
        del self[key]
        return item

    def popitem(self) -> tuple[K, T]:
        if not self:
            raise KeyError("popitem(): dictionary is empty")
        key = next(reversed(self))
        return key, self.pop(key)

    def setdefault(self, key: K, item: Any = None) -> Any:
        if key not in self:
            self[key] = item
        return self[key]

    def update(self, *args: Any, **kw: Any) -> None:
        for key, item in dict(*args, **kw).items():
            self[key] = item

    def clear(self) -> None:
        for key in list(self):
            del self[key]

    def __ior__(self, other: Any) -> Any:  # type: ignore[misc]  # in place, as list, set and dict do
        self.update(other)
        return self

    def copy(self) -> dict[K, T]:
        return dict(self)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return (_rebuild_dict, (self.keyfunc, list(self.values())))


MappedCollection = KeyFuncDict
Collection = InstrumentedList[Any] | InstrumentedSet[Any] | KeyFuncDict[Any, Any]


class AttributeKey:
    """The key function of `attribute_keyed_dict`: a named attribute of the member. Picklable."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, item: object) -> Any:
        return getattr(item, self.name)


def _rebuild_dict(keyfunc: Callable[[Any], Any], items: list[Any]) -> KeyFuncDict[Any, Any]:
    return KeyFuncDict(keyfunc, items)


def keyfunc_mapping(keyfunc: Callable[[Any], Any]) -> Callable[[], KeyFuncDict[Any, Any]]:
    """Return a `collection_class` that keeps members in a dict under ``keyfunc(member)``."""
    return lambda: KeyFuncDict(keyfunc)


mapped_collection = keyfunc_mapping


def attribute_keyed_dict(name: str) -> Callable[[], KeyFuncDict[Any, Any]]:
    """Return a `collection_class` that keeps members in a dict under one of their attributes."""
    return keyfunc_mapping(AttributeKey(name))


attribute_mapped_collection = attribute_keyed_dict


def column_keyed_dict(column: Any) -> Callable[[], KeyFuncDict[Any, Any]]:
    """Return a `collection_class` that keeps members in a dict under the value of a column."""

    def key(item: object) -> Any:
        mapper = type(item).__mapper__  # type: ignore[attr-defined]  # set by mapping
        return getattr(item, mapper.key_for_column(column))

    return keyfunc_mapping(key)


column_mapped_collection = column_keyed_dict


def collection_type(prop: RelationshipProperty) -> Callable[[], Collection]:
    """Return what makes an empty collection for `prop`, from its `collection_class`."""
    wanted = prop.collection_class
    if wanted is None or wanted is list:
        return InstrumentedList
    if wanted is set:
        return InstrumentedSet
    made = wanted()
    if isinstance(made, InstrumentedList | InstrumentedSet | KeyFuncDict):
        return cast("Callable[[], Collection]", wanted)
    if isinstance(made, list):
        return type(f"Instrumented{type(made).__name__}", (InstrumentedList, type(made)), {})
    if isinstance(made, set):
        return type(f"Instrumented{type(made).__name__}", (InstrumentedSet, type(made)), {})
    raise TypeError(
        f"collection_class of {prop} makes a {type(made).__name__}; write list, set, "
        "attribute_keyed_dict('name') or a subclass of list or set"
    )
