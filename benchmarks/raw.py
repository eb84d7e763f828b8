"""The baseline: every workload hand-written on the driver, the fastest way that yields all keys.

What all databases do alike is here, and SQLite; the servers' ways to write many rows are in
`raw_servers`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from benchmarks.model import CHILDREN, COLUMNS, RawChild, RawItem, RawParent, item_rows
from benchmarks.workload import Turn, Workload

if TYPE_CHECKING:
    from benchmarks.database import Database

PAGE = 500

PARENT = ("name", "score")
CHILD = ("name", "position", "parent_id")


class Raw(Workload):
    """On any DB-API driver; subclasses say how many rows are written and found at once."""

    def open(self, database: Database) -> None:
        self.database = database
        self.connection = database.connect()
        self.cursor = self.connection.cursor()

    # --- what differs: SQLite's way here ----------------------------------------------------------

    def write_new(self, table: str, columns: tuple[str, ...], objects: list[Any]) -> None:
        """Insert objects and put the keys they get on them."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self.cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", values(columns, objects)
        )
        last = self.cursor.execute("SELECT last_insert_rowid()").fetchone()[0]
        for key, obj in enumerate(objects, last - len(objects) + 1):
            obj.id = key

    def write_quantities(self, items: list[Any]) -> None:
        """Update the quantity of many items."""
        for start in range(0, len(items), PAGE):
            page = items[start : start + PAGE]
            marks = ",".join(["(?, ?)"] * len(page))
            self.cursor.execute(
                f"WITH v(k, q) AS (VALUES {marks}) "
                "UPDATE item SET quantity = v.q FROM v WHERE item.id = v.k",
                [value for item in page for value in (item.id, item.quantity)],
            )

    def remove(self, items: list[Any]) -> None:
        """Delete many items."""
        for start in range(0, len(items), PAGE):
            keys = [item.id for item in items[start : start + PAGE]]
            marks = ",".join([self.database.mark] * len(keys))
            self.cursor.execute(f"DELETE FROM item WHERE id IN ({marks})", keys)

    def children_of(self, keys: list[int]) -> Any:
        """The rows of the children of some parents."""
        marks = ",".join([self.database.mark] * len(keys))
        self.cursor.execute(
            f"SELECT id, name, position, parent_id FROM child WHERE parent_id IN ({marks})", keys
        )
        return self.cursor.fetchall()

    # --- what is the same everywhere --------------------------------------------------------------

    def insert(self, turn: Turn, n: int) -> list[Any]:
        rows = item_rows(n)
        with turn:
            items = [RawItem(None, *row) for row in rows]
            self.write_new("item", COLUMNS, items)
            self.connection.commit()
        return items

    def insert_graph(self, turn: Turn, n: int) -> list[Any]:
        count = max(1, n // (CHILDREN + 1))
        with turn:
            parents = []
            for key in range(1, count + 1):
                parent = RawParent(None, f"parent {key}", key % 100, [])
                for position in range(CHILDREN):
                    child = RawChild(None, f"child {key}/{position}", position, None, parent)
                    parent.children.append(child)
                parents.append(parent)
            self.write_new("parent", PARENT, parents)
            children = []
            for parent in parents:
                for child in parent.children:
                    child.parent_id = parent.id
                    children.append(child)
            self.write_new("child", CHILD, children)
            self.connection.commit()
        return parents

    def load(self, turn: Turn) -> list[Any]:
        with turn:
            self.cursor.execute("SELECT id, name, category, price, quantity FROM item")
            items = [RawItem(*row) for row in self.cursor.fetchall()]
            for item in items:
                item.id, item.name, item.category, item.price, item.quantity  # noqa: B018
        return items

    def load_graph(self, turn: Turn) -> list[Any]:
        with turn:
            by_parent: dict[int, list[Any]] = defaultdict(list)
            self.cursor.execute("SELECT id, name, score FROM parent")
            parents = [RawParent(*row, by_parent[row[0]]) for row in self.cursor.fetchall()]
            for start in range(0, len(parents), PAGE):
                for row in self.children_of([p.id for p in parents[start : start + PAGE]]):
                    by_parent[row[3]].append(RawChild(*row, None))
            for parent in parents:
                for child in parent.children:
                    child.parent = parent
        return parents

    def get(self, turn: Turn, keys: list[int]) -> list[Any]:
        execute, fetchone = self.cursor.execute, self.cursor.fetchone
        sql = self.database.sql("SELECT id, name, category, price, quantity FROM item WHERE id = ?")
        found = []
        with turn:
            for key in keys:
                execute(sql, (key,))
                found.append(RawItem(*fetchone()))
        return found

    def update(self, turn: Turn) -> list[Any]:
        items = self.load(Turn())
        for item in items:
            item.quantity += 1
        with turn:
            self.write_quantities(items)
            self.connection.commit()
        return items

    def update_few(self, turn: Turn, keys: list[int]) -> list[Any]:
        items = self.load(Turn())
        by_key = {item.id: item for item in items}
        changed = [by_key[key] for key in keys]
        for item in changed:
            item.quantity += 1
        with turn:
            self.write_quantities(changed)
            self.connection.commit()
        return items

    def delete(self, turn: Turn) -> list[Any]:
        items = self.load(Turn())
        with turn:
            self.remove(items)
            self.connection.commit()
        return items

    def query(self, turn: Turn, values: list[tuple[int, int, str]]) -> list[Any]:
        execute, fetchone = self.cursor.execute, self.cursor.fetchone
        sql = self.database.sql(
            "SELECT c.id, c.name, c.position, c.parent_id FROM child c "
            "JOIN parent p ON p.id = c.parent_id "
            "WHERE p.id = ? AND c.position >= ? AND c.name <> ? ORDER BY c.id LIMIT 1"
        )
        found = []
        with turn:
            for row in values:
                execute(sql, row)
                found.append(RawChild(*fetchone(), None))
        return found

    def attributes(self) -> Any:
        return self.load(Turn())[0]

    def loaded(self) -> list[Any]:
        return self.load(Turn())

    def reset(self) -> None:
        self.connection.rollback()

    def close(self) -> None:
        self.connection.close()


def values(columns: tuple[str, ...], objects: list[Any]) -> list[tuple[Any, ...]]:
    """The rows of objects, as each table's code would spell it out."""
    if columns is COLUMNS:
        return [(item.name, item.category, item.price, item.quantity) for item in objects]
    if columns is PARENT:
        return [(parent.name, parent.score) for parent in objects]
    return [(child.name, child.position, child.parent_id) for child in objects]
