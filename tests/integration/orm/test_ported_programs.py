"""What programs ported from SQLAlchemy stumbled over: options, sessions, queries, statements.

Most of these run on both libraries (`ACCORD_TEST_PEER=sqlalchemy`): the other one is what the
ported programs were written for.
"""

from typing import Any

import pytest
from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    Session,
    String,
    accord_only,
    aliased,
    contains_eager,
    defer,
    event,
    exc,
    inspect,
    joinedload,
    load_only,
    mapped_column,
    raiseload,
    relationship,
    select,
    selectinload,
    undefer,
    validates,
)


class Base(DeclarativeBase):
    type_annotation_map = {str: String(100)}


class User(Base):
    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    bio: Mapped[str | None] = mapped_column(deferred=True, deferred_group="long")
    photo: Mapped[str | None] = mapped_column(deferred=True, deferred_group="long")
    secret: Mapped[str | None] = mapped_column(deferred=True, deferred_raiseload=True)
    addresses: Mapped[list["Address"]] = relationship(
        back_populates="user", order_by="Address.id", cascade="all, delete-orphan"
    )
    orders: Mapped[list["Order"]] = relationship(back_populates="user", lazy="selectin")


class Address(Base):
    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped[User] = relationship(back_populates="addresses")


class Order(Base):
    __tablename__ = "purchase"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped[User] = relationship(back_populates="orders")


class Folder(Base):
    __tablename__ = "folder"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id"))
    children: Mapped[list["Folder"]] = relationship(lazy="selectin", join_depth=2)


@pytest.fixture
def session(engine: Any) -> Any:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for name in ("ed", "mary"):
            mails = [Address(email=f"{name}{number}") for number in range(2)]
            session.add(
                User(name=name, bio="b", photo="p", secret="s", addresses=mails, orders=[Order()])
            )
        folder = Folder(children=[Folder(children=[Folder(children=[Folder()])])])
        session.add(folder)
        session.commit()
    with Session(engine) as session:
        yield session


def loaded(obj: Any) -> set[str]:
    return set(vars(obj)) - {"_sa_instance_state"}


# --- contains_eager


def test_contains_eager_of_an_alias_reads_the_alias(session: Any) -> None:
    mail = aliased(Address)
    for option in (
        contains_eager(User.addresses.of_type(mail)),
        contains_eager(User.addresses, alias=mail),
    ):
        query = select(User).join(mail, User.addresses).where(mail.email == "ed1").options(option)
        users = session.scalars(query.execution_options(populate_existing=True)).unique().all()
        assert [user.name for user in users] == ["ed"]
        assert [address.email for address in users[0].addresses] == ["ed1"]


def test_contains_eager_of_a_collection_asks_for_unique(session: Any) -> None:
    query = select(User).join(User.addresses).options(contains_eager(User.addresses))
    with pytest.raises(exc.InvalidRequestError, match=r"unique\(\)"):
        session.scalars(query).all()
    assert len(session.scalars(query).unique().all()) == 2


# --- columns that are not loaded


def test_deferred_raiseload_raises_on_access(session: Any) -> None:
    user = session.get(User, 1)
    with pytest.raises(exc.InvalidRequestError, match=r"User\.secret.*raiseload"):
        _ = user.secret
    session.expunge_all()
    assert session.get(User, 1, options=[undefer(User.secret)]).secret == "s"


def test_defer_with_raiseload_raises_on_access(session: Any) -> None:
    user = session.scalars(select(User).options(defer(User.name, raiseload=True))).first()
    with pytest.raises(exc.InvalidRequestError, match=r"User\.name.*raiseload"):
        _ = user.name


def test_load_only_with_raiseload_raises_for_the_other_columns(session: Any) -> None:
    user = session.scalars(select(User).options(load_only(User.bio, raiseload=True))).first()
    assert user.bio == "b"
    with pytest.raises(exc.InvalidRequestError, match=r"User\.name.*raiseload"):
        _ = user.name


def test_deferred_columns_of_one_group_are_loaded_together(session: Any, statements: Any) -> None:
    user = session.get(User, 1)
    assert user.bio == "b"
    statements.clear()
    assert user.photo == "p"
    assert len(statements) == 0


def test_undefer_star_leaves_relationships_as_mapped(session: Any) -> None:
    user = session.scalars(select(User).options(undefer("*"))).first()
    assert {"bio", "photo", "secret", "orders"} <= loaded(user)


def test_column_options_of_one_entity_leave_the_other_alone(session: Any) -> None:
    query = select(User, Address).join(User.addresses).options(load_only(Address.email))
    user, address = session.execute(query).first()
    assert "name" in loaded(user)
    assert "user_id" not in loaded(address)


# --- raiseload


def test_raiseload_of_a_joined_entity_does_not_reach_its_owner(session: Any) -> None:
    query = select(User).options(joinedload(User.addresses).raiseload("*"), raiseload(User.orders))
    user = session.scalars(query).unique().first()
    session.expire(user, ["addresses"])
    assert len(user.addresses) == 2


def test_raiseload_star_reaches_what_is_loaded_along(session: Any) -> None:
    order = session.scalars(select(Order).options(raiseload("*"), joinedload(Order.user))).first()
    with pytest.raises(exc.InvalidRequestError, match=r"User\.addresses"):
        _ = order.user.addresses


def test_populate_existing_forgets_what_it_does_not_load(session: Any) -> None:
    user = session.get(User, 1)
    assert len(user.addresses) == 2
    query = select(User).where(User.id == 1).options(raiseload(User.addresses))
    session.scalars(query.execution_options(populate_existing=True)).one()
    with pytest.raises(exc.InvalidRequestError, match=r"User\.addresses"):
        _ = user.addresses


# --- eager loading as mapped


def test_eager_loading_as_mapped_stops_where_it_came_from(session: Any, statements: Any) -> None:
    orders = session.scalars(select(Order).options(joinedload(Order.user))).all()
    assert len(statements) == 1
    assert all("user" in loaded(order) for order in orders)
    assert all("orders" not in loaded(order.user) for order in orders)


def test_join_depth_says_how_deep_a_tree_is_loaded(session: Any) -> None:
    root = session.scalars(select(Folder).where(Folder.parent_id.is_(None))).one()
    grandchild = root.children[0].children[0]
    assert "children" not in loaded(grandchild)
    assert len(grandchild.children) == 1


def test_refresh_loads_what_is_mapped_eager(session: Any) -> None:
    user = session.get(User, 1)
    session.expire(user)
    session.refresh(user)
    session.close()
    assert len(user.orders) == 1


# --- sessions


def test_expire_takes_back_children_that_are_no_rows_yet(session: Any) -> None:
    user = session.get(User, 1)
    new = Address(email="new")
    user.addresses.append(new)
    session.expire(user)
    assert inspect(new).transient
    assert [address.email for address in user.addresses] == ["ed0", "ed1"]


def test_merge_without_load_of_an_expired_object(engine: Any, session: Any) -> None:
    user = session.get(User, 1)
    session.commit()
    with Session(engine) as other:
        merged = other.merge(user, load=False)
        assert merged is not user
        assert merged.name == "ed"


def test_block_of_an_ended_transaction_takes_no_more_statements(session: Any) -> None:
    with pytest.raises(exc.InvalidRequestError, match="closed transaction inside context manager"):
        with session.begin():
            session.add(User(name="kept"))
            session.commit()
            session.add(User(name="would be lost"))
    assert session.scalars(select(User.name).where(User.name == "kept")).one() == "kept"


def test_block_of_an_ended_savepoint_takes_no_more_statements(session: Any) -> None:
    with pytest.raises(exc.InvalidRequestError, match="closed transaction inside context manager"):
        with session.begin_nested() as savepoint:
            savepoint.rollback()
            session.scalars(select(User)).all()
    assert len(session.scalars(select(User)).all()) == 2


def test_after_commit_finds_objects_as_committed(session: Any, statements: Any) -> None:
    seen: list[Any] = []
    user = session.get(User, 1)
    user.name = "new"

    def listener(session: Any) -> None:
        statements.clear()
        seen.append((user.name, len(statements)))

    event.listen(session, "after_commit", listener)
    session.commit()
    assert seen == [("new", 0)]


def test_rollback_tells_what_becomes_of_objects(session: Any) -> None:
    heard: list[tuple[str, Any]] = []
    for name in ("persistent_to_transient", "deleted_to_persistent"):
        event.listen(session, name, lambda _, obj, name=name: heard.append((name, obj)))
    new, old = User(name="new"), session.get(Address, 1)
    session.add(new)
    session.delete(old)
    session.flush()
    session.rollback()
    assert set(heard) == {("persistent_to_transient", new), ("deleted_to_persistent", old)}


# --- attribute events and validators


class Listened(DeclarativeBase):
    pass


class Parent(Listened):
    __tablename__ = "parent"

    id: Mapped[int] = mapped_column(primary_key=True)
    children: Mapped[list["Child"]] = relationship(back_populates="parent")

    @validates("children", include_backrefs=False)
    def only_direct(self, key: str, child: Any) -> Any:
        child.validated = True
        return child


class Child(Listened):
    __tablename__ = "child"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    parent: Mapped[Parent | None] = relationship(back_populates="children")
    validated = False

    @validates("parent")
    def accepts(self, key: str, parent: Any) -> Any:
        if parent is not None and getattr(parent, "full", False):
            raise ValueError("the parent is full")
        return parent


def test_both_sides_of_a_relationship_are_heard(engine: Any) -> None:
    heard: list[str] = []
    listeners = [
        (Parent.children, "append", lambda *_: heard.append("append")),
        (Parent.children, "remove", lambda *_: heard.append("remove")),
        (Child.parent, "set", lambda target, value, *_: heard.append(f"set {value is not None}")),
    ]
    for listener in listeners:
        event.listen(*listener)
    try:
        parent, child = Parent(), Child()
        parent.children.append(child)
        assert heard == ["append", "set True"]
        heard.clear()
        child.parent = Parent()
        assert sorted(heard) == ["append", "remove", "set True"]
    finally:
        for listener in listeners:
            event.remove(*listener)


def test_validators_speak_for_their_side_of_a_relationship() -> None:
    direct, by_backref = Child(), Child()
    parent = Parent(children=[direct])
    by_backref.parent = parent
    assert (direct.validated, by_backref.validated) == (True, False)
    parent.full = True
    with pytest.raises(ValueError, match="full"):
        parent.children.append(Child())


def test_bulk_replace_may_change_what_is_put_in() -> None:
    def first_only(target: Any, values: list[Any], initiator: Any) -> None:
        values[:] = values[:1]

    event.listen(Parent.children, "bulk_replace", first_only)
    try:
        one, two = Child(), Child()
        parent = Parent()
        parent.children = [one, two]
        assert parent.children == [one]
        assert two.parent is None
    finally:
        event.remove(Parent.children, "bulk_replace", first_only)


# --- options that do not fit


@accord_only
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (lambda: [joinedload(Address.user)], r"selects User"),
        (
            lambda: [selectinload(User.orders).selectinload(User.addresses)],
            r"Order has no attribute 'addresses'",
        ),
        (lambda: [defer(User.addresses)], r"User\.addresses is a relationship"),
        (lambda: ["addresses"], r"options\(\) takes loader options"),
    ],
)
def test_options_that_do_not_fit_are_refused(session: Any, options: Any, message: str) -> None:
    with pytest.raises(exc.ArgumentError, match=message):
        session.scalars(select(User).options(*options()))
