"""Listening to a mixin: its mapped subclasses hear it, whether mapped before or after."""

from __future__ import annotations

import pytest

from accord import create_engine, event, exc
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Audited:
    pass


class Before(Audited, Base):
    __tablename__ = "before"

    id: Mapped[int] = mapped_column(primary_key=True)


def flush(*objects: object) -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(objects)
        session.flush()
    engine.dispose()


def test_mapped_subclasses_hear_what_is_registered_on_a_mixin():
    heard = []

    def hear(mapper, connection, target):
        heard.append(type(target).__name__)

    event.listen(Audited, "before_insert", hear, propagate=True)

    class After(Audited, Base):
        __tablename__ = "after"

        id: Mapped[int] = mapped_column(primary_key=True)

    class Other(Base):
        __tablename__ = "other"

        id: Mapped[int] = mapped_column(primary_key=True)

    flush(Before(), After(), Other())
    assert sorted(heard) == ["After", "Before"]
    assert event.contains(Audited, "before_insert", hear)
    event.remove(Audited, "before_insert", hear)
    flush(Before())
    assert len(heard) == 2


def test_a_class_that_is_not_mapped_needs_propagate():
    class Unmapped:
        pass

    with pytest.raises(exc.InvalidRequestError, match="with propagate=True"):
        event.listen(Unmapped, "before_insert", print)
    with pytest.raises(exc.InvalidRequestError, match="class int"):
        event.listen(int, "before_insert", print, propagate=True)
