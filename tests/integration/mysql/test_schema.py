"""DDL and back: what is created is what is reflected, every type of these servers comes back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from servers.databases import Database

from accord import (
    JSON,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    FetchedValue,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Interval,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Sequence,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    func,
    insert,
    select,
    text,
)
from accord.dialect.reflection import ReflectedTable
from accord.dialects import mysql
from accord.engine.run import run
from accord.exc import ArgumentError, CompileError, DBAPIError, InvalidRequestError
from accord.schema import (
    CreateIndex,
    CreateTable,
    DropConstraint,
    SetColumnComment,
    SetTableComment,
)


def reflected(engine: Any, name: str, schema: str | None = None) -> ReflectedTable | None:
    with engine.connect() as connection:
        steps = engine.dialect.reflection().table_steps(engine, name, schema)
        return run(steps, connection.perform)


def names(engine: Any, question: str, *arguments: Any) -> Any:
    with engine.connect() as connection:
        steps = getattr(engine.dialect.reflection(), question)(engine, *arguments)
        return run(steps, connection.perform)


def test_what_is_created_is_reflected(engine: Any) -> None:
    metadata = MetaData()
    Table(
        "parent",
        metadata,
        Column("a", Integer, primary_key=True),
        Column("b", String(20), primary_key=True),
        mysql_engine="InnoDB",
        mysql_row_format="COMPACT",
        comment="it's \\ here",
    )
    child = Table(
        "child",
        metadata,
        Column("id", mysql.BIGINT(unsigned=True), primary_key=True),
        Column("pa", Integer),
        Column("pb", String(20), server_default="x'y"),
        Column("n", Numeric(10, 2), nullable=False, server_default=text("5.5"), comment="n's"),
        Column("at", DateTime, server_default=func.now(), server_onupdate=text("now()")),
        Column("e", mysql.ENUM("a", "b'c"), server_default="a"),
        Column("long", mysql.VARCHAR(300, charset="utf8mb4", collation="utf8mb4_bin")),
        Column("twice", Integer, Computed("n * 2", persisted=True)),
        Column("half", Integer, Computed("n / 2", persisted=False)),
        Column("bits", mysql.BIT(3)),
        Column("words", mysql.SET("x", "y")),
        Column("doc", JSON),
        ForeignKeyConstraint(["pa", "pb"], ["parent.a", "parent.b"], name="fk", ondelete="CASCADE"),
        CheckConstraint("pa > 0", name="ck"),
        UniqueConstraint("pa", "n", name="uq"),
        mysql_default_charset="utf8mb4",
    )
    Index("ix_long", child.c.long, mysql_length={"long": 50})
    Index("ix_n", child.c.n.desc())
    metadata.create_all(engine)
    parent, found = reflected(engine, "parent"), reflected(engine, "child")
    assert parent is not None and found is not None
    assert parent.primary_key is not None and parent.primary_key.columns == ("a", "b")
    assert parent.comment == "it's \\ here"
    prefix = engine.dialect.name
    assert parent.options[f"{prefix}_engine"] == "InnoDB"
    assert parent.options[f"{prefix}_row_format"] == "COMPACT"
    columns = {column.name: column for column in found.columns}
    key = columns["id"]
    assert key.autoincrement and key.type.unsigned and isinstance(key.type, mysql.BIGINT)
    assert str(columns["pb"].default) == "'x''y'" and columns["pb"].nullable
    assert not columns["n"].nullable and columns["n"].comment == "n's"
    assert (columns["n"].type.precision, columns["n"].type.scale) == (10, 2)
    assert columns["at"].type.fsp == 6
    assert "on update current_timestamp(6)" in str(columns["at"].default).lower()
    assert columns["e"].type.enums == ["a", "b'c"] and str(columns["e"].default) == "'a'"
    assert columns["long"].type.collation == "utf8mb4_bin"
    computed = columns["twice"].computed
    assert computed is not None and computed.persisted and "n" in computed.sqltext
    virtual = columns["half"].computed
    assert virtual is not None and virtual.persisted is False
    assert columns["bits"].type.length == 3 and columns["words"].type.values == ("x", "y")
    assert isinstance(columns["doc"].type, JSON)
    (foreign,) = found.foreign_keys
    assert (foreign.name, foreign.columns, foreign.referred_columns) == (
        "fk",
        ("pa", "pb"),
        ("a", "b"),
    )
    assert (foreign.referred_schema, foreign.ondelete, foreign.onupdate) == (None, "CASCADE", None)
    assert [(u.name, u.columns) for u in found.uniques] == [("uq", ("pa", "n"))]
    assert [check.name for check in found.checks] == ["ck"]
    assert "pa" in found.checks[0].sqltext and not found.checks[0].sqltext.startswith("(")
    indexes = {index.name: index for index in found.indexes}
    assert indexes["ix_long"].options == {f"{prefix}_length": {"long": 50}}
    assert indexes["uq"].unique


def test_names_of_tables_views_sequences_and_schemas(
    engine: Any, database: Database, is_mariadb: bool
) -> None:
    database.write("CREATE TABLE b (id INT PRIMARY KEY)")
    database.write("CREATE TABLE a (id INT PRIMARY KEY)")
    database.write("CREATE VIEW v AS SELECT id FROM a")
    schema = engine.url.database
    for given in (None, schema):
        assert names(engine, "table_names_steps", given) == ["a", "b"]
        assert names(engine, "view_names_steps", given) == ["v"]
    assert "select" in names(engine, "view_definition_steps", "v", None).lower()
    assert names(engine, "view_definition_steps", "nothing", None) is None
    assert names(engine, "default_schema_steps") == schema
    assert schema in names(engine, "schema_names_steps")
    view = reflected(engine, "v", schema)
    assert view is not None and view.kind == "view" and view.columns[0].name == "id"
    assert reflected(engine, "nothing") is None
    if is_mariadb:
        database.write("CREATE SEQUENCE s")
        assert names(engine, "sequence_names_steps", None) == ["s"]
        assert names(engine, "table_names_steps", None) == ["a", "b"]


def test_a_foreign_key_into_another_schema_names_it(
    engine: Any, make_engine: Any, database: Database
) -> None:
    other = make_engine("other")
    make_engine.databases["other"].write("CREATE TABLE p (id INT PRIMARY KEY)")
    database.write(
        "CREATE TABLE c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES "
        f"`{other.url.database}`.p (id))"
    )
    found = reflected(engine, "c")
    assert found is not None and found.foreign_keys[0].referred_schema == other.url.database
    database.write("DROP TABLE c")


def test_a_temporary_table_is_reflected(engine: Any) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TEMPORARY TABLE scratch (id INT AUTO_INCREMENT PRIMARY KEY, "
            "name VARCHAR(10) NOT NULL UNIQUE COMMENT 'c')"
        )
        steps = engine.dialect.reflection().table_steps(engine, "scratch", None)
        found = run(steps, connection.perform)
    assert found is not None and found.primary_key.columns == ("id",)
    assert found.columns[0].autoincrement and not found.columns[1].nullable
    assert found.columns[1].comment == "c" and found.uniques[0].columns == ("name",)


TYPES: list[tuple[Any, Any]] = [
    (mysql.TINYINT(), -128),
    (mysql.TINYINT(unsigned=True), 255),
    (mysql.SMALLINT(unsigned=True), 65535),
    (mysql.MEDIUMINT(), -8388608),
    (mysql.INTEGER(display_width=11, zerofill=True), 4294967295),
    (mysql.BIGINT(unsigned=True), 2**64 - 1),
    (mysql.DECIMAL(65, 30), Decimal("1." + "1" * 30)),
    (mysql.DOUBLE(), 1.7976931348623157e308),
    (mysql.FLOAT(), 0.5),
    (mysql.YEAR(), 1901),
    (mysql.BIT(64), 2**64 - 1),
    (mysql.SET("a", "b"), {"a", "b"}),
    (mysql.ENUM("x", "y"), "y"),
    (mysql.TINYTEXT(), "x" * 255),
    (mysql.MEDIUMTEXT(), "ä" * 100_000),
    (mysql.LONGTEXT(charset="utf8mb4", collation="utf8mb4_bin"), "😀" * 10),
    (mysql.LONGBLOB(), b"\xff" * 100_000),
    (mysql.VARBINARY(20), b"\0\xff"),
    (mysql.CHAR(5), "ab"),
    (mysql.NVARCHAR(5), "ab"),
    (mysql.DATETIME(fsp=3), dt.datetime(2024, 1, 2, 3, 4, 5, 123000)),
    (mysql.TIMESTAMP(fsp=6), dt.datetime(2024, 1, 2, 3, 4, 5, 123456)),
    (mysql.TIME(fsp=6), dt.time(1, 2, 3, 456)),
    (Interval(), dt.timedelta(days=-400, microseconds=7)),
    (Numeric(), Decimal("3.14159265358979")),
    (Float(), 0.1 + 0.2),
    (Text(), "\\ ' \" % \0"),
]


@pytest.mark.parametrize(("type_", "value"), TYPES, ids=lambda value: repr(value)[:30])
def test_values_come_back_as_they_were(engine: Any, type_: Any, value: Any) -> None:
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("v", type_))
    table.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), {"id": 1, "v": value})
        connection.execute(insert(table), {"id": 2, "v": None})
        assert connection.execute(select(table.c.v).order_by(table.c.id)).scalars().all() == [
            value,
            None,
        ]
    found = reflected(engine, "t")
    assert found is not None
    again = Table("u", MetaData(), Column("v", found.columns[1].type))
    again.metadata.create_all(engine)


def test_aware_datetimes_are_kept_as_utc(engine: Any, database: Database) -> None:
    table = Table(
        "t",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("at", DateTime(timezone=True)),
    )
    table.metadata.create_all(engine)
    moment = dt.datetime(2024, 1, 2, 12, 0, 0, 5, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    with engine.begin() as connection:
        connection.execute(insert(table), {"id": 1, "at": moment})
        found = connection.scalar(select(table.c.at))
    assert found == moment and found.tzinfo is dt.UTC
    assert database.read("SELECT at FROM t") == [(dt.datetime(2024, 1, 2, 7, 0, 0, 5),)]


@pytest.mark.parametrize("stored", ["24:00:00", "-00:00:01", "838:59:59"])
def test_a_time_that_is_no_time_of_day_is_refused(
    engine: Any, database: Database, stored: str
) -> None:
    database.write("CREATE TABLE t (id INT, at TIME)")
    database.write(f"INSERT INTO t VALUES (1, '{stored}')")
    table = Table("t", MetaData(), Column("id", Integer), Column("at", Time))
    with engine.connect() as connection, pytest.raises(InvalidRequestError, match="no time of day"):
        connection.execute(select(table)).all()


def test_both_nulls_of_json(engine: Any, database: Database) -> None:
    table = Table(
        "t",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("json", JSON),
        Column("sql", JSON(none_as_null=True)),
    )
    table.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), {"id": 1, "json": None, "sql": None})
        connection.execute(insert(table), {"id": 2, "json": {"a": None}, "sql": JSON.NULL})
        assert connection.execute(select(table).order_by(table.c.id)).all() == [
            (1, None, None),
            (2, {"a": None}, None),
        ]
        assert connection.scalar(select(func.count()).where(table.c.sql.is_(None))) == 1
    found = database.read(
        "SELECT json IS NULL, sql IS NULL FROM t ORDER BY id".replace("sql", "`sql`")
    )
    assert found == [(0, 1), (0, 0)]


def test_uuids_are_native_where_the_server_has_them(engine: Any) -> None:
    with engine.connect():
        native = engine.capabilities.values.uuid
    column = CreateTable(Table("t", MetaData(), Column("u", Uuid))).compile(engine)
    assert ("u UUID" if native else "u CHAR(32)") in str(column)


# -- refused --------------------------------------------------------------------------------------


def test_a_varchar_needs_a_length(engine: Any) -> None:
    table = Table("t", MetaData(), Column("name", String))
    with pytest.raises(CompileError, match="VARCHAR requires a length on dialect"):
        table.create(engine)


def test_deferred_constraints_are_refused(engine: Any) -> None:
    metadata = MetaData()
    Table("p", metadata, Column("id", Integer, primary_key=True))
    Table("c", metadata, Column("p", ForeignKey("p.id", deferrable=True)))
    with pytest.raises(CompileError, match="checks every row as it is written"):
        metadata.create_all(engine)


def test_unknown_options_are_named(engine: Any) -> None:
    table = Table("t", MetaData(), Column("id", Integer), mysql_enginee="x")
    with pytest.raises(ArgumentError, match="mysql_enginee"):
        table.create(engine)


# -- more DDL -------------------------------------------------------------------------------------


def test_comments_change_later(engine: Any) -> None:
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True, comment="a"))
    table.create(engine)
    table.comment, table.c.id.comment = "new 100%", "c's"
    with engine.begin() as connection:
        connection.execute(SetTableComment(table))
        connection.execute(SetColumnComment(table.c.id))
    found = reflected(engine, "t")
    assert found is not None and (found.comment, found.columns[0].comment) == ("new 100%", "c's")
    assert found.columns[0].autoincrement


def test_constraints_of_each_kind_are_dropped(engine: Any) -> None:
    metadata = MetaData()
    Table("p", metadata, Column("id", Integer, primary_key=True))
    child = Table(
        "c",
        metadata,
        Column("p", Integer),
        ForeignKeyConstraint(["p"], ["p.id"], name="fk"),
        CheckConstraint("p > 0", name="ck"),
        UniqueConstraint("p", name="uq"),
    )
    metadata.create_all(engine)
    by_name = {constraint.name: constraint for constraint in child.constraints}
    with engine.begin() as connection:
        for name in ("fk", "ck", "uq"):
            connection.execute(DropConstraint(by_name[name]))
    found = reflected(engine, "c")
    assert found is not None and (found.foreign_keys, found.checks, found.uniques) == ((), (), ())


def test_indexes_have_their_options(engine: Any, is_mariadb: bool) -> None:
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("body", Text))
    Index("ft", table.c.body, mysql_prefix="FULLTEXT")
    Index("short", table.c.body, mysql_length=10)
    expression = Index("ex", func.lower(table.c.body.collate("utf8mb4_bin")))
    if is_mariadb:
        table.indexes.discard(expression)
        with pytest.raises(CompileError, match="no indexes on expressions"):
            str(CreateIndex(expression).compile(engine))
    else:
        table.indexes.discard(expression)
    table.create(engine)
    found = reflected(engine, "t")
    assert found is not None
    prefix = engine.dialect.name
    assert {index.name: dict(index.options) for index in found.indexes} == {
        "ft": {f"{prefix}_prefix": "FULLTEXT"},
        "short": {f"{prefix}_length": {"body": 10}},
    }


def test_prefix_indexes_of_names_with_blanks_and_the_kind_of_keys(engine: Any) -> None:
    table = Table(
        "t",
        MetaData(),
        Column("a key", String(20)),
        Column("some long text", Text),
        PrimaryKeyConstraint("a key", mysql_using="btree"),
        UniqueConstraint("a key", name="uq", mysql_using="BTREE"),
    )
    Index("short", table.c["some long text"].desc(), mysql_length=10)
    text = str(CreateTable(table).compile(engine))
    assert "PRIMARY KEY (`a key`) USING BTREE" in text and "UNIQUE (`a key`) USING BTREE" in text
    table.create(engine)
    found = reflected(engine, "t")
    assert found is not None
    index = next(index for index in found.indexes if index.name == "short")
    lengths = dict(index.options)[f"{engine.dialect.name}_length"]
    assert lengths == {"some long text": 10}
    other = Table("u", MetaData(), Column("a", Integer), PrimaryKeyConstraint("a", mysql_x=1))
    with pytest.raises(ArgumentError, match="no option mysql_x"):
        str(CreateTable(other).compile(engine))


def test_an_index_on_an_expression(engine: Any, is_mariadb: bool) -> None:
    if is_mariadb:
        pytest.skip("MariaDB has no indexes on expressions")
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("n", Integer))
    Index("ex", table.c.n + 1, table.c.id)
    table.create(engine)
    found = reflected(engine, "t")
    assert found is not None and found.indexes[0].columns == (None, "id")


def test_values_the_server_changes_on_update_are_fetched(engine: Any) -> None:
    from accord.orm import DeclarativeBase, Mapped, Session, mapped_column

    class Base(DeclarativeBase):
        pass

    class Note(Base):
        __tablename__ = "note"
        __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 - as mapped classes are written

        id: Mapped[int] = mapped_column(primary_key=True)
        body: Mapped[str] = mapped_column(String(20))
        at: Mapped[dt.datetime] = mapped_column(
            mysql.TIMESTAMP(fsp=6),
            server_default=text("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
            server_onupdate=FetchedValue(),
        )

    Base.metadata.create_all(engine)
    with Session(engine) as session:
        note = Note(body="a")
        session.add(note)
        session.flush()
        first = note.at
        note.body = "b"
        session.flush()
        assert note.at > first


def test_sequences_have_their_options(engine: Any, is_mariadb: bool) -> None:
    if not is_mariadb:
        pytest.skip("MySQL has no sequences")
    metadata = MetaData()
    Sequence(
        "s", start=5, increment=2, minvalue=1, maxvalue=9, cycle=True, cache=10, metadata=metadata
    )
    metadata.create_all(engine)
    metadata.create_all(engine)
    with engine.connect() as connection:
        drawn = [connection.scalar(Sequence("s")) for _ in range(4)]
    assert drawn == [5, 7, 9, 1]
    metadata.drop_all(engine)
    with pytest.raises(DBAPIError), engine.connect() as connection:
        connection.scalar(Sequence("s"))
