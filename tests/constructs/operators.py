"""Operators: comparison, logic, arithmetic, strings, NULL, row values."""

from __future__ import annotations

from typing import Any

from accord import (
    Float,
    Integer,
    String,
    all_,
    and_,
    any_,
    between,
    bindparam,
    case,
    cast,
    custom_op,
    extract,
    false,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
    try_cast,
    tuple_,
    type_coerce,
)
from constructs import construct
from constructs.world import employee, note

ident, pay, bonus = employee.c.id, employee.c.salary, employee.c.bonus
one, two, three = (literal_column(number, Integer) for number in "123")
seven = literal_column("7", Integer)


def those(condition: Any) -> Any:
    """The employees that meet a condition."""
    return select(ident).where(condition).order_by(ident)


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.salary < :salary_1 ORDER BY "
        "employee.id",
    },
    rows=[(2,), (3,), (4,), (5,)],
)
def comparison_with_a_value() -> Any:
    return those(pay < 900)


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.bonus IS NULL ORDER BY employee.id",
    },
    rows=[(1,), (3,)],
)
def equal_to_none_is_null() -> Any:
    return those(bonus == None)  # noqa: E711


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.bonus IS NOT NULL ORDER "
        "BY employee.id",
    },
    rows=[(2,), (4,), (5,)],
)
def not_equal_to_none_is_not_null() -> Any:
    return those(bonus != None)  # noqa: E711


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE NOT (employee.bonus <=> :bonus_1) ORDER BY "
        "employee.id",
        "sqlite": "SELECT employee.id FROM employee WHERE employee.bonus IS NOT :bonus_1 ORDER "
        "BY employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE employee.bonus IS DISTINCT FROM "
        ":bonus_1 ORDER BY employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE DECODE(employee.bonus, :bonus_1, 0, "
        "1) = 1 ORDER BY employee.id",
        "mssql": "SELECT employee.id FROM employee WHERE CASE WHEN (employee.bonus = :bonus_1 "
        "OR (employee.bonus IS NULL AND :bonus_1 IS NULL)) THEN 0 ELSE 1 END = 1 ORDER BY "
        "employee.id",
    },
    rows=[(1,), (3,), (4,), (5,)],
)
def distinct_from_a_value() -> Any:
    return those(bonus.is_distinct_from(50))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.bonus IS NULL ORDER BY employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE employee.bonus IS NOT DISTINCT "
        "FROM NULL ORDER BY employee.id",
        "mysql": "SELECT employee.id FROM employee WHERE employee.bonus <=> NULL ORDER BY "
        "employee.id",
        "mariadb": "SELECT employee.id FROM employee WHERE employee.bonus <=> NULL ORDER BY "
        "employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE DECODE(employee.bonus, NULL, 0, 1) "
        "= 0 ORDER BY employee.id",
    },
    rows=[(1,), (3,)],
)
def not_distinct_from_null() -> Any:
    return those(bonus.is_not_distinct_from(null()))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE (employee.salary > 600) IS TRUE "
        "ORDER BY employee.id",
        "sqlite": "SELECT employee.id FROM employee WHERE (employee.salary > 600) IS 1 ORDER "
        "BY employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE (employee.salary > 600) IS true "
        "ORDER BY employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE CASE WHEN (employee.salary > 600) "
        "THEN 1 ELSE 0 END = 1 ORDER BY employee.id",
        "mssql": "SELECT employee.id FROM employee WHERE CASE WHEN (employee.salary > 600) "
        "THEN 1 ELSE 0 END = 1 ORDER BY employee.id",
    },
    rows=[(1,), (5,)],
)
def a_condition_that_is_true() -> Any:
    return those((pay > literal_column("600")).is_(True))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE (employee.bonus = 50) IS NOT TRUE "
        "ORDER BY employee.id",
        "sqlite": "SELECT employee.id FROM employee WHERE (employee.bonus = 50) IS NOT 1 "
        "ORDER BY employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE (employee.bonus = 50) IS NOT true "
        "ORDER BY employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE CASE WHEN (employee.bonus = 50) "
        "THEN 1 ELSE 0 END = 0 ORDER BY employee.id",
        "mssql": "SELECT employee.id FROM employee WHERE CASE WHEN (employee.bonus = 50) "
        "THEN 1 ELSE 0 END = 0 ORDER BY employee.id",
    },
    rows=[(1,), (3,), (4,), (5,)],
)
def a_condition_that_is_not_true() -> Any:
    """NULL is not true either."""
    return those((bonus == literal_column("50")).is_not(True))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE (employee.bonus = 50) IS FALSE "
        "ORDER BY employee.id",
        "sqlite": "SELECT employee.id FROM employee WHERE (employee.bonus = 50) IS 0 ORDER "
        "BY employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE (employee.bonus = 50) IS false "
        "ORDER BY employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE CASE WHEN (NOT (employee.bonus = "
        "50)) THEN 1 ELSE 0 END = 1 ORDER BY employee.id",
        "mssql": "SELECT employee.id FROM employee WHERE CASE WHEN (NOT (employee.bonus = "
        "50)) THEN 1 ELSE 0 END = 1 ORDER BY employee.id",
    },
    rows=[(4,), (5,)],
)
def a_condition_that_is_false() -> Any:
    return those((bonus == literal_column("50")).is_(False))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.salary BETWEEN :salary_1 AND "
        ":salary_2 ORDER BY employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE employee.salary BETWEEN "
        ":salary_1::INTEGER AND :salary_2::INTEGER ORDER BY employee.id",
    },
    rows=[(2,), (3,), (5,)],
)
def between_two_values() -> Any:
    return those(pay.between(500, 700))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE (employee.salary BETWEEN 700 AND "
        "500 OR employee.salary BETWEEN 500 AND 700) ORDER BY employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE employee.salary BETWEEN SYMMETRIC "
        "700 AND 500 ORDER BY employee.id",
    },
    rows=[(2,), (3,), (5,)],
)
def between_two_values_in_any_order() -> Any:
    return those(pay.between(literal_column("700"), literal_column("500"), symmetric=True))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE (employee.salary NOT BETWEEN 700 "
        "AND 500 AND employee.salary NOT BETWEEN 500 AND 700) ORDER BY employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE employee.salary NOT BETWEEN "
        "SYMMETRIC 700 AND 500 ORDER BY employee.id",
    },
    rows=[(1,), (4,)],
)
def not_between_two_values_in_any_order() -> Any:
    return those(~between(pay, literal_column("700"), literal_column("500"), symmetric=True))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.id IN (:id_1_1, :id_1_2) ORDER BY "
        "employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE employee.id = ANY "
        "(:id_1::INTEGER[]) ORDER BY employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE (employee.id IN (:id_1_1, :id_1_2)) "
        "ORDER BY employee.id",
    },
    rows=[(1,), (3,)],
)
def in_a_list() -> Any:
    return those(ident.in_([1, 3]))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.id IN (NULL) AND (1 != 1) ORDER "
        "BY employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE employee.id = ANY "
        "(:id_1::INTEGER[]) ORDER BY employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE (employee.id IN (NULL) AND (1 != 1)) "
        "ORDER BY employee.id",
    },
    rows=[],
)
def in_no_list() -> Any:
    return those(ident.in_([]))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE (employee.id NOT IN (NULL) OR (1 = 1)) "
        "ORDER BY employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE (employee.id != ALL "
        "(:id_1::INTEGER[])) ORDER BY employee.id",
    },
    rows=[(1,), (2,), (3,), (4,), (5,)],
)
def not_in_no_list() -> Any:
    return those(ident.not_in([]))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.id IN (1, (employee.id - "
        "employee.id) + 2) ORDER BY employee.id",
    },
    rows=[(1,), (2,)],
)
def in_a_list_of_expressions() -> Any:
    return those(ident.in_([one, ident - ident + two]))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.id IN (:wanted_1) ORDER BY "
        "employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE employee.id = ANY "
        "(:wanted::INTEGER[]) ORDER BY employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE (employee.id IN (:wanted_1)) ORDER BY "
        "employee.id",
    },
    rows=[(1,), (5,)],
    parameters={"wanted": [1, 5]},
)
def in_a_list_given_at_execution() -> Any:
    return those(ident.in_(bindparam("wanted", expanding=True)))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.id = :wanted ORDER BY employee.id",
    },
    rows=[(3,)],
    parameters={"wanted": 3},
)
def a_parameter_given_at_execution() -> Any:
    return those(ident == bindparam("wanted"))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE (employee.id, employee.salary) IN "
        "((:param_1_1_1, :param_1_1_2), (:param_1_2_1, :param_1_2_2), (:param_1_3_1, "
        ":param_1_3_2)) ORDER BY employee.id",
        "sqlite": "SELECT employee.id FROM employee WHERE (employee.id, employee.salary) IN "
        "(VALUES (:param_1_1_1, :param_1_1_2), (:param_1_2_1, :param_1_2_2), (:param_1_3_1, "
        ":param_1_3_2)) ORDER BY employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE ((employee.id, employee.salary) IN "
        "((:param_1_1_1, :param_1_1_2), (:param_1_2_1, :param_1_2_2), (:param_1_3_1, "
        ":param_1_3_2))) ORDER BY employee.id",
        "mssql": "SELECT employee.id FROM employee WHERE EXISTS (SELECT 1 FROM (VALUES "
        "(:param_1_1_1, :param_1_1_2), (:param_1_2_1, :param_1_2_2), (:param_1_3_1, "
        ":param_1_3_2)) AS accord_v (c1, c2) WHERE accord_v.c1 = employee.id AND accord_v.c2 = "
        "employee.salary) ORDER BY employee.id",
    },
    rows=[(2,), (4,)],
)
def rows_in_a_list() -> Any:
    return those(tuple_(ident, pay).in_([(2, 500), (4, 300), (5, 1)]))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE (employee.id, employee.salary) IN "
        "((2, employee.salary), (3, employee.salary)) ORDER BY employee.id",
        "sqlite": "SELECT employee.id FROM employee WHERE (employee.id, employee.salary) IN "
        "(VALUES (2, employee.salary), (3, employee.salary)) ORDER BY employee.id",
        "mssql": "SELECT employee.id FROM employee WHERE EXISTS (SELECT 1 FROM (VALUES (2, "
        "employee.salary), (3, employee.salary)) AS accord_v (c1, c2) WHERE "
        "accord_v.c1 = employee.id AND accord_v.c2 = employee.salary) ORDER BY "
        "employee.id",
    },
    rows=[(2,), (3,)],
)
def rows_in_a_list_of_expressions() -> Any:
    return those(tuple_(ident, pay).in_([(two, pay), (three, pay)]))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE (employee.id, "
        "employee.department_id) IN (SELECT other.id, other.department_id FROM "
        "employee AS other) ORDER BY employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE (employee.id, "
        "employee.department_id) IN (SELECT other.id, other.department_id FROM "
        "employee other) ORDER BY employee.id",
        "mssql": "SELECT employee.id FROM employee WHERE EXISTS (SELECT 1 FROM (SELECT "
        "other.id, other.department_id FROM employee AS other) AS accord_v (c1, "
        "c2) WHERE accord_v.c1 = employee.id AND accord_v.c2 = "
        "employee.department_id) ORDER BY employee.id",
    },
    rows=[(1,), (2,), (3,), (4,)],
)
def rows_in_a_query() -> Any:
    other = employee.alias("other")
    return those(
        tuple_(ident, employee.c.department_id).in_(select(other.c.id, other.c.department_id))
    )


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE (employee.id, employee.salary) = (:id_1, "
        ":salary_1) ORDER BY employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE (employee.id, employee.salary) = "
        "(:id_1::INTEGER, :salary_1::INTEGER) ORDER BY employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE (employee.id = :id_1 AND "
        "employee.salary = :salary_1) ORDER BY employee.id",
        "mssql": "SELECT employee.id FROM employee WHERE (employee.id = :id_1 AND "
        "employee.salary = :salary_1) ORDER BY employee.id",
    },
    rows=[(2,)],
)
def a_row_equal_to_another() -> Any:
    return those(tuple_(ident, pay) == (2, 500))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE (employee.salary, employee.id) > "
        "(:salary_1, :id_1) OR (employee.salary, employee.id) <= (:salary_2, :id_2) ORDER BY "
        "employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE (employee.salary, employee.id) > "
        "(:salary_1::INTEGER, :id_1::INTEGER) OR (employee.salary, employee.id) <= "
        "(:salary_2::INTEGER, :id_2::INTEGER) ORDER BY employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE (employee.salary > :salary_1 OR "
        "employee.salary = :salary_1 AND employee.id > :id_1) OR (employee.salary < :salary_2 "
        "OR employee.salary = :salary_2 AND employee.id <= :id_2) ORDER BY employee.id",
        "mssql": "SELECT employee.id FROM employee WHERE (employee.salary > :salary_1 OR "
        "employee.salary = :salary_1 AND employee.id > :id_1) OR (employee.salary < :salary_2 "
        "OR employee.salary = :salary_2 AND employee.id <= :id_2) ORDER BY employee.id",
    },
    rows=[(1,), (4,), (5,)],
)
def a_row_before_another() -> Any:
    return those(or_(tuple_(pay, ident) > (500, 3), tuple_(pay, ident) <= (300, 4)))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.salary > ALL (SELECT "
        "other.salary FROM employee AS other WHERE other.salary < 600) ORDER BY "
        "employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE employee.salary > ALL (SELECT "
        "other.salary FROM employee other WHERE other.salary < 600) ORDER BY "
        "employee.id",
    },
    refused={
        "sqlite": "sqlite has no ANY and no ALL",
    },
    rows=[(1,), (5,)],
)
def more_than_all_of_a_query() -> Any:
    other = employee.alias("other")
    return those(pay > all_(select(other.c.salary).where(other.c.salary < literal_column("600"))))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE NOT (employee.salary = ANY (SELECT "
        "other.salary FROM employee AS other WHERE other.salary < 600)) ORDER BY "
        "employee.id",
        "oracle": "SELECT employee.id FROM employee WHERE NOT (employee.salary = ANY (SELECT "
        "other.salary FROM employee other WHERE other.salary < 600)) ORDER BY "
        "employee.id",
    },
    refused={
        "sqlite": "sqlite has no ANY and no ALL",
    },
    rows=[(1,), (5,)],
)
def not_equal_to_any_of_a_query() -> Any:
    other = employee.alias("other")
    low = select(other.c.salary).where(other.c.salary < literal_column("600"))
    return those(~(pay == any_(low.scalar_subquery())))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.id = 1 OR employee.salary "
        "= 300 AND employee.id != 2 ORDER BY employee.id",
    },
    rows=[(1,), (4,)],
)
def and_or_not() -> Any:
    return those(or_(ident == one, and_(pay == literal_column("300"), not_(ident == two))))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.id > 0 ORDER BY employee.id",
    },
    rows=[(1,), (2,), (3,), (4,), (5,)],
)
def constants_disappear_in_and_and_or() -> Any:
    return those(and_(true(), or_(ident > literal_column("0"), false())))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE NOT (employee.id = 1 OR "
        "employee.id > 2) ORDER BY employee.id",
    },
    rows=[(2,)],
)
def not_of_a_list_of_conditions() -> Any:
    return those(~or_(ident == one, ident > two))


@construct(
    sql={
        "*": "SELECT 7 - 2 * 3 AS anon_1, 7 - (3 - 1) AS anon_2, (7 - 1) - (1 - 1) AS "
        "anon_3, (1 + 2) * (2 - 1) AS anon_4, -(1 - 2) AS anon_5",
        "oracle": "SELECT 7 - 2 * 3 AS anon_1, 7 - (3 - 1) AS anon_2, (7 - 1) - (1 - 1) AS "
        "anon_3, (1 + 2) * (2 - 1) AS anon_4, -(1 - 2) AS anon_5 FROM dual",
    },
    rows=[(1, 5, 6, 3, 1)],
)
def arithmetic_with_parentheses_where_needed() -> Any:
    return select(
        seven - (two * three),
        seven - (three - one),
        (seven - one) - (one - one),
        (one + two) * (two - one),
        -(one - two),
    )


@construct(
    sql={
        "*": "SELECT 7 / 2 AS anon_1, 7 %% 2 AS anon_2, (1 - 3) / 1 AS anon_3",
        "sqlite": "SELECT 7 / 2 AS anon_1, 7 % 2 AS anon_2, (1 - 3) / 1 AS anon_3",
        "mysql": "SELECT FLOOR(7 / 2) AS anon_1, 7 %% 2 AS anon_2, FLOOR((1 - 3) / 1) AS anon_3",
        "mariadb": "SELECT FLOOR(7 / 2) AS anon_1, 7 %% 2 AS anon_2, FLOOR((1 - 3) / 1) AS anon_3",
        "oracle": "SELECT FLOOR(7 / 2) AS anon_1, MOD(7, 2) AS anon_2, FLOOR((1 - 3) / 1) AS "
        "anon_3 FROM dual",
    },
    rows=[(3, 1, -2)],
)
def floor_division_and_remainder() -> Any:
    return select(seven // two, seven % two, (one - three) // one)


@construct(
    sql={
        "*": "SELECT CAST(7 / CAST(2 AS NUMERIC) AS FLOAT) AS anon_1",
        "sqlite": "SELECT CAST(7 / (2 + 0.0) AS FLOAT) AS anon_1",
        "mysql": "SELECT CAST(7 / 2 AS DOUBLE) AS anon_1",
        "mariadb": "SELECT CAST(7 / 2 AS DOUBLE) AS anon_1",
        "oracle": "SELECT CAST(7 / 2 AS BINARY_DOUBLE) AS anon_1 FROM dual",
    },
    rows=[(3.5,)],
)
def division_of_integers_is_exact() -> Any:
    return select(cast(seven / two, Float))


@construct(
    sql={
        "*": "SELECT 7 & 1 AS anon_1, (3 + 3) | 1 AS anon_2, 7 ^ 1 AS anon_3, (~7) & 15 AS anon_4",
        "sqlite": "SELECT 7 & 1 AS anon_1, (3 + 3) | 1 AS anon_2, ((7 | 1) - (7 & 1)) AS "
        "anon_3, (~7) & 15 AS anon_4",
        "postgresql": "SELECT 7 & 1 AS anon_1, (3 + 3) | 1 AS anon_2, 7 # 1 AS anon_3, (~7) & 15 "
        "AS anon_4",
        "oracle": "SELECT BITAND(7, 1) AS anon_1, ((3 + 3) + 1 - BITAND((3 + 3), 1)) AS "
        "anon_2, (7 + 1 - 2 * BITAND(7, 1)) AS anon_3, BITAND((-1 - 7), 15) AS "
        "anon_4 FROM dual",
    },
    rows=[(1, 7, 6, 8)],
)
def bits() -> Any:
    return select(
        seven.bitwise_and(one),
        (three + three).bitwise_or(one),
        seven.bitwise_xor(one),
        seven.bitwise_not().bitwise_and(literal_column("15")),
    )


@construct(
    sql={
        "*": "SELECT 7 << 1 AS anon_1, 7 >> 1 AS anon_2",
        "oracle": "SELECT (7 * POWER(2, 1)) AS anon_1, FLOOR(7 / POWER(2, 1)) AS anon_2 FROM dual",
        "mssql": "SELECT (7 * POWER(CAST(2 AS BIGINT), 1)) AS anon_1, CAST(FLOOR(CAST(7 AS "
        "DECIMAL(38)) / POWER(CAST(2 AS BIGINT), 1)) AS BIGINT) AS anon_2",
    },
    rows=[(14, 3)],
)
def shifted_bits() -> Any:
    return select(seven.bitwise_lshift(one), seven.bitwise_rshift(one))


@construct(
    sql={
        "*": "SELECT concat(employee.name, %s, %s) AS anon_1 FROM employee WHERE employee.id = 1",
        "sqlite": "SELECT employee.name || ? || ? AS anon_1 FROM employee WHERE employee.id = 1",
        "postgresql": "SELECT employee.name || %s::VARCHAR || %s::VARCHAR AS anon_1 FROM "
        "employee WHERE employee.id = 1",
        "oracle": "SELECT employee.name || :name_1 || :param_1 AS anon_1 FROM employee WHERE "
        "employee.id = 1",
        "mssql": "SELECT employee.name + %(name_1)s + %(param_1)s AS anon_1 FROM employee "
        "WHERE employee.id = 1",
    },
    rows=[("Ada works",)],
)
def strings_joined() -> Any:
    return select(employee.c.name + " " + "works").where(ident == one)


@construct(
    sql={
        "*": "SELECT concat(employee.name, '-', employee.name) AS concat_1 FROM "
        "employee WHERE employee.id = 1",
        "sqlite": "SELECT (employee.name || '-' || employee.name) AS concat_1 FROM employee "
        "WHERE employee.id = 1",
        "oracle": "SELECT (employee.name || '-' || employee.name) AS concat_1 FROM employee "
        "WHERE employee.id = 1",
    },
    rows=[("Ada-Ada",)],
)
def the_function_concat() -> Any:
    return select(func.concat(employee.c.name, literal_column("'-'"), employee.c.name)).where(
        ident == one
    )


@construct(
    sql={
        "*": "SELECT note.id FROM note WHERE note.title LIKE :title_1 ESCAPE '/'",
    },
    rows=[(1,)],
)
def like_with_an_escaped_percent() -> Any:
    return select(note.c.id).where(note.c.title.like("50/%%", escape="/"))


@construct(
    sql={
        "*": "SELECT note.id FROM note WHERE note.title LIKE '%' || :title_1 || '%' ESCAPE '/'",
        "mysql": "SELECT note.id FROM note WHERE note.title LIKE concat('%', :title_1, '%') "
        "ESCAPE '/'",
        "mariadb": "SELECT note.id FROM note WHERE note.title LIKE concat('%', :title_1, '%') "
        "ESCAPE '/'",
        "mssql": "SELECT note.id FROM note WHERE note.title LIKE '%' + REPLACE(:title_1, N'[', "
        "N'/[') + '%' ESCAPE '/'",
    },
    rows=[(1,)],
)
def contains_takes_its_text_literally() -> Any:
    return select(note.c.id).where(note.c.title.contains("0% o", autoescape=True))


@construct(
    sql={
        "*": "SELECT note.id FROM note WHERE note.title NOT LIKE :title_1 || '%' ORDER BY note.id",
        "mysql": "SELECT note.id FROM note WHERE note.title NOT LIKE concat(:title_1, '%') "
        "ORDER BY note.id",
        "mariadb": "SELECT note.id FROM note WHERE note.title NOT LIKE concat(:title_1, '%') "
        "ORDER BY note.id",
        "mssql": "SELECT note.id FROM note WHERE note.title NOT LIKE :title_1 + '%' ORDER BY "
        "note.id",
    },
    rows=[(1,), (3,)],
)
def does_not_start_with() -> Any:
    return select(note.c.id).where(~note.c.title.startswith("pl")).order_by(note.c.id)


@construct(
    sql={
        "*": "SELECT note.id FROM note WHERE lower(note.title) LIKE lower(:title_1)",
        "postgresql": "SELECT note.id FROM note WHERE note.title ILIKE :title_1",
    },
    rows=[(2,)],
)
def ilike_knows_no_case() -> Any:
    return select(note.c.id).where(note.c.title.ilike("PLA%"))


@construct(
    sql={
        "*": "SELECT note.id FROM note WHERE note.title REGEXP :title_1",
        "postgresql": "SELECT note.id FROM note WHERE note.title ~ :title_1",
        "oracle": "SELECT note.id FROM note WHERE REGEXP_LIKE(note.title, :title_1)",
    },
    refused={
        "mssql": "SQL Server has no regular expressions before 2025",
    },
    rows=[(1,)],
)
def a_regular_expression() -> Any:
    return select(note.c.id).where(note.c.title.regexp_match("^[0-9]+%"))


@construct(
    sql={
        "*": "SELECT REGEXP_REPLACE(note.title, :title_1, :title_2) AS anon_1 FROM note WHERE "
        "note.id = 2",
        "postgresql": "SELECT REGEXP_REPLACE(note.title, :title_1::VARCHAR, :title_2::VARCHAR) "
        "AS anon_1 FROM note WHERE note.id = 2",
    },
    refused={
        "mssql": "SQL Server has no regular expressions before 2025",
    },
    rows=[("plXn",)],
)
def a_regular_replacement() -> Any:
    return select(note.c.title.regexp_replace("ai", "X")).where(note.c.id == two)


@construct(
    sql={
        "*": "SELECT REGEXP_REPLACE(note.title, :title_1, :title_2, 1, 0, 'i') AS anon_1 FROM "
        "note WHERE note.id = 2",
        "sqlite": "SELECT REGEXP_REPLACE(note.title, ('(?i)' || :title_1), :title_2) AS anon_1 "
        "FROM note WHERE note.id = 2",
        "postgresql": "SELECT REGEXP_REPLACE(note.title, :title_1::VARCHAR, :title_2::VARCHAR, "
        "'gi') AS anon_1 FROM note WHERE note.id = 2",
        "mariadb": "SELECT REGEXP_REPLACE(note.title, concat('(?i)', :title_1), :title_2) AS "
        "anon_1 FROM note WHERE note.id = 2",
    },
    refused={
        "mssql": "SQL Server has no regular expressions before 2025",
    },
    rows=[("plXn",)],
)
def a_regular_replacement_of_any_case() -> Any:
    return select(note.c.title.regexp_replace("AI", "X", flags="gi")).where(note.c.id == two)


@construct(
    sql={
        "*": "SELECT CASE WHEN (employee.salary < 600) THEN :param_1 ELSE :param_2 END AS "
        "anon_1 FROM employee WHERE employee.id IN (:id_1_1, :id_1_2, :id_1_3) ORDER BY "
        "employee.id",
        "postgresql": "SELECT CASE WHEN (employee.salary < 600) THEN :param_1::VARCHAR ELSE "
        ":param_2::VARCHAR END AS anon_1 FROM employee WHERE employee.id = ANY "
        "(:id_1::INTEGER[]) ORDER BY employee.id",
        "oracle": "SELECT CASE WHEN (employee.salary < 600) THEN :param_1 ELSE :param_2 END AS "
        "anon_1 FROM employee WHERE (employee.id IN (:id_1_1, :id_1_2, :id_1_3)) ORDER BY "
        "employee.id",
    },
    rows=[("low",), ("low",), ("high",)],
)
def case_by_conditions() -> Any:
    return (
        select(case((pay < literal_column("600"), "low"), else_="high"))
        .where(ident.in_([2, 3, 5]))
        .order_by(ident)
    )


@construct(
    sql={
        "*": "SELECT CASE employee.id WHEN :param_1 THEN :param_2 WHEN :param_3 THEN :param_4 "
        "END AS anon_1 FROM employee WHERE employee.id < :id_1 ORDER BY employee.id",
        "postgresql": "SELECT CASE employee.id WHEN :param_1::INTEGER THEN :param_2::VARCHAR "
        "WHEN :param_3::INTEGER THEN :param_4::VARCHAR END AS anon_1 FROM employee WHERE "
        "employee.id < :id_1 ORDER BY employee.id",
    },
    rows=[("one",), ("two",), (None,)],
)
def case_by_values() -> Any:
    return select(case({1: "one", 2: "two"}, value=ident)).where(ident < 4).order_by(ident)


@construct(
    sql={
        "*": "SELECT CAST(employee.salary AS VARCHAR(10)) AS salary, CAST('5' AS "
        "INTEGER) AS anon_1 FROM employee WHERE employee.id = 1",
        "mysql": "SELECT CAST(employee.salary AS CHAR(10)) AS salary, CAST('5' AS SIGNED "
        "INTEGER) AS anon_1 FROM employee WHERE employee.id = 1",
        "mariadb": "SELECT CAST(employee.salary AS CHAR(10)) AS salary, CAST('5' AS SIGNED "
        "INTEGER) AS anon_1 FROM employee WHERE employee.id = 1",
        "oracle": "SELECT CAST(employee.salary AS VARCHAR2(10 CHAR)) AS salary, CAST('5' AS "
        "INTEGER) AS anon_1 FROM employee WHERE employee.id = 1",
        "mssql": "SELECT CAST(employee.salary AS NVARCHAR(10)) AS salary, CAST('5' AS "
        "INTEGER) AS anon_1 FROM employee WHERE employee.id = 1",
    },
    rows=[("900", 5)],
)
def casts() -> Any:
    return select(cast(pay, String(10)), cast(literal_column("'5'"), Integer)).where(ident == one)


@construct(
    sql={
        "oracle": "SELECT CAST(note.title AS INTEGER DEFAULT NULL ON CONVERSION ERROR) AS "
        "title FROM note WHERE note.id = 2",
        "mssql": "SELECT TRY_CAST(note.title AS INTEGER) AS title FROM note WHERE note.id = 2",
    },
    refused={
        "sqlite": "SQLite has no TRY_CAST; use cast",
        "postgresql": "PostgreSQL has no TRY_CAST, and .* use case",
        "mysql": "mysql has no TRY_CAST; use cast",
        "mariadb": "mariadb has no TRY_CAST; use cast",
    },
    rows=[(None,)],
)
def a_cast_that_may_fail() -> Any:
    return select(try_cast(note.c.title, Integer)).where(note.c.id == two)


@construct(
    sql={
        "*": "SELECT employee.salary AS salary FROM employee WHERE employee.id = 1",
    },
    rows=[(900,)],
)
def another_type_in_the_program_only() -> Any:
    return select(type_coerce(pay, Integer)).where(ident == one)


@construct(
    sql={
        "*": "SELECT EXTRACT(year FROM employee.hired) AS anon_1, EXTRACT(month FROM "
        "employee.hired) AS anon_2, EXTRACT(day FROM employee.hired) AS anon_3 "
        "FROM employee WHERE employee.id = 1",
        "sqlite": "SELECT CAST(strftime('%Y', employee.hired) AS INTEGER) AS anon_1, "
        "CAST(strftime('%m', employee.hired) AS INTEGER) AS anon_2, "
        "CAST(strftime('%d', employee.hired) AS INTEGER) AS anon_3 FROM employee "
        "WHERE employee.id = 1",
        "mssql": "SELECT DATEPART(year, employee.hired) AS anon_1, DATEPART(month, "
        "employee.hired) AS anon_2, DATEPART(day, employee.hired) AS anon_3 FROM "
        "employee WHERE employee.id = 1",
    },
    rows=[(2019, 3, 1)],
)
def parts_of_a_date() -> Any:
    hired = employee.c.hired
    return select(extract("year", hired), extract("month", hired), extract("day", hired)).where(
        ident == one
    )


@construct(
    sql={
        "*": "SELECT 1 + (2 + 2) AS anon_1",
        "oracle": "SELECT 1 + (2 + 2) AS anon_1 FROM dual",
    },
    rows=[(5,)],
)
def an_operator_spelled_by_the_user() -> Any:
    return select(one.op("+", return_type=Integer)(two.op("+")(two)))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE (employee.id < 2) AND "
        "employee.salary > 1 ORDER BY employee.id",
    },
    rows=[(1,)],
)
def a_comparison_spelled_by_the_user() -> Any:
    return those(and_(ident.bool_op("<")(two), pay > one))


@construct(
    sql={
        "*": "SELECT (1 + 2) * 3 AS anon_1, 1 + 2 * 3 AS anon_2, 3 * (1 + 2) AS anon_3, "
        "7 - (3 - 1) AS anon_4, 1 + 2 * 3 AS anon_5",
        "oracle": "SELECT (1 + 2) * 3 AS anon_1, 1 + 2 * 3 AS anon_2, 3 * (1 + 2) AS anon_3, "
        "7 - (3 - 1) AS anon_4, 1 + 2 * 3 AS anon_5 FROM dual",
    },
    rows=[(9, 7, 9, 5, 7)],
)
def operators_of_the_user_with_precedences() -> Any:
    plus, times, minus = (
        custom_op(text, precedence=rank) for text, rank in (("+", 7), ("*", 8), ("-", 7))
    )
    return select(
        times(plus(one, two), three),
        plus(one, times(two, three)),
        times(three, plus(one, two)),
        minus(seven, minus(three, one)),
        one + times(two, three),
    )


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.id < 2 AND "
        "employee.salary > 1 OR employee.id + 1 > 5 ORDER BY employee.id",
    },
    rows=[(1,), (5,)],
)
def comparisons_of_the_user_with_precedences() -> Any:
    below = ident.bool_op("<", precedence=5)(two)
    above = ident.op("+", precedence=7)(one).bool_op(">", precedence=5)(literal_column("5"))
    return those(or_(and_(below, pay > one), above))


@construct(
    sql={
        "*": "SELECT :param_1 AS anon_1, :param_2 AS anon_2, NULL AS anon_3",
        "postgresql": "SELECT :param_1::VARCHAR AS anon_1, :param_2::INTEGER AS anon_2, NULL AS "
        "anon_3",
        "oracle": "SELECT :param_1 AS anon_1, :param_2 AS anon_2, NULL AS anon_3 FROM dual",
    },
    rows=[("x", 5, None)],
)
def literals() -> Any:
    return select(literal("x"), literal(5), null())


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.id = 1 ORDER BY employee.id",
    },
    rows=[(1,)],
)
def a_value_written_into_the_text() -> Any:
    return those(ident == literal(1, Integer, literal_execute=True))


@construct(
    sql={
        "*": "SELECT coalesce(note.body, note.title) AS coalesce_1, coalesce(nullif(1, "
        "2), 3) AS coalesce_2 FROM note WHERE note.id = 2",
    },
    rows=[("plain", 1)],
)
def coalesce_and_nullif() -> Any:
    return select(
        func.coalesce(note.c.body, note.c.title), func.coalesce(func.nullif(one, two), three)
    ).where(note.c.id == two)


@construct(
    sql={
        "*": "SELECT greatest(7 + 2, 3) AS greatest_1, least(7, 3) AS least_1, length(:param_1) "
        "AS length_1",
        "sqlite": "SELECT max(7 + 2, 3) AS greatest_1, min(7, 3) AS least_1, length(:param_1) "
        "AS length_1",
        "postgresql": "SELECT greatest(7 + 2, 3) AS greatest_1, least(7, 3) AS least_1, "
        "length(:param_1::VARCHAR) AS length_1",
        "oracle": "SELECT greatest(7 + 2, 3) AS greatest_1, least(7, 3) AS least_1, "
        "length(:param_1) AS length_1 FROM dual",
        "mssql": "SELECT (SELECT MAX(accord_v.c1) FROM (VALUES (7 + 2), (3)) AS accord_v (c1)) "
        "AS greatest_1, (SELECT MIN(accord_v.c1) FROM (VALUES (7), (3)) AS accord_v (c1)) AS "
        "least_1, (LEN(:param_1 + N'.') - 1) AS length_1",
    },
    rows=[(9, 3, 4)],
)
def greatest_least_and_length() -> Any:
    return select(func.greatest(seven + two, three), func.least(seven, three), func.length("four"))


@construct(
    sql={
        "*": "SELECT employee.id, CASE WHEN (employee.bonus > 20) THEN employee.bonus > 40 END "
        "AS big, coalesce((employee.bonus > 40) IS TRUE, 0) AS sure FROM employee ORDER BY "
        "(employee.bonus > 20) IS NULL, employee.id",
        "sqlite": "SELECT employee.id, CASE WHEN (employee.bonus > 20) THEN employee.bonus > 40 "
        "END AS big, coalesce((employee.bonus > 40) IS 1, 0) AS sure FROM employee ORDER BY "
        "(employee.bonus > 20) IS NULL, employee.id",
        "postgresql": "SELECT employee.id, CASE WHEN (employee.bonus > 20) THEN employee.bonus "
        "> 40 END AS big, coalesce((employee.bonus > 40) IS true, false) AS sure FROM employee "
        "ORDER BY (employee.bonus > 20) IS NULL, employee.id",
        "oracle": "SELECT employee.id, CASE WHEN (employee.bonus > 20) THEN CASE WHEN "
        "employee.bonus > 40 THEN 1 WHEN NOT (employee.bonus > 40) THEN 0 END END AS big, "
        "coalesce(CASE WHEN CASE WHEN (employee.bonus > 40) THEN 1 ELSE 0 END = 1 THEN 1 WHEN "
        "NOT (CASE WHEN (employee.bonus > 40) THEN 1 ELSE 0 END = 1) THEN 0 END, 0) AS sure "
        "FROM employee ORDER BY CASE WHEN CASE WHEN employee.bonus > 20 THEN 1 WHEN NOT "
        "(employee.bonus > 20) THEN 0 END IS NULL THEN 1 WHEN NOT (CASE WHEN employee.bonus > "
        "20 THEN 1 WHEN NOT (employee.bonus > 20) THEN 0 END IS NULL) THEN 0 END, employee.id",
        "mssql": "SELECT employee.id, CASE WHEN (employee.bonus > 20) THEN CAST(CASE WHEN "
        "employee.bonus > 40 THEN 1 WHEN NOT (employee.bonus > 40) THEN 0 END AS BIT) END AS "
        "big, coalesce(CAST(CASE WHEN CASE WHEN (employee.bonus > 40) THEN 1 ELSE 0 END = 1 "
        "THEN 1 WHEN NOT (CASE WHEN (employee.bonus > 40) THEN 1 ELSE 0 END = 1) THEN 0 END AS "
        "BIT), 0) AS sure FROM employee ORDER BY CAST(CASE WHEN CAST(CASE WHEN employee.bonus "
        "> 20 THEN 1 WHEN NOT (employee.bonus > 20) THEN 0 END AS BIT) IS NULL THEN 1 WHEN NOT "
        "(CAST(CASE WHEN employee.bonus > 20 THEN 1 WHEN NOT (employee.bonus > 20) THEN 0 END "
        "AS BIT) IS NULL) THEN 0 END AS BIT), employee.id",
    },
    rows=[(2, True, True), (4, None, False), (5, None, False), (1, None, False), (3, None, False)],
)
def conditions_as_values() -> Any:
    """Where a database has no conditions as values, they become some, wherever they stand."""
    fifty = bonus > literal_column("40")
    return select(
        employee.c.id,
        case((bonus > literal_column("20"), fifty)).label("big"),
        func.coalesce(fifty.is_(True), false()).label("sure"),
    ).order_by((bonus > literal_column("20")).is_(None), employee.c.id)


@construct(
    sql={
        "*": "SELECT note.id FROM note WHERE MATCH (note.title) AGAINST (%s IN BOOLEAN "
        "MODE) AND NOT MATCH (note.title) AGAINST (%s IN BOOLEAN MODE)",
        "sqlite": "SELECT note.id FROM note WHERE note.title MATCH ? AND note.title NOT MATCH ?",
        "postgresql": "SELECT note.id FROM note WHERE note.title @@ plainto_tsquery(%s) AND NOT "
        "(note.title @@ plainto_tsquery(%s))",
        "oracle": "SELECT note.id FROM note WHERE CONTAINS(note.title, :title_1) > 0 AND "
        "CONTAINS(note.title, :title_2) = 0",
        "mssql": "SELECT note.id FROM note WHERE CONTAINS (note.title, %(title_1)s) AND NOT "
        "CONTAINS (note.title, %(title_2)s)",
    },
)
def words_in_a_text() -> Any:
    """Rendered only: it takes an index for full texts, or one of SQLite's tables for them."""
    return select(note.c.id).where(note.c.title.match("plain"), ~note.c.title.match("quoted"))


@construct(
    sql={
        "*": "SELECT pow(2, 3) AS pow_1",
        "oracle": "SELECT POWER(2, 3) AS pow_1 FROM dual",
        "mssql": "SELECT POWER(2, 3) AS pow_1",
    },
    rows=[(8,)],
)
def a_power() -> Any:
    return select(func.pow(two, three))
