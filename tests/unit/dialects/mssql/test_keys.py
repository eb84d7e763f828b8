"""Keys on SQL Server: OUTPUT, MERGE with positions, triggers, given keys, sequences.

The double returns rows of OUTPUT in another order than they were sent, so a key taken by position
would be found here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from accord import (
    Column,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    func,
    insert,
    select,
)
from accord.exc import IntegrityError
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

pytest.importorskip("pymssql", reason="needs the driver: pip install pymssql")


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    posts: Mapped[list[Post]] = relationship(back_populates="user")


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    made: Mapped[str] = mapped_column(String(20), server_default="made")
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    user: Mapped[User] = relationship(back_populates="posts")


class Numbered(Base):
    __tablename__ = "numbered"
    id: Mapped[int] = mapped_column(Sequence("numbers", start=10, increment=5), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))


@pytest.fixture
def base(engine: Any) -> Any:
    """An engine with the tables: on the double, and on a real server where there is one."""
    Base.metadata.create_all(engine)
    return engine


@pytest.fixture
def doubled(mssql_double: Any) -> Iterator[Any]:
    """An engine with the tables, on the double: for what a real server cannot show."""
    engine = mssql_double.engine()
    Base.metadata.create_all(engine)
    mssql_double.server.statements.clear()
    yield engine
    engine.dispose()


def names_by_key(session: Any, entity: Any) -> dict[int, str]:
    return dict(session.execute(select(entity.id, entity.name)).tuples().all())


def keys_of(session: Any, objects: list[Any]) -> dict[int, str]:
    """Which key each object has got, by the name it was given; flushed, and not read again."""
    session.flush()
    return {vars(each)["id"]: vars(each)["name"] for each in objects}


def statements(double: Any, start: str) -> list[str]:
    return [text for text in double.server.statements if text.startswith(start)]


@pytest.mark.parametrize("count", [1, 2, 1100])
def test_each_object_gets_the_key_of_its_own_row(base, count):
    users = [User(name=f"user {number}") for number in range(count)]
    with Session(base) as session:
        session.add_all(users)
        expected = keys_of(session, users)
        session.commit()
        assert names_by_key(session, User) == expected and len(expected) == len(users)


def test_one_row_goes_in_by_output(doubled, mssql_double):
    with Session(doubled) as session:
        session.add(User(name="one"))
        session.flush()
    assert statements(mssql_double, "INSERT") == [
        "INSERT INTO [user] (name) OUTPUT inserted.id VALUES (N'one')"
    ]


def test_several_rows_go_in_by_merge_with_a_position(doubled, mssql_double):
    with Session(doubled) as session:
        session.add_all([User(name="one"), User(name="two")])
        session.flush()
    assert statements(mssql_double, "MERGE") == [
        "MERGE INTO [user] USING (VALUES (0, CAST(N'one' AS NVARCHAR(4000))), (1, N'two')) "
        "AS accord_v (accord_p, c1) ON 1 = 0 WHEN NOT MATCHED THEN INSERT (name) "
        "VALUES (accord_v.c1) OUTPUT accord_v.accord_p, inserted.id"
    ]


def test_parents_and_children(base):
    users = [User(name=f"u{n}", posts=[Post(text=f"p{n}{m}") for m in range(3)]) for n in range(20)]
    with Session(base) as session:
        session.add_all(users)
        session.commit()
        found = session.execute(
            select(User.name, Post.text).join(Post, Post.user_id == User.id)
        ).all()
    assert len(found) == 60
    assert all(text.startswith("p" + name[1:]) for name, text in found)


def test_server_defaults_come_back_with_the_keys(doubled, mssql_double):
    with Session(doubled) as session:
        user = User(name="u", posts=[Post(text="a"), Post(text="b")])
        session.add(user)
        session.flush()
        mssql_double.server.statements.clear()
        assert [post.made for post in user.posts] == ["made", "made"]
        assert not mssql_double.server.statements


@pytest.mark.parametrize("count", [1, 5])
def test_a_table_with_triggers_returns_keys_through_a_table_variable(doubled, mssql_double, count):
    def act(data: Any, rowids: list[int]) -> None:
        marks = ", ".join(map(str, rowids))
        data.execute(f"UPDATE post SET made = 'by trigger' WHERE rowid IN ({marks})")

    mssql_double.server.trigger("post", "INSERT", act)
    with Session(doubled) as session:
        user = User(name="u", posts=[Post(text=f"p{number}") for number in range(count)])
        session.add(user)
        session.flush()
        assert statements(mssql_double, "DECLARE @accord_keys")
        assert {post.made for post in user.posts} == {"by trigger"}
        rows = dict(session.execute(select(Post.id, Post.text)).tuples().all())
        assert rows == {post.id: post.text for post in user.posts}


def test_a_trigger_made_after_the_plan_is_noticed(doubled, mssql_double):
    with Session(doubled) as session:
        session.add(User(name="before"))
        session.commit()
    mssql_double.server.trigger("user", "INSERT")
    with Session(doubled) as session:
        users = [User(name="after"), User(name="later")]
        session.add_all(users)
        expected = keys_of(session, users)
        session.commit()
        assert names_by_key(session, User) == {1: "before", **expected}


def test_an_instead_of_trigger_is_refused_before_anything_is_written(doubled, mssql_double):
    mssql_double.server.trigger("post", "INSERT", instead_of=True)
    with Session(doubled) as session:
        session.add(User(name="u", posts=[Post(text="p")]))
        with pytest.raises(Exception, match="INSTEAD OF trigger"):
            session.flush()


def test_a_disabled_trigger_does_not_count(doubled, mssql_double):
    mssql_double.server.trigger("user", "INSERT", disabled=True)
    with Session(doubled) as session:
        session.add(User(name="u"))
        session.flush()
    assert not statements(mssql_double, "DECLARE")


# --- keys that are given --------------------------------------------------------------------------


def test_given_keys_go_in_between_identity_insert_on_and_off(doubled, mssql_double):
    with Session(doubled) as session:
        session.add_all([User(id=70, name="a"), User(id=60, name="b")])
        session.commit()
        session.add(User(name="next"))
        session.commit()
        assert names_by_key(session, User) == {60: "b", 70: "a", 71: "next"}
    assert statements(mssql_double, "SET IDENTITY_INSERT") == [
        "SET IDENTITY_INSERT [user] ON",
        "SET IDENTITY_INSERT [user] OFF",
    ]


def test_identity_insert_is_off_again_after_an_error(doubled, mssql_double):
    with Session(doubled) as session:
        session.add(User(id=1, name="a"))
        session.commit()
        session.expunge_all()
        session.add(User(id=1, name="b"))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()
        session.add(User(name="c"))
        session.commit()
        assert names_by_key(session, User) == {1: "a", 2: "c"}


def test_a_core_insert_with_a_key_switches_in_one_batch(doubled, mssql_double):
    with doubled.begin() as connection:
        connection.execute(insert(User.__table__).values(id=5, name="five"))
        assert mssql_double.server.statements[-3:] == [
            "SET IDENTITY_INSERT [user] ON",
            "INSERT INTO [user] (id, name) VALUES (5, N'five')",
            "SET IDENTITY_INSERT [user] OFF",
        ]


def test_a_core_insert_that_fails_leaves_the_setting_off(doubled, mssql_double):
    with doubled.begin() as connection:
        connection.execute(insert(User.__table__).values(id=5, name="five"))
    with doubled.connect() as connection:
        with pytest.raises(IntegrityError):
            connection.execute(insert(User.__table__).values(id=5, name="again"))
        assert connection.execute(
            insert(User.__table__).values(name="six")
        ).inserted_primary_key == (6,)


def test_a_core_insert_with_a_key_counts_and_returns_its_row(base):
    table = User.__table__
    with base.begin() as connection:
        assert connection.execute(insert(table).values(id=5, name="five")).rowcount == 1
        row = connection.execute(insert(table).values(id=6, name="; six;").returning(table.c.id))
        assert row.scalars().all() == [6]
        assert connection.execute(insert(table).values(name="7")).inserted_primary_key == (7,)


def test_a_batch_of_the_users_own_is_sent_as_it_is(base):
    own = (
        "SET IDENTITY_INSERT [user] ON; INSERT INTO [user] (id, name) VALUES (8, N'x'); "
        "INSERT INTO [user] (id, name) VALUES (8, N'y')"
    )
    with base.connect() as connection, pytest.raises(IntegrityError):
        connection.exec_driver_sql(own)


def test_a_core_insert_returns_its_key(base):
    with base.begin() as connection:
        done = connection.execute(insert(User.__table__).values(name="core"))
        assert done.inserted_primary_key == (1,)


# --- sequences ------------------------------------------------------------------------------------


def test_one_row_takes_the_next_value_in_the_insert(doubled, mssql_double):
    with Session(doubled) as session:
        one = Numbered(name="one")
        session.add(one)
        session.flush()
        assert one.id == 10
    assert statements(mssql_double, "INSERT") == [
        "INSERT INTO numbered (name, id) OUTPUT inserted.id VALUES (N'one', NEXT VALUE FOR numbers)"
    ]


def test_numbers_for_many_rows_are_drawn_in_one_call(doubled, mssql_double):
    rows = [Numbered(name=str(number)) for number in range(50)]
    with Session(doubled) as session:
        session.add_all(rows)
        expected = keys_of(session, rows)
        session.commit()
        assert names_by_key(session, Numbered) == expected and len(expected) == len(rows)
        assert sorted(row.id for row in rows) == list(range(10, 260, 5))
    assert len(statements(mssql_double, "EXEC sys.sp_sequence_get_range")) == 1


def test_a_sequence_by_itself(base):
    sequence = Sequence("numbers", start=10, increment=5)
    with Session(base) as session:
        assert session.scalar(sequence) == 10
        assert session.scalar(sequence.next_value()) == 15


# --- the others ---------------------------------------------------------------------------------


def test_an_sql_expression_as_key(doubled, mssql_double):
    with Session(doubled) as session:
        first = Numbered(
            id=select(func.coalesce(func.max(Numbered.id) + 1, 1)).scalar_subquery(), name="a"
        )
        session.add(first)
        session.flush()
        assert first.id == 1


def test_scope_identity_where_the_table_wants_no_output(mssql_double):
    metadata = MetaData()
    table = Table(
        "plain",
        metadata,
        Column("id", Integer, Identity(start=7), primary_key=True),
        Column("name", String(20)),
        mssql_output=False,
    )

    class Own(DeclarativeBase):
        pass

    class Plain(Own):
        __table__ = table

    engine = mssql_double.engine()
    metadata.create_all(engine)
    with Session(engine) as session:
        rows = [Plain(name="a"), Plain(name="b")]
        session.add_all(rows)
        expected = keys_of(session, rows)
        session.commit()
        assert names_by_key(session, Plain) == expected and len(expected) == len(rows)
    assert statements(mssql_double, "SELECT CAST(SCOPE_IDENTITY() AS BIGINT)")
