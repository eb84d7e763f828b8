"""What a session refuses after a failed flush, and what is said about connections given back."""

import logging
from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    Mapped,
    Session,
    String,
    create_engine,
    exc,
    mapped_column,
    only,
    select,
)


class Base(DeclarativeBase):
    type_annotation_map = {str: String(100)}


class Page(Base):
    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


@pytest.fixture
def filled(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Page(name="a"))
        session.commit()
    return engine


def test_nothing_is_read_after_a_failed_flush_before_rollback(filled: Any) -> None:
    with Session(filled) as session:
        session.scalars(select(Page)).all()
        session.add(Page(name="a"))
        with pytest.raises(exc.IntegrityError):
            session.flush()
        with pytest.raises(exc.PendingRollbackError, match="rollback"):
            session.scalars(select(Page)).all()
        session.rollback()
        assert len(session.scalars(select(Page)).all()) == 1


def test_reading_an_expired_attribute_flushes_first(filled: Any) -> None:
    with Session(filled) as session:
        first, second = session.get(Page, 1), Page(name="b")
        session.add(second)
        session.commit()
        assert (first.name, second.name) == ("a", "b")
        session.expire(second)
        first.name = "c"
        assert second.name == "b"
        assert first not in session.dirty


@only("sqlite", "a database in memory has one connection")
def test_sessions_sharing_a_connection_say_nothing_false_about_it(caplog: Any) -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with caplog.at_level(logging.WARNING):
        session = Session(engine)
        session.scalars(select(Page)).all()
        with Session(engine) as other:
            other.add(Page(name="x"))
            other.commit()
        session.close()
        del session, other
    assert caplog.records == []
