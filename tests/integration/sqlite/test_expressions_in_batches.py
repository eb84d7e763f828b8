"""SQL expressions as defaults, as onupdate and as keys, in batches of rows; the seeds' case 4
among them."""

import datetime as dt

import pytest
from sqlite_harness import Database

from accord.dialect import InsertBatch, UpdateBatch, choose_steps, insert_steps
from accord.exc import StatementError
from accord.schema import Column, MetaData, Table
from accord.sql.constructors import literal_column, null
from accord.sql.functions import func
from accord.sqltypes import DateTime, Integer, LargeBinary, String


def keyed(default, type_=DateTime):
    return Table(
        "my_table",
        MetaData(),
        Column("timestamp", type_, default=default, primary_key=True),
        Column("a", String),
    )


def insert(db, table, rows, **options):
    key = next(iter(table.primary_key))
    expressions = ((key, key.default.arg),)
    return db.run(
        insert_steps(
            InsertBatch(db.bind, table, (table.c.a,), rows, expressions, key=key, **options)
        )
    )


def test_a_default_whose_type_converts_is_selected_first_and_inserted_as_the_type_writes_it():
    db = Database()
    table = keyed(func.datetime("now", "localtime", type_=DateTime))
    db.create(table.metadata)
    result = insert(db, table, [("x",)])
    assert db.texts == [
        "SELECT datetime(?, ?) AS datetime_1",
        'INSERT INTO my_table ("timestamp", a) VALUES (?, ?)',
    ] or db.texts == [
        "SELECT datetime(?, ?) AS datetime_1",
        "INSERT INTO my_table (timestamp, a) VALUES (?, ?)",
    ]
    assert db.sent[0].parameters == ("now", "localtime")
    assert all(request.write for request in db.sent)
    ((stored,),) = db.rows("SELECT timestamp FROM my_table")
    assert result.keys == [stored]
    assert stored.endswith(".000000")
    found = db.bind.dialect.types.entry(DateTime()).result(stored)
    assert abs(found - dt.datetime.now()) < dt.timedelta(minutes=5)


def test_the_plan_says_why():
    db = Database()
    plan = db.run(choose_steps(db.bind, keyed(func.datetime("now", type_=DateTime))))
    assert plan.strategy.name == "pre-executed default"
    assert "passes through the column's type" in str(plan)
    assert db.sent == []


def test_every_row_has_its_own_value():
    db = Database()
    table = keyed(func.randomblob(16, type_=LargeBinary), LargeBinary)
    db.create(table.metadata)
    assert db.run(choose_steps(db.bind, table)).strategy.name == "returning"
    result = insert(db, table, [(str(i),) for i in range(20)])
    assert len(set(result.keys)) == 20
    assert dict(db.rows("SELECT timestamp, a FROM my_table")) == {
        key: str(i) for i, key in enumerate(result.keys)
    }


def test_without_returning_every_expression_is_selected_first():
    db = Database(version=(3, 30))
    table = keyed(func.lower(func.hex(func.randomblob(8))), String)
    db.create(table.metadata)
    plan = db.run(choose_steps(db.bind, table))
    assert plan.strategy.name == "pre-executed default"
    assert "nothing can be returned" in str(plan)
    result = insert(db, table, [("x",), ("y",)], fetch=(table.c.a,))
    assert result.fetched == [("x",), ("y",)]
    assert db.kinds == ["SELECT", "SELECT", "INSERT*", "SELECT"]


def test_a_default_that_gives_null_is_an_error_before_any_row():
    db = Database()
    table = keyed(func.datetime("nonsense", type_=DateTime))
    db.create(table.metadata)
    with pytest.raises(StatementError, match="default of my_table.timestamp gave NULL"):
        insert(db, table, [("x",)])
    assert db.rows("SELECT * FROM my_table") == []


def things(db):
    table = Table(
        "thing",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("a", String),
        Column("n", Integer),
        Column("b", String),
    )
    db.create(table.metadata)
    return table


@pytest.mark.parametrize("count", [1, 2, 600])
def test_expressions_stand_beside_values_in_a_block(count):
    db = Database()
    t = things(db)
    rows = [(f"row {i}",) for i in range(count)]
    expressions = ((t.c.n, literal_column("1 + 1") + 5), (t.c.b, func.upper("x%'?y")))
    batch = InsertBatch(db.bind, t, (t.c.a,), rows, expressions, (t.c.n, t.c.b), t.c.id)
    result = db.run(insert_steps(batch))
    assert result.fetched == [(7, "X%'?Y")] * count
    assert db.rows("SELECT id, a FROM thing ORDER BY id") == [
        (key, row[0]) for key, row in zip(result.keys, rows, strict=True)
    ]


@pytest.mark.parametrize("version", [(3, 31), (3, 40)])
@pytest.mark.parametrize("count", [1, 2, 600])
def test_expressions_stand_beside_values_in_an_update(count, version):
    db = Database(version=version)
    t = things(db)
    db.connection.executemany("INSERT INTO thing (n) VALUES (?)", [(i,) for i in range(count)])
    rows = [(f"new {i}", i + 1) for i in range(count)]
    expressions = ((t.c.n, t.c.n * 2 + 1), (t.c.b, func.lower("B" + t.c.id)))
    batch = UpdateBatch(db.bind, t, (t.c.id,), (t.c.a,), rows, expressions, (t.c.n, t.c.b))
    result = db.run(db.bind.dialect.update_steps(batch))
    assert result.matched == count
    assert result.fetched == [(i * 2 + 1, f"b{i + 1}") for i in range(count)]
    assert db.rows("SELECT a FROM thing ORDER BY id") == [(row[0],) for row in rows]


def test_an_update_of_expressions_only_lists_the_keys():
    db = Database()
    t = things(db)
    db.connection.executemany("INSERT INTO thing (n) VALUES (?)", [(i,) for i in range(300)])
    expressions = ((t.c.n, t.c.n + 1000), (t.c.a, null()))
    rows = [(i,) for i in range(1, 301, 2)]
    batch = UpdateBatch(db.bind, t, (t.c.id,), (), rows, expressions, (t.c.n,))
    result = db.run(db.bind.dialect.update_steps(batch))
    assert (result.matched, result.fetched) == (150, [(i + 1000,) for i in range(0, 300, 2)])
    assert db.kinds == ["UPDATE", "SELECT"]
    assert db.rows("SELECT count(*) FROM thing WHERE n < 1000") == [(150,)]


def test_other_values_of_an_expression_share_the_text():
    db = Database()
    t = things(db)
    for value in ("x", "y"):
        batch = InsertBatch(
            db.bind, t, (t.c.a,), [("r",)], ((t.c.b, func.upper(value)),), key=t.c.id
        )
        db.run(insert_steps(batch))
    assert db.texts[-1] is db.texts[-2]
    assert db.rows("SELECT b FROM thing") == [("X",), ("Y",)]
