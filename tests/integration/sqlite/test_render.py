"""SQLite's spelling, executed: the answer is Python's, or the statement is refused in words."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlite_harness import Database

from accord.exc import ArgumentError, CompileError
from accord.schema import Column, MetaData, Table
from accord.sql import constructors as sql
from accord.sql.functions import func
from accord.sql.select import Select
from accord.sqltypes import JSON, Boolean, Date, DateTime, Integer, Numeric, String, Time
from accord_sqlite import insert


@pytest.fixture
def db():
    return Database()


def things(db):
    metadata = MetaData()
    table = Table(
        "thing",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("name", String, unique=True),
        Column("n", Integer),
        Column("price", Numeric(10, 2)),
        Column("at", DateTime),
        Column("data", JSON),
        Column("on", Boolean),
    )
    db.create(metadata)
    return table


def lit(value, type_=None):
    return sql.literal(value, type_)


# -- operators -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (lit(7) / lit(2), 3.5),
        (lit(7) // lit(2), 3),
        (lit(7) % lit(4), 3),
        (lit(12).bitwise_xor(10), 6),
        (lit(12).bitwise_and(10), 8),
        (lit(1).is_distinct_from(None), 1),
        (sql.null().is_distinct_from(sql.null()), 0),
        (sql.null().is_not_distinct_from(sql.null()), 1),
        (lit("a") + lit("b"), "ab"),
        (lit("ab").regexp_match("^A"), 0),
        (lit("ab").regexp_match("^A", flags="i"), 1),
        (~lit("ab").regexp_match("^a"), 0),
        (lit("aXb").ilike("%x%"), 1),
        (lit("a%b").contains("%", autoescape=True), 1),
        (lit("ab").startswith("a"), 1),
        (func.char_length("abc"), 3),
        (func.concat("a", "b", "c"), "abc"),
        (func.greatest(1, 5, 3), 5),
        (func.least(4, 2), 2),
        (func.coalesce(sql.null(), 4), 4),
        (sql.case((lit(1) == 1, "yes"), else_="no"), "yes"),
        (sql.tuple_(1, 2).in_([(1, 2), (3, 4)]), 1),
        (sql.tuple_(1, 2).in_([]), 0),
        (lit(1).in_([]), 0),
        (lit(3).in_([1, 2, 3]), 1),
        (sql.true(), True),
        (lit(5).between(1, 9), 1),
        (-lit(5) - -lit(3), -2),
    ],
)
def test_expressions(db, expression, value):
    assert db.value(expression) == value


def test_whole_decimals_do_not_divide_as_integers(db):
    thing = things(db)
    db.execute(thing.insert().values(price=Decimal("10.00"), n=3))
    assert db.value(thing.c.price / 4) == Decimal("2.50")
    assert db.execute(Select(thing.c.n / 2)) == [(Decimal("1.5"),)] or db.execute(
        Select(thing.c.n / 2)
    ) == [(1.5,)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", 2018), ("month", 10), ("day", 2), ("hour", 13), ("minute", 37), ("second", 33),
        ("doy", 275), ("dow", 2), ("quarter", 4), ("epoch", 1538487453),
    ],
)  # fmt: skip
def test_extract(db, field, value):
    assert db.value(sql.extract(field, lit(dt.datetime(2018, 10, 2, 13, 37, 33)))) == value


def test_what_cannot_be_extracted_is_named(db):
    with pytest.raises(CompileError, match="'century'; it can year"):
        db.value(sql.extract("century", lit(dt.date(2018, 1, 1))))


def test_casts_between_dates_and_times(db):
    moment = lit(dt.datetime(2018, 10, 2, 13, 37, 33, 125000))
    assert db.value(sql.cast(moment, Date)) == dt.date(2018, 10, 2)
    assert db.value(sql.cast(moment, Time)) == dt.time(13, 37, 33, 125000)
    assert db.value(sql.cast(lit("2018-10-02"), DateTime)) == dt.datetime(2018, 10, 2)
    assert db.value(sql.cast(lit("12"), Integer)) == 12
    with pytest.raises(CompileError, match="TRY_CAST"):
        db.value(sql.try_cast(lit("x"), Integer))


def test_now_is_a_datetime(db):
    assert abs(db.value(func.now()) - dt.datetime.now(dt.UTC).replace(tzinfo=None)) < dt.timedelta(
        minutes=5
    )


# -- SELECT ----------------------------------------------------------------------------------------


def test_limit_and_offset(db):
    thing = things(db)
    db.execute(thing.insert().values([{"n": i} for i in range(5)]))
    ordered = Select(thing.c.n).order_by(thing.c.n)
    assert db.execute(ordered.limit(2).offset(1)) == [(1,), (2,)]
    assert db.execute(ordered.offset(3)) == [(3,), (4,)]
    assert "LIMIT -1 OFFSET" in db.compile(ordered.offset(3))[0]


def test_for_update_is_nothing(db):
    thing = things(db)
    assert "FOR UPDATE" not in db.compile(Select(thing.c.n).with_for_update())[0]


def test_distinct_on_is_refused(db):
    thing = things(db)
    with pytest.raises(CompileError, match="DISTINCT ON"):
        db.compile(Select(thing.c.n).distinct(thing.c.n))


def test_values_as_a_table(db):
    pairs = sql.values(sql_column("a", Integer), sql_column("b", String), name="v").data(
        [(1, "x"), (2, "y")]
    )
    assert db.execute(Select(pairs.c.b, pairs.c.a).order_by(pairs.c.a.desc())) == [
        ("y", 2),
        ("x", 1),
    ]


def sql_column(name, type_):
    from accord.sql.selectable import ColumnClause

    return ColumnClause(name, type_)


def test_unions_with_their_own_order(db):
    one = Select(lit(1).label("x")).limit(1)
    two = Select(lit(2).label("x")).limit(1)
    assert sorted(db.execute(sql.union_all(one, two))) == [(1,), (2,)]


def test_recursive_ctes(db):
    numbers = Select(lit(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(Select(numbers.c.n + 1).where(numbers.c.n < 4))
    assert db.execute(Select(numbers.c.n)) == [(1,), (2,), (3,), (4,)]


def test_table_functions(db):
    each = func.json_each('{"a": 1, "b": 2}').table_valued("key", "value")
    assert db.execute(Select(each.c.key, each.c.value)) == [("a", 1), ("b", 2)]
    with pytest.raises(CompileError, match="render_derived"):
        db.compile(Select(each.render_derived().c.key))


# -- JSON ------------------------------------------------------------------------------------------

DOCUMENT = {"a": [10, {"b": "x"}], "b\\": 1, "$x": True, "n": None, "ä": 1.5}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", DOCUMENT["a"]),
        ("b\\", 1),
        ("$x", 1),
        ("n", None),
        ("ä", 1.5),
        ("missing", None),
        (("a", 1, "b"), "x"),
        (("a", 0), 10),
        (("$x",), 1),
    ],
)
def test_members_of_json(db, path, value):
    thing = things(db)
    db.execute(thing.insert().values(data=DOCUMENT))
    assert db.execute(Select(thing.c.data[path])) == [(value,)]


def test_positions_in_json(db):
    thing = things(db)
    db.execute(thing.insert().values(data=[1, "two", [3]]))
    assert db.execute(Select(thing.c.data[1], thing.c.data[2])) == [("two", [3])]
    assert db.execute(Select(thing.c.data["a"]["b"])) == [(None,)]


# -- INSERT, UPDATE, DELETE ------------------------------------------------------------------------


def test_a_row_of_defaults(db):
    thing = things(db)
    assert db.execute(thing.insert().values().returning(thing.c.id)) == [(1,)]
    assert "DEFAULT VALUES" in db.compile(thing.insert().values())[0]


def test_returning(db):
    thing = things(db)
    assert db.execute(thing.insert().values(n=1).returning(thing.c.id, thing.c.n)) == [(1, 1)]
    changed = thing.update().where(thing.c.n == 1).values(n=thing.c.n + 1)
    assert db.execute(changed.returning(thing.c.n)) == [(2,)]
    assert db.execute(thing.delete().returning(thing.c.id)) == [(1,)]


def test_update_from(db):
    thing = things(db)
    db.execute(thing.insert().values([{"name": "a", "n": 1}, {"name": "b", "n": 2}]))
    new = sql.values(sql_column("k", String), sql_column("v", Integer), name="new").data(
        [("b", 20)]
    )
    db.execute(thing.update().where(thing.c.name == new.c.k).values(n=new.c.v))
    assert db.execute(Select(thing.c.n).order_by(thing.c.n)) == [(1,), (20,)]


def test_on_conflict_do_nothing(db):
    thing = things(db)
    for _ in range(2):
        db.execute(insert(thing).values(name="x", n=1).on_conflict_do_nothing())
        db.execute(
            insert(thing).values(name="x", n=2).on_conflict_do_nothing(index_elements=["name"])
        )
    assert db.execute(Select(thing.c.n)) == [(1,)]


def test_on_conflict_do_update(db):
    thing = things(db)
    statement = insert(thing).values([{"name": "x", "n": 1}, {"name": "y", "n": 2}])
    statement = statement.on_conflict_do_update(
        index_elements=[thing.c.name],
        set_={"n": statement.excluded.n + thing.c.n, thing.c.on: True},
        where=thing.c.n < 100,
    )
    text = db.compile(statement)[0]
    assert text.endswith(
        'ON CONFLICT (name) DO UPDATE SET n = (excluded.n + thing.n), "on" = ? WHERE thing.n < ?'
    )
    for _ in range(2):
        rows = db.execute(statement.returning(thing.c.name, thing.c.n, thing.c.on))
    assert rows == [("x", 2, True), ("y", 4, True)]


def test_on_conflict_with_every_excluded_value(db):
    thing = things(db)
    statement = insert(thing).values(name="x", n=5)
    statement = statement.on_conflict_do_update(["name"], set_=statement.excluded)
    text = db.compile(statement)[0]
    assert "name = excluded.name" in text


def test_on_conflict_on_a_partial_index(db):
    thing = things(db)
    db.script("DELETE FROM thing; CREATE UNIQUE INDEX part ON thing (n) WHERE price > 0")
    for price in (Decimal(1), Decimal(2)):
        statement = insert(thing).values(n=1, price=price)
        db.execute(
            statement.on_conflict_do_update(
                index_elements=[thing.c.n],
                index_where=thing.c.price > 0,
                set_=[(thing.c.price, statement.excluded.price)],
            )
        )
    assert db.execute(Select(thing.c.price)) == [(Decimal("2.00"),)]


def test_on_conflict_after_a_select(db):
    """Without a WHERE, SQLite would read ON as the join's."""
    thing = things(db)
    source = Select(lit("x").label("name"), thing.c.n).select_from(thing)
    db.execute(thing.insert().values(name="x", n=1))
    db.execute(insert(thing).from_select(["name", "n"], source).on_conflict_do_nothing(["name"]))
    assert db.execute(Select(func.count()).select_from(thing)) == [(1,)]


def test_what_on_conflict_refuses(db):
    thing = things(db)
    with pytest.raises(ArgumentError, match="on_conflict_do_nothing"):
        insert(thing).on_conflict_do_update(["name"])
    with pytest.raises(ArgumentError, match="not both"):
        insert(thing).on_conflict_do_nothing(["name"], constraint="uq")
    with pytest.raises(CompileError, match="nmae"):
        insert(thing).on_conflict_do_nothing(["nmae"])


def test_two_upserts_of_one_shape_share_their_text(db):
    thing = things(db)

    def upsert(n):
        statement = insert(thing).values(name="x", n=n)
        return statement.on_conflict_do_update(["name"], set_={"n": statement.excluded.n + n})

    assert upsert(1).key == upsert(2).key
    partial = [
        insert(thing).values(n=1).on_conflict_do_nothing(["n"], index_where=thing.c.price > low)
        for low in (0, 1)
    ]
    assert partial[0].key != partial[1].key
    other = insert(thing).values(name="x", n=1).on_conflict_do_nothing(["name"])
    assert other.key != upsert(1).key


# -- names -----------------------------------------------------------------------------------------


def test_reserved_words_are_quoted(db):
    table = Table(
        "order", MetaData(), Column("group", Integer, primary_key=True), Column("index", Integer)
    )
    db.create(table.metadata)
    db.execute(table.insert().values(index=5))
    assert db.execute(Select(table.c.group, table.c.index)) == [(1, 5)]
