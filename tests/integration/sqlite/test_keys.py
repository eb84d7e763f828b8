"""Which key strategy a table gets on SQLite, and that every row gets its own key; on real
tables."""

import sqlite3

import pytest
from sqlite_harness import Database

from accord.dialect import InsertBatch, choose_steps, insert_steps
from accord.exc import CompileError, FlushError
from accord.schema import Column, MetaData, Table
from accord.sqltypes import BigInteger, Integer, String


def table(name="t", *more, schema=None, key=Integer):
    return Table(
        name,
        MetaData(),
        Column("id", key, primary_key=True),
        Column("a", String),
        *more,
        schema=schema,
    )


def batch(db, t, count, fetch=(), start=0):
    rows = [(f"row {i}",) for i in range(start, start + count)]
    return InsertBatch(db.bind, t, (t.c.a,), rows, fetch=fetch, key=t.c.id)


def insert(db, t, count, **options):
    given = batch(db, t, count, **options)
    result = db.run(insert_steps(given))
    name = f"{t.schema}.{t.name}" if t.schema else t.name
    by_key = dict(db.rows(f"SELECT id, a FROM {name}"))
    for key, row in zip(result.keys, given.rows, strict=True):
        assert by_key[key] == row[0]
    return result


def strategy(db, t, **options):
    return db.run(choose_steps(db.bind, t, fresh=True, **options)).strategy.name


def reason(db, t, name):
    plan = db.run(choose_steps(db.bind, t, fresh=True))
    return {n: (verdict, why) for n, verdict, why in plan.reasons}[name]


@pytest.mark.parametrize("count", [1, 2, 1000, 70_000])
@pytest.mark.parametrize("declared", ["INTEGER PRIMARY KEY", "INTEGER PRIMARY KEY AUTOINCREMENT"])
def test_a_rowid_table_gets_its_keys_in_a_block(declared, count):
    db = Database()
    db.script(f"CREATE TABLE t (id {declared}, a TEXT); INSERT INTO t (id, a) VALUES (41, 'x')")
    t = table()
    assert strategy(db, t) == "key block"
    db.sent.clear()
    result = insert(db, t, count)
    assert list(result.keys) == list(range(42, 42 + count))
    chunks = -(-count // 2_000)
    assert db.kinds == (["INSERT"] if count == 1 else ["SELECT"] + ["INSERT*"] * chunks)
    assert all(request.write for request in db.sent)


def test_an_empty_table_counts_from_one():
    db = Database()
    db.script("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
    assert list(insert(db, table(), 3).keys) == [1, 2, 3]


def test_negative_keys_go_on_as_sqlite_itself_would():
    db = Database()
    db.script("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (-5, 'x')")
    own = db.rows("INSERT INTO t (a) VALUES ('y') RETURNING id")[0][0]
    db.script("DELETE FROM t WHERE a = 'y'")
    assert list(insert(db, table(), 3).keys) == [own, own + 1, own + 2]


def test_autoincrement_never_gives_a_deleted_key_again():
    db = Database()
    db.script(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);"
        "INSERT INTO t (id, a) VALUES (100, 'x'); DELETE FROM t"
    )
    t = table()
    assert list(insert(db, t, 2).keys) == [101, 102]
    db.script("DELETE FROM t")
    assert list(insert(db, t, 2, start=5).keys) == [103, 104]
    assert db.rows("SELECT seq FROM sqlite_sequence WHERE name = 't'") == [(104,)]


def test_autoincrement_of_a_table_named_otherwise_than_in_the_catalog():
    db = Database()
    db.script(
        "CREATE TABLE T (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);"
        "INSERT INTO t (id, a) VALUES (100, 'x'); DELETE FROM t"
    )
    assert list(insert(db, table("t"), 2).keys) == [101, 102]


def test_the_end_of_the_integers_is_left_to_sqlite():
    db = Database()
    db.script(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES ({2**63 - 3}, 'x')"
    )
    t = table()
    assert list(insert(db, t, 2).keys) == [2**63 - 2, 2**63 - 1]
    db.sent.clear()
    result = insert(db, t, 4, start=9)
    assert len(set(result.keys)) == 4
    assert db.kinds == ["SELECT", "INSERT", "INSERT", "INSERT", "INSERT"]


def test_the_end_of_autoincrement_is_sqlites_error():
    db = Database()
    db.script(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);"
        f"INSERT INTO t VALUES ({2**63 - 1}, 'x')"
    )
    with pytest.raises(sqlite3.OperationalError, match="full"):
        insert(db, table(), 2)


@pytest.mark.parametrize(
    "ddl",
    [
        "CREATE TABLE t (id INT PRIMARY KEY, a TEXT)",
        "CREATE TABLE t (id BIGINT PRIMARY KEY, a TEXT)",
        "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, a TEXT)",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT) WITHOUT ROWID",
        "CREATE TABLE t (id INT, a TEXT, PRIMARY KEY (id)) WITHOUT ROWID",
    ],
)
@pytest.mark.parametrize("count", [1, 2, 1000])
def test_a_key_sqlite_does_not_count_is_counted_for_it(ddl, count):
    db = Database()
    db.script(f"{ddl}; INSERT INTO t (id, a) VALUES (7, 'x')")
    t = table(key=BigInteger)
    verdict, why = reason(db, t, "key block")
    assert (verdict, "does not count" in why) == ("chosen", True)
    assert list(insert(db, t, count).keys) == list(range(8, 8 + count))
    assert db.rows("SELECT count(*) FROM t WHERE id IS NULL") == [(0,)]


def test_a_key_sqlite_does_not_count_on_a_table_with_triggers_is_an_error_before_any_row():
    db = Database()
    db.script(
        "CREATE TABLE t (id INT PRIMARY KEY, a TEXT); CREATE TABLE log (a);"
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END"
    )
    with pytest.raises(CompileError, match=r"'t'.*INSERT triggers: tr.*declared INT"):
        insert(db, table(), 2)
    assert db.rows("SELECT * FROM t") == []


def test_keys_that_are_no_numbers_are_an_error():
    db = Database()
    db.script("CREATE TABLE t (id INT PRIMARY KEY, a TEXT); INSERT INTO t VALUES ('x', 'x')")
    with pytest.raises(FlushError, match="t.id holds values that are no integers"):
        insert(db, table(), 2)


# -- triggers --------------------------------------------------------------------------------------

TRIGGERS = {
    "before": "CREATE TRIGGER tr BEFORE INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END",
    "after": "CREATE TRIGGER tr AFTER INSERT ON t "
    "BEGIN UPDATE t SET a = a || '!' WHERE id = new.id; END",
    "plain": "CREATE TRIGGER tr INSERT ON t BEGIN INSERT INTO log VALUES (1); END",
    "named update": 'CREATE TRIGGER "UPDATE ON" AFTER INSERT ON t BEGIN SELECT 1; END',
    "commented": "CREATE TRIGGER tr /* BEFORE UPDATE ON x */ AFTER -- DELETE ON\n "
    "INSERT ON t BEGIN SELECT 1; END",
    "called after": "CREATE TRIGGER IF NOT EXISTS after AFTER INSERT ON t BEGIN SELECT 1; END",
    "temporary": "CREATE TEMP TRIGGER tr AFTER INSERT ON main.t "
    "BEGIN INSERT INTO log VALUES (1); END",
    "also inserts": (
        "CREATE TRIGGER tr AFTER INSERT ON t WHEN new.a NOT LIKE 'copy%' "
        "BEGIN INSERT INTO t (a) VALUES ('copy of ' || new.a); END"
    ),
}


@pytest.mark.parametrize("name", TRIGGERS)
def test_insert_triggers_send_rows_one_by_one(name):
    db = Database()
    db.script(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE log (a); {TRIGGERS[name]}"
    )
    t = table()
    verdict, why = reason(db, t, "key block")
    assert (verdict, why.startswith("INSERT triggers")) == ("refused", True)
    result = db.run(insert_steps(batch(db, t, 5)))
    by_key = dict(db.rows("SELECT id, a FROM t"))
    assert [by_key[key].rstrip("!") for key in result.keys] == [f"row {i}" for i in range(5)]


def test_other_triggers_do_not_matter():
    db = Database()
    db.script(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE u (a TEXT);"
        "CREATE TRIGGER t1 AFTER UPDATE OF a ON t BEGIN DELETE FROM u; END;"
        "CREATE TRIGGER t2 BEFORE DELETE ON t BEGIN INSERT INTO u VALUES (old.a); END;"
        "CREATE TRIGGER t3 AFTER INSERT ON u BEGIN SELECT 1; END;"
    )
    assert strategy(db, table()) == "key block"


def test_a_trigger_that_changes_the_key_is_noticed():
    db = Database()
    db.script(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);"
        "CREATE TRIGGER tr AFTER INSERT ON t "
        "BEGIN UPDATE t SET id = new.id + 100 WHERE id = new.id; END"
    )
    with pytest.raises(FlushError, match=r"'t' did not come back .* \(id\)"):
        db.run(insert_steps(batch(db, table(), 2)))


def test_values_a_trigger_sets_are_fetched_as_it_left_them():
    db = Database()
    db.script(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT DEFAULT 'd');"
        "CREATE TRIGGER tr AFTER INSERT ON t "
        "BEGIN UPDATE t SET b = 'from trigger' WHERE id = new.id; END"
    )
    t = table("t", Column("b", String, server_default="d"))
    result = insert(db, t, 3, fetch=(t.c.b,))
    assert result.fetched == [("from trigger",)] * 3


# -- a schema that changes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ("CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END", "returning"),
        ("CREATE TEMP TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END", "returning"),
        ("CREATE TEMP TABLE t (id INTEGER PRIMARY KEY, a TEXT)", "returning"),
        ("DROP TABLE t; CREATE TABLE t (id INT PRIMARY KEY, a TEXT)", "key block"),
        ("ALTER TABLE t ADD COLUMN z", "key block"),
    ],
)
def test_a_change_after_the_plan_was_made_is_noticed(change, after):
    db = Database()
    db.script("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
    t = table()
    insert(db, t, 3)
    assert db.bind.key_plans[t].strategy.name == "key block"
    db.script(change)
    insert(db, t, 3, start=10)
    assert db.bind.key_plans[t].strategy.name == after


def test_a_change_that_was_rolled_back_and_replaced_by_another_is_noticed():
    """The schema version alone would not tell: it goes back with the rollback."""
    db = Database()
    db.script(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);"
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END"
    )
    t = table()
    db.rows("BEGIN")
    db.rows("DROP TRIGGER tr")
    insert(db, t, 3)
    assert db.bind.key_plans[t].strategy.name == "key block"
    db.rows("ROLLBACK")
    db.script("CREATE TABLE other (a)")
    insert(db, t, 3)
    assert db.bind.key_plans[t].strategy.name == "returning"


def test_a_plan_for_a_table_that_is_not_there_yet_is_not_kept():
    db = Database()
    t = table()
    assert strategy(db, t) == "returning"
    db.script("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
    insert(db, t, 3)
    assert db.bind.key_plans[t].strategy.name == "key block"


def test_an_attached_table_named_without_its_schema_may_have_triggers():
    db = Database()
    db.script(
        "ATTACH ':memory:' AS aux; CREATE TABLE aux.t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);"
        "CREATE TRIGGER aux.tr AFTER INSERT ON t BEGIN UPDATE t SET b = 'x' WHERE id = new.id; END"
    )
    t = table("t", Column("b", String, server_default="d"))
    assert insert(db, t, 2, fetch=(t.c.b,)).fetched == [("x",), ("x",)]


def test_other_changes_do_not_touch_the_plan():
    db = Database()
    db.script("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
    t = table()
    insert(db, t, 3)
    plan = db.bind.key_plans[t]
    db.script("CREATE INDEX i ON t (a); CREATE TABLE other (a)")
    insert(db, t, 3, start=10)
    assert db.bind.key_plans[t] is plan


# -- schemas, temporary tables, views, virtual tables ----------------------------------------------


def test_a_table_of_an_attached_database(tmp_path):
    db = Database(str(tmp_path / "main.db"))
    db.script(
        f"ATTACH '{tmp_path / 'aux.db'}' AS aux;"
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (500, 'x');"
        "CREATE TABLE aux.t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);"
        "INSERT INTO aux.t VALUES (7, 'x');"
    )
    t = table(schema="aux")
    assert strategy(db, t) == "key block"
    assert list(insert(db, t, 3).keys) == [8, 9, 10]
    assert db.rows("SELECT count(*) FROM main.t") == [(1,)]


def test_an_attached_table_named_without_its_schema_is_inserted_row_by_row(tmp_path):
    db = Database(str(tmp_path / "main.db"))
    db.script(
        f"ATTACH '{tmp_path / 'aux.db'}' AS aux;CREATE TABLE aux.t (id INTEGER PRIMARY KEY, a TEXT)"
    )
    t = table()
    assert reason(db, t, "key block")[1] == "not found in the schema its name belongs to"
    assert list(insert(db, t, 3).keys) == [1, 2, 3]


def test_the_triggers_of_an_attached_table_count():
    db = Database()
    db.script(
        "ATTACH ':memory:' AS aux; CREATE TABLE aux.t (id INTEGER PRIMARY KEY, a TEXT);"
        "CREATE TRIGGER aux.tr AFTER INSERT ON t BEGIN SELECT 1; END"
    )
    assert strategy(db, table(schema="aux")) == "returning"
    insert(db, table(schema="aux"), 3)


def test_a_temporary_table_shadows():
    db = Database()
    db.script(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO main.t VALUES (50, 'x');"
        "CREATE TEMP TABLE t (id INTEGER PRIMARY KEY, a TEXT)"
    )
    assert "temporary table" in reason(db, table(), "key block")[1]
    assert list(insert(db, table(), 2).keys) == [1, 2]
    assert db.rows("SELECT count(*) FROM main.t") == [(1,)]


def test_a_temporary_table_by_its_schema():
    db = Database()
    db.script("CREATE TEMP TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
    t = table(schema="temp")
    insert(db, t, 2)
    insert(db, t, 2, start=5)


def test_a_view_cannot_tell_its_keys():
    db = Database()
    db.script(
        "CREATE TABLE r (id INTEGER PRIMARY KEY, a TEXT); CREATE VIEW t AS SELECT id, a FROM r;"
        "CREATE TRIGGER tr INSTEAD OF INSERT ON t BEGIN INSERT INTO r (a) VALUES (new.a); END"
    )
    with pytest.raises(CompileError, match="a view"):
        insert(db, table(), 2)
    t = table()
    given = InsertBatch(db.bind, t, (t.c.id, t.c.a), [(1, "x")])
    with pytest.raises(CompileError, match="a view"):
        db.run(insert_steps(given))


def test_a_virtual_table_is_asked_for_lastrowid():
    db = Database()
    db.script("CREATE VIRTUAL TABLE t USING fts5 (a)")
    t = Table("t", MetaData(), Column("rowid", Integer, primary_key=True), Column("a", String))
    plan = db.run(choose_steps(db.bind, t))
    assert plan.strategy.name == "lastrowid"
    given = InsertBatch(db.bind, t, (t.c.a,), [("x",), ("y",)], key=t.c.rowid)
    assert db.run(insert_steps(given)).keys == [1, 2]


def test_odd_names_are_quoted_everywhere():
    db = Database()
    db.script(
        "ATTACH ':memory:' AS \"s p\";"
        'CREATE TABLE "s p"."a ""b"" %s" ("the id" INTEGER PRIMARY KEY, "x y")'
    )
    t = Table(
        'a "b" %s',
        MetaData(),
        Column("the id", Integer, primary_key=True),
        Column("x y", String),
        schema="s p",
    )
    given = InsertBatch(db.bind, t, (t.c["x y"],), [("a",), ("b",)], key=t.c["the id"])
    assert list(db.run(insert_steps(given)).keys) == [1, 2]
    assert db.bind.key_plans[t].strategy.name == "key block"


# -- older SQLite ----------------------------------------------------------------------------------


def test_without_returning_single_rows_use_lastrowid():
    db = Database(version=(3, 34))
    db.script("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT DEFAULT 'd')")
    t = table("t", Column("b", String, server_default="d"))
    verdict, why = reason(db, t, "returning")
    assert (verdict, "needs version 3.35" in why) == ("refused", True)
    db.sent.clear()
    assert insert(db, t, 1, fetch=(t.c.b,)).fetched == [("d",)]
    assert db.kinds == ["INSERT", "SELECT"]
    assert "RETURNING" not in db.texts[0]
    insert(db, t, 3, start=5)


def test_without_returning_triggers_send_rows_to_lastrowid():
    db = Database(version=(3, 34))
    db.script(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);"
        "CREATE TABLE log (id INTEGER PRIMARY KEY, a);"
        "INSERT INTO log VALUES (900, 1);"
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log (a) VALUES (1); END"
    )
    assert strategy(db, table()) == "lastrowid"
    assert list(insert(db, table(), 3).keys) == [1, 2, 3]


# -- server values ---------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 1000])
def test_server_defaults_come_back_with_the_block(count):
    db = Database()
    db.script(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT DEFAULT 'd',"
        " c TEXT GENERATED ALWAYS AS (a || '/' || id) STORED)"
    )
    t = table("t", Column("b", String, server_default="d"), Column("c", String, server_default="x"))
    strategy(db, t)
    db.sent.clear()
    result = insert(db, t, count, fetch=(t.c.c, t.c.b))
    assert result.fetched == [(f"row {i}/{i + 1}", "d") for i in range(count)]
    assert len(db.sent) == (1 if count == 1 else 3)


def test_explain_does_not_write():
    db = Database()
    db.script("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
    db.run(choose_steps(db.bind, table(), write=False))
    assert [request.write for request in db.sent] == [False]


def test_the_plan_reads_as_a_table():
    db = Database()
    db.script("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
    text = str(db.run(choose_steps(db.bind, table())))
    assert text.splitlines()[0] == "t (key id): key block"
    assert "client: refused, the value of 'id' is made by the database" in text
    assert "returning: not reached, one row a statement" in text


def test_a_plan_is_made_once():
    db = Database()
    db.script("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
    t = table()
    first = db.run(choose_steps(db.bind, t))
    assert db.run(choose_steps(db.bind, t)) is first
    assert len(db.sent) == 1


# -- keys under concurrency ------------------------------------------------------------------------


def test_two_writers_never_get_the_same_keys(tmp_path):
    """The reservation asks for a writing transaction, and a writing one excludes the other."""
    path = str(tmp_path / "d.db")
    one, two = Database(path), Database(path)
    one.script("PRAGMA journal_mode = wal; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)")
    two.connection.execute("PRAGMA busy_timeout = 0")
    t = table()
    begin = one.bind.dialect.begin_statement
    one.rows(begin(True))
    first = insert(one, t, 10)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        two.rows(begin(True))
    one.rows("COMMIT")
    two.rows(begin(True))
    second = insert(two, t, 10, start=50)
    two.rows("COMMIT")
    assert set(first.keys).isdisjoint(second.keys)
