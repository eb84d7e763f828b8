"""SELECT as text: one expected string per construct."""

from __future__ import annotations

import pytest
from world import address, fact, node, text, user

from accord.exc import AmbiguousColumnError, ArgumentError, CompileError, InvalidRequestError
from accord.schema import Column, ForeignKey, MetaData, Table
from accord.sql import (
    and_,
    bindparam,
    case,
    column,
    distinct,
    exists,
    false,
    func,
    lateral,
    literal,
    literal_column,
    nulls_last,
    or_,
    select,
    table,
    text as sql_text,
    true,
    union,
    update,
    values,
)
from accord.sqltypes import Integer, String

a = user.alias("a")

CASES = [
    (select(user.c.id), "SELECT user_account.id FROM user_account"),
    (
        select(user.c.id, user.c.name).where(user.c.name == "x"),
        "SELECT user_account.id, user_account.name FROM user_account WHERE user_account.name = ?",
    ),
    (
        select(user.c.id).where(user.c.id > 1, user.c.id < 5).where(user.c.name != "q"),
        "SELECT user_account.id FROM user_account WHERE user_account.id > ? AND "
        "user_account.id < ? "
        "AND user_account.name != ?",
    ),
    (
        select(user.c.id).filter_by(name="x", id=3),
        "SELECT user_account.id FROM user_account WHERE user_account.name = ? AND "
        "user_account.id = ?",
    ),
    (select(user.c.id).distinct(), "SELECT DISTINCT user_account.id FROM user_account"),
    (select(distinct(user.c.id)), "SELECT DISTINCT user_account.id FROM user_account"),
    (
        select(user.c.id).order_by(user.c.name.desc().nulls_last(), user.c.id),
        "SELECT user_account.id FROM user_account ORDER BY user_account.name DESC NULLS "
        "LAST, user_account.id",
    ),
    (
        select(user.c.id).order_by(nulls_last(user.c.name)),
        "SELECT user_account.id FROM user_account ORDER BY user_account.name NULLS LAST",
    ),
    (
        select(user.c.id).order_by(user.c.name).order_by(None).order_by(user.c.id),
        "SELECT user_account.id FROM user_account ORDER BY user_account.id",
    ),
    (
        select(user.c.id).limit(3).offset(2),
        "SELECT user_account.id FROM user_account LIMIT ? OFFSET ?",
    ),
    (select(user.c.id).offset(2), "SELECT user_account.id FROM user_account OFFSET ?"),
    (select(user.c.id).limit(3).limit(None), "SELECT user_account.id FROM user_account"),
    (select(user.c.id).slice(2, 5), "SELECT user_account.id FROM user_account LIMIT ? OFFSET ?"),
    (
        select(user.c.id).fetch(3, with_ties=True).offset(1),
        "SELECT user_account.id FROM user_account OFFSET ? ROWS FETCH FIRST ? ROWS WITH TIES",
    ),
    (
        select(user.c.name, func.count()).group_by(user.c.name).having(func.count() > 1),
        "SELECT user_account.name, count(*) AS count_1 FROM user_account GROUP BY "
        "user_account.name "
        "HAVING count(*) > ?",
    ),
    (select(user.c.id).with_for_update(), "SELECT user_account.id FROM user_account FOR UPDATE"),
    (
        select(user.c.id).with_for_update(read=True, of=user, skip_locked=True),
        "SELECT user_account.id FROM user_account FOR SHARE OF user_account SKIP LOCKED",
    ),
    (
        select(user.c.id).prefix_with("HOT").suffix_with("COLD"),
        "SELECT HOT user_account.id FROM user_account COLD",
    ),
    (
        select(user.c.id).with_hint(user, "WITH (NOLOCK)", "other"),
        "SELECT user_account.id FROM user_account",
    ),
    (
        select(user.c.id).with_hint(user, "USE %(name)s"),
        "SELECT user_account.id FROM user_account USE user_account",
    ),
    (select(literal_column("1")), "SELECT 1"),
    (select(literal(1)), "SELECT ? AS anon_1"),
    (
        select(sql_text("x, y")).select_from(sql_text("q")).where(sql_text("z = 1")),
        "SELECT x, y FROM q WHERE z = 1",
    ),
    (select(func.count()).select_from(user), "SELECT count(*) AS count_1 FROM user_account"),
    (
        select(user.c.id, address.c.id),
        "SELECT user_account.id, address.id AS id_1 FROM user_account, address",
    ),
    (
        select(user.c.id, user.c.id),
        "SELECT user_account.id, user_account.id AS id__1 FROM user_account",
    ),
    (
        select(user.c.id.label("n")).order_by("n"),
        "SELECT user_account.id AS n FROM user_account ORDER BY n",
    ),
    (
        select((user.c.id + 1).label("n")).group_by("n"),
        "SELECT user_account.id + ? AS n FROM user_account GROUP BY n",
    ),
    (
        select(user.c.id).order_by("name"),
        "SELECT user_account.id FROM user_account ORDER BY user_account.name",
    ),
    (select(user).with_only_columns(user.c.name), "SELECT user_account.name FROM user_account"),
    (
        select(user.c.id)
        .where(address.c.id == 1)
        .with_only_columns(func.count(), maintain_column_froms=True),
        "SELECT count(*) AS count_1 FROM user_account, address WHERE address.id = ?",
    ),
    (
        select(user.c.id).add_columns(user.c.name),
        "SELECT user_account.id, user_account.name FROM user_account",
    ),
    (select(user.c.id).where(true()), "SELECT user_account.id FROM user_account WHERE true"),
    (
        select(user.c.id).where(or_(false(), user.c.id == 1)),
        "SELECT user_account.id FROM user_account WHERE user_account.id = ?",
    ),
    (select(a.c.id), "SELECT a.id FROM user_account AS a"),
    (select(user.alias().c.id), "SELECT user_account_1.id FROM user_account AS user_account_1"),
    (select(table("t", column("x"))), "SELECT t.x FROM t"),
    (select(table("t", column("x"), schema="S")), 'SELECT "S".t.x FROM "S".t'),
    (select(column("x"), column("y")).select_from(table("t")), "SELECT x, y FROM t"),
    (
        select(case((user.c.id == 1, "one"), (user.c.id > 5, "many"), else_="few").label("size")),
        "SELECT CASE WHEN (user_account.id = ?) THEN ? WHEN (user_account.id > ?) THEN ? "
        "ELSE ? END AS size "
        "FROM user_account",
    ),
    (
        select(
            values(column("x", Integer), column("y", String), name="v").data([(1, "a"), (2, "b")])
        ),
        "SELECT v.x, v.y FROM (VALUES (?, ?), (?, ?)) AS v (x, y)",
    ),
    (select(func.now()), "SELECT now() AS now_1"),
    (select(func.current_timestamp()), "SELECT CURRENT_TIMESTAMP AS current_timestamp_1"),
]


@pytest.mark.parametrize(("statement", "expected"), CASES, ids=[expected for _, expected in CASES])
def test_text(statement, expected):
    assert text(statement) == expected


def test_the_layout_has_line_breaks_where_people_expect_them():
    statement = (
        select(user.c.id, user.c.name).where(user.c.name == "x").order_by(user.c.id).limit(1)
    )
    assert str(statement) == (
        "SELECT user_account.id, user_account.name \n"
        "FROM user_account \n"
        "WHERE user_account.name = :name_1 ORDER BY user_account.id\n"
        " LIMIT :param_1"
    )


# --- joins ----------------------------------------------------------------------------------------


def test_join_by_foreign_key_in_both_directions():
    expected = "FROM user_account JOIN address ON user_account.id = address.user_id"
    assert text(select(user.c.id).join(address)).endswith(expected)
    assert text(select(address.c.id).join(user)).endswith(
        "FROM address JOIN user_account ON user_account.id = address.user_id"
    )


def test_join_variants():
    on = user.c.id == address.c.user_id
    assert "LEFT OUTER JOIN address ON" in text(select(user).outerjoin(address, on))
    assert "LEFT OUTER JOIN address ON" in text(select(user).join(address, on, isouter=True))
    assert "FULL OUTER JOIN address ON" in text(select(user).join(address, on, full=True))
    assert text(select(user.c.id, address.c.id).join_from(address, user)).endswith(
        "FROM address JOIN user_account ON user_account.id = address.user_id"
    )
    assert text(select(func.count()).select_from(user.join(address))).endswith(
        "FROM user_account JOIN address ON user_account.id = address.user_id"
    )


def test_a_chain_of_joins_uses_the_table_that_has_the_key():
    other = address.alias("other")
    statement = (
        select(user.c.id)
        .join(address)
        .join(other, other.c.user_id == user.c.id)
        .join(fact, fact.c.n == other.c.id)
    )
    assert text(statement).endswith(
        "FROM user_account JOIN address ON user_account.id = address.user_id "
        "JOIN address AS other ON other.user_id = user_account.id JOIN fact ON fact.n = other.id"
    )


def test_self_join_needs_a_condition_and_works_with_one():
    parent = node.alias("parent")
    assert text(select(node.c.id).join(parent, node.c.parent_id == parent.c.id)) == (
        "SELECT node.id FROM node JOIN node AS parent ON node.parent_id = parent.id"
    )


def test_the_left_side_of_a_join_is_found_by_the_condition():
    statement = select(user.c.id, fact.c.id).join(address, address.c.user_id == user.c.id)
    assert text(statement).endswith(
        "FROM user_account JOIN address ON address.user_id = user_account.id, fact"
    )


def test_a_join_into_a_subquery_keeps_its_parameters_in_the_order_of_the_text():
    inner = select(address.c.user_id).where(address.c.email == "first").subquery()
    statement = (
        select(user.c.id).join(inner, inner.c.user_id == user.c.id).where(user.c.name == "second")
    )
    assert text(statement) == (
        "SELECT user_account.id FROM user_account JOIN (SELECT address.user_id AS user_id "
        "FROM address "
        "WHERE address.email = ?) AS anon_1 ON anon_1.user_id = user_account.id WHERE "
        "user_account.name = ?"
    )


def test_filter_by_speaks_of_the_table_joined_last():
    assert text(select(user.c.id).join(address).filter_by(email="x")).endswith(
        "WHERE address.email = ?"
    )


def test_filter_by_finds_what_the_table_joined_last_does_not_have():
    query = select(user.c.id).join(address)
    assert text(query.filter_by(name="x", email="y")).endswith(
        "WHERE user_account.name = ? AND address.email = ?"
    )
    joined = select(user.c.id).select_from(node.join(user, user.c.id == node.c.id).join(address))
    assert text(joined.filter_by(email="y")).endswith("WHERE address.email = ?")
    with pytest.raises(InvalidRequestError, match=r"filter_by\(nosuch=…\): address has only"):
        query.filter_by(nosuch=1)


def test_filter_by_names_what_it_cannot_choose_between():
    query = select(user.c.id).join(a, a.c.id == user.c.id).join(address, true())
    with pytest.raises(AmbiguousColumnError, match=r"filter_by\(name=…\).*a and user_account|"
                       r"filter_by\(name=…\).*user_account and a"):  # fmt: skip
        query.filter_by(name="x")


def test_parameters_of_texts_that_are_put_together_keep_their_values():
    one, two = (
        sql_text("SELECT id FROM t WHERE name = :name").bindparams(
            bindparam("name", value, unique=True)
        )
        for value in ("a", "b")
    )
    both = union(one.columns(column("id")), two.columns(column("id"))).compile()
    assert sorted(both.params.values()) == ["a", "b"]
    assert one.bindparams(name="c").compile().params == {"name": "c"}
    with pytest.raises(ArgumentError, match="no parameter named 'nosuch'"):
        one.bindparams(nosuch=1)


# --- subqueries -----------------------------------------------------------------------------------


def test_scalar_subqueries_correlate_with_what_surrounds_them():
    count = select(func.count(address.c.id)).where(address.c.user_id == user.c.id).scalar_subquery()
    assert text(select(user.c.name, count.label("n"))) == (
        "SELECT user_account.name, (SELECT count(address.id) AS count_1 FROM address "
        "WHERE address.user_id = user_account.id) AS n FROM user_account"
    )


def test_a_subquery_of_one_table_keeps_it():
    inner = select(func.max(user.c.id)).scalar_subquery()
    assert text(select(user.c.name).where(user.c.id == inner)) == (
        "SELECT user_account.name FROM user_account WHERE user_account.id = "
        "(SELECT max(user_account.id) AS max_1 FROM user_account)"
    )


def test_correlate_and_correlate_except():
    inner = select(address.c.id).where(address.c.user_id == user.c.id)
    outer = select(user.c.id, address.c.email)
    assert "FROM address, user_account WHERE" in text(outer.where(inner.correlate(None).exists()))
    assert "FROM address WHERE address.user_id" in text(outer.where(inner.correlate(user).exists()))
    assert "FROM address WHERE address.user_id" in text(
        outer.where(inner.correlate_except(address).exists())
    )
    with pytest.raises(InvalidRequestError, match="no FROM of its own"):
        text(outer.where(inner.exists()))


def test_exists_in_its_forms():
    assert text(select(user.c.id).where(exists().where(address.c.user_id == user.c.id))).endswith(
        "WHERE EXISTS (SELECT * FROM address WHERE address.user_id = user_account.id)"
    )
    assert text(
        select(user.c.id).where(~exists(address.c.id).where(address.c.user_id == user.c.id))
    ).endswith(
        "WHERE NOT EXISTS (SELECT address.id FROM address WHERE address.user_id = user_account.id)"
    )
    assert text(select(exists().where(user.c.id == 1))) == (
        "SELECT EXISTS (SELECT * FROM user_account WHERE user_account.id = ?) AS anon_1"
    )
    assert text(exists(select(user.c.id)).select()).startswith(
        "SELECT EXISTS (SELECT user_account.id"
    )


def test_subqueries_in_from_do_not_correlate():
    inner = select(address.c.user_id).where(address.c.user_id == user.c.id).subquery("q")
    assert "FROM address, user_account WHERE" in text(select(user.c.id, inner.c.user_id))


def test_lateral_subqueries_see_their_neighbours():
    inner = select(address.c.email).where(address.c.user_id == user.c.id).lateral("l")
    assert text(select(user.c.id, inner.c.email)) == (
        "SELECT user_account.id, l.email FROM user_account, LATERAL (SELECT address.email AS email "
        "FROM address WHERE address.user_id = user_account.id) AS l"
    )
    assert lateral(select(address.c.email), "l").name == "l"


def test_columns_of_a_subquery_have_distinct_names():
    inner = select(
        user.c.id, address.c.id, func.count(), func.lower(user.c.name), user.c.id + 1
    ).subquery("q")
    assert inner.c.keys() == ["id", "id_1", "count", "lower", "anon_1"]
    assert text(select(inner)).startswith(
        "SELECT q.id, q.id_1, q.count_1, q.lower_1, q.anon_1 FROM ("
    )


def test_in_takes_a_select():
    assert text(select(user.c.id).where(user.c.id.in_(select(address.c.user_id)))).endswith(
        "WHERE user_account.id IN (SELECT address.user_id FROM address)"
    )


@pytest.mark.parametrize(
    ("innermost", "froms"),
    [
        (select(fact.c.id).where(fact.c.n == user.c.id), "fact, user_account"),
        (select(fact.c.id).where(fact.c.n == user.c.id).correlate(user), "fact"),
        (select(fact.c.id).where(fact.c.n == user.c.id).correlate_except(fact), "fact"),
    ],
)
def test_a_subquery_refers_to_queries_beyond_its_own_when_told(innermost, froms):
    middle = select(address.c.id).where(innermost.exists())
    assert text(select(user.c.id).where(middle.exists())) == (
        "SELECT user_account.id FROM user_account WHERE EXISTS (SELECT address.id FROM "
        f"address WHERE EXISTS (SELECT fact.id FROM {froms} WHERE fact.n = user_account.id))"
    )


@pytest.mark.parametrize("nothing", [None, False])
def test_a_subquery_without_correlation(nothing):
    inner = select(fact.c.id).where(fact.c.n == user.c.id)
    assert text(select(user.c.id).where(inner.correlate(nothing).exists())).endswith(
        "EXISTS (SELECT fact.id FROM fact, user_account WHERE fact.n = user_account.id)"
    )
    assert text(select(user.c.id, fact.c.id).where(inner.correlate_except(nothing).exists()))


def test_a_subquery_may_leave_all_its_tables_to_others_when_told():
    inner = select(user.c.name).where(user.c.id > 5).correlate(user).scalar_subquery()
    assert text(select(user.c.id).where(user.c.name == inner)) == (
        "SELECT user_account.id FROM user_account WHERE user_account.name = "
        "(SELECT user_account.name WHERE user_account.id > ?)"
    )
    with pytest.raises(InvalidRequestError, match="no FROM of its own"):
        text(
            select(user.c.id, address.c.id).where(
                select(user.c.id).where(user.c.id == address.c.user_id).exists()
            )
        )


def test_joins_look_at_what_was_joined_last_first():
    assert text(select(user.c.id).join(address).with_only_columns(func.count())) == (
        "SELECT count(*) AS count_1 FROM user_account JOIN address ON "
        "user_account.id = address.user_id"
    )
    assert text(select(user.c.id).join(address).with_only_columns(address.c.id)) == (
        "SELECT address.id FROM user_account JOIN address ON user_account.id = address.user_id"
    )


def test_filter_by_finds_the_table_that_has_the_column():
    joined = select(user.c.id).join(address)
    assert text(joined.filter_by(name="x")).endswith("WHERE user_account.name = ?")
    wanted = update(address).where(address.c.user_id == user.c.id).filter_by(name="x")
    assert "user_account.name = ?" in text(wanted)
    with pytest.raises(AmbiguousColumnError, match="name"):
        select(user.c.id).join(user.alias(), true()).join(address, true()).filter_by(name="x")


def test_descriptions_of_a_table_are_those_of_its_columns():
    names = [described["name"] for described in select(user.c.id, address).column_descriptions]
    assert names == ["id", *[column.name for column in address.c]]
    returned = update(user).returning(user).returning_column_descriptions
    assert [described["expr"] for described in returned] == list(user.c)


# --- CTEs and set operations ----------------------------------------------------------------------


def test_cte():
    active = select(user.c.id).where(user.c.name == "x").cte("active")
    assert text(select(address.c.id).join(active, active.c.id == address.c.user_id)) == (
        "WITH active AS (SELECT user_account.id AS id FROM user_account WHERE "
        "user_account.name = ?) "
        "SELECT address.id FROM address JOIN active ON active.id = address.user_id"
    )


def test_recursive_cte():
    tree = select(node.c.id, node.c.parent_id).where(node.c.id == 1).cte("tree", recursive=True)
    tree = tree.union_all(
        select(node.c.id, node.c.parent_id).join(tree, node.c.parent_id == tree.c.id)
    )
    assert text(select(tree.c.id)) == (
        "WITH RECURSIVE tree(id, parent_id) AS (SELECT node.id AS id, node.parent_id AS "
        "parent_id FROM node "
        "WHERE node.id = ? UNION ALL SELECT node.id AS id, node.parent_id AS parent_id FROM node "
        "JOIN tree ON node.parent_id = tree.id) SELECT tree.id FROM tree"
    )


def test_ctes_come_before_those_that_use_them_and_only_once():
    first = select(user.c.id).cte("first")
    second = select(first.c.id).where(first.c.id > 1).cte("second")
    statement = select(second.c.id, first.c.id).where(
        exists(select(first.c.id).where(first.c.id == 9))
    )
    rendered = text(statement)
    assert rendered.startswith(
        "WITH first AS (SELECT user_account.id AS id FROM user_account), second AS ("
    )
    assert rendered.count("first AS (") == 1


def test_two_ctes_of_one_name_are_an_error():
    one, two = select(user.c.id).cte("q"), select(address.c.id).cte("q")
    with pytest.raises(CompileError, match="two different CTEs are named 'q'"):
        text(select(one.c.id, two.c.id))


def test_unnamed_ctes_get_names():
    inner = select(user.c.id).cte()
    assert text(select(inner.c.id)).startswith("WITH anon_1 AS (")


def test_cte_of_a_cte_alias():
    q = select(user.c.id).cte("q")
    z = q.alias("z")
    assert text(select(q.c.id, z.c.id)).endswith("SELECT q.id, z.id AS id_1 FROM q, q AS z")


def test_set_operations():
    one, two = select(user.c.id), select(address.c.id)
    assert (
        text(one.union(two))
        == "SELECT user_account.id FROM user_account UNION SELECT address.id FROM address"
    )
    assert " UNION ALL " in text(one.union_all(two))
    assert " INTERSECT " in text(one.intersect(two))
    assert " EXCEPT " in text(one.except_(two))
    assert text(union(one, two).order_by("id").limit(2)).endswith(
        "FROM address ORDER BY id LIMIT ?"
    )
    assert text(union(one, two).order_by(user.c.id.desc())).endswith("ORDER BY id DESC")


def test_set_operations_nest_without_losing_their_order():
    one, two, three = select(user.c.id), select(address.c.id), select(node.c.id)
    assert text(one.union(two).union(three)).count("(") == 0
    assert text(one.union(two).except_(three)).startswith("(SELECT user_account.id")
    assert text(one.limit(1).union_all(two)).startswith(
        "(SELECT user_account.id FROM user_account LIMIT ?) UNION ALL"
    )


def test_a_union_as_subquery():
    q = select(user.c.id).union(select(address.c.id)).subquery()
    assert text(select(q.c.id).where(q.c.id > 1)) == (
        "SELECT anon_1.id FROM (SELECT user_account.id AS id FROM user_account UNION SELECT "
        "address.id AS id "
        "FROM address) AS anon_1 WHERE anon_1.id > ?"
    )


def test_parts_of_a_union_have_one_width():
    with pytest.raises(ArgumentError, match="1 and 2"):
        select(user.c.id).union(select(user.c.id, user.c.name))


# --- windows, functions ---------------------------------------------------------------------------


def test_windows():
    rank = func.row_number().over(
        partition_by=user.c.name, order_by=[user.c.id.desc()], rows=(None, 0)
    )
    assert text(select(rank.label("r"))) == (
        "SELECT row_number() OVER (PARTITION BY user_account.name ORDER BY user_account.id DESC "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS r FROM user_account"
    )
    frame = func.sum(user.c.id).over(order_by=user.c.id, range_=(-2, 3))
    assert "RANGE BETWEEN 2 PRECEDING AND 3 FOLLOWING" in text(select(frame))
    with pytest.raises(ArgumentError, match="one of range_"):
        func.sum(user.c.id).over(rows=(0, 1), range_=(0, 1))
    with pytest.raises(ArgumentError, match="whole numbers"):
        func.sum(user.c.id).over(rows=("1; drop table x", 1))


def test_aggregates():
    assert text(select(func.count(user.c.id).filter(user.c.name == "x", user.c.id > 1))) == (
        "SELECT count(user_account.id) FILTER (WHERE user_account.name = ? AND "
        "user_account.id > ?) AS anon_1 "
        "FROM user_account"
    )
    assert "percentile_cont(?) WITHIN GROUP (ORDER BY user_account.id DESC)" in text(
        select(func.percentile_cont(0.5).within_group(user.c.id.desc()))
    )


def test_functions_that_return_rows():
    each = func.json_each(fact.c.doc).table_valued("key", "value", name="j")
    assert (
        text(select(fact.c.id, each.c.key))
        == "SELECT fact.id, j.key FROM fact, json_each(fact.doc) AS j"
    )
    series = func.generate_series(1, 3).column_valued("n")
    assert text(select(series)) == "SELECT n FROM generate_series(?, ?) AS n"
    derived = (
        func.unnest(fact.c.doc).table_valued("x", with_ordinality="o", name="u").render_derived()
    )
    assert (
        text(select(derived.c.o)) == "SELECT u.o FROM unnest(fact.doc) WITH ORDINALITY AS u(x, o)"
    )


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: select("id"), "a string cannot be selected"),
        (lambda: select([user.c.id]), "one by one"),
        (lambda: select(object), "is not mapped"),
        (lambda: select(user).where("id = 1"), "a string cannot be a condition"),
        (lambda: select(user).where(5), "SQL condition is expected"),
        (lambda: select(user).filter_by(nosuch=1), "filter_by\\(nosuch"),
        (lambda: select(user).limit("1; drop table x"), "whole number"),
        (lambda: select(user).limit(1.5), "whole number"),
        (lambda: select(user).join("address"), "expected in FROM"),
        (lambda: select(user.c.id).from_statement("select 1"), "from_statement"),
        (lambda: user.c.id.in_("abc"), "list of values"),
        (lambda: user.c.id.in_(5), "list of values"),
        (lambda: user.c.id < None, "NULL compares"),
        (lambda: select(user).union(5), "take selects"),
    ],
)
def test_refusals(build, message):
    with pytest.raises((ArgumentError, InvalidRequestError), match=message):
        build()


def test_order_by_an_unknown_name_is_an_error_not_sql():
    with pytest.raises(CompileError, match="'id; drop table user_account' is no column"):
        text(select(user.c.id).order_by("id; drop table user_account"))


def test_nothing_to_join_to():
    with pytest.raises(InvalidRequestError, match="nothing to join 'address' to"):
        text(select(literal(1)).join(address, true()))


def test_and_of_texts_is_parenthesised():
    assert (
        text(and_(sql_text("a = 1 or b = 2"), user.c.id == 1))
        == "(a = 1 or b = 2) AND user_account.id = ?"
    )


def test_tables_of_one_name_in_two_schemas_are_told_apart():
    here, there = table("t", column("id")), table("t", column("id"), schema="s")
    assert text(select(here, there)) == "SELECT t_1.id, s.t.id AS id_1 FROM t AS t_1, s.t"
    assert text(select(here.c.id).join(there, there.c.id == here.c.id)) == (
        "SELECT t_1.id FROM t AS t_1 JOIN s.t ON s.t.id = t_1.id"
    )
    assert text(select(here.c.id)) == "SELECT t.id FROM t"


def test_a_part_of_a_union_has_its_own_with():
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    small = select(numbers.c.n).where(numbers.c.n < 3).cte("small", nesting=True)
    more = select(small.c.n + 1).union_all(select(small.c.n + 2))
    statement = select(numbers.union_all(more).c.n)
    assert "UNION ALL (WITH small AS (SELECT numbers.n AS n FROM numbers" in text(statement)


def test_the_key_of_a_join_is_the_least_there_is():
    metadata = MetaData()
    base = Table("base", metadata, Column("id", Integer, primary_key=True))
    more = Table("more", metadata, Column("id", ForeignKey("base.id"), primary_key=True))
    other = Table("other", metadata, Column("id", Integer, primary_key=True))
    assert list(base.join(more).primary_key) == [base.c.id]
    assert list(base.join(other, base.c.id == other.c.id).primary_key) == [base.c.id]
    assert list(base.join(other, base.c.id > other.c.id).primary_key) == [base.c.id, other.c.id]


def test_a_column_corresponds_to_the_very_expression_it_shows():
    one, two = user.c.id.label("one"), user.c.id.label("two")
    shown = select(one, two).subquery()
    assert shown.corresponding_column(two, require_embedded=True) is shown.c.two
    assert shown.c.corresponding_column(user.c.id) is shown.c.one
