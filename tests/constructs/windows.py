"""Aggregates and window functions: FILTER, WITHIN GROUP, ORDER BY inside, OVER and its frames."""

from __future__ import annotations

from typing import Any

from accord import aggregate_order_by, func, literal_column, over, select, within_group
from constructs import construct
from constructs.world import employee

pay, ident = employee.c.salary, employee.c.id


@construct(
    sql={
        "*": "SELECT count(*) AS count_1, count(CASE WHEN (employee.salary > 600) THEN "
        "1 END) AS anon_1, sum(CASE WHEN (employee.salary < 600) THEN "
        "employee.bonus END) AS anon_2 FROM employee",
        "sqlite": "SELECT count(*) AS count_1, count(*) FILTER (WHERE employee.salary > 600) "
        "AS anon_1, sum(employee.bonus) FILTER (WHERE employee.salary < 600) AS "
        "anon_2 FROM employee",
        "postgresql": "SELECT count(*) AS count_1, count(*) FILTER (WHERE employee.salary > 600) "
        "AS anon_1, sum(employee.bonus) FILTER (WHERE employee.salary < 600) AS "
        "anon_2 FROM employee",
    },
    rows=[(5, 2, 60)],
)
def aggregates_over_some_rows() -> Any:
    return select(
        func.count(),
        func.count().filter(pay > literal_column("600")),
        func.sum(employee.c.bonus).filter(pay < literal_column("600")),
    )


@construct(
    sql={
        "*": "SELECT group_concat(employee.name ORDER BY employee.id SEPARATOR ', ') AS "
        "aggregate_strings_1 FROM employee",
        "sqlite": "SELECT group_concat(employee.name, ', ' ORDER BY employee.id) AS "
        "aggregate_strings_1 FROM employee",
        "postgresql": "SELECT string_agg(employee.name, ', '::VARCHAR ORDER BY employee.id) AS "
        "aggregate_strings_1 FROM employee",
        "oracle": "SELECT LISTAGG(employee.name, ', ') WITHIN GROUP (ORDER BY employee.id) "
        "AS aggregate_strings_1 FROM employee",
        "mssql": "SELECT STRING_AGG(employee.name, N', ') WITHIN GROUP (ORDER BY "
        "employee.id) AS aggregate_strings_1 FROM employee",
    },
    rows=[("Ada, Bob, Cyd, Dan, Eve",)],
    absent={"sqlite": "from SQLite 3.44"},
)
def texts_joined_in_an_order() -> Any:
    return select(func.aggregate_strings(employee.c.name, ", ").aggregate_order_by(ident))


@construct(
    sql={
        "*": "SELECT group_concat(CASE WHEN (employee.department_id = 2) THEN "
        "employee.name END ORDER BY employee.id DESC SEPARATOR ', ') AS anon_1 "
        "FROM employee",
        "sqlite": "SELECT group_concat(employee.name, ', ' ORDER BY employee.id DESC) FILTER "
        "(WHERE employee.department_id = 2) AS anon_1 FROM employee",
        "postgresql": "SELECT string_agg(employee.name, ', '::VARCHAR ORDER BY employee.id DESC) "
        "FILTER (WHERE employee.department_id = 2) AS anon_1 FROM employee",
        "oracle": "SELECT LISTAGG(CASE WHEN (employee.department_id = 2) THEN employee.name "
        "END, ', ') WITHIN GROUP (ORDER BY employee.id DESC) AS anon_1 FROM "
        "employee",
        "mssql": "SELECT STRING_AGG(CASE WHEN (employee.department_id = 2) THEN "
        "employee.name END, N', ') WITHIN GROUP (ORDER BY employee.id DESC) AS "
        "anon_1 FROM employee",
    },
    rows=[("Dan, Cyd",)],
    absent={"sqlite": "from SQLite 3.44"},
)
def texts_joined_in_an_order_over_some_rows() -> Any:
    joined = aggregate_order_by(func.aggregate_strings(employee.c.name, ", "), ident.desc())
    return select(joined.filter(employee.c.department_id == literal_column("2")))


@construct(
    sql={
        "*": "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY employee.salary) AS "
        "percentile_disc_1 FROM employee",
    },
    refused={
        "sqlite": "sqlite has no WITHIN GROUP",
        "mysql": "mysql has no WITHIN GROUP",
        "mariadb": "mariadb has percentile_disc\\(\\) in windows only",
        "mssql": "mssql has percentile_disc\\(\\) in windows only",
    },
    rows=[(500,)],
)
def the_value_in_the_middle() -> Any:
    return select(func.percentile_disc(literal_column("0.5")).within_group(pay))


@construct(
    sql={
        "*": "SELECT employee.salary, percentile_disc(0.5) WITHIN GROUP (ORDER BY "
        "employee.salary) OVER () AS middle FROM employee ORDER BY employee.salary "
        "DESC",
    },
    refused={
        "sqlite": "sqlite has no WITHIN GROUP",
        "postgresql": "PostgreSQL has no OVER beside WITHIN GROUP",
        "mysql": "mysql has no WITHIN GROUP",
    },
    rows=[(900, 500), (700, 500), (500, 500), (500, 500), (300, 500)],
)
def the_value_in_the_middle_beside_every_row() -> Any:
    middle = func.percentile_disc(literal_column("0.5")).within_group(pay).over()
    return select(pay, middle.label("middle")).order_by(pay.desc())


@construct(
    sql={
        "postgresql": "SELECT mode() WITHIN GROUP (ORDER BY employee.salary) AS mode_1 FROM "
        "employee",
        "oracle": "SELECT STATS_MODE(employee.salary) AS mode_1 FROM employee",
    },
    refused={
        "sqlite": "sqlite has no WITHIN GROUP",
        "mysql": "mysql has no WITHIN GROUP",
        "mariadb": "mariadb has no mode\\(\\)",
        "mssql": "SQL Server has no mode\\(\\)",
    },
    rows=[(500,)],
)
def the_value_that_is_most_frequent() -> Any:
    return select(within_group(func.mode(), pay))


@construct(
    sql={
        "*": "SELECT employee.id, row_number() OVER (ORDER BY employee.salary DESC, "
        "employee.id) AS place FROM employee ORDER BY place",
    },
    rows=[(1, 1), (5, 2), (2, 3), (3, 4), (4, 5)],
)
def row_numbers() -> Any:
    place = func.row_number().over(order_by=[pay.desc(), ident])
    return select(ident, place.label("place")).order_by("place")


@construct(
    sql={
        "*": "SELECT employee.id, rank() OVER (ORDER BY employee.salary DESC) AS place, "
        "rank() OVER (PARTITION BY employee.department_id ORDER BY employee.salary "
        "DESC) AS among FROM employee ORDER BY employee.id",
    },
    rows=[(1, 1, 1), (2, 3, 2), (3, 3, 1), (4, 5, 2), (5, 2, 1)],
)
def ranks_of_the_whole_and_of_each_department() -> Any:
    among = func.rank().over(partition_by=employee.c.department_id, order_by=pay.desc())
    return select(
        ident, func.rank().over(order_by=pay.desc()).label("place"), among.label("among")
    ).order_by(ident)


@construct(
    sql={
        "*": "SELECT employee.id, sum(employee.salary) OVER (ORDER BY employee.id ROWS "
        "BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total FROM employee ORDER "
        "BY employee.id",
    },
    rows=[(1, 900), (2, 1400), (3, 1900), (4, 2200), (5, 2900)],
)
def a_running_sum() -> Any:
    total = func.sum(pay).over(order_by=ident, rows=(None, 0)).label("total")
    return select(ident, total).order_by(ident)


@construct(
    sql={
        "*": "SELECT employee.id, sum(employee.salary) OVER (ORDER BY employee.id ROWS "
        "BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS total FROM employee ORDER BY "
        "employee.id",
    },
    rows=[(1, 1400), (2, 1900), (3, 1300), (4, 1500), (5, 1000)],
)
def a_sum_of_neighbours() -> Any:
    total = func.sum(pay).over(order_by=ident, rows=(-1, 1)).label("total")
    return select(ident, total).order_by(ident)


@construct(
    sql={
        "*": "SELECT employee.salary, count(*) OVER (ORDER BY employee.salary RANGE "
        "BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS up_to FROM employee ORDER "
        "BY employee.salary",
    },
    rows=[(300, 1), (500, 3), (500, 3), (700, 4), (900, 5)],
)
def a_range_of_equal_values() -> Any:
    count = func.count().over(order_by=pay, range_=(None, 0)).label("up_to")
    return select(pay, count).order_by(pay)


@construct(
    sql={
        "*": "SELECT employee.salary, count(*) OVER (ORDER BY employee.salary RANGE "
        "BETWEEN 200 PRECEDING AND 200 FOLLOWING) AS near FROM employee ORDER BY "
        "employee.salary",
    },
    refused={
        "mssql": "SQL Server counts no distance in RANGE",
    },
    rows=[(300, 3), (500, 4), (500, 4), (700, 4), (900, 2)],
)
def a_range_of_near_values() -> Any:
    count = func.count().over(order_by=pay, range_=(-200, 200)).label("near")
    return select(pay, count).order_by(pay)


@construct(
    sql={
        "*": "SELECT employee.salary, count(*) OVER (ORDER BY employee.salary GROUPS "
        "BETWEEN CURRENT ROW AND 1 FOLLOWING) AS near FROM employee ORDER BY "
        "employee.salary",
    },
    refused={
        "mysql": "mysql has no GROUPS in windows",
        "mariadb": "mariadb has no GROUPS in windows",
        "oracle": "oracle has no GROUPS in windows",
        "mssql": "mssql has no GROUPS in windows",
    },
    rows=[(300, 3), (500, 3), (500, 3), (700, 2), (900, 1)],
)
def groups_of_equal_values() -> Any:
    count = func.count().over(order_by=pay, groups=(0, 1)).label("near")
    return select(pay, count).order_by(pay)


@construct(
    sql={
        "*": "SELECT employee.id, sum(employee.salary) OVER (ORDER BY employee.id ROWS "
        "BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) "
        "AS others FROM employee ORDER BY employee.id",
    },
    refused={
        "mysql": "mysql has no EXCLUDE in windows",
        "mariadb": "mariadb has no EXCLUDE in windows",
        "oracle": "oracle has no EXCLUDE in windows",
        "mssql": "mssql has no EXCLUDE in windows",
    },
    rows=[(1, 2000), (2, 2400), (3, 2400), (4, 2600), (5, 2200)],
)
def a_sum_of_all_others() -> Any:
    total = func.sum(pay).over(order_by=ident, rows=(None, None), exclude="CURRENT ROW")
    return select(ident, total.label("others")).order_by(ident)


@construct(
    sql={
        "*": "SELECT employee.id, sum(employee.salary) OVER () AS total FROM employee "
        "ORDER BY employee.id",
    },
    rows=[(1, 2900), (2, 2900), (3, 2900), (4, 2900), (5, 2900)],
)
def a_window_of_everything() -> Any:
    return select(ident, func.sum(pay).over().label("total")).order_by(ident)


@construct(
    sql={
        "*": "SELECT employee.id, lag(employee.salary) OVER (ORDER BY employee.id) AS "
        "before_it FROM employee ORDER BY employee.id",
    },
    rows=[(1, None), (2, 900), (3, 500), (4, 500), (5, 300)],
)
def the_row_before() -> Any:
    before = func.lag(pay).over(order_by=ident).label("before_it")
    return select(ident, before).order_by(ident)


@construct(
    sql={
        "*": "SELECT employee.id, row_number() OVER (ORDER BY employee.id) AS place "
        "FROM employee ORDER BY employee.id",
    },
    rows=[(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)],
)
def a_window_ordered_by_a_name() -> Any:
    place = over(func.row_number(), order_by="id")
    return select(ident, place.label("place")).order_by(ident)


@construct(
    sql={
        "*": "SELECT employee.id, count(CASE WHEN (employee.salary > 600) THEN 1 END) "
        "OVER (ORDER BY employee.id ROWS BETWEEN CURRENT ROW AND UNBOUNDED "
        "FOLLOWING) AS to_come FROM employee ORDER BY employee.id",
        "sqlite": "SELECT employee.id, count(*) FILTER (WHERE employee.salary > 600) OVER "
        "(ORDER BY employee.id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) "
        "AS to_come FROM employee ORDER BY employee.id",
        "postgresql": "SELECT employee.id, count(*) FILTER (WHERE employee.salary > 600) OVER "
        "(ORDER BY employee.id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) "
        "AS to_come FROM employee ORDER BY employee.id",
    },
    rows=[(1, 2), (2, 1), (3, 1), (4, 1), (5, 1)],
)
def a_filtered_aggregate_over_a_window() -> Any:
    well = func.count().filter(pay > literal_column("600"))
    frame = well.over(order_by=ident, rows=(0, None)).label("to_come")
    return select(ident, frame).order_by(ident)
