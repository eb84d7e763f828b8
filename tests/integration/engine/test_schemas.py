"""schema_translate_map: a schema for each tenant; a database on MySQL, a file on SQLite."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from requirements import BACKEND, needs, only

from accord import (
    Column,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    delete,
    event,
    exc,
    insert,
    inspect,
    select,
    text,
    update,
)
from accord.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    selectinload,
    sessionmaker,
)

pytestmark = only(
    "sqlite", "postgresql", "mysql", "mariadb", "the others have no server to make schemas on"
)


class Base(DeclarativeBase):
    pass


tagged = Table(
    "tagged",
    Base.metadata,
    Column("author_id", ForeignKey("author.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), index=True)
    books: Mapped[list[Book]] = relationship(back_populates="author")
    tags: Mapped[list[Tag]] = relationship(secondary=tagged)


class Book(Base):
    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(50))
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship(back_populates="books")


class Tag(Base):
    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(20))


authors = Author.__table__
Tenants = tuple[str, str]


@pytest.fixture
def tenants(engine: Any, take_database: Any, tmp_path: Any) -> Tenants:
    """The names of two empty schemas."""
    if BACKEND.name in ("mysql", "mariadb"):
        one, two = (urlsplit(take_database(name).url).path[1:] for name in ("one", "two"))
        return one, two
    if BACKEND.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("CREATE SCHEMA one"))
            connection.execute(text('CREATE SCHEMA "Two"'))
        return "one", "Two"

    @event.listens_for(engine, "connect")
    def attach(raw: Any, record: Any) -> None:
        raw.execute("ATTACH ? AS one", (str(tmp_path / "one.db"),))
        raw.execute('ATTACH ? AS "Two"', (str(tmp_path / "two.db"),))

    engine.dispose()
    return "one", "Two"


def to(schema: str | None) -> dict[str, Any]:
    return {"schema_translate_map": {None: schema}}


@pytest.fixture
def filled(engine: Any, tenants: Tenants) -> Iterator[Any]:
    """The engine; each tenant has the tables, the first one author with two books."""
    for tenant in tenants:
        Base.metadata.create_all(engine.execution_options(**to(tenant)))
    with Session(engine.execution_options(**to(tenants[0]))) as session:
        session.add(
            Author(name="ann", books=[Book(title="a"), Book(title="b")], tags=[Tag(word="x")])
        )
        session.commit()
    yield engine
    for tenant in tenants:
        Base.metadata.drop_all(engine.execution_options(**to(tenant)))


Names = Callable[[str], list[str]]


@pytest.fixture
def names(filled: Any, tenants: Tenants) -> Names:
    """The authors of a tenant, read without a map."""

    def names(tenant: str) -> list[str]:
        table = Table("author", MetaData(), Column("name", String), schema=tenant)
        with filled.connect() as connection:
            return list(connection.scalars(select(table.c.name).order_by(table.c.name)))

    return names


# --- tables --------------------------------------------------------------------------------------


def test_tables_are_made_and_dropped_in_the_schema_they_are_translated_to(
    engine: Any, tenants: Tenants
) -> None:
    one, two = tenants
    there = engine.execution_options(**to(one))
    Base.metadata.create_all(there)
    Base.metadata.create_all(there)  # looks for them there as well
    inspector = inspect(engine)
    assert set(inspector.get_table_names(schema=one)) >= {"author", "book", "tag", "tagged"}
    assert "author" not in inspector.get_table_names(schema=two)
    assert "author" not in inspector.get_table_names()
    assert inspector.get_indexes("author", schema=one)[0]["column_names"] == ["name"]
    Base.metadata.drop_all(there)
    assert "author" not in inspect(engine).get_table_names(schema=one)


def test_a_declared_schema_is_translated_too_also_to_none(engine: Any, tenants: Tenants) -> None:
    metadata = MetaData()
    table = Table("thing", metadata, Column("n", Integer), schema="declared")
    here = engine.execution_options(schema_translate_map={"declared": None})
    there = engine.execution_options(schema_translate_map={"declared": tenants[0]})
    for place in (here, there):
        metadata.create_all(place)
        with place.begin() as connection:
            connection.execute(insert(table), {"n": 1 if place is here else 2})
    try:
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT n FROM thing")) == 1
        with there.connect() as connection:
            assert connection.scalar(select(table.c.n)) == 2
    finally:
        for place in (here, there):
            metadata.drop_all(place)


# --- the unit of work ----------------------------------------------------------------------------


def test_a_session_on_a_translated_engine_reads_and_writes_there(
    filled: Any, tenants: Tenants, names: Names
) -> None:
    one, two = tenants
    make = sessionmaker(filled.execution_options(**to(two)))
    with make.begin() as session:
        assert session.scalars(select(Author)).all() == []
        session.add_all([Author(name=f"b{n}", books=[Book(title="t")]) for n in range(3)])
    assert (names(one), names(two)) == (["ann"], ["b0", "b1", "b2"])
    with make.begin() as session:
        found = session.scalars(select(Author).order_by(Author.name)).all()
        assert [len(author.books) for author in found] == [1, 1, 1]
        found[0].name = "bob"
        found[1].tags = [Tag(word="y")]
        session.delete(found[2].books[0])
        session.delete(found[2])
        session.flush()
        session.refresh(found[0])
        assert session.get(Author, found[1].id) is found[1]
    assert (names(one), names(two)) == (["ann"], ["b1", "bob"])


def test_keys_are_counted_by_each_schema_on_its_own(
    filled: Any, tenants: Tenants, names: Names
) -> None:
    one, two = tenants
    for tenant, expected in ((one, list(range(2, 22))), (two, list(range(1, 21)))):
        with Session(filled.execution_options(**to(tenant))) as session:
            added = [Author(name=f"n{n:02}") for n in range(20)]
            session.add_all(added)
            session.commit()
            assert sorted(author.id for author in added) == expected
            for author in added:
                author.name += "!"
            session.commit()
            session.execute(delete(Author).where(Author.name.like("n%")))
            session.commit()
    assert (names(one), names(two)) == (["ann"], [])


def test_sessions_of_many_tenants_share_the_pool(filled: Any, tenants: Tenants) -> None:
    for tenant in (*tenants, *tenants):
        with Session(filled.execution_options(**to(tenant))) as session:
            session.scalars(select(Author)).all()
    assert filled.pool.checkedin() == 1


def test_a_savepoint_of_a_translated_session(filled: Any, tenants: Tenants, names: Names) -> None:
    with Session(filled.execution_options(**to(tenants[1]))) as session:
        with session.begin_nested():
            session.add(Author(name="inner"))
        session.commit()
    assert names(tenants[1]) == ["inner"]


# --- connection, session, statement --------------------------------------------------------------


def test_the_map_of_a_connection(filled: Any, tenants: Tenants, names: Names) -> None:
    one, two = tenants
    with filled.begin() as connection:
        assert connection.execution_options(**to(two)) is connection
        assert connection.engine is filled
        connection.execute(insert(authors), [{"name": "x"}, {"name": "y"}])
        key = connection.execute(insert(authors), {"name": "z"}).inserted_primary_key
        connection.execute(update(authors).where(authors.c.id == key[0]).values(name="zz"))
        connection.execute(delete(authors).where(authors.c.name == "y"))
        rows = connection.execute(select(authors.c.name).order_by(authors.c.id)).all()
        assert rows == [("x",), ("zz",)]
        connection.execution_options(**to(one))
        assert connection.scalar(select(authors.c.name)) == "ann"
    assert (names(one), names(two)) == (["ann"], ["x", "zz"])


def test_a_session_on_a_translated_connection(filled: Any, tenants: Tenants, names: Names) -> None:
    with filled.connect() as connection:
        connection.execution_options(**to(tenants[1]))
        with Session(connection) as session:
            session.add(Author(name="joined"))
            session.commit()
    assert names(tenants[1]) == ["joined"]


@needs("returning_insert")
def test_rows_that_come_back_are_those_of_the_schema(filled: Any, tenants: Tenants) -> None:
    with filled.begin() as connection:
        connection.execution_options(**to(tenants[1]))
        result = connection.execute(
            insert(authors).returning(authors.c.name), [{"name": "x"}, {"name": "y"}]
        )
        assert sorted(result.scalars()) == ["x", "y"]


def test_the_map_of_a_statement(filled: Any, tenants: Tenants) -> None:
    one, two = tenants
    with Session(filled.execution_options(**to(two))) as session:
        session.add(Author(name="bob"))
        query = select(Author.name)  # flushes bob to the session's schema first
        assert session.scalars(query, execution_options=to(one)).all() == ["ann"]
        assert session.scalars(query.execution_options(**to(one))).all() == ["ann"]
        assert session.scalars(query).all() == ["bob"]
        assert session.connection().scalar(query, execution_options=to(one)) == "ann"
        done = session.execute(update(Author).values(name="eve"), execution_options=to(one))
        assert done.rowcount == 1
        assert session.scalars(query).all() == ["bob"]
        assert session.query(Author.name).execution_options(**to(one)).all() == [("eve",)]


def test_the_map_of_a_get(filled: Any, tenants: Tenants) -> None:
    one, two = tenants
    with Session(filled.execution_options(**to(two))) as session:
        assert session.get(Author, 1) is None
        ann = session.get(Author, 1, execution_options=to(one))
        assert ann is not None
        assert ann.name == "ann"


def test_an_identity_map_knows_no_schemas(filled: Any, tenants: Tenants) -> None:
    """Which is why one session has one map."""
    one, two = tenants
    for tenant, name in ((one, "eve"), (two, "bob")):
        with Session(filled.execution_options(**to(tenant))) as session:
            session.merge(Author(id=1, name=name))
            session.commit()
    with Session(filled) as session:
        first = session.scalars(select(Author), execution_options=to(one)).one()
        assert session.scalars(select(Author), execution_options=to(two)).one() is first
        assert first.name == "eve"
        refreshed = {**to(two), "populate_existing": True}
        session.scalars(select(Author), execution_options=refreshed).one()
        assert first.name == "bob"


def test_the_map_of_a_statement_is_that_of_what_it_loads_eagerly(
    filled: Any, tenants: Tenants
) -> None:
    query = select(Author).options(selectinload(Author.books))
    with Session(filled.execution_options(**to(tenants[1]))) as session:
        ann = session.scalars(query, execution_options=to(tenants[0])).one()
        assert sorted(book.title for book in vars(ann)["books"]) == ["a", "b"]


def test_the_map_of_a_transaction_ends_with_it(filled: Any, tenants: Tenants, names: Names) -> None:
    one, two = tenants
    with Session(filled.execution_options(**to(one))) as session:
        session.connection(execution_options=to(two))
        session.add(Author(name="bob"))
        assert session.scalars(select(Author.name)).all() == ["bob"]
        session.commit()
        assert session.scalars(select(Author.name)).all() == ["ann"]
        with pytest.warns(exc.SAWarning, match="change nothing"):
            session.connection(execution_options=to(two))
    assert names(two) == ["bob"]


def test_the_map_of_a_session(filled: Any, tenants: Tenants, names: Names) -> None:
    with Session(filled, execution_options=to(tenants[1])) as session:
        for name in ("first", "second"):
            session.add(Author(name=name))
            session.commit()
        assert session.scalars(select(Author.name).order_by(Author.id)).all() == ["first", "second"]
    assert names(tenants[1]) == ["first", "second"]


def test_flushes_of_two_views_of_an_engine_use_their_own_connections(filled: Any) -> None:
    """Views share plans, and a plan must not remember whose it was."""
    Base.metadata.create_all(filled)
    for view in (filled, filled.execution_options(logging_token="b")):
        with Session(view) as session:
            session.add(Author(name="n"))
            session.flush()
            assert filled.pool.checkedout() == 1
            assert session.connection().engine is view
            session.commit()
    Base.metadata.drop_all(filled)


# --- sequences and types -------------------------------------------------------------------------


@needs("sequences")
def test_sequences_are_in_the_schema_as_well(engine: Any, tenants: Tenants) -> None:
    metadata = MetaData()
    table = Table(
        "counted",
        metadata,
        Column("id", Integer, Sequence("counter", start=10), primary_key=True),
        Column("n", Integer),
    )
    for tenant in tenants:
        there = engine.execution_options(**to(tenant))
        metadata.create_all(there)
        with there.begin() as connection:
            connection.execute(insert(table), {"n": 1})
            connection.execute(insert(table), [{"n": 2}, {"n": 3}])
            assert connection.scalars(select(table.c.id).order_by(table.c.n)).all() == [10, 11, 12]
            assert connection.scalar(Sequence("counter")) == 13
        metadata.drop_all(there)


class Mood(enum.Enum):
    good = 1
    bad = 2


def test_enums_are_in_the_schema_as_well(engine: Any, tenants: Tenants) -> None:
    metadata = MetaData()
    moods = Table(
        "moods",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("mood", Enum(Mood, name="mood")),
    )
    for tenant in tenants:
        there = engine.execution_options(**to(tenant))
        metadata.create_all(there)
        with there.begin() as connection:
            connection.execute(insert(moods), [{"mood": Mood.good}, {"mood": Mood.bad}])
            found = connection.scalars(select(moods.c.mood).where(moods.c.mood == Mood.bad))
            assert found.all() == [Mood.bad]
        metadata.drop_all(there)


def test_tables_of_one_name_in_two_schemas_are_read_by_one_statement(
    engine: Any, tenants: Tenants
) -> None:
    here = Table("twin", MetaData(), Column("n", Integer))
    there = Table("twin", MetaData(), Column("n", Integer), schema=tenants[0])
    try:
        for table, numbers in ((here, (1, 2)), (there, (2, 3))):
            table.create(engine)
            with engine.begin() as connection:
                connection.execute(table.insert(), [{"n": number} for number in numbers])
        with engine.connect() as connection:
            both = select(here.c.n, there.c.n).join(there, there.c.n == here.c.n)
            assert connection.execute(both).all() == [(2, 2)]
    finally:
        here.drop(engine, checkfirst=True)
