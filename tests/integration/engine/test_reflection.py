"""Reflection on every backend: what accord created is read back as it was declared, in SQLAlchemy's
shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from requirements import needs, only

from accord import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Sequence,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    exc,
    inspect,
    select,
    text,
)
from accord.exc import NoSuchTableError
from accord.orm import DeclarativeBase, Session

metadata = MetaData()
author = Table(
    "author",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("born", Date),
    Column("rating", Numeric(6, 2), server_default="1.50"),
    UniqueConstraint("name", "born", name="uq_author_name"),
)
book = Table(
    "book",
    metadata,
    Column("shelf", Integer),
    Column("place", SmallInteger),
    Column("title", String(80), nullable=False, server_default="untitled"),
    Column("author_id", Integer, nullable=False),
    Column("pages", Integer),
    Column("text", Text),
    Column("cover", LargeBinary),
    Column("price", Float),
    Column("lent", Boolean),
    Column("seen", DateTime),
    PrimaryKeyConstraint("shelf", "place", name="pk_book"),
    CheckConstraint("pages > 0", name="ck_book_pages"),
)
ForeignKey("author.id", name="fk_book_author", ondelete="CASCADE").attach(book.c.author_id)
Index("ix_book_title", book.c.title)
Index("ux_book_author", book.c.author_id, book.c.title, unique=True)


@pytest.fixture
def inspector(engine: Any) -> Iterator[Any]:
    if engine.dialect.reflection is None:
        pytest.skip(f"the dialect {engine.dialect.name} has no reflection")
    metadata.create_all(engine)
    yield inspect(engine)


def named(items: list[Any]) -> dict[str, Any]:
    return {item["name"]: item for item in items}


def test_tables_and_what_exists(inspector: Any) -> None:
    names = inspector.get_table_names()
    assert names == sorted(names) and {"author", "book"} <= set(names)
    assert inspector.has_table("book") and not inspector.has_table("nothing")
    assert inspector.has_index("book", "ix_book_title")
    assert not inspector.has_index("book", "ix_nothing")
    assert inspector.get_view_names() == []
    with pytest.raises(NoSuchTableError, match="'nothing'"):
        inspector.get_columns("nothing")


def test_columns(inspector: Any) -> None:
    columns = named(inspector.get_columns("book"))
    assert list(columns) == [column.name for column in book.c]
    assert {name for name, info in columns.items() if not info["nullable"]} == {
        "shelf", "place", "title", "author_id",
    }  # fmt: skip
    assert "untitled" in columns["title"]["default"] and columns["pages"]["default"] is None
    assert columns["title"]["type"].length == 80
    kinds = {name: info["type"].affinity for name, info in columns.items()}
    assert kinds["shelf"] in ("integer", "numeric") and kinds["title"] == "string"
    assert kinds["text"] == "string" and kinds["cover"] == "binary"
    numbers = named(inspector.get_columns("author"))
    assert (numbers["rating"]["type"].precision, numbers["rating"]["type"].scale) == (6, 2)
    assert "1.5" in numbers["rating"]["default"]
    assert numbers["id"]["autoincrement"] and not columns["shelf"]["autoincrement"]


def test_keys(inspector: Any) -> None:
    key = inspector.get_pk_constraint("book")
    assert key["constrained_columns"] == ["shelf", "place"]
    assert inspector.get_pk_constraint("author")["constrained_columns"] == ["id"]
    (foreign,) = inspector.get_foreign_keys("book")
    assert foreign["name"] == "fk_book_author" and foreign["options"]["ondelete"] == "CASCADE"
    assert foreign["constrained_columns"] == ["author_id"]
    assert (foreign["referred_schema"], foreign["referred_table"], foreign["referred_columns"]) == (
        None, "author", ["id"],
    )  # fmt: skip
    assert inspector.get_foreign_keys("author") == []


def test_uniques_indexes_and_checks(inspector: Any) -> None:
    uniques = named(inspector.get_unique_constraints("author"))
    assert uniques["uq_author_name"]["column_names"] == ["name", "born"]
    indexes = named(inspector.get_indexes("book"))
    assert indexes["ix_book_title"]["column_names"] == ["title"]
    assert not indexes["ix_book_title"]["unique"] and indexes["ux_book_author"]["unique"]
    assert indexes["ux_book_author"]["column_names"] == ["author_id", "title"]
    checks = named(inspector.get_check_constraints("book"))
    assert "pages" in checks["ck_book_pages"]["sqltext"]
    assert not checks["ck_book_pages"]["sqltext"].startswith("(")


def test_a_schema_named_is_the_schema_answered(inspector: Any) -> None:
    default = inspector.default_schema_name
    if default is None:
        return
    assert default in inspector.get_schema_names() and inspector.has_schema(default)
    assert {"author", "book"} <= set(inspector.get_table_names(default))
    (foreign,) = inspector.get_foreign_keys("book", schema=default)
    assert foreign["referred_schema"] == default
    reflected = MetaData()
    Table("book", reflected, schema=default, autoload_with=inspector)
    assert set(reflected.tables) == {f"{default}.book", f"{default}.author"}


def test_views(inspector: Any, engine: Any) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE VIEW short AS SELECT title, pages FROM book")
    try:
        inspector.clear_cache()
        assert inspector.get_view_names() == ["short"] and inspector.has_table("short")
        assert "short" not in inspector.get_table_names()
        assert [column["name"] for column in inspector.get_columns("short")] == ["title", "pages"]
        assert "book" in inspector.get_view_definition("short").lower()
        metadata = MetaData()
        metadata.reflect(engine, views=True)
        assert metadata.tables["short"].c.keys() == ["title", "pages"]
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP VIEW short")


@needs("sequences")
def test_sequences(inspector: Any, engine: Any) -> None:
    sequence = Sequence("reflected_numbers")
    sequence.create(engine)
    try:
        assert "reflected_numbers" in inspector.get_sequence_names()
        assert inspector.has_sequence("reflected_numbers")
        assert not inspector.has_sequence("no_numbers")
    finally:
        sequence.drop(engine)
    inspector.clear_cache()
    assert not inspector.has_sequence("reflected_numbers")


@needs("comments")
def test_comments(inspector: Any, engine: Any) -> None:
    own = MetaData()
    table = Table(
        "said",
        own,
        Column("id", Integer, primary_key=True, comment="what it's for"),
        comment="a 'table'",
    )
    own.create_all(engine)
    try:
        assert inspector.get_table_comment("said") == {"text": "a 'table'"}
        assert inspector.get_columns("said")[0]["comment"] == "what it's for"
        again = Table("said", MetaData(), autoload_with=engine)
        assert again.comment == table.comment and again.c.id.comment == table.c.id.comment
    finally:
        own.drop_all(engine)


def test_what_was_reflected_creates_the_same_again(inspector: Any, engine: Any) -> None:
    before = {name: inspector.reflected(name) for name in ("author", "book")}
    again = MetaData()
    again.reflect(engine, only=["author", "book"])
    metadata.drop_all(engine)
    again.create_all(engine)
    inspector.clear_cache()
    for name, one in before.items():
        other = inspector.reflected(name)
        for part in ("primary_key", "foreign_keys", "uniques", "checks"):
            assert getattr(other, part) == getattr(one, part), (name, part)
        assert [index.name for index in other.indexes] == [index.name for index in one.indexes]
        for a, b in zip(one.columns, other.columns, strict=True):
            assert (b.name, b.nullable, b.default, b.autoincrement, repr(b.type)) == (
                a.name, a.nullable, a.default, a.autoincrement, repr(a.type),
            )  # fmt: skip


def test_a_reflected_table_maps_a_class(inspector: Any, engine: Any) -> None:
    class Base(DeclarativeBase):
        pass

    class Author(Base):
        __table__ = Table("author", Base.metadata, autoload_with=engine)

    with Session(engine) as session:
        session.add_all([Author(name="a"), Author(name="b")])
        session.commit()
        found = session.scalars(select(Author).order_by(Author.id)).all()
        assert [one.name for one in found] == ["a", "b"] and found[0].rating is not None


def test_all_tables_take_few_statements_or_one_question_each(inspector: Any, engine: Any) -> None:
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    reflected = MetaData()
    reflected.reflect(engine, only=["author", "book"])
    assert {"author", "book"} <= set(reflected.tables) and len(sent) <= 20


@only("sqlite", "mysql", "mariadb", "these let a table go that a view selects from")
def test_a_view_whose_table_is_gone_cannot_be_reflected_and_is_left_out_of_many(
    engine: Any,
) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE gone (id INTEGER)"))
        connection.execute(text("CREATE TABLE stays (id INTEGER)"))
        connection.execute(text("CREATE VIEW orphan AS SELECT id FROM gone"))
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE gone"))
    with pytest.raises(exc.UnreflectableTableError, match="'orphan'"):
        Table("orphan", MetaData(), autoload_with=engine)
    with pytest.raises(exc.UnreflectableTableError, match="'orphan'"):
        inspect(engine).get_columns("orphan")
    metadata = MetaData()
    with pytest.warns(exc.SAWarning, match="'orphan'.* left out"):
        metadata.reflect(engine, views=True)
    assert set(metadata.tables) == {"stays"}
    with engine.begin() as connection:
        connection.execute(text("DROP VIEW orphan"))
        connection.execute(text("DROP TABLE stays"))


def test_the_dialect_tells_what_programs_ask_it_beside_the_server(engine: Any) -> None:
    with engine.connect() as connection:
        dialect = connection.dialect
        assert dialect.server_version_info == tuple(engine.server.version)
        assert dialect.has_table(connection, "no_such_table") is False
        with pytest.raises(exc.ArgumentError, match=r"inspect\(engine\)\.has_table"):
            dialect.has_table(engine, "no_such_table")
    if dialect.name != "oracle":
        assert dialect.default_schema_name == inspect(engine).default_schema_name
    assert issubclass(dialect.dbapi.Error, Exception)
    assert dialect.default_isolation_level in dialect.get_isolation_level_values()
    assert dialect.max_identifier_length >= 30 and dialect.is_async is False
    assert isinstance(dialect.insert_returning and dialect.supports_alter, bool)
    assert not hasattr(dialect, "no_such_attribute")


def test_looking_again_makes_nothing_twice(engine: Any) -> None:
    table = Table(
        "again",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("x", Integer),
        Column("y", Integer),
        UniqueConstraint("x", name="uq_again"),
        CheckConstraint("y > 0", name="ck_again"),
    )
    Index("ix_again", table.c.y)
    table.create(engine)
    metadata = MetaData()
    mine = Table(
        "again",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("x", Integer, key="other"),
        Column("more", Integer),
    )
    for _ in range(2):
        metadata.reflect(engine, only=["again"], extend_existing=True)
        assert [column.name for column in mine.c] == ["id", "x", "more", "y"]
        assert mine.c.keys() == ["id", "x", "more", "y"] and len(mine.primary_key.columns) == 1
        named = [constraint.name for constraint in mine.constraints if constraint.name]
        assert len(named) == len(set(named))
        assert [index.name for index in mine.indexes].count("ix_again") == 1
        # MySQL has a UNIQUE as an index.
        assert sum(isinstance(c, UniqueConstraint) for c in mine.constraints) <= 1
        assert sum(isinstance(c, CheckConstraint) for c in mine.constraints) == 1
