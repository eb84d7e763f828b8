"""Statements that write."""

from __future__ import annotations

from typing import Any

from accord import insert, select
from constructs import construct
from constructs.world import counter


@construct(
    sql={
        "sqlite": "INSERT INTO counter (label, hits) VALUES (?, ?)",
        "postgresql": "INSERT INTO counter (label, hits) VALUES (%s, %s)",
        "mysql": "INSERT INTO counter (label, hits) VALUES (%s, %s)",
        "mariadb": "INSERT INTO counter (label, hits) VALUES (%s, %s)",
        "oracle": "INSERT INTO counter (label, hits) VALUES (:label, :hits)",
        "mssql": "INSERT INTO counter (label, hits) VALUES (%(label)s, %(hits)s)",
    },
    after=lambda: select(counter.c.label, counter.c.hits),
    rows=[("a", 3)],
)
def insert_one_row() -> Any:
    return insert(counter).values(label="a", hits=3)
