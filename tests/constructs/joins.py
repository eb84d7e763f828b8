"""Joins of tables: inner, outer, full, by foreign key and by ON."""

from __future__ import annotations

from typing import Any

from accord import select
from constructs import construct
from constructs.world import department, employee


@construct(
    sql={
        "*": "SELECT employee.name, department.name AS name_1 FROM employee "
        "JOIN department ON department.id = employee.department_id ORDER BY employee.id"
    },
    rows=[("Ada", "Sales"), ("Bob", "Sales"), ("Cyd", "Tools"), ("Dan", "Tools")],
)
def join_by_foreign_key() -> Any:
    return select(employee.c.name, department.c.name).join(department).order_by(employee.c.id)


@construct(
    sql={
        "*": "SELECT department.id, employee.id AS id_1 FROM department "
        "FULL OUTER JOIN employee ON department.id = employee.department_id"
    },
    refused=dict.fromkeys(("mysql", "mariadb"), "FULL OUTER JOIN"),
    rows=[(1, 1), (1, 2), (2, 3), (2, 4), (3, None), (None, 5)],
)
def full_outer_join() -> Any:
    return select(department.c.id, employee.c.id).join(employee, full=True)
