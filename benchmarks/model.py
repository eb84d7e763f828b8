"""The model and the rows of every workload, for the ORMs, the raw driver and verification."""

from __future__ import annotations

import importlib
import random
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from benchmarks.database import Check

if TYPE_CHECKING:
    from benchmarks.database import Database

CHILDREN = 4
COLUMNS = ("name", "category", "price", "quantity")


@dataclass(slots=True)
class RawItem:
    id: int | None
    name: str
    category: str
    price: float
    quantity: int


@dataclass(slots=True)
class RawParent:
    id: int | None
    name: str
    score: int
    children: list[RawChild]


@dataclass(slots=True)
class RawChild:
    id: int | None
    name: str
    position: int
    parent_id: int | None
    parent: RawParent | None


def orm(library: str) -> SimpleNamespace:
    """The library's names and its mapped classes, the same code for each."""
    lib = importlib.import_module(library)
    lib_orm = importlib.import_module(f"{library}.orm")
    column, related = lib_orm.mapped_column, lib_orm.relationship
    integer, string = lib.Integer, lib.String

    class Base(lib_orm.DeclarativeBase):
        pass

    class Item(Base):
        __tablename__ = "item"
        id = column(integer, primary_key=True)
        name = column(string(50), nullable=False)
        category = column(string(20), nullable=False)
        price = column(lib.Float, nullable=False)
        quantity = column(integer, nullable=False)

    class Parent(Base):
        __tablename__ = "parent"
        id = column(integer, primary_key=True)
        name = column(string(50), nullable=False)
        score = column(integer, nullable=False)
        children = related("Child", back_populates="parent")

    class Child(Base):
        __tablename__ = "child"
        id = column(integer, primary_key=True)
        name = column(string(50), nullable=False)
        position = column(integer, nullable=False)
        parent_id = column(integer, lib.ForeignKey("parent.id"), nullable=False)
        parent = related("Parent", back_populates="children")

    return SimpleNamespace(lib=lib, orm=lib_orm, Item=Item, Parent=Parent, Child=Child)


def item_rows(n: int) -> list[tuple[str, str, float, int]]:
    """Name, category, price and quantity of `n` items, always the same."""
    chance = random.Random(7)
    return [
        (f"item number {number}", f"category {number % 20}", chance.randrange(100000) / 100, number)
        for number in range(n)
    ]


def create(database: Database) -> None:
    """The tables, empty."""
    check = Check(database)
    check.run(database.schema)
    check.close()


def fill_items(check: Check, n: int) -> None:
    check.run(check.database.empty())
    rows = [(key, *row) for key, row in enumerate(item_rows(n), 1)]
    check.fill("item", "id, name, category, price, quantity", rows)


def fill_graph(check: Check, n: int) -> None:
    parents = max(1, n // (CHILDREN + 1))
    check.run(check.database.empty())
    rows = [(key, f"parent {key}", key % 100) for key in range(1, parents + 1)]
    check.fill("parent", "id, name, score", rows)
    children = [
        ((key - 1) * CHILDREN + position + 1, f"child {key}/{position}", position, key)
        for key in range(1, parents + 1)
        for position in range(CHILDREN)
    ]
    check.fill("child", "id, name, position, parent_id", children)
    check.run(check.database.indexes)


def check(condition: bool, what: str) -> None:
    if not condition:
        raise SystemExit(f"wrong result: {what}")


def check_items(stored: Check, objects: list[Any], n: int) -> None:
    """Every object has the key of the row that carries its values; there are no other rows."""
    names = dict(stored.rows("SELECT id, name FROM item"))
    check(len(names) == n == len(objects), f"{len(names)} items stored, {n} expected")
    check(all(names[obj.id] == obj.name for obj in objects), "an item has the key of another row")
    quantity, price = stored.rows("SELECT sum(quantity), sum(price) FROM item")[0]
    rows = item_rows(n)
    check(int(quantity) == sum(row[3] for row in rows), "the stored quantities differ")
    check(abs(float(price) - sum(row[2] for row in rows)) < 0.01, "the stored prices differ")


def check_graph(stored: Check, parents: list[Any], n: int) -> None:
    names = dict(stored.rows("SELECT id, name FROM parent"))
    check(all(names[parent.id] == parent.name for parent in parents), "a parent's key is another's")
    check(len(names) == len(parents), "parents are missing")
    children = stored.rows("SELECT id, name, parent_id FROM child")
    check(len(children) == len(parents) * CHILDREN, f"{len(children)} children are stored")
    check(
        all(name.startswith(f"child {names[key][7:]}/") for _, name, key in children),
        "a child is linked to another parent",
    )
    keys = {key: name for key, name, _ in children}
    check(
        all(keys[child.id] == child.name for parent in parents for child in parent.children),
        "a child's key is another's",
    )
