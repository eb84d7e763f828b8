"""Seed page 004, "Data Manipulation with the ORM", newest form: a test per block and behaviour.

Statements are asserted by kind, table and values: one multi-row INSERT for two is the point.
"""

import gc
import re
from typing import Any

import pytest
from orm_api import (
    PEER,
    Session,
    insert,
    inspect,
    orm_exc,
    select,
)
from statements import echoed, record
from tutorial import Address, Base, User, populate

STATE = rf"<{PEER}\.orm\.state\.InstanceState object at 0x[0-9A-Fa-f]+>"


@pytest.fixture
def session(engine: Any) -> Any:
    populate(engine)
    session = Session(engine)
    yield session
    session.close()


@pytest.fixture
def pending(session: Any) -> tuple[Any, Any]:
    squidward = User(name="squidward", fullname="Squidward Tentacles")
    krabs = User(name="ehkrabs", fullname="Eugene H. Krabs")
    session.add(squidward)
    session.add(krabs)
    return squidward, krabs


@pytest.fixture
def rolled_back(session: Any, pending: tuple[Any, Any]) -> dict[str, Any]:
    """The page's state right after `session.rollback()`."""
    squidward, krabs = pending
    session.commit()
    sandy = session.execute(select(User).filter_by(name="sandy")).scalar_one()
    sandy.fullname = "Sandy Squirrel"
    patrick = session.get(User, 3)
    session.delete(patrick)
    assert session.execute(select(User).where(User.name == "patrick")).first() is None
    session.rollback()
    return {"sandy": sandy, "patrick": patrick, "squidward": squidward, "krabs": krabs}


# --- instances of classes represent rows ---------------------------------------------------------


def test_block_two_objects_from_keyword_arguments() -> None:
    squidward = User(name="squidward", fullname="Squidward Tentacles")
    krabs = User(name="ehkrabs", fullname="Eugene H. Krabs")
    assert (squidward.name, squidward.fullname) == ("squidward", "Squidward Tentacles")
    assert (krabs.name, krabs.fullname) == ("ehkrabs", "Eugene H. Krabs")


def test_constructor_refuses_a_keyword_that_is_no_column() -> None:
    with pytest.raises(TypeError, match="nickname"):
        User(nickname="squid")


def test_primary_key_may_be_left_out() -> None:
    assert User(name="squidward").id is None


def test_block_repr_of_a_transient_object() -> None:
    squidward = User(name="squidward", fullname="Squidward Tentacles")
    assert repr(squidward) == "User(id=None, name='squidward', fullname='Squidward Tentacles')"


def test_unset_attributes_read_as_none_and_never_raise() -> None:
    user = User()
    assert user.id is None
    assert user.name is None
    assert user.fullname is None
    assert user.addresses == []


def test_reading_an_unset_attribute_stores_nothing() -> None:
    user = User(name="squidward")
    assert user.fullname is None
    assert "fullname" not in vars(user)


def test_new_objects_are_transient() -> None:
    squidward = User(name="squidward")
    state = inspect(squidward)
    assert state.transient
    assert not (state.pending or state.persistent or state.deleted or state.detached)


# --- adding objects to a session -----------------------------------------------------------------


def test_block_session_without_a_context_manager(engine: Any) -> None:
    populate(engine)
    session = Session(engine)
    assert session.get(User, 1).name == "spongebob"
    session.close()


def test_block_added_objects_are_pending(session: Any, pending: tuple[Any, Any]) -> None:
    for obj in pending:
        assert inspect(obj).pending
        assert obj in session


def test_adding_inserts_nothing_yet(
    session: Any, statements: Any, pending: tuple[Any, Any]
) -> None:
    statements.clear()
    assert len(statements) == 0
    assert not session.in_transaction() or statements.kinds == []


def test_block_session_new_repr(session: Any, pending: tuple[Any, Any]) -> None:
    assert repr(session.new) == (
        "IdentitySet([User(id=None, name='squidward', fullname='Squidward Tentacles'), "
        "User(id=None, name='ehkrabs', fullname='Eugene H. Krabs')])"
    )


def test_session_new_hashes_by_identity(session: Any) -> None:
    class Same(Base):
        __table__ = User.__table__

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    one, two = Same(name="a"), Same(name="b")
    session.add_all([one, two])
    assert len(session.new) == 2
    assert one in session.new
    assert Same(name="c") not in session.new


def test_session_new_holds_exactly_the_pending(session: Any, pending: tuple[Any, Any]) -> None:
    assert set(map(id, session.new)) == set(map(id, pending))
    assert User(name="other") not in session.new


# --- flushing ------------------------------------------------------------------------------------


def test_unit_of_work_sends_nothing_until_needed(session: Any, statements: Any) -> None:
    user = User(name="a")
    session.add(user)
    user.fullname = "b"
    user.fullname = "c"
    assert len(statements) == 0


def test_block_flush_begins_and_inserts_both(
    session: Any, statements: Any, pending: tuple[Any, Any]
) -> None:
    statements.clear()
    session.flush()
    assert set(statements.kinds) == {("INSERT", "user_account")}
    # Generated keys may be reserved first and sent along: the values are the behaviour.
    values = [value for sent in statements.all for value in sent.values if isinstance(value, str)]
    assert sorted(values) == ["Eugene H. Krabs", "Squidward Tentacles", "ehkrabs", "squidward"]


def test_flush_logs_begin_statement_and_parameters(make_engine: Any) -> None:
    engine = make_engine("echo", echo=True)
    populate(engine)
    with Session(engine) as session:
        session.add(User(name="squidward", fullname="Squidward Tentacles"))
        with echoed() as lines:
            session.flush()
        assert lines[0].startswith("BEGIN")
        assert "(implicit)" in lines[0]
        text = "\n".join(lines)
        assert "INSERT INTO user_account (name, fullname) VALUES" in text
        assert "'squidward'" in text and "'Squidward Tentacles'" in text


def test_flush_omits_the_generated_key_from_the_insert(
    session: Any, statements: Any, pending: tuple[Any, Any]
) -> None:
    statements.clear()
    session.flush()
    for sent in statements.of("INSERT"):
        assert re.search(r"\((id, )?name, fullname\)", sent.text)
    assert all(user.id is not None for user in pending)


def test_transaction_stays_open_after_flush(session: Any, pending: tuple[Any, Any]) -> None:
    assert not session.in_transaction() or session.new
    session.flush()
    assert session.in_transaction()


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_transaction_ends_with(end: str, session: Any, pending: tuple[Any, Any]) -> None:
    session.flush()
    getattr(session, end)()
    assert not session.in_transaction()


def test_autoflush_before_a_query(session: Any, statements: Any, pending: Any) -> None:
    statements.clear()
    found = session.scalars(select(User).where(User.name == "squidward")).one()
    assert found is pending[0]
    assert statements.order() == [("INSERT", "user_account"), ("SELECT", "user_account")]


def test_commit_flushes(session: Any, pending: tuple[Any, Any], rows: Any) -> None:
    session.commit()
    names = rows("SELECT name FROM user_account WHERE id > 3 ORDER BY id")
    assert names == [("squidward",), ("ehkrabs",)]


# --- autogenerated primary key attributes --------------------------------------------------------


def test_flushed_objects_are_persistent(session: Any, pending: tuple[Any, Any]) -> None:
    session.flush()
    for obj in pending:
        assert inspect(obj).persistent
        assert obj in session
    assert len(session.new) == 0


def test_block_ids_after_flush(session: Any, pending: tuple[Any, Any]) -> None:
    session.flush()
    squidward, krabs = pending
    assert squidward.id == 4
    assert krabs.id == 5


def test_each_object_gets_the_key_of_its_own_row(session: Any, rows: Any) -> None:
    users = [User(name=f"user{number}") for number in range(50)]
    session.add_all(users)
    session.commit()
    stored = dict(rows("SELECT id, name FROM user_account"))
    assert {user.id: user.name for user in users} == {k: v for k, v in stored.items() if k > 3}


def test_given_primary_keys_are_kept(session: Any, rows: Any) -> None:
    session.add_all([User(id=70, name="x"), User(id=60, name="y")])
    session.commit()
    stored = rows("SELECT id, name FROM user_account WHERE id > 3 ORDER BY id")
    assert stored == [(60, "y"), (70, "x")]


# --- identity map --------------------------------------------------------------------------------


def test_block_get_answers_from_the_identity_map(
    session: Any, statements: Any, pending: tuple[Any, Any]
) -> None:
    session.flush()
    statements.clear()
    some_squidward = session.get(User, 4)
    assert repr(some_squidward) == ("User(id=4, name='squidward', fullname='Squidward Tentacles')")
    assert len(statements) == 0


def test_get_selects_when_not_in_the_identity_map(session: Any, statements: Any) -> None:
    statements.clear()
    assert session.get(User, 2).name == "sandy"
    assert statements.kinds == [("SELECT", "user_account")]
    assert statements.all[0].values == (2,)


def test_get_of_a_missing_key_is_none(session: Any) -> None:
    assert session.get(User, 4711) is None


def test_block_same_key_same_object(session: Any, pending: tuple[Any, Any]) -> None:
    session.flush()
    some_squidward = session.get(User, 4)
    assert some_squidward is pending[0]


def test_one_object_per_identity_across_queries(session: Any) -> None:
    sandy = session.get(User, 2)
    assert session.scalars(select(User).where(User.name == "sandy")).one() is sandy
    assert session.execute(select(User).order_by(User.id)).scalars().all()[1] is sandy


def test_identity_is_per_session(engine: Any, session: Any) -> None:
    with Session(engine) as other:
        assert other.get(User, 2) is not session.get(User, 2)


# --- committing ----------------------------------------------------------------------------------


def test_block_commit(session: Any, pending: tuple[Any, Any], rows: Any) -> None:
    session.flush()
    session.commit()
    assert rows("SELECT count(*) FROM user_account") == [(5,)]


def test_commit_is_logged(make_engine: Any) -> None:
    engine = make_engine("echo", echo=True)
    populate(engine)
    with Session(engine) as session:
        session.add(User(name="squidward"))
        session.flush()
        with echoed() as lines:
            session.commit()
        assert lines == ["COMMIT"]


def test_objects_stay_attached_after_commit(session: Any, pending: tuple[Any, Any]) -> None:
    session.commit()
    for obj in pending:
        assert obj in session
        assert inspect(obj).persistent


def test_attributes_are_expired_by_commit(session: Any, pending: tuple[Any, Any]) -> None:
    session.commit()
    assert set(vars(pending[0])) == {"_sa_instance_state"}


def test_expired_attributes_reload_in_a_new_transaction(
    session: Any, statements: Any, pending: tuple[Any, Any]
) -> None:
    session.commit()
    statements.clear()
    assert not session.in_transaction()
    assert pending[0].name == "squidward"
    assert session.in_transaction()
    assert statements.kinds == [("SELECT", "user_account")]
    assert statements.all[0].values == (4,)


def test_one_select_reloads_all_columns(
    session: Any, statements: Any, pending: tuple[Any, Any]
) -> None:
    session.commit()
    statements.clear()
    assert (pending[0].id, pending[0].name, pending[0].fullname) == (
        4,
        "squidward",
        "Squidward Tentacles",
    )
    assert len(statements) == 1


def test_expire_on_commit_false_keeps_the_values(engine: Any, statements: Any) -> None:
    populate(engine)
    with Session(engine, expire_on_commit=False) as session:
        user = User(name="squidward")
        session.add(user)
        session.commit()
        statements.clear()
        assert (user.id, user.name) == (4, "squidward")
        assert len(statements) == 0
    assert user.name == "squidward"


# --- updating ------------------------------------------------------------------------------------


def test_block_select_filter_by_scalar_one(session: Any, statements: Any) -> None:
    statements.clear()
    sandy = session.execute(select(User).filter_by(name="sandy")).scalar_one()
    assert isinstance(sandy, User)
    assert statements.kinds == [("SELECT", "user_account")]
    assert statements.all[0].values == ("sandy",)


def test_select_logs_begin_and_parameters(make_engine: Any) -> None:
    engine = make_engine("echo", echo=True)
    populate(engine)
    with Session(engine) as session, echoed() as lines:
        session.execute(select(User).filter_by(name="sandy")).scalar_one()
    text = "\n".join(lines)
    assert text.startswith("BEGIN (implicit)")
    assert "SELECT user_account.id, user_account.name, user_account.fullname" in text
    assert "WHERE user_account.name = " in text
    assert "'sandy'" in text


def test_str_of_a_select_has_the_layout_of_the_page() -> None:
    assert str(select(User).filter_by(name="sandy")) == (
        "SELECT user_account.id, user_account.name, user_account.fullname \n"
        "FROM user_account \n"
        "WHERE user_account.name = :name_1"
    )


def test_block_repr_of_the_loaded_row(session: Any) -> None:
    sandy = session.execute(select(User).filter_by(name="sandy")).scalar_one()
    assert repr(sandy) == "User(id=2, name='sandy', fullname='Sandy Cheeks')"
    assert inspect(sandy).identity == (2,)


def test_block_attribute_change_is_tracked(session: Any, statements: Any) -> None:
    sandy = session.execute(select(User).filter_by(name="sandy")).scalar_one()
    statements.clear()
    sandy.fullname = "Sandy Squirrel"
    assert session.is_modified(sandy)
    assert len(statements) == 0


def test_block_changed_object_is_in_dirty(session: Any) -> None:
    sandy = session.execute(select(User).filter_by(name="sandy")).scalar_one()
    assert sandy not in session.dirty
    sandy.fullname = "Sandy Squirrel"
    assert sandy in session.dirty


def test_block_query_autoflushes_the_update(session: Any, statements: Any) -> None:
    sandy = session.execute(select(User).filter_by(name="sandy")).scalar_one()
    sandy.fullname = "Sandy Squirrel"
    statements.clear()
    sandy_fullname = session.execute(select(User.fullname).where(User.id == 2)).scalar_one()
    assert sandy_fullname == "Sandy Squirrel"
    assert statements.kinds == [("UPDATE", "user_account"), ("SELECT", "user_account")]
    assert statements.all[0].values == ("Sandy Squirrel", 2)
    assert statements.all[1].values == (2,)


def test_block_printed_fullname(session: Any, capsys: pytest.CaptureFixture[str]) -> None:
    sandy = session.execute(select(User).filter_by(name="sandy")).scalar_one()
    sandy.fullname = "Sandy Squirrel"
    print(session.execute(select(User.fullname).where(User.id == 2)).scalar_one())
    assert capsys.readouterr().out == "Sandy Squirrel\n"


def test_update_names_changed_columns_only(session: Any, statements: Any) -> None:
    sandy = session.get(User, 2)
    sandy.fullname = "Sandy Squirrel"
    statements.clear()
    session.flush()
    (sent,) = statements.of("UPDATE")
    assert re.search(r"\bname\b\s*=", sent.text) is None
    assert sent.values == ("Sandy Squirrel", 2)


def test_setting_an_equal_value_updates_nothing(session: Any, statements: Any) -> None:
    sandy = session.get(User, 2)
    sandy.fullname = "Sandy Cheeks"
    statements.clear()
    session.flush()
    assert len(statements) == 0


def test_block_no_longer_dirty_after_the_flush(session: Any) -> None:
    sandy = session.execute(select(User).filter_by(name="sandy")).scalar_one()
    sandy.fullname = "Sandy Squirrel"
    session.execute(select(User.fullname).where(User.id == 2)).scalar_one()
    assert sandy not in session.dirty


def test_flushed_change_is_not_permanent_before_commit(session: Any, rows: Any) -> None:
    session.get(User, 2).fullname = "Sandy Squirrel"
    session.flush()
    assert rows("SELECT fullname FROM user_account WHERE id = 2") == [("Sandy Cheeks",)]


def test_autoflush_can_be_switched_off(engine: Any, statements: Any) -> None:
    populate(engine)
    with Session(engine, autoflush=False) as session:
        sandy = session.get(User, 2)
        sandy.fullname = "Sandy Squirrel"
        statements.clear()
        stored = session.execute(select(User.fullname).where(User.id == 2)).scalar_one()
        assert stored == "Sandy Cheeks"
        assert statements.kinds == [("SELECT", "user_account")]
        assert sandy in session.dirty


# --- deleting ------------------------------------------------------------------------------------


def test_block_get_patrick(session: Any, statements: Any) -> None:
    statements.clear()
    patrick = session.get(User, 3)
    assert patrick.name == "patrick"
    assert statements.kinds == [("SELECT", "user_account")]
    assert statements.all[0].values == (3,)


def test_block_delete_sends_nothing_yet(session: Any, statements: Any) -> None:
    patrick = session.get(User, 3)
    statements.clear()
    session.delete(patrick)
    assert ("DELETE", "user_account") not in statements.kinds
    assert patrick in session.deleted


def test_deleted_object_stays_in_the_session_until_the_flush(session: Any) -> None:
    patrick = session.get(User, 3)
    session.delete(patrick)
    assert patrick in session
    assert inspect(patrick).persistent


def test_block_query_flushes_the_delete_and_looks_for_related_rows(
    session: Any, statements: Any
) -> None:
    patrick = session.get(User, 3)
    session.delete(patrick)
    statements.clear()
    # SQLAlchemy looks the related rows up within delete(), so collect again from the flush on.
    found = session.execute(select(User).where(User.name == "patrick")).first()
    assert found is None
    kinds = statements.kinds
    assert kinds[-2:] == [("DELETE", "user_account"), ("SELECT", "user_account")]
    assert statements.all[-2].values == (3,)
    assert statements.all[-1].values == ("patrick",)


def test_related_rows_are_looked_up_before_the_delete(session: Any, statements: Any) -> None:
    patrick = session.get(User, 3)
    statements.clear()
    session.delete(patrick)
    session.flush()
    assert statements.kinds == [("SELECT", "address"), ("DELETE", "user_account")]
    assert statements.all[0].values == (3,)


def test_related_rows_found_lose_their_reference(session: Any, rows: Any) -> None:
    session.delete(session.get(User, 2))
    session.commit()
    assert rows("SELECT email_address, user_id FROM address ORDER BY id") == [
        ("spongebob@example.org", 1),
        ("sandy@example.org", None),
    ]


def test_block_deleted_object_leaves_the_session_with_the_flush(session: Any) -> None:
    patrick = session.get(User, 3)
    session.delete(patrick)
    session.execute(select(User).where(User.name == "patrick")).first()
    assert patrick not in session
    assert inspect(patrick).deleted


def test_delete_is_not_permanent_before_commit(session: Any, rows: Any) -> None:
    session.delete(session.get(User, 3))
    session.flush()
    assert rows("SELECT count(*) FROM user_account WHERE id = 3") == [(1,)]
    session.commit()
    assert rows("SELECT count(*) FROM user_account WHERE id = 3") == [(0,)]


# --- bulk statements -----------------------------------------------------------------------------


def test_bulk_insert_takes_lists_of_values_instead_of_objects(
    session: Any, statements: Any, rows: Any
) -> None:
    statements.clear()
    session.execute(insert(User), [{"name": "a", "fullname": "A"}, {"name": "b", "fullname": "B"}])
    assert statements.order() == [("INSERT", "user_account")]
    session.commit()
    assert rows("SELECT name FROM user_account WHERE id > 3 ORDER BY id") == [
        ("a",),
        ("b",),
    ]


def test_bulk_insert_of_many_hundreds_of_rows(session: Any, statements: Any) -> None:
    statements.clear()
    session.execute(insert(User), [{"name": f"n{i}", "fullname": None} for i in range(700)])
    assert len(statements) <= 3
    assert session.scalar(select(User.name).where(User.id == 703)) == "n699"


# --- rolling back --------------------------------------------------------------------------------


def test_block_rollback_is_logged(make_engine: Any) -> None:
    engine = make_engine("echo", echo=True)
    populate(engine)
    with Session(engine) as session:
        session.get(User, 2).fullname = "Sandy Squirrel"
        session.flush()
        with echoed() as lines:
            session.rollback()
        assert lines == ["ROLLBACK"]


def test_rollback_expires_every_object(rolled_back: dict[str, Any]) -> None:
    for name in ("sandy", "squidward", "krabs"):
        assert set(vars(rolled_back[name])) == {"_sa_instance_state"}, name


def test_block_dict_of_an_expired_object(rolled_back: dict[str, Any]) -> None:
    printed = repr(rolled_back["sandy"].__dict__)
    assert re.fullmatch(r"\{'_sa_instance_state': " + STATE + r"\}", printed), printed


def test_block_access_refreshes_in_a_new_transaction(
    session: Any, statements: Any, rolled_back: dict[str, Any]
) -> None:
    statements.clear()
    assert not session.in_transaction()
    assert rolled_back["sandy"].fullname == "Sandy Cheeks"
    assert session.in_transaction()
    assert statements.kinds == [("SELECT", "user_account")]
    assert statements.all[0].values == (2,)


def test_block_dict_after_the_refresh(rolled_back: dict[str, Any]) -> None:
    sandy = rolled_back["sandy"]
    assert sandy.fullname == "Sandy Cheeks"
    content = dict(vars(sandy))
    assert re.fullmatch(STATE, repr(content.pop("_sa_instance_state")))
    assert content == {"id": 2, "name": "sandy", "fullname": "Sandy Cheeks"}


def test_block_deleted_object_is_back_after_rollback(
    session: Any, rolled_back: dict[str, Any]
) -> None:
    assert rolled_back["patrick"] in session
    assert inspect(rolled_back["patrick"]).persistent


def test_block_deleted_row_is_the_same_object_again(
    session: Any, rolled_back: dict[str, Any]
) -> None:
    found = session.execute(select(User).where(User.name == "patrick")).scalar_one()
    assert found is rolled_back["patrick"]


def test_rollback_of_pending_objects_makes_them_transient(
    session: Any, pending: tuple[Any, Any]
) -> None:
    session.flush()
    session.rollback()
    for obj in pending:
        assert inspect(obj).transient
        assert obj not in session


def test_state_object_is_what_inspect_answers(session: Any) -> None:
    sandy = session.get(User, 2)
    assert re.fullmatch(STATE, repr(inspect(sandy)))


# --- closing -------------------------------------------------------------------------------------


def test_block_close_rolls_back(make_engine: Any) -> None:
    engine = make_engine("echo", echo=True)
    populate(engine)
    session = Session(engine)
    session.get(User, 2)
    with echoed() as lines:
        session.close()
    assert lines == ["ROLLBACK"]


def test_close_returns_the_connection_to_the_pool(make_engine: Any) -> None:
    engine = make_engine("pool", pool_size=1, max_overflow=0, pool_timeout=0.2)
    populate(engine)
    for _ in range(3):
        session = Session(engine)
        session.get(User, 2)
        session.close()
    with Session(engine) as session:
        assert session.get(User, 2).name == "sandy"


def test_close_cancels_uncommitted_work(engine: Any, session: Any, rows: Any) -> None:
    session.add(User(name="squidward"))
    session.flush()
    session.close()
    assert rows("SELECT count(*) FROM user_account") == [(3,)]


def test_context_manager_closes(engine: Any, session: Any) -> None:
    with Session(engine) as other:
        sandy = other.get(User, 2)
    assert inspect(sandy).detached
    assert not other.in_transaction()


def test_reading_only_needs_no_rollback(engine: Any, session: Any) -> None:
    statements = record(engine)
    with Session(engine) as other:
        other.get(User, 2)
    assert statements.kinds == [("SELECT", "user_account")]


def test_close_expunges_every_object(session: Any, rolled_back: dict[str, Any]) -> None:
    session.close()
    for obj in rolled_back.values():
        assert obj not in session
        assert inspect(obj).detached
    assert list(session.identity_map.values()) == []


def test_block_expired_attribute_of_a_detached_object(
    session: Any, rolled_back: dict[str, Any]
) -> None:
    session.close()
    with pytest.raises(orm_exc.DetachedInstanceError) as caught:
        rolled_back["squidward"].name  # noqa: B018
    message = str(caught.value).split("\n")[0].split(" (Background")[0]
    assert re.fullmatch(
        r"Instance <User at 0x[0-9a-fA-F]+> is not bound to a Session; "
        r"attribute refresh operation cannot proceed",
        message,
    ), message


def test_loaded_attributes_of_a_detached_object_still_read(session: Any) -> None:
    sandy = session.get(User, 2)
    session.close()
    assert sandy.fullname == "Sandy Cheeks"


def test_block_detached_object_is_added_again(
    session: Any, statements: Any, rolled_back: dict[str, Any]
) -> None:
    session.close()
    squidward = rolled_back["squidward"]
    session.add(squidward)
    assert inspect(squidward).persistent
    statements.clear()
    assert squidward.name == "squidward"
    assert statements.kinds == [("SELECT", "user_account")]
    assert statements.all[0].values == (4,)


def test_detached_object_joins_a_new_session(
    engine: Any, session: Any, rolled_back: dict[str, Any]
) -> None:
    session.close()
    squidward = rolled_back["squidward"]
    with Session(engine) as other:
        other.add(squidward)
        assert squidward.name == "squidward"
        assert other.get(User, 4) is squidward


def test_reattached_object_is_updated_again(engine: Any, session: Any, rows: Any) -> None:
    sandy = session.get(User, 2)
    session.close()
    sandy.fullname = "Sandy Squirrel"
    with Session(engine) as other:
        other.add(sandy)
        assert sandy in other.dirty
        other.commit()
    assert rows("SELECT fullname FROM user_account WHERE id = 2") == [("Sandy Squirrel",)]


def test_a_dropped_session_detaches_its_objects(engine: Any) -> None:
    populate(engine)
    session = Session(engine)
    sandy = session.get(User, 2)
    del session
    gc.collect()
    assert inspect(sandy).session is None
    assert sandy.name == "sandy"


def test_expired_object_of_a_dropped_session_is_detached(engine: Any) -> None:
    populate(engine)
    session = Session(engine)
    sandy = session.get(User, 2)
    session.expire(sandy)
    session.rollback()
    session.close()
    del session
    gc.collect()
    with pytest.raises(orm_exc.DetachedInstanceError):
        sandy.name  # noqa: B018


def test_related_objects_come_along_with_the_model(session: Any) -> None:
    sandy = session.get(User, 2)
    assert [address.email_address for address in sandy.addresses] == ["sandy@example.org"]
    assert sandy.addresses[0].user is sandy
    assert isinstance(sandy.addresses[0], Address)
