"""Random changes that end in a valid state never break a constraint on the way there.

The tables in memory check foreign keys and unique keys after every row. Each example builds a
state, flushes it, changes it at random (swaps, moves, replacements, circles, deletes), flushes
again and compares the tables with the objects.
"""

import itertools
import os
import random
from collections.abc import Sequence
from typing import Any

from flow_doubles import FlowSession, run
from flow_models import Ball, Base, Child, Node, Parent, Person, Post, Tag, Unique, unique
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from memory_tables import MemoryTables

from accord.dialect import Execute
from accord.mapping import new_collection
from accord.state import key_of

NAMES = [f"name{number}" for number in range(12)]


class MemoryLoader:
    """Reads from the tables in memory."""

    def __init__(self, session: FlowSession, db: MemoryTables) -> None:
        self.session, self.db = session, db

    def members_steps(self, objs: Sequence[Any], relationship: Any) -> Any:
        yield Execute(None, "SELECT members")  # type: ignore[arg-type]
        mapper = relationship.mapper
        ((_, far),) = relationship.pairs
        table = relationship.secondary if relationship.secondary is not None else mapper.local_table
        key = (
            relationship.secondary_pairs[0][1].name if relationship.secondary is not None else "id"
        )
        return [
            [
                self.session.identity.get(mapper, row[key])
                for row in self.db.rows[table.name]
                if row[far.name] == key_of(obj)
            ]
            for obj in objs
        ]

    def values_steps(self, mapper: Any, objs: Sequence[Any], attribute_keys: Sequence[str]) -> Any:
        yield Execute(None, "SELECT values")  # type: ignore[arg-type]
        rows = {row["id"]: row for row in self.db.rows[mapper.local_table.name]}
        types = self.session.bind.dialect.types
        results = [types.entry(mapper.c[key].type).result or _same for key in attribute_keys]
        return [
            tuple(
                result(rows[key_of(obj)][key])
                for result, key in zip(results, attribute_keys, strict=True)
            )
            for obj in objs
        ]


class World:
    """Objects of one session, and what they ought to be."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.session = FlowSession()
        self.db = MemoryTables(Base.metadata)
        self.loader = MemoryLoader(self.session, self.db)
        self.session.load_attribute = self.load  # type: ignore[method-assign]
        self.links: dict[Any, Any] = {}
        self.numbers = itertools.count(1)
        self.before: dict[int, dict[str, Any]] = {}
        self.live: dict[type, list[Any]] = {
            cls: [] for cls in (Parent, Child, Node, Unique, Post, Tag, Person, Ball)
        }

    def some(self, cls: type, share: float) -> list[Any]:
        return [obj for obj in self.live[cls] if self.chance.random() < share]

    def add(self, *objs: Any) -> None:
        self.session.add(*objs)
        for obj in objs:
            self.live[type(obj)].append(obj)

    def grow(self) -> None:
        chance = self.chance
        self.add(*[Parent() for _ in range(chance.randrange(4))])
        self.add(*[Child() for _ in range(chance.randrange(6))])
        self.add(*[Node() for _ in range(chance.randrange(5))])
        self.add(*[Post(tags=[]) for _ in range(chance.randrange(3))])
        self.add(*[Tag(posts=[]) for _ in range(chance.randrange(3))])
        self.add(*[unique(next(self.numbers)) for _ in range(chance.randrange(4))])

    def shrink(self) -> None:
        for cls in (Parent, Child, Node, Unique, Post, Tag):
            for obj in self.some(cls, 0.3):
                if key_of(obj) is not None:
                    self.live[cls].remove(obj)
                    self.session.delete(obj)
        for person in self.some(Person, 0.2):
            if key_of(person) is not None:
                self.remove_person(person)

    def remove_person(self, person: Person) -> None:
        balls = [ball for ball in self.live[Ball] if ball.person is person]
        for other in self.live[Person]:
            if vars(other).get("favorite") in balls:
                other.favorite = None
        self.live[Person].remove(person)
        for ball in balls:
            self.live[Ball].remove(ball)
        self.session.delete(person, *[ball for ball in balls if key_of(ball) is not None])

    def rearrange(self) -> None:
        chance = self.chance
        names: list[Any] = chance.sample(NAMES, len(NAMES)) + [None] * 40
        for parent in self.live[Parent]:
            if chance.random() < 0.6 or parent.name is None:
                parent.name = None
        taken = {parent.name for parent in self.live[Parent]}
        free = [name for name in names if name is None or name not in taken]
        for parent in self.live[Parent]:
            if parent.name is None:
                parent.name = free.pop(0)
        for child in self.some(Child, 0.5):
            child.parent = self.links[child] = chance.choice([*self.live[Parent], None])
        for node in self.some(Node, 0.5):
            node.up = self.links[node] = chance.choice([*self.live[Node], None])
        for post in self.some(Post, 0.5):
            post.tags = self.some(Tag, 0.5)
        for tag in self.some(Tag, 0.3):
            tag.posts = self.some(Post, 0.5)
        self.permute()
        self.play_ball()

    def permute(self) -> None:
        objs = self.live[Unique]
        for key in ("number", "email", "nick", "token"):
            chosen = [obj for obj in objs if self.chance.random() < 0.5]
            values = [getattr(obj, key) for obj in chosen]
            self.chance.shuffle(values)
            for obj, value in zip(chosen, values, strict=True):
                setattr(obj, key, value)
        pairs = [(obj.area, obj.place) for obj in objs]
        self.chance.shuffle(pairs)
        for obj, (area, place) in zip(objs, pairs, strict=True):
            obj.area, obj.place = area, place

    def play_ball(self) -> None:
        for _ in range(self.chance.randrange(3)):
            person = Person()
            balls = [Ball(person=person) for _ in range(self.chance.randrange(3))]
            self.session.add(person)
            self.live[Person].append(person)
            self.live[Ball] += balls
        for person in self.some(Person, 0.6):
            person.favorite = self.chance.choice([*self.live[Ball], None])
        for ball in self.some(Ball, 0.3):
            ball.person = self.chance.choice(self.live[Person])

    def expire(self) -> None:
        """Forget what is loaded of some objects: old values will have to be read."""
        for cls in (Parent, Child, Node, Unique):
            for obj in self.some(cls, 0.3):
                self.before.setdefault(id(obj), {}).update(vars(obj))
                self.session.expire(obj)

    def value(self, obj: Any, key: str) -> Any:
        """What an attribute holds, or held before it was expired."""
        return vars(obj).get(key, self.before.get(id(obj), {}).get(key))

    def load(self, obj: Any, attribute: Any) -> Any:
        """What the session does for an attribute that is not loaded."""
        prop, mapper = attribute.prop, type(obj).__mapper__
        if attribute.key not in mapper.relationships:
            (row,) = run(self.loader.values_steps(mapper, [obj], [attribute.key]), self.db)
            vars(obj)[attribute.key] = row[0]
        elif prop.uselist:
            (items,) = run(self.loader.members_steps([obj], prop), self.db)
            vars(obj)[attribute.key] = new_collection(obj, prop, items)
        else:
            key = getattr(obj, prop.pairs[0][0].key)
            vars(obj)[attribute.key] = self.session.identity.get(prop.mapper, key)
        return vars(obj)[attribute.key]

    def flush(self) -> None:
        self.session.flush(self.db, self.loader)
        self.check()

    def check(self) -> None:
        session = self.session
        assert not (session.new_objects or session.dirty_objects or session.deleted_objects)
        for cls, objs in self.live.items():
            mapper: Any = cls.__mapper__  # type: ignore[attr-defined]
            keys = list(mapper.column_keys)
            rows = self.db.rows[mapper.local_table.name]
            stored = {tuple(_plain(row[key]) for key in keys) for row in rows}
            assert stored == {tuple(_plain(self.value(obj, key)) for key in keys) for obj in objs}
        for cls, key in ((Child, "parent_id"), (Node, "up_id")):
            for obj in self.live[cls]:
                target = self.links.get(obj)
                gone = target is None or target not in self.live[type(target)]
                assert self.value(obj, key) == (None if gone else key_of(target))
        pairs = {(row["post_id"], row["tag_id"]) for row in self.db.rows["tagging"]}
        expected = {
            (post.id, tag.id)
            for post in self.live[Post]
            for tag in self.value(post, "tags") or []
            if tag in self.live[Tag]
        }
        assert pairs == expected


def _same(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    return None if value is None else str(value).replace("-", "")


@given(seed=st.integers(0, 2**32), rounds=st.integers(1, 4))
@settings(
    max_examples=int(os.environ.get("ACCORD_FLUSHES", "150")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
def test_constraints_hold_at_every_row(seed: int, rounds: int) -> None:
    chance = random.Random(seed)
    world = World(chance)
    for _ in range(rounds):
        world.grow()
        world.rearrange()
        world.flush()
        world.expire()
        world.shrink()
        if chance.random() < 0.7:
            world.grow()
        world.rearrange()
        world.flush()
