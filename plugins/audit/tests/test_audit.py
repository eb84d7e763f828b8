"""accord-audit: every row of a flush is recorded with its actor and key, and nothing else."""

from __future__ import annotations

import logging

import pytest

import accord_audit
from accord import create_engine, hooks
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "audited_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


@pytest.fixture
def session():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def entries():
    found: list[accord_audit.Entry] = []
    accord_audit.add_sink(found.append)
    yield found
    accord_audit.remove_sink(found.append)


def test_it_is_loaded_by_its_entry_point(session):
    status = {plugin.name: plugin for plugin in hooks.plugins()}["audit"]
    assert status.error is None
    assert status.source.startswith("accord-audit ")


def test_each_row_is_recorded_with_actor_action_and_key(session, entries):
    kept, gone = Item(name="kept"), Item(name="gone")
    with accord_audit.acting_as("ada"):
        session.add_all([kept, gone])
        session.commit()
    with accord_audit.acting_as("bob"):
        kept.name = "changed"
        session.delete(gone)
        session.commit()
    seen = [(entry.actor, entry.action, entry.entity, entry.key) for entry in entries]
    assert seen == [
        ("ada", "inserted", "Item", (1,)),
        ("ada", "inserted", "Item", (2,)),
        ("bob", "updated", "Item", (1,)),
        ("bob", "deleted", "Item", (2,)),
    ]
    assert str(entries[2]) == "bob updated Item 1"


def test_a_change_that_changes_nothing_is_not_recorded(session, entries):
    item = Item(name="same")
    session.add(item)
    session.commit()
    del entries[:]
    item.name = item.name + ""
    session.commit()
    assert entries == []


def test_a_flush_without_anybody_named_is_recorded_too(session, entries, caplog):
    with caplog.at_level(logging.INFO, "accord.audit"):
        session.add(Item(name="a secret value"))
        session.flush()
    assert [entry.actor for entry in entries] == ["nobody in particular"]
    assert caplog.messages == ["nobody in particular inserted Item 1"]


def test_the_actor_is_restored_after_the_block():
    with accord_audit.acting_as("ada"):
        with accord_audit.acting_as("bob"):
            pass
        assert accord_audit._actor.get() == "ada"


def test_a_sink_that_cannot_record_makes_the_flush_fail(session):
    def full(entry):
        raise OSError("the disk is full")

    accord_audit.add_sink(full)
    try:
        session.add(Item(name="x"))
        with pytest.raises(OSError, match="the disk is full"):
            session.commit()
    finally:
        accord_audit.remove_sink(full)
    session.rollback()
    assert session.query(Item).count() == 0
