"""CREATE TABLE and CREATE INDEX on SQLite: what is written is what the catalogue then says."""

import sqlite3

import pytest
from sqlite_harness import Database

from accord.dialect import InsertBatch, choose_steps, insert_steps
from accord.exc import ArgumentError, CompileError
from accord.schema import (
    CheckConstraint,
    Column,
    Computed,
    CreateSchema,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    UniqueConstraint,
)
from accord.sql.constructors import text
from accord.sql.functions import func
from accord.sqltypes import (
    BIGINT,
    BigInteger,
    Boolean,
    DateTime,
    Enum,
    Integer,
    Numeric,
    SmallInteger,
    String,
    TypeDecorator,
)


def create(*columns, **options):
    db = Database()
    metadata = MetaData()
    table = Table("t", metadata, *columns, **options)
    db.create(metadata)
    return db, table


def sql(db, name="t"):
    return db.rows("SELECT sql FROM sqlite_master WHERE name = ?", name)[0][0]


@pytest.mark.parametrize("type_", [Integer, BigInteger, SmallInteger])
def test_a_counting_key_is_the_rowid_whatever_its_size(type_):
    db, t = create(Column("id", type_, primary_key=True), Column("a", String))
    assert "id INTEGER NOT NULL" in sql(db)
    plan = db.run(choose_steps(db.bind, t))
    assert plan.strategy.name == "key block"
    assert plan.strategy.facts.rowid_alias
    assert db.rows("INSERT INTO t (a) VALUES ('x') RETURNING id") == [(1,)]


def test_a_type_named_in_capitals_is_taken_by_its_word():
    db, _ = create(Column("id", BIGINT, primary_key=True))
    assert "id BIGINT NOT NULL" in sql(db)


def test_a_key_that_does_not_count_keeps_its_type():
    db, _ = create(Column("id", BigInteger, primary_key=True, autoincrement=False))
    assert "id BIGINT NOT NULL" in sql(db)


def test_a_decorated_counting_key():
    class Id(TypeDecorator):
        impl = BigInteger
        cache_ok = True

    db, t = create(Column("id", Id, primary_key=True))
    assert "id INTEGER" in sql(db)
    assert db.run(choose_steps(db.bind, t)).strategy.facts.rowid_alias


def test_autoincrement():
    db, t = create(
        Column("id", Integer, primary_key=True), Column("a", String), sqlite_autoincrement=True
    )
    assert "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT" in sql(db)
    assert sql(db).upper().count("PRIMARY KEY") == 1
    result = db.run(insert_steps(InsertBatch(db.bind, t, (t.c.a,), [("x",), ("y",)], key=t.c.id)))
    assert list(result.keys) == [1, 2]
    assert db.rows("SELECT seq FROM sqlite_sequence") == [(2,)]


def test_autoincrement_needs_one_integer_key():
    with pytest.raises(CompileError, match="'t' needs a primary key of one integer column"):
        create(
            Column("a", Integer, primary_key=True),
            Column("b", Integer, primary_key=True),
            sqlite_autoincrement=True,
        )
    with pytest.raises(CompileError, match="has none"):
        create(
            Column("a", Integer, primary_key=True),
            sqlite_autoincrement=True,
            sqlite_with_rowid=False,
        )


def test_without_rowid_and_strict():
    db, t = create(
        Column("id", Integer, primary_key=True),
        Column("a", String(5)),
        Column("n", Numeric(10, 2)),
        Column("b", Boolean),
        Column("d", DateTime),
        Column("e", Enum("x", "y")),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    assert sql(db).strip().endswith(") WITHOUT ROWID, STRICT")
    types = [row[0] for row in db.rows("SELECT type FROM pragma_table_info('t')")]
    assert types == ["INTEGER", "TEXT", "ANY", "INTEGER", "TEXT", "TEXT"]
    result = db.run(insert_steps(InsertBatch(db.bind, t, (t.c.a,), [("x",), ("y",)], key=t.c.id)))
    assert list(result.keys) == [1, 2]


def test_an_unknown_option_is_an_error_naming_those_there_are():
    with pytest.raises(
        ArgumentError, match=r"table 't' has no option sqlite_autoincrment.*sqlite_strict"
    ):
        create(Column("id", Integer, primary_key=True), sqlite_autoincrment=True)


def test_foreign_keys_are_part_of_the_table_also_in_a_circle():
    db = Database()
    metadata = MetaData()
    Table(
        "a",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("b", ForeignKey("b.id", name="fk", use_alter=True)),
    )
    Table(
        "b",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("a", ForeignKey("a.id", ondelete="SET NULL", deferrable=True, initially="DEFERRED")),
    )
    db.create(metadata)
    found = {name: db.rows(f"PRAGMA foreign_key_list({name})") for name in "ab"}
    assert [row[2] for row in found["a"]] == ["b"]
    assert [(row[2], row[6]) for row in found["b"]] == [("a", "SET NULL")]
    db.rows("PRAGMA foreign_keys = ON")
    db.rows("BEGIN")
    db.rows("INSERT INTO b VALUES (1, 5)")
    db.rows("INSERT INTO a VALUES (5, NULL)")
    db.rows("COMMIT")


def test_foreign_keys_and_indexes_of_an_attached_database():
    db = Database()
    db.script("ATTACH ':memory:' AS aux")
    metadata = MetaData(schema="aux")
    Table("p", metadata, Column("id", Integer, primary_key=True))
    Table(
        "c",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("p", ForeignKey("aux.p.id"), index=True),
    )
    db.create(metadata)
    assert db.rows("SELECT type, name FROM aux.sqlite_master ORDER BY name") == [
        ("table", "c"),
        ("index", "ix_c_p"),
        ("table", "p"),
    ]
    assert [row[2] for row in db.rows("PRAGMA aux.foreign_key_list(c)")] == ["p"]


def test_a_foreign_key_to_another_database_is_left_out():
    db = Database()
    db.script("ATTACH ':memory:' AS aux")
    metadata = MetaData()
    Table("p", metadata, Column("id", Integer, primary_key=True), schema="aux")
    Table(
        "c", metadata, Column("id", Integer, primary_key=True), Column("p", ForeignKey("aux.p.id"))
    )
    db.create(metadata)
    assert db.rows("PRAGMA foreign_key_list(c)") == []


@pytest.mark.parametrize(
    ("default", "text_", "value"),
    [
        ("it's", "DEFAULT 'it''s'", "it's"),
        (text("CURRENT_TIMESTAMP"), "DEFAULT CURRENT_TIMESTAMP", None),
        (text("5"), "DEFAULT 5", "5"),
        (text("-1.5"), "DEFAULT -1.5", "-1.5"),
        (text("'q'"), "DEFAULT 'q'", "q"),
        (text("(1 + 2)"), "DEFAULT (1 + 2)", "3"),
        (text("lower('X')"), "DEFAULT (lower('X'))", "x"),
        (func.upper("y"), "DEFAULT (upper('y'))", "Y"),
        (func.now(), "DEFAULT CURRENT_TIMESTAMP", None),
    ],
)
def test_server_defaults(default, text_, value):
    db, _ = create(
        Column("id", Integer, primary_key=True), Column("a", String, server_default=default)
    )
    assert text_ in sql(db)
    ((found,),) = db.rows("INSERT INTO t DEFAULT VALUES RETURNING a")
    assert found == value or value is None


def test_computed_columns():
    db, _ = create(
        Column("id", Integer, primary_key=True),
        Column("a", Integer, Computed("id * 2", persisted=True)),
        Column("b", Integer, Computed("id + 1")),
    )
    assert db.rows("INSERT INTO t (id) VALUES (4) RETURNING a, b") == [(8, 5)]


def test_identity_and_sequences_are_what_sqlite_does_anyway():
    db, t = create(
        Column("id", Integer, Identity(start=5), primary_key=True),
        Column("n", Integer, Sequence("s", optional=True)),
    )
    assert "IDENTITY" not in sql(db)
    assert t.autoincrement_column is t.c.id


def test_checks_of_types_and_users():
    db, _ = create(
        Column("id", Integer, primary_key=True),
        Column("b", Boolean(create_constraint=True, name="ck_b")),
        Column("e", Enum("x", "y", create_constraint=True, name="ck_e")),
        Column("n", Integer, CheckConstraint("n > 0")),
        CheckConstraint("n < 10", name="small"),
    )
    for values in ("b) VALUES (2", "e) VALUES ('z'", "n) VALUES (0", "n) VALUES (11"):
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            db.rows(f"INSERT INTO t ({values})")
    db.rows("INSERT INTO t (b, e, n) VALUES (1, 'y', 5)")


def test_conflict_clauses():
    db, _ = create(
        Column("id", Integer, primary_key=True, sqlite_on_conflict_primary_key="REPLACE"),
        Column("a", String, nullable=False, sqlite_on_conflict_not_null="fail"),
        Column("u", String, unique=True, sqlite_on_conflict_unique="IGNORE"),
        UniqueConstraint("a", sqlite_on_conflict="ROLLBACK"),
    )
    for words in (
        "PRIMARY KEY (id) ON CONFLICT REPLACE",
        "NOT NULL ON CONFLICT FAIL",
        "UNIQUE (u) ON CONFLICT IGNORE",
        "UNIQUE (a) ON CONFLICT ROLLBACK",
    ):
        assert words in sql(db)


def test_a_conflict_clause_is_one_of_five_words():
    with pytest.raises(CompileError, match="cannot be"):
        create(
            Column("id", Integer, primary_key=True),
            UniqueConstraint("id", sqlite_on_conflict="IGNORE; DROP TABLE t"),
        )


@pytest.mark.parametrize(
    "constraint",
    [
        UniqueConstraint("a", deferrable=True),
        PrimaryKeyConstraint("a", initially="DEFERRED"),
        CheckConstraint("a > 1", deferrable=True),
    ],
)
def test_only_foreign_keys_can_be_deferred(constraint):
    with pytest.raises(CompileError, match="can only defer foreign keys"):
        create(Column("a", Integer), constraint)


def test_partial_and_expression_indexes():
    db = Database()
    metadata = MetaData()
    t = Table("t", metadata, Column("id", Integer, primary_key=True), Column("a", String))
    Index("part", t.c.a, unique=True, sqlite_where=t.c.a != "x")
    Index("low", func.lower(t.c.a))
    db.create(metadata)
    assert sql(db, "part").endswith("(a) WHERE a != 'x'")
    assert "(lower(a))" in sql(db, "low")
    db.rows("INSERT INTO t (a) VALUES ('x'), ('x')")


def test_schemas_are_files():
    db = Database()
    dialect = db.bind.dialect
    with pytest.raises(CompileError, match="ATTACH"):
        dialect.ddl_renderer(dialect.target).render(CreateSchema("s"))


def test_temporary_tables():
    db, _ = create(Column("id", Integer, primary_key=True), prefixes=["TEMPORARY"])
    assert db.rows("SELECT name FROM temp.sqlite_master") == [("t",)]


def test_has_table_sees_views_temporary_tables_and_schemas():
    db = Database()
    db.script(
        "ATTACH ':memory:' AS aux; CREATE TABLE a (x); CREATE VIEW v AS SELECT 1 AS x;"
        "CREATE TEMP TABLE tmp (x); CREATE TABLE aux.b (x); CREATE INDEX i ON a (x)"
    )
    has = db.bind.dialect.has_table_steps
    assert [db.run(has(db.bind, name)) for name in ("a", "A", "v", "tmp", "b", "i", "zz")] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip
    assert db.run(has(db.bind, "b", "aux"))
    assert not db.run(has(db.bind, "a", "aux"))
