"""Queries inside queries: subqueries, values, EXISTS, LATERAL, CTEs."""

from __future__ import annotations

from typing import Any

from accord import Integer, String, exists, func, literal_column, select, text, true
from constructs import construct
from constructs.world import department, employee


@construct(
    sql={
        "*": "SELECT employee.name, best.pay FROM employee JOIN (SELECT "
        "employee.department_id AS department_id, max(employee.salary) AS pay FROM "
        "employee GROUP BY employee.department_id) AS best ON best.department_id = "
        "employee.department_id WHERE employee.salary = best.pay ORDER BY "
        "employee.id",
        "oracle": "SELECT employee.name, best.pay FROM employee JOIN (SELECT "
        "employee.department_id AS department_id, max(employee.salary) AS pay FROM "
        "employee GROUP BY employee.department_id) best ON best.department_id = "
        "employee.department_id WHERE employee.salary = best.pay ORDER BY "
        "employee.id",
    },
    rows=[("Ada", 900), ("Cyd", 500)],
)
def a_subquery_in_from() -> Any:
    best = (
        select(employee.c.department_id, func.max(employee.c.salary).label("pay"))
        .group_by(employee.c.department_id)
        .subquery("best")
    )
    return (
        select(employee.c.name, best.c.pay)
        .join(best, best.c.department_id == employee.c.department_id)
        .where(employee.c.salary == best.c.pay)
        .order_by(employee.c.id)
    )


@construct(
    sql={
        "*": "SELECT department.name, (SELECT count(employee.id) AS count_1 FROM "
        "employee WHERE employee.department_id = department.id) AS heads FROM "
        "department ORDER BY department.id",
    },
    rows=[("Sales", 2), ("Tools", 2), ("Empty", 0)],
)
def a_scalar_subquery_that_correlates_by_itself() -> Any:
    heads = (
        select(func.count(employee.c.id))
        .where(employee.c.department_id == department.c.id)
        .scalar_subquery()
    )
    return select(department.c.name, heads.label("heads")).order_by(department.c.id)


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.salary < (SELECT "
        "max(boss.salary) AS max_1 FROM employee AS boss WHERE boss.id = "
        "employee.manager_id) ORDER BY employee.id",
        "oracle": "SELECT employee.name FROM employee WHERE employee.salary < (SELECT "
        "max(boss.salary) AS max_1 FROM employee boss WHERE boss.id = "
        "employee.manager_id) ORDER BY employee.id",
    },
    rows=[("Bob",), ("Cyd",), ("Dan",)],
)
def a_subquery_that_correlates_to_one_alias_only() -> Any:
    boss = employee.alias("boss")
    paid = (
        (select(func.max(boss.c.salary)).where(boss.c.id == employee.c.manager_id))
        .correlate(employee)
        .scalar_subquery()
    )
    return select(employee.c.name).where(employee.c.salary < paid).order_by(employee.c.id)


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.salary <= (SELECT "
        "max(employee.salary) AS max_1 FROM employee, department WHERE "
        "employee.department_id = department.id) ORDER BY employee.id",
    },
    rows=[(1,), (2,), (3,), (4,), (5,)],
)
def a_subquery_that_does_not_correlate() -> Any:
    most = (
        select(func.max(employee.c.salary))
        .where(employee.c.department_id == department.c.id)
        .correlate(None)
        .scalar_subquery()
    )
    return select(employee.c.id).where(employee.c.salary <= most).order_by(employee.c.id)


@construct(
    sql={
        "*": "SELECT department.name FROM department WHERE EXISTS (SELECT employee.id "
        "FROM employee WHERE employee.department_id = department.id) ORDER BY "
        "department.id",
    },
    rows=[("Sales",), ("Tools",)],
)
def a_subquery_that_correlates_to_all_but_one() -> Any:
    some = (
        select(employee.c.id)
        .where(employee.c.department_id == department.c.id)
        .correlate_except(employee)
        .exists()
    )
    return select(department.c.name).where(some).order_by(department.c.id)


@construct(
    sql={
        "*": "SELECT department.name FROM department WHERE NOT EXISTS (SELECT * FROM "
        "employee WHERE employee.department_id = department.id)",
    },
    rows=[("Empty",)],
)
def not_exists() -> Any:
    some = exists().where(employee.c.department_id == department.c.id)
    return select(department.c.name).where(~some)


@construct(
    sql={
        "*": "SELECT department.name FROM department WHERE EXISTS (SELECT employee.id "
        "FROM employee WHERE employee.department_id = department.id) ORDER BY "
        "department.id",
    },
    rows=[("Sales",), ("Tools",)],
)
def exists_of_a_column() -> Any:
    some = exists(employee.c.id).where(employee.c.department_id == department.c.id)
    return select(department.c.name).where(some).order_by(department.c.id)


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.department_id IN "
        "(SELECT department.id FROM department WHERE department.name = 'Sales') "
        "ORDER BY employee.id",
    },
    rows=[("Ada",), ("Bob",)],
)
def in_a_query() -> Any:
    sales = select(department.c.id).where(department.c.name == literal_column("'Sales'"))
    return (
        select(employee.c.name).where(employee.c.department_id.in_(sales)).order_by(employee.c.id)
    )


@construct(
    sql={
        "postgresql": "SELECT department.name, best.name AS best_name FROM department JOIN "
        "LATERAL (SELECT employee.name AS name FROM employee WHERE employee.department_id = "
        "department.id ORDER BY employee.salary DESC LIMIT :param_1::INTEGER) AS best ON true "
        "ORDER BY department.id",
        "mysql": "SELECT department.name, best.name AS best_name FROM department JOIN LATERAL "
        "(SELECT employee.name AS name FROM employee WHERE employee.department_id = "
        "department.id ORDER BY employee.salary DESC LIMIT :param_1) AS best ON 1 = 1 ORDER BY "
        "department.id",
        "oracle": "SELECT department.name, best.name AS best_name FROM department JOIN LATERAL "
        "(SELECT employee.name AS name FROM employee WHERE employee.department_id = "
        "department.id ORDER BY employee.salary DESC FETCH FIRST :param_1 ROWS ONLY) best ON 1 "
        "= 1 ORDER BY department.id",
        "mssql": "SELECT department.name, best.name AS best_name FROM department CROSS APPLY "
        "(SELECT TOP (:param_1) employee.name AS name FROM employee WHERE "
        "employee.department_id = department.id ORDER BY employee.salary DESC) AS best ORDER "
        "BY department.id",
    },
    refused={
        "sqlite": "sqlite has no LATERAL",
        "mariadb": "mariadb has no LATERAL",
    },
    rows=[("Sales", "Ada"), ("Tools", "Cyd")],
)
def a_lateral_subquery() -> Any:
    best = (
        select(employee.c.name)
        .where(employee.c.department_id == department.c.id)
        .order_by(employee.c.salary.desc())
        .limit(1)
        .lateral("best")
    )
    return (
        select(department.c.name, best.c.name.label("best_name"))
        .join(best, true())
        .order_by(department.c.id)
    )


@construct(
    sql={
        "postgresql": "SELECT department.name, best.name AS best_name FROM department LEFT "
        "OUTER JOIN LATERAL (SELECT employee.name AS name FROM employee WHERE "
        "employee.department_id = department.id ORDER BY employee.salary DESC LIMIT "
        ":param_1::INTEGER) AS best ON true ORDER BY department.id",
        "mysql": "SELECT department.name, best.name AS best_name FROM department LEFT OUTER "
        "JOIN LATERAL (SELECT employee.name AS name FROM employee WHERE employee.department_id "
        "= department.id ORDER BY employee.salary DESC LIMIT :param_1) AS best ON 1 = 1 ORDER "
        "BY department.id",
        "oracle": "SELECT department.name, best.name AS best_name FROM department LEFT OUTER "
        "JOIN LATERAL (SELECT employee.name AS name FROM employee WHERE employee.department_id "
        "= department.id ORDER BY employee.salary DESC FETCH FIRST :param_1 ROWS ONLY) best ON "
        "1 = 1 ORDER BY department.id",
        "mssql": "SELECT department.name, best.name AS best_name FROM department OUTER APPLY "
        "(SELECT TOP (:param_1) employee.name AS name FROM employee WHERE "
        "employee.department_id = department.id ORDER BY employee.salary DESC) AS best ORDER "
        "BY department.id",
    },
    refused={
        "sqlite": "sqlite has no LATERAL",
        "mariadb": "mariadb has no LATERAL",
    },
    rows=[("Sales", "Ada"), ("Tools", "Cyd"), ("Empty", None)],
)
def an_outer_join_to_a_lateral_subquery() -> Any:
    best = (
        select(employee.c.name)
        .where(employee.c.department_id == department.c.id)
        .order_by(employee.c.salary.desc())
        .limit(1)
        .lateral("best")
    )
    return (
        select(department.c.name, best.c.name.label("best_name"))
        .outerjoin(best, true())
        .order_by(department.c.id)
    )


@construct(
    sql={
        "*": "WITH paid AS (SELECT employee.name AS name, employee.salary AS salary "
        "FROM employee) SELECT paid.name FROM paid WHERE paid.salary > 600 ORDER "
        "BY paid.name",
    },
    rows=[("Ada",), ("Eve",)],
)
def a_cte() -> Any:
    paid = select(employee.c.name, employee.c.salary).cte("paid")
    return select(paid.c.name).where(paid.c.salary > literal_column("600")).order_by(paid.c.name)


@construct(
    sql={
        "*": "WITH paid AS (SELECT employee.name AS name FROM employee WHERE "
        "employee.salary > 600) SELECT paid.name, again.name AS other FROM paid "
        "JOIN paid AS again ON paid.name = again.name ORDER BY paid.name",
        "oracle": "WITH paid AS (SELECT employee.name AS name FROM employee WHERE "
        "employee.salary > 600) SELECT paid.name, again.name AS other FROM paid "
        "JOIN paid again ON paid.name = again.name ORDER BY paid.name",
    },
    rows=[("Ada", "Ada"), ("Eve", "Eve")],
)
def a_cte_used_twice() -> Any:
    paid = select(employee.c.name).where(employee.c.salary > literal_column("600")).cte("paid")
    again = paid.alias("again")
    return (
        select(paid.c.name, again.c.name.label("other"))
        .join(again, paid.c.name == again.c.name)
        .order_by(paid.c.name)
    )


@construct(
    sql={
        "*": "WITH RECURSIVE chain(id, depth) AS (SELECT employee.id AS id, 0 AS depth "
        "FROM employee WHERE employee.id = 1 UNION ALL SELECT employee.id AS id, "
        "chain.depth + 1 AS anon_1 FROM employee, chain WHERE employee.manager_id "
        "= chain.id) SELECT chain.id, chain.depth FROM chain ORDER BY chain.id",
        "oracle": "WITH chain(id, depth) AS (SELECT employee.id AS id, 0 AS depth FROM "
        "employee WHERE employee.id = 1 UNION ALL SELECT employee.id AS id, "
        "chain.depth + 1 AS anon_1 FROM employee, chain WHERE employee.manager_id "
        "= chain.id) SELECT chain.id, chain.depth FROM chain ORDER BY chain.id",
        "mssql": "WITH chain(id, depth) AS (SELECT employee.id AS id, 0 AS depth FROM "
        "employee WHERE employee.id = 1 UNION ALL SELECT employee.id AS id, "
        "chain.depth + 1 AS anon_1 FROM employee, chain WHERE employee.manager_id "
        "= chain.id) SELECT chain.id, chain.depth FROM chain ORDER BY chain.id",
    },
    rows=[(1, 0), (2, 1), (3, 1), (4, 2)],
)
def a_recursive_cte() -> Any:
    chain = (
        select(employee.c.id, literal_column("0", Integer).label("depth"))
        .where(employee.c.id == literal_column("1"))
        .cte("chain", recursive=True)
    )
    chain = chain.union_all(
        select(employee.c.id, chain.c.depth + literal_column("1")).where(
            employee.c.manager_id == chain.c.id
        )
    )
    return select(chain.c.id, chain.c.depth).order_by(chain.c.id)


@construct(
    sql={
        "*": "WITH RECURSIVE numbers(n) AS (SELECT 1 AS n UNION SELECT numbers.n + 1 AS "
        "anon_1 FROM numbers WHERE numbers.n < 3) SELECT numbers.n FROM numbers "
        "ORDER BY numbers.n",
    },
    refused={
        "oracle": "oracle has no UNION in a recursive CTE",
        "mssql": "mssql has no UNION in a recursive CTE",
    },
    rows=[(1,), (2,), (3,)],
)
def a_recursive_cte_that_drops_repetitions() -> Any:
    numbers = select(literal_column("1", Integer).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union(
        select(numbers.c.n + literal_column("1")).where(numbers.c.n < literal_column("3"))
    )
    return select(numbers.c.n).order_by(numbers.c.n)


@construct(
    sql={
        "*": "WITH best AS (WITH top AS (SELECT max(employee.salary) AS pay FROM "
        "employee) SELECT employee.name AS name FROM employee JOIN top ON "
        "employee.salary = top.pay) SELECT best.name FROM best",
        "mssql": "WITH [top] AS (SELECT max(employee.salary) AS pay FROM employee), best AS "
        "(SELECT employee.name AS name FROM employee JOIN [top] ON employee.salary "
        "= [top].pay) SELECT best.name FROM best",
    },
    rows=[("Ada",)],
)
def a_cte_inside_a_cte() -> Any:
    top = select(func.max(employee.c.salary).label("pay")).cte("top", nesting=True)
    best = select(employee.c.name).join(top, employee.c.salary == top.c.pay).cte("best")
    return select(best.c.name)


@construct(
    sql={
        "*": "SELECT s.name FROM (WITH unused AS (SELECT employee.id AS id FROM employee) SELECT "
        "department.name AS name FROM department) AS s",
        "oracle": "SELECT s.name FROM (WITH unused AS (SELECT employee.id AS id FROM employee) "
        "SELECT department.name AS name FROM department) s",
        "mssql": "WITH unused AS (SELECT employee.id AS id FROM employee) SELECT s.name FROM "
        "(SELECT department.name AS name FROM department) AS s",
    },
    rows=[("Sales",), ("Tools",), ("Empty",)],
)
def a_cte_nested_where_it_is_added() -> Any:
    unused = select(employee.c.id).cte("unused")
    inner = select(department.c.name).add_cte(unused, nest_here=True).subquery("s")
    return select(inner.c.name)


@construct(
    sql={
        "*": "WITH unused AS (SELECT employee.id AS id FROM employee) SELECT "
        "department.name FROM department",
    },
    rows=[("Sales",), ("Tools",), ("Empty",)],
)
def a_cte_nothing_refers_to() -> Any:
    unused = select(employee.c.id).cte("unused")
    return select(department.c.name).add_cte(unused)


@construct(
    sql={
        "*": "WITH paid AS (SELECT employee.name AS name FROM employee WHERE "
        "employee.salary > 600) SELECT paid.name FROM paid ORDER BY paid.name",
        "postgresql": "WITH paid AS MATERIALIZED (SELECT employee.name AS name FROM employee "
        "WHERE employee.salary > 600) SELECT paid.name FROM paid ORDER BY paid.name",
    },
    rows=[("Ada",), ("Eve",)],
)
def a_cte_that_is_not_merged_into_the_query() -> Any:
    paid = (
        select(employee.c.name)
        .where(employee.c.salary > literal_column("600"))
        .cte("paid")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return select(paid.c.name).order_by(paid.c.name)


@construct(
    sql={
        "*": "SELECT known.id, known.name FROM (SELECT id, name FROM employee WHERE id "
        "< 3) AS known ORDER BY known.id",
        "oracle": "SELECT known.id, known.name FROM (SELECT id, name FROM employee WHERE id "
        "< 3) known ORDER BY known.id",
    },
    rows=[(1, "Ada"), (2, "Bob")],
)
def text_with_named_columns_as_a_subquery() -> Any:
    known = text("SELECT id, name FROM employee WHERE id < 3").columns(id=Integer, name=String)
    rows = known.subquery("known")
    return select(rows.c.id, rows.c.name).order_by(rows.c.id)


@construct(
    sql={
        "*": "WITH known AS (SELECT id, name FROM employee WHERE id < 3) SELECT "
        "known.name FROM known ORDER BY known.id",
    },
    rows=[("Ada",), ("Bob",)],
)
def text_with_positional_columns_as_a_cte() -> Any:
    known = text("SELECT id, name FROM employee WHERE id < 3").columns(
        employee.c.id, employee.c.name
    )
    rows = known.cte("known")
    return select(rows.c.name).order_by(rows.c.id)


@construct(
    sql={
        "*": "SELECT high.name FROM (SELECT employee.name AS name, employee.salary AS salary "
        "FROM employee) AS high WHERE high.salary > 600 ORDER BY high.salary",
        "oracle": "SELECT high.name FROM (SELECT employee.name AS name, employee.salary AS salary "
        "FROM employee) high WHERE high.salary > 600 ORDER BY high.salary",
    },
    rows=[("Eve",), ("Ada",)],
)
def a_subquery_under_a_third_name() -> Any:
    paid = select(employee.c.name, employee.c.salary).subquery("paid")
    high = paid.alias("again").alias("high")
    return select(high.c.name).where(high.c.salary > literal_column("600")).order_by(high.c.salary)


@construct(
    sql={
        "*": "WITH paid AS (SELECT employee.id AS id, employee.name AS name, "
        "employee.manager_id AS manager_id FROM employee) SELECT one.name, two.name "
        "AS manager FROM paid AS one JOIN paid AS two ON two.id = one.manager_id "
        "WHERE one.id IN (2, 4) ORDER BY one.id",
        "oracle": "WITH paid AS (SELECT employee.id AS id, employee.name AS name, "
        "employee.manager_id AS manager_id FROM employee) SELECT one.name, two.name "
        "AS manager FROM paid one JOIN paid two ON two.id = one.manager_id WHERE "
        "one.id IN (2, 4) ORDER BY one.id",
    },
    rows=[("Bob", "Ada"), ("Dan", "Cyd")],
)
def a_cte_under_a_third_name() -> Any:
    paid = select(employee.c.id, employee.c.name, employee.c.manager_id).cte("paid")
    one = paid.alias("one")
    two = one.alias("two")
    return (
        select(one.c.name, two.c.name.label("manager"))
        .join(two, two.c.id == one.c.manager_id)
        .where(one.c.id.in_([literal_column("2"), literal_column("4")]))
        .order_by(one.c.id)
    )


@construct(
    sql={
        "*": "SELECT department.name FROM department WHERE EXISTS (SELECT employee.id "
        "FROM employee WHERE EXISTS (SELECT manager.id FROM employee AS manager "
        "WHERE manager.id = employee.manager_id AND manager.salary > "
        "employee.salary AND employee.department_id = department.id)) ORDER BY "
        "department.id",
        "oracle": "SELECT department.name FROM department WHERE EXISTS (SELECT employee.id "
        "FROM employee WHERE EXISTS (SELECT manager.id FROM employee manager WHERE "
        "manager.id = employee.manager_id AND manager.salary > employee.salary AND "
        "employee.department_id = department.id)) ORDER BY department.id",
    },
    rows=[("Sales",), ("Tools",)],
)
def a_subquery_that_refers_to_the_query_around_its_own() -> Any:
    manager = employee.alias("manager")
    managed = (
        select(manager.c.id)
        .where(manager.c.id == employee.c.manager_id, manager.c.salary > employee.c.salary)
        .where(employee.c.department_id == department.c.id)
        .correlate(employee, department)
        .exists()
    )
    inner = select(employee.c.id).where(managed).exists()
    return select(department.c.name).where(inner).order_by(department.c.id)


@construct(
    sql={
        "*": "SELECT department.name, (SELECT count(employee.id) AS count_1 FROM "
        "employee LEFT OUTER JOIN department ON department.id = "
        "employee.department_id) AS n FROM department ORDER BY department.id",
    },
    rows=[("Sales", 5), ("Tools", 5), ("Empty", 5)],
)
def a_subquery_without_correlation() -> Any:
    everybody = (
        select(func.count(employee.c.id))
        .select_from(employee.outerjoin(department))
        .correlate(False)
        .scalar_subquery()
    )
    return select(department.c.name, everybody.label("n")).order_by(department.c.id)


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE EXISTS (SELECT 1 WHERE "
        "employee.department_id = 1 UNION ALL SELECT 1 FROM department WHERE "
        "department.id = employee.department_id AND department.name = 'None') ORDER "
        "BY employee.id",
        "oracle": "SELECT employee.name FROM employee WHERE EXISTS (SELECT 1 FROM dual WHERE "
        "employee.department_id = 1 UNION ALL SELECT 1 FROM department WHERE "
        "department.id = employee.department_id AND department.name = 'None') ORDER "
        "BY employee.id",
    },
    rows=[("Ada",), ("Bob",)],
)
def a_union_that_refers_to_the_query_around_it() -> Any:
    seller = select(literal_column("1")).where(employee.c.department_id == literal_column("1"))
    named = select(literal_column("1")).where(
        department.c.id == employee.c.department_id, department.c.name == literal_column("'None'")
    )
    either = seller.correlate(employee).union_all(named).exists()
    return select(employee.c.name).where(either).order_by(employee.c.id)


@construct(
    sql={
        "*": "SELECT manager.name, count(*) AS count_1 FROM employee JOIN employee AS "
        "manager ON manager.id = employee.manager_id GROUP BY manager.name ORDER BY "
        "manager.name",
        "oracle": "SELECT manager.name, count(*) AS count_1 FROM employee JOIN employee "
        "manager ON manager.id = employee.manager_id GROUP BY manager.name ORDER BY "
        "manager.name",
    },
    rows=[("Ada", 2), ("Cyd", 1)],
)
def other_columns_after_a_join() -> Any:
    manager = employee.alias("manager")
    return (
        select(employee)
        .join(manager, manager.c.id == employee.c.manager_id)
        .with_only_columns(manager.c.name, func.count())
        .group_by(manager.c.name)
        .order_by(manager.c.name)
    )
