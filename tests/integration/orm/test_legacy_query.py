"""Session.query: the 1.x interface, as far as ported programs use it."""

from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Query,
    Session,
    String,
    aliased,
    event,
    exc,
    func,
    joinedload,
    mapped_column,
    relationship,
    select,
    selectinload,
)


class Base(DeclarativeBase):
    type_annotation_map = {str: String(100)}


class Owner(Base):
    __tablename__ = "owner"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    items: Mapped[list["Item"]] = relationship(back_populates="owner", order_by="Item.id")


class Item(Base):
    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(20))
    size: Mapped[int | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owner.id"))
    owner: Mapped[Owner | None] = relationship(back_populates="items")


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Owner(name="ann", items=[Item(name="a", size=1), Item(name="b", size=2)]))
        session.add(Owner(name="bob", items=[Item(name="c", size=3)]))
        session.add(Owner(name="cat"))
        session.commit()
        yield session


def test_all_and_iteration(session: Any) -> None:
    query = session.query(Owner).order_by(Owner.name)
    assert [owner.name for owner in query] == [owner.name for owner in query.all()]
    assert [owner.name for owner in query] == ["ann", "bob", "cat"]


def test_get(session: Any) -> None:
    assert session.query(Owner).get(1) is session.get(Owner, 1)
    assert session.query(Owner).get(99) is None


def test_filter_and_filter_by(session: Any) -> None:
    assert session.query(Owner).filter(Owner.name == "bob").one().id == 2
    assert session.query(Owner).filter_by(name="bob").one().id == 2
    assert session.query(Item).filter(Item.size > 1, Item.name != "c").one().name == "b"


def test_first_one_and_friends(session: Any) -> None:
    query = session.query(Owner).order_by(Owner.id)
    assert query.first().name == "ann"
    assert query.filter_by(name="nobody").first() is None
    assert query.filter_by(name="nobody").one_or_none() is None
    with pytest.raises(exc.NoResultFound):
        query.filter_by(name="nobody").one()
    with pytest.raises(exc.MultipleResultsFound):
        query.one()


def test_count_and_exists(session: Any) -> None:
    assert session.query(Item).count() == 3
    assert session.query(Item).filter(Item.size > 1).count() == 2
    assert session.query(session.query(Item).filter_by(name="a").exists()).scalar() is True


def test_columns_labels_and_scalar(session: Any) -> None:
    rows = session.query(Owner.id, Owner.name.label("called")).order_by(Owner.id).all()
    assert rows[0] == (1, "ann")
    assert rows[0].called == "ann"
    assert session.query(func.sum(Item.size)).scalar() == 6
    assert session.query(Owner, Item.name).join(Item).order_by(Item.id).first()[1] == "a"


def test_order_limit_offset_slice_distinct(session: Any) -> None:
    query = session.query(Item.name).order_by(Item.id.desc())
    assert query.limit(1).all() == [("c",)]
    assert query.offset(1).limit(1).all() == [("b",)]
    assert query[0:2] == [("c",), ("b",)]
    assert query[1] == ("b",)
    assert session.query(Item.owner_id).distinct().count() == 2


def test_join_and_outerjoin(session: Any) -> None:
    assert session.query(Owner).join(Owner.items).filter(Item.name == "c").one().name == "bob"
    assert session.query(Owner.name).outerjoin(Owner.items).filter(Item.id.is_(None)).all() == [
        ("cat",)
    ]
    assert (
        session.query(Owner).join(Item, Item.owner_id == Owner.id).filter(Item.size == 3).one().name
        == "bob"
    )


def test_group_by_having(session: Any) -> None:
    rows = (
        session.query(Item.owner_id, func.count(Item.id))
        .group_by(Item.owner_id)
        .having(func.count(Item.id) > 1)
        .all()
    )
    assert rows == [(1, 2)]


def test_subquery_and_aliased(session: Any) -> None:
    counts = (
        session.query(Item.owner_id, func.count().label("n")).group_by(Item.owner_id).subquery()
    )
    found = session.query(Owner.name, counts.c.n).join(counts, Owner.id == counts.c.owner_id)
    assert sorted(found.all()) == [("ann", 2), ("bob", 1)]
    other = aliased(Item)
    pairs = session.query(Item.name, other.name).join(other, Item.size + 1 == other.size).all()
    assert sorted(pairs) == [("a", "b"), ("b", "c")]


def test_update(session: Any) -> None:
    item = session.query(Item).get(1)
    assert session.query(Item).filter(Item.size < 3).update({"name": "x"}) == 2
    assert item.name == "x"
    assert session.query(Item).update({Item.size: Item.size + 1}) == 3
    assert item.size == 2


def test_delete(session: Any) -> None:
    item = session.query(Item).get(3)
    assert session.query(Item).filter(Item.size == 3).delete() == 1
    assert item not in session
    assert session.query(Item).count() == 2


@pytest.mark.parametrize("how", [False, "evaluate", "fetch"])
def test_update_and_delete_synchronisation(session: Any, how: Any) -> None:
    assert session.query(Item).filter_by(name="a").update({"size": 9}, synchronize_session=how) == 1
    assert session.query(Item).filter_by(size=9).delete(synchronize_session=how) == 1


def test_populate_existing(session: Any) -> None:
    item = session.query(Item).get(1)
    item.name  # noqa: B018
    session.connection().exec_driver_sql("UPDATE item SET name = 'other'")
    assert session.query(Item).filter_by(id=1).one().name == "a"
    assert session.query(Item).populate_existing().filter_by(id=1).one().name == "other"


def test_options(session: Any, statements: Any) -> None:
    for option in (joinedload(Owner.items), selectinload(Owner.items)):
        session.expunge_all()
        owners = session.query(Owner).options(option).order_by(Owner.id).all()
        statements.clear()
        assert [len(owner.items) for owner in owners] == [2, 1, 0]
        assert len(statements) == 0


def test_with_entities_add_columns_and_select_from(session: Any) -> None:
    query = session.query(Item).filter(Item.size == 3)
    assert query.with_entities(Item.name).all() == [("c",)]
    assert query.add_columns(Item.size).one()[1] == 3
    assert session.query(Item.name).select_from(Owner).join(Owner.items).filter(
        Owner.name == "bob"
    ).all() == [("c",)]


def test_str_and_statement(session: Any) -> None:
    query = session.query(Owner).filter_by(name="x")
    assert "FROM owner" in str(query)
    assert "WHERE owner.name = " in str(query)
    assert session.execute(query.statement).all() == []


def test_values_yield_per_and_enable_assertions(session: Any) -> None:
    assert len(list(session.query(Item).yield_per(2))) == 3
    with pytest.raises(exc.InvalidRequestError):
        session.query(Item).limit(1).filter(Item.size == 1)


def test_autoflush_and_no_autoflush(session: Any) -> None:
    session.add(Item(name="new"))
    assert session.query(Item).autoflush(False).count() == 3
    assert session.query(Item).count() == 4


def test_merge_of_generative_calls_leaves_the_original(session: Any) -> None:
    base = session.query(Item)
    base.filter(Item.size == 1)
    assert base.count() == 3


def test_join_of_unrelated_entities_is_an_error(session: Any) -> None:
    with pytest.raises(exc.InvalidRequestError):
        session.query(Owner, Item).filter_by(nope=1)


def test_union(session: Any) -> None:
    first, second = session.query(Item).filter_by(size=1), session.query(Item).filter_by(size=2)
    assert first.union(second).count() == 2


# --- events


@pytest.fixture
def hide_small() -> Any:
    """Listeners that leave out items of size 1, wherever a Query reads or writes items."""

    def is_of_items(query: Any) -> bool:
        return any(described["entity"] is Item for described in query.column_descriptions)

    def read(query: Any) -> Any:
        return query.enable_assertions(False).filter(Item.size > 1) if is_of_items(query) else None

    def write(query: Any, context: Any) -> Any:
        if context.values is not None:
            context.values["name"] = context.values["name"].upper()
        return query.filter(Item.size > 1)

    names = {"before_compile": read, "before_compile_update": write, "before_compile_delete": write}
    for name, function in names.items():
        event.listen(Query, name, function, retval=True, **(
            {"bake_ok": True} if name == "before_compile" else {}
        ))  # fmt: skip
    yield
    for name, function in names.items():
        event.remove(Query, name, function)


@pytest.mark.usefixtures("hide_small")
def test_listeners_change_what_a_query_reads_and_writes(session: Any) -> None:
    query = session.query(Item).order_by(Item.id)
    assert [item.name for item in query] == ["b", "c"]
    assert (query.count(), query.first().name, query.limit(1).one().name) == (2, "b", "b")
    assert session.query(Item.name).order_by(Item.id).all() == [("b",), ("c",)]
    owners = session.query(Owner).filter(Owner.id.in_(session.query(Item.owner_id).subquery()))
    assert sorted(owner.name for owner in owners) == ["ann", "bob"]
    assert session.query(Item).update({"name": "x"}) == 2
    assert session.query(Item).delete() == 2
    assert [(item.name, item.size) for item in session.scalars(select(Item))] == [("a", 1)]


def test_a_listener_without_retval_only_looks(session: Any) -> None:
    seen: list[str] = []

    def look(query: Any) -> Any:
        seen.append(query.column_descriptions[0]["name"])
        return query.filter(Item.id == 0)

    event.listen(Query, "before_compile", look)
    try:
        assert session.query(Item).count() == 3
    finally:
        event.remove(Query, "before_compile", look)
    session.query(Item).all()
    assert seen == ["Item"]
