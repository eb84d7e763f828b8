"""Types that programs write, on every backend: TypeDecorator and UserDefinedType through Core and
through the unit of work.
"""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accord import (
    JSON,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PickleType,
    String,
    Table,
    Text,
    cast,
    func,
    insert,
    literal,
    select,
    type_coerce,
)
from accord.exc import AccordWarning, StatementError
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column
from accord.sql import operators
from accord.types import TypeDecorator, UserDefinedType


class Cents(TypeDecorator[Decimal]):
    """An amount, kept as a whole number."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else int(value * 100)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else Decimal(value) / 100


class Rounded(TypeDecorator[Decimal]):
    """A decorator around a decorator."""

    impl = Cents
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else round(value, 1)


class Words(TypeDecorator[list[str]]):
    """A list of words in a text; LIKE compares the text."""

    impl = String
    cache_ok = True

    def __init__(self, length: int = 200, separator: str = "|") -> None:
        super().__init__(length)
        self.separator = separator

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.separator.join(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.split(self.separator)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return String() if op in (operators.LIKE, operators.NOT_LIKE) else self


class Settings(TypeDecorator[dict[str, Any]]):
    """A decorator around JSON keeps JSON's operators."""

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return {} if value is None else value


class PerDialect(TypeDecorator[str]):
    impl = String(50)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else String(60))

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return f"{dialect.name}:{value}"


class Utc(TypeDecorator[dt.datetime]):
    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.replace(tzinfo=dt.UTC)


class Point(UserDefinedType[tuple[int, int]]):
    cache_ok = True

    def __init__(self, length: int = 30) -> None:
        self.length = length

    def get_col_spec(self, **kw: Any) -> str:
        return f"VARCHAR({self.length})"

    def bind_processor(self, dialect: Any) -> Callable[[Any], Any]:
        return lambda value: None if value is None else json.dumps(value)

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Any]:
        return lambda value: None if value is None else tuple(json.loads(value))

    def literal_processor(self, dialect: Any) -> Callable[[Any], str]:
        return lambda value: f"'{json.dumps(value)}'"


metadata = MetaData()
things = Table(
    "things",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("cents", Cents()),
    Column("rounded", Rounded()),
    Column("words", Words()),
    Column("settings", Settings()),
    Column("per", PerDialect()),
    Column("at", Utc()),
    Column("point", Point()),
    Column("pickled", PickleType()),
)
MOMENT = dt.datetime(2024, 3, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=2)))
ROW = {
    "id": 1, "cents": Decimal("12.34"), "rounded": Decimal("1.26"), "words": ["a", "b"],
    "settings": {"on": True, "level": 3}, "per": "x", "at": MOMENT, "point": (1, 2),
    "pickled": {"any": [object, 1]},
}  # fmt: skip


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __table__ = things.to_metadata(Base.metadata)


@pytest.fixture
def connection(engine: Any) -> Any:
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection


def expected(name: str) -> dict[str, Any]:
    return {**ROW, "rounded": Decimal("1.3"), "per": f"{name}:x"}


def test_values_come_back_through_core(engine: Any, connection: Any) -> None:
    connection.execute(insert(things), ROW)
    assert connection.execute(select(things)).mappings().one() == expected(engine.dialect.name)


def test_values_come_back_through_the_unit_of_work(engine: Any, connection: Any) -> None:
    with Session(engine) as session:
        session.add_all([Thing(**{**ROW, "id": i}) for i in range(1, 7)])
        session.commit()
        thing = session.get(Thing, 6)
        found = {c.name: getattr(thing, c.name) for c in things.c}
        assert found == {**expected(engine.dialect.name), "id": 6}


def test_none_goes_through_the_methods_too(connection: Any) -> None:
    connection.execute(insert(things).values(id=1, settings=None))
    assert connection.scalar(select(things.c.settings)) == {}
    assert connection.scalar(select(things.c.cents)) is None


def test_what_is_compared_travels_as_the_decorated_type(connection: Any) -> None:
    connection.execute(insert(things), ROW)
    where = [
        things.c.cents == Decimal("12.34"),
        things.c.cents.in_([Decimal("12.34"), Decimal(1)]),
        things.c.cents.between(Decimal(12), Decimal(13)),
        things.c.words == ["a", "b"],
        things.c.words.like("a|%"),
        things.c.settings["level"].as_integer() == 3,
        things.c.point == (1, 2),
        things.c.cents != None,  # noqa: E711
    ]
    for condition in where:
        assert connection.scalar(select(things.c.id).where(condition)) == 1, condition


def test_functions_casts_and_coercions_take_and_give_the_type(connection: Any) -> None:
    connection.execute(insert(things), ROW)
    assert connection.scalar(select(func.max(things.c.cents))) == Decimal("12.34")
    assert connection.scalar(select(things.c.cents + Decimal(1))) == Decimal("13.34")
    assert connection.scalar(select(type_coerce(things.c.cents, Integer))) == 1234
    assert connection.scalar(select(type_coerce(things.c.id + 1233, Cents()))) == Decimal("12.34")
    assert connection.scalar(select(cast(things.c.cents, Cents()))) == Decimal("12.34")
    assert connection.scalar(select(literal(Decimal("0.5"), Cents()))) == Decimal("0.5")
    inner = select(things.c.cents.label("c")).subquery()
    assert connection.scalar(select(inner.c.c)) == Decimal("12.34")


def test_literals_are_rendered_by_the_decorated_type(connection: Any) -> None:
    connection.execute(insert(things), ROW)
    for condition in (
        things.c.cents == Decimal("12.34"),
        things.c.words == ["a", "b"],
        things.c.point == (1, 2),
    ):
        statement = select(things.c.id).where(condition)
        text = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
        assert connection.exec_driver_sql(text.replace("%", "%%")).scalar() == 1


def test_an_error_in_a_method_names_the_column(connection: Any) -> None:
    with pytest.raises(StatementError, match=r"cents: the value cannot be bound"):
        connection.execute(insert(things).values(id=1, cents="no number"))


def test_the_type_beneath_is_what_the_dialect_loads(engine: Any) -> None:
    assert type(Rounded().type_engine(engine.dialect)) is Integer
    stored = PerDialect().type_engine(engine.dialect)
    assert type(stored) is (Text if engine.dialect.name == "sqlite" else String)


def test_a_type_that_does_not_say_cache_ok_is_warned_about_once() -> None:
    class Silent(TypeDecorator[str]):
        impl = String

    with pytest.warns(AccordWarning, match="Silent does not say cache_ok"):
        assert Silent().key != Silent().key


def test_a_variant_is_what_its_dialect_uses(engine: Any, connection: Any) -> None:
    name = engine.dialect.name
    varied = (
        String(20)
        .with_variant(Cents(), name)
        .with_variant(Numeric(10, 2), "no_such", "neither_this")
    )
    table = Table(
        "varied", MetaData(), Column("id", Integer, primary_key=True), Column("v", varied)
    )
    with engine.begin() as other:
        table.create(other)
        other.execute(insert(table).values(id=1, v=Decimal("1.5")))
        assert other.scalar(select(table.c.v)) == Decimal("1.5")
        assert other.scalar(select(type_coerce(table.c.v, Integer))) == 150


def test_a_pickle_has_a_comparator_a_pickler_and_another_impl(engine: Any) -> None:
    class Reversed:
        @staticmethod
        def dumps(value: Any, protocol: int) -> bytes:
            return repr(value).encode()[::-1]

        @staticmethod
        def loads(value: bytes) -> Any:
            return json.loads(value[::-1])

    class Local(DeclarativeBase):
        pass

    class Kept(Local):
        __tablename__ = "kept"
        id: Mapped[int] = mapped_column(primary_key=True)
        data: Mapped[Any] = mapped_column(
            PickleType(pickler=Reversed, comparator=lambda a, b: len(a) == len(b), impl=LargeBinary)
        )

    Local.metadata.create_all(engine)
    with Session(engine) as session:
        kept = Kept(data=[1, 2])
        session.add(kept)
        session.commit()
        assert session.scalar(select(Kept.data)) == [1, 2]
        assert kept.data == [1, 2]
        kept.data = [3, 4]  # as long: the same by its comparator
        assert not session.is_modified(kept)
        kept.data = [5]
        session.commit()
        assert kept.data == [5]
