"""The DDL means what it says: executed on SQLite, then the catalogue and the constraints are
asked.
"""

import sqlite3

import pytest

from accord import sqltypes as t
from accord.schema import (
    CheckConstraint,
    Column,
    Computed,
    DDLRenderer,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Notify,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    create_plan,
    drop_plan,
)
from accord.sql.functions import func
from accord.sql.target import DEFAULT_TARGET
from accord.sql.text import TextClause as text


class OnSQLite(DDLRenderer):
    supports_alter = False
    supports_sequences = False


def shop():
    metadata = MetaData(
        naming_convention={
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    Table(
        "country",
        metadata,
        Column("code", t.CHAR(2), primary_key=True),
        Column("select", t.Text, nullable=False),
    )
    address = Table(
        "Address Book",
        metadata,
        Column("country", ForeignKey("country.code")),
        Column("number", t.Integer),
        Column("street", t.String(50), server_default="it's", comment="where"),
        PrimaryKeyConstraint("country", "number"),
    )
    Table(
        "customer",
        metadata,
        Column("id", t.Integer, primary_key=True),
        Column("email", t.String(100), unique=True),
        Column("age", t.SmallInteger, CheckConstraint("age >= 0", name="age")),
        Column("grade", t.Enum("a", "b", create_constraint=True, name="grade")),
        Column("country", t.CHAR(2)),
        Column("number", t.Integer),
        Column("parent", ForeignKey("customer.id", ondelete="SET NULL"), index=True),
        Column("double_age", t.Integer, Computed("age * 2")),
        Column("created", t.DateTime, server_default=text("CURRENT_TIMESTAMP")),
        ForeignKeyConstraint(
            ["country", "number"], [address.c.country, address.c.number], ondelete="CASCADE"
        ),
        UniqueConstraint("age", "email", name="uq"),
        Index("ix_lower", func.lower(text("email"))),
    )
    return metadata


@pytest.fixture
def database():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    yield connection
    connection.close()


def execute(connection, plan):
    renderer = OnSQLite(DEFAULT_TARGET)
    for step in plan:
        if not isinstance(step, Notify):
            connection.execute(renderer.render(step))


def test_the_catalogue_has_what_was_declared(database):
    metadata = shop()
    execute(database, create_plan(metadata, renderer=OnSQLite))

    def names(pragma, column):
        return [row[column] for row in database.execute(f"PRAGMA {pragma}")]

    assert names("table_info(customer)", 1) == [
        c.name for c in metadata.tables["customer"].c if c.computed is None
    ]
    assert "double_age" in names("table_xinfo(customer)", 1)
    assert [row[5] for row in database.execute('PRAGMA table_info("Address Book")')] == [1, 2, 0]
    keys = {
        (row[2], row[3], row[6]) for row in database.execute("PRAGMA foreign_key_list(customer)")
    }
    assert keys == {
        ("customer", "parent", "SET NULL"),
        ("Address Book", "country", "CASCADE"),
        ("Address Book", "number", "CASCADE"),
    }
    indexes = set(names("index_list(customer)", 1))
    assert {"ix_customer_parent", "ix_lower"} <= indexes and len(indexes) == 4
    execute(database, drop_plan(metadata, renderer=OnSQLite))
    assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


@pytest.mark.parametrize(
    "values",
    [
        {"age": -1},
        {"grade": "c"},
        {"country": "zz", "number": 1},
        {"parent": 77},
        {"email": "first"},
    ],
)
def test_the_constraints_hold(database, values):
    execute(database, create_plan(shop(), renderer=OnSQLite))
    database.execute("INSERT INTO customer (id, email, age, grade) VALUES (1, 'first', 5, 'a')")
    assert database.execute("SELECT double_age, created > '2000' FROM customer").fetchone() == (
        10,
        1,
    )
    columns = ", ".join(values)
    marks = ", ".join("?" * len(values))
    with pytest.raises(sqlite3.IntegrityError):
        database.execute(
            f"INSERT INTO customer ({columns}) VALUES ({marks})", tuple(values.values())
        )


def test_defaults_with_quotes_arrive(database):
    execute(database, create_plan(shop(), renderer=OnSQLite))
    database.execute("INSERT INTO country VALUES ('de', 'x')")
    database.execute("""INSERT INTO "Address Book" (country, number) VALUES ('de', 1)""")
    assert database.execute('SELECT street FROM "Address Book"').fetchone() == ("it's",)


def test_hostile_names_and_values_stay_names_and_values(database):
    metadata = MetaData()
    name = 'x"; DROP TABLE y; --'
    Table(
        name,
        metadata,
        Column("a'b", t.String, server_default="'); DROP TABLE y; --", nullable=False),
        Column('"', t.Integer, primary_key=True),
        UniqueConstraint("a'b", name='"uq"'),
        CheckConstraint(Column("a'b", t.String) != "it's", name="c'k"),
    )
    execute(database, create_plan(metadata, renderer=OnSQLite))
    database.execute(f"""INSERT INTO "{name.replace('"', '""')}" ("\"\"") VALUES (1)""")
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert tables == [(name,)]
