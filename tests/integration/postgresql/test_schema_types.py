"""PostgreSQL's types that are objects of the schema, bits, and operators on arrays, through the
server.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from accord import (
    ARRAY as CoreArray,
    Boolean,
    Column,
    Enum,
    Integer,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
    text,
)
from accord.dialects.postgresql import (
    ARRAY,
    BIT,
    DOMAIN,
    ENUM,
    JSONB,
    BitString,
    array,
    array_agg,
)
from accord.exc import IntegrityError, ProgrammingError
from accord.sql import operators


@pytest.fixture
def connection(engine: Any) -> Iterator[Any]:
    with engine.connect() as connection:
        yield connection


def test_a_domain_is_made_before_its_table_and_dropped_after_it(engine: Any) -> None:
    metadata = MetaData()
    positive = DOMAIN("positive", Integer, check="VALUE > 0", not_null=True, constraint_name="pos")
    table = Table("goods", metadata, Column("id", Integer, primary_key=True), Column("n", positive))
    metadata.create_all(engine)
    metadata.create_all(engine)  # what is there stays
    with engine.begin() as connection:
        connection.execute(insert(table).values(id=1, n=5))
        assert connection.scalar(select(table.c.n + 1)) == 6
        assert connection.scalars(select(table.c.n).where(table.c.n.in_([5, 6]))).all() == [5]
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(insert(table).values(id=2, n=-5))
    metadata.drop_all(engine)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM pg_type WHERE typname='positive'")
        assert found.scalar() == 0


def test_a_type_is_made_and_dropped_by_hand(engine: Any) -> None:
    mood = ENUM("sad", "glad", name="mood", create_type=False)
    mood.create(engine)
    mood.create(engine)
    with pytest.raises(ProgrammingError):
        mood.create(engine, checkfirst=False)
    mood.drop(engine)
    mood.drop(engine)
    with pytest.raises(ProgrammingError):
        mood.drop(engine, checkfirst=False)


def test_a_generic_enum_is_made_by_hand_too(engine: Any) -> None:
    kind = Enum("a", "b", name="kind_by_hand")
    with engine.begin() as connection:
        kind.create(connection, checkfirst=True)
        kind.create(connection, checkfirst=True)
        names = text("SELECT count(*) FROM pg_type WHERE typname = 'kind_by_hand'")
        assert connection.scalar(names) == 1
    with pytest.raises(ProgrammingError):
        kind.create(engine)
    kind.drop(engine)
    kind.drop(engine, checkfirst=True)
    with pytest.raises(ProgrammingError):
        kind.drop(engine)
    Enum("a", name="kind_by_hand", native_enum=False).create(engine)
    Boolean().create(engine)
    with engine.connect() as connection:
        assert connection.scalar(names) == 0


def test_bits_are_bit_strings(connection: Any) -> None:
    table = Table("bits", MetaData(), Column("b", BIT(4)), Column("v", BIT(varying=True)))
    table.create(connection)
    connection.execute(insert(table).values(b=BitString("1010"), v="1"))
    found = connection.execute(select(table)).one()
    assert found == ("1010", "1")
    assert isinstance(found.b, BitString)
    assert found.b & "0110" == "0010"
    assert int(found.b) == 10
    assert ~found.b == BitString.from_int(5, 4) == BitString.from_bytes(b"\x05", 4)
    assert connection.scalar(select(table.c.b.bitwise_and(BitString("0110")))) == "0010"


def test_a_bit_string_consists_of_bits() -> None:
    with pytest.raises(ValueError, match="the characters 0 and 1"):
        BitString("12")
    with pytest.raises(ValueError, match="as many bits"):
        BitString("10") | "1"
    assert BitString("0011").set_bit(0, True) == "1011"
    assert BitString("1011") << 1 == "0110"
    assert BitString("1011") >> 1 == "0101"
    assert bytes(BitString("1" + "0" * 8)) == b"\x01\x00"


@pytest.fixture
def lists(connection: Any) -> Any:
    table = Table(
        "lists",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("own", ARRAY(Integer)),
        Column("core", CoreArray(Integer)),
        Column("deep", ARRAY(Integer, dimensions=2)),
        Column("zero", ARRAY(String, zero_indexes=True, as_tuple=True)),
    )
    table.create(connection)
    row = {"id": 1, "own": [1, 2, 3], "core": [4, 5], "deep": [[1, 2], [3, 4]], "zero": ["a", "b"]}
    connection.execute(insert(table), row)
    return table.c


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda c: c.own[1], 1),
        (lambda c: c.own[2:3], [2, 3]),
        (lambda c: c.core[1], 4),
        (lambda c: c.deep[2][1], 3),
        (lambda c: c.zero[0], "a"),
        (lambda c: c.zero[0:1], ("a", "b")),
        (lambda c: c.zero, ("a", "b")),
        (lambda c: c.own + [9], [1, 2, 3, 9]),
        (lambda c: c.own + c.core, [1, 2, 3, 4, 5]),
        (lambda c: c.own.contains([1, 3]), True),
        (lambda c: c.own.contained_by([1, 2]), False),
        (lambda c: c.own.overlap([3, 9]), True),
        (lambda c: c.own.any(2), True),
        (lambda c: c.core.any(6), False),
        (lambda c: c.core.all(3, operator=operators.LT), True),
        (lambda c: c.own.any(3, operators.GE), True),
        (lambda c: c.own == [1, 2, 3], True),
        (lambda c: c.own.in_([[1], [1, 2, 3]]), True),
        (lambda c: array([c.id, 7]), [1, 7]),
        (lambda c: array_agg(c.id), [1]),
        (lambda c: func.array_length(c.own, 1), 3),
    ],
)
def test_operators_of_arrays(connection: Any, lists: Any, build: Any, expected: Any) -> None:
    assert connection.scalar(select(build(lists))) == expected


def test_operators_of_jsonb(connection: Any) -> None:
    table = Table("j", MetaData(), Column("d", JSONB))
    table.create(connection)
    connection.execute(insert(table).values(d={"a": {"b": [1, 2]}, "c": "x"}))
    d = table.c.d
    for build, expected in (
        (d.contains({"c": "x"}), True),
        (d.contained_by({"c": "x"}), False),
        (d.has_key("a"), True),
        (d.has_any(["z", "c"]), True),
        (d.has_all(["a", "z"]), False),
        (d.delete_path(["a", "b"]), {"a": {}, "c": "x"}),
        (d.path_exists("$.a.b"), True),
        (d.path_match('$.c == "x"'), True),
        (d["a"]["b"][1].as_integer(), 2),
        (d[("a", "b", 0)].astext, "1"),
        (d["c"] == "x", True),
        (d + {"n": 1}, {"a": {"b": [1, 2]}, "c": "x", "n": 1}),
    ):
        assert connection.scalar(select(build)) == expected, build
