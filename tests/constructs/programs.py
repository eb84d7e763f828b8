"""Statements that programs write as functions and as template strings."""

from __future__ import annotations

from typing import Any

from templatelib import template

from accord import lambda_stmt, literal_column, select, tstring
from accord.dialects import postgresql
from constructs import construct
from constructs.world import employee, note


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.salary > :salary_1 AND "
        "employee.id < 4 ORDER BY employee.id",
    },
    rows=[("Ada",)],
)
def a_statement_of_functions() -> Any:
    least = 500
    statement = lambda_stmt(lambda: select(employee.c.name))
    statement += lambda s: s.where(lambda: employee.c.salary > least)
    statement += lambda s: s.where(employee.c.id < literal_column("4"))
    return statement + (lambda s: s.order_by(employee.c.id))


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.salary = :param_1 AND "
        "employee.name <> ':x 50%' AND employee.id IN (SELECT employee.manager_id FROM "
        "employee)",
        "postgresql": "SELECT employee.name FROM employee WHERE employee.salary = "
        ":param_1::INTEGER AND employee.name <> ':x 50%' AND employee.id IN (SELECT "
        "employee.manager_id FROM employee)",
    },
    rows=[("Cyd",)],
)
def a_statement_of_a_template_string() -> Any:
    return tstring(
        template(
            "SELECT ",
            employee.c.name,
            " FROM ",
            employee,
            " WHERE ",
            employee.c.salary,
            " = ",
            500,
            " AND ",
            employee.c.name,
            " <> ':x 50%' AND ",
            employee.c.id,
            " IN ",
            select(employee.c.manager_id),
        )
    ).columns(employee.c.name)


@construct(
    sql={
        "postgresql": "SELECT note.id FROM note WHERE to_tsvector(:param_1::REGCONFIG, "
        "note.title) @@ plainto_tsquery(:param_2::REGCONFIG, :param_3::VARCHAR)",
    },
    rows=[(3,)],
    refused=dict.fromkeys(("sqlite", "mysql", "mariadb", "oracle", "mssql"), "no type REGCONFIG"),
)
def words_in_a_text() -> Any:
    words = postgresql.to_tsvector("english", note.c.title)
    found = words.bool_op("@@", precedence=5)(postgresql.plainto_tsquery("english", "quotes"))
    return select(note.c.id).where(found)


@construct(
    sql={
        "postgresql": "SELECT DISTINCT ON (employee.salary) employee.salary, employee.name FROM "
        "employee ORDER BY employee.salary, employee.id",
    },
    refused=dict.fromkeys(("sqlite", "mysql", "mariadb", "oracle", "mssql"), "DISTINCT ON"),
    rows=[(300, "Dan"), (500, "Bob"), (700, "Eve"), (900, "Ada")],
)
def the_first_of_each_kind() -> Any:
    return (
        select(employee.c.salary, employee.c.name)
        .ext(postgresql.distinct_on(employee.c.salary))
        .order_by(employee.c.salary, employee.c.id)
    )
