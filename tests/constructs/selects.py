"""SELECT: what it selects, from what, in which order, how many rows."""

from __future__ import annotations

from typing import Any

from accord import (
    LABEL_STYLE_NONE,
    LABEL_STYLE_TABLENAME_PLUS_COL,
    desc,
    func,
    literal_column,
    nulls_first,
    select,
    text,
    tuple_,
)
from constructs import construct
from constructs.world import department, employee


@construct(
    sql={
        "*": "SELECT employee.name, employee.salary FROM employee WHERE "
        "employee.department_id = 1 ORDER BY employee.id",
    },
    rows=[("Ada", 900), ("Bob", 500)],
)
def columns_and_a_condition() -> Any:
    return (
        select(employee.c.name, employee.c.salary)
        .where(employee.c.department_id == literal_column("1"))
        .order_by(employee.c.id)
    )


@construct(
    sql={
        "*": "SELECT department.id, department.name FROM department ORDER BY department.id",
    },
    rows=[(1, "Sales"), (2, "Tools"), (3, "Empty")],
)
def a_table_is_all_its_columns() -> Any:
    return select(department).order_by(department.c.id)


@construct(
    sql={
        "*": "SELECT employee.salary AS pay FROM employee WHERE employee.salary > 500 "
        "ORDER BY pay DESC",
    },
    rows=[(900,), (700,)],
)
def a_label_and_an_order_by_its_name() -> Any:
    pay = employee.c.salary.label("pay")
    return select(pay).where(employee.c.salary > literal_column("500")).order_by(desc("pay"))


@construct(
    sql={
        "*": "SELECT department.id AS department_id, employee.id AS employee_id FROM "
        "department JOIN employee ON department.id = employee.department_id WHERE "
        "employee.id = 1",
    },
    rows=[(1, 1)],
)
def label_style_table_and_column() -> Any:
    return (
        select(department.c.id, employee.c.id)
        .join(employee)
        .where(employee.c.id == literal_column("1"))
        .set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
    )


@construct(
    sql={
        "*": "SELECT department.id, employee.id FROM department JOIN employee ON "
        "department.id = employee.department_id WHERE employee.id = 1",
    },
    rows=[(1, 1)],
)
def label_style_none() -> Any:
    return (
        select(department.c.id, employee.c.id)
        .join(employee)
        .where(employee.c.id == literal_column("1"))
        .set_label_style(LABEL_STYLE_NONE)
    )


@construct(
    sql={
        "*": "SELECT department.id, department.name FROM department JOIN employee ON "
        "department.id = employee.department_id WHERE employee.id = 1",
    },
    rows=[(1, "Sales")],
)
def reduced_columns() -> Any:
    return (
        select(department.c.id, department.c.name, employee.c.department_id)
        .join(employee)
        .where(employee.c.id == literal_column("1"))
        .reduce_columns(only_synonyms=False)
    )


@construct(
    sql={
        "*": "SELECT department.name FROM employee JOIN department ON "
        "employee.department_id = department.id WHERE employee.id = 1",
    },
    rows=[("Sales",)],
)
def other_columns_and_the_same_from() -> Any:
    return (
        select(employee.c.id)
        .join(department, employee.c.department_id == department.c.id)
        .where(employee.c.id == literal_column("1"))
        .with_only_columns(department.c.name, maintain_column_froms=True)
    )


@construct(
    sql={
        "*": "SELECT employee.name, boss.name AS boss_name FROM employee JOIN employee "
        "AS boss ON employee.manager_id = boss.id ORDER BY employee.id",
        "oracle": "SELECT employee.name, boss.name AS boss_name FROM employee JOIN employee "
        "boss ON employee.manager_id = boss.id ORDER BY employee.id",
    },
    rows=[("Bob", "Ada"), ("Cyd", "Ada"), ("Dan", "Cyd")],
)
def a_table_joined_to_itself() -> Any:
    boss = employee.alias("boss")
    return (
        select(employee.c.name, boss.c.name.label("boss_name"))
        .join(boss, employee.c.manager_id == boss.c.id)
        .order_by(employee.c.id)
    )


@construct(
    sql={
        "*": "SELECT alone.name, alone.salary FROM (SELECT employee.name AS name, "
        "employee.salary AS salary FROM employee LEFT OUTER JOIN employee AS boss "
        "ON employee.manager_id = boss.id WHERE boss.id IS NULL) AS alone ORDER BY "
        "alone.salary DESC",
        "oracle": "SELECT alone.name, alone.salary FROM (SELECT employee.name AS name, "
        "employee.salary AS salary FROM employee LEFT OUTER JOIN employee boss ON "
        "employee.manager_id = boss.id WHERE boss.id IS NULL) alone ORDER BY "
        "alone.salary DESC",
    },
    rows=[("Ada", 900), ("Eve", 700)],
)
def a_join_as_a_subquery() -> Any:
    boss = employee.alias("boss")
    pairs = employee.outerjoin(boss, employee.c.manager_id == boss.c.id)
    alone = (
        select(employee.c.name, employee.c.salary).select_from(pairs).where(boss.c.id.is_(None))
    ).subquery("alone")
    return select(alone).order_by(alone.c.salary.desc())


@construct(
    sql={
        "*": "SELECT DISTINCT employee.salary FROM employee",
    },
    rows=[(500,), (900,), (300,), (700,)],
)
def distinct_values() -> Any:
    return select(employee.c.salary).distinct()


@construct(
    sql={
        "postgresql": "SELECT DISTINCT ON (employee.department_id) employee.name FROM employee "
        "ORDER BY employee.department_id, employee.id",
    },
    refused={
        "sqlite": "sqlite has no DISTINCT ON",
        "mysql": "mysql has no DISTINCT ON",
        "mariadb": "mariadb has no DISTINCT ON",
        "oracle": "oracle has no DISTINCT ON",
        "mssql": "mssql has no DISTINCT ON",
    },
    rows=[("Ada",), ("Cyd",), ("Eve",)],
)
def first_of_each() -> Any:
    return (
        select(employee.c.name)
        .distinct(employee.c.department_id)
        .order_by(employee.c.department_id, employee.c.id)
    )


@construct(
    sql={
        "*": "SELECT employee.id FROM employee ORDER BY employee.id LIMIT :param_1 OFFSET :param_2",
        "postgresql": "SELECT employee.id FROM employee ORDER BY employee.id LIMIT "
        ":param_1::INTEGER OFFSET :param_2::INTEGER",
        "oracle": "SELECT employee.id FROM employee ORDER BY employee.id OFFSET :param_1 ROWS "
        "FETCH FIRST :param_2 ROWS ONLY",
        "mssql": "SELECT employee.id FROM employee ORDER BY employee.id OFFSET :param_1 ROWS "
        "FETCH NEXT :param_2 ROWS ONLY",
    },
    rows=[(3,), (4,)],
)
def limit_and_offset() -> Any:
    return select(employee.c.id).order_by(employee.c.id).limit(2).offset(2)


@construct(
    sql={
        "*": "SELECT employee.id FROM employee ORDER BY employee.id LIMIT 18446744073709551615 "
        "OFFSET :param_1",
        "sqlite": "SELECT employee.id FROM employee ORDER BY employee.id LIMIT -1 OFFSET :param_1",
        "postgresql": "SELECT employee.id FROM employee ORDER BY employee.id OFFSET "
        ":param_1::INTEGER",
        "oracle": "SELECT employee.id FROM employee ORDER BY employee.id OFFSET :param_1 ROWS",
        "mssql": "SELECT employee.id FROM employee ORDER BY employee.id OFFSET :param_1 ROWS",
    },
    rows=[(4,), (5,)],
)
def offset_alone() -> Any:
    return select(employee.c.id).order_by(employee.c.id).offset(3)


@construct(
    sql={
        "*": "SELECT employee.id FROM employee ORDER BY employee.id LIMIT :param_1 OFFSET :param_2",
        "postgresql": "SELECT employee.id FROM employee ORDER BY employee.id LIMIT "
        ":param_1::INTEGER OFFSET :param_2::INTEGER",
        "oracle": "SELECT employee.id FROM employee ORDER BY employee.id OFFSET :param_1 ROWS "
        "FETCH FIRST :param_2 ROWS ONLY",
        "mssql": "SELECT employee.id FROM employee ORDER BY employee.id OFFSET :param_1 ROWS "
        "FETCH NEXT :param_2 ROWS ONLY",
    },
    rows=[(2,), (3,)],
)
def a_slice() -> Any:
    return select(employee.c.id).order_by(employee.c.id).slice(1, 3)


@construct(
    sql={
        "*": "SELECT employee.id FROM employee ORDER BY employee.id LIMIT :param_1",
        "postgresql": "SELECT employee.id FROM employee ORDER BY employee.id FETCH FIRST "
        "(:param_1::INTEGER) ROWS ONLY",
        "oracle": "SELECT employee.id FROM employee ORDER BY employee.id FETCH FIRST :param_1 "
        "ROWS ONLY",
        "mssql": "SELECT TOP (:param_1) employee.id FROM employee ORDER BY employee.id",
    },
    rows=[(1,), (2,)],
)
def fetch_first() -> Any:
    return select(employee.c.id).order_by(employee.c.id).fetch(2)


@construct(
    sql={
        "postgresql": "SELECT employee.salary FROM employee ORDER BY employee.salary DESC FETCH "
        "FIRST (:param_1::INTEGER) ROWS WITH TIES",
        "oracle": "SELECT employee.salary FROM employee ORDER BY employee.salary DESC FETCH "
        "FIRST :param_1 ROWS WITH TIES",
        "mssql": "SELECT TOP (:param_1) WITH TIES employee.salary FROM employee ORDER BY "
        "employee.salary DESC",
    },
    refused={
        "sqlite": "sqlite has no FETCH … PERCENT or WITH TIES",
        "mysql": "mysql has no FETCH … PERCENT or WITH TIES",
        "mariadb": "mariadb has no FETCH … PERCENT or WITH TIES",
    },
    rows=[(900,), (700,), (500,), (500,)],
)
def fetch_with_ties() -> Any:
    return select(employee.c.salary).order_by(employee.c.salary.desc()).fetch(3, with_ties=True)


@construct(
    sql={
        "oracle": "SELECT employee.salary FROM employee ORDER BY employee.salary DESC FETCH "
        "FIRST :param_1 PERCENT ROWS ONLY",
        "mssql": "SELECT TOP (:param_1) PERCENT employee.salary FROM employee ORDER BY "
        "employee.salary DESC",
    },
    refused={
        "sqlite": "sqlite has no FETCH … PERCENT or WITH TIES",
        "postgresql": "PostgreSQL has no FETCH FIRST … PERCENT",
        "mysql": "mysql has no FETCH … PERCENT or WITH TIES",
        "mariadb": "mariadb has no FETCH … PERCENT or WITH TIES",
    },
    rows=[(900,), (700,)],
)
def fetch_a_percentage() -> Any:
    return select(employee.c.salary).order_by(employee.c.salary.desc()).fetch(40, percent=True)


@construct(
    sql={
        "*": "SELECT employee.department_id, count(employee.id) AS count_1 FROM "
        "employee GROUP BY employee.department_id HAVING count(employee.id) > 0",
    },
    rows=[(1, 2), (2, 2), (None, 1)],
)
def group_by_and_having() -> Any:
    count = func.count(employee.c.id)
    return (
        select(employee.c.department_id, count)
        .group_by(employee.c.department_id)
        .having(count > literal_column("0"))
    )


@construct(
    sql={
        "*": "SELECT employee.salary AS pay, count(*) AS count_1 FROM employee GROUP BY pay",
        "oracle": "SELECT employee.salary AS pay, count(*) AS count_1 FROM employee GROUP BY "
        "employee.salary",
        "mssql": "SELECT employee.salary AS pay, count(*) AS count_1 FROM employee GROUP BY "
        "employee.salary",
    },
    rows=[(500, 2), (300, 1), (700, 1), (900, 1)],
)
def group_by_the_name_of_a_label() -> Any:
    return select(employee.c.salary.label("pay"), func.count()).group_by("pay")


@construct(
    sql={
        "*": "SELECT employee.department_id, count(*) AS count_1 FROM employee GROUP BY "
        "rollup(employee.department_id)",
        "mysql": "SELECT employee.department_id, count(*) AS count_1 FROM employee GROUP BY "
        "employee.department_id WITH ROLLUP",
        "mariadb": "SELECT employee.department_id, count(*) AS count_1 FROM employee GROUP BY "
        "employee.department_id WITH ROLLUP",
    },
    refused={
        "sqlite": "sqlite has no ROLLUP",
    },
    rows=[(None, 1), (None, 5), (1, 2), (2, 2)],
)
def rollup() -> Any:
    return select(employee.c.department_id, func.count()).group_by(
        func.rollup(employee.c.department_id)
    )


@construct(
    sql={
        "*": "SELECT employee.department_id, count(*) AS count_1 FROM employee GROUP BY "
        "cube(employee.department_id)",
    },
    refused={
        "sqlite": "sqlite has no CUBE",
        "mysql": "mysql has no CUBE",
        "mariadb": "mariadb has no CUBE",
    },
    rows=[(None, 1), (None, 5), (1, 2), (2, 2)],
)
def cube() -> Any:
    return select(employee.c.department_id, func.count()).group_by(
        func.cube(employee.c.department_id)
    )


@construct(
    sql={
        "*": "SELECT employee.department_id, count(*) AS count_1 FROM employee GROUP BY "
        "GROUPING SETS(employee.department_id, ())",
    },
    refused={
        "sqlite": "sqlite has no GROUPING SETS",
        "mysql": "mysql has no GROUPING SETS",
        "mariadb": "mariadb has no GROUPING SETS",
    },
    rows=[(None, 1), (None, 5), (1, 2), (2, 2)],
)
def grouping_sets() -> Any:
    return select(employee.c.department_id, func.count()).group_by(
        func.grouping_sets(employee.c.department_id, tuple_())
    )


@construct(
    sql={
        "*": "SELECT employee.bonus FROM employee ORDER BY employee.bonus NULLS LAST",
        "mysql": "SELECT employee.bonus FROM employee ORDER BY CASE WHEN (employee.bonus IS "
        "NULL) THEN 1 ELSE 0 END, employee.bonus",
        "mariadb": "SELECT employee.bonus FROM employee ORDER BY CASE WHEN (employee.bonus IS "
        "NULL) THEN 1 ELSE 0 END, employee.bonus",
        "mssql": "SELECT employee.bonus FROM employee ORDER BY CASE WHEN (employee.bonus IS "
        "NULL) THEN 1 ELSE 0 END, employee.bonus",
    },
    rows=[(0,), (10,), (50,), (None,), (None,)],
)
def nulls_come_last() -> Any:
    return select(employee.c.bonus).order_by(employee.c.bonus.nulls_last())


@construct(
    sql={
        "*": "SELECT employee.bonus FROM employee ORDER BY employee.bonus DESC NULLS FIRST",
        "mysql": "SELECT employee.bonus FROM employee ORDER BY CASE WHEN (employee.bonus IS "
        "NULL) THEN 0 ELSE 1 END, employee.bonus DESC",
        "mariadb": "SELECT employee.bonus FROM employee ORDER BY CASE WHEN (employee.bonus IS "
        "NULL) THEN 0 ELSE 1 END, employee.bonus DESC",
        "mssql": "SELECT employee.bonus FROM employee ORDER BY CASE WHEN (employee.bonus IS "
        "NULL) THEN 0 ELSE 1 END, employee.bonus DESC",
    },
    rows=[(None,), (None,), (50,), (10,), (0,)],
)
def nulls_come_first_before_a_descending_order() -> Any:
    return select(employee.c.bonus).order_by(nulls_first(employee.c.bonus.desc()))


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.id = 1 FOR UPDATE",
        "sqlite": "SELECT employee.name FROM employee WHERE employee.id = 1",
        "mssql": "SELECT employee.name FROM employee WITH (UPDLOCK, ROWLOCK) WHERE employee.id = 1",
    },
    rows=[("Ada",)],
)
def row_locks() -> Any:
    return select(employee.c.name).where(employee.c.id == literal_column("1")).with_for_update()


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.id = 1 FOR UPDATE NOWAIT",
        "sqlite": "SELECT employee.name FROM employee WHERE employee.id = 1",
        "mssql": "SELECT employee.name FROM employee WITH (UPDLOCK, ROWLOCK, NOWAIT) WHERE "
        "employee.id = 1",
    },
    rows=[("Ada",)],
)
def row_locks_without_waiting() -> Any:
    return (
        select(employee.c.name)
        .where(employee.c.id == literal_column("1"))
        .with_for_update(nowait=True)
    )


@construct(
    sql={
        "*": "SELECT employee.name FROM employee JOIN department ON department.id = "
        "employee.department_id WHERE employee.id = 1 FOR UPDATE OF employee SKIP "
        "LOCKED",
        "sqlite": "SELECT employee.name FROM employee JOIN department ON department.id = "
        "employee.department_id WHERE employee.id = 1",
        "oracle": "SELECT employee.name FROM employee JOIN department ON department.id = "
        "employee.department_id WHERE employee.id = 1 FOR UPDATE OF employee.id "
        "SKIP LOCKED",
        "mssql": "SELECT employee.name FROM employee WITH (UPDLOCK, ROWLOCK, READPAST) JOIN "
        "department ON department.id = employee.department_id WHERE employee.id = 1",
    },
    refused={
        "mariadb": "mariadb cannot lock only some tables of a query",
    },
    rows=[("Ada",)],
)
def row_locks_of_one_table_that_skip_locked_rows() -> Any:
    return (
        select(employee.c.name)
        .join(department)
        .where(employee.c.id == literal_column("1"))
        .with_for_update(skip_locked=True, of=employee)
    )


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.id = 1 LOCK IN SHARE MODE",
        "sqlite": "SELECT employee.name FROM employee WHERE employee.id = 1",
        "postgresql": "SELECT employee.name FROM employee WHERE employee.id = 1 FOR SHARE",
        "oracle": "SELECT employee.name FROM employee WHERE employee.id = 1 FOR UPDATE",
        "mssql": "SELECT employee.name FROM employee WITH (HOLDLOCK, ROWLOCK) WHERE "
        "employee.id = 1",
    },
    rows=[("Ada",)],
)
def shared_row_locks() -> Any:
    return (
        select(employee.c.name)
        .where(employee.c.id == literal_column("1"))
        .with_for_update(read=True)
    )


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.id = 1 FOR UPDATE",
        "sqlite": "SELECT employee.name FROM employee WHERE employee.id = 1",
        "postgresql": "SELECT employee.name FROM employee WHERE employee.id = 1 FOR NO KEY UPDATE",
        "mssql": "SELECT employee.name FROM employee WITH (UPDLOCK, ROWLOCK) WHERE employee.id = 1",
    },
    rows=[("Ada",)],
)
def row_locks_that_leave_keys_free() -> Any:
    return (
        select(employee.c.name)
        .where(employee.c.id == literal_column("1"))
        .with_for_update(key_share=True)
    )


@construct(
    sql={
        "*": "SELECT picked.id FROM employee AS picked TABLESAMPLE system(50)",
        "oracle": "SELECT picked.id FROM employee SAMPLE BLOCK (50) picked",
    },
    refused={
        "sqlite": "sqlite has no TABLESAMPLE",
        "mysql": "mysql has no TABLESAMPLE",
        "mariadb": "mariadb has no TABLESAMPLE",
    },
    rows=None,
)
def a_sample_of_a_table() -> Any:
    """No rows: which ones is chance."""
    return select(employee.tablesample(func.system(literal_column("50")), name="picked").c.id)


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.id = 1",
        "sqlite": "SELECT employee.name FROM employee WHERE employee.id = 1 LIMIT 1",
        "mariadb": "SELECT SQL_NO_CACHE employee.name FROM employee WHERE employee.id = 1",
    },
    rows=[("Ada",)],
)
def prefixes_and_suffixes_are_for_a_dialect() -> Any:
    return (
        select(employee.c.name)
        .where(employee.c.id == literal_column("1"))
        .prefix_with("SQL_NO_CACHE", dialect="mariadb")
        .suffix_with("LIMIT 1", dialect="sqlite")
    )


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.id = 1",
        "sqlite": "SELECT employee.name FROM employee NOT INDEXED WHERE employee.id = 1",
        "mysql": "SELECT employee.name FROM employee USE INDEX (PRIMARY) WHERE employee.id = 1",
        "mssql": "SELECT employee.name FROM employee WHERE employee.id = 1 OPTION (RECOMPILE)",
    },
    rows=[("Ada",)],
)
def hints_for_a_table_and_for_the_statement() -> Any:
    return (
        select(employee.c.name)
        .where(employee.c.id == literal_column("1"))
        .with_hint(employee, "USE INDEX (PRIMARY)", dialect_name="mysql")
        .with_hint(employee, "NOT INDEXED", dialect_name="sqlite")
        .with_statement_hint("OPTION (RECOMPILE)", dialect_name="mssql")
    )


@construct(
    sql={
        "*": "SELECT employee.name, department.name FROM employee, department WHERE "
        "(employee.department_id = department.id) AND (employee.id = 1) ORDER BY "
        "employee.id DESC",
    },
    rows=[("Ada", "Sales")],
)
def text_in_every_place() -> Any:
    return (
        select(text("employee.name"), department.c.name)
        .select_from(text("employee"))
        .where(text("employee.department_id = department.id"))
        .where(text("employee.id = 1"))
        .order_by(text("employee.id DESC"))
    )


@construct(
    sql={
        "*": "SELECT 1",
        "oracle": "SELECT 1 FROM dual",
    },
    rows=[(1,)],
)
def nothing_but_a_value() -> Any:
    return select(literal_column("1"))


@construct(
    sql={
        "*": "SELECT * FROM department ORDER BY department.id",
    },
    rows=[(1, "Sales"), (2, "Tools"), (3, "Empty")],
)
def everything_there_is() -> Any:
    return select("*").select_from(department).order_by(department.c.id)


@construct(
    sql={
        "*": "SELECT employee.name FROM employee JOIN department USE INDEX (PRIMARY) ON "
        "department.id = employee.department_id WHERE employee.salary = 900",
        "sqlite": "SELECT employee.name FROM employee NOT INDEXED JOIN department ON "
        "department.id = employee.department_id WHERE employee.salary = 900",
        "postgresql": "SELECT employee.name FROM employee JOIN department ON department.id = "
        "employee.department_id WHERE employee.salary = 900",
        "oracle": "SELECT /*+ FULL(department) */ employee.name FROM employee JOIN department "
        "ON department.id = employee.department_id WHERE employee.salary = 900",
        "mssql": "SELECT employee.name FROM employee JOIN department WITH (NOLOCK) ON "
        "department.id = employee.department_id WHERE employee.salary = 900",
    },
    rows=[("Ada",)],
)
def hints_for_a_joined_table() -> Any:
    return (
        select(employee.c.name)
        .join(department)
        .where(employee.c.salary == literal_column("900"))
        .with_hint(department, "USE INDEX (PRIMARY)", "mysql")
        .with_hint(department, "USE INDEX (PRIMARY)", "mariadb")
        .with_hint(employee, "NOT INDEXED", "sqlite")
        .with_hint(department, "WITH (NOLOCK)", "mssql")
        .with_hint(department, "FULL(%(name)s)", "oracle")
    )


@construct(
    sql={
        "*": "SELECT employee.name AS who FROM employee JOIN department ON department.id "
        "= employee.department_id WHERE employee.bonus = 50 AND department.name = "
        "'Sales'",
    },
    rows=[("Bob",)],
)
def filter_by_whatever_table_has_the_column() -> Any:
    return (
        select(employee.c.name.label("who"))
        .join(department)
        .filter_by(bonus=literal_column("50"), name=literal_column("'Sales'"))
    )
