"""Parameters: how values get from a statement to the driver, in every style of writing them."""

from __future__ import annotations

import datetime
import decimal

import pytest
from world import QMARK, fact, parameters, render, text, user

from accord.exc import ArgumentError, CompileError, StatementError
from accord.sql import (
    RenderTarget,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
    text as sql_text,
    tuple_,
    update,
)
from accord.sqltypes import JSON, DateTime, Integer, String


def styled(style: str) -> RenderTarget:
    return RenderTarget("styled", style)


STATEMENT = select(user.c.id).where(
    user.c.name == "x", user.c.id.in_([1, 2]), user.c.id > bindparam("low", 3)
)


@pytest.mark.parametrize(
    ("style", "where", "values"),
    [
        ("qmark", "name = ? AND user_account.id IN (?, ?) AND user_account.id > ?", ("x", 1, 2, 3)),
        (
            "format",
            "name = %s AND user_account.id IN (%s, %s) AND user_account.id > %s",
            ("x", 1, 2, 3),
        ),
        (
            "named",
            "name = :name_1 AND user_account.id IN (:id_1_1, :id_1_2) AND user_account.id > :low",
            {"name_1": "x", "id_1_1": 1, "id_1_2": 2, "low": 3},
        ),
        (
            "pyformat",
            "name = %(name_1)s AND user_account.id IN (%(id_1_1)s, %(id_1_2)s) "
            "AND user_account.id > %(low)s",
            {"name_1": "x", "id_1_1": 1, "id_1_2": 2, "low": 3},
        ),
        (
            "numeric",
            "name = :1 AND user_account.id IN (:2, :3) AND user_account.id > :4",
            ("x", 1, 2, 3),
        ),
        (
            "numeric_dollar",
            "name = $1 AND user_account.id IN ($2, $3) AND user_account.id > $4",
            ("x", 1, 2, 3),
        ),
    ],
)
def test_styles(style, where, values):
    sql, given = render(STATEMENT, styled(style)).parameters(STATEMENT.binds)
    assert where in sql
    assert given == values


def test_an_unknown_style_is_an_error():
    with pytest.raises(ValueError, match="unknown paramstyle 'dollar'"):
        RenderTarget("x", "dollar")


@pytest.mark.parametrize("style", ["format", "pyformat"])
def test_percent_signs_are_doubled_everywhere_but_in_values(style):
    percent = column("a%b")
    statement = select(percent.label("100%")).where(
        percent.contains("5%"), sql_text("x % 2 = 1"), user.c.id % 3 == 1
    )
    sql, given = render(statement, styled(style)).parameters(statement.binds)
    assert '"a%%b" AS "100%%"' in sql
    assert "x %% 2 = 1" in sql
    assert "user_account.id %% " in sql
    values = given if isinstance(given, tuple) else tuple(given.values())
    assert values == ("5%", 3, 1)
    # What a driver that interpolates makes of it:
    shown = sql % (
        tuple(map(repr, given))
        if isinstance(given, tuple)
        else {k: repr(v) for k, v in given.items()}
    )
    assert '"a%b" AS "100%"' in shown
    assert "LIKE '%' || '5%' || '%'" in shown


def test_values_by_name_win_over_those_in_the_statement():
    statement = select(user.c.id).where(user.c.id == bindparam("n", 1))
    assert parameters(statement) == (1,)
    assert parameters(statement, {"n": 5}) == (5,)
    assert parameters(statement, {"unrelated": 5}) == (1,)
    assert parameters(statement.params(n=9)) == (9,)
    assert parameters(statement.params({"n": 8})) == (8,)


def test_params_reach_into_subqueries_and_leave_others_alone():
    base = select(user.c.id).where(user.c.id == bindparam("n", 1))
    one, two = base.params(n=10).subquery(), base.params(n=20).subquery()
    assert parameters(select(one.c.id, two.c.id)) == (10, 20)
    outer = select(base.subquery().c.id).params(n=7)
    assert parameters(outer) == (7,)
    assert parameters(base) == (1,)


def test_missing_values():
    statement = select(user.c.id).where(user.c.id == bindparam("n"))
    with pytest.raises(StatementError, match="A value is required for bind parameter 'n'"):
        parameters(statement)
    assert parameters(statement, {"n": None}) == (None,)
    with pytest.raises(StatementError, match="'name'"):
        parameters(insert(user), {}, column_keys=["name"])


def test_callables_are_called_per_execution():
    numbers = iter(range(5))
    statement = select(user.c.id).where(
        user.c.id == bindparam(None, callable_=lambda: next(numbers))
    )
    compiled = render(statement)
    assert [compiled.parameters(statement.binds)[1] for _ in range(3)] == [(0,), (1,), (2,)]


def test_one_name_twice():
    statement = select(user.c.id).where(
        (user.c.id == bindparam("n", 1)) | (user.c.id > bindparam("n", 1))
    )
    assert parameters(statement, {"n": 4}) == (4, 4)
    sql, given = render(statement, styled("named")).parameters(statement.binds, {"n": 4})
    assert sql.count(":n") == 2
    assert given == {"n": 4}


def test_one_name_of_two_types_stays_two_parameters():
    n = bindparam("n", type_=String)
    statement = select(user.c.id).where(user.c.id == bindparam("n"), user.c.name == cast(n, String))
    assert statement.compile().positiontup == ["n", "n_1"]


def test_names_do_not_collide():
    statement = select(user.c.id).where(user.c.id == bindparam("id_1", 7), user.c.id > 5)
    sql, given = render(statement, styled("named")).parameters(statement.binds)
    assert given == {"id_1": 7, "id_2": 5}
    assert ":id_1 AND user_account.id > :id_2" in sql
    hostile = select(column("a b; drop") == 1)
    assert ":a_b__drop_1" in render(hostile, styled("named")).text


def test_parameters_follow_the_text_not_the_construction():
    statement = select(user.c.id).limit(1).where(user.c.name == "x").add_columns(literal("first"))
    assert parameters(statement) == ("first", "x", 1)


# --- conversion -----------------------------------------------------------------------------------


def test_values_are_converted_to_what_the_driver_takes():
    when = datetime.datetime(2024, 1, 2, 3, 4, 5)
    statement = insert(fact).values(doc={"a": [1]}, at=when, d=decimal.Decimal("1.50"), b=True)
    target = RenderTarget("plain", "qmark")
    values = parameters(statement, target=target)
    assert '{"a": [1]}' in values
    assert len(values) == 4


def test_a_wrong_value_is_named_but_not_shown():
    with pytest.raises(StatementError) as caught:
        parameters(select(user.c.id).where(user.c.id == bindparam("n")), {"n": "secret"})
    assert "n: " in str(caught.value)
    assert "secret" not in str(caught.value)
    with pytest.raises(StatementError, match=r"user_account\.id"):
        parameters(insert(user), {"id": "secret"}, column_keys=["id"])
    with pytest.raises(StatementError, match="at"):
        parameters(insert(fact).values(at=datetime.date(2020, 1, 1)))


def test_the_plain_path_and_the_converting_path_agree():
    statement = select(user.c.id).where(user.c.id == 1, user.c.name == "x")
    compiled = render(statement)
    assert compiled._fast is not None
    assert (
        compiled.parameters(statement.binds)[1]
        == compiled._converted(statement.binds, {})[1]
        == (1, "x")
    )


# --- IN lists -------------------------------------------------------------------------------------


def in_list(values):
    return select(user.c.id).where(user.c.id.in_(values))


def test_lists_grow_in_powers_of_two():
    compiled = render(in_list([1]))
    marks = {}
    for count in range(40):
        statement = in_list(list(range(count)))
        sql, values = compiled.parameters(statement.binds)
        assert sql.count("?") == len(values)
        if count:
            assert values[:count] == tuple(range(count))
            assert set(values[count:]) <= {count - 1}
        marks[count] = len(values)
    assert sorted(set(marks.values())) == [0, 1, 2, 4, 8, 16, 32, 64]


def test_lists_are_not_padded_beyond_what_the_database_takes():
    tight = RenderTarget("tight", "qmark", max_parameters=100)
    statement = in_list(list(range(70)))
    assert len(parameters(statement, target=tight)) == 70


def test_texts_kept_per_statement_are_bounded():
    compiled = render(in_list([1]))
    statement = select(user.c.id).where(user.c.id.in_(bindparam("x", expanding=True)))
    compiled = render(statement)
    for count in range(33_000, 33_200):
        compiled.parameters(statement.binds, {"x": [1] * count})
    assert len(compiled._expanded) <= 64


def test_empty_lists_are_false_and_true():
    assert (
        text_of(in_list([]))
        == "SELECT user_account.id FROM user_account WHERE user_account.id IN (NULL) AND (1 != 1)"
    )
    statement = select(user.c.id).where(user.c.id.not_in([]))
    assert text_of(statement).endswith("(user_account.id NOT IN (NULL) OR (1 = 1))")
    assert text_of(select(user.c.id).where(~user.c.id.in_([]))).endswith(
        "(user_account.id NOT IN (NULL) OR (1 = 1))"
    )


def text_of(statement):
    return " ".join(render(statement).parameters(statement.binds)[0].split())


def test_lists_given_at_execution():
    statement = select(user.c.id).where(user.c.id.in_(bindparam("ids", expanding=True)))
    assert parameters(statement, {"ids": [1, 2]}) == (1, 2)
    assert parameters(statement, {"ids": iter((1, 2))}) == (1, 2)
    with pytest.raises(StatementError, match="an IN list is expected, got int"):
        parameters(statement, {"ids": 5})
    with pytest.raises(StatementError, match="an IN list is expected, got str"):
        parameters(statement, {"ids": "abc"})


def test_lists_are_copied_when_given():
    values = [1, 2]
    statement = in_list(values)
    values.append(3)
    assert parameters(statement) == (1, 2)


def test_tuples_in_lists():
    pair = tuple_(user.c.id, user.c.name)
    statement = select(user.c.id).where(pair.in_([(1, "a"), (2, "b"), (3, "c")]))
    assert parameters(statement) == (1, "a", 2, "b", 3, "c", 3, "c")
    assert "(user_account.id, user_account.name) IN ((?, ?), (?, ?), (?, ?), (?, ?))" in text_of(
        statement
    )
    with pytest.raises(StatementError, match="2 values per row"):
        parameters(select(user.c.id).where(pair.in_([(1, 2, 3)])))
    with pytest.raises(ArgumentError, match="tuple_"):
        column("x").in_([(1, 2)])
    with pytest.raises(StatementError, match="expected"):
        parameters(select(user.c.id).where(pair.in_([("one", "a")])))


def test_a_list_is_no_parameter_of_several_rows():
    statement = (
        update(user)
        .where(user.c.id.in_(bindparam("ids", expanding=True)))
        .values(name=bindparam("n"))
    )
    with pytest.raises(StatementError, match="several rows"):
        render(statement).many(statement.binds, [{"ids": [1], "n": "x"}])


def test_many_rows_mix_given_and_own_values():
    statement = update(user).where(user.c.id == bindparam("b")).values(fullname="same")
    sql, rows = render(statement, column_keys=["b", "name"]).many(
        statement.binds, [{"b": 1, "name": "x"}, {"b": 2, "name": "y"}]
    )
    assert sql == "UPDATE user_account SET name=?, fullname=? WHERE user_account.id = ?"
    assert rows == [("x", "same", 1), ("y", "same", 2)]
    named = render(statement, styled("named"), column_keys=["b", "name"]).many(
        statement.binds, [{"b": 1, "name": "x"}]
    )
    assert named[1] == [{"name": "x", "fullname": "same", "b": 1}]


# --- what compile() shows -------------------------------------------------------------------------


def test_compile_shows_text_and_parameters():
    shown = STATEMENT.compile()
    assert shown.params == {"name_1": "x", "id_1": [1, 2], "low": 3}
    assert str(shown) == str(STATEMENT)
    assert shown.string == str(shown)
    assert shown.construct_params({"low": 9})["low"] == 9


def test_compile_for_a_dialect_or_a_bind():
    from accord_sqlite import SQLiteDialect

    class Bind:
        dialect = SQLiteDialect()

    assert "?" in str(STATEMENT.compile(dialect=SQLiteDialect()))
    assert "?" in str(STATEMENT.compile(Bind()))
    assert str(
        STATEMENT.compile(dialect=SQLiteDialect(), compile_kwargs={"literal_binds": True})
    ).endswith(
        "WHERE user_account.name = 'x' AND user_account.id IN (1, 2) AND user_account.id > 3"
    )


def test_unknown_compile_options_are_errors():
    with pytest.raises(TypeError, match="literal_bind"):
        STATEMENT.compile(compile_kwargs={"literal_bind": True})


# --- literals -------------------------------------------------------------------------------------


def literal_text(expression):
    return str(expression.compile(compile_kwargs={"literal_binds": True}))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (literal(-5), "(-5)"),
        (-literal(-5), "-(-5)"),
        (user.c.id - literal(-5), "user_account.id - (-5)"),
        (user.c.id > -1, "user_account.id > (-1)"),
        (literal(-1.5), "(-1.5)"),
        (literal("it's"), "'it''s'"),
        (literal("x'; drop table t --"), "'x''; drop table t --'"),
        (literal(None), "NULL"),
        (user.c.name.in_(["a", "b'c"]), "user_account.name IN ('a', 'b''c')"),
        (user.c.id.in_([]), "user_account.id IN (NULL) AND (1 != 1)"),
        (
            tuple_(user.c.id, user.c.name).in_([(1, "a")]),
            "(user_account.id, user_account.name) IN ((1, 'a'))",
        ),
        (
            user.c.name.contains("50%", autoescape=True),
            "user_account.name LIKE '%' || '50/%' || '%' ESCAPE '/'",
        ),
    ],
)
def test_literals(expression, expected):
    assert literal_text(expression) == expected


def test_what_cannot_be_a_literal_is_refused():
    with pytest.raises((CompileError, StatementError)):
        literal_text(literal("a\0b"))
    with pytest.raises(CompileError):
        literal_text(user.c.id == bindparam("x"))
    with pytest.raises(CompileError, match="cannot be written as a literal"):
        literal_text(literal(object(), Integer))
    with pytest.raises(CompileError, match="NUL"):
        sql_text("select 'a\0b'")


def test_literal_execute_writes_the_value_into_the_text():
    assert text_of(select(literal(5, literal_execute=True))) == "SELECT 5 AS anon_1"

    def build(n, ids):
        inline = bindparam("n", n, literal_execute=True)
        listed = bindparam("ids", ids, expanding=True, literal_execute=True)
        return select(user.c.id).where(
            user.c.id > inline, user.c.name == "x%", user.c.id.in_(listed)
        )

    assert build(1, [1]).key == build(-2, [3, 4]).key
    compiled = render(build(1, [1]), styled("format"))
    sql, values = compiled.parameters(build(-2, [3, 4]).binds)
    assert sql.endswith(
        "user_account.id > (-2) AND user_account.name = %s AND user_account.id IN (3, 4)"
    )
    assert values == ("x%",)
    sql, values = compiled.parameters(build(1, [1]).binds, {"n": 9, "ids": []})
    assert "> 9 AND" in sql
    assert "IN (NULL) AND (1 != 1)" in sql


def test_schemas_can_be_translated():
    t = table("t", column("x"), schema="draft")
    plain = table("p", column("x"))
    statement = select(t.c.x, plain.c.x)
    translated = text(statement, schema_translate_map={"draft": "live", None: "main"})
    assert translated == "SELECT live.t.x, main.p.x AS x_1 FROM live.t, main.p"


def test_nul_cannot_reach_the_text():
    for build in (
        lambda: select(user.c.id).with_hint(user, "a\0" + "0\0"),
        lambda: select(user.c.id).with_statement_hint("a\0"),
        lambda: update(user).with_hint("a\0"),
        lambda: select(user.c.id).cte("q").prefix_with("a\0"),
    ):
        with pytest.raises(ArgumentError, match="NUL"):
            build()
    with pytest.raises(CompileError, match="NUL"):
        text(select(literal_column("a\0" + "0\0")))


# --- results --------------------------------------------------------------------------------------


def test_result_columns():
    statement = select(user.c.id, user.c.name.label("n"), func.count(), fact.c.at, user.c.id)
    columns = render(statement).columns
    assert [column.name for column in columns] == ["id", "n", "count_1", "at", "id__1"]
    assert isinstance(columns[3].type, DateTime)
    assert columns[0].key == user.c.id.cache_key
    assert render(select(fact.c.doc)).columns[0].result is not None
    assert isinstance(render(select(fact.c.doc)).columns[0].type, JSON)


def test_what_is_a_write():
    assert not render(select(user.c.id)).is_write
    assert render(insert(user).values(name="x")).is_write
    assert render(select(insert(user).values(name="x").returning(user.c.id).cte().c.id)).is_write
    for sql, writes in [
        ("select 1", False),
        (" -- note\n select 1", False),
        ("/* a */ (select 1)", False),
        ("with q as (select 1) select * from q", False),
        ("with q as (select 1) insert into t select * from q", True),
        ("insert into t values (1)", True),
        ("pragma user_version", False),
        ("pragma user_version = 5", True),
        ("vacuum", True),
    ]:
        assert sql_text(sql).is_write is writes, sql


def test_sensitive_parameters_are_marked():
    from accord.schema import Column, MetaData, Table

    login = Table(
        "login", MetaData(), Column("id", Integer), Column("password", String, sensitive=True)
    )
    assert render(
        select(login.c.id).where(login.c.password == "x", login.c.id == 1)
    ).sensitive_positions == {0}
    assert render(insert(login).values(id=1, password="x")).sensitive_positions == {1}
    assert render(insert(login), column_keys=["id", "password"]).sensitive_positions == {1}
    assert render(
        update(login).values(password="x").where(login.c.id == 1)
    ).sensitive_positions == {0}


def test_text_parameters():
    plain = sql_text("select :a, x::int, '\\:c', '12:30:00', :a where y = :d_1").bindparams(
        a=1, d_1="x"
    )
    sql, values = render(plain).parameters(plain.binds)
    assert sql == "select ?, x::int, ':c', '12:30:00', ? where y = ?"
    assert values == (1, 1, "x")
    with pytest.raises(ArgumentError, match="no parameter named 'nosuch'"):
        plain.bindparams(nosuch=1)
    typed = sql_text("select :at").bindparams(bindparam("at", type_=DateTime))
    assert isinstance(typed.binds[0].type, DateTime)
    assert render(typed, QMARK).parameters(typed.binds, {"at": None})[1] == (None,)


def test_textual_selects_know_their_columns():
    statement = sql_text("select id, name from user_account").columns(user.c.id, user.c.name)
    assert [c.name for c in render(statement).all_columns] == ["id", "name"]
    typed = sql_text("select at from fact").columns(at=DateTime)
    assert isinstance(render(typed).all_columns[0].type, DateTime)
    assert render(typed).columns == ()  # the driver tells their names
    assert text(select(typed.subquery("q").c.at)) == "SELECT q.at FROM (select at from fact) AS q"
