"""What statements and their parts say of themselves, and copies of them with other values."""

from __future__ import annotations

import pytest
from world import address, text, user

from accord import (
    LABEL_STYLE_DISAMBIGUATE_ONLY,
    LABEL_STYLE_NONE,
    LABEL_STYLE_TABLENAME_PLUS_COL,
    bindparam,
    delete,
    func,
    insert,
    select,
    text as sql_text,
    union,
    update,
)
from accord.exc import ArgumentError, CompileError
from accord.sql import operators

BOTH = select(user.c.id, address.c.id)


def test_equal_statements_compare_by_structure_and_values():
    def one(name):
        aliased = user.alias()
        return select(aliased).where(aliased.c.name == name)

    assert one("x").compare(one("x"))
    assert not one("x").compare(one("y"))
    assert not one("x").compare(select(user))
    assert not (user.c.id == 5).compare("id = 5")


def test_children_are_what_a_node_is_made_of():
    condition = user.c.id == 5
    assert [type(child).__name__ for child in condition.get_children()] == [
        "Column",
        "BindParameter",
    ]


def test_params_and_unique_params_leave_the_original_alone():
    condition = user.c.id == bindparam("x", 1)
    assert condition.params(x=2).right.value == 2
    own = condition.unique_params({"x": 3})
    assert (own.right.value, own.right.name, condition.right.value) == (3, None, 1)
    assert select(user.c.id).where(condition).params({"x": 4}).binds[0].value == 4


@pytest.mark.parametrize(
    ("style", "names"),
    [
        (LABEL_STYLE_NONE, ["id", "id"]),
        (LABEL_STYLE_DISAMBIGUATE_ONLY, ["id", "id_1"]),
        (LABEL_STYLE_TABLENAME_PLUS_COL, ["user_account_id", "address_id"]),
    ],
)
def test_names_by_label_style(style, names):
    styled = BOTH.set_label_style(style)
    assert styled.get_label_style() is style
    assert [name for name, _, _ in styled.result_columns()] == names


def test_a_union_takes_the_label_style_of_its_selects():
    both = union(select(user.c.id), select(address.c.id)).order_by(user.c.id)
    styled = both.set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
    assert styled.get_label_style() is LABEL_STYLE_TABLENAME_PLUS_COL
    assert text(styled.subquery().select()).startswith("SELECT anon_1.user_account_id FROM (SELECT")


def test_a_query_knows_what_it_shows():
    query = select(user.c.id, user.c.name)
    assert query.corresponding_column(user.c.name) is user.c.name
    assert query.corresponding_column(address.c.id) is None
    assert query.is_derived_from(user)
    assert query.subquery().is_derived_from(user)
    assert not query.is_derived_from(address)
    assert not query.is_derived_from(None)


def test_reduced_columns_keep_what_only_looks_the_same():
    joined = select(user.c.id, address.c.id, address.c.user_id).join(address)
    assert len(joined.reduce_columns().inner_columns) == 3
    assert [c.name for c in joined.reduce_columns(only_synonyms=False).inner_columns] == [
        "id",
        "id",
    ]
    same = select(user.c.id, address.c.id).where(address.c.id == user.c.id)
    assert [c.table for c in same.reduce_columns().inner_columns] == [user]


def test_a_nesting_cte_may_have_the_name_of_another():
    def best(table):
        top = select(func.max(table.c.id).label("id")).cte("top", nesting=True)
        return select(table.c.id).where(table.c.id.in_(select(top.c.id))).subquery()

    ours, theirs = best(user), best(address)
    shown = text(select(ours.c.id, theirs.c.id))
    assert shown.count("WITH top AS (SELECT max(") == 2
    flat = select(func.max(user.c.id).label("id")).cte("top")
    other = select(func.max(address.c.id).label("id")).cte("top")
    with pytest.raises(CompileError, match="two different CTEs are named 'top'"):
        text(select(flat.c.id, other.c.id))


def test_add_cte_nests_where_it_is_asked_to():
    unused = select(user.c.id).cte("unused")
    inner = select(address.c.id).add_cte(unused, nest_here=True).subquery("inner_query")
    assert text(select(inner.c.id)) == (
        "SELECT inner_query.id FROM (WITH unused AS (SELECT user_account.id AS id FROM "
        "user_account) SELECT address.id AS id FROM address) AS inner_query"
    )


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (insert(user).values(name="x"), "INSERT INTO user_account (name) VALUES (?)"),
        (update(user).values(name="x"), "UPDATE user_account SET name=?"),
        (delete(user), "DELETE FROM user_account"),
    ],
)
def test_add_cte_nests_in_a_statement_that_changes_data(change, shown):
    unused = select(address.c.id).cte("unused")
    body = "WITH unused AS (SELECT address.id AS id FROM address)"
    assert text(change.add_cte(unused, nest_here=True)) == f"{body} {shown}"
    inner = change.returning(user.c.id).add_cte(unused, nest_here=True).cte("changed")
    assert text(select(inner.c.id)) == (
        f"WITH changed AS ({body} {shown} RETURNING user_account.id) SELECT changed.id FROM changed"
    )
    assert change.add_cte(unused).key != change.add_cte(unused, nest_here=True).key


def test_a_flat_alias_of_a_join_is_a_join_of_aliases():
    flat = user.join(address).alias("j", flat=True)
    assert text(select(flat.left.c.id).select_from(flat)) == (
        "SELECT j_user_account.id FROM user_account AS j_user_account JOIN address AS j_address "
        "ON j_user_account.id = j_address.user_id"
    )


def test_an_expanding_parameter_of_a_text_is_a_list():
    listed = sql_text("id IN :ids").bindparams(bindparam("ids", [1, 2], expanding=True))
    assert str(select(user.c.id).where(listed)).endswith("WHERE id IN (:ids_1, :ids_2)")


def test_a_value_is_no_key_to_order_by():
    with pytest.raises(ArgumentError, match="name of a selected column .* not int"):
        select(user.c.id).order_by(1)


def test_names_of_operators():
    assert operators.in_op(user.c.id, [1]).compare(user.c.id.in_([1]))
    assert operators.eq is operators.EQ
    assert operators.notlike_op is operators.not_like_op
    with pytest.raises(AttributeError, match="nosuch_op"):
        _ = operators.nosuch_op


@pytest.mark.parametrize("module", ["elements", "expression", "selectable", "functions"])
def test_modules_have_the_names_sqlalchemy_gives_them(module):
    import importlib

    found = importlib.import_module(f"accord.sql.{module}")
    names = {
        "elements": "BinaryExpression BindParameter ColumnElement ClauseElement Label Over",
        "expression": "Select Subquery CTE TableClause UpdateBase Operators func and_ values",
        "selectable": "Select Subquery CTE Alias TableClause FromClause Join Exists",
        "functions": "FunctionElement GenericFunction coalesce ReturnTypeFromArgs AnsiFunction",
    }
    for name in names[module].split():
        assert getattr(found, name), name
    with pytest.raises(AttributeError, match="nosuch"):
        _ = found.nosuch
