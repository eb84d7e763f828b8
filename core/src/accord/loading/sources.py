"""Where the members of a relationship are read from, for many owners at once.

In: a relationship. Out: a `Source`, worked out once: which attributes of an owner identify its
members, from what the members are selected and which columns say whose they are. Plain equality
joins read the foreign key beside the member; any other condition joins an alias of the owner's
table.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from accord.mapping import AliasedEntity, QueryableAttribute, RelationshipProperty
from accord.records import dataclass
from accord.sql import tuple_

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Source:
    """How to select the members of a relationship for given owners."""

    #: Attributes of the owner whose values are its key in `columns`.
    owner_keys: tuple[str, ...]
    #: Columns that hold the owner's key beside each member.
    columns: tuple[Any, ...]
    #: FROM to select the members from, None if their own table is enough.
    from_clause: Any

    def key_of(self, values: Mapping[str, Any]) -> Any:
        """Return the key of an owner from its loaded values: bare for one column, else a tuple."""
        return itemgetter(*self.owner_keys)(values)

    @property
    def key(self) -> Any:
        """The SQL expression to compare with the owners' keys."""
        return self.columns[0] if len(self.columns) == 1 else tuple_(*self.columns)


def source_of(prop: RelationshipProperty[Any]) -> Source:
    """Return the source of a relationship's members; kept on the property."""
    found: Source | None = vars(prop).get("_source")
    if found is None:
        prop.resolve()
        found = vars(prop)["_source"] = (
            _simple(prop) if prop.condition.is_simple else _by_owner(prop)
        )
    return found


def _simple(prop: RelationshipProperty[Any]) -> Source:
    owner_keys = tuple(prop.parent.key_for_column(parent) for parent, _ in prop.pairs)
    columns = tuple(column for _, column in prop.pairs)
    if prop.secondary is None:
        return Source(owner_keys, columns, None)
    joined = prop.secondary.join(prop.mapper.local_table, prop.secondaryjoin)
    return Source(owner_keys, columns, joined)


def _by_owner(prop: RelationshipProperty[Any]) -> Source:
    owner = AliasedEntity(prop.parent, prop.parent.local_table.alias(), None)
    attribute: QueryableAttribute[Any] = QueryableAttribute(owner, prop)
    # The members keep their own table, the owner is the alias: also right when both are the same
    # table.
    target = attribute.__join_target__(owner.selectable)
    joined: Any = target.left
    for right, condition in target.steps:
        joined = joined.join(right, condition)
    columns = tuple(owner.column(column) for column in prop.parent.primary_key)
    return Source(prop.parent.pk_keys, columns, joined)
