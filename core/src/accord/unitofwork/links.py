"""What relationships come to: foreign key columns that take their values from other objects.

Written by `relate`, read by the stages after it. In: children and parents, row by row alike. Out:
`Relations` with a `Link` for each foreign key column. A link holds objects, not values: a parent
may not have its key yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.mapping import Direction
from accord.records import dataclass, field

from .collect import mapper_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accord.dialect.steps import AnyColumn

    from .protocols import Relationship
    from .secondary import AllPairs


@dataclass(slots=True)
class Link:
    """One foreign key column: `id(child)` → the parent it takes its value from, None to be
    emptied.
    """

    parents: dict[int, object | None] = field(default_factory=dict)
    #: Class of a parent → the attribute that holds the value.
    sources: dict[type, str] = field(default_factory=dict)

    def name_sources(self, column: AnyColumn, kinds: set[type]) -> None:
        """Note where parents of these classes hold the value of `column`."""
        for cls in kinds - {type(None)} - self.sources.keys():
            self.sources[cls] = mapper_of(cls).key_for_column(column)


@dataclass(slots=True)
class Relations:
    """What the relationships of one flush come to."""

    links: dict[AnyColumn, Link] = field(default_factory=dict)
    #: Persistent objects among the children of `links`.
    linked: dict[int, object] = field(default_factory=dict)
    pairs: AllPairs = field(default_factory=dict)
    #: Everything that is deleted, in the order it was found.
    deleted: dict[int, object] = field(default_factory=dict)
    #: `id(new object)` → the deleted object whose row it takes over: it has the same key.
    taken: dict[int, object] = field(default_factory=dict)
    #: Persistent objects whose rows in a secondary table follow a key that changed.
    rekeyed: list[tuple[Relationship, object]] = field(default_factory=list)

    def link(
        self,
        pairs: Sequence[tuple[AnyColumn, AnyColumn]],
        children: Sequence[object],
        parents: Sequence[object | None],
        new: Mapping[int, object],
        *,
        keep: bool = False,
    ) -> None:
        """Each child takes its foreign key from its parent, by (foreign key, source) columns.

        A parent wins over None. With `keep`, so does whatever was found before.
        """
        numbers = list(map(id, children))
        found = dict(zip(numbers, parents, strict=True))
        kinds = set(map(type, parents))
        for column, source in pairs:
            link = self.links.setdefault(column, Link())
            known = link.parents
            if keep:
                known.update({number: found[number] for number in found if number not in known})
            elif type(None) not in kinds:
                if known:
                    known.update(found)
                else:
                    link.parents = dict(found)
            else:
                for number, parent in zip(numbers, parents, strict=True):
                    if parent is not None or known.get(number) is None:
                        known[number] = parent
            link.name_sources(source, kinds)
        if not found.keys() <= new.keys():
            persistent = found.keys() - new.keys()
            rows = zip(numbers, children, strict=True)
            self.linked.update([row for row in rows if row[0] in persistent])


def child_first(rel: Relationship) -> list[tuple[AnyColumn, AnyColumn]]:
    """Return the column pairs of a one-to-many relationship, foreign keys first."""
    return [(column, source) for source, column in rel.pairs]


def mirror_of(rel: Relationship) -> str | None:
    """Return the many-to-one attribute of the members that writes the foreign key of a one-to-many
    relationship as well, if there is one.
    """
    if rel.direction is not Direction.ONETOMANY:
        return None
    for reverse in rel.reverse:
        writes = reverse.direction is Direction.MANYTOONE and not reverse.viewonly
        if writes and set(reverse.pairs) == set(child_first(rel)):
            return reverse.key
    return None
