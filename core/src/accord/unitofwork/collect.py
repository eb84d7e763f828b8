"""Stage 1: what a session has to write.

In: the session's registries. Out: `Work`, its new, changed and deleted objects by mapper;
`net_changes`, which columns of the changed ones really differ from their rows; `Previous`, what
those rows hold now. Pure: old values that nobody loaded are only named here and read by the
flush, in one SELECT.
"""

from __future__ import annotations

import datetime
import decimal
import operator
import uuid
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from accord.records import dataclass
from accord.sql.nodes import ClauseElement
from accord.sqltypes.base import TypeEngine
from accord.state import NOT_LOADED, STATE_KEY, Change

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from accord.dialect.steps import Steps
    from accord.mapping import Mapper

    from .protocols import FlushSession, Loader

ByMapper = dict["Mapper", list[object]]
Names = tuple[str, ...]
ByNames = dict[Names, list[object]]

#: Values of these compare with `==`, whatever they are compared with.
_COMPARABLE: Final = frozenset(
    {
        bool,
        bytes,
        int,
        float,
        str,
        type(None),
        datetime.date,
        datetime.datetime,
        datetime.time,
        datetime.timedelta,
        decimal.Decimal,
        uuid.UUID,
        type(NOT_LOADED),
    }
)


@dataclass(frozen=True, slots=True)
class Work:
    """The objects of one flush. An object that is to be deleted is not among the changed ones."""

    new: ByMapper
    #: By mapper, then by the attributes that were written.
    changed: dict[Mapper, ByNames]
    deleted: ByMapper


def collect(session: FlushSession) -> Work:
    """Return what `session` has to write, each object under its mapper."""
    deleted = session.deleted_objects
    changed: Collection[object] = session.dirty_objects.values()
    if deleted:
        changed = [obj for key, obj in session.dirty_objects.items() if key not in deleted]
    return Work(
        by_mapper(session.new_objects.values()) if session.new_objects else {},
        by_names(changed) if changed else {},
        by_mapper(deleted.values()) if deleted else {},
    )


def by_names(objs: Iterable[object]) -> dict[Mapper, ByNames]:
    """Group changed objects by mapper, and by the attributes that were written."""
    groups: dict[tuple[type, Names], list[object]] = {}
    for obj in objs:
        key = (type(obj), tuple(vars(obj)[STATE_KEY].changes or ()))
        group = groups.get(key)
        if group is None:
            groups[key] = [obj]
        else:
            group.append(obj)
    found: dict[Mapper, ByNames] = {}
    for (cls, names), group in groups.items():
        found.setdefault(mapper_of(cls), {}).setdefault(names, []).extend(group)
    return found


def flat(groups: ByNames) -> list[object]:
    """Return the objects of all groups."""
    return [obj for group in groups.values() for obj in group]


def by_mapper(objs: Iterable[object]) -> ByMapper:
    """Group objects by the mapper of their class, keeping their order."""
    listed = list(objs)
    kinds = list(map(type, listed))
    classes = dict.fromkeys(kinds)
    if len(classes) == 1:
        return {mapper_of(kinds[0]): listed}
    found: ByMapper = {}
    for cls in classes:  # once through for each class: there are few, and no call is made
        group = [obj for obj, kind in zip(listed, kinds, strict=True) if kind is cls]
        found.setdefault(mapper_of(cls), []).extend(group)
    return found


def mapper_of(cls: type) -> Mapper:
    """Return the mapper of a mapped class."""
    mapper: Mapper = cls.__mapper__  # type: ignore[attr-defined]  # set by mapping
    return mapper


# --- what really changed -------------------------------------------------------------------------


def changes_recorded(obj: object) -> dict[str, object]:
    """Return attribute → first old value of a persistent object; empty if nothing was recorded."""
    state = vars(obj)[STATE_KEY]
    return (state.changes or {}) if type(state) is Change else {}


def net_changes(mapper: Mapper, groups: ByNames) -> ByNames:
    """Group objects by the columns whose values differ from those first recorded.

    Columns are in the order of the mapping; objects in which none differs are left out.
    """
    found: ByNames = {}
    for written, group in groups.items():
        names = tuple([key for key in mapper.column_keys if key in written])
        same = [(name, _unchanged(mapper, name, group)) for name in names]
        if not any(map(itemgetter(1), same)):
            if names:
                found.setdefault(names, []).extend(group)
            continue
        for row, obj in enumerate(group):
            left = tuple([name for name, rows in same if row not in rows])
            if left:
                found.setdefault(left, []).append(obj)
    return found


def _unchanged(mapper: Mapper, name: str, objs: list[object]) -> set[int]:
    """Return the positions of the objects whose attribute has its old value again."""
    new = [vars(obj).get(name) for obj in objs]
    old = [vars(obj)[STATE_KEY].changes[name] for obj in objs]
    type_ = mapper.column_attrs[name].column.type
    ordinary = type(type_).compare_values is TypeEngine.compare_values
    if (
        ordinary
        and _COMPARABLE.issuperset(map(type, new))
        and _COMPARABLE.issuperset(map(type, old))
    ):
        equal = list(map(operator.eq, old, new))
        return {row for row, same in enumerate(equal) if same} if True in equal else set()
    pairs = enumerate(zip(old, new, strict=True))
    return {row for row, (before, now) in pairs if same_value(type_, before, now)}


def same_value(type_: TypeEngine[object], old: object, new: object) -> bool:
    """Tell whether a row that holds `old` need not be written to hold `new`."""
    if old is NOT_LOADED or is_expression(new):
        return False
    if old is new:
        return True
    try:
        return bool(type_.compare_values(old, new))
    except Exception:
        # Values that cannot be compared (arrays, objects of other libraries) count as different.
        return False


def is_expression(value: object) -> bool:
    """Tell whether a value is SQL for the database to evaluate."""
    return is_sql(type(value))


def is_sql(kind: type) -> bool:
    """Tell whether values of a type are SQL for the database to evaluate."""
    return issubclass(kind, ClauseElement) or hasattr(kind, "__clause_element__")


# --- what rows hold now --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unread:
    """Values to be read before the order of writes can be found."""

    mapper: Mapper
    objs: list[object]
    keys: Names


class Previous:
    """The values rows hold before the flush: as loaded, as first recorded, or as read for it."""

    __slots__ = ("_read",)

    def __init__(self) -> None:
        self._read: dict[tuple[int, str], object] = {}

    def of(self, obj: object, key: str) -> object:
        """Return one old value; `NOT_LOADED` if nobody knows it."""
        values = vars(obj)
        state = values[STATE_KEY]
        changes = state.changes if type(state) is Change else None
        if changes is not None and key in changes:
            value = changes[key]
        else:
            value = values.get(key, NOT_LOADED)
        return self._read.get((id(obj), key), NOT_LOADED) if value is NOT_LOADED else value

    def column(self, objs: Sequence[object], key: str) -> list[object]:
        """Return the old values of one attribute of many objects."""
        return [self.of(obj, key) for obj in objs]

    def unread(self, mapper: Mapper, objs: Sequence[object], keys: Names) -> Unread | None:
        """Return what has to be read for `keys` of `objs` to be known; None if they are."""
        lacking = [obj for obj in objs if any(self.of(obj, key) is NOT_LOADED for key in keys)]
        return Unread(mapper, lacking, keys) if lacking else None

    def read_steps(self, loader: Loader, wanted: Iterable[Unread | None]) -> Steps[None]:
        """Read what is wanted: one SELECT for each entry."""
        for unread in wanted:
            if unread is None:
                continue
            rows = yield from loader.values_steps(unread.mapper, unread.objs, unread.keys)
            for obj, row in zip(unread.objs, rows, strict=True):
                if row is not None:
                    for key, value in zip(unread.keys, row, strict=True):
                        self._read[id(obj), key] = value
