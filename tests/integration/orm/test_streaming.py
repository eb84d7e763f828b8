"""Large results of a Session: objects are made while the cursor is open, a chunk at a time."""

import gc
from typing import Any

import pytest
from orm_api import (
    IS_ACCORD,
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    accord_only,
    immediateload,
    joinedload,
    mapped_column,
    module,
    needs,
    relationship,
    select,
    selectinload,
    subqueryload,
    text,
)

InvalidRequestError = module("exc").InvalidRequestError
ResourceClosedError = module("exc").ResourceClosedError

COUNT = 500


class Base(DeclarativeBase):
    pass


class Reading(Base):
    __tablename__ = "reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    notes: Mapped[list["Note"]] = relationship(order_by="Note.id", back_populates="reading")


class Note(Base):
    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"))
    reading: Mapped["Reading"] = relationship(back_populates="notes")


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        readings = [Reading(name=f"r{n}", notes=[Note(), Note()]) for n in range(COUNT)]
        session.add_all(readings)
        session.commit()
        del readings
        session.expunge_all()
        gc.collect()
        yield session


STATEMENT = select(Reading).order_by(Reading.id)


@accord_only
def test_objects_are_made_a_chunk_at_a_time(session: Any) -> None:
    objects = session.scalars(STATEMENT.execution_options(yield_per=50))
    first = next(iter(objects))
    assert first.name == "r0" and len(session.identity_map) <= 50
    seen = most = 1
    for _ in objects:
        seen += 1
        most = max(most, len(session.identity_map))
    assert seen == COUNT and most <= 102


@pytest.mark.parametrize("options", [{"yield_per": 70}, {"stream_results": True}])
def test_all_rows_come_once_and_in_order(session: Any, options: Any) -> None:
    found = session.scalars(STATEMENT, execution_options=options).all()
    assert [reading.name for reading in found] == [f"r{n}" for n in range(COUNT)]
    rows = session.execute(select(Reading, Reading.name, Reading.id), execution_options=options)
    assert sorted(row.id for row in rows) == [reading.id for reading in found]


def test_partitions_have_the_size_asked_for(session: Any) -> None:
    result = session.scalars(STATEMENT.execution_options(yield_per=200))
    assert [len(part) for part in result.partitions()] == [200, 200, 100]


def test_objects_that_are_there_already_are_the_same(session: Any) -> None:
    known = session.scalars(STATEMENT.limit(1)).one()
    known.name = "changed"
    with session.no_autoflush:
        found = session.scalars(STATEMENT.execution_options(yield_per=10)).first()
    assert found is known and known.name == "changed"


# --- how much is fetched --------------------------------------------------------------------------


@pytest.fixture
def fetched(engine: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """How many rows were fetched through streaming cursors, as a list of sizes."""
    sizes: list[int] = []
    driver = type(engine.dialect.driver)
    inner = driver.streaming_cursor

    class Counting:
        def __init__(self, cursor: Any) -> None:
            self._cursor = cursor

        def __getattr__(self, name: str) -> Any:
            return getattr(self._cursor, name)

        def fetchmany(self, size: int) -> Any:
            rows = self._cursor.fetchmany(size)
            sizes.append(len(rows))
            return rows

    monkeypatch.setattr(
        driver, "streaming_cursor", lambda self, connection: Counting(inner(self, connection))
    )
    return sizes


@accord_only
def test_rows_are_fetched_when_they_are_asked_for(session: Any, fetched: list[int]) -> None:
    objects = session.scalars(STATEMENT.execution_options(yield_per=50))
    assert sum(fetched) == 0
    next(objects)
    assert fetched == [50]
    objects.fetchmany(50)
    assert fetched == [50, 50]
    assert len(objects.all()) == COUNT - 51
    assert max(fetched) == 50


@accord_only
def test_rows_of_a_connection_are_fetched_when_they_are_asked_for(
    engine: Any, session: Any, fetched: list[int]
) -> None:
    table = Reading.__table__
    with engine.connect() as connection:
        result = connection.execute(select(table), execution_options={"yield_per": 40})
        assert [len(part) for part in result.partitions()][:2] == [40, 40]
        assert max(fetched) == 40
        fetched.clear()
        wish = connection.execution_options(stream_results=True, max_row_buffer=25)
        result = wish.execute(select(table))
        result.fetchone()
        assert fetched == [25]


@accord_only
@needs("statements_beside_stream")
def test_related_objects_are_loaded_for_each_chunk(
    session: Any, fetched: list[int], statements: Any
) -> None:
    statement = STATEMENT.options(selectinload(Reading.notes)).execution_options(yield_per=100)
    session.connection()
    statements.clear()
    objects = session.scalars(statement)
    first = next(objects)
    assert len(first.notes) == 2
    assert fetched == [100] and len(session.identity_map) <= 300
    del first
    assert all(len(reading.notes) == 2 for reading in objects)
    assert [sent.table for sent in statements.raw].count("note") == 5


@accord_only
def test_memory_stays_bounded_with_related_objects(session: Any) -> None:
    statement = STATEMENT.options(selectinload(Reading.notes)).execution_options(yield_per=25)
    most = 0
    for reading in session.scalars(statement):
        assert len(reading.notes) == 2
        most = max(most, len(session.identity_map))
    assert most <= 2 * 3 * 25 + 3


# --- related objects ------------------------------------------------------------------------------


@pytest.mark.parametrize("load", [selectinload, immediateload, subqueryload])
def test_related_objects_come_complete(session: Any, load: Any) -> None:
    if not IS_ACCORD and load is subqueryload:
        pytest.skip("SQLAlchemy refuses yield_per beside subqueryload()")
    statement = STATEMENT.options(load(Reading.notes)).execution_options(yield_per=70)
    found = session.scalars(statement).all()
    assert [reading.name for reading in found] == [f"r{n}" for n in range(COUNT)]
    with session.no_autoflush:
        assert all([note.reading_id for note in r.notes] == [r.id, r.id] for r in found)


def test_a_joined_object_comes_with_its_row(session: Any) -> None:
    statement = select(Note).order_by(Note.id).options(joinedload(Note.reading))
    notes = session.scalars(statement.execution_options(yield_per=33))
    assert [note.reading.name for note in notes][-2:] == [f"r{COUNT - 1}"] * 2


@accord_only
@pytest.mark.parametrize("method", ["statement", "Query"])
def test_a_joined_collection_is_refused_by_name(session: Any, method: str) -> None:
    load = joinedload(Reading.notes)
    with pytest.raises(InvalidRequestError, match=r"Reading\.notes.*selectinload"):
        if method == "Query":
            session.query(Reading).options(load).yield_per(10).all()
        else:
            session.scalars(STATEMENT.options(load).execution_options(yield_per=10)).all()


def test_stream_results_alone_reads_a_joined_collection_at_once(session: Any) -> None:
    statement = STATEMENT.options(joinedload(Reading.notes))
    found = session.scalars(statement.execution_options(stream_results=True)).unique().all()
    assert len(found) == COUNT and all(len(reading.notes) == 2 for reading in found)


def test_query_yield_per(session: Any) -> None:
    query = session.query(Reading).order_by(Reading.id).options(selectinload(Reading.notes))
    seen = [(reading.name, len(reading.notes)) for reading in query.yield_per(90)]
    assert seen == [(f"r{n}", 2) for n in range(COUNT)]


def test_rows_of_text_become_objects_a_chunk_at_a_time(session: Any) -> None:
    source = text("SELECT id, name FROM reading ORDER BY id")
    statement = select(Reading).from_statement(source).execution_options(yield_per=60)
    parts = session.scalars(statement).partitions()
    assert [len(part) for part in parts] == [60] * 8 + [20]


def test_rows_of_text_bring_their_related_objects(session: Any) -> None:
    source = text("SELECT id, name FROM reading ORDER BY id")
    statement = select(Reading).from_statement(source).options(selectinload(Reading.notes))
    found = session.scalars(statement.execution_options(yield_per=60))
    assert [len(reading.notes) for reading in found] == [2] * COUNT


@accord_only
def test_rows_of_text_are_fetched_when_they_are_asked_for(
    session: Any, fetched: list[int]
) -> None:
    source = text("SELECT id, name FROM reading ORDER BY id")
    objects = session.scalars(
        select(Reading).from_statement(source), execution_options={"yield_per": 60}
    )
    assert next(objects).name == "r0"
    assert fetched == [60] and len(session.identity_map) <= 60
    objects.close()


# --- the end --------------------------------------------------------------------------------------


def test_a_result_left_half_read_does_not_block_the_session(session: Any) -> None:
    result = session.scalars(STATEMENT.execution_options(yield_per=10))
    assert result.fetchmany(3)[2].name == "r2"
    result.close()
    assert len(session.scalars(select(Note)).all()) == 2 * COUNT
    session.commit()


@accord_only
def test_a_stream_ends_with_its_connection(session: Any) -> None:
    result = session.scalars(STATEMENT.execution_options(yield_per=10))
    result.fetchmany(3)
    session.close()
    with pytest.raises(ResourceClosedError, match="streamed result has ended"):
        result.all()


def test_options_of_a_session_are_those_of_its_statements_which_may_have_their_own(
    session: Any, engine: Any
) -> None:
    few = STATEMENT.limit(5)
    with Session(engine, execution_options={"yield_per": 2}) as optioned:
        sizes = [
            [len(part) for part in optioned.scalars(statement, **given).partitions()]
            for statement, given in (
                (few, {}),
                (few.execution_options(yield_per=3), {}),
                (few.execution_options(yield_per=3), {"execution_options": {"yield_per": 4}}),
                (few, {}),
            )
        ]
    assert sizes == [[2, 2, 1], [3, 2], [4, 1], [2, 2, 1]]


@accord_only
@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_a_stream_ends_with_its_transaction(session: Any, ending: str) -> None:
    result = session.scalars(STATEMENT.execution_options(yield_per=10))
    result.fetchmany(3)
    getattr(session, ending)()
    assert len(result.fetchmany(7)) == 7, "what was fetched already is there"
    with pytest.raises(ResourceClosedError, match=r"streamed result has ended; read it before"):
        result.all()


def test_closing_midway_frees_the_connection(engine: Any, session: Any) -> None:
    with session.scalars(STATEMENT.execution_options(yield_per=10)) as result:
        assert len(result.fetchmany(15)) == 15
    assert result.closed
    with pytest.raises(ResourceClosedError):
        result.fetchmany(1)
    assert session.scalar(select(Note.id).limit(1)) is not None
