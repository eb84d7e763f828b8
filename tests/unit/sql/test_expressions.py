"""Expressions as text: operators, parentheses, NULL and truth, constants folded, negation."""

from __future__ import annotations

import datetime
import uuid

import pytest
from world import QMARK, SQLITE, address, fact, text, user

from accord.exc import ArgumentError, CompileError
from accord.sql import (
    RenderTarget,
    all_,
    and_,
    any_,
    between,
    bindparam,
    case,
    cast,
    collate,
    column,
    custom_op,
    exists,
    extract,
    false,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    text as sql_text,
    true,
    try_cast,
    tuple_,
    type_coerce,
)
from accord.sqltypes import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    Interval,
    Numeric,
    String,
    UserDefinedType,
    Uuid,
)

a, b, c = column("a", Integer), column("b", Integer), column("c", Integer)
s, t = column("s", String), column("t", String)
flag = column("flag", Boolean)
NATURAL = custom_op("x", 7, natural_self_precedent=True)
f = column("f", Float)

CASES = [
    # arithmetic and its parentheses
    (a + b + c, "a + b + c"),
    (a - b - c, "(a - b) - c"),
    (a - (b - c), "a - (b - c)"),
    (a + (b + c), "a + (b + c)"),
    ((a + b) * c, "(a + b) * c"),
    (a + b * c, "a + b * c"),
    (a * (b + c), "a * (b + c)"),
    (a * b / f, "(a * b) / f"),
    (a % b, "a % b"),
    (-a, "-a"),
    (-(-a), "-(-a)"),
    (a - -b, "a - (-b)"),
    (-(a + b), "-(a + b)"),
    (-a * b, "-a * b"),
    (a / b, "a / CAST(b AS NUMERIC)"),
    (a / f, "a / f"),
    (a // b, "a / b"),
    (f // b, "FLOOR(f / b)"),
    (1 + a, "? + a"),
    (1 - a, "? - a"),
    (2 * a, "? * a"),
    (1 / f, "? / f"),
    (5 % a, "? % a"),
    (7 // f, "FLOOR(? / f)"),
    # strings
    (s + t, "s || t"),
    (s + "x", "s || ?"),
    ("x" + s, "? || s"),
    (s.concat("x").concat(t), "s || ? || t"),
    (s.like("a%"), "s LIKE ?"),
    (s.not_like("a%", escape="/"), "s NOT LIKE ? ESCAPE '/'"),
    (s.ilike("A%"), "lower(s) LIKE lower(?)"),
    (s.not_ilike("A%"), "lower(s) NOT LIKE lower(?)"),
    (s.startswith("x"), "s LIKE ? || '%'"),
    (s.endswith("x"), "s LIKE '%' || ?"),
    (s.contains("x"), "s LIKE '%' || ? || '%'"),
    (s.contains("x%", autoescape=True), "s LIKE '%' || ? || '%' ESCAPE '/'"),
    (s.contains(t), "s LIKE '%' || t || '%'"),
    (s.icontains("x"), "lower(s) LIKE '%' || lower(?) || '%'"),
    (s.istartswith("x"), "lower(s) LIKE lower(?) || '%'"),
    (s.iendswith("x"), "lower(s) LIKE '%' || lower(?)"),
    (~s.contains("x"), "s NOT LIKE '%' || ? || '%'"),
    ((s + t).like("x"), "s || t LIKE ?"),
    (s.collate("NOCASE") == "x", '(s COLLATE "NOCASE") = ?'),
    (collate(s, "de_DE"), 's COLLATE "de_DE"'),
    (s.regexp_replace("a", "b"), "REGEXP_REPLACE(s, ?, ?)"),
    # comparison
    (a == 1, "a = ?"),
    (a != 1, "a != ?"),
    (a < b, "a < b"),
    (1 < a, "a > ?"),
    (a == b + 1, "a = b + ?"),
    ((a == b) == c, "(a = b) = c"),
    (a == None, "a IS NULL"),  # noqa: E711
    (a != None, "a IS NOT NULL"),  # noqa: E711
    (a == null(), "a IS NULL"),
    (a.is_(None), "a IS NULL"),
    (a.is_not(None), "a IS NOT NULL"),
    (a.is_(b), "a IS b"),
    (a.is_distinct_from(None), "a IS DISTINCT FROM NULL"),
    (a.is_not_distinct_from(3), "a IS NOT DISTINCT FROM ?"),
    (flag == True, "flag = true"),  # noqa: E712
    (flag.is_(False), "flag IS false"),
    (a.between(1, b), "a BETWEEN ? AND b"),
    (between(a, 1, 2, symmetric=True), "a BETWEEN SYMMETRIC ? AND ?"),
    (~a.between(1, 2), "a NOT BETWEEN ? AND ?"),
    ((a + 1).between(b, c * 2), "a + ? BETWEEN b AND c * ?"),
    (a.in_([1, 2]), "a IN (?, ?)"),
    (a.in_([1, None, b]), "a IN (?, NULL, b)"),
    (a.not_in([b]), "(a NOT IN (b))"),
    (~a.in_([b]), "(a NOT IN (b))"),
    (tuple_(a, b) == tuple_(c, 1), "(a, b) = (c, ?)"),
    (a == any_(b), "a = ANY (b)"),
    (any_(b) == a, "a = ANY (b)"),
    (any_(b) < 5, "? > ANY (b)"),
    (5 == any_(b), "? = ANY (b)"),
    (a > all_(select(address.c.id).scalar_subquery()), "a > ALL (SELECT address.id FROM address)"),
    # logic
    ((a == 1) & (b == 2) | (c == 3), "a = ? AND b = ? OR c = ?"),
    ((a == 1) & ((b == 2) | (c == 3)), "a = ? AND (b = ? OR c = ?)"),
    (and_(a == 1, and_(b == 2, c == 3)), "a = ? AND b = ? AND c = ?"),
    (~(a == 1), "a != ?"),
    (~(a < 1), "a >= ?"),
    (~((a == 1) & (b == 2)), "NOT (a = ? AND b = ?)"),
    (~~((a == 1) & (b == 2)), "a = ? AND b = ?"),
    (~flag, "NOT flag"),
    (not_(flag), "NOT flag"),
    (and_(), "true"),
    (or_(), "false"),
    (and_(True, a == 1), "a = ?"),
    (and_(a == 1, False), "false"),
    (or_(a == 1, true()), "true"),
    (or_(false(), a == 1), "a = ?"),
    (not_(true()), "false"),
    (True & (a == 1), "a = ?"),
    (flag & (a == 1), "flag AND a = ?"),
    (and_(sql_text("x or y"), flag), "(x or y) AND flag"),
    (not_(sql_text("x or y")), "NOT (x or y)"),
    # bits and custom operators
    (a.bitwise_and(3), "a & ?"),
    (a.bitwise_or(b).bitwise_xor(c), "(a | b) ^ c"),
    (a << 2, "a << ?"),
    (a.bitwise_not(), "~a"),
    (a.bitwise_and(b) + 1, "(a & b) + ?"),
    (a.bitwise_and(b + 1), "a & (b + ?)"),
    (a.bitwise_and(b) == 1, "a & b = ?"),
    ((a + b).concat(s), "(a + b) || s"),
    (a.op("&&")(b) == c, "(a && b) = c"),
    (a.op("&&", precedence=6)(b) == c, "a && b = c"),
    (a.op("&&", precedence=5)(b) == c, "(a && b) = c"),
    (c == a.op("&&", precedence=5)(b), "c = (a && b)"),
    (a.op("x", precedence=6)(b) + c, "(a x b) + c"),
    (a.op("x", precedence=8)(b) + c, "a x b + c"),
    (c * a.op("x", precedence=8)(b), "c * (a x b)"),
    (-a.op("x", precedence=8)(b), "-(a x b)"),
    (-a.op("x", precedence=9)(b), "-a x b"),
    ((a + b).op("x")(c), "(a + b) x c"),
    ((a + b).op("x", precedence=7)(c), "(a + b) x c"),
    ((a + b).op("x", precedence=6)(c), "a + b x c"),
    (a.op("x", precedence=6)(b * c), "a x b * c"),
    (a.op("x", precedence=8)(b * c), "a x (b * c)"),
    (s.concat(s).op("x", precedence=4)(s), "s || s x s"),
    (s.concat(s).op("x", precedence=6)(s), "(s || s) x s"),
    (a.op("x", precedence=7)(b).op("x", precedence=7)(c), "(a x b) x c"),
    (a.op("x", precedence=7)(b.op("y", precedence=8)(c)), "a x b y c"),
    (a.op("x", precedence=8)(b.op("y", precedence=7)(c)), "a x (b y c)"),
    (a.op("x", precedence=8)((b + c).label("q")), "a x (b + c)"),
    (a.op("x", precedence=-100)(b) + c, "(a x b) + c"),
    ((a + b).op("x", precedence=-100)(c), "a + b x c"),
    (a.op("x", precedence=100)(b).in_([c]), "a x b IN (c)"),
    ((a == 1).op("x", precedence=100)(b), "(a = ?) x b"),
    (and_(a.bool_op("x")(b), c == 1), "(a x b) AND c = ?"),
    (and_(a.bool_op("x", precedence=4)(b), c == 1), "a x b AND c = ?"),
    (or_(a.bool_op("x", precedence=3)(b), c == 1), "a x b OR c = ?"),
    (~a.bool_op("x", precedence=100)(b), "NOT (a x b)"),
    (a.op("x", precedence=7)(func.f(b)), "a x f(b)"),
    (custom_op("x", 7, natural_self_precedent=True)(a.op("x", 7)(b), c), "(a x b) x c"),
    (NATURAL(NATURAL(a, b), c), "a x b x c"),
    (s.collate("C"), 's COLLATE "C"'),
    (s.collate("C", "pg_catalog"), 's COLLATE pg_catalog."C"'),
    (collate(s, "C", collation_schema="pg_catalog"), 's COLLATE pg_catalog."C"'),
    (custom_op("->", 15, eager_grouping=True)(a, b) + c, "(a -> b) + c"),
    (a.op("OPERATOR(pg_catalog.+)")(b), "a OPERATOR(pg_catalog.+) b"),
    (a.op("= BINARY")(b), "a = BINARY b"),
    (a.op(" AT  TIME ZONE ")(s), "a AT TIME ZONE s"),
    (a.op("x")(None), "a x NULL"),
    (a.op("@>", is_comparison=True)(b), "a @> b"),
    (~a.bool_op("@>")(b), "NOT (a @> b)"),
    ((a == 1).op("xor")(b == 2), "(a = ?) xor (b = ?)"),
    # constructs
    (cast(a, String(5)), "CAST(a AS VARCHAR(5))"),
    (cast("5", Integer), "CAST(? AS INTEGER)"),
    (a.cast(Numeric(10, 2)), "CAST(a AS NUMERIC(10, 2))"),
    (try_cast(s, Integer), "TRY_CAST(s AS INTEGER)"),
    (type_coerce(a, String) + "x", "a || ?"),
    (extract("year", s), "EXTRACT(year FROM s)"),
    (case({1: "one"}, value=a, else_="many"), "CASE a WHEN ? THEN ? ELSE ? END"),
    (case((a > 1, b)) + 1, "CASE WHEN (a > ?) THEN b END + ?"),
    (case((flag, 1), else_=0), "CASE WHEN flag THEN ? ELSE ? END"),
    (func.coalesce(a, 0) + 1, "coalesce(a, ?) + ?"),
    (func.count(), "count(*)"),
    (func.pg.lower(s), "pg.lower(s)"),
    (func.Odd.name(s), "Odd.name(s)"),
    (func.current_date(), "CURRENT_DATE"),
    (literal_column("a + b") * 2, "(a + b) * ?"),
    (literal_column("'x y'") + s, "'x y' || s"),
    (literal_column("f(x)") == 1, "f(x) = ?"),
    (a.label("q") + 1, "a + ?"),
    (a.desc(), "a DESC"),
    (a.asc().nulls_first(), "a ASC NULLS FIRST"),
    (a.distinct(), "DISTINCT a"),
    (func.count(a.distinct()), "count(DISTINCT a)"),
]


@pytest.mark.parametrize(("expression", "expected"), CASES, ids=[expected for _, expected in CASES])
def test_text(expression, expected):
    compiled = text(expression)
    if "IN (?, ?)" in expected:
        compiled = " ".join(str(expression).split())
        assert compiled == "a IN (:a_1_1, :a_1_2)"
    else:
        assert compiled == expected


def test_conditions_where_there_are_no_booleans():
    plain = RenderTarget("old", "qmark", supports_native_boolean=False)
    assert text(select(user.c.id).where(user.c.active), plain).endswith(
        "WHERE user_account.active = 1"
    )
    assert text(select(user.c.id).where(~user.c.active), plain).endswith(
        "WHERE NOT (user_account.active = 1)"
    )
    assert text(select(user.c.id).where(true()), plain).endswith("WHERE 1 = 1")
    assert text(select(user.c.id).where(false()), plain).endswith("WHERE 0 = 1")
    assert (
        text(and_(user.c.active, user.c.id == 1), plain)
        == "user_account.active = 1 AND user_account.id = ?"
    )
    assert text(select(user.c.active, true()), plain).startswith(
        "SELECT user_account.active, 1 AS anon_1"
    )
    assert text(user.c.active == True, plain) == "user_account.active = 1"  # noqa: E712


def test_answers_for_what_a_database_lacks():
    poor = RenderTarget(
        "poor",
        "qmark",
        supports_is_distinct_from=False,
        supports_filter=False,
        supports_nulls_ordering=False,
    )
    assert text(a.is_distinct_from(b), poor) == (
        "CASE WHEN (a = b OR (a IS NULL AND b IS NULL)) THEN 0 ELSE 1 END = 1"
    )
    assert text(func.count().filter(a > 1), poor) == "count(CASE WHEN (a > ?) THEN 1 END)"
    assert text(func.sum(a).filter(a > 1), poor) == "sum(CASE WHEN (a > ?) THEN a END)"
    assert text(select(a).order_by(a.desc().nulls_last()), poor).endswith(
        "ORDER BY CASE WHEN (a IS NULL) THEN 1 ELSE 0 END, a DESC"
    )


# --- types ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        (a + 1, Integer),
        (a + 1.5, Float),
        (s + "x", String),
        (a == 1, Boolean),
        (a.in_([1]), Boolean),
        (func.count(a), Integer),
        (func.max(s), String),
        (func.now(), DateTime),
        (func.lower(s), String),
        (func.nosuch(s, type_=Date), Date),
        (func.coalesce(null(), f), Float),
        (case((a == 1, "x")), String),
        (cast(a, Uuid), Uuid),
        (type_coerce(a, String), String),
        (func.sum(a).over(), Integer),
        (select(s).scalar_subquery(), String),
        (literal(datetime.date(2020, 1, 1)), Date),
        (literal(uuid.uuid4()), Uuid),
        (fact.c.at - datetime.timedelta(1), DateTime),
        (literal(datetime.timedelta(1)), Interval),
        (a.op("->", return_type=JSON)(1), JSON),
        (a.op("x")(s), Integer),
        (a.op("/")(b), Integer),
        (s.op("x", is_comparison=True)(a), Boolean),
        (s.bool_op("x")(a), Boolean),
        (extract("year", s), Integer),
    ],
    ids=str,
)
def test_types_of_expressions(expression, type_):
    assert isinstance(expression.type, type_)


def test_rows_of_values_have_types():
    row = tuple_(1, "x", types=[Integer, String(5)])
    assert str(row.type) == "TupleType(Integer(), String(length=5))"
    assert [type(kind) for kind in tuple_(a, s).type.types] == [Integer, String]


def test_a_literal_takes_the_type_of_the_other_side():
    assert (fact.c.d == 5).right.type is fact.c.d.type
    assert isinstance((fact.c.n == 1.5).right.type, Float)
    assert (user.c.name == "x").right.type is user.c.name.type
    assert (user.c.id == bindparam("x")).right.type is user.c.id.type
    assert (bindparam("x") == user.c.id).right is user.c.id


# --- Python's own protocols -----------------------------------------------------------------------


def test_truth():
    assert bool(a == a)
    assert not bool(a == b)
    assert bool(a != b)
    assert not bool(a != a)
    for expression in (a < b, a, a + b, and_(a == 1, b == 2), select(a), user):
        with pytest.raises(TypeError):
            bool(expression)
    assert a in [b, a]
    assert [b, a].index(a) == 1


def test_expressions_hash_by_identity():
    assert len({a, a, b}) == 2
    assert {a: 1}[a] == 1


def test_no_iteration_no_containment():
    with pytest.raises(TypeError):
        iter(a)
    with pytest.raises(TypeError, match="has no SQL meaning"):
        1 in a
    with pytest.raises(NotImplementedError, match="getitem"):
        a[0]


def test_unknown_attributes_are_attribute_errors():
    with pytest.raises(AttributeError, match="nosuch"):
        a.nosuch


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "operator", ["--", "/*", ";", "a; drop", "'", "x'y", "", " ", "and 1=1 --", "(", "\x00"]
)
def test_custom_operators_are_operators(operator):
    with pytest.raises(ArgumentError):
        a.op(operator)


@pytest.mark.parametrize(
    "build",
    [
        lambda: a.op("x", precedence="7"),
        lambda: a.op("x", python_impl=5),
        lambda: tuple_(a, b, types=[Integer]),
        lambda: extract("year from now()) --", s),
        lambda: s.like("x", escape="ab"),
        lambda: s.like("x", escape="\x00"),
        lambda: s.regexp_match("x", flags="i')--"),
        lambda: s.contains(t, autoescape=True),
        lambda: a.match("x", **{"in": "b; drop"}),
        lambda: case(),
        lambda: case([(a == 1, 2)]),
        lambda: case(a == 1),
        lambda: literal({"a": 1}),
        lambda: literal([1, 2]),
        lambda: column("x") == {"x": 1},
        lambda: and_("a = 1"),
        lambda: func(1),
    ],
)
def test_refusals(build):
    with pytest.raises(ArgumentError):
        build()


def test_an_operator_of_the_user_can_be_passed_around():
    contains = custom_op("@>", precedence=5, is_comparison=True, python_impl=set.issuperset)
    assert (contains.opstring, contains.rank) == ("@>", 5)
    assert contains.python_impl({1, 2}, {1})
    assert text(a.operate(contains, b)) == text(contains(a, b)) == "a @> b"


def test_quotes_in_escape_characters_are_doubled():
    assert text(s.like("x", escape="'")) == "s LIKE ? ESCAPE ''''"


def test_missing_renderings_name_the_dialect():
    class Strange(type(a)):
        visit_name = "strange"

    with pytest.raises(CompileError, match="plain has no rendering for Strange"):
        text(Strange("x"), QMARK)


def test_sqlite_says_what_it_has():
    assert text(a.is_distinct_from(b), SQLITE) == "a IS NOT b"


def test_a_quantified_comparison_is_negated_as_a_whole():
    query = select(address.c.id).scalar_subquery()
    assert text(~(a > any_(query))) == "NOT (a > ANY (SELECT address.id FROM address))"
    assert text(~(a == all_(query))) == "NOT (a = ALL (SELECT address.id FROM address))"


def test_not_exists_as_an_operand_is_parenthesised():
    missing = ~exists(select(address.c.id))
    assert text(missing.is_(None)) == "(NOT EXISTS (SELECT address.id FROM address)) IS NULL"
    assert text(~missing.is_(None)) == "(NOT EXISTS (SELECT address.id FROM address)) IS NOT NULL"
    assert text(exists(select(address.c.id)).is_(None)) == (
        "EXISTS (SELECT address.id FROM address) IS NULL"
    )


@pytest.mark.parametrize("escape", ["%", "_"])
@pytest.mark.parametrize("method", ["contains", "startswith", "iendswith"])
def test_a_wildcard_is_no_escape_of_a_part(method, escape):
    with pytest.raises(ArgumentError, match="this is a wildcard"):
        getattr(s, method)("x", escape=escape, autoescape=True)


def test_operators_with_a_value_on_their_left():
    for made, expected in (
        (1 << user.c.id, "? << user_account.id"),
        (1 >> user.c.id, "? >> user_account.id"),
        (1 @ user.c.id, "? @ user_account.id"),
    ):
        assert text(made) == expected


def test_case_takes_lists_for_pairs_and_the_type_of_its_last_result():
    made = case([user.c.id < 3, 1], (user.c.id < 5, user.c.name), else_=None)
    assert made.type is user.c.name.type
    assert case((user.c.id < 3, user.c.name), (user.c.id < 5, None)).type is user.c.name.type
    assert case((user.c.id < 3, None), else_=user.c.name).type is user.c.name.type
    with pytest.raises(ArgumentError, match="one by one"):
        case([(user.c.id < 3, 1), (user.c.id < 5, 2)])


def test_a_column_is_no_list():
    for single in (user.c.name, user.alias().c.name):
        with pytest.raises(ArgumentError, match="in_"):
            user.c.name.in_(single)
    listed = user.c.name.in_(literal_column("'a', 'b'"))
    assert text(listed) == "user_account.name IN ('a', 'b')"


def test_a_type_without_ddl_can_be_compared_but_has_no_column():
    class Shape(UserDefinedType):
        cache_ok = True

        class comparator_factory(UserDefinedType.Comparator):
            def contains(self, other, **options):
                return self.op("->")(other)

    shape = column("shape", Shape())
    assert text(shape == "x") == "shape = ?"
    assert text(shape.contains("x")) == "shape -> ?"
    with pytest.raises(CompileError, match="DDL"):
        text(cast("x", Shape()))
