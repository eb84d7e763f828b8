"""Sequences on a database without: no obstacle as defaults, refused where nothing else helps."""

import pytest

from accord import Integer, Sequence, String, create_engine, insert, select
from accord.exc import CompileError
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(Integer, Sequence("user_ids"), primary_key=True)
    number: Mapped[int | None] = mapped_column(Integer, Sequence("numbers", allocate=5))
    name: Mapped[str] = mapped_column(String(30))


@pytest.fixture
def engine():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    yield engine
    Base.metadata.drop_all(engine)


def test_a_key_with_a_sequence_counts_by_itself(engine):
    with Session(engine) as session:
        session.add_all([User(name="a"), User(name="b"), User(name="c")])
        session.commit()
        assert session.scalars(select(User.id).order_by(User.id)).all() == [1, 2, 3]


def test_another_column_with_a_sequence_stays_null(engine):
    with Session(engine) as session:
        session.add(User(name="a"))
        session.commit()
        assert session.scalars(select(User.number)).all() == [None]


def test_core_inserts_ignore_it_too(engine):
    with engine.begin() as connection:
        result = connection.execute(insert(User.__table__).values(name="x"))
        assert result.inserted_primary_key == (1,)
        connection.execute(insert(User.__table__), [{"name": "y"}, {"name": "z"}])
        assert connection.scalars(select(User.id)).all() == [1, 2, 3]


def test_asking_for_the_next_value_says_that_there_are_none(engine):
    with Session(engine) as session:
        with pytest.raises(CompileError, match="sqlite has no sequences, and 'numbers' is asked"):
            session.scalar(Sequence("numbers"))
    with engine.connect() as connection:
        with pytest.raises(CompileError, match="sqlite has no sequences"):
            connection.scalar(Sequence("numbers"))
        with pytest.raises(CompileError, match="sqlite has no sequences"):
            connection.scalar(select(Sequence("numbers").next_value()))
