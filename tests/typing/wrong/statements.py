"""Rows and objects taken for what they are not."""

from accord import Column, Integer, create_engine, insert, select, update
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


name_column: Column[str] = Column("id", Integer)  # mypy: arg-type; pyright: reportAssignmentType

with Session(create_engine("sqlite://")) as session:
    found: User = session.get(User, 1)  # mypy: assignment; pyright: reportAssignmentType
    session.get(User, 1, populate_exsting=True)  # mypy: call-overload; pyright: reportCallIssue
    users: list[str] = session.scalars(select(User)).all()  # mypy: assignment; pyright: reportAssignmentType
    name: int = session.scalars(select(User.name)).one()  # mypy: assignment; pyright: reportAssignmentType
    first, second, third = session.execute(select(User.id, User.name)).one().t  # mypy: misc; pyright: reportAssignmentType, reportUnknownVariableType
    session.execute(insert(User).returning(User.id)).one().t[1]  # mypy: misc; pyright: reportGeneralTypeIssues
    session.execute(select(User)).rowcount  # mypy: attr-defined; pyright: reportAttributeAccessIssue, reportUnknownMemberType
    session.execute(update(User), execution_option={})  # mypy: call-overload; pyright: reportCallIssue
    session.query(User).one().email  # mypy: attr-defined; pyright: reportAttributeAccessIssue, reportUnknownMemberType
