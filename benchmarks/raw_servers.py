"""How many rows are written at once by hand on PostgreSQL, MariaDB and MySQL.

Each way is the fastest that yields every key: arrays through ``unnest`` on PostgreSQL (COPY with
keys drawn before is a contestant of its own, `raw-copy`), multi-row VALUES with RETURNING on
MariaDB, multi-row VALUES and the first key of the run on MySQL.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from benchmarks.raw import PAGE, Raw, values

if TYPE_CHECKING:
    from benchmarks.database import Database

TYPES = {
    "name": "text",
    "category": "text",
    "price": "float8",
    "quantity": "int4",
    "score": "int4",
    "position": "int4",
    "parent_id": "int4",
}


class RawPostgreSQL(Raw):
    def open(self, database: Database) -> None:
        super().open(database)
        self.cursor = self.connection.cursor(binary=True)

    def write_new(self, table: str, columns: tuple[str, ...], objects: list[Any]) -> None:
        names = ", ".join(columns)
        arrays = ", ".join([f"%b::{TYPES[column]}[]" for column in columns])
        self.cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM unnest({arrays}) "
            f"WITH ORDINALITY AS t({names}, o) ORDER BY o RETURNING id",
            [list(column) for column in zip(*values(columns, objects), strict=True)],
        )
        for (key,), obj in zip(self.cursor.fetchall(), objects, strict=True):
            obj.id = key

    def write_quantities(self, items: list[Any]) -> None:
        self.cursor.execute(
            "UPDATE item SET quantity = v.q FROM unnest(%b::int4[], %b::int4[]) AS v(k, q) "
            "WHERE item.id = v.k",
            ([item.id for item in items], [item.quantity for item in items]),
        )

    def remove(self, items: list[Any]) -> None:
        keys = [item.id for item in items]
        self.cursor.execute("DELETE FROM item WHERE id = ANY(%b::int4[])", (keys,))

    def children_of(self, keys: list[int]) -> Any:
        self.cursor.execute(
            "SELECT id, name, position, parent_id FROM child WHERE parent_id = ANY(%b::int4[])",
            (keys,),
        )
        return self.cursor.fetchall()


class RawCopy(RawPostgreSQL):
    """Keys from the sequence first, then COPY."""

    def write_new(self, table: str, columns: tuple[str, ...], objects: list[Any]) -> None:
        self.cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%b, 'id')) FROM generate_series(1, %b)",
            (table, len(objects)),
        )
        for (key,), obj in zip(self.cursor.fetchall(), objects, strict=True):
            obj.id = key
        names = ", ".join(("id", *columns))
        with self.cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int4", *[TYPES[column] for column in columns]])
            for obj, row in zip(objects, values(columns, objects), strict=True):
                copy.write_row((obj.id, *row))


class RawMariaDB(Raw):
    def write_new(self, table: str, columns: tuple[str, ...], objects: list[Any]) -> None:
        names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
        for start in range(0, len(objects), PAGE):
            page = objects[start : start + PAGE]
            rows = ", ".join([f"({marks})"] * len(page))
            self.cursor.execute(
                f"INSERT INTO {table} ({names}) VALUES {rows} RETURNING id",
                list(chain.from_iterable(values(columns, page))),
            )
            for (key,), obj in zip(self.cursor.fetchall(), page, strict=True):
                obj.id = key

    def write_quantities(self, items: list[Any]) -> None:
        for start in range(0, len(items), PAGE):
            page = items[start : start + PAGE]
            rows = ", ".join(["(%s, %s)"] * len(page))
            self.cursor.execute(
                f"UPDATE item JOIN ({self.rows_as_table(rows)}) v "
                "ON item.id = v.k SET item.quantity = v.q",
                [value for item in page for value in (item.id, item.quantity)],
            )

    def rows_as_table(self, rows: str) -> str:
        return f"SELECT 0 AS k, 0 AS q UNION ALL VALUES {rows}"


class RawMySQL(RawMariaDB):
    def write_new(self, table: str, columns: tuple[str, ...], objects: list[Any]) -> None:
        names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
        for start in range(0, len(objects), PAGE):
            page = objects[start : start + PAGE]
            rows = ", ".join([f"({marks})"] * len(page))
            self.cursor.execute(
                f"INSERT INTO {table} ({names}) VALUES {rows}",
                list(chain.from_iterable(values(columns, page))),
            )
            for key, obj in enumerate(page, self.cursor.lastrowid):
                obj.id = key

    def rows_as_table(self, rows: str) -> str:
        return "SELECT k, q FROM (VALUES " + rows.replace("(", "ROW(") + ") AS w(k, q)"
