"""An in-memory model of what a Session program does, run side by side with the real Session.

`World` holds what a user would expect: the live entities with their values and links, what is
pending or marked deleted, and a snapshot for the transaction and each savepoint. Each `op_*` does
the same to the real session and to the model; `check` compares the two. A program is a list of
(kind, a, b): the numbers pick objects and values, modulo what there is, so that every list is a
valid program.
"""

import gc
from dataclasses import dataclass, field, replace
from typing import Any

from orm_api import (
    IS_ACCORD,
    Session,
    delete,
    exc,
    identity_key,
    inspect,
    select,
    selectinload,
    update,
)
from program_model import RELATIONS, SCALARS, Base, Child, Node, Parent, Tag

CLASSES = (Parent, Child, Tag, Node)
LABELS = [f"label{number}" for number in range(8)]


class Divergence(AssertionError):
    """The session and the model disagree."""


@dataclass(eq=False)
class Entity:
    """One row in the model; `obj` is its object, None while nobody holds one."""

    cls: Any
    obj: Any
    key: int | None = None

    def __repr__(self) -> str:
        return f"{self.cls.__name__}#{self.key}"


@dataclass(frozen=True)
class Row:
    values: dict[str, Any]
    parent: Entity | None = None  # of a Child or a Node
    tags: frozenset[Entity] = frozenset()  # of a Child

    def with_value(self, key: str, value: Any) -> "Row":
        return replace(self, values={**self.values, key: value})


Live = dict[Entity, Row]


@dataclass
class World:
    session: Any
    database: Any  # a `servers.databases.Database`
    expires: bool = True
    live: Live = field(default_factory=dict)
    base: Live = field(default_factory=dict)  # as committed
    savepoints: list[tuple[Any, Live]] = field(default_factory=list)
    pending: set[Entity] = field(default_factory=set)
    marked: set[Entity] = field(default_factory=set)  # session.delete() was called
    orphaned: set[Entity] = field(default_factory=set)  # removed from their parent
    changed: set[Entity] = field(default_factory=set)  # a value differs from the flushed one
    touched: set[Entity] = field(default_factory=set)  # something may have changed
    counter: int = 0
    log: list[str] = field(default_factory=list)

    # --- choosing

    def usable(self, *classes: Any) -> list[Entity]:
        gone = self.doomed()
        return [e for e in self.live if e.cls in (classes or CLASSES) and e not in gone]

    def persistent(self, *classes: Any) -> list[Entity]:
        return [e for e in self.usable(*classes) if e not in self.pending]

    def doomed(self) -> set[Entity]:
        """What the next flush deletes."""
        gone = self.marked | self.orphaned
        return gone | {e for e, row in self.live.items() if e.cls is Child and row.parent in gone}

    def fresh(self, prefix: str) -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    def label(self, choice: int) -> str:
        """A label free in the final state; on accord from a small pool, so they are handed on."""
        if not IS_ACCORD:
            return self.fresh("label")
        used = {row.values["label"] for e, row in self.live.items() if e.cls is Tag} - {
            self.live[e].values["label"] for e in self.doomed() if e.cls is Tag
        }
        free = [label for label in LABELS if label not in used]
        return free[choice % len(free)] if free else self.fresh("label")

    def alive(self, entity: Entity) -> Any:
        """The entity's object if there is one, be it that only the identity map knows it."""
        key = identity_key(entity.cls, entity.key)
        return entity.obj if entity.obj is not None else self.session.identity_map.get(key)

    def held(self, entity: Entity) -> Any:
        """The entity's object, loaded where nobody holds one."""
        if entity.obj is None:
            with self.session.no_autoflush:
                entity.obj = self.session.get(entity.cls, entity.key)
            self.require(entity.obj is not None, f"{entity} is not found by get()")
        return entity.obj

    def require(self, condition: bool, what: str) -> None:
        if not condition:
            raise Divergence(what)

    # --- the model's side of flush, commit and rollback

    def unflushed(self) -> bool:
        return bool(self.pending or self.marked or self.orphaned or self.touched)

    def flushed(self) -> None:
        """What a flush does; also learns the generated keys."""
        gone = self.doomed()
        around = self.neighbours(gone) - gone
        for entity in gone:
            del self.live[entity]
        for entity, row in self.live.items():
            if row.parent in gone or row.tags & gone:
                parent = None if row.parent in gone else row.parent
                self.live[entity] = replace(row, parent=parent, tags=row.tags - gone)
        for entity in self.pending:
            entity.key = entity.obj.id
            self.require(isinstance(entity.key, int), f"{entity} has no key after the flush")
        for collection in (self.pending, self.marked, self.orphaned, self.changed, self.touched):
            collection.clear()
        for entity in gone:
            if entity.obj is not None:
                self.require(entity.obj not in self.session, f"deleted {entity} in the session")
        for entity in around:  # collections still hold what was deleted until they are expired
            obj = self.alive(entity)
            if obj is not None and entity in self.live:
                self.session.expire(obj, RELATIONS[entity.cls])
        keys = [(entity.cls, entity.key) for entity in self.live]
        self.require(len(keys) == len(set(keys)), "two objects have one key")

    def neighbours(self, entities: set[Entity]) -> set[Entity]:
        found: set[Entity] = set()
        for entity, row in self.live.items():
            linked = {row.parent} | row.tags
            if entity in entities:
                found |= {e for e in linked if e is not None}
            if linked & entities:
                found.add(entity)
        return found

    def quiet(self, entity: Entity) -> bool:
        """Nothing unflushed at the entity or next to it."""
        around = {entity} | self.neighbours({entity})
        return not around & (self.pending | self.touched | self.orphaned | self.marked)

    def restore(self, live: Live) -> None:
        """What a rollback does: the snapshot is back, what was new since is transient."""
        lost = [e for e in self.live if e not in live]
        self.live = dict(live)
        for collection in (self.pending, self.marked, self.orphaned, self.changed, self.touched):
            collection.clear()
        for entity in lost:
            self.require(entity.obj not in self.session, f"{entity} survived the rollback")
            self.require(inspect(entity.obj).transient, f"{entity} is not transient again")
        for entity in self.live:
            if entity.obj is not None:
                self.require(entity.obj in self.session, f"{entity} was lost by the rollback")

    def change(self, entity: Entity, key: str, value: Any) -> None:
        row = self.live[entity]
        self.touched.add(entity)
        if row.values[key] != value:
            self.changed.add(entity)
        self.live[entity] = row.with_value(key, value)

    # --- operations

    def run(self, program: list[tuple[str, int, int]]) -> None:
        for kind, a, b in program:
            self.log.append(f"{kind}({a}, {b})")
            getattr(self, f"op_{kind}")(a, b)
            self.check()
        self.op_commit(0, 0)
        self.check()

    def op_add_parent(self, a: int, b: int) -> None:
        name = self.fresh("p")
        parent = Entity(Parent, Parent(name=name))
        self.session.add(parent.obj)
        self._born(parent, {"name": name})

    def op_add_child(self, a: int, b: int) -> None:
        parents = self.usable(Parent)
        if not parents:
            return
        parent = parents[a % len(parents)]
        name, obj = self.fresh("c"), self.held(parent)
        if b % 2:
            child = Entity(Child, Child(name=name, parent=obj))
            self.session.add(child.obj)
        else:
            child = Entity(Child, Child(name=name))
            with self.session.no_autoflush:
                obj.children.append(child.obj)
        self._born(child, {"name": name, "value": None}, parent)
        self.touched.add(parent)

    def op_add_tag(self, a: int, b: int) -> None:
        label = self.label(a)
        tag = Entity(Tag, Tag(label=label))
        self.session.add(tag.obj)
        self._born(tag, {"label": label})

    def op_add_tag_through_child(self, a: int, b: int) -> None:
        children = self.usable(Child)
        if not children:
            return
        child = children[b % len(children)]
        obj = self.held(child)
        label = self.label(a)
        tag = Entity(Tag, Tag(label=label))
        with self.session.no_autoflush:
            obj.tags.append(tag.obj)
        self._born(tag, {"label": label})
        row = self.live[child]
        self.live[child] = replace(row, tags=row.tags | {tag})
        self.touched.add(child)

    def op_add_node(self, a: int, b: int) -> None:
        name, nodes = self.fresh("n"), self.usable(Node)
        above = nodes[b % len(nodes)] if nodes and a % 3 else None
        if above is None:
            node = Entity(Node, Node(name=name))
            self.session.add(node.obj)
        else:
            obj = self.held(above)
            node = Entity(Node, Node(name=name))
            with self.session.no_autoflush:
                obj.children.append(node.obj)
            self.touched.add(above)
        self._born(node, {"name": name}, above)

    def _born(self, entity: Entity, values: dict[str, Any], parent: Entity | None = None) -> None:
        self.live[entity] = Row(values, parent)
        self.pending.add(entity)

    def op_set_value(self, a: int, b: int) -> None:
        entities = self.usable()
        if not entities:
            return
        entity = entities[a % len(entities)]
        obj = self.held(entity)
        keys = SCALARS[entity.cls]
        key = keys[b % len(keys)]
        if key == "label":
            value: Any = self.label(b)
        elif key == "value":
            value = None if b % 5 == 0 else b
        else:
            value = self.fresh("v") if b % 4 else None
        setattr(obj, key, value)
        self.change(entity, key, value)

    def op_set_same_value(self, a: int, b: int) -> None:
        entities = self.usable()
        if entities:
            entity = entities[a % len(entities)]
            obj = self.held(entity)
            key = SCALARS[entity.cls][0]
            with self.session.no_autoflush:
                setattr(obj, key, getattr(obj, key))
            self.touched.add(entity)

    def op_swap_labels(self, a: int, b: int) -> None:
        tags = self.usable(Tag)
        if len(tags) < 2 or not IS_ACCORD:
            return
        first, second = tags[a % len(tags)], tags[b % len(tags)]
        one, two = self.held(first), self.held(second)
        labels = self.live[first].values["label"], self.live[second].values["label"]
        one.label, two.label = labels[1], labels[0]
        if first is not second:
            self.change(first, "label", labels[1])
            self.change(second, "label", labels[0])
        else:
            self.change(first, "label", labels[0])

    def op_move_child(self, a: int, b: int) -> None:
        children, parents = self.usable(Child), self.usable(Parent)
        if not children or not parents:
            return
        child, parent = children[a % len(children)], parents[b % len(parents)]
        if child in self.pending and not IS_ACCORD:
            return  # SQLAlchemy expunges it on the way from one parent to the other
        obj, target = self.held(child), self.held(parent)
        with self.session.no_autoflush:
            assert obj.parent is not None  # loaded: an unknown old parent is not told
            if (a % 2 and child not in self.pending) or self.live[child].parent is parent:
                obj.parent = target
            else:
                target.children.append(obj)
        self.touched |= {child, parent} | self._set([self.live[child].parent])
        self.live[child] = replace(self.live[child], parent=parent)

    def _set(self, entities: Any) -> set[Entity]:
        return {entity for entity in entities if entity is not None}

    def op_remove_child(self, a: int, b: int) -> None:
        children = [c for c in self.usable(Child) if self.live[c].parent is not None]
        if not children:
            return
        child = children[a % len(children)]
        if child in self.pending and self.live[child].tags:
            return
        if not IS_ACCORD and (self.live[child].tags & self.touched | self.pending):
            return  # SQLAlchemy still inserts the new links of the orphan
        parent = self.live[child].parent
        assert parent is not None
        above, obj = self.held(parent), self.held(child)
        with self.session.no_autoflush:
            if b % 2 and child not in self.pending and obj.parent is not None:
                obj.parent = None
            else:
                above.children.remove(obj)
        self.touched |= {parent, child}
        if child in self.pending:  # never inserted: forgotten at once
            self._forget(child)
        else:
            self.orphaned.add(child)

    def _forget(self, entity: Entity) -> None:
        del self.live[entity]
        for collection in (self.pending, self.changed, self.touched):
            collection.discard(entity)

    def op_tag_child(self, a: int, b: int) -> None:
        children, tags = self.usable(Child), self.usable(Tag)
        if not children or not tags:
            return
        child, tag = children[a % len(children)], tags[b % len(tags)]
        row = self.live[child]
        if tag in row.tags:
            return
        obj, label = self.held(child), self.held(tag)
        with self.session.no_autoflush:
            if a % 2:
                obj.tags.append(label)
            else:
                label.children.append(obj)
        self.live[child] = replace(row, tags=row.tags | {tag})
        self.touched |= {child, tag}

    def op_untag_child(self, a: int, b: int) -> None:
        tags = self.usable(Tag)
        links = [(c, t) for c in self.usable(Child) for t in tags if t in self.live[c].tags]
        if not links:
            return
        child, tag = links[a % len(links)]
        obj, label = self.held(child), self.held(tag)
        with self.session.no_autoflush:
            if b % 2:
                obj.tags.remove(label)
            else:
                label.children.remove(obj)
        row = self.live[child]
        self.live[child] = replace(row, tags=row.tags - {tag})
        self.touched |= {child, tag}

    def op_move_node(self, a: int, b: int) -> None:
        nodes = self.usable(Node)
        if not nodes:
            return
        node, above = nodes[a % len(nodes)], nodes[b % len(nodes)] if b % 4 else None
        walk = above
        while walk is not None and walk is not node:
            walk = self.live[walk].parent
        if walk is node:
            return
        obj, target = self.held(node), self.held(above) if above else None
        with self.session.no_autoflush:
            obj.parent  # noqa: B018 (loaded: an unknown old parent is not told)
            obj.parent = target
        self.touched |= {node} | self._set([above, self.live[node].parent])
        self.live[node] = replace(self.live[node], parent=above)

    def op_delete(self, a: int, b: int) -> None:
        entities = self.persistent(Parent, Tag, Node)
        if not entities:
            return
        entity = entities[a % len(entities)]
        if not self.quiet(entity):
            self.op_flush(0, 0)
        obj = self.held(entity)
        with self.session.no_autoflush:
            self.session.delete(obj)
        self.marked.add(entity)

    def op_delete_child(self, a: int, b: int) -> None:
        children = self.persistent(Child)
        if not children:
            return
        child = children[a % len(children)]
        self.op_flush(0, 0)
        self.session.delete(self.held(child))
        self.marked.add(child)
        self.op_flush(0, 0)

    def op_undelete(self, a: int, b: int) -> None:
        """add() after delete() and before the flush takes the mark back."""
        entities = [e for e in self.marked if e.cls in (Tag, Node)]
        entities.sort(key=lambda e: e.key or 0)
        if entities:
            entity = entities[a % len(entities)]
            label = self.live[entity].values.get("label")
            taken = [e for e in self.usable(Tag) if label and self.live[e].values["label"] == label]
            if not taken:
                self.session.add(entity.obj)
                self.marked.discard(entity)
                self.touched.add(entity)

    def op_flush(self, a: int, b: int) -> None:
        self.session.flush()
        self.flushed()
        self.require(not self.session.new, "new is not empty after a flush")
        self.require(not self.session.dirty, "dirty is not empty after a flush")
        self.require(not self.session.deleted, "deleted is not empty after a flush")

    def op_commit(self, a: int, b: int) -> None:
        self.session.commit()
        self.flushed()
        self.base = dict(self.live)
        self.savepoints.clear()
        self.check_tables()

    def op_rollback(self, a: int, b: int) -> None:
        self.session.rollback()
        self.savepoints.clear()
        self.restore(self.base)

    def op_begin_nested(self, a: int, b: int) -> None:
        if len(self.savepoints) < 3:
            nested = self.session.begin_nested()
            self.flushed()
            self.savepoints.append((nested, dict(self.live)))

    def op_release(self, a: int, b: int) -> None:
        if self.savepoints:
            nested, _ = self.savepoints.pop()
            nested.commit()
            self.flushed()

    def op_rollback_nested(self, a: int, b: int) -> None:
        if self.savepoints:
            nested, live = self.savepoints.pop()
            nested.rollback()
            self.restore(live)
            for entity in self.live:  # a collection loaded since the savepoint is not expired
                obj = self.alive(entity)
                if obj is not None:
                    self.session.expire(obj, RELATIONS[entity.cls])

    def op_expire(self, a: int, b: int) -> None:
        entities = self.persistent()
        if entities:
            entity = entities[a % len(entities)]
            if not self.quiet(entity):
                self.op_flush(0, 0)
            if entity in self.live:
                self.session.expire(self.held(entity))

    def op_expire_all(self, a: int, b: int) -> None:
        self.op_flush(0, 0)
        self.session.expire_all()

    def op_refresh(self, a: int, b: int) -> None:
        self.op_flush(0, 0)
        entities = self.persistent()
        if entities:
            self.session.refresh(self.held(entities[a % len(entities)]))

    def op_get(self, a: int, b: int) -> None:
        entities = self.persistent()
        if not entities:
            return
        entity = entities[a % len(entities)]
        with self.session.no_autoflush:
            found = self.session.get(entity.cls, entity.key)
        self.require(found is not None, f"get does not find {entity}")
        if entity.obj is not None:
            self.require(found is entity.obj, f"get answers another object for {entity}")
        entity.obj = found

    def op_get_missing(self, a: int, b: int) -> None:
        with self.session.no_autoflush:
            found = self.session.get(CLASSES[a % 4], 100000 + b)
        self.require(found is None, "get finds a row that never was")

    def op_query(self, a: int, b: int) -> None:
        cls = CLASSES[a % 4]
        statement = select(cls).order_by(cls.id)
        if b % 3 == 1 and cls is not Tag:
            option = {Parent: "children", Child: "tags", Node: "children"}[cls]
            statement = statement.options(selectinload(getattr(cls, option)))
        found = self.session.scalars(statement).all()
        self.flushed()
        expected = sorted((e for e in self.live if e.cls is cls), key=lambda e: e.key or 0)
        self.require([obj.id for obj in found] == [e.key for e in expected], f"rows of {cls}")
        for obj, entity in zip(found, expected, strict=True):
            self.require(entity.obj in (None, obj), f"the query answers another object: {entity}")
            entity.obj = obj

    def op_query_by_value(self, a: int, b: int) -> None:
        if not self.live:
            return
        entity = list(self.live)[a % len(self.live)]
        key = SCALARS[entity.cls][0]
        value = self.live[entity].values[key]
        statement = select(entity.cls.id).where(getattr(entity.cls, key) == value)
        found = self.session.scalars(statement.order_by(entity.cls.id)).all()
        self.flushed()
        expected = sorted(
            e.key or 0
            for e, row in self.live.items()
            if e.cls is entity.cls and row.values[key] == value
        )
        self.require(list(found) == expected, f"{entity.cls.__name__} where {key} = {value!r}")

    def op_merge(self, a: int, b: int) -> None:
        entities = self.persistent(Parent, Child, Node)
        if not entities:
            return
        entity = entities[a % len(entities)]
        name = self.fresh("m")
        merged = self.session.merge(entity.cls(id=entity.key, name=name))
        self.flushed()
        if entity.obj is not None:
            self.require(merged is entity.obj, f"merge answers another object for {entity}")
        entity.obj = merged
        self.change(entity, "name", name)

    def op_merge_new(self, a: int, b: int) -> None:
        name = self.fresh("m")
        merged = self.session.merge(Node(name=name))
        self.flushed()
        self._born(Entity(Node, merged), {"name": name})

    def op_expunge_and_add(self, a: int, b: int) -> None:
        self.op_flush(0, 0)
        entities = self.persistent(Tag, Node)
        if not entities:
            return
        entity = entities[a % len(entities)]
        obj = self.held(entity)
        key = SCALARS[entity.cls][0]
        getattr(obj, key)
        self.session.expunge(obj)
        self.require(inspect(obj).detached, f"{entity} is not detached by expunge")
        if b % 2:
            value = self.label(b) if key == "label" else self.fresh("x")
            setattr(obj, key, value)
            self.change(entity, key, value)
        self.session.add(obj)

    def op_expunge_pending(self, a: int, b: int) -> None:
        candidates = [e for e in self.pending if not self.neighbours({e})]
        candidates = [e for e in self.usable(Tag, Node) if e in candidates]
        if candidates:
            entity = candidates[a % len(candidates)]
            self.session.expunge(entity.obj)
            self._forget(entity)
            self.require(inspect(entity.obj).transient, "an expunged new object is not transient")

    def op_close_and_reattach(self, a: int, b: int) -> None:
        if b % 3:
            self.op_commit(0, 0)
        else:
            self.op_rollback(0, 0)
        self.session.close()
        for entity in self.live:
            if entity.obj is not None:
                self.require(inspect(entity.obj).detached, f"{entity} is not detached by close")
        if a % 2:
            for entity in self.live:
                if entity.obj is not None:
                    self.session.add(entity.obj)
        else:
            for entity in self.live:
                entity.obj = None

    def op_let_go(self, a: int, b: int) -> None:
        """Nobody holds the objects any more; the identity map must not mind."""
        self.op_flush(0, 0)
        for entity in self.live:
            if self.savepoints or entity not in self.base:
                continue
            entity.obj = None
        if a % 5 == 0:
            gc.collect()

    def op_conflict(self, a: int, b: int) -> None:
        tags = self.usable(Tag)
        if not tags:
            return
        label = self.live[tags[a % len(tags)]].values["label"]
        self.session.add(Tag(label=label))
        try:
            self.session.flush()
        except exc.IntegrityError:
            self.op_rollback(0, 0)
        else:
            raise Divergence("a duplicate label was stored")

    # --- comparing

    def check(self) -> None:
        session = self.session
        new, dirty, deleted = session.new, session.dirty, session.deleted
        gone = self.doomed()
        for entity, row in self.live.items():
            obj = entity.obj
            if obj is None:
                continue
            self.require(obj in session, f"{entity} is not in the session")
            self.require((obj in new) == (entity in self.pending), f"{entity} in session.new")
            if entity in self.marked:
                self.require(obj in deleted, f"{entity} is not in session.deleted")
                self.require(obj not in dirty, f"deleted {entity} is in session.dirty")
            elif entity not in gone:
                self.require(obj not in deleted, f"{entity} is in session.deleted")
            if entity in gone:
                continue
            if entity in self.changed and entity not in self.pending:
                self.require(obj in dirty, f"changed {entity} is not in session.dirty")
            elif entity not in self.touched:
                self.require(obj not in dirty, f"clean {entity} is in session.dirty")
            with session.no_autoflush:
                self._check_values(entity, row, gone)
        if not self.unflushed():
            self._check_collections()

    def _check_values(self, entity: Entity, row: Row, gone: set[Entity]) -> None:
        obj = entity.obj
        for key, value in row.values.items():
            seen = getattr(obj, key)
            self.require(seen == value, f"{entity}.{key} is {seen!r}, expected {value!r}")
        if entity not in self.pending:
            self.require(obj.id == entity.key, f"{entity} has the key {obj.id}")
            known = self.session.identity_map.get(inspect(obj).key)
            self.require(known is obj, f"{entity} is not what the identity map holds")
        if entity.cls in (Child, Node) and row.parent not in gone:
            self._same(obj.parent, row.parent, f"{entity}.parent")

    def _check_collections(self) -> None:
        for entity, row in self.live.items():
            obj = entity.obj
            if obj is None:
                continue
            if entity.cls is Child:
                self._same_set(obj.tags, row.tags, f"{entity}.tags")
                expected = row.parent.key if row.parent else None
                self.require(obj.parent_id == expected, f"{entity}.parent_id")
            elif entity.cls is Tag:
                tagged = {e for e, r in self.live.items() if entity in r.tags}
                self._same_set(obj.children, tagged, f"{entity}.children")
            else:
                below = {e for e, r in self.live.items() if r.parent is entity}
                self._same_set(obj.children, below, f"{entity}.children")

    def _same(self, obj: Any, entity: Entity | None, what: str) -> None:
        if entity is None:
            self.require(obj is None, f"{what} is not None")
        elif entity.obj is None:
            self.require(obj is not None and obj.id == entity.key, f"{what} is another")
            entity.obj = obj
        else:
            self.require(obj is entity.obj, f"{what} is another object")

    def _same_set(self, objects: Any, entities: Any, what: str) -> None:
        self.require(len(objects) == len(entities), f"{what}: {len(objects)} of {len(entities)}")
        by_key = {obj.id: obj for obj in objects}
        for entity in entities:
            self.require(entity.key in by_key, f"{what}: {entity} is missing")
            self._same(by_key[entity.key], entity, what)

    def check_tables(self) -> None:
        """The committed content, read over a connection that has nothing to do with the session."""
        self._check_table(Parent, "SELECT id, name FROM parent")
        self._check_table(Child, "SELECT id, name, value, parent_id FROM child")
        self._check_table(Tag, "SELECT id, label FROM tag")
        self._check_table(Node, "SELECT id, name, parent_id FROM node")
        links = set(self.database.read("SELECT child_id, tag_id FROM child_tag"))
        expected = {(e.key, t.key) for e, row in self.live.items() for t in row.tags}
        self.require(links == expected, f"links {links ^ expected}")

    def _check_table(self, cls: Any, sql: str) -> None:
        stored = sorted(self.database.read(sql))
        expected = []
        for entity, row in self.live.items():
            if entity.cls is cls:
                line = [entity.key, *row.values.values()]
                if cls in (Child, Node):
                    line.append(row.parent.key if row.parent else None)
                expected.append(tuple(line))
        expected.sort()
        self.require(stored == expected, f"{cls.__name__} rows {stored} instead of {expected}")


KINDS = tuple(sorted(name[3:] for name in vars(World) if name.startswith("op_")))


def start(engine: Any, database: Any, *, expire_on_commit: bool = True) -> World:
    """A world on an emptied database."""
    with engine.begin() as connection:
        connection.execute(update(Node).values(parent_id=None))
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(delete(table))
    session = Session(engine, expire_on_commit=expire_on_commit)
    return World(session, database, expire_on_commit)
