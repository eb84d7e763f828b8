"""Types in expressions: what operators of one type and another build, members of JSON, items of
arrays, operators and SQL that a program's own types bring.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accord import ARRAY, JSON, Integer, Numeric, String, cast, func, literal, select, type_coerce
from accord.types import TypeDecorator

from . import construct
from .world import employee, note

DOCUMENT = {"a": {"b": [1, 2]}, "s": "x", "t": True, 'q"': 7}


class Shouted(TypeDecorator[str]):
    """Stored in lower case, fetched in upper case."""

    impl = String(20)
    cache_ok = True

    def bind_expression(self, bindvalue: Any) -> Any:
        return func.lower(bindvalue, type_=self)

    def column_expression(self, column: Any) -> Any:
        return func.upper(column, type_=self)


class Near(Integer):
    """Equal where the difference is small."""

    class comparator_factory(Integer.Comparator):
        def __eq__(self, other: Any) -> Any:
            return func.abs(self.expr - other) < 100

        def doubled(self) -> Any:
            return self.expr * 2


def document() -> Any:
    return literal(DOCUMENT, JSON)


def near(column: Any) -> Any:
    return type_coerce(column, Near)


@construct(
    sql={
        "*": "SELECT employee.salary / :salary_1 AS anon_1 FROM employee WHERE employee.id = :id_1",
        "sqlite": "SELECT employee.salary / (:salary_1 + 0.0) AS anon_1 FROM employee WHERE "
        "employee.id = :id_1",
        "postgresql": "SELECT employee.salary / CAST(:salary_1::INTEGER AS NUMERIC) AS anon_1 "
        "FROM employee WHERE employee.id = :id_1",
        "mssql": "SELECT employee.salary / CAST(:salary_1 AS NUMERIC) AS anon_1 FROM employee "
        "WHERE employee.id = :id_1",
    },
    rows=[(Decimal("112.5"),)],
)
def division_of_integers_is_exact() -> Any:
    return select(employee.c.salary / 8).where(employee.c.id == 1)


@construct(
    sql={
        "*": "SELECT FLOOR(employee.salary / :salary_1) AS anon_1 FROM employee WHERE "
        "employee.id = :id_1",
        "sqlite": "SELECT employee.salary / :salary_1 AS anon_1 FROM employee WHERE employee.id "
        "= :id_1",
        "postgresql": "SELECT employee.salary / :salary_1::INTEGER AS anon_1 FROM employee "
        "WHERE employee.id = :id_1",
        "mssql": "SELECT employee.salary / :salary_1 AS anon_1 FROM employee WHERE employee.id "
        "= :id_1",
    },
    rows=[(112,)],
)
def floor_division() -> Any:
    return select(employee.c.salary // 8).where(employee.c.id == 1)


@construct(
    sql={
        "*": "SELECT employee.salary % :salary_1 AS anon_1 FROM employee WHERE employee.id = :id_1",
        "postgresql": "SELECT employee.salary % :salary_1::INTEGER AS anon_1 FROM employee "
        "WHERE employee.id = :id_1",
        "oracle": "SELECT MOD(employee.salary, :salary_1) AS anon_1 FROM employee WHERE "
        "employee.id = :id_1",
    },
    rows=[(4,)],
)
def remainder() -> Any:
    return select(employee.c.salary % 8).where(employee.c.id == 1)


@construct(
    sql={
        "*": "SELECT concat(employee.name, %s) AS anon_1 FROM employee WHERE employee.id = %s",
        "sqlite": "SELECT employee.name || ? AS anon_1 FROM employee WHERE employee.id = ?",
        "postgresql": (
            "SELECT employee.name || %s::VARCHAR AS anon_1 FROM employee WHERE employee.id = %s"
        ),
        "oracle": (
            "SELECT employee.name || :name_1 AS anon_1 FROM employee WHERE employee.id = :id_1"
        ),
        "mssql": (
            "SELECT employee.name + %(name_1)s AS anon_1 FROM employee WHERE employee.id = %(id_1)s"
        ),
    },
    rows=[("Ada!",)],
)
def texts_are_joined_by_plus() -> Any:
    return select(employee.c.name + "!").where(employee.c.id == 1)


@construct(
    sql={
        "*": "SELECT concat(%s, employee.name, %s) AS anon_1 FROM employee WHERE employee.id = %s",
        "sqlite": "SELECT ? || employee.name || ? AS anon_1 FROM employee WHERE employee.id = ?",
        "postgresql": (
            "SELECT %s::VARCHAR || employee.name || %s::VARCHAR AS anon_1 FROM employee WHERE"
            " employee.id = %s"
        ),
        "oracle": (
            "SELECT :name_1 || employee.name || :param_1 AS anon_1 FROM employee WHERE "
            "employee.id = :id_1"
        ),
        "mssql": (
            "SELECT %(name_1)s + employee.name + %(param_1)s AS anon_1 FROM employee WHERE "
            "employee.id = %(id_1)s"
        ),
    },
    rows=[("<Ada>",)],
)
def a_text_before_a_column() -> Any:
    return select("<" + employee.c.name + ">").where(employee.c.id == 1)


@construct(
    sql={
        "*": "SELECT employee.salary + :salary_1 AS anon_1 FROM employee WHERE employee.id = :id_1",
        "postgresql": "SELECT employee.salary + :salary_1::INTEGER AS anon_1 FROM employee "
        "WHERE employee.id = :id_1",
    },
    rows=[(901,)],
)
def an_operator_by_its_symbol() -> Any:
    return select(employee.c.salary.op("+", return_type=Integer)(1)).where(employee.c.id == 1)


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.salary >= :salary_1",
    },
    rows=[(1,)],
)
def a_condition_by_its_symbol() -> Any:
    return select(employee.c.id).where(employee.c.salary.bool_op(">=")(900))


@construct(
    sql={
        "*": "SELECT CAST(employee.salary AS NUMERIC(10, 2)) AS salary FROM employee WHERE "
        "employee.id = :id_1",
        "mysql": "SELECT CAST(employee.salary AS DECIMAL(10, 2)) AS salary FROM employee WHERE "
        "employee.id = :id_1",
        "mariadb": "SELECT CAST(employee.salary AS DECIMAL(10, 2)) AS salary FROM employee "
        "WHERE employee.id = :id_1",
        "oracle": "SELECT CAST(employee.salary AS NUMBER(10, 2)) AS salary FROM employee WHERE "
        "employee.id = :id_1",
    },
    rows=[(Decimal("900.00"),)],
)
def a_cast_to_a_decimal() -> Any:
    return select(cast(employee.c.salary, Numeric(10, 2))).where(employee.c.id == 1)


@construct(
    sql={
        "*": (
            "SELECT CAST(employee.salary AS CHAR(10)) AS salary FROM employee WHERE "
            "employee.id = %s"
        ),
        "sqlite": (
            "SELECT CAST(employee.salary AS VARCHAR(10)) AS salary FROM employee WHERE "
            "employee.id = ?"
        ),
        "postgresql": (
            "SELECT CAST(employee.salary AS VARCHAR(10)) AS salary FROM employee WHERE "
            "employee.id = %s"
        ),
        "oracle": (
            "SELECT CAST(employee.salary AS VARCHAR2(10 CHAR)) AS salary FROM employee WHERE "
            "employee.id = :id_1"
        ),
        "mssql": (
            "SELECT CAST(employee.salary AS NVARCHAR(10)) AS salary FROM employee WHERE "
            "employee.id = %(id_1)s"
        ),
    },
    rows=[("900",)],
)
def a_cast_to_a_text() -> Any:
    return select(cast(employee.c.salary, String(10))).where(employee.c.id == 1)


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE abs(employee.salary - :salary_1) < :abs_1 "
        "ORDER BY employee.id",
        "postgresql": "SELECT employee.id FROM employee WHERE abs(employee.salary - "
        ":salary_1::INTEGER) < :abs_1 ORDER BY employee.id",
    },
    rows=[(1,)],
)
def a_type_has_equality_of_its_own() -> Any:
    return select(employee.c.id).where(near(employee.c.salary) == 801).order_by(employee.c.id)


@construct(
    sql={
        "*": "SELECT employee.salary * :salary_1 AS anon_1 FROM employee WHERE employee.id = :id_1",
        "postgresql": "SELECT employee.salary * :salary_1::INTEGER AS anon_1 FROM employee "
        "WHERE employee.id = :id_1",
    },
    rows=[(1800,)],
)
def a_type_adds_a_method() -> Any:
    return select(near(employee.c.salary).doubled()).where(employee.c.id == 1)


@construct(
    sql={
        "*": "SELECT upper(note.title) AS title FROM note WHERE lower(note.title) = "
        "lower(:param_1)",
    },
    rows=[("PLAIN",)],
)
def sql_around_a_parameter_and_a_column() -> Any:
    title = type_coerce(note.c.title, Shouted)
    return select(title.label("title")).where(func.lower(title) == literal("PLAIN", Shouted))


@construct(
    sql={
        "*": "SELECT json_extract(:param_1, :json_path_1) AS anon_1",
        "postgresql": "SELECT CAST((:param_1::JSON #>> :json_path_1::TEXT[]) AS INTEGER) AS anon_1",
        "mysql": "SELECT CAST(JSON_UNQUOTE(NULLIF(JSON_EXTRACT(:param_1, :json_path_1), "
        "CAST('null' AS JSON))) AS SIGNED INTEGER) AS anon_1",
        "mariadb": "SELECT CAST(JSON_UNQUOTE(NULLIF(JSON_EXTRACT(:param_1, :json_path_1), "
        "'null')) AS SIGNED INTEGER) AS anon_1",
        "oracle": 'SELECT JSON_VALUE(:param_1, \'$."a"."b"[1]\' RETURNING NUMBER) AS anon_1 FROM '
        "dual",
        "mssql": "SELECT (SELECT CAST(accord_j.value AS INTEGER) FROM OPENJSON(:param_1, "
        "N'$.\"a\".\"b\"') AS accord_j WHERE accord_j.[key] = N'1') AS anon_1",
    },
    rows=[(2,)],
)
def a_member_of_json_as_a_number() -> Any:
    return select(document()["a", "b", 1].as_integer())


@construct(
    sql={
        "*": "SELECT json_extract(:param_1, '$.' || json_quote(:json_key_1)) AS anon_1",
        "postgresql": "SELECT (:param_1::JSON ->> :json_key_1::VARCHAR) AS anon_1",
        "mysql": "SELECT JSON_UNQUOTE(NULLIF(JSON_EXTRACT(:param_1, concat('$.', "
        "json_quote(:json_key_1))), CAST('null' AS JSON))) AS anon_1",
        "mariadb": "SELECT JSON_UNQUOTE(NULLIF(JSON_EXTRACT(:param_1, concat('$.', "
        "json_quote(:json_key_1))), 'null')) AS anon_1",
        "oracle": "SELECT JSON_VALUE(:param_1, '$.\"s\"') AS anon_1 FROM dual",
        "mssql": "SELECT (SELECT accord_j.value FROM OPENJSON(:param_1, N'$') AS accord_j WHERE "
        "accord_j.[key] = N's') AS anon_1",
    },
    rows=[("x",)],
)
def a_member_of_json_as_a_text() -> Any:
    return select(document()["s"].as_string())


@construct(
    sql={
        "*": (
            "SELECT CAST(JSON_UNQUOTE(NULLIF(JSON_EXTRACT(%s, concat('$.', json_quote(%s))), "
            "'null')) AS SIGNED INTEGER) AS anon_1"
        ),
        "sqlite": "SELECT (SELECT value FROM json_each(?) WHERE key = ?) AS anon_1",
        "postgresql": "SELECT CAST((%s::JSON ->> %s::VARCHAR) AS INTEGER) AS anon_1",
        "mysql": (
            "SELECT CAST(JSON_UNQUOTE(NULLIF(JSON_EXTRACT(%s, concat('$.', json_quote(%s))), "
            "CAST('null' AS JSON))) AS SIGNED INTEGER) AS anon_1"
        ),
        "oracle": 'SELECT JSON_VALUE(:param_1, \'$."q\\""\' RETURNING NUMBER) AS anon_1 FROM dual',
        "mssql": (
            "SELECT (SELECT CAST(accord_j.value AS INTEGER) FROM OPENJSON(%(param_1)s, N'$') "
            "AS accord_j WHERE accord_j.[key] = N'q\"') AS anon_1"
        ),
    },
    rows=[(7,)],
)
def a_member_of_json_by_a_key_with_quotes() -> Any:
    return select(document()['q"'].as_integer())


@construct(
    sql={
        "*": "SELECT json_extract(:param_1, '$.' || json_quote(:json_key_1)) AS anon_1",
        "postgresql": "SELECT (:param_1::JSON ->> :json_key_1::VARCHAR) AS anon_1",
        "mysql": "SELECT JSON_UNQUOTE(NULLIF(JSON_EXTRACT(:param_1, concat('$.', "
        "json_quote(:json_key_1))), CAST('null' AS JSON))) AS anon_1",
        "mariadb": "SELECT JSON_UNQUOTE(NULLIF(JSON_EXTRACT(:param_1, concat('$.', "
        "json_quote(:json_key_1))), 'null')) AS anon_1",
        "oracle": "SELECT JSON_VALUE(:param_1, '$.\"none\"') AS anon_1 FROM dual",
        "mssql": "SELECT (SELECT accord_j.value FROM OPENJSON(:param_1, N'$') AS accord_j WHERE "
        "accord_j.[key] = N'none') AS anon_1",
    },
    rows=[(None,)],
)
def a_member_of_json_that_is_not_there() -> Any:
    return select(document()["none"].as_string())


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.salary = ANY (:param_1::INTEGER[])",
    },
    rows=[(1,)],
    refused={
        "sqlite": "no ANY and no ALL",
        "mysql": "no arrays",
        "mariadb": "no arrays",
        "oracle": "no array columns",
        "mssql": "no arrays",
    },
)
def any_item_of_an_array() -> Any:
    numbers = literal([900, 901], ARRAY(Integer))
    return select(employee.c.id).where(numbers.any(employee.c.salary))


@construct(
    sql={
        "*": "SELECT employee.id FROM employee WHERE employee.salary < ALL (:param_1::INTEGER[])",
    },
    rows=[(4,)],
    refused={
        "sqlite": "no ANY and no ALL",
        "mysql": "no arrays",
        "mariadb": "no arrays",
        "oracle": "no array columns",
        "mssql": "no arrays",
    },
)
def every_item_of_an_array() -> Any:
    from accord.sql.operators import LT

    numbers = literal([400, 500], ARRAY(Integer))
    return select(employee.c.id).where(numbers.all(employee.c.salary, LT))


@construct(
    sql={
        "*": "SELECT :param_1::INTEGER[] || :param_2::INTEGER[] AS anon_1",
    },
    rows=[([900, 901, 902],)],
    refused={
        "sqlite": "no arrays",
        "mysql": "no arrays",
        "mariadb": "no arrays",
        "oracle": "no array columns",
        "mssql": "no arrays",
    },
)
def arrays_are_joined_by_plus() -> Any:
    return select(literal([900], ARRAY(Integer)) + [901, 902])
