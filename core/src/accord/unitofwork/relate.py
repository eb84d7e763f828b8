"""Stage 1, second half: what changed relationships mean for rows.

In: `Work`. Out: `Relations`: which foreign key column of which object takes its value from
which other object, which rows of secondary tables appear and disappear, which objects are
deleted on top of those marked. Values themselves stay where they are: a parent may not have its
key yet. Works class by class, relationship by relationship; related objects that are not loaded
are read through the loader, one SELECT for all owners.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.mapping import Direction
from accord.state import NOT_LOADED, key_of

from .cascade import (
    belongs,
    delete_cascade_steps,
    loaded,
    outsiders,
    recorded,
    related_steps,
    writing,
)
from .collect import ByMapper, ByNames, Work, by_mapper, changes_recorded, mapper_of, same_value
from .links import Link, Relations, child_first, mirror_of
from .operations import held_value
from .secondary import pairs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from accord.dialect.steps import AnyColumn, Steps
    from accord.mapping import Mapper

    from .collect import Previous
    from .protocols import FlushSession, Loader, Relationship


class _Lost:
    """`item` was taken from `owner`'s relationship."""

    __slots__ = ("item", "owner", "relationship")

    def __init__(self, relationship: Relationship, owner: object, item: object) -> None:
        self.relationship = relationship
        self.owner = owner
        self.item = item


def relate_steps(
    session: FlushSession, loader: Loader, work: Work, previous: Previous
) -> Steps[Relations]:
    """Return what the changed relationships of `work` mean; reads related objects that are not
    loaded.
    """
    relations = Relations(deleted=dict(session.deleted_objects))
    survey = _Survey(session, relations, previous)
    for mapper, objs in work.new.items():
        for rel in writing(mapper):
            survey.take_new(rel, objs)
    for mapper, groups in work.changed.items():
        rels = writing(mapper)
        for rel in rels:
            changed = _in_which(groups, {rel.key})
            if changed:
                yield from survey.take_changed_steps(loader, rel, changed)
        switched = _in_which(groups, _referable(mapper, rels) if rels else set(mapper.pk_keys))
        if switched:
            yield from survey.take_key_switches_steps(loader, mapper, switched)
    if survey.lost or work.deleted:
        yield from _delete_steps(loader, survey, work.deleted, survey.settle_lost())
    if work.new and relations.deleted:
        relations.taken = _taken_over(work.new, by_mapper(relations.deleted.values()))
    return relations


def _taken_over(new: ByMapper, deleted: ByMapper) -> dict[int, object]:
    """Return which new object takes over the row of which deleted one.

    Delete and add of one key is an update: rows that refer to it are in nobody's way.
    """
    found: dict[int, object] = {}
    for mapper, objs in new.items():
        free = {key_of(obj): obj for obj in deleted.get(mapper, ())}
        for obj in objs if free else ():
            key = tuple([vars(obj).get(name) for name in mapper.pk_keys])
            identity = key[0] if len(key) == 1 else key
            if None not in key and identity in free:
                found[id(obj)] = free.pop(identity)
    return found


def _in_which(groups: ByNames, names: set[str]) -> list[object]:
    """Return the objects in which one of the attributes was written."""
    return [
        obj for written, objs in groups.items() if not names.isdisjoint(written) for obj in objs
    ]


def _delete_steps(
    loader: Loader, survey: _Survey, todo: ByMapper, orphans: list[object]
) -> Steps[None]:
    """Take what is deleted, wave by wave: an orphan's own members may be orphans in turn."""
    deleted = survey.relations.deleted
    while todo or orphans:
        if orphans:
            found = yield from delete_cascade_steps(loader, orphans, deleted)
            deleted.update(found)
            todo = _merged(todo, by_mapper(found.values()))
        orphans = []
        for mapper, objs in todo.items():
            for rel in writing(mapper):
                orphans += yield from survey.take_deleted_steps(loader, rel, objs)
        todo = {}


def _referable(mapper: Mapper, rels: list[Relationship]) -> set[str]:
    """Return the attributes of `mapper` that related objects take values from."""
    sources = [
        column
        for rel in rels
        if rel.direction is not Direction.MANYTOONE
        for column, _ in rel.pairs
    ]
    return {*mapper.pk_keys, *map(mapper.key_for_column, sources)}


def _merged(one: ByMapper, other: ByMapper) -> ByMapper:
    return {mapper: [*one.get(mapper, ()), *other.get(mapper, ())] for mapper in {**one, **other}}


class _Survey:
    """Collects the `Relations` of one flush, relationship by relationship."""

    def __init__(self, session: FlushSession, relations: Relations, previous: Previous) -> None:
        self.session = session
        self.relations = relations
        self.previous = previous
        self.lost: list[_Lost] = []
        #: (relationship, id of an object) that some owner holds now: it is no orphan.
        self.held: set[tuple[Relationship, int]] = set()

    # -- one relationship of many objects --------------------------------------------------------

    def take_new(self, rel: Relationship, objs: list[object]) -> None:
        """New objects: everything they refer to is new to them."""
        key = rel.key
        if rel.direction is Direction.MANYTOONE:
            known = [obj for obj in objs if key in vars(obj)]
            self._refer(rel, known, [vars(obj)[key] for obj in known])
            return
        mirror = mirror_of(rel)
        if mirror is not None and not rel.cascade.delete_orphan:
            # A new member that refers to its owner itself is linked from its own side.
            new = self.session.new_objects
            gained = [
                (obj, item)
                for obj in objs
                for item in loaded(obj, rel) or ()
                if vars(item).get(mirror) is not obj or id(item) not in new
            ]
        else:
            gained = [(obj, item) for obj in objs for item in loaded(obj, rel) or ()]
        self._gain(rel, gained)

    def take_changed_steps(
        self, loader: Loader, rel: Relationship, objs: list[object]
    ) -> Steps[None]:
        """Persistent objects in which `rel` was written."""
        before = [changes_recorded(obj)[rel.key] for obj in objs]
        known = [recorded(value) for value in before]
        if rel.direction is not Direction.MANYTOONE or rel.cascade.delete_orphan:
            unknown = [row for row, value in enumerate(before) if value is NOT_LOADED]
            if unknown:
                read = yield from loader.members_steps([objs[row] for row in unknown], rel)
                for row, items in zip(unknown, read, strict=True):
                    known[row] = items
        gained: list[tuple[object, object]] = []
        for obj, old in zip(objs, known, strict=True):
            now = loaded(obj, rel) or []
            present = {id(item) for item in now}
            past = {id(item) for item in old}
            gained += [(obj, item) for item in now if id(item) not in past]
            self.lost += [_Lost(rel, obj, item) for item in old if id(item) not in present]
        if rel.direction is Direction.MANYTOONE:
            self._refer(rel, objs, [vars(obj).get(rel.key) for obj in objs])
        else:
            self._gain(rel, gained)

    def take_deleted_steps(
        self, loader: Loader, rel: Relationship, objs: list[object]
    ) -> Steps[list[object]]:
        """Objects that will be deleted; returns the new orphans among what they leave behind."""
        if rel.direction is Direction.MANYTOMANY:
            leaving = [obj for obj in objs if not rel.passive_deletes or rel.key in vars(obj)]
            if leaving:
                pairs_of(self.relations.pairs, rel).leave(rel, leaving)
            return []
        if rel.direction is Direction.MANYTOONE or rel.passive_deletes == "all":
            return []
        held = [item for obj in objs for item in loaded(obj, rel) or ()]
        yield from self._read_foreign_keys_steps(loader, rel, held)
        lists = yield from related_steps(loader, rel, objs)
        orphans: list[object] = []
        for obj, items in zip(objs, lists, strict=True):
            old = recorded(changes_recorded(obj).get(rel.key))
            left = {id(item): item for item in (*items, *old)}
            for item in left.values():
                if self._is_gone(item) or not self._refers_to(rel, obj, item):
                    continue
                if rel.cascade.delete_orphan:
                    orphans.append(item)
                else:
                    self._empty(rel, item)
        return orphans

    def _read_foreign_keys_steps(
        self, loader: Loader, rel: Relationship, children: list[object]
    ) -> Steps[None]:
        """A collection in memory may be out of date: expired members are asked whose they are."""
        for mapper, group in by_mapper(children).items():
            keys = tuple([mapper.key_for_column(column) for _, column in rel.pairs])
            asked = [obj for obj in group if belongs(self.session, obj) and not self._is_gone(obj)]
            asked = [obj for obj in asked if id(obj) not in self.session.new_objects]
            asked = [obj for obj in asked if any(key not in vars(obj) for key in keys)]
            yield from self.previous.read_steps(loader, [self.previous.unread(mapper, asked, keys)])

    def take_key_switches_steps(
        self, loader: Loader, mapper: Mapper, objs: list[object]
    ) -> Steps[None]:
        """Objects whose key changed: what refers to them follows."""
        for rel in writing(mapper):
            if rel.direction is Direction.MANYTOONE:
                continue
            keys = [mapper.key_for_column(column) for column, _ in rel.pairs]
            switched = [obj for obj in objs if any(_switched(mapper, obj, key) for key in keys)]
            if not switched:
                continue
            if rel.direction is Direction.MANYTOMANY:
                if not rel.passive_updates:
                    self.relations.rekeyed += [(rel, obj) for obj in switched]
                continue
            lists = [loaded(obj, rel) for obj in switched]
            unloaded = [o for o, items in zip(switched, lists, strict=True) if items is None]
            read: Iterator[list[object]] = iter(())
            if unloaded and not rel.passive_updates:
                read = iter((yield from loader.members_steps(unloaded, rel)))
            links = [
                (item, obj)
                for obj, items in zip(switched, lists, strict=True)
                for item in (next(read, ()) if items is None else items)
                if not self._is_gone(item)
            ]
            children, owners = [item for item, _ in links], [owner for _, owner in links]
            self._link(child_first(rel), children, owners, keep=True)
        self._follow_many_to_one(mapper, objs)

    def _follow_many_to_one(self, mapper: Mapper, objs: list[object]) -> None:
        """Objects that only refer to a switched key by a many-to-one attribute."""
        switched = {
            id(obj) for obj in objs if any(_switched(mapper, obj, key) for key in mapper.pk_keys)
        }
        if not switched:
            return
        for other, group in by_mapper(self.session.identity.objects()).items():
            for rel in writing(other):
                if rel.direction is Direction.MANYTOONE and issubclass(
                    mapper.class_, rel.mapper.class_
                ):
                    for obj in group:
                        target = vars(obj).get(rel.key)
                        if id(target) in switched and not self._is_gone(obj):
                            self._refer(rel, [obj], [target], keep=True)

    # -- what was gained, what was lost ----------------------------------------------------------

    def _refer(
        self,
        rel: Relationship,
        objs: list[object],
        targets: list[object | None],
        *,
        keep: bool = False,
    ) -> None:
        """Many-to-one: each object takes its foreign key from its target."""
        outside = outsiders(self.session, rel, [target for target in targets if target is not None])
        if outside:
            left = [row for row, target in enumerate(targets) if id(target) not in outside]
            objs, targets = [objs[row] for row in left], [targets[row] for row in left]
        self._link(rel.pairs, objs, targets, keep=keep)
        if rel.cascade.delete_orphan:
            self.held.update([(rel, id(target)) for target in targets])

    def _gain(self, rel: Relationship, gained: list[tuple[object, object]]) -> None:
        """To-many: each (owner, item) belongs together now."""
        if not gained:
            return
        outside = outsiders(self.session, rel, [item for _, item in gained])
        if outside:
            gained = [pair for pair in gained if id(pair[1]) not in outside]
        if rel.direction is Direction.MANYTOMANY:
            pairs_of(self.relations.pairs, rel).add(rel, gained)
        else:
            deleted = self.relations.deleted
            items = [item for _, item in gained if id(item) not in deleted]
            owners = [owner for owner, item in gained if id(item) not in deleted]
            self._link(child_first(rel), items, owners)
        if rel.cascade.delete_orphan:
            self.held.update([(rel, id(item)) for _, item in gained])

    def settle_lost(self) -> list[object]:
        """Decide about every object some owner let go of; returns the orphans."""
        orphans: list[object] = []
        for lost in self.lost:
            rel, item = lost.relationship, lost.item
            if outsiders(self.session, rel, [item], "delete"):
                continue
            if rel.direction is Direction.MANYTOMANY:
                pairs_of(self.relations.pairs, rel).remove(rel, lost.owner, item)
            if self._is_gone(item) or id(item) in self.session.new_objects:
                continue
            if rel.direction is Direction.ONETOMANY and self._has_parent(rel, item):
                continue
            if rel.cascade.delete_orphan:
                if (rel, id(item)) not in self.held:
                    orphans.append(item)
            elif rel.direction is Direction.ONETOMANY:
                self._empty(rel, item)
            elif rel.direction is Direction.MANYTOONE and self._abandoned(rel, lost.owner):
                orphans.append(lost.owner)
        return orphans

    def _abandoned(self, rel: Relationship, child: object) -> bool:
        """A child whose collection's side says delete-orphan, and that refers to nobody any
        more.
        """
        return (
            vars(child).get(rel.key) is None
            and not self._is_gone(child)
            and any(reverse.cascade.delete_orphan for reverse in rel.reverse)
        )

    def _has_parent(self, rel: Relationship, child: object) -> bool:
        """Somebody else took the child in."""
        parents = self.relations.links.get(rel.pairs[0][1], Link()).parents
        return parents.get(id(child)) is not None

    def _refers_to(self, rel: Relationship, owner: object, child: object) -> bool:
        """The child's row still belongs to `owner`, which is deleted, after this flush's other
        changes.
        """
        if id(child) in self.session.new_objects or not belongs(self.session, child):
            return False
        for source, column in rel.pairs:
            link = self.relations.links.get(column)
            if link is not None and id(child) in link.parents:
                if link.parents[id(child)] is not owner:
                    return False
                continue
            key = mapper_of(type(child)).key_for_column(column)
            value = vars(child).get(key, NOT_LOADED)
            if value is NOT_LOADED:
                value = self.previous.of(child, key)
            held = held_value(owner, mapper_of(type(owner)).key_for_column(source))
            known = value is not NOT_LOADED and held is not NOT_LOADED
            if known and not same_value(column.type, held, value):
                return False
        return True

    # -- rows ------------------------------------------------------------------------------------

    def _link(
        self,
        pairs: Sequence[tuple[AnyColumn, AnyColumn]],
        children: Sequence[object],
        parents: Sequence[object | None],
        *,
        keep: bool = False,
    ) -> None:
        self.relations.link(pairs, children, parents, self.session.new_objects, keep=keep)

    def _empty(self, rel: Relationship, child: object) -> None:
        """One-to-many: the child loses its foreign key, whoever it was to take it from."""
        self._link(child_first(rel), [child], [None])
        for _, column in rel.pairs:
            self.relations.links[column].parents[id(child)] = None

    # -- membership ------------------------------------------------------------------------------

    def _is_gone(self, obj: object) -> bool:
        return id(obj) in self.relations.deleted


def _switched(mapper: Mapper, obj: object, key: str) -> bool:
    changes = changes_recorded(obj)
    if key not in changes or changes[key] is NOT_LOADED:
        return key in changes and key_of(obj) is not None
    type_ = mapper.column_attrs[key].column.type
    return not same_value(type_, changes[key], vars(obj).get(key))
