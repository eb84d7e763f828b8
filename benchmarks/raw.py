"""The baseline: every workload hand-written on sqlite3, the fastest way that yields all keys."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from benchmarks.model import CHILDREN, RawChild, RawItem, RawParent, item_rows
from benchmarks.workload import Turn, Workload

if TYPE_CHECKING:
    from pathlib import Path

PAGE = 500


class Raw(Workload):
    def open(self, path: Path) -> None:
        self.connection = sqlite3.connect(path)

    def insert(self, turn: Turn, n: int) -> list[Any]:
        rows = item_rows(n)
        with turn:
            items = [RawItem(None, *row) for row in rows]
            cursor = self.connection.cursor()
            cursor.executemany(
                "INSERT INTO item (name, category, price, quantity) VALUES (?, ?, ?, ?)",
                [(item.name, item.category, item.price, item.quantity) for item in items],
            )
            last = cursor.execute("SELECT last_insert_rowid()").fetchone()[0]
            for key, item in enumerate(items, last - len(items) + 1):
                item.id = key
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
            self._insert_many(
                "INSERT INTO parent (name, score) VALUES (?, ?)",
                parents,
                [(parent.name, parent.score) for parent in parents],
            )
            children = []
            for parent in parents:
                for child in parent.children:
                    child.parent_id = parent.id
                    children.append(child)
            self._insert_many(
                "INSERT INTO child (name, position, parent_id) VALUES (?, ?, ?)",
                children,
                [(child.name, child.position, child.parent_id) for child in children],
            )
            self.connection.commit()
        return parents

    def _insert_many(self, sql: str, objects: list[Any], rows: list[tuple[Any, ...]]) -> None:
        cursor = self.connection.cursor()
        cursor.executemany(sql, rows)
        last = cursor.execute("SELECT last_insert_rowid()").fetchone()[0]
        for key, obj in enumerate(objects, last - len(objects) + 1):
            obj.id = key

    def load(self, turn: Turn) -> list[Any]:
        with turn:
            rows = self.connection.execute("SELECT id, name, category, price, quantity FROM item")
            items = [RawItem(*row) for row in rows.fetchall()]
            for item in items:
                item.id, item.name, item.category, item.price, item.quantity  # noqa: B018
        return items

    def load_graph(self, turn: Turn) -> list[Any]:
        with turn:
            by_parent: dict[int, list[Any]] = defaultdict(list)
            parents = [
                RawParent(*row, by_parent[row[0]])
                for row in self.connection.execute("SELECT id, name, score FROM parent").fetchall()
            ]
            for start in range(0, len(parents), PAGE):
                keys = [parent.id for parent in parents[start : start + PAGE]]
                marks = ",".join("?" * len(keys))
                for row in self.connection.execute(
                    f"SELECT id, name, position, parent_id FROM child WHERE parent_id IN ({marks})",
                    keys,
                ).fetchall():
                    by_parent[row[3]].append(RawChild(*row, None))
            for parent in parents:
                for child in parent.children:
                    child.parent = parent
        return parents

    def get(self, turn: Turn, keys: list[int]) -> list[Any]:
        execute = self.connection.execute
        sql = "SELECT id, name, category, price, quantity FROM item WHERE id = ?"
        with turn:
            return [RawItem(*execute(sql, (key,)).fetchone()) for key in keys]

    def update(self, turn: Turn) -> list[Any]:
        items = self.load(Turn())
        for item in items:
            item.quantity += 1
        with turn:
            for start in range(0, len(items), PAGE):
                page = items[start : start + PAGE]
                marks = ",".join(["(?, ?)"] * len(page))
                self.connection.execute(
                    f"WITH v(k, q) AS (VALUES {marks}) "
                    "UPDATE item SET quantity = v.q FROM v WHERE item.id = v.k",
                    [value for item in page for value in (item.id, item.quantity)],
                )
            self.connection.commit()
        return items

    def update_few(self, turn: Turn, keys: list[int]) -> list[Any]:
        items = self.load(Turn())
        changed = [items[key - 1] for key in keys]
        for item in changed:
            item.quantity += 1
        with turn:
            self.connection.executemany(
                "UPDATE item SET quantity = ? WHERE id = ?",
                [(item.quantity, item.id) for item in changed],
            )
            self.connection.commit()
        return items

    def delete(self, turn: Turn) -> list[Any]:
        items = self.load(Turn())
        with turn:
            for start in range(0, len(items), PAGE):
                keys = [item.id for item in items[start : start + PAGE]]
                self.connection.execute(
                    f"DELETE FROM item WHERE id IN ({','.join('?' * len(keys))})", keys
                )
            self.connection.commit()
        return items

    def query(self, turn: Turn, values: list[tuple[int, int, str]]) -> list[Any]:
        execute = self.connection.execute
        sql = (
            "SELECT c.id, c.name, c.position, c.parent_id FROM child c "
            "JOIN parent p ON p.id = c.parent_id "
            "WHERE p.id = ? AND c.position >= ? AND c.name <> ? ORDER BY c.id LIMIT 1"
        )
        with turn:
            return [RawChild(*execute(sql, row).fetchone(), None) for row in values]

    def attributes(self) -> Any:
        return self.load(Turn())[0]

    def loaded(self) -> list[Any]:
        return self.load(Turn())

    def reset(self) -> None:
        self.connection.rollback()

    def close(self) -> None:
        self.connection.close()
