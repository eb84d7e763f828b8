"""The model and the rows of every workload, for the ORMs, the raw driver and verification."""

from __future__ import annotations

import importlib
import random
import sqlite3
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = """
CREATE TABLE item (
    id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, category VARCHAR(20) NOT NULL,
    price FLOAT NOT NULL, quantity INTEGER NOT NULL
);
CREATE TABLE parent (
    id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, score INTEGER NOT NULL
);
CREATE TABLE child (
    id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, position INTEGER NOT NULL,
    parent_id INTEGER NOT NULL REFERENCES parent (id)
);
"""

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


def create(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(SCHEMA)
    connection.close()


def fill_items(connection: sqlite3.Connection, n: int) -> None:
    connection.execute("DELETE FROM item")
    connection.executemany(
        "INSERT INTO item (id, name, category, price, quantity) VALUES (?, ?, ?, ?, ?)",
        [(key, *row) for key, row in enumerate(item_rows(n), 1)],
    )
    connection.commit()


def fill_graph(connection: sqlite3.Connection, n: int) -> None:
    parents = max(1, n // (CHILDREN + 1))
    connection.execute("CREATE INDEX IF NOT EXISTS child_parent ON child (parent_id)")
    connection.execute("DELETE FROM child")
    connection.execute("DELETE FROM parent")
    connection.executemany(
        "INSERT INTO parent VALUES (?, ?, ?)",
        [(key, f"parent {key}", key % 100) for key in range(1, parents + 1)],
    )
    connection.executemany(
        "INSERT INTO child VALUES (?, ?, ?, ?)",
        [
            ((key - 1) * CHILDREN + position + 1, f"child {key}/{position}", position, key)
            for key in range(1, parents + 1)
            for position in range(CHILDREN)
        ],
    )
    connection.commit()


def check(condition: bool, what: str) -> None:
    if not condition:
        raise SystemExit(f"wrong result: {what}")


def check_items(connection: sqlite3.Connection, objects: list[Any], n: int) -> None:
    """Every object has the key of the row that carries its values; there are no other rows."""
    stored = dict(connection.execute("SELECT id, name FROM item"))
    check(len(stored) == n == len(objects), f"{len(stored)} items stored, {n} expected")
    check(all(stored[obj.id] == obj.name for obj in objects), "an item has the key of another row")
    sums = connection.execute("SELECT sum(quantity), round(sum(price), 2) FROM item").fetchone()
    rows = item_rows(n)
    expected = (sum(row[3] for row in rows), round(sum(row[2] for row in rows), 2))
    check(tuple(sums) == expected, "the stored values differ")


def check_graph(connection: sqlite3.Connection, parents: list[Any], n: int) -> None:
    names = dict(connection.execute("SELECT id, name FROM parent"))
    check(all(names[parent.id] == parent.name for parent in parents), "a parent's key is another's")
    linked = connection.execute(
        "SELECT count(*) FROM child JOIN parent ON parent.id = parent_id "
        "WHERE child.name LIKE 'child ' || substr(parent.name, 8) || '/%'"
    ).fetchone()[0]
    check(len(names) == len(parents), "parents are missing")
    check(linked == len(parents) * CHILDREN, f"{linked} children are linked to their own parent")
    keys = dict(connection.execute("SELECT id, name FROM child"))
    check(
        all(keys[child.id] == child.name for parent in parents for child in parent.children),
        "a child's key is another's",
    )
