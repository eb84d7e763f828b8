"""Seed page 001, the tutorial in its 1.4 form: the whole story in one go, and what only it shows.

Behaviours the page shares word for word with 004 are tested there (see tests/behaviours.toml).
"""

import re
from typing import Any

import pytest
from orm_api import PEER, Session, delete, inspect, orm_exc, select, update
from statements import echoed
from tutorial import User, populate

STATE = rf"<{PEER}\.orm\.state\.InstanceState object at 0x[0-9A-Fa-f]+>"


@pytest.fixture
def session(engine: Any) -> Any:
    populate(engine)
    with Session(engine) as session:
        yield session


def test_the_whole_page_in_one_session(engine: Any, statements: Any, rows: Any) -> None:
    populate(engine)
    squidward = User(name="squidward", fullname="Squidward Tentacles")
    krabs = User(name="ehkrabs", fullname="Eugene H. Krabs")
    assert repr(squidward) == "User(id=None, name='squidward', fullname='Squidward Tentacles')"
    session = Session(engine)
    session.add(squidward)
    session.add(krabs)
    assert repr(session.new) == (
        "IdentitySet([User(id=None, name='squidward', fullname='Squidward Tentacles'), "
        "User(id=None, name='ehkrabs', fullname='Eugene H. Krabs')])"
    )
    session.flush()
    assert (squidward.id, krabs.id) == (4, 5)
    some_squidward = session.get(User, 4)
    assert repr(some_squidward) == ("User(id=4, name='squidward', fullname='Squidward Tentacles')")
    assert some_squidward is squidward
    session.commit()

    sandy = session.execute(select(User).filter_by(name="sandy")).scalar_one()
    assert repr(sandy) == "User(id=2, name='sandy', fullname='Sandy Cheeks')"
    sandy.fullname = "Sandy Squirrel"
    assert sandy in session.dirty
    statements.clear()
    assert session.execute(select(User.fullname).where(User.id == 2)).scalar_one() == (
        "Sandy Squirrel"
    )
    assert statements.kinds == [("UPDATE", "user_account"), ("SELECT", "user_account")]
    assert sandy not in session.dirty

    session.execute(
        update(User).where(User.name == "sandy").values(fullname="Sandy Squirrel Extraodinaire")
    )
    assert sandy.fullname == "Sandy Squirrel Extraodinaire"

    patrick = session.get(User, 3)
    session.delete(patrick)
    assert session.execute(select(User).where(User.name == "patrick")).first() is None
    assert patrick not in session

    squidward = session.get(User, 4)
    session.execute(delete(User).where(User.name == "squidward"))
    assert squidward not in session

    session.rollback()
    assert re.fullmatch(r"\{'_sa_instance_state': " + STATE + r"\}", repr(sandy.__dict__))
    assert sandy.fullname == "Sandy Cheeks"
    assert {k: v for k, v in vars(sandy).items() if k != "_sa_instance_state"} == {
        "id": 2,
        "name": "sandy",
        "fullname": "Sandy Cheeks",
    }
    assert patrick in session
    assert session.execute(select(User).where(User.name == "patrick")).scalar_one() is patrick

    session.close()
    with pytest.raises(orm_exc.DetachedInstanceError, match="is not bound to a Session"):
        squidward.name  # noqa: B018
    session.add(squidward)
    assert squidward.name == "squidward"
    session.close()
    assert rows("SELECT id, name, fullname FROM user_account ORDER BY id") == [
        (1, "spongebob", "Spongebob Squarepants"),
        (2, "sandy", "Sandy Cheeks"),
        (3, "patrick", "Patrick Star"),
        (4, "squidward", "Squidward Tentacles"),
        (5, "ehkrabs", "Eugene H. Krabs"),
    ]


# --- ORM-enabled UPDATE --------------------------------------------------------------------------


def test_block_orm_update_sends_one_statement(session: Any, statements: Any) -> None:
    statements.clear()
    session.execute(
        update(User).where(User.name == "sandy").values(fullname="Sandy Squirrel Extraodinaire")
    )
    (sent,) = statements.of("UPDATE")
    assert sent.table == "user_account"
    assert sent.values == ("Sandy Squirrel Extraodinaire", "sandy")


def test_block_orm_update_answers_a_cursor_result(session: Any) -> None:
    result = session.execute(update(User).where(User.name == "sandy").values(fullname="x"))
    assert re.match(rf"<{PEER}\.engine\.cursor\.CursorResult object at 0x", repr(result))
    assert result.rowcount == 1


def test_orm_update_affects_many_rows_at_once(session: Any, statements: Any) -> None:
    statements.clear()
    result = session.execute(update(User).where(User.id < 3).values(fullname="x"))
    assert result.rowcount == 2
    assert len(statements.of("UPDATE")) == 1


def test_block_orm_update_refreshes_objects_in_the_session(session: Any, statements: Any) -> None:
    sandy = session.get(User, 2)
    session.execute(
        update(User).where(User.name == "sandy").values(fullname="Sandy Squirrel Extraodinaire")
    )
    assert sandy.fullname == "Sandy Squirrel Extraodinaire"
    assert sandy not in session.dirty


def test_orm_update_leaves_objects_that_do_not_match(session: Any) -> None:
    spongebob = session.get(User, 1)
    session.execute(update(User).where(User.name == "sandy").values(fullname="x"))
    assert spongebob.fullname == "Spongebob Squarepants"


def test_orm_update_sees_pending_changes_first(session: Any, statements: Any) -> None:
    sandy = session.get(User, 2)
    sandy.name = "sandra"
    statements.clear()
    session.execute(update(User).where(User.name == "sandra").values(fullname="x"))
    assert statements.writes() == [("UPDATE", "user_account")] * 2
    assert sandy.fullname == "x"


# --- ORM-enabled DELETE --------------------------------------------------------------------------


def test_block_orm_delete_sends_one_statement(session: Any, statements: Any) -> None:
    session.add(User(name="squidward"))
    session.flush()
    statements.clear()
    session.execute(delete(User).where(User.name == "squidward"))
    (sent,) = statements.of("DELETE")
    assert sent.table == "user_account"
    assert sent.values == ("squidward",)


def test_block_orm_delete_answers_a_cursor_result(session: Any) -> None:
    result = session.execute(delete(User).where(User.name == "patrick"))
    assert re.match(rf"<{PEER}\.engine\.cursor\.CursorResult object at 0x", repr(result))
    assert result.rowcount == 1


def test_block_orm_delete_marks_matching_objects_deleted(session: Any) -> None:
    patrick = session.get(User, 3)
    session.execute(delete(User).where(User.name == "patrick"))
    assert patrick not in session
    assert inspect(patrick).deleted


def test_orm_delete_leaves_objects_that_do_not_match(session: Any) -> None:
    spongebob = session.get(User, 1)
    session.execute(delete(User).where(User.name == "patrick"))
    assert spongebob in session


def test_orm_delete_is_undone_by_rollback(session: Any) -> None:
    patrick = session.get(User, 3)
    session.execute(delete(User).where(User.name == "patrick"))
    session.rollback()
    assert patrick in session
    assert patrick.name == "patrick"


# --- log lines of the page -----------------------------------------------------------------------


def test_log_of_update_and_select(make_engine: Any) -> None:
    engine = make_engine("echo", echo=True)
    populate(engine)
    with Session(engine) as session:
        sandy = session.execute(select(User).filter_by(name="sandy")).scalar_one()
        sandy.fullname = "Sandy Squirrel"
        with echoed() as lines:
            session.execute(select(User.fullname).where(User.id == 2)).scalar_one()
    text = "\n".join(lines)
    assert re.search(r"UPDATE user_account SET fullname ?= ?\S", text)
    assert "'Sandy Squirrel'" in text
    assert "SELECT user_account.fullname \nFROM user_account \nWHERE user_account.id = " in text


def test_log_of_a_new_transaction_after_rollback(make_engine: Any) -> None:
    engine = make_engine("echo", echo=True)
    populate(engine)
    with Session(engine) as session:
        sandy = session.get(User, 2)
        session.rollback()
        with echoed() as lines:
            assert sandy.fullname == "Sandy Cheeks"
    assert lines[0] == "BEGIN (implicit)"
    assert "FROM user_account" in lines[1]
