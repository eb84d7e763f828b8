"""Values that an attribute does not take, and attributes that are not there."""

from __future__ import annotations

from accord import ForeignKey
from accord.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    notes: Mapped[list[Note]] = relationship(back_populates="user")


class Note(Base):
    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    user: Mapped[User] = relationship(back_populates="notes")


user = User(name="Ada")
user.id = "one"  # mypy: assignment; pyright: reportAttributeAccessIssue
user.name.upper()  # mypy: union-attr; pyright: reportOptionalMemberAccess
user.nmae = "Ada"  # mypy: attr-defined; pyright: reportAttributeAccessIssue
user.notes = [user]  # mypy: list-item; pyright: reportAttributeAccessIssue
user.notes.append(user)  # mypy: arg-type; pyright: reportArgumentType
Note().user = None  # mypy: assignment; pyright: reportAttributeAccessIssue
User.nmae  # mypy: attr-defined; pyright: reportAttributeAccessIssue, reportUnknownMemberType
