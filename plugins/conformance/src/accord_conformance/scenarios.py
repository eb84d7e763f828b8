"""The cases of group keys: each flushes objects on the engine it is given and reads them back.

The group runs every case plainly and behind the proxy that permutes. In: a kit and an engine. Out:
nothing, or a Mismatch.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from typing import Any

from accord import (
    BigInteger,
    Column,
    ForeignKey,
    Identity,
    Integer,
    Sequence,
    String,
    Table,
    Uuid,
    func,
    select,
)
from accord.orm import registry, relationship
from accord_conformance import check, triggers
from accord_conformance.kit import Kit
from accord_conformance.models import counted, flush_and_compare, mapped, payloads

Scenario = Callable[[Kit, Any], None]
SCENARIOS: dict[str, tuple[Scenario, tuple[str, ...]]] = {}


def scenario(name: str, *needs: str) -> Callable[[Scenario], Scenario]:
    """Register a case that runs plainly and shuffled."""

    def register(function: Scenario) -> Scenario:
        SCENARIOS[name] = (function, needs)
        return function

    return register


@scenario("none")
def no_rows(kit: Kit, engine: Any) -> None:
    """A flush of nothing writes nothing."""
    table = counted(kit)
    with kit.session(engine) as session:
        session.flush()
        session.commit()
    with kit.connect() as connection:
        check.same(connection.execute(select(func.count()).select_from(table)).scalar(), 0)


def _count_case(count: int) -> Scenario:
    def case(kit: Kit, engine: Any) -> None:
        """Objects written at once have the keys of their rows."""
        table = counted(kit)
        cls = mapped(table)
        flush_and_compare(kit, engine, table, [cls(payload=text) for text in payloads(count)])

    return case


for _count in (1, 2, 3, 10, 251, 1000, 4000):
    scenario(f"rows-{_count}")(_count_case(_count))


@scenario("twice")
def twice(kit: Kit, engine: Any) -> None:
    """Two units of work one after the other get different keys."""
    table = counted(kit)
    cls = mapped(table)
    texts = payloads(40)
    objects = [cls(payload=text) for text in texts]
    with kit.session(engine) as session:
        for part in (objects[:15], objects[15:16], objects[16:]):
            session.add_all(part)
            session.flush()
        known = {obj.payload: obj.id for obj in objects}
        session.commit()
    with kit.connect() as connection:
        found = connection.execute(select(table.c.payload, table.c.id))
        check.equal({row[0]: row[1] for row in found}, known)


@scenario("given")
def given(kit: Kit, engine: Any) -> None:
    """Keys that were given stay, in any order."""
    table = counted(kit)
    cls = mapped(table)
    keys = list(range(1, 101))
    random.Random(1).shuffle(keys)
    objects = [cls(id=key, payload=f"p{key}") for key in keys]
    flush_and_compare(kit, engine, table, objects)
    check.equal([obj.__dict__.get("id", key) for obj, key in zip(objects, keys, strict=True)], keys)


@scenario("given-and-made", "keys.autoincrement_explicit")
def given_and_made(kit: Kit, engine: Any) -> None:
    """Objects with and without keys in one unit of work."""
    table = counted(kit)
    cls = mapped(table)
    objects = [
        cls(id=100_000 + i, payload=text) if i % 3 == 0 else cls(payload=text)
        for i, text in enumerate(payloads(30))
    ]
    flush_and_compare(kit, engine, table, objects)


@scenario("after-gap")
def after_gap(kit: Kit, engine: Any) -> None:
    """After rows were deleted new ones get keys that nobody has."""
    table = counted(kit)
    cls = mapped(table)
    with kit.session(engine) as session:
        first = [cls(payload=f"first {i}") for i in range(10)]
        session.add_all(first)
        session.flush()
        for obj in first[::2]:
            session.delete(obj)
        session.flush()
        second = [cls(payload=f"second {i}") for i in range(10)]
        session.add_all(second)
        session.flush()
        known = {obj.payload: obj.id for obj in first[1::2] + second}
        session.commit()
    with kit.connect() as connection:
        found = connection.execute(select(table.c.payload, table.c.id))
        check.equal({row[0]: row[1] for row in found}, known)


@scenario("after-rollback")
def after_rollback(kit: Kit, engine: Any) -> None:
    """After a rollback a new attempt gets keys and the rows are there once."""
    table = counted(kit)
    cls = mapped(table)
    with kit.session(engine) as session:
        session.add_all([cls(payload=f"lost {i}") for i in range(5)])
        session.flush()
        session.rollback()
    objects = [cls(payload=text) for text in payloads(5)]
    flush_and_compare(kit, engine, table, objects)


@scenario("server-default-fetched")
def server_default_fetched(kit: Kit, engine: Any) -> None:
    """A value the database filled in is on the object, of its own row."""
    table = kit.table(
        "made",
        Column("id", Integer, primary_key=True),
        Column("payload", String(60)),
        Column("n", Integer, server_default="7"),
    )
    cls = mapped(table)
    with kit.session(engine) as session:
        objects = [cls(payload=f"p{i}", **({"n": i} if i % 2 else {})) for i in range(20)]
        session.add_all(objects)
        session.flush()
        check.equal([obj.n for obj in objects], [i if i % 2 else 7 for i in range(20)])


@scenario("parents-and-children")
def parents_and_children(kit: Kit, engine: Any) -> None:
    """Children get the keys of their own parents."""
    metadata = kit.metadata()
    parents = Table(
        kit.name("parents"),
        metadata,
        Column("id", Integer, primary_key=True),
        Column("payload", String(60)),
    )
    children = Table(
        kit.name("children"),
        metadata,
        Column("id", Integer, primary_key=True),
        Column("parent_id", ForeignKey(parents.c.id), nullable=False),
        Column("payload", String(60)),
    )
    kit.create(metadata)
    registry_ = registry()
    parent_class, child_class = type("Parent", (), {}), type("Child", (), {})
    registry_.map_imperatively(child_class, children)
    registry_.map_imperatively(
        parent_class, parents, properties={"children": relationship(child_class)}
    )
    with kit.session(engine) as session:
        for text in payloads(60):
            parent: Any = parent_class()
            parent.payload = text
            for k in range(3):
                child: Any = child_class()
                child.payload = f"{text} / {k}"
                parent.children.append(child)
            session.add(parent)
        session.commit()
    with kit.connect() as connection:
        joined = select(parents.c.payload, children.c.payload).join(
            children, children.c.parent_id == parents.c.id
        )
        rows = connection.execute(joined).all()
    check.same(len(rows), 180)
    for parent_text, child_text in rows:
        check.same(child_text.split(" / ")[0], parent_text)


@scenario("self-referencing")
def self_referencing(kit: Kit, engine: Any) -> None:
    """A tree of one table: every node knows its own parent's key."""
    metadata = kit.metadata()
    nodes = Table(
        kit.name("nodes"),
        metadata,
        Column("id", Integer, primary_key=True),
        Column("payload", String(60)),
    )
    nodes.append_column(Column("parent_id", Integer, ForeignKey(nodes.c.id)))
    kit.create(metadata)
    node_class: Any = type("Node", (), {})
    registry().map_imperatively(
        node_class, nodes, properties={"children": relationship(node_class)}
    )

    def node(text: str, depth: int) -> Any:
        made = node_class()
        made.payload = text
        made.children = [node(f"{text}.{k}", depth - 1) for k in range(2 if depth else 0)]
        return made

    with kit.session(engine) as session:
        session.add(node("root", 4))
        session.commit()
    with kit.connect() as connection:
        parent = nodes.alias()
        rows = connection.execute(
            select(nodes.c.payload, parent.c.payload).outerjoin(
                parent, parent.c.id == nodes.c.parent_id
            )
        ).all()
    check.same(len(rows), 31)
    for text, above in rows:
        check.same(above, text.rpartition(".")[0] or None)


@scenario("uuid")
def uuid_keys(kit: Kit, engine: Any) -> None:
    """Keys made in Python."""
    table = kit.table(
        "uuids",
        Column("id", Uuid, primary_key=True, default=uuid.uuid4),
        Column("payload", String(60)),
        Column("n", Integer, server_default="7"),
    )
    cls = mapped(table)
    objects = [cls(payload=text) for text in payloads(50)]
    with kit.session(engine) as session:
        session.add_all(objects)
        session.flush()
        check.equal([obj.n for obj in objects], [7] * 50)
        known = {obj.payload: obj.id for obj in objects}
        session.commit()
    with kit.connect() as connection:
        found = connection.execute(select(table.c.payload, table.c.id))
        check.equal({row[0]: row[1] for row in found}, known)


@scenario("text-key")
def text_key(kit: Kit, engine: Any) -> None:
    """Natural keys of text."""
    table = kit.table(
        "texts",
        Column("id", String(40), primary_key=True),
        Column("payload", String(60)),
        Column("n", Integer, server_default="7"),
    )
    cls = mapped(table)
    objects = [cls(id=f"key {text}", payload=text) for text in payloads(30)]
    with kit.session(engine) as session:
        session.add_all(objects)
        session.flush()
        check.equal([obj.n for obj in objects], [7] * 30)
        session.commit()
    with kit.connect() as connection:
        for key, text in connection.execute(select(table.c.id, table.c.payload)):
            check.same(key, f"key {text}")


@scenario("composite")
def composite(kit: Kit, engine: Any) -> None:
    """Keys of two columns; a value the database makes comes to its own row."""
    table = kit.table(
        "pairs",
        Column("a", Integer, primary_key=True, autoincrement=False),
        Column("b", Integer, primary_key=True, autoincrement=False),
        Column("payload", String(60)),
        Column("n", Integer, server_default="7"),
    )
    cls = mapped(table)
    pairs = [(i % 5, i) for i in range(25)]
    random.Random(3).shuffle(pairs)
    objects = [cls(a=a, b=b, payload=f"{a}/{b}", **({"n": b} if b % 2 else {})) for a, b in pairs]
    with kit.session(engine) as session:
        session.add_all(objects)
        session.flush()
        check.equal([obj.n for obj in objects], [b if b % 2 else 7 for _, b in pairs])
        session.commit()
    with kit.connect() as connection:
        for a, b, text in connection.execute(select(table.c.a, table.c.b, table.c.payload)):
            check.same(text, f"{a}/{b}")


@scenario("bigint")
def bigint(kit: Kit, engine: Any) -> None:
    """A counting key of 64 bits."""
    table = kit.table(
        "big", Column("id", BigInteger, primary_key=True), Column("payload", String(60))
    )
    cls = mapped(table)
    flush_and_compare(kit, engine, table, [cls(payload=text) for text in payloads(20)])


@scenario("expression-default")
def expression_default(kit: Kit, engine: Any) -> None:
    """A key whose default is an SQL expression."""
    start = kit.table("start", Column("id", Integer, primary_key=True, autoincrement=False))
    largest = select(func.coalesce(func.max(start.c.id), 0) + 500).scalar_subquery()
    table = kit.table(
        "expressions",
        Column("id", Integer, primary_key=True, autoincrement=False, default=largest),
        Column("payload", String(60)),
    )
    cls = mapped(table)
    flush_and_compare(kit, engine, table, [cls(payload="only")])


@scenario("sequence", "keys.sequences")
def sequence(kit: Kit, engine: Any) -> None:
    """A key from a sequence."""
    metadata = kit.metadata()
    numbers = Sequence(kit.name("numbers"), start=100, metadata=metadata)
    table = Table(
        kit.name("sequenced"),
        metadata,
        Column("id", Integer, numbers, primary_key=True),
        Column("payload", String(60)),
    )
    kit.create(metadata)
    cls = mapped(table)
    objects = [cls(payload=text) for text in payloads(30)]
    flush_and_compare(kit, engine, table, objects)


@scenario("identity", "keys.identity")
def identity(kit: Kit, engine: Any) -> None:
    """An identity column."""
    table = kit.table(
        "identity",
        Column("id", Integer, Identity(), primary_key=True),
        Column("payload", String(60)),
    )
    cls = mapped(table)
    flush_and_compare(kit, engine, table, [cls(payload=text) for text in payloads(30)])


@scenario("identity-always", "keys.identity")
def identity_always(kit: Kit, engine: Any) -> None:
    """An identity column that the database always makes."""
    table = kit.table(
        "always",
        Column("id", Integer, Identity(always=True, start=42), primary_key=True),
        Column("payload", String(60)),
    )
    cls = mapped(table)
    flush_and_compare(kit, engine, table, [cls(payload=text) for text in payloads(12)])


@scenario("trigger-changes-value")
def trigger_changes_value(kit: Kit, engine: Any) -> None:
    """A value that a trigger changes is on the object as the trigger left it."""
    table = kit.table(
        "triggered",
        Column("id", Integer, primary_key=True),
        Column("payload", String(60)),
        Column("n", Integer, server_default="7"),
    )
    triggers.add_to_n(kit, table, 1000)
    cls = mapped(table)
    with kit.session(engine) as session:
        objects = [cls(payload=text) for text in payloads(12)]
        session.add_all(objects)
        session.flush()
        for obj in objects:
            session.refresh(obj)
        check.equal([obj.n for obj in objects], [1007] * 12)
        known = {obj.payload: obj.id for obj in objects}
        session.commit()
    with kit.connect() as connection:
        found = connection.execute(select(table.c.payload, table.c.id))
        check.equal({row[0]: row[1] for row in found}, known)


@scenario("many-without-order")
def many_without_order(kit: Kit, engine: Any) -> None:
    """Three tables in one unit of work, each with keys of its own."""
    tables = [
        kit.table(f"t{i}", Column("id", Integer, primary_key=True), Column("payload", String(60)))
        for i in range(3)
    ]
    classes = [mapped(table) for table in tables]
    objects = [
        cls(payload=f"{text} in {i}") for text in payloads(40) for i, cls in enumerate(classes)
    ]
    with kit.session(engine) as session:
        session.add_all(objects)
        session.flush()
        known = [(obj.payload, obj.id) for obj in objects]
        session.commit()
    with kit.connect() as connection:
        found = [
            tuple(row)
            for table in tables
            for row in connection.execute(select(table.c.payload, table.c.id))
        ]
    check.same_set(found, known)
