"""Statements run in SQLite: the answer, not the text."""

from __future__ import annotations

import pytest
from world import address, fact, node, user

from accord.sql import (
    and_,
    bindparam,
    case,
    cast,
    column,
    delete,
    distinct,
    except_,
    exists,
    func,
    insert,
    intersect,
    literal,
    not_,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
    update,
    values,
)
from accord.sqltypes import Integer, String


def test_selects(database):
    assert database.values(select(user.c.name).where(user.c.active).order_by(user.c.id)) == [
        "sandy",
        "squidward",
    ]
    assert database.values(select(user.c.name).where(~user.c.active)) == ["patrick"]
    assert database.values(select(user.c.active).order_by(user.c.id)) == [True, False, True]
    assert database.values(select(user.c.id).order_by(user.c.name.desc()).limit(2).offset(1)) == [
        1,
        2,
    ]
    assert database.values(select(user.c.id).order_by(user.c.id).offset(1)) == [2, 3]
    assert database.values(select(user.c.id).where(user.c.fullname == None)) == [3]  # noqa: E711
    assert database.values(select(distinct(address.c.user_id)).order_by("user_id")) == [1, 2]
    assert database.values(select(func.count()).select_from(user)) == [3]
    assert database.values(select(user.c.id).where(true())) == [1, 2, 3]


def test_names_in_order_by(database):
    statement = select((user.c.id * -1).label("n"), user.c.id).order_by("n")
    assert database.values(statement) == [-3, -2, -1]
    assert database.values(select(user.c.id).order_by("name")) == [2, 1, 3]


def test_joins(database):
    pairs = select(user.c.name, address.c.email).join(address).order_by(address.c.id)
    assert database.run(pairs) == [("sandy", "s@x"), ("sandy", "s2@x"), ("patrick", "p@x")]
    outer = select(user.c.id, address.c.id).outerjoin(address).where(address.c.id == None)  # noqa: E711
    assert database.run(outer) == [(3, None)]
    parent = node.alias()
    tree = (
        select(node.c.name, parent.c.name)
        .join(parent, node.c.parent_id == parent.c.id)
        .order_by(node.c.id)
    )
    assert database.run(tree) == [("a", "root"), ("b", "root"), ("aa", "a")]


def test_subqueries(database):
    count = select(func.count()).where(address.c.user_id == user.c.id).scalar_subquery()
    assert database.run(select(user.c.id, count.label("n")).order_by(user.c.id)) == [
        (1, 2),
        (2, 1),
        (3, 0),
    ]
    assert database.values(select(user.c.id).where(count > 1)) == [1]
    q = select(address.c.user_id, func.count().label("n")).group_by(address.c.user_id).subquery()
    joined = select(user.c.name, q.c.n).join(q, q.c.user_id == user.c.id).where(q.c.n == 2)
    assert database.run(joined) == [("sandy", 2)]
    assert database.values(
        select(user.c.id).where(~exists().where(address.c.user_id == user.c.id))
    ) == [3]
    assert database.values(
        select(user.c.id).where(user.c.id.not_in(select(address.c.user_id)))
    ) == [3]
    assert database.values(select(exists().where(user.c.id == 99))) == [False]


def test_recursive_ctes(database):
    tree = (
        select(node.c.id, literal(0).label("depth"))
        .where(node.c.id == 1)
        .cte("tree", recursive=True)
    )
    tree = tree.union_all(
        select(node.c.id, tree.c.depth + 1).join(tree, node.c.parent_id == tree.c.id)
    )
    assert database.run(select(tree.c.id, tree.c.depth).order_by(tree.c.id)) == [
        (1, 0),
        (2, 1),
        (3, 1),
        (4, 2),
    ]


def test_set_operations(database):
    ids, owners = select(user.c.id), select(address.c.user_id)
    assert sorted(database.values(union_all(ids, owners))) == [1, 1, 1, 2, 2, 3]
    assert database.values(except_(ids, owners)) == [3]
    assert database.values(intersect(ids, owners).order_by("id")) == [1, 2]
    nested = ids.limit(1).union_all(owners.order_by(address.c.id.desc()).limit(1))
    assert database.values(nested) == [1, 2]
    assert database.values(except_(ids, owners.union(select(literal(3))))) == []


def test_lists(database):
    for wanted in ([], [1], [1, 2], [1, 2, 3], [9, 1, 8, 2, 7]):
        assert database.values(select(user.c.id).where(user.c.id.in_(wanted))) == [
            n for n in (1, 2, 3) if n in wanted
        ]
        kept = database.values(select(user.c.id).where(user.c.id.not_in(wanted)))
        assert kept == [n for n in (1, 2, 3) if n not in wanted]
        either = select(user.c.id).where(or_(user.c.id.in_(wanted), user.c.id == 3))
        assert database.values(either) == [n for n in (1, 2, 3) if n in wanted or n == 3]
        both = select(user.c.id).where(and_(not_(user.c.id.in_(wanted)), user.c.id < 3))
        assert database.values(both) == [n for n in (1, 2) if n not in wanted]
    pairs = tuple_(user.c.id, user.c.name).in_([(1, "sandy"), (2, "nobody")])
    assert database.values(select(user.c.id).where(pairs)) == [1]
    assert database.values(select(user.c.id).where(tuple_(user.c.id, user.c.name).in_([]))) == []
    listed = select(user.c.id).where(user.c.id.in_(bindparam("ids", expanding=True)))
    assert database.values(listed, {"ids": [3, 2]}) == [2, 3]


def test_an_empty_list_is_false_for_null_too(database):
    assert database.values(select(fact.c.id).where(fact.c.n.in_([]))) == []
    assert database.values(select(fact.c.id).where(fact.c.n.not_in([]))) == [1, 2, 3]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (fact.c.s.contains("%", autoescape=True), [1]),
        (fact.c.s.contains("%"), [1, 2]),
        (fact.c.s.contains("_", autoescape=True), [2]),
        (fact.c.s.startswith("a%", autoescape=True), [1]),
        (fact.c.s.endswith("_B", autoescape=True), [2]),
        (fact.c.s.icontains("A_B", autoescape=True), [2]),
        (fact.c.s.istartswith("A%", autoescape=True), [1]),
        (fact.c.s.iendswith("b"), [1, 2]),
        (fact.c.s.like("a/%b", escape="/"), [1]),
        (fact.c.s.ilike("a_b"), [1, 2]),
        (fact.c.s.not_like("%/%%", escape="/"), [2]),
        (~fact.c.s.contains("%", autoescape=True), [2]),
    ],
)
def test_patterns(database, condition, expected):
    assert database.values(select(fact.c.id).where(condition)) == expected


def test_arithmetic(database):
    one = select(
        fact.c.n - (fact.c.n - 3),
        (fact.c.n - fact.c.n) - 3,
        -fact.c.n,
        -(-fact.c.n),
        fact.c.n / 4,
        fact.c.n // 4,
        fact.c.n % 4,
        fact.c.n - -5,
        (fact.c.n + 2) * 3,
        fact.c.n + 2 * 3,
        fact.c.n.bitwise_and(6),
        fact.c.n << 2,
    ).where(fact.c.id == 1)
    assert database.run(one) == [(3, -3, -10, 10, 2.5, 2, 2, 15, 36, 16, 2, 40)]


def test_constructs(database):
    size = case((fact.c.n > 0, "plus"), (fact.c.n < 0, "minus"), else_="none")
    assert database.values(select(size).order_by(fact.c.id)) == ["plus", "minus", "none"]
    assert database.values(select(cast(fact.c.n, String) + "!").where(fact.c.id == 1)) == ["10!"]
    assert database.values(select(func.coalesce(fact.c.n, -1)).order_by(fact.c.id)) == [10, -3, -1]
    assert database.values(select(func.count().filter(fact.c.n > 0))) == [1]
    rank = func.row_number().over(order_by=fact.c.n.desc().nulls_last())
    assert database.run(select(fact.c.id, rank).order_by(fact.c.id)) == [(1, 1), (2, 2), (3, 3)]
    rows = values(column("a", Integer), column("b", String), name="v").data([(1, "x"), (2, "y")])
    assert database.run(select(rows.c.b, rows.c.a).order_by(rows.c.a)) == [("x", 1), ("y", 2)]
    each = func.json_each('["p", "q"]').table_valued("key", "value", name="j")
    assert database.values(select(each.c.value)) == ["p", "q"]
    assert database.values(text("select name from user_account where id = :n").bindparams(n=2)) == [
        "patrick"
    ]


def test_three_valued_logic(database):
    n = fact.c.n
    for condition in (
        n > 0,
        n == 10,
        n.between(0, 100),
        n.in_([10]),
        n.is_distinct_from(10),
        n != 10,
    ):
        matching = set(database.values(select(fact.c.id).where(condition)))
        opposite = set(database.values(select(fact.c.id).where(~condition)))
        assert not matching & opposite
        unknown = {1, 2, 3} - matching - opposite
        assert unknown == (set() if "DISTINCT" in str(condition) else {3})


def test_data_changes(database):
    assert database.run(
        insert(user).values(id=10, name="new").returning(user.c.id, user.c.name)
    ) == [(10, "new")]
    database.run(insert(user).values([{"id": 11, "name": "a"}, {"id": 12, "name": "b"}]))
    database.run(insert(user), {"id": 13, "name": "c"}, column_keys=["id", "name"])
    assert database.values(select(user.c.name).where(user.c.id > 9).order_by(user.c.id)) == [
        "new",
        "a",
        "b",
        "c",
    ]
    database.run(update(user).where(user.c.id > 9).values(name=user.c.name + "!"))
    assert database.values(select(user.c.name).where(user.c.id == 10)) == ["new!"]
    moved = (
        update(user)
        .values(name=address.c.email)
        .where(address.c.user_id == user.c.id, address.c.id == 3)
    )
    assert database.run(moved.returning(user.c.id)) == [(2,)]
    assert database.values(select(user.c.name).where(user.c.id == 2)) == ["p@x"]
    newest = (
        select(func.max(address.c.email)).where(address.c.user_id == user.c.id).scalar_subquery()
    )
    database.run(update(user).values(fullname=newest).where(user.c.id < 4))
    assert database.values(select(user.c.fullname).order_by(user.c.id).limit(3)) == [
        "s@x",
        "p@x",
        None,
    ]
    database.run(
        insert(user).from_select(
            ["id", "name"], select(user.c.id + 100, user.c.name).where(user.c.id == 1)
        )
    )
    assert database.values(select(user.c.id).where(user.c.id > 100)) == [101]
    assert sorted(database.values(delete(user).where(user.c.id > 9).returning(user.c.id))) == [
        10,
        11,
        12,
        13,
        101,
    ]
    lonely = ~exists().where(address.c.user_id == user.c.id)
    database.run(delete(user).where(lonely))
    assert database.values(select(user.c.id)) == [1, 2]
    database.run(insert(user).values())
    assert database.values(select(func.count()).select_from(user)) == [3]
