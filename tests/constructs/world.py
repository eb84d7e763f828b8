"""The tables that the constructs speak of, and their few rows: a small company.

department  1 Sales | 2 Tools | 3 Empty
employee    id  name    salary  bonus  manager_id  department_id  hired
            1   Ada       900   NULL   NULL        1              2019-03-01
            2   Bob       500      50  1           1              2020-05-17
            3   Cyd       500   NULL   1           2              2020-11-30
            4   Dan       300      10  3           2              2022-01-09
            5   Eve       700      0   NULL        NULL           2024-02-29
note        id  title          body            (text with the characters LIKE cares about)
            1   50% off        a_b
            2   plain          NULL
            3   it's "quoted"  back\\slash
counter     id (key made by the database), label (default 'new'), hits (default 0)
            empty at the start: for statements that write
"""

from __future__ import annotations

import datetime
from typing import Any

from accord import Column, Date, ForeignKey, Integer, MetaData, String, Table, insert, text

metadata = MetaData()
department = Table(
    "department",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(20), nullable=False, unique=True),
)
employee = Table(
    "employee",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(20), nullable=False),
    Column("salary", Integer, nullable=False),
    Column("bonus", Integer),
    Column("manager_id", ForeignKey("employee.id")),
    Column("department_id", ForeignKey("department.id")),
    Column("hired", Date, nullable=False),
)
note = Table(
    "note",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("title", String(40), nullable=False),
    Column("body", String(40)),
)
counter = Table(
    "counter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("label", String(20), server_default=text("'new'")),
    Column("hits", Integer, nullable=False, server_default=text("0")),
)

_EMPLOYEES = [
    (1, "Ada", 900, None, None, 1, datetime.date(2019, 3, 1)),
    (2, "Bob", 500, 50, 1, 1, datetime.date(2020, 5, 17)),
    (3, "Cyd", 500, None, 1, 2, datetime.date(2020, 11, 30)),
    (4, "Dan", 300, 10, 3, 2, datetime.date(2022, 1, 9)),
    (5, "Eve", 700, 0, None, None, datetime.date(2024, 2, 29)),
]


def fill(connection: Any) -> None:
    """Creates the tables and their rows."""
    metadata.create_all(connection)
    departments = [(1, "Sales"), (2, "Tools"), (3, "Empty")]
    notes = [(1, "50% off", "a_b"), (2, "plain", None), (3, 'it\'s "quoted"', "back\\slash")]
    for table, rows in ((department, departments), (employee, _EMPLOYEES), (note, notes)):
        names = [column.name for column in table.columns]
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
