"""What SQLAlchemy's users ask of a type object: `adapt`, `as_generic`, variants, markers, and the
errors of types that a database lacks."""

import enum
from typing import Any

import pytest

from accord import column, types as t
from accord.dialects import mssql, mysql, oracle, postgresql, sqlite
from accord.exc import CompileError


class Color(enum.Enum):
    red = "r"
    green = "g"


DIALECTS: dict[str, Any] = {
    "sqlite": sqlite.SQLiteDialect(),
    "postgresql": postgresql.PostgreSQLDialect(),
    "mysql": mysql.MySQLDialect(),
    "mariadb": mysql.MariaDBDialect(),
    "oracle": oracle.OracleDialect(),
    "mssql": mssql.MSSQLDialect(),
}


@pytest.mark.parametrize(
    ("type_", "generic"),
    [
        (t.VARCHAR(50), t.String(50)),
        (t.NVARCHAR(5), t.Unicode(5)),
        (t.BIGINT(), t.BigInteger()),
        (t.DECIMAL(10, 2), t.Numeric(10, 2)),
        (t.TIMESTAMP(timezone=True), t.DateTime(timezone=True)),
        (t.String(3), t.String(3)),
        (mysql.INTEGER(unsigned=True), t.Integer()),
        (mysql.MEDIUMTEXT(), t.Text()),
        (postgresql.JSONB(), t.JSON()),
        (postgresql.BYTEA(), t.LargeBinary()),
        (postgresql.UUID(as_uuid=False), t.Uuid(as_uuid=False)),
        (mssql.DATETIME2(), t.DateTime()),
        (oracle.NUMBER(10, 2), t.Numeric(10, 2)),
    ],
    ids=repr,
)
def test_as_generic(type_: Any, generic: Any) -> None:
    found = type_.as_generic()
    assert type(found) is type(generic)
    assert found.key == generic.key


def test_as_generic_of_an_enum_keeps_its_names() -> None:
    found = postgresql.ENUM(Color, name="color").as_generic()
    assert type(found) is t.Enum
    assert (found.enum_class, found.enums, found.name) == (Color, ["red", "green"], "color")


def test_a_type_of_one_database_has_no_generic_form() -> None:
    with pytest.raises(NotImplementedError, match="no generic type"):
        postgresql.INET().as_generic()
    assert postgresql.INET().as_generic(allow_nulltype=True) is t.NULLTYPE


def test_adapt_keeps_what_both_know() -> None:
    adapted: Any = t.Numeric(10, 2).adapt(mysql.NUMERIC, unsigned=True)
    assert (adapted.precision, adapted.scale, adapted.unsigned) == (10, 2, True)


def test_markers() -> None:
    assert isinstance(t.String(), t.Concatenable)
    assert isinstance(t.JSON(), t.Indexable)
    assert isinstance(t.Enum("a"), t.SchemaType)
    assert isinstance(t.Boolean(), t.SchemaType)
    assert isinstance(t.MatchType(), t.Boolean)
    assert isinstance(t.STRINGTYPE, t.String)


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize(
    ("type_", "homes"),
    [
        (postgresql.INET(), ("postgresql",)),
        (postgresql.HSTORE(), ("postgresql",)),
        (postgresql.INT4RANGE(), ("postgresql",)),
        (
            mysql.SET("a"),
            (
                "mysql",
                "mariadb",
            ),
        ),
        (
            mysql.YEAR(),
            (
                "mysql",
                "mariadb",
                "sqlite",
            ),
        ),
        (mysql.INET6(), ("mariadb",)),
        (oracle.VECTOR(3), ("oracle",)),
        (mssql.SQL_VARIANT(), ("mssql",)),
        (
            mssql.XML(),
            (
                "mssql",
                "oracle",
                "sqlite",
            ),
        ),
    ],
    ids=repr,
)
def test_a_type_that_a_database_lacks_is_refused_by_name(
    name: str, type_: Any, homes: tuple[str, ...]
) -> None:
    if name in homes:
        assert type_.compile(DIALECTS[name])
        return
    shown = type(type_).__name__
    with pytest.raises(CompileError, match=rf"{name} has no type {shown}; .*with_variant"):
        type_.compile(DIALECTS[name])


@pytest.mark.parametrize(
    ("dialect", "type_", "ddl"),
    [
        ("oracle", oracle.VECTOR(), "VECTOR(*,*,*)"),
        ("oracle", oracle.VECTOR(3, oracle.VectorStorageFormat.INT8), "VECTOR(3,INT8,*)"),
        ("oracle", oracle.JSON(), "JSON"),
        ("oracle", oracle.BOOLEAN(), "BOOLEAN"),
        ("oracle", oracle.BFILE(), "BFILE"),
        ("oracle", oracle.NVARCHAR(20), "NVARCHAR2(20)"),
        ("oracle", oracle.DOUBLE_PRECISION(), "DOUBLE PRECISION"),
        ("mssql", mssql.DATETIME2(3), "DATETIME2(3)"),
        ("mssql", mssql.DATETIMEOFFSET(), "DATETIMEOFFSET"),
        ("mssql", mssql.UNIQUEIDENTIFIER(), "UNIQUEIDENTIFIER"),
        ("mssql", mssql.XML(), "XML"),
        ("mssql", mssql.ROWVERSION(), "ROWVERSION"),
        ("mssql", mssql.SQL_VARIANT(), "SQL_VARIANT"),
        ("mysql", mysql.INTEGER(unsigned=True, zerofill=True), "INTEGER UNSIGNED ZEROFILL"),
        ("mysql", mysql.SET("a", "b"), "SET('a','b')"),
        ("mariadb", mysql.INET4(), "INET4"),
        ("postgresql", postgresql.INTERVAL(fields="YEAR TO MONTH"), "INTERVAL YEAR TO MONTH"),
        ("postgresql", postgresql.BIT(5, varying=True), "BIT VARYING(5)"),
        ("postgresql", postgresql.DOMAIN("positive", t.Integer), "positive"),
        ("sqlite", sqlite.DATETIME(), "DATETIME"),
        ("sqlite", mysql.ENUM("a", "bc"), "VARCHAR(2)"),
    ],
    ids=lambda value: repr(value),
)
def test_ddl_of_a_dialects_own_types(dialect: str, type_: Any, ddl: str) -> None:
    assert type_.compile(DIALECTS[dialect]) == ddl


def test_fulltext_of_mysql() -> None:
    wanted = mysql.match(column("a"), column("b"), against="+x -y").in_boolean_mode()
    compiled = wanted.compile(dialect=DIALECTS["mysql"])
    assert str(compiled) == "MATCH (a, b) AGAINST (%s IN BOOLEAN MODE)"
    both = mysql.match(column("a"), against="x").in_natural_language_mode().with_query_expansion()
    assert str(both.compile(dialect=DIALECTS["mysql"])) == (
        "MATCH (a) AGAINST (%s IN NATURAL LANGUAGE MODE WITH QUERY EXPANSION)"
    )
    with pytest.raises(CompileError, match="in boolean mode has no"):
        mysql.match(column("a"), against="x", in_boolean_mode=True, with_query_expansion=True)


def test_a_vector_of_another_length_is_refused() -> None:
    entry = DIALECTS["oracle"].types.entry(oracle.VECTOR(3))
    assert list(entry.bind([1.0, 2.0, 3.0])) == [1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="the vector has 2 numbers, the column holds 3"):
        entry.bind([1.0, 2.0])
