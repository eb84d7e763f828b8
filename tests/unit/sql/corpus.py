"""One builder per construct, each taking the values it uses; for tests that hold for every
statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from world import address, fact, node, user

from accord.sql import (
    and_,
    bindparam,
    case,
    cast,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
    type_coerce,
    update,
    values,
)
from accord.sqltypes import Integer, String

Builder = Callable[..., Any]
BUILDERS: dict[str, Builder] = {}


def construct(build: Builder) -> Builder:
    BUILDERS[build.__name__] = build
    return build


@construct
def plain(n, s):
    return (
        select(user.c.id, user.c.name)
        .where(user.c.id > n, user.c.name == s)
        .order_by(user.c.id)
        .limit(n + 3)
    )


@construct
def parts_out_of_order(n, s):
    return (
        select(user.c.id)
        .limit(n + 5)
        .order_by(user.c.id + n)
        .where(user.c.name != s)
        .add_columns(literal(s))
    )


@construct
def joined(n, s):
    return (
        select(user.c.name, address.c.email)
        .join(address, and_(address.c.user_id == user.c.id, address.c.id > n))
        .where(user.c.name != s)
    )


@construct
def outer_joined(n, s):
    return (
        select(user.c.id, address.c.id)
        .outerjoin(address)
        .where(or_(address.c.id > n, user.c.name == s))
    )


@construct
def self_joined(n, s):
    parent = node.alias()
    return (
        select(node.c.name, parent.c.name)
        .join(parent, node.c.parent_id == parent.c.id)
        .where(parent.c.id > n)
    )


@construct
def two_aliases(n, s):
    one, two = user.alias(), user.alias()
    return select(one.c.id, two.c.id).where(one.c.id < two.c.id, two.c.name != s, one.c.id > n - 5)


@construct
def two_aliases_swapped(n, s):
    one, two = user.alias(), user.alias()
    return select(one.c.id, two.c.id).where(two.c.id < one.c.id, two.c.name != s, one.c.id > n - 5)


@construct
def subquery(n, s):
    inner = (
        select(address.c.user_id, func.count().label("n"))
        .where(address.c.id > n)
        .group_by(address.c.user_id)
    )
    q = inner.subquery()
    return select(user.c.name, q.c.n).join(q, q.c.user_id == user.c.id).where(user.c.name != s)


@construct
def subquery_by_columns_alone(n, s):
    q = select((user.c.id + n).label("x")).where(user.c.name != s).subquery()
    return select(q.c.x, q.c.x * n)


@construct
def scalar(n, s):
    count = (
        select(func.count())
        .where(address.c.user_id == user.c.id, address.c.id > n)
        .scalar_subquery()
    )
    return select(user.c.id, count.label("n"), literal(s)).where(count >= 0)


@construct
def existing(n, s):
    return (
        select(user.c.id)
        .where(exists().where(address.c.user_id == user.c.id, address.c.id > n))
        .where(user.c.name != s)
    )


@construct
def in_values(n, s):
    return select(user.c.id).where(user.c.id.in_([n, n + 1, n + 2]), user.c.name.not_in([s]))


@construct
def in_tuples(n, s):
    return select(user.c.id).where(tuple_(user.c.id, user.c.name).in_([(n, s), (1, "sandy")]))


@construct
def in_select(n, s):
    return select(user.c.id).where(
        user.c.id.in_(select(address.c.user_id).where(address.c.id > n)), user.c.name != s
    )


@construct
def cte(n, s):
    q = select(user.c.id, user.c.name).where(user.c.id > n).cte()
    return select(q.c.name).where(q.c.name != s)


@construct
def recursive(n, s):
    tree = select(node.c.id, node.c.name).where(node.c.id == n + 1).cte("tree", recursive=True)
    tree = tree.union_all(
        select(node.c.id, node.c.name + s).join(tree, node.c.parent_id == tree.c.id)
    )
    return select(tree.c.id, tree.c.name).where(tree.c.id < 99)


@construct
def union(n, s):
    one = select(user.c.id, literal(s).label("s")).where(user.c.id > n)
    two = select(address.c.id, address.c.email).where(address.c.id > n)
    return one.union_all(two).order_by("id").limit(n + 10)


@construct
def union_of_subqueries(n, s):
    one = select(user.c.id).where(user.c.id > n).limit(5).subquery()
    two = select(user.c.id).where(user.c.name != s).subquery()
    return select(one.c.id).union(select(two.c.id))


@construct
def grouped(n, s):
    return (
        select(user.c.active, func.count().label("n"), func.max(user.c.id + n))
        .where(user.c.name != s)
        .group_by(user.c.active)
        .having(func.count() > n - 5)
        .order_by("n")
    )


@construct
def cases(n, s):
    return select(
        case((user.c.id > n, s), else_="small").label("size"),
        case({1: "one"}, value=user.c.id, else_=s),
        cast(user.c.id + n, String),
        type_coerce(literal(n), Integer),
    )


@construct
def windows(n, s):
    over = func.row_number().over(partition_by=user.c.active, order_by=[user.c.id.desc()])
    return select(over, func.sum(user.c.id + n).over(rows=(None, 0))).where(user.c.name != s)


@construct
def filtered(n, s):
    return select(
        func.count(user.c.id).filter(user.c.id > n), func.count().filter(user.c.name != s)
    )


@construct
def likes(n, s):
    return select(user.c.id).where(
        or_(
            user.c.name.contains(s),
            user.c.name.startswith(s, autoescape=True),
            user.c.name.ilike(s),
        ),
        user.c.id > n - 5,
    )


@construct
def shared_parameter(n, s):
    bind = literal(n)
    expression = user.c.id + bind
    return select(expression.label("x")).where(user.c.name != s).group_by(expression)


@construct
def equal_parameters(n, s):
    return select((user.c.id + n).label("x")).where(user.c.name != s).group_by(user.c.id + n)


@construct
def named_parameter(n, s):
    return select(user.c.id).where(user.c.id > bindparam("n", n), user.c.name != bindparam("s", s))


@construct
def text_conditions(n, s):
    return select(user.c.id).where(text("id > :n or id < 0").bindparams(n=n), user.c.name != s)


@construct
def textual(n, s):
    made = text("select id, name from user_account where id > :n and name <> :s").bindparams(
        n=n, s=s
    )
    return made.columns(user.c.id, user.c.name)


@construct
def textual_subquery(n, s):
    made = text("select id, name from user_account where id > :n").bindparams(n=n)
    q = made.columns(user.c.id, user.c.name).subquery("q")
    return select(q.c.name).where(q.c.name != s)


@construct
def value_lists(n, s):
    rows = values(column("a", Integer), column("b", String), name="v").data([(n, s), (n + 1, "y")])
    return select(rows.c.a, rows.c.b).where(rows.c.a >= n)


@construct
def distinct(n, s):
    return select(user.c.active).where(user.c.id > n, user.c.name != s).distinct()


@construct
def offset(n, s):
    return select(user.c.id).where(user.c.name != s).order_by(user.c.id.desc()).offset(n)


@construct
def correlated(n, s):
    inner = (
        select(address.c.id).where(address.c.user_id == user.c.id, address.c.id > n).correlate(user)
    )
    return select(user.c.id).where(~inner.exists(), user.c.name != s)


@construct
def custom(n, s):
    return select(user.c.id.op("|")(n), user.c.name.op("||")(s))


@construct
def insert_one(n, s):
    return insert(user).values(id=n + 100, name=s)


@construct
def insert_expression(n, s):
    return insert(user).values(
        id=select(func.max(user.c.id) + n + 50).scalar_subquery(), name=func.upper(s)
    )


@construct
def insert_many(n, s):
    return (
        insert(user)
        .values([{"id": n + 100, "name": s}, {"id": n + 101, "name": s}])
        .returning(user.c.id)
    )


@construct
def insert_select(n, s):
    return insert(user).from_select(
        ["id", "name"], select(user.c.id + 100 * n, literal(s)).where(user.c.id < 9)
    )


@construct
def update_one(n, s):
    return update(user).where(user.c.id > n).values(name=s)


@construct
def update_correlated(n, s):
    newest = select(func.max(address.c.email)).where(
        address.c.user_id == user.c.id, address.c.id > n
    )
    return update(user).values(name=newest.scalar_subquery(), fullname=s).where(user.c.id < 99)


@construct
def update_from(n, s):
    return (
        update(user)
        .values(name=address.c.email + s)
        .where(address.c.user_id == user.c.id, address.c.id > n)
        .returning(user.c.id)
    )


@construct
def delete_some(n, s):
    return delete(user).where(user.c.id > n, user.c.name == s)


@construct
def delete_existing(n, s):
    doomed = select(address.c.user_id).where(address.c.id > n)
    return delete(user).where(user.c.id.in_(doomed), user.c.name != s)


@construct
def facts(n, s):
    return select(fact.c.n + n, fact.c.f * 2.5, fact.c.s + s, -fact.c.n, fact.c.n / 2, fact.c.n % 3)
