"""Types that put SQL around their values, and classes with columns of these types in every place:
keys, foreign keys, versions, defaults of the database. In: nothing. Out: classes, and one program
for databases whose server is a double.
"""

from __future__ import annotations

from typing import Any

from accord import ForeignKey, Integer, String, func, insert, literal, select, text, type_coerce
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from accord.types import TypeDecorator


class Negated(TypeDecorator[int]):
    """Stored with the other sign: SQL that has no parameters of its own."""

    impl = Integer
    cache_ok = True

    def bind_expression(self, bindvalue: Any) -> Any:
        return type_coerce(-bindvalue, self)

    def column_expression(self, column: Any) -> Any:
        return type_coerce(-column, self)


class Shifted(TypeDecorator[int]):
    """Stored a thousand higher: the SQL has a parameter."""

    impl = Integer
    cache_ok = True

    def bind_expression(self, bindvalue: Any) -> Any:
        return type_coerce(bindvalue + literal(1000, Integer), self)

    def column_expression(self, column: Any) -> Any:
        return type_coerce(column - literal(1000, Integer), self)


class Shouted(TypeDecorator[str]):
    """Stored in lower case, fetched in upper case."""

    impl = String(40)
    cache_ok = True

    def bind_expression(self, bindvalue: Any) -> Any:
        return func.lower(bindvalue, type_=self)

    def column_expression(self, column: Any) -> Any:
        return func.upper(column, type_=self)


class Base(DeclarativeBase):
    pass


class Keyed(Base):
    """The key is wrapped, and so is what counts its versions."""

    __tablename__ = "keyed"
    id: Mapped[int] = mapped_column(Negated, primary_key=True, autoincrement=False)
    word: Mapped[str | None] = mapped_column(Shouted)
    version: Mapped[int] = mapped_column(Negated, nullable=False)
    parts: Mapped[list[Part]] = relationship(back_populates="whole", order_by="Part.id")
    __mapper_args__ = {"version_id_col": version}


class Part(Base):
    __tablename__ = "part"
    id: Mapped[int] = mapped_column(primary_key=True)
    keyed_id: Mapped[int] = mapped_column(Negated, ForeignKey("keyed.id"))
    whole: Mapped[Keyed] = relationship(back_populates="parts")


class Made(Base):
    """The database makes values."""

    __tablename__ = "made"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    word: Mapped[str] = mapped_column(Shouted, server_default="quiet")
    number: Mapped[int] = mapped_column(Shifted, server_default=text("1005"))
    touched: Mapped[int] = mapped_column(Negated, server_default=text("-1"), onupdate=text("-2"))
    __mapper_args__ = {"eager_defaults": True}


class Both(Base):
    """Two key columns, one of them with a parameter in its SQL."""

    __tablename__ = "both_keys"
    one: Mapped[int] = mapped_column(Shifted, primary_key=True, autoincrement=False)
    two: Mapped[int] = mapped_column(Negated, primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(Shouted, server_default="quiet")


def run_through(engine: Any) -> None:
    """Write, change, find and delete rows of wrapped columns, and see what is stored."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Keyed(id=n, word=f"Word {n}", parts=[Part()]) for n in range(1, 6)])
        made = [Made(name=f"n{number}") for number in range(5)]
        session.add_all(made)
        session.flush()
        assert {(one.word, one.number, one.touched) for one in made} == {("QUIET", 5, 1)}
        for one in made:
            one.name += "!"
        session.commit()
        assert {one.touched for one in made} == {2}
        assert session.scalars(text("SELECT word FROM keyed WHERE id = -3")).all() == ["word 3"]
        assert sorted(session.scalars(text("SELECT keyed_id FROM part")))[0] == -5
        found = session.get(Keyed, 4)
        assert found is not None
        assert (found.word, found.version, found.parts[0].keyed_id) == ("WORD 4", 1, 4)
        for keyed in session.scalars(select(Keyed)):
            keyed.word = f"New {keyed.id}"
        session.commit()
        session.refresh(found)
        assert (found.word, found.version) == ("NEW 4", 2)
        session.add_all([Both(one=number % 2, two=number) for number in range(6)])
        session.commit()
        assert session.scalars(text("SELECT min(one) FROM both_keys")).one() == 1000
        both = session.get_one(Both, (1, 3))
        assert both.word == "QUIET"
        session.delete(both)
        session.commit()
        assert session.get(Both, (1, 3)) is None
        table = Made.__table__
        rows = [{"name": f"r{number}", "word": f"Word {number}"} for number in range(4)]
        wanted = (table.c.word, table.c.number, table.c.name)
        returned = session.execute(
            insert(table).returning(*wanted, sort_by_parameter_order=True), rows
        ).all()
        assert returned == [(f"WORD {number}", 5, f"r{number}") for number in range(4)]
