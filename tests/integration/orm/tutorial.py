"""The User/Address model the tutorial pages work on, with the three rows they start from."""

from typing import Any, Optional

from orm_api import (
    DeclarativeBase,
    ForeignKey,
    Mapped,
    SeedRepr,
    Session,
    String,
    mapped_column,
    relationship,
)


class Base(SeedRepr, DeclarativeBase):
    type_annotation_map = {str: String(100)}  # some databases want a length


class User(Base):
    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    fullname: Mapped[Optional[str]]  # noqa: UP045 (as the tutorial writes it)
    addresses: Mapped[list["Address"]] = relationship(back_populates="user")


class Address(Base):
    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    email_address: Mapped[str]
    user_id: Mapped[Optional[int]] = mapped_column(ForeignKey("user_account.id"))  # noqa: UP045
    user: Mapped[Optional[User]] = relationship(back_populates="addresses")  # noqa: UP045


def populate(engine: Any) -> None:
    """Rows 1 to 3 of the tutorial: spongebob, sandy, patrick."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(User(name="spongebob", fullname="Spongebob Squarepants"))
        session.add(User(name="sandy", fullname="Sandy Cheeks"))
        session.add(User(name="patrick", fullname="Patrick Star"))
        session.flush()
        session.add(Address(email_address="spongebob@example.org", user_id=1))
        session.add(Address(email_address="sandy@example.org", user_id=2))
        session.commit()
