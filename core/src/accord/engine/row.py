"""Rows: tuples that know the names of their columns.

A `Row` is a tuple. Each list of columns has a small subclass, made once (`RowShape.row_class`): to
index, unpack, compare and hash is the tuple's own, attributes are C descriptors. In: raw tuples and
a shape. Out: rows, and `RowMapping`, their dictionary side, which also accepts column objects.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import (
    Hashable,
    ItemsView,
    Iterator,
    KeysView,
    Mapping,
    Sequence,
    ValuesView,
)
from functools import partial
from operator import itemgetter
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NoReturn, TypeAlias, TypeVar, cast

from accord.engine.convert import make_converter
from accord.exc import AmbiguousColumnError, NoSuchColumnError
from accord.sql.keys import normalized

if TYPE_CHECKING:
    from accord.engine.typedrow import IndexedRow
else:
    IndexedRow = tuple

TP = TypeVar("TP", bound=tuple[Any, ...])

Columns: TypeAlias = Sequence[Any]
"""What a result has for columns: names, or objects with a `name` (and `targets`, the objects they
answer to).
"""


class Row(IndexedRow[TP], Generic[TP]):
    """One row: a named tuple. `row.name`, `row[0]`, unpacking; ``row._mapping[table.c.name]`` for
    the rest.
    """

    __slots__ = ()

    _shape: ClassVar[RowShape]

    @property
    def _fields(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return self._shape.names

    @property
    def _mapping(self) -> RowMapping:
        """The row as a read-only mapping; keys are names, column objects are accepted as well."""
        return RowMapping(self)

    def _asdict(self) -> dict[str, Any]:
        """The row as a new dict."""
        self._shape.refuse_ambiguity()
        return dict(zip(self._shape.names, self, strict=True))

    def _tuple(self) -> TP:
        """The row, typed as the tuple it is."""
        return cast(TP, self)

    @property
    def _t(self) -> TP:
        return cast(TP, self)

    @property
    def t(self) -> TP:
        """The row, typed as the tuple it is."""
        return cast(TP, self)

    def tuple(self) -> TP:
        """The row, typed as the tuple it is."""
        return cast(TP, self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        hint = "".join(
            f"; write row.{key}.{name}, or take the objects themselves: scalars()"
            for key, value in zip(self._fields, self, strict=False)
            if hasattr(value, "__mapper__") and hasattr(type(value), name)
        )
        raise AttributeError(f"This row has no column {name!r}; {self._shape.listed()}{hint}")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(
            f"Rows are read-only: {name!r} cannot be set; take row._asdict() to change values"
        )

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Rows are read-only: {name!r} cannot be deleted")

    def __reduce__(self) -> Any:
        return _unpickle_row, (self._shape.names, tuple(self))


_RESERVED: Final = frozenset(vars(Row)) - {"t", "tuple"}


class RowShape:
    """The columns of a result: their names, how they are looked up, and the class of the rows."""

    __slots__ = (
        "_ambiguous",
        "_positions",
        "_row_class",
        "_targets",
        "columns",
        "converter",
        "names",
        "repeats_aliases",
    )

    def __init__(self, columns: Columns) -> None:
        self.names: tuple[str, ...] = tuple([column_name(column) for column in columns])
        self.columns = tuple(columns)
        self.converter = make_converter([getattr(column, "result", None) for column in columns])
        """Makes Python values of raw rows; None where nothing has to be done."""
        self.repeats_aliases = _repeats_aliases(self.columns)
        """Whether two columns are told apart only by the alias object they belong to."""
        self._positions: dict[str, int] = {}
        self._ambiguous: set[str] = set()
        for position, (name, column) in enumerate(zip(self.names, columns, strict=True)):
            if isinstance(column, str):  # names only, from the driver: the last one wins
                self._positions[name] = position
            elif self._positions.setdefault(name, position) != position:
                self._ambiguous.add(name)
        for position, column in enumerate(columns):
            key = getattr(column, "key", None)
            if isinstance(key, tuple) and key[0] == "function" and isinstance(key[3], tuple):
                self._positions.setdefault(key[2], position)  # count_1 is row.count, too
            also = getattr(column, "also", None)
            if also is not None:
                self._positions.setdefault(also, position)
        self._targets: dict[Hashable, int] | None = None
        self._row_class: type[Row[Any]] | None = None

    def answer_to(self, name: str, position: int) -> None:
        """A column has another name besides, unless another column has that."""
        if self._positions.setdefault(name, position) == position:
            self._row_class = None

    def seen_by(self, elements: Sequence[Any]) -> RowShape:
        """The same columns, found by the very objects of one statement (aliases of one table)."""
        new: RowShape = object.__new__(RowShape)
        for slot in RowShape.__slots__:
            setattr(new, slot, getattr(self, slot))
        new._targets = {}
        for place, element in enumerate(elements):
            for key in _unwrapped(element.cache_key):
                new._targets.setdefault(key, place)
        namespace = {"__slots__": (), "_shape": new, "__module__": __name__}
        new._row_class = type("Row", (self.row_class,), namespace)
        return new

    @property
    def row_class(self) -> type[Row[Any]]:
        """The class of the rows of this shape."""
        if self._row_class is None:
            self._row_class = self._make_class()
        return self._row_class

    def _make_class(self) -> type[Row[Any]]:
        namespace: dict[str, Any] = {"__slots__": (), "_shape": self, "__module__": __name__}
        for name, position in self._positions.items():
            if name in _RESERVED or (name.startswith("__") and name.endswith("__")):
                continue
            if name in self._ambiguous:
                namespace[name] = property(partial(_refuse_ambiguous, name))
            else:
                namespace[name] = property(itemgetter(position))
        return type("Row", (Row,), namespace)

    def position(self, key: object) -> int:
        """The index of the column that `key` (a name, an index or a column object) stands for."""
        if isinstance(key, str):
            if key in self._ambiguous:
                _refuse_ambiguous(key, None)
            found = self._positions.get(key)
        elif isinstance(key, int):
            found = (
                range(len(self.names))[key] if -len(self.names) <= key < len(self.names) else None
            )
        else:
            found = self._by_target(key)
        if found is None:
            raise NoSuchColumnError(
                f"No column {_shown(key)} in this row; {self.listed()}{self._by_name(key)}"
            )
        return found

    def _by_name(self, key: object) -> str:
        """Advice for a column object whose name is here, in rows that know nothing but names."""
        name = getattr(key, "name", None)
        if isinstance(key, str) or name not in self._positions:
            return ""
        if any(isinstance(column, str) for column in self.columns):
            return f" (rows of text and unpickled rows know names only: ask for {name!r})"
        return f" (that {name!r} is the column of something else, a table or an alias)"

    def has(self, key: object) -> bool:
        """Whether `key` stands for a column."""
        if isinstance(key, str):
            return key in self._positions
        return not isinstance(key, int) and self._by_target(key) is not None

    def _by_target(self, key: object) -> int | None:
        targets = self._targets
        if targets is None:
            targets = self._targets = {}
            for position, column in enumerate(self.columns):
                for known in _keys_of_column(column):
                    targets.setdefault(known, position)
        try:
            for candidate in _keys_of_target(key):
                if candidate in targets:
                    return targets[candidate]
        except TypeError:  # not hashable
            pass
        return None

    def refuse_ambiguity(self) -> None:
        """Raise if a name stands for more than one column."""
        for name in self._ambiguous:
            _refuse_ambiguous(name, None)

    def listed(self) -> str:
        """The columns, for an error message."""
        return f"its columns are: {', '.join(self.names) or '(none)'}"


def column_name(column: Any) -> str:
    """The name of one entry of a result's columns."""
    return column if isinstance(column, str) else cast(str, column.name)


def _keys_of_column(column: Any) -> Iterator[Hashable]:
    """What one entry of a result's columns answers to, besides its name."""
    for target in getattr(column, "targets", ()):
        yield from _keys_of_target(target)
    key = getattr(column, "key", None)
    if isinstance(key, tuple):
        yield from _unwrapped(normalized(key))


def _keys_of_target(target: Any) -> Iterator[Hashable]:
    """What a column object is looked up by: its structural key, so that equal expressions agree,
    and those of the columns it stands for; for anything else the object itself.
    """
    node = target
    if not isinstance(node, type) and hasattr(node, "__clause_element__"):
        node = node.__clause_element__()
    key = getattr(node, "cache_key", None)
    if not isinstance(key, tuple):
        yield cast(Hashable, target)
        return
    yield from _unwrapped(key)
    if getattr(node, "has_anon", False):
        yield from _unwrapped(normalized(key))


def _unwrapped(key: Hashable) -> Iterator[Hashable]:
    """A key, and those of what it labels or maps."""
    yield key
    while isinstance(key, tuple):
        if len(key) == 3 and key[0] == "label":
            key = key[2]
        elif len(key) == 4 and key[0] == "entity_column":
            key = key[3]
        elif len(key) == 2 and key[0] == "distinct":
            key = key[1]
        else:
            return
        yield key


def _repeats_aliases(columns: Columns) -> bool:
    keys = [key for column in columns if isinstance(key := getattr(column, "key", None), tuple)]
    return len(keys) > 1 and len({normalized(key) for key in keys}) < len(set(keys))


def _shown(key: object) -> str:
    if isinstance(key, str | int):
        return repr(key)
    name = getattr(key, "name", None)
    return repr(name) if isinstance(name, str) else f"for an object of type {type(key).__name__}"


def _refuse_ambiguous(name: str, _row: object) -> NoReturn:
    raise AmbiguousColumnError(
        f"The column name {name!r} is ambiguous, the result has it more than once; label the "
        "columns, or use their positions"
    )


class _Shapes:
    """Shapes by their columns, bounded, the least recently made dropped first.

    Entries for a tuple of column objects are found by its identity (the tuple is kept alive by the
    entry); lists of plain names by value.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[Columns, RowShape]] = OrderedDict()

    def get(self, columns: Columns) -> RowShape:
        key: Hashable
        if isinstance(columns, tuple) and columns and not isinstance(columns[0], str):
            key = id(columns)
        else:
            columns = key = tuple(columns)
        try:
            found = self._kept.get(key)
        except TypeError:  # a list of unhashable column objects
            return RowShape(columns)
        if found is not None and (found[0] is columns or isinstance(key, tuple)):
            return found[1]
        shape = RowShape(columns)
        with self._lock:
            self._kept[key] = (columns, shape)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return shape

    def __len__(self) -> int:
        return len(self._kept)


_shapes: Final = _Shapes(512)
shape_of: Final = _shapes.get


def _unpickle_row(names: tuple[str, ...], values: tuple[Any, ...]) -> Row[Any]:
    return shape_of(names).row_class(values)


class RowMapping(Mapping[Any, Any]):
    """A row as a read-only mapping from column name (or column object) to value."""

    __slots__ = ("_row",)

    def __init__(self, row: Row[Any]) -> None:
        self._row = row

    def __getitem__(self, key: object) -> Any:
        row = self._row
        if isinstance(key, int):
            raise NoSuchColumnError(
                f"A row mapping has no positions; write row[{key}] on the row. "
                + row._shape.listed().capitalize()
            )
        return row[row._shape.position(key)]

    def __contains__(self, key: object) -> bool:
        return self._row._shape.has(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._row._shape.names)

    def __len__(self) -> int:
        return len(self._row)

    def keys(self) -> KeysView[str]:
        return ResultKeys(self._row._shape)

    def values(self) -> ValuesView[Any]:
        return _Values(self)

    def items(self) -> ItemsView[str, Any]:
        return _Items(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return self._row._asdict() == dict(other.items())

    def __hash__(self) -> int:
        return hash(frozenset(self.items()))

    def __repr__(self) -> str:
        return repr(self._row._asdict())

    def __reduce__(self) -> Any:
        return RowMapping, (self._row,)


class _Values(ValuesView[Any]):
    """Values by position, so that ambiguous names do not matter."""

    def __init__(self, mapping: RowMapping) -> None:
        super().__init__(mapping)
        self._values = tuple(mapping._row)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __contains__(self, value: object) -> bool:
        return value in self._values


class _Items(ItemsView[str, Any]):
    """Pairs by position, so that ambiguous names do not matter."""

    def __init__(self, mapping: RowMapping) -> None:
        super().__init__(mapping)
        self._pairs = tuple(zip(mapping, mapping._row, strict=True))

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self._pairs)


class ResultKeys(KeysView[str]):
    """The names of the columns of a result or row; ``in`` takes column objects as well."""

    __slots__ = ("_shape",)

    def __init__(self, shape: RowShape) -> None:
        self._shape = shape

    def __len__(self) -> int:
        return len(self._shape.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._shape.names)

    def __contains__(self, key: object) -> bool:
        return self._shape.has(key)

    def __eq__(self, other: object) -> bool:
        return (
            list(self) == list(other) if isinstance(other, Sequence | KeysView) else NotImplemented
        )

    __hash__ = None  # type: ignore[assignment]  # compares by content

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self)!r})"


RMKeyView = ResultKeys
