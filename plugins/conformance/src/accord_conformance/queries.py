"""The queries of group select: each builds a statement over `company` and says what it gives.

In: the tables of departments and people. Out: statements, and the rows they must give.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from accord import (
    Integer,
    Numeric,
    String,
    and_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    not_,
    null,
    nulls_first,
    nulls_last,
    or_,
    select,
    tuple_,
    union,
    union_all,
    values,
)

Query = Callable[[Any, Any], Any]


def _recursive(d: Any, p: Any) -> Any:
    counter = select(literal(1).label("n")).cte("counter", recursive=True)
    counter = counter.union_all(select(counter.c.n + 1).where(counter.c.n < 5))
    return select(counter.c.n).order_by(counter.c.n)


def _cte(d: Any, p: Any) -> Any:
    grown = select(p.c.id, p.c.name).where(p.c.age >= 30).cte("grown")
    return select(grown.c.name).order_by(grown.c.id)


def _two_ctes(d: Any, p: Any) -> Any:
    one = select(p.c.id).where(p.c.id < 3).cte("one")
    two = select(one.c.id).where(one.c.id > 1).cte("two")
    return select(two.c.id)


def _subquery(d: Any, p: Any) -> Any:
    counts = (
        select(p.c.department_id, func.count().label("n")).group_by(p.c.department_id).subquery()
    )
    return (
        select(d.c.name, counts.c.n).join(counts, counts.c.department_id == d.c.id).order_by(d.c.id)
    )


def _correlated(d: Any, p: Any) -> Any:
    count = select(func.count()).where(p.c.department_id == d.c.id).scalar_subquery()
    return select(d.c.id, count).order_by(d.c.id)


def _self_join(d: Any, p: Any) -> Any:
    other = p.alias("other")
    together = and_(other.c.department_id == p.c.department_id, other.c.id > p.c.id)
    return select(p.c.name, other.c.name).join(other, together)


def _exists(d: Any, p: Any) -> Any:
    return select(d.c.id).where(exists().where(p.c.department_id == d.c.id)).order_by(d.c.id)


def _twice(d: Any, p: Any) -> Any:
    wanted = bindparam("wanted", 2)
    return select(p.c.id).where(or_(p.c.id == wanted, p.c.age == wanted))


def _values(d: Any, p: Any) -> Any:
    pairs = values(column("k", Integer), column("v", String(10)), name="pairs").data(
        [(1, "one"), (3, "three")]
    )
    return select(p.c.name, pairs.c.v).join(pairs, pairs.c.k == p.c.id).order_by(p.c.id)


CASES: dict[str, tuple[Query, list[Any]]] = {
    "all": (lambda d, p: select(p.c.id).order_by(p.c.id), [1, 2, 3, 4]),
    "where-equal": (lambda d, p: select(p.c.name).where(p.c.id == 2), ["Bob"]),
    "where-not-equal": (lambda d, p: select(p.c.id).where(p.c.id != 2).order_by(p.c.id), [1, 3, 4]),
    "where-and": (lambda d, p: select(p.c.id).where(p.c.id > 1, p.c.age < 30), [2]),
    "where-or": (
        lambda d, p: select(p.c.id).where(or_(p.c.id == 1, p.c.age > 40)).order_by(p.c.id),
        [1, 3],
    ),
    "where-not": (lambda d, p: select(p.c.id).where(not_(p.c.id < 4)), [4]),
    "is-null": (lambda d, p: select(p.c.id).where(p.c.age.is_(None)), [4]),
    "is-not-null": (
        lambda d, p: select(p.c.id).where(p.c.age.is_not(None)).order_by(p.c.id),
        [1, 2, 3],
    ),
    "null-is-not-equal": (
        lambda d, p: select(p.c.id).where(p.c.age != 30).order_by(p.c.id),
        [2, 3],
    ),
    "is-distinct-from": (
        lambda d, p: select(p.c.id).where(p.c.age.is_distinct_from(30)).order_by(p.c.id),
        [2, 3, 4],
    ),
    "is-not-distinct-from-null": (
        lambda d, p: select(p.c.id).where(p.c.age.is_not_distinct_from(null())),
        [4],
    ),
    "between": (
        lambda d, p: select(p.c.id).where(p.c.age.between(25, 30)).order_by(p.c.id),
        [1, 2],
    ),
    "in": (lambda d, p: select(p.c.id).where(p.c.id.in_([2, 4, 9])).order_by(p.c.id), [2, 4]),
    "in-empty": (lambda d, p: select(p.c.id).where(p.c.id.in_([])), []),
    "not-in": (lambda d, p: select(p.c.id).where(p.c.id.not_in([1, 2])).order_by(p.c.id), [3, 4]),
    "not-in-empty": (
        lambda d, p: select(p.c.id).where(p.c.id.not_in([])).order_by(p.c.id),
        [1, 2, 3, 4],
    ),
    "in-subquery": (
        lambda d, p: select(p.c.id).where(
            p.c.department_id.in_(select(d.c.id).where(d.c.name == "Keys"))
        ),
        [3],
    ),
    "in-tuples": (
        lambda d, p: select(p.c.id)
        .where(tuple_(p.c.id, p.c.name).in_([(1, "Ada"), (2, "Ada"), (3, "Cyd")]))
        .order_by(p.c.id),
        [1, 3],
    ),
    "like": (lambda d, p: select(p.c.id).where(p.c.name.like("_y%")).order_by(p.c.id), [3]),
    "ilike": (lambda d, p: select(p.c.id).where(p.c.name.ilike("aDA")), [1]),
    "startswith": (lambda d, p: select(p.c.id).where(p.c.name.startswith("B")), [2]),
    "endswith": (lambda d, p: select(p.c.id).where(p.c.name.endswith("n")), [4]),
    "order-desc": (lambda d, p: select(p.c.id).order_by(p.c.id.desc()), [4, 3, 2, 1]),
    "order-two": (
        lambda d, p: select(p.c.id)
        .where(p.c.department_id.is_not(None))
        .order_by(p.c.department_id.desc(), p.c.id),
        [3, 1, 2],
    ),
    "order-by-label": (
        lambda d, p: select((p.c.id * -1).label("minus")).order_by("minus"),
        [-4, -3, -2, -1],
    ),
    "order-by-expression": (
        lambda d, p: select(p.c.id).order_by(func.abs(p.c.id - 3), p.c.id),
        [3, 2, 4, 1],
    ),
    "nulls-first": (
        lambda d, p: select(p.c.id).order_by(nulls_first(p.c.age.asc())),
        [4, 2, 1, 3],
    ),
    "nulls-last": (
        lambda d, p: select(p.c.id).order_by(nulls_last(p.c.age.desc())),
        [3, 1, 2, 4],
    ),
    "limit": (lambda d, p: select(p.c.id).order_by(p.c.id).limit(2), [1, 2]),
    "limit-offset": (lambda d, p: select(p.c.id).order_by(p.c.id).limit(2).offset(1), [2, 3]),
    "offset": (lambda d, p: select(p.c.id).order_by(p.c.id).offset(2), [3, 4]),
    "limit-zero": (lambda d, p: select(p.c.id).order_by(p.c.id).limit(0), []),
    "offset-beyond": (lambda d, p: select(p.c.id).order_by(p.c.id).limit(5).offset(50), []),
    "limit-expression": (
        lambda d, p: select(p.c.id).order_by(p.c.id).limit(bindparam("n", 1, Integer)),
        [1],
    ),
    "slice": (lambda d, p: select(p.c.id).order_by(p.c.id).slice(1, 3), [2, 3]),
    "distinct": (
        lambda d, p: select(p.c.department_id)
        .where(p.c.department_id.is_not(None))
        .distinct()
        .order_by(p.c.department_id),
        [1, 2],
    ),
    "limit-in-subquery": (
        lambda d, p: select(func.count()).select_from(
            select(p.c.id).order_by(p.c.id).limit(3).subquery()
        ),
        [3],
    ),
    "join": (
        lambda d, p: select(p.c.name, d.c.name).join(d).order_by(p.c.id),
        [("Ada", "Engines"), ("Bob", "Engines"), ("Cyd", "Keys")],
    ),
    "outer-join": (
        lambda d, p: select(p.c.id, d.c.name).outerjoin(d).order_by(p.c.id),
        [(1, "Engines"), (2, "Engines"), (3, "Keys"), (4, None)],
    ),
    "outer-join-empty": (
        lambda d, p: select(d.c.id, func.count(p.c.id))
        .outerjoin(p, p.c.department_id == d.c.id)
        .group_by(d.c.id)
        .order_by(d.c.id),
        [(1, 2), (2, 1), (3, 0)],
    ),
    "cross-join": (
        lambda d, p: select(func.count()).select_from(p).join(d, literal(1) == literal(1)),
        [12],
    ),
    "self-join": (_self_join, [("Ada", "Bob")]),
    "exists": (_exists, [1, 2]),
    "not-exists": (
        lambda d, p: select(d.c.id).where(~exists().where(p.c.department_id == d.c.id)),
        [3],
    ),
    "scalar-subquery": (_correlated, [(1, 2), (2, 1), (3, 0)]),
    "subquery": (_subquery, [("Engines", 2), ("Keys", 1)]),
    "cte": (_cte, ["Ada", "Cyd"]),
    "cte-of-cte": (_two_ctes, [2]),
    "cte-recursive": (_recursive, [1, 2, 3, 4, 5]),
    "values": (_values, [("Ada", "one"), ("Cyd", "three")]),
    "count": (lambda d, p: select(func.count()).select_from(p), [4]),
    "count-column": (lambda d, p: select(func.count(p.c.age)), [3]),
    "count-distinct": (lambda d, p: select(func.count(p.c.department_id.distinct())), [2]),
    "sum": (lambda d, p: select(cast(func.sum(p.c.age), Integer)), [96]),
    "min-max": (lambda d, p: select(func.min(p.c.age), func.max(p.c.age)), [(25, 41)]),
    "average": (
        lambda d, p: select(cast(func.avg(p.c.age * 2), Integer)).where(p.c.id < 3),
        [55],
    ),
    "sum-of-nothing": (lambda d, p: select(func.sum(p.c.age)).where(p.c.id > 99), [None]),
    "group-by": (
        lambda d, p: select(p.c.department_id, func.count())
        .where(p.c.department_id.is_not(None))
        .group_by(p.c.department_id)
        .order_by(p.c.department_id),
        [(1, 2), (2, 1)],
    ),
    "having": (
        lambda d, p: select(p.c.department_id)
        .group_by(p.c.department_id)
        .having(func.count() > 1),
        [1],
    ),
    "aggregate-filter": (
        lambda d, p: select(func.count(p.c.id).filter(p.c.age > 26)),
        [2],
    ),
    "union": (
        lambda d, p: union(select(p.c.id).where(p.c.id < 3), select(p.c.id).where(p.c.id < 2)),
        [1, 2],
    ),
    "union-all": (
        lambda d, p: union_all(select(p.c.id).where(p.c.id < 3), select(d.c.id).where(d.c.id < 2)),
        [1, 1, 2],
    ),
    "union-ordered": (
        lambda d, p: union_all(select(p.c.id), select(d.c.id)).order_by("id").limit(3),
        [1, 1, 2],
    ),
    "union-of-limited": (
        lambda d, p: union_all(
            select(p.c.id).order_by(p.c.id).limit(1),
            select(p.c.id).order_by(p.c.id.desc()).limit(1),
        ),
        [1, 4],
    ),
    "window-row-number": (
        lambda d, p: select(
            p.c.id, func.row_number().over(partition_by=p.c.department_id, order_by=p.c.id)
        )
        .where(p.c.department_id.is_not(None))
        .order_by(p.c.id),
        [(1, 1), (2, 2), (3, 1)],
    ),
    "window-running-sum": (
        lambda d, p: select(cast(func.sum(p.c.id).over(order_by=p.c.id), Integer)).order_by(p.c.id),
        [1, 3, 6, 10],
    ),
    "window-lag": (
        lambda d, p: select(func.lag(p.c.id).over(order_by=p.c.id)).order_by(p.c.id),
        [None, 1, 2, 3],
    ),
    "window-rank": (
        lambda d, p: select(func.rank().over(order_by=p.c.department_id))
        .where(p.c.department_id.is_not(None))
        .order_by(p.c.id),
        [1, 1, 3],
    ),
    "case": (
        lambda d, p: select(case((p.c.age > 35, "old"), (p.c.age > 26, "mid"), else_="x")).order_by(
            p.c.id
        ),
        ["mid", "x", "old", "x"],
    ),
    "case-value": (
        lambda d, p: select(case({1: "one", 2: "two"}, value=p.c.id, else_="many")).order_by(
            p.c.id
        ),
        ["one", "two", "many", "many"],
    ),
    "coalesce": (lambda d, p: select(func.coalesce(p.c.age, 0)).order_by(p.c.id), [30, 25, 41, 0]),
    "nullif": (lambda d, p: select(func.nullif(p.c.id, 2)).order_by(p.c.id), [1, None, 3, 4]),
    "lower-upper": (
        lambda d, p: select(func.lower(p.c.name), func.upper(p.c.name)).where(p.c.id == 1),
        [("ada", "ADA")],
    ),
    "concatenation": (lambda d, p: select(p.c.name + "!").where(p.c.id == 1), ["Ada!"]),
    "concatenation-with-null": (
        lambda d, p: select(p.c.name + cast(null(), String(5))).where(p.c.id == 1),
        [None],
    ),
    "char-length": (lambda d, p: select(func.char_length(d.c.name)).where(d.c.id == 1), [7]),
    "arithmetic": (lambda d, p: select(p.c.id * 3 + 1 - 2).where(p.c.id == 2), [5]),
    "precedence": (lambda d, p: select((p.c.id + 1) * 2 - (3 - 1)).where(p.c.id == 2), [4]),
    "modulo": (lambda d, p: select(p.c.age % 7).where(p.c.id == 1), [2]),
    "integer-division": (lambda d, p: select(p.c.age // 7).where(p.c.id == 1), [4]),
    "negation": (lambda d, p: select(-p.c.id).where(p.c.id == 3), [-3]),
    "abs": (lambda d, p: select(func.abs(literal(-5, Integer))), [5]),
    "cast-to-string": (lambda d, p: select(cast(p.c.id, String(10))).where(p.c.id == 3), ["3"]),
    "cast-to-integer": (lambda d, p: select(cast(literal("12", String(5)), Integer)), [12]),
    "cast-to-decimal": (
        lambda d, p: select(cast(literal("1.50", String(5)), Numeric(10, 2))),
        [Decimal("1.50")],
    ),
    "boolean-column": (
        lambda d, p: select((p.c.id > 2).label("x")).where(p.c.id.in_([1, 3])).order_by(p.c.id),
        [False, True],
    ),
    "literal-values": (lambda d, p: select(literal(5), literal("x")), [(5, "x")]),
    "parameter-twice": (_twice, [2]),
    "same-column-twice": (
        lambda d, p: select(p.c.id, p.c.id.label("b")).where(p.c.id == 1),
        [(1, 1)],
    ),
    "same-name-twice": (
        lambda d, p: select(p.c.name, d.c.name).join(d).where(p.c.id == 3),
        [("Cyd", "Keys")],
    ),
    "select-one-without-from": (lambda d, p: select(literal(1, Integer) + 1), [2]),
}  # fmt: skip
