"""Two relationships that write the same foreign key without knowing of each other.

Asked by `configure` for relationships it has just resolved. In: the relationships of the mappers
concerned. Out: a warning that names both, the columns, and the ways out; nothing for the two sides
of one relationship, for viewonly ones and for those that say `overlaps=`.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from accord import exc

from .relationships import RelationshipProperty

if TYPE_CHECKING:
    from collections.abc import Iterable

Property = RelationshipProperty[Any]


def warn_of_conflicts(new: Iterable[Property], known: Iterable[Property]) -> None:
    """Warn of every pair of a new and another relationship that copy to one column from different
    places.
    """
    writers: dict[Any, list[tuple[Property, Any]]] = {}
    fresh = {id(prop) for prop in new}
    for prop in known:
        if prop.viewonly:
            continue
        for source, destination in _copies(prop):
            for other, other_source in writers.get(destination, ()):
                if {id(prop), id(other)} & fresh and _conflict(prop, other):
                    _warn(prop, source, destination, other, other_source)
            writers.setdefault(destination, []).append((prop, source))


def _copies(prop: Property) -> Iterable[tuple[Any, Any]]:
    """(column read, column written) of a flush along this relationship."""
    if prop.secondary is None:
        yield from prop.synchronize_pairs
        return
    yield from prop.pairs
    yield from prop.secondary_pairs


def _conflict(prop: Property, other: Property) -> bool:
    if prop is other or other in prop.counterparts or prop in other.counterparts:
        return False
    return other.key not in prop.overlaps and prop.key not in other.overlaps


def _warn(
    prop: Property, source: Any, destination: Any, other: Property, other_source: Any
) -> None:
    warnings.warn(
        f"relationship {str(prop)!r} will copy column {_show(source)} to column "
        f"{_show(destination)}, which conflicts with relationship {str(other)!r} (copies "
        f"{_show(other_source)} to {_show(destination)}). If they are the two sides of one "
        "relationship, link them with back_populates; if one is only read, write viewonly=True "
        f'on it; if both are meant as they are, write overlaps="{other.key}" on {prop}',
        exc.AccordWarning,
        stacklevel=2,
    )


def _show(column: Any) -> str:
    return f"{column.table.name}.{column.name}"


__all__ = ["warn_of_conflicts"]
