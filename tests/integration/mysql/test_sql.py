"""SQL in the words of the two servers, run on them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from accord import (
    JSON,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    and_,
    case,
    cast,
    column,
    delete,
    except_,
    extract,
    func,
    insert,
    intersect,
    literal,
    null,
    or_,
    select,
    try_cast,
    type_coerce,
    union_all,
    update,
    values,
)
from accord.dialects import mysql
from accord.exc import CompileError, DBAPIError

metadata = MetaData()
item = Table(
    "item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40)),
    Column("kind", String(10)),
    Column("price", Numeric(10, 2)),
    Column("doc", JSON),
    Column("at", DateTime),
)
other = Table(
    "other", metadata, Column("id", Integer, primary_key=True), Column("label", String(40))
)


@pytest.fixture
def connection(engine: Any) -> Any:
    metadata.create_all(engine)
    rows = [
        {"id": 1, "name": "Ann", "kind": "a", "price": 1.5,
         "doc": {"k": [1, 2], "a\"b\\c": "x", "n": None, "f": 1.25, "t": True},
         "at": dt.datetime(2024, 2, 29, 13, 14, 15, 16)},
        {"id": 2, "name": "bob", "kind": "a", "price": 2.5, "doc": {"k": []}, "at": None},
        {"id": 3, "name": None, "kind": "b", "price": None, "doc": null(), "at": None},
    ]  # fmt: skip
    with engine.connect() as connection:
        for row in rows:
            connection.execute(insert(item).values(**row))
        connection.execute(insert(other), [{"id": 1, "label": "one"}, {"id": 3, "label": "three"}])
        connection.commit()
        yield connection
        connection.rollback()


def ids(connection: Any, condition: Any) -> list[int]:
    found = connection.execute(select(item.c.id).where(condition).order_by(item.c.id))
    return [row.id for row in found]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (item.c.name.is_distinct_from("Ann"), [2, 3]),
        (item.c.name.is_not_distinct_from(None), [3]),
        (item.c.name.ilike("ANN"), [1]),
        (item.c.name.startswith("A"), [1]),
        (item.c.name.contains("50%", autoescape=True), []),
        (item.c.name.like("A/%n", escape="/"), []),
        (item.c.name.like("A\\nn", escape="\\"), [1]),
        (item.c.name.regexp_match("^a"), [1]),
        (item.c.name.regexp_match("^A", flags="c"), [1]),
        (~item.c.name.regexp_match("^a"), [2]),
        ((item.c.name + "-" + item.c.kind) == "Ann-a", [1]),
        (item.c.name.collate("utf8mb4_bin") == "ann", []),
        (item.c.name.in_(["Ann", "bob"]), [1, 2]),
        (item.c.name.in_([]), []),
        (or_(item.c.id == 3, and_(item.c.id == 1, item.c.kind == "a")), [1, 3]),
        (item.c.id.between(2, 3), [2, 3]),
        (item.c.id / 2 == 1.5, [3]),
        (item.c.id // 2 == 1, [2, 3]),
        (item.c.id % 2 == 1, [1, 3]),
        (-item.c.id == -2, [2]),
        (item.c.id.bitwise_xor(1) == 0, [1]),
        (type_coerce(item.c.doc["k"][0], Integer) == 1, [1]),
        (type_coerce(item.c.doc['a"b\\c'], String) == "x", [1]),
        (type_coerce(item.c.doc[("k", 1)], Integer) == 2, [1]),
        (type_coerce(item.c.doc["f"], Float) == 1.25, [1]),
        (type_coerce(item.c.doc["f"], Numeric(10, 2)) > 1, [1]),
    ],
)  # fmt: skip
def test_conditions(connection: Any, condition: Any, found: list[int]) -> None:
    flags = dict(getattr(condition, "modifiers", ())).get("flags")
    if flags == "c" and connection.dialect.name == "mariadb":
        pytest.skip("flag c is MySQL's")
    assert ids(connection, condition) == found


def test_members_of_json_are_json(connection: Any) -> None:
    assert connection.scalar(select(item.c.doc["k"]).where(item.c.id == 1)) == [1, 2]
    assert connection.scalar(select(item.c.doc["n"]).where(item.c.id == 1)) is None


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (cast(literal("12"), Integer), 12),
        (cast(literal("1.25"), Numeric(10, 2)), __import__("decimal").Decimal("1.25")),
        (cast(literal("1.25"), Float), 1.25),
        (cast(literal(5), String), "5"),
        (cast(literal("abc"), String(2)), "ab"),
        (cast(literal("x"), LargeBinary), b"x"),
        (cast(literal("2024-01-02"), Date), dt.date(2024, 1, 2)),
        (cast(literal("2024-01-02 03:04:05.6"), DateTime),
         dt.datetime(2024, 1, 2, 3, 4, 5, 600000)),
        (cast(literal('{"a": 1}'), JSON), {"a": 1}),
        (cast(literal("7"), mysql.INTEGER(unsigned=True)), 7),
        (func.concat("a", "b"), "ab"),
        (func.char_length("ä"), 1),
        (func.coalesce(None, "x"), "x"),
        (literal("a-b").regexp_replace("-", "+"), "a+b"),
        (literal("aXa").regexp_replace("x", "-", flags="i"), "a-a"),
        (case((literal(1) == 1, "y"), else_="n"), "y"),
        (literal("a\\b'c", literal_execute=True), "a\\b'c"),
    ],
)  # fmt: skip
def test_expressions(connection: Any, expression: Any, value: Any) -> None:
    found = connection.scalar(select(expression))
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("field", "value"),
    [("year", 2024), ("quarter", 1), ("doy", 60), ("dow", 4), ("isodow", 4), ("microsecond", 16)],
)
def test_extract(connection: Any, field: str, value: int) -> None:
    assert connection.scalar(select(extract(field, item.c.at)).where(item.c.id == 1)) == value


def test_sort_keys_place_nulls(connection: Any) -> None:
    order = select(item.c.id).order_by(item.c.name.desc().nulls_first())
    assert connection.scalars(order).all() == [3, 2, 1]
    order = select(item.c.id).order_by(item.c.name.nulls_last())
    assert connection.scalars(order).all() == [1, 2, 3]


def test_limit_and_offset(connection: Any) -> None:
    query = select(item.c.id).order_by(item.c.id)
    assert connection.scalars(query.limit(1).offset(1)).all() == [2]
    assert connection.scalars(query.offset(1)).all() == [2, 3]
    assert connection.scalars(query.fetch(1)).all() == [1]
    with pytest.raises(CompileError, match="WITH TIES"):
        connection.execute(query.fetch(1, with_ties=True))


def test_window_functions_and_filters(connection: Any) -> None:
    query = select(
        item.c.id, func.row_number().over(partition_by=item.c.kind, order_by=item.c.id.desc())
    ).order_by(item.c.id)
    assert connection.execute(query).all() == [(1, 2), (2, 1), (3, 1)]
    counted = select(func.count().filter(item.c.kind == "a"), func.sum(item.c.id))
    assert connection.execute(counted).one() == (2, 6)
    joined = select(func.aggregate_strings(item.c.name, ", "))
    assert connection.scalar(joined) == "Ann, bob"


def test_common_table_expressions(connection: Any) -> None:
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < 5))
    assert connection.scalars(select(numbers.c.n)).all() == [1, 2, 3, 4, 5]


def test_insert_from_a_common_table_expression(connection: Any) -> None:
    source = select(item.c.id, item.c.kind).where(item.c.id == 2).cte("source")
    statement = insert(other).from_select(["id", "label"], select(source.c.id, source.c.kind))
    connection.execute(statement)
    assert connection.scalar(select(other.c.label).where(other.c.id == 2)) == "a"


def test_set_operations(connection: Any) -> None:
    one, two = select(item.c.id), select(other.c.id)
    assert connection.scalars(union_all(one, two).order_by("id")).all() == [1, 1, 2, 3, 3]
    assert sorted(connection.scalars(intersect(one, two)).all()) == [1, 3]
    assert connection.scalars(except_(one, two)).all() == [2]
    limited = union_all(one.order_by(item.c.id).limit(1), two.order_by(other.c.id.desc()).limit(1))
    assert sorted(connection.scalars(limited).all()) == [1, 3]


def test_values_are_a_table(connection: Any) -> None:
    table = values(column("id", Integer), column("word", String(9)), name="v").data(
        [(1, "x"), (2, "y")]
    )
    query = select(item.c.name, table.c.word).join(table, table.c.id == item.c.id)
    assert connection.execute(query.order_by(item.c.id)).all() == [("Ann", "x"), ("bob", "y")]


def test_update_of_joined_tables(connection: Any) -> None:
    statement = update(item).values(name=other.c.label).where(item.c.id == other.c.id)
    assert connection.execute(statement).rowcount == 2
    assert connection.scalars(select(item.c.name).order_by(item.c.id)).all() == [
        "one",
        "bob",
        "three",
    ]


def test_delete_of_joined_tables(connection: Any) -> None:
    statement = delete(item).where(item.c.id == other.c.id, other.c.label == "one")
    assert connection.execute(statement).rowcount == 1
    assert connection.scalars(select(item.c.id).order_by(item.c.id)).all() == [2, 3]


def test_update_and_delete_with_a_limit(connection: Any) -> None:
    statement = update(item).values(kind="z").with_dialect_options(mysql_limit=2)
    assert connection.execute(statement).rowcount == 2
    assert connection.execute(delete(other).with_dialect_options(mysql_limit=1)).rowcount == 1


def test_rows_are_locked_in_the_servers_words(connection: Any, engine: Any) -> None:
    query = select(item.c.id).where(item.c.id == 1)
    assert connection.scalars(query.with_for_update(read=True)).all() == [1]
    assert connection.scalars(query.with_for_update()).all() == [1]
    with engine.connect() as second, pytest.raises(DBAPIError) as caught:
        second.execute(query.with_for_update(nowait=True))
    assert (caught.value.kind, caught.value.retryable) == ("lock_timeout", True)
    if engine.capabilities.transactions.skip_locked:
        with engine.connect() as second:
            everything = select(item.c.id).order_by(item.c.id)
            assert second.scalars(everything.with_for_update(skip_locked=True)).all() == [2, 3]


def test_returning_of_insert_and_delete_on_mariadb(connection: Any, is_mariadb: bool) -> None:
    added = insert(other).values([{"id": 8, "label": "x"}, {"id": 9, "label": "y"}])
    gone = delete(other).where(other.c.id > 3)
    if is_mariadb:
        found = connection.execute(added.returning(other.c.id, other.c.label)).all()
        assert sorted(found) == [(8, "x"), (9, "y")]
        assert sorted(connection.scalars(gone.returning(other.c.id))) == [8, 9]
    else:
        with pytest.raises(CompileError, match="no INSERT … RETURNING"):
            connection.execute(added.returning(other.c.id))
        with pytest.raises(CompileError, match="no DELETE … RETURNING"):
            connection.execute(gone.returning(other.c.id))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (select(item).join(other, item.c.id == other.c.id, full=True), "no FULL OUTER JOIN"),
        (update(item).values(name="x").returning(item.c.id), "no UPDATE … RETURNING"),
        (select(try_cast(item.c.id, String)), "no TRY_CAST"),
        (select(item.c.kind).distinct(item.c.kind), "no DISTINCT ON"),
        (select(extract("fortnight", item.c.at)), "cannot extract"),
    ],
)
def test_what_the_servers_lack_is_said_before_anything_is_sent(
    connection: Any, statement: Any, words: str
) -> None:
    with pytest.raises(CompileError, match=words):
        connection.execute(statement)


def test_a_cte_before_update_is_refused_on_mariadb(connection: Any, is_mariadb: bool) -> None:
    chosen = select(other.c.id).cte("chosen")
    statement = update(item).values(name="x").where(item.c.id.in_(select(chosen.c.id)))
    if is_mariadb:
        with pytest.raises(CompileError, match="no WITH before UPDATE"):
            connection.execute(statement)
    else:
        assert connection.execute(statement).rowcount == 2


def test_names_that_are_reserved_are_quoted(engine: Any) -> None:
    odd = Table(
        "select",
        MetaData(),
        Column("rank", Integer, primary_key=True),
        Column("a`b", String(5)),
        Column("Größe 1", Integer),
    )
    odd.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(odd), {"rank": 1, "a`b": "x", "Größe 1": 2})
        assert connection.execute(select(odd)).one() == (1, "x", 2)


def test_full_text_is_searched(engine: Any) -> None:
    from accord import Index, Text

    table = Table("doc", MetaData(), Column("id", Integer, primary_key=True), Column("body", Text))
    Index("ft", table.c.body, mysql_prefix="FULLTEXT")
    table.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), [{"body": "the quick fox"}, {"body": "a lazy dog"}])
    with engine.connect() as connection:
        found = connection.scalars(select(table.c.body).where(table.c.body.match("+quick")))
        assert found.all() == ["the quick fox"]
        natural = {"mysql_natural_language": True, "mysql_query_expansion": True}
        for words, options in (
            ("", {"mysql_boolean_mode": False}),
            (" IN NATURAL LANGUAGE MODE", {"mysql_natural_language": True}),
            (" IN NATURAL LANGUAGE MODE WITH QUERY EXPANSION", natural),
        ):
            statement = select(table.c.body).where(table.c.body.match("quick", **options))
            assert f"AGAINST (%s{words})" in str(statement.compile(engine))
            assert connection.scalars(statement).first() == "the quick fox"
    with pytest.raises(CompileError, match="no option mysql_x"):
        str(select(table.c.body.match("a", mysql_x=True)).compile(engine))
