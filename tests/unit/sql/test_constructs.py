"""Each construct as every first-party dialect writes it, or refuses it."""

from __future__ import annotations

import re

import pytest
from constructs import DIALECTS, Construct, collect
from constructs.marks import STYLES, written
from constructs.texts import engine, parsed, rendered
from sqlglot import exp

from accord import Integer, and_, column, literal_column, select, table
from accord.exc import CompileError

CASES = [(item, dialect) for item in collect().values() for dialect in DIALECTS]
RENDERED = [case for case in CASES if case[0].expected(case[1]) is not None]
REFUSED = [case for case in CASES if case[0].expected(case[1]) is None]


UNREAD = {
    ("writes.delete_returning", "mssql"): "sqlglot knows no OUTPUT in DELETE",
    ("writes.delete_using", "mssql"): "sqlglot knows no second FROM in DELETE",
}
"""What the other parser cannot read though the database can."""


def named(cases: list[tuple[Construct, str]]) -> list[str]:
    return [f"{item.name}-{dialect}" for item, dialect in cases]


@pytest.mark.parametrize(("item", "dialect"), RENDERED, ids=named(RENDERED))
def test_text(item: Construct, dialect: str) -> None:
    assert rendered(item.build(), dialect) == item.expected(dialect)


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("sqlite", "SELECT t.a % ?, ':b' FROM t WHERE t.a = ?"),
        ("postgresql", "SELECT t.a %% %s::INTEGER, ':b' FROM t WHERE t.a = %s"),
        ("mysql", "SELECT t.a %% %s, ':b' FROM t WHERE t.a = %s"),
        ("mariadb", "SELECT t.a %% %s, ':b' FROM t WHERE t.a = %s"),
        ("oracle", "SELECT MOD(t.a, :a_1), ':b' FROM t WHERE t.a = :a_2"),
        ("mssql", "SELECT t.a %% %(a_1)s, N':b' FROM t WHERE t.a = %(a_2)s"),
    ],
)
def test_parameters_are_written_as_the_driver_reads_them(dialect: str, text: str) -> None:
    """Once as they are; the records say `:name` for all of them."""
    assert engine(dialect).dialect.paramstyle == STYLES[dialect]
    a = column("a", Integer)
    t = table("t", a)
    colon = literal_column("N':b'" if dialect == "mssql" else "':b'")
    query = select(t.c.a % 3, colon).where(t.c.a == 4)
    assert rendered(query, dialect).replace(" AS anon_1", "") == text
    named = text.replace("%%", "%")
    for mark in (":a_1", ":a_2"):
        named = re.sub(r"\?|%s|%\(\w+\)s", mark, named, count=1)
    assert written(named, dialect) == text


def test_a_text_without_parameters_is_taken_as_it_stands() -> None:
    assert written("SELECT '50%', '100%%' AS \":b\"", "mysql") == "SELECT '50%', '100%%' AS \":b\""


@pytest.mark.parametrize(("item", "dialect"), REFUSED, ids=named(REFUSED))
def test_what_a_dialect_lacks_is_refused(item: Construct, dialect: str) -> None:
    with pytest.raises(CompileError, match=item.refused[dialect]):
        rendered(item.build(), dialect)


@pytest.mark.parametrize(("item", "dialect"), RENDERED, ids=named(RENDERED))
def test_another_parser_reads_it(item: Construct, dialect: str) -> None:
    if (item.name, dialect) in UNREAD:
        pytest.skip(UNREAD[item.name, dialect])
    tree = parsed(rendered(item.build(), dialect), dialect)
    assert not isinstance(tree, exp.Command), "sqlglot did not understand it"


@pytest.mark.parametrize("item", collect().values(), ids=collect())
def test_str_never_fails(item: Construct) -> None:
    assert str(item.build())


@pytest.mark.parametrize("item", collect().values(), ids=collect())
def test_equal_statements_have_equal_keys(item: Construct) -> None:
    one, two = item.build(), item.build()
    cached = getattr(one, "is_clause_element", True) and not getattr(one, "is_ddl", False)
    if cached and hasattr(one, "key"):
        assert one.key == two.key


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_nulls_of_a_sort_key_are_those_of_all_of_it(dialect: str) -> None:
    """Found by random expressions: ``a AND b IS NULL`` asked the second half only."""
    t = table("t", column("a", Integer), column("b", Integer))
    statement = select(t.c.a).order_by(and_(t.c.a == t.c.b, t.c.b == t.c.a).nulls_last())
    assert "CASE WHEN ((t.a = t.b AND t.b = t.a) IS NULL) THEN 1" in rendered(statement, dialect)
