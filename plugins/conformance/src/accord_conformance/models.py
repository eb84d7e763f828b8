"""Tables that several groups use, made once per run and emptied for each test.

In: a kit. Out: tables. Mapped classes are made by the groups themselves, on these tables or their
own.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from accord import Column, ForeignKey, Integer, MetaData, String, Table, select
from accord.orm import registry
from accord_conformance import check

if TYPE_CHECKING:
    from accord_conformance.kit import Kit


def things(kit: Kit) -> Table:
    """``id`` that counts, ``name`` unique, ``n`` a nullable integer."""
    name = kit.name("things")

    def build(metadata: MetaData) -> tuple[Table, ...]:
        return (
            Table(
                name,
                metadata,
                Column("id", Integer, primary_key=True),
                Column("name", String(100), unique=True),
                Column("n", Integer),
            ),
        )

    return kit.shared("things", build)[0]


def rows_of(kit: Kit, count: int) -> Table:
    """`things` with rows 1 to `count`: id i, name "row i", n = i * 10."""
    table = things(kit)
    with kit.engine.begin() as connection:
        connection.execute(
            table.insert(),
            [{"id": i, "name": f"row {i}", "n": i * 10} for i in range(1, count + 1)],
        )
    return table


def company(kit: Kit) -> tuple[Table, Table]:
    """Departments 1 to 3 and people: 1 Ada/30/1, 2 Bob/25/1, 3 Cyd/41/2, 4 Dan/NULL/NULL;
    department 3 is empty.
    """
    department_name, people_name = kit.name("departments"), kit.name("people")

    def build(metadata: MetaData) -> tuple[Table, ...]:
        departments = Table(
            department_name,
            metadata,
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("name", String(50), nullable=False),
        )
        people = Table(
            people_name,
            metadata,
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("name", String(50), nullable=False),
            Column("age", Integer),
            Column("department_id", Integer, ForeignKey(departments.c.id)),
        )
        return departments, people

    fresh = "company" not in kit.filled
    departments, people = kit.shared("company", build) if fresh else kit.filled["company"]
    if fresh:
        _fill(kit, departments, people)
        kit.filled["company"] = (departments, people)
    return departments, people


def _fill(kit: Kit, departments: Table, people: Table) -> None:
    with kit.engine.begin() as connection:
        connection.execute(
            departments.insert(),
            [
                {"id": i, "name": name}
                for i, name in enumerate(("Engines", "Keys", "Empty"), start=1)
            ],
        )
        connection.execute(people.insert(), PEOPLE)


PEOPLE: list[dict[str, Any]] = [
    {"id": 1, "name": "Ada", "age": 30, "department_id": 1},
    {"id": 2, "name": "Bob", "age": 25, "department_id": 1},
    {"id": 3, "name": "Cyd", "age": 41, "department_id": 2},
    {"id": 4, "name": "Dan", "age": None, "department_id": None},
]


def mapped(table: Table, **properties: Any) -> Any:
    """A class mapped to a table, with a constructor that takes attributes."""

    class Row:
        def __init__(self, **values: Any) -> None:
            for name, value in values.items():
                setattr(self, name, value)

    registry().map_imperatively(Row, table, properties=properties)
    return Row


def payloads(count: int) -> list[str]:
    """As many different texts, in no order."""
    texts = [f"payload {i}" for i in range(count)]
    random.Random(count).shuffle(texts)
    return texts


def counted(kit: Kit, *more: Any) -> Table:
    """A table with a counting key and a payload, shared and empty."""
    name = kit.name("counted")

    def build(metadata: MetaData) -> tuple[Table, ...]:
        return (
            Table(
                name,
                metadata,
                Column("id", Integer, primary_key=True),
                Column("payload", String(60)),
                Column("n", Integer, server_default="7"),
            ),
        )

    return kit.shared("keys counted", build)[0]


def flush_and_compare(kit: Kit, engine: Any, table: Table, objects: list[Any]) -> None:
    """Write the objects; every one has the key under which its payload is found."""
    with kit.session(engine) as session:
        session.add_all(objects)
        session.flush()
        known = {obj.payload: obj.id for obj in objects}
        session.commit()
    with kit.connect() as connection:
        found = connection.execute(select(table.c.payload, table.c.id))
        check.equal({row[0]: row[1] for row in found}, known)
    check.same(len(set(known.values())), len(objects), "different keys")
