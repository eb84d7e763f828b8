"""UPDATE and DELETE of many rows at once on SQLite: values and keys arrive exactly as one by
one."""

import datetime as dt
import sqlite3
import uuid
from decimal import Decimal

import pytest
from sqlite_harness import Database

from accord.dialect import DeleteBatch, InsertBatch, UpdateBatch, insert_steps
from accord.exc import FlushError, InvalidRequestError
from accord.schema import Column, MetaData, Table
from accord.sqltypes import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    String,
    Text,
    Time,
    Uuid,
)

VALUES = {
    "integer": (Integer(), [0, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), None]),
    "big": (BigInteger(), [5, 2**62]),
    "string": (
        String(20),
        ["", "007", "1e3", "1.0", " x", "ä€😀", "nul\0nul", "0x10", "NULL", None],
    ),
    "text": (Text(), ["12", "12.50", "9" * 40]),
    "float": (Float(), [0.1, -0.0, 1.0, 1e300, 5e-324, float("inf"), 2.0**53 + 2]),
    "numeric": (
        Numeric(20, 4),
        [Decimal("1.5"), Decimal("100"), Decimal("-0.0001"), Decimal("9007199254740993")],
    ),
    "boolean": (Boolean(), [True, False, None]),
    "date": (Date(), [dt.date(1, 1, 1), dt.date(2026, 11, 21), dt.date(9999, 12, 31)]),
    "datetime": (
        DateTime(),
        [dt.datetime(2018, 10, 2, 13, 37, 33), dt.datetime(1, 1, 1, 0, 0, 0, 1)],
    ),
    "aware": (
        DateTime(timezone=True),
        [dt.datetime(2020, 1, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=5)))],
    ),
    "time": (Time(), [dt.time(0), dt.time(23, 59, 59, 999999)]),
    "interval": (Interval(), [dt.timedelta(0), dt.timedelta(-3, 5), dt.timedelta(microseconds=1)]),
    "binary": (LargeBinary(), [b"", b"\0\xff", b"123"]),
    "uuid": (
        Uuid(),
        [uuid.UUID(int=0), uuid.UUID("12345678901234567890123456789012"), uuid.UUID(int=1)],
    ),
    "json": (JSON(), [1, 1.0, "1", [1, {"a": None}], 12345678901234567890123, "x", True]),
    "enum": (Enum("1", "two", "3e5"), ["1", "two", "3e5"]),
}


def stored(entry, value):
    if value is None or type(value) in entry.native:
        return value
    return entry.bind(value)


def same(left, right):
    return left == right and [type(v) for v in left] == [type(v) for v in right]


def two_tables(db, type_):
    types = db.bind.dialect.types
    for name in ("one", "many"):
        db.script(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, v {types.entry(type_).ddl})")
    metadata = MetaData()
    return [
        Table(name, metadata, Column("id", Integer, primary_key=True), Column("v", type_))
        for name in ("one", "many")
    ]


@pytest.mark.parametrize("name", VALUES)
def test_values_of_a_set_update_are_those_of_a_plain_update(name):
    type_, values = VALUES[name]
    db = Database()
    one, many = two_tables(db, type_)
    entry = db.bind.dialect.types.entry(type_)
    bound = [stored(entry, value) for value in values] * 2
    rows = [(value, i) for i, value in enumerate(bound, 1)]
    for table in ("one", "many"):
        db.connection.executemany(f"INSERT INTO {table} (id) VALUES (?)", [(i,) for _, i in rows])
    for row in rows:
        assert (
            db.run(
                db.bind.dialect.update_steps(
                    UpdateBatch(db.bind, one, (one.c.id,), (one.c.v,), [row])
                )
            ).matched
            == 1
        )
    db.sent.clear()
    result = db.run(
        db.bind.dialect.update_steps(UpdateBatch(db.bind, many, (many.c.id,), (many.c.v,), rows))
    )
    assert result.matched == len(rows)
    assert len(db.sent) == 1
    assert "FROM (VALUES" in db.texts[0]
    query = "SELECT v, typeof(v), hex(v) FROM {} ORDER BY id"
    assert db.rows(query.format("one")) == db.rows(query.format("many"))
    results = [
        entry.result(v) if entry.result else v for (v,) in db.rows("SELECT v FROM many ORDER BY id")
    ]
    assert same(results, values * 2)


KEYS = {
    "integer": (Integer(), [1, 2, 2**60, -4]),
    "text that looks like numbers": (String(10), ["1", "01", "1.0", "1e0"]),
    "uuid": (Uuid(), [uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=10**31)]),
    "binary": (LargeBinary(), [b"1", b"2"]),
    "date": (Date(), [dt.date(2020, 1, 1), dt.date(2020, 1, 2)]),
    "datetime": (DateTime(), [dt.datetime(2020, 1, 1), dt.datetime(2020, 1, 1, 0, 0, 0, 1)]),
    "numeric": (Numeric(10, 2), [Decimal("1.50"), Decimal("2.00"), Decimal("0.10")]),
    "float": (Float(), [0.1, 1.0, 1e20]),
}


def keyed(db, type_):
    ddl = db.bind.dialect.types.entry(type_).ddl
    db.script(f"CREATE TABLE t (k {ddl} PRIMARY KEY NOT NULL, v TEXT, d TEXT DEFAULT 'd')")
    return Table(
        "t",
        MetaData(),
        Column("k", type_, primary_key=True),
        Column("v", String),
        Column("d", String, server_default="d"),
    )


@pytest.mark.parametrize("name", KEYS)
def test_keys_of_every_type_find_their_rows(name):
    type_, keys = KEYS[name]
    db = Database()
    t = keyed(db, type_)
    entry = db.bind.dialect.types.entry(type_)
    bound = [stored(entry, key) for key in keys]
    rows = [(key, f"v{i}") for i, key in enumerate(bound)]
    inserted = db.run(
        insert_steps(InsertBatch(db.bind, t, (t.c.k, t.c.v), rows, fetch=(t.c.v, t.c.d)))
    )
    assert inserted.fetched == [(f"v{i}", "d") for i in range(len(keys))]
    updated = db.run(
        db.bind.dialect.update_steps(
            UpdateBatch(
                db.bind,
                t,
                (t.c.k,),
                (t.c.v,),
                [(f"new {i}", key) for i, key in enumerate(bound)],
                fetch=(t.c.v,),
            )
        )
    )
    assert updated.matched == len(keys)
    assert updated.fetched == [(f"new {i}",) for i in range(len(keys))]
    plan = db.rows(f"EXPLAIN QUERY PLAN {db.texts[-2]}", *db.sent[-2].parameters)
    assert any("SEARCH t USING" in str(row) for row in plan)
    assert db.run(
        db.bind.dialect.delete_steps(DeleteBatch(db.bind, t, (t.c.k,), [(k,) for k in bound]))
    ) == len(keys)
    assert db.rows("SELECT * FROM t") == []


# -- counts, sizes, composite keys -----------------------------------------------------------------


def numbers(db, count, *columns):
    db.script("CREATE TABLE t (a INTEGER, b INTEGER, v INTEGER, w INTEGER, PRIMARY KEY (a, b))")
    db.connection.executemany(
        "INSERT INTO t VALUES (?, ?, 0, 0)", [(i // 7, i) for i in range(count)]
    )
    return Table(
        "t",
        MetaData(),
        Column("a", Integer, primary_key=True),
        Column("b", Integer, primary_key=True),
        Column("v", Integer),
        Column("w", Integer),
    )


@pytest.mark.parametrize("version", [(3, 24), (3, 31), (3, 33), (3, 40)])
@pytest.mark.parametrize("count", [1, 2, 250, 251, 1000])
def test_batches_are_split_and_counted(version, count):
    db = Database(version=version)
    t = numbers(db, count)
    key = (t.c.a, t.c.b)
    rows = [(i * 2, i // 7, i) for i in range(count)]
    result = db.run(
        db.bind.dialect.update_steps(UpdateBatch(db.bind, t, key, (t.c.v,), rows, fetch=(t.c.v,)))
    )
    assert (result.matched, result.fetched) == (count, [(i * 2,) for i in range(count)])
    assert all(
        len(getattr(r, "parameters", ())) <= db.bind.capabilities.limits.parameters for r in db.sent
    )
    assert db.rows("SELECT v FROM t ORDER BY b") == [(i * 2,) for i in range(count)]
    db.sent.clear()
    assert (
        db.run(
            db.bind.dialect.delete_steps(DeleteBatch(db.bind, t, key, [row[1:] for row in rows]))
        )
        == count
    )
    assert len(db.sent) == -(-count // 250)
    assert db.rows("SELECT count(*) FROM t") == [(0,)]


def test_rows_that_are_not_there_are_not_counted():
    db = Database()
    t = numbers(db, 10)
    key = (t.c.a, t.c.b)
    rows = [(1, 0, 3), (1, 5, 99), (1, 1, 8)]
    result = db.run(
        db.bind.dialect.update_steps(UpdateBatch(db.bind, t, key, (t.c.v,), rows, fetch=(t.c.w,)))
    )
    assert (result.matched, result.fetched) == (2, None)
    assert db.run(db.bind.dialect.delete_steps(DeleteBatch(db.bind, t, key, [(0, 3), (9, 9)]))) == 1


def test_rows_that_do_not_change_are_counted():
    db = Database()
    t = numbers(db, 3)
    rows = [(0, 0, i) for i in range(3)]
    assert (
        db.run(
            db.bind.dialect.update_steps(UpdateBatch(db.bind, t, (t.c.a, t.c.b), (t.c.v,), rows))
        ).matched
        == 3
    )


def test_a_version_column_is_matched_and_set():
    db = Database()
    t = numbers(db, 4)
    rows = [(1, 0, 0, 0), (1, 0, 1, 0), (1, 0, 2, 7)]
    batch = UpdateBatch(db.bind, t, (t.c.a, t.c.b, t.c.v), (t.c.v,), rows)
    assert db.run(db.bind.dialect.update_steps(batch)).matched == 2
    good = UpdateBatch(
        db.bind, t, (t.c.a, t.c.b, t.c.v), (t.c.v,), [(2, 0, 0, 1), (2, 0, 1, 1)], fetch=(t.c.v,)
    )
    assert db.run(db.bind.dialect.update_steps(good)).fetched == [(2,), (2,)]


def test_a_changed_key_is_fetched_by_its_new_value():
    db = Database()
    t = numbers(db, 3)
    rows = [(10, 0, 0), (11, 0, 1)]
    batch = UpdateBatch(db.bind, t, (t.c.a, t.c.b), (t.c.b,), rows, fetch=(t.c.b, t.c.w))
    assert db.run(db.bind.dialect.update_steps(batch)).fetched == [(10, 0), (11, 0)]


def test_keys_given_without_their_column_cannot_be_fetched_for():
    db = Database()
    t = keyed(db, String(5))
    with pytest.raises(InvalidRequestError, match="not every primary key column"):
        db.run(insert_steps(InsertBatch(db.bind, t, (t.c.v,), [("x",)], fetch=(t.c.d,))))


def test_a_trigger_that_swallows_rows_is_noticed():
    db = Database()
    t = keyed(db, String(5))
    db.script(
        "CREATE TRIGGER tr BEFORE INSERT ON t WHEN new.k = 'b' BEGIN SELECT raise(IGNORE); END"
    )
    with pytest.raises(FlushError, match="INSERT into 't' of 2 rows reported 1"):
        db.run(insert_steps(InsertBatch(db.bind, t, (t.c.k, t.c.v), [("a", "1"), ("b", "2")])))


def test_texts_are_built_once():
    db = Database()
    t = numbers(db, 500)
    rows = [(1, i // 7, i) for i in range(500)]
    for _ in range(3):
        db.run(
            db.bind.dialect.update_steps(UpdateBatch(db.bind, t, (t.c.a, t.c.b), (t.c.v,), rows))
        )
    assert len({id(text) for text in db.texts}) == 1
    assert len(db.texts) == 6


@pytest.mark.parametrize("name", ["t", "accord_v", "column1", "order", "a b"])
def test_tables_and_columns_of_awkward_names(name):
    db = Database()
    metadata = MetaData()
    table = Table(
        name,
        metadata,
        Column("column1", Integer, primary_key=True),
        Column("column2", String),
        Column("accord_v", String),
    )
    db.create(metadata)
    rows = [(i, str(i), "x") for i in range(3)]
    db.run(insert_steps(InsertBatch(db.bind, table, tuple(table.c), rows)))
    swapped = [(f"v{i}", f"2-{i}", i) for i in range(3)]
    batch = UpdateBatch(
        db.bind,
        table,
        (table.c.column1,),
        (table.c.accord_v, table.c.column2),
        swapped,
        fetch=(table.c.column2,),
    )
    result = db.run(db.bind.dialect.update_steps(batch))
    assert (result.matched, result.fetched) == (3, [(f"2-{i}",) for i in range(3)])
    gone = DeleteBatch(db.bind, table, (table.c.column1,), [(0,), (2,)])
    assert db.run(db.bind.dialect.delete_steps(gone)) == 2


def test_a_table_of_an_attached_database_is_the_one_that_changes():
    db = Database()
    db.script(
        "ATTACH ':memory:' AS aux; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
        "CREATE TABLE aux.t (id INTEGER PRIMARY KEY, v TEXT);"
        "INSERT INTO main.t VALUES (1, 'm'), (2, 'm'); INSERT INTO aux.t VALUES (1, 'a'), (2, 'a')"
    )
    t = Table(
        "t",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("v", String),
        schema="aux",
    )
    rows = [("x", 1), ("y", 2)]
    batch = UpdateBatch(db.bind, t, (t.c.id,), (t.c.v,), rows, fetch=(t.c.v,))
    assert db.run(db.bind.dialect.update_steps(batch)).fetched == [("x",), ("y",)]
    own = UpdateBatch(db.bind, t, (t.c.id,), (), [(1,), (2,)], ((t.c.v, t.c.v + "!"),))
    assert db.run(db.bind.dialect.update_steps(own)).matched == 2
    assert db.rows("SELECT v FROM aux.t") == [("x!",), ("y!",)]
    gone = DeleteBatch(db.bind, t, (t.c.id,), [(1,), (2,)])
    assert db.run(db.bind.dialect.delete_steps(gone)) == 2
    assert db.rows("SELECT v FROM main.t") == [("m",), ("m",)]


def test_integers_of_more_than_64_bits_are_refused_by_the_driver():
    db = Database()
    t = numbers(db, 2)
    with pytest.raises(OverflowError):
        db.run(
            db.bind.dialect.update_steps(
                UpdateBatch(db.bind, t, (t.c.a, t.c.b), (t.c.v,), [(2**63, 0, 0)])
            )
        )
    assert sqlite3.sqlite_version_info >= (3, 35)
