"""Results kept in a cache, given out again in another session."""

import pickle
from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    Mapped,
    Session,
    String,
    accord_only,
    mapped_column,
    module,
    select,
)

merge_frozen_result = module("orm.loading").merge_frozen_result


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


STATEMENT = select(Thing, Thing.name).order_by(Thing.id)


@pytest.fixture
def frozen(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Thing(id=1, name="a"), Thing(id=2, name="b")])
        session.commit()
        return session.execute(STATEMENT).freeze()


def test_a_frozen_result_gives_its_objects_again(frozen: Any) -> None:
    assert [thing.name for thing in frozen().scalars()] == ["a", "b"]
    assert [row.name for row in frozen()] == ["a", "b"]


def test_its_objects_become_those_of_another_session(engine: Any, frozen: Any) -> None:
    with Session(engine) as session:
        known = session.get(Thing, 1)
        things = merge_frozen_result(session, STATEMENT, frozen)().scalars().all()
        assert things[0] is known and all(thing in session for thing in things)
        assert [row.name for row in merge_frozen_result(session, STATEMENT, frozen)()] == ["a", "b"]


@accord_only
def test_without_load_nothing_is_read(engine: Any, frozen: Any, statements: Any) -> None:
    kept = pickle.loads(pickle.dumps(frozen))
    with Session(engine) as session:
        statements.clear()
        things = merge_frozen_result(session, STATEMENT, kept, load=False)().scalars().all()
        assert [thing.name for thing in things] == ["a", "b"]
        assert not session.dirty and len(statements) == 0
