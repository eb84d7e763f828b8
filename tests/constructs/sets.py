"""Set operations: UNION and its relatives, ordered, limited, nested."""

from __future__ import annotations

from typing import Any

from accord import (
    except_,
    except_all,
    func,
    intersect,
    intersect_all,
    literal_column,
    select,
    union,
    union_all,
)
from constructs import construct
from constructs.world import department, employee


@construct(
    sql={
        "*": "SELECT employee.id FROM employee UNION SELECT department.id FROM "
        "department ORDER BY id",
    },
    rows=[(1,), (2,), (3,), (4,), (5,)],
)
def a_union_in_order() -> Any:
    return union(select(employee.c.id), select(department.c.id)).order_by("id")


@construct(
    sql={
        "*": "SELECT employee.id FROM employee UNION SELECT department.id FROM department ORDER "
        "BY id LIMIT :param_1 OFFSET :param_2",
        "postgresql": "SELECT employee.id FROM employee UNION SELECT department.id FROM "
        "department ORDER BY id LIMIT :param_1::INTEGER OFFSET :param_2::INTEGER",
        "oracle": "SELECT employee.id FROM employee UNION SELECT department.id FROM department "
        "ORDER BY id OFFSET :param_1 ROWS FETCH FIRST :param_2 ROWS ONLY",
        "mssql": "SELECT employee.id FROM employee UNION SELECT department.id FROM department "
        "ORDER BY id OFFSET :param_1 ROWS FETCH NEXT :param_2 ROWS ONLY",
    },
    rows=[(3,), (4,)],
)
def a_union_limited() -> Any:
    return union(select(employee.c.id), select(department.c.id)).order_by("id").limit(2).offset(2)


@construct(
    sql={
        "*": "SELECT employee.id FROM employee UNION ALL SELECT department.id FROM "
        "department ORDER BY id",
    },
    rows=[(1,), (1,), (2,), (2,), (3,), (3,), (4,), (5,)],
)
def union_all_keeps_repetitions() -> Any:
    return union_all(select(employee.c.id), select(department.c.id)).order_by("id")


@construct(
    sql={
        "*": "SELECT employee.id FROM employee INTERSECT SELECT department.id FROM "
        "department ORDER BY id",
    },
    rows=[(1,), (2,), (3,)],
)
def an_intersection() -> Any:
    return intersect(select(employee.c.id), select(department.c.id)).order_by("id")


@construct(
    sql={
        "*": "SELECT employee.id FROM employee EXCEPT SELECT department.id FROM "
        "department ORDER BY id",
        "oracle": "SELECT employee.id FROM employee MINUS SELECT department.id FROM "
        "department ORDER BY id",
    },
    rows=[(4,), (5,)],
)
def a_difference() -> Any:
    return except_(select(employee.c.id), select(department.c.id)).order_by("id")


@construct(
    sql={
        "*": "SELECT employee.id FROM employee INTERSECT ALL SELECT department.id FROM department",
    },
    refused={
        "sqlite": "sqlite has no INTERSECT ALL",
        "oracle": "oracle has no INTERSECT ALL",
        "mssql": "mssql has no INTERSECT ALL",
    },
    rows=[(1,), (2,), (3,)],
)
def an_intersection_with_repetitions() -> Any:
    return intersect_all(select(employee.c.id), select(department.c.id))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee EXCEPT ALL SELECT department.id FROM department",
    },
    refused={
        "sqlite": "sqlite has no EXCEPT ALL",
        "oracle": "oracle has no EXCEPT ALL",
        "mssql": "mssql has no EXCEPT ALL",
    },
    rows=[(4,), (5,)],
)
def a_difference_with_repetitions() -> Any:
    return except_all(select(employee.c.id), select(department.c.id))


@construct(
    sql={
        "*": "(SELECT employee.id FROM employee ORDER BY employee.id DESC LIMIT :param_1) UNION "
        "ALL (SELECT department.id FROM department ORDER BY department.id DESC LIMIT :param_2) "
        "ORDER BY id",
        "sqlite": "SELECT * FROM (SELECT employee.id FROM employee ORDER BY employee.id DESC "
        "LIMIT :param_1) UNION ALL SELECT * FROM (SELECT department.id FROM department ORDER "
        "BY department.id DESC LIMIT :param_2) ORDER BY id",
        "postgresql": "(SELECT employee.id FROM employee ORDER BY employee.id DESC LIMIT "
        ":param_1::INTEGER) UNION ALL (SELECT department.id FROM department ORDER BY "
        "department.id DESC LIMIT :param_2::INTEGER) ORDER BY id",
        "oracle": "SELECT * FROM (SELECT employee.id FROM employee ORDER BY employee.id DESC "
        "FETCH FIRST :param_1 ROWS ONLY) UNION ALL SELECT * FROM (SELECT department.id FROM "
        "department ORDER BY department.id DESC FETCH FIRST :param_2 ROWS ONLY) ORDER BY id",
        "mssql": "SELECT * FROM (SELECT TOP (:param_1) employee.id AS id FROM employee ORDER BY "
        "employee.id DESC) AS anon_1 UNION ALL SELECT * FROM (SELECT TOP (:param_2) "
        "department.id AS id FROM department ORDER BY department.id DESC) AS anon_2 ORDER BY id",
    },
    rows=[(3,), (5,)],
)
def parts_with_order_and_limit_of_their_own() -> Any:
    last = select(employee.c.id).order_by(employee.c.id.desc()).limit(1)
    other = select(department.c.id).order_by(department.c.id.desc()).limit(1)
    return union_all(last, other).order_by("id")


@construct(
    sql={
        "*": "(SELECT department.id FROM department UNION SELECT employee.id FROM "
        "employee) EXCEPT (SELECT 2 UNION ALL SELECT 3) ORDER BY id",
        "sqlite": "SELECT * FROM (SELECT department.id FROM department UNION SELECT "
        "employee.id FROM employee) EXCEPT SELECT * FROM (SELECT 2 UNION ALL "
        "SELECT 3) ORDER BY id",
        "oracle": "SELECT * FROM (SELECT department.id FROM department UNION SELECT "
        "employee.id FROM employee) MINUS SELECT * FROM (SELECT 2 FROM dual UNION "
        "ALL SELECT 3 FROM dual) ORDER BY id",
    },
    rows=[(1,), (4,), (5,)],
)
def a_union_inside_a_difference() -> Any:
    both = union(select(department.c.id), select(employee.c.id))
    some = union_all(select(literal_column("2")), select(literal_column("3")))
    return except_(both, some).order_by("id")


@construct(
    sql={
        "*": "SELECT department.id FROM department INTERSECT (SELECT 2 UNION ALL SELECT "
        "3) ORDER BY id",
        "sqlite": "SELECT department.id FROM department INTERSECT SELECT * FROM (SELECT 2 "
        "UNION ALL SELECT 3) ORDER BY id",
        "oracle": "SELECT department.id FROM department INTERSECT SELECT * FROM (SELECT 2 "
        "FROM dual UNION ALL SELECT 3 FROM dual) ORDER BY id",
    },
    rows=[(2,), (3,)],
)
def a_union_inside_an_intersection_on_the_right() -> Any:
    some = union_all(select(literal_column("2")), select(literal_column("3")))
    return intersect(select(department.c.id), some).order_by("id")


@construct(
    sql={
        "*": "SELECT count(both_ids.id) AS count_1 FROM (SELECT employee.id AS id FROM "
        "employee UNION SELECT department.id AS id FROM department) AS both_ids",
        "oracle": "SELECT count(both_ids.id) AS count_1 FROM (SELECT employee.id AS id FROM "
        "employee UNION SELECT department.id AS id FROM department) both_ids",
    },
    rows=[(5,)],
)
def a_union_as_a_subquery() -> Any:
    both = union(select(employee.c.id), select(department.c.id)).subquery("both_ids")
    return select(func.count(both.c.id))


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.id IN (SELECT "
        "department.id FROM department UNION SELECT department.id FROM department) "
        "ORDER BY employee.id",
    },
    rows=[("Ada",), ("Bob",), ("Cyd",)],
)
def in_a_union() -> Any:
    ids = union(select(department.c.id), select(department.c.id))
    return select(employee.c.name).where(employee.c.id.in_(ids)).order_by(employee.c.id)
