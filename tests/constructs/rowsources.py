"""FROM elements that are no tables: VALUES, functions that return rows."""

from __future__ import annotations

from typing import Any

from accord import Integer, String, Text, cast, column, func, literal_column, select, values
from constructs import construct
from constructs.world import department, employee


def pairs() -> Any:
    return values(column("n", Integer), column("word", String(10)), name="pairs").data(
        [(1, "one"), (2, "two")]
    )


@construct(
    sql={
        "sqlite": "SELECT pairs.n, pairs.word FROM (SELECT column1 AS n, column2 AS word FROM "
        "(VALUES (:param_1, :param_2), (:param_3, :param_4))) AS pairs ORDER BY pairs.n",
        "postgresql": "SELECT pairs.n, pairs.word FROM (VALUES (:param_1::INTEGER, "
        ":param_2::VARCHAR), (:param_3::INTEGER, :param_4::VARCHAR)) AS pairs (n, word) ORDER "
        "BY pairs.n",
        "mysql": "SELECT pairs.n, pairs.word FROM (VALUES ROW(:param_1, :param_2), "
        "ROW(:param_3, :param_4)) AS pairs (n, word) ORDER BY pairs.n",
        "mariadb": "SELECT pairs.n, pairs.word FROM (SELECT :param_1 AS n, :param_2 AS word "
        "UNION ALL VALUES (:param_3, :param_4)) AS pairs ORDER BY pairs.n",
        "oracle": "SELECT pairs.n, pairs.word FROM (SELECT :param_1 AS n, :param_2 AS word FROM "
        "dual UNION ALL SELECT :param_3, :param_4 FROM dual) pairs ORDER BY pairs.n",
        "mssql": "SELECT pairs.n, pairs.word FROM (VALUES (:param_1, :param_2), (:param_3, "
        ":param_4)) AS pairs (n, word) ORDER BY pairs.n",
    },
    rows=[(1, "one"), (2, "two")],
)
def a_list_of_values() -> Any:
    rows = pairs()
    return select(rows).order_by(rows.c.n)


@construct(
    sql={
        "sqlite": "SELECT employee.name, pairs.word FROM employee JOIN (SELECT column1 AS n, "
        "column2 AS word FROM (VALUES (:param_1, :param_2), (:param_3, :param_4))) AS pairs ON "
        "pairs.n = employee.id ORDER BY employee.id",
        "postgresql": "SELECT employee.name, pairs.word FROM employee JOIN (VALUES "
        "(:param_1::INTEGER, :param_2::VARCHAR), (:param_3::INTEGER, :param_4::VARCHAR)) AS "
        "pairs (n, word) ON pairs.n = employee.id ORDER BY employee.id",
        "mysql": "SELECT employee.name, pairs.word FROM employee JOIN (VALUES ROW(:param_1, "
        ":param_2), ROW(:param_3, :param_4)) AS pairs (n, word) ON pairs.n = employee.id ORDER "
        "BY employee.id",
        "mariadb": "SELECT employee.name, pairs.word FROM employee JOIN (SELECT :param_1 AS n, "
        ":param_2 AS word UNION ALL VALUES (:param_3, :param_4)) AS pairs ON pairs.n = "
        "employee.id ORDER BY employee.id",
        "oracle": "SELECT employee.name, pairs.word FROM employee JOIN (SELECT :param_1 AS n, "
        ":param_2 AS word FROM dual UNION ALL SELECT :param_3, :param_4 FROM dual) pairs ON "
        "pairs.n = employee.id ORDER BY employee.id",
        "mssql": "SELECT employee.name, pairs.word FROM employee JOIN (VALUES (:param_1, "
        ":param_2), (:param_3, :param_4)) AS pairs (n, word) ON pairs.n = employee.id ORDER BY "
        "employee.id",
    },
    rows=[("Ada", "one"), ("Bob", "two")],
)
def a_join_with_a_list_of_values() -> Any:
    rows = pairs()
    return (
        select(employee.c.name, rows.c.word)
        .join(rows, rows.c.n == employee.c.id)
        .order_by(employee.c.id)
    )


@construct(
    sql={
        "sqlite": "WITH listed(n, word) AS (VALUES (:param_1, :param_2), (:param_3, :param_4)) "
        "SELECT listed.word FROM listed ORDER BY listed.n",
        "postgresql": "WITH listed(n, word) AS (VALUES (:param_1::INTEGER, :param_2::VARCHAR), "
        "(:param_3::INTEGER, :param_4::VARCHAR)) SELECT listed.word FROM listed ORDER BY "
        "listed.n",
        "mysql": "WITH listed(n, word) AS (VALUES ROW(:param_1, :param_2), ROW(:param_3, "
        ":param_4)) SELECT listed.word FROM listed ORDER BY listed.n",
        "mariadb": "WITH listed(n, word) AS (SELECT :param_1 AS n, :param_2 AS word UNION ALL "
        "VALUES (:param_3, :param_4)) SELECT listed.word FROM listed ORDER BY listed.n",
        "oracle": "WITH listed(n, word) AS (SELECT :param_1 AS n, :param_2 AS word FROM dual "
        "UNION ALL SELECT :param_3, :param_4 FROM dual) SELECT listed.word FROM listed ORDER "
        "BY listed.n",
        "mssql": "WITH listed(n, word) AS (SELECT * FROM (VALUES (:param_1, :param_2), "
        "(:param_3, :param_4)) AS accord_v (n, word)) SELECT listed.word FROM listed ORDER BY "
        "listed.n",
    },
    rows=[("one",), ("two",)],
)
def a_list_of_values_as_a_cte() -> Any:
    rows = pairs().cte("listed")
    return select(rows.c.word).order_by(rows.c.n)


@construct(
    sql={
        "*": "SELECT employee.name FROM employee WHERE employee.id IN (VALUES (2), (3)) "
        "ORDER BY employee.id",
        "mysql": "SELECT employee.name FROM employee WHERE employee.id IN (VALUES ROW(2), "
        "ROW(3)) ORDER BY employee.id",
        "oracle": "SELECT employee.name FROM employee WHERE employee.id IN (SELECT 2 AS n "
        "FROM dual UNION ALL SELECT 3 FROM dual) ORDER BY employee.id",
        "mssql": "SELECT employee.name FROM employee WHERE employee.id IN (SELECT * FROM "
        "(VALUES (2), (3)) AS accord_v (n)) ORDER BY employee.id",
    },
    rows=[("Bob",), ("Cyd",)],
)
def in_a_list_of_values() -> Any:
    rows = values(column("n", Integer), literal_binds=True).data([(2,), (3,)])
    return (
        select(employee.c.name)
        .where(employee.c.id.in_(rows.scalar_values()))
        .order_by(employee.c.id)
    )


@construct(
    sql={
        "*": "SELECT members.key, CAST(members.value AS TEXT) AS value FROM "
        'json_each(\'{"a": 1, "b": 2}\') AS members ORDER BY members.key',
        "oracle": "SELECT members.key, TO_CLOB(members.value) AS value FROM "
        'TABLE(json_each(\'{"a": 1, "b": 2}\')) members ORDER BY members.key',
        "mssql": "SELECT members.[key], CAST(members.value AS NVARCHAR(max)) AS value FROM "
        'json_each(\'{"a": 1, "b": 2}\') AS members ORDER BY members.[key]',
    },
    refused={
        "mysql": "mysql has no functions in FROM except json_table\\(\\)",
        "mariadb": "mariadb has no functions in FROM except json_table\\(\\)",
    },
    rows=[("a", "1"), ("b", "2")],
    absent={"oracle": "a function of the user's", "mssql": "a function of the user's"},
)
def a_function_that_returns_rows() -> Any:
    """SQLite and PostgreSQL have a function of this name; elsewhere it may be the user's."""
    members = func.json_each(literal_column("""'{"a": 1, "b": 2}'""")).table_valued(
        "key", column("value", String), name="members"
    )
    return select(members.c.key, cast(members.c.value, Text)).order_by(members.c.key)


@construct(
    sql={
        "postgresql": "SELECT letters.place, letters.letter FROM unnest(ARRAY['a', 'b']) WITH "
        "ORDINALITY AS letters(letter, place) ORDER BY letters.place",
    },
    refused={
        "sqlite": "SQLite's table functions have columns of their own names",
        "mysql": "mysql has no functions in FROM except json_table\\(\\)",
        "mariadb": "mariadb has no functions in FROM except json_table\\(\\)",
        "oracle": "Oracle's table functions name their columns themselves",
        "mssql": "SQL Server has no WITH ORDINALITY",
    },
    rows=[(1, "a"), (2, "b")],
)
def a_function_with_a_column_list_and_numbers() -> Any:
    letters = (
        func.unnest(literal_column("ARRAY['a', 'b']"))
        .table_valued("letter", with_ordinality="place", name="letters")
        .render_derived()
    )
    return select(letters.c.place, letters.c.letter).order_by(letters.c.place)


@construct(
    sql={
        "postgresql": 'SELECT made.n, made.word FROM json_to_recordset(\'[{"n": 1, "word": '
        '"x"}]\') AS made(n INTEGER, word TEXT)',
        "mssql": 'SELECT made.n, made.word FROM json_to_recordset(\'[{"n": 1, "word": '
        '"x"}]\') AS made(n INTEGER, word NVARCHAR(max))',
    },
    refused={
        "sqlite": "SQLite's table functions have columns of their own names",
        "mysql": "mysql has no functions in FROM except json_table\\(\\)",
        "mariadb": "mariadb has no functions in FROM except json_table\\(\\)",
        "oracle": "Oracle's table functions name their columns themselves",
    },
    rows=[(1, "x")],
)
def a_function_with_types_of_its_columns() -> Any:
    """PostgreSQL's way to say what a record is made of."""
    made = (
        func.json_to_recordset(literal_column("""'[{"n": 1, "word": "x"}]'"""))
        .table_valued(column("n", Integer), column("word", Text), name="made")
        .render_derived(with_types=True)
    )
    return select(made.c.n, made.c.word)


@construct(
    sql={
        "postgresql": "SELECT number FROM generate_series(1, 3) AS number ORDER BY number",
        "oracle": 'SELECT "number".COLUMN_VALUE FROM TABLE(generate_series(1, 3)) "number" '
        'ORDER BY "number".COLUMN_VALUE',
    },
    refused={
        "sqlite": "sqlite takes no row as one value",
        "mysql": "mysql takes no row as one value",
        "mariadb": "mariadb takes no row as one value",
        "mssql": "mssql takes no row as one value",
    },
    rows=[(1,), (2,), (3,)],
    absent={"oracle": "a function of the user's", "mssql": "of version 2022"},
)
def a_function_that_is_one_column() -> Any:
    """PostgreSQL's; SQLite's comes with its shell only."""
    number = func.generate_series(literal_column("1"), literal_column("3")).column_valued("number")
    return select(number).order_by(number)


@construct(
    sql={
        "postgresql": "SELECT CAST(row_to_json(department) AS TEXT) AS row_to_json FROM "
        "department WHERE department.id = 1",
    },
    refused={
        "sqlite": "sqlite takes no row as one value",
        "mysql": "mysql takes no row as one value",
        "mariadb": "mariadb takes no row as one value",
        "oracle": "oracle takes no row as one value",
        "mssql": "mssql takes no row as one value",
    },
    rows=[("""{"id":1,"name":"Sales"}""",)],
)
def a_row_as_one_value() -> Any:
    return select(cast(func.row_to_json(department.table_valued()), Text)).where(
        department.c.id == literal_column("1")
    )


@construct(
    sql={
        "sqlite": "SELECT employee.name, anon_1.word FROM employee JOIN (SELECT column1 AS n, "
        "column2 AS word FROM (VALUES (:param_1, :param_2), (:param_3, :param_4))) AS anon_1 "
        "ON anon_1.n = employee.id ORDER BY employee.id",
        "postgresql": "SELECT employee.name, anon_1.word FROM employee JOIN (VALUES "
        "(:param_1::INTEGER, :param_2::VARCHAR), (:param_3::INTEGER, :param_4::VARCHAR)) AS "
        "anon_1 (n, word) ON anon_1.n = employee.id ORDER BY employee.id",
        "mysql": "SELECT employee.name, anon_1.word FROM employee JOIN (VALUES ROW(:param_1, "
        ":param_2), ROW(:param_3, :param_4)) AS anon_1 (n, word) ON anon_1.n = employee.id "
        "ORDER BY employee.id",
        "mariadb": "SELECT employee.name, anon_1.word FROM employee JOIN (SELECT :param_1 AS n, "
        ":param_2 AS word UNION ALL VALUES (:param_3, :param_4)) AS anon_1 ON anon_1.n = "
        "employee.id ORDER BY employee.id",
        "oracle": "SELECT employee.name, anon_1.word FROM employee JOIN (SELECT :param_1 AS n, "
        ":param_2 AS word FROM dual UNION ALL SELECT :param_3, :param_4 FROM dual) anon_1 ON "
        "anon_1.n = employee.id ORDER BY employee.id",
        "mssql": "SELECT employee.name, anon_1.word FROM employee JOIN (VALUES (:param_1, "
        ":param_2), (:param_3, :param_4)) AS anon_1 (n, word) ON anon_1.n = employee.id ORDER "
        "BY employee.id",
    },
    rows=[("Ada", "one"), ("Bob", "two")],
)
def a_join_with_values_without_a_name() -> Any:
    rows = values(column("n", Integer), column("word", String(10))).data([(1, "one"), (2, "two")])
    return (
        select(employee.c.name, rows.c.word)
        .join(rows, rows.c.n == employee.c.id)
        .order_by(employee.c.id)
    )
