"""Constructs that users write: `@compiles`, what the function gets, and how they are cached."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from accord import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    func,
    insert,
    literal,
    select,
    types,
)
from accord.exc import AccordWarning, ArgumentError, UnsupportedCompilationError
from accord.ext.compiler import compiles, deregister
from accord.schema import CreateTable, DDLElement
from accord.sql import (
    BinaryExpression,
    ClauseElement,
    ColumnClause,
    ColumnElement,
    Executable,
    FunctionElement,
    Insert,
    Select,
    UpdateBase,
)
from accord_postgresql import PostgreSQLDialect
from accord_sqlite import SQLiteDialect

metadata = MetaData()
point = Table("point", metadata, Column("x", Integer), Column("y", Integer))


class pair(FunctionElement[Any]):
    name = "pair"
    inherit_cache = True


@compiles(pair)
def _pair(element: Any, compiler: Any, **kw: Any) -> str:
    return f"PAIR({compiler.process(element.clauses, **kw)})"


@compiles(pair, "postgresql", "oracle")
def _pair_as_row(element: Any, compiler: Any, **kw: Any) -> str:
    return f"ROW{compiler.function_argspec(element)}"


@pytest.fixture
def forgotten() -> Iterator[list[Any]]:
    """Classes of accord's own that a test gave a rendering."""
    classes: list[Any] = []
    yield classes
    for cls in classes:
        deregister(cls)


def on(statement: Any, dialect: Any) -> str:
    return " ".join(str(statement.compile(dialect=dialect)).split())


def flat(statement: Any) -> str:
    return " ".join(str(statement).split())


# --- which function ------------------------------------------------------------------------------


def test_a_function_without_dialects_serves_all_that_have_none() -> None:
    assert flat(pair(point.c.x, 5)) == "PAIR(point.x, :param_1)"
    assert on(pair(point.c.x, 5), SQLiteDialect()) == "PAIR(point.x, ?)"


def test_a_dialect_has_its_own() -> None:
    assert on(pair(point.c.x, 5), PostgreSQLDialect()) == "ROW(point.x, %s::INTEGER)"


def test_a_subclass_is_written_as_its_base() -> None:
    class triple(pair):
        inherit_cache = True

    assert flat(triple(1, 2, 3)) == "PAIR(:param_1, :param_2, :param_3)"


def test_a_subclass_may_differ_on_one_dialect_only() -> None:
    class other(pair):
        inherit_cache = True

    @compiles(other, "sqlite")
    def _other(element: Any, compiler: Any, **kw: Any) -> str:
        return "OTHER"

    assert on(other(1), SQLiteDialect()) == "OTHER"
    assert on(other(1), PostgreSQLDialect()) == "ROW(%s::INTEGER)"


def test_where_no_function_fits_a_function_element_is_called_by_its_name() -> None:
    class nearest(FunctionElement[Any]):
        name = "nearest"
        inherit_cache = True

    @compiles(nearest, "postgresql")
    def _nearest(element: Any, compiler: Any, **kw: Any) -> str:
        return "NEAREST"

    assert on(nearest(1), SQLiteDialect()) == "nearest(?)"


def test_a_construct_nobody_can_write_says_what_to_do() -> None:
    class unknown(ColumnElement[Any]):
        inherit_cache = True

    with pytest.raises(UnsupportedCompilationError, match=r"unknown; give the class .*@compiles"):
        select(unknown()).compile(dialect=SQLiteDialect())


def test_deregister_gives_the_class_back_its_own_rendering(forgotten: list[Any]) -> None:
    forgotten.append(BinaryExpression)

    @compiles(BinaryExpression)
    def _binary(element: Any, compiler: Any, **kw: Any) -> str:
        return f"<{compiler.visit_binary(element, **kw)}>"

    assert flat(point.c.x == 1) == "<point.x = :x_1>"
    deregister(BinaryExpression)
    assert flat(point.c.x == 1) == "point.x = :x_1"
    deregister(BinaryExpression)  # twice does no harm


def test_only_classes_of_constructs_and_types_can_be_compiled() -> None:
    for wrong in (int, "pair", pair(1)):
        with pytest.raises(ArgumentError, match=r"@compiles\(\) takes a class"):
            compiles(wrong)


def test_a_function_has_to_return_text() -> None:
    class silent(ColumnElement[Any]):
        inherit_cache = True

    @compiles(silent)
    def _silent(element: Any, compiler: Any, **kw: Any) -> Any:
        return None

    with pytest.raises(ArgumentError, match=r"_silent\(\), which compiles silent, must return"):
        select(silent()).compile()


# --- what the function gets ----------------------------------------------------------------------


def test_statements_of_accord_can_be_extended(forgotten: list[Any]) -> None:
    forgotten += [Insert, Select]

    @compiles(Insert)
    def _insert(element: Any, compiler: Any, **kw: Any) -> str:
        return str(compiler.visit_insert(element.prefix_with("OR REPLACE"), **kw))

    @compiles(Select)
    def _select(element: Any, compiler: Any, **kw: Any) -> str:
        return f"{compiler.visit_select(element.where(point.c.y > 0), **kw)} -- checked"

    assert flat(insert(point).values(x=1)) == ("INSERT OR REPLACE INTO point (x) VALUES (:x)")
    statement = select(point.c.x).where(point.c.x == 1)
    assert flat(statement) == (
        "SELECT point.x FROM point WHERE point.x = :x_1 AND point.y > :y_1 -- checked"
    )
    with create_engine("sqlite://").begin() as connection:
        metadata.create_all(connection)
        connection.execute(insert(point), [{"x": 1, "y": 0}, {"x": 1, "y": 5}])
        rows = connection.execute(select(point.c.x, point.c.y)).all()
    assert [tuple(row) for row in rows] == [(1, 5)]
    assert rows[0].x == 1


def test_literal_values_and_names_are_written_safely() -> None:
    class note(ColumnElement[Any]):
        inherit_cache = True

        def __init__(self, text: str, name: str) -> None:
            self.text, self.called = text, name

    @compiles(note)
    def _note(element: Any, compiler: Any, **kw: Any) -> str:
        value = compiler.render_literal_value(element.text, String())
        return f"NOTE({value} AS {compiler.preparer.quote(element.called)})"

    assert str(note("it's", "or der")) == """NOTE('it''s' AS "or der")"""


def test_names_of_tables_and_columns() -> None:
    class location(ColumnElement[Any]):
        inherit_cache = False

    @compiles(location)
    def _location(element: Any, compiler: Any, **kw: Any) -> str:
        names = compiler.preparer
        table = Table("Order", MetaData(), Column("group", Integer), schema="my schema")
        return " ".join([
            names.format_table(table), names.format_table(table, use_schema=False),
            names.format_column(table.c.group, use_table=True), names.format_schema("s"),
            names.quote_identifier("plain"),
        ])  # fmt: skip

    assert on(location(), PostgreSQLDialect()) == (
        '"my schema"."Order" "Order" "Order"."group" s "plain"'
    )


def test_process_takes_literal_binds_and_passes_what_it_does_not_know() -> None:
    class outer(ColumnElement[Any]):
        inherit_cache = True

        def __init__(self, inner: Any) -> None:
            self.inner = inner

    class told(ColumnElement[Any]):
        inherit_cache = True

    @compiles(outer)
    def _outer(element: Any, compiler: Any, **kw: Any) -> str:
        return str(compiler.process(element.inner, literal_binds=True, mood="good"))

    @compiles(told)
    def _told(element: Any, compiler: Any, **kw: Any) -> str:
        return str(kw.get("mood"))

    assert str(outer(point.c.x == -5)) == "point.x = (-5)"
    assert str(outer(told())) == "good"
    assert str(told()) == "None"
    assert str(told().compile(compile_kwargs={"mood": "bad"})) == "bad"


def test_the_dialect_is_known_by_name() -> None:
    class where(ColumnElement[Any]):
        inherit_cache = True

    @compiles(where)
    def _where(element: Any, compiler: Any, **kw: Any) -> str:
        return f"'{compiler.dialect.name}'"

    assert str(where().compile(dialect=SQLiteDialect())) == "'sqlite'"
    assert str(where()) == "'default'"


# --- types and DDL -------------------------------------------------------------------------------


def test_a_type_is_written_anew_on_one_dialect(forgotten: list[Any]) -> None:
    forgotten.append(BigInteger)

    @compiles(BigInteger, "sqlite")
    def _big(element: Any, compiler: Any, **kw: Any) -> str:
        return "INTEGER"

    table = Table("t", MetaData(), Column("id", BigInteger))
    assert on(CreateTable(table), SQLiteDialect()) == "CREATE TABLE t ( id INTEGER )"
    assert on(CreateTable(table), PostgreSQLDialect()) == "CREATE TABLE t ( id BIGINT )"
    assert on(func.f(1).cast(BigInteger), SQLiteDialect()) == "CAST(f(?) AS INTEGER)"


def test_a_type_goes_back_to_what_it_was(forgotten: list[Any]) -> None:
    forgotten += [types.String, types.VARCHAR]

    @compiles(types.String, "sqlite")
    @compiles(types.VARCHAR, "sqlite")
    def _varchar(element: Any, compiler: Any, **kw: Any) -> str:
        if element.length == 99:
            return "VARCHAR('max')"
        return str(compiler.visit_VARCHAR(element, **kw))

    types_of = SQLiteDialect().types
    assert types_of.ddl(types.String(99)) == "VARCHAR('max')"
    assert types_of.ddl(types.VARCHAR(99)) == "VARCHAR('max')"
    assert types_of.ddl(types.VARCHAR(20)) == "VARCHAR(20)"
    assert types_of.ddl(types.String(20)) == "VARCHAR(20)"


def test_ddl_of_ones_own() -> None:
    class AddColumn(DDLElement):
        def __init__(self, table: Any, column: Any) -> None:
            self.table, self.column = table, column

    @compiles(AddColumn)
    def _add(element: Any, compiler: Any, **kw: Any) -> str:
        return (
            f"ALTER TABLE {compiler.preparer.format_table(element.table)} ADD COLUMN "
            f"{compiler.get_column_specification(element.column)}"
        )

    column = Column("name of", String(20), nullable=False, server_default="it's")
    assert str(AddColumn(point, column)) == (
        """ALTER TABLE point ADD COLUMN "name of" VARCHAR(20) DEFAULT 'it''s' NOT NULL"""
    )


def test_values_inside_ddl_are_literals() -> None:
    class CreateView(DDLElement):
        def __init__(self, name: str, query: Any) -> None:
            self.name, self.query = name, query

    @compiles(CreateView)
    def _view(element: Any, compiler: Any, **kw: Any) -> str:
        text = compiler.sql_compiler.process(element.query, literal_binds=True)
        return f"CREATE VIEW {compiler.preparer.quote(element.name)} AS {text}"

    query = select(point.c.x).where(point.c.y == 3)
    assert flat(CreateView("v", query)) == (
        "CREATE VIEW v AS SELECT point.x FROM point WHERE point.y = 3"
    )


def test_ddl_of_accord_can_be_extended(forgotten: list[Any]) -> None:
    forgotten.append(CreateTable)

    @compiles(CreateTable)
    def _create(element: Any, compiler: Any, **kw: Any) -> str:
        return compiler.visit_create_table(element, **kw).strip() + " WITHOUT ROWID"

    assert flat(CreateTable(point)).endswith(") WITHOUT ROWID")


# --- caching -------------------------------------------------------------------------------------


class scaled(ColumnElement[Any]):
    """A construct with a node and a plain value."""

    inherit_cache = True
    type = types.Integer()

    def __init__(self, value: Any, factor: Any) -> None:
        self.value, self.factor = value, factor


@compiles(scaled)
def _scaled(element: Any, compiler: Any, **kw: Any) -> str:
    return f"({compiler.process(element.value, **kw)} * {element.factor})"


@pytest.fixture
def connection() -> Iterator[Any]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(insert(point), [{"x": 1, "y": 10}, {"x": 2, "y": 20}])
        engine.clear_compiled_cache()
        yield connection


def test_what_looks_the_same_is_compiled_once(connection: Any) -> None:
    for value in range(3):
        assert connection.scalar(select(scaled(literal(value), 3))) == value * 3
    assert len(connection.engine.compiled) == 1


def test_plain_attributes_are_part_of_the_key(connection: Any) -> None:
    factors = [3, 4, 1, True, 1.0, 0.0, -0.0]
    found = [connection.scalar(select(scaled(literal(2), factor))) for factor in factors[:3]]
    assert found == [6, 8, 2]
    assert len({scaled(literal(2), factor).cache_key for factor in factors}) == len(factors)


def test_one_parameter_in_two_places_is_not_two_that_are_equal(connection: Any) -> None:
    one = bindparam("n", 5)
    shared = select(scaled(one, 2) + scaled(one, 2))
    apart = select(scaled(literal(5), 2) + scaled(literal(6), 2))
    assert connection.scalar(shared) == 20
    assert connection.scalar(apart) == 22
    assert connection.scalar(shared.params(n=7)) == 28


def test_a_pickled_one_is_the_same_again(connection: Any) -> None:
    again = pickle.loads(pickle.dumps(scaled(literal(2), 3)))
    assert again.cache_key == scaled(literal(2), 3).cache_key
    assert connection.scalar(select(again)) == 6


def test_values_of_attributes_are_found_below(connection: Any) -> None:
    statement = select(scaled(point.c.y, 2)).where(scaled(point.c.x, 1) == 2)
    assert flat(statement) == (
        "SELECT (point.y * 2) AS anon_1 FROM point WHERE (point.x * 1) = :param_1"
    )
    assert connection.scalar(statement) == 40
    other = point.alias("p")
    assert connection.scalar(select(scaled(other.c.y, 3)).where(other.c.x == 1)) == 30


class moody(ColumnElement[Any]):
    """A construct whose text depends on something outside of it."""

    inherit_cache = False
    type = types.Integer()
    mood = 1


@compiles(moody)
def _moody(element: Any, compiler: Any, **kw: Any) -> str:
    return str(moody.mood)


def test_a_construct_that_promises_nothing_is_compiled_at_each_execution(connection: Any) -> None:
    statement = select(moody() + point.c.x).where(point.c.x == 1)
    for mood in (1, 5, 9):
        moody.mood = mood
        assert connection.scalar(statement) == mood + 1
        subquery = select(moody().label("m")).subquery()
        assert connection.scalar(select(subquery.c.m)) == mood
    assert len(connection.engine.compiled) == 0


def test_neither_is_one_kept_for_other_schemas(connection: Any) -> None:
    statement = select(moody())
    for mood in (1, 5):
        moody.mood = mood
        options = {"schema_translate_map": {None: "main"}}
        assert connection.scalar(statement, execution_options=options) == mood
    assert len(connection.engine.compiled) == 0


def test_an_attribute_without_structure_is_no_key(connection: Any) -> None:
    class Factor:
        def __init__(self, value: int) -> None:
            self.value = value

        def __str__(self) -> str:
            return str(self.value)

    factor = Factor(2)
    statement = select(scaled(literal(5), factor))
    assert connection.scalar(statement) == 10
    factor.value = 3
    assert connection.scalar(select(scaled(literal(5), factor))) == 15
    assert len(connection.engine.compiled) == 0


def test_a_class_that_does_not_say_is_not_cached_and_says_so_once(connection: Any) -> None:
    class vague(ColumnElement[Any]):
        type = types.Integer()

    @compiles(vague)
    def _vague(element: Any, compiler: Any, **kw: Any) -> str:
        return "1"

    with pytest.warns(AccordWarning, match=r"vague are compiled at each execution: give the class"):
        select(vague())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert connection.scalar(select(vague())) == 1
    assert len(connection.engine.compiled) == 0


def test_a_class_says_it_for_itself_and_not_for_its_subclasses() -> None:
    class other(scaled):
        pass

    with pytest.warns(AccordWarning, match="other"):
        assert other(literal(1), 2).has_anon


def test_what_the_base_keeps_is_part_of_the_key(connection: Any) -> None:
    assert pair(1).cache_key != pair(1, 2).cache_key
    assert pair(point.c.x).cache_key != pair(point.c.y).cache_key
    assert len(pair(1, 2).binds) == 2

    class summed(FunctionElement[Any]):
        inherit_cache = True
        type = types.Integer()

    @compiles(summed)
    def _summed(element: Any, compiler: Any, **kw: Any) -> str:
        return " + ".join(compiler.process(part, **kw) for part in element.clauses)

    for numbers in ((1, 2), (1, 2, 3), (5,)):
        assert connection.scalar(select(summed(*numbers))) == sum(numbers)
    assert len(connection.engine.compiled) == 3


def test_two_classes_with_the_same_attributes_are_two(connection: Any) -> None:
    class halved(scaled):
        inherit_cache = True

    @compiles(halved)
    def _halved(element: Any, compiler: Any, **kw: Any) -> str:
        return f"({compiler.process(element.value)} / {element.factor})"

    assert connection.scalar(select(scaled(literal(8), 2))) == 16
    assert connection.scalar(select(halved(literal(8), 2))) == 4


def test_a_subclass_of_a_construct_of_accord_has_a_key_of_its_own(connection: Any) -> None:
    class shout(ColumnClause[Any]):
        inherit_cache = True

    @compiles(shout)
    def _shout(element: Any, compiler: Any, **kw: Any) -> str:
        return f"'{element.name}!'"

    assert flat(select(shout("a"), shout("b"))) == "SELECT 'a!', 'b!'"
    assert shout("a").cache_key == shout("a").cache_key
    assert shout("a").cache_key != ColumnClause("a").cache_key


def test_a_rendering_given_later_holds_from_then_on(connection: Any, forgotten: list[Any]) -> None:
    statement = select(point.c.x).where(point.c.x == 1)
    forgotten.append(BinaryExpression)
    assert connection.scalar(statement) == 1

    @compiles(BinaryExpression)
    def _binary(element: Any, compiler: Any, **kw: Any) -> str:
        return f"NOT ({compiler.visit_binary(element, **kw)})"

    assert connection.scalar(statement) == 2
    deregister(BinaryExpression)
    assert connection.scalar(statement) == 1


def test_parts_that_the_function_makes_itself(connection: Any) -> None:
    class nearby(ColumnElement[Any]):
        inherit_cache = True
        type = types.Boolean()

        def __init__(self, column: Any, value: Any) -> None:
            self.column, self.value = column, value

    @compiles(nearby)
    def _nearby(element: Any, compiler: Any, **kw: Any) -> str:
        return str(compiler.process(element.column.between(element.value - 1, element.value + 1)))

    for value, found in ((9, [10]), (20, [20]), (15, [])):
        rows = connection.scalars(select(point.c.y).where(nearby(point.c.y, literal(value)))).all()
        assert rows == found


# --- statements ----------------------------------------------------------------------------------


class copied(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, table: Any, query: Any) -> None:
        self.table, self.query = table, query


@compiles(copied)
def _copied(element: Any, compiler: Any, **kw: Any) -> str:
    table = compiler.process(element.table, asfrom=True, **kw)
    return f"INSERT INTO {table} {compiler.process(element.query, **kw)}"


def test_a_statement_of_ones_own_is_executed(connection: Any) -> None:
    statement = copied(point, select(point.c.x + 10, point.c.y).where(point.c.x == 1))
    assert statement.compile().params == {"x_1": 10, "x_2": 1}
    assert connection.execute(statement).rowcount == 1
    assert connection.scalars(select(point.c.x).order_by(point.c.x)).all() == [1, 2, 11]


def test_it_counts_as_writing() -> None:
    dialect = SQLiteDialect()
    renderer = dialect.renderer(dialect.target)
    assert renderer.compile(copied(point, select(point))).is_write
    assert issubclass(Insert, UpdateBase)


def test_a_statement_that_returns_rows(connection: Any) -> None:
    class pragma(Executable, ClauseElement):
        inherit_cache = True

        def __init__(self, name: str) -> None:
            self.name = name

    @compiles(pragma)
    def _pragma(element: Any, compiler: Any, **kw: Any) -> str:
        return f"PRAGMA {element.name}"

    result = connection.execute(pragma("user_version"))
    assert result.keys() == ["user_version"]
    assert result.all() == [(0,)]
