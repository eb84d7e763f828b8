"""Mapped classes in statements: relationships in joins, aliases, criteria of attributes."""

from __future__ import annotations

from typing import Any

from accord import func, literal_column, select
from accord.orm import DeclarativeBase, Mapped, aliased, relationship
from constructs import construct
from constructs.world import department, employee, metadata


class Base(DeclarativeBase):
    metadata = metadata


class Department(Base):
    __table__ = department

    employees: Mapped[list[Employee]] = relationship(back_populates="department")


class Employee(Base):
    __table__ = employee

    department: Mapped[Department | None] = relationship(back_populates="employees")
    manager: Mapped[Employee | None] = relationship(
        remote_side=employee.c.id, back_populates="reports"
    )
    reports: Mapped[list[Employee]] = relationship(back_populates="manager")


@construct(
    sql={
        "*": "SELECT employee.name, department.name AS department_name FROM employee "
        "JOIN department ON department.id = employee.department_id ORDER BY "
        "employee.id",
    },
    rows=[("Ada", "Sales"), ("Bob", "Sales"), ("Cyd", "Tools"), ("Dan", "Tools")],
)
def join_by_relationship() -> Any:
    return (
        select(Employee.name, Department.name.label("department_name"))
        .join(Employee.department)
        .order_by(Employee.id)
    )


@construct(
    sql={
        "*": "SELECT department.name, count(employee.id) AS heads FROM department LEFT "
        "OUTER JOIN employee ON department.id = employee.department_id GROUP BY "
        "department.id, department.name ORDER BY department.id",
    },
    rows=[("Sales", 2), ("Tools", 2), ("Empty", 0)],
)
def outer_join_by_relationship() -> Any:
    return (
        select(Department.name, func.count(Employee.id).label("heads"))
        .outerjoin(Department.employees)
        .group_by(Department.id, Department.name)
        .order_by(Department.id)
    )


@construct(
    sql={
        "*": "SELECT employee.name, boss.name AS boss_name FROM employee JOIN employee "
        "AS boss ON boss.id = employee.manager_id ORDER BY employee.id",
        "oracle": "SELECT employee.name, boss.name AS boss_name FROM employee JOIN employee "
        "boss ON boss.id = employee.manager_id ORDER BY employee.id",
    },
    rows=[("Bob", "Ada"), ("Cyd", "Ada"), ("Dan", "Cyd")],
)
def join_by_relationship_to_an_alias() -> Any:
    boss = aliased(Employee, name="boss")
    return (
        select(Employee.name, boss.name.label("boss_name"))
        .join(Employee.manager.of_type(boss))
        .order_by(Employee.id)
    )


@construct(
    sql={
        "*": "SELECT employee.name FROM employee JOIN department ON department.id = "
        "employee.department_id AND department.name = 'Tools' ORDER BY employee.id",
    },
    rows=[("Cyd",), ("Dan",)],
)
def join_by_relationship_and_more() -> Any:
    tools = Department.name == literal_column("'Tools'")
    return select(Employee.name).join(Employee.department.and_(tools)).order_by(Employee.id)


@construct(
    sql={
        "*": "SELECT department.name FROM employee JOIN department ON department.id = "
        "employee.department_id WHERE employee.id = 2",
    },
    rows=[("Sales",)],
)
def join_from_a_class_to_a_class() -> Any:
    return (
        select(Department.name)
        .join_from(Employee, Department)
        .where(Employee.id == literal_column("2"))
    )


@construct(
    sql={
        "*": "SELECT department.name FROM department WHERE EXISTS (SELECT 1 FROM "
        "employee WHERE department.id = employee.department_id) ORDER BY "
        "department.id",
    },
    rows=[("Sales",), ("Tools",)],
)
def any_of_a_collection() -> Any:
    return select(Department.name).where(Department.employees.any()).order_by(Department.id)


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE EXISTS (SELECT 1 FROM department "
        "WHERE department.id = employee.department_id AND department.name = "
        "'Sales') ORDER BY employee.id",
    },
    rows=[("Ada",), ("Bob",)],
)
def has_of_a_reference() -> Any:
    sales = Department.name == literal_column("'Sales'")
    return select(Employee.name).where(Employee.department.has(sales)).order_by(Employee.id)


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.department_id IS NULL",
    },
    rows=[("Eve",)],
)
def a_reference_that_is_none() -> Any:
    return select(Employee.name).where(Employee.department == None)  # noqa: E711


@construct(
    sql={
        "*": "SELECT paid.name FROM (SELECT employee.id AS id, employee.name AS name, "
        "employee.salary AS salary, employee.bonus AS bonus, employee.manager_id "
        "AS manager_id, employee.department_id AS department_id, employee.hired AS "
        "hired FROM employee WHERE employee.salary > 600) AS paid ORDER BY paid.id",
        "oracle": "SELECT paid.name FROM (SELECT employee.id AS id, employee.name AS name, "
        "employee.salary AS salary, employee.bonus AS bonus, employee.manager_id "
        "AS manager_id, employee.department_id AS department_id, employee.hired AS "
        "hired FROM employee WHERE employee.salary > 600) paid ORDER BY paid.id",
    },
    rows=[("Ada",), ("Eve",)],
)
def a_class_over_a_subquery() -> Any:
    paid = select(Employee).where(Employee.salary > literal_column("600")).subquery("paid")
    well = aliased(Employee, paid)
    return select(well.name).order_by(well.id)


@construct(
    sql={
        "*": "WITH known AS (SELECT department.id AS id, department.name AS name FROM "
        "department WHERE department.id = 2) SELECT known.name FROM known",
    },
    rows=[("Tools",)],
)
def a_class_over_a_cte() -> Any:
    known = select(Department).where(Department.id == literal_column("2")).cte("known")
    some = aliased(Department, known)
    return select(some.name)
