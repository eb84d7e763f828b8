"""The programs of the tutorial pages: the unit of work, and rows of DML as objects."""

from typing import Any, assert_type

from accord import ForeignKey, String, create_engine, delete, func, insert, select, sql, update
from accord.engine import CursorResult, Result, Row, ScalarResult
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    fullname: Mapped[str | None]
    addresses: Mapped[list["Address"]] = relationship(back_populates="user")

    def __repr__(self) -> str:
        return f"User(id={self.id!r}, name={self.name!r}, fullname={self.fullname!r})"


class Address(Base):
    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    email_address: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped[User] = relationship(back_populates="addresses")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

squidward = User(name="squidward", fullname="Squidward Tentacles")
assert_type(squidward.id, int)

session = Session(engine)
session.add(squidward)
session.flush()
assert_type(session.get(User, 4), User | None)

sandy = session.execute(select(User).filter_by(name="sandy")).scalar_one()
assert_type(sandy, User)
sandy.fullname = "Sandy Squirrel"
fullname = session.execute(select(User.fullname).where(User.id == 2)).scalar_one()
assert_type(fullname, str | None)
assert_type(session.execute(select(User).where(User.name == "x")).first(), Row[tuple[User]] | None)
assert_type(sandy.addresses, list[Address])
assert_type(sandy.addresses[0].user.fullname, str | None)

# --- a key from the database ---------------------------------------------------------------------
sandy.id = sql.select(func.coalesce(func.max(User.id) + 1, 1)).scalar_subquery()

# --- SQL of other kinds --------------------------------------------------------------------------
result = session.execute("select * from user_account where id=:id", {"id": 7})
assert_type(result, Result[Any])
assert_type(session.connection().execute(select(User.id)), CursorResult[tuple[int]])
assert_type(
    session.execute(select(User.id), bind_arguments={"mapper": User}), Result[tuple[int]]
)

# --- rows of INSERT, UPDATE and DELETE -----------------------------------------------------------
statement = (
    update(User)
    .where(User.name == "squidward")
    .values(name="spongebob")
    .returning(User)
    .execution_options(synchronize_session="fetch")
)
objects = select(User).from_statement(statement).execution_options(populate_existing=True)
assert_type(session.scalars(objects), ScalarResult[User])
for user in session.execute(objects).scalars():
    assert_type(user, User)
for row in session.execute(update(User).values(name="x").returning(User.id)):
    assert_type(row.t, tuple[int])
assert_type(session.scalars(insert(User).returning(User), [{"name": "a"}]).all(), list[User])
assert_type(session.execute(delete(User).where(User.name == "squidward")), CursorResult[Any])
