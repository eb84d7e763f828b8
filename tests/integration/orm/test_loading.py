"""Lazy select, selectinload, joinedload and relatives: what is loaded, by how many statements."""

from typing import Any

import pytest
from orm_api import (
    IS_ACCORD,
    Column,
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    Table,
    contains_eager,
    defer,
    exc,
    joinedload,
    lazyload,
    load_only,
    mapped_column,
    noload,
    orm_exc,
    raiseload,
    relationship,
    select,
    selectinload,
    undefer,
)


class Base(DeclarativeBase):
    pass


item_tag = Table(
    "item_tag",
    Base.metadata,
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Owner(Base):
    __tablename__ = "owner"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    bio: Mapped[str | None] = mapped_column(String(200), deferred=True)
    items: Mapped[list["Item"]] = relationship(back_populates="owner", order_by="Item.id")


class Item(Base):
    __tablename__ = "item"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("owner.id"))
    owner: Mapped[Owner | None] = relationship(back_populates="items")
    tags: Mapped[list["Tag"]] = relationship(secondary=item_tag, order_by="Tag.id")


class Tag(Base):
    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(20))


OWNERS = 7


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        tags = [Tag(label=f"t{n}") for n in range(3)]
        for number in range(OWNERS):
            session.add(
                Owner(
                    name=f"o{number}",
                    bio="long",
                    items=[Item(name=f"o{number}i{k}", tags=tags[:k]) for k in range(number % 3)],
                )
            )
        session.add(Item(name="homeless"))
        session.commit()
    with Session(engine) as session:
        yield session


def owners(session: Any, *options: Any) -> list[Any]:
    return list(session.scalars(select(Owner).options(*options).order_by(Owner.id)).unique())


def names(owners: list[Any]) -> list[list[str]]:
    return [[item.name for item in owner.items] for owner in owners]


EXPECTED = [[f"o{n}i{k}" for k in range(n % 3)] for n in range(OWNERS)]


# --- lazy


def test_lazy_select_loads_on_access_once(session: Any, statements: Any) -> None:
    owner = session.get(Owner, 3)
    assert "items" not in vars(owner)
    statements.clear()
    assert len(owner.items) == 2
    assert statements.kinds == [("SELECT", "item")]
    assert owner.items is owner.items
    assert len(statements) == 1


def test_lazy_many_to_one_uses_the_identity_map(session: Any, statements: Any) -> None:
    all_owners = owners(session)
    item = session.get(Item, 1)
    statements.clear()
    assert item.owner in all_owners
    assert len(statements) == 0


def test_lazy_many_to_one_loads_by_key(session: Any, statements: Any) -> None:
    item = session.get(Item, 1)
    statements.clear()
    assert item.owner.name == "o1"
    assert statements.kinds == [("SELECT", "owner")]


def test_lazy_many_to_one_of_null_sends_nothing(session: Any, statements: Any) -> None:
    item = session.scalars(select(Item).where(Item.name == "homeless")).one()
    statements.clear()
    assert item.owner is None
    assert len(statements) == 0


def test_lazy_many_to_many(session: Any, statements: Any) -> None:
    item = session.scalars(select(Item).where(Item.name == "o2i1")).one()
    statements.clear()
    assert [tag.label for tag in item.tags] == ["t0"]
    assert len(statements) == 1


def test_lazy_load_of_everything_is_one_statement_per_object(session: Any, statements: Any) -> None:
    loaded = owners(session)
    statements.clear()
    assert names(loaded) == EXPECTED
    assert len(statements) == OWNERS


def test_lazy_load_on_a_detached_object_is_an_error(session: Any) -> None:
    owner = session.get(Owner, 3)
    session.expunge(owner)
    with pytest.raises(orm_exc.DetachedInstanceError, match="items"):
        owner.items  # noqa: B018


def test_lazy_load_of_a_pending_object_reads_nothing(session: Any, statements: Any) -> None:
    owner = Owner(name="new")
    session.add(owner)
    with session.no_autoflush:
        statements.clear()
        assert owner.items == []
        assert len(statements) == 0


# --- selectinload


def test_selectinload_is_two_statements(session: Any, statements: Any) -> None:
    statements.clear()
    loaded = owners(session, selectinload(Owner.items))
    assert statements.kinds == [("SELECT", "owner"), ("SELECT", "item")]
    assert names(loaded) == EXPECTED
    assert len(statements) == 2


def test_selectinload_in_depth_is_one_statement_a_level(session: Any, statements: Any) -> None:
    statements.clear()
    loaded = owners(session, selectinload(Owner.items).selectinload(Item.tags))
    assert len(statements) == 3
    labels = [[len(item.tags) for item in owner.items] for owner in loaded]
    assert labels == [list(range(n % 3)) for n in range(OWNERS)]
    assert len(statements) == 3


def test_selectinload_of_a_reference(session: Any, statements: Any) -> None:
    statements.clear()
    items = session.scalars(select(Item).options(selectinload(Item.owner)).order_by(Item.id)).all()
    assert [item.owner and item.owner.name for item in items][-1] is None
    assert {item.owner.name for item in items if item.owner} == {"o1", "o2", "o4", "o5"}
    assert len(statements) == 2


def test_selectinload_fills_empty_collections(session: Any, statements: Any) -> None:
    loaded = owners(session, selectinload(Owner.items))
    statements.clear()
    assert loaded[0].items == []
    assert len(statements) == 0


def test_selectinload_of_more_rows_than_a_statement_takes(engine: Any, session: Any) -> None:
    session.add_all([Owner(name=f"x{n}", items=[Item(name=f"x{n}")]) for n in range(1200)])
    session.commit()
    session.expunge_all()
    found = session.scalars(
        select(Owner).where(Owner.name.like("x%")).options(selectinload(Owner.items))
    ).all()
    assert len(found) == 1200
    assert all([item.name for item in owner.items] == [owner.name] for owner in found)


def test_selectinload_keeps_a_changed_collection(session: Any) -> None:
    owner = session.get(Owner, 3)
    owner.items.append(Item(name="new"))
    with session.no_autoflush:
        owners(session, selectinload(Owner.items))
    assert [item.name for item in owner.items][-1] == "new"


# --- joinedload


def test_joinedload_is_one_statement(session: Any, statements: Any) -> None:
    statements.clear()
    loaded = owners(session, joinedload(Owner.items))
    assert names(loaded) == EXPECTED
    assert len(statements) == 1


def test_joinedload_of_a_collection_needs_unique(session: Any) -> None:
    with pytest.raises(exc.InvalidRequestError, match="unique"):
        session.scalars(select(Owner).options(joinedload(Owner.items))).all()


def test_joinedload_of_a_reference(session: Any, statements: Any) -> None:
    statements.clear()
    items = session.scalars(select(Item).options(joinedload(Item.owner)).order_by(Item.id)).all()
    assert items[0].owner.name == "o1"
    assert items[-1].owner is None
    assert len(statements) == 1


def test_joinedload_in_depth(session: Any, statements: Any) -> None:
    statements.clear()
    loaded = owners(session, joinedload(Owner.items).joinedload(Item.tags))
    assert [len(item.tags) for item in loaded[2].items] == [0, 1]
    assert len(statements) == 1


def test_joinedload_with_limit_counts_parents(session: Any, statements: Any) -> None:
    statements.clear()
    loaded = list(
        session.scalars(
            select(Owner).options(joinedload(Owner.items)).order_by(Owner.id).limit(3)
        ).unique()
    )
    assert names(loaded) == EXPECTED[:3]
    # accord reads the collections by a second statement instead of wrapping the first.
    assert len(statements) == (2 if IS_ACCORD else 1)


def test_joinedload_innerjoin(session: Any) -> None:
    items = session.scalars(select(Item).options(joinedload(Item.owner, innerjoin=True))).all()
    assert "homeless" not in [item.name for item in items]


def test_joinedload_with_an_explicit_join_of_the_same_table(session: Any) -> None:
    loaded = list(
        session.scalars(
            select(Owner)
            .join(Owner.items)
            .where(Item.name == "o2i1")
            .options(joinedload(Owner.items))
        ).unique()
    )
    assert names(loaded) == [["o2i0", "o2i1"]]


def test_contains_eager_takes_the_join_at_hand(session: Any, statements: Any) -> None:
    statements.clear()
    loaded = list(
        session.scalars(
            select(Owner)
            .join(Owner.items)
            .where(Item.name == "o2i1")
            .options(contains_eager(Owner.items))
        ).unique()
    )
    assert names(loaded) == [["o2i1"]]
    assert len(statements) == 1


# --- relationship(lazy=...)


@pytest.mark.parametrize(
    ("lazy", "at_query", "at_access"),
    [("select", 1, OWNERS), ("selectin", 2, 0), ("joined", 1, 0), ("immediate", 1 + OWNERS, 0)],
)
def test_lazy_argument(
    engine: Any, session: Any, statements: Any, lazy: str, at_query: int, at_access: int
) -> None:
    class Local(DeclarativeBase):
        metadata = Base.metadata

    class Owner2(Local):
        __table__ = Base.metadata.tables["owner"]
        items: Mapped[list["Item2"]] = relationship(lazy=lazy)

    class Item2(Local):
        __table__ = Base.metadata.tables["item"]

    statements.clear()
    loaded = session.scalars(select(Owner2)).unique().all()
    assert len(statements) == at_query
    statements.clear()
    assert sum(len(owner.items) for owner in loaded) == 6
    assert len(statements) == at_access


# --- options


def test_raiseload(session: Any) -> None:
    owner = owners(session, raiseload(Owner.items))[0]
    with pytest.raises(exc.InvalidRequestError, match="items"):
        owner.items  # noqa: B018


def test_raiseload_star(session: Any) -> None:
    item = session.scalars(select(Item).options(raiseload("*")).where(Item.id == 1)).one()
    with pytest.raises(exc.InvalidRequestError):
        item.owner  # noqa: B018


def test_noload(session: Any, statements: Any) -> None:
    loaded = owners(session, noload(Owner.items))
    statements.clear()
    assert loaded[2].items == []
    assert len(statements) == 0


def test_lazyload_overrides(session: Any, statements: Any) -> None:
    loaded = owners(session, lazyload(Owner.items))
    statements.clear()
    assert len(loaded[2].items) == 2
    assert len(statements) == 1


def test_deferred_column_is_loaded_on_access(session: Any, statements: Any) -> None:
    owner = session.get(Owner, 1)
    assert "bio" not in vars(owner)
    statements.clear()
    assert owner.bio == "long"
    assert len(statements) == 1


def test_undefer_and_defer_and_load_only(session: Any, statements: Any) -> None:
    assert "bio" in vars(owners(session, undefer(Owner.bio))[0])
    session.expunge_all()
    assert "name" not in vars(owners(session, defer(Owner.name))[0])
    session.expunge_all()
    owner = owners(session, load_only(Owner.name))[0]
    assert set(vars(owner)) - {"_sa_instance_state"} == {"id", "name"}


def test_change_of_a_deferred_attribute_does_not_load(session: Any, statements: Any) -> None:
    owner = session.get(Owner, 1)
    statements.clear()
    owner.bio = "short"
    session.flush()
    assert statements.kinds == [("UPDATE", "owner")]


def test_options_do_not_leak_to_the_next_query(session: Any) -> None:
    owners(session, selectinload(Owner.items))
    session.expunge_all()
    assert "items" not in vars(owners(session)[2])


def test_repeated_query_with_other_values(session: Any) -> None:
    for number in range(OWNERS):
        found = session.scalars(
            select(Owner).where(Owner.name == f"o{number}").options(selectinload(Owner.items))
        ).one()
        assert [item.name for item in found.items] == EXPECTED[number]


def test_yield_per_and_partitions(session: Any) -> None:
    result = session.execute(select(Owner).order_by(Owner.id).execution_options(yield_per=2))
    sizes = [len(part) for part in result.partitions()]
    assert sizes == [2, 2, 2, 1]


def test_rows_of_several_entities(session: Any) -> None:
    rows = session.execute(select(Owner, Item).join(Owner.items).order_by(Item.id)).all()
    assert [(row.Owner.name, row.Item.name) for row in rows[:2]] == [("o1", "o1i0"), ("o2", "o2i0")]
    assert rows[0].Item.owner is rows[0].Owner


def test_column_and_entity_rows(session: Any) -> None:
    row = session.execute(select(Owner, Owner.name).where(Owner.id == 1)).one()
    assert row.Owner.name == row.name == row[1]
    assert row._mapping["name"] == "o0"
