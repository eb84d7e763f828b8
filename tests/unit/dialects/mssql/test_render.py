"""SQL Server's spelling, and that sqlglot reads all of it as T-SQL.

The statements run on the double in tests/integration/mssql.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from corpus import BUILDERS
from world import address, fact, node, user

from accord import Sequence
from accord.exc import CompileError, IdentifierError
from accord.sql import (
    Values,
    and_,
    case,
    cast,
    column,
    delete,
    exists,
    extract,
    false,
    func,
    insert as core_insert,
    literal,
    not_,
    null,
    or_,
    select,
    table as lightweight,
    text,
    true,
    tuple_,
    union,
    update,
    values,
)
from accord.sqltypes import JSON, Boolean, DateTime, Integer, LargeBinary, String
from accord_mssql import insert
from accord_mssql.cursor import sendable
from accord_mssql.renderdml import MSSQLRenderer
from accord_mssql.target import render_target
from accord_mssql.types import TYPES

grammar = pytest.importorskip("doubles.mssql.grammar", reason="needs sqlglot and pymssql")

TARGET = render_target("pyformat", TYPES)


def sql(statement: Any) -> str:
    """The text on one line, values written into it."""
    compiled = MSSQLRenderer(TARGET).compile(statement)
    shown, given = compiled.parameters(statement.binds)
    from pymssql import _mssql

    quoted = _mssql.quote_data(sendable(given)) if given else {}
    full = shown % {name: text_.decode() for name, text_ in quoted.items()}
    for part in _statements(full):
        assert grammar.node_type(part) in KINDS, part
    return " ".join(full.split())


def _statements(full: str) -> list[str]:
    from doubles.mssql.scanner import statements

    return [part for part, _ in statements(full)]


KINDS = {"Select", "Union", "Intersect", "Except", "Insert", "Update", "Delete", "Merge", "Set"}


def where(condition: Any) -> str:
    return sql(select(user.c.id).where(condition)).partition(" WHERE ")[2]


def value(expression: Any) -> str:
    return sql(select(expression.label("x"))).partition("SELECT ")[2].partition(" AS x")[0]


@pytest.mark.parametrize("name", [name for name in BUILDERS if name != "custom"])
def test_every_construct_is_read_as_t_sql(name):
    sql(BUILDERS[name](1, "s"))


# --- names ----------------------------------------------------------------------------------------


def test_reserved_words_and_odd_names_stand_in_brackets():
    odd = lightweight("user", column("order"), column("a]b"), column("plain"))
    assert sql(select(odd.c.order, odd.c["a]b"], odd.c.plain)) == (
        "SELECT [user].[order], [user].[a]]b], [user].plain FROM [user]"
    )


def test_names_longer_than_128_are_refused():
    with pytest.raises(IdentifierError, match="mssql allows 128"):
        sql(select(column("x" * 129)))


# --- values and conditions ------------------------------------------------------------------------


def test_a_boolean_column_is_no_condition():
    assert where(user.c.active) == "user_account.active = 1"
    assert where(not_(user.c.active)) == "NOT (user_account.active = 1)"
    assert where(and_(user.c.active, user.c.id > 1)) == (
        "user_account.active = 1 AND user_account.id > 1"
    )


def test_a_condition_is_no_value():
    assert value(user.c.id > 1) == (
        "CAST(CASE WHEN user_account.id > 1 THEN 1 WHEN NOT (user_account.id > 1) THEN 0 END "
        "AS BIT)"
    )
    assert value(exists(select(1))).startswith("CAST(CASE WHEN EXISTS (SELECT 1")
    assert sql(update(user).values(active=user.c.id > 1)) == (
        "UPDATE user_account SET active=CAST(CASE WHEN user_account.id > 1 THEN 1 "
        "WHEN NOT (user_account.id > 1) THEN 0 END AS BIT)"
    )
    assert sql(select(user.c.id).order_by(user.c.id > 1)).endswith("END AS BIT)")


def test_true_and_false():
    assert where(true()) == "1 = 1"
    assert where(or_(false(), user.c.id == 1)) == "user_account.id = 1"
    assert value(true()) == "1"
    assert where(user.c.active.is_(True)) == (
        "(user_account.active = 1 AND user_account.active IS NOT NULL)"
    )
    assert where(user.c.active.is_not(True)) == (
        "(user_account.active != 1 OR user_account.active IS NULL)"
    )
    assert where(user.c.name.is_(None)) == "user_account.name IS NULL"
    assert where(user.c.name.is_not(null())) == "user_account.name IS NOT NULL"


def test_distinctness():
    assert where(user.c.id.is_distinct_from(None)) == "user_account.id IS NOT NULL"
    assert where(user.c.id.is_distinct_from(1)).startswith("CASE WHEN (user_account.id = ")


def test_between_both_ways():
    assert where(user.c.id.between(3, 1, symmetric=True)) == (
        "(user_account.id BETWEEN 3 AND 1 OR user_account.id BETWEEN 1 AND 3)"
    )


def test_row_values():
    pairs = tuple_(user.c.id, user.c.name)
    assert where(pairs.in_([(1, "a"), (2, "b")])) == (
        "EXISTS (SELECT 1 FROM (VALUES (1, N'a'), (2, N'b')) AS accord_v (c1, c2) "
        "WHERE accord_v.c1 = user_account.id AND accord_v.c2 = user_account.name)"
    )
    assert where(pairs.not_in([])) == (
        "NOT EXISTS (SELECT 1 FROM (VALUES (NULL, NULL)) AS accord_v (c1, c2) "
        "WHERE accord_v.c1 = user_account.id AND accord_v.c2 = user_account.name)"
    )


# --- literals and parameters ----------------------------------------------------------------------


def test_parameters_of_dates_and_uuids_are_what_they_are():
    moment = dt.datetime(2020, 1, 2, 3, 4, 5, 678900)
    assert value(literal(moment)) == "CAST(N'2020-01-02T03:04:05.678900' AS DATETIME2)"
    assert value(literal(moment.date())) == "CAST(N'2020-01-02' AS DATE)"
    assert value(literal(moment.time())) == "CAST(N'03:04:05.678900' AS TIME)"
    aware = moment.replace(tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert value(literal(aware)) == ("CAST(N'2020-01-02T03:04:05.678900+02:00' AS DATETIMEOFFSET)")
    key = uuid.UUID(int=1)
    assert value(literal(key)) == f"CAST(N'{key}' AS UNIQUEIDENTIFIER)"


def test_floats_are_floats_and_decimals_decimals():
    assert value(literal(0.5)) == "0.5e0"
    assert value(literal(1e30)) == "1e+30"


def test_text_is_unicode():
    assert TYPES.entry(String()).literal("100%sure, 5%") == "N'100%sure, 5%'"
    assert TYPES.entry(String()).literal("it's 5%") == "N'it''s 5%'"
    assert sql(select(text("'50%' AS x"))) == "SELECT '50%' AS x"


def test_bytes_are_written_in_hexadecimal():
    assert TYPES.entry(LargeBinary()).literal(b"\x00a") == "0x0061"


# --- strings --------------------------------------------------------------------------------------


def test_concatenation():
    assert value(user.c.name + "x") == "user_account.name + N'x'"
    assert value(user.c.name.concat(cast(user.c.id, Integer))) == (
        "user_account.name + CAST(CAST(user_account.id AS INTEGER) AS NVARCHAR(max))"
    )
    assert value(func.concat(user.c.name, "x")) == "concat(user_account.name, N'x')"


def test_like_with_an_escape_takes_brackets_as_they_are():
    assert where(user.c.name.contains("a[b", autoescape=True)) == (
        "user_account.name LIKE '%' + REPLACE(N'a[b', N'[', N'/[') + '%' ESCAPE '/'"
    )
    assert where(user.c.name.like("[a-c]%")) == "user_account.name LIKE N'[a-c]%'"


def test_regular_expressions_are_refused():
    with pytest.raises(CompileError, match="no regular expressions"):
        where(user.c.name.regexp_match("x"))


def test_lengths_count_trailing_blanks():
    assert value(func.length(user.c.name)) == "(LEN(user_account.name + N'.') - 1)"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (func.now(), "CURRENT_TIMESTAMP"),
        (func.current_date(), "CAST(GETDATE() AS DATE)"),
        (func.substr("abc", 2), "SUBSTRING(N'abc', 2, 2147483647)"),
        (func.mod(7, 2), "(7 % 2)"),
        (func.ceil(1), "CEILING(1)"),
        (func.greatest(1, 2), "(SELECT MAX(accord_v.c1) FROM (VALUES (1), (2)) AS accord_v (c1))"),
        (func.aggregate_strings(user.c.name, ","), "STRING_AGG(user_account.name, N',')"),
        (extract("year", fact.c.at), "DATEPART(year, fact.at)"),
        (extract("dow", fact.c.at), "((DATEPART(weekday, fact.at) + @@DATEFIRST - 1) % 7)"),
    ],
)
def test_functions(expression, expected):
    assert value(expression) == expected


def test_unknown_fields_are_refused():
    with pytest.raises(CompileError, match="cannot extract 'century'; it can year"):
        value(extract("century", fact.c.at))


def test_json_members_are_read_with_openjson():
    doc = fact.c.doc
    assert value(doc["it's"]) == (
        "(SELECT CASE accord_j.type WHEN 0 THEN N'null' WHEN 1 THEN "
        "N'\"' + STRING_ESCAPE(accord_j.value, 'json') + N'\"' ELSE accord_j.value END "
        "FROM OPENJSON(fact.doc, N'$') AS accord_j WHERE accord_j.[key] = N'it''s')"
    )
    for nested in (doc["a b"][3]["c"], doc[("a b", 3, "c")]):
        assert """OPENJSON(fact.doc, N'$."a b"[3]') AS accord_j WHERE accord_j.[key] = N'c'""" in (
            value(nested)
        )


def test_windows_get_the_order_they_need():
    assert value(func.row_number().over(partition_by=user.c.name)) == (
        "row_number() OVER (PARTITION BY user_account.name ORDER BY (SELECT NULL))"
    )
    assert value(func.sum(user.c.id).over(rows=(None, 0))) == (
        "sum(user_account.id) OVER (ORDER BY (SELECT NULL) "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    )
    assert value(func.sum(user.c.id).over()) == "sum(user_account.id) OVER ()"


def test_the_next_value_of_a_sequence():
    assert value(Sequence("s", schema="other").next_value()) == "NEXT VALUE FOR other.s"


# --- limits ---------------------------------------------------------------------------------------


def ids() -> Any:
    return select(user.c.id)


def test_a_limit_is_top():
    assert sql(ids().limit(3)) == "SELECT TOP (3) user_account.id FROM user_account"
    assert sql(ids().distinct().limit(3)).startswith("SELECT DISTINCT TOP (3) ")
    assert sql(ids().order_by(user.c.id).fetch(3, with_ties=True)) == (
        "SELECT TOP (3) WITH TIES user_account.id FROM user_account ORDER BY user_account.id"
    )
    assert sql(ids().fetch(10, percent=True)).startswith("SELECT TOP (10) PERCENT user_account")


def test_an_offset_is_offset_and_fetch():
    assert sql(ids().order_by(user.c.id).limit(3).offset(2)).endswith(
        "ORDER BY user_account.id OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY"
    )
    with pytest.raises(CompileError, match="no OFFSET without ORDER BY"):
        sql(ids().offset(2))


def test_order_by_inside_a_statement_only_with_a_limit():
    inner = ids().order_by(user.c.id)
    assert "ORDER BY" not in sql(select(inner.subquery()))
    assert "ORDER BY" in sql(select(inner.limit(1).subquery()))
    assert "ORDER BY" not in sql(select(exists(inner).label("x")))
    copied = core_insert(node).from_select(["id"], inner)
    assert sql(copied).count("ORDER BY") == 1


def test_a_limited_union_is_a_table():
    both = union(select(user.c.id), select(address.c.id))
    assert sql(both.limit(2)) == (
        "SELECT TOP (2) * FROM (SELECT user_account.id AS id FROM user_account UNION "
        "SELECT address.id AS id FROM address) AS anon_1"
    )
    assert sql(both.order_by("id").limit(2).offset(1)).endswith(
        "ORDER BY id OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY"
    )


def test_a_limited_part_of_a_union_is_a_table():
    both = union(ids().order_by(user.c.id).limit(1), select(address.c.id))
    assert sql(both) == (
        "SELECT * FROM (SELECT TOP (1) user_account.id AS id FROM user_account "
        "ORDER BY user_account.id) AS anon_1 UNION SELECT address.id FROM address"
    )


# --- locks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({}, "UPDLOCK, ROWLOCK"),
        ({"read": True}, "HOLDLOCK, ROWLOCK"),
        ({"skip_locked": True}, "UPDLOCK, ROWLOCK, READPAST"),
        ({"nowait": True}, "UPDLOCK, ROWLOCK, NOWAIT"),
    ],
)
def test_locks_are_hints(options, hint):
    assert sql(ids().with_for_update(**options)) == (
        f"SELECT user_account.id FROM user_account WITH ({hint})"
    )


def test_every_table_of_a_join_is_locked_or_those_named():
    joined = select(user.c.id).join(address)
    assert sql(joined.with_for_update()).count("WITH (UPDLOCK, ROWLOCK)") == 2
    locked = sql(joined.with_for_update(of=address))
    assert "FROM user_account JOIN address WITH (UPDLOCK, ROWLOCK) ON" in locked
    alias = user.alias("u")
    assert sql(select(alias.c.id).with_for_update()).endswith(
        "FROM user_account AS u WITH (UPDLOCK, ROWLOCK)"
    )


def test_subqueries_are_not_locked():
    inner = select(address.c.user_id).scalar_subquery()
    assert sql(ids().where(user.c.id == inner).with_for_update()).count("UPDLOCK") == 1


# --- FROM -----------------------------------------------------------------------------------------


def test_lateral_is_apply():
    inner = select(address.c.email).where(address.c.user_id == user.c.id).limit(1).lateral("latest")
    assert sql(select(user.c.id, inner.c.email)) == (
        "SELECT user_account.id, latest.email FROM user_account CROSS APPLY (SELECT TOP (1) "
        "address.email AS email FROM address WHERE address.user_id = user_account.id) AS latest"
    )
    assert " OUTER APPLY (" in sql(select(user.c.id).outerjoin(inner, true()))
    with pytest.raises(CompileError, match="CROSS APPLY or OUTER APPLY, which have no ON"):
        sql(select(user.c.id).join(inner, inner.c.email == "x"))


def test_values_as_a_table_and_as_a_cte():
    rows: Values = values(column("a", Integer), column("b", String), name="v").data([(1, "x")])
    assert sql(select(rows.c.a)) == "SELECT v.a FROM (VALUES (1, N'x')) AS v (a, b)"
    cte = rows.cte("v")
    assert sql(select(cte.c.a)) == (
        "WITH v(a, b) AS (SELECT * FROM (VALUES (1, N'x')) AS accord_v (a, b)) SELECT v.a FROM v"
    )


def test_recursive_ctes_have_no_keyword():
    assert sql(BUILDERS["recursive"](1, "s")).startswith("WITH tree(id, name) AS (")


# --- INSERT, UPDATE, DELETE -----------------------------------------------------------------------


def test_output_stands_before_the_values():
    assert sql(core_insert(user).values(name="a").returning(user.c.id, user.c.name)) == (
        "INSERT INTO user_account (name) OUTPUT inserted.id, inserted.name VALUES (N'a')"
    )
    assert sql(core_insert(user).values({}).returning(user.c.id)) == (
        "INSERT INTO user_account OUTPUT inserted.id DEFAULT VALUES"
    )
    assert sql(update(user).values(name="b").where(user.c.id == 1).returning(user.c.name)) == (
        "UPDATE user_account SET name=N'b' OUTPUT inserted.name WHERE user_account.id = 1"
    )
    assert sql(delete(user).where(user.c.id == 1).returning(user.c.id)) == (
        "DELETE FROM user_account OUTPUT deleted.id WHERE user_account.id = 1"
    )


def test_other_tables_stand_in_a_second_from():
    assert sql(update(user).values(name=address.c.email).where(address.c.user_id == user.c.id)) == (
        "UPDATE user_account SET name=address.email FROM user_account, address "
        "WHERE address.user_id = user_account.id"
    )
    assert sql(delete(user).where(address.c.user_id == user.c.id)) == (
        "DELETE FROM user_account FROM user_account, address "
        "WHERE address.user_id = user_account.id"
    )


def test_a_value_for_an_identity_switches_it_on():
    assert sql(core_insert(user).values(id=1, name="a")) == (
        "SET IDENTITY_INSERT user_account ON; INSERT INTO user_account (id, name) "
        "VALUES (1, N'a'); SET IDENTITY_INSERT user_account OFF"
    )


def test_an_upsert_is_a_merge():
    statement = insert(user).values(name="a", fullname="b")
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"fullname": statement.excluded.fullname},
        where=user.c.active,
    )
    assert sql(statement.returning(user.c.id)) == (
        "MERGE INTO user_account WITH (HOLDLOCK) USING (VALUES (N'a', N'b')) AS excluded "
        "(name, fullname) ON (user_account.name = excluded.name) WHEN MATCHED AND "
        "user_account.active = 1 THEN UPDATE SET fullname = excluded.fullname WHEN NOT MATCHED "
        "THEN INSERT (name, fullname) VALUES (excluded.name, excluded.fullname) "
        "OUTPUT inserted.id;"
    )
    nothing = insert(user).values(id=1, name="a").on_conflict_do_nothing()
    assert "WHEN MATCHED" not in sql(nothing)
    assert "ON (user_account.id = excluded.id) WHEN NOT MATCHED" in sql(nothing)


def test_an_upsert_without_a_key_is_refused():
    bare = lightweight("t", column("a"))
    with pytest.raises(CompileError, match="needs to know what conflicts"):
        sql(insert(bare).values(a=1).on_conflict_do_nothing())
    with pytest.raises(CompileError, match="no constraint and no index 'nobody'"):
        sql(insert(user).values(name="a").on_conflict_do_nothing(constraint="nobody"))


def test_case_and_casts():
    assert value(case((user.c.active, "yes"), else_="no")) == (
        "CASE WHEN user_account.active = 1 THEN N'yes' ELSE N'no' END"
    )
    assert value(cast(user.c.id, Boolean)) == "CAST(user_account.id AS BIT)"
    assert value(cast(user.c.id, DateTime(timezone=True))) == (
        "CAST(user_account.id AS DATETIMEOFFSET)"
    )
    assert value(cast(user.c.id, JSON)) == "CAST(user_account.id AS NVARCHAR(max))"
