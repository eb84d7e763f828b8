"""Values: each type, by every way a value takes to the server, comes back as it was."""

import datetime as dt
import decimal
import enum
import ipaddress
import itertools
import uuid
from typing import Any

import pytest

from accord import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    PickleType,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    Uuid,
    bindparam,
    case,
    exc,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    text,
    types,
    update,
)
from accord.orm import DeclarativeBase, Session, mapped_column
from accord_postgresql import (
    ARRAY,
    BIT,
    BYTEA,
    CIDR,
    CITEXT,
    DATEMULTIRANGE,
    DATERANGE,
    DOUBLE_PRECISION,
    ENUM,
    HSTORE,
    INET,
    INT4RANGE,
    INT8RANGE,
    INTERVAL,
    JSONB,
    JSONPATH,
    MACADDR,
    MACADDR8,
    MONEY,
    NUMRANGE,
    OID,
    REAL,
    REGCLASS,
    TIME,
    TIMESTAMP,
    TSQUERY,
    TSRANGE,
    TSTZRANGE,
    TSVECTOR,
    UUID,
    BitString,
    MultiRange,
    Range,
)
from accord_postgresql.types import JSON as PGJSON

D = decimal.Decimal
ZONE = dt.timezone(dt.timedelta(hours=5, minutes=30))


class Mood(enum.Enum):
    glad = "is glad"
    sad = "is sad"


class Doubled(types.TypeDecorator):
    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value * 2

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value // 2


class Point(types.UserDefinedType):
    cache_ok = True

    def get_col_spec(self, **kw: Any) -> str:
        return "POINT"


class Tagged(types.UserDefinedType):
    """Its own processors, and a type name that has to be quoted."""

    cache_ok = True

    def get_col_spec(self, **kw: Any) -> str:
        return "VARCHAR(30)"

    def bind_processor(self, dialect: Any) -> Any:
        return lambda value: None if value is None else f"<{value}>"

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        return lambda value: None if value is None else value[1:-1]


TEXTS = [
    "",
    " ",
    "a",
    "é€😀",
    "q\"uo'te",
    "back\\slash",
    "a,b{c}",
    "NULL",
    "null",
    "line\nend\r\t",
    "%s %% %(x)s",
    ":x",
    "\\N",
    "\\.",
]
MOMENTS = [
    dt.datetime(2024, 2, 29, 23, 59, 59, 999999),
    dt.datetime(1, 1, 1),
    dt.datetime(9999, 12, 31, 23, 59, 59, 999999),
]
AWARE = [
    m.replace(tzinfo=ZONE) for m in (MOMENTS[0], dt.datetime(1900, 1, 1), dt.datetime(9999, 12, 30))
]

CASES: list[tuple[str, Any, list[Any]]] = [
    ("Integer", Integer(), [0, 1, -1, 2**31 - 1, -(2**31)]),
    ("SmallInteger", SmallInteger(), [0, 32767, -32768]),
    ("BigInteger", BigInteger(), [0, 2**63 - 1, -(2**63)]),
    (
        "Numeric",
        Numeric(),
        [D("-1.50"), D("1e-30"), D("12345678901234567890.0123456789"), D("0.000")],
    ),
    ("Numeric(10, 2)", Numeric(10, 2), [D("12345678.90"), D("-0.01")]),
    ("Numeric as float", Numeric(10, 2, asdecimal=False), [1.5, -0.25]),
    ("Float", Float(), [0.0, -0.0, 0.1, 1e300, 5e-324, float("inf"), float("-inf")]),
    ("DOUBLE_PRECISION", DOUBLE_PRECISION(), [0.1, 2.5e-300]),
    ("REAL", REAL(), [0.5, 0.1]),
    ("Boolean", Boolean(), [True, False]),
    ("String", String(), TEXTS),
    ("String(20)", String(20), TEXTS),
    ("Text", Text(), TEXTS),
    ("LargeBinary", LargeBinary(), [b"", b"\x00\xff\\\"'", bytes(range(256))]),
    ("BYTEA", BYTEA(), [b"\x00", b"abc"]),
    ("PickleType", PickleType(), [{"a": [1, 2]}, "x"]),
    ("Uuid", Uuid(), [uuid.UUID(int=0), uuid.uuid4()]),
    ("Uuid as text", Uuid(as_uuid=False), [str(uuid.uuid4())]),
    ("Uuid in text", Uuid(native_uuid=False), [uuid.uuid4()]),
    ("UUID", UUID(), [uuid.uuid4()]),
    ("Date", Date(), [dt.date(1, 1, 1), dt.date(2024, 2, 29), dt.date(9999, 12, 31)]),
    ("Time", Time(), [dt.time(0), dt.time(23, 59, 59, 999999)]),
    ("Time with zone", Time(timezone=True), [dt.time(1, 2, 3, 4, tzinfo=ZONE)]),
    ("DateTime", DateTime(), MOMENTS),
    ("DateTime with zone", DateTime(timezone=True), AWARE),
    ("TIMESTAMP(3)", TIMESTAMP(precision=3), [dt.datetime(2024, 1, 1, 1, 1, 1, 123000)]),
    ("TIME(0)", TIME(precision=0), [dt.time(1, 2, 3)]),
    (
        "Interval",
        Interval(),
        [
            dt.timedelta(0),
            dt.timedelta(-1, 5, 7),
            dt.timedelta(400, 86399, 999999),
            -dt.timedelta(microseconds=1),
        ],
    ),
    ("Interval in a date", Interval(native=False), [dt.timedelta(3, 4, 5), dt.timedelta(-3)]),
    ("INTERVAL", INTERVAL(fields="DAY TO SECOND"), [dt.timedelta(1, 2, 3)]),
    ("Enum", Enum("a b", "c'd", 'e"f', name="letters"), ["a b", "c'd", 'e"f']),
    ("Enum of members", Enum(Mood), [Mood.glad, Mood.sad]),
    ("Enum in text", Enum("x", "yy", native_enum=False), ["x", "yy"]),
    ("Enum without a name", Enum("x", "yy"), ["x", "yy"]),
    ("ENUM", ENUM("one", "two", name="Odd Name"), ["one", "two"]),
    ("JSON", JSON(), [{"a": [1, 2.5, None, True, 'é"\\']}, [], "text", 5, False]),
    ("PostgreSQL's JSON", PGJSON(), [{"a": 1}, [1]]),
    ("JSONB", JSONB(), [{"a": {"b": []}}, [1, None], "x", 1.5, True]),
    ("ARRAY(Integer)", ARRAY(Integer), [[], [1, -2, 3], [None, 1]]),
    ("ARRAY(String)", ARRAY(String), [TEXTS, [], [None]]),
    ("ARRAY(String(20))", ARRAY(String(20)), [["a", "b c"]]),
    ("ARRAY, two dimensions", ARRAY(Integer, dimensions=2), [[[1, 2], [3, 4]], []]),
    ("ARRAY as tuple", ARRAY(Integer, as_tuple=True), [(1, 2), ()]),
    ("ARRAY(Numeric)", ARRAY(Numeric), [[D("1.50"), D("-3")]]),
    ("ARRAY(Float)", ARRAY(Float), [[0.1, float("inf")]]),
    ("ARRAY(Boolean)", ARRAY(Boolean), [[True, None, False]]),
    ("ARRAY(DateTime)", ARRAY(DateTime), [MOMENTS]),
    ("ARRAY(DateTime with zone)", ARRAY(DateTime(timezone=True)), [AWARE]),
    ("ARRAY(Date)", ARRAY(Date), [[dt.date(2024, 1, 2)]]),
    ("ARRAY(Interval)", ARRAY(Interval), [[dt.timedelta(-1, 5)]]),
    ("ARRAY(Uuid)", ARRAY(Uuid), [[uuid.uuid4(), None]]),
    ("ARRAY(LargeBinary)", ARRAY(LargeBinary), [[b"\x00\\", b""]]),
    ("ARRAY(Enum)", ARRAY(Enum("a b", "c'd", name="letters")), [["a b", "c'd"], []]),
    ("ARRAY(Enum of members)", ARRAY(Enum(Mood)), [[Mood.sad, None]]),
    ("ARRAY(JSONB)", ARRAY(JSONB), [[{"a": 'x,"y'}, [1]]]),
    ("ARRAY(INT4RANGE)", ARRAY(INT4RANGE), [[Range(1, 5), Range(empty=True)]]),
    (
        "INET",
        INET(),
        [
            ipaddress.ip_address("10.0.0.1"),
            ipaddress.ip_interface("10.0.0.1/8"),
            ipaddress.ip_address("::1"),
        ],
    ),
    ("CIDR", CIDR(), [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fe80::/10")]),
    ("MACADDR", MACADDR(), ["08:00:2b:01:02:03"]),
    ("MACADDR8", MACADDR8(), ["08:00:2b:01:02:03:04:05"]),
    ("BIT", BIT(3), [BitString("101"), BitString("000")]),
    ("BIT VARYING", BIT(8, varying=True), [BitString("1"), BitString("10101")]),
    ("MONEY", MONEY(), ["$1,234.50"]),
    ("OID", OID(), [0, 2**32 - 1]),
    ("REGCLASS", REGCLASS(), ["pg_class"]),
    ("TSVECTOR", TSVECTOR(), ["'cat':1 'it''s':2"]),
    ("TSQUERY", TSQUERY(), ["'cat' & !'dog'"]),
    ("JSONPATH", JSONPATH(), ['$."a"[*]']),
    ("HSTORE", HSTORE(), [{}, {"a": "1", 'b"\\': None, "": "x => y"}]),
    ("CITEXT", CITEXT(), ["MiXed", ""]),
    (
        "INT4RANGE",
        INT4RANGE(),
        [Range(1, 10), Range(None, 5), Range(3), Range(empty=True), Range()],
    ),
    ("INT8RANGE", INT8RANGE(), [Range(-(2**40), 2**40)]),
    ("NUMRANGE", NUMRANGE(), [Range(D("1.5"), D("2.5"), "[]"), Range(D(0), None, "()")]),
    ("DATERANGE", DATERANGE(), [Range(dt.date(2024, 1, 1), dt.date(2024, 2, 1))]),
    ("TSRANGE", TSRANGE(), [Range(MOMENTS[0], None), Range(None, None, "()")]),
    ("TSTZRANGE", TSTZRANGE(), [Range(AWARE[0], AWARE[2], "(]")]),
    (
        "DATEMULTIRANGE",
        DATEMULTIRANGE(),
        [
            MultiRange(
                [
                    Range(dt.date(2024, 1, 1), dt.date(2024, 2, 1)),
                    Range(dt.date(2025, 1, 1), dt.date(2025, 2, 1)),
                ]
            ),
            MultiRange(),
        ],
    ),
    ("TypeDecorator", Doubled(), [0, 5, -3]),
    ("UserDefinedType", Point(), ["(1,2)", "(-1.5,3)"]),
    ("UserDefinedType with processors", Tagged(), ["a", 'b"c']),
]
NAMES = [name for name, _, _ in CASES]
NOT_COMPARED = {"JSON", "PostgreSQL's JSON", "UserDefinedType", "JSONPATH", "PickleType"}
"""Types without an equality in the database (or none that finds every value again)."""


@pytest.fixture(scope="module")
def shared(module_database: Any) -> Any:
    from accord import create_engine

    for extension in ("hstore", "citext"):
        module_database.write(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    engine = create_engine(module_database.url)
    yield engine
    engine.dispose()


_numbers = itertools.count(1)


def make(engine: Any, type_: Any) -> Any:
    with engine.connect():
        if type_.affinity == "multirange" and engine.server.version < (14,):
            pytest.skip("multiranges need PostgreSQL 14")

    class Local(DeclarativeBase):
        pass

    class Thing(Local):
        # A name of its own: connections keep prepared statements about tables they know.
        __tablename__ = f"thing_{next(_numbers)}"
        id = mapped_column(Integer, primary_key=True)
        number = mapped_column(Integer)
        value = mapped_column(type_)

    Local.metadata.create_all(engine)
    return Thing


def same(found: Any, wanted: Any) -> bool:
    return (
        type(found) is type(wanted)
        and found == wanted
        and repr(found) == repr(wanted)
        or (found == wanted and not isinstance(wanted, (D, float, str, bool, int)))
    )


def stored(session: Any, thing: Any) -> list[Any]:
    return session.scalars(select(thing.value).order_by(thing.number, thing.id)).all()  # type: ignore[no-any-return]


@pytest.mark.parametrize(("name", "type_", "values"), CASES, ids=NAMES)
def test_every_way_in_and_back(shared: Any, name: str, type_: Any, values: list[Any]) -> None:
    thing = make(shared, type_)
    many = (
        [*values, None, *values, *values, *values, *values] if len(values) < 8 else [*values, None]
    )
    with Session(shared) as session:
        # one row, a block (COPY where it can be), rows with given keys (unnest), a statement
        session.add(thing(number=0, value=values[0]))
        session.flush()
        session.add_all([thing(number=1 + i, value=v) for i, v in enumerate(many)])
        session.flush()
        session.add_all([thing(id=9000 + i, number=100 + i, value=v) for i, v in enumerate(many)])
        session.flush()
        session.execute(
            insert(thing.__table__), [{"number": 200 + i, "value": v} for i, v in enumerate(many)]
        )
        session.execute(insert(thing.__table__).values(number=300, value=values[-1]))
        session.commit()
        found = stored(session, thing)
        wanted = [values[0], *many, *many, *many, values[-1]]
        wanted = [None if v is None and not _null_is_value(type_) else v for v in wanted]
        assert len(found) == len(wanted)
        bad = [(f, w) for f, w in zip(found, wanted, strict=True) if not same(f, w)]
        assert bad == []
        # updates in sets
        things = session.scalars(select(thing).order_by(thing.number, thing.id)).all()
        for one, value in zip(things, reversed(wanted), strict=True):
            one.value = value
        session.commit()
        found = stored(session, thing)
        bad = [(f, w) for f, w in zip(found, reversed(wanted), strict=True) if not same(f, w)]
        assert bad == []


def _null_is_value(type_: Any) -> bool:
    return bool(getattr(type_, "should_evaluate_none", False))


@pytest.mark.parametrize(
    ("name", "type_", "values"),
    [case_ for case_ in CASES if case_[0] not in NOT_COMPARED],
    ids=[name for name in NAMES if name not in NOT_COMPARED],
)
def test_values_are_found_again(shared: Any, name: str, type_: Any, values: list[Any]) -> None:
    thing = make(shared, type_)
    with Session(shared) as session:
        session.add_all([thing(number=i, value=v) for i, v in enumerate(values)])
        session.commit()
        for value in values:
            found = session.scalars(select(thing.value).where(thing.value == value)).all()
            assert found and all(f == value for f in found)
            assert session.scalars(select(thing.value).where(thing.value.in_([value]))).all()
            assert not session.scalars(
                select(thing.value).where(thing.value == value, thing.value.not_in([value]))
            ).all()
        assert session.scalar(
            select(func.count()).select_from(thing).where(thing.value.in_(values))
        ) == len(values)
        assert session.scalars(select(thing.value).where(thing.value.in_([]))).all() == []


@pytest.mark.parametrize(("name", "type_", "values"), CASES, ids=NAMES)
def test_values_as_literals(shared: Any, name: str, type_: Any, values: list[Any]) -> None:
    if name in ("PickleType", "UserDefinedType", "UserDefinedType with processors"):
        pytest.skip(f"{name} has no literal of its own")
    make(shared, type_)
    with shared.connect() as connection:
        for value in values:
            if isinstance(value, float) and value - value != 0:
                continue
            statement = select(literal(value, type_))
            written = str(
                statement.compile(dialect=shared.dialect, compile_kwargs={"literal_binds": True})
            )
            found = connection.exec_driver_sql(written).scalar()
            entry = shared.dialect.types.entry(type_)
            found = entry.result(found) if entry.result else found
            assert found == value, written
            assert connection.scalar(statement) == value


# --- parameters ----------------------------------------------------------------------------------


def test_small_integers_do_not_overflow_together(engine: Any) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT :a + :b"), {"a": 30000, "b": 30000}) == 60000
        assert connection.scalar(select(literal(30000) + literal(30000))) == 60000
        assert connection.exec_driver_sql("SELECT %s * %s", (30000, 30000)).scalar() == 900000000
        big = literal(2**31) + literal(2**31)
        assert connection.scalar(select(big)) == 2**32


def test_none_has_the_type_of_its_parameter(engine: Any) -> None:
    metadata = MetaData()
    table = Table("t", metadata, Column("id", Integer, primary_key=True), Column("n", Integer))
    metadata.create_all(engine)
    wanted = bindparam("n", type_=Integer)
    statement = select(table.c.id).where(or_(wanted.is_(None), table.c.n == wanted))
    with engine.begin() as connection:
        connection.execute(insert(table), [{"id": 1, "n": 1}, {"id": 2, "n": 2}])
        assert len(connection.execute(statement, {"n": None}).all()) == 2
        assert connection.execute(statement, {"n": 2}).all() == [(2,)]
        assert connection.execute(
            select(literal(None, String), func.coalesce(null(), "x"))
        ).all() == [(None, "x")]


def test_text_in_functions_and_concatenation(engine: Any) -> None:
    with engine.connect() as connection:
        assert connection.scalar(select(func.concat("a", "b", 3))) == "ab3"
        assert connection.scalar(select(literal("a") + literal("b"))) == "ab"
        assert connection.scalar(select(func.lower("ABC"))) == "abc"
        assert connection.scalar(select(func.jsonb_build_object("a", 1, "b", True))) == {
            "a": 1, "b": True,
        }  # fmt: skip
        assert connection.scalar(select(case((literal(1) == 1, "yes"), else_="no"))) == "yes"


def test_a_percent_sign_and_a_colon_anywhere(engine: Any) -> None:
    metadata = MetaData()
    table = Table(
        "odd %s", metadata, Column("100%", Integer, primary_key=True), Column("a:b", String)
    )
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), [{"100%": i, "a:b": "5%"} for i in range(10)])
        connection.execute(update(table).values({"a:b": table.c["a:b"] + "%d"}))
        found = connection.execute(
            select(table).where(table.c["a:b"].like("5%"), table.c["100%"] % 2 == 1)
        ).all()
        assert found == [(i, "5%%d") for i in range(1, 10, 2)]
        assert connection.scalar(text(r"SELECT 'x\:y' || '%'")) == "x:y%"
        assert connection.exec_driver_sql("SELECT 'a%%'").scalar() == "a%"


# --- refused values ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Integer(), "5"),
        (DateTime(), AWARE[0]),
        (DateTime(timezone=True), MOMENTS[0]),
        (String(), 5),
        (Enum("a", name="e"), "b"),
        (ARRAY(Integer), [1, "x"]),
        (HSTORE(), {"a": 1}),
        (INT4RANGE(), (1, 2)),
        (INET(), 5),
        (BIT(3), 5),
        (JSONB(), float("nan")),
    ],
)
def test_a_value_of_the_wrong_kind_never_reaches_the_server(
    engine: Any, type_: Any, value: Any
) -> None:
    with engine.connect() as connection, pytest.raises(exc.StatementError):
        connection.execute(select(literal(value, type_)))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("n", 2**31),
        ("s", 2**15),
        ("b", 2**63),
        ("t", "a\0b"),
        ("v", "too long"),
        ("m", D("1000.5")),
    ],
)
@pytest.mark.parametrize("count", [1, 20])
def test_a_value_out_of_range_is_a_data_error_on_every_way(
    engine: Any, sql: Any, column: str, value: Any, count: int
) -> None:
    """COPY in binary format would cut integers silently."""
    sql(
        "CREATE TABLE limits (id serial PRIMARY KEY, n integer, s smallint, b bigint, t text, "
        "v varchar(3), m numeric(4, 1))"
    )

    class Local(DeclarativeBase):
        pass

    class Limits(Local):
        __tablename__ = "limits"
        id = mapped_column(Integer, primary_key=True)
        n = mapped_column(Integer)
        s = mapped_column(SmallInteger)
        b = mapped_column(BigInteger)
        t = mapped_column(Text)
        v = mapped_column(String(3))
        m = mapped_column(Numeric(4, 1))

    with Session(engine) as session:
        session.add_all([Limits(**{column: value}) for _ in range(count)])
        with pytest.raises(exc.DBAPIError) as caught:
            session.flush()
        assert caught.value.kind == "data"
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Limits)) == 0
        assert str(value) not in str(caught.value) or len(str(value)) < 3


def test_the_column_of_the_database_is_wider_than_the_model(engine: Any, sql: Any) -> None:
    """COPY goes by the types the catalog names, not by those of the model."""
    sql(
        "CREATE TABLE wide (id bigserial PRIMARY KEY, n bigint, f real, t citext_like, "
        "d timestamptz, j json)".replace("citext_like", "char(5)")
    )

    class Local(DeclarativeBase):
        pass

    class Wide(Local):
        __tablename__ = "wide"
        id = mapped_column(Integer, primary_key=True)
        n = mapped_column(SmallInteger)
        f = mapped_column(Float)
        t = mapped_column(String)
        d = mapped_column(DateTime)
        j = mapped_column(JSONB)

    with Session(engine) as session:
        session.execute(text("SET TIME ZONE 'UTC'"))
        session.add_all(
            [Wide(n=i, f=0.5, t="ab", d=dt.datetime(2024, 1, 1), j={"a": i}) for i in range(20)]
        )
        session.flush()
    with Session(engine) as session:
        session.add_all([Wide(n=i, f=0.5, t="ab", j={"a": i}) for i in range(20)])
        session.commit()
        rows = session.execute(text("SELECT n, f, t, j FROM wide ORDER BY n")).all()
    assert rows == [(i, 0.5, "ab   ", {"a": i}) for i in range(20)]


# --- JSON ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [JSON, JSONB])
def test_the_two_nulls_of_json(engine: Any, kind: Any) -> None:
    class Local(DeclarativeBase):
        pass

    class Doc(Local):
        __tablename__ = "doc"
        id = mapped_column(Integer, primary_key=True)
        plain = mapped_column(kind)
        none_is_null = mapped_column(kind(none_as_null=True))

    Local.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(
            [
                Doc(plain=None, none_is_null=None),
                Doc(),
                Doc(plain=null(), none_is_null=null()),
                Doc(plain=JSON.NULL, none_is_null=JSON.NULL),
            ]
        )
        session.commit()
        found = session.execute(
            text("SELECT plain::text, none_is_null::text FROM doc ORDER BY id")
        ).all()
    assert found == [("null", None), (None, None), (None, None), ("null", "null")]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Range(1, 10), "int4range"),
        (Range(1, 2**40), "int8range"),
        (Range(None, D("1.5")), "numrange"),
        (Range(dt.date(2024, 1, 1), None), "daterange"),
        (Range(dt.datetime(2024, 1, 1), None), "tsrange"),
        (Range(dt.datetime(2024, 1, 1, tzinfo=dt.UTC), None), "tstzrange"),
        (MultiRange([Range(1, 3), Range(5, 2**40)]), "int8multirange"),
        (MultiRange([Range(dt.date(2024, 1, 1), dt.date(2024, 2, 1))]), "datemultirange"),
    ],
)
def test_a_range_without_a_type_has_that_of_its_bounds(shared: Any, value: Any, name: str) -> None:
    from accord import func, literal, select

    with shared.connect() as connection:
        given = literal(value)
        assert connection.execute(select(given, func.pg_typeof(given).cast(String))).one() == (
            value,
            name,
        )
