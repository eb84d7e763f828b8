"""The recipes that programs use `@compiles` for, each on a real database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from requirements import not_on

from accord import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    case,
    insert,
    inspect,
    literal,
    select,
    types,
)
from accord.ext.compiler import compiles, deregister
from accord.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column
from accord.schema import CreateTable, DDLElement
from accord.sql import ClauseElement, ColumnElement, Executable, FunctionElement, Insert, Select


class Base(DeclarativeBase):
    pass


class Stuff(Base):
    __tablename__ = "compiles_stuff"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(50))
    low: Mapped[int]
    high: Mapped[int]


stuff = Stuff.__table__


@pytest.fixture
def connection(engine: Any) -> Iterator[Any]:
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(stuff),
            [
                {"id": 1, "name": "a", "low": 1, "high": 5},
                {"id": 2, "name": "b", "low": 9, "high": 3},
                {"id": 3, "name": "c", "low": 7, "high": 7},
            ],
        )
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    Base.metadata.drop_all(engine)


# --- functions -----------------------------------------------------------------------------------


class utcnow(FunctionElement[Any]):
    type = DateTime()
    inherit_cache = True


@compiles(utcnow)
def _utcnow(element: Any, compiler: Any, **kw: Any) -> str:
    return "CURRENT_TIMESTAMP"


@compiles(utcnow, "postgresql")
def _utcnow_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return "TIMEZONE('utc', CURRENT_TIMESTAMP)"


@compiles(utcnow, "mysql", "mariadb")
def _utcnow_mysql(element: Any, compiler: Any, **kw: Any) -> str:
    return "UTC_TIMESTAMP()"


@compiles(utcnow, "oracle")
def _utcnow_oracle(element: Any, compiler: Any, **kw: Any) -> str:
    return "SYS_EXTRACT_UTC(SYSTIMESTAMP)"


@not_on("oracle", "its double has no SYS_EXTRACT_UTC")
def test_the_time_in_utc(connection: Any) -> None:
    moment = connection.scalar(select(utcnow()))
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    assert abs(now - moment) < dt.timedelta(hours=1)


class larger(FunctionElement[Any]):
    type = Numeric()
    name = "greatest"
    inherit_cache = True


@compiles(larger)
def _larger(element: Any, compiler: Any, **kw: Any) -> str:
    return str(compiler.visit_function(element, **kw))


@compiles(larger, "sqlite")
@compiles(larger, "mssql")
@compiles(larger, "oracle")
def _larger_by_case(element: Any, compiler: Any, **kw: Any) -> str:
    one, two = element.clauses
    return str(compiler.process(case((one > two, one), else_=two), **kw))


def test_the_larger_of_two(connection: Any) -> None:
    statement = select(Stuff.name).where(larger(Stuff.low, Stuff.high) > 6).order_by(Stuff.name)
    assert connection.scalars(statement).all() == ["b", "c"]
    values = select(larger(stuff.c.low, 4)).order_by(stuff.c.id)
    assert [int(value) for value in connection.scalars(values)] == [4, 9, 7]


class first_of(FunctionElement[Any]):
    name = "coalesce"
    inherit_cache = True
    type = types.String()


@compiles(first_of)
def _first_of(element: Any, compiler: Any, **kw: Any) -> str:
    return f"coalesce({compiler.process(element.clauses, **kw)})"


def test_a_function_with_any_number_of_arguments(connection: Any) -> None:
    one = connection.scalar(select(first_of(literal(None, String()), "x", "y")))
    two = connection.scalar(select(first_of(literal(None, String()), "z")))
    assert (one, two) == ("x", "z")


# --- in queries of the ORM -----------------------------------------------------------------------


class within(ColumnElement[bool]):
    """``value BETWEEN low AND high``, of a row."""

    inherit_cache = True
    type = types.Boolean()
    is_predicate = True

    def __init__(self, entity: Any, value: Any) -> None:
        self.low, self.high, self.value = entity.low, entity.high, literal(value)


@compiles(within)
def _within(element: Any, compiler: Any, **kw: Any) -> str:
    low, high, value = [
        compiler.process(part, **kw) for part in (element.low, element.high, element.value)
    ]
    return f"({low} <= {value} AND {value} <= {high})"


@not_on("oracle", "its double takes each mark once")
def test_a_condition_of_ones_own(connection: Any) -> None:
    session = Session(connection)
    for value, found in ((3, ["a"]), (7, ["c"]), (100, [])):
        assert session.scalars(select(Stuff.name).where(within(Stuff, value))).all() == found
    other = aliased(Stuff)
    both = select(Stuff.name, other.name).where(within(other, 4), Stuff.id == 2)
    assert [tuple(row) for row in session.execute(both)] == [("b", "a")]
    assert session.scalars(select(Stuff).where(within(Stuff, 2))).one().name == "a"
    session.close()


# --- statements ----------------------------------------------------------------------------------


class InsertFromSelect(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, table: Any, query: Any) -> None:
        self.table, self.query = table, query


@compiles(InsertFromSelect)
def _insert_from_select(element: Any, compiler: Any, **kw: Any) -> str:
    return (
        f"INSERT INTO {compiler.process(element.table, asfrom=True, **kw)} "
        f"{compiler.process(element.query, **kw)}"
    )


def test_a_statement_of_ones_own(connection: Any) -> None:
    query = select(stuff.c.id + 10, stuff.c.name, stuff.c.low, stuff.c.high).where(
        stuff.c.name == "b"
    )
    assert connection.execute(InsertFromSelect(stuff, query)).rowcount == 1
    ids = select(stuff.c.id).order_by(stuff.c.id)
    assert connection.scalars(ids).all() == [1, 2, 3, 12]
    connection.rollback()
    assert connection.scalars(ids).all() == [1, 2, 3]


@pytest.fixture
def prefixed() -> Iterator[None]:
    @compiles(Insert)
    def _commented(element: Any, compiler: Any, **kw: Any) -> str:
        return str(compiler.visit_insert(element.prefix_with("/* by us */"), **kw))

    @compiles(Select)
    def _noted(element: Any, compiler: Any, **kw: Any) -> str:
        return str(compiler.visit_select(element, **kw)) + " /* checked */"

    yield
    deregister(Insert)
    deregister(Select)


@not_on("oracle", "its double reads no comments")
@not_on("mssql", "its double reads no comments")
def test_statements_of_accord_with_something_added(
    connection: Any, prefixed: None, statements: Any
) -> None:
    statements.clear()
    row = {"id": 7, "name": "g", "low": 0, "high": 0}
    assert connection.execute(insert(stuff).values(row)).inserted_primary_key == (7,)
    assert connection.scalar(select(stuff.c.name).where(stuff.c.id == 7)) == "g"
    sent = [one.text for one in statements.raw]
    assert any("INSERT /* by us */ INTO" in one for one in sent), sent
    assert any("/* checked */" in one for one in sent), sent


# --- DDL and types -------------------------------------------------------------------------------


class CreateView(DDLElement):
    def __init__(self, name: str, query: Any) -> None:
        self.name, self.query = name, query


class DropView(DDLElement):
    def __init__(self, name: str) -> None:
        self.name = name


@compiles(CreateView)
def _create_view(element: Any, compiler: Any, **kw: Any) -> str:
    name = compiler.preparer.quote(element.name)
    query = compiler.sql_compiler.process(element.query, literal_binds=True)
    return f"CREATE VIEW {name} AS {query}"


@compiles(DropView)
def _drop_view(element: Any, compiler: Any, **kw: Any) -> str:
    return f"DROP VIEW {compiler.preparer.quote(element.name)}"


def test_a_view(engine: Any, connection: Any) -> None:
    query = select(stuff.c.name).where(stuff.c.low > stuff.c.high - 1, stuff.c.name != "it's 5%")
    with engine.begin() as other:
        other.execute(CreateView("compiles view", query))
    try:
        view = Table("compiles view", MetaData(), Column("name", String(50)))
        assert connection.scalars(select(view.c.name).order_by(view.c.name)).all() == ["b", "c"]
        connection.rollback()
    finally:
        with engine.begin() as other:
            other.execute(DropView("compiles view"))


class AddColumn(DDLElement):
    def __init__(self, table: Any, column: Any) -> None:
        self.table, self.column = table, column


@compiles(AddColumn)
def _add_column(element: Any, compiler: Any, **kw: Any) -> str:
    added = compiler.get_column_specification(element.column)
    word = "ADD" if compiler.dialect.name in ("mssql", "oracle") else "ADD COLUMN"
    return f"ALTER TABLE {compiler.preparer.format_table(element.table)} {word} {added}"


def test_a_column_added_to_a_table(engine: Any, connection: Any) -> None:
    connection.rollback()
    with engine.begin() as other:
        other.execute(AddColumn(stuff, Column("note", String(20), server_default="it's")))
    seen = Table("compiles_stuff", MetaData(), Column("id", Integer), Column("note", String(20)))
    assert connection.scalar(select(seen.c.note).where(seen.c.id == 1)) == "it's"
    connection.rollback()


def test_a_type_under_another_name(engine: Any) -> None:
    @compiles(BigInteger, "sqlite")
    def _counting(element: Any, compiler: Any, **kw: Any) -> str:
        return str(compiler.visit_INTEGER(element, **kw))

    table = Table(
        "compiles_big", MetaData(), Column("id", BigInteger, primary_key=True), Column("n", Integer)
    )
    try:
        table.create(engine)
        with engine.begin() as connection:
            key = connection.execute(insert(table).values(n=1)).inserted_primary_key
            assert connection.scalar(select(table.c.n).where(table.c.id == key[0])) == 1
        table.drop(engine)
    finally:
        deregister(BigInteger)


class short_text(types.UserDefinedType[Any]):
    cache_ok = True


@compiles(short_text)
def _short_text(element: Any, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(String(30)))


def test_a_type_of_ones_own(engine: Any) -> None:
    table = Table("compiles_typed", MetaData(), Column("s", short_text()))
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(table).values(s="some text"))
        assert connection.scalar(select(table.c.s)) == "some text"
    table.drop(engine)


def test_a_table_with_something_behind_it(engine: Any) -> None:
    @compiles(CreateTable)
    def _behind(element: Any, compiler: Any, **kw: Any) -> str:
        created = compiler.visit_create_table(element, **kw).rstrip()
        comment = element.element.info.get("behind")
        return f"{created} {comment}" if comment else created

    table = Table("compiles_behind", MetaData(), Column("id", Integer), info={"behind": "/* b */"})
    try:
        assert str(CreateTable(table).compile(engine)).endswith(") /* b */")
        table.create(engine)
        assert inspect(engine).has_table("compiles_behind")
        table.drop(engine)
    finally:
        deregister(CreateTable)
