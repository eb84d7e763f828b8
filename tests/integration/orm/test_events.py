"""Events: mapper before/after insert, update, delete; session, instance and attribute events."""

from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    event,
    exc,
    inspect,
    mapped_column,
    relationship,
    select,
    sessionmaker,
    update,
)

from accord import bindparam, insert, text
from accord.orm import attributes


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owner.id"))


class Remembering(Base):
    __tablename__ = "remembering"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), active_history=True)


class Owner(Base):
    __tablename__ = "owner"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    items: Mapped[list[Item]] = relationship()


class Log(Base):
    __tablename__ = "log"

    id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(String(50))


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session


@pytest.fixture
def listen() -> Any:
    """event.listen for the length of one test."""
    added = []

    def add(target: Any, name: str, fn: Any, **options: Any) -> Any:
        event.listen(target, name, fn, **options)
        added.append((target, name, fn))
        return fn

    yield add
    for target, name, fn in added:
        if event.contains(target, name, fn):
            event.remove(target, name, fn)


# --- mapper events


def test_order_of_mapper_events(session: Any, listen: Any) -> None:
    calls: list[str] = []
    for name in ("insert", "update", "delete"):
        for when in ("before", "after"):
            event_name = f"{when}_{name}"
            listen(Item, event_name, lambda m, c, t, n=event_name: calls.append(n))
    item = Item(name="a")
    session.add(item)
    session.flush()
    assert calls == ["before_insert", "after_insert"]
    item.name = "b"
    session.flush()
    session.delete(item)
    session.flush()
    assert calls[2:] == ["before_update", "after_update", "before_delete", "after_delete"]


def test_arguments_of_mapper_events(session: Any, listen: Any) -> None:
    seen: list[tuple[Any, Any, Any]] = []
    listen(Item, "before_insert", lambda *args: seen.append(args))
    item = Item(name="a")
    session.add(item)
    session.flush()
    ((mapper, connection, target),) = seen
    assert mapper is inspect(Item)
    assert target is item
    assert connection.execute(select(1)).scalar() == 1


def test_before_insert_may_change_the_row(session: Any, listen: Any, rows: Any) -> None:
    def stamp(mapper: Any, connection: Any, target: Any) -> None:
        target.name = f"{target.name}!"

    listen(Item, "before_insert", stamp)
    session.add_all([Item(name="a"), Item(name="b")])
    session.commit()
    assert rows("SELECT name FROM item ORDER BY id") == [("a!",), ("b!",)]


def test_before_update_may_change_the_row(session: Any, listen: Any, rows: Any) -> None:
    item = Item(name="a")
    session.add(item)
    session.commit()

    def stamp(mapper: Any, connection: Any, target: Any) -> None:
        target.name = target.name.upper()

    listen(Item, "before_update", stamp)
    item.name = "b"
    session.commit()
    assert rows("SELECT name FROM item") == [("B",)]


def test_key_is_known_in_after_insert(session: Any, listen: Any) -> None:
    keys: list[int] = []
    listen(Item, "after_insert", lambda m, c, target: keys.append(target.id))
    session.add_all([Item() for _ in range(20)])
    session.flush()
    assert keys == list(range(1, 21))


def test_listener_may_write_through_the_connection(session: Any, listen: Any, rows: Any) -> None:
    def log(mapper: Any, connection: Any, target: Any) -> None:
        connection.execute(Log.__table__.insert().values(line=f"inserted {target.id}"))

    listen(Item, "after_insert", log)
    session.add(Item())
    session.commit()
    assert rows("SELECT line FROM log") == [("inserted 1",)]


def test_event_on_the_base_propagates(session: Any, listen: Any) -> None:
    seen: list[str] = []
    listen(
        Base,
        "before_insert",
        lambda m, c, target: seen.append(type(target).__name__),
        propagate=True,
    )
    session.add_all([Item(), Owner()])
    session.flush()
    assert sorted(seen) == ["Item", "Owner"]


def test_update_event_fires_for_collection_changes_only_in_after_flush(
    session: Any, listen: Any
) -> None:
    calls: list[str] = []
    owner = Owner(name="o")
    session.add(owner)
    session.commit()
    listen(Item, "before_insert", lambda m, c, t: calls.append("item"))
    owner.items.append(Item())
    session.flush()
    assert calls == ["item"]


def test_exception_in_a_listener_fails_the_flush(session: Any, listen: Any, rows: Any) -> None:
    def refuse(mapper: Any, connection: Any, target: Any) -> None:
        raise ValueError("refused")

    listen(Item, "after_insert", refuse)
    item = Item()
    session.add(item)
    with pytest.raises(ValueError, match="refused"):
        session.flush()
    session.rollback()
    assert inspect(item).transient
    assert rows("SELECT count(*) FROM item") == [(0,)]


def test_listens_for_decorator_once_and_remove(session: Any) -> None:
    calls: list[str] = []

    @event.listens_for(Item, "before_insert", once=True)
    def once(mapper: Any, connection: Any, target: Any) -> None:
        calls.append("once")

    @event.listens_for(Item, "before_insert")
    def always(mapper: Any, connection: Any, target: Any) -> None:
        calls.append("always")

    session.add(Item())
    session.flush()
    session.add(Item())
    session.flush()
    assert calls.count("once") == 1
    assert calls.count("always") == 2
    event.remove(Item, "before_insert", always)
    session.add(Item())
    session.flush()
    assert calls.count("always") == 2
    assert not event.contains(Item, "before_insert", always)


def test_unknown_event_name_is_a_clear_error() -> None:
    with pytest.raises(exc.InvalidRequestError, match="before_inserting"):
        event.listen(Item, "before_inserting", lambda *a: None)


# --- session events


def test_order_of_session_events(session: Any, listen: Any) -> None:
    calls: list[str] = []
    for name in (
        "before_flush",
        "after_flush",
        "after_flush_postexec",
        "before_commit",
        "after_commit",
    ):
        listen(session, name, lambda *args, n=name: calls.append(n))
    session.add(Item())
    session.commit()
    assert calls == [
        "before_commit",
        "before_flush",
        "after_flush",
        "after_flush_postexec",
        "after_commit",
    ]


def test_before_flush_sees_and_changes_the_pending_set(
    session: Any, listen: Any, rows: Any
) -> None:
    def audit(session: Any, context: Any, instances: Any) -> None:
        for obj in list(session.new):
            if isinstance(obj, Item):
                session.add(Log(line=f"new {obj.name}"))

    listen(session, "before_flush", audit)
    session.add(Item(name="a"))
    session.commit()
    assert rows("SELECT line FROM log") == [("new a",)]


def test_before_flush_sees_dirty_and_deleted(session: Any, listen: Any) -> None:
    changed, gone = Item(name="a"), Item(name="b")
    session.add_all([changed, gone])
    session.commit()
    seen: dict[str, list[Any]] = {}

    def look(session: Any, context: Any, instances: Any) -> None:
        seen["dirty"], seen["deleted"] = list(session.dirty), list(session.deleted)

    listen(session, "before_flush", look)
    changed.name = "x"
    session.delete(gone)
    session.flush()
    assert seen == {"dirty": [changed], "deleted": [gone]}


def test_what_before_flush_queries_flushes_nothing(session: Any, listen: Any, rows: Any) -> None:
    seen: list[Any] = []

    def count(session: Any, context: Any, instances: Any) -> None:
        seen.append((len(session.query(Item).all()), len(session.new)))
        with pytest.raises(exc.InvalidRequestError, match="already flushing"):
            session.flush()

    listen(session, "before_flush", count)
    session.add(Item(name="a"))
    session.commit()
    assert seen == [(0, 1)]
    assert rows("SELECT name FROM item") == [("a",)]


def test_an_error_in_before_flush_leaves_the_transaction_as_it_is(
    session: Any, listen: Any, rows: Any
) -> None:
    def refuse(session: Any, context: Any, instances: Any) -> None:
        if any(obj.name == "b" for obj in session.new):
            raise ValueError("no b")

    listen(session, "before_flush", refuse)
    session.add(Item(name="a"))
    session.flush()
    wrong = Item(name="b")
    session.add(wrong)
    with pytest.raises(ValueError, match="no b"):
        session.flush()
    wrong.name = "c"
    session.commit()
    assert sorted(rows("SELECT name FROM item")) == [("a",), ("c",)]


def test_before_flush_is_not_called_without_changes(session: Any, listen: Any) -> None:
    calls: list[str] = []
    listen(session, "before_flush", lambda *args: calls.append("flush"))
    session.flush()
    assert calls == []


def test_after_rollback_and_soft_rollback(session: Any, listen: Any) -> None:
    calls: list[str] = []
    listen(session, "after_rollback", lambda s: calls.append("rollback"))
    listen(session, "after_soft_rollback", lambda s, t: calls.append("soft"))
    session.add(Item())
    session.flush()
    session.rollback()
    assert calls == ["rollback", "soft"] or calls == ["soft", "rollback"]


def test_after_begin(session: Any, listen: Any) -> None:
    connections: list[Any] = []
    listen(
        session, "after_begin", lambda s, transaction, connection: connections.append(connection)
    )
    session.execute(select(Item)).all()
    assert len(connections) == 1


def test_after_attach_and_before_attach(session: Any, listen: Any) -> None:
    calls: list[tuple[str, Any]] = []
    listen(session, "before_attach", lambda s, obj: calls.append(("before", obj)))
    listen(session, "after_attach", lambda s, obj: calls.append(("after", obj)))
    item = Item()
    session.add(item)
    assert calls == [("before", item), ("after", item)]


def test_life_cycle_events(session: Any, listen: Any) -> None:
    calls: list[str] = []
    names = (
        "transient_to_pending",
        "pending_to_persistent",
        "persistent_to_deleted",
        "deleted_to_detached",
        "loaded_as_persistent",
        "persistent_to_detached",
        "detached_to_persistent",
        "pending_to_transient",
        "deleted_to_persistent",
        "persistent_to_transient",
    )
    for name in names:
        listen(session, name, lambda s, obj, n=name: calls.append(n))
    item = Item()
    session.add(item)
    session.flush()
    session.delete(item)
    session.flush()
    session.commit()
    assert calls == [
        "transient_to_pending",
        "pending_to_persistent",
        "persistent_to_deleted",
        "deleted_to_detached",
    ]
    calls.clear()
    other = Item(id=5)
    session.add(other)
    session.commit()
    session.expunge(other)
    session.add(other)
    session.expunge_all()
    assert calls[2:] == [
        "persistent_to_detached",
        "detached_to_persistent",
        "persistent_to_detached",
    ]
    calls.clear()
    session.get(Item, 5)
    assert calls == ["loaded_as_persistent"]


def test_sessionmaker_and_class_wide_listeners(engine: Any, listen: Any) -> None:
    Base.metadata.create_all(engine)
    factory = sessionmaker(engine)
    calls: list[str] = []
    listen(factory, "before_commit", lambda s: calls.append("factory"))
    listen(Session, "before_commit", lambda s: calls.append("class"))
    with factory() as session:
        session.add(Item())
        session.commit()
    with Session(engine) as session:
        session.add(Item())
        session.commit()
    assert calls.count("factory") == 1
    assert calls.count("class") == 2


def test_do_orm_execute(session: Any, listen: Any) -> None:
    seen: list[tuple[bool, bool]] = []
    listen(
        session,
        "do_orm_execute",
        lambda state: seen.append((state.is_select, state.is_update)),
    )
    session.execute(select(Item)).all()
    session.execute(update(Item).values(name="x"))
    assert seen == [(True, False), (False, True)]


def test_do_orm_execute_says_what_is_executed(session: Any, listen: Any) -> None:
    seen: list[Any] = []
    marker = object()

    def look(state: Any) -> None:
        seen.append(
            (
                state.is_executemany,
                state.is_from_statement,
                [mapper.class_ for mapper in state.all_mappers],
                state.execution_options.get("mine"),
                state.user_defined_options == (),
                state.is_relationship_load or state.is_column_load,
            )
        )
        state.update_execution_options(populate_existing=True)

    listen(session, "do_orm_execute", look)
    session.execute(select(Item, Owner.id).execution_options(mine=marker)).all()
    session.execute(insert(Owner), [{"name": "a"}, {"name": "b"}])
    session.execute(select(Item).from_statement(text("SELECT * FROM item"))).all()
    assert seen == [
        (False, False, [Item, Owner], marker, True, False),
        (True, False, [Owner], None, True, False),
        (False, True, [Item], None, True, False),
    ]


def test_a_do_orm_execute_listener_answers_itself(session: Any, listen: Any) -> None:
    session.add_all([Item(name="a"), Item(name="b")])
    session.flush()
    kept: dict[str, Any] = {}
    later: list[str] = []

    def cached(state: Any) -> Any:
        name = state.execution_options["cached"]
        if name not in kept:
            only = state.statement.where(Item.name == bindparam("called"))
            kept[name] = state.invoke_statement(only, {"called": name}).freeze()
        return kept[name]()

    listen(session, "do_orm_execute", cached)
    listen(session, "do_orm_execute", lambda state: later.append(str(state.parameters["called"])))
    for _ in range(2):
        query = select(Item).execution_options(cached="b")
        assert [item.name for item in session.scalars(query)] == ["b"]
    assert later == ["b"]  # what comes after the cache hears of what it executes


# --- instance and attribute events


def test_active_history_loads_what_is_replaced(session: Any, listen: Any) -> None:
    item = Item(name="a")
    session.add(item)
    session.commit()
    replaced: list[Any] = []
    listen(Item.name, "set", lambda t, v, old, i: replaced.append(old), active_history=True)
    item.name = "b"
    assert attributes.get_history(item, "name").deleted == ["a"]
    session.rollback()
    session.expunge(item)
    item.name = "c"  # nobody to ask
    assert replaced[0] == "a"
    with pytest.raises(exc.ArgumentError, match="active_history is for attributes"):
        event.listen(Item, "load", print, active_history=True)
    Item.name.property.active_history = False


def test_active_history_of_a_column(session: Any) -> None:
    obj = Remembering(name="a")
    session.add(obj)
    session.commit()
    obj.name = "b"
    assert attributes.get_history(obj, "name") == (["b"], (), ["a"])
    session.commit()
    assert obj.name == "b"


def test_the_engines_of_a_session_can_be_read(session: Any) -> None:
    engine = session.get_bind()
    assert Session(binds={Item: engine, Owner.__table__: engine}).binds == {
        Item: engine,
        Owner.__table__: engine,
    }


def test_init_and_load_events(session: Any, listen: Any) -> None:
    calls: list[str] = []
    listen(Item, "init", lambda target, args, kwargs: calls.append("init"))
    listen(Item, "load", lambda target, context: calls.append("load"))
    session.add(Item(name="a"))
    session.commit()
    session.expunge_all()
    session.get(Item, 1)
    assert calls == ["init", "load"]


def test_refresh_and_expire_events(session: Any, listen: Any) -> None:
    calls: list[str] = []
    listen(Item, "refresh", lambda target, context, attrs: calls.append("refresh"))
    listen(Item, "expire", lambda target, attrs: calls.append("expire"))
    item = Item(name="a")
    session.add(item)
    session.commit()
    assert item.name == "a"
    assert calls == ["expire", "refresh"]


def test_set_event(session: Any, listen: Any) -> None:
    seen: list[tuple[Any, Any]] = []
    listen(Item.name, "set", lambda target, value, old, initiator: seen.append((value, old)))
    item = Item()
    item.name = "a"
    item.name = "b"
    assert [value for value, _ in seen] == ["a", "b"]
    assert seen[1][1] == "a"


def test_set_event_with_retval_changes_the_value(listen: Any) -> None:
    listen(Item.name, "set", lambda t, value, old, i: value.strip(), retval=True)
    assert Item(name="  x ").name == "x"


def test_append_and_remove_events(listen: Any) -> None:
    calls: list[str] = []
    listen(Owner.items, "append", lambda target, value, initiator: calls.append("append"))
    listen(Owner.items, "remove", lambda target, value, initiator: calls.append("remove"))
    owner = Owner(items=[Item()])
    owner.items.pop()
    assert calls == ["append", "remove"]


def test_listener_added_later_applies_to_existing_objects(session: Any, listen: Any) -> None:
    item = Item(name="a")
    session.add(item)
    session.commit()
    seen: list[Any] = []
    listen(Item.name, "set", lambda t, value, old, i: seen.append(value))
    item.name = "b"
    assert seen == ["b"]
    assert item in session.dirty
