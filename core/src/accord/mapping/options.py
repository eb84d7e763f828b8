"""`__mapper_args__`: the options of one mapper, checked.

In: what stands in ``__mapper_args__`` or in the keywords of `map_imperatively`. Out: a frozen
`MapperOptions`, or an error that names the class, the option and what there is. Columns may be
given as such, as `mapped_column()` objects of the class body, or by attribute name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from accord import exc
from accord.records import dataclass, field, fields
from accord.sql.selectable import ColumnClause

from .mapped import MappedColumn
from .properties import ColumnProperty

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Seam for inheritance: known names that this version refuses with one clear error.
_INHERITANCE: Final = frozenset(
    {
        "inherits", "inherit_condition", "inherit_foreign_keys", "polymorphic_on",
        "polymorphic_identity", "polymorphic_load", "polymorphic_abstract", "with_polymorphic",
        "concrete",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MapperOptions:
    """The options of a mapper, with SQLAlchemy's names and defaults."""

    properties: Mapping[str, Any] = field(default_factory=dict)
    primary_key: tuple[Any, ...] = ()
    version_id_col: Any = None
    #: A function from the old version to the new one; False: the server makes it.
    version_id_generator: Callable[[Any], Any] | bool | None = None
    #: "auto": fetch generated values on INSERT where the statement can return them.
    eager_defaults: bool | str = "auto"
    confirm_deleted_rows: bool = True
    batch: bool = True
    include_properties: frozenset[str] | None = None
    exclude_properties: frozenset[str] = frozenset()
    column_prefix: str = ""
    always_refresh: bool = False
    allow_partial_pks: bool = True
    passive_updates: bool = True
    passive_deletes: bool = False
    legacy_is_orphan: bool = False


def mapper_options(cls: type, given: Mapping[str, Any]) -> MapperOptions:
    """Return the options `given` for the mapper of `cls`."""
    known = {option.name for option in fields(MapperOptions)}
    for name, value in given.items():
        if name in _INHERITANCE and value is not None and value is not False:
            raise inheritance_refused(cls, f"__mapper_args__ = {{{name!r}: ...}}")
        if name not in known and name not in _INHERITANCE:
            import difflib  # only for messages

            close = difflib.get_close_matches(name, known, n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            raise exc.ArgumentError(
                f"Class {cls.__name__}: __mapper_args__ knows no {name!r}{hint}; the options are: "
                f"{', '.join(sorted(known))}"
            )
    values = {name: value for name, value in given.items() if name in known and value is not None}
    for name in ("include_properties", "exclude_properties"):
        if name in values:
            values[name] = _names(cls, name, values[name])
    if "primary_key" in values:
        keys = values["primary_key"]
        values["primary_key"] = tuple(keys) if isinstance(keys, list | tuple | set) else (keys,)
    _check_values(cls, values)
    return MapperOptions(**values)


def _names(cls: type, option: str, given: Any) -> frozenset[str]:
    names = []
    for item in given:
        if not isinstance(item, str):
            item = getattr(item, "key", None)
        if not isinstance(item, str):
            raise exc.ArgumentError(
                f"Class {cls.__name__}: {option} takes attribute names or columns"
            )
        names.append(item)
    return frozenset(names)


def _check_values(cls: type, values: Mapping[str, Any]) -> None:
    eager = values.get("eager_defaults", "auto")
    if eager not in (True, False, "auto"):
        raise exc.ArgumentError(
            f"Class {cls.__name__}: eager_defaults is True, False or 'auto', not {eager!r}"
        )
    generator = values.get("version_id_generator")
    if generator is True or not (generator is None or generator is False or callable(generator)):
        raise exc.ArgumentError(
            f"Class {cls.__name__}: version_id_generator is a function from the old version to "
            "the new one, or False where the server makes it"
        )
    if generator is not None and values.get("version_id_col") is None:
        raise exc.ArgumentError(
            f"Class {cls.__name__}: version_id_generator needs version_id_col= to say which "
            "column it is for"
        )


def inheritance_refused(cls: type, what: str) -> exc.ArgumentError:
    """Return the one error about inheritance between mapped classes."""
    return exc.ArgumentError(
        f"Class {cls.__name__}: {what} asks for inheritance between mapped classes, which is not "
        "available in this version. Share columns with a mixin or a base class that says "
        "__abstract__ = True, and give each class its own __tablename__"
    )


def column_of(item: Any, by_name: Callable[[str], Any]) -> ColumnClause[Any] | None:
    """Return the column that an option names, in whichever way; None if it is none."""
    if isinstance(item, str):
        item = by_name(item)
    if isinstance(item, MappedColumn):
        item = item.column
    if isinstance(item, ColumnProperty):
        item = item.expression
    return item if isinstance(item, ColumnClause) else None


__all__ = ["MapperOptions", "column_of", "inheritance_refused", "mapper_options"]
