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
    joinedload,
    mapped_column,
    relationship,
    select,
    selectinload,
)

COUNT = 500


class Base(DeclarativeBase):
    pass


class Reading(Base):
    __tablename__ = "reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    notes: Mapped[list["Note"]] = relationship(order_by="Note.id")


class Note(Base):
    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"))


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


@pytest.mark.skipif(not IS_ACCORD, reason="looks into accord's identity map")
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


@pytest.mark.parametrize("load", [selectinload, joinedload])
def test_related_objects_come_complete(session: Any, load: Any) -> None:
    if load is joinedload and not IS_ACCORD:
        pytest.skip("SQLAlchemy refuses yield_per beside joined collections")
    statement = STATEMENT.options(load(Reading.notes)).execution_options(yield_per=7)
    found = session.scalars(statement).unique().all()
    assert len(found) == COUNT and all(len(reading.notes) == 2 for reading in found)


def test_a_result_left_half_read_does_not_block_the_session(session: Any) -> None:
    result = session.scalars(STATEMENT.execution_options(yield_per=10))
    assert result.fetchmany(3)[2].name == "r2"
    result.close()
    assert len(session.scalars(select(Note)).all()) == 2 * COUNT
    session.commit()


@pytest.mark.skipif(not IS_ACCORD, reason="the message is accord's")
def test_a_stream_ends_with_its_connection(session: Any) -> None:
    from accord.exc import ResourceClosedError

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
